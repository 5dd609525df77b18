"""500 respondents who answer at once: whether any save fails, and how long saves take.

A real web process over loopback. Everybody opens their link, presses Start and answers with the
pages as browsers send them: a page is read, thought about for 10 to 30 seconds (20 on average, the
pace of 18 questions in six minutes), and sent; the time of a save is that of the POST until its
answer is there. The clients share the machine with the server. Bounded: QUESTIONS each.
"""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from statistics import quantiles
from time import perf_counter

from bench._stage import answers, free_port, on_each_database, running, set_up, tell, until

RESPONDENTS, QUESTIONS = 500, 5
THINK_S = (10.0, 30.0)
PATIENCE_S = 60.0  # a request that takes longer is a failure
MOST_MS, MOST_STATEMENTS = 300.0, 6
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
REVISION = re.compile(rb'name="revision" value="(\d+)"')


def measure() -> None:
    set_up()
    links = prepare()
    count = statements_of_a_save(links.pop())
    figure = "saving an answer, statements in all"
    tell(figure, count, MOST_STATEMENTS, count / MOST_STATEMENTS, count <= MOST_STATEMENTS)
    with served() as port:
        found = asyncio.run(all_answer(port, links))
    report(found)
    see_that_all_is_kept(len(found.saves))


def report(found: "Found") -> None:
    load = os.getloadavg()[0]
    print(
        f"{RESPONDENTS} respondents, {QUESTIONS} questions each, {THINK_S[0]:g} to {THINK_S[1]:g} s"
        f" of thought; {found.seconds:.0f} s, load average {load:.1f}; errors: {found.errors[:5]}",
        file=sys.stderr,
    )
    wanted = RESPONDENTS * QUESTIONS
    figure = f"{RESPONDENTS} respondents at once, answers saved"
    tell(figure, len(found.saves), wanted, len(found.saves) / wanted, not found.errors)
    cuts = quantiles(found.saves, n=100)
    for share in (50, 95, 99):
        figure = f"{RESPONDENTS} respondents at once, save p{share} ms"
        taken = cuts[share - 1]
        tell(figure, taken, MOST_MS, taken / MOST_MS, share == 99 or taken < MOST_MS)
    figure = f"{RESPONDENTS} respondents at once, page p95 ms"
    read = quantiles(found.reads, n=100)[94]
    tell(figure, read, MOST_MS, read / MOST_MS, read < MOST_MS)


def prepare() -> list[str]:
    """An open audit of product practice and the paths of everybody's link, one for ourselves."""
    from datetime import timedelta  # noqa: PLC0415  after Django's start

    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from audits.actions.frameworks import LIBRARY, load_framework  # noqa: PLC0415
    from audits.framework_file import read_framework_file  # noqa: PLC0415
    from audits.models import Assignment, Audit, Invitation, Scope  # noqa: PLC0415
    from productops import clock, links  # noqa: PLC0415
    from productops.models import Link, Organisation  # noqa: PLC0415
    from teams.models import Person, Subject  # noqa: PLC0415

    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    now = timezone.now()
    owner = Person.objects.create_user("ops@example.org", name="Ops", role="ops")
    file = read_framework_file((LIBRARY / "product-practice.yaml").read_bytes())
    version = load_framework(file=file, by=owner, now=now)[0]
    audit = Audit.objects.create(
        title="Bench",
        framework_version=version,
        owner=owner,
        closes_on=clock.today() + timedelta(days=30),
        state="open",
        opened_at=now,
    )
    scope = Scope.objects.create(audit=audit, subject=Subject.organisation())
    people = Person.objects.bulk_create(
        Person(email=f"r{number}@example.org", name=f"Respondent {number}", password="!")
        for number in range(RESPONDENTS + 1)
    )
    root, paths = version.root(), []
    for person in people:
        link = links.make(Link.Purpose.ANSWER, person=person, expires_at=audit.ends_at)
        invitation = Invitation.objects.create(
            audit=audit, person=person, link=link, invited_at=now
        )
        Link.objects.filter(pk=link.pk).update(target=str(invitation.pk))
        Assignment.objects.create(invitation=invitation, scope=scope, node=root)
        paths.append(f"/a/{links.token_of(link)}/")
    return paths


def statements_of_a_save(path: str) -> int:
    """The transaction's own beginning and end included."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    client.post(f"{path}start/")
    client.get(f"{path}q/1/")
    with CaptureQueriesContext(connection) as captured:
        response = client.post(f"{path}q/2/", {"answer": "2", "revision": "0"})
    assert response.status_code == 302, response.content[:300]
    return len(captured)


def see_that_all_is_kept(saved: int) -> None:
    from audits.models import Answer, AnswerRevision  # noqa: PLC0415

    kept = (Answer.objects.count(), AnswerRevision.objects.count())
    assert kept == (saved + 1, saved + 1), f"{saved} were acknowledged, {kept} are there"


@contextmanager
def served() -> Iterator[int]:
    """The product's own web process on a free port."""
    from django.conf import settings  # noqa: PLC0415

    port = free_port()
    environment = {
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,testserver",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--only", "web"]
    with running(command, **environment):
        until(lambda: answers(port), 60)
        yield port


# The respondents ----------------------------------------------------------------------------
@dataclass
class Found:
    saves: list[float] = field(default_factory=list)  # ms
    reads: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


async def all_answer(port: int, paths: list[str]) -> Found:
    found, luck, began = Found(), Random(11), perf_counter()
    thinking = [[luck.uniform(*THINK_S) for _ in range(QUESTIONS)] for _path in paths]
    starts = [luck.uniform(0, THINK_S[1]) for _path in paths]
    await asyncio.gather(
        *(
            one_answers(Browser(port, found), path, start, pauses, Random(number))
            for number, (path, start, pauses) in enumerate(
                zip(paths, starts, thinking, strict=True)
            )
        )
    )
    found.seconds = perf_counter() - began
    return found


async def one_answers(
    browser: "Browser", path: str, start: float, pauses: list[float], luck: Random
) -> None:
    await asyncio.sleep(start)
    try:
        page = await browser.get(path)
        address = await browser.post(f"{path}start/", page, {})
        for pause in pauses:
            page = await browser.get(address)
            await asyncio.sleep(pause)
            revision = REVISION.search(page).group(1).decode()
            said = {"answer": str(luck.randint(0, 4)), "revision": revision}
            address = await browser.post(address, page, said, counts=True)
    except (AssertionError, AttributeError, OSError, EOFError, TimeoutError) as error:
        browser.found.errors.append(f"{type(error).__name__}: {error}"[:200])
    finally:
        browser.close()


class Browser:
    """One connection that stays, and the cookies of one person."""

    def __init__(self, port: int, found: Found) -> None:
        self.port, self.found = port, found
        self.cookies: dict[str, str] = {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, address: str) -> bytes:
        began = perf_counter()
        status, _headers, body = await self._ask("GET", address, b"")
        assert status == 200, f"GET {status}"
        self.found.reads.append((perf_counter() - began) * 1000)
        return body

    async def post(self, address: str, page: bytes, said: dict, *, counts: bool = False) -> str:
        token = TOKEN.search(page).group(1).decode()
        fields = {"csrfmiddlewaretoken": token, **said}
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        began = perf_counter()
        status, headers, _body = await self._ask("POST", address, body)
        assert status == 302, f"POST {status}"
        if counts:
            self.found.saves.append((perf_counter() - began) * 1000)
        return headers["location"]

    async def _ask(self, method: str, address: str, body: bytes) -> tuple[int, dict, bytes]:
        async with asyncio.timeout(PATIENCE_S):
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write(self._head(method, address, body) + body)
            await self.writer.drain()
            return await self._answer()

    def _head(self, method: str, address: str, body: bytes) -> bytes:
        lines = [f"{method} {address} HTTP/1.1", f"Host: localhost:{self.port}"]
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {'; '.join(pairs)}")
        if method == "POST":
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
                f"Origin: http://localhost:{self.port}",
            ]
        return "\r\n".join([*lines, "", ""]).encode()

    async def _answer(self) -> tuple[int, dict, bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in filter(None, head[1:]):
            name, _colon, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                key, _equals, rest = value.strip().partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return int(head[0].split()[1]), headers, await self._body(headers)

    async def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", 0)))
        pieces = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            pieces.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(pieces)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


if __name__ == "__main__":
    on_each_database("answering", measure)

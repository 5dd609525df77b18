"""Pages of objectives while a cycle grows tenfold: what they cost, and whether that stays.

A tree of five levels with weighted alignments; every objective has four key results, half of them
on series, each with check-ins. List, tree, map, evaluation, signals and check-ins on time are
asked for by a signed-in executive over all of Django, first at SMALL and then at LARGE objectives.
Statements have to be the same; time may grow, since all that is counted on a page is read, but
within MOST_MS.
"""

import os
import sys
import tracemalloc
from datetime import timedelta
from functools import partial
from gzip import compress
from pathlib import Path
from random import Random
from statistics import median

from bench._stage import REPETITIONS, SCALE, cpu_of, on_each_database, set_up, tell

SMALL, LARGE = 200, int(2000 * SCALE)
ROOTS, BELOW = 25, 3  # objectives that serve no other, and how many serve each
KEY_RESULTS, CHECK_INS = 4, 6  # of an objective, of a key result
PRODUCTS, KPIS, PILLARS = 40, 100, 5
TURNS = REPETITIONS
MOST_STATEMENTS, MOST_KB, MOST_MB = 20, 60, 40  # of any page; MB at its peak
MOST_MS, MOST_GROWTH = 300.0, 10.0  # of work; nor may it grow faster than the objectives


def measure() -> None:
    set_up()
    client, cycle = prepare()
    grow(cycle, 0, SMALL)
    before = pages_of(client, cycle)
    grow(cycle, SMALL, LARGE)
    after = pages_of(client, cycle)
    print(f"load average {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for name, large in after.items():
        report(name, before[name], large)


def report(name: str, small: tuple, large: tuple) -> None:
    number = f"{LARGE:,} objectives, {name}"
    count, ms, kb, mb = large
    tell(f"{number}, statements in all", count, MOST_STATEMENTS, count / MOST_STATEMENTS,
         count <= MOST_STATEMENTS)  # fmt: skip
    tell(f"{number}, statements / those at {SMALL}", count, small[0], count / small[0],
         count == small[0])  # fmt: skip
    tell(f"{number}, CPU ms", ms, MOST_MS, ms / MOST_MS, ms <= MOST_MS)
    growth = ms / small[1]
    tell(f"{number}, CPU ms / that at {SMALL}", ms, small[1], growth, growth <= MOST_GROWTH)
    tell(
        f"{number}, compressed kB with style and scripts", kb, MOST_KB, kb / MOST_KB, kb <= MOST_KB
    )
    tell(f"{number}, MB at the peak", mb, MOST_MB, mb / MOST_MB, mb <= MOST_MB)


def prepare():
    """Products, series with states, a running cycle, and somebody who reads it."""
    from django.core.management import call_command  # noqa: PLC0415  after Django's start
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from metrics.bulk import seed_series  # noqa: PLC0415
    from metrics.models import SeriesState  # noqa: PLC0415
    from objectives.models import Cycle, Pillar  # noqa: PLC0415
    from productops import clock  # noqa: PLC0415
    from productops.models import Organisation  # noqa: PLC0415
    from teams.models import Person, Product  # noqa: PLC0415

    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    person = Person.objects.create_user("bench@example.org", name="Bench", role="exec")
    for number in range(PRODUCTS):
        Product.objects.create(name=f"Product {number:02}", slug=f"product-{number:02}")
    now, today, random = timezone.now(), clock.today(), Random(5)
    weeks = [today - timedelta(weeks=week) for week in range(26, 0, -1)]
    SeriesState.objects.bulk_create(
        SeriesState(
            series_id=pk,
            n=26,
            latest=random.random(),
            latest_period=weeks[-1],
            recent=[[day.isoformat(), random.random(), True, False, ""] for day in weeks],
            as_of=now,
        )
        for pk in seed_series(KPIS)
    )
    Pillar.objects.bulk_create(
        Pillar(name=f"Pillar {number}", order=number) for number in range(PILLARS)
    )
    cycle = Cycle.objects.create(
        slug="bench",
        name="Bench",
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=30),
    )
    client = Client()
    client.force_login(person)
    return client, cycle


def grow(cycle, before: int, count: int) -> None:
    """More objectives of the cycle, each under one that is there, until there are ``count``."""
    from django.db import connection  # noqa: PLC0415

    from objectives.models import Alignment, Objective, Pillar  # noqa: PLC0415
    from teams.models import Person, Subject  # noqa: PLC0415

    person = Person.objects.get()
    subjects = list(Subject.objects.of_kind("product").values_list("pk", flat=True))
    pillars = list(Pillar.objects.values_list("pk", flat=True))
    Objective.objects.bulk_create(
        Objective(
            title=f"Objective {number:04} that says what will be better",
            cycle=cycle,
            subject_id=subjects[number % PRODUCTS],
            owner=person,
            pillar_id=pillars[number % PILLARS],
            ambition=("committed", "aspirational")[number % 2],
        )
        for number in range(before, count)
    )
    objectives = list(Objective.objects.order_by("pk").values_list("pk", flat=True))
    Alignment.objects.bulk_create(
        Alignment(
            objective_id=objectives[number],
            to_objective_id=objectives[(number - ROOTS) // BELOW],
            weight=1,
            by=person,
        )
        for number in range(max(before, ROOTS), count)
    )
    add_key_results(objectives[before:], subjects, person)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def add_key_results(objectives: list[int], subjects: list[int], person) -> None:
    from django.db.models import F  # noqa: PLC0415

    from objectives.models import CheckIn, KeyResult, Series  # noqa: PLC0415
    from productops import clock  # noqa: PLC0415

    series, random = list(Series.objects.order_by("pk").values_list("pk", flat=True)), Random(7)
    made = KeyResult.objects.bulk_create(
        KeyResult(
            objective_id=objective,
            title=f"Key result {place} of objective {objective}",
            owner=person,
            series_id=random.choice(series) if place % 2 else None,
            baseline=0,
            commit=0.3,
            target=0.7,
            stretch=1,
        )
        for objective in objectives
        for place in range(KEY_RESULTS)
    )
    today = clock.today()
    CheckIn.objects.bulk_create(
        (
            CheckIn(
                key_result=each,
                author=person,
                on=today - timedelta(weeks=week),
                value=random.random(),
                confidence=random.randrange(11),
            )
            for each in made
            for week in range(CHECK_INS)
        ),
        batch_size=2000,
    )
    KeyResult.objects.with_newest().filter(last_said=None).update(last_said=F("newest"))


def pages_of(client, cycle) -> dict[str, tuple[int, float, float, float]]:
    """Of each page by name: statements, CPU in ms, compressed kB, MB that it takes at its peak."""
    there = f"/objectives/?cycle={cycle.slug}"
    addresses = {
        "list": there,
        "tree": f"{there}&view=tree",
        "map": f"{there}&view=map",
        "evaluation": f"/objectives/cycles/{cycle.pk}/",
        "signals": "/objectives/signals/",
        "check-ins on time": "/objectives/on-time/",
    }
    return {name: page_of(client, address) for name, address in addresses.items()}


def page_of(client, address: str) -> tuple[int, float, float, float]:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    page = client.get(address)
    assert page.status_code == 200, page.content[:500]
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    count = len(captured)
    taken = median(cpu_of(partial(client.get, address)) for _ in range(TURNS))
    weight = len(compress(page.content)) + weight_beside()
    return count, taken * 1000, weight / 1024, peak_of(client, address)


def weight_beside() -> int:
    """Compressed bytes of the style sheet and the scripts that the first view fetches as well."""
    from django.contrib.staticfiles import finders  # noqa: PLC0415
    from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: PLC0415

    names = ("css/app.css", "js/app.js", "django_htmx/htmx-2.min.js")
    paths = [finders.find(name) or staticfiles_storage.path(name) for name in names]
    return sum(len(compress(Path(path).read_bytes())) for path in paths)


def peak_of(client, address: str) -> float:
    """MB of Python's memory that one request takes beyond what was there before it."""
    tracemalloc.start()
    client.get(address)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024**2


if __name__ == "__main__":
    on_each_database("objectives", measure)

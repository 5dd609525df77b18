"""The pages of a large open audit: 500 people, 80 questions with skip logic, 40,000 answers.

How far everybody is (the overview, who is asked) and what speaks against closing. CPU time of the
whole page, ours and the server's, with the progress that saving and taking in answers keep.
"""

import random
from datetime import timedelta

from bench._stage import REPETITIONS, SCALE, cpu_of, on_each_database, set_up, tell

SCOPES, SECTIONS, EACH = 10, 8, 10
PEOPLE = int(500 * SCALE)
MOST_MS = 500.0
LEVELS = [
    {"value": level, "score": level, "name": f"Level {level}", "text": "so far"}
    for level in range(5)
]
PAGES = {
    "overview": "audits:audit-detail",
    "who is asked": "audits:invitation-list",
    "closing page": "audits:audit-close",
}


def measure() -> None:
    set_up()
    audit, ines = load()
    browser = signed_in(ines)
    for name, route in PAGES.items():
        tell_page(f"{name} of 40,000 answers, CPU ms", browser, route, audit)


def tell_page(figure: str, browser, route: str, audit) -> None:
    from statistics import median  # noqa: PLC0415

    from django.urls import reverse  # noqa: PLC0415

    path = reverse(route, args=[audit.pk])

    def page() -> None:
        response = browser.get(path)
        assert response.status_code == 200, response.status_code

    page()  # compiles templates and the questionnaire once for the process
    taken = median(cpu_of(page) for _ in range(REPETITIONS)) * 1000
    tell(figure, taken, MOST_MS, taken / MOST_MS, taken <= MOST_MS)


def signed_in(person):
    from django.test import Client  # noqa: PLC0415

    browser = Client()
    browser.force_login(person)
    return browser


def content() -> dict:
    """Sections whose first two questions decide which of the others are asked."""
    question = {"type": "level", "text": "How far?", "importance": "mandatory", "choices": LEVELS}
    return {
        "key": "branching",
        "title": "Branching",
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": [
            {
                "key": f"s{section}",
                "title": f"Section {section}",
                "children": [
                    question | {"key": f"s{section}q{at}"} | relevant(section, at)
                    for at in range(EACH)
                ],
            }
            for section in range(SECTIONS)
        ],
    }


def relevant(section: int, at: int) -> dict:
    first, second = f"${{s{section}q0}}", f"${{s{section}q1}}"
    if at < 2:
        return {}
    return {"relevant": f"{first} >= 1" if at % 2 else f"{first} >= 1 and {second} < 4"}


def load():
    """An open audit in which everybody has submitted about one scope."""
    from django.core.management import call_command  # noqa: PLC0415  the environment is set
    from django.utils import timezone  # noqa: PLC0415

    from audits import actions  # noqa: PLC0415
    from audits.framework_file import read_content  # noqa: PLC0415
    from audits.models import Audit, Scope  # noqa: PLC0415
    from productops.models import Organisation  # noqa: PLC0415
    from teams.models import Person, Team  # noqa: PLC0415

    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    now, luck = timezone.now(), random.Random(4)
    ines = Person.objects.create(email="ines@bench.example", role="ops")
    version = actions.load_framework(file=read_content(content()), by=None, now=now)[0]
    audit = Audit.objects.create(
        title="Branching",
        framework_version=version,
        owner=ines,
        state="open",
        opened_at=now,
        closes_on=now.date() + timedelta(days=9),
    )
    names = [f"team-{at}" for at in range(SCOPES)]
    teams = [Team.objects.create(slug=name, name=name) for name in names]
    scopes = [Scope.objects.create(audit=audit, subject=team.subject) for team in teams]
    answer(audit, scopes, list(version.nodes.questions()), luck, now)
    return audit, ines


def answer(audit, scopes, questions, luck: random.Random, now) -> None:
    from audits.actions.keeping import keep_progress_of  # noqa: PLC0415
    from audits.models import Answer, AnswerRevision, Assignment, Invitation  # noqa: PLC0415
    from teams.models import Person  # noqa: PLC0415

    people = Person.objects.bulk_create(
        Person(email=f"p{at}@bench.example", role="") for at in range(PEOPLE)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(audit=audit, person=one, state="submitted", started_at=now, submitted_at=now)
        for one in people
    )
    root = audit.framework_version.root()
    rows = []
    for at, invitation in enumerate(invitations):
        scope = scopes[at % SCOPES]
        for node in questions:
            level = luck.randint(0, 4)
            about = {"scope": scope, "node": node, "subject_id": scope.subject_id}
            said = {"state": "answered", "number": level, "chosen": [str(level)]}
            rows.append(Answer(invitation=invitation, answered_at=now, **about, **said))
    Assignment.objects.bulk_create(
        Assignment(invitation=one, scope=scopes[at % SCOPES], node=root)
        for at, one in enumerate(invitations)
    )
    made = Answer.objects.bulk_create(rows, batch_size=500)
    AnswerRevision.objects.bulk_create(
        [AnswerRevision.first_of(one) for one in made],
        batch_size=500,
    )
    keep_progress_of(audit)  # as whoever takes in answers does


if __name__ == "__main__":
    on_each_database("overview", measure)

"""Closing a large audit: 50 teams, 200 questions, 500 people, a hundred thousand answers.

Scores of every team and question with agreement and targets, alpha, gaps with the answers that show
them, and the seal; once with names and once anonymous, where every answer is written anew. CPU
time, ours and the server's.
"""

import random
from datetime import timedelta

from bench._stage import SCALE, cpu_of, on_each_database, set_up, tell

TEAMS, SECTIONS, EACH = 50, 20, 10
PEOPLE = int(500 * SCALE)
MOST_SECONDS = 15.0
LEVELS = [
    {"value": level, "score": level, "name": f"Level {level}", "text": "so far"}
    for level in range(5)
]


def measure() -> None:
    set_up()
    for is_anonymous in (False, True):
        audit, ines = load(is_anonymous)
        seconds = cpu_of(lambda audit=audit, ines=ines: close(audit, ines))
        figure = f"closing 100,000 answers, {'anonymous' if is_anonymous else 'named'}, CPU s"
        tell(figure, seconds, MOST_SECONDS, seconds / MOST_SECONDS, seconds <= MOST_SECONDS)


def close(audit, ines) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from audits import actions  # noqa: PLC0415

    actions.close_audit(audit=audit, by=ines, now=timezone.now())


def content() -> dict:
    """A questionnaire of sections with level questions."""
    question = {"type": "level", "text": "How far?", "importance": "mandatory", "choices": LEVELS}
    return {
        "key": "large",
        "title": "Large",
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": [
            {
                "key": f"s{section}",
                "title": f"Section {section}",
                "children": [question | {"key": f"s{section}q{at}"} for at in range(EACH)],
            }
            for section in range(SECTIONS)
        ],
    }


def load(is_anonymous: bool):
    """An open audit in which everybody has submitted about one team."""
    from django.utils import timezone  # noqa: PLC0415  the environment is set by now

    from audits import actions  # noqa: PLC0415
    from audits.framework_file import read_content  # noqa: PLC0415
    from audits.models import Audit, Scope  # noqa: PLC0415
    from teams.models import Person, Team  # noqa: PLC0415

    now, luck = timezone.now(), random.Random(4)
    ines = Person.objects.create(email=f"ines{int(is_anonymous)}@bench.example", role="ops")
    version = actions.load_framework(file=read_content(content()), by=None, now=now)[0]
    audit = Audit.objects.create(
        title="Large",
        framework_version=version,
        owner=ines,
        state="open",
        opened_at=now,
        closes_on=now.date() + timedelta(days=9),
        is_anonymous=is_anonymous,
    )
    names = [f"team-{int(is_anonymous)}-{at}" for at in range(TEAMS)]
    teams = [Team.objects.create(slug=name, name=name) for name in names]
    scopes = [Scope.objects.create(audit=audit, subject=team.subject) for team in teams]
    answer(audit, scopes, list(version.nodes.questions()), luck, now)
    return audit, ines


def answer(audit, scopes, questions, luck: random.Random, now) -> None:
    from audits.models import Answer, AnswerRevision, Invitation  # noqa: PLC0415
    from teams.models import Person  # noqa: PLC0415

    people = Person.objects.bulk_create(
        Person(email=f"p{at}-{audit.pk}@bench.example", role="") for at in range(PEOPLE)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(audit=audit, person=one, state="submitted", started_at=now, submitted_at=now)
        for one in people
    )
    rows = []
    for at, invitation in enumerate(invitations):
        scope = scopes[at % TEAMS]
        for node in questions:
            level = luck.randint(0, 4)
            about = {"scope": scope, "node": node, "subject_id": scope.subject_id}
            said = {"state": "answered", "number": level, "chosen": [str(level)]}
            rows.append(Answer(invitation=invitation, answered_at=now, **about, **said))
    made = Answer.objects.bulk_create(rows, batch_size=500)
    AnswerRevision.objects.bulk_create(
        [AnswerRevision.first_of(one) for one in made],
        batch_size=500,
    )


if __name__ == "__main__":
    on_each_database("closing", measure)

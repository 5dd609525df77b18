"""Published figures of agreement, through a real audit: answers from a file, closing, scores."""

import csv
import io
import json
from datetime import date

import pytest
from django.utils import timezone

from audits import actions
from audits.framework_file import read_content
from audits.models import Answer, AnswerRevision, Audit, Invitation, Scope, Score
from teams.models import Person
from tests.factories.teams import TeamFactory

pytestmark = [pytest.mark.reference, pytest.mark.django_db]
DAY = date(2026, 10, 1)


def version_of(keys, levels):
    """A questionnaire of one section with these level questions."""
    choices = [{"value": at, "score": at, "name": f"L{at}", "text": "so"} for at in levels]
    question = {"type": "level", "text": "How far?", "choices": choices}
    content = {
        "key": "reference",
        "title": "Reference",
        "target": max(levels),
        "scale": {"min": min(levels), "max": max(levels)},
        "nodes": [
            {
                "key": "leadership",
                "title": "Leadership",
                "children": [question | {"key": key} for key in keys],
            }
        ],
    }
    return actions.load_framework(file=read_content(content), by=None, now=timezone.now())[0]


def closed_with(version, groups, ines):
    """An audit in which each group's people rated their own place; None is no answer."""
    now = timezone.now()
    audit = Audit.objects.create(
        title="Reference",
        framework_version=version,
        owner=ines,
        state="open",
        opened_at=now,
        closes_on=DAY,
    )
    nodes = list(version.nodes.questions().order_by("order"))
    rows = []
    for name, raters in groups.items():
        team = TeamFactory(name=name, slug=f"g{name}".lower())
        scope = Scope.objects.create(audit=audit, subject=team.subject)
        people = Person.objects.bulk_create(
            Person(email=f"{name}-{at}@example.org".lower(), role="") for at in range(len(raters))
        )
        invited = Invitation.objects.bulk_create(
            Invitation(audit=audit, person=one, state="submitted", started_at=now, submitted_at=now)
            for one in people
        )
        for invitation, ratings in zip(invited, raters, strict=True):
            for node, rating in zip(nodes, ratings, strict=True):
                if rating is not None:
                    about = {"scope": scope, "node": node, "subject": team.subject}
                    said = {"state": "answered", "number": rating, "answered_at": now}
                    rows.append(Answer(invitation=invitation, **about, **said))
    made = Answer.objects.bulk_create(rows, batch_size=500)
    AnswerRevision.objects.bulk_create(
        [AnswerRevision.first_of(one) for one in made],
        batch_size=500,
    )
    return actions.close_audit(audit=audit, by=ines, now=now)


def test_agreement_of_a_closed_audit_equals_multilevel(shared_data, ines):
    text = (shared_data / "scoring/agreement_and_alpha_cases.json").read_text("utf-8")
    case = next(one for one in json.loads(text) if one["id"] == "rwg_lq2002_lead_odd")
    items = case["options"]["items"]
    file = (shared_data / "scoring/lq2002_odd_companies.csv").read_text("utf-8")
    groups = {name: [] for name in case["groups"]}
    for row in csv.DictReader(io.StringIO(file)):
        groups[row["COMPID"]].append([float(row[item]) for item in items])
    version = version_of([item.lower() for item in items], range(1, 6))

    closed_with(version, groups, ines)

    scores = Score.objects.filter(node__key="leadership").select_related("scope__subject")
    found = {score.scope.subject.name: score for score in scores}
    expected = case["expected"]
    kept = [found[name] for name in case["groups"]]
    assert [one.agreement for one in kept] == pytest.approx(expected["rwg_j"], abs=1e-9)
    assert [one.deviation for one in kept] == pytest.approx(expected["ad_mean_per_group"], abs=1e-9)
    assert [one.respondents for one in kept] == case["n_per_group"]


def test_alpha_of_a_closed_audit_equals_krippendorffs(shared_data, ines):
    text = (shared_data / "scoring/krippendorff_cases.json").read_text("utf-8")
    case = json.loads(text)[0]
    raters = case["raters_by_units"]
    version = version_of([f"unit-{at}" for at in range(len(raters[0]))], range(1, 6))

    audit = closed_with(version, {"all": raters}, ines)

    assert audit.alpha == pytest.approx(case["tool"]["values"]["ordinal"], abs=1e-7)
    assert audit.alpha == pytest.approx(case["published"]["ordinal"], abs=5e-4)

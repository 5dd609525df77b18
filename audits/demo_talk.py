"""People of Checkout do not see everything alike: some of it was talked about in a workshop."""

from random import Random

from django.utils import timezone

from audits.actions.keeping import keep_progress
from audits.actions.voting import join, vote
from audits.actions.workshops import agree_together, end_workshop, reveal, start_workshop
from audits.choices import AnswerState, InvitationState
from audits.differing import divided_places
from audits.models import (
    Answer,
    AnswerRevision,
    Assignment,
    Audit,
    Invitation,
    Place,
    Scope,
    Workshop,
    sheet_of,
)
from audits.replies import read_reply
from productops import clock
from productops.demo import Story
from teams.models import Person

ANSWERED = 5  # colleagues who have submitted already, beside those who still have to
USUAL = (2, 2, 2, 3, 2)  # what they say where they agree, one each
# Where they do not.
APART = {
    "portfolio-ownership": (0, 1, 3, 4, 3),
    "analytics-privacy": (1, 3, 3, 4, 1),
    "access-reviews": (0, 2, 2, 3, 1),
    "delivery-pipeline": (4, 2, 3, 4, 2),
}
APART_ON_TOOLS = {
    ("Measurely", "tool-fit"): (0, 1, 3, 4, 1),
    ("Measurely", "tool-use"): (1, 1, 2, 1, 0),
    ("Trackline", "tool-use"): (4, 4, 3, 4, 4),
}
REMARKS = {
    ("portfolio-ownership", 0): "Nobody answers for the design tools.",
    ("portfolio-ownership", 3): "Each tool names an owner since the spring.",
    ("access-reviews", 3): "We did two reviews this year.",
}
NOTE = "Two thirds of the events name their purpose; the rest by February."


def let_people_differ(story: Story, audit: Audit) -> None:
    """Answers of five colleagues to what runs now, and a workshop about what divides them most."""
    scope = audit.scopes.select_related("subject", "audit").get(
        subject=story.cast["team Checkout"].subject
    )
    asked = audit.invitations.values("person")
    colleagues = Person.objects.active().filter(role="").exclude(pk__in=asked).order_by("pk")
    for number, person in enumerate(colleagues[:ANSWERED]):
        _answer(audit, scope, person, number)
    _talk(scope, story)


def _answer(audit: Audit, scope: Scope, person: Person, number: int) -> None:
    at = clock.start_of(audit.opened_at.date()) + (timezone.now() - audit.opened_at) / 2
    invitation = Invitation.objects.create(
        audit=audit, person=person, invited_at=audit.opened_at, started_at=at, submitted_at=at,
        state=InvitationState.SUBMITTED,
    )  # fmt: skip
    Assignment.objects.create(
        invitation=invitation, scope=scope, node=audit.framework_version.root()
    )
    answers = Answer.objects.bulk_create(
        Answer(
            invitation=invitation,
            scope=scope,
            node_id=place.node.pk,
            subject_id=place.subject.pk,
            state=AnswerState.ANSWERED,
            number=_number(place, number),
            comment=REMARKS.get((place.node.key, number), ""),
            answered_at=at,
        )
        for place in sheet_of(invitation).places
        if place.node.kind in ("level", "boolean")
    )
    AnswerRevision.objects.bulk_create(AnswerRevision.first_of(answer) for answer in answers)
    keep_progress([invitation.pk])


def _number(place: Place, person: int) -> int:
    if place.node.kind == "boolean":
        return 1
    told_apart = APART_ON_TOOLS.get((place.subject.name, place.node.key))
    return (told_apart or APART.get(place.node.key, USUAL))[person]


def _talk(scope: Scope, story: Story) -> None:
    """A workshop that took up one question and was ended."""
    nodes = {node.pk: node for node in scope.audit.framework_version.nodes.questions()}
    places = [p for p in divided_places(scope) if nodes[p[0]].key == "analytics-privacy"]
    now, ines = timezone.now(), story.cast["ines"]
    workshop = start_workshop(scope=scope, places=places, by=ines, now=now)
    for level, name in zip((1, 2, 2, 3), ("Adam", "Beate", "Mia", ""), strict=True):
        _vote(workshop, nodes[places[0][0]], name, level)
    reveal(workshop=workshop, edition=workshop.edition)
    agree_together(
        workshop=workshop,
        edition=workshop.edition,
        content=read_reply(nodes[places[0][0]], 2),
        note=NOTE,
        by=ines,
        now=now,
    )
    end_workshop(workshop=workshop, edition=workshop.edition, by=ines, now=now)


def _vote(workshop: Workshop, node, name: str, level: int) -> None:
    now = timezone.now()
    mark = f"{Random(name).getrandbits(256):064x}"
    participant = join(workshop=workshop, name=name, mark=mark, now=now)
    vote(
        participant=participant,
        place=workshop.place,
        round=workshop.round,
        content=read_reply(node, level),
        now=now,
    )

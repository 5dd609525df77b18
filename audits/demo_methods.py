"""A closed audit that branches, repeats and asks what is written down: how three teams work."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.core.files.base import ContentFile

from audits.actions.answering import columns_of_content
from audits.actions.closing import close_audit
from audits.models import Answer, Audit, FrameworkVersion, Invitation, Place, sheet_of
from audits.replies import read_reply
from productops import clock
from productops.attachments import keep_attachment
from productops.demo import Story

ANSWERED = 15  # people; the others never came to it
# How each team organises its work, which decides what else it is asked, and how it leans.
TEAMS = {"Growth": ("time-boxes", 0.4), "Mobile": ("flow", -0.2), "Partner": ("mixed", -0.5)}
LEVELS = {
    "discovery": 2.3,
    "prioritisation": 2.6,
    "planning": 2.5,
    "delivery": 2.9,
    "measurement": 1.7,
    "deciding": 2.0,
    "improving": 2.3,
    "each-product": 2.6,
}
# How much more is written down than done, in levels.
PAPER = {"prioritisation": 0.9, "deciding": 1.1, "discovery": -0.7, "improving": -0.4}
KINDS = (["features", "support"], ["features", "incidents", "upkeep"], ["features", "discovery"])
OWN_WORDS = "Story mapping before each larger piece of work; it replaced two documents."
PROPOSAL = "Name who decides before the meeting, in the invitation."
LIST = b"step,who,done\nSupport knows,Mia,yes\nWay back tried,Adam,yes\nNotes written,Beate,no\n"
Opens = Callable[..., Audit]
Writes = Callable[[list[Answer], list[Invitation], datetime], None]


def ask_how_people_work(
    story: Story, version: FrameworkVersion, opens: Opens, writes: Writes
) -> None:
    """Asked a month ago, answered, and closed; the gaps that it found are still without a plan."""
    closes = story.on - timedelta(days=24)
    teams = [story.cast[f"team {name}"] for name in TEAMS]
    audit = opens(story, version, f"How we work, {closes:%B %Y}", teams, closes)
    luck = Random(f"methods {story.seed}")
    invitations = list(audit.invitations.select_related("person").order_by("pk")[:ANSWERED])
    at = clock.start_of(closes - timedelta(days=3)) + timedelta(hours=9)
    rows = [row for one in invitations for row in _answers(one, luck, at)]
    _remark(rows, closes)
    writes(rows, invitations, at)
    audit.refresh_from_db()
    close_audit(audit=audit, by=story.cast["ines"], now=at + timedelta(days=3))


def _answers(invitation: Invitation, luck: Random, at: datetime) -> list[Answer]:
    """What somebody says, question by question: what is hidden by then is passed over."""
    sheet = sheet_of(invitation)
    for place in sheet.places:
        if not sheet.is_hidden(place) and (content := _said(place, luck)):
            sheet = sheet.with_answer(place, content, at)
    return [
        Answer(
            invitation=invitation,
            scope=place.scope,
            node_id=place.node.pk,
            subject_id=place.subject.pk,
            answered_at=at,
            **columns_of_content(place.content),
        )
        for place in sheet.visible
        if place.content
    ]


def _said(place: Place, luck: Random) -> dict | None:
    way, lean = TEAMS[place.scope.subject.name]
    if place.node.key == "work-organised":
        return read_reply(place.node, way)
    if place.node.kind == "text":
        return read_reply(place.node, OWN_WORDS) if luck.random() < 0.2 else None
    if place.node.kind == "multiple":
        return read_reply(place.node, luck.choice(KINDS))
    if place.node.kind != "level":
        return None
    section = place.node.key.partition("-")[0]
    mean = LEVELS.get(section, LEVELS["each-product"]) + lean
    level = _near(mean, luck)
    if not place.node.documents:
        return read_reply(place.node, level)
    written = _near(level + PAPER.get(section, 0.0), luck)
    return read_reply(place.node, level, documented=str(written))


def _near(mean: float, luck: Random) -> int:
    return min(4, max(0, round(luck.gauss(mean, 0.7))))


def _remark(rows: list[Answer], closes: date) -> None:
    """What a few wrote beside their answers: a word, what they would do, a list as a file."""
    by_key: dict[str, list[Answer]] = {}
    for row in rows:
        by_key.setdefault(row.node.key, []).append(row)
    weak = min(by_key["deciding-method"], key=lambda row: row.number or 0)
    weak.proposal, weak.proposal_due = PROPOSAL, closes + timedelta(days=40)
    shown = max(by_key["delivery-ready"], key=lambda row: row.number or 0)
    shown.file = keep_attachment(ContentFile(LIST), "ready-to-begin.csv", len(LIST))
    shown.comment = "The list that we go through, from the last item that was begun."

"""Audits of product practice and of the PMs' time, in spring and in autumn, and what came since."""

from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from audits.actions.campaigns import create_audit, open_audit
from audits.actions.closing import close_audit
from audits.actions.frameworks import load_library
from audits.actions.keeping import keep_progress
from audits.actions.repeats import proposals, set_repeats
from audits.choices import AnswerState, InvitationState
from audits.demo_campaign import let_people_be_everywhere
from audits.demo_drafts import draft_in_the_works
from audits.demo_gaps import explain_gaps, measure_skills
from audits.demo_methods import ask_how_people_work
from audits.demo_sheet import open_with_all_kinds
from audits.demo_talk import let_people_differ
from audits.demo_targets import set_targets, write_down
from audits.models import Answer, AnswerRevision, Audit, FrameworkVersion, Gap, Node
from productops import clock
from productops.demo import Story, demo_part
from teams.choices import SubjectKind
from teams.models import Subject

SILENT = 3  # people who never answered
# What teams say on average in autumn, and how much it rose since spring.
LEVELS = {
    "measurement": (1.6, 0.2),
    "customer-discovery": (1.8, 0.1),
    "prioritisation": (2.1, -0.1),
    "feedback-loops": (2.2, 0.0),
    "process-adoption": (2.5, 0.5),
    "strategy-and-goals": (2.9, 0.2),
    "roles-and-skills": (2.4, 0.3),
    "delivery-flow": (3.1, 0.7),
    "tooling": (2.7, 0.1),
    "planning": (2.6, 0.2),
    "communication": (2.5, 0.3),
    "collaboration": (2.8, 0.1),
    "data": (2.3, 0.1),
}
TEAM_LEAN = {"Growth": 0.5, "Admin": -0.55, "Partner": -0.3, "Data": 0.3, "Mobile": -0.2}
# Answers of PMs on their time: strategic share in spring and autumn, in percent.
STRATEGIC = (31, 42)
TOOLS = ("Trackline", "Roadbook", "Measurely")  # that the running audit asks about one by one


@demo_part("audits")
def load(story: Story) -> None:
    spring, autumn = _days(story.on)
    versions = load_library(by=story.cast["ines"], now=_at(story.on - timedelta(days=500)))
    by_slug = {version.framework.slug: version for version in versions}
    practice = by_slug["product-practice"]
    set_targets(story, practice)
    story.cast["spring audit"] = _practice(story, practice, spring, "spring", rise=1.0)
    measure_skills(story, practice, autumn)
    story.cast["autumn audit"] = _practice(story, practice, autumn, "autumn", rise=0.0)
    for closes, strategic in zip((spring, autumn), STRATEGIC, strict=True):
        _time(story, by_slug["pm-time"], closes - timedelta(days=8), strategic)
    _own_gaps(story)
    explain_gaps(story)
    draft_in_the_works(story)


@demo_part("audits", late=True)
def load_late(story: Story) -> None:
    """What asks about tools, or what later apps measure."""
    newest = FrameworkVersion.objects.published().select_related("framework")
    ask_how_people_work(story, newest.get(framework__slug="methodologies"), _open, _write)
    _running(story, newest.get(framework__slug="tools-and-technologies"))
    open_with_all_kinds(story, _open, story.on + timedelta(days=12))


def _days(on: date) -> tuple[date, date]:
    """The days on which the two audits closed."""
    return on - timedelta(days=195), on - timedelta(days=10)


def _at(day: date) -> datetime:
    return clock.start_of(day) + timedelta(hours=10)


def _practice(
    story: Story, version: FrameworkVersion, closes: date, season: str, *, rise: float
) -> Audit:
    """``rise`` 1 takes the later improvement away: the level as it was in spring."""
    teams = [team for name, team in story.cast.items() if name.startswith("team ")]
    audit = _open(story, version, f"Product practice audit, {season} {closes.year}", teams, closes)
    luck = Random(f"{season} {story.seed}")
    rows = []
    invitations = list(audit.invitations.order_by("pk").prefetch_related("assignments__scope"))
    for invitation in invitations[:-SILENT]:
        for assignment in invitation.assignments.all():
            team = assignment.scope.subject.name
            for node in _questions(version):
                mean, risen = LEVELS[_section(node)]
                lean = mean - rise * risen + TEAM_LEAN.get(team, 0.0)
                rows.append(_row(invitation, assignment.scope, node, _level(lean, luck), luck))
    write_down(rows, luck)
    _write(rows, invitations[:-SILENT], _at(closes - timedelta(days=4)))
    audit.refresh_from_db()
    close_audit(audit=audit, by=story.cast["ines"], now=_at(closes))
    return audit


def _open(
    story: Story, version: FrameworkVersion, title: str, nouns, closes: date, tools=()
) -> Audit:
    opens = closes - timedelta(days=14)
    audit = create_audit(
        framework_version=version,
        title=title,
        closes_on=closes,
        subjects=[noun.subject for noun in nouns],
        by=story.cast["ines"],
        on=opens,
        intro="Think of the last two quarters, not of your best example.",
    )
    if tools:
        set_repeats(
            audit=audit, wanted=dict.fromkeys(proposals(audit), tools), by=story.cast["ines"]
        )
    return open_audit(audit=audit, by=story.cast["ines"], now=_at(opens))


def _questions(version: FrameworkVersion) -> list[Node]:
    if not hasattr(version, "asked"):
        version.asked = list(version.nodes.questions().select_related("parent"))
    return version.asked


def _section(node: Node) -> str:
    return node.parent.key


def _level(lean: float, luck: Random) -> int | None:
    """A level 0 to 4 around ``lean``; now and then somebody does not know."""
    if luck.random() < 0.03:
        return None
    return min(4, max(0, round(luck.gauss(lean, 0.75))))


def _row(invitation, scope, node: Node, level: int | None, luck: Random) -> Answer:
    said = {"state": AnswerState.DONT_KNOW} if level is None else {"number": level}
    return Answer(
        invitation=invitation,
        scope=scope,
        node=node,
        subject_id=scope.subject_id,
        state=said.get("state", AnswerState.ANSWERED),
        number=said.get("number"),
        chosen=[] if level is None else [str(level)],
        comment="We agreed this in the last retrospective." if luck.random() < 0.02 else "",
        answered_at=timezone.now(),
    )


def _write(rows: list[Answer], invitations: list, at: datetime) -> None:
    """Write many answers with their first revisions, and submit, as the pages would one by one."""
    for row in rows:
        row.answered_at = at
    answers = Answer.objects.bulk_create(rows, batch_size=500)
    AnswerRevision.objects.bulk_create(
        (AnswerRevision.first_of(answer) for answer in answers), batch_size=500
    )
    for invitation in invitations:
        invitation.state = InvitationState.SUBMITTED
        invitation.started_at = invitation.submitted_at = at
    type(invitations[0]).objects.bulk_update(
        invitations, ["state", "started_at", "submitted_at"], batch_size=200
    )
    keep_progress([invitation.pk for invitation in invitations])


def _time(story: Story, version: FrameworkVersion, closes: date, strategic: int) -> None:
    """Product managers say where their hours go; the shares make a hundred."""
    teams = [team for name, team in story.cast.items() if name.startswith("team ")]
    season = "spring" if closes < story.on - timedelta(days=100) else "autumn"
    audit = _open(story, version, f"Where PM time goes, {season} {closes.year}", teams, closes)
    luck = Random(f"time {season} {story.seed}")
    managers = audit.invitations.filter(person__role="pm").prefetch_related("assignments__scope")
    invitations, rows = list(managers), []
    for invitation in invitations:
        scope = invitation.assignments.all()[0].scope
        for node, number in _hours(version, strategic + luck.randint(-6, 6), luck).items():
            rows.append(
                Answer(
                    invitation=invitation,
                    scope=scope,
                    node=node,
                    subject_id=scope.subject_id,
                    state=AnswerState.ANSWERED,
                    number=number,
                    chosen=[str(number)] if node.kind == "level" else [],
                    answered_at=timezone.now(),
                )
            )
    _write(rows, invitations, _at(closes - timedelta(days=5)))
    audit.refresh_from_db()
    close_audit(audit=audit, by=story.cast["ines"], now=_at(closes))


def _hours(version: FrameworkVersion, strategic: int, luck: Random) -> dict[Node, float]:
    shares = [node for node in _questions(version) if node.key.startswith("share-")]
    counted = [node for node in shares if node.counts_as == "strategic"]
    others = [node for node in shares if node not in counted]
    found = _split(strategic, counted, luck) | _split(100 - strategic, others, luck)
    levels = [node for node in _questions(version) if node.kind == "level"]
    return found | {node: float(luck.randint(1, 3)) for node in levels}


def _split(whole: int, nodes: list[Node], luck: Random) -> dict[Node, float]:
    """Whole numbers that add up to ``whole``, one for each node."""
    cuts = sorted(luck.randint(0, whole) for _node in nodes[1:])
    ends = [*cuts, whole]
    starts = [0, *cuts]
    return {node: float(end - start) for node, start, end in zip(nodes, starts, ends, strict=True)}


def _own_gaps(story: Story) -> None:
    """Remember the gaps that the story answers, and give them owners."""
    owners = {"delivery-flow": "Tomás Rey", "measurement": "noor", "tooling": "samir"}
    for gap in Gap.objects.filter(node__isnull=False).select_related("node").order_by("pk"):
        story.cast[f"gap {gap.node.key}"] = gap
        gap.owner = story.cast[owners.get(gap.node.key, "ines")]
        gap.save(update_fields=["owner", "updated_at"])


def _running(story: Story, version: FrameworkVersion) -> None:
    """An audit that is open now, so that My work has something to answer."""
    teams = [story.cast["team Checkout"], story.cast["team Billing"]]
    tools = Subject.objects.filter(kind=SubjectKind.TOOL, name__in=TOOLS)
    closes = story.on + timedelta(days=9)
    audit = _open(story, version, "Tools and technologies", teams, closes, tools=tools)
    let_people_differ(story, audit)
    let_people_be_everywhere(story, audit, timezone.now())

"""What the story tells of its gaps: why they are there, what shows them, what is accepted."""

from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile

from audits.actions.evidence import add_evidence, renew_evidence
from audits.actions.gaps import accept_gaps, change_gap, reopen_expired
from audits.models import Fact, FrameworkVersion, Gap
from productops import clock
from productops.demo import Story

WHYS = {
    "measurement": (
        "Most changes go live without a look at the weeks before.",
        "The figure that should move is named after go-live, when somebody asks.",
        "Nobody owns the figure while the change is being built.",
        "Plans ask for dates and scope, not for an effect.",
    ),
    "process-adoption": (
        "Agreed ways are followed in some teams and not in others.",
        "New people learn them from whoever sits next to them.",
        "The pages are in four places, and two of them are old.",
    ),
    "delivery-flow": (
        "Releases wait for each other.",
        "One environment is shared by all teams.",
    ),
}
SKILLS = "teams.team-skills-covered"
# The level that the record shows; Growth thinks better of itself.
LEVELS = {"Growth": 0, "Insights": 3, "Data": 3, "Admin": 1}
SEATS = b"tool,seats paid,seats in use\nBoard,60,23\nRoadmap,40,17\nSurveys,25,6\n"


def measure_skills(story: Story, version: FrameworkVersion, closes: date) -> None:
    """What was measured of the teams: a quarter before, when the audit closed, and now."""
    node = version.nodes.filter(measure=SKILLS).first()
    if node is None:
        return
    bounds, rows = node.fact["levels"], []
    teams = [(name, team) for name, team in story.cast.items() if name.startswith("team ")]
    for place, (name, team) in enumerate(teams):
        level = LEVELS.get(name.removeprefix("team "), 2)
        for day, before in ((closes - timedelta(days=90), 1), (closes, 0), (story.on, 0)):
            value = bounds[max(0, level - before)] + place % 5 * 3.0
            rows.append(Fact(measure=SKILLS, subject=team.subject, on=day, value=value))
    Fact.objects.bulk_create(rows)


def explain_gaps(story: Story) -> None:
    """Write down why, show some, and let one acceptance be over."""
    for key, whys in WHYS.items():
        if gap := story.cast.get(f"gap {key}"):
            change_gap(gap=gap, fields={"whys": list(whys)}, by=story.cast["ines"])
    _show(story)
    _accept(story)


def _show(story: Story) -> None:
    now = _at(story.on - timedelta(days=6))
    if gap := story.cast.get("gap tooling"):
        soon = story.on + timedelta(days=9)
        sheet = ContentFile(SEATS, name="seats-in-use.csv")
        content = {"file": sheet, "note": "From the invoices and sign-ins.", "valid_until": soon}
        samir = story.cast["samir"]
        add_evidence(about=gap, title="Seats in use by tool", content=content, by=samir, now=now)
    if gap := story.cast.get("gap measurement"):
        content = {"url": "https://wiki.halden.example/changes/spring"}
        noor = story.cast["noor"]
        shown = add_evidence(
            about=gap, title="List of changes with a baseline", content=content, by=noor, now=now
        )
        renewed = {"url": "https://wiki.halden.example/changes/autumn", "note": "Now 4 of 19."}
        renew_evidence(evidence=shown, content=renewed, by=noor, now=_at(story.on))


def _accept(story: Story) -> None:
    """Feedback was lived with over the summer; the autumn audit finds the gap open again."""
    if gap := story.cast.get("gap feedback-loops"):
        accept_gaps(
            gaps=[Gap.objects.get(pk=gap.pk)],
            reason="The new intake begins after the summer; until then we live with it.",
            until_on=story.on - timedelta(days=40),
            by=story.cast["ines"],
            on=story.on - timedelta(days=150),
        )
        reopen_expired(on=story.on - timedelta(days=39))


def _at(day: date) -> datetime:
    return clock.start_of(day) + timedelta(hours=10)

"""How Halden works: processes written, reviewed, read and adopted over eighteen months."""

from datetime import date, timedelta
from random import Random

from processes import actions
from processes.choices import AdoptionState
from processes.models import Acknowledgement, Process, Revision
from processes.template_file import ProcessText
from productops import clock
from productops.demo import Story, demo_part
from teams.models import Person

# Slug, owner, days before the end on which the first version was published.
PUBLISHED = (
    ("quarterly-planning", "ines", 510),
    ("intake-and-triage", "samir", 470),
    ("prioritisation-review", "ines", 400),
    ("release-communication", "Tomás Rey", 380),
    ("launch-tiering", "samir", 300),
    ("weekly-business-review", "ines", 200),
)
TRUNK = ProcessText(
    slug="trunk-based-delivery",
    title="Trunk-based delivery",
    family="collaboration",
    purpose="Changes reach customers within days, because nobody keeps them on a branch.",
    trigger="A change is ready to be started",
    criticality=3,
    review_months=6,
    owner_role="product-operations-manager",
    steps=[
        {
            "title": "Cut the change into parts of a day",
            "role": "Engineer",
            "text": "Each part can be merged and switched off on its own.",
            "why": "Large changes wait for each other.",
            "evidence": "Every part has a ticket of its own",
        },
        {
            "title": "Merge to the trunk every day",
            "role": "Engineer",
            "text": "Behind a flag where it is not finished. No branch lives longer than a day.",
            "evidence": "Age of the oldest open branch",
        },
        {
            "title": "Release what is on the trunk",
            "role": "Release coordinator",
            "text": "Whatever passed the checks goes out the same day.",
            "why": "Waiting for a train is most of the lead time.",
            "evidence": "Release notes with the date",
        },
    ],
)
CANVAS = ProcessText(
    slug="opportunity-canvas",
    title="Opportunity canvas for all bets",
    family="prioritisation",
    purpose="Every bet says what it expects before anybody builds it.",
    trigger="An opportunity asks for more than a week of work",
    steps=[
        {
            "title": "Fill in the canvas",
            "role": "Product manager",
            "text": "Who has the problem, how often, and what would change if it were gone.",
            "evidence": "Canvas with a number and a date",
        },
        {
            "title": "Decide in the weekly review",
            "role": "Group product manager",
            "text": "Yes, no, or what is missing for a decision.",
            "evidence": "Decision with its reason",
        },
    ],
)


@demo_part("processes")
def load(story: Story) -> None:
    texts = {text.slug: text for text in actions.library()}
    for slug, owner, days in PUBLISHED:
        _publish(story, texts[slug], owner, days)
    trunk = _publish(story, TRUNK, "Tomás Rey", 220, summary="Tried out in two teams")
    story.cast["trunk revision"] = _second(
        story, trunk, "Tomás Rey", _weeks(story, 15), "In all teams"
    )
    rota = story.cast["process intake-and-triage"]
    story.cast["rota revision"] = _second(
        story, rota.revisions.get(number=1), "samir", _weeks(story, 12), "A weekly triage rota"
    )
    tiers = story.cast["process launch-tiering"]
    story.cast["tiers revision"] = _second(
        story, tiers.revisions.get(number=1), "samir", _weeks(story, 19), "Three tiers, not five"
    )
    story.cast["canvas revision"] = _publish(story, CANVAS, "Lena Ott", 40)
    _draft(story, texts["discovery-cadence"])
    _adopt(story)
    _read(story)


def _weeks(story: Story, weeks: int) -> int:
    """So many days before the end of the story, a Monday."""
    monday = story.on - timedelta(days=story.on.weekday())
    return (story.on - (monday - timedelta(weeks=weeks))).days


def _publish(story: Story, text: ProcessText, owner: str, days: int, summary: str = "") -> Revision:
    author = story.cast[owner]
    process = actions.create_process(text=text, owner=author, by=author)
    draft = process.revisions.get()
    draft.summary = summary or draft.summary
    return _through_review(story, process, draft, days)


def _second(story: Story, former: Revision, owner: str, days: int, summary: str) -> Revision:
    draft = actions.start_draft(process=former.process, by=story.cast[owner])
    draft.summary, draft.is_material = summary, False
    return _through_review(story, former.process, draft, days)


def _through_review(story: Story, process: Process, draft: Revision, days: int) -> Revision:
    reviewer = story.cast["noor" if draft.author != story.cast["noor"] else "ines"]
    draft.submit(by=draft.author)
    actions.publish(revision=draft, by=reviewer)
    day = story.on - timedelta(days=days)
    Revision.objects.filter(pk=draft.pk).update(
        submitted_at=_noon(day - timedelta(days=3)), published_at=_noon(day)
    )
    Process.objects.filter(pk=process.pk).update(reviewed_on=day)
    process.refresh_from_db()
    story.cast[f"process {process.slug}"] = process
    draft.refresh_from_db()
    return draft


def _noon(day: date):
    return clock.start_of(day) + timedelta(hours=12)


def _draft(story: Story, text: ProcessText) -> None:
    """One process waits for a reviewer."""
    process = actions.create_process(text=text, owner=story.cast["Lena Ott"], by=story.cast["noor"])
    process.revisions.get().submit(by=story.cast["noor"])


def _adopt(story: Story) -> None:
    """Products take processes over one after the other; adoption jumps in spring."""
    products = [story.cast[name] for name in ("Storefront", "Payments", "Insights", "Core")]
    luck = Random(f"adoption {story.seed}")
    spring = _weeks(story, 30)
    for slug, _owner, days in PUBLISHED:
        process = story.cast[f"process {slug}"]
        for at, product in enumerate(products):
            later = luck.random() < 0.45 and days > spring
            since = spring - 7 * at if later else days - 20 - 10 * at
            _say(story, process, product, AdoptionState.ADOPTED, max(since, 3))
    trunk = story.cast["process trunk-based-delivery"]
    for product in products:
        _say(story, trunk, product, AdoptionState.ADOPTED, _weeks(story, 14))
    actions.record_adoption(
        process=story.cast["process launch-tiering"],
        subject=story.cast["Core"].subject,
        state=AdoptionState.EXEMPT,
        by=story.cast["samir"],
        on=story.on - timedelta(days=100),
        until_on=story.on + timedelta(days=120),
        reason="Nothing that customers see is launched from here this year.",
    )


def _say(story: Story, process: Process, product, state: str, days: int) -> None:
    actions.record_adoption(
        process=process,
        subject=product.subject,
        state=state,
        by=story.cast["samir"],
        on=story.on - timedelta(days=days),
    )


def _read(story: Story) -> None:
    """Product managers were asked to read the newest version; two have not yet."""
    revision = story.cast["trunk revision"]
    managers = Person.objects.with_role("pm").order_by("pk")
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            revision=revision,
            person=person,
            asked_by=story.cast["ines"],
            asked_at=_noon(story.on - timedelta(days=_weeks(story, 15))),
            due_on=story.on + timedelta(days=5),
            done_at=_noon(story.on - timedelta(days=90 - at)) if at > 1 else None,
        )
        for at, person in enumerate(managers)
    )

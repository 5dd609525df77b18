"""Run inside the installation under test: what the demo has no example of, and the keys to it.

``manage.py shell -c "from tests.browser.scene import tell; tell()"`` writes the keys as JSON.
"""

import io
import json
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.actions.campaigns import create_audit, invite, open_audit
from audits.actions.workshops import start_workshop
from audits.choices import AuditState, InvitationState
from audits.differing import divided_places
from audits.models import (
    Answer,
    Audit,
    Evidence,
    EvidenceRevision,
    FrameworkVersion,
    Gap,
    Invitation,
    Scope,
    Workshop,
)
from metrics.actions.comments import say
from metrics.actions.dashboards import show_on_wall
from metrics.actions.freezing import share
from metrics.actions.improvements import approve, plan_improvement
from metrics.choices import Kind
from metrics.models import Comment, Dashboard, FrozenPeriod, Improvement, Note, Subscription
from objectives.actions.following import follow
from objectives.actions.key_results import add_key_result
from objectives.actions.tasks import send_action_link
from objectives.models import Action, KeyResult, Objective, Series
from processes.actions import ask_to_acknowledge, start_draft
from processes.models import Process, Revision
from productops.clock import today
from productops.exchange import kind_named
from productops.imports import run_import
from productops.links import make, token_of
from productops.models import ImportRun, Link
from teams.models import Person, Role, Seat, Skill, Team
from tests.factories.questionnaires import level, section, version_of
from tooling.models import Contract, Rollout

WHO = {
    "admin": "ines.keller@halden.example",
    "ops": "samir.haddad@halden.example",
    "pm": "mia.brandt@halden.example",
    "exec": "astrid.holm@halden.example",
    "respondent": "adam.novak@halden.example",
}
PASSWORD = "a quiet river bend"
PRODUCTS = b"product,name\nhelp-centre,Help centre\n"
EIGHTEEN = "Eighteen questions"
QUESTION = "What **changed** here?"
WAITING = ["Changes reach customers in five days", "And stay there"]
MONTH = timedelta(days=30)
IDEA, APPROVED = "Review within a day", "Two reviewers for each change"


def tell() -> None:
    """Write a session for each role, the links that people hold, and where else to look."""
    cast = {role: Person.objects.get(email=email) for role, email in WHO.items()}
    cast["admin"].set_password(PASSWORD)
    cast["admin"].save()
    begin(cast["admin"])
    wait_for_words(cast["pm"], by=cast["admin"])
    told = {
        "sessions": {role: session_of(person) for role, person in cast.items()},
        "links": links_of(cast),
        "places": places(),
        "asked": asked(),
    }
    print(json.dumps(told))  # noqa: T201


def session_of(person: Person) -> str:
    """The value of the cookie of a browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def begin(by: Person) -> None:
    """The demo's work is done or running; pages for what only begins need some as well."""
    create_audit(
        framework_version=FrameworkVersion.objects.filter(published_at__isnull=False).first(),
        title="Product practice audit, next spring",
        closes_on=today() + timedelta(days=90),
        subjects=[team.subject for team in Team.objects.all()[:3]],
        by=by,
        on=today(),
    )
    start_draft(process=Process.objects.get(slug="quarterly-planning"), by=by)
    file = io.BytesIO(PRODUCTS)
    run_import(kind=kind_named("products"), file=file, name="products.csv", by=by, dry_run=True)
    lead = Series.objects.get(kpi__slug="lead-time-for-change", subject__kind="organisation")
    say(series=lead, period=lead.snapshots.latest("period").period, text=QUESTION, by=by)
    eighteen(by)
    plan(IDEA, by)
    approve(improvement=plan(APPROVED, by), by=by)


def wait_for_words(owner: Person, by: Person) -> None:
    """Two key results on one series whose owner has not said anything yet."""
    lead = Series.objects.get(kpi__slug="lead-time-for-change", subject__kind="organisation")
    objective = Objective.objects.ongoing().filter(subject=lead.subject).first()
    for title in WAITING:
        result = add_key_result(
            objective=objective, title=title, owner=owner, by=by, series=lead, baseline=9, target=5
        )
        KeyResult.objects.filter(pk=result.pk).update(created_at=timezone.now() - MONTH)


def eighteen(by: Person) -> None:
    """Some people are asked as many questions as the journey on a phone counts."""
    version = version_of(
        section("first", *[level(f"q{number}") for number in range(9)]),
        section("second", *[level(f"q{number}") for number in range(9, 18)]),
        key="eighteen",
    )
    audit = create_audit(
        framework_version=version,
        title=EIGHTEEN,
        closes_on=today() + timedelta(days=9),
        subjects=[Team.objects.first().subject],
        by=by,
        on=today(),
    )
    for person in Person.objects.active().order_by("pk")[:12]:
        invite(audit=audit, person=person, scopes=audit.scopes.all(), by=by, now=timezone.now())
    open_audit(audit=audit, by=by, now=timezone.now())


def asked() -> dict[str, list[str]]:
    """Paths to answer by, of people who have not begun, by the title of the audit."""
    open_ones = Invitation.objects.filter(
        audit__state=AuditState.OPEN, state=InvitationState.INVITED, link__isnull=False
    )
    found: dict[str, list[str]] = {}
    for one in open_ones.select_related("link", "audit").order_by("pk"):
        found.setdefault(one.audit.title, []).append(f"/a/{token_of(one.link)}/")
    return found


def plan(title: str, by: Person) -> Improvement:
    series = Series.objects.get(kpi__slug="lead-time-for-change", subject__kind="organisation")
    return plan_improvement(
        by=by,
        title=title,
        hypothesis="A change that waits for nobody is released sooner.",
        kind=Kind.STRUCTURE,
        subject=series.subject,
        owner=by,
        promise={"series": series, "direction": "down", "smallest_effect": 1.0},
    )


def links_of(cast: dict[str, Person]) -> dict[str, list[str]]:
    """Paths by purpose; to answer there are several, of people who have not begun."""
    invited = Invitation.objects.filter(
        audit__state=AuditState.OPEN, state=InvitationState.INVITED
    ).select_related("link")
    revision = Process.objects.get(slug="quarterly-planning").published
    ask_to_acknowledge(
        revision=revision, people=[cast["respondent"]], due_on=None, by=cast["admin"]
    )
    reading = revision.acknowledgements.get(person=cast["respondent"])
    task = send_action_link(action=Action.objects.filter(state="open").first(), by=cast["admin"])
    wall = show_on_wall(dashboard=Dashboard.objects.get(slug="product-health"), by=cast["admin"])
    held = {
        "a": [invitation.link for invitation in invited.order_by("pk")],
        "k": [reading.link],
        "t": [task],
        "tv": [wall],
        "share": [share(frozen=FrozenPeriod.objects.first(), by=cast["admin"])],
        "w": [talk_of(cast["admin"]).link],
        "f": [followed_by(cast["respondent"])],
        "m": [Subscription.objects.exclude(link=None).order_by("pk").first().link],
    }
    return {name: [f"/{name}/{token_of(link)}/" for link in many] for name, many in held.items()}


def followed_by(person: Person) -> Link:
    """The link in the mail to somebody who follows an objective."""
    follow(objective=Objective.objects.ongoing().first(), person=person)
    return make(Link.Purpose.FOLLOWED, person=person)


def talk_of(by: Person) -> Workshop:
    """A workshop that runs, about what divides people in the audit that is open."""
    scope = Scope.objects.get(audit__state=AuditState.OPEN, subject__name="Checkout")
    return start_workshop(scope=scope, places=divided_places(scope), by=by, now=timezone.now())


def places() -> list[str]:
    """Pages that few others lead to, or that only one row of many leads to."""
    approved = Improvement.objects.get(title=APPROVED)
    idea = Improvement.objects.get(title=IDEA)
    seat = Seat.objects.first()
    asked = Comment.objects.get(text=QUESTION)
    closed = Audit.objects.closed().filter(title__startswith="Product practice").last()
    running = Audit.objects.get(title="Tools and technologies")
    said = Answer.objects.of_audit(running).counted().given().first()
    evidence = Evidence.objects.exclude(gap=None).first()
    paper = EvidenceRevision.objects.exclude(file=None).first()
    draft = FrameworkVersion.objects.drafts().select_related("framework").first()
    several = f"?gap={Gap.objects.open().first().pk}"
    named = {
        "account_logout": [],
        "audits:answer-evidence": [said.pk],
        "audits:answer-file": [Answer.objects.counted().exclude(file=None).first().pk],
        "audits:audit-again": [closed.pk],
        "audits:audit-close": [running.pk],
        "audits:audit-compare": [closed.pk],
        "audits:audit-foreseen": [running.pk],
        "audits:audit-reopen": [closed.pk],
        "audits:audit-trend": [closed.pk],
        "audits:audit-measured": [closed.pk],
        "audits:evidence-detail": [evidence.pk],
        "audits:evidence-file": [paper.evidence_id, paper.number],
        "audits:evidence-renew": [evidence.pk],
        "audits:framework-diff": [draft.framework_id, draft.number - 1, draft.number],
        "audits:invitation-new": [running.pk],
        "audits:review-note-new": [said.pk],
        "audits:audit-gaps": [closed.pk],
        "audits:workshop-detail": [Workshop.objects.running().get().pk],
        "import-detail": [ImportRun.objects.first().pk],
        "metrics:comment-edit": [asked.pk],
        "metrics:comment-follow-up": [asked.pk],
        "metrics:dashboard-default": [],
        "metrics:estimate-edit": [idea.pk],
        "metrics:forecast-new": [idea.registrations.first().pk],
        "metrics:improvement-edit": [idea.pk],
        "metrics:improvement-go-live": [approved.pk],
        "metrics:improvement-stop": [approved.pk],
        "metrics:note-edit": [Note.objects.first().pk],
        "metrics:point-detail": [asked.series_id, asked.period.isoformat()],
        "metrics:registration-edit": [idea.registrations.first().pk],
        "metrics:registration-new": [idea.pk],
        "objectives:check-in-run": [],
        "objectives:kpi-certify": ["discovery-to-decision"],
        "objectives:kpi-load": [],
        "processes:revision-diff": [Revision.objects.filter(number=2).first().process_id, 1, 2],
        "teams:membership-new": [seat.team_id],
        "teams:rating-new": [Skill.objects.first().pk],
        "teams:role-detail": [Role.objects.first().pk],
        "teams:seat-fill": [seat.pk],
        "teams:seat-new": [seat.team_id],
        "tooling:contract-decide": [Contract.objects.first().pk],
        "tooling:wave-new": [Rollout.objects.first().pk],
    }
    paths = [reverse(name, args=args) for name, args in named.items()]
    ticked = f"?objective={Objective.objects.ongoing().first().pk}"
    paths.append(reverse("objectives:objective-several", args=["carry"]) + ticked)
    verbs = ("assign", "accept", "close", "merge")
    return [*paths, *(reverse(f"audits:gap-{verb}") + several for verb in verbs)]

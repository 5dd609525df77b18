"""Two products that are twins: whoever answers for one reads and changes nothing of the other.

Each noun has one row about Billing whose key is 777 and whose texts hold a word found nowhere
else. Mia (of Checkout), and Rui (who only answers), ask every address of the house for that row.
"""

import json
import re
from datetime import date

import pytest
from django.apps import apps
from django.forms.models import model_to_dict

from audits.models import Consensus, Evidence, EvidenceRevision, Fact, Workshop
from audits.models import ReviewNote as AnswerNote
from metrics.boards.content import DashboardContent, ImprovementLine, KpiLine
from metrics.briefing import Briefing, Sentence
from metrics.models import (
    Comment,
    Dashboard,
    DashboardRow,
    Dismissal,
    Forecast,
    FrozenPeriod,
    Note,
    Review,
    ReviewNote,
    Segment,
)
from metrics.models.dashboards import sha256_of
from objectives.models import Action, Alignment, Follower
from productops.charts.shapes import Sparkline
from productops.routes import all_routes
from teams.models import Subject
from tests.factories.audits import (
    AnswerFactory,
    GapFactory,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
)
from tests.factories.metrics import (
    ExclusionFactory,
    ImprovementFactory,
    RecheckFactory,
    RegistrationFactory,
    SegmentFactory,
    VerdictFactory,
    observe,
    settle,
)
from tests.factories.objectives import (
    CheckInFactory,
    KeyResultFactory,
    KpiFactory,
    ObjectiveFactory,
    SeriesFactory,
    TargetFactory,
)
from tests.factories.processes import AdoptionFactory
from tests.factories.teams import (
    LearningPlanFactory,
    MembershipFactory,
    PersonProductFactory,
    ProductFactory,
    ProductTeamFactory,
    TeamFactory,
)
from tests.factories.telling import AlertFactory, SubscriptionFactory
from tests.factories.tooling import ContractFactory, RolloutFactory, RolloutWaveFactory

KEY, WORD, SLUG = 777, "Xolotl", "xolotl"
PERIOD = date(2026, 1, 5)
ROUTES = all_routes()
# Were these silent, the tests below would ask at the wrong addresses.
MUST_TELL = {
    *("teams:product-detail", "teams:team-detail", "teams:learning-plan-detail"),
    *("audits:audit-detail", "audits:gap-detail", "audits:answer-list", "audits:difference-list"),
    "audits:workshop-detail",
    *("objectives:objective-detail", "objectives:key-result-detail", "objectives:action-detail"),
    *("metrics:point-detail", "api:comments-detail"),
    *("metrics:improvement-detail", "metrics:registration-edit", "metrics:note-edit"),
    *("metrics:recheck-answer", "api:verdicts-detail", "api:rechecks-detail"),
    *("tooling:contract-detail", "tooling:rollout-detail", "trace", "api:trace"),
    *("api:products-detail", "api:teams-detail", "api:learning-plans-detail", "api:gaps-detail"),
    *("api:consensus-detail", "audits:evidence-detail", "audits:gap-help", "api:evidence-detail"),
    "api:consensus-detail",
    *("audits:review-note-new", "api:review-notes-detail"),
    *("api:answers-detail", "api:objectives-detail", "api:key-results-detail"),
    *("api:check-ins-detail", "api:actions-detail", "api:improvements-detail"),
    *("metrics:review-detail", "metrics:review-present"),
    *("api:notes-detail", "api:exclusions-detail", "api:contracts-detail", "api:rollouts-detail"),
}
# Whoever sees a series may say something about it.
OPEN_TO_READERS = {
    *("metrics:point-detail", "metrics:comment-answer", "metrics:comment-resolve"),
    *("metrics:comment-reopen", "api:comments-resolve", "api:comments-reopen"),
}
OURS = {"teams", "audits", "objectives", "processes", "tooling", "metrics"}
# The word with what follows it in a text of the twin: what a sender wrote is no telling.
TOLD = re.compile(rb"Xolotl [a-z]")


@pytest.fixture
def twin(organisation, checkout, jonas):
    """All that Billing has and Checkout may not see."""
    Subject.objects.create(pk=KEY, kind="product", key=SLUG, name=f"{WORD} billing")
    Subject.objects.create(pk=KEY + 1, kind="team", key=SLUG, name=f"{WORD} team")
    product = ProductFactory(
        pk=KEY, slug=SLUG, name=f"{WORD} billing", description=f"{WORD} description"
    )
    team = TeamFactory(pk=KEY, slug=SLUG, name=f"{WORD} team", mission=f"{WORD} mission")
    ProductTeamFactory(product=product, team=team)
    PersonProductFactory(person=jonas, product=product)
    MembershipFactory(pk=KEY, person=jonas, team=team)
    LearningPlanFactory(pk=KEY, title=f"{WORD} plan", team=team, owner=jonas)
    audited(product, jonas)
    measured(product, jonas)
    equipped(product, team, jonas)
    return product


def audited(product, jonas) -> None:
    audit = OpenAuditFactory(pk=KEY, title=f"{WORD} audit")
    scope = ScopeFactory(pk=KEY, audit=audit, subject=product.subject)
    invitation = InvitationFactory(
        pk=KEY,
        audit=audit,
        person=jonas,
        scopes=[scope],
        state="submitted",
        started_at=audit.opened_at,
        submitted_at=audit.opened_at,
    )
    node = audit.framework_version.nodes.questions().first()
    answer = AnswerFactory(
        pk=KEY, invitation=invitation, scope=scope, node=node, comment=f"{WORD} comment"
    )
    AnswerNote.objects.create(
        pk=KEY, answer=answer, text=f"{WORD} doubt", by=jonas, at=audit.opened_at
    )
    Consensus.objects.create(
        pk=KEY, scope=scope, node=node, subject=product.subject, number=2, note=f"{WORD} note",
        by=jonas, at=audit.opened_at,
    )  # fmt: skip
    gap = GapFactory(pk=KEY, title=f"{WORD} gap", subject=product.subject, owner=jonas)
    evidence = Evidence.objects.create(pk=KEY, title=f"{WORD} chart", gap=gap)
    EvidenceRevision.objects.create(
        pk=KEY, evidence=evidence, number=1, url="https://example.org", note=f"{WORD} shows",
        by=jonas, at=audit.opened_at,
    )  # fmt: skip
    Fact.objects.create(
        pk=KEY, measure="audits.open-gaps", subject=product.subject, on=PERIOD, value=1
    )
    Workshop.objects.create(
        pk=KEY, scope=scope, places=[[node.pk, product.subject_id]], node=node,
        subject=product.subject, by=jonas, begun_at=audit.opened_at,
    )  # fmt: skip


def measured(product, jonas) -> None:
    subject = product.subject
    objective = ObjectiveFactory(pk=KEY, title=f"{WORD} objective", subject=subject, owner=jonas)
    series = SeriesFactory(pk=KEY, kpi=KpiFactory(slug=SLUG, name="Lead time"), subject=subject)
    TargetFactory(series=series)
    result = KeyResultFactory(pk=KEY, objective=objective, title=f"{WORD} result", owner=jonas)
    CheckInFactory(pk=KEY, key_result=result, author=jonas, changed=f"{WORD} note")
    upper = ObjectiveFactory(title=f"{WORD} upper objective", subject=subject, owner=jonas)
    Alignment.objects.create(pk=KEY, objective=objective, to_objective=upper, weight=1, by=jonas)
    Follower.objects.create(pk=KEY, objective=objective, person=jonas)
    Action.objects.create(pk=KEY, objective=objective, title=f"{WORD} action", owner=jonas)
    Action.objects.create(pk=KEY + 1, series=series, title=f"{WORD} follow-up", owner=jonas)
    observe(series, [(PERIOD, 1.0)])
    settle(PERIOD)
    Segment.objects.filter(series=series).delete()
    SegmentFactory(pk=KEY, series=series)
    ExclusionFactory(pk=KEY, series=series, period=PERIOD, reason=f"{WORD} reason")
    Comment.objects.create(
        pk=KEY, series=series, period=PERIOD, text=f"{WORD} comment", author=jonas
    )
    Note.objects.create(pk=KEY, subject=subject, on=date(2026, 1, 5), text=f"{WORD} note")
    improvement = ImprovementFactory(
        pk=KEY, title=f"{WORD} improvement", subject=subject, owner=jonas
    )
    promise = RegistrationFactory(pk=KEY, improvement=improvement, series=series)
    VerdictFactory(pk=KEY, registration=promise, sentence=f"{WORD} sentence")
    RecheckFactory(pk=KEY, registration=promise, sentence=f"{WORD} sentence")
    AlertFactory(pk=KEY, series=series)
    SubscriptionFactory(pk=KEY, person=jonas, series=series)
    Forecast.objects.create(
        pk=KEY, registration=promise, on=PERIOD, value=1, note=f"{WORD} forecast", by=jonas
    )
    Dismissal.objects.create(
        pk=KEY, key=f"gap:{KEY}", reason=f"{WORD} later", until_on=date(2999, 1, 1), by=jonas
    )
    reviewed(series, jonas)


def reviewed(series, jonas) -> None:
    """A review that both may open, with a block and a note of one alone."""
    board = Dashboard.objects.create(pk=KEY, slug=SLUG, title="Health")
    DashboardRow.objects.create(dashboard=board, order=1, series=series)
    text = frozen_of(series).to_json()
    FrozenPeriod.objects.create(
        pk=KEY, dashboard=board, label="Kept", until_on=date(2026, 1, 11), content=text, by=jonas,
        sha256=sha256_of(text),
    )  # fmt: skip
    review = Review.objects.create(
        pk=KEY, dashboard=board, week=date(2026, 1, 5), on=date(2026, 1, 12), chair=jonas
    )
    ReviewNote.objects.create(pk=KEY, review=review, series=series, text=f"{WORD} said", by=jonas)


def frozen_of(series) -> DashboardContent:
    """What a kept page says of a series, and of an improvement, of one alone."""
    row = KpiLine(
        f"series:{series.pk}",
        f"{WORD} kept",
        Sparkline(f"{WORD} kept", ()),
        "1",
        "flat",
        "As usual",
    )
    line = ImprovementLine(f"improvement:{KEY}", f"{WORD} kept", "", "flat", "Live")
    sentence = Sentence("bad", True, f"{WORD} kept", "", f"{WORD} rose.", ref=row.ref)
    return DashboardContent(
        title="Health",
        slug=SLUG,
        on=date(2026, 1, 12),
        meta=(),
        rows=(row,),
        brief=Briefing(f"{WORD} lead", (sentence,)),
        improvements=(line,),
    )


def equipped(product, team, jonas) -> None:
    ContractFactory(pk=KEY, name=f"{WORD} contract", reference=SLUG)
    rollout = RolloutFactory(pk=KEY, title=f"{WORD} rollout", owner=jonas)
    RolloutWaveFactory(pk=KEY, rollout=rollout, team=team)
    AdoptionFactory(pk=KEY, subject=product.subject)


def address(path: str) -> str:
    """The path of the twin's row."""
    path = path.replace("<slug:period>", PERIOD.isoformat())
    path = re.sub(r"\(\?P<slug>[^)]*\)|<slug:\w+>", SLUG, path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", str(KEY), path)
    path = re.sub(r"<int:number>", "1", path)
    return re.sub(r"<(?:\w+:)?\w+>", str(KEY), path)


def asked(route) -> list[str]:
    """The addresses at which a route might tell of the twin."""
    if route.name in ("trace", "api:trace"):
        kinds = ("answer", "gap", "objective", "key-result", "series", "improvement")
        return [
            route.path.replace("<slug:kind>", kind).replace("<int:pk>", "777") for kind in kinds
        ]
    return [route.path]


def rows_of_the_house() -> dict:
    """Every row of our apps, by model and key."""
    return {
        (model._meta.label, str(row.pk)): str(model_to_dict(row))
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for row in model._base_manager.all()
    }


def body_of(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_who_sees_all_is_told_of_the_twin_at_these_addresses(twin, as_, api, ines):
    browser, program = as_(ines), api(ines)
    details = [route for route in ROUTES if "GET" in route.methods and "<" in route.path]

    told = {
        route.name
        for route in details
        for path in asked(route)
        if TOLD.search(
            body_of((program if path.startswith("/api/") else browser).get(address(path)))
        )
    }

    assert told >= MUST_TELL


@pytest.mark.parametrize("who", ["mia", "rui"])
def test_no_page_and_no_route_of_the_api_tells_of_the_twin(twin, as_, api, who, request):
    person = request.getfixturevalue(who)
    browser, program = as_(person), api(person)
    told = {}

    for route in ROUTES:
        client = program if route.path.startswith("/api/") else browser
        for path in asked(route) if "GET" in route.methods else []:
            if TOLD.search(body_of(client.get(address(path)))):
                told[path] = route.name

    assert told == {}


@pytest.mark.parametrize("query", [{"q": WORD}, {"subject": f"product:{SLUG}"}])
def test_no_search_and_no_filter_finds_the_twin(twin, as_, api, mia, query):
    browser, program = as_(mia), api(mia)
    lists = [route for route in ROUTES if "GET" in route.methods and "<" not in route.path]
    told = {}

    for route in lists:
        client = program if route.path.startswith("/api/") else browser
        if TOLD.search(body_of(client.get(route.path, query))):
            told[route.path] = route.name

    assert told == {}


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_nobody_else_changes_anything_of_the_twin(twin, as_, api, who, request):
    person = request.getfixturevalue(who)
    browser, program = as_(person), api(person)
    before = rows_of_the_house()
    failed = {}

    for route in ROUTES:
        if person.sees_all and route.name in OPEN_TO_READERS:
            continue
        if not re.search(r"<int:|\(\?P<pk>", route.path) or route.path.startswith("/accounts/"):
            continue
        for method in set(route.methods) & {"POST", "PUT", "PATCH", "DELETE"}:
            status = send(browser, program, method, address(route.path)).status_code
            if status >= 500:
                failed[method, route.path] = status

    after = rows_of_the_house()
    assert failed == {}
    assert {
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    } == set()


SENT = {"name": "Mine", "title": "Mine", "text": "Mine", "reason": "Mine", "comment": "Mine"}


def send(browser, program, method: str, path: str):
    if path.startswith("/api/"):
        return program.generic(method, path, json.dumps(SENT), "application/json")
    return browser.post(path, SENT)

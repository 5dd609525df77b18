from datetime import timedelta

import pytest

from metrics.actions.judging import judge_all
from metrics.models import Verdict
from productops import clock
from teams.models import Subject
from tests.factories.audits import ClosedAuditFactory, ScopeFactory
from tests.factories.metrics import NOW, TODAY, live_on, promised_on, weekly_series
from tests.factories.objectives import KpiVersionFactory, SeriesFactory
from tests.factories.processes import AdoptionFactory, PublishedFactory
from tests.factories.teams import ProductFactory, TeamFactory
from tests.factories.tooling import RolloutFactory, RolloutWaveFactory

pytestmark = pytest.mark.django_db
VALUES = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0] * 3
MIDST = live_on(5)
LONG_AGO = live_on(60)


def at(day):
    return clock.start_of(day) + timedelta(hours=9)


@pytest.fixture
def product():
    return ProductFactory()


@pytest.fixture
def promise(product):
    return promised_on(SeriesFactory(subject=product.subject), weeks_ago=8)


def told(promise):
    """What the verdict lists, by kind and key."""
    weekly_series(VALUES, series=promise.series)
    verdict = Verdict.objects.get(registration=promise)
    return [(one["kind"], one["id"]) for one in verdict.circumstances]


def test_where_nothing_else_happened_nothing_is_listed(promise):
    assert told(promise) == []


def test_another_improvement_of_the_kpi_in_the_whole_organisation_is_listed(promise):
    whole = SeriesFactory(kpi=promise.series.kpi, subject=Subject.organisation())
    other = promised_on(whole, weeks_ago=4)

    assert told(promise) == [("improvement", other.improvement_id)]


def test_another_improvement_of_a_kin_product_is_not(promise):
    kin = SeriesFactory(kpi=promise.series.kpi, subject=ProductFactory().subject)
    promised_on(kin, weeks_ago=4)

    assert told(promise) == []


def test_an_improvement_that_went_live_in_the_time_before_is_listed_too(promise):
    other = promised_on(promise.series, weeks_ago=14)

    assert told(promise) == [("improvement", other.improvement_id)]


def test_a_definition_that_changed_is_listed(promise):
    KpiVersionFactory(kpi=promise.series.kpi, valid_from=LONG_AGO)
    newer = KpiVersionFactory(kpi=promise.series.kpi, valid_from=MIDST, restates_history=True)

    assert told(promise) == [("definition", newer.pk)]


def test_a_process_that_the_product_works_by_is_listed_with_the_day_it_changed(promise, product):
    revision = PublishedFactory(published_at=at(MIDST))
    AdoptionFactory(process=revision.process, subject=product.subject)
    PublishedFactory(published_at=at(MIDST))  # nobody here works by it

    assert told(promise) == [("revision", revision.pk)]


def test_the_revision_that_the_improvement_itself_is_about_is_not(promise, product):
    revision = PublishedFactory(published_at=at(MIDST))
    AdoptionFactory(process=revision.process, subject=product.subject)
    improvement = promise.improvement
    improvement.kind, improvement.revision = "process", revision
    improvement.save()

    assert told(promise) == []


def test_a_tool_that_came_to_a_team_of_the_product_is_listed_once(promise, product):
    rollout = RolloutFactory()
    teams = TeamFactory.create_batch(2)
    for team in teams:
        team.products.add(product)
        RolloutWaveFactory(rollout=rollout, team=team, go_live_on=MIDST)
    RolloutWaveFactory(team=TeamFactory(), go_live_on=MIDST)

    assert told(promise) == [("rollout", rollout.pk)]


def test_an_audit_of_the_product_that_closed_is_listed(promise, product):
    audit = ClosedAuditFactory(closed_at=at(MIDST))
    ScopeFactory(audit=audit, subject=product.subject)
    ClosedAuditFactory(closed_at=at(MIDST))
    earlier = ClosedAuditFactory(closed_at=at(LONG_AGO))
    ScopeFactory(audit=earlier, subject=product.subject)

    assert told(promise) == [("audit", audit.pk)]


def test_all_of_it_happens_to_the_organisation():
    promise = promised_on(SeriesFactory(subject=Subject.organisation()), weeks_ago=8)
    audit = ClosedAuditFactory(closed_at=at(MIDST))
    revision = PublishedFactory(published_at=at(MIDST + timedelta(days=1)))

    assert told(promise) == [("audit", audit.pk), ("revision", revision.pk)]


def test_what_becomes_known_later_changes_the_list_and_nothing_else(promise):
    assert told(promise) == []
    former = Verdict.objects.get(registration=promise)

    other = promised_on(promise.series, weeks_ago=14)
    judge_all(today=TODAY, now=NOW)

    verdict = Verdict.objects.get(registration=promise)
    assert [one["title"] for one in verdict.circumstances] == [other.improvement.title]
    assert verdict.data_sha256 == former.data_sha256

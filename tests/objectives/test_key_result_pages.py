"""Key results on pages: their numbers, words and places."""

import pytest
from django.urls import reverse

from audits.models import Gap
from metrics.models import SeriesState
from objectives import actions
from objectives.models import (
    KeyResult,
    ObjectiveGap,
)
from productops import clock
from tests.factories.audits import framework_version
from tests.factories.objectives import (
    KeyResultFactory,
    KpiVersionFactory,
    SeriesFactory,
)


def gap_of(product, **fields) -> Gap:
    return Gap.objects.create(
        **{"title": "Measurement", "subject": product.subject, "found_on": "2026-05-01"} | fields
    )


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def key_result_sent(**change):
    sent = {"title": "Lead time", "kind": "metric", "baseline": "12", "target": "7", "weight": ""}
    return sent | change


def test_a_key_result_on_a_kpi_begins_its_series(as_, mia, objective, kpi, checkout):
    response = as_(mia).post(
        url("key-result-new", objective.pk),
        key_result_sent(kpi="lead-time", subject=checkout.subject_id, owner=mia.pk),
    )

    made = KeyResult.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    assert (made.series.kpi, made.series.subject) == (kpi, checkout.subject)
    assert made.stretch == pytest.approx(12 - 5 / 0.7)
    assert made.weight == 1


def test_a_suggestion_fills_in_what_the_series_knows(as_, mia, ines, objective, kpi, checkout):
    series = SeriesFactory(kpi=kpi, subject=checkout.subject, owner=ines)
    SeriesState.objects.create(series=series, latest=11.21234, as_of=clock.start_of(clock.today()))

    response = as_(mia).get(url("key-result-new", objective.pk), {"kpi": "lead-time"})

    initial = response.context["form"].initial
    told = initial["title"], initial["baseline"], initial["owner"]
    assert told == ("Lead time", 11.21, ines.pk)


def test_the_questions_behind_a_gap_suggest_kpis(as_, mia, objective, checkout, kpi):
    watched = KpiVersionFactory(kpi__slug="changes-with-a-baseline").kpi
    version = framework_version()
    section = version.nodes.get(key="measurement")
    ObjectiveGap.objects.create(objective=objective, gap=gap_of(checkout, node=section))

    response = as_(mia).get(url("key-result-new", objective.pk))

    assert response.context["suggested"] == [watched]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": ""}, "target"),
        ({"baseline": "1e999"}, "baseline"),
        ({"baseline": "1,5"}, "baseline"),
        ({"target": "12"}, "target"),
        ({"commit": "99"}, "target"),
        ({"weight": "-1"}, "weight"),
        ({"kind": "maintain", "low": "3"}, "kpi"),
        ({"kind": "maintain", "kpi": "lead-time"}, "low"),
        ({"kind": "maintain", "kpi": "lead-time", "low": "3", "high": "2"}, "high"),
        ({"kind": "poem"}, "kind"),
        ({"kpi": "unknown"}, "kpi"),
        ({"title": ""}, "title"),
    ],
)
def test_a_key_result_that_cannot_be_meant_is_told_at_its_field(
    as_, mia, objective, kpi, checkout, change, field
):
    sent = key_result_sent(subject=checkout.subject_id, owner=mia.pk)

    response = as_(mia).post(url("key-result-new", objective.pk), sent | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not KeyResult.objects.exists()
    assert not kpi.series.exists()


def test_a_described_result_keeps_its_words(as_, mia, objective, checkout):
    sent = key_result_sent(kind="ordinal", baseline="", target="", zone_target="All teams review")

    as_(mia).post(
        url("key-result-new", objective.pk),
        sent | {"subject": checkout.subject_id, "owner": mia.pk},
    )

    made = KeyResult.objects.get()
    assert (made.zones, made.baseline) == ({"target": "All teams review"}, None)


def test_a_key_results_page_says_how_realistic_its_target_is(as_, mia, objective):
    series = SeriesFactory(subject=objective.subject, version__unit="d")
    SeriesState.objects.create(
        series=series,
        latest=62,
        n=12,
        centre=62,
        mr_centre=4,
        lower=51,
        upper=73,
        as_of=clock.start_of(clock.today()),
    )
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=70)

    page = as_(mia).get(key_result.get_absolute_url())

    assert page.context["realism"] == (
        "Inside the usual variation: expected to be met by luck in 1.2% of weeks."
    )


def test_a_deleted_key_result_leaves_the_objective_and_comes_back(as_, mia, key_result):
    client = as_(mia)

    client.post(url("key-result-delete", key_result.pk))
    without = client.get(key_result.objective.get_absolute_url()).context["key_results"]
    client.post(reverse("trash-restore", args=["objectives.keyresult", key_result.pk]))

    assert without == []
    assert KeyResult.objects.get() == key_result


def test_an_edit_leaves_to_follow_what_followed_and_keeps_it_to_the_last_digit(as_, mia, objective):
    made = actions.add_key_result(
        objective=objective, title="Faster", owner=mia, by=mia, baseline=9.5, target=5.5
    )
    page = as_(mia).get(url("key-result-edit", made.pk))
    begins = page.context["form"].initial

    sent = key_result_sent(subject=objective.subject_id, owner=mia.pk, baseline="9.5", target="5.5")
    as_(mia).post(url("key-result-edit", made.pk), sent | {"title": "Fast", "version": "1"})

    kept = KeyResult.objects.get()
    shown = [begins[name] for name in ("baseline", "commit", "target", "stretch", "weight")]
    assert shown == [9.5, None, 5.5, None, 1]
    assert (kept.title, kept.commit, kept.stretch) == ("Fast", made.commit, made.stretch)


def test_a_number_that_was_written_stays_where_the_target_moves(as_, mia, objective):
    made = actions.add_key_result(
        objective=objective, title="Faster", owner=mia, by=mia, baseline=9, commit=8, target=5
    )
    begins = as_(mia).get(url("key-result-edit", made.pk)).context["form"].initial

    assert (begins["commit"], begins["stretch"]) == (8, None)

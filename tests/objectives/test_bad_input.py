"""Whatever is sent about objectives: told at its field, and nothing is written."""

import pytest
from django.urls import reverse

from objectives.models import Alignment, CheckIn, KeyResult, Objective
from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
)

LONG, NUL, HUGE = "x" * 10_000, "a\x00b", "9" * 400
NUMBERS = ("NaN", "inf", "-Infinity", "1e999", HUGE, "seven")


@pytest.fixture
def objective(db):
    return ObjectiveFactory(cycle=CycleFactory(slug="year"))


@pytest.fixture
def result(objective):
    return KeyResultFactory(objective=objective, baseline=10, target=5, commit=8, stretch=3)


def written():
    return [model.objects.count() for model in (Objective, KeyResult, CheckIn, Alignment)]


def key_result_of(objective, **change):
    about = {"title": "New", "owner": objective.owner_id, "subject": objective.subject_id}
    return about | {"kind": "metric", "baseline": "1", "target": "2", "weight": "1"} | change


FORMS = [
    *(("key-result-new", name, text, name) for text in NUMBERS
      for name in ("baseline", "target", "weight")),
    ("key-result-new", "weight", "-1", "weight"),
    ("key-result-new", "target", "1", "target"),  # the baseline
    ("key-result-new", "commit", "3", "target"),  # beyond the target
    ("key-result-new", "stretch", "1.5", "target"),  # before the target
    ("key-result-new", "title", LONG, "title"),
    ("key-result-new", "kind", "huge", "kind"),
    ("key-result-new", "kpi", LONG, "kpi"),
    *(("check-in-new", "value", text, "value") for text in NUMBERS),
    *(("check-in-new", "confidence", text, "confidence") for text in ("-1", "11", "NaN", "5.5")),
    *(("check-in-new", "on", text, "on") for text in ("9999-12-31", "0001-01-01", "31.02.2026")),
    ("check-in-new", "changed", LONG, "changed"),
    *(("key-result-plan", "value_1", text, "value_1") for text in NUMBERS),
    ("key-result-plan", "on_1", "2031-01-01", "on_1"),
    ("key-result-overrule", "status", "fine", "status"),
    ("key-result-overrule", "reason", LONG, "reason"),
]  # fmt: skip
FULL = {
    "check-in-new": {"value": "5", "confidence": "5", "on": "2026-02-01"},
    "key-result-plan": {"on_1": "2026-03-01", "value_1": "8"},
    "key-result-overrule": {"status": "on_track", "reason": "We know more"},
}


@pytest.mark.parametrize(("route", "name", "text", "field"), FORMS)
def test_a_form_tells_it_at_its_field(route, name, text, field, objective, result, ines, as_):
    new = route == "key-result-new"
    full = key_result_of(objective) if new else FULL[route] | {"version": result.version}
    row = objective if new else result
    before = written()

    page = as_(ines).post(reverse(f"objectives:{route}", args=[row.pk]), full | {name: text})

    assert (page.status_code, written()) == (422, before)
    errors = page.context["form"].errors
    assert field in errors or (field.startswith("on_") and errors), errors


CALLS = [
    *(("key-results/", {"baseline": text}, "baseline") for text in NUMBERS),
    ("key-results/", {"weight": -1}, "weight"),
    ("key-results/", {"target": 1}, "target"),
    ("key-results/", {"commit": 3}, "target"),
    ("key-results/", {"title": LONG}, "title"),
    ("key-results/", {"zones": {"fail": LONG}, "kind": "ordinal"}, "zones"),
    ("objectives/", {"title": LONG}, "title"),
    ("objectives/", {"cycle": LONG}, "cycle"),
    ("objectives/", {"subject": LONG}, "subject"),
    ("objectives/", {"pillar": HUGE}, "pillar"),
    *(("check-ins/", {"value": text}, "value") for text in NUMBERS),
    ("check-ins/", {"confidence": 11}, "confidence"),
    ("check-ins/", {"on": "9999-12-31"}, "on"),
    ("check-ins/", {"changed": LONG * 10}, "changed"),
    ("check-ins/", {"key_result": HUGE}, "key_result"),
    *(("alignments/", {"weight": text}, "weight") for text in ("NaN", "1e999", -1)),
    ("alignments/", {"kind": "loves"}, "kind"),
    ("alignments/", {"to_objective": 2**70}, "too large"),
    ("objectives/", {"title": NUL}, "characters that are no text"),
    ("objectives/", {"why": LONG + "x"}, "why"),
]


@pytest.mark.parametrize(("path", "change", "field"), CALLS)
def test_a_call_tells_it_at_its_field(path, change, field, objective, result, ines, as_):
    full = {
        "key-results/": {"objective": objective.pk, "title": "New", "baseline": 1, "target": 2},
        "objectives/": {
            "title": "New", "cycle": "year", "subject": objective.subject.reference,
        },
        "check-ins/": {"key_result": result.pk, "value": 5, "confidence": 5},
        "alignments/": {
            "objective": ObjectiveFactory().pk, "to_objective": objective.pk, "weight": 1,
        },
    }[path]  # fmt: skip
    before = written()

    answer = as_(ines).post("/api/v1/" + path, full | change, content_type="application/json")

    assert answer.status_code in (400, 422), answer.text
    assert written() == before
    assert field in answer.text


def test_what_no_text_holds_is_refused_before_any_form_reads_it(objective, ines, as_):
    sent = key_result_of(objective, title=NUL)

    page = as_(ines).post(reverse("objectives:key-result-new", args=[objective.pk]), sent)

    assert (page.status_code, KeyResult.objects.count()) == (400, 0)


def test_a_short_name_of_nothing_but_hyphens_is_no_short_name(ines, api):
    kpi = KpiVersionFactory().kpi
    answer = api(ines).patch(
        f"/api/v1/kpis/{kpi.slug}/", {"slug": "-"}, content_type="application/json"
    )

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["slug"]

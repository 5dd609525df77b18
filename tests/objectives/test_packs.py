"""Packs of KPIs, out and in, and the shipped library to choose from."""

import io

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from objectives.actions import define_kpi, load_library, say_influence
from objectives.actions.library import library_influences
from objectives.exchange import kpis
from objectives.models import Kpi, KpiInfluence, KpiInput, KpiVersion
from productops.exchange import Refused
from tests.factories.objectives import KpiVersionFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def taken(text, name="pack.yaml"):
    report = kpis.take(io.BytesIO(text.encode()), name, None, {})
    return report.created, report.updated, report.unchanged


def refused(text):
    with pytest.raises(Refused) as caught:
        kpis.take(io.BytesIO(text.encode()), "pack.yaml", None, {})
    return [(found.row, found.column) for found in caught.value.report.refused]


def forget_all():
    """As in an organisation that has no KPIs."""
    KpiInput.objects.all().delete()
    Kpi.with_trash.all().delete()


def given(**options) -> str:
    return "".join(kpis.give(None, options | {"format": "yaml"}))


@pytest.fixture
def catalogue(ines):
    """A KPI that is computed from one of another family, and what one of them drives."""
    bugs = define_kpi(
        name="Bugs: “all”", slug="bugs", family="quality", purpose="a\nb", unit="'", high=3.5,
        direction="down", owner=ines, by=ines,
    )  # fmt: skip
    rate = define_kpi(
        name="123", slug="rate", family="flow", expression="{bugs} / 2", unit="%", by=ines
    )
    say_influence(cause=bugs, effect=rate, kind="lowers", after_days=7, why="It is so", by=ines)
    return bugs, rate


# Out and in ---------------------------------------------------------------------------------
def test_a_pack_comes_back_unchanged_here_and_makes_the_same_elsewhere(catalogue):
    text = given()

    here = taken(text)
    forget_all()
    elsewhere = taken(text)

    belief = KpiInfluence.objects.get()
    assert (here, elsewhere) == ((0, 0, 2), (2, 0, 0))
    assert (belief.kind, belief.after_days, belief.why) == ("lowers", 7, "It is so")
    assert KpiVersion.objects.get(kpi__slug="rate").inputs.get().kpi.slug == "bugs"
    assert given() == text


def test_a_pack_names_no_people(catalogue, ines):
    assert ines.email not in given()
    assert ines.name not in given()


def test_a_pack_of_one_family_has_all_that_it_is_computed_from(catalogue):
    define_kpi(name="Cost", slug="cost", family="cost", by=None)

    found = yaml.safe_load(given(family="flow"))["kpis"]

    assert [card["slug"] for card in found] == ["bugs", "rate"]
    assert found[0]["lowers"] == [{"slug": "rate", "after_days": 7, "why": "It is so"}]


def test_what_the_pack_leaves_empty_is_cleared_again(catalogue):
    text = given()
    catalogue[0].edit(by=None, pitfalls="Twins count once")

    assert taken(text) == (0, 1, 1)
    assert Kpi.objects.get(slug="bugs").pitfalls == ""


def test_another_belief_alone_counts_as_a_change_and_none_is_taken_back(catalogue, ines):
    text = given()
    say_influence(cause=catalogue[0], effect=catalogue[1], kind="raises", by=ines)
    say_influence(cause=catalogue[1], effect=catalogue[0], by=ines)

    assert taken(text) == (0, 1, 1)
    assert set(KpiInfluence.objects.values_list("cause__slug", "kind")) == {
        ("bugs", "lowers"),
        ("rate", "raises"),
    }


def test_a_belief_may_name_a_card_below_or_one_that_is_there(db):
    KpiVersionFactory(kpi__slug="there")

    taken("kpis: [{name: A, raises: [b, there]}, {name: B, lowers: [A]}]")

    assert set(KpiInfluence.objects.values_list("cause__slug", "effect__slug", "kind")) == {
        ("a", "b", "raises"),
        ("a", "there", "raises"),
        ("b", "a", "lowers"),
    }


def test_the_page_and_the_command_give_the_same_pack(catalogue, as_, mia, capsys):
    out = io.StringIO()
    call_command("export", "kpis", "--format", "yaml", "--family", "quality", stdout=out)

    page = as_(mia).get(url("kpi-list"), {"family": "quality", "format": "yaml"})

    assert page.headers["Content-Disposition"] == 'attachment; filename="kpis.yaml"'
    assert page.text == out.getvalue()
    assert [card["slug"] for card in yaml.safe_load(page.text)["kpis"]] == ["bugs"]


def test_the_file_of_the_settings_is_taken_in_after_a_look(catalogue, as_, ines):
    text = given()
    forget_all()
    sent = io.BytesIO(text.encode())
    sent.name = "kpis.yaml"

    looked_at = as_(ines).post(reverse("import-new", args=["kpis"]), {"file": sent})
    seen = Kpi.objects.count()
    run = looked_at.headers["Location"]
    as_(ines).post(f"{run}apply/")

    assert (looked_at.status_code, seen) == (302, 0)
    assert Kpi.objects.count() == 2


# Hostile ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kpis: [{name: A, raises: b}]", (1, "raises")),
        ("kpis: [{name: A, raises: {b: 1}}]", (1, "raises")),
        ("kpis: [{name: A, raises: [nobody]}]", (1, "raises")),
        ("kpis: [{name: A}, {name: B, lowers: [nobody]}]", (2, "lowers")),
        ("kpis: [{name: A, raises: [a]}]", (1, "raises")),
        ("kpis: [{name: A, raises: [b], lowers: [b]}, {name: B}]", (1, "lowers")),
        ("kpis: [{name: A, raises: [[b]]}]", (1, "raises")),
        ("kpis: [{name: A, raises: [{slug: b, mood: 1}]}, {name: B}]", (1, "raises")),
        ("kpis: [{name: A, raises: [{slug: b, after_days: soon}]}, {name: B}]", (1, "raises")),
        ("kpis: [{name: A, raises: [{slug: b, after_days: -1}]}, {name: B}]", (1, "raises")),
        ("kpis: [{name: A, raises: [{slug: b, why: [1]}]}, {name: B}]", (1, "raises")),
        ("kpis: [{name: A, raises: [null]}]", (1, "raises")),
        ('kpis: [{name: A, raises: [{slug: b, why: "a\\x07"}]}, {name: B}]', (1, "raises")),
        ("kpis: [{name: A, raises: [" + "b," * 101 + "]}]", (1, "raises")),
        ("kpis: [{name: A, low: 2026-99-99}]", (1, "low")),
        ("kpis: [{name: " + "9" * 5_000 + "}]", (1, "name")),
        ("a: &a [x, x]\nb: &b [*a, *a]\nkpis: [{name: A, unit: *b}]", (None, "kpis")),
        ("kpis: [{name: !!python/object/apply:os.system [id]}]", (None, "kpis")),
        ("kpis: " + "[" * 3_000, (None, "kpis")),
        ("kpis: [{? [a] : b}]", (None, "kpis")),
        ("x" * 5_000_001, (None, "")),
    ],
)
def test_a_hostile_pack_is_refused_by_card_and_leaves_nothing(db, text, place):
    assert refused(text) == [place]
    assert not Kpi.objects.exists()
    assert not KpiInfluence.objects.exists()


# The library --------------------------------------------------------------------------------
def test_the_library_says_what_drives_what_and_why():
    found = library_influences()

    assert len({(cause, effect) for cause, effect, _said in found}) == len(found) >= 12
    assert all(said["why"] and said["after_days"] for _cause, _effect, said in found)


def test_chosen_kpis_and_families_are_taken_over_and_no_others(as_, ines):
    sent = {"kpis": ["lead-time-for-change"], "families": ["cost"]}

    response = as_(ines).post(url("kpi-load"), sent)

    assert response.status_code == 302
    assert Kpi.objects.filter(family="flow").count() == 1
    assert Kpi.objects.exclude(family__in=("flow", "cost")).count() == 0
    assert Kpi.objects.filter(family="cost").count() >= 5


def test_what_drives_what_comes_once_both_ends_are_there(db):
    load_library(by=None, slugs={"customer-interviews"})
    alone = KpiInfluence.objects.count()

    load_library(by=None, slugs={"decisions-with-evidence"})

    assert alone == 0
    assert KpiInfluence.objects.get().cause.slug == "customer-interviews"


def test_a_belief_of_the_library_that_was_taken_back_stays_away(db):
    load_library(by=None)
    KpiInfluence.objects.filter(cause__slug="customer-interviews").delete()

    load_library(by=None)

    assert not KpiInfluence.objects.filter(cause__slug="customer-interviews").exists()


@pytest.mark.parametrize("sent", [{}, {"kpis": ["nobody"]}, {"families": ["mood"]}])
def test_nothing_ticked_or_nonsense_takes_nothing_over(as_, ines, sent):
    response = as_(ines).post(url("kpi-load"), sent)

    assert response.status_code == 422
    assert not Kpi.objects.exists()


def test_a_kpi_that_somebody_else_took_over_meanwhile_is_no_fault(as_, ines):
    load_library(by=None, slugs={"open-gaps"})

    response = as_(ines).post(url("kpi-load"), {"kpis": ["open-gaps", "team-health"]})

    assert response.status_code == 302
    assert Kpi.objects.count() == 2


def test_the_library_page_shows_what_is_missing_with_its_purpose(as_, ines):
    client = as_(ines)
    before = client.get(url("kpi-load")).text
    load_library(by=None)
    after = client.get(url("kpi-load")).text

    assert "Net revenue retention" in before
    assert "before new sales hide it" in before
    assert "You have every KPI of the library" in after


@pytest.mark.parametrize("name", ["new", "load", "causes"])
def test_no_kpi_hides_behind_a_page_of_the_catalogue(as_, ines, name):
    sent = {"name": name, "direction": "up", "cadence": "week", "aggregation": "mean"}

    as_(ines).post(url("kpi-new"), sent | {"empty": "gap"})

    page = as_(ines).get(f"/objectives/kpis/{name}/")
    assert page.context["kpi"].name == name

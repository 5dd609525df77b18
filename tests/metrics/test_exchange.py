import io

import pytest
from django.core.management import call_command

from metrics.exchange import give, take
from metrics.models import Observation
from objectives.models import Kpi
from productops.exchange import Refused
from productops.models import Organisation
from productops.tables import write_csv
from teams.models import Product
from tests.factories.metrics import observe, weeks_before
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
HEADER = "kpi,product,at,value\n"
GOOD = "lead-time,checkout,2026-01-05,1\n"


def taken(text: str, by=None, name="numbers.csv", **options) -> dict:
    return take(io.BytesIO(text.encode()), name, by, options).as_dict()


def refused(text: str, by=None, **options) -> list[tuple]:
    with pytest.raises(Refused) as error:
        taken(text, by, **options)
    return [(refusal.row, refusal.column) for refusal in error.value.report.refused]


@pytest.fixture
def lead(checkout):
    return KpiVersionFactory(kpi__slug="lead-time").kpi


def test_other_usual_names_of_columns_are_known(lead):
    text = "metric,date,value,dimension\nlead_time,2026-01-05,1,checkout\n"

    assert taken(text)["created"] == 1


def test_names_of_columns_are_found_whatever_their_case(lead):
    assert taken("KPI,Product,At,Value\nlead-time,checkout,2026-01-05,1\n")["created"] == 1


def test_a_row_without_a_product_is_about_the_organisation(lead):
    taken(HEADER + "lead-time,,2026-01-05,1\n")

    assert Observation.objects.get().series.subject.reference == "organisation:organisation"


def test_a_subject_of_any_kind_is_named_by_kind_and_key(lead, checkout_team):
    taken("kpi,subject,at,value\nlead-time,team:team-checkout,2026-01-05,1\n")

    assert Observation.objects.get().series.subject == checkout_team.subject


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            HEADER + "lead-time,checkout,2026-01-05,1\nlead-time,checkout,2026-01-06,x\n",
            [(3, "value")],
        ),
        (HEADER + "lead-time,nowhere,2026-01-05,1\n", [(2, "product")]),
        (HEADER + "other,checkout,2026-01-05,1\n", [(2, "kpi")]),
        (HEADER + "lead-time,checkout,05.01.2026,1\n", [(2, "at")]),
        (HEADER + "lead-time,checkout,2026-01-05,\n", [(2, "value")]),
        (HEADER + 2 * "lead-time,checkout,2026-01-05,1\n", [(3, "at")]),
        (HEADER + "lead-time,checkout,2026-01-05,1,5\n", [(2, "")]),
        ("kpi,value\nlead-time,1\n", [(1, "at")]),
        ("a,b\n1,2\n", [(1, "kpi"), (1, "at"), (1, "value")]),
        ("kpi,kpi,at,value\n", [(1, "kpi")]),
        ("", [(None, "")]),
        ("\x00\x01\x02", [(None, "")]),
    ],
)
def test_a_wrong_file_is_refused_whole_with_row_and_column(lead, text, places):
    assert refused(text)[: len(places)] == places
    assert not Observation.objects.exists()


def test_columns_are_named_as_the_file_names_them(lead):
    text = "metric,date,value,dimension\nlead-time,soon,1,checkout\n"

    assert refused(text) == [(2, "date")]


def test_what_is_refused_creates_no_kpi_and_no_product(lead):
    refused(HEADER + "new,nowhere,2026-01-05,1\nnew,nowhere,2026-01-06,x\n", create_kpis=True)

    assert not Kpi.objects.filter(slug="new").exists()
    assert not Product.objects.filter(slug="nowhere").exists()


def test_new_kpis_are_what_the_options_say():
    text = HEADER + "Orders_per_day,Shop & Co,2026-01-05,1\nOrders_per_day,Shop & Co,2026-01-06,2\n"

    taken(text, create_kpis=True, aggregation="sum", direction="up")

    definition = Kpi.objects.get(slug="orders-per-day").definition
    assert (definition.cadence, definition.aggregation) == ("day", "sum")
    assert definition.direction == "up"
    assert Product.objects.get(slug="shop-co").name == "Shop & Co"


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"map": "at=missing"}, "at"),
        ({"map": "moment=at"}, "moment"),
        ({"kpi": ["missing"]}, "missing"),
        ({"aggregation": "average"}, "--aggregation"),
        ({"direction": "sideways"}, "--direction"),
    ],
)
def test_options_that_fit_nothing_are_refused(lead, options, column):
    found = refused(HEADER + "lead-time,checkout,2026-01-05,1\n", **options)

    assert column in [name for _row, name in found]


def test_a_wide_file_leaves_out_empty_cells_and_names_the_columns_of_wrong_ones(checkout):
    for slug in ("orders", "returns"):
        KpiVersionFactory(kpi__slug=slug)
    good = "at,product,orders,returns\n2026-01-05,checkout,5,\n2026-01-06,checkout,6,1\n"
    bad = "at,product,orders,returns\n2026-01-05,checkout,5,x\n"

    assert taken(good, kpi=["orders", "returns"])["created"] == 3
    assert refused(bad, kpi=["orders", "returns"]) == [(2, "returns")]


def test_a_decimal_comma_is_read_when_it_is_said(lead):
    text = "kpi;product;at;value\nlead-time;checkout;2026-01-05;1.234,5\n"

    taken(text, decimal=",")

    assert Observation.objects.get().value == 1234.5


def test_ratios_come_with_their_parts(checkout):
    KpiVersionFactory(kpi__slug="share", aggregation="ratio")

    taken("kpi,product,at,numerator,denominator\nshare,checkout,2026-01-05,1,4\n")

    assert Observation.objects.get().denominator == 4


def test_a_pm_imports_only_what_is_theirs(lead, mia, billing):
    assert taken(HEADER + "lead-time,checkout,2026-01-05,1\n", mia)["created"] == 1
    assert refused(HEADER + "lead-time,billing,2026-01-05,1\n", mia) == [(2, "product")]


def test_what_is_exported_is_taken_back_unchanged(lead, checkout):
    series = SeriesFactory(kpi=lead, subject=checkout.subject)
    observe(series, [(day, 0.1 + place) for place, day in enumerate(weeks_before(5))])
    KpiVersionFactory(kpi__slug="share", aggregation="ratio")
    taken(
        "kpi,product,at,numerator,denominator,external_id\nshare,checkout,2026-01-05T10:00,1,3,=a\n"
    )
    file = io.BytesIO()
    header, *rows = give(None, {})
    write_csv(file, header, rows)

    report = take(file, "back.csv", None, {}).as_dict()

    assert report == {"created": 0, "updated": 0, "unchanged": 6, "refused": []}


def test_only_what_one_may_see_is_exported(mia, checkout, billing):
    for product in (checkout, billing):
        observe(SeriesFactory(subject=product.subject), [(weeks_before(1)[0], 1.0)])

    _header, *rows = give(mia, {})

    assert [row[1] for row in rows] == ["product:checkout"]


def test_the_zone_of_the_first_observation_is_kept(organisation, lead):
    taken(HEADER + "lead-time,checkout,2026-01-05,1\n")

    assert Organisation.objects.get().time_zone == "Europe/Berlin"


def test_another_zone_than_before_is_refused(organisation, lead):
    Organisation.objects.update(time_zone="Pacific/Apia")

    assert refused(HEADER + "lead-time,checkout,2026-01-05,1\n") == [(None, "")]
    assert not Observation.objects.exists()


def test_settle_waits_for_what_is_pending(lead, capsys):
    taken(HEADER + "lead-time,checkout,2026-01-05,1\n")

    call_command("settle", timeout=10)

    assert capsys.readouterr().out == "Settled.\n"


def test_what_stands_for_every_row_and_how_dates_are_written_are_options(organisation, checkout):
    SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)
    text = b"Tag;Wert\n05.01.2026;4,5\n"
    options = {
        "map": "at=Tag,value=Wert",
        "fixed": "kpi=lead-time,product=checkout",
        "dates": "dmy",
        "decimal": ",",
    }

    report = take(io.BytesIO(text), "numbers.csv", None, options)

    assert report.created == 1
    assert str(Observation.objects.get().on) == "2026-01-05"


@pytest.mark.parametrize(
    ("option", "text"), [("fixed", "nothing=1"), ("fixed", "kpi"), ("dates", "never")]
)
def test_options_that_cannot_be_are_refused_by_name(organisation, option, text):
    with pytest.raises(Refused):
        take(io.BytesIO(b"kpi,at,value\na,2026-01-05,1\n"), "numbers.csv", None, {option: text})

"""Real KPI files: three products from their repositories, releases, a tracker, a health service."""

import csv
import statistics

import pytest

from metrics.exchange import take
from metrics.models import Mark, Snapshot
from objectives.models import Kpi
from tests.factories.metrics import settle

pytestmark = [pytest.mark.django_db, pytest.mark.reference]


def taken(path, **options):
    with path.open("rb") as file:
        return take(file, path.name, None, options).as_dict()


def snapshots(kpi: str, product: str) -> list[Snapshot]:
    rows = Snapshot.objects.known().filter(
        series__kpi__slug=kpi, series__subject__key=product, series__subject__kind="product"
    )
    return list(rows.order_by("period"))


@pytest.fixture
def expected(shared_data):
    with (shared_data / "kpi" / "git_product_kpis_expected_summary.csv").open() as file:
        return list(csv.DictReader(file))


def test_snapshots_of_three_products_equal_the_published_summary(shared_data, expected):
    report = taken(shared_data / "kpi" / "git_product_kpis.csv", create_kpis=True)
    settle()

    assert report == {"created": 5604, "updated": 0, "unchanged": 0, "refused": []}
    assert len(expected) == 42
    for line in expected:
        found = snapshots(line["metric"].replace("_", "-"), line["dimension"])
        values = [snapshot.value for snapshot in found]
        assert len(values) == int(line["n"])
        assert str(found[0].period) == line["first_date"]
        assert str(found[-1].period) == line["last_date"]
        assert sum(values) == pytest.approx(float(line["sum"]), abs=1e-6)
        assert statistics.fmean(values) == pytest.approx(float(line["mean"]), abs=1e-6)
        assert statistics.median(values) == pytest.approx(float(line["median"]), abs=1e-6)
        assert (min(values), max(values)) == (float(line["min"]), float(line["max"]))
        if len(values) > 1:
            assert statistics.stdev(values) == pytest.approx(float(line["sd_n_minus_1"]), abs=1e-6)


def test_a_second_import_changes_and_marks_nothing(shared_data):
    path = shared_data / "kpi" / "git_product_kpis.csv"
    taken(path, create_kpis=True)
    settle()

    report = taken(path, create_kpis=True)

    assert report == {"created": 0, "updated": 0, "unchanged": 5604, "refused": []}
    assert not Mark.objects.pending().exists()


def test_months_and_weeks_are_told_from_the_dates(shared_data):
    taken(shared_data / "kpi" / "git_product_kpis.csv", create_kpis=True)

    assert Kpi.objects.get(slug="releases-per-month").definition.cadence == "month"
    assert Kpi.objects.get(slug="commits-per-week").definition.cadence == "week"


def test_a_wide_file_of_releases_goes_in_by_map_and_kpi(shared_data):
    report = taken(
        shared_data / "kpi" / "releases.csv",
        create_kpis=True,
        map="at=released_on,product=product,external_id=tag",
        kpi=["commits", "lead_time_days_median", "days_since_previous_release", "fix_commits"],
        aggregation="sum",
    )

    assert report["refused"] == []
    assert report["created"] == 4 * 577 - blanks(shared_data / "kpi" / "releases.csv")


def blanks(path) -> int:
    with path.open() as file:
        return sum(cell == "" for row in csv.DictReader(file) for cell in row.values())


@pytest.mark.parametrize(
    ("name", "rows"), [("jira_monthly_kpis.csv", 180), ("nhs_ae_monthly.csv", 1728)]
)
def test_other_files_of_the_same_form_go_in_as_they_are(shared_data, name, rows):
    report = taken(shared_data / "kpi" / name, create_kpis=True)

    assert report == {"created": rows, "updated": 0, "unchanged": 0, "refused": []}
    assert set(Kpi.objects.values_list("versions__cadence", flat=True)) == {"month"}


def test_one_metric_column_of_a_long_file_can_be_read_as_wide(shared_data):
    report = taken(
        shared_data / "kpi" / "nhs_ae_monthly.csv",
        create_kpis=True,
        map="at=date,product=dimension,external_id=metric",
        kpi=["value"],
    )

    assert report == {"created": 1728, "updated": 0, "unchanged": 0, "refused": []}

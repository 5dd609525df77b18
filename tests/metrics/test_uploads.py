"""A file of numbers: looked at first, mapped, and taken in as a whole or not at all."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from metrics.models import ColumnMapping, Observation
from objectives.models import Kpi
from productops.models import ImportRun
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import ColumnMappingFactory

pytestmark = pytest.mark.django_db
IMPORT = "/metrics/observations/import/"
OURS = "kpi,product,at,value\nlead-time,checkout,2026-01-05,1\nlead-time,checkout,2026-01-12,2\n"
THEIRS = "Tag;Dienst;Wert\n05.01.2026;checkout;1,5\n12.01.2026;checkout;2,5\n"
MAPPED = {
    "at": "Tag", "product": "Dienst", "value": "Wert", "kpi_fixed": "lead-time",
    "dates": "dmy", "decimal": ",",
}  # fmt: skip


@pytest.fixture
def series(checkout):
    return SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)


def sent(content: str | bytes, name: str = "numbers.csv") -> SimpleUploadedFile:
    body = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, body)


def test_a_file_with_our_names_is_looked_at_and_then_taken_in(as_, mia, series):
    browser = as_(mia)
    looked = browser.post(IMPORT, {"file": sent(OURS)})
    page = browser.get(looked.url)
    before = Observation.objects.count()
    taken = browser.post(f"{looked.url}apply/")

    assert page.context["run"].report["created"] == 2
    assert [point.value for point in page.context["chart"].points] == [1, 2]
    assert before == 0
    assert taken.url == "/metrics/"
    assert Observation.objects.count() == 2


def test_other_columns_are_mapped_looked_at_again_and_kept_for_the_next_file(as_, ines, series):
    browser = as_(ines)
    looked = browser.post(IMPORT, {"file": sent(THEIRS)}).url
    first = browser.get(looked)
    again = browser.post(looked, MAPPED | {"name": "German export", "is_shared": "on"}).url
    browser.post(f"{again}apply/")
    kept = ColumnMapping.objects.get()
    following = THEIRS.replace("2026", "2025")
    second = browser.post(IMPORT, {"file": sent(following), "mapping": kept.pk}).url

    assert first.context["run"].state == "refused"
    assert sorted(Observation.objects.values_list("value", flat=True)) == [1.5, 2.5]
    assert (kept.owner, kept.is_shared) == (ines, True)
    assert browser.get(second).context["run"].report["created"] == 2


def test_a_file_that_was_refused_is_not_taken_in(as_, mia, series):
    browser = as_(mia)
    looked = browser.post(IMPORT, {"file": sent(OURS + "lead-time,checkout,soon,2\n")}).url
    page = browser.get(looked)

    assert page.context["run"].report["refused"][0]["row"] == 4
    assert "soon" in page.content.decode()
    assert browser.post(f"{looked}apply/").status_code == 403
    assert not Observation.objects.exists()


def test_what_would_change_is_counted_before_it_does(as_, mia, series):
    browser = as_(mia)
    browser.post(f"{browser.post(IMPORT, {'file': sent(OURS)}).url}apply/")
    changed = OURS.replace("-12,2", "-12,3") + "lead-time,checkout,2026-01-19,4\n"

    page = browser.get(browser.post(IMPORT, {"file": sent(changed)}).url)

    report = page.context["run"].report
    assert (report["created"], report["updated"], report["unchanged"]) == (1, 1, 1)


def test_operators_create_what_a_file_names_and_pms_do_not(as_, ines, mia, series):
    names_another = "kpi,product,at,value\nnew one,checkout,2026-01-05,1\n"
    answers = {"kpi": "kpi", "product": "product", "at": "at", "value": "value"}
    urls = {}
    for person in (mia, ines):
        browser = as_(person)
        looked = browser.post(IMPORT, {"file": sent(names_another)}).url
        urls[person] = browser.post(looked, answers | {"create_kpis": "on"}).url
        browser.post(f"{urls[person]}apply/")
        if person is mia:
            assert not Kpi.objects.filter(slug="new-one").exists()

    assert Kpi.objects.get(slug="new-one").name == "New one"


def test_a_wide_file_has_a_column_for_each_kpi(as_, ines, checkout):
    wide = "week,service,Lead time,Defects\n2026-01-05,checkout,4,1\n2026-01-12,checkout,5,0\n"
    browser = as_(ines)
    looked = browser.post(IMPORT, {"file": sent(wide)}).url
    answers = {"at": "week", "product": "service", "wide": ["Lead time", "Defects"]}

    again = browser.post(looked, answers | {"create_kpis": "on"}).url
    browser.post(f"{again}apply/")

    assert sorted(Kpi.objects.values_list("slug", flat=True)) == ["defects", "lead-time"]
    assert Observation.objects.count() == 4


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (BytesIO(b"PK\x03\x04nothing").getvalue(), "numbers.xlsx"),
        (b"", "numbers.csv"),
        (b"\x00\x01\x02", "numbers.csv"),
        (b"a,a\n1,2\n", "numbers.csv"),
        ('"never closed\n', "numbers.csv"),
    ],
)
def test_what_is_no_table_is_refused_beside_the_file(as_, ines, content, name):
    response = as_(ines).post(IMPORT, {"file": sent(content, name)})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]


def test_a_table_that_breaks_off_is_shown_as_far_as_it_can_be_read(as_, ines, series):
    browser = as_(ines)
    looked = browser.post(IMPORT, {"file": sent(OURS + "lead-time,checkout,2026-01-19,1,9,9\n")})

    page = browser.get(looked.url)

    assert page.context["run"].state == "refused"
    assert len(page.context["sample"]["rows"]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "csvkit_test_latin1.csv",
        "insee_valeurs_mensuelles.csv",
        "messytables_utf8bom.csv",
        "messytables_simple.ssv",
        "google_trends_weekly_clean.csv",
        "uci_airquality_first_2000.csv",
        "tabulator_preserve-formatting.xlsx",
        "openrefine_dates.xls",
    ],
)
def test_files_as_they_are_found_are_shown_or_refused_with_a_reason(as_, ines, shared_data, name):
    browser = as_(ines)
    content = (shared_data / "messy" / name).read_bytes()

    response = browser.post(IMPORT, {"file": sent(content, name)}, follow=True)

    if response.redirect_chain:
        assert response.context["form"].fields["at"].choices[1:]
        assert ImportRun.objects.get().state == "refused"
    else:
        assert response.context["form"].errors["file"]


def test_a_published_file_is_mapped_and_counted(as_, ines, shared_data):
    browser = as_(ines)
    content = (shared_data / "messy" / "google_trends_weekly_clean.csv").read_text()
    header = content.splitlines()[0].split(",")
    looked = browser.post(IMPORT, {"file": sent(content)}).url
    answers = {"at": header[0], "value": header[1], "kpi_fixed": "interest", "create_kpis": "on"}

    page = browser.get(browser.post(looked, answers).url)

    assert page.context["run"].state == "checked"
    assert page.context["run"].report["created"] == len(content.splitlines()) - 1


def test_nobody_sees_what_others_sent_but_operators(as_, mia, jonas, ines, series):
    looked = as_(mia).post(IMPORT, {"file": sent(OURS)}).url

    assert as_(jonas).get(looked).status_code == 404
    assert as_(jonas).post(f"{looked}apply/").status_code == 404
    assert as_(ines).get(looked).status_code == 200


def test_saved_mappings_are_offered_and_removed_by_their_owner(as_, mia, jonas):
    mine = ColumnMappingFactory(owner=mia, name="Mine", is_shared=True)
    ColumnMappingFactory(name="Hidden")
    page = as_(jonas).get(IMPORT)
    refused = as_(jonas).post(f"/metrics/observations/mappings/{mine.pk}/delete/").status_code
    as_(mia).post(f"/metrics/observations/mappings/{mine.pk}/delete/")

    assert [str(each) for each in page.context["mappings"]] == ["Mine"]
    assert refused == 403
    assert [str(each) for each in ColumnMapping.objects.all()] == ["Hidden"]


def test_a_mapping_that_says_too_little_is_refused_beside_its_fields(as_, ines, series):
    browser = as_(ines)
    looked = browser.post(IMPORT, {"file": sent(THEIRS)}).url

    response = browser.post(looked, {"product": "Dienst"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"at", "kpi", "value"}


@pytest.mark.parametrize("name", ["nhs_ae_monthly.csv", "jira_monthly_kpis.csv"])
def test_published_kpis_are_read_by_the_names_of_their_columns(as_, ines, shared_data, name):
    browser = as_(ines)
    lines = (shared_data / "kpi" / name).read_text().splitlines()[:200]
    looked = browser.post(IMPORT, {"file": sent("\n".join(lines), name)}).url
    answers = {
        "kpi": "metric", "at": "date", "value": "value", "product": "dimension",
        "create_kpis": "on", "aggregation": "sum",
    }  # fmt: skip

    form = browser.get(looked).context["form"]
    page = browser.get(browser.post(looked, answers).url)

    assert [form.initial[ours] for ours in ("kpi", "at", "value", "product")] == [
        "metric", "date", "value", "dimension",
    ]  # fmt: skip
    assert page.context["run"].report["created"] == len(lines) - 1


def test_releases_are_counted_by_the_same_value_for_every_row(as_, ines, shared_data):
    browser = as_(ines)
    text = (shared_data / "kpi" / "releases.csv").read_text()
    looked = browser.post(IMPORT, {"file": sent(text)}).url
    answers = {
        "at": "released_on", "product": "product", "external_id": "tag", "kpi_fixed": "releases",
        "value_fixed": "1", "create_kpis": "on", "aggregation": "sum",
    }  # fmt: skip
    again = browser.post(looked, answers).url

    browser.post(f"{again}apply/")

    assert Observation.objects.count() == len(text.splitlines()) - 1
    assert set(Observation.objects.values_list("value", flat=True)) == {1.0}

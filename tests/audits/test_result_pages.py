"""The pages and files of a result: sureness, comparison, trend, report."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audits import actions
from audits.models import Answer, Fact, Gap, Score
from productops import clock
from tests.factories.audits import (
    SMALL,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)
from tests.factories.teams import PersonFactory, ProductFactory, TeamFactory

pytestmark = pytest.mark.django_db
MOST = 20  # queries that the page of a result may ask
OTHER = SMALL.replace("Where do you look?", "Where do you look first?")


@pytest.fixture
def people(organisation):
    return PersonFactory.create_batch(5, role="")


def audit_of(version, subjects, people, ines, baseline, days=0, **options):
    """A closed audit in which everybody spoke about every subject."""
    audit = OpenAuditFactory(framework_version=version, owner=ines, **options)
    scopes = [ScopeFactory(audit=audit, subject=subject) for subject in subjects]
    for at, person in enumerate(people):
        invitation = InvitationFactory(audit=audit, person=person, scopes=scopes)
        for scope in scopes:
            unsure = "dont_know" if at == 0 else 3
            answered(invitation, scope, baseline=baseline, dashboards=unsure, interviews=4)
    return actions.close_audit(audit=audit, by=ines, now=timezone.now() + timedelta(days=days))


@pytest.fixture
def subjects(checkout, billing):
    return [checkout.subject, billing.subject, TeamFactory().subject]


@pytest.fixture
def both(small, subjects, people, ines):
    """The same asked twice: better the second time."""
    first = audit_of(small, subjects, people, ines, baseline=1, title="Spring")
    return first, audit_of(small, subjects, people, ines, baseline=3, days=90, title="Autumn")


def text_of(client, audit, page=""):
    response = client.get(f"/audits/{audit.pk}/{page}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_result_says_how_sure_it_is(as_, ines, both):
    text = text_of(as_(ines), both[1])

    assert "very strong agreement" in text
    assert "Weakest dimension" in text
    row = as_(ines).get(f"/audits/{both[1].pk}/").context["sure"][0]
    assert (row["name"], row["respondents"], row["dont_know"]) == ("Measurement", 15, 3)


def test_agreement_of_four_is_told_by_nobody(as_, small, checkout, people, ines):
    audit = audit_of(small, [checkout.subject], people[:4], ines, baseline=1)

    text = text_of(as_(ines), audit)

    assert "too few answers to tell" in text
    assert "strong agreement" not in text


def test_the_result_is_narrowed_to_products_or_teams(as_, ines, both):
    client = as_(ines)

    every = client.get(f"/audits/{both[1].pk}/").context
    teams = client.get(f"/audits/{both[1].pk}/?kind=team").context
    odd = client.get(f"/audits/{both[1].pk}/?kind=planet").context

    assert [len(one["result"].scopes) for one in (every, teams, odd)] == [3, 1, 3]
    assert [label for _url, label, _current in every["kinds"]] == ["All", "Product", "Team"]


def test_what_is_written_down_stands_beside_what_is_done(as_, ines, checkout, people):
    version = framework_version(SMALL.replace("importance: recommended", "documents: true"))
    audit = OpenAuditFactory(framework_version=version, owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1, dashboards=1)
    Answer.objects.filter(node__key="dashboards").update(documented=4)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    text = text_of(as_(ines), audit, "?view=documented")

    assert "3.0 levels more written down than done" in text
    assert "Written down and done" in text


# Small groups -------------------------------------------------------------------------------
@pytest.fixture
def secret(small, checkout, billing, ines):
    """Anonymous: Checkout has enough people, but one dimension was answered by three."""
    audit = OpenAuditFactory(framework_version=small, owner=ines, is_anonymous=True)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    for at in range(6):
        invitation = InvitationFactory(audit=audit, scopes=[scope])
        more = {"interviews": 2} if at < 3 else {}
        answered(invitation, scope, baseline=1, dashboards=1, **more)
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


def test_a_total_does_not_give_away_what_is_hidden(as_, api, secret, ines):
    result = as_(ines).get(f"/audits/{secret.pk}/").context["result"]
    scores = api(ines).get(f"/api/v1/audits/{secret.pk}/scores/").json()

    scope = result.scopes[0]
    assert {row.dimension.key: row.cells[scope].is_hidden for row in result.rows} == {
        "discovery": True,
        "measurement": True,
    }
    assert {score["node"] for score in scores} & {"discovery", "measurement", "interviews"} == set()


@pytest.mark.parametrize("page", ["?format=csv", "trend/?node=discovery&format=csv", "report.xlsx"])
def test_files_hide_what_pages_hide(as_, secret, ines, page):
    response = as_(ines).get(f"/audits/{secret.pk}/{page}")

    if page == "report.xlsx":
        book = load_workbook(BytesIO(response.content))
        assert "answers" not in book.sheetnames
        keys = {row[1] for row in book["scores"].iter_rows(values_only=True)}
        assert keys & {"discovery", "measurement", "interviews"} == set()
    else:
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert not any(",2.0" in line for line in lines[1:])


# Comparison ---------------------------------------------------------------------------------
def test_a_comparison_takes_away_what_comes_back_by_itself(as_, ines, both):
    context = as_(ines).get(f"/audits/{both[1].pk}/compare/").context

    line = next(line for line in context["rows"] if line["row"].dimension.key == "measurement")
    assert line["change"].observed == pytest.approx(4 / 3)
    assert line["kind"] == "good"
    assert (line["matched"].n, line["matched"].change) == (5, pytest.approx(1.2))


def test_people_of_anonymous_audits_are_matched_with_nobody(as_, small, subjects, people, ines):
    audit_of(small, subjects, people, ines, baseline=1)
    newer = audit_of(small, subjects, people, ines, 2, days=9, is_anonymous=True)

    context = as_(ines).get(f"/audits/{newer.pk}/compare/").context

    assert not context["has_matched"]


def test_versions_are_compared_question_by_question(as_, small, subjects, people, ines):
    first = audit_of(small, subjects, people, ines, baseline=1)
    newer = audit_of(framework_version(OTHER), subjects, people, ines, baseline=1, days=9)

    text = text_of(as_(ines), newer, f"compare/?with={first.pk}")

    assert "1 changed, 2 as then" in text
    assert "Then: Where do you look?" in text


# Trend --------------------------------------------------------------------------------------
def test_a_trend_shows_every_audit_with_the_band_of_chance(as_, ines, both):
    response = as_(ines).get(f"/audits/{both[1].pk}/trend/?node=measurement")

    moments = response.context["moments"]
    assert [one.level for one in moments] == [pytest.approx(5 / 3), pytest.approx(3)]
    assert b"<svg" in response.content
    assert response.context["reading"][0] == "good"


def test_a_trend_of_one_place_says_that_chance_cannot_be_told(as_, ines, both, checkout):
    page = f"/audits/{both[1].pk}/trend/?node=measurement&subject={checkout.subject_id}"

    context = as_(ines).get(page).context

    assert context["title"] == "Measurement · Checkout"
    assert context["reading"] == ("flat", "Too few places to tell chance from change")


def test_a_pm_follows_their_own_products_alone(as_, mia, both, billing):
    context = as_(mia).get(f"/audits/{both[1].pk}/trend/?subject={billing.subject_id}").context

    assert [name for _pk, name in context["subjects"]] == ["Checkout"]
    assert context["subject"] is None


def test_a_trend_as_a_file(as_, ines, both):
    response = as_(ines).get(f"/audits/{both[1].pk}/trend/?format=csv")

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "audit,closed_on,level,target,places,respondents,lower,upper"
    assert [line.split(",")[0] for line in lines[1:]] == ["Spring", "Autumn"]


def test_one_audit_is_no_trend(as_, small, subjects, people, ines):
    audit = audit_of(small, subjects, people, ines, baseline=1)

    assert "Only one audit so far" in text_of(as_(ines), audit, "trend/?node=x&subject=y")


# Until the next audit -----------------------------------------------------------------------
def test_the_list_says_what_closing_all_that_is_planned_would_come_to(as_, ines, small, checkout):
    audit = OpenAuditFactory(framework_version=small, owner=ines)
    scope = ScopeFactory(audit=audit, subject=checkout.subject)
    invitation = InvitationFactory(audit=audit, scopes=[scope])
    answered(invitation, scope, baseline=1, dashboards=1, interviews=2)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())
    Gap.objects.get(title="Measurement").plan(by=ines)

    found = as_(ines).get("/audits/").context["readiness"]

    assert found["level"] == pytest.approx(4 / 3)
    assert (found["gaps"], found["closed"], found["planned"]) == (2, 0, 1)
    assert found["expected"] == pytest.approx((2 * 3 + 2) / 3)


def test_without_a_closed_audit_nothing_is_promised(as_, ines, audit):
    assert as_(ines).get("/audits/").context["readiness"] is None


# Programs -----------------------------------------------------------------------------------
def test_programs_read_result_comparison_and_trend(api, ines, both):
    client, path = api(ines), f"/api/v1/audits/{both[1].pk}"

    result = client.get(f"{path}/result/").json()
    compare = client.get(f"{path}/compare/?with={both[0].pk}").json()
    trend = client.get(f"{path}/trend/?node=measurement").json()
    scores = client.get(f"{path}/scores/").json()

    assert result["weakest"] == "measurement"
    assert result["dimensions"][0]["places"][0]["target"] == 3
    assert compare["former"] == both[0].pk
    assert {row["key"]: row["reading"] for row in compare["dimensions"]} == {
        "measurement": "better",
        "discovery": "same",
    }
    assert [one["level"] for one in trend["audits"]] == [pytest.approx(5 / 3), pytest.approx(3)]
    assert {"target", "agreement", "deviation", "documented", "hidden"} <= set(scores[0])


@pytest.mark.parametrize("page", ["result", "compare"])
def test_an_open_audit_has_no_result_for_programs(api, ines, audit, page):
    assert api(ines).get(f"/api/v1/audits/{audit.pk}/{page}/").status_code == 409


# Files --------------------------------------------------------------------------------------
def test_the_report_is_a_tagged_pdf_of_the_result(as_, ines, both):
    response = as_(ines).get(f"/audits/{both[1].pk}/report.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in response.content or b"/StructTreeRoot" in response.content


def test_the_workbook_holds_a_sheet_for_each_kind_of_thing(as_, ines, both):
    response = as_(ines).get(f"/audits/{both[1].pk}/report.xlsx")

    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["summary", "heatmap", "scores", "answers", "gaps", "framework"]
    assert book["scores"].max_row == 1 + Score.objects.of_audit(both[1]).count()
    assert book["answers"].max_row == 1 + Answer.objects.of_audit(both[1]).count()


@pytest.mark.parametrize("file", ["report.pdf", "report.xlsx"])
def test_files_hold_what_the_person_may_see(as_, mia, jonas, both, file):
    stranger = PersonFactory(role="pm")

    assert as_(mia).get(f"/audits/{both[1].pk}/{file}").status_code == 200
    assert as_(stranger).get(f"/audits/{both[1].pk}/{file}").status_code == 404
    if file == "report.xlsx":
        book = load_workbook(BytesIO(as_(mia).get(f"/audits/{both[1].pk}/{file}").content))
        assert {row[0] for row in book["scores"].iter_rows(min_row=2, values_only=True)} == {
            "Checkout"
        }


@pytest.mark.parametrize("file", ["report.pdf", "report.xlsx"])
def test_an_open_audit_has_no_report_yet(as_, ines, audit, file):
    assert as_(ines).get(f"/audits/{audit.pk}/{file}").status_code == 302


@pytest.mark.parametrize("page", ["", "compare/", "trend/"])
@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_a_result_cost_the_same_for_any_number_of_places(
    as_, cost_of, small, people, ines, page, count
):
    subjects = [ProductFactory().subject for _ in range(count)]
    audit_of(small, subjects, people, ines, baseline=1)
    newer = audit_of(small, subjects, people, ines, baseline=2, days=9)

    assert cost_of(as_(ines), f"/audits/{newer.pk}/{page}") <= 22


NAME = "audits.open-gaps"


FACT = f"""
        measure: {NAME}
        fact: {{levels: [9, 5, 3, 1, 0]}}
        evidence: A chart"""
MEASURED = SMALL.replace("\n        evidence: A chart", FACT)


@pytest.fixture
def measured(db):
    """The question about a baseline stands beside the number of open gaps."""
    return framework_version(MEASURED)


def test_what_is_measured_stands_beside_what_people_said(as_, ines, measured, subjects, people):
    for subject, value in zip(subjects, (0, 4, 6), strict=True):
        Fact.objects.create(measure=NAME, subject=subject, on=clock.today(), value=value)
    audit = audit_of(measured, subjects, people, ines, baseline=4)

    page = as_(ines).get(f"/audits/{audit.pk}/").text
    record = as_(ines).get(f"/audits/{audit.pk}/measured/").context["record"]

    assert f"/audits/{audit.pk}/measured/" in page

    assert [(row["name"], row["differs"]) for row in record["rows"]] == [
        (subjects[2].name, True),
        ("Billing", True),
        ("Checkout", False),
    ]
    assert record["rows"][0]["said"] == "4 (Improving)"
    assert record["rows"][0]["level"] == "0 (Not at all)"


def test_an_anonymous_result_says_nothing_of_what_is_measured(
    as_, ines, measured, subjects, people
):
    Fact.objects.create(measure=NAME, subject=subjects[0], on=clock.today(), value=6)
    audit = audit_of(measured, subjects, people, ines, baseline=4, is_anonymous=True)

    assert as_(ines).get(f"/audits/{audit.pk}/measured/").context["record"] is None
    assert "measured/" not in as_(ines).get(f"/audits/{audit.pk}/").text


@pytest.mark.parametrize("count", [1, 3])
def test_a_result_beside_its_record_costs_the_same_for_any_number_of_places(
    as_, ines, measured, subjects, people, count, django_assert_max_num_queries
):
    for subject in subjects[:count]:
        Fact.objects.create(measure=NAME, subject=subject, on=clock.today(), value=6)
    audit = audit_of(measured, subjects[:count], people, ines, baseline=4)
    client = as_(ines)
    client.get("/audits/")

    for address in (f"/audits/{audit.pk}/", f"/audits/{audit.pk}/measured/"):
        with django_assert_max_num_queries(MOST):
            client.get(address)

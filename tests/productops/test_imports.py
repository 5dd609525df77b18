"""Files in and out on pages and by the API, shown on a kind of exchange made of words."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from productops import exchange, work
from productops.exchange import Kind, Report
from productops.models import ImportRun
from productops.registry import Registry
from teams.models import Product
from tests.factories.teams import ProductFactory

GOOD, BAD = b"name\nOne\nTwo\n", b"name\nOne\n!\n"


def take(file, name, by, options):
    """Make a product of each line; "!" is refused."""
    report = Report()
    for number, line in enumerate(file.read().decode().splitlines()[1:], start=2):
        if line == "!":
            report.refuse(number, "name", "This is no name.")
        elif Product.objects.filter(name=line).exists():
            report.unchanged += 1
        else:
            ProductFactory(name=line + options["ending"])
            report.created += 1
    return report


def give(person, options):
    yield ["name"]
    yield from ([name] for name in Product.objects.values_list("name", flat=True))


def arguments(parser):
    parser.add_argument("--ending", default="", help="put behind each name")
    parser.add_argument("--only", action="append")
    parser.add_argument("--loud", action="store_true")
    parser.add_argument("--way", choices=["up", "down"])


@pytest.fixture(autouse=True)
def words(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(exchange, "_kinds", Registry("kinds"))
    return exchange.kind(Kind("words", take, give, arguments))


def sent(content: bytes = GOOD, **options) -> dict:
    return {"file": SimpleUploadedFile("words.csv", content), **options}


NEW, LIST = "/settings/imports/new/words/", "/settings/imports/"


def test_a_file_is_checked_first_and_writes_nothing(as_, ines):
    response = as_(ines).post(NEW, sent())

    run = ImportRun.objects.get()
    assert response["Location"] == f"/settings/imports/{run.pk}/"
    assert (run.state, run.report["created"], run.by) == ("checked", 2, ines)
    assert not Product.objects.exists()


def test_a_checked_file_is_applied_by_a_second_press(as_, ines):
    client = as_(ines)
    page = client.post(NEW, sent(ending="!"), follow=True)

    client.post(f"{page.request['PATH_INFO']}apply/")

    assert [product.name for product in Product.objects.all()] == ["One!", "Two!"]
    assert ImportRun.objects.applied().count() == 1


def test_a_refused_file_names_row_column_and_reason_and_cannot_be_applied(as_, ines):
    client = as_(ines)
    page = client.post(NEW, sent(BAD), follow=True)

    response = client.post(f"{page.request['PATH_INFO']}apply/")

    text = page.content.decode()
    assert "1 place cannot be taken; nothing was written" in text
    assert "This is no name." in text
    assert response.status_code == 403
    assert not Product.objects.exists()


def test_the_same_file_again_is_noticed(as_, ines):
    client = as_(ines)
    first = client.post(NEW, sent(), follow=True)
    client.post(f"{first.request['PATH_INFO']}apply/")

    second = client.post(NEW, sent(), follow=True)

    assert "The same file was taken in before" in second.content.decode()


def test_the_form_has_the_options_of_the_command_line(as_, ines):
    form = as_(ines).get(NEW).context["form"]

    assert list(form.fields) == [
        "file",
        "sheet",
        "decimal",
        "header_row",
        "ending",
        "only",
        "loud",
        "way",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("decimal", "x"), ("header_row", "0"), ("header_row", "1.5"), ("way", "left"), ("file", "")],
)
def test_an_option_that_cannot_be_is_said_at_its_field(as_, ines, field, value):
    response = as_(ines).post(NEW, sent() | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("path", ["/settings/imports/new/nothing/", "/settings/imports/99/"])
def test_what_is_not_there_is_not_found(as_, ines, path):
    assert as_(ines).get(path).status_code == 404


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
@pytest.mark.parametrize("path", [LIST, NEW, "/settings/exports/words.csv"])
def test_files_are_taken_in_and_given_out_by_operators_alone(as_, request, who, path):
    assert as_(request.getfixturevalue(who)).get(path).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_imports(
    as_, ines, count, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(work, "_askers", Registry("kinds of work"))
    client = as_(ines)
    for number in range(count):
        client.post(NEW, sent(GOOD + str(number).encode()))

    with django_assert_num_queries(5):
        response = client.get(LIST)

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_rows_are_given_as_a_file(as_, ines, form):
    ProductFactory(name="=One")

    response = as_(ines).get(f"/settings/exports/words.{form}")
    body = b"".join(response.streaming_content)

    assert response.status_code == 200
    assert f'filename="words.{form}"' in response["Content-Disposition"]
    assert len(body) > 10


@pytest.mark.parametrize("name", ["words.exe", "nothing.csv"])
def test_a_form_or_kind_that_is_none_is_not_found(as_, api, ines, name):
    assert as_(ines).get(f"/settings/exports/{name}").status_code == 404
    assert api(ines).get(f"/api/v1/exports/{name}").status_code == 404


def test_the_api_takes_a_file_whole(api, ines):
    response = api(ines).post("/api/v1/imports/words/", sent(ending="?"))

    assert response.status_code == 200
    assert response.json()["created"] == 2
    assert [product.name for product in Product.objects.all()] == ["One?", "Two?"]


def test_the_api_only_checks_when_asked(api, ines):
    response = api(ines).post("/api/v1/imports/words/", sent(dry_run="1"))

    assert (response.json()["state"], response.json()["created"]) == ("checked", 2)
    assert not Product.objects.exists()


def test_the_api_refuses_a_file_with_row_column_and_reason(api, ines):
    response = api(ines).post("/api/v1/imports/words/", sent(BAD))

    assert response.status_code == 422
    assert response.json()["refused"] == [
        {"row": 3, "column": "name", "reason": "This is no name."}
    ]
    assert not Product.objects.exists()


@pytest.mark.parametrize("option", ["nothing", "way", "header_row"])
def test_the_api_refuses_options_by_name(api, ines, option):
    response = api(ines).post("/api/v1/imports/words/", sent() | {option: "x"})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [option]


def test_the_api_gives_what_it_takes(api, ines):
    ProductFactory(name="One")
    client = api(ines)

    file = b"".join(client.get("/api/v1/exports/words.csv").streaming_content)
    again = client.post("/api/v1/imports/words/", {"file": BytesIO(file)})

    assert again.json()["unchanged"] == 1


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("ingest", 403), ("write", 200)])
def test_a_token_needs_to_write_to_take_a_file_in(api, ines, scope, status):
    assert api(ines, scope).post("/api/v1/imports/words/", sent()).status_code == status


def test_some_files_are_taken_from_administrators_alone(as_, api, ines, olga):
    exchange.kind(Kind("people", take, give, arguments, takers=("admin",)))
    page, route = "/settings/imports/new/people/", "/api/v1/imports/people/"

    assert as_(ines).get(page).status_code == 403
    assert api(ines).post(route, sent()).status_code == 403
    assert page not in as_(ines).get(LIST).content.decode()
    assert as_(olga).get(page).status_code == 200
    assert api(olga).post(route, sent()).status_code == 200

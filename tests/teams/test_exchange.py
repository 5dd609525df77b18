"""People, products and skills in and out; the API of teams."""

import io

import pytest

from productops.exchange import Refused
from productops.tables import write_csv
from teams import exchange
from teams.models import Person, Product, Rating, Skill
from tests.factories.teams import SkillFactory

pytestmark = pytest.mark.django_db
TAKE = {
    "people": exchange.take_people,
    "products": exchange.take_products,
    "skills": exchange.take_skills,
}
GIVE = {
    "people": exchange.give_people,
    "products": exchange.give_products,
    "skills": exchange.give_skills,
}


def take(kind, text, by):
    return TAKE[kind](io.BytesIO(text.encode()), f"{kind}.csv", by, {})


def counts(report):
    return (report.created, report.updated, report.unchanged)


def test_people_come_in_with_their_teams_and_products(ines, checkout_team, checkout):
    text = "email,name,role,teams,products\nAva@Halden.example,Ava Lind,pm,team-checkout,checkout\n"

    first, second = take("people", text, ines), take("people", text, ines)

    person = Person.objects.get(email="ava@halden.example")
    assert (counts(first), counts(second)) == ((1, 0, 0), (0, 0, 1))
    assert list(person.products.all()) == [checkout]
    assert list(person.teams.all()) == [checkout_team]
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("no-address,Ava,pm,,", "email"),
        ("a@b.example,,pm,,", "name"),
        ("a@b.example,Ava,boss,,", "role"),
        ("a@b.example,Ava,admin,,", "role"),
        ("a@b.example,Ava,pm,unknown,", "teams"),
        ("a@b.example,Ava,pm,,unknown", "products"),
        (f"a@b.example,{'x' * 300},pm,,", "name"),
    ],
)
def test_a_bad_cell_refuses_the_whole_file_and_is_named(line, column, ines):
    text = f"email,name,role,teams,products\ngood@b.example,Good,pm,,\n{line}\n"

    with pytest.raises(Refused) as refusal:
        take("people", text, ines)

    cell = refusal.value.report.refused[0]
    assert (cell.row, cell.column) == (3, column)
    assert not Person.objects.filter(email="good@b.example").exists()


def test_an_unknown_column_stops_the_import(ines):
    with pytest.raises(Refused) as refusal:
        take("products", "name,colour\nSearch,red\n", ines)

    assert refusal.value.report.refused[0].column == "colour"


def test_skills_come_in_with_levels_and_ratings(ines, mia):
    catalogue = "name,category,level,text\nInterviews,Research,0,None\nInterviews,Research,1,Some\n"
    ratings = f"skill,email,level,on\ninterviews,{mia.email},1,2026-03-01\n"

    take("skills", catalogue, ines)
    take("skills", ratings, ines)

    assert Skill.objects.get().levels.count() == 2
    assert Rating.objects.get().level == 1


@pytest.mark.parametrize("kind", ["people", "products", "skills"])
def test_what_goes_out_comes_back_unchanged(kind, olga, mia, checkout_team, jonas):
    SkillFactory(name="=cmd|calc", slug="cmd")
    out = io.BytesIO()
    header, *rows = GIVE[kind](olga, {})
    write_csv(out, header, rows)

    report = take(kind, out.getvalue().decode("utf-8-sig"), olga)

    assert (report.created, report.updated) == (0, 0)
    assert report.unchanged == len(rows) > 0


JSON = "application/json"


def test_products_are_added_by_api_and_read_by_their_pm(ines, mia, api):
    made = api(ines).post(
        "/api/v1/products/", {"name": "Search", "criticality": 3}, content_type=JSON
    )

    assert (made.status_code, made.json()["slug"]) == (201, "search")
    assert [p["slug"] for p in api(mia).get("/api/v1/products/").json()["results"]] == ["checkout"]


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_nobody_else_adds_products_by_api(who, api, request):
    client = api(request.getfixturevalue(who))

    response = client.post("/api/v1/products/", {"name": "Search"}, content_type=JSON)

    assert response.status_code == 403
    assert not Product.objects.filter(slug="search").exists()


def test_a_program_of_operations_gives_no_roles(ines, api):
    response = api(ines).post(
        "/api/v1/people/",
        {"email": "x@b.example", "name": "X", "role": "admin"},
        content_type=JSON,
    )

    assert response.status_code == 400
    assert "role" in response.content.decode()


@pytest.mark.parametrize("field", ["id", "version", "is_active", "password", "is_demo", "score"])
def test_fields_that_are_not_ours_to_write_are_refused(field, olga, mia, api):
    response = api(olga).patch(f"/api/v1/people/{mia.pk}/", {field: 7}, content_type=JSON)

    assert response.status_code in (400, 409)
    assert field in response.content.decode()


def test_a_stale_version_is_refused_by_api(ines, checkout, api):
    client, url = api(ines), f"/api/v1/products/{checkout.pk}/"
    headers = {"If-Match": '"1"'}

    first = client.patch(url, {"name": "One"}, content_type=JSON, headers=headers)
    second = client.patch(url, {"name": "Two"}, content_type=JSON, headers=headers)

    checkout.refresh_from_db()
    assert (first.status_code, second.status_code) == (200, 412)
    assert checkout.name == "One"

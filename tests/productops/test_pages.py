"""Home, My work, search and settings, for each of the cast."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from productops import search, steps, work
from productops.clock import today
from productops.models import ApiToken, ChangeEntry
from productops.registry import Registry
from productops.search import Hit
from productops.steps import Step, StepState, StepTask
from productops.work import Task

PAGES = ["home", "work", "search", "settings", "account", "token-list", "change-list"]


@pytest.mark.parametrize("name", PAGES)
def test_an_administrator_reads_every_page_of_the_kernel(as_, olga, name):
    response = as_(olga).get(reverse(name))

    assert response.status_code == 200


# Home -----------------------------------------------------------------------------------------
@pytest.fixture
def two_steps(monkeypatch):
    monkeypatch.setattr(steps, "_steps", Registry("steps"))
    done = StepTask("Take the questionnaire", StepState.DONE, "/audits/")
    ready = StepTask("Send the audit", StepState.NEXT, "/audits/new/", minutes=10)
    later = StepTask("Raise an objective", StepState.CANNOT_START, "", detail="No gap is there")
    steps.step("agree")(lambda person: Step(1, "Agree", "", [later]))
    steps.step("find")(lambda person: Step(0, "Find out", "", [done, ready]))


def test_home_shows_the_steps_in_the_order_of_the_line(two_steps, as_, ines):
    response = as_(ines).get("/")

    assert [step.name for step in response.context["steps"]] == ["Find out", "Agree"]
    assert response.context["following"].title == "Send the audit"


def test_home_says_how_much_is_done_and_left(two_steps, as_, ines):
    text = as_(ines).get("/").content.decode()

    assert "1 of 2 done" in text
    assert "10 minutes left" in text
    assert "No gap is there" in text


def test_a_task_that_cannot_start_is_no_link(two_steps, as_, ines):
    assert 'href="">Raise an objective' not in as_(ines).get("/").content.decode()


@pytest.mark.parametrize(("who", "is_link"), [("ines", True), ("astrid", False)])
def test_a_task_of_another_role_is_told_but_leads_nowhere(two_steps, as_, request, who, is_link):
    text = as_(request.getfixturevalue(who)).get("/").content.decode()

    assert "Send the audit" in text
    assert ('href="/audits/new/"' in text.partition("<main")[2]) is is_link


def test_a_respondent_is_led_to_their_work(as_, rui):
    response = as_(rui).get("/")

    assert (response.status_code, response["Location"]) == (302, "/work/")


# My work --------------------------------------------------------------------------------------
@pytest.fixture
def tasks(monkeypatch):
    monkeypatch.setattr(work, "_askers", Registry("kinds of work"))
    waiting = [
        Task("act", "No date", "Act", "/a/"),
        Task("answer", "Late one", "Answer", "/b/", due=today() - timedelta(days=3)),
        Task("act", "Due one", "Act", "/c/", due=today()),
    ]
    work.work("some", count=lambda person, on: len(waiting))(lambda person, on: waiting)
    return waiting


def test_work_is_listed_by_due_date(tasks, as_, mia):
    response = as_(mia).get("/work/")
    text = response.content.decode()

    assert [task.title for task in response.context["tasks"]] == ["Late one", "Due one", "No date"]
    assert "Late, was due" in text
    assert "Due today" in text


def test_the_number_of_open_things_comes_after_the_page(tasks, as_, mia):
    client = as_(mia)

    page = client.get("/search/").content.decode()
    number = client.get("/work/count/", headers={"hx-request": "true"}).content.decode()

    assert 'hx-get="/work/count/"' in page
    assert "open thing" not in page
    assert "3 open things" in number


def test_no_page_asks_the_apps_how_much_is_open(as_, mia, monkeypatch):
    asked = []
    monkeypatch.setattr(work, "_askers", Registry("kinds of work"))
    work.work("some", count=lambda person, on: asked.append(person) or 0)(lambda person, on: [])

    as_(mia).get("/search/")

    assert asked == []


def test_the_number_alone_is_no_page(tasks, as_, mia):
    response = as_(mia).get("/work/count/")

    assert (response.status_code, response["Location"]) == (302, "/work/")


def test_a_respondent_has_a_number_at_the_bell_only(tasks, as_, rui):
    number = as_(rui).get("/work/count/", headers={"hx-request": "true"}).content.decode()

    assert "3 open things" in number
    assert "work-count" not in number


def test_nothing_to_do_is_said_in_words(monkeypatch, as_, mia):
    monkeypatch.setattr(work, "_askers", Registry("kinds of work"))

    assert "Nothing waits for you" in as_(mia).get("/work/").content.decode()


def test_the_api_lists_work_as_the_page_does(tasks, api, mia):
    body = api(mia).get("/api/v1/work/").json()

    assert [task["title"] for task in body["results"]] == ["Late one", "Due one", "No date"]
    assert date.fromisoformat(body["results"][1]["due"]) == today()


# Search ---------------------------------------------------------------------------------------
@pytest.fixture
def finders(monkeypatch):
    monkeypatch.setattr(search, "_finders", Registry("finders"))
    asked = []

    @search.finder("Gap")
    def find(person, words, limit):
        asked.append((person, words, limit))
        return [Hit("Gap", f"Gap <b>{number}</b>", f"/gaps/{number}/") for number in range(60)]

    return asked


def test_search_gives_each_finder_the_words_and_a_limit(finders, as_, mia):
    response = as_(mia).get("/search/", {"q": "  check  out "})

    assert finders == [(mia, ["check", "out"], 8)]
    assert len(response.context["hits"]) == 8


def test_search_for_one_noun_shows_more_of_it(finders, as_, mia):
    response = as_(mia).get("/search/", {"q": "check", "type": "Gap"})

    assert len(response.context["hits"]) == 50


@pytest.mark.parametrize("text", ["", " ", "a", "  b  "])
def test_one_letter_asks_nobody(finders, as_, mia, text):
    as_(mia).get("/search/", {"q": text})

    assert finders == []


def test_a_text_without_end_is_cut(finders, as_, mia):
    as_(mia).get("/search/", {"q": "ab " * 2_000})

    assert finders[0][1] == ["ab"] * 8


def test_what_was_looked_for_and_found_is_shown_as_text(finders, as_, mia):
    text = as_(mia).get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in text
    assert "<b>1</b>" not in text


def test_htmx_gets_the_hits_alone(finders, as_, mia):
    response = as_(mia).get("/search/", {"q": "check"}, headers={"hx-request": "true"})
    text = response.content.decode()

    assert "<html" not in text
    assert "Gap" in text
    assert response["Vary"].count("HX-Request") == 1


def test_the_api_searches_as_the_page_does(finders, api, mia):
    client = api(mia)

    found = client.get("/api/v1/search/", {"q": "check"}).json()
    nothing = client.get("/api/v1/search/")

    assert (len(found["results"]), found["results"][0]["kind"]) == (50, "Gap")
    assert (nothing.status_code, nothing.json()["errors"][0]["field"]) == (400, "q")


# Settings -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "sees", "misses"),
    [
        ("olga", "Style guide", "Nothing else"),
        ("ines", "Change log", "Style guide"),
        ("mia", "Tokens", "Change log"),
    ],
)
def test_settings_shows_each_role_what_it_may_use(as_, request, who, sees, misses):
    text = as_(request.getfixturevalue(who)).get("/settings/").content.decode()

    assert sees in text
    assert misses not in text


ACCOUNT = {"name": "Mia Brandt-Roth", "time_zone": "Asia/Tokyo", "theme": "dark"}


def test_people_change_what_is_their_own_and_the_log_keeps_it(as_, mia):
    response = as_(mia).post("/settings/account/", ACCOUNT)

    mia.refresh_from_db()
    entry = ChangeEntry.objects.get()
    assert response.status_code == 302
    assert (mia.name, mia.time_zone, mia.theme) == ("Mia Brandt-Roth", "Asia/Tokyo", "dark")
    assert mia.uses_shortcuts is False
    assert (entry.by, entry.before["name"]) == (mia, "Mia Brandt")


@pytest.mark.parametrize("field", ["role", "email", "is_active", "version"])
def test_nobody_gives_themselves_more_than_that(as_, mia, field):
    before = getattr(mia, field)

    as_(mia).post("/settings/account/", ACCOUNT | {field: "admin"})

    mia.refresh_from_db()
    assert getattr(mia, field) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\tb"),
        ("time_zone", "Mars/Base"),
        ("time_zone", "../../etc/passwd"),
        ("theme", "pink"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(as_, mia, field, value):
    response = as_(mia).post("/settings/account/", ACCOUNT | {field: value})

    mia.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert mia.name == "Mia Brandt"


TOKEN = {"name": "Sheet", "scope": "read", "expires_days": "never"}


def test_a_token_is_shown_once_and_works(as_, client, mia):
    browser = as_(mia)

    response = browser.post("/settings/tokens/", TOKEN)
    secret = response.context["secret"]

    assert secret in response.content.decode()
    assert secret not in browser.get("/settings/tokens/").content.decode()
    headers = {"authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"), [("scope", "all"), ("expires_days", "0"), ("name", ""), ("name", "x" * 101)]
)
def test_a_token_that_cannot_be_is_refused_at_its_field(as_, mia, field, value):
    response = as_(mia).post("/settings/tokens/", TOKEN | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner(as_, api, mia):
    program = api(mia)
    token = mia.tokens.get()

    as_(mia).post(f"/settings/tokens/{token.pk}/revoke/")

    assert program.get("/api/v1/").status_code == 401


def test_a_token_of_somebody_else_is_not_there(as_, api, mia, jonas):
    program = api(jonas)

    response = as_(mia).post(f"/settings/tokens/{jonas.tokens.get().pk}/revoke/")

    assert response.status_code == 404
    assert program.get("/api/v1/").status_code == 200


def test_an_administrator_may_revoke_the_tokens_of_others(as_, api, olga, jonas):
    program = api(jonas)

    as_(olga).post(f"/settings/tokens/{jonas.tokens.get().pk}/revoke/")

    assert program.get("/api/v1/").status_code == 401


def test_a_token_that_may_write_makes_no_stronger_one(api, mia):
    response = api(mia, "write").post(
        "/api/v1/tokens/", '{"scope": "admin"}', content_type="application/json"
    )

    assert response.status_code == 403
    assert ApiToken.objects.count() == 1


def test_the_api_makes_and_revokes_ones_own_tokens(api, client, mia):
    program = api(mia)
    made = program.post(
        "/api/v1/tokens/", '{"scope": "read", "expires_days": 5}', content_type="application/json"
    ).json()
    headers = {"authorization": f"Bearer {made['token']}"}

    before = client.get("/api/v1/", headers=headers).status_code
    program.delete(f"/api/v1/tokens/{made['id']}/")
    after = client.get("/api/v1/", headers=headers).status_code

    assert (before, after) == (200, 401)


@pytest.mark.parametrize("count", [1, 3])
def test_the_change_log_costs_the_same_for_any_number_of_changes(
    as_, api, ines, count, django_assert_num_queries
):
    for _number in range(count):
        api(ines)
    client = as_(ines)

    with django_assert_num_queries(4):
        response = client.get("/settings/changes/", headers={"hx-request": "true"})

    assert len(response.context["page"]) == count


def test_the_change_log_is_searched_by_words(as_, api, olga, ines):
    api(ines)
    api(olga)

    response = as_(olga).get("/settings/changes/", {"q": "ines create"})

    assert [entry.by for entry in response.context["page"]] == [ines]


@pytest.mark.parametrize("count", [1, 3])
def test_the_tokens_cost_the_same_for_any_number(
    as_, api, ines, count, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(work, "_askers", Registry("kinds of work"))
    for _number in range(count):
        api(ines)
    client = as_(ines)

    with django_assert_num_queries(4):
        response = client.get("/settings/tokens/")

    assert len(response.context["tokens"]) == count

"""What an anonymous result keeps back; and attempts to work single answers out of it."""

import pytest
from django.utils import timezone

from audits import access, actions
from audits.models import Audit
from audits.suppression import Counted, withheld
from productops.routes import all_routes
from tests.factories.audits import InvitationFactory, OpenAuditFactory, ScopeFactory, answered

FIVE = 5


def tree(**respondents):
    """A root over two sections of two questions; the names say which belongs where."""
    parents = {"all": None, "s": "all", "t": "all", "s1": "s", "s2": "s", "t1": "t", "t2": "t"}
    return [Counted(key, parent, respondents.get(key, 9)) for key, parent in parents.items()]


def test_where_enough_have_answered_nothing_is_kept_back():
    found = withheld(tree(), FIVE)

    assert (found.hidden, found.partial) == (frozenset(), frozenset())


def test_a_small_question_takes_its_sibling_with_it():
    found = withheld(tree(s1=4), FIVE)

    assert found.hidden == {"s1", "s2"}  # or s minus s2 would be s1
    assert found.partial == {"s", "all"}


def test_a_small_section_takes_another_one_and_all_beneath_both():
    found = withheld(tree(s=4, s1=4, s2=3), FIVE)

    assert found.hidden == {"s", "s1", "s2", "t", "t1", "t2"}
    assert found.partial == {"all"}


def test_a_small_whole_hides_everything():
    small = {key: 2 for key in ("all", "s", "t", "s1", "s2", "t1", "t2")}

    assert len(withheld(tree(**small), FIVE).hidden) == 7


def test_what_nobody_answered_needs_no_company():
    assert withheld(tree(s1=0), FIVE).hidden == frozenset()


def test_what_does_not_count_gives_nothing_away():
    nodes = [*tree(), Counted("s3", "s", 1, counts=False)]

    found = withheld(nodes, FIVE)

    assert found.hidden == {"s3"}


@pytest.mark.parametrize("small", ["s1", "s2", "t1", "t2"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_no_hidden_question_is_the_only_unknown_of_its_section(small, number):
    hidden = withheld(tree(**{small: number}), FIVE).hidden

    siblings = {"s1", "s2"} if small in ("s1", "s2") else {"t1", "t2"}
    assert small in hidden
    assert len(hidden & siblings) != 1


# Through the doors --------------------------------------------------------------------------
SECRET = "Quetzalcoatl said so"


@pytest.fixture
def anonymous(db, small, ines, checkout, billing):
    """Six answered about Checkout, but four only its second question; one about Billing."""
    audit = OpenAuditFactory(title="Health", framework_version=small, owner=ines, is_anonymous=True)
    many, one = (ScopeFactory(audit=audit, subject=s.subject) for s in (checkout, billing))
    for number in range(6):
        levels = {"baseline": 2, "interviews": 3} | ({"dashboards": 4} if number < 4 else {})
        answered(InvitationFactory(audit=audit, scopes=[many]), many, **levels)
    lone = InvitationFactory(audit=audit, scopes=[one])
    answered(lone, one, baseline=0, dashboards=0, interviews=0)
    lone.answers.update(comment=SECRET)
    return audit


@pytest.fixture
def closed(anonymous, ines):
    return actions.close_audit(audit=anonymous, by=ines, now=timezone.now())


def test_scores_of_small_groups_are_told_to_nobody(api, ines, closed):
    scores = api(ines).get(f"/api/v1/audits/{closed.pk}/scores/").json()

    found = {(score["subject"], score["node"]) for score in scores}
    assert {subject for subject, _node in found} == {"product:checkout"}
    assert not {"baseline", "dashboards"} & {node for _subject, node in found}
    assert {"measurement", "all", "interviews"} <= {node for _subject, node in found}


def test_no_other_figure_gives_away_what_is_kept_back(api, ines, closed):
    scores = api(ines).get(f"/api/v1/audits/{closed.pk}/scores/").json()

    section = next(score for score in scores if score["node"] == "measurement")
    assert section["mean"] is not None
    assert section["minimum"] is section["spread"] is section["mean_of_means"] is None
    assert section["dont_know"] == section["answered"] == 0


@pytest.mark.parametrize("who", ["olga", "ines", "astrid", "mia", "jonas"])
@pytest.mark.parametrize("is_closed", [False, True])
def test_no_page_and_no_program_tells_a_comment(as_, api, anonymous, ines, who, is_closed, request):
    if is_closed:
        actions.close_audit(audit=anonymous, by=ines, now=timezone.now())
    person = request.getfixturevalue(who)
    browser, program = as_(person), api(person)
    told = []

    for route in all_routes():
        if "GET" in route.methods and route.path.count("<") <= 1 and "audits" in route.path:
            path = route.path.replace("<int:pk>", str(anonymous.pk))
            client = program if path.startswith("/api/") else browser
            for query in ("", "?format=csv"):
                response = client.get(path + query)
                body = b"".join(response) if response.streaming else response.content
                told += [path] if b"Quetzalcoatl" in body else []

    assert told == []


def test_the_list_of_people_says_who_has_answered_and_nothing_more(as_, api, ines, anonymous):
    scope = anonymous.scopes.first()
    begun = InvitationFactory(audit=anonymous, scopes=[scope], state="started")
    answered(begun, scope, submitted=False, baseline=1)

    page = as_(ines).get(f"/audits/{anonymous.pk}/invitations/")
    rows = api(ines).get(f"/api/v1/invitations/?audit={anonymous.pk}").json()["results"]
    table = b"".join(as_(ines).get(f"/audits/{anonymous.pk}/invitations/?format=csv"))

    assert {row.text for row in page.context["rows"]} == {"Answered", "Not answered yet"}
    assert page.context["sections"] == []
    assert {row["state"] for row in rows} == {"submitted", "invited"}
    assert {row["answered"] for row in rows} == {row["submitted_at"] for row in rows} == {None}
    assert b"started" not in table


def test_nobody_sends_an_anonymous_answer_back(as_, ines, anonymous):
    answer = anonymous.scopes.first().answers.first()

    response = as_(ines).post(f"/audits/answers/{answer.pk}/look-again/", {"text": "Who?"})

    assert response.status_code == 404


def test_a_named_audit_shows_all_its_scores(ines, closed):
    Audit.objects.update(is_anonymous=False)
    closed.refresh_from_db()

    scores = access.shown_scores(ines, closed)

    assert {score.respondents for score in scores} >= {1, 6}

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits import actions
from tests.factories.audits import (
    SMALL,
    AuditFactory,
    ClosedAuditFactory,
    GapFactory,
    InvitationFactory,
    OpenAuditFactory,
    ScopeFactory,
    answered,
    framework_version,
)

pytestmark = pytest.mark.django_db
PAGES = ("", "answers/", "gaps/", "compare/", "invitations/", "?view=change", "?view=spread")


@pytest.fixture
def closed(audit, scope, mia, ines):
    """A closed audit of Checkout with one gap."""
    invitation = InvitationFactory(audit=audit, person=mia, scopes=[scope])
    answered(invitation, scope, baseline=1, dashboards=2, interviews=4)
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_closed_audit_opens(as_, ines, closed, page):
    assert as_(ines).get(f"/audits/{closed.pk}/{page}").status_code == 200


@pytest.mark.parametrize("page", ["", "answers/", "invitations/", "edit/", "close/"])
def test_every_page_of_an_open_audit_opens(as_, ines, audit, scope, invitation, page):
    assert as_(ines).get(f"/audits/{audit.pk}/{page}").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("olga", 200), ("ines", 200), ("astrid", 200), ("mia", 200), ("jonas", 404), ("rui", 403)],
)
def test_who_may_read_an_audit_of_checkout(as_, closed, who, status, request):
    assert as_(request.getfixturevalue(who)).get(f"/audits/{closed.pk}/").status_code == status


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
@pytest.mark.parametrize("verb", ["edit", "send", "remind", "close", "delete", "invitations/new"])
def test_only_product_operations_prepares_and_closes(as_, audit, scope, who, verb, request):
    response = as_(request.getfixturevalue(who)).post(f"/audits/{audit.pk}/{verb}/", {})

    assert response.status_code == 403


def test_visitors_are_asked_to_sign_in(client, closed):
    assert client.get(f"/audits/{closed.pk}/").status_code == 302


def test_a_pm_sees_the_scores_of_their_own_products_alone(as_, audit, scope, mia, billing, ines):
    other = ScopeFactory(audit=audit, subject=billing.subject)
    for one in (scope, other):
        answered(InvitationFactory(audit=audit, scopes=[one]), one, baseline=1, dashboards=1)
    actions.close_audit(audit=audit, by=ines, now=timezone.now())

    client = as_(mia)
    result = client.get(f"/audits/{audit.pk}/").context["result"]
    answers = client.get(f"/audits/{audit.pk}/answers/").content.decode()

    assert result.scopes == [scope.pk]
    assert "Billing" not in answers


def test_nobody_but_operators_sees_who_was_asked(as_, audit, scope, invitation, mia):
    text = as_(mia).get(f"/audits/{audit.pk}/invitations/").content.decode()

    assert "rui@halden.example" not in text


def test_the_result_shows_levels_targets_and_ranked_gaps(as_, ines, closed):
    text = as_(ines).get(f"/audits/{closed.pk}/").content.decode()

    assert "Overall score" in text
    assert 'data-h="-3"' in text
    assert "No baseline before a change" in text
    assert "1 of 1 below" in text


def test_the_result_as_a_file_holds_the_heatmap(as_, ines, closed):
    response = as_(ines).get(f"/audits/{closed.pk}/?format=csv")

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "dimension,Checkout,All,Target,Change"
    assert lines[1].startswith("Measurement,1.33")


def test_the_former_audit_of_the_framework_stands_beside_this_one(as_, ines, closed, mia, scope):
    newer = OpenAuditFactory(framework_version=closed.framework_version, owner=ines)
    same = ScopeFactory(audit=newer, subject=scope.subject)
    invitation = InvitationFactory(audit=newer, person=mia, scopes=[same])
    answered(invitation, same, baseline=3, dashboards=2, interviews=4)
    actions.close_audit(audit=newer, by=ines, now=timezone.now())

    client = as_(ines)
    result = client.get(f"/audits/{newer.pk}/").context["result"]
    compare = client.get(f"/audits/{newer.pk}/compare/").content.decode()

    assert result.rows[0].change == pytest.approx(4 / 3)
    assert "+1.3" in compare
    assert "Too few to tell" in compare


def test_compare_says_when_there_is_nothing_to_compare_with(as_, ines, closed):
    text = as_(ines).get(f"/audits/{closed.pk}/compare/?with=x").content.decode()

    assert "Nothing to compare with yet" in text


def test_the_answers_show_agreement_and_are_narrowed(as_, ines, closed, scope):
    client = as_(ines)

    page = client.get(f"/audits/{closed.pk}/answers/?dimension=measurement&scope={scope.pk}")
    hostile = client.get(f"/audits/{closed.pk}/answers/?dimension=%27&scope=x&question=-1")

    assert page.context["page"].paginator.count == 2
    assert hostile.context["page"].paginator.count == 3


@pytest.fixture
def queries(django_assert_max_num_queries):
    """How many queries a page takes."""

    def count(client, address):
        with django_assert_max_num_queries(40) as taken:
            client.get(address)
        return len(taken)

    return count


@pytest.mark.parametrize("address", ["/audits/", "/audits/gaps/", "/audits/templates/"])
def test_lists_cost_the_same_with_one_row_and_with_three(as_, ines, small, queries, address):
    client = as_(ines)
    audit = ClosedAuditFactory(framework_version=small)
    GapFactory(audit=audit, owner=ines)
    one = queries(client, address)

    for number in range(2):
        more = ClosedAuditFactory(framework_version=framework_version(_renamed(number)))
        ScopeFactory(audit=more)
        GapFactory(audit=more, owner=ines)

    assert queries(client, address) == one <= 20


def _renamed(number):
    return SMALL.replace("key: small", f"key: small-{number}")


def test_invitations_and_answers_cost_the_same_with_one_person_and_with_three(
    as_, ines, audit, scope, queries
):
    client = as_(ines)
    addresses = [f"/audits/{audit.pk}/{page}/" for page in ("invitations", "answers", "close")]
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)
    for address in addresses:
        client.get(address)  # a process reads what a version asks once
    one = [queries(client, address) for address in addresses]

    for _ in range(2):
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)

    assert [queries(client, address) for address in addresses] == one
    assert max(one) <= 20


def test_the_result_costs_the_same_with_one_scope_and_with_three(as_, ines, small, queries):
    counts = []
    for number in (1, 3):
        audit = OpenAuditFactory(framework_version=small, owner=ines)
        for _ in range(number):
            scope = ScopeFactory(audit=audit)
            answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)
        actions.close_audit(audit=audit, by=ines, now=timezone.now())
        # The second one has a former audit beside it, the first has none: compare like with like.
        counts.append(queries(as_(ines), f"/audits/{audit.pk}/gaps/"))

    assert counts[1] - counts[0] <= 2


def test_an_empty_list_says_what_audits_are_for(as_, ines, astrid):
    operator, reader = (as_(one).get("/audits/").content.decode() for one in (ines, astrid))

    assert "Prepare the first audit" in operator
    assert "No audits yet" in reader
    assert "Prepare the first audit" not in reader


def test_a_search_without_a_hit_offers_the_way_back(as_, ines, small):
    AuditFactory(framework_version=small)

    assert "No audit fits these filters" in as_(ines).get("/audits/?q=zzz").content.decode()


def test_the_library_is_loaded_by_one_click_and_stays_as_it_is(as_, ines):
    client = as_(ines)

    for _ in range(2):
        client.post("/audits/templates/load/")

    page = client.get("/audits/templates/").context["page"]
    assert page.paginator.count == 5


def test_a_framework_shows_every_question_with_its_levels(as_, mia, small):
    text = as_(mia).get(small.get_absolute_url()).content.decode()

    assert text.count("What do you know before a change?") == 1
    assert text.count("There is an agreed way.") == 3


def test_a_framework_goes_out_and_comes_back_unchanged(as_, ines, small):
    client = as_(ines)
    text = client.get(f"{small.get_absolute_url()}yaml/").content

    response = _import(client, text)

    assert response.url == small.get_absolute_url()
    assert small.framework.versions.count() == 1


def test_a_changed_framework_becomes_the_next_version(as_, ines, small):
    client = as_(ines)
    text = client.get(f"{small.get_absolute_url()}yaml/").content

    shown = _import(client, text.replace(b"How often", b"How often, roughly,"))
    client.post("/audits/templates/import/", {"text": shown.context["text"]})

    small.refresh_from_db()
    newest = small.framework.versions.first()
    assert (newest.number, newest.state, small.state) == (2, "published", "retired")


def test_a_wrong_file_is_refused_with_line_and_reason(as_, ines):
    response = _import(as_(ines), b"key: x\ncolour: red\n")

    text = response.content.decode()
    assert response.status_code == 422
    assert "Line 2, colour: is not a field that anything reads." in text


def _import(client, content):
    return client.post("/audits/templates/import/", {"file": SimpleUploadedFile("x.yaml", content)})


@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_only_product_operations_takes_questionnaires_in(as_, who, request):
    assert as_(request.getfixturevalue(who)).post("/audits/templates/load/").status_code == 403


def test_a_new_audit_begins_with_the_framework_that_was_looked_at(as_, ines, small):
    form = as_(ines).get(f"/audits/new/?framework_version={small.pk}").context["form"]

    assert form["framework_version"].value() == str(small.pk)

"""Reading and acknowledging, with and without an account; adoption."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from processes import actions
from processes.models import Adoption
from productops import clock, links
from productops.models import OutboxMessage
from tests.factories.processes import (
    AdoptionFactory,
    ProcessFactory,
    PublishedFactory,
    StepFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(ines):
    revision = PublishedFactory(process=ProcessFactory(title="Intake", owner=ines), author=ines)
    StepFactory(revision=revision)
    return revision


@pytest.fixture
def asked(published, rui, ines):
    actions.ask_to_acknowledge(revision=published, people=[rui], due_on=None, by=ines)
    return published.acknowledgements.get()


def address(asked):
    return f"/k/{links.token_of(asked.link)}/"


def test_asking_somebody_twice_sends_one_mail(published, rui, ines):
    for _time in range(2):
        actions.ask_to_acknowledge(revision=published, people=[rui], due_on=None, by=ines)

    assert published.acknowledgements.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_no_raw_token_stands_in_the_outbox(asked):
    message = OutboxMessage.objects.get()

    assert links.token_of(asked.link) not in str(message.payload)


def test_opening_the_link_changes_nothing_and_the_button_does(asked):
    client = Client()
    for _time in range(3):
        assert client.get(address(asked)).status_code == 200
    asked.refresh_from_db()
    assert asked.done_at is None

    client.post(address(asked))

    asked.refresh_from_db()
    assert asked.done_at is not None


def test_a_scanner_that_posts_without_having_the_page_is_refused(asked):
    response = Client(enforce_csrf_checks=True).post(address(asked))

    asked.refresh_from_db()
    assert response.status_code == 403
    assert asked.done_at is None


def test_a_link_is_over_when_a_newer_version_is_published(asked, ines, olga):
    draft = actions.start_draft(process=asked.revision.process, by=ines)
    draft.submit(by=ines)
    actions.publish(revision=draft, by=olga)

    response = Client().get(address(asked))

    assert response.status_code == 410
    assert "newer version" in response.content.decode()


def test_a_guessed_link_is_not_found(asked):
    assert Client().get(f"/k/{links.token_of(asked.link)[:-1]}x/").status_code == 404


def test_a_link_page_stays_out_of_caches_and_referrers(asked):
    response = Client().get(address(asked))

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_a_reminder_goes_only_to_those_missing_and_once_a_day(published, rui, mia, ines):
    actions.ask_to_acknowledge(revision=published, people=[rui, mia], due_on=None, by=ines)
    published.acknowledgements.get(person=mia).acknowledge()

    for _time in range(2):
        actions.remind(revision=published, by=ines, on=clock.today())

    reminders = OutboxMessage.objects.filter(once__contains=str(clock.today()))
    assert [message.destination for message in reminders] == [rui.email]


def test_readers_are_asked_by_team_and_by_name(published, mia, checkout_team, ines, as_):
    checkout_team.memberships.create(person=mia, from_on=clock.today() - timedelta(days=9))
    url = reverse("processes:acknowledgement-list", args=[published.process_id, 1])

    empty = as_(ines).post(url, {})
    as_(ines).post(url, {"teams": [checkout_team.pk]})

    assert empty.status_code == 422
    assert [asked.person for asked in published.acknowledgements.all()] == [mia]


def test_my_work_lists_what_i_am_asked_to_read(asked, rui, as_):
    page = as_(rui).get(reverse("work")).content.decode()

    assert "Read “Intake”, version 1" in page


def test_a_respondent_reads_only_what_they_are_asked_to(asked, rui, as_):
    other = PublishedFactory()

    assert as_(rui).get(asked.revision.process.get_absolute_url()).status_code == 200
    assert as_(rui).get(other.process.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("mia", 302), ("jonas", 404), ("astrid", 404)])
def test_who_says_how_a_product_works(published, checkout, who, status, as_, request):
    url = reverse("processes:adoption-edit", args=[published.process_id, checkout.subject_id])
    person = request.getfixturevalue(who)

    response = as_(person).post(url, {"state": "adopted"})

    assert response.status_code == status
    assert Adoption.objects.exists() == (status == 302)


def test_an_exemption_needs_a_reason_and_an_end(published, checkout, ines, as_):
    url = reverse("processes:adoption-edit", args=[published.process_id, checkout.subject_id])

    response = as_(ines).post(url, {"state": "exempt"})

    assert response.status_code == 422
    assert "needs a reason and an end" in response.content.decode()


def test_saying_it_again_on_one_day_corrects_and_later_adds(published, checkout, ines):
    today = clock.today()
    for on, state in [(today, "absent"), (today, "adopted"), (today + timedelta(1), "adapted")]:
        actions.record_adoption(
            process=published.process, subject=checkout.subject, state=state, by=ines, on=on
        )

    states = list(Adoption.objects.order_by("on").values_list("state", flat=True))
    assert states == ["adopted", "adapted"]
    assert Adoption.objects.on(today).get().state == "adopted"


def test_the_matrix_shows_a_pm_only_their_products(published, checkout, billing, mia, as_):
    AdoptionFactory(process=published.process, subject=billing.subject)

    page = as_(mia).get(reverse("processes:adoption-matrix")).content.decode()

    assert "Checkout" in page
    assert "Billing" not in page


def test_the_matrix_costs_the_same_for_any_number(ines, as_, cost_of):
    url, costs = reverse("processes:adoption-matrix"), []
    for number in (1, 2):
        for _row in range(number):
            AdoptionFactory(process=PublishedFactory().process)
        costs.append(cost_of(as_(ines), url))

    assert costs[0] == costs[1] <= 20


def test_hostile_markdown_of_a_step_is_harmless(published, ines, as_):
    text = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://evil.example/z.png)"
    StepFactory(revision=published, order=99, text=text)

    page = as_(ines).get(published.process.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert not re.search(r'href="javascript:', page)
    assert 'src="http://evil' not in page

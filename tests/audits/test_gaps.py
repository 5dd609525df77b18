from datetime import timedelta

import pytest

from audits import actions
from audits.choices import GapState
from audits.models import Exemption, Gap
from productops import clock
from productops.models import ChangeEntry
from teams.models import Subject
from tests.factories.audits import GapFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gap(checkout):
    return GapFactory(title="Measurement", subject=checkout.subject, level=1, target=3)


def address(gap, verb=""):
    return f"/audits/gaps/{gap.pk}/{verb}"


@pytest.mark.parametrize("verb", ["close/", "reopen/", "delete/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("olga", 302), ("ines", 302), ("mia", 302), ("jonas", 404), ("astrid", 403), ("rui", 403)],
)
def test_who_may_change_a_gap_of_checkout(as_, gap, who, status, verb, request):
    response = as_(request.getfixturevalue(who)).post(address(gap, verb))

    assert response.status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("ines", 200), ("mia", 200), ("jonas", 404), ("astrid", 200), ("rui", 403)],
)
def test_who_may_read_a_gap_of_checkout(as_, gap, who, status, request):
    assert as_(request.getfixturevalue(who)).get(address(gap)).status_code == status


def test_a_pm_reads_the_organisations_gaps_and_changes_none(as_, mia):
    shared = GapFactory(subject=Subject.organisation())
    client = as_(mia)

    assert client.get(address(shared)).status_code == 200
    assert client.post(address(shared, "close/")).status_code == 403


def test_closing_and_reopening_leave_their_trail(as_, ines, gap):
    client = as_(ines)
    client.post(address(gap, "close/"))
    gap.refresh_from_db()
    closed = (gap.state, gap.closed_by, gap.closed_on)

    client.post(address(gap, "reopen/"))

    gap.refresh_from_db()
    assert closed == (GapState.CLOSED, ines, clock.today())
    assert (gap.state, gap.closed_by, gap.closed_on) == (GapState.IDENTIFIED, None, None)
    changes = ChangeEntry.objects.filter(row=gap.pk).order_by("pk")
    assert list(changes.values_list("verb", "after__state")) == [
        ("closed", "Closed"),
        ("reopened", "No plan yet"),
    ]


def test_a_gap_can_be_planned_and_unplanned(gap, ines):
    gap.plan(by=ines)
    planned = gap.state
    gap.unplan(by=ines)

    assert (planned, gap.state) == (GapState.PLANNED, GapState.IDENTIFIED)


def test_planning_does_not_reopen_what_is_closed(gap, ines):
    gap.close(by=ines)

    gap.plan(by=ines)

    assert gap.state == GapState.CLOSED


def test_a_gap_by_hand_is_ranked_by_its_levels(as_, mia, checkout):
    response = as_(mia).post(
        "/audits/gaps/new/",
        {
            "title": "No release notes",
            "subject": checkout.subject_id,
            "level": "1",
            "target": "3",
            "effort": "2",
        },
    )

    gap = Gap.objects.get()
    assert response.url == gap.get_absolute_url()
    assert gap.priority == pytest.approx(1 * (2 / 4) * 2 * 1 / 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("level", "NaN"),
        ("level", "1e999"),
        ("level", "-1"),
        ("level", ""),
        ("target", "x"),
        ("effort", "9"),
        ("effort", "M"),
        ("due_on", "31.12.2026"),
        ("due_on", "9999-12-31"),
        ("cause", "fate"),
        ("owner", "0"),
        ("subject", "999999999999999999999"),
    ],
)
def test_a_gap_by_hand_refuses_hostile_input_naming_the_field(as_, mia, checkout, field, value):
    sent = {
        "title": "Gap",
        "subject": checkout.subject_id,
        "level": "1",
        "target": "3",
        "effort": "2",
    }

    response = as_(mia).post("/audits/gaps/new/", sent | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Gap.objects.exists()


def test_a_pm_cannot_write_a_gap_about_somebody_elses_product(as_, mia, billing):
    response = as_(mia).post(
        "/audits/gaps/new/", {"title": "Gap", "subject": billing.subject_id, "effort": "2"}
    )

    assert response.status_code == 422
    assert "subject" in response.context["form"].errors


def test_an_edit_changes_effort_and_with_it_the_priority(as_, ines, gap):
    gap.rank()
    gap.save()
    sent = {
        "title": "Measurement",
        "subject": gap.subject_id,
        "level": "1",
        "target": "3",
        "effort": "1",
        "version": gap.version,
    }

    as_(ines).post(address(gap, "edit/"), sent)

    changed = Gap.objects.get(pk=gap.pk)
    assert changed.priority == pytest.approx(gap.priority * 3)
    assert changed.version == gap.version + 1


def test_a_stale_edit_of_a_gap_overwrites_nothing(as_, ines, gap):
    Gap.objects.filter(pk=gap.pk).update(version=2, title="Hers")
    sent = {"title": "Mine", "subject": gap.subject_id, "effort": "1", "version": "1"}

    response = as_(ines).post(address(gap, "edit/"), sent)
    again = as_(ines).post(
        address(gap, "edit/"), sent | {"version": response.context["form"]["version"].value()}
    )

    assert response.status_code == 409
    assert "Hers" in response.content.decode()
    assert again.status_code == 302
    assert Gap.objects.get(pk=gap.pk).title == "Mine"


def test_ticked_gaps_go_to_the_page_that_was_asked_for(as_, mia, gap):
    other = GapFactory(subject=gap.subject)

    response = as_(mia).post("/audits/gaps/choose/", {"gap": [gap.pk, other.pk], "then": "assign"})

    assert response.url == f"/audits/gaps/assign/?gap={gap.pk}&gap={other.pk}"


def test_ticking_none_says_what_to_do(as_, mia):
    response = as_(mia).post("/audits/gaps/choose/", {"then": "assign"}, follow=True)

    assert "Tick at least one gap first." in response.content.decode()


@pytest.mark.parametrize("then", ["", "drop", "javascript:"])
def test_ticked_gaps_go_nowhere_else(as_, mia, gap, then):
    response = as_(mia).post("/audits/gaps/choose/", {"gap": [gap.pk], "then": then})

    assert response.status_code == 404


@pytest.mark.parametrize("chosen", ["x", "-1", "99999999999999999999", "٣", "1 OR 1"])
def test_hostile_choices_are_not_found_or_none(as_, mia, gap, chosen):
    response = as_(mia).post("/audits/gaps/choose/", {"gap": [chosen], "then": "assign"})

    assert response.status_code in (302, 404)
    assert Gap.objects.get().owner is None


def test_gaps_are_assigned_together(as_, ines, mia, gap):
    other = GapFactory()

    as_(ines).post(f"/audits/gaps/assign/?gap={gap.pk}&gap={other.pk}", {"owner": mia.pk})

    assert set(Gap.objects.values_list("owner", flat=True)) == {mia.pk}


def test_a_stranger_among_the_chosen_gaps_stops_all(as_, mia, gap):
    foreign = GapFactory()

    response = as_(mia).post(
        f"/audits/gaps/assign/?gap={gap.pk}&gap={foreign.pk}", {"owner": mia.pk}
    )

    assert response.status_code == 404
    assert not Gap.objects.exclude(owner=None).exists()


def accept(client, gap, days=30):
    until = clock.today() + timedelta(days=days)
    sent = {"reason": "No capacity", "until_on": until.isoformat()}
    return client.post(f"/audits/gaps/accept/?gap={gap.pk}", sent)


def test_a_gap_is_accepted_for_a_reason_and_a_time(as_, ines, gap):
    accept(as_(ines), gap)

    gap.refresh_from_db()
    exemption = Exemption.objects.get()
    assert gap.state == GapState.ACCEPTED
    assert (exemption.reason, exemption.by) == ("No capacity", ines)


@pytest.mark.parametrize("days", [-1, 100_000])
def test_a_gap_cannot_be_accepted_until_a_day_that_makes_no_sense(as_, ines, gap, days):
    assert accept(as_(ines), gap, days).status_code == 422


def test_an_accepted_gap_opens_by_itself_on_the_day_after(as_, ines, gap):
    accept(as_(ines), gap, days=30)
    last = clock.today() + timedelta(days=30)

    opened = [actions.reopen_expired(on=day) for day in (last, last + timedelta(days=1))]
    again = actions.reopen_expired(on=last + timedelta(days=2))

    gap.refresh_from_db()
    assert (opened, again) == ([0, 1], 0)
    assert gap.state == GapState.IDENTIFIED
    assert Exemption.objects.get().ended_on == last + timedelta(days=1)


def test_the_expiry_of_a_closed_gap_does_not_open_it(as_, ines, gap):
    accept(as_(ines), gap, days=1)
    gap.refresh_from_db()
    gap.close(by=ines)

    actions.reopen_expired(on=clock.today() + timedelta(days=5))

    gap.refresh_from_db()
    assert gap.state == GapState.CLOSED


def test_deleting_a_gap_offers_undo(as_, mia, gap):
    client = as_(mia)

    page = client.post(address(gap, "delete/"), follow=True).content.decode()
    client.post(f"/trash/audits.gap/{gap.pk}/restore/")

    assert f"/trash/audits.gap/{gap.pk}/restore/" in page
    assert client.get(address(gap)).status_code == 200


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=meas", ["Measurement"]),
        ("state=open", ["Measurement", "Other"]),
        ("state=closed", ["Done"]),
        ("cause=tool", ["Other"]),
        ("state=nonsense&owner=x&subject=-1", ["Measurement", "Other", "Done"]),
        ("sort=title", ["Done", "Measurement", "Other"]),
        ("sort=-title", ["Other", "Measurement", "Done"]),
        ("sort=password", ["Measurement", "Other", "Done"]),
        ("page=99999", ["Measurement", "Other", "Done"]),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_its_address(as_, ines, checkout, query, titles):
    GapFactory(title="Measurement", level=0, target=4, priority=3)
    GapFactory(title="Other", cause="tool", priority=2)
    GapFactory(title="Done", priority=1).close(by=ines)

    response = as_(ines).get(f"/audits/gaps/?{query}")

    assert [row["gap"].title for row in response.context["rows"]] == titles


def test_the_list_as_a_file_holds_what_the_page_shows(as_, ines):
    GapFactory(title="=cmd()|'x'", priority=1)
    GapFactory(title="Other")

    response = as_(ines).get("/audits/gaps/?q=cmd&format=csv")

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "'=cmd()" in lines[1]


def test_a_gap_that_is_late_says_so():
    today = clock.today()
    gap = GapFactory(due_on=today - timedelta(days=6))

    assert gap.standing(today) == ("bad", "Late 6 days")

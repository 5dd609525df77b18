from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.choices import Band, GapState
from audits.models import Evidence, EvidenceRevision, Exemption, Gap
from audits.refusals import NotNow
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


def close(client, *gaps, because=""):
    chosen = "&".join(f"gap={gap.pk}" for gap in gaps)
    return client.post(f"/audits/gaps/close/?{chosen}", {"because": because})


@pytest.mark.parametrize("verb", ["confirm/", "reopen/", "delete/"])
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
    assert client.post(address(shared, "confirm/")).status_code == 403
    assert close(client, shared, because="Done").status_code == 403


def test_closing_and_reopening_leave_their_trail(as_, ines, gap):
    client = as_(ines)
    close(client, gap, because="Every change has one now")
    gap.refresh_from_db()
    closed = (gap.state, gap.closed_by, gap.closed_on, gap.closed_because)

    client.post(address(gap, "reopen/"))

    gap.refresh_from_db()
    assert closed == (GapState.CLOSED, ines, clock.today(), "Every change has one now")
    assert (gap.state, gap.closed_by, gap.closed_because) == (GapState.IDENTIFIED, None, "")
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
        ("owner=nobody", ["Measurement", "Other", "Done"]),
        ("source=fact", []),
        ("priority=P1", ["Measurement", "Other", "Done"]),
        ("priority=P4", []),
        ("state=late", []),
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


def test_closing_by_hand_asks_for_a_reason_where_nothing_shows_it(as_, ines, gap):
    response = close(as_(ines), gap)

    gap.refresh_from_db()
    assert response.status_code == 422
    assert "because" in response.context["form"].errors
    assert gap.is_open


def test_a_gap_closes_on_evidence_that_holds(as_, ines, gap):
    shown(gap, ines, until=clock.today())

    response = close(as_(ines), gap)

    gap.refresh_from_db()
    assert response.status_code == 302
    assert gap.is_closed


def test_evidence_that_is_over_closes_nothing(as_, ines, gap):
    evidence = shown(gap, ines, until=None)
    add_revision(evidence, ines, until=clock.today() - timedelta(days=1), number=2)

    assert close(as_(ines), gap).status_code == 422
    with pytest.raises(NotNow, match="Say why Measurement is closed"):
        actions.close_gaps(gaps=[gap], by=ines, on=clock.today())


def shown(gap, by, *, until):
    evidence = Evidence.objects.create(gap=gap, title="A chart")
    add_revision(evidence, by, until=until, number=1)
    return evidence


def add_revision(evidence, by, *, until, number):
    EvidenceRevision.objects.create(
        evidence=evidence,
        number=number,
        url="https://example.org/chart",
        valid_until=until,
        by=by,
        at=timezone.now(),
    )


def test_several_gaps_close_together_or_none(as_, ines, gap):
    other = GapFactory()
    shown(other, ines, until=None)

    refused = close(as_(ines), gap, other)
    still_open = Gap.objects.open().count()
    close(as_(ines), gap, other, because="The team was dissolved")

    assert (refused.status_code, still_open) == (422, 2)
    assert not Gap.objects.open().exists()


def test_a_confirmed_gap_is_open_and_can_be_planned(as_, ines, gap):
    as_(ines).post(address(gap, "confirm/"))
    gap.refresh_from_db()
    confirmed = (gap.state, gap.is_open)

    gap.plan(by=ines)

    assert confirmed == (GapState.CONFIRMED, True)
    assert gap.state == GapState.PLANNED


def test_several_gaps_become_one_that_keeps_what_all_of_them_had(as_, ines, gap, rui):
    other = GapFactory(title="No figures", owner=rui)
    shown(other, ines, until=None)

    response = as_(ines).post(
        f"/audits/gaps/merge/?gap={gap.pk}&gap={other.pk}", {"kept": gap.pk}, follow=True
    )

    gap.refresh_from_db()
    other.refresh_from_db()
    assert (gap.is_open, gap.owner, gap.evidence.count()) == (True, rui, 1)
    assert (other.state, other.merged_into) == (GapState.CLOSED, gap)
    assert "No figures" in response.content.decode()
    assert address(gap) in as_(ines).get(address(other)).content.decode()
    verbs = ChangeEntry.objects.filter(row=other.pk).values_list("verb", flat=True)
    assert list(verbs) == ["closed"]


def test_a_gap_alone_cannot_become_one(as_, ines, gap):
    response = as_(ines).post(f"/audits/gaps/merge/?gap={gap.pk}", {"kept": gap.pk})

    assert response.status_code == 409
    gap.refresh_from_db()
    assert gap.is_open


@pytest.mark.parametrize("kept", ["", "0", "x", "999999999999999999999"])
def test_merging_into_none_of_the_chosen_is_refused(as_, ines, gap, kept):
    other = GapFactory()

    response = as_(ines).post(f"/audits/gaps/merge/?gap={gap.pk}&gap={other.pk}", {"kept": kept})

    assert response.status_code == 422
    assert Gap.objects.open().count() == 2


def test_reasons_are_written_down_one_under_the_other(as_, ines, gap):
    sent = {"title": "Measurement", "subject": gap.subject_id, "effort": "3", "version": 1}

    as_(ines).post(
        address(gap, "edit/"), sent | {"whys": "No time\n\n Nobody asks ", "cause": "data"}
    )

    gap.refresh_from_db()
    assert gap.whys == ["No time", "Nobody asks"]
    page = as_(ines).get(address(gap)).content.decode()
    assert page.index("No time") < page.index("Nobody asks")


@pytest.mark.parametrize(
    ("whys", "reason"), [("a\n" * 6, "at most 5 lines"), ("a\n" + "b" * 301, "Line 2 is longer")]
)
def test_more_reasons_than_five_or_longer_ones_are_refused(as_, ines, gap, whys, reason):
    sent = {"title": "Measurement", "subject": gap.subject_id, "effort": "3", "version": 1}

    response = as_(ines).post(address(gap, "edit/"), sent | {"whys": whys})

    assert response.status_code == 422
    assert reason in str(response.context["form"].errors["whys"])


def test_a_person_may_weigh_a_gap_otherwise_than_its_products(gap, ines):
    gap.rank()
    found = gap.priority

    actions.change_gap(gap=gap, fields={"criticality": 3}, by=ines)

    gap.refresh_from_db()
    assert gap.priority == pytest.approx(found * 3 / 2)
    assert gap.parts["criticality"] == 2
    entry = ChangeEntry.objects.get(row=gap.pk)
    assert (entry.before, entry.after) == ({"criticality": None}, {"criticality": 3})
    actions.change_gap(gap=gap, fields={"criticality": None}, by=ines)
    assert gap.priority == pytest.approx(found)


def test_a_priority_is_shown_with_its_parts_as_a_formula(gap):
    gap.parts = {"weight": 2.0, "criticality": 2.5, "coverage": 0.64}
    gap.level, gap.target = 1.48, 3
    gap.rank()

    assert gap.formula == "2 × 0.38 × 2.5 × 64% ÷ 3"
    assert gap.priority == pytest.approx(2 * 0.38 * 2.5 * 0.64 / 3)


@pytest.mark.parametrize(
    ("level", "band"), [(0.9, "P1"), (1, "P1"), (1.1, "P2"), (2.1, "P3"), (2.7, "P4"), (None, None)]
)
def test_half_a_scale_missing_in_an_ordinary_product_is_urgent(level, band):
    gap = GapFactory(level=level, target=None if level is None else 3)
    gap.rank()
    gap.save()

    assert gap.band == band
    in_bands = [one for one in Band if Gap.objects.in_band(one).exists()]
    assert in_bands == ([band] if band else [])


def test_the_list_comes_back_with_its_filters_after_something_was_done(as_, ines, gap):
    client = as_(ines)
    sent = {"gap": [gap.pk], "then": "close", "back": "state=open&q=meas"}

    page = client.post("/audits/gaps/choose/", sent).url
    response = client.post(page, {"because": "Done"})

    assert response.url == "/audits/gaps/?state=open&q=meas"


def test_the_way_back_leads_to_no_other_house(as_, ines, gap):
    page = f"/audits/gaps/close/?gap={gap.pk}&back=//evil.example/"

    response = as_(ines).post(page, {"because": "Done"})

    assert response.url.startswith("/audits/gaps/?")


def test_a_gap_that_is_late_says_so():
    today = clock.today()
    gap = GapFactory(due_on=today - timedelta(days=6))

    assert gap.standing(today) == ("bad", "Late 6 days")

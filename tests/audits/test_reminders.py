"""Reminders: whom, when by whose clock, how often. Time is an argument everywhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audits import actions, queues
from audits.actions import mails
from audits.models import Invitation
from audits.reminder_days import due_at, last_due
from productops import clock
from productops.bounces import note_bounce
from productops.models import Organisation, OutboxMessage
from productops.outbox.mails import mail_of
from productops.quiet import QuietHours
from productops.schedule import all_jobs
from tests.factories.audits import InvitationFactory, OpenAuditFactory, ScopeFactory, answered
from tests.factories.teams import PersonFactory

USUAL = QuietHours(18, 8, has_weekends=True)
BERLIN, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
HONOLULU = ZoneInfo("Pacific/Honolulu")


def wall(moment, zone):
    return moment.astimezone(zone).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("day", "ends", "zone", "due"),
    [
        (date(2026, 11, 26), date(2026, 12, 1), BERLIN, "Thu 26 08:00"),
        (date(2026, 11, 28), date(2026, 12, 2), BERLIN, "Mon 30 08:00"),  # after the weekend
        (date(2026, 11, 28), date(2026, 11, 30), BERLIN, "Fri 27 17:45"),  # or before, if it ends
        (date(2026, 11, 26), date(2026, 12, 1), APIA, "Thu 26 08:00"),
        (date(2026, 11, 26), date(2026, 12, 1), HONOLULU, "Thu 26 08:00"),
        # Clocks go back on Sunday 25 October 2026, forward on Sunday 29 March.
        (date(2026, 10, 25), date(2026, 10, 30), BERLIN, "Mon 26 08:00"),
        (date(2026, 3, 29), date(2026, 4, 3), BERLIN, "Mon 30 08:00"),
    ],
)
def test_a_reminder_is_due_in_the_morning_of_its_day_and_never_after_the_end(day, ends, zone, due):
    ends_at = datetime.combine(ends, datetime.min.time(), tzinfo=BERLIN)

    assert wall(due_at(day, zone=zone, hours=USUAL, ends_at=ends_at), zone) == due


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"])
@pytest.mark.parametrize("days", range(0, 12))
def test_whatever_the_zone_and_the_day_no_reminder_is_quiet_or_late(zone, days):
    there = ZoneInfo(zone)
    closes_on = date(2026, 11, 1)  # a Sunday, a week after the change of clocks
    ends_at = datetime(2026, 11, 2, tzinfo=BERLIN)

    due = due_at(closes_on - timedelta(days=days), zone=there, hours=USUAL, ends_at=ends_at)

    assert not USUAL.cover(due, there)
    assert due < ends_at


def test_an_old_reminder_is_no_reminder_any_more():
    facts = {"closes_on": date(2026, 11, 30), "ends_at": datetime(2026, 12, 1, tzinfo=BERLIN)}
    facts |= {"zone": BERLIN, "hours": USUAL}

    found = [
        last_due([20], now=datetime(2026, 11, day, 9, tzinfo=BERLIN), **facts)
        for day in (9, 10, 12, 15)
    ]

    assert [due is not None for due in found] == [False, True, True, False]


# With people --------------------------------------------------------------------------------
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN)


@pytest.fixture
def now(settings, monkeypatch):
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(clock, "today", lambda: THURSDAY.date())
    return THURSDAY


@pytest.fixture
def running(db, now, small, ines, checkout):
    """An audit whose reminders are due on Tuesday, a week before its end, and today."""
    return OpenAuditFactory(
        title="Practice",
        framework_version=small,
        owner=ines,
        opened_at=now - timedelta(days=20),
        closes_on=date(2026, 11, 28),
        reminder_days=[9, 2],
    )


@pytest.fixture
def asked(running, checkout):
    scope = ScopeFactory(audit=running, subject=checkout.subject)

    def ask(name="rui", zone="", **fields):
        person = PersonFactory(email=f"{name}@halden.example", role="", time_zone=zone)
        fields = {"invited_at": running.opened_at} | fields
        return InvitationFactory(audit=running, person=person, scopes=[scope], **fields)

    return ask


def reminded():
    rows = OutboxMessage.objects.filter(once__startswith="audit-reminder").order_by("destination")
    return [row.destination.partition("@")[0] for row in rows]


def test_the_missing_are_reminded_once_on_a_day_that_the_audit_names(asked, now):
    asked("rui")
    done = asked("done")
    answered(done, done.assignments.get().scope, baseline=1)
    asked("over", state="handed_on")
    asked("gone").person.__class__.objects.filter(email__startswith="gone").update(is_active=False)

    counts = [actions.remind_by_plan(now=now + timedelta(minutes=n)) for n in (0, 15, 600)]

    assert counts == [1, 0, 0]
    assert reminded() == ["rui"]


def test_nobody_is_reminded_on_another_day(asked, now):
    asked()

    assert actions.remind_by_plan(now=now - timedelta(days=3)) == 0
    assert reminded() == []


def test_each_is_reminded_by_their_own_clock(asked, now):
    asked("berlin", "Europe/Berlin")
    asked("newyork", "America/New_York")
    asked("apia", "Pacific/Apia")  # twelve hours ahead: its Thursday begins on Berlin's Wednesday
    moments = [now + timedelta(hours=n) for n in (-13, 0, 3, 5)]

    who = []
    for moment in moments:
        actions.remind_by_plan(now=moment)
        who.append(reminded())

    assert who[:3] == [["apia"], ["apia", "berlin"], ["apia", "berlin"]]
    assert who[3] == ["apia", "berlin", "newyork"]  # 14:00 in Berlin is 08:00 in New York


def test_who_was_missed_in_the_day_is_reminded_in_the_next_morning(asked, now):
    asked("apia", "Pacific/Apia")

    counts = [actions.remind_by_plan(now=now + timedelta(hours=n)) for n in (0, 10, 11)]

    assert counts == [0, 0, 1]  # Friday 08:00 there


def test_a_zone_that_nobody_knows_counts_as_the_organisations(asked, now):
    asked("mars", "Mars/Base")

    assert actions.remind_by_plan(now=now) == 1


def test_who_was_invited_after_the_day_is_not_reminded_of_it(asked, now):
    asked("late", invited_at=now - timedelta(minutes=30))

    assert actions.remind_by_plan(now=now) == 0


def test_who_was_reminded_by_hand_today_is_not_reminded_again(asked, now):
    asked("rui", reminded_at=now - timedelta(minutes=70))

    assert actions.remind_by_plan(now=now) == 0


def test_an_address_that_does_not_work_gets_nothing(asked, running, ines, now):
    asked("rui")
    note_bounce(address="rui@halden.example", reason="No", now=now)

    by_plan = actions.remind_by_plan(now=now)
    by_hand = actions.remind(audit=running, by=ines, now=now)

    assert (by_plan, by_hand.mails, by_hand.unreachable) == (0, 0, 1)
    assert reminded() == []


def test_two_who_remind_at_once_send_one_mail(asked, now):
    asked()

    actions.remind_by_plan(now=now)
    Invitation.objects.update(reminded_at=None)  # as the other one read it
    actions.remind_by_plan(now=now)

    assert len(reminded()) == 1


def test_two_audits_of_one_person_make_one_mail_with_both_links(asked, running, now, small, ines):
    first = asked()
    other = OpenAuditFactory(
        title="Tools",
        framework_version=small,
        owner=ines,
        opened_at=running.opened_at,
        closes_on=running.closes_on,
        reminder_days=[2],
    )
    scope = ScopeFactory(audit=other)
    second = InvitationFactory(
        audit=other, person=first.person, scopes=[scope], invited_at=running.opened_at
    )

    count = actions.remind_by_plan(now=now)

    message = OutboxMessage.objects.get()
    body = mail_of(message, None).body
    assert count == 1
    assert message.payload["subject"] == "Reminder: 2 audits wait for your answers"
    assert [pk for pk, _words in message.payload["links"]] == [first.link_id, second.link_id]
    assert body.count("/a/") == 2
    assert all(one.reminded_at == now for one in Invitation.objects.all())


def test_quiet_hours_that_are_switched_off_hold_nothing_back(asked, now, organisation):
    Organisation.objects.update(quiet_from=0, quiet_until=0, has_quiet_weekends=False)
    asked("apia", "Pacific/Apia")

    assert actions.remind_by_plan(now=now) == 1


def test_a_closed_a_cancelled_and_a_late_audit_remind_nobody(asked, running, ines, now):
    asked()

    running.discard(by=ines)

    assert actions.remind_by_plan(now=now) == 0
    assert actions.remind_by_plan(now=now + timedelta(days=9)) == 0


def test_reminding_costs_the_same_for_any_number_of_people(
    asked, now, django_assert_max_num_queries
):
    for name in ("a", "b", "c"):
        asked(name, "Pacific/Apia")  # it is evening there: nothing is written

    with django_assert_max_num_queries(6):
        actions.remind_by_plan(now=now - timedelta(days=5))


# By hand ------------------------------------------------------------------------------------
def test_by_hand_it_is_told_when_the_mails_go(asked, running, ines, now, as_):
    asked("berlin", "Europe/Berlin")
    asked("tokyo", "Asia/Tokyo")  # 17:00 there
    asked("apia", "Pacific/Apia")  # 21:00 there; and Friday 08:00 is Thursday 20:00 in Berlin

    result = actions.remind(audit=running, by=ines, now=now)

    waiting = OutboxMessage.objects.get(destination="apia@halden.example")
    assert (result.now, result.later) == (2, 1)
    assert result.last_at == waiting.not_before == datetime(2026, 11, 26, 19, 0, tzinfo=UTC)


def test_no_mail_waits_beyond_the_end(asked, running, ines, now):
    asked()
    friday = datetime(2026, 11, 27, 19, 0, tzinfo=BERLIN)  # quiet until Monday; it ends on Saturday

    result = actions.remind(audit=running, by=ines, now=friday)

    assert (result.mails, result.too_late) == (0, 1)
    assert reminded() == []


def test_a_reminder_that_waits_is_taken_back_from_whoever_submits(asked, running, ines, now):
    evening = datetime(2026, 11, 26, 19, 0, tzinfo=BERLIN)
    invitation = asked()
    scope = invitation.assignments.get().scope
    actions.remind(audit=running, by=ines, now=evening)
    answered(invitation, scope, submitted=False, baseline=1, dashboards=1, interviews=1)

    actions.submit(sheet=_sheet(invitation), now=evening)

    assert reminded() == []


def test_a_reminder_that_waits_is_taken_back_when_the_audit_is_closed(asked, running, ines):
    evening = datetime(2026, 11, 26, 19, 0, tzinfo=BERLIN)
    asked()
    actions.remind(audit=running, by=ines, now=evening)
    done = asked("mia")
    answered(done, done.assignments.get().scope, baseline=1)

    actions.close_audit(audit=running, by=ines, now=evening)

    assert reminded() == []


def test_a_reminder_that_waits_is_taken_back_from_whoever_hands_over(asked, running, ines):
    evening = datetime(2026, 11, 26, 19, 0, tzinfo=BERLIN)
    invitation = asked()
    actions.remind(audit=running, by=ines, now=evening)

    actions.hand_over(
        sheet=_sheet(invitation), to=PersonFactory(), part=None, reason="", now=evening
    )

    assert reminded() == []


def test_a_reminder_of_several_audits_goes_on_about_those_that_are_left(asked, small, now):
    evening = datetime(2026, 11, 26, 19, 0, tzinfo=BERLIN)
    rui = asked()
    other = OpenAuditFactory(framework_version=small, title="Tools", closes_on=date(2026, 11, 28))
    scope = ScopeFactory(audit=other, subject=rui.assignments.get().scope.subject)
    second = InvitationFactory(audit=other, person=rui.person, scopes=[scope])
    mails.remind_of_several([rui, second], on=now.date(), not_before=evening)

    mails.drop_waiting([rui])
    (left,) = OutboxMessage.objects.all()
    mails.drop_waiting([second])

    assert left.payload["links"] == [[second.link_id, "Tools"]]
    assert [row[0] for row in left.payload["context"]["rows"]] == ["Tools"]
    assert left.payload["subject"] == "Reminder: 1 audit waits for your answers"
    assert not OutboxMessage.objects.exists()


def _sheet(invitation):
    from audits.models import sheet_of  # noqa: PLC0415

    return sheet_of(Invitation.objects.get(pk=invitation.pk))


@pytest.mark.django_db
def test_chosen_people_alone_are_reminded(as_, audit, scope, ines, api):
    one = InvitationFactory(audit=audit, scopes=[scope])
    two = InvitationFactory(audit=audit, scopes=[scope])

    as_(ines).post(
        f"/audits/{audit.pk}/invitations/choose/", {"then": "remind", "invitation": [one.pk]}
    )
    told = api(ines).post(
        f"/api/v1/audits/{audit.pk}/remind/",
        {"invitations": [two.pk]},
        content_type="application/json",
    )
    foreign = api(ines).post(
        f"/api/v1/audits/{audit.pk}/remind/",
        {"invitations": [999_999]},
        content_type="application/json",
    )

    mails = OutboxMessage.objects.filter(once__startswith="audit-reminder:")
    assert {mail.destination for mail in mails} == {one.person.email, two.person.email}
    assert told.json()["reminded"] == 1
    assert foreign.status_code == 404


def test_the_job_is_declared_and_runs(asked, now):
    asked()
    declared = {job.name: job for job in all_jobs()}["audits.remind"]

    queues.remind(now)

    assert declared.period == timedelta(minutes=15)
    assert reminded() == ["rui"]


@pytest.mark.django_db
def test_sending_leaves_out_addresses_that_do_not_work(small, ines, checkout, mia, as_):
    audit = actions.create_audit(
        framework_version=small,
        title="Practice",
        closes_on=clock.today() + timedelta(days=5),
        subjects=[checkout.subject],
        by=ines,
        on=clock.today(),
    )
    note_bounce(address=mia.email, reason="No", now=timezone.now())

    client = as_(ines)
    client.post(f"/audits/{audit.pk}/send/")
    text = client.get(f"/audits/{audit.pk}/invitations/").content.decode()

    assert not OutboxMessage.objects.exists()
    assert "Address does not work" in text

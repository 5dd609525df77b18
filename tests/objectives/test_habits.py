"""Whether people look at what they promised, how sure they were, and who hears of what moved."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.mail import get_connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from metrics.models import SeriesState
from objectives import actions
from objectives.discipline import Looked, discipline, together, trend
from objectives.models import KeyResult, Objective
from objectives.pages.habits import calibration_page
from productops import clock
from productops.models import Bounce, Link, OutboxMessage
from productops.outbox.mails import mail_of
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


# Discipline ---------------------------------------------------------------------------------
WEEK = timedelta(days=7)
ON = date(2026, 11, 24)


def test_a_young_key_result_is_not_late_yet():
    rows = [Looked("a", ON - timedelta(6), is_watched=True), Looked("a", ON - WEEK)]

    (found,) = discipline(rows, ON, WEEK)

    assert (found.key_results, found.due, found.waiting) == (2, 1, 1)
    assert (found.on_time, found.integrated) == (0, 0.5)


@pytest.mark.parametrize(("days_ago", "is_said"), [(0, True), (6, True), (7, False)])
def test_a_word_counts_for_seven_days(days_ago, is_said):
    row = Looked("a", ON - 5 * WEEK, [ON - timedelta(days_ago)])

    assert row.is_said(ON, WEEK) is is_said


def test_all_together_are_the_sum_of_the_groups():
    old = ON - 5 * WEEK
    found = discipline([Looked("a", old, [ON]), Looked("b", old), Looked("b", old, [ON])], ON, WEEK)

    assert together(found).on_time == pytest.approx(2 / 3)
    assert together([]).on_time is None


def test_a_week_counts_what_ran_then_and_words_of_that_week_alone():
    rows = [
        Looked("a", ON - 5 * WEEK, [ON - 2 * WEEK, ON]),
        Looked("a", ON - 5 * WEEK, ended=ON - timedelta(10)),
        Looked("a", ON - timedelta(8)),
    ]

    weeks = trend(rows, ON, 3, WEEK)

    assert [end for end, _said, _due in weeks] == [ON - 2 * WEEK, ON - WEEK, ON]
    assert [(said, due) for _end, said, due in weeks] == [(1, 2), (0, 1), (1, 2)]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60), st.lists(st.integers(0, 60))),
        max_size=8,
    )
)
def test_weeks_count_as_each_key_result_says_of_itself(drawn):
    rows = [
        Looked(
            "a",
            ON - timedelta(begun),
            sorted(ON - timedelta(days) for days in said),
            ended=None if ended is None else ON - timedelta(ended),
        )
        for begun, ended, said in drawn
    ]

    for end, said, wanted in trend(rows, ON, 6, WEEK):
        due = [row for row in rows if row.is_due(end, WEEK)]
        assert (said, wanted) == (sum(row.is_said(end, WEEK) for row in due), len(due))


@pytest.fixture
def begun(db):
    """Makes key results that began thirty days ago."""

    def make(**fields):
        made = KeyResultFactory(**fields)
        KeyResult.objects.filter(pk=made.pk).update(
            created_at=clock.start_of(clock.today() - timedelta(days=30))
        )
        return made

    return make


def test_the_report_counts_by_subject_by_owner_and_by_week(as_, ines, mia, rui, checkout, begun):
    about = {"objective__subject": checkout.subject}
    said, silent = begun(owner=mia, **about), begun(owner=rui, **about)
    CheckInFactory(key_result=said, on=clock.today())

    found = as_(ines).get(url("discipline")).context["found"]

    assert [(subject.name, one.said, one.due) for subject, one in found.subjects] == [
        ("Checkout", 1, 2)
    ]
    assert [(person, one.waiting) for person, one in found.owners] == [(mia, 0), (rui, 1)]
    assert [(part.some, part.whole) for _end, part in found.weeks[-2:]] == [(0, 2), (1, 2)]
    assert silent.owner == rui


def test_teams_have_kpis_and_kpis_have_numbers_that_are_not_late(
    as_, ines, checkout_team, billing_team, begun
):
    begun()
    fresh, late, _empty = (SeriesFactory(subject=checkout_team.subject) for _number in range(3))
    for series, days in ((fresh, 7), (late, 90)):
        SeriesState.objects.create(
            series=series,
            latest=1,
            latest_period=clock.today() - timedelta(days),
            as_of=clock.start_of(clock.today()),
        )

    found = as_(ines).get(url("discipline")).context["found"]

    assert (found.teams.some, found.teams.whole) == (1, 2)
    assert (found.kpis.some, found.kpis.whole) == (1, 3)


def test_the_report_costs_the_same_for_any_number(as_, ines, cost_of, begun):
    client, costs = as_(ines), []
    for _number in range(3):
        CheckInFactory(key_result=begun(series=SeriesFactory()), on=clock.today())
        ObjectiveFactory()
        costs.append(cost_of(client, url("discipline")))

    assert costs[0] == costs[2] <= 16


def test_a_pm_sees_only_what_is_theirs(as_, api, mia, checkout, billing, begun):
    begun(objective__subject=checkout.subject)
    begun(objective__subject=billing.subject)

    found = as_(mia).get(url("discipline")).context["found"]
    told = api(mia).get("/api/v1/key-results/on-time/").json()

    assert [subject.name for subject, _one in found.subjects] == ["Checkout"]
    assert (found.whole.key_results, told["due"]) == (1, 1)


def test_the_report_is_a_file_as_well(as_, astrid, checkout, begun):
    begun(objective__subject=checkout.subject)

    answer = as_(astrid).get(url("discipline"), {"format": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "by,name,key_results,due,said,on_time,fed_by_numbers"
    assert lines[1] == "about,product:checkout,1,1,0,0.0,0.0"


# Nudges -------------------------------------------------------------------------------------
def late(owner, count=1):
    made = [KeyResultFactory(owner=owner, title=f"Late {number}") for number in range(count)]
    begun = TUESDAY - timedelta(days=30)
    KeyResult.objects.filter(pk__in=[one.pk for one in made]).update(created_at=begun)
    return made


def test_an_owner_gets_one_mail_a_week_with_all_that_is_late(mia, db):
    late(mia, 2)

    assert actions.nudge_late(now=TUESDAY) == 1
    actions.nudge_late(now=TUESDAY + timedelta(hours=3))

    mail = OutboxMessage.objects.get()
    assert mail.destination == mia.email
    assert [row[0].split(" (")[0] for row in mail.payload["context"]["rows"]] == [
        "Late 0",
        "Late 1",
    ]
    assert mail.payload["context"]["rows"][0][1] == "not yet"


def test_what_does_not_fit_into_the_mail_is_counted(mia, db):
    late(mia, 22)

    actions.nudge_late(now=TUESDAY)

    context = OutboxMessage.objects.get().payload["context"]
    assert (len(context["rows"]), context["closing"]) == (20, ["and 2 more"])


def test_nobody_is_nudged_at_night_or_at_an_address_that_does_not_work(mia, jonas, db):
    late(mia)
    late(jonas)
    Bounce.objects.create(address=jonas.email, reason="no such user", at=TUESDAY)

    assert actions.nudge_late(now=TUESDAY.replace(hour=23)) == 1

    mail = OutboxMessage.objects.get()
    assert mail.destination == mia.email
    assert mail.not_before > TUESDAY.replace(hour=23)


def test_who_has_no_role_is_sent_to_no_page_of_key_results(rui, db):
    late(rui)

    assert actions.nudge_late(now=TUESDAY) == 0
    assert not OutboxMessage.objects.exists()


def test_whoever_checked_in_is_not_nudged(mia, db):
    (one,) = late(mia)
    CheckInFactory(key_result=one, on=TUESDAY.date() - timedelta(days=1))

    assert actions.nudge_late(now=TUESDAY) == 0


# Following ----------------------------------------------------------------------------------
@pytest.fixture
def moved(mia, checkout):
    """Mia follows an objective of which something was said before this week and in it."""
    objective = ObjectiveFactory(subject=checkout.subject, title="Faster answers")
    actions.follow(objective=objective, person=mia)
    result = KeyResultFactory(objective=objective, title="Answers in hours")
    CheckInFactory(key_result=result, value=9, confidence=6, on=TUESDAY.date() - timedelta(9))
    return result


def say_this_week(result, **words):
    return CheckInFactory(key_result=result, on=TUESDAY.date(), **words)


def test_a_follower_hears_what_moved_and_only_then(moved):
    quiet = actions.tell_followers(now=TUESDAY)
    say_this_week(moved, value=7, confidence=8, changed="Pairs\nand more")

    told = actions.tell_followers(now=TUESDAY)

    assert (quiet, told) == (0, 1)
    (one,) = OutboxMessage.objects.get().payload["context"]["objectives"]
    assert one["title"] == "Faster answers"
    assert one["lines"] == ["Answers in hours: 9 → 7, confidence 6 → 8 of 10. Pairs"]


def test_a_word_that_says_nothing_new_is_no_news(moved):
    say_this_week(moved, value=9, confidence=6)

    assert actions.tell_followers(now=TUESDAY) == 0


def test_the_mail_leads_to_each_objective_says_why_and_ends_by_one_post(client, moved, mia):
    say_this_week(moved, value=7, confidence=8)
    actions.tell_followers(now=TUESDAY)
    mail = mail_of(OutboxMessage.objects.get(), get_connection())
    address = mail.extra_headers["List-Unsubscribe"].strip("<>")

    texts = [mail.body, mail.alternatives[0].content]
    path = urlsplit(address).path
    looked, followed = client.get(path), mia.follows.count()
    client.post(path, {"List-Unsubscribe": "One-Click"})

    for text in texts:
        assert moved.objective.get_absolute_url() in text
        assert "9 → 7" in text
        assert "because you follow" in text
        assert address in text
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (looked.status_code, followed, mia.follows.count()) == (200, 1, 0)


def test_one_link_ends_the_mail_in_old_mails_and_new_ones(client, moved, mia):
    say_this_week(moved, value=7)
    actions.tell_followers(now=TUESDAY)
    say_this_week(moved, value=6)
    actions.tell_followers(now=TUESDAY + timedelta(days=7))

    assert Link.objects.filter(purpose=Link.Purpose.FOLLOWED).count() == 1
    assert client.get("/f/guessed/").status_code == 404


def test_whoever_may_no_longer_see_it_hears_nothing(mia, billing, db):
    objective = ObjectiveFactory(subject=billing.subject)
    actions.follow(objective=objective, person=mia)
    CheckInFactory(key_result=KeyResultFactory(objective=objective), on=TUESDAY.date())

    assert actions.tell_followers(now=TUESDAY) == 0


def test_following_ends_at_a_click(as_, mia, checkout):
    objective = ObjectiveFactory(subject=checkout.subject)
    as_(mia).post(url("objective-follow", objective.pk))

    as_(mia).post(url("objective-unfollow", objective.pk))

    assert not objective.followers.exists()


# Calibration --------------------------------------------------------------------------------
def ended(owner, confidence, met):
    cycle = CycleFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31))
    result = KeyResultFactory(objective__cycle=cycle, owner=owner)
    CheckInFactory(
        key_result=result, author=owner, confidence=confidence, value=0.1, on=date(2026, 1, 20)
    )
    CheckInFactory(
        key_result=result, author=owner, confidence=10 if met else 0, value=float(met),
        on=date(2026, 3, 30),
    )  # fmt: skip
    actions.close_objective(
        objective=Objective.objects.get(pk=result.objective_id), outcome="missed",
        learning="x", by=owner, on=date(2026, 3, 31),
    )  # fmt: skip
    return result


def test_confidence_is_scored_by_what_was_said_half_way(ines, db):
    for number in range(20):
        ended(ines, 8, met=number < 16)

    found = calibration_page(ines).found

    assert found.n == 20
    assert found.score == pytest.approx(0.16)
    assert found.curve == ((0.8, 20, 0.8),)


def test_the_page_says_each_part_in_a_sentence_and_counts_what_came_true(as_, ines, db):
    for number in range(20):
        ended(ines, 8 if number < 10 else 3, met=number % 2 == 0)

    page = as_(ines).get(url("calibration")).context["page"]

    assert [(line.said, line.met, line.number) for line in page.lines] == [(3, 5, 10), (8, 5, 10)]
    assert [figure for _name, figure, _sentence in page.parts] == ["0.315", "0.065", "0", "0.25"]
    assert page.parts[0][2].startswith("No better than a coin")
    assert page.parts[1][2].startswith("What you say and how often it comes true lie 2.5 steps")
    assert page.parts[2][2].startswith("You tell apart 0%")
    assert page.verdict.startswith("On average you are right: you said 55%, and 50% came true")


@pytest.mark.parametrize(
    ("confidence", "met", "begins"),
    [(9, 10, "You are too sure"), (2, 10, "You doubt too much"), (10, 20, "On average")],
)
def test_who_is_too_sure_is_told_so(ines, db, confidence, met, begins):
    for number in range(20):
        ended(ines, confidence, met=number < met)

    assert calibration_page(ines).verdict.startswith(begins)


def test_nobody_else_sees_it_no_administrator_either(as_, api, olga, ines, db):
    for _number in range(20):
        ended(ines, 8, met=True)

    page = as_(olga).get(url("calibration"), {"person": ines.pk}).context["page"]
    told = api(olga).get("/api/v1/check-ins/calibration/").json()
    own = api(ines).get("/api/v1/check-ins/calibration/").json()

    assert (page.found, page.number, told["n"], told["score"]) == (None, 0, 0, None)
    assert (own["n"], own["curve"]) == (20, [{"said": 8, "n": 20, "met": 20}])


def test_fewer_than_twenty_say_nothing_and_others_do_not_count(as_, ines, mia, db):
    ended(ines, 8, met=True)
    ended(mia, 8, met=True)

    page = as_(mia).get(url("calibration")).context["page"]

    assert (page.found, page.number) == (None, 1)

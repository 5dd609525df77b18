"""Two people at once: nothing is overwritten, no circle is closed together."""

import threading
from datetime import date
from functools import partial
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.urls import reverse

from objectives import actions
from objectives.models import Action, Alignment, CheckIn, Cycle, KeyResult, Objective
from productops import exchange
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)
from tests.factories.teams import ProductFactory

several_writers = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several writers at once"),
]


def at_once(*acts):
    """Run each in a thread of its own, all from one moment on; what they raised."""
    failures, gate = [], threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            act()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


# One after the other, on every database -------------------------------------------------------
def test_two_check_ins_of_one_day_are_both_kept_in_order(ines, mia, db):
    result = KeyResultFactory()
    for person, value in ((ines, 0.4), (mia, 0.6)):
        actions.check_in(key_result=result, value=value, confidence=5, by=person)

    assert [(one.author, one.value) for one in result.history()] == [(mia, 0.6), (ines, 0.4)]


def test_the_second_to_correct_a_check_in_sees_both_texts(ines, as_):
    said = CheckInFactory(value=0.5, on=date(2026, 2, 1), changed="As it was")
    address = reverse("objectives:check-in-edit", args=[said.pk])
    sent = {"value": "0.5", "confidence": "5", "on": "2026-02-01", "version": said.version}
    client = as_(ines)
    client.post(address, sent | {"changed": "What the first wrote"})

    page = client.post(address, sent | {"changed": "What the second wrote"})

    assert page.status_code == 409
    assert "What the first wrote" in page.text
    assert "What the second wrote" in page.text
    assert CheckIn.objects.get().changed == "What the first wrote"


def test_the_second_half_of_a_circle_is_refused(ines, db):
    one, other = ObjectiveFactory(), ObjectiveFactory()
    actions.align(begin=one, end=other, by=ines)

    with pytest.raises(ValidationError):
        actions.align(begin=other, end=one, by=ines)

    assert Alignment.objects.count() == 1


# Really at once -------------------------------------------------------------------------------
class TestTogether:
    pytestmark = several_writers

    def test_check_ins_of_one_key_result_are_all_kept(self, ines):
        result = KeyResultFactory()

        def say(value):
            return lambda: actions.check_in(key_result=result, value=value, confidence=5, by=ines)

        failures = at_once(*(say(value / 10) for value in range(6)))

        assert not failures
        assert sorted(one.value for one in result.history()) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]

    def test_the_newest_of_check_ins_said_together_is_the_one_pointed_at(self, ines):
        for _turn in range(5):
            result = KeyResultFactory()
            earlier = CheckInFactory(key_result=result, value=0.5, on=date(2026, 2, 1))

            def say(day, pk=result.pk):
                row = KeyResult.objects.get(pk=pk)
                actions.check_in(key_result=row, value=0.5, confidence=5, by=ines, on=day)

            def correct(pk=earlier.pk):
                row = CheckIn.objects.get(pk=pk)
                actions.correct_check_in(said=row, by=ines, on=date(2026, 2, 9))

            days = [date(2026, 2, day) for day in (8, 2, 7, 3)]
            failures = at_once(correct, *(partial(say, day) for day in days))

            assert not failures
            assert KeyResult.objects.get(pk=result.pk).last_check_in == earlier

    def test_of_two_who_say_something_at_once_one_sees_the_other(self, ines, mia):
        for _turn in range(5):
            result = KeyResultFactory()

            def say(person, result=result):
                return lambda: actions.check_in(
                    key_result=KeyResult.objects.get(pk=result.pk),
                    value=0.5,
                    confidence=5,
                    by=person,
                    seen=0,
                )

            failures = at_once(say(ines), say(mia))

            assert [type(each) for each in failures] == [actions.SaidMeanwhile]
            assert result.check_ins.count() == 1

    def test_two_who_would_close_a_circle_together_do_not(self, ines):
        for _turn in range(5):
            one, other, third = (ObjectiveFactory() for _number in range(3))
            actions.align(begin=one, end=other, by=ines)

            failures = at_once(
                lambda begin=other, end=third: actions.align(begin=begin, end=end, by=ines),
                lambda begin=third, end=one: actions.align(begin=begin, end=end, by=ines),
            )

            assert [type(each) for each in failures] == [ValidationError]

    def test_a_cycle_that_closes_has_what_was_raised_or_refuses_it(self, ines):
        for _turn in range(5):
            cycle, subject = CycleFactory(), ObjectiveFactory().subject

            def raise_one(cycle=cycle, subject=subject):
                actions.raise_objective(
                    title="Late", cycle=cycle, subject=subject, owner=ines, by=ines
                )

            failures = at_once(
                raise_one, lambda pk=cycle.pk: Cycle.objects.get(pk=pk).close(by=ines)
            )

            raised = Objective.objects.filter(cycle=cycle).count()
            assert raised + len(failures) == 1
            assert Cycle.objects.get(pk=cycle.pk).is_closed

    def test_two_who_move_actions_at_once_leave_one_order_of_all(self, ines):
        objective = ObjectiveFactory(owner=ines)
        words = {"objective": objective, "owner": ines, "by": ines}
        rows = [actions.add_action(title=title, **words) for title in "ABCDE"]

        def move(row, steps):
            return lambda: actions.move_action(action=row, steps=steps, by=ines)

        failures = at_once(
            move(rows[4], -4),
            move(rows[0], 4),
            move(rows[2], 1),
            lambda: actions.add_action(title="F", **words),
        )

        assert not failures
        places = [one.place for one in objective.actions.in_place()]
        assert places == [1, 2, 3, 4, 5, 6]

    def test_a_tick_and_a_move_at_once_are_both_kept(self, ines):
        objective = ObjectiveFactory(owner=ines)
        words = {"objective": objective, "owner": ines, "by": ines}
        for _turn in range(5):
            first, last = (actions.add_action(title=title, **words) for title in "AB")

            failures = at_once(
                lambda row=last: actions.move_action(action=row, steps=-1, by=ines),
                lambda row=last: row.finish(by=ines),
            )

            last.refresh_from_db()
            first.refresh_from_db()
            assert not failures
            assert last.is_done
            assert last.place < first.place

    def test_a_double_click_copies_once(self, ines):
        objective, subject = ObjectiveFactory(owner=ines), ProductFactory().subject

        def copy():
            words = {"cycle": objective.cycle, "subjects": [subject], "contributes": True}
            actions.copy_objective(objective=objective, by=ines, **words)

        failures = at_once(copy, copy)

        assert [type(each) for each in failures] == [ValidationError]
        assert Objective.objects.filter(subject=subject).count() == 1

    def test_copying_and_aligning_at_once_do_not_wait_for_each_other(self, ines):
        for _turn in range(5):
            objective, other = ObjectiveFactory(owner=ines), ObjectiveFactory()
            words = {"cycle": objective.cycle, "subjects": [ProductFactory().subject]}

            failures = at_once(
                lambda one=objective, words=words: actions.copy_objective(
                    objective=one, contributes=True, by=ines, **words
                ),
                lambda one=objective, two=other: actions.align(begin=one, end=two, by=ines),
            )

            assert not failures
            assert Alignment.objects.filter(to_objective=objective).count() == 1

    def test_an_action_grows_once_or_is_done(self, ines):
        objective = ObjectiveFactory(owner=ines)
        for _turn in range(5):
            action = actions.add_action(objective=objective, title="A", owner=ines, by=ines)

            failures = at_once(
                lambda row=action: actions.promote_action(action=row, by=ines),
                lambda pk=action.pk: actions.promote_action(
                    action=Action.objects.get(pk=pk), by=ines
                ),
                lambda pk=action.pk: Action.objects.get(pk=pk).finish(by=ines),
            )

            assert [type(each) for each in failures] == [ValidationError] * 2

    def test_a_double_click_carries_over_once(self, ines):
        objective, following = ObjectiveFactory(), CycleFactory()

        def carry():
            actions.carry_over(objective=objective, cycle=following, by=ines)

        failures = at_once(carry, carry)

        assert [type(each) for each in failures] == [ValidationError]
        assert objective.carried_to.count() == 1

    def test_a_check_in_and_a_close_agree_on_the_grade(self, ines):
        for _turn in range(5):
            result = KeyResultFactory(baseline=0, target=10)
            objective = result.objective

            def close(objective=objective):
                actions.close_objective(
                    objective=objective, outcome="missed", learning="Smaller steps", by=ines
                )

            failures = at_once(
                lambda result=result: actions.check_in(
                    key_result=result, value=5, confidence=5, by=ines
                ),
                close,
            )

            result.refresh_from_db()
            assert [type(each) for each in failures] in ([], [ValidationError])
            assert result.final_progress == (None if failures else 0.5)
            assert Objective.objects.get(pk=objective.pk).grade == result.final_progress

    def test_an_edit_and_a_close_lose_neither(self, ines):
        for _turn in range(5):
            pk = ObjectiveFactory().pk
            one, other = Objective.objects.get(pk=pk), Objective.objects.get(pk=pk)

            failures = at_once(
                lambda one=one: actions.change_objective(objective=one, title="New", by=ines),
                lambda other=other: actions.close_objective(
                    objective=other, outcome="missed", learning="Smaller steps", by=ines
                ),
            )

            now = Objective.objects.get(pk=pk)
            assert now.is_closed
            assert [type(each) for each in failures] == (
                [] if now.title == "New" else [ValidationError]
            )

    def test_the_same_file_twice_at_once_makes_everything_once(self, ines):
        lines = b"cycle,objective,key_result,baseline,target\n2027-Q1,Run,Hours,1,2\n"

        def take():
            exchange.kind_named("objectives").take(BytesIO(lines), "x.csv", ines, {})

        failures = at_once(take, take)

        assert not failures
        assert (Cycle.objects.count(), Objective.objects.count()) == (1, 1)

    def test_a_target_and_a_plan_of_targets_follow_each_other(self, ines):
        day = date(2027, 1, 1)
        for _turn in range(5):
            series = SeriesFactory()

            failures = at_once(
                lambda series=series: actions.set_target(
                    series=series, low=1, high=None, by=ines, from_on=day
                ),
                lambda series=series: actions.plan_targets(
                    series=series, steps=[(day, 2, None)], by=ines
                ),
            )

            assert not failures
            assert series.targets.count() == 1

    @pytest.mark.parametrize("name", ["cycle", "pillar"])
    def test_the_same_name_twice_at_once_is_told_on_the_page(self, name, ines, as_):
        sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}
        address, statuses = reverse(f"objectives:{name}-new"), []
        clients = [as_(ines), as_(ines)]

        failures = at_once(
            *(
                lambda each=each: statuses.append(each.post(address, sent).status_code)
                for each in clients
            )
        )

        assert not failures
        assert sorted(statuses) == [302, 422]

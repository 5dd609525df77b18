"""The demo tells eighteen months of objectives, whatever day it is loaded on."""

from datetime import date

import pytest
from django.core.management import call_command

from audits import demo as audits_demo
from objectives import demo
from objectives.choices import CycleState, ObjectiveState
from objectives.demo.now import remember
from objectives.models import CheckIn, Cycle, KeyResult, Objective
from objectives.pages import calibration_page
from productops.demo import Story
from productops.models import Organisation
from teams import demo as teams_demo
from teams.models import Person

# The first and the last day of a quarter of the calendar.
DAYS = [date(2026, 7, 1), date(2026, 9, 30)]


def tell(on):
    """What objectives' part of the demo needs, and no numbers of metrics."""
    story = Story(on=on)
    for part in (teams_demo, audits_demo, demo):
        part.load(story)
    remember(story)


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_five_quarters_are_over_and_half_of_the_present_one_is_gone_on_any_day(on, organisation):
    tell(on)

    closed = Cycle.objects.filter(state=CycleState.CLOSED)
    present = Cycle.objects.get(state=CycleState.OPEN)
    first = min(cycle.starts_on for cycle in closed)
    assert closed.count() == 5
    assert 0.33 < present.elapsed(on) < 0.69
    assert (on - first).days < 550
    assert not Objective.objects.not_closed().filter(cycle__in=closed).exists()
    assert set(Objective.objects.values_list("state", flat=True)) == set(ObjectiveState)
    assert not CheckIn.objects.filter(on__gt=on).exists()
    assert CheckIn.objects.filter(key_result__objective__cycle=present).count() > 20


def test_what_the_demo_tells_rests_on_its_numbers_and_adds_up(db):
    call_command("demo")

    over = Objective.objects.filter(cycle__state=CycleState.CLOSED)
    watched = CheckIn.objects.filter(key_result__series__isnull=False)
    assert not over.filter(grade=None).exists()
    assert watched.filter(value=None).count() < 5
    for name in ("Ines Keller", "Mia Brandt"):
        assert calibration_page(Person.objects.get(name=name)).found is not None
    assert Objective.objects.exclude(carried_from=None).count() > 10
    assert KeyResult.objects.exclude(carried_from=None).count() > 8
    assert Organisation.objects.get().year_begins_in in (1, 2, 3)
    call_command("verify")

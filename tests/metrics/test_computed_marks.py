"""Computed KPIs as a machine: write, redefine, drain, die, sleep over it, settle."""

from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from metrics.actions import definitions, recompute
from metrics.actions.ingest import Row, delete_observations, record_observations
from metrics.actions.ticking import close_periods
from metrics.models import Snapshot
from metrics.periods import span_on
from metrics.verify import check_snapshots
from metrics.verify.computed import Known, differences
from objectives.actions import change_definition, define_kpi, series_for
from objectives.models import Kpi, Series
from productops import clock
from teams.models import Subject
from tests.factories.metrics import settle
from tests.factories.teams import ProductFactory

pytestmark = pytest.mark.django_db
# The writers' clock stands at the real day: the machine's days lie before it.
BEGIN = clock.today() - timedelta(days=150)
WAYS = {
    "bugs": [
        {"aggregation": "sum", "empty": "zero"},
        {"aggregation": "max", "empty": "gap"},
        {"aggregation": "sum", "empty": "zero", "cadence": "day"},
    ],
    "releases": [{"aggregation": "mean"}, {"aggregation": "count", "empty": "zero"}],
    "effort": [{"aggregation": "median"}, {"aggregation": "last", "cadence": "week"}],
    "share": [
        {"expression": "{bugs} / {releases}"},
        {"expression": "{releases} - {bugs} * 2", "empty": "zero"},
        {"expression": "{bugs}"},
        {"expression": ""},
    ],
    "load": [{"expression": "max({share}, 1) + {effort}"}, {"expression": "{share} ** 2"}],
}


class Death(Exception):  # noqa: N818  no error, but an end
    """The end of a worker that nobody sees coming."""


class Formulas(RuleBasedStateMachine):
    """Two subjects, three observed KPIs, one computed from two of them, one from that."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()  # each run begins with an empty database
        self.world.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.day = BEGIN + timedelta(days=60)
        self.redefined_on = BEGIN + timedelta(days=20)
        self.keys: set[tuple] = set()
        self.subjects = [Subject.organisation(), ProductFactory().subject]
        for slug, cadence in [("bugs", "week"), ("releases", "day"), ("effort", "week")]:
            define_kpi(name=slug, slug=slug, by=None, cadence=cadence, **WAYS[slug][0])
        define_kpi(name="share", slug="share", by=None, cadence="week", **WAYS["share"][0])
        define_kpi(name="load", slug="load", by=None, cadence="month", **WAYS["load"][0])
        for slug in ("bugs", "releases", "effort"):
            self.start(slug, 0)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day, time(12), tzinfo=clock.zone())

    @rule(slug=st.sampled_from(["bugs", "releases", "effort"]), about=st.integers(0, 1))
    def start(self, slug, about) -> None:
        series_for(kpi=Kpi.objects.get(slug=slug), subject=self.subjects[about], by=None)

    @rule(
        slug=st.sampled_from(["bugs", "releases", "effort"]),
        about=st.integers(0, 1),
        cells=st.lists(
            st.tuples(st.integers(0, 60), st.sampled_from("ab"), st.integers(-5, 5)),
            min_size=1,
            max_size=8,
            unique_by=lambda cell: cell[:2],
        ),
    )
    def add(self, slug, about, cells) -> None:
        series = Series.objects.filter(kpi__slug=slug, subject=self.subjects[about]).first()
        if series is None:
            return
        rows = []
        for back, name, value in cells:
            day = self.day - timedelta(days=back)
            at = clock.start_of(day)
            rows.append(Row(series.pk, day, at, name, float(value), None, None))
            self.keys.add((series.pk, day, at, name))
        record_observations(rows=rows, by=None)

    @rule(place=st.integers(0, 99))
    def delete(self, place) -> None:
        if self.keys:
            key = sorted(self.keys)[place % len(self.keys)]
            self.keys.remove(key)
            delete_observations(keys=[key], by=None)

    @rule(slug=st.sampled_from(sorted(WAYS)), way=st.integers(0, 3), restates=st.booleans())
    def redefine(self, slug, way, restates) -> None:
        self.redefined_on += timedelta(days=5)
        change_definition(
            kpi=Kpi.objects.get(slug=slug),
            valid_from=self.redefined_on,
            reason="We count otherwise",
            restates_history=restates,
            by=None,
            **WAYS[slug][way % len(WAYS[slug])],
        )

    @rule()
    def meet(self) -> None:
        definitions.work_slice(60)

    @rule(most=st.integers(1, 20))
    def drain(self, most) -> None:
        recompute.work_batch(today=self.day, now=self.now, most=most)

    @rule(most=st.integers(1, 20))
    def claim_and_die(self, most) -> None:
        with pytest.raises(Death):
            publish_and_die(most, self.day, self.now)

    @precondition(lambda self: self.day < BEGIN + timedelta(days=140))
    @rule(days=st.integers(1, 12))
    def nights_pass(self, days) -> None:
        for _night in range(days):
            self.day += timedelta(days=1)
            close_periods(today=self.day, now=self.now)

    @invariant()
    def what_is_met_and_not_pending_is_right(self) -> None:
        if definitions.unmet_versions().exists():
            return
        assert [str(each) for each in self.wrong()] == []

    def wrong(self):
        for series in Series.objects.all():
            yield from differences(series, self.day)
        yield from check_snapshots()

    @rule()
    def settle(self) -> None:
        definitions.work_slice(60)
        close_periods(today=self.day, now=self.now)
        settle(self.day, timezone_now())
        assert list(self.wrong()) == []
        for series in Series.objects.filter(kpi__slug__in=["share", "load"]):
            known = Known(series)
            wanted = {}
            for period in known.periods(self.day):
                span = span_on(known.spans, period)
                figure = known.figure(period, span.end_of(period), span.cadence, self.day)
                if figure.value is not None:
                    wanted[period] = pytest.approx(figure.value)
            shown = Snapshot.objects.known().of(series).values_list("period", "value")
            computed = {p: v for p, v in shown if span_on(known.spans, p).expression}
            assert computed == wanted


def timezone_now() -> datetime:
    return datetime.now(tz=clock.zone())


@transaction.atomic
def publish_and_die(most: int, today, now) -> None:
    claims = recompute.claim(now=now, most=most)
    recompute.publish(claims, today=today, now=now)
    raise Death


def test_whatever_becomes_of_the_inputs_what_is_computed_from_them_is_right_in_the_end():
    few = settings(max_examples=8, stateful_step_count=20, deadline=None)

    run_state_machine_as_test(Formulas, settings=few)

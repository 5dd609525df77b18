"""Runs of sources, against a server on this machine: whole or not at all, none blocks others."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from metrics.actions import source_reading, source_runs
from metrics.actions.sources import (
    ask_to_run,
    change_source,
    discard_source,
    draft_source,
    pause_source,
    start_source,
)
from metrics.choices import RunState, SourceState
from metrics.models import Observation, Source, SourceRun, SourceSeries
from objectives.models import Kpi
from productops import trash, vault
from productops.models import ChangeEntry, OutboxMessage
from productops.queues import all_queues
from productops.work import all_askers
from tests.factories.objectives import SeriesFactory
from tests.factories.sources import SourceFactory, SourceRunFactory
from tests.servers import databases

pytestmark = pytest.mark.django_db
CSV = "kpi,product,at,value\nlead-time,checkout,2026-01-05,4.5\nlead-time,checkout,2026-01-12,5\n"
CANARY = "canary-7c1f9e"


@pytest.fixture
def series(checkout):
    return SeriesFactory(kpi__slug="lead-time", subject=checkout.subject)


@pytest.fixture
def source(server, series, ines):
    return due(server.gives("/numbers.csv", CSV), owner=ines, name="Delivery")


def due(url: str, **fields) -> Source:
    now = timezone.now()
    return SourceFactory(settings={"url": url}, next_run_at=now - timedelta(minutes=1), **fields)


def work() -> int:
    return source_runs.work_slice(5)


def make_due(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())


def last_run() -> SourceRun:
    return SourceRun.objects.latest("pk")


def test_a_run_writes_the_rows_and_says_what_became_of_them(source, series):
    assert work() == 1

    source.refresh_from_db()
    run = last_run()
    assert (run.state, run.trigger) == ("done", "schedule")
    assert (run.created, run.updated, run.unchanged) == (2, 0, 0)
    assert sorted(Observation.objects.values_list("value", flat=True)) == [4.5, 5]
    assert source.last_ok_at is not None
    assert source.next_run_at > timezone.now()
    assert (source.lease_until, source.attempts, source.last_error) == (None, 0, "")
    assert SourceSeries.objects.get().series == series


def test_a_second_run_changes_nothing_and_a_correction_is_one(source, server):
    work()
    make_due(source)
    work()
    second = last_run()
    server.gives("/numbers.csv", CSV.replace("4.5", "4.6"))
    make_due(source)
    work()
    third = last_run()

    assert (second.created, second.updated, second.unchanged) == (0, 0, 2)
    assert (third.created, third.updated, third.unchanged) == (0, 1, 1)


def test_one_row_that_cannot_be_read_refuses_the_whole_run(source, server):
    server.gives("/numbers.csv", CSV + "lead-time,checkout,soon,6\nnothing,checkout,2026-02-02,1\n")

    work()

    source.refresh_from_db()
    run = last_run()
    assert run.state == "failed"
    assert [(r["row"], r["column"]) for r in run.refused] == [(4, "at"), (5, "kpi")]
    assert run.refused_in_all == 2
    assert not Observation.objects.exists()
    assert (source.cursor, source.is_failing) == ({}, True)


def test_a_source_may_leave_out_bad_rows_and_names_them(source, server):
    server.gives("/numbers.csv", CSV + "lead-time,checkout,soon,6\n")
    Source.objects.update(mapping={"skips": True})

    work()

    run = last_run()
    assert (run.state, run.created) == ("done", 2)
    assert [(r["row"], r["column"]) for r in run.refused] == [(4, "at")]


def test_unknown_kpis_and_products_are_made_only_where_the_source_says_so(source, server):
    server.gives("/numbers.csv", "metric,dimension,date,value\nNew one,Somewhere,2026-01-05,1\n")

    work()
    refused = last_run()
    Source.objects.update(mapping={"create_kpis": True, "aggregation": "sum"})
    make_due(source)
    work()

    assert refused.state == "failed"
    assert last_run().created == 1
    kpi = Kpi.objects.get(slug="new-one")
    assert (kpi.name, kpi.versions.get().aggregation) == ("New one", "sum")


def test_columns_are_mapped_dates_read_and_texts_stand_for_every_row(source, server):
    server.gives("/numbers.csv", "am;Wert\n05.01.2026;4,5\n12.01.2026;1.234,5\n")
    Source.objects.update(
        mapping={
            "map": {"at": "am", "value": "Wert"},
            "fixed": {"kpi": "lead-time", "product": "checkout"},
            "dates": "dmy",
            "decimal": ",",
        }
    )

    work()

    assert last_run().note == ""
    found = Observation.objects.order_by("on").values_list("on", "value")
    assert [(str(on), value) for on, value in found] == [
        ("2026-01-05", 4.5),
        ("2026-01-12", 1234.5),
    ]


def test_what_fails_waits_longer_each_time_and_the_owner_hears_of_it_once(source, server, ines):
    server.gives("/numbers.csv", "", status=503)
    waits = []
    for _ in range(4):
        work()
        source.refresh_from_db()
        waits.append(round((source.next_run_at - timezone.now()).total_seconds() / 60))
        make_due(source)

    assert waits == [2, 4, 8, 16]
    assert last_run().trigger == "retry"
    [mail] = OutboxMessage.objects.all()
    assert mail.destination == ines.email
    assert "Delivery" in mail.payload["subject"]


def test_a_pause_after_failures_is_never_longer_than_a_day(source, server):
    server.gives("/numbers.csv", "", status=503)
    Source.objects.update(attempts=500)

    work()

    source.refresh_from_db()
    assert source.next_run_at - timezone.now() <= timedelta(days=1)


def test_when_it_works_again_the_owner_hears_once_and_the_schedule_goes_on(source, server):
    server.gives("/numbers.csv", "", status=503)
    work()
    server.gives("/numbers.csv", CSV)
    for _ in range(2):
        make_due(source)
        work()

    source.refresh_from_db()
    assert OutboxMessage.objects.count() == 2
    assert (source.failing_since, source.last_error, source.attempts) == (None, "", 0)
    assert source.next_run_at.minute == 0


def test_a_second_failure_is_told_again_after_it_had_worked(source, server):
    for body, status in (("", 503), (CSV, 200), ("", 503)):
        server.gives("/numbers.csv", body, status=status)
        make_due(source)
        work()

    assert OutboxMessage.objects.count() == 3


def test_a_hanging_source_is_given_up_and_holds_up_nobody(server, series, monkeypatch):
    over = threading.Event()
    server.answers["/hangs.csv"] = lambda asked: (over.wait(20), (200, {}, b""))[1]
    monkeypatch.setattr(source_runs, "FETCH_S", 1.0)
    hanging = due(server.url("/hangs.csv"))
    for number in range(3):
        due(server.gives(f"/{number}.csv", CSV))
    broken = due(server.gives("/broken.csv", "<html>"))

    began = time.monotonic()
    source_runs.work_slice(20)
    took = time.monotonic() - began
    over.set()

    states = dict(SourceRun.objects.values_list("source", "state"))
    assert states.pop(hanging.pk) == states.pop(broken.pk) == "failed"
    assert set(states.values()) == {"done"}
    assert took < 5
    hanging.refresh_from_db()
    assert "1 seconds" in hanging.last_error


def test_a_source_is_in_one_pair_of_hands(source):
    [first] = source_runs.claim(timezone.now())

    assert source_runs.claim(timezone.now()) == []
    assert first.state == RunState.RUNNING


def test_a_run_whose_worker_died_is_made_again_and_gives_the_same_rows(source):
    [died] = source_runs.claim(timezone.now())
    Source.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    work()

    died.refresh_from_db()
    assert died.state == "failed"
    assert (last_run().state, last_run().created) == ("done", 2)


def test_a_worker_that_lost_its_lease_writes_nothing(source):
    [run] = source_runs.claim(timezone.now())
    Source.objects.update(lease_until=timezone.now() + timedelta(hours=1))
    [reading] = source_reading.read_all([run.source], timezone.now(), 5)

    source_runs.conclude(run, reading)

    assert not Observation.objects.exists()
    assert last_run().state == "failed"
    source.refresh_from_db()
    assert source.last_error == ""


def test_what_is_paused_while_it_is_read_writes_nothing(source, ines):
    [run] = source_runs.claim(timezone.now())
    [reading] = source_reading.read_all([run.source], timezone.now(), 5)
    source.refresh_from_db()
    pause_source(source=source, by=ines)

    source_runs.conclude(run, reading)

    assert not Observation.objects.exists()
    source.refresh_from_db()
    assert (source.state, source.next_run_at) == ("paused", None)


def test_a_paused_source_is_read_when_somebody_asks_and_then_waits_again(source, ines):
    pause_source(source=source, by=ines)
    assert work() == 0
    ask_to_run(source=source, by=ines)

    assert work() == 1
    assert (last_run().trigger, last_run().by) == ("hand", ines)
    source.refresh_from_db()
    assert (source.next_run_at, source.asked_by) == (None, None)


def test_what_is_read_by_hand_is_not_tried_again_by_itself(server, series, ines):
    source = SourceFactory(settings={"url": server.url("/none.csv")}, every="hand")
    ask_to_run(source=source, by=ines)

    work()

    source.refresh_from_db()
    assert source.next_run_at is None
    assert source.is_failing


def test_a_draft_and_what_lies_in_the_trash_are_not_read(source, server, ines):
    due(server.url("/numbers.csv"), state=SourceState.DRAFT)
    discard_source(source=source, by=ines)

    assert work() == 0

    trash.restore(row=source, by=ines)
    source.restored(by=ines)
    assert work() == 1


def test_a_started_source_is_read_at_once(server, series, ines):
    url = server.gives("/numbers.csv", CSV)
    source = draft_source(
        kind="file_url", name="Delivery", settings={"url": url}, secrets={}, by=ines
    )
    assert work() == 0

    start_source(source=source, by=ines)

    assert work() == 1


def test_other_settings_begin_the_reading_anew_and_other_names_do_not(source, ines):
    Source.objects.update(cursor={"page": 3})
    source.refresh_from_db()

    change_source(source=source, by=ines, name="Another")
    kept = Source.objects.get().cursor
    change_source(source=source, by=ines, settings={"url": "https://example.com/b.csv"})

    assert kept == {"page": 3}
    assert Source.objects.get().cursor == {}


def test_a_secret_is_locked_and_stands_in_no_log_no_run_and_no_message(server, series, ines):
    server.answers["/numbers.csv"] = lambda asked: (
        200,
        {},
        f"kpi,product,at,value\n{asked.headers['authorization']},checkout,x,1\n".encode(),
    )
    source = draft_source(
        kind="file_url",
        name="Delivery",
        settings={"url": server.url("/numbers.csv")},
        secrets={"token": CANARY},
        by=ines,
    )
    change_source(source=source, by=ines, secrets={"token": CANARY + "2"}, every="hour")
    start_source(source=source, by=ines)
    work()

    source.refresh_from_db()
    kept = [
        *Source.objects.values(),
        *SourceRun.objects.values(),
        *ChangeEntry.objects.values(),
        *OutboxMessage.objects.values(),
    ]
    assert server.asked[-1].headers["authorization"] == f"Bearer {CANARY}2"
    assert vault.unlock(source.secret) == f'{{"token": "{CANARY}2"}}'
    assert last_run().state == "failed"
    assert CANARY not in str(kept)


def test_a_secret_that_is_left_empty_stays(source, ines):
    change_source(source=source, by=ines, secrets={"token": CANARY})
    change_source(source=source, by=ines, secrets={"token": ""}, name="Another")

    assert source_reading.secrets_of(Source.objects.get()) == {"token": CANARY}


def test_a_secret_of_another_key_is_said_so(source, settings, ines):
    change_source(source=source, by=ines, secrets={"token": CANARY})
    settings.SECRET_KEY = "another-key-altogether-0123456789abcdef"
    make_due(source)

    work()

    assert "SECRET_KEY" in last_run().note


def test_an_empty_table_is_a_good_run(source, server):
    server.gives("/numbers.csv", "kpi,product,at,value\n")

    work()

    assert (last_run().state, last_run().created) == ("done", 0)


def test_a_fault_of_ours_is_told_without_its_words(source, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(source_reading, "connector_of", broken)

    work()

    assert last_run().state == "failed"
    assert CANARY not in last_run().note


def test_the_queue_tells_the_relay_what_is_due(source):
    [queue] = [entry for entry in all_queues() if entry.name == "sources"]

    assert queue.pending().count == 1
    assert queue.pending().oldest_s >= 60
    assert (queue.ring(), queue.ring()) == (1, 0)
    assert queue.unclaimed(-1) == 1
    work()
    assert queue.pending().count == 0


def test_runs_of_a_source_are_kept_with_it(source, ines):
    SourceRunFactory(source=source, started_at=datetime(2026, 1, 5, tzinfo=UTC))

    assert SourceRun.objects.visible_to(ines).count() == 1


def test_a_pm_sees_no_source(source, mia, astrid):
    assert not Source.objects.visible_to(mia).exists()
    assert not Source.objects.visible_to(astrid).exists()


def test_runs_of_long_ago_are_forgotten(source):
    now = timezone.now()
    old = SourceRunFactory(source=source, started_at=now - timedelta(days=181))
    kept = SourceRunFactory(source=source, started_at=now - timedelta(days=179))

    source_runs.forget_runs(now=now)

    assert list(SourceRun.objects.values_list("pk", flat=True)) == [kept.pk]
    assert old.pk != kept.pk


def test_a_source_that_fails_waits_in_its_owners_work_and_nobody_elses(source, server, ines, olga):
    server.gives("/numbers.csv", "", status=503)
    work()
    [asker] = [each for each in all_askers() if each.name == "metrics.mend"]

    [task] = asker.tasks(ines, timezone.now().date())

    assert (task.title, asker.count(olga, timezone.now().date())) == ("Delivery", 0)


def test_numbers_of_earlier_days_are_left_out(source, series):
    Source.objects.update(since="2026-01-06")

    work()

    assert last_run().created == 1
    assert str(Observation.objects.get().on) == "2026-01-12"


def test_what_is_sent_to_us_is_never_fetched(ines):
    source = SourceFactory(kind="push", every="hand")
    ask_to_run(source=source, by=ines)

    assert work() == 0
    source.refresh_from_db()
    assert (source.next_run_at, source.is_failing) == (None, False)


@pytest.fixture
def postgresql(settings):
    """A database with releases, and a role that may read them and nothing else."""
    with databases.postgresql() as target:
        settings.EGRESS_ALLOW = ["127.0.0.1:5432"]
        yield target


def test_a_database_is_read_by_its_own_role_and_its_password_is_told_nowhere(
    postgresql, series, ines
):
    query = "SELECT at, hours FROM releases WHERE at >= :since ORDER BY id"
    source = draft_source(
        kind="sql",
        name="Releases",
        settings=postgresql.settings | {"query": query},
        secrets={"password": databases.PASSWORD},
        mapping={
            "exact": True,
            "map": {"at": "at", "value": "hours"},
            "fixed": {"kpi": "lead-time", "product": "checkout"},
            "skips": True,
        },
        by=ines,
    )
    start_source(source=source, by=ines)

    work()

    run = last_run()
    kept = [*Source.objects.values(), *SourceRun.objects.values(), *ChangeEntry.objects.values()]
    assert (run.state, run.note) == ("done", run.note)
    assert run.created == Observation.objects.count() > 0
    assert databases.PASSWORD not in str(kept)


def test_a_fault_of_ours_in_writing_one_source_leaves_the_others_alone(
    source, server, series, monkeypatch
):
    other = due(server.gives("/other.csv", CSV))
    taken = source_runs.taken

    def broken(one, fetched):
        if one.pk == source.pk:
            raise RuntimeError(CANARY)
        return taken(one, fetched)

    monkeypatch.setattr(source_runs, "taken", broken)

    work()

    states = dict(SourceRun.objects.values_list("source", "state"))
    assert states == {source.pk: "failed", other.pk: "done"}
    assert CANARY not in str(list(SourceRun.objects.values()))

"""Event logs against process mining's figures, cycle times against those of real Jira data."""

import csv
import json
from datetime import datetime
from statistics import fmean

import pytest

from processes.flow import cycle_time, durations, event_log

pytestmark = pytest.mark.reference


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def log_of(folder, name):
    rows = rows_of(folder / f"{name}.csv")
    return event_log(
        (row["case_id"], row["activity"], datetime.fromisoformat(row["timestamp"])) for row in rows
    )


@pytest.mark.parametrize("name", ["running_example", "road_traffic_fines_100"])
def test_an_event_log_equals_its_published_figures(shared_data, name):
    folder = shared_data / "processes"
    expected = json.loads((folder / f"{name}_expected.json").read_text("utf-8"))

    log = log_of(folder, name)

    assert (log.events, len(log.cases)) == (expected["events"], expected["cases"])
    assert len(log.variants) == expected["variants"]
    assert log.activities == expected["activity_counts"]
    first = log.variants[0]
    assert [" > ".join(first.activities), first.cases] == expected["top_variant"]
    days = {
        "median": log.median_days,
        "mean": log.mean_days,
        "max": max(case.days for case in log.cases),
    }
    assert days == pytest.approx(expected["case_duration_days"], abs=1e-6)


def test_cycle_times_leave_out_work_that_ends_before_it_starts(shared_data):
    expected = json.loads((shared_data / "kpi/jira_cycle_times_expected.json").read_text("utf-8"))
    work = [
        (datetime.fromisoformat(row["created_date"]), datetime.fromisoformat(row["finished_date"]))
        for row in rows_of(shared_data / "kpi/jira_cycle_times.csv")
    ]

    found = durations(work)

    assert found.backwards == expected["negative_cycle_time_rows"]
    assert len(found.days) + found.backwards == expected["rows"]
    assert fmean(found.days) == pytest.approx(expected["cycle_time_mean"], abs=1e-6)
    assert cycle_time(found.days).p50 == expected["cycle_time_median"]
    assert cycle_time(found.days).p85 == pytest.approx(expected["p85_linear_interpolation"])

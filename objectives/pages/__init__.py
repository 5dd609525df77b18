"""What pages show of rows, worked out here so that templates only place it."""

from objectives.pages.actions import action_beginning, action_list, plan_around, rows_for
from objectives.pages.alignment import alignment_lines
from objectives.pages.causes import (
    around,
    beliefs_about,
    cause_lines,
    ends_of,
    map_of_causes,
)
from objectives.pages.check_ins import (
    check_in_again,
    check_in_beginning,
    check_in_card,
    check_in_run,
    said_count,
    said_line,
)
from objectives.pages.checking import numbers_card, realism_of
from objectives.pages.copying import address_of_copies, copy_beginning, said_of_copies
from objectives.pages.cycle import CYCLE_COLUMNS, cycle_lines, cycle_page
from objectives.pages.evaluating import evaluation_for, evaluation_told
from objectives.pages.habits import calibration_page
from objectives.pages.history import history_page
from objectives.pages.kpis import (
    KPI_COLUMNS,
    certificate,
    formula_pieces,
    kpi_counts,
    kpi_groups,
    kpi_lines,
    said_of_version,
    series_rows,
    target_beginning,
    wanted_of_new_series,
)
from objectives.pages.listing import by_standing, groups_of, lead, weakest
from objectives.pages.map import map_of
from objectives.pages.meaning import meaning_change
from objectives.pages.objectives import (
    OBJECTIVE_COLUMNS,
    beginning,
    closing_beginning,
    key_result_beginning,
    key_result_row,
    objective_lines,
    objective_row,
    objective_rows,
    suggested_kpis,
    suggested_slugs,
)
from objectives.pages.on_time import COLUMNS as ON_TIME_COLUMNS
from objectives.pages.on_time import on_time_lines, on_time_page
from objectives.pages.quadrant import signals_page
from objectives.pages.retrospect import CYCLE_LENGTHS, proposed_cycle
from objectives.pages.seen import counted
from objectives.pages.targets import target_plans
from objectives.pages.tree import forest
from objectives.pages.versions import version_lines

__all__ = [
    "CYCLE_COLUMNS",
    "CYCLE_LENGTHS",
    "KPI_COLUMNS",
    "OBJECTIVE_COLUMNS",
    "ON_TIME_COLUMNS",
    "action_beginning",
    "action_list",
    "address_of_copies",
    "alignment_lines",
    "around",
    "beginning",
    "beliefs_about",
    "by_standing",
    "calibration_page",
    "cause_lines",
    "certificate",
    "check_in_again",
    "check_in_beginning",
    "check_in_card",
    "check_in_run",
    "closing_beginning",
    "copy_beginning",
    "counted",
    "cycle_lines",
    "cycle_page",
    "ends_of",
    "evaluation_for",
    "evaluation_told",
    "forest",
    "history_page",
    "formula_pieces",
    "groups_of",
    "key_result_beginning",
    "key_result_row",
    "kpi_counts",
    "kpi_groups",
    "kpi_lines",
    "lead",
    "map_of",
    "map_of_causes",
    "meaning_change",
    "numbers_card",
    "objective_lines",
    "objective_row",
    "objective_rows",
    "on_time_lines",
    "on_time_page",
    "plan_around",
    "proposed_cycle",
    "rows_for",
    "realism_of",
    "said_count",
    "said_line",
    "said_of_copies",
    "said_of_version",
    "series_rows",
    "signals_page",
    "suggested_kpis",
    "suggested_slugs",
    "target_beginning",
    "target_plans",
    "version_lines",
    "wanted_of_new_series",
    "weakest",
]

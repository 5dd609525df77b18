"""Verbs over several rows. What cannot be done raises ``ValidationError`` that names the field."""

from objectives.actions.alignment import align, part
from objectives.actions.carrying import carry_over
from objectives.actions.check_ins import SaidMeanwhile, check_in, correct_check_in, take_back
from objectives.actions.copying import Copies, copy_objective
from objectives.actions.cycles import backlog, open_cycle
from objectives.actions.ending import Ending, end_cycle, lacking
from objectives.actions.following import follow, tell_followers, unfollow, unfollow_all
from objectives.actions.influences import change_influence, say_influence, take_back_influence
from objectives.actions.key_results import (
    add_key_result,
    change_key_result,
    completed,
    discard_key_result,
)
from objectives.actions.kpis import change_definition, define_kpi
from objectives.actions.library import library_cards, load_library, missing_cards
from objectives.actions.nudges import nudge_late
from objectives.actions.objectives import (
    answer_gaps,
    change_objective,
    close_objective,
    discard_objective,
    propose,
    raise_objective,
    reopen_objective,
)
from objectives.actions.pillars import add_pillar, change_pillar, end_pillar, move_pillar_up
from objectives.actions.placing import move_action, place_action
from objectives.actions.plans import even_steps, overrule, plan_way
from objectives.actions.series import begin_computed, series_for
from objectives.actions.several import carry_objectives_over, change_objectives
from objectives.actions.targets import begin_targets, plan_targets, set_target
from objectives.actions.tasks import (
    add_action,
    change_action,
    follow_up,
    promote_action,
    send_action_link,
)

__all__ = [
    "Ending",
    "SaidMeanwhile",
    "Copies",
    "add_action",
    "add_key_result",
    "add_pillar",
    "align",
    "answer_gaps",
    "backlog",
    "begin_computed",
    "begin_targets",
    "carry_objectives_over",
    "carry_over",
    "change_action",
    "change_definition",
    "change_influence",
    "change_key_result",
    "change_objective",
    "change_objectives",
    "change_pillar",
    "check_in",
    "close_objective",
    "completed",
    "copy_objective",
    "correct_check_in",
    "define_kpi",
    "discard_key_result",
    "discard_objective",
    "end_pillar",
    "end_cycle",
    "even_steps",
    "follow",
    "follow_up",
    "lacking",
    "library_cards",
    "load_library",
    "missing_cards",
    "move_action",
    "move_pillar_up",
    "nudge_late",
    "open_cycle",
    "overrule",
    "part",
    "place_action",
    "plan_targets",
    "plan_way",
    "promote_action",
    "propose",
    "raise_objective",
    "reopen_objective",
    "say_influence",
    "send_action_link",
    "series_for",
    "set_target",
    "take_back",
    "take_back_influence",
    "tell_followers",
    "unfollow",
    "unfollow_all",
]

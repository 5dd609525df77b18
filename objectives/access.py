"""The front door: every view gets its records here, already permitted."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from audits.models import Gap
from objectives.choices import ObjectiveState
from objectives.models import (
    Action,
    Alignment,
    CheckIn,
    Cycle,
    KeyResult,
    Kpi,
    KpiInfluence,
    Objective,
    Pillar,
    Series,
)
from productops import links
from productops.models import Link
from teams.models import Person, Subject

MOST_GAPS = 50
MOST_TICKED = 200  # rows of one list that are changed at once
LONGEST_KEY = 18  # digits that 64 bits hold for certain


def refuse() -> None:
    raise PermissionDenied(_("You may see this, but not change it."))


def sees(person: Person, subject: Subject) -> bool:
    return Subject.objects.visible_to(person).filter(pk=subject.pk).exists()


def objectives_for(person: Person):
    return Objective.objects.visible_to(person).with_standing()


def objectives_of(person: Person, cycle: Cycle):
    """All of a cycle: there may be thousands."""
    return Objective.objects.visible_to(person).filter(cycle=cycle).in_order()


def running_objectives_of(person: Person, cycle: Cycle):
    """Those of a cycle that nobody closed."""
    return objectives_for(person).filter(cycle=cycle).not_closed().in_order()


def successors_of(person: Person, cycle: Cycle):
    """What was carried over or proposed from a cycle's objectives into others."""
    seen = Objective.objects.visible_to(person)
    rows = seen.filter(carried_from__cycle=cycle, carried_from__in=seen.values("pk"))
    return rows.exclude(cycle=cycle).select_related("cycle", "carried_from", "owner", "subject")


def cycle_to_move_into(person: Person, key: str) -> Cycle:
    """The cycle that a button names; one that is closed takes nothing."""
    cycles = cycles_for(person).not_closed()
    return get_object_or_404(cycles, pk=key if is_key(key) else None)


def objective_to_read(person: Person, pk: int) -> Objective:
    return get_object_or_404(objectives_for(person).select_related("closed_by"), pk=pk)


def objective_to_change(person: Person, pk: int) -> Objective:
    objective = objective_to_read(person, pk)
    if not person.may_change(objective.subject):
        refuse()
    return objective


def objectives_to_change(person: Person, keys: Iterable[str]) -> list[Objective]:
    """The objectives that were ticked, all of them or none: each must be there, seen and the
    person's to change."""
    wanted = {int(key) for key in list(keys)[:MOST_TICKED] if is_key(key)}
    rows = Objective.objects.visible_to(person).filter(pk__in=wanted)
    found = list(rows.select_related("subject", "owner", "cycle", "pillar").in_order())
    if len(found) < len(wanted):
        raise Http404
    if not {each.subject_id for each in found} <= changeable_subjects(person, found):
        refuse()
    return found


def changeable_subjects(person: Person, objectives: Iterable[Objective]) -> set[int]:
    """Of what these objectives are about, what the person may change; one query at the most."""
    keys = {each.subject_id for each in objectives}
    if person.changes_all or not keys:
        return keys
    mine = Subject.objects.changeable_by(person).filter(pk__in=keys)
    return set(mine.values_list("pk", flat=True))


def gaps_to_answer(person: Person, keys: Iterable[str]) -> list[Gap]:
    """The gaps named in an address; each must be there, visible and not closed."""
    wanted = {int(key) for key in list(keys)[:MOST_GAPS] if is_key(key)}
    gaps = Gap.objects.visible_to(person).not_closed().filter(pk__in=wanted)
    found = list(gaps.select_related("subject", "owner", "node").ranked())
    if len(found) < len(wanted):
        raise Http404
    return found


def gaps_of(person: Person, objective: Objective):
    """The gaps that it answers, of those that the person sees: an objective of the whole
    organisation answers some of every product."""
    return Gap.objects.visible_to(person).filter(objectives=objective)


def gaps_hidden_from(person: Person, objective: Objective) -> list[Gap]:
    """Those that it answers and the person does not see: changing the others leaves them."""
    seen = Gap.objects.visible_to(person).values("pk")
    return list(Gap.objects.filter(objectives=objective).exclude(pk__in=seen))


def carried_to(person: Person, objective: Objective):
    """What goes on with it, as far as the person sees it: that may be about others by now."""
    return objective.carried_to.visible_to(person).select_related("cycle")


def carried_from(person: Person, objective: Objective) -> Objective | None:
    """What it goes on with, where the person sees it."""
    rows = Objective.objects.visible_to(person).select_related("cycle")
    return rows.filter(pk=objective.carried_from_id).first()


def is_key(text: str) -> bool:
    """Whether a part of an address can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


def key_results_for(person: Person):
    return KeyResult.objects.visible_to(person).with_standing()


def running_key_results(person: Person):
    """All that are worked on: there may be thousands."""
    return KeyResult.objects.visible_to(person).ongoing()


def key_result_to_read(person: Person, pk: int, rows: Any = None) -> KeyResult:
    """One that the person sees, or owns whatever it is about; of ``rows``, where they come with
    more than its standing."""
    rows = KeyResult.objects.with_standing() if rows is None else rows
    rows = rows.filter(objective__deleted_at=None)
    return get_object_or_404(rows.visible_or_owned(person), pk=pk)


def key_result_to_change(person: Person, pk: int) -> KeyResult:
    key_result = key_result_to_read(person, pk)
    if not person.may_change(key_result.objective.subject):
        refuse()
    return key_result


def improvements_of(person: Person, key_result: KeyResult):
    """The improvements meant to move it, as far as the person sees them."""
    return key_result.improvements.visible_to(person).filter(deleted_at=None)


def may_check_in(person: Person, key_result: KeyResult) -> bool:
    return person.pk == key_result.owner_id or person.may_change(key_result.objective.subject)


def key_result_to_check_in(person: Person, pk: int) -> KeyResult:
    key_result = key_result_to_read(person, pk, KeyResult.objects.with_evidence(person))
    if not may_check_in(person, key_result):
        refuse()
    return key_result


def due_check_ins(person: Person, on):
    """Key results of the person's own that want a word, oldest first."""
    return KeyResult.objects.owned_by(person).due(on).with_evidence(person).order_by("pk")


def own_key_results(person: Person):
    """All of the person's own that are worked on."""
    return KeyResult.objects.owned_by(person).ongoing().with_standing().order_by("pk")


def said_today(person: Person, on):
    """What the person said of this day, newest last."""
    return CheckIn.objects.said_by(person, on).order_by("pk")


def check_in_to_take_back(person: Person, pk: int) -> CheckIn:
    """One's own; the verb says whether it is too late."""
    said = check_in_to_change(person, pk)
    if said.author_id != person.pk:
        refuse()
    return said


def check_in_to_change(person: Person, pk: int) -> CheckIn:
    said = get_object_or_404(
        CheckIn.objects.visible_to(person).select_related("key_result__objective"), pk=pk
    )
    if not CheckIn.objects.changeable_by(person).filter(pk=pk).exists():
        refuse()
    return said


def with_what_became(person: Person, actions):
    """With the improvements that actions grew into, of those that the person sees."""
    improvements: Any = Action.improvements.rel.related_model
    return actions.prefetch_related(
        Prefetch("improvements", improvements.objects.visible_to(person).order_by("pk"))
    )


def actions_of(person: Person, objective: Objective, key_result: KeyResult | None):
    """The actions of an objective, or those of one of its key results, in their order."""
    found = Action.objects.of_kept().filter(objective=objective).with_about().in_place()
    if key_result is not None:
        found = found.filter(key_result=key_result)
    return with_what_became(person, found)


def action_to_read(person: Person, pk: int) -> Action:
    found = Action.objects.visible_to(person).with_about()
    return get_object_or_404(with_what_became(person, found), pk=pk)


def action_to_change(person: Person, pk: int) -> Action:
    action = action_to_read(person, pk)
    if not may_change_action(person, action):
        refuse()
    return action


def may_change_action(person: Person, action: Action) -> bool:
    return action.owner_id == person.pk or person.may_change(action.subject)


def action_to_arrange(person: Person, pk: int) -> Action:
    """One whose place in its plan the person may change: the plan is the objective's."""
    action = action_to_read(person, pk)
    if not person.may_change(action.subject):
        refuse()
    return action


def may_plan(person: Person, objective: Objective) -> bool:
    """Whether the person may add to what is done for an objective."""
    return not objective.is_closed and person.may_change(objective.subject)


def action_to_promote(person: Person, key: str) -> Action | None:
    """The action that an address names to make an improvement of, open or not; None where it
    names none."""
    if not key:
        return None
    return action_to_arrange(person, int(key) if is_key(key) else 0)


def may_promote(person: Person, action: Action) -> bool:
    """Whether the person may make an improvement of it: about the same subject, by their role."""
    ends = action.objective is not None and action.objective.is_closed
    return action.is_open and not ends and bool(person.role) and person.may_change(action.subject)


def action_by_link(token: str) -> tuple[Action, Person]:
    """The task that a link opens and whose link it is; raises LinkUnknown or LinkOver."""
    link = links.opened(Link.Purpose.TASK, token)
    actions = Action.objects.of_kept().with_about()
    return get_object_or_404(actions, pk=link.target), link.person


def person_by_link(token: str) -> Person:
    """Whose link it is that ends the mail about what they follow; raises as ``links.opened``."""
    return links.opened(Link.Purpose.FOLLOWED, token).person


def followed_by(person: Person):
    """The objectives that a person follows and may still see."""
    return Objective.objects.visible_to(person).filter(followers__person=person).order_by("title")


def cycles_for(person: Person):
    return Cycle.objects.visible_to(person)


def cycle_to_read(person: Person, pk: int) -> Cycle:
    return get_object_or_404(cycles_for(person), pk=pk)


def cycle_to_change(person: Person, pk: int) -> Cycle:
    cycle = cycle_to_read(person, pk)
    if not person.changes_all:
        refuse()
    return cycle


def kpis_for(person: Person):
    return Kpi.objects.visible_to(person).with_versions()


def kpi_to_read(person: Person, slug: str) -> Kpi:
    return get_object_or_404(kpis_for(person), slug=slug)


def kpi_named(person: Person, slug: str) -> Kpi | None:
    """The KPI of this short name, or None where none is meant; an unknown one is 404."""
    return kpi_to_read(person, slug) if slug else None


def kpi_to_change(person: Person, slug: str) -> Kpi:
    kpi = kpi_to_read(person, slug)
    if not person.changes_all:
        refuse()
    return kpi


def influences_for(person: Person):
    return KpiInfluence.objects.visible_to(person).with_ends()


def influence_to_change(person: Person, pk: int) -> KpiInfluence:
    influence = get_object_or_404(influences_for(person), pk=pk)
    if not person.changes_all:
        refuse()
    return influence


def series_for(person: Person):
    return Series.objects.visible_to(person).with_state()


def series_to_read(person: Person, pk: int) -> Series:
    return get_object_or_404(series_for(person).filter(kpi__deleted_at=None), pk=pk)


def series_to_change(person: Person, pk: int) -> Series:
    series = get_object_or_404(series_for(person).filter(kpi__deleted_at=None), pk=pk)
    if not person.may_change(series.subject):
        refuse()
    return series


# Alignment ----------------------------------------------------------------------------------
def goals_to_align_with(
    person: Person, begin: Objective | KeyResult, words: str, most: int
) -> list[Objective | KeyResult]:
    """Objectives and key results of all cycles that the person sees and the words name; those of
    running cycles first. Two queries."""
    objectives = Objective.objects.visible_to(person).exclude(state=ObjectiveState.DROPPED)
    results = KeyResult.objects.visible_to(person).filter(objective__deleted_at=None)
    if isinstance(begin, Objective):
        objectives = objectives.exclude(pk=begin.pk)
        results = results.exclude(objective=begin)
    else:
        objectives = objectives.exclude(pk=begin.objective_id)
        results = results.exclude(pk=begin.pk)
    if words:
        objectives, results = objectives.naming(words), results.naming(words)
    first = objectives.select_related("cycle", "subject").order_by("-cycle__starts_on", "pk")
    second = results.select_related("objective__cycle", "objective__subject")
    return [*first[:most], *second.order_by("-objective__cycle__starts_on", "pk")[:most]]


def goal_to_see(person: Person, kind: str, key: str) -> Objective | KeyResult | None:
    """The objective or key result that a form names; None where it is none or not to be seen."""
    if not is_key(key):
        return None
    if kind == "objective":
        return Objective.objects.visible_to(person).filter(pk=key).first()
    rows = KeyResult.objects.visible_to(person).filter(objective__deleted_at=None)
    return rows.select_related("objective").filter(pk=key).first() if kind == "key-result" else None


def alignments_of(person: Person, goal: Objective | KeyResult) -> list[Alignment]:
    """What an objective or key result is aligned with, and what is with it; both ends seen."""
    name = "objective" if isinstance(goal, Objective) else "key_result"
    either = Q(**{name: goal}) | Q(**{f"to_{name}": goal})
    kept = Q(objective__deleted_at=None, to_objective__deleted_at=None) & Q(
        key_result__deleted_at=None, to_key_result__deleted_at=None
    )
    return list(Alignment.objects.visible_to(person).with_ends().filter(either, kept))


def alignment_to_part(person: Person, pk: int) -> Alignment:
    """One whose begin or end the person may change: either side can say that it is not so."""
    tie = get_object_or_404(Alignment.objects.visible_to(person).with_ends(), pk=pk)
    if not any(person.may_change(subject) for subject in tie.subjects):
        refuse()
    return tie


# Pillars ------------------------------------------------------------------------------------
def pillars_for(person: Person):
    return Pillar.objects.visible_to(person)


def pillar_to_change(person: Person, pk: int) -> Pillar:
    pillar = get_object_or_404(pillars_for(person), pk=pk)
    if not person.changes_all:
        refuse()
    return pillar

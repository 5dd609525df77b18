"""The same objective about other subjects, or once more for the next quarter: the one that it is
copied from goes on as it was."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audits.models import Gap
from objectives.actions.alignment import align
from objectives.actions.carrying import in_place
from objectives.actions.key_results import NUMBERS, add_key_result
from objectives.actions.objectives import raise_objective
from objectives.actions.running import is_closed_by_now
from objectives.actions.series import series_for
from objectives.actions.tasks import plan_action
from objectives.choices import Ambition, KeyResultKind, ObjectiveState, StartsFrom
from objectives.models import Action, Cycle, KeyResult, Objective, Series
from objectives.progress.meaning import written_for
from productops import changelog, clock
from productops.locks import hold
from teams.models import Person, Subject

MOST_COPIES = 20  # at once: more would keep others waiting who write


@dataclass(frozen=True)
class Copying:
    """What of an objective is copied, and how."""

    objective: Objective
    cycle: Cycle
    title: str
    owner: Person
    by: Person
    key_results: list[KeyResult]
    tasks: list[Action]
    baselines: StartsFrom


@dataclass
class Copies:
    """What came of it; ``kept``: key results that keep their baseline though they were to begin
    where their number stands, because that is not known, or beyond the target already."""

    objectives: list[Objective] = field(default_factory=list)
    kept: list[KeyResult] = field(default_factory=list)


@transaction.atomic
def copy_objective(
    *,
    objective: Objective,
    cycle: Cycle,
    subjects: Iterable[Subject],
    by: Person,
    key_results: Iterable[KeyResult] = (),
    tasks: Iterable[Action] = (),
    title: str = "",
    owner: Person | None = None,
    baselines: StartsFrom | str = StartsFrom.NOW,
    contributes: bool = False,
    weight: float | None = None,
) -> Copies:
    """A draft in ``cycle`` about each of the subjects, with these key results and actions: all of
    them or none.

    About another subject, a key result watches the same KPI of that one, whose series begins
    where there is none, and belongs to the copy's owner. Nobody is mailed about copied actions.
    ``contributes``: the copies contribute to the objective, and with a ``weight`` count in its
    progress. Raises ValidationError that names the field.
    """
    if contributes:
        hold("alignment")  # before the objective, as whoever aligns does
    is_closed_by_now(objective)  # a second click waits here until the first is done
    asked = Copying(
        objective=objective,
        cycle=cycle,
        title=title or objective.title,
        owner=owner or _active(objective.owner, by),
        by=by,
        key_results=list(dict.fromkeys(key_results)),
        tasks=in_place(tasks),
        baselines=StartsFrom(baselines),
    )
    wanted = list(dict.fromkeys(subjects))
    _check(asked, wanted, weight if not contributes else None)
    copies = Copies()
    for subject in wanted:
        _copy(asked, subject, copies)
    if contributes:
        for copy in copies.objectives:
            _align(copy, objective, weight, by)
    told = {"to": [_named(copy) for copy in copies.objectives]}
    changelog.record(by=by, row=objective, verb="copied", after=told)
    return copies


def _check(asked: Copying, subjects: list[Subject], weight: float | None) -> None:
    if not subjects:
        raise ValidationError({"subjects": _("Choose what the copies are about.")})
    if len(subjects) > MOST_COPIES:
        text = _("Copy it for %(n)d at most at once.")
        raise ValidationError({"subjects": text % {"n": MOST_COPIES}})
    if weight is not None:
        text = _("Only what contributes to an objective counts in its progress.")
        raise ValidationError({"weight": text})
    if any(each.objective_id != asked.objective.pk for each in asked.key_results):
        text = _("This key result belongs to another objective.")
        raise ValidationError({"key_results": text})
    if any(task.objective_id != asked.objective.pk for task in asked.tasks):
        raise ValidationError({"tasks": _("This action belongs to another objective.")})
    there = Objective.objects.filter(cycle=asked.cycle, title=asked.title, subject__in=subjects)
    taken = there.select_related("subject").first()
    if taken is not None:
        text = _("“%(subject)s” has an objective of this title in this cycle already.")
        raise ValidationError({"subjects": text % {"subject": taken.subject}})


def _copy(asked: Copying, subject: Subject, copies: Copies) -> None:
    original = asked.objective
    is_same = subject.pk == original.subject_id
    pillar = original.pillar
    copy = raise_objective(
        title=asked.title,
        why=original.why,
        cycle=asked.cycle,
        subject=subject,
        owner=asked.owner,
        by=asked.by,
        # What was found of one product is no reason for another.
        gaps=Gap.objects.not_closed().filter(objectives=original) if is_same else (),
        state=ObjectiveState.DRAFT,
        ambition=Ambition(original.ambition),
        pillar=None if pillar is None or pillar.ended_on else pillar,
    )
    changelog.record(by=asked.by, row=copy, verb="copied", after={"from": _named(original)})
    made = {each.pk: _copy_key_result(asked, each, copy, copies) for each in asked.key_results}
    for task in asked.tasks:
        _copy_task(asked, task, copy, made.get(task.key_result_id))
    copies.objectives.append(copy)


def _copy_key_result(asked: Copying, each: KeyResult, copy: Objective, copies: Copies) -> KeyResult:
    is_same = copy.subject_id == asked.objective.subject_id
    series = _series_of(asked, each, copy)
    numbers = {name: getattr(each, name) for name in NUMBERS}
    if asked.baselines == StartsFrom.NOW and each.kind == KeyResultKind.METRIC:
        begun = _numbers_from(each, _stands_at(each, series, is_same))
        if begun is None:
            copies.kept.append(each)
        numbers |= begun or {}
    made = add_key_result(
        objective=copy,
        title=each.title,
        owner=_active(each.owner, asked.owner) if is_same else asked.owner,
        by=asked.by,
        kind=KeyResultKind(each.kind),
        weight=each.weight,
        series=series,
        zones=dict(each.zones),
        **numbers,
    )
    written = written_for(each.definitions, each.meant_by_id)
    if made.meant_by is not None and written is not None and written != made.meant_by:
        made.meant_by = written  # whoever owns the copy writes the numbers anew
        made.save(update_fields=["meant_by"])
    return made


def _series_of(asked: Copying, each: KeyResult, copy: Objective) -> Series | None:
    """The series that a copied key result watches: of the copy's subject where the original
    watches its own; a number of somebody else stays the one that it is."""
    series = each.series
    if series is None or series.subject_id in (copy.subject_id, None):
        return series
    if series.subject_id != asked.objective.subject_id:
        return series
    if series.kpi.deleted_at is not None:
        text = _("The KPI “%(kpi)s” of this key result is in the trash.")
        raise ValidationError({"key_results": text % {"kpi": series.kpi}})
    return series_for(kpi=series.kpi, subject=copy.subject, by=asked.by)


def _stands_at(each: KeyResult, series: Series | None, is_same: bool) -> float | None:
    """What is reached by now, by the meaning that the key result's numbers have."""
    if series is not None:
        return None if each.is_meant_otherwise else series.value_on(clock.today())
    return each.current(clock.today()) if is_same else None


def _numbers_from(each: KeyResult, start: float | None) -> dict[str, float | None] | None:
    """Its numbers with this as baseline; a commit that is passed by then follows anew. None where
    no way to the target begins there."""
    if start is None or each.target is None or each.baseline is None:
        return None
    if (each.target - start) * (each.target - each.baseline) <= 0:
        return None
    low, high = sorted((start, each.target))
    stays = each.commit is not None and low < each.commit < high
    return {"baseline": start, "commit": each.commit if stays else None}


def _copy_task(asked: Copying, task: Action, copy: Objective, result: KeyResult | None) -> None:
    is_same = copy.subject_id == asked.objective.subject_id
    due_on = task.due_on if task.due_on and task.due_on >= clock.today() else None
    action = Action(
        objective=copy,
        key_result=result,
        title=task.title,
        owner=_active(task.owner, asked.owner) if is_same else asked.owner,
        due_on=due_on,
    )
    plan_action(action=action, by=asked.by)


def _align(copy: Objective, objective: Objective, weight: float | None, by: Person) -> None:
    """Let a copy contribute; what speaks against it is told at the fields of the copying."""
    try:
        align(begin=copy, end=objective, weight=weight, by=by)
    except ValidationError as refused:
        reasons = refused.message_dict
        weight_faults = {"weight": reasons.pop("weight")} if "weight" in reasons else {}
        others = [text for texts in reasons.values() for text in texts]
        told = weight_faults | ({"contributes": others} if others else {})
        raise ValidationError(told) from refused


def _active(person: Person, instead: Person) -> Person:
    return person if person.is_active else instead


def _named(objective: Objective) -> str:
    """By its number: not everybody who reads the history of one sees the other."""
    return f"{objective._meta.verbose_name} {objective.pk}"

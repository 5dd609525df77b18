"""What a link to the form of a new improvement brings along, so that nobody types it twice."""

from typing import Any

from django.http import QueryDict

from audits.models import Gap
from metrics.actions.promises import suggested_trigger
from metrics.choices import Kind
from metrics.scorecard import versions_on
from objectives.models import Action, KeyResult, Series
from processes.models import Revision
from productops import clock
from teams.models import LearningPlan, Person, Subject
from tooling.models import Rollout

LONGEST_TITLE = 200
LONGEST_HYPOTHESIS = 5_000
LARGEST_KEY = 2**63 - 1


def beginning(params: QueryDict, person: Person) -> dict[str, Any]:
    """What a new improvement begins with: from a gap, KPI, key result, revision, learning plan,
    rollout or action that the address names and the person may see; later ones know better."""
    begun: dict[str, Any] = {"owner": person.pk}
    gaps = {gap.pk for gap in rows_named(params, "gap", person)}
    for name, read in BEGINNINGS.items():
        for row in rows_named(params, name, person):
            begun |= read(row)
            gaps |= set(begun.pop("gaps", ()))
    if title := params.get("title", "").strip()[:LONGEST_TITLE]:
        begun["title"] = title
    return begun | {"gaps": sorted(gaps)}


def rows_named(params: QueryDict, name: str, person: Person) -> list:
    """The rows that ``?name=1&name=2`` asks for, those that the person may see."""
    keys = [int(text) for text in params.getlist(name)[:50] if is_key(text)]
    if not keys:
        return []
    return list(TABLES[name].objects.visible_to(person).filter(pk__in=keys))


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_KEY


def from_series(series: Series) -> dict[str, Any]:
    watching = series.key_results.ongoing()
    return {
        "series": series.pk,
        "subject": series.subject_id,
        "trigger_on": suggested_trigger(series, own_way(series)),
        "key_results": [key_result.pk for key_result in watching],
        "gaps": [pk for pk in watching.values_list("objective__gaps", flat=True) if pk],
    }


def own_way(series: Series) -> str:
    """The way that is better by the KPI's definition of today."""
    version = versions_on(clock.today(), [series.kpi_id]).get(series.kpi_id)
    return version.direction if version else ""


def from_key_result(key_result: KeyResult) -> dict[str, Any]:
    return {
        "key_results": [key_result.pk],
        "series": key_result.series_id,
        "subject": key_result.objective.subject_id,
        "gaps": [gap.pk for gap in key_result.objective.gaps.all()],
    }


def from_gap(gap: Gap) -> dict[str, Any]:
    """A gap proposes the kind by its root cause; causes without a kind propose none."""
    begun = {"subject": gap.subject_id}
    return begun | {"kind": gap.cause} if gap.cause in Kind.values else begun


def from_revision(revision: Revision) -> dict[str, Any]:
    return {"kind": Kind.PROCESS, "revision": revision.pk, "title": revision.process.title}


def from_learning_plan(plan: LearningPlan) -> dict[str, Any]:
    return {
        "kind": Kind.SKILL,
        "learning_plan": plan.pk,
        "subject": plan.subject_id,
        "title": plan.title,
        "owner": plan.owner_id,
    }


def from_rollout(rollout: Rollout) -> dict[str, Any]:
    return {
        "kind": Kind.TOOL,
        "rollout": rollout.pk,
        "title": rollout.title,
        "owner": rollout.owner_id,
    }


def from_action(action: Action) -> dict[str, Any]:
    """What grows keeps its words and its owner, and is meant for what the action was for."""
    begun: dict[str, Any] = {"title": action.title, "subject": action.subject.pk}
    if action.owner.role and action.owner.is_active:
        begun["owner"] = action.owner_id
    if action.series is not None:
        return from_series(action.series) | begun
    if action.objective is None:
        return begun
    if action.key_result is not None:
        begun = from_key_result(action.key_result) | begun
    gaps = [gap.pk for gap in action.objective.gaps.all()]
    return begun | {"gaps": gaps, "hypothesis": action.objective.why[:LONGEST_HYPOTHESIS]}


def from_subject(subject: Subject) -> dict[str, Any]:
    return {"subject": subject.pk}


TABLES = {
    "subject": Subject,
    "gap": Gap,
    "series": Series,
    "key_result": KeyResult,
    "revision": Revision,
    "learning_plan": LearningPlan,
    "rollout": Rollout,
    "action": Action,
}
BEGINNINGS = {
    "subject": from_subject,
    "gap": from_gap,
    "series": from_series,
    "key_result": from_key_result,
    "revision": from_revision,
    "learning_plan": from_learning_plan,
    "rollout": from_rollout,
    "action": from_action,
}


def kind_asked(params: QueryDict, begun: dict[str, Any]) -> str:
    """The kind that the address names, else the one that the beginning suggests, else process."""
    asked = params.get("kind", "")
    return asked if asked in Kind.values else str(begun.get("kind") or Kind.PROCESS)

"""Home's task list: the audit and the five steps, each app declaring its own part."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.utils.translation import ngettext

from productops.doors import may_open
from productops.registry import Registry


class StepState(StrEnum):
    DONE = "done"
    NEXT = "next"  # in progress or ready to start
    CANNOT_START = "cannot_start"


@dataclass(frozen=True)
class StepTask:
    title: str
    state: StepState
    url: str
    minutes: int = 0
    detail: str = ""  # what is there, or why it cannot start yet


def _in_minutes(task: StepTask) -> str:
    """How long a task takes, or "" where nobody knows."""
    if not task.minutes:
        return ""
    return ngettext("%(n)s minute", "%(n)s minutes", task.minutes) % {"n": task.minutes}


@dataclass(frozen=True)
class Step:
    """One step of the line. ``order`` 0 is the audit, 1 to 5 the five steps."""

    order: int
    name: str
    purpose: str
    tasks: list[StepTask] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(task.state == StepState.DONE for task in self.tasks)

    @property
    def rows(self) -> list[dict]:
        """The tasks as `templates/ui/task_list.html` shows them."""
        shown = {StepState.DONE: "done", StepState.CANNOT_START: "cannot"}
        return [
            {
                "title": task.title,
                "url": task.url,
                "hint": task.detail,
                "state": shown.get(task.state, ""),
                "text": _in_minutes(task) if task.state == StepState.NEXT else "",
            }
            for task in self.tasks
        ]

    @property
    def minutes_left(self) -> int:
        return sum(task.minutes for task in self.tasks if task.state != StepState.DONE)

    @property
    def following(self) -> StepTask | None:
        """The one thing to do next, or None where nothing is left or can start for this person."""
        ready = (task for task in self.tasks if task.state == StepState.NEXT and task.url)
        return next(ready, None)


_steps: Registry[Callable[[object], Step]] = Registry("steps")


def step(name: str):
    """Declare ``function(person) -> Step`` as a part of Home, in a constant number of queries."""

    def declare(build: Callable[[object], Step]):
        return _steps.add(name, build)

    return declare


def all_steps(person) -> list[Step]:
    """The steps in their order; what is another role's to do is told, but leads nowhere."""
    built = (build(person) for build in _steps)
    return sorted((_open_to(person, step) for step in built), key=lambda step: step.order)


def _open_to(person, step: Step) -> Step:
    tasks = [task if may_open(person, task.url) else replace(task, url="") for task in step.tasks]
    return replace(step, tasks=tasks)

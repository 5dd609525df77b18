"""What My work lists: each app declares, in its ``work.py``, what waits for a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from productops.registry import Registry


@dataclass(frozen=True)
class Task:
    """One thing that one person is asked to do. ``verb`` is what the button says."""

    kind: str  # answer, acknowledge, check-in, act, approve, judge, renew, review ...
    title: str
    verb: str
    url: str
    due: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Asker:
    """``tasks(person, on)`` gives the tasks in a constant number of queries;
    ``count(person, on)`` their number in one."""

    name: str
    tasks: Callable[[object, date], Iterable[Task]]
    count: Callable[[object, date], int]


_askers: Registry[Asker] = Registry("kinds of work")


def work(name: str, *, count: Callable[[object, date], int]):
    """Declare the decorated function as a source of tasks."""

    def declare(tasks):
        _askers.add(name, Asker(name, tasks, count))
        return tasks

    return declare


def all_askers() -> list[Asker]:
    return list(_askers)


def tasks_of(person, on: date) -> list[Task]:
    """All that waits for a person: what is due first on top, what has no date last."""
    tasks = [task for asker in _askers for task in asker.tasks(person, on)]
    return sorted(tasks, key=lambda task: (task.due or date.max, task.kind, task.title))


def count_of(person, on: date) -> int:
    """How many things wait for a person, in one query for each asker."""
    return sum(asker.count(person, on) for asker in _askers)

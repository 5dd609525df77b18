"""How faithfully a process was followed when it was run."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from productops.figures import whole


@dataclass(frozen=True)
class StepDone:
    """A step of a run: its place in the process, when it was done (None: not), and by when."""

    order: int
    done_at: datetime | None = None
    due_at: datetime | None = None
    needs_evidence: bool = False
    has_evidence: bool = False
    is_required: bool = True


@dataclass(frozen=True)
class Adherence:
    """Of ``required`` steps: how many were done, in order, on time, with their evidence.

    ``adhered`` counts those that are all four, ``share`` is adhered / required in 0..1, None
    where no step is required.
    """

    required: int
    done: int
    in_order: int
    on_time: int
    with_evidence: int
    adhered: int
    share: float | None


def adherence(steps: Iterable[StepDone]) -> Adherence:
    """Steps done, in order, on time and with evidence, over required steps.

    In order is the largest set of done steps whose times follow the process: of three steps of
    which the first came last, one is out of order, not two. Steps of equal ``order`` may come in
    any. A step without ``due_at`` is on time when it is done. Source: formulae 4.8.
    """
    required = sorted((step for step in steps if step.is_required), key=lambda step: step.order)
    done = [(step, step.done_at) for step in required if step.done_at is not None]
    ordered = _in_order([(step.order, at) for step, at in done])
    on_time = [step.due_at is None or at <= step.due_at for step, at in done]
    proven = [step.has_evidence or not step.needs_evidence for step, _ in done]
    adhered = sum(map(all, zip(ordered, on_time, proven, strict=True)))
    return Adherence(
        required=len(required),
        done=len(done),
        in_order=sum(ordered),
        on_time=sum(on_time),
        with_evidence=sum(proven),
        adhered=adhered,
        share=adhered / len(required) if required else None,
    )


def first_pass_yield(runs: int, without_rework: int) -> float | None:
    """Share in 0..1 of runs that needed no rework; None without a run."""
    total, clean = whole(runs, 0, "runs"), whole(without_rework, 0, "without_rework")
    if clean > total:
        raise ValueError("without_rework may not be above runs.")
    return clean / total if total else None


def _in_order(done: Sequence[tuple[int, datetime]]) -> list[bool]:
    """For each (order, time) whether it belongs to the longest run of times that never goes back.

    Patience sorting: ``times`` holds the earliest end of a run of each length, ``last`` its step.
    """
    times: list[datetime] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for at in sorted(range(len(done)), key=done.__getitem__):
        length = bisect_right(times, done[at][1])
        before[at] = last[length - 1] if length else None
        times[length : length + 1] = [done[at][1]]
        last[length : length + 1] = [at]
    kept = set()
    step = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return [at in kept for at in range(len(done))]

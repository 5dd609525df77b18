"""Must-haves, looked at before any score."""

from collections.abc import Sequence
from dataclasses import dataclass

from productops.figures import finite, rectangle, row
from tooling.decision.case import read_directions


@dataclass(frozen=True)
class Gated:
    """For each option the criteria (indexes from 0) whose gate it fails."""

    failed: tuple[tuple[int, ...], ...]

    @property
    def passed(self) -> tuple[int, ...]:
        """Options, as indexes from 0, that may be scored at all."""
        return tuple(option for option, failed in enumerate(self.failed) if not failed)


def gates(
    matrix: Sequence[Sequence[float]],
    limits: Sequence[float | None],
    directions: Sequence[str],
) -> Gated:
    """Which options reach every must-have: at least the limit upwards, at most it downwards.

    ``limits``: one a criterion in its raw unit, None where there is no gate. A brilliant score
    elsewhere does not make up for a failed gate. Source: formulae 4.5.
    """
    values = rectangle(matrix, "matrix")
    width = len(values[0])
    is_up = read_directions(directions, width)
    given = [None if limit is None else finite(limit, "limits") for limit in row(limits, "limits")]
    if len(given) != width:
        raise ValueError("limits: there has to be one, or None, for each criterion.")
    return Gated(
        tuple(
            tuple(
                criterion
                for criterion, (value, limit) in enumerate(zip(line, given, strict=True))
                if limit is not None and (value < limit if is_up[criterion] else value > limit)
            )
            for line in values
        )
    )

"""A verdict in plain words. Whole sentences with named gaps, so that they can be translated."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrics.verdict import Verdict

SENTENCES = {
    "improved": "Improved by {size} (95 % sure: between {least} and {most}).",
    "improved_worth_it": (
        "Improved by {size} (95 % sure: between {least} and {most}), which is worth it."
    ),
    "improved_size_uncertain": (
        "Improved by {size} (95 % sure: between {least} and {most}); "
        "whether that is enough to be worth it is uncertain."
    ),
    "worsened": "Worsened by {size} (95 % sure: between {least} and {most}).",
    "no_change": "No detectable change; a change of {mde} or more would probably have shown.",
    "nothing_varies": "No change: every value after is the same as before.",
    "too_early": "Too early to tell: {missing} more points are needed after the change.",
    "too_early_one": "Too early to tell: 1 more point is needed after the change.",
    "short_baseline": (
        "Cannot tell: there are only {n_before} points from before the change, and 8 are needed."
    ),
    "signal_alone": (
        "Cannot tell yet: something unusual happened after the change, "
        "but the averages ({change}) do not differ beyond doubt."
    ),
    "size_alone": (
        "Cannot tell yet: the averages differ ({change}), "
        "but no single point or run after the change is unusual."
    ),
    "gates_apart": (
        "Cannot tell yet: the averages differ one way ({change}), "
        "the unusual points after the change lie the other way."
    ),
}


def sentence_of(result: "Verdict", n_before: int, n_after: int) -> str:
    """Return the verdict as one English sentence, in the unit of the values."""
    return SENTENCES[key_of(result)].format(**words_of(result, n_before, n_after))


def key_of(result: "Verdict") -> str:
    """Return the key of the sentence that fits a verdict."""
    if result.reason == "gates_disagree":
        return disagreement(result)
    if result.verdict == "no_change" and not result.mde:
        return "nothing_varies"
    if result.verdict == "too_early" and result.missing == 1:
        return "too_early_one"
    if result.worth:
        return f"{result.verdict}_{result.worth}"
    return result.reason or result.verdict


def disagreement(result: "Verdict") -> str:
    if result.gate_signal and result.gate_size:
        return "gates_apart"
    return "signal_alone" if result.gate_signal else "size_alone"


def words_of(result: "Verdict", n_before: int, n_after: int) -> dict[str, str]:
    """Return what fills the gaps of the sentences; sizes without sign, the change with one."""
    edges = sorted(abs(edge) for edge in result.ci or (0.0, 0.0))
    return {
        "size": shown(abs(result.effect or 0.0)),
        "least": shown(edges[0]),
        "most": shown(edges[1]),
        "mde": shown(result.mde or 0.0),
        "change": signed(result.effect or 0.0),
        "missing": str(result.missing),
        "n_before": str(n_before),
        "n_after": str(n_after),
    }


def signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + shown(abs(value))


def shown(value: float) -> str:
    """Write a number with at most three significant digits."""
    return f"{float(f'{value:.3g}'):,.10g}"

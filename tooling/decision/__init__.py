"""Choosing between tools: scores, and how little it would take to choose otherwise."""

from tooling.decision.acceptability import acceptability
from tooling.decision.ahp import AhpWeights, Triple, ahp_weights
from tooling.decision.flips import Flips, ScoreFlip, WeightFlip, flips
from tooling.decision.gates import Gated, gates
from tooling.decision.raters import Combined, combine_raters
from tooling.decision.scores import Scores, close_call, margin, topsis, weighted_sum

__all__ = [
    "AhpWeights",
    "Combined",
    "Flips",
    "Gated",
    "ScoreFlip",
    "Scores",
    "Triple",
    "WeightFlip",
    "acceptability",
    "ahp_weights",
    "close_call",
    "combine_raters",
    "flips",
    "gates",
    "margin",
    "topsis",
    "weighted_sum",
]

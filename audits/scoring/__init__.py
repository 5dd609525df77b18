"""Scores of an audit: from answers to every node of the framework, and from scores to gaps."""

from audits.scoring.answers import DONT_KNOW, NOT_APPLICABLE
from audits.scoring.gaps import GapPriority, expected_drift, gap_priority, rescale, stage
from audits.scoring.roll_up import NodeScore, Scorecard, score, score_documented

__all__ = [
    "DONT_KNOW",
    "NOT_APPLICABLE",
    "GapPriority",
    "NodeScore",
    "Scorecard",
    "expected_drift",
    "gap_priority",
    "rescale",
    "score",
    "score_documented",
    "stage",
]

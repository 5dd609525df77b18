"""Snapshots computed again from raw observations, in Python and by another way than they came."""

from metrics.verify.computed import check_computed
from metrics.verify.kept import check_reviews
from metrics.verify.observed import Figure, Raw, agree, check_snapshots, figure_of

__all__ = [
    "Figure",
    "Raw",
    "agree",
    "check_computed",
    "check_reviews",
    "check_snapshots",
    "figure_of",
]

"""The API of metrics: what was measured and what follows."""

from metrics.api import (
    analyse,
    charts,
    comments,
    dashboards,
    frozen,
    improvements,
    mappings,
    observations,
    opportunities,
    registrations,
    reviews,
    series,
    sources,
    telling,
    verdicts,
    what_works,
)

__all__ = [
    "analyse",
    "charts",
    "comments",
    "dashboards",
    "frozen",
    "improvements",
    "mappings",
    "observations",
    "opportunities",
    "registrations",
    "reviews",
    "series",
    "sources",
    "telling",
    "verdicts",
    "what_works",
]

"""Where a person begins after signing in: each role at the page that it came for."""

from django.urls import NoReverseMatch, reverse

# The first address that an app offers is taken.
BEGINNINGS = {
    "pm": ("work",),
    "exec": ("metrics:dashboard-default", "metrics:dashboard-list", "home"),
    "ops": ("home",),
    "admin": ("home",),
}
RESPONDENT = ("work",)


def landing(person) -> str:
    """The address where this person begins."""
    names = BEGINNINGS.get(person.role, RESPONDENT)
    return next(filter(None, (address(name) for name in names)), "/")


def address(name: str) -> str:
    """The address of a name, or "" where no app offers it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

"""How a dashboard is looked at: in whole weeks, months or quarters; applied to another subject."""

from dataclasses import dataclass

from teams.models import Subject


@dataclass(frozen=True)
class View:
    """``period``: "" for the newest period of each KPI; ``subject``: None for its own."""

    period: str = ""
    subject: Subject | None = None


PLAIN = View()

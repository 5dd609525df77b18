"""How a dashboard is looked at: in whole weeks, months or quarters; applied to another subject."""

from dataclasses import dataclass

from teams.models import Subject


@dataclass(frozen=True)
class View:
    """``period``: "" for the newest period of each KPI; ``subject``: None for its own;
    ``cards``: with objectives and practice, which speak of now whatever the period."""

    period: str = ""
    subject: Subject | None = None
    cards: bool = True


PLAIN = View()

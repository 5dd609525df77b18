"""What an opportunity is."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.choices import Kind
from teams.models import Subject

FLOOR = {"signal": 0.6, "target": 0.5, "gap": 0.35, "skill": 0.3, "adoption": 0.25, "seats": 0.2}
ROOM = 0.4  # above the floor, for how much there is of it


@dataclass(frozen=True)
class Opportunity:
    """Something that could be better: ``share`` (0 to 1) is how much of its kind, ``begins`` what
    the form of an improvement begins with."""

    kind: str  # signal, target, gap, skill, adoption or seats
    row: int  # of which record, so that it is the same one tomorrow
    title: str
    reason: str
    url: str
    subject: Subject
    lever: str  # a Kind; "" where nobody knows the cause yet
    share: float
    begins: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.row}"

    @property
    def rank(self) -> float:
        return FLOOR[self.kind] + ROOM * min(1.0, max(0.0, self.share))

    @property
    def what(self) -> str:
        return {
            "signal": _("Worse than usual"),
            "target": _("Target out of reach"),
            "gap": _("Gap without a plan"),
            "skill": _("Missing skill"),
            "adoption": _("Standard not followed"),
            "seats": _("Idle seats"),
        }[self.kind]

    @property
    def lever_text(self) -> str:
        return str(Kind(self.lever).label) if self.lever else _("find the cause first")

    @property
    def plan_url(self) -> str:
        """The form of a new improvement with all that is known filled in."""
        kind = [("kind", self.lever)] if self.lever else []
        query = urlencode([("title", self.title), *kind, *self.begins])
        return f"{reverse('metrics:improvement-new')}?{query}"

"""What came out of a workshop, and the mail that says so to who led it and who owns the audit."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from audits.differing import smallest_group_of
from audits.disclosure import kept_back
from audits.models import Answer, Consensus, Node, Vote, Workshop
from audits.rungs import place_of, rungs_of
from productops import clock
from productops.outbox import post_mail
from teams.models import Subject


@dataclass(frozen=True)
class Line:
    """One question of a workshop. ``before`` and ``agreed`` are words, "" where there is none."""

    node: Node
    subject: Subject
    before: str
    agreed: str
    note: str
    is_changed: bool
    rounds: int


@dataclass(frozen=True)
class Outcome:
    lines: list[Line]

    @property
    def agreed(self) -> int:
        return sum(bool(line.agreed) for line in self.lines)

    @property
    def changed(self) -> int:
        """Where what was agreed differs from the middle of the answers."""
        return sum(line.is_changed for line in self.lines)

    @property
    def open(self) -> int:
        return len(self.lines) - self.agreed


def outcome_of(workshop: Workshop) -> Outcome:
    """What was agreed upon since it began, question by question; five queries."""
    places = workshop.every_place
    nodes = Node.objects.in_bulk({node for node, _subject in places})
    subjects = Subject.objects.in_bulk({subject for _node, subject in places})
    agreed = {
        (one.node_id, one.subject_id): one
        for one in Consensus.objects.filter(
            scope=workshop.scope_id, at__gte=workshop.begun_at
        ).select_related("node")
    }
    middles, rounds = _middles(workshop, nodes), _rounds(workshop)
    return Outcome(
        [
            _line(
                nodes[place[0]],
                subjects[place[1]],
                middles.get(place),
                agreed.get(place),
                rounds.get(place, 0),
            )
            for place in places
        ]
    )


def _line(
    node: Node, subject: Subject, middle: float | None, agreed: Consensus | None, rounds: int
) -> Line:
    rungs = rungs_of(node)
    before = "" if middle is None else rungs[int(middle)].name
    step = None if agreed is None else place_of(node, rungs, agreed.number, agreed.chosen)
    return Line(
        node=node,
        subject=subject,
        before=before,
        agreed=agreed.level_name if agreed else "",
        note=agreed.note if agreed else "",
        is_changed=agreed is not None and middle is not None and step != middle,
        rounds=rounds,
    )


def _middles(workshop: Workshop, nodes: dict[int, Node]) -> dict[tuple[int, int], float]:
    """The median of the answers at each place, on the rungs; of two middle ones the lower."""
    answers = Answer.objects.filter(scope=workshop.scope_id, node__in=nodes).counted().given()
    steps: dict[tuple[int, int], list[float]] = {}
    for node, subject, number, chosen in answers.values_list("node", "subject", "number", "chosen"):
        step = place_of(nodes[node], rungs_of(nodes[node]), number, chosen)
        if step is not None:
            steps.setdefault((node, subject), []).append(step)
    audit = workshop.scope.audit
    fewest, kept = smallest_group_of(audit), kept_back(audit, clock.today())
    return {
        place: sorted(found)[(len(found) - 1) // 2]
        for place, found in steps.items()
        if len(found) >= fewest and not kept.covers(workshop.scope_id, place[0])
    }


def _rounds(workshop: Workshop) -> dict[tuple[int, int], int]:
    """How many rounds were voted at each place."""
    voted = Vote.objects.filter(participant__workshop=workshop)
    rows = voted.order_by().values_list("node", "subject", "round").distinct()
    rounds: dict[tuple[int, int], int] = {}
    for node, subject, _round in rows:
        rounds[node, subject] = rounds.get((node, subject), 0) + 1
    return rounds


def send_minutes(workshop: Workshop) -> None:
    """Mail what came out. Phones are nobody's address, so that those who voted get none."""
    outcome, audit = outcome_of(workshop), workshop.scope.audit
    facts = {"agreed": outcome.agreed, "changed": outcome.changed, "open": outcome.open}
    paragraphs = [
        _("Agreed: %(agreed)d, of these other than the middle of the answers: %(changed)d. "
          "Still open: %(open)d.") % facts,
    ]  # fmt: skip
    for person in dict.fromkeys((workshop.by, audit.owner)):
        post_mail(
            to=person,
            subject=_("Workshop about %(scope)s: %(audit)s")
            % {"scope": workshop.scope.subject, "audit": audit.title},
            template="mail/message",
            once=f"workshop-minutes:{workshop.pk}:{person.pk}",
            context={
                "paragraphs": paragraphs,
                "header": [_("Question"), _("Before"), _("Agreed")],
                "rows": [
                    [line.node.short, line.before or "–", line.agreed or _("Open")]
                    for line in outcome.lines
                ],
                "why": _("You get this because you led the workshop or own the audit."),
            },
        )

"""Who holds the seats of a tool, and whether they use them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from teams.models import Person
from tooling import access
from tooling.choices import SeatUse
from tooling.models import SeatAssignment, Tool

FEW = 8
KINDS = {SeatUse.ACTIVE: "good", SeatUse.IDLE: "bad", SeatUse.NEVER: "bad", SeatUse.LEFT: "danger"}


@dataclass(frozen=True)
class Seats:
    """How many seats are held in each way, and the first few that nobody uses."""

    counts: list[tuple[str, SeatUse, int]] = field(default_factory=list)
    unused: list[SeatAssignment] = field(default_factory=list)
    held: int = 0

    @property
    def more(self) -> int:
        """Unused seats beyond those shown."""
        count = sum(n for _kind, use, n in self.counts if use != SeatUse.ACTIVE)
        return count - len(self.unused)


def seats_of(person: Person, tool: Tool, on: date) -> Seats:
    """The seats of a tool on a day, as far as the person sees them, in one query."""
    seats = list(access.seats_to_see(person, tool).on(on).with_last_use(on))
    describe(tool, seats, on)
    counts = Counter(seat.state for seat in seats)
    unused = [seat for seat in seats if seat.state != SeatUse.ACTIVE]
    shown = [(KINDS[use], use, counts[use]) for use in SeatUse if counts[use]]
    return Seats(shown, unused[:FEW], len(seats))


def describe(tool: Tool, seats: Iterable[SeatAssignment], on: date) -> None:
    """Give each seat ``state``, the way it is used, and ``kind``, how that is drawn."""
    first = tool.active_from(on)
    for seat in seats:
        seat.state = seat.use(first)
        seat.kind = KINDS[seat.state]


def lines_of(tool: Tool, seats: Iterable[SeatAssignment], on: date) -> Iterator[list]:
    """The seats as rows of a file."""
    first = tool.active_from(on)
    for seat in seats:
        person = seat.person
        yield [tool.slug, person.email, seat.from_on, seat.last_used or "", seat.use(first).value]

"""How new a computed series is: as new as the newest number that it is made of."""

from collections.abc import Iterable, Mapping, Sequence

from metrics.actions.facts import ASKED, as_moment, asked
from metrics.aggregation.lineage import lineage_of
from metrics.models import SeriesState
from metrics.periods import Span

NEWEST = """
WITH asked AS ({asked})
SELECT a.series_id, (
    SELECT o.at FROM metrics_observation o
    WHERE o.series_id = a.series_id ORDER BY o."on" DESC, o.at DESC LIMIT 1)
FROM asked a
"""


def note_newest(series_ids: Iterable[int], spans: Mapping[int, Sequence[Span]]) -> None:
    """Write into the states of computed series when their newest number was."""
    computed = [pk for pk in series_ids if any(span.expression for span in spans[pk])]
    if not computed:
        return
    lineage = lineage_of(computed)
    rows = asked(NEWEST, ASKED, sorted(lineage.all_observed(computed)))
    moments = {pk: as_moment(at) for pk, at in rows if at is not None}
    states = [
        SeriesState(
            series_id=pk,
            observed_at=max(
                (moments[each] for each in lineage.observed(pk) if each in moments), default=None
            ),
        )
        for pk in computed
    ]
    SeriesState.objects.bulk_update(states, ["observed_at"])

"""What one chart says, in three sentences for readers who have never seen one: what is usual, what
the newest value says, what the usual range says of the target. Words only: nothing is computed."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.choices import LIMITS_FROM, Assurance, Variation
from metrics.scorecard import Row
from productops import cadences, numbers
from productops.measures import Direction
from productops.rule_names import name_of_signal


def three_sentences(row: Row) -> list[str]:
    """The sentences for a row; fewer where there is nothing to say yet."""
    if not row.has_value:
        return [_("There is no whole period with a value yet, so there is nothing to read.")]
    return [_usual(row), _newest(row), _target(row)]


def _usual(row: Row) -> str:
    state = row.state
    if state.lower is None or state.upper is None:
        missing = max(1, LIMITS_FROM - state.n)
        text = ngettext(
            "What is usual will be known after %(n)s more period.",
            "What is usual will be known after %(n)s more periods.",
            missing,
        )
        return text % {"n": missing}
    words = {
        "range": numbers.between(state.lower, state.upper, row.version.unit),
        "mean": numbers.quantity(state.centre, row.version.unit),
        "periods": cadences.names_of_periods(row.version.cadence),
    }
    if state.is_provisional:
        return _("From few %(periods)s so far, values between %(range)s look usual.") % words
    return (
        _("While nothing changes, nearly all %(periods)s lie between %(range)s, around %(mean)s.")
        % words
    )


def _newest(row: Row) -> str:
    words = {
        "value": row.quantity,
        "period": row.period,
        "rules": ", ".join(name_of_signal(name, row.series.rule_set) for name in row.state.signals),
    }
    if row.state.variation == Variation.NONE or row.state.lower is None:
        return _("The newest value, %(value)s in %(period)s, cannot be judged yet.") % words
    if row.state.variation == Variation.USUAL:
        return (
            _("%(value)s in %(period)s is usual: ask about the whole, not about this one value.")
            % words
        )
    words["side"] = {
        Variation.BETTER: _("better than before"),
        Variation.WORSE: _("worse than before"),
    }.get(row.state.variation, _("different from before"))
    if not words["rules"]:
        return _("The newest values are %(side)s; %(value)s in %(period)s belongs to them.") % words
    return _("%(value)s in %(period)s is %(side)s (%(rules)s): ask what changed.") % words


def _target(row: Row) -> str:
    if row.wanted is None:
        return _direction(row)
    words = {"target": row.target}
    said = {
        Assurance.MET: _("The target %(target)s lies beyond the usual range: expect to meet it."),
        Assurance.MISSED: _(
            "The target %(target)s lies out of reach of the usual range: it will be missed until "
            "something changes."
        ),
        Assurance.HIT_OR_MISS: _(
            "The target %(target)s lies inside the usual range: it will be met in some periods "
            "and missed in others, with nothing having changed."
        ),
    }
    text = said.get(row.assurance, _("Whether the target %(target)s can be met is not known yet."))
    return text % words


def _direction(row: Row) -> str:
    """What takes the place of a target: which way would be better."""
    return {
        Direction.UP: _("No target is set; higher is better."),
        Direction.DOWN: _("No target is set; lower is better."),
    }.get(row.version.direction, _("No target is set, and neither side is better."))

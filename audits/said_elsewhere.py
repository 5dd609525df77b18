"""The answers of a person to questions of other frameworks, read for suggestions in one query."""

from datetime import datetime, timedelta

from audits.mapping import Elsewhere, Suggestion, place_of, suggestions
from audits.models import Answer, Place
from audits.rungs import rungs_of, shown
from productops import clock

LOOKS_BACK = timedelta(days=365)


def suggested_at(place: Place, *, now: datetime) -> list[Suggestion]:
    """What the same person said in the last twelve months about the same subject where a question
    of another framework maps to this one; at most one query, none without a mapping.

    Nothing of colleagues, of anonymous audits, or of what was not submitted.
    """
    maps = place.node.maps or []
    if not maps or place.invitation.audit.is_anonymous:
        return []
    wanted = {place_of(one) for one in maps}
    answers = (
        Answer.objects.given()
        .counted()
        .filter(
            invitation__person=place.invitation.person_id,
            subject=place.subject.pk,
            node__version__framework__slug__in={framework for framework, _key in wanted},
            node__key__in={key for _framework, key in wanted},
            answered_at__gte=now - LOOKS_BACK,
            scope__audit__is_anonymous=False,
            scope__audit__deleted_at=None,
        )
        .exclude(scope__audit=place.invitation.audit_id)
        .select_related("node__version__framework")
        .defer("node__version__content")
        .order_by("answered_at")  # of two of one question the newer holds
    )
    offered = [rung.value for rung in rungs_of(place.node)]
    return suggestions(maps, map(_elsewhere, answers), offered)


def _elsewhere(answer: Answer) -> Elsewhere:
    framework = answer.node.version.framework
    return Elsewhere(
        framework=framework.slug,
        key=answer.node.key,
        value=_value(answer),
        words=answer.in_short,
        title=framework.title,
        on=clock.day_of(answer.answered_at),
    )


def _value(answer: Answer) -> str:
    """The answer as a form would send it."""
    if answer.node.kind == "boolean":
        return "true" if answer.number else "false"
    if answer.chosen and answer.node.kind == "single":
        return shown(answer.chosen[0])
    return "" if answer.number is None else shown(answer.number)

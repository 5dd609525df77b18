"""What must agree: questionnaires with their fingerprint, scores with the answers."""

from collections.abc import Iterator
from math import isclose

from audits import actions
from audits.framework_file import ROOT, fingerprint
from audits.models import Answer, Audit, FrameworkVersion, Score
from productops.verify import Difference, check

CLOSE = 1e-9


@check("frameworks")
def frameworks() -> Iterator[Difference]:
    """A published version never changes: its content still has the fingerprint it came with."""
    for version in FrameworkVersion.objects.select_related("framework"):
        found = fingerprint(version.content)
        if found != version.sha256:
            yield Difference("frameworks", str(version), found, version.sha256)


@check("scores")
def scores() -> Iterator[Difference]:
    """The scores of closed audits, worked out anew from their answers."""
    for audit in Audit.with_trash.closed().select_related("framework_version"):
        given: dict[int, list[Answer]] = {}
        for answer in Answer.objects.of_audit(audit).counted().select_related("node"):
            given.setdefault(answer.scope_id, []).append(answer)
        kept = Score.objects.of_audit(audit).select_related("node", "scope__subject")
        for score in kept:
            card = actions.card_of(audit.framework_version.content, given.get(score.scope_id, []))
            yield from _difference(score, card)


def _difference(score: Score, card) -> Iterator[Difference]:
    key = score.node.key
    expected = (card.overall if key == ROOT else card[key]).score
    if expected is None or score.mean is None:
        agrees = expected is score.mean
    else:
        agrees = isclose(expected, score.mean, rel_tol=CLOSE, abs_tol=CLOSE)
    if not agrees:
        yield Difference("scores", f"{score.scope}, {key}", str(score.mean), str(expected))

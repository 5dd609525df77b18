"""What must agree: questionnaires and revisions with their fingerprint, kept progress and scores
with the answers, and with each closed audit's seal everything in it."""

from collections.abc import Iterator
from math import isclose
from typing import Any

from django.db.models import F

from audits import actions
from audits.fingerprints import of_revision
from audits.framework_file import fingerprint
from audits.models import AnswerRevision, Audit, FrameworkVersion, Score, sheets_of
from audits.models.sheet_rows import assigned
from audits.progress import Progress, to_kept
from productops.verify import Difference, check

CLOSE = 1e-9
FIGURES = (
    *("mean", "mean_of_means", "minimum", "spread", "respondents", "answered", "expected"),
    *("dont_know", "hidden", "documented", "agreement", "deviation"),
)
# Gone with the tie from answers to people.
OF_PEOPLE = ("respondents", "expected", "hidden")


@check("frameworks")
def frameworks() -> Iterator[Difference]:
    """A published version never changes: its content still has the fingerprint it came with, and
    each of its nodes says what the content says."""
    for version in FrameworkVersion.objects.select_related("framework"):
        found = fingerprint(version.content)
        if found != version.sha256:
            yield Difference("frameworks", str(version), found, version.sha256)
        elif not version.is_draft:
            yield from _changed_nodes(version)


def _changed_nodes(version: FrameworkVersion) -> Iterator[Difference]:
    wanted = actions.columns_of_nodes(version)
    there = {node.key: node for node in version.nodes.select_related("parent")}
    for key in sorted({*wanted, *there}):
        if key not in there or key not in wanted:
            words = ["there" if key in keys else "not there" for keys in (there, wanted)]
            yield Difference("frameworks", f"{version}, {key}", *words)
            continue
        parent = there[key].parent
        says = vars(there[key]) | {"parent": parent.key if parent else ""}
        for name, value in wanted[key].items():
            if says[name] != value:
                row = f"{version}, {key}, {name}"
                yield Difference("frameworks", row, str(says[name]), str(value))


@check("progress")
def progress() -> Iterator[Difference]:
    """What is kept beside each invitation of how far it is, worked out anew from its answers."""
    kept = Audit.with_trash.filter(invitations__progress__isnull=False).distinct()
    for audit in kept:
        rows = assigned(invitation__audit=audit, invitation__progress__isnull=False)
        sheets = sheets_of(rows)
        known = audit.invitations.filter(progress__isnull=False).select_related("person")
        for invitation in known.order_by("pk"):
            sheet = sheets.get(invitation.pk)
            found = sheet.kept_progress if sheet else to_kept(Progress())
            if found != invitation.progress:
                row = f"{audit}, invitation {invitation.pk} ({invitation.person})"
                yield Difference("progress", row, str(invitation.progress), str(found))


@check("revisions")
def revisions() -> Iterator[Difference]:
    """No revision of an answer has changed since it was written; those from before fingerprints
    were kept cannot be told."""
    rows = AnswerRevision.objects.exclude(sha256="").order_by("pk")
    names = ("answer", "number", "content", "at", "sha256")
    for answer, number, content, at, sha256 in rows.values_list(*names).iterator(chunk_size=2000):
        found = of_revision(answer, number, content, at)
        if found != sha256:
            row = f"answer {answer}, revision {number}"
            yield Difference("revisions", row, found, sha256)


@check("scores")
def scores() -> Iterator[Difference]:
    """Every figure of the scores of closed audits, worked out anew from answers and consensus.

    Targets are left to the seal: what was wanted on the day of closing stands nowhere else. So are
    anonymous audits with skip logic: what somebody was asked followed from who they are.
    """
    for audit in Audit.with_trash.closed().select_related("framework_version"):
        if audit.is_anonymous and _asks_each_differently(audit.framework_version):
            continue
        reckoning = actions.reckon(audit, now=audit.closed_at)
        expected = {(one.scope_id, one.node_id): one for one in reckoning.scores}
        kept = Score.objects.of_audit(audit).select_related("node", "scope__subject")
        gone = set(expected) - {(score.scope_id, score.node_id) for score in kept}
        if gone:
            yield Difference("scores", f"{audit}, rows", str(len(kept)), str(len(expected)))
        for score in kept:
            yield from _differences(score, expected.get((score.scope_id, score.node_id)), audit)
        if not _agree(audit.alpha, reckoning.alpha):
            row = f"{audit}, alpha"
            yield Difference("scores", row, str(audit.alpha), str(reckoning.alpha))


def _asks_each_differently(version: FrameworkVersion) -> bool:
    return any(item.relevant or item.calculation for item in version.questionnaire.items)


def _differences(score: Score, expected: Score | None, audit: Audit) -> Iterator[Difference]:
    for name in FIGURES:
        if audit.is_anonymous and name in OF_PEOPLE:
            continue
        found, wanted = getattr(score, name), getattr(expected, name, None)
        if not _agree(found, wanted):
            row = f"{score.scope}, {score.node.key}, {name}"
            yield Difference("scores", row, str(found), str(wanted))


def _agree(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return isclose(found, expected, rel_tol=CLOSE, abs_tol=CLOSE)


@check("seals")
def seals() -> Iterator[Difference]:
    """Nothing in a closed audit has changed since: not one byte of answers, consensus, scores.

    Where an answer no longer is what its newest revision says, it is named as well.
    """
    for audit in Audit.with_trash.closed().exclude(seal="", scopes__scores=None).distinct():
        found = actions.seal_of(audit)
        if found != audit.seal:
            yield Difference("seals", str(audit), found, audit.seal)
            yield from _changed_answers(audit)


def _changed_answers(audit: Audit) -> Iterator[Difference]:
    newest = AnswerRevision.objects.filter(answer__scope__audit=audit, number=F("answer__revision"))
    rows = newest.select_related("answer__node", "answer__subject", "answer__scope__subject")
    for revision in rows.order_by("pk").iterator(chunk_size=2000):
        answer = revision.answer
        names = [name for name in revision.content if _changed(answer, revision, name)]
        if names:
            row = f"{audit}, answer {answer.pk} ({answer}), {', '.join(names)}"
            told = {name: answer.content.get(name) for name in names}
            kept = {name: revision.content[name] for name in names}
            yield Difference("seals", row, str(told), str(kept))


def _changed(answer: Any, revision: AnswerRevision, name: str) -> bool:
    return answer.content.get(name) != revision.content[name]

"""What to look at before an audit closes: what cannot be mended afterwards."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.choices import SMALLEST_GROUP, Importance, Weight
from audits.concern import Concern
from audits.differing import open_differences
from audits.disclosure import is_told
from audits.models import Answer, Audit, Consensus, Evidence
from audits.unfinished import unfinished
from productops import clock

WELL_DONE = 0.75  # of the scale: from here on one would expect something to show for it


def concerns(audit: Audit, on: date | None = None) -> list[Concern]:
    """Everything that speaks against closing now, gravest first; a constant number of queries."""
    answers = list(Answer.objects.of_audit(audit).counted().select_related("node"))
    settled = list(Consensus.objects.of_audit(audit))
    agreed = {one.scope_id for one in settled}
    found = [
        *_about_people(audit, agreed),
        *_about_scopes(audit, answers, agreed),
        *(_about_answers(audit, answers) if is_told(audit, on or clock.today()) else ()),
        *_about_differences(audit),
        *unfinished(audit, answers, settled, on or clock.today()),
    ]
    order = list(Weight)
    return sorted(found, key=lambda concern: order.index(concern.weight))


def _about_people(audit: Audit, agreed: set[int]):
    url = reverse("audits:invitation-list", args=[audit.pk])
    states = [invitation.submitted_at for invitation in audit.invitations.all()]
    missing = sum(moment is None for moment in states)
    if missing == len(states) and not agreed:
        yield Concern(Weight.ERROR, _("Nobody has submitted answers yet."), url)
    elif missing:
        text = ngettext(
            "%(n)d person has not submitted; what they began is left out.",
            "%(n)d people have not submitted; what they began is left out.",
            missing,
        )
        yield Concern(Weight.WARNING, text % {"n": missing}, url)


def _about_scopes(audit: Audit, answers: list[Answer], agreed: set[int]):
    """``agreed``: the scopes in which something was agreed upon; it counts without answers."""
    url = reverse("audits:invitation-list", args=[audit.pk])
    people: dict[int, set] = {}
    for answer in answers:
        people.setdefault(answer.scope_id, set()).add(answer.invitation_id)
    for scope in audit.scopes.select_related("subject"):
        number = len(people.get(scope.pk, ()))
        if not number and scope.pk in agreed:
            continue
        if not number:
            text = _("%(scope)s has no answers and gets no score.")
            yield Concern(Weight.WARNING, text % {"scope": scope.subject}, url)
        elif audit.is_anonymous and number < SMALLEST_GROUP:
            text = _("%(scope)s has fewer than %(n)d answers; its result will not be shown.")
            facts = {"scope": scope.subject, "n": SMALLEST_GROUP}
            yield Concern(Weight.WARNING, text % facts, url)


def _about_answers(audit: Audit, answers: list[Answer]):
    url = reverse("audits:answer-list", args=[audit.pk])
    shown = set(
        Evidence.objects.filter(answer__scope__audit=audit).values_list("answer", flat=True)
    )
    top = audit.framework_version.low + WELL_DONE * (
        audit.framework_version.high - audit.framework_version.low
    )
    unshown = sum(
        answer.number is not None
        and answer.node.kind == "level"
        and answer.number >= top
        and bool(answer.node.evidence)
        and not (answer.evidence_url or answer.comment or answer.file_id)
        and answer.pk not in shown
        for answer in answers
    )
    if unshown and not audit.is_anonymous:
        text = ngettext(
            "%(n)d high level stands there without comment or evidence.",
            "%(n)d high levels stand there without comment or evidence.",
            unshown,
        )
        yield Concern(Weight.NOTE, text % {"n": unshown}, url)
    silent = sum(
        answer.state == "na"
        and answer.node.importance == Importance.MANDATORY
        and not answer.comment
        for answer in answers
    )
    if silent:
        text = ngettext(
            "%(n)d mandatory question was called not applicable without a reason.",
            "%(n)d mandatory questions were called not applicable without a reason.",
            silent,
        )
        yield Concern(Weight.WARNING, text % {"n": silent}, url)
    unknown = sum(answer.state == "dont_know" for answer in answers)
    if unknown:
        text = ngettext(
            "%(n)d answer is ‘I don’t know’: a finding in itself.",
            "%(n)d answers are ‘I don’t know’: a finding in itself.",
            unknown,
        )
        yield Concern(Weight.NOTE, text % {"n": unknown}, url)


def _about_differences(audit: Audit):
    waiting = len(open_differences([audit])[audit.pk])
    if waiting:
        text = ngettext(
            "In %(n)d place people are far apart, and nothing was agreed upon.",
            "In %(n)d places people are far apart, and nothing was agreed upon.",
            waiting,
        )
        url = reverse("audits:difference-list", args=[audit.pk])
        yield Concern(Weight.WARNING, text % {"n": waiting}, url)

"""What to look at before an audit closes: what cannot be mended afterwards."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.choices import SMALLEST_GROUP, AnswerState, Importance, NodeKind, Weight
from audits.concern import Concern
from audits.differing import open_differences
from audits.disclosure import is_told
from audits.models import Answer, Audit, Consensus, Evidence
from audits.unfinished import unfinished
from productops import clock

WELL_DONE = 0.75  # of the scale: from here on one would expect something to show for it


def concerns(audit: Audit, on: date | None = None) -> list[Concern]:
    """Everything that speaks against closing now, gravest first; a constant number of queries, and
    none that reads single answers as models: there may be a hundred thousand."""
    settled = list(Consensus.objects.of_audit(audit))
    agreed = {one.scope_id for one in settled}
    found = [
        *_about_people(audit, agreed),
        *_about_scopes(audit, agreed),
        *(_about_answers(audit) if is_told(audit, on or clock.today()) else ()),
        *_about_differences(audit),
        *unfinished(audit, settled, on or clock.today()),
    ]
    order = list(Weight)
    return sorted(found, key=lambda concern: order.index(concern.weight))


def _about_people(audit: Audit, agreed: set[int]):
    url = reverse("audits:invitation-list", args=[audit.pk])
    states = list(audit.invitations.values_list("submitted_at", flat=True))
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


def _about_scopes(audit: Audit, agreed: set[int]):
    """``agreed``: the scopes in which something was agreed upon; it counts without answers."""
    url = reverse("audits:invitation-list", args=[audit.pk])
    people = _people_of_scopes(audit)
    for scope in audit.scopes.select_related("subject"):
        number = people.get(scope.pk, 0)
        if not number and scope.pk in agreed:
            continue
        if not number:
            text = _("%(scope)s has no answers and gets no score.")
            yield Concern(Weight.WARNING, text % {"scope": scope.subject}, url)
        elif audit.is_anonymous and number < SMALLEST_GROUP:
            text = _("%(scope)s has fewer than %(n)d answers; its result will not be shown.")
            facts = {"scope": scope.subject, "n": SMALLEST_GROUP}
            yield Concern(Weight.WARNING, text % facts, url)


def _people_of_scopes(audit: Audit) -> dict[int, int]:
    """How many answered about each scope; where no group is too small to be shown, 1 for any."""
    answers = Answer.objects.counted().order_by()
    if audit.is_anonymous:
        counted = answers.of_audit(audit).values_list("scope")
        return dict(counted.annotate(Count("invitation", distinct=True)))
    there = audit.scopes.filter(Exists(answers.filter(scope=OuterRef("pk"))))
    return dict.fromkeys(there.values_list("pk", flat=True), 1)


def _about_answers(audit: Audit):
    url = reverse("audits:answer-list", args=[audit.pk])
    numbers = Answer.objects.of_audit(audit).counted().aggregate(**_worth_a_look(audit))
    if numbers["unshown"] and not audit.is_anonymous:
        text = ngettext(
            "%(n)d high level stands there without comment or evidence.",
            "%(n)d high levels stand there without comment or evidence.",
            numbers["unshown"],
        )
        yield Concern(Weight.NOTE, text % {"n": numbers["unshown"]}, url)
    if numbers["silent"]:
        text = ngettext(
            "%(n)d mandatory question was called not applicable without a reason.",
            "%(n)d mandatory questions were called not applicable without a reason.",
            numbers["silent"],
        )
        yield Concern(Weight.WARNING, text % {"n": numbers["silent"]}, url)
    if numbers["unknown"]:
        text = ngettext(
            "%(n)d answer is ‘I don’t know’: a finding in itself.",
            "%(n)d answers are ‘I don’t know’: a finding in itself.",
            numbers["unknown"],
        )
        yield Concern(Weight.NOTE, text % {"n": numbers["unknown"]}, url)


def _worth_a_look(audit: Audit) -> dict[str, Count]:
    """What to count of the answers: high levels that nothing shows, silence, not knowing."""
    version = audit.framework_version
    top = version.low + WELL_DONE * (version.high - version.low)
    high = Q(node__kind=NodeKind.LEVEL, number__gte=top) & ~Q(node__evidence="")
    papers = Evidence.objects.filter(answer=OuterRef("pk"))
    unshown = high & Q(evidence_url="", comment="", file=None) & ~Q(Exists(papers))
    silent = Q(state=AnswerState.NOT_APPLICABLE, node__importance=Importance.MANDATORY, comment="")
    return {
        "unshown": Count("pk", filter=unshown),
        "silent": Count("pk", filter=silent),
        "unknown": Count("pk", filter=Q(state=AnswerState.DONT_KNOW)),
    }


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

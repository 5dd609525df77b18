"""What around the answers is not finished yet: talks, notes of reviewers, papers, facts, owners."""

from collections.abc import Collection, Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import actions
from audits.choices import Weight
from audits.concern import Concern
from audits.models import Answer, Audit, Consensus, Evidence, Gap, ReviewNote, Workshop


def unfinished(audit: Audit, agreed: Collection[Consensus], on: date) -> Iterator[Concern]:
    """Everything but the answers themselves; six statements, one more where something was agreed
    upon, and five more where questions have facts beside them."""
    yield from _about_talks(audit)
    yield from _about_notes(audit)
    yield from _about_papers(audit, on)
    yield from _about_facts(audit, on)
    yield from _about_what_was_agreed(audit, agreed)
    yield from _about_owners(audit)


def _about_talks(audit: Audit) -> Iterator[Concern]:
    url = reverse("audits:difference-list", args=[audit.pk])
    running = Workshop.objects.running().filter(scope__audit=audit).select_related("scope__subject")
    for workshop in running:
        text = _("A workshop about %(scope)s still runs; what is not agreed there is lost.")
        yield Concern(Weight.WARNING, text % {"scope": workshop.scope.subject}, url)


def _about_notes(audit: Audit) -> Iterator[Concern]:
    notes = ReviewNote.objects.open().filter(answer__scope__audit=audit)
    found = list(notes.select_related("answer__scope"))
    if found:
        text = ngettext(
            "%(n)d answer was sent back and is not looked at again.",
            "%(n)d answers were sent back and are not looked at again.",
            len(found),
        )
        url = found[0].answer.get_absolute_url()
        yield Concern(Weight.WARNING, text % {"n": len(found)}, url)


def _about_papers(audit: Audit, on: date) -> Iterator[Concern]:
    over = Evidence.objects.filter(answer__scope__audit=audit).over_by(on)
    found = list(over.select_related("answer__scope"))
    if found:
        text = ngettext(
            "%(n)d piece of evidence holds no longer.",
            "%(n)d pieces of evidence hold no longer.",
            len(found),
        )
        url = found[0].answer.get_absolute_url()
        yield Concern(Weight.WARNING, text % {"n": len(found)}, url)


def _about_facts(audit: Audit, on: date) -> Iterator[Concern]:
    """Where the record says something else than people do."""
    if not any(item.measure for item in audit.framework_version.questionnaire.items):
        return
    differing = sum(one.compared.differs for one in actions.facts_for(audit, on))
    if differing:
        text = ngettext(
            "At %(n)d place the record says something else than people do; a gap will say so.",
            "At %(n)d places the record says something else than people do; gaps will say so.",
            differing,
        )
        url = reverse("audits:answer-list", args=[audit.pk])
        yield Concern(Weight.NOTE, text % {"n": differing}, url)


def _about_what_was_agreed(audit: Audit, agreed: Collection[Consensus]) -> Iterator[Concern]:
    """A level without an answer behind it counts, and nobody can look up who said what. Where
    nobody answered alone, everything was agreed upon together."""
    if not agreed:
        return
    answers = Answer.objects.of_audit(audit).counted().order_by()
    given = set(answers.values_list("scope", "node", "subject").distinct())
    asked = {scope for scope, _node, _subject in given}
    alone = sum(one.scope_id in asked and place_of(one) not in given for one in agreed)
    if alone:
        text = ngettext(
            "%(n)d level was agreed upon without an answer behind it.",
            "%(n)d levels were agreed upon without an answer behind them.",
            alone,
        )
        url = reverse("audits:difference-list", args=[audit.pk])
        yield Concern(Weight.NOTE, text % {"n": alone}, url)


def place_of(one: Consensus) -> tuple[int, int, int]:
    return one.scope_id, one.node_id, one.subject_id


def _about_owners(audit: Audit) -> Iterator[Concern]:
    """Gaps of the framework that closing will find again, and that nobody looks after."""
    framework = audit.framework_version.framework_id
    lonely = Gap.objects.open().filter(node__version__framework=framework, owner=None)
    if number := lonely.count():
        text = ngettext(
            "%(n)d open gap of this framework has no owner.",
            "%(n)d open gaps of this framework have no owner.",
            number,
        )
        url = reverse("audits:gap-list") + "?state=open"
        yield Concern(Weight.NOTE, text % {"n": number}, url)

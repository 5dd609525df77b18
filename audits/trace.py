"""The oldest part of the chain: an answer, and the gap that it shows."""

from django.utils.translation import gettext as _

from audits.models import Answer, Gap, GapAnswer
from productops.trace import Edge, Node, Noun, edge, noun, through


def answers(person, ids: set[int]):
    found = Answer.objects.visible_to(person).filter(pk__in=ids)
    for answer in found.select_related("node", "scope__subject", "invitation__person"):
        yield Node(
            "answer",
            answer.pk,
            f"{answer.node.short}: {answer.level_name}",
            answer.get_absolute_url(),
            f"{answer.scope.subject.name} · {answer.invitation.person}",
        )


def gaps(person, ids: set[int]):
    found = Gap.objects.visible_to(person).filter(pk__in=ids).select_related("subject")
    for gap in found:
        detail = f"{gap.subject.name} · {gap.get_state_display()}"
        yield Node("gap", gap.pk, gap.title, gap.get_absolute_url(), detail)


noun(Noun("answer", answers, order=10, name=_("Answer")))
noun(Noun("gap", gaps, order=20, name=_("Gap")))
edge(Edge("gap", "answer", through(GapAnswer.objects.all, "gap", "revision__answer")))

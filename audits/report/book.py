"""The result as a workbook, a sheet for each kind of thing."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from audits import access
from audits.choices import View
from audits.models import Audit
from audits.pages.answers import ANSWER_COLUMNS, answer_line
from audits.pages.comparing import comparison
from audits.pages.results import result as result_page
from audits.pages.results import result_table
from audits.report.telling import sentences
from productops.tables import Sheet, write_workbook

SCORE_COLUMNS = (
    *("subject", "node", "title", "kind", "mean", "mean_of_means", "minimum", "target", "spread"),
    *("agreement", "deviation", "documented", "respondents", "answered", "expected", "hidden"),
    "dont_know",
)
GAP_COLUMNS = (
    *("title", "about", "state", "level", "target", "priority", "owner", "due_on", "found_on"),
    "description",
)
NODE_COLUMNS = (
    *("key", "parent", "kind", "title", "text", "importance", "weight", "target", "relevant"),
    "evidence",
)


def report_workbook(person, audit: Audit, *, on: date) -> bytes:
    """Summary, heatmap, scores, answers (not of an anonymous audit), gaps and framework, as far as
    the person may see them."""
    book = BytesIO()
    write_workbook(book, sheets_of(person, audit, on))
    return book.getvalue()


def sheets_of(person, audit: Audit, on: date) -> Iterator[Sheet]:
    page = result_page(person, audit, View.LEVEL, on)
    beside = comparison(person, audit, "")
    told = sentences(audit, page["result"], beside.get("rows", []), on)
    yield Sheet("summary", (audit.title,), [(sentence,) for sentence in told])
    yield Sheet("heatmap", *result_table(page))
    yield Sheet("scores", SCORE_COLUMNS, score_rows(person, audit))
    if not audit.is_anonymous:
        answers = access.answers_for(person, audit).in_order()
        yield Sheet("answers", tuple(ANSWER_COLUMNS), map(answer_line, answers.iterator(2000)))
    yield Sheet("gaps", GAP_COLUMNS, gap_rows(person, audit))
    yield Sheet("framework", NODE_COLUMNS, node_rows(audit))


def score_rows(person, audit: Audit) -> Iterator[list[Any]]:
    scores = access.shown_scores(person, audit)
    for one in sorted(scores, key=lambda one: (one.scope.subject.name, one.node.order)):
        names = [one.scope.subject.name, one.node.key, one.node.short, one.node.kind]
        yield names + [getattr(one, name) for name in SCORE_COLUMNS[4:]]


def gap_rows(person, audit: Audit) -> Iterator[list[Any]]:
    for gap in access.gaps_for(person).found_in(audit).ranked():
        yield [
            gap.title,
            gap.subject.name,
            str(gap.get_state_display()),
            gap.level,
            gap.target,
            gap.priority,
            gap.owner.name if gap.owner else "",
            gap.due_on,
            gap.found_on,
            gap.description,
        ]


def node_rows(audit: Audit) -> Iterator[list[Any]]:
    for node in audit.framework_version.nodes.select_related("parent"):
        parent = node.parent.key if node.parent else ""
        rest = [getattr(node, name) for name in NODE_COLUMNS[2:]]
        yield [node.key, parent, *rest]

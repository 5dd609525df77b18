"""What the pages of audits show, put together from records that the front door has permitted."""

from audits.pages.answering import (
    catalogue_for,
    check_page,
    handing_over,
    intro,
    over,
    people_near,
    question_page,
    said_before,
)
from audits.pages.answers import ANSWER_COLUMNS, agreed_upon, answer_line, by_question
from audits.pages.audits import (
    AUDIT_COLUMNS,
    INVITATION_COLUMNS,
    audit_line,
    frame,
    invitation_line,
    may_close,
    progress,
)
from audits.pages.differences import differences
from audits.pages.frameworks import framework
from audits.pages.gap import gap
from audits.pages.gaps import back_to, gap_file, gap_rows, gaps_of, page_for
from audits.pages.results import comparison, result, result_table
from audits.pages.workshop import agree_form, phone, stage, turnout

__all__ = [
    "ANSWER_COLUMNS",
    "AUDIT_COLUMNS",
    "INVITATION_COLUMNS",
    "agree_form",
    "agreed_upon",
    "answer_line",
    "audit_line",
    "back_to",
    "by_question",
    "catalogue_for",
    "check_page",
    "comparison",
    "differences",
    "frame",
    "framework",
    "gap",
    "gap_file",
    "gap_rows",
    "gaps_of",
    "handing_over",
    "intro",
    "invitation_line",
    "may_close",
    "over",
    "page_for",
    "phone",
    "people_near",
    "progress",
    "question_page",
    "said_before",
    "result",
    "result_table",
    "stage",
    "turnout",
]

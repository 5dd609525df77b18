"""What the pages of audits show, put together from records that the front door has permitted."""

from audits.pages.answering import (
    check_page,
    handing_over,
    intro,
    over,
    people_near,
    question_page,
    said_before,
)
from audits.pages.answers import (
    ANSWER_COLUMNS,
    agreed_upon,
    answer_line,
    by_question,
    with_surroundings,
)
from audits.pages.asked import RESPONDED, Asked
from audits.pages.audits import (
    AUDIT_COLUMNS,
    audit_line,
    frame,
    may_close,
)
from audits.pages.campaigns import again_initial, assignments, repeats
from audits.pages.comparing import comparison
from audits.pages.differences import differences
from audits.pages.evidence import evidence_rows
from audits.pages.evidence import standing as evidence_standing
from audits.pages.facts import (
    FACT_COLUMNS,
    beside_answers,
    record_line,
    record_rows,
    said_and_measured,
)
from audits.pages.facts import grouped as record_groups
from audits.pages.frameworks import framework
from audits.pages.gap import gap
from audits.pages.gaps import back_to, gap_file, gap_rows, gaps_of, page_for
from audits.pages.invitations import (
    INVITATION_COLUMNS,
    invitation_line,
    participants,
    reminded_text,
    sent,
)
from audits.pages.readiness import readiness
from audits.pages.response import response
from audits.pages.results import result, result_table
from audits.pages.suggestions import chosen as chosen_helps
from audits.pages.suggestions import helps
from audits.pages.trends import COLUMNS as TREND_COLUMNS
from audits.pages.trends import trend, trend_lines
from audits.pages.workshop import agree_form, phone, spread_in_figures, stage, turnout

__all__ = [
    "ANSWER_COLUMNS",
    "AUDIT_COLUMNS",
    "Asked",
    "FACT_COLUMNS",
    "INVITATION_COLUMNS",
    "RESPONDED",
    "again_initial",
    "TREND_COLUMNS",
    "agree_form",
    "agreed_upon",
    "answer_line",
    "assignments",
    "audit_line",
    "back_to",
    "beside_answers",
    "by_question",
    "check_page",
    "chosen_helps",
    "comparison",
    "differences",
    "evidence_rows",
    "evidence_standing",
    "frame",
    "framework",
    "gap",
    "gap_file",
    "gap_rows",
    "gaps_of",
    "handing_over",
    "helps",
    "intro",
    "invitation_line",
    "may_close",
    "over",
    "page_for",
    "participants",
    "people_near",
    "phone",
    "question_page",
    "record_groups",
    "record_line",
    "record_rows",
    "reminded_text",
    "repeats",
    "readiness",
    "response",
    "result",
    "result_table",
    "said_and_measured",
    "said_before",
    "sent",
    "spread_in_figures",
    "trend",
    "trend_lines",
    "stage",
    "turnout",
    "with_surroundings",
]

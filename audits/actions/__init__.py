"""What people do to several rows at once."""

from audits.actions.answering import faults_of, record_answer, save_answer, submit, take_back
from audits.actions.campaigns import (
    change_audit,
    create_audit,
    invite,
    open_audit,
    people_of,
    refuse_closed,
    remind,
    renew_link,
    send_invitations,
    withdraw,
)
from audits.actions.closing import card_of, close_audit
from audits.actions.consensus import agree, withdraw_consensus
from audits.actions.contradictions import (
    Beside,
    beside_of,
    compare_all,
    facts_for,
    raise_from_facts,
)
from audits.actions.facts import keep_facts, newest_facts
from audits.actions.frameworks import load_framework, load_library, publish
from audits.actions.gaps import (
    accept_gaps,
    assign_gaps,
    change_gap,
    close_gaps,
    confirm_gaps,
    create_gap,
    merge_gaps,
    reopen_expired,
    reopen_gap,
)
from audits.actions.mails import who_sees
from audits.actions.responses import Given, record_responses

__all__ = [
    "Beside",
    "Given",
    "accept_gaps",
    "agree",
    "assign_gaps",
    "beside_of",
    "card_of",
    "change_audit",
    "change_gap",
    "close_audit",
    "close_gaps",
    "compare_all",
    "confirm_gaps",
    "create_audit",
    "create_gap",
    "facts_for",
    "faults_of",
    "invite",
    "keep_facts",
    "load_framework",
    "load_library",
    "merge_gaps",
    "newest_facts",
    "open_audit",
    "people_of",
    "publish",
    "raise_from_facts",
    "record_answer",
    "record_responses",
    "refuse_closed",
    "remind",
    "renew_link",
    "reopen_expired",
    "reopen_gap",
    "save_answer",
    "send_invitations",
    "submit",
    "take_back",
    "who_sees",
    "withdraw",
    "withdraw_consensus",
]

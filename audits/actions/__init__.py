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
    "Given",
    "accept_gaps",
    "agree",
    "assign_gaps",
    "card_of",
    "change_audit",
    "change_gap",
    "close_audit",
    "close_gaps",
    "confirm_gaps",
    "create_audit",
    "create_gap",
    "faults_of",
    "invite",
    "load_framework",
    "load_library",
    "merge_gaps",
    "open_audit",
    "people_of",
    "publish",
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

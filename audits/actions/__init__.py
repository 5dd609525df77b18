"""What people do to several rows at once."""

from audits.actions.answering import (
    check_answer,
    faults_of,
    save_answer,
    submit,
    take_back,
)
from audits.actions.assigning import assign, assign_section, sections_of
from audits.actions.campaigns import (
    change_audit,
    create_audit,
    invite,
    invite_all,
    open_audit,
    people_of,
    refuse_closed,
    renew_link,
    send_invitations,
    withdraw,
    withdraw_all,
)
from audits.actions.cloning import ask_again, difference
from audits.actions.closing import close_audit
from audits.actions.consensus import agree, withdraw_consensus
from audits.actions.contradictions import (
    Beside,
    beside_of,
    compare_all,
    facts_for,
    raise_from_facts,
)
from audits.actions.evidence import add_evidence, renew_evidence
from audits.actions.facts import keep_facts, newest_facts
from audits.actions.foreseeing import foreseen_gaps
from audits.actions.frameworks import (
    columns_of_nodes,
    load_framework,
    load_frameworks,
    load_library,
    publish,
)
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
from audits.actions.handing_over import Part, hand_over, person_named
from audits.actions.mails import who_sees
from audits.actions.minutes import outcome_of
from audits.actions.proposals import raise_from_answer
from audits.actions.reckoning import Reckoning, reckon
from audits.actions.reminders import Reminded, remind, remind_by_plan
from audits.actions.reopening import reopen_audit
from audits.actions.repeats import proposals, repeated_sections, set_repeats
from audits.actions.responses import Given, record_responses
from audits.actions.sealing import seal_of
from audits.actions.voting import join, vote
from audits.actions.workshops import (
    agree_together,
    end_workshop,
    go_on,
    go_to,
    reveal,
    start_workshop,
    vote_again,
)

__all__ = [
    "Beside",
    "Given",
    "Part",
    "Reminded",
    "Reckoning",
    "accept_gaps",
    "add_evidence",
    "agree",
    "agree_together",
    "ask_again",
    "assign",
    "assign_gaps",
    "assign_section",
    "beside_of",
    "change_audit",
    "change_gap",
    "check_answer",
    "close_audit",
    "columns_of_nodes",
    "close_gaps",
    "compare_all",
    "confirm_gaps",
    "create_audit",
    "create_gap",
    "difference",
    "end_workshop",
    "facts_for",
    "foreseen_gaps",
    "faults_of",
    "go_on",
    "go_to",
    "hand_over",
    "invite",
    "invite_all",
    "join",
    "keep_facts",
    "load_framework",
    "load_frameworks",
    "load_library",
    "merge_gaps",
    "newest_facts",
    "open_audit",
    "outcome_of",
    "people_of",
    "person_named",
    "proposals",
    "publish",
    "raise_from_answer",
    "raise_from_facts",
    "record_responses",
    "reckon",
    "refuse_closed",
    "remind",
    "remind_by_plan",
    "renew_evidence",
    "renew_link",
    "reopen_audit",
    "reopen_expired",
    "reopen_gap",
    "repeated_sections",
    "reveal",
    "save_answer",
    "sections_of",
    "seal_of",
    "send_invitations",
    "set_repeats",
    "start_workshop",
    "submit",
    "take_back",
    "vote",
    "vote_again",
    "who_sees",
    "withdraw",
    "withdraw_all",
    "withdraw_consensus",
]

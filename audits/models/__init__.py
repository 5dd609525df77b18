"""The current state, found out: frameworks, audits, answers, scores, gaps."""

from audits.models.answer import CONTENT, DAYS, Answer, AnswerRevision, Consensus, ReviewNote, Score
from audits.models.audit import Assignment, Audit, Invitation, Repeat, Scope
from audits.models.evidence import Evidence, EvidenceRevision
from audits.models.fact import Fact
from audits.models.framework import Framework, FrameworkVersion, LevelTarget, Node
from audits.models.gap import Gap
from audits.models.gap_parts import Exemption, GapAnswer, GapScope
from audits.models.sheet import Place, Sheet, progress_of, sheet_behind, sheet_of, sheets_of
from audits.models.workshop import Participant, Vote, Workshop

__all__ = [
    "CONTENT",
    "DAYS",
    "Answer",
    "AnswerRevision",
    "Assignment",
    "Audit",
    "Consensus",
    "Evidence",
    "EvidenceRevision",
    "Exemption",
    "Fact",
    "Framework",
    "FrameworkVersion",
    "Gap",
    "GapAnswer",
    "GapScope",
    "Invitation",
    "LevelTarget",
    "Node",
    "Participant",
    "Place",
    "Repeat",
    "ReviewNote",
    "Score",
    "Scope",
    "Sheet",
    "Vote",
    "Workshop",
    "progress_of",
    "sheet_behind",
    "sheet_of",
    "sheets_of",
]

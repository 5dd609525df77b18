"""The current state, found out: frameworks, audits, answers, scores, gaps."""

from audits.models.answer import CONTENT, Answer, AnswerRevision, Score
from audits.models.audit import Assignment, Audit, Invitation, Scope
from audits.models.framework import Framework, FrameworkVersion, Node
from audits.models.gap import Gap
from audits.models.gap_parts import Exemption, GapAnswer, GapScope
from audits.models.place import Place, Step, place_at, steps_of

__all__ = [
    "CONTENT",
    "Answer",
    "AnswerRevision",
    "Assignment",
    "Audit",
    "Exemption",
    "Framework",
    "FrameworkVersion",
    "Gap",
    "GapAnswer",
    "GapScope",
    "Invitation",
    "Node",
    "Place",
    "Score",
    "Scope",
    "Step",
    "place_at",
    "steps_of",
]

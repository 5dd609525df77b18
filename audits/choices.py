from django.db import models
from django.utils.translation import gettext_lazy as _

# Anonymous results are shown only from so many answers up: fewer would name the person.
SMALLEST_GROUP = 5


class NodeKind(models.TextChoices):
    """What stands at one place of a framework: the whole, a section, or a question's type."""

    FRAMEWORK = "framework", _("Framework")
    SECTION = "section", _("Section")
    LEVEL = "level", _("Level")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    SINGLE = "single", _("One choice")
    MULTIPLE = "multiple", _("Several choices")
    TEXT = "text", _("Text")
    DATE = "date", _("Date")


QUESTION_KINDS = tuple(
    kind for kind in NodeKind if kind not in (NodeKind.FRAMEWORK, NodeKind.SECTION)
)


class Importance(models.TextChoices):
    MANDATORY = "mandatory", _("Mandatory")
    RECOMMENDED = "recommended", _("Recommended")
    NICE_TO_HAVE = "nice_to_have", _("Nice to have")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class AuditState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class InvitationState(models.TextChoices):
    INVITED = "invited", _("Not opened")
    OPENED = "opened", _("Opened")
    STARTED = "started", _("Started")
    SUBMITTED = "submitted", _("Submitted")


class AnswerState(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    DONT_KNOW = "dont_know", _("I don’t know")
    NOT_APPLICABLE = "na", _("Not applicable")


class Cause(models.TextChoices):
    """Why a gap is there; it proposes which kind of improvement to open."""

    PROCESS = "process", _("Process")
    TOOL = "tool", _("Tool")
    SKILL = "skill", _("Skill")
    STRUCTURE = "structure", _("Structure")
    DATA = "data", _("Data")


class GapState(models.TextChoices):
    IDENTIFIED = "identified", _("No plan yet")
    PLANNED = "planned", _("Planned")
    ACCEPTED = "accepted", _("Accepted for now")
    CLOSED = "closed", _("Closed")


OPEN_GAP_STATES = (GapState.IDENTIFIED, GapState.PLANNED)


class Effort(models.IntegerChoices):
    XS = 1, _("XS")
    S = 2, _("S")
    M = 3, _("M")
    L = 4, _("L")
    XL = 5, _("XL")


class View(models.TextChoices):
    """Three ways of looking at one result."""

    LEVEL = "level", _("Level")
    CHANGE = "change", _("Change")
    SPREAD = "spread", _("Spread")


class Weight(models.TextChoices):
    """How much a finding of the check before closing weighs."""

    ERROR = "error", _("Cannot close")
    WARNING = "warning", _("Look at this")
    NOTE = "note", _("Good to know")

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
    SUBJECT = "subject", _("From the catalogue")
    FILE = "file", _("File or photo")
    NOTE = "note", _("Text to read")
    CALCULATED = "calculated", _("Calculated")


# What somebody is asked; a note is read, a calculation follows from answers.
QUESTION_KINDS = tuple(
    kind
    for kind in NodeKind
    if kind not in (NodeKind.FRAMEWORK, NodeKind.SECTION, NodeKind.NOTE, NodeKind.CALCULATED)
)

# Where people can agree upon an answer, and where a tap is enough to vote.
TALKED_ABOUT = (
    *(NodeKind.LEVEL, NodeKind.SINGLE, NodeKind.BOOLEAN),
    *(NodeKind.NUMBER, NodeKind.MULTIPLE),
)
VOTED_ON = (NodeKind.LEVEL, NodeKind.SINGLE, NodeKind.BOOLEAN)


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
    CHANGES = "changes", _("Asked again")  # a reviewer wants single answers looked at once more
    HANDED_OVER = "handed_on", _("Handed over")


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


class GapSource(models.TextChoices):
    """How a gap came to light."""

    RULE = "rule", _("Found when the audit closed")
    PERSON = "person", _("Written down by a person")
    ANSWER = "answer", _("Proposed in an answer")
    FACT = "fact", _("What is said differs from what is")


class GapRule(models.TextChoices):
    """What becomes a gap by itself when an audit closes."""

    DIMENSION = "dimension", _("Each dimension below its target")
    QUESTION = "question", _("Each mandatory question at or below a level")
    BOTH = "both", _("Both")
    NONE = "none", _("Nothing: people write gaps down")


class GapState(models.TextChoices):
    IDENTIFIED = "identified", _("No plan yet")
    CONFIRMED = "confirmed", _("Confirmed, no plan yet")
    PLANNED = "planned", _("Planned")
    ACCEPTED = "accepted", _("Accepted for now")
    CLOSED = "closed", _("Closed")


OPEN_GAP_STATES = (GapState.IDENTIFIED, GapState.CONFIRMED, GapState.PLANNED)
MOST_WHYS = 5  # deeper chains of reasons end in the weather
LONGEST_WHY = 300


class Band(models.TextChoices):
    """How urgent a gap is, from its priority."""

    P1 = "P1", _("P1: now")
    P2 = "P2", _("P2: next")
    P3 = "P3", _("P3: later")
    P4 = "P4", _("P4: when it suits")


# The lowest priority of each band. At weight 1, criticality 2, effort M and everywhere below, a
# priority is two thirds of what is missing: P1 from half the scale on, P2 from a quarter, P3 from
# an eighth.
LOWEST = {Band.P1: 1 / 3, Band.P2: 1 / 6, Band.P3: 1 / 12, Band.P4: 0.0}


class Effort(models.IntegerChoices):
    XS = 1, _("XS")
    S = 2, _("S")
    M = 3, _("M")
    L = 4, _("L")
    XL = 5, _("XL")


class Relation(models.TextChoices):
    """How a question stands to one of another framework."""

    EQUAL = "equal", _("asks the same")
    SUPERSET = "superset", _("asks more")
    SUBSET = "subset", _("asks a part of it")
    INTERSECT = "intersect", _("overlaps")


class View(models.TextChoices):
    """Ways of looking at one result."""

    LEVEL = "level", _("Level")
    CHANGE = "change", _("Change")
    SPREAD = "spread", _("Spread")
    PAPER = "documented", _("Documentation")


class Weight(models.TextChoices):
    """How much a finding of the check before closing weighs."""

    ERROR = "error", _("Cannot close")
    WARNING = "warning", _("Look at this")
    NOTE = "note", _("Good to know")

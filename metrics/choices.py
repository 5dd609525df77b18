from django.db import models
from django.utils.translation import gettext_lazy as _

# Limits from fewer closed points than this are not drawn at all (formulae 4.1).
LIMITS_FROM = 6
# ... and from fewer than this are provisional, drawn dashed.
FIRM_FROM = 12
# With so many closed points the limits are locked without anybody asking.
LOCKED_FROM = 24
# A mark that failed so often waits for a person.
STUCK_AFTER = 8


class RuleSet(models.TextChoices):
    """Which rules say that a point is a signal (metrics/spc/rules.py)."""

    WHEELER = "wheeler", _("Wheeler")
    NHS = "nhs", _("NHS")
    WESTERN_ELECTRIC = "western_electric", _("Western Electric")
    NELSON = "nelson", _("Nelson")
    ANHOEJ = "anhoej", _("Anhøj")


class Variation(models.TextChoices):
    BETTER = "better", _("Better than usual")
    WORSE = "worse", _("Worse than usual")
    CHANGED = "changed", _("Changed")
    USUAL = "usual", _("As usual")
    NONE = "none", _("Too few points")


class Assurance(models.TextChoices):
    MET = "met", _("reliably met")
    MISSED = "missed", _("out of reach")
    HIT_OR_MISS = "hit_or_miss", _("hit or miss")
    NONE = "none", _("no target")


class Kind(models.TextChoices):
    """The lever of an improvement."""

    PROCESS = "process", _("Process")
    SKILL = "skill", _("Skill")
    TOOL = "tool", _("Tool")
    STRUCTURE = "structure", _("Structure")


class ImprovementState(models.TextChoices):
    IDEA = "idea", _("Idea")
    APPROVED = "approved", _("Approved")
    LIVE = "live", _("Live")
    JUDGED = "judged", _("Judged")
    KEPT = "kept", _("Kept")
    STOPPED = "stopped", _("Stopped")


class Basis(models.TextChoices):
    """From which day a verdict counts: what was decided, or when the dose was reached."""

    DECIDED = "decided", _("As decided")
    DELIVERED = "delivered", _("As delivered")


class Result(models.TextChoices):
    IMPROVED = "improved", _("Improved")
    WORSENED = "worsened", _("Worsened")
    NO_CHANGE = "no_change", _("No detectable change")
    TOO_EARLY = "too_early", _("Too early to tell")
    UNCLEAR = "unclear", _("Cannot tell")


class Reason(models.TextChoices):
    SHORT_BASELINE = "short_baseline", _("The time before is too short")
    DEFINITION_CHANGED = "definition_changed", _("The definition changed in between")
    STALE = "stale", _("The data is too old")
    GATES_DISAGREE = "gates_disagree", _("Signal and size disagree")
    SHARED = "shared", _("Another improvement went live on it at the same time")


class RulingKind(models.TextChoices):
    KEEP = "keep", _("Keep")
    STOP = "stop", _("Stop")
    EXTEND = "extend", _("Extend")


class Worth(models.TextChoices):
    """Whether what improved reaches the smallest effect worth having."""

    WORTH_IT = "worth_it", _("Worth it")
    SIZE_UNCERTAIN = "size_uncertain", _("Size uncertain")


class Method(models.TextChoices):
    BEFORE_AFTER = "before_after", _("Before and after")
    CONTROLLED = "controlled", _("Against a control")


class Delivery(models.TextChoices):
    """Whether the change arrived where it was meant to: a flag beside the verdict, not one."""

    UNASKED = "unasked", _("Not measured")
    WAITING = "waiting", _("Not reached yet")
    DELIVERED = "delivered", _("Delivered")
    NOT_IMPLEMENTED = "not_implemented", _("Not implemented")


class RecheckResult(models.TextChoices):
    HELD = "held", _("Held")
    FADED = "faded", _("Faded")
    REVERSED = "reversed", _("Reversed")
    UNCLEAR = "unclear", _("Cannot tell")


class Circumstance(models.TextChoices):
    """What else may have moved a KPI while a change was compared."""

    IMPROVEMENT = "improvement", _("Improvement went live")
    DEFINITION = "definition", _("Definition changed")
    REVISION = "revision", _("Process published")
    ROLLOUT = "rollout", _("Tool rolled out")
    AUDIT = "audit", _("Audit closed")


class Every(models.TextChoices):
    """How often a source is read."""

    HOUR = "hour", _("Every hour")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    HAND = "hand", _("By hand")


class SourceState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")


class Trigger(models.TextChoices):
    """Why a source was read."""

    SCHEDULE = "schedule", _("By schedule")
    HAND = "hand", _("By hand")
    WEBHOOK = "webhook", _("Sent to us")
    RETRY = "retry", _("Tried again")


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Side(models.TextChoices):
    """Where a series lies while a signal lasts, against its mean."""

    HIGH = "high", _("high")
    LOW = "low", _("low")


class AlertsWhen(models.TextChoices):
    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Not at all")


class ReviewState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ScoringModel(models.TextChoices):
    """By what a backlog is put in order."""

    RICE = "rice", _("RICE")
    WSJF = "wsjf", _("WSJF")
    ICE = "ice", _("ICE")
    COST_OF_DELAY = "cost_of_delay", _("Cost of delay")

from django.db import models
from django.utils.translation import gettext_lazy as _


class CycleState(models.TextChoices):
    BACKLOG = "backlog", _("Backlog")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ObjectiveState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ONGOING = "ongoing", _("Ongoing")
    ACHIEVED = "achieved", _("Achieved")
    MISSED = "missed", _("Missed")
    DROPPED = "dropped", _("Dropped")


CLOSED_OBJECTIVE_STATES = (
    ObjectiveState.ACHIEVED,
    ObjectiveState.MISSED,
    ObjectiveState.DROPPED,
)


class Ambition(models.TextChoices):
    COMMITTED = "committed", _("Committed")
    ASPIRATIONAL = "aspirational", _("Aspirational")


class Family(models.TextChoices):
    """Families of KPIs; a KPI outside the library may have none."""

    EFFICIENCY = "efficiency", _("Efficiency")
    CONSISTENCY = "consistency", _("Consistency")
    COLLABORATION = "collaboration", _("Collaboration")
    DECISIONS = "decisions", _("Data-driven decisions")
    PM_FOCUS = "pm_focus", _("PM focus on strategic work")
    FLOW = "flow", _("Delivery flow")
    ADOPTION = "adoption", _("Adoption")
    QUALITY = "quality", _("Quality")
    COST = "cost", _("Cost")


class KeyResultKind(models.TextChoices):
    METRIC = "metric", _("Number to reach")
    MAINTAIN = "maintain", _("Range to keep")
    ORDINAL = "ordinal", _("Described result")


class Zone(models.TextChoices):
    FAIL = "fail", _("Below commit")
    COMMIT = "commit", _("Commit")
    TARGET = "target", _("Target")
    STRETCH = "stretch", _("Stretch")


class ActionState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")

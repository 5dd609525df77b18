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


# The progress at which an objective counts as a success.
SUCCESS_FROM = {Ambition.COMMITTED: 1.0, Ambition.ASPIRATIONAL: 0.7}


class Family(models.TextChoices):
    """Families of KPIs; a KPI outside the library may have none."""

    OUTCOME = "outcome", _("Outcomes")
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


class StartsFrom(models.TextChoices):
    """Where the key results of a copied objective set out from."""

    NOW = "now", _("Where each number stands now")
    KEPT = "kept", _("The same as here")


class Zone(models.TextChoices):
    FAIL = "fail", _("Below commit")
    COMMIT = "commit", _("Commit")
    TARGET = "target", _("Target")
    STRETCH = "stretch", _("Stretch")


class Pace(models.TextChoices):
    """What progress says against the time gone: computed, never a person's opinion."""

    ON_TRACK = "on_track", _("On track")
    LAGGING = "lagging", _("Lagging")
    AT_RISK = "at_risk", _("At risk")
    UNKNOWN = "unknown", _("Not known yet")


class Tie(models.TextChoices):
    """How an objective or key result stands to another one."""

    CONTRIBUTES = "contributes", _("contributes to")
    DEPENDS = "depends", _("depends on")
    CONFLICTS = "conflicts", _("conflicts with")


class View(models.TextChoices):
    """Ways of looking at the objectives of a cycle."""

    LIST = "list", _("List")
    TREE = "tree", _("Tree")
    MAP = "map", _("Map")

    @classmethod
    def of(cls, word: str | None) -> "View":
        """The way that is asked for; what is none is the list."""
        return cls(word) if word in cls.values else cls.LIST


class Grouping(models.TextChoices):
    """What the rows of the list stand under."""

    SUBJECT = "subject", _("About")
    PILLAR = "pillar", _("Pillar")
    OWNER = "owner", _("Owner")
    NONE = "none", _("Nothing")

    @classmethod
    def of(cls, word: str | None) -> "Grouping":
        """What is asked for; what is none is the subject."""
        return cls(word) if word in cls.values else cls.SUBJECT


class Influence(models.TextChoices):
    """What more of one KPI does to another, as people believe it."""

    RAISES = "raises", _("raises")
    LOWERS = "lowers", _("lowers")


# A key result wants a word from its owner once a week: by week six nobody looks otherwise.
CHECK_IN_EVERY_DAYS = 7
# What a confidence below this says: the owner doubts it, whatever the pace.
CONFIDENT_FROM = 5


class ActionState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")
    PROMOTED = "promoted", _("Became an improvement")


class Chart(models.TextChoices):
    """Which limits fit the numbers of a series (metrics/spc)."""

    XMR = "xmr", _("Usual range (XmR)")
    TREND = "trend", _("Usual range about a trend")
    P = "p", _("Shares of a varying whole (p′)")
    U = "u", _("Rates per varying amount (u′)")
    T = "t", _("Time between rare events (t)")
    G = "g", _("Cases between rare events (g)")


class Certificate(models.TextChoices):
    """What somebody's word for a KPI's definition is worth on a day."""

    NONE = "", _("Not certified")
    VALID = "valid", _("Certified")
    EXPIRED = "expired", _("Certificate expired")

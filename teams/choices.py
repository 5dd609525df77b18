from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountRole(models.TextChoices):
    """What a signed-in person may do. A person without one is a respondent."""

    ADMIN = "admin", _("Administrator")
    OPS = "ops", _("Product operations")
    PM = "pm", _("Product manager")
    EXEC = "exec", _("Executive")


class SubjectKind(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    PRODUCT = "product", _("Product")
    TEAM = "team", _("Team")
    TOOL = "tool", _("Tool")
    VENDOR = "vendor", _("Vendor")


# What everybody with a role may read: a pm is narrowed only among products and teams.
SHARED_KINDS = (SubjectKind.ORGANISATION, SubjectKind.TOOL, SubjectKind.VENDOR)


class Profile(models.TextChoices):
    """The kinds of ability that a ProductOps team needs side by side."""

    OPERATIONAL = "operational", _("Operational skills")
    TECHNICAL = "technical", _("Technical expertise")
    PRODUCT_MANAGEMENT = "product_management", _("Product management")
    BUSINESS_ANALYSIS = "business_analysis", _("Business analysis")


class TeamType(models.TextChoices):
    STREAM = "stream", _("Stream-aligned")
    PLATFORM = "platform", _("Platform")
    ENABLING = "enabling", _("Enabling")
    SUBSYSTEM = "subsystem", _("Complicated subsystem")
    PRODUCT_OPS = "product_ops", _("ProductOps")


class RatingKind(models.TextChoices):
    SELF = "self", _("Self")
    SUPERVISOR = "supervisor", _("Supervisor")
    AGREED = "agreed", _("Agreed")
    INTEREST = "interest", _("Interest")


class PlanState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")

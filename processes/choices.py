from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    PLANNING = "planning", _("Planning")
    PRIORITISATION = "prioritisation", _("Prioritisation")
    COMMUNICATION = "communication", _("Communication")
    COLLABORATION = "collaboration", _("Collaboration")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    PUBLISHED = "published", _("Published")
    DEPRECATED = "deprecated", _("Replaced")


# A process has at most one revision in one of these.
OPEN_REVISION_STATES = (
    RevisionState.DRAFT,
    RevisionState.IN_REVIEW,
    RevisionState.CHANGES_REQUESTED,
)


class AdoptionState(models.TextChoices):
    ADOPTED = "adopted", _("Adopted")
    ADAPTED = "adapted", _("Adapted")
    EXEMPT = "exempt", _("Exempt")
    ABSENT = "absent", _("Absent")


class ReviewAnswer(models.TextChoices):
    APPROVED = "approved", _("Approved")
    CHANGES = "changes", _("Changes requested")

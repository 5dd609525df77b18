"""How work is done the same way across products: processes, revisions, adoption."""

from processes.models.acknowledgement import Acknowledgement, AcknowledgementQuerySet
from processes.models.adoption import Adoption, AdoptionQuerySet
from processes.models.process import Process, ProcessQuerySet
from processes.models.revision import Approval, NotAllowed, Revision, RevisionQuerySet, Step

__all__ = [
    "Acknowledgement",
    "AcknowledgementQuerySet",
    "Adoption",
    "AdoptionQuerySet",
    "Approval",
    "NotAllowed",
    "Process",
    "ProcessQuerySet",
    "Revision",
    "RevisionQuerySet",
    "Step",
]

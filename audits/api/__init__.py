"""Audits over HTTP, by the same verbs as the pages."""

from audits.api.answers import AnswerViewSet
from audits.api.audits import AuditViewSet
from audits.api.consensus import ConsensusViewSet
from audits.api.evidence import EvidenceViewSet
from audits.api.facts import FactViewSet
from audits.api.frameworks import FrameworkViewSet
from audits.api.gaps import GapViewSet
from audits.api.invitations import InvitationViewSet
from audits.api.own_invitations import OwnInvitationViewSet
from audits.api.review_notes import ReviewNoteViewSet
from audits.api.workshops import WorkshopViewSet
from productops.api import routes

routes.register("frameworks", FrameworkViewSet)
routes.register("audits", AuditViewSet)
routes.register("invitations", InvitationViewSet)
routes.register("own-invitations", OwnInvitationViewSet)
routes.register("answers", AnswerViewSet)
routes.register("review-notes", ReviewNoteViewSet)
routes.register("consensus", ConsensusViewSet)
routes.register("gaps", GapViewSet)
routes.register("evidence", EvidenceViewSet)
routes.register("facts", FactViewSet)
routes.register("workshops", WorkshopViewSet)

"""The front door: every view gets its records here, already permitted."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from processes.models import Acknowledgement, Adoption, Process, Revision
from productops import links
from productops.models import Link
from teams.models import Person, Product, Subject


def process_to_read(person: Person, pk: int) -> Process:
    processes = Process.objects.visible_to(person)
    return get_object_or_404(
        processes.select_related("owner", "owner_role", "published__author", "published__approver"),
        pk=pk,
    )


def process_to_change(person: Person, pk: int) -> Process:
    process = process_to_read(person, pk)
    if not Process.objects.changeable_by(person).filter(pk=pk).exists():
        raise PermissionDenied(_("Only product operations and its owner change a process."))
    return process


def may_change(person: Person, process: Process) -> bool:
    return person.changes_all or (bool(person.role) and process.owner_id == person.pk)


def revision_to_read(person: Person, pk: int, number: int) -> Revision:
    """Published and replaced revisions for every reader; drafts for those who may change them."""
    process = process_to_read(person, pk)
    revisions = process.revisions.select_related("author", "approver", "process")
    revision = get_object_or_404(revisions, number=number)
    if revision.is_open and not may_change(person, process):
        return get_object_or_404(Revision.objects.none())
    return revision


def revision_to_change(person: Person, pk: int, number: int) -> Revision:
    process_to_change(person, pk)
    return revision_to_read(person, pk, number)


def revision_to_review(person: Person, pk: int, number: int) -> Revision:
    """Whoever may change all processes reviews them, but never their own text."""
    revision = revision_to_read(person, pk, number)
    if not person.changes_all:
        raise PermissionDenied(_("Only product operations reviews a process."))
    return revision


def acknowledgement_by_link(token: str) -> Acknowledgement:
    """What the holder of a link is asked to read; raises LinkUnknown or LinkOver."""
    link = links.opened(Link.Purpose.ACKNOWLEDGE, token)
    asked = Acknowledgement.objects.select_related("person", "revision__process", "link")
    acknowledgement = asked.filter(link=link).first()
    if acknowledgement is None:
        raise links.LinkUnknown(_("There is no such link."))
    if not acknowledgement.is_in_force:
        raise links.LinkOver(link)
    return acknowledgement


def own_acknowledgement(person: Person, pk: int, number: int) -> Acknowledgement:
    revision = revision_to_read(person, pk, number)
    return get_object_or_404(revision.acknowledgements.all(), person=person)


def subject_to_adopt(person: Person, pk: int) -> Subject:
    return get_object_or_404(Subject.objects.changeable_by(person), pk=pk)


def products_to_see(person: Person):
    """The products whose adoption the person may read, in the order of the matrix."""
    return Product.objects.visible_to(person).current().select_related("subject")


def adoptions_to_see(person: Person):
    return Adoption.objects.visible_to(person)

"""This app's place in the chain: the revision that an improvement changed."""

from processes.models import Revision
from productops.trace import Node, Noun, noun


def revisions(person, ids: set[int]):
    found = Revision.objects.visible_to(person).filter(pk__in=ids).select_related("process")
    for revision in found:
        yield Node(
            "revision",
            revision.pk,
            str(revision),
            revision.get_absolute_url(),
            revision.get_state_display(),
        )


noun(Noun("revision", revisions, order=46, name="Process"))

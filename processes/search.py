"""What search finds here: processes by title and purpose."""

from django.db.models import Q

from processes.models import Process
from productops.search import Hit, finder


@finder("process")
def processes(person, words: list[str], limit: int):
    found = Process.objects.visible_to(person)
    for word in words:
        found = found.filter(Q(title__icontains=word) | Q(purpose__icontains=word))
    for process in found[:limit]:
        yield Hit(
            "Process", process.title, process.get_absolute_url(), process.get_family_display()
        )

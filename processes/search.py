"""What search finds here: processes by title and purpose."""

from processes.models import Process
from productops.search import Hit, finder


@finder("process")
def processes(person, words: list[str], limit: int):
    for process in Process.objects.visible_to(person).naming(" ".join(words))[:limit]:
        yield Hit(
            "Process", process.title, process.get_absolute_url(), process.get_family_display()
        )

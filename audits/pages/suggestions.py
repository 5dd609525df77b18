"""What could help with a gap: what its questions and its cause suggest, as places to begin.

Rows and pages of later apps are named by their slug and URL alone: the catalogue is asked by
search, and what an installation does not offer is not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audits.choices import Cause
from audits.models import Gap, Node
from audits.pages.gaps import OBJECTIVE_NEW, address_of
from productops.search import search
from teams.models import Person, Skill

MOST_OF_A_KIND = 3
TOOL_PAGES = ("tooling:selection-new", "tooling:tool-new")
DECISION_PAGES = ("objectives:decision-new",)
# Which kind of improvement a cause proposes.
KINDS = {
    Cause.PROCESS: "process",
    Cause.TOOL: "tool",
    Cause.SKILL: "skill",
    Cause.STRUCTURE: "structure",
}


@dataclass(frozen=True)
class Help:
    """One thing that could help: ``key`` names it in an address, ``is_likely`` where the cause
    speaks for it."""

    key: str
    kind: str
    title: str
    text: str
    url: str
    is_likely: bool = False


def helps(person: Person, gap: Gap) -> list[Help]:
    """What could be begun from a gap, the likeliest first; at most ten queries."""
    suggested = suggestions(gap)
    found = [
        _objective(gap),
        *_kpis(person, suggested["kpis"]),
        *_processes(person, gap, suggested["process"]),
        *_learning(person, gap, suggested["skill"]),
        _tool(gap),
        _decision(gap),
        _improvement(gap),
    ]
    return [one for one in found if one is not None and one.url]


def suggestions(gap: Gap) -> dict[str, list[str]]:
    """What the framework suggests for the questions behind the gap: KPIs, processes, skills."""
    found: dict[str, list[str]] = {"kpis": [], "process": [], "skill": []}
    if gap.node is None:
        return found
    nodes = Node.objects.within(gap.node).questions()
    for suggests in nodes.values_list("suggests", flat=True):
        for name, kept in found.items():
            value = suggests.get(name) or []
            kept += [value] if isinstance(value, str) else value
    return {name: list(dict.fromkeys(kept))[:MOST_OF_A_KIND] for name, kept in found.items()}


def chosen(found: Iterable[Help], keys: Iterable[str]) -> list[Help]:
    """Those that were ticked, in the order of the list."""
    wanted = set(keys)
    return [one for one in found if one.key in wanted]


def lever_urls(gap: Gap) -> list[tuple[str, str]]:
    """Where the root cause says to begin: (label, address), each only where its page exists."""
    pages = {
        Cause.PROCESS: [(_("Write a process"), with_words("processes:process-new", gap))],
        Cause.TOOL: [(_("Choose a tool"), first_of(TOOL_PAGES, gap))],
        Cause.SKILL: [(_("Plan learning"), with_words("teams:learning-plan-new", gap))],
        Cause.STRUCTURE: [
            (_("Decide"), first_of(DECISION_PAGES, gap)),
            (_("Change the structure"), _improvement_url(gap)),
        ],
        Cause.DATA: [(_("Define a KPI"), with_words("objectives:kpi-new", gap))],
    }
    return [(label, url) for label, url in pages.get(gap.cause, []) if url]


def with_words(name: str, gap: Gap, **more) -> str:
    """A page of another app with what it may begin with, "" where there is none."""
    address = address_of(name)
    return f"{address}?{urlencode({'gap': gap.pk, 'title': gap.title} | more)}" if address else ""


def first_of(names: Iterable[str], gap: Gap) -> str:
    return next((url for name in names if (url := with_words(name, gap))), "")


def _improvement_url(gap: Gap) -> str:
    address = address_of("metrics:improvement-new")
    kind = KINDS.get(gap.cause, "")
    query = urlencode({"gap": gap.pk} | ({"kind": kind} if kind else {}))
    return f"{address}?{query}" if address else ""


def _objective(gap: Gap) -> Help:
    address = address_of(OBJECTIVE_NEW)
    text = _("Title, owner, cycle and the level it was found at are filled in.")
    url = f"{address}?gap={gap.pk}" if address else ""
    return Help("objective", _("Objective"), gap.title, text, url, is_likely=True)


def _kpis(person: Person, slugs: list[str]) -> Iterable[Help]:
    for slug in slugs:
        hits = search(person, slug, kind="kpi", limit=1)
        if hits:
            text = _("In the catalogue: a key result can watch it.")
            yield Help(f"kpi:{slug}", _("KPI"), hits[0].title, text, hits[0].url)


def _processes(person: Person, gap: Gap, slugs: list[str]) -> Iterable[Help]:
    is_likely = gap.cause == Cause.PROCESS
    for slug in slugs:
        words = slug.replace("-", " ")
        key, kind = f"process:{slug}", _("Process")
        hits = search(person, words, kind="process", limit=1)
        if hits:
            text = _("There is one already: work by it.")
            yield Help(key, kind, hits[0].title, text, hits[0].url, is_likely)
        else:
            text = _("A template of the library, to be made one’s own.")
            url = address_of("processes:process-new")
            yield Help(key, kind, words.capitalize(), text, url, is_likely)


def _learning(person: Person, gap: Gap, slugs: list[str]) -> Iterable[Help]:
    skills = Skill.objects.visible_to(person).filter(slug__in=slugs)
    team = gap.subject.key if gap.subject.kind == "team" else ""
    for skill in skills.order_by("name"):
        title = _("Learn: %(skill)s") % {"skill": skill.name}
        url = with_words("teams:learning-plan-new", gap, title=title, skill=skill.pk)
        text = _("Who learns it, until when.") if not team else gap.subject.name
        is_likely = gap.cause == Cause.SKILL
        yield Help(f"skill:{skill.slug}", _("Learning plan"), skill.name, text, url, is_likely)


def _tool(gap: Gap) -> Help | None:
    if gap.cause != Cause.TOOL:
        return None
    text = _("What it must do follows from what is missing here.")
    url = first_of(TOOL_PAGES, gap)
    return Help("tool", _("Tool"), _("Choose a tool"), text, url, is_likely=True)


def _decision(gap: Gap) -> Help | None:
    if gap.cause != Cause.STRUCTURE:
        return None
    url = first_of(DECISION_PAGES, gap)
    return Help("decision", _("Decision"), _("Decide who decides"), "", url, is_likely=True)


def _improvement(gap: Gap) -> Help:
    text = _("What is changed, and what it promises to move.")
    title = _("Plan an improvement")
    return Help("improvement", _("Improvement"), title, text, _improvement_url(gap))

"""A draft as somebody answers it, question by question. Nothing is kept: what was answered so far
stands in the address, as ``a-<key>``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from audits import drafting
from audits.choices import NodeKind
from audits.forms.answering import AnswerForm
from audits.forms.options import extra_of, options_of, written_options
from audits.framework_file import columns_of
from audits.models import Audit, FrameworkVersion, Invitation, Node, Place, Scope
from audits.models.sheet_rows import Kept
from audits.questionnaire import (
    EXPRESSIONS,
    BadQuestionnaire,
    Item,
    Questionnaire,
    read_questionnaire,
    value_of,
)
from audits.replies import read_reply
from productops import clock
from productops.parsing import Unreadable
from teams.models import Subject

END = "-"  # no key looks like this: what comes after the last question
PREFIX = "a-"
SEVERAL = (NodeKind.MULTIPLE, NodeKind.SUBJECT)


@dataclass
class Preview:
    """``goes_on`` says that an answer was taken: ``query`` leads to what comes next."""

    context: dict[str, Any] = field(default_factory=dict)
    goes_on: bool = False
    query: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """What a form asks of the sheet that an invitation would have."""

    questionnaire: Questionnaire
    answers: dict[str, Any]

    def values(self, _place: Place) -> dict[str, Any]:
        return self.answers


def preview(draft: FrameworkVersion, params: QueryDict) -> Preview:
    way = Way(draft, params)
    if way.item is None:
        return Preview(way.page())
    form = way.form()
    if form.is_bound and _is_taken(form):
        return Preview(goes_on=True, query=way.after(form.given))
    page = {
        "node": form.node,
        "place": form.place,
        "form": form,
        "options": options_of(form, None),
        "extra": extra_of(form),
        "written": written_options(form) if form.node.documents else [],
        "error": bool(form.error or form.errors),
        "remarks_open": form.has_remarks,
    }
    return Preview(way.page() | page)


def _is_taken(form: AnswerForm) -> bool:
    """Whether one may go on: with an answer, or without one where none is required."""
    if form.is_file and form.data.get("file"):
        return True  # its name was sent; nothing is stored here
    return (form.is_empty and not form.node.required) or form.reply() is not None


class Way:
    """The way through a draft: what is asked, given what was answered."""

    def __init__(self, draft: FrameworkVersion, params: QueryDict) -> None:
        self.draft, self.params = draft, params
        self.questionnaire, self.problem = compiled(draft.content)
        self.contents = contents_of(self.questionnaire, params)
        self.asked = asked_of(self.questionnaire, self.contents)
        wanted = params.get("at", "")
        found = (item for item in self.asked if item.key == wanted)
        first = self.asked[0] if self.asked and wanted != END else None
        self.item: Item | None = next(found, first)

    def form(self) -> AnswerForm:
        """The very form that a respondent meets, before a sheet that nobody keeps."""
        assert self.item is not None
        raw = drafting.spot_of(self.draft.content, self.item.key).node
        node = Node(version=self.draft, **columns_of(raw))
        kept = Kept(content=self.contents.get(self.item.key))
        audit = Audit(framework_version=self.draft)
        place = Place(Invitation(audit=audit), Scope(audit=audit), node, Subject(), 1, kept)
        return AnswerForm(
            self.params if "go" in self.params else None,
            sheet=Rehearsal(self.questionnaire, values_of(self.questionnaire, self.contents)),
            place=place,
            catalogue=Subject.objects.of_kind(node.catalogue)[:200] if node.catalogue else (),
        )

    @property
    def number(self) -> int:
        return self.asked.index(self.item) + 1 if self.item else len(self.asked) + 1

    def after(self, given: list[str]) -> str:
        """The address of what comes next, once this was answered."""
        params = self._kept()
        assert self.item is not None
        params.setlist(f"{PREFIX}{self.item.key}", given)
        contents = contents_of(self.questionnaire, params)
        later = [
            item for item in asked_of(self.questionnaire, contents) if item.order > self.item.order
        ]
        params["at"] = later[0].key if later else END
        return params.urlencode()

    def _kept(self) -> QueryDict:
        """What was answered, without the question at which somebody is."""
        kept = QueryDict(mutable=True)
        for name in self.params:
            if name.startswith(PREFIX):
                kept.setlist(name, self.params.getlist(name))
        return kept

    def to(self, key: str) -> str:
        params = self._kept()
        params["at"] = key
        return f"?{params.urlencode()}"

    def page(self) -> dict[str, Any]:
        numbers = {item.key: at for at, item in enumerate(self.asked, 1)}
        before = self.asked[self.number - 2] if self.number > 1 else None
        kept = self._kept()
        return {
            "draft": self.draft,
            "item": self.item,
            "texts": self._texts(before),
            "number": self.number,
            "total": len(self.asked),
            "section": self._section(),
            "back": self.to(before.key) if before else "",
            "again": "?",
            "problem": self.problem,
            "kept": [(name, value) for name in kept for value in kept.getlist(name)],
            "calculated": self._calculated(),
            "steps": [
                {
                    "item": item,
                    "name": item.title or item.text,
                    "url": self.to(item.key) if item.key in numbers else "",
                    "number": numbers.get(item.key),
                    "is_current": item is self.item,
                    "is_answered": item.key in self.contents,
                }
                for item in self.questionnaire.items
                if item.is_question
            ],
        }

    def _texts(self, before: Item | None) -> list[Item]:
        """What is read between the question before and this one."""
        if self.item is None:
            return []
        first = before.order if before else 0
        hidden = hidden_in(self.questionnaire, self.contents)
        return [
            item
            for item in self.questionnaire.items
            if first < item.order < self.item.order
            and item.kind == NodeKind.NOTE
            and item.key not in hidden
        ]

    def _section(self) -> str:
        """The titles of the sections around the question, and for whom it is asked again."""
        if self.item is None:
            return ""
        above = self.questionnaire.by_key.get(self.item.parent)
        words = above.text if above else ""
        repeat = self.questionnaire.repeat_of(self.item.key)
        if repeat is None:
            return words
        return _("%(section)s · once for each %(subject)s") % {
            "section": words,
            "subject": repeat.repeat,
        }

    def _calculated(self) -> list[tuple[str, Any]]:
        values = values_of(self.questionnaire, self.contents)
        found = self.questionnaire.calculated(values, today=clock.today())
        items = self.questionnaire.by_key
        return [
            (items[key].title or items[key].text, value)
            for key, value in found.items()
            if value is not None
        ]


def compiled(content: Mapping[str, Any]) -> tuple[Questionnaire, str]:
    """The questionnaire, and what is wrong with its conditions: then it has none of them."""
    try:
        return read_questionnaire(content), ""
    except BadQuestionnaire as problem:
        plain = content
        for key in drafting.keys_of(content):
            plain = drafting.changed(plain, key, dict.fromkeys((*EXPRESSIONS, "repeat")))
        return read_questionnaire(plain), str(problem)


def contents_of(questionnaire: Questionnaire, params: QueryDict) -> dict[str, dict]:
    """The answers in an address that can be read, as revisions keep them."""
    found = {}
    for item in questionnaire.items:
        given = [text for text in params.getlist(f"{PREFIX}{item.key}") if text.strip()]
        if given and item.is_question:
            try:
                said = given if item.kind in SEVERAL else given[0]
                found[item.key] = read_reply(item, said, other="…", catalogue=given)
            except (Unreadable, KeyError):
                continue
    return found


def values_of(questionnaire: Questionnaire, contents: Mapping[str, dict]) -> dict[str, Any]:
    return {
        key: value_of(questionnaire.by_key[key].kind, content) for key, content in contents.items()
    }


def hidden_in(questionnaire: Questionnaire, contents: Mapping[str, dict]) -> frozenset[str]:
    return questionnaire.hidden(values_of(questionnaire, contents), today=clock.today())


def asked_of(questionnaire: Questionnaire, contents: Mapping[str, dict]) -> list[Item]:
    """The questions that no condition hides."""
    hidden = hidden_in(questionnaire, contents)
    return [one for one in questionnaire.items if one.is_question and one.key not in hidden]

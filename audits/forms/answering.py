"""What a respondent sends for one question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.choices import AnswerState, NodeKind
from audits.models import Node
from audits.refusals import AnswerIsStale
from audits.replies import read_address, read_reply
from productops.fields import TextField
from productops.parsing import Unreadable, to_whole

WITHOUT_VALUE = (
    (str(AnswerState.DONT_KNOW), AnswerState.DONT_KNOW.label),
    (str(AnswerState.NOT_APPLICABLE), AnswerState.NOT_APPLICABLE.label),
)
MOST_SAID = 10  # ticked choices that are named one by one
CHOICES = (NodeKind.LEVEL, NodeKind.SINGLE, NodeKind.BOOLEAN)
NOTHING_CHOSEN = {
    NodeKind.LEVEL: _("Choose the statement that is closest to your team, or ‘I don’t know’"),
    NodeKind.SINGLE: _("Choose one of the answers, or ‘I don’t know’"),
    NodeKind.BOOLEAN: _("Choose yes or no, or ‘I don’t know’"),
    NodeKind.MULTIPLE: _("Choose at least one of the answers, or ‘I don’t know’"),
    NodeKind.NUMBER: _("Write a number, or choose ‘I don’t know’"),
    NodeKind.TEXT: _("Write something, or choose ‘I don’t know’"),
    NodeKind.DATE: _("Choose a day, or ‘I don’t know’"),
}


class AnswerForm(forms.Form):
    """One question. Its answer comes as ``answer`` (one or several values) or, where a value is
    typed, as ``instead`` (I don't know, not applicable)."""

    comment = TextField(label=_("Comment"), longest=5_000, has_lines=True, required=False)
    evidence_url = forms.CharField(
        label=_("Link to evidence"),
        required=False,
        widget=forms.TextInput(attrs={"type": "url", "placeholder": "https://"}),
    )

    def __init__(self, data=None, *, node: Node, content: dict | None, revision: int):
        self.node, self.content, self.revision = node, content or {}, revision
        initial = {name: self.content.get(name, "") for name in ("comment", "evidence_url")}
        super().__init__(data, initial=initial)
        if node.evidence:
            self.fields["evidence_url"].help_text = node.evidence
        self.error = ""  # what is wrong with the answer itself
        self.meanwhile = ""  # what another window saved

    @property
    def is_choice(self) -> bool:
        return self.node.kind in CHOICES

    @property
    def is_typed(self) -> bool:
        return not self.is_choice and self.node.kind != NodeKind.MULTIPLE

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was said about the question."""
        return not self.given

    @property
    def wants_later(self) -> bool:
        return self.data.get("then") == "later" if self.data else False

    def meet(self, stale: AnswerIsStale) -> None:
        """Show what was saved meanwhile; the next Continue builds upon it."""
        self.error, self.revision = str(stale), stale.revision
        self.meanwhile = said(self.node, stale.current)

    @property
    def given(self) -> list[str]:
        """What was sent as the answer, blank fields left out."""
        sent = [*self.data.getlist("answer"), *self.data.getlist("instead")] if self.data else []
        return [value for value in sent if value.strip()]

    @property
    def known(self) -> int:
        """The revision that stood on the page that was sent."""
        try:
            return to_whole(self.data.get("revision", "0"))
        except Unreadable:
            return 0

    def clean_evidence_url(self) -> str:
        try:
            return read_address(self.cleaned_data["evidence_url"])
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    def reply(self) -> dict | None:
        """The content of the answer, or None with ``error`` set."""
        if not self.is_valid():
            return None
        remarks = {name: self.cleaned_data[name] for name in ("comment", "evidence_url")}
        try:
            return read_reply(self.node, self._value(), **remarks)
        except Unreadable as problem:
            self.error = str(problem)
            return None

    def _value(self):
        given, without = self.given, dict(WITHOUT_VALUE)
        if not given:
            raise Unreadable(str(NOTHING_CHOSEN[NodeKind(self.node.kind)]))
        instead = [value for value in given if value in without]
        if instead and len(given) > 1:
            raise Unreadable(_("Give an answer, or say that there is none: not both."))
        if instead:
            return instead[0]
        return given if self.node.kind == NodeKind.MULTIPLE else given[0]

    # What the page draws -----------------------------------------------------------------------
    @property
    def chosen(self) -> list[str]:
        """The values that are ticked on the page: what was sent, else what is kept."""
        if self.is_bound:
            return self.given
        return values_of(self.content)

    def options(self, previous: dict | None) -> list[dict]:
        former = values_of(previous or {})
        return [
            {
                "value": _shown(choice["value"]),
                "name": choice["name"],
                "text": choice.get("text", ""),
                "is_chosen": _shown(choice["value"]) in self.chosen,
                "is_previous": _shown(choice["value"]) in former,
            }
            for choice in self.choices
        ]

    @property
    def choices(self) -> list[dict]:
        if self.node.kind == NodeKind.BOOLEAN:
            return [{"value": "true", "name": _("Yes")}, {"value": "false", "name": _("No")}]
        return self.node.choices

    def extra(self) -> list[dict]:
        return [
            {"value": value, "name": name, "is_chosen": value in self.chosen}
            for value, name in WITHOUT_VALUE
        ]

    @property
    def typed(self) -> str:
        """The text of a field in which one types."""
        return next((value for value in self.chosen if value not in dict(WITHOUT_VALUE)), "")


def said(node: Node, content: dict | None) -> str:
    """A kept answer in words."""
    if not content:
        return ""
    names = {_shown(choice["value"]): choice["name"] for choice in node.choices}
    words = {**names, **{value: str(name) for value, name in WITHOUT_VALUE}}
    return ", ".join(words.get(value, value) for value in values_of(content)[:MOST_SAID])


def values_of(content: dict) -> list[str]:
    """What a kept answer looks like on the page: the values of its inputs."""
    if not content:
        return []
    if content["state"] != AnswerState.ANSWERED:
        return [content["state"]]
    if content["chosen"]:
        return [_shown(value) for value in content["chosen"]]
    if content["number"] is not None:
        return [f"{content['number']:g}", *_as_truth(content["number"])]
    return [value for value in (content["text"], content["day"]) if value]


def _as_truth(number: float) -> list[str]:
    return {1.0: ["true"], 0.0: ["false"]}.get(number, [])


def _shown(value: object) -> str:
    """A choice's value as it stands in the page: 3.0 is "3"."""
    return f"{value:g}" if isinstance(value, float) else str(value)

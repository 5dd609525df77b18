"""What a respondent sends for one question."""

from collections.abc import Iterable

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from audits.actions import check_answer
from audits.choices import AnswerState, NodeKind
from audits.forms.options import CHOICES, shown, values_of, without_value
from audits.models import Answer, Place, Sheet
from audits.refusals import AnswerIsStale
from audits.replies import read_address, read_reply
from productops.attachments import ACCEPTED, keep_attachment
from productops.fields import DateField, TextField
from productops.parsing import Unreadable, to_whole
from teams.models import Subject

NOTHING_CHOSEN = {
    NodeKind.LEVEL: _("Choose the statement that is closest to your team, or ‘I don’t know’"),
    NodeKind.SINGLE: _("Choose one of the answers, or ‘I don’t know’"),
    NodeKind.BOOLEAN: _("Choose yes or no, or ‘I don’t know’"),
    NodeKind.MULTIPLE: _("Choose at least one of the answers, or ‘I don’t know’"),
    NodeKind.NUMBER: _("Write a number, or choose ‘I don’t know’"),
    NodeKind.TEXT: _("Write something, or choose ‘I don’t know’"),
    NodeKind.DATE: _("Choose a day, or ‘I don’t know’"),
    NodeKind.SUBJECT: _("Choose one from the list, or ‘I don’t know’"),
    NodeKind.FILE: _("Choose a file or take a photo, or choose ‘I don’t know’"),
}
SEVERAL = (NodeKind.MULTIPLE, NodeKind.SUBJECT)
BESIDE = ("comment", "evidence_url", "proposal", "proposal_due")
CARRIED = ("state", "number", "text", "day", "chosen", "documented")  # from last time


class AnswerForm(forms.Form):
    """One question. Its answer comes as ``answer`` (one or several values) or, where a value is
    typed, as ``instead`` (I don't know, not applicable); a file as ``file``.

    ``previous`` is what was said last time: where the audit says so, one starts from it.
    """

    comment = TextField(label=_("Comment"), longest=5_000, has_lines=True, required=False)
    evidence_url = forms.CharField(
        label=_("Link to evidence"),
        required=False,
        widget=forms.TextInput(attrs={"type": "url", "placeholder": "https://"}),
    )
    file = forms.FileField(
        label=_("Photo or file"),
        required=False,
        allow_empty_file=True,  # told below, with the other verdicts
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    drops_file = forms.BooleanField(label=_("Take this file away"), required=False)
    proposal = TextField(
        label=_("What would you do about it?"), longest=5_000, has_lines=True, required=False
    )
    proposal_due = DateField(label=_("By when"), required=False)

    def __init__(
        self,
        data=None,
        files=None,
        *,
        sheet: Sheet,
        place: Place,
        catalogue: Iterable[Subject] = (),
        previous: Answer | None = None,
    ):
        self.sheet, self.place, self.node = sheet, place, place.node
        self.catalogue, self.previous = list(catalogue), previous
        starts = place.content is None and place.invitation.audit.carries_over
        carried = previous.content if previous and starts else None
        self.is_carried = carried is not None
        self.content = place.content or _start_from(carried, self.node.kind)
        self.revision = place.revision
        super().__init__(data, files, initial={name: self.content.get(name) for name in BESIDE})
        self.fields["evidence_url"].help_text = self.node.evidence
        for name in ("comment", "proposal"):
            self.fields[name].widget.attrs["rows"] = 3
        self.error = ""  # what is wrong with the answer itself
        self.doubt = ""  # what it should fulfil and does not; it may stay
        self.current: dict | None = None  # what another window saved

    # What kind of question it is --------------------------------------------------------------
    @property
    def is_choice(self) -> bool:
        return self.node.kind in CHOICES

    @property
    def takes_several(self) -> bool:
        return self.node.kind == NodeKind.MULTIPLE or (
            self.node.kind == NodeKind.SUBJECT and self.node.at_most != 1
        )

    @property
    def is_selected(self) -> bool:
        return self.node.kind == NodeKind.SUBJECT and self.node.at_most == 1

    @property
    def is_file(self) -> bool:
        return self.node.kind == NodeKind.FILE

    # What was sent ----------------------------------------------------------------------------
    @property
    def given(self) -> list[str]:
        """What was sent as the answer, blank fields left out."""
        sent = [*self.data.getlist("answer"), *self.data.getlist("instead")] if self.data else []
        return [value for value in sent if value.strip()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was said about the question."""
        return not self.given and not (self.is_file and self._has_file)

    @property
    def wants_later(self) -> bool:
        return self.data.get("then") == "later" if self.data else False

    @property
    def known(self) -> int:
        """The revision that stood on the page that was sent."""
        try:
            return to_whole(self.data.get("revision", "0"))
        except Unreadable:
            return 0

    def meet(self, stale: AnswerIsStale) -> None:
        """Show what was saved meanwhile; the next Continue builds upon it."""
        self.error, self.revision, self.current = str(stale), stale.revision, stale.current

    def clean_evidence_url(self) -> str:
        try:
            return read_address(self.cleaned_data["evidence_url"])
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_file(self):
        """Stored at once, so that what was taken on the way stays, whatever else is wrong."""
        if not (sent := self.cleaned_data["file"]):
            return None
        try:
            return keep_attachment(sent.file, sent.name, sent.size).pk
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("proposal_due") and not cleaned.get("proposal"):
            self.add_error("proposal", _("Write what should be done by then."))
        return cleaned

    def reply(self) -> dict | None:
        """The content of the answer, or None with ``error`` or ``doubt`` set."""
        if not self.is_valid():
            return None
        try:
            content = read_reply(self.node, self._value(), **self._beside())
            doubt = check_answer(self.sheet, self.place, content)
        except Unreadable as problem:
            self.error = str(problem)
            return None
        if doubt and self.data.get("sure") != self.mark:
            self.doubt = doubt
            return None
        return content

    @property
    def mark(self) -> str:
        """Names what was answered, so that a doubt about it is told once."""
        return salted_hmac("audits.answer", f"{self.place.key} {self.given}").hexdigest()[:16]

    def _value(self):
        given, without = self.given, dict(without_value())
        if self.is_file and self._file:
            given = [str(self._file), *given]
        if not given:
            raise Unreadable(str(NOTHING_CHOSEN[NodeKind(self.node.kind)]))
        instead = [value for value in given if value in without]
        if instead and len(given) > 1:
            raise Unreadable(_("Give an answer, or say that there is none: not both."))
        if instead:
            return instead[0]
        return given if self.node.kind in SEVERAL else given[0]

    def _beside(self) -> dict:
        cleaned = self.cleaned_data
        due = cleaned["proposal_due"]
        return {
            "comment": cleaned["comment"],
            "evidence_url": cleaned["evidence_url"],
            "other": self.data.get("other", ""),
            "documented": self.data.get("documented") or None,
            "proposal": cleaned["proposal"],
            "proposal_due": due.isoformat() if due else None,
            "file": None if self.is_file else self._file,
            "files": {self._file} - {None},
            "catalogue": {subject.reference for subject in self.catalogue},
        }

    @property
    def _file(self) -> int | None:
        """The file that was sent, else the one that is kept."""
        kept = None if self.cleaned_data.get("drops_file") else self.content.get("file")
        return self.cleaned_data.get("file") or kept

    @property
    def _has_file(self) -> bool:
        return bool(self.files.get("file") or self.content.get("file"))

    # What the page shows as chosen --------------------------------------------------------------
    @property
    def chosen(self) -> list[str]:
        """The values that are ticked on the page: what was sent, else what is kept."""
        return self.given if self.is_bound else values_of(self.content, self.node.kind)

    @property
    def typed(self) -> str:
        """The text of a field in which one types."""
        return next((value for value in self.chosen if value not in dict(without_value())), "")

    @property
    def other(self) -> str:
        """What is meant by a choice that stands nowhere."""
        if self.is_bound:
            return self.data.get("other", "")
        return self.content.get("text", "") if self.node.has_other else ""

    @property
    def documented(self) -> str:
        if self.is_bound:
            return self.data.get("documented", "")
        kept = self.content.get("documented")
        return "" if kept is None else f"{kept:g}"

    @property
    def has_remarks(self) -> bool:
        return any(self[name].value() for name in BESIDE) or bool(self.kept_photo)

    @property
    def first_input(self) -> str:
        """The id to which an error leads."""
        if self.is_choice or self.takes_several:
            return f"answer-{self.choices[0]}" if self.choices else "instead-dont_know"
        return "answer-typed"

    @property
    def choices(self) -> list[str]:
        if self.node.kind == NodeKind.BOOLEAN:
            return ["true", "false"]
        if self.node.kind == NodeKind.SUBJECT:
            return [subject.reference for subject in self.catalogue]
        return [shown(choice["value"]) for choice in self.node.choices]

    @property
    def kept_photo(self) -> int | None:
        """A file that shows the answer, beside it."""
        return None if self.is_file else self.kept_file

    @property
    def kept_file(self) -> int | None:
        """The file that stays unless another is sent."""
        return self.content.get("file")


def _start_from(carried: dict | None, kind: str) -> dict:
    """The answer of last time without what was remarked about it then."""
    if not carried or carried.get("state") != AnswerState.ANSWERED:
        return {}
    names = (*CARRIED, "file") if kind == NodeKind.FILE else CARRIED
    return {name: carried.get(name) for name in names}

"""What product operations enters about a questionnaire: the whole, and one place of it.

Forms take and give the words of files (``audits/framework_file``), so that what is written in the
browser and what comes as a file are one thing.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits import drafting
from audits.choices import Cause, Importance, NodeKind
from audits.drafting import ROOT
from audits.forms.draft_rows import AreaRows, ChoiceRows, LevelRows, MapRows, whole
from productops.fields import NumberField, TextField, WholeField
from productops.measures import all_measures
from teams.choices import SubjectKind

SCORED = ("level", "number", "boolean", "single", "multiple")
CHOOSING = ("level", "single", "multiple")
ASKED = (*SCORED, "text", "date", "subject", "file")
REPEATED = (SubjectKind.PRODUCT, SubjectKind.TEAM, SubjectKind.TOOL)
EVERY = (*ASKED, "section", "note", "calculated")
# Which fields which kinds have; what stands nowhere here, all have.
OF_KINDS: dict[str, tuple[str, ...]] = {
    "description": ("section",),
    "sum": ("section",),
    "repeat": ("section",),
    "text": (*ASKED, "note", "calculated"),
    "hint": (*ASKED, "note"),
    "evidence": ASKED,
    "importance": ASKED,
    "required": ASKED,
    "weight": (*SCORED, "section", "calculated"),
    "target": (*SCORED, "section", "calculated"),
    "min": ("level", "number", "calculated"),
    "max": ("level", "number", "calculated"),
    "unit": ("number", "calculated"),
    "at_most": ("multiple", "subject"),
    "other": ("single", "multiple"),
    "catalogue": ("subject",),
    "counts_as": ("number",),
    "constraint": ASKED,
    "constraint_message": ASKED,
    "soft": ASKED,
    "calculation": ("calculated",),
    "documents": SCORED,
    "measure": ASKED,
    "fact_levels": ("level", "single"),
    "fact_tolerance": ("level", "number", "single"),
    "fact_days": ASKED,
    **dict.fromkeys(("gap", "cause", "kpis", "process", "skill"), ASKED),
}
# The parts of the page: title, fields, and whether it is folded away while nothing is in it.
PARTS = (
    (_("What is asked"), ("type", "title", "text", "description", "hint", "evidence"), False),
    (
        _("How it is answered"),
        ("calculation", "catalogue", "min", "max", "unit", "at_most", "sum", "required", "other"),
        False,
    ),
    (
        _("How it counts"),
        ("importance", "weight", "target", "area", "counts_as", "documents"),
        False,
    ),
    (
        _("When it is asked, and what is checked"),
        ("relevant", "repeat", "constraint", "constraint_message", "soft"),
        True,
    ),
    (
        _("The fact beside the answer"),
        ("measure", "fact_levels", "fact_tolerance", "fact_days"),
        True,
    ),
    (_("What a weak answer suggests"), ("gap", "cause", "kpis", "process", "skill"), True),
    (_("Its name in files and comparisons"), ("key",), True),
)
SUGGESTED = ("gap", "cause", "kpis", "process", "skill")
FACTS = {"fact_levels": "levels", "fact_tolerance": "tolerance", "fact_days": "days"}
NONE = ("", "–")


def kinds_of(kind: str) -> list[tuple[str, Any]]:
    """What a node may become: a question another question, a section nothing else."""
    if kind == NodeKind.SECTION:
        return [(kind, NodeKind.SECTION.label)]
    others = (NodeKind.FRAMEWORK, NodeKind.SECTION)
    return [(one.value, one.label) for one in NodeKind if one not in others]


class EditionForm(forms.Form):
    """Whoever saves says which edition they have read."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    @property
    def known(self) -> int:
        """The edition that stood on the page which was sent; 0 where it named none."""
        return self.cleaned_data.get("edition") or 0


class NodeForm(EditionForm):
    """One place of a draft. ``values`` gives what ``drafting.changed`` takes."""

    type = forms.ChoiceField(label=_("Kind"))
    key = TextField(
        label=_("Key"),
        longest=120,
        help_text=_(
            "Conditions, files and comparisons with earlier audits name it so. Once it was asked, "
            "leave it: another key is another question."
        ),
    )
    title = TextField(label=_("Short title"), required=False)
    text = TextField(label=_("Question"), longest=5_000, has_lines=True, required=False)
    description = TextField(label=_("Description"), longest=5_000, has_lines=True, required=False)
    hint = TextField(label=_("Hint"), longest=5_000, has_lines=True, required=False)
    evidence = TextField(
        label=_("What would show it"), longest=5_000, has_lines=True, required=False
    )
    calculation = TextField(label=_("Calculation"), longest=5_000, has_lines=True, required=False)
    catalogue = forms.ChoiceField(label=_("Chosen from"), required=False)
    min = NumberField(
        label=_("Lowest"), required=False, help_text=_("Only where it has a scale of its own.")
    )
    max = NumberField(
        label=_("Highest"), required=False, help_text=_("Only where it has a scale of its own.")
    )
    unit = TextField(label=_("Unit"), longest=20, required=False)
    at_most = WholeField(label=_("Choices at most"), required=False, low=1, high=1_000)
    sum = NumberField(
        label=_("Sum of its numbers"),
        required=False,
        help_text=_("Where shares have to make a whole: 100."),
    )
    other = forms.BooleanField(label=_("Something else may be written in"), required=False)
    required = forms.BooleanField(label=_("Has to be answered"), required=False)
    importance = forms.ChoiceField(
        label=_("Importance"), choices=Importance.choices, required=False
    )
    weight = NumberField(
        label=_("Weight"), required=False, low=0, help_text=_("0: asked, and not counted.")
    )
    target = NumberField(label=_("Target"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    counts_as = TextField(
        label=_("Counts as"),
        longest=20,
        required=False,
        help_text=_("What a share of time adds to: strategic, delivery, operational, other."),
    )
    documents = forms.BooleanField(
        label=_("Ask apart how far it is written down"),
        required=False,
        help_text=_("Practice is what counts; the difference is shown."),
    )
    relevant = TextField(label=_("Asked only where"), longest=5_000, has_lines=True, required=False)
    repeat = forms.ChoiceField(label=_("Asked once for each"), required=False)
    constraint = TextField(
        label=_("An answer has to fulfil"),
        longest=5_000,
        has_lines=True,
        required=False,
        help_text=_("A dot is the answer itself: . <= 40"),
    )
    constraint_message = TextField(label=_("What is said otherwise"), longest=5_000, required=False)
    soft = forms.BooleanField(label=_("Only warn: the answer may stay"), required=False)
    measure = forms.ChoiceField(label=_("Measured by"), required=False)
    fact_levels = TextField(
        label=_("Lowest value of each level"),
        required=False,
        help_text=_("From the lowest level on, parted by commas: 0, 20, 40, 60, 80"),
    )
    fact_tolerance = NumberField(
        label=_("May differ by"),
        required=False,
        low=0,
        help_text=_("In levels, or in the unit of a number. More than that opens a gap."),
    )
    fact_days = WholeField(label=_("Facts of so many days"), required=False, low=1, high=3_650)
    gap = TextField(label=_("Title of the gap"), required=False)
    cause = forms.ChoiceField(
        label=_("Probable cause"), choices=[NONE, *Cause.choices], required=False
    )
    kpis = TextField(
        label=_("KPIs"), longest=500, required=False, help_text=_("Their keys, parted by commas.")
    )
    process = TextField(label=_("Process"), required=False, help_text=_("Its key."))
    skill = TextField(
        label=_("Skill"),
        required=False,
        help_text=_("Its key."),
        widget=forms.TextInput(attrs={"list": "skills"}),
    )

    def __init__(self, data=None, *, draft, node: Mapping[str, Any]):
        self.node, self.content = node, draft.content
        self.kind = NodeKind.SECTION if "children" in node else node.get("type", NodeKind.TEXT)
        initial = initial_of(node) | {"type": self.kind, "edition": draft.edition}
        super().__init__(data, initial=initial)
        self._fit()
        self.choices = ChoiceRows(data, node=node) if self.kind in CHOOSING else None
        self.maps = MapRows(data, node=node) if self.kind in ASKED else None

    def _fit(self) -> None:
        """Leave what the kind has no use for, and offer what there is to choose from."""
        for name in list(self.fields):
            if self.kind not in OF_KINDS.get(name, EVERY):
                del self.fields[name]
        self.fields["type"].choices = kinds_of(self.kind)
        areas = self.content.get("areas") or {}
        self._offer("area", [NONE, *areas.items()], hide=not areas)
        self._offer("repeat", [("", _("Asked once")), *_kinds(REPEATED)])
        self._offer("catalogue", _kinds(SubjectKind))
        self._offer("measure", [("", _("Nothing")), *_measures(self.node.get("measure"))])
        if self.kind == NodeKind.SECTION:
            self.fields["type"].widget = forms.HiddenInput()
            self.fields["title"].label = _("Title")
        if self.kind == NodeKind.NOTE:
            self.fields["text"].label = _("Text to read")
        if self.kind == NodeKind.CALCULATED:
            self.fields["text"].label = _("What it says")

    def _offer(self, name: str, choices: list, *, hide: bool = False) -> None:
        if name in self.fields:
            self.fields[name].choices = choices
            if hide:
                del self.fields[name]

    @property
    def name(self) -> str:
        """What the place is called as it is kept."""
        return self.node.get("title") or self.node.get("text") or ""

    @property
    def is_mapped(self) -> bool:
        """Whether there is something to see among the mappings."""
        return self.maps.total_form_count() > 1 or self.maps.total_error_count() > 0

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields by the parts of the page; a part with nothing in it is folded away."""
        parts = []
        for title, names, may_fold in PARTS:
            fields = [self[name] for name in names if name in self.fields]
            filled = any(field.errors or self.initial.get(field.name) for field in fields)
            if any(not field.is_hidden for field in fields):
                is_open = not may_fold or (filled and names != ("key",))
                part = {"title": title, "fields": fields, "names": names, "folds": may_fold}
                parts.append(part | {"is_open": is_open})
        return parts

    def is_valid(self) -> bool:
        """The rows are looked at as well, so that all errors stand there at once."""
        rows = [one.is_valid() for one in (self.choices, self.maps) if one is not None]
        return super().is_valid() and all(rows)

    def clean_key(self) -> str:
        key = self.cleaned_data["key"].lower()
        if key == ROOT or key.strip("-") != key or not _is_key(key):
            raise ValidationError(_("Write lower-case words joined by hyphens."))
        return key

    def clean_fact_levels(self) -> list[float]:
        texts = self.cleaned_data["fact_levels"].replace(";", ",").split(",")
        read = NumberField(required=False)
        return [whole(read.clean(text)) for text in texts if text.strip()]

    def clean_kpis(self) -> list[str]:
        return [key.strip() for key in self.cleaned_data["kpis"].split(",") if key.strip()]

    def values(self) -> dict[str, Any]:
        """The node's fields as files write them; those that its kind does not have are emptied."""
        clean = self.cleaned_data
        kind = clean.get("type") or self.kind
        values = {
            name: self._written(name, clean[name])
            for name in self.fields
            if name not in ("edition", "type", *SUGGESTED, *FACTS)
        }
        if kind != NodeKind.SECTION:
            values["type"] = kind
        for name, kinds in OF_KINDS.items():
            if name in self.node and kind not in kinds:
                values[name] = None
        if self.kind in ASKED:
            values["suggests"] = _said({name: clean[name] for name in SUGGESTED})
            values["maps"] = self.maps.said()
            values["fact"] = self._fact()
        if kind not in ASKED:
            values |= {name: None for name in ("suggests", "maps", "fact")}
        return values | {"choices": self._choices(kind)}

    def _choices(self, kind: str) -> list[dict[str, Any]]:
        """Those that were written; what becomes a level begins with the levels of the whole."""
        if kind not in CHOOSING:
            return []
        if self.choices is not None:
            return self.choices.rows(kind)
        return drafting.levels_of(self.content) if kind == NodeKind.LEVEL else []

    def _fact(self) -> dict[str, Any]:
        there = {FACTS[name]: self.cleaned_data[name] for name in FACTS if name in self.fields}
        kept = self.node.get("fact") or {}
        others = {name: value for name, value in kept.items() if name not in FACTS.values()}
        return others | _said({name: whole(value) for name, value in there.items()})

    def _written(self, name: str, value: Any) -> Any:
        """The value as a file has it: what is usual stays unsaid where it was not said."""
        value = whole(value)
        if isinstance(value, bool) and name != "required":
            return value or None
        if name in USUAL and name not in self.node and value in (USUAL[name], None):
            return None
        return value


USUAL = {"required": True, "weight": 1, "importance": Importance.RECOMMENDED}


def initial_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a node."""
    fact, suggests = node.get("fact") or {}, node.get("suggests") or {}
    shown = {name: value for name, value in (USUAL | node).items() if name != "children"}
    shown |= {name: fact.get(word) for name, word in FACTS.items()}
    shown |= {name: suggests.get(name, "") for name in SUGGESTED}
    shown["fact_levels"] = ", ".join(f"{level:g}" for level in fact.get("levels") or [])
    shown["kpis"] = ", ".join(suggests.get("kpis") or [])
    return {name: _shown(value) for name, value in shown.items()}


def _shown(value: Any) -> Any:
    return f"{value:.15g}" if isinstance(value, float) else value


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def _is_key(key: str) -> bool:
    return bool(key) and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in key)


def _kinds(kinds) -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in kinds]


def _measures(current: str | None) -> list[tuple[str, Any]]:
    """The registry's, and what the node names although nothing here measures it."""
    known = [(one.key, f"{one.name} · {one.key}") for one in all_measures()]
    lost = current and current not in dict(known)
    return sorted(known, key=lambda pair: str(pair[1])) + ([(current, current)] if lost else [])


class HeadForm(EditionForm):
    """The questionnaire as a whole. ``values`` gives what ``drafting.head_changed`` takes."""

    title = TextField(label=_("Title"))
    description = TextField(label=_("Description"), longest=5_000, has_lines=True, required=False)
    minutes = WholeField(label=_("Minutes to answer"), required=False, high=10_000)
    language = TextField(
        label=_("Language"), longest=10, required=False, help_text=_("As in “en” or “pt-BR”.")
    )
    min = NumberField(label=_("Lowest level"))
    max = NumberField(label=_("Highest level"))
    target = NumberField(label=_("Target"), help_text=_("What everybody should reach."))
    anonymous = forms.BooleanField(label=_("Meant to be answered without names"), required=False)

    def __init__(self, data=None, *, draft):
        content = draft.content
        scale = content.get("scale") or {}
        initial = {name: _shown(content.get(name)) for name in self.base_fields}
        initial |= {"min": _shown(scale.get("min")), "max": _shown(scale.get("max"))}
        super().__init__(data, initial=initial | {"edition": draft.edition})
        self.content, self.scale = content, scale
        self.levels = LevelRows(data, scale=scale)
        self.areas = AreaRows(data, areas=content.get("areas") or {})

    def is_valid(self) -> bool:
        rows = [self.levels.is_valid(), self.areas.is_valid()]
        return super().is_valid() and all(rows)

    def clean(self):
        low, high = self.cleaned_data.get("min"), self.cleaned_data.get("max")
        if low is not None and high is not None and low >= high:
            self.add_error("max", _("This has to be above the lowest level."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        clean = self.cleaned_data
        named = ("title", "description", "minutes", "language", "target")
        values = {name: whole(clean[name]) for name in named}
        if not self.content.get("language") and clean["language"] in ("", "en"):
            values["language"] = None
        scale = {"min": whole(clean["min"]), "max": whole(clean["max"])}
        levels = self.levels.said()
        return values | {
            "anonymous": clean["anonymous"] or None,
            "scale": scale | ({"levels": levels} if levels else {}),
            "areas": self.areas.mapping(),
        }


class FrameworkForm(forms.Form):
    """A new framework: empty, or (``copied``) with the words of another."""

    title = TextField(label=_("Title"), help_text=_("As people know it: “Product practice”."))
    low = NumberField(label=_("Lowest level"), initial="0")
    high = NumberField(label=_("Highest level"), initial="4")
    target = NumberField(label=_("Target"), initial="3")
    names = TextField(
        label=_("Names of the levels"),
        longest=1_000,
        has_lines=True,
        required=False,
        help_text=_("One a line, from the lowest level on."),
        initial="Absent\nBy chance\nAgreed\nPractised\nImproving",
    )

    def __init__(self, data=None, *, copied=None):
        title = _("%s (copy)") % copied.framework.title if copied else ""
        super().__init__(data, initial={"title": title})
        if copied:
            for name in ("low", "high", "target", "names"):
                del self.fields[name]

    def clean(self):
        low, high = self.cleaned_data.get("low"), self.cleaned_data.get("high")
        target = self.cleaned_data.get("target")
        if low is None or high is None:
            return self.cleaned_data
        if low >= high:
            self.add_error("high", _("This has to be above the lowest level."))
        elif target is not None and not low <= target <= high:
            self.add_error("target", _("The target stands between the lowest and the highest."))
        return self.cleaned_data

    def clean_names(self) -> list[str]:
        return [line.strip()[:200] for line in self.cleaned_data["names"].splitlines()]


class PublishForm(EditionForm):
    summary = TextField(
        label=_("What changed, and why"),
        longest=2_000,
        has_lines=True,
        help_text=_("Whoever compares audits across versions reads this."),
    )


class MoveForm(EditionForm):
    """Where a node goes: up, down, or into another section."""

    section = forms.ChoiceField(label=_("Move into"), required=False)

"""Which column says what: for sources and for files, with the same options as the command's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.actions.dates import DATES
from metrics.actions.intake import COLUMNS
from metrics.models import Source
from productops.fields import TextField
from productops.forms import VersionedForm
from productops.measures import Aggregation, Direction

NOT_USED = ("", _("not in this table"))
MOST_OFFERED = 200  # columns; a wider table is mapped by the names of its columns
LABELS = {
    "kpi": _("KPI"),
    "product": _("Product"),
    "subject": _("Subject"),
    "at": _("When"),
    "value": _("Value"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "external_id": _("Mark of its own"),
}
HELP = {
    "subject": _("Such as team:payments, where it is no product"),
    "numerator": _("With a denominator, for KPIs that are a ratio"),
    "external_id": _("Tells several numbers of one moment apart, such as the number of an issue"),
}
FIXED = {
    "kpi": _("or the same KPI for every row"),
    "product": _("or the same product for every row"),
    "value": _("or the same value for every row"),
}
FIXED_HELP = {
    "kpi": _("Its name or short name, such as lead-time"),
    "product": _("Its name or short name. Empty: the organisation"),
    "value": _("1 counts the rows"),
}
# What nearly every table needs; the rest is folded away.
MAIN = (
    "at", "dates", "value", "value_fixed", "decimal", "kpi", "kpi_fixed", "create_kpis", "product",
    "product_fixed",
)  # fmt: skip
PLAIN = ("aggregation", "direction", "version")  # always filled: no reason to unfold
# Other names under which tables keep our columns, the likeliest first.
LIKELY: Mapping[str, Sequence[str]] = {
    "kpi": ("kpi", "metric", "indicator", "measure"),
    "product": ("product", "dimension", "service", "project", "repository"),
    "subject": ("subject",),
    "at": ("at", "date", "day", "time", "timestamp", "week", "month", "period", "created_at"),
    "value": ("value", "amount", "number", "count", "total"),
    "numerator": ("numerator",),
    "denominator": ("denominator",),
    "external_id": ("external_id", "id", "key"),
}


class MappingForm(VersionedForm):
    """``header`` are the table's columns, where they are known; else names are written."""

    def __init__(
        self,
        data=None,
        *,
        header: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        creates: bool = True,
        asks_decimal: bool = True,
        skips: bool = True,
        row: Source | None = None,
    ):
        super().__init__(data, row=row)
        self.header = list(header)
        for ours in COLUMNS:
            self.fields[ours] = self._column(ours)
            if ours in FIXED:
                self.fields[f"{ours}_fixed"] = TextField(
                    label=FIXED[ours], help_text=FIXED_HELP[ours], required=False, longest=200
                )
        self._add_wide()
        self._add_reading(asks_decimal, skips)
        if creates:
            self._add_creating()
        self.initial |= initial_of(options or {}, self.header)

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*MAIN, "version")]

    @property
    def uses_more(self) -> bool:
        """Whether anything that is folded away is filled or wrong."""
        return any(
            bound.errors or (bound.value() and bound.name not in PLAIN) for bound in self.more
        )

    def _column(self, ours: str) -> forms.Field:
        common = {"label": LABELS[ours], "required": False, "help_text": HELP.get(ours, "")}
        if ours == "at" and self.header:
            said = _("Say which column holds the day or time.")
            common |= {"required": True, "error_messages": {"required": said}}
        if not self._offers:
            return TextField(**common, longest=500)
        names = [(name, name) for name in self.header]
        return forms.ChoiceField(**common, choices=[NOT_USED, *names])

    @property
    def _offers(self) -> bool:
        return 0 < len(self.header) <= MOST_OFFERED

    def _add_wide(self) -> None:
        common = {
            "label": _("Columns that are KPIs"),
            "required": False,
            "help_text": _("For wide tables: each of these columns is a KPI of its own"),
        }
        if self._offers:
            names = [(name, name) for name in self.header]
            # A list, for a wide table has many columns.
            self.fields["wide"] = forms.MultipleChoiceField(**common, choices=names)
        else:
            self.fields["wide"] = LinesField(**common)

    def _add_reading(self, asks_decimal: bool, skips: bool) -> None:
        self.fields["dates"] = forms.ChoiceField(
            label=_("Dates are written as"),
            required=False,
            choices=[("", _("2026-03-31, with or without a time")), *DATES.items()],
        )
        if asks_decimal:
            self.fields["decimal"] = forms.ChoiceField(
                label=_("Decimal mark"), choices=[(".", "1.5"), (",", "1,5")], required=False
            )
        if skips:
            self.fields["skips"] = forms.BooleanField(
                label=_("Leave out rows that cannot be taken"),
                required=False,
                help_text=_("Otherwise one such row refuses the whole run. They are listed."),
            )

    def _add_creating(self) -> None:
        self.fields["create_kpis"] = forms.BooleanField(
            label=_("Create KPIs and products it names"), required=False
        )
        self.fields["aggregation"] = forms.ChoiceField(
            label=_("Several numbers of one period become their"),
            choices=[(each.value, each.label) for each in Aggregation if each != "ratio"],
            initial=Aggregation.MEAN,
            required=False,
            help_text=_("For KPIs that are created now"),
        )
        self.fields["direction"] = forms.ChoiceField(
            label=_("Direction of new KPIs"),
            choices=Direction.choices,
            initial=Direction.NEUTRAL,
            required=False,
        )

    def options(self) -> dict[str, Any]:
        """What ``metrics/actions/layouts.py`` reads; ``exact``: nothing else is guessed."""
        given = self.cleaned_data
        found = {
            "exact": True,
            "map": {ours: given[ours] for ours in COLUMNS if given.get(ours)},
            "fixed": {
                ours: given[f"{ours}_fixed"]
                for ours in FIXED
                if given.get(f"{ours}_fixed") and not given.get(ours)
            },
            "kpi": list(given.get("wide") or ()),
        }
        plain = ("dates", "decimal", "skips", "create_kpis", "aggregation", "direction")
        found |= {name: given[name] for name in plain if given.get(name)}
        if self.is_left_open:
            # Without a single column it is read by our own names, as files are.
            del found["exact"]
        return found

    @property
    def is_left_open(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in (*COLUMNS, "wide"))

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if self.is_left_open and not self.header:
            return given
        has_kpi = given.get("kpi") or given.get("kpi_fixed") or given.get("wide")
        has_value = given.get("value") or given.get("value_fixed") or given.get("numerator")
        if not given.get("at") and "at" not in self.errors:
            self.add_error("at", _("Say which column holds the day or time."))
        if not has_kpi:
            self.add_error("kpi", _("Say which column names the KPI, or name one for every row."))
        if not has_value and not given.get("wide"):
            self.add_error("value", _("Say which column holds the value."))
        return given


class LinesField(forms.CharField):
    """Names of columns, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value) -> list[str]:
        text = super().to_python(value) or ""
        return [line.strip() for line in text.splitlines()[:MOST_OFFERED] if line.strip()]

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value


def initial_of(options: Mapping[str, Any], header: Sequence[str]) -> dict[str, Any]:
    """What the form begins with: the options as they stand, else what the names suggest."""
    mapped, fixed = options.get("map") or {}, options.get("fixed") or {}
    begins: dict[str, Any] = {ours: theirs for ours, theirs in mapped.items() if ours in COLUMNS}
    begins |= {f"{ours}_fixed": text for ours, text in fixed.items() if ours in FIXED}
    plain = ("dates", "decimal", "skips", "create_kpis", "aggregation", "direction")
    begins |= {name: options[name] for name in plain if options.get(name)}
    if options.get("kpi"):
        begins["wide"] = list(options["kpi"])
    return begins if options.get("exact") else guessed(header) | begins


def guessed(header: Sequence[str]) -> dict[str, str]:
    """The column that most likely holds each of ours, by its name alone."""
    known = {" ".join(name.lower().replace("_", " ").split()): name for name in reversed(header)}
    found: dict[str, str] = {}
    for ours, names in LIKELY.items():
        for name in names:
            theirs = known.get(name.replace("_", " "))
            if theirs and theirs not in found.values():
                found[ours] = theirs
                break
    return found


def first_options(header: Sequence[str]) -> dict[str, Any]:
    """A mapping by names alone, where they leave nothing open; else the usual names count."""
    found = guessed(header)
    has_value = "value" in found or "numerator" in found
    return {"exact": True, "map": found} if {"kpi", "at"} <= found.keys() and has_value else {}

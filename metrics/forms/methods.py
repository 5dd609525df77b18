"""How a series is read."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.actions.methods import SEASONS, charts_for, known_of
from metrics.choices import RuleSet
from objectives.choices import Chart
from objectives.models import Series
from productops import cadences
from productops.fields import TextField


class MethodForm(forms.Form):
    """Rules, chart and season of a series; only charts that fit its numbers are offered."""

    chart = forms.ChoiceField(
        label=gettext_lazy("Chart"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Limits come from the first 24 periods since they were last split. Where a trend begins"
            " later, split them there."
        ),
    )
    season = forms.TypedChoiceField(
        label=gettext_lazy("Season"),
        coerce=int,
        help_text=gettext_lazy(
            "What comes again each season is taken out before values are judged. Two whole "
            "seasons have to be known."
        ),
    )
    rule_set = forms.ChoiceField(
        label=gettext_lazy("What counts as a signal"), widget=forms.RadioSelect
    )
    reason = TextField(
        label=gettext_lazy("Why"),
        longest=300,
        help_text=gettext_lazy("It is kept in the history, so that others can follow it."),
    )

    def __init__(self, *args: Any, series: Series, **options: Any) -> None:
        now = {"chart": series.chart, "season": series.season, "rule_set": series.rule_set}
        given = {**now, **options.pop("initial", {})}
        super().__init__(*args, initial=given, **options)
        known = known_of(series)
        fitting = {series.chart, *charts_for(known)}
        self.fields["chart"].choices = [
            (chart.value, said) for chart, said in charts_said().items() if chart in fitting
        ]
        cadence = known.span.cadence
        seasons = sorted({*SEASONS[cadence], series.season} - {0})
        counted = [(season, cadences.count_of_periods(season, cadence)) for season in seasons]
        self.fields["season"].choices = [(0, _("no season")), *counted]
        self.fields["rule_set"].choices = list(rule_sets_said().items())

    @property
    def status(self) -> int:
        return 422 if self.errors else 200


def charts_said() -> dict[Chart, str]:
    """Each chart in a sentence that says which numbers it is for."""
    return {
        Chart.XMR: _("Usual range: for numbers that move about one level"),
        Chart.TREND: _("About a trend: for numbers that rise or fall evenly, and should"),
        Chart.P: _("Shares (p′): a part of a whole that is not always as large"),
        Chart.U: _("Rates (u′): events in an amount that is not always as large"),
        Chart.T: _("Time between rare events (t): only if each value is such a time"),
        Chart.G: _("Cases between rare events (g): only if each value is such a count"),
    }


def rule_sets_said() -> dict[str, str]:
    """Each rule set with what it looks for."""
    return {
        RuleSet.WHEELER: _("Wheeler: outside, eight on one side, three of four near a limit"),
        RuleSet.NHS: _("NHS: outside, seven on one side, seven rising or falling, two of three"),
        RuleSet.WESTERN_ELECTRIC: _(
            "Western Electric: outside, two of three, four of five, eight on one side"
        ),
        RuleSet.NELSON: _("Nelson: eight rules, the most alarms"),
        RuleSet.ANHOEJ: _("Anhøj: runs and crossings of the whole stretch, the fewest alarms"),
    }

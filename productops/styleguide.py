"""The living style guide at /settings/ui/: every part of a page in every state."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from productops import access
from productops.forms import submitted
from productops.samples import samples


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "–"), ("process", _("Process")), ("tool", _("Tool"))]
    )
    owner = forms.ChoiceField(
        label=_("Owner"),
        choices=[("", ""), ("1", "Ines Keller"), ("2", "Tomás Rey"), ("3", "Aya Nakamura")],
        widget=forms.Select(attrs={"data-combobox": ""}),
        help_text=_("Type a few letters of the name"),
        required=False,
    )
    start = forms.DateField(
        label=_("Start"), widget=forms.DateInput(attrs={"type": "date", "width": "sm"})
    )
    share = forms.DecimalField(
        label=_("Share"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Per cent of the team's time"),
        widget=forms.NumberInput(attrs={"width": "xs"}),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    level = forms.ChoiceField(
        label=_("Effort"),
        choices=[("low", _("Low")), ("high", _("High"))],
        widget=forms.RadioSelect,
    )
    channels = forms.MultipleChoiceField(
        label=_("Tell"),
        required=False,
        choices=[("mail", _("By mail")), ("page", _("On the page"))],
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.FileField(label=_("Evidence"), required=False)
    agreed = forms.BooleanField(label=_("Agreed with the owner"), required=False)


class SampleFilters(forms.Form):
    """A filter bar."""

    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), ("open", _("Open")), ("closed", _("Closed"))],
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the guide to administrators; its form may be sent to see errors."""
    access.check_is_admin(request.user)
    form = SampleForm(submitted(request))
    page = Paginator(range(1, 234), 50).get_page(request.GET.get("page"))
    context = samples() | {
        "form": form,
        "filters": SampleFilters(request.GET or None),
        "page": page,
    }
    status = 422 if form.errors else 200
    return render(request, "productops/styleguide.html", context, status=status)

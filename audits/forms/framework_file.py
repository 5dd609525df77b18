"""A questionnaire that comes as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.framework_formats import SUFFIXES


class FrameworkFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A questionnaire as YAML, as an XLSForm workbook or as a table. A file with other "
            "content becomes a new version."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

"""How Django's forms reach the page: our templates around Django's widgets."""

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template


class FormRenderer(DjangoTemplates):
    """Forms and fields by `templates/ui/`, widgets by Django's own templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def get_template(self, template_name: str):
        """Find ours among the project's templates, the others where Django keeps them."""
        if template_name.startswith("ui/"):
            return get_template(template_name)
        return super().get_template(template_name)

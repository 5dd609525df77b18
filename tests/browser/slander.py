"""Run inside an installation: put hostile text into every column in which people write."""

from django.apps import apps
from django.db.models import CharField, EmailField, SlugField, TextField, URLField, Value
from django.db.models.functions import Concat

from productops.settings import INSTALLED_APPS

OURS = INSTALLED_APPS[:7]
NAME = "\"><img src=//evil.example/x onerror=alert(1)>'{{7*7}}<script>alert(2)</script>"
PROSE = """<script>alert(3)</script> [click](javascript:alert(4)) ![x](https://evil.example/y.png)
<svg/onload=alert(5)> <a href="https://evil.example" onmouseover="alert(6)">over</a>
[data](data:text/html,<script>alert(7)</script>) <iframe src="https://evil.example"></iframe>
<style>body{background:url(https://evil.example/z.png)}</style> </textarea></title><b id=evil>"""
# Written by the program, for itself: no person can type into them.
MACHINE = {
    "body_sha256", "content", "counts_as", "currency", "data_sha256", "digest", "expression",
    "external_id", "hash", "key", "kind", "language", "last_error", "measure", "nonce", "password",
    "prefix", "request", "row", "rule_set", "sha256", "target", "time_zone", "value", "verb",
}  # fmt: skip
FORMS = (SlugField, EmailField, URLField)


def slander() -> None:
    for model in apps.get_models():
        if model._meta.app_label in OURS and model._meta.managed:
            texts = [field for field in model._meta.concrete_fields if takes_text(field)]
            if texts:
                model._base_manager.update(**{field.name: hostile(field) for field in texts})


def takes_text(field) -> bool:
    """Whether people write into it freely."""
    if not isinstance(field, CharField | TextField) or isinstance(field, FORMS):
        return False
    return not (field.choices or field.unique or field.primary_key or field.name in MACHINE)


def hostile(field) -> Concat:
    """Unlike from row to row, since some names are unlike by a rule of the database."""
    if isinstance(field, TextField):
        return Value(PROSE)
    room = (field.max_length or 200) - 8
    return Concat(Value(NAME[:room]), "pk", output_field=CharField())

"""Parts of pages rendered apart from the page around them."""

from django.template.loader import get_template
from django.utils.safestring import SafeString


def fragment(name: str, /, **context) -> SafeString:
    """Render `templates/ui/<name>.html` with just this context, the same for every caller."""
    return SafeString(get_template(f"ui/{name}.html").render(context))

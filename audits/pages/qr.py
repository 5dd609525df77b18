"""An address as a picture that phones read."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str, name: str) -> SafeString:
    """The QR code of an address as SVG, dark on light in either theme: phones ask for that."""
    code = segno.make(address, error="m", micro=False)
    # segno escapes the title; all else that it draws is numbers.
    return mark_safe(
        code.svg_inline(
            border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", title=name
        )
    )

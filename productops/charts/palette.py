"""Colours of charts: CSS classes on pages, literal colours in PDF and PNG.

Renderers outside the browser know neither our stylesheet nor CSS variables; they get the same
strokes and fills written out. `ROLES` is that second spelling of the chart layer of app.css.
"""

from dataclasses import dataclass, field

# Role -> presentation attributes; {ink}, {good}, … are the colour tokens of a theme.
ROLES = {
    "c-band": 'fill="{flat-soft}"',
    "c-mean": 'fill="none" stroke="{flat}" stroke-width="1.5"',
    "c-mean-s": 'fill="none" stroke="{flat}" stroke-opacity=".75"',
    "c-limit": 'fill="none" stroke="{flat}" stroke-dasharray="2 3" stroke-opacity=".8"',
    "c-provisional": 'fill="none" stroke="{flat}" stroke-dasharray="6 4" stroke-opacity=".9"',
    "c-line": 'fill="none" stroke="{ink-3}" stroke-width="1.5" stroke-linejoin="round"',
    "c-line-open": 'fill="none" stroke="{ink-3}" stroke-width="1.5" stroke-dasharray="2 3"',
    "c-line-mr": 'fill="none" stroke="{ink-3}" stroke-width="1.25" stroke-linejoin="round"',
    "c-echo": 'fill="none" stroke="{accent}" stroke-opacity=".55" stroke-linejoin="round"',
    "c-talk": 'fill="{surface}" stroke="{accent}" stroke-width="1.25" stroke-linejoin="round"',
    "c-pt": 'fill="{surface}" stroke="{ink-2}" stroke-width="1.5"',
    "c-good": 'fill="{good}" stroke="{surface}"',
    "c-bad": 'fill="{bad}" stroke="{surface}"',
    "c-neutral": 'fill="{flat}" stroke="{surface}"',
    "c-left-out": 'fill="{flat}" stroke="{flat}" fill-opacity=".35" stroke-opacity=".35"',
    "c-open": 'fill="{surface}" stroke="{ink-2}" stroke-width="1.5" stroke-dasharray="2 2"',
    "c-hit": 'fill="none"',
    "c-ex": 'fill="none" stroke="{flat}" stroke-width="1.5"',
    "c-target": 'fill="none" stroke="{accent}" stroke-width="1.5" stroke-dasharray="6 4"',
    "c-target-s": 'fill="none" stroke="{accent}" stroke-dasharray="3 3"',
    "c-grid": 'fill="none" stroke="{line}"',
    "c-axis": 'fill="{ink-3}"',
    "c-note": 'fill="{ink}"',
    "c-strong": 'fill="{ink}" font-weight="600"',
    "c-acc": 'fill="{accent}" font-weight="550"',
    "c-flag": 'fill="{surface}" stroke="{ink-2}" stroke-width="1.25"',
    "c-flag-t": 'fill="{ink}" font-weight="650" font-size="11"',
    "c-div": 'fill="none" stroke="{ink-2}"',
    "c-drop": 'fill="none" stroke="{ink-2}" stroke-dasharray="1 3"',
    "c-gap-bad": 'fill="none" stroke="{bad}" stroke-width="3" stroke-opacity=".55"',
    "c-gap-good": 'fill="none" stroke="{good}" stroke-width="3" stroke-opacity=".55"',
    "bl-range": 'fill="{flat-soft}"',
    "bl-usual": 'fill="{flat}" fill-opacity=".38"',
    "bl-mark": 'fill="{ink}"',
    "bl-target": 'fill="none" stroke="{accent}" stroke-width="2"',
    "bl-band": 'fill="{accent}" fill-opacity=".3"',
    "tr-rail": 'fill="{sunken}"',
    "tr-done": 'fill="{ink-3}"',
    "tr-over": 'fill="{good}"',
    "tr-back": 'fill="{bad}"',
    "tr-time": 'fill="{accent}"',
    "tr-zero": 'fill="{ink-2}"',
    "ch-box": 'fill="{surface}" stroke="{line}"',
    "ch-part": 'fill="none" stroke="{line}" stroke-width="1.5"',
    "ch-contributes": 'fill="none" stroke="{ink-3}" stroke-width="1.5"',
    "ch-depends": 'fill="none" stroke="{ink-3}" stroke-width="1.5" stroke-dasharray="6 4"',
    "ch-conflicts": 'fill="none" stroke="{bad}" stroke-width="1.5" stroke-dasharray="2 3"',
    "ch-raises": 'fill="none" stroke="{ink-3}" stroke-width="1.5"',
    "ch-lowers": 'fill="none" stroke="{ink-3}" stroke-width="1.5" stroke-dasharray="6 4"',
    "ch-tip": 'fill="{ink-3}"',
    "bar-fill": 'fill="{ink-3}"',
    "bar-good": 'fill="{good}"',
    "bar-bad": 'fill="{bad}"',
    "bar-flat": 'fill="{flat}"',
    "bar-accent": 'fill="{accent}"',
}

_LIGHT = {
    "surface": "#ffffff",
    "sunken": "#edf1f1",
    "line": "#dfe5e6",
    "ink": "#152024",
    "ink-2": "#43535a",
    "ink-3": "#58676d",
    "accent": "#0f5b70",
    "good": "#1565b0",
    "bad": "#ad4700",
    "flat": "#5f6e74",
    "flat-soft": "#ebeff0",
}
_DARK = {
    "surface": "#151d20",
    "sunken": "#1b2529",
    "line": "#29363b",
    "ink": "#e6edef",
    "ink-2": "#b5c3c8",
    "ink-3": "#94a5ab",
    "accent": "#82cde2",
    "good": "#74b7f5",
    "bad": "#f6a461",
    "flat": "#93a3a9",
    "flat-soft": "#232e33",
}


@dataclass(frozen=True)
class Palette:
    """How a role becomes attributes; without tokens it becomes a CSS class."""

    tokens: dict[str, str] = field(default_factory=dict)

    def attributes(self, role: str) -> str:
        """Return `class="c-good"` or `fill="#1565b0" stroke="#ffffff"`; KeyError if unknown."""
        literal = ROLES[role]
        if not self.tokens:
            return f'class="{role}"'
        for token, colour in self.tokens.items():
            literal = literal.replace("{" + token + "}", colour)
        return literal

    def frame(self, css_class: str) -> str:
        """Attributes of the outer element: a class, or the font that a bare renderer needs."""
        if not self.tokens:
            return f'class="{css_class}"'
        return 'font-family="Inter" font-size="12"'


STYLESHEET = Palette()
LIGHT = Palette(_LIGHT)
DARK = Palette(_DARK)
# On paper the band must survive a copier.
PRINT = Palette(_LIGHT | {"flat-soft": "#e3e8e9", "line": "#cfd6d8"})

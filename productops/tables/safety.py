"""Text that a spreadsheet would take for a formula gets an apostrophe; reading takes it off again.

The triggers are those of OWASP's page on CSV injection, also after a quote, a semicolon or a line
break, where a program that splits at semicolons would begin a cell. Text that had apostrophes
there gets one more, so that nothing is lost on the way back.
"""

import re

TRIGGERS = "=+\\-@\t\r\n＝＋－＠"
_OUT = re.compile(f"(^|[;\"\r\n])('*)(?=[{TRIGGERS}])")
_BACK = re.compile(f"(^|[;\"\r\n])'('*)(?=[{TRIGGERS}])")


def guarded(text: str) -> str:
    """The text as it may stand in a cell."""
    return _OUT.sub(r"\1'\2", text)


def unguarded(text: str) -> str:
    """The text as it was before ``guarded``."""
    return _BACK.sub(r"\1\2", text) if "'" in text else text

"""Expressions over answers, as XLSForm writes them: conditions, checks, calculations.

``${planned} >= 2 and selected(${tools}, 'jira')`` asks two answers by the keys of their questions;
``.`` is the answer itself. Allowed are numbers, texts in quotes, ``+ - * div mod``,
``= != < <= > >=``, ``and or``, parentheses and the functions of ``functions.py``. The text is cut
into known words before Python's parser sees it, each node of its tree must be one of seven kinds,
and simpleeval computes it. Nothing that can be written fails while it is computed: where there is
no answer (division by zero, a text where a number is wanted) the value is empty.

A question without an answer is empty: every comparison with it is false, but ``${key} = ''`` is
true, and ``${key} != ''`` true where something was answered.
"""

from audits.expressions.reading import Expression, read_expression
from audits.expressions.values import Value, is_empty, is_true, to_text
from audits.expressions.words import LONGEST, BadExpression

__all__ = [
    "LONGEST",
    "BadExpression",
    "Expression",
    "Value",
    "is_empty",
    "is_true",
    "read_expression",
    "to_text",
]

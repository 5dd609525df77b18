"""JMESPath with limits: a path is read once, and evaluated for a bounded number of steps and sizes.

The language cannot loop, but a short path can double a list or a text with each of its parts.
"""

from dataclasses import dataclass, field
from typing import Any

import jmespath
from django.utils.translation import gettext as _
from jmespath import exceptions
from jmespath.visitor import TreeInterpreter

LONGEST_PATH = 1_000
MOST_STEPS = 2_000_000
MOST_ITEMS = 500_000  # in one list on the way
MOST_CHARACTERS = 10 << 20  # in one text on the way


class BadPath(ValueError):  # noqa: N818  a sentence for people
    """The path cannot be read, or does not fit what it is used on."""


@dataclass(frozen=True)
class Path:
    """A compiled path."""

    text: str
    _tree: dict[str, Any] = field(repr=False, compare=False)

    def find(self, value: Any, *, steps: int = MOST_STEPS) -> Any:
        """What stands there in ``value``; None where nothing does. Raises BadPath."""
        try:
            return _Bounded(steps).visit(self._tree, value)
        except (exceptions.JMESPathError, TypeError, ValueError, AttributeError) as problem:
            if isinstance(problem, BadPath):
                raise
            raise BadPath(_("The path does not fit what the source gives.")) from problem
        except RecursionError:
            raise BadPath(_("The path is too deep.")) from None


def compiled(text: str) -> Path:
    """Read a path. Raises BadPath with the place where it ceases to be one."""
    if len(text) > LONGEST_PATH:
        raise BadPath(_("A path has at most 1,000 characters."))
    try:
        return Path(text, jmespath.compile(text).parsed)
    except exceptions.EmptyExpressionError:
        raise BadPath(_("The path is empty.")) from None
    except exceptions.ParseError as problem:
        place = (problem.lex_position or 0) + 1
        raise BadPath(
            _("This is no path from character %(place)s on.") % {"place": place}
        ) from None
    except (exceptions.JMESPathError, RecursionError, ValueError):
        raise BadPath(_("This path cannot be read.")) from None


class _Bounded(TreeInterpreter):
    """Counts its steps and measures what it makes."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._left = steps

    def visit(self, node: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise BadPath(_("Evaluating the path takes too long."))
        return _measured(super().visit(node, *args, **kwargs))

    def visit_function_expression(self, node: dict[str, Any], value: Any) -> Any:
        if node["value"] == "join":
            self._measure_join(node, value)
        return super().visit_function_expression(node, value)

    def _measure_join(self, node: dict[str, Any], value: Any) -> None:
        """The one function whose result can be far larger than what it is given."""
        glue, *rest = (self.visit(child, value) for child in node["children"])
        if rest and isinstance(glue, str) and isinstance(rest[0], list):
            size = sum(len(part) for part in rest[0] if isinstance(part, str))
            if len(glue) * len(rest[0]) + size > MOST_CHARACTERS:
                raise BadPath(_("The path makes something too large."))


def _measured(made: Any) -> Any:
    if (isinstance(made, list) and len(made) > MOST_ITEMS) or (
        isinstance(made, str) and len(made) > MOST_CHARACTERS
    ):
        raise BadPath(_("The path makes something too large."))
    return made

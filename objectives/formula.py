"""Formulae of computed KPIs: arithmetic over other KPIs, named in braces.

``{bugs} / {releases} * 100`` reads two KPIs by their short names. Allowed are numbers, the signs
``+ - * / **`` (the last with a number of at most 10), parentheses, and min, max, abs, round, sqrt
and log. Nothing else can be written: the text is cut into known words before Python's parser sees
it, each node of its tree must be one of six kinds, and simpleeval computes it. A value is always
finite; where arithmetic has no answer (division by zero, a root of less than zero) it is a gap.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from simpleeval import SimpleEval

from productops.expressions import is_deeper_than
from productops.figures import LARGEST

LONGEST = 500  # characters, as wide as the column
MOST_INPUTS = 20
DEEPEST = 60  # nodes under one another: a sum of all inputs is 20 deep
MOST_POWER = 10
MOST_DIGITS = 12

WORD = re.compile(
    r"\s*(?:(?P<kpi>\{[^{}]*\})|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/(),]))",
    re.ASCII,
)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


class Fault(StrEnum):
    """What is wrong with a text; the sentence for people is ``objectives.wording``'s."""

    EMPTY = "empty"
    LONG = "long"
    CHARACTER = "character"
    FUNCTION = "function"
    ARGUMENTS = "arguments"
    SLUG = "slug"
    NO_KPI = "no_kpi"
    MANY_KPIS = "many_kpis"
    POWER = "power"
    NUMBER = "number"
    DEEP = "deep"
    SYNTAX = "syntax"


class BadFormula(ValueError):  # noqa: N818  it says what the text is
    """``at`` is the character where it goes wrong, counted from 1; ``what`` stands there."""

    def __init__(self, fault: Fault, at: int = 1, what: str = "") -> None:
        super().__init__(f"{fault} at {at}: {what}")
        self.fault, self.at, self.what = fault, at, what


def rounded(value: float, digits: float = 0.0) -> float:
    return round(value, max(-MOST_DIGITS, min(MOST_DIGITS, int(digits))))


# Each with the fewest and most arguments that it takes.
FUNCTIONS: dict[str, tuple[Callable[..., float], int, int]] = {
    "min": (min, 2, MOST_INPUTS),
    "max": (max, 2, MOST_INPUTS),
    "abs": (abs, 1, 1),
    "round": (rounded, 1, 2),
    "sqrt": (math.sqrt, 1, 1),
    "log": (math.log, 1, 2),
}
SIGNS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
CALLED = {name: function for name, (function, _fewest, _most) in FUNCTIONS.items()}


def pieces(text: str) -> list[tuple[str, str]]:
    """A formula for reading: each piece of text with the short name that it is, or ""."""
    parts = re.split(r"(\{[^{}]*\})", text)
    return [(part, part[1:-1].strip() if part.startswith("{") else "") for part in parts if part]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read; ``inputs`` are the short names in it, each once, in order."""

    text: str
    inputs: tuple[str, ...]
    tree: ast.expr
    names: Mapping[str, str]  # of the tree: the short name that each stands for

    def value(self, figures: Mapping[str, float | None]) -> float | None:
        """What comes out of its inputs' figures; None if one is missing or there is no answer."""
        known = {name: figures.get(slug) for name, slug in self.names.items()}
        if any(value is None for value in known.values()):
            return None
        evaluator = SimpleEval(operators=SIGNS, functions=CALLED, names=known)
        try:
            found = evaluator.eval("", previously_parsed=self.tree)
        except (ArithmeticError, ValueError):
            return None
        # A root of a negative number is complex; what is beyond LARGEST may be infinite.
        return found if isinstance(found, float) and abs(found) <= LARGEST else None


@lru_cache(maxsize=1024)
def read_formula(text: str) -> Formula:
    """Read a formula. Raises ``BadFormula`` with the place where it cannot be one."""
    if not text.strip():
        raise BadFormula(Fault.EMPTY)
    if len(text) > LONGEST:
        raise BadFormula(Fault.LONG, LONGEST)
    plain, names = translated(text)
    lead = len(plain) - len(plain.lstrip())
    tree = parsed(plain.lstrip(), lead)
    if is_deeper_than(tree, DEEPEST):
        raise BadFormula(Fault.DEEP)
    checked = Checked(lead, names).visit(tree)
    if not names:
        raise BadFormula(Fault.NO_KPI)
    return Formula(text, tuple(dict.fromkeys(names.values())), checked, names)


def translated(text: str) -> tuple[str, dict[str, str]]:
    """The text with each KPI as a name that Python can read, every character in its old place."""
    pieces: list[str] = []
    names: dict[str, str] = {}
    at, end, former = 0, len(text.rstrip()), "sign"
    while at < end:
        found = WORD.match(text, at)
        if found is None:
            at = end - len(text[at:end].lstrip())
            raise BadFormula(Fault.CHARACTER, at + 1, text[at])
        kind = str(found.lastgroup)
        word, start = found[kind], found.start(kind)
        if kind != "sign" and former != "sign":
            raise BadFormula(Fault.SYNTAX, start + 1, word)
        if kind == "name" and word not in FUNCTIONS:
            raise BadFormula(Fault.FUNCTION, start + 1, word)
        pieces += [" " * (start - at), name_of(word, start, names) if kind == "kpi" else word]
        at, former = found.end(), kind
    return "".join(pieces), names


def name_of(word: str, start: int, names: dict[str, str]) -> str:
    """A name for a KPI, as long as the braces and what is in them."""
    slug = word[1:-1].strip()
    if not SLUG.fullmatch(slug):
        raise BadFormula(Fault.SLUG, start + 1, word)
    known = set(names.values())
    if slug not in known and len(known) == MOST_INPUTS:
        raise BadFormula(Fault.MANY_KPIS, start + 1, word)
    place = len(names)
    name = f"k{chr(ord('a') + place % 26)}{place // 26}".ljust(len(word), "_")
    same = (old for old, was in names.items() if was == slug and len(old) == len(name))
    name = next(same, name)
    names[name] = slug
    return name


def parsed(plain: str, lead: int) -> ast.expr:
    try:
        return ast.parse(plain, mode="eval").body
    except SyntaxError as error:
        # Where the text ends too early Python points nowhere, or behind it.
        at = min(error.offset or len(plain), len(plain))
        raise BadFormula(Fault.SYNTAX, at + lead, plain[at - 1]) from error


class Checked(ast.NodeTransformer):
    """Lets pass only what a formula may have; numbers become doubles."""

    def __init__(self, lead: int, names: Mapping[str, str]) -> None:
        self.lead, self.names = lead, names

    def fault(self, fault: Fault, node: ast.AST, what: str = "") -> BadFormula:
        return BadFormula(fault, getattr(node, "col_offset", 0) + self.lead + 1, what)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        raise self.fault(Fault.SYNTAX, node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.names:
            raise self.fault(Fault.ARGUMENTS, node, node.id)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        # No text can be written, so that it is a number.
        if not (isinstance(node.value, int | float) and abs(node.value) <= LARGEST):
            raise self.fault(Fault.NUMBER, node)
        return ast.copy_location(ast.Constant(float(node.value)), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        node.operand = self.visit(node.operand)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if type(node.op) not in SIGNS:  # "//", as two signs in a row
            raise self.fault(Fault.SYNTAX, node)
        node.left, node.right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and not is_small(node.right):
            raise self.fault(Fault.POWER, node.right)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            raise self.fault(Fault.SYNTAX, node)
        _function, fewest, most = FUNCTIONS[name]
        if node.keywords or not fewest <= len(node.args) <= most:
            raise self.fault(Fault.ARGUMENTS, node, name)
        node.args = [self.visit(each) for each in node.args]
        return node


def is_small(node: ast.AST) -> bool:
    """Whether an exponent is a plain number of a size that no figure grows beyond bounds by."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, float) and value <= MOST_POWER

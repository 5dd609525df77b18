"""From words to a tree that can only compute, and from the tree to a value."""

import ast
import operator
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import fmod

from simpleeval import SimpleEval

from audits.expressions.functions import CONSTANTS, FUNCTIONS, TODAY
from audits.expressions.patterns import BadPattern, read_pattern
from audits.expressions.values import (
    Value,
    comparing,
    computing,
    differs,
    equal,
    is_empty,
    is_true,
    negative,
)
from audits.expressions.words import BadExpression, Words, cut
from productops.expressions import is_deeper_than

DEEPEST = 60  # nodes under one another
SIGNS = {
    ast.Add: computing(operator.add),
    ast.Sub: computing(operator.sub),
    ast.Mult: computing(operator.mul),
    ast.Div: computing(operator.truediv),
    ast.Mod: computing(fmod),
    ast.USub: negative,
    ast.Eq: equal,
    ast.NotEq: differs,
    ast.Lt: comparing(operator.lt),
    ast.LtE: comparing(operator.le),
    ast.Gt: comparing(operator.gt),
    ast.GtE: comparing(operator.ge),
}
HERE = "here"
REGEX = "regex"
NAMES = {f"f_{name.replace('-', '_')}": name for name in (*FUNCTIONS, *CONSTANTS, TODAY)}
CALLED = {
    name: FUNCTIONS[written][0] for name, written in NAMES.items() if written in FUNCTIONS
} | {"is_true": is_true}
_mine = threading.local()  # making an evaluator costs more than most expressions


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read; ``names`` are the keys it asks, ``uses_here`` whether ``.``."""

    text: str
    names: frozenset[str]
    uses_here: bool
    tree: ast.expr
    keys: Mapping[str, str]  # of the tree: the key that each name stands for
    texts: Mapping[str, str]  # of the tree: the text that each name stands for

    @property
    def uses_today(self) -> bool:
        """Whether it may come to something else tomorrow."""
        return any(isinstance(one, ast.Name) and one.id == TODAY for one in ast.walk(self.tree))

    def value(self, answers: Mapping[str, Value], *, here: Value = None, today: date) -> Value:
        """What comes out; a condition is 1 or 0. A key without an answer is empty."""
        known: dict[str, Value] = {name: answers.get(key) for name, key in self.keys.items()}
        evaluator = _evaluator()
        evaluator.names = {**known, **self.texts, HERE: here, TODAY: today}
        found = evaluator.eval("", previously_parsed=self.tree)
        if is_empty(found):
            return None
        return float(found) if isinstance(found, (bool, int)) else found

    def holds(self, answers: Mapping[str, Value], *, here: Value = None, today: date) -> bool:
        return is_true(self.value(answers, here=here, today=today))


def _evaluator() -> SimpleEval:
    if not hasattr(_mine, "evaluator"):
        _mine.evaluator = SimpleEval(operators=SIGNS, functions=CALLED, names={})
    return _mine.evaluator


@lru_cache(maxsize=4096)
def read_expression(text: str) -> Expression:
    """Read an expression. Raises BadExpression with the character where it cannot be one."""
    words = cut(text)
    tree = _parsed(words)
    if is_deeper_than(tree, DEEPEST):
        raise BadExpression(f"is nested more than {DEEPEST} levels deep.")
    checked = _Checked(words)
    tree = checked.visit(tree)
    return Expression(
        text=text,
        names=frozenset(words.keys.values()),
        uses_here=HERE in words.plain,
        tree=tree,
        keys=words.keys,
        texts=words.texts,
    )


def _parsed(words: Words) -> ast.expr:
    plain = " ".join(words.plain)
    try:
        return ast.parse(plain, mode="eval").body
    except SyntaxError as error:
        # Where the text ends too early Python points nowhere, or behind it.
        at = error.offset - 1 if error.offset else len(plain)
        reason = "something is missing behind this." if at >= len(plain) else "cannot stand here."
        raise BadExpression(reason, words.place_of(at)) from error
    except (RecursionError, MemoryError) as error:
        raise BadExpression("is nested too deeply.") from error


class _Checked(ast.NodeTransformer):
    """Lets pass only what an expression may have."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.known = {HERE, *words.keys, *words.texts}

    def fault(self, reason: str, node: ast.AST) -> BadExpression:
        return BadExpression(reason, self.words.place_of(getattr(node, "col_offset", 0)))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        raise self.fault("cannot stand here.", node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.known:
            raise self.fault("cannot stand here.", node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node  # numbers only: texts are names, and no other constant can be written

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if type(node.op) not in SIGNS:
            raise self.fault("cannot stand here.", node)
        node.operand = self.visit(node.operand)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if type(node.op) not in SIGNS:  # "* *", as two signs in a row
            raise self.fault("cannot stand here.", node)
        node.left, node.right = self.visit(node.left), self.visit(node.right)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self.visit(each) for each in node.values]
        return _call("is_true", node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) > 1:
            reason = "compares three values; write two comparisons with and between them."
            raise self.fault(reason, node.comparators[1])
        if type(node.ops[0]) not in SIGNS:
            raise self.fault("cannot stand here.", node)
        node.left, node.comparators = self.visit(node.left), [self.visit(node.comparators[0])]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = NAMES.get(node.func.id, "") if isinstance(node.func, ast.Name) else ""
        if not name:
            raise self.fault("cannot stand here.", node)
        if name in CONSTANTS or name == TODAY:
            return self.constant(name, node)
        _function, fewest, most = FUNCTIONS[name]
        if node.keywords or not fewest <= len(node.args) <= most:
            raise self.fault(f"{name} takes {_number_of(fewest, most)}.", node)
        if name == REGEX:
            self.check_pattern(node.args[1])
        node.args = [self.visit(each) for each in node.args]
        return node

    def check_pattern(self, node: ast.expr) -> None:
        """A pattern stands there as it is, so that it can be checked before anything is matched."""
        text = self.words.texts.get(node.id) if isinstance(node, ast.Name) else None
        if text is None:
            raise self.fault("the pattern has to stand there in quotes.", node)
        try:
            read_pattern(text)
        except BadPattern as error:
            raise self.fault(error.reason, node) from error

    def constant(self, name: str, node: ast.Call) -> ast.AST:
        if node.args or node.keywords:
            raise self.fault(f"{name} takes nothing between its parentheses.", node)
        if name == TODAY:
            return ast.copy_location(ast.Name(TODAY, ast.Load()), node)
        return ast.copy_location(ast.Constant(CONSTANTS[name]), node)


def _call(name: str, node: ast.expr) -> ast.AST:
    call = ast.Call(ast.Name(name, ast.Load()), [node], [])
    return ast.copy_location(call, node)


def _number_of(fewest: int, most: int) -> str:
    if fewest == most:
        return "one value" if most == 1 else f"{most} values"
    return f"{fewest} to {most} values"

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.expressions import LONGEST, BadExpression, read_expression

ON = date(2026, 11, 26)
ANSWERS = {
    "level": 3.0,
    "yes": 1.0,
    "one": "2",
    "several": ("a", "b"),
    "since": date(2026, 11, 1),
    "words": "hello",
    "tools": ("tool:jira",),
}


def value(text, *, here=None, **more):
    return read_expression(text).value(ANSWERS | more, here=here, today=ON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${level} + 2 * 3", 9),
        ("(${level} + 2) * 3", 15),
        ("-${level} - -1", -2),
        ("7 div 2", 3.5),
        ("7 mod 3", 1),
        ("-7 mod 3", -1),
        ("${level} div 0", None),
        ("1 mod 0", None),
        ("${level} + ${none}", None),
        ("${words} * 2", None),
        ("'2' + 1", 3),
        ("round(2.5) + round(-2.5)", 1),
        ("round(2.345, 2)", 2.35),
        ("round(1234, -2)", 1200),
        ("int(3.9) + int('-3.9')", 0),
        ("abs(-2)", 2),
        ("min(${level}, ${none}, 2)", 2),
        ("max(${since}, today())", ON),
        ("max(${none}, '')", None),
        ("sum(${level}, ${one}, ${none})", 5),
        ("sum(${none}, ${none})", None),
        ("number('x')", None),
        ("number(true())", 1),
        ("string-length(${words})", 5),
        ("string-length(${none})", 0),
        ("count-selected(${several}) + count-selected(${one}) + count-selected(${none})", 3),
        ("coalesce(${none}, '', ${words}, 'x')", "hello"),
        ("if(${level} > 2, 'high', 'low')", "high"),
        ("if(${none}, 'x', '')", None),
        ("today() - ${since}", 25),
        ("date(today() + 1)", date(2026, 11, 27)),
        ("date('2026-13-01')", None),
        ("date(99999999)", None),
        ("${several}", ("a", "b")),
        ("'it is “so”'", "it is “so”"),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "${level} = 3",
        "${level} = '3'",
        "'3' = ${level}",
        "${one} = 2",
        "${one} = '2'",
        "${level} != 'abc'",
        "${yes} = true()",
        "not(${level} = 4)",
        "not(${level} = 3) = false()",
        "${several} = 'a b'",
        "selected(${several}, 'a')",
        "selected(${one}, '2')",
        "selected(${one}, 2)",
        "selected(${tools}, 'tool:jira')",
        "not(selected(${several}, 'a b'))",
        "not(selected(${none}, ''))",
        "contains(${words}, 'ell') and starts-with(${words}, 'he')",
        "${since} < today()",
        "${since} = '2026-11-01'",
        "'2026-10-31' < ${since}",
        "${since} >= today() - 25",
        "${level} = 4 or ${level} = 3 and ${yes} = 1",
        "1 < 2 and 2 <= 2 and 2 > 1 and 2 >= 2",
        "${none} = '' and '' = ${none} and ${words} != ''",
        "${empty} = ''",
    ],
)
def test_what_holds(text):
    assert value(text, empty="") == 1


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("other", ["1", "'x'", "${level}", "${none}", "${since}"])
def test_comparisons_with_empty_are_false(sign, other):
    assert value(f"${{none}} {sign} {other}") == 0
    assert value(f"{other} {sign} ${{none}}") == 0


def test_the_point_is_the_answer_itself():
    expression = read_expression(". >= 0 and . <= 100")

    assert expression.uses_here
    assert expression.holds({}, here=50.0, today=ON)
    assert not expression.holds({}, here=101.0, today=ON)
    assert not expression.holds({}, today=ON)


def test_an_expression_tells_what_it_asks():
    expression = read_expression("${a} > 1\n and ( ${b-2} = 'x' or ${a} = 3.5 )")

    assert expression.names == {"a", "b-2"}
    assert not expression.uses_here


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("", 1, "is empty"),
        ("  ", 1, "is empty"),
        ("${a} == 2", 7, "write one sign"),
        ("${a} / 2", 6, "write div"),
        ("${a} & ${b}", 6, "write and"),
        ("1 < . < 3", 9, "two comparisons"),
        ("foo(1)", 1, "'foo' is no function"),
        ("${a} = yes", 8, "a text stands in quotes"),
        ("'a", 1, "no end"),
        ("${a} = ’x’", 8, "write '"),
        ("${a", 1, "written ${key}"),
        ("${a b}", 1, "no key"),
        ("${__class__}.x", 13, "follows a value"),
        ("().__class__", 3, "follows a value"),
        ("a.__class__.__mro__", 1, "no word"),
        ("__import__('os')", 1, "no function"),
        ("lambda: 1", 1, "no word"),
        ("(1", 1, "never closed"),
        ("1)", 2, "never opened"),
        ("1 2", 3, "follows a value"),
        ("${a} 'x'", 6, "follows a value"),
        ("${a} ** 2", 7, "nothing to its left"),
        ("9**9**9", 3, "nothing to its left"),
        ("-" * 1_000 + "1", 1, "levels deep"),
        ("1 +", 3, "missing behind"),
        ("1 and", 3, "missing behind"),
        ("(1, 2)", 1, "cannot stand"),
        ("min(1,)", 7, "behind the comma"),
        ("min()", 1, "1 to 50 values"),
        ("true(1)", 1, "nothing between"),
        ("if(1, 2)", 1, "3 values"),
        ("'a'(1)", 1, "cannot stand"),
        ("5(1)", 1, "cannot stand"),
        ("[1 for x in 1]", 1, "filters"),
        ("${a} = 1; 2", 9, "means nothing"),
        ("\xa01", 1, "means nothing"),
        ("١ + 1", 1, "means nothing"),
        ("ｍin(1)", 1, "means nothing"),
        ("1e9", 2, "no word"),
        ("9" * 200, 1, "too large"),
        ("(" * 500, 41, "parentheses within"),
        ("not(" * 100 + "1" + ")" * 100, 164, "parentheses within"),
        ("1" + "+1" * 500, 1, "levels deep"),
        ("${a} = '" + "x" * LONGEST, LONGEST, "longer than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(text, at, reason):
    with pytest.raises(BadExpression) as refused:
        read_expression(text)

    assert (refused.value.at, reason in refused.value.reason) == (at, True), refused.value


def test_ten_megabytes_are_refused_at_once():
    start = time.perf_counter()

    with pytest.raises(BadExpression):
        read_expression("(1+" * 3_500_000)

    assert time.perf_counter() - start < 0.1


WORDS = [
    "${a}",
    "${none}",
    "${several}",
    "${since}",
    ".",
    "1",
    "2.5",
    "''",
    "'x'",
    "'2026-01-01'",
    "+",
    "-",
    "*",
    "div",
    "mod",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "(",
    ")",
    ",",
    "not(",
    "if(",
    "selected(",
    "count-selected(",
    "coalesce(",
    "min(",
    "sum(",
    "round(",
    "int(",
    "number(",
    "date(",
    "abs(",
    "string-length(",
    "contains(",
    "starts-with(",
    "today()",
    "true()",
    "false()",
    "**",
    "/",
    "==",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
]
SOME_VALUES = st.none() | st.floats() | st.text(max_size=9) | st.dates() | st.just(("a", "b"))


def read_or_refuse(text):
    try:
        return read_expression(text), None
    except BadExpression as refusal:
        return None, refusal


@given(st.lists(st.sampled_from(WORDS), max_size=14), SOME_VALUES, SOME_VALUES)
@settings(max_examples=150, deadline=None)
def test_words_in_any_order_are_refused_or_have_a_value(words, first, here):
    expression, refusal = read_or_refuse(" ".join(words))

    if expression:
        found = expression.value(ANSWERS | {"a": first}, here=here, today=ON)
        assert found is None or type(found) in (float, str, tuple, date)
    else:
        assert 1 <= refusal.at <= 1 + len(" ".join(words))


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_refused_or_read(text):
    expression, refusal = read_or_refuse(text)

    assert expression or 1 <= refusal.at <= max(1, len(text))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=6), st.sampled_from("+-*"))
def test_arithmetic_is_arithmetic(numbers, sign):
    text = f" {sign} ".join(f"(0 - {abs(n):.6f})" if n < 0 else f"{n:.6f}" for n in numbers)

    assert value(text) == pytest.approx(eval(text))


def test_a_condition_costs_little():
    expression = read_expression(
        "${level} >= 2 and selected(${several}, 'b') and ${since} < today()"
    )
    start = time.perf_counter()

    for _ in range(1_000):
        expression.holds(ANSWERS, today=ON)

    assert time.perf_counter() - start < 0.5

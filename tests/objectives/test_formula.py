"""Formulas of computed KPIs: what they may say, what comes out, and where they go wrong."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.formula import BadFormula, Fault, pieces, read_formula
from objectives.wording import formula_fault

FIGURES = {"a": 4.0, "b": -2.0, "lead-time": 10.0, "zero": 0.0}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{a} / {b} * 100", -200.0),
        ("  {a}+{a }+{ lead-time }", 18.0),
        ("max({a}, 7) ** 2 - 1", 48.0),
        ("-{b} ** 2", -4.0),
        ("abs({b}) + min({a}, {b}, 1)", 0.0),
        ("round({lead-time} / 3, 2)", 3.33),
        ("round({lead-time} / 3)", 3.0),
        ("sqrt({a}) + log({lead-time}, 10)", 3.0),
        ("1e2 * .5 * {a}", 200.0),
        ("{a} ** -1", 0.25),
        ("{a}\n+\n{b}", 2.0),
        ("{a} / {zero}", None),
        ("{zero} ** -1", None),
        ("sqrt({b})", None),
        ("{b} ** 0.5", None),
        ("log({zero})", None),
        ("1e90 * {a} * 1e90", None),
        ("{a} + {unknown}", None),
    ],
)
def test_a_formula_is_the_arithmetic_that_it_says(text, wanted):
    found = read_formula(text).value(FIGURES)

    assert found == (wanted if wanted is None else pytest.approx(wanted))


@pytest.mark.parametrize(
    ("text", "fault", "at"),
    [
        (" ", Fault.EMPTY, 1),
        ("{a}" + " + {a}" * 90, Fault.LONG, 500),
        ("{a} == 1", Fault.CHARACTER, 5),
        ("'x' * {a}", Fault.CHARACTER, 1),
        ("{a}.real", Fault.CHARACTER, 4),
        ("{a}[0]", Fault.CHARACTER, 4),
        ("{a} + ä", Fault.CHARACTER, 7),
        ("{a", Fault.CHARACTER, 1),
        ("{A b} + 1", Fault.SLUG, 1),
        ("{a} + bugs", Fault.FUNCTION, 7),
        ("__import__({a})", Fault.FUNCTION, 1),
        ("lambda: {a}", Fault.FUNCTION, 1),
        ("max({a})", Fault.ARGUMENTS, 1),
        ("{a} + sqrt({a}, 2)", Fault.ARGUMENTS, 7),
        ("max + {a}", Fault.ARGUMENTS, 1),
        ("1 + 2", Fault.NO_KPI, 1),
        ("{a} ** {b}", Fault.POWER, 8),
        ("{a} ** 11", Fault.POWER, 8),
        ("2 ** 9 ** 9 * {a}", Fault.POWER, 6),
        ("9" * 400 + "* {a}", Fault.NUMBER, 1),
        ("-" * 80 + "{a}", Fault.DEEP, 1),
        ("{a} {b}", Fault.SYNTAX, 5),
        ("2{a}", Fault.SYNTAX, 2),
        ("{a} //{b}", Fault.SYNTAX, 1),
        ("max(*{a}, 2)", Fault.SYNTAX, 5),
        ("({a}, 2)", Fault.SYNTAX, 1),
        ("{a}(2)", Fault.SYNTAX, 1),
        ("{a} +", Fault.SYNTAX, 5),
        ("(" * 240 + "{a}" + ")" * 240, Fault.SYNTAX, 200),
        (" + ".join(f"{{k{n}}}" for n in range(21)), Fault.MANY_KPIS, 151),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, fault, at):
    with pytest.raises(BadFormula) as refused:
        read_formula(text)

    assert (refused.value.fault, refused.value.at) == (fault, pytest.approx(at, abs=1))
    assert formula_fault(refused.value)


def test_every_fault_has_a_sentence():
    sentences = {formula_fault(BadFormula(fault, 3, "x")) for fault in Fault}

    assert len(sentences) == len(Fault)


def test_a_formula_names_each_input_once_and_in_order():
    assert read_formula("{b} + {a} + { b } * {lead-time}").inputs == ("b", "a", "lead-time")
    assert pieces("2 * {a} + 1") == [("2 * ", ""), ("{a}", "a"), (" + 1", "")]


@given(st.text(alphabet="{}ab0123456789.+-*/(), maxlogeE_[]'\"=:\n", max_size=60))
def test_whatever_is_written_there_is_a_number_a_gap_or_a_refusal(text):
    fault, found = None, None
    try:
        found = read_formula(text).value({"a": 3.0, "b": -0.5, "ab": 1e99})
    except BadFormula as refused:
        fault = refused

    assert fault is None or 1 <= fault.at <= max(len(text), 1)
    assert found is None or math.isfinite(found)

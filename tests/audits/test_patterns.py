import re
import time
import warnings
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.expressions import BadExpression, read_expression
from audits.expressions.patterns import BadPattern, matches, read_pattern

ON = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("abc", "abc", "abcd"),
        ("[A-Z]{3}-?[0-9]{2,4}", "ABC-123", "ABC-1"),
        (r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$", "mia.brandt@example.org", "mia@example"),
        (r"\+?\d{6,15}", "+4915112345678", "12 34 56"),
        ("(yes|no)", "no", "maybe"),
        ("(?:[0-9]{2}:)?[0-9]{2}", "12:30", "1:30"),
        ("([A-Z]{2}-)*[0-9]+", "AB-CD-7", "AB-C-7"),
        ("[^0-9]+", "words", "w0rds"),
        (r"[\[\]&|~-]+", "[&|~-]", "a"),
        ("[-a]+", "-a-", "b"),
        ("[[a]+", "[a", "]"),
        (".*", "anything", "two\nlines"),
        (r"\s*\S+\s*", " x ", "x y"),
        (r"a\.b\|c\\", "a.b|c\\", "a.b"),
        ("", "", "a"),
    ],
)
def test_a_text_as_a_whole_fits_or_does_not(pattern, fits, does_not):
    assert matches(fits, pattern)
    assert not matches(does_not, pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+", "several ways"),
        ("(a|a)*b", "several ways"),
        ("(a*)*", "several ways"),
        ("(.*)*x", "several ways"),
        (".*.*.*.*x", "too many ways"),
        (r"\w+\s*\w+\s*\w+", "too many ways"),
        ("(a{0,9}){0,9}", "too many ways"),
        ("((a?){99}){99}", "too many ways"),
        ("a**", "repetition"),
        ("a++", "repetition"),
        ("*a", "nothing for"),
        ("(?=a)b", "looks around"),
        ("(?i)a", "looks around"),
        (r"(a)\1", "not taken"),
        (r"\bword", "not taken"),
        (r"\p{L}+", "not taken"),
        ("(a", "never closes a group"),
        ("a)", "never opened"),
        ("[a", "never closes a bracket"),
        ("[z-a]", "cannot be read"),
        ("a{,3}", "counts"),
        ("a{1000}", "counts"),
        ("a{3,2}", "cannot be read"),
        ("^*", "repeats"),
        ("((((((a))))))", "within one another"),
        ("a" * 201, "longer than"),
        ("a\\", "not taken"),
    ],
)
def test_what_might_not_come_to_an_end_is_refused(pattern, reason):
    with pytest.raises(BadPattern, match=reason):
        read_pattern(pattern)


def test_the_worst_that_is_taken_ends_soon():
    start = time.perf_counter()

    assert not matches("a" * 200, "a*a*a*b")
    assert not matches("a" * 300, ".*")

    assert time.perf_counter() - start < 1


def test_an_expression_asks_whether_its_answer_fits():
    expression = read_expression("regex(., '[A-Z]{2}') or regex(${code}, '[0-9]+')")

    assert expression.holds({}, here="AB", today=ON)
    assert expression.holds({"code": 12.0}, here="abc", today=ON)
    assert not expression.holds({}, today=ON)


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("regex(., ${pattern})", 10, "in quotes"),
        ("regex(., coalesce('a', 'b'))", 10, "in quotes"),
        ("regex(., '(a+)+')", 10, "several ways"),
        ("regex(.)", 1, "2 values"),
    ],
)
def test_a_pattern_is_checked_when_the_expression_is_read(text, at, reason):
    with pytest.raises(BadExpression, match=reason) as refused:
        read_expression(text)

    assert refused.value.at == at


SIGNS = list("ab01 .^$*+?{}[]()|-,\\dws")


@given(
    st.lists(st.sampled_from(SIGNS), max_size=12).map("".join),
    st.text("ab01 .-]", max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_a_pattern_that_is_taken_means_what_it_means_to_everybody(pattern, text):
    try:
        read_pattern(pattern)
    except BadPattern:
        return

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python wonders about "[["; what is taken is written anew
        expected = re.fullmatch(pattern, text, re.ASCII)
    assert matches(text, pattern) == bool(expected)

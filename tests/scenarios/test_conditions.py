"""The language of conditions: three-valued, total, and never anything but a ConditionError for what cannot be read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from scenarios.conditions import UNKNOWN, ConditionError, parse, truth
from scenarios.contact import Place
from tests.scenarios.known_answers import NOON, Answers, value

FRIDAY = date(2026, 3, 6)


def error(source: str) -> ConditionError:
    """Why a condition cannot be read."""
    with pytest.raises(ConditionError) as caught:
        parse(source)
    return caught.value


# Reading ------------------------------------------------------------------------------------------------------------


def test_an_expression_knows_its_names_without_answer() -> None:
    """Names of steps and facts, not of functions or literals; equality is by source."""
    expression = parse("answer > 3 and selected(a, 'x') or b == yes")
    assert expression.names == {"a", "b"}
    assert expression == parse(expression.source)
    assert expression != parse("a")
    assert hash(expression) == hash(parse(expression.source))


@pytest.mark.parametrize(
    ("source", "column", "suggestion"),
    [
        ("a = 3", 2, "a == 3"),
        ("${w02} = 'yes'", 0, "w02 == 'yes'"),
        ("a && b", 3, "a and b"),
        ("a || b", 3, "a or b"),
        ("a <> b", 2, "a != b"),
        ("a >", 2, None),
        ("  True", 2, "yes"),
        ("a == False", 5, "no"),
        ("ż == x.y", 5, None),
        ("a is b", 5, "== or !="),
        ("a in (b, 'c')", 6, "x in ('a', 'b')"),
        ("a # nie", 0, "put it on a YAML line of its own"),
        ("", 0, None),
        ("   ", 0, None),
        ("\0", 0, None),
        ("\ud800", 0, None),
    ],
)
def test_what_cannot_be_read_says_where_and_what_was_meant(source: str, column: int, suggestion: str | None) -> None:
    """Slips from other languages are turned into ours."""
    found = error(source)
    assert (found.column, found.suggestion, found.code) == (column, suggestion, "condition-syntax")


@pytest.mark.parametrize(
    "source",
    ["a.b", "a[0]", "[a]", "lambda: 1", "[x for x in a]", "a ** 2", "a // 2", "~a", "(a := 1)", "None", "b'x'", "1e999",
     "f'{a}'", "'a'.join(b)", "round(a, digits=1)", "a if b", "{1}", "(a, b)", "...", "1j", "a(b)(c)"],
)  # fmt: skip
def test_the_language_has_nothing_else_of_python(source: str) -> None:
    """Attributes, subscripts, comprehensions, lambdas, other operators and constants are refused."""
    assert error(source).code == "condition-syntax"


def test_long_and_deep_conditions_are_refused() -> None:
    """Both limits hold, and a long sum is still fine."""
    assert "longer" in error("a" * 2001).message
    assert "nested" in error("not " * 70 + "a").message
    assert error("(" * 1000 + "a" + ")" * 1000).code == "condition-syntax"
    assert error("-" * 1900 + "a").code == "condition-syntax"
    assert value(" + ".join("1" for _ in range(50))) == 50


@pytest.mark.parametrize(
    ("source", "code", "words", "suggestion"),
    [
        ("answerd(a)", "unknown-function", "no function answerd()", "answered"),
        ("qqq(a)", "unknown-function", "no function qqq()", None),
        ("answered()", "wrong-arguments", "takes 1 argument, not 0", None),
        ("selected(a)", "wrong-arguments", "takes 2 arguments, not 1", None),
        ("round(a, 1, 2)", "wrong-arguments", "takes 1 to 2 arguments, not 3", None),
        ("coalesce(a)", "wrong-arguments", "takes at least 2 arguments, not 1", None),
        ("answered(answer)", "wrong-arguments", "the name of a step", None),
        ("mean(1 + 1)", "wrong-arguments", "the name of a step", None),
        ("selected(a, b)", "wrong-arguments", "a choice in quotes", None),
    ],
)
def test_functions_are_checked_while_reading(source: str, code: str, words: str, suggestion: str | None) -> None:
    """Unknown functions get a suggestion; arguments are counted."""
    found = error(source)
    assert (found.code, found.suggestion) == (code, suggestion)
    assert words in str(found)


def test_a_condition_may_run_over_several_lines() -> None:
    """As YAML's block texts do."""
    assert value("a == 1\n  and b == 2\n", a=1, b=2) is True


def test_odd_python_warnings_do_not_leak() -> None:
    """Reading `1if a else 2` or a strange escape stays silent."""
    assert value("1if a else 2", a=True) == 1
    assert value(r"a == '\d'", a=r"\d") is True


# Values -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("not (x >= 3)", UNKNOWN),
        ("x >= 3 or t", True),
        ("t or x >= 3", True),
        ("x and f", False),
        ("f and x", False),
        ("x or f", UNKNOWN),
        ("x and t", UNKNOWN),
        ("t and n", UNKNOWN),
        ("1 < n < 5", True),
        ("1 < n < 3", False),
        ("1 < x < 3", UNKNOWN),
        ("5 < n < x", False),
        ("n <= 4 and n >= 4 and n != 5", True),
        ("c in ('a', 'b')", True),
        ("c in 'a'", True),
        ("c not in ('a', 'b')", False),
        ("c in ('b', 'd')", False),
        ("x in ('a', 'b')", UNKNOWN),
        ("c in ('b', 3)", UNKNOWN),
        ("n in (-4, 4)", True),
        ("t == yes", True),
        ("f == no", True),
        ("t == 1", UNKNOWN),
        ("c == 3", UNKNOWN),
        ("c < 'b'", UNKNOWN),
        ("t > f", UNKNOWN),
        ("place == place", UNKNOWN),
        ("several == 'a'", UNKNOWN),
        ("n == 4.0", True),
        ("0.1 + 0.2 == 0.3", True),
        ("n + c", UNKNOWN),
        ("n + t", UNKNOWN),
        ("-n", -4),
        ("+n", 4),
        ("-c", UNKNOWN),
        ("n - 1 * 2", 2),
        ("n / 8", Decimal("0.5")),
        ("n / 0", UNKNOWN),
        ("1 if t else 2", 1),
        ("1 if f else 2", 2),
        ("1 if x else 2", UNKNOWN),
        ("1 if x else 1", 1),
        ("1 if c else 2", UNKNOWN),
        ("not c", UNKNOWN),
        ("files", 3),
        ("files > 2", True),
        ("day < later", True),
        ("day < moment", UNKNOWN),
        ("moment < naive", UNKNOWN),
        ("nan > 1", UNKNOWN),
    ],
)
def test_unknown_stays_unknown_and_what_does_not_fit_is_unknown(source: str, result: object) -> None:
    """Kleene's logic; comparisons and arithmetic of different sorts never raise."""
    found = value(
        source, t=True, f=False, n=4, c="a", place=Place(52.0, 17.0), several=("a", "b"), files=(7, 8, 9),
        day=FRIDAY, later=FRIDAY + timedelta(days=1), moment=NOON, naive=datetime(2026, 3, 2), nan=Decimal("NaN"),
    )  # fmt: skip
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("answered(n)", True),
        ("answered(x)", False),
        ("answered_at(n) == moment", True),
        ("answered_at(x)", UNKNOWN),
        ("selected(several, 'a')", True),
        ("selected(several, 'z')", False),
        ("selected(c, 'a')", True),
        ("selected(x, 'a')", UNKNOWN),
        ("count_selected(several)", 2),
        ("count_selected(c)", UNKNOWN),
        ("minutes_between(moment, moment)", 0),
        ("minutes_between(start, moment)", Decimal("7.5")),
        ("minutes_between(opens, closes)", 90),
        ("minutes_between(opens, moment)", UNKNOWN),
        ("minutes_between(moment, naive)", UNKNOWN),
        ("working_days_between(day, monday)", 1),
        ("working_days_between(moment, day)", 4),
        ("working_days_between(day, c)", UNKNOWN),
        ("working_days_between(day, far)", UNKNOWN),
        ("words_per_sentence(letter)", 3),
        ("words_per_sentence(n)", UNKNOWN),
        ("fog_index(empty)", UNKNOWN),
        ("length(letter)", 12),
        ("coalesce(x, n, 5)", 4),
        ("coalesce(x, x)", UNKNOWN),
        ("round(n / 3)", 1),
        ("round(n / 3, 2)", Decimal("1.33")),
        ("round(0.5)", 1),
        ("round(n, 2)", 4),
        ("round(c)", UNKNOWN),
        ("round(n / 3, 10)", UNKNOWN),
        ("round(huge / 3, 9)", UNKNOWN),
        ("min(n, 2, 7)", 2),
        ("max(n, x)", UNKNOWN),
        ("max(day, later)", FRIDAY + timedelta(days=1)),
        ("max(day, n)", UNKNOWN),
        ("max(c, c)", UNKNOWN),
        ("max(moment, naive)", UNKNOWN),
        ("abs(-3)", 3),
        ("abs(n)", 4),
        ("abs(c)", UNKNOWN),
        ("abs(nan)", UNKNOWN),
    ],
)
def test_functions(source: str, result: object) -> None:
    """What each function gives, and UNKNOWN for whatever does not fit."""
    found = value(
        source, n=4, c="a", several=("a", "b"), moment=NOON, start=NOON - timedelta(seconds=450), opens=time(8),
        closes=time(9, 30), naive=datetime(2026, 3, 2), day=FRIDAY, monday=FRIDAY + timedelta(days=3),
        later=FRIDAY + timedelta(days=1), far=date(9999, 1, 1), letter="Ala ma kota.",
        empty="", huge=10**27, nan=Decimal("sNaN"),
    )  # fmt: skip
    assert found == result


@pytest.mark.parametrize(
    ("source", "rounds", "result"),
    [
        ("count(r)", (1, 2, UNKNOWN), 2),
        ("count(r)", UNKNOWN, 0),
        ("count(r)", 3, UNKNOWN),
        ("total(r)", (1, 2, 3), 6),
        ("total(r)", (), 0),
        ("total(r)", (1, UNKNOWN), UNKNOWN),
        ("total(r)", UNKNOWN, UNKNOWN),
        ("total(r)", ((4, 5), (6,)), 3),
        ("mean(r)", (1, 2), Decimal("1.5")),
        ("mean(r)", (), UNKNOWN),
        ("mean(r)", UNKNOWN, UNKNOWN),
        ("lowest(r)", (3, 2), 2),
        ("highest(r)", (3, 2), 3),
        ("highest(r)", (3, UNKNOWN), UNKNOWN),
        ("highest(r)", (), UNKNOWN),
        ("lowest(r)", 3, UNKNOWN),
    ],
)
def test_a_repeat_is_summed_up_from_outside(source: str, rounds: object, result: object) -> None:
    """A value per round; one that is not known makes the sum unknown, but can be left out of the count."""
    assert value(source, r=rounds) == result


def test_states_are_always_known() -> None:
    """`answered`, `not_checked` and `not_applicable` are true or false, whatever the value."""
    scope = Answers({}, {"a": "not_checked", "b": "not_applicable", "c": "skipped"})
    assert truth(parse("not_checked(a) and not answered(a)"), scope) is True
    assert truth(parse("not_applicable(b) and not not_checked(b)"), scope) is True
    assert truth(parse("answered(c) or not_checked(c) or not_applicable(c) or answered(d)"), scope) is False


def test_answer_is_the_value_being_given() -> None:
    """And unknown where none is."""
    assert value("answer > n", answer=5, n=4) is True
    assert value("answer > n", n=4) is UNKNOWN


def test_truth_of_what_is_no_truth_value_is_unknown() -> None:
    """A number is neither true nor false."""
    assert truth(parse("n"), Answers({"n": 1})) is None
    assert truth(parse("n == 1"), Answers({"n": 1})) is True

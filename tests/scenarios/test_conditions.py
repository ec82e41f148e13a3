"""The language of conditions: three-valued, total, and never anything but a ConditionError for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.condition_domains import Domain, always
from scenarios.condition_kinds import Kind, StepKind, kind_of, problems
from scenarios.conditions import UNKNOWN, ConditionError, evaluate, parse, truth
from scenarios.contact import Place

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FRIDAY = date(2026, 3, 6)


@dataclass
class Answers:
    """A scope for tests: values by name; what has a value was given at noon."""

    values: Mapping[str, object] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> object:
        """The value, if there is one."""
        return self.values.get(name, UNKNOWN)

    def state(self, name: str) -> str | None:
        """The state that was set, or given."""
        return self.states.get(name, "given" if name in self.values else None)

    def answered_at(self, name: str) -> datetime | None:
        """Noon."""
        return NOON if name in self.values else None


def value(source: str, /, *, answer: object = UNKNOWN, **values: object) -> object:
    """What a condition gives, UNKNOWN for names without a value."""
    return evaluate(parse(source), Answers(values), answer=answer)


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


# Laws ---------------------------------------------------------------------------------------------------------------

THREE = st.sampled_from([True, False, UNKNOWN])
VALUES = st.one_of(
    THREE, st.integers(-9, 9), st.decimals(-9, 9, places=1), st.sampled_from(["a", "b"]), st.just(("a", "b")),
    st.just((1, 2)), st.dates(), st.times(), st.datetimes(timezones=st.just(UTC)), st.datetimes(),
    st.just(Decimal("NaN")), st.just(Place(1.0, 2.0)),
)  # fmt: skip
ATOMS = st.sampled_from(["a", "b", "c", "yes", "no", "3", "0.5", "'a'", "answer"])


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    infix = ["and", "or", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"]
    return st.one_of(
        st.tuples(st.sampled_from(infix), two).map(lambda made: f"({made[1][0]} {made[0]} {made[1][1]})"),
        inner.map(lambda part: f"(not ({part}))"),
        inner.map(lambda part: f"(-({part}))"),
        inner.map(lambda part: f"(({part}) in ('a', 3, yes))"),
        st.tuples(inner, inner, inner).map(lambda made: f"({made[0]} if {made[1]} else {made[2]})"),
        st.tuples(st.sampled_from(["min", "max", "minutes_between", "working_days_between"]), two).map(
            lambda made: f"{made[0]}({made[1][0]}, {made[1][1]})"
        ),
        st.tuples(st.sampled_from(["abs", "round", "length", "count_selected", "fog_index"]), inner).map(
            lambda made: f"{made[0]}({made[1]})"
        ),
    )


MONOTONE = st.recursive(ATOMS, _compound, max_leaves=8)
"""Conditions without the functions that ask whether something is known."""


@given(a=THREE, b=THREE)
def test_de_morgan(a: object, b: object) -> None:
    """`not (a and b)` is `not a or not b`, unknown values included."""
    assert value("not (a and b)", a=a, b=b) is value("not a or not b", a=a, b=b)
    assert value("not (a or b)", a=a, b=b) is value("not a and not b", a=a, b=b)


@given(a=THREE, b=THREE, c=THREE)
def test_and_and_or_are_commutative_associative_and_distributive(a: object, b: object, c: object) -> None:
    """As in Kleene's strong logic."""
    for left, right in [
        ("a and b", "b and a"),
        ("a or b", "b or a"),
        ("(a and b) and c", "a and (b and c)"),
        ("a and (b or c)", "(a and b) or (a and c)"),
        ("not not a", "a and a"),
    ]:
        assert value(left, a=a, b=b, c=c) is value(right, a=a, b=b, c=c)


@settings(deadline=None)  # the first working day loads a calendar
@given(
    source=MONOTONE,
    known=st.dictionaries(st.sampled_from("abc"), VALUES),
    more=st.dictionaries(st.sampled_from("abc"), VALUES),
)
def test_learning_more_never_changes_what_was_known(
    source: str, known: dict[str, object], more: dict[str, object]
) -> None:
    """Making an unknown name known may make a result known; it never flips a known one. And nothing raises."""
    expression = parse(source)
    before = evaluate(expression, Answers(known))
    after = evaluate(expression, Answers({**more, **{name: it for name, it in known.items() if it is not UNKNOWN}}))
    if before is not UNKNOWN:
        assert repr(after) == repr(before) or after == before


@settings(deadline=None)
@given(
    source=st.one_of(
        st.text(max_size=40), st.text(alphabet="ab()'\"=<>!&|,.0123 notandorif#\n\\", max_size=40), MONOTONE
    )
)
def test_reading_never_fails_but_with_a_condition_error(source: str) -> None:
    """Whatever the text; what can be read can be evaluated, typed and searched."""
    try:
        expression = parse(source)
    except ConditionError as caught:
        column = caught.column
    else:
        column = 0
        evaluate(expression, Answers({"a": 1}))
        problems(expression, {"a": StepKind(Kind.NUMBER)})
        always(expression, {"a": Domain(values=(1, 2))})
    assert 0 <= column <= len(source)


# Kinds --------------------------------------------------------------------------------------------------------------

KINDS = {
    "yn": StepKind(Kind.YES_NO, asked=True),
    "one": StepKind(Kind.CHOICE, ("a", "b"), asked=True),
    "other": StepKind(Kind.CHOICE, ("x", "y"), asked=True),
    "many": StepKind(Kind.CHOICES, ("a", "b"), asked=True),
    "level": StepKind(Kind.NUMBER, ("1", "2", "3"), asked=True),
    "n": StepKind(Kind.NUMBER, asked=True),
    "t": StepKind(Kind.TEXT, asked=True),
    "d": StepKind(Kind.DATE, asked=True),
    "h": StepKind(Kind.TIME, asked=True),
    "m": StepKind(Kind.MOMENT, asked=True),
    "p": StepKind(Kind.PLACE, asked=True),
    "note": StepKind(Kind.NOTHING),
    "calc": StepKind(Kind.ANYTHING),
    "fact": StepKind(Kind.TEXT),
    "rn": StepKind(Kind.NUMBER, asked=True, repeat="desks"),
    "rt": StepKind(Kind.TEXT, asked=True, repeat="desks"),
    "rd": StepKind(Kind.DATE, asked=True, repeat="desks"),
}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("yn and not (n > 3)", Kind.YES_NO),
        ("one == 'a' or one in ('a', 'b')", Kind.YES_NO),
        ("one == fact", Kind.YES_NO),
        ("level == 3 and level >= 9", Kind.YES_NO),
        ("selected(many, 'a') and selected(one, 'b')", Kind.YES_NO),
        ("answered(n) and not_checked(t)", Kind.YES_NO),
        ("answered_at(n)", Kind.MOMENT),
        ("minutes_between(answered_at(n), m)", Kind.NUMBER),
        ("minutes_between(h, h)", Kind.NUMBER),
        ("working_days_between(d, m)", Kind.NUMBER),
        ("-n + round(n / 3, 2) * abs(n) - length(t)", Kind.NUMBER),
        ("words_per_sentence(t) + fog_index(fact) + count_selected(many)", Kind.NUMBER),
        ("coalesce(one, 'b')", Kind.CHOICE),
        ("max(d, d)", Kind.DATE),
        ("'a' if yn else 'b'", Kind.TEXT),
        ("count(rt) + total(rn) + mean(rn)", Kind.NUMBER),
        ("highest(rd)", Kind.DATE),
        ("1 < n < 3", Kind.YES_NO),
        ("calc and calc > 3", Kind.YES_NO),
        ("calc > 3 if calc else calc", Kind.YES_NO),
    ],
)
def test_well_typed_conditions(source: str, kind: Kind) -> None:
    """No findings, and the right kind."""
    found = kind_of(parse(source), KINDS)
    assert problems(parse(source), KINDS) == []
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    ("source", "codes", "words"),
    [
        ("nn > 3", ["unknown-name"], "did you mean `n`?"),
        ("zzzzzz", ["unknown-name"], "put a text in quotes"),
        ("answered(zz)", ["unknown-name"], ""),
        ("count(zz) > 1", ["unknown-name"], ""),
        ("answer > 1", ["unknown-name"], "name the step"),
        ("note", ["type-error"], "name a question"),
        ("n and yn", ["type-error"], "compare it"),
        ("not t", ["type-error"], ""),
        ("t + 1", ["type-error"], "use another value"),
        ("1 + t", ["type-error"], ""),
        ("-yn", ["type-error"], ""),
        ("t == 3", ["type-error"], "one sort"),
        ("yn == 'yes'", ["type-error"], "yes without quotes"),
        ("t == yes", ["type-error"], ""),
        ("t < 'a'", ["type-error"], "use == or !="),
        ("many == 'a'", ["type-error"], "selected"),
        ("one == 'c'", ["literal-outside-choices"], "one of: a, b"),
        ("'aa' == one", ["literal-outside-choices"], "did you mean 'a'?"),
        ("one in ('a', 'c', 'd')", ["literal-outside-choices"] * 2, ""),
        ("one not in ('a', 3)", ["type-error"], ""),
        ("level == 4", ["literal-outside-choices"], "one of: 1, 2, 3"),
        ("selected(many, 'c')", ["literal-outside-choices"], ""),
        ("selected(n, 'c')", ["type-error"], "select_multiple"),
        ("selected(zz, 'c')", ["unknown-name"], ""),
        ("count_selected(one)", ["type-error"], "a set of choices"),
        ("length(n)", ["type-error"], "a text"),
        ("length(zz)", ["unknown-name"], ""),
        ("minutes_between(d, d)", ["type-error"], "a moment"),
        ("minutes_between(h, m)", ["type-error"], "one sort"),
        ("minutes_between(zz, zz)", ["unknown-name", "unknown-name"], ""),
        ("max(t, t)", ["type-error"], ""),
        ("coalesce(n, 'a')", ["type-error"], "one sort"),
        ("3 if n else 4", ["type-error"], ""),
        ("3 if yn else 'a'", ["type-error"], ""),
        ("answered(fact)", ["type-error"], "name a question"),
        ("answered(rn)", ["needs-aggregation"], "count(rn)"),
        ("rn > 3", ["needs-aggregation"], "mean(rn)"),
        ("mean(rt) > 3", ["type-error"], "count()"),
        ("lowest(rt) > 3", ["type-error"], ""),
        ("count(n) > 3", ["type-error"], "write n itself"),
    ],
)
def test_mistakes_of_kind(source: str, codes: list[str], words: str) -> None:
    """Each is found once, with a remedy."""
    found = problems(parse(source), KINDS)
    assert [finding.code.value for finding in found] == codes
    assert words in found[0].remedy


def test_inside_the_repeat_its_steps_have_one_answer() -> None:
    """There the name itself is used, and summing it up makes no sense."""
    assert problems(parse("rn > 3 and answered(rt)"), KINDS, repeat="desks") == []
    assert [each.code.value for each in problems(parse("mean(rn) > 3"), KINDS, repeat="desks")] == ["type-error"]


def test_a_condition_must_give_what_is_expected() -> None:
    """A relevant gives yes or no; a default gives an answer to its step."""
    wanted = StepKind(Kind.CHOICE, ("a", "b"))
    assert problems(parse("'a'"), KINDS, expected=wanted) == []
    assert [each.code.value for each in problems(parse("'c'"), KINDS, expected=wanted)] == ["literal-outside-choices"]
    assert [each.code.value for each in problems(parse("n"), KINDS, expected=StepKind(Kind.YES_NO))] == ["type-error"]
    assert problems(parse("answer == 'a'"), KINDS, answer_kind=wanted, expected=StepKind(Kind.YES_NO)) == []


def test_the_kind_of_what_cannot_be_typed_is_not_known() -> None:
    """Then nothing follows from it either."""
    assert kind_of(parse("zz"), KINDS) is None
    assert kind_of(parse("coalesce(zz, zz)"), KINDS) is None


# Always -------------------------------------------------------------------------------------------------------------

YN = Domain(values=(True, False))
DOMAINS = {
    "y": YN,
    "c": Domain(values=("a", "b", "c")),
    "n": Domain(minimum=0, is_whole=True),
    "few": Domain(values=(1, 2, 3)),
    "price": Domain(minimum=0, maximum=100),
    "t": Domain(),
    "after_a": Domain(values=(True, False), relevant=(parse("c == 'a'"),), states=frozenset()),
    "after_after": Domain(values=(True, False), relevant=(parse("after_a == yes"),), states=frozenset()),
    "big": Domain(constraint=parse("answer > 10 or y")),
    "sum": Domain(calculation=parse("n + 1 if y else 0")),
    "loop": Domain(calculation=parse("loop + 1")),
    "must": Domain(values=(True,), states=frozenset()),
    "unsure": Domain(values=(True, False), states=frozenset({"not_checked"})),
}


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("y", None),
        ("y and not y", False),
        ("y or not y", True),
        ("c == 'a' and c == 'b'", False),
        ("c in ('a', 'b', 'c')", True),
        ("c in ('a', 'b')", None),
        ("n >= 0", True),
        ("n < 0", False),
        ("-1 < n", True),
        ("n > 3 and n < 4", False),
        ("n > 3 and n <= 4", None),
        ("n > 2.5 and n < 2.75", False),
        ("price > 3 and price < 4", None),
        ("price > 100", False),
        ("few > 3", False),
        ("few + few > 6", False),
        ("few < n", None),
        ("n < n", None),
        ("n + 1 > 3 and n + 1 < 2", False),
        ("t == 'x' and t == 'y'", False),
        ("t == 'x'", None),
        ("length(t) < 0", False),
        ("length(t) > 0", None),
        ("selected(m, 'a') and not selected(m, 'a')", False),
        ("selected(m, 'a') and not selected(m, 'b')", None),
        ("selected(m, 'a') == yes", None),
        ("selected(c, 'a') and c == 'b'", False),
        ("1 < count(r) < 2", False),
        ("t in ('a', 'b')", None),
        ("answered(y) and not_checked(y)", False),
        ("answered(t) and t == 'x'", None),
        ("not answered(must)", False),
        ("not answered(unsure)", None),
        ("not_applicable(unsure)", False),
        ("after_a and c == 'b'", False),
        ("after_a or not after_a", True),
        ("after_after and c != 'a'", False),
        ("not answered(after_a) and c == 'a'", False),
        ("not answered(after_a) and c == 'b'", None),
        ("big > 5 and not y", None),
        ("big < 5 and not y", False),
        ("sum > 0 and not y", None),
        ("sum == 0 and y", None),
        ("loop > 3", None),
        ("answered(sum)", None),
        ("a_thing", None),
        ("coalesce(t, 'a') == 'b'", None),
        ("coalesce(y, no) and not y", False),
        ("coalesce(a_thing, no)", None),
        ("a_moment > another_moment", None),
        ("yes", True),
        ("1 > 2", False),
        ("answered_at(y)", False),
    ],
)
def test_always(source: str, verdict: bool | None) -> None:  # noqa: FBT001  # a table of verdicts
    """False: never true; True: whenever known; None: it depends."""
    assert always(parse(source), DOMAINS) is verdict


def test_shallow_search_leaves_other_conditions_out_of_account() -> None:
    """What is wrong with a condition by itself can be told from what its context makes impossible."""
    assert always(parse("after_a and c == 'b'"), DOMAINS, deep=False) is None
    assert always(parse("y and not y"), DOMAINS, deep=False) is False


def test_the_answer_has_a_domain_of_its_own() -> None:
    """A constraint is searched over what the step can be answered with."""
    answer = Domain(minimum=1, maximum=5, is_whole=True, states=frozenset())
    assert always(parse("answer > 5"), DOMAINS, answer=answer) is False
    assert always(parse("answer >= 1"), DOMAINS, answer=answer) is True
    assert always(parse("answer > few"), DOMAINS, answer=answer) is None


def test_too_many_combinations_are_given_up() -> None:
    """First the context is dropped, then the search; no verdict is not a verdict."""
    names = [f"x{number}" for number in range(13)]
    wide = {name: Domain(values=(1, 2, 3)) for name in names}
    together = " + ".join(names)
    assert always(parse(f"{together} > 100"), wide) is None
    chained = {**wide, "one": Domain(values=(True, False), relevant=(parse(f"{together} > 3"),))}
    assert always(parse("one and not one"), chained) is False


def test_calculations_of_calculations_are_not_written_out_without_end() -> None:
    """Thirty that each use the one before twice would make a thousand million parts."""
    doubled = {f"x{number}": Domain(calculation=parse(f"x{number - 1} + x{number - 1}")) for number in range(1, 31)}
    assert always(parse("x30 > 0 and x30 < 1"), {**doubled, "x0": Domain(values=(1, 2))}) is None


def test_only_so_many_names_are_followed() -> None:
    """A long chain of conditions is cut, not walked for ever."""
    chain = {f"x{number}": Domain(values=(True,), relevant=(parse(f"x{number + 1}"),)) for number in range(30)}
    assert always(parse("x0"), chain) is True


COMPARED = st.sampled_from(
    ["y", "answered(y)", "not_checked(n)", "c == 'a'", "c != 'b'", "c in ('b', 'c')", "n > 3", "n <= 3", "n == 0",
     "1 < n < 5", "n >= few", "few == 2", "few * n > 6", "t == 'x'", "t != 'x'", "length(t) > 2", "selected(m, 'a')",
     "count_selected(m) > 1", "selected(c, 'a')", "sum > 2", "coalesce(y, no)", "yes", "n + 1 > 3", "after_a"]
)  # fmt: skip
LOGIC = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda made: f"({' '.join(made)})"),
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, inner, inner).map(lambda made: f"({made[0]} if {made[1]} else {made[2]})"),
    ),
    max_leaves=5,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "y": st.booleans(),
        "c": st.sampled_from("abc"),
        "n": st.integers(0, 9),
        "few": st.integers(1, 3),
        "t": st.sampled_from(["", "x", "xyz"]),
        "m": st.sets(st.sampled_from("abc")).map(lambda chosen: tuple(sorted(chosen))),
    },
)


@settings(deadline=None)
@given(source=LOGIC, answers=ANSWERS, after=st.booleans())
def test_no_answers_contradict_a_verdict(source: str, answers: dict[str, object], after: bool) -> None:  # noqa: FBT001
    """What was found never true is not true for any answers; what was found always true is not false."""
    if answers.get("c") == "a":
        answers = {**answers, "after_a": after}
    states = {"n": "not_checked"} if "n" not in answers else {}
    domains = {**DOMAINS, "n": Domain(minimum=0, is_whole=True, states=frozenset({"not_checked", None}))}
    values = {**answers, "sum": evaluate(parse("n + 1 if y else 0"), Answers(answers))}
    found = truth(parse(source), Answers(values, states))
    for deep in (True, False):
        verdict = always(parse(source), domains, deep=deep)
        assert found is None or verdict is None or verdict is found

"""Laws of conditions, tried with conditions and answers by chance."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.condition_domains import Domain, always
from scenarios.condition_kinds import Kind, StepKind, problems
from scenarios.conditions import UNKNOWN, ConditionError, evaluate, parse
from scenarios.contact import Place
from tests.scenarios.known_answers import Answers, value

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

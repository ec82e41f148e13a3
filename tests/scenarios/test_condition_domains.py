"""What can never, or must always, be true."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.condition_domains import Domain, always
from scenarios.conditions import evaluate, parse, truth
from tests.scenarios.known_answers import Answers

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

"""The type check of conditions: names, kinds, literals and repeats."""

from __future__ import annotations

import pytest

from scenarios.condition_kinds import Kind, StepKind, kind_of, problems
from scenarios.conditions import parse

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

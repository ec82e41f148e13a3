"""The author's lint: each broken file says what is expected of it, and the scenarios that ship are clean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.checks import check, describe
from scenarios.problems import Code, Problem, Severity

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
LIBRARY = sorted((HERE.parents[1] / "scenarios" / "library").rglob("*.yaml"))
EXPECT = re.compile(r'^# expect: line (\d+), (?:step (\w+)|no step), code ([a-z-]+), (error|warning), "(.*)"$')

HEAD = """spec_version: 1
name: x
mode: visit
title: T
languages: [pl]
"""
STEPS = """sections:
  - name: s
    stage: after
    label: S
    steps:
"""


def expected(source: str) -> list[tuple[int, str | None, str, str, str]]:
    """What the leading comments of a broken file announce."""
    lines = [line for line in source.splitlines() if line.startswith("# expect:")]
    found = [EXPECT.fullmatch(line) for line in lines]
    assert lines
    assert all(found), lines
    return [(int(match[1]), match[2], match[3], match[4], match[5]) for match in found if match]


def codes(source: str) -> list[str]:
    """The codes found in a source."""
    return [problem.code.value for problem in check(source, filename="x.yaml")]


def steps(*lines: str, before: str = "") -> str:
    """A scenario with one section of these steps."""
    return HEAD + before + STEPS + "".join(f"      - {line}\n" for line in lines)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_gets_exactly_the_problems_it_announces(path: Path) -> None:
    """Line, step, code, severity and words are as written in the file, and nothing else is reported."""
    source = path.read_text(encoding="utf-8")
    found = []
    for problem in check(source, filename=path.name):
        words = describe(problem).removeprefix(f"{path.name}:{problem.line}: ")
        if problem.step is not None:
            words = words.removeprefix(f"{problem.step}: ")
        found.append((problem.line, problem.step, problem.code.value, problem.severity.value, words))
    assert found == expected(source)


def test_every_code_has_a_broken_file() -> None:
    """No sort of mistake is without its example."""
    shown = {entry[2] for path in BROKEN for entry in expected(path.read_text(encoding="utf-8"))}
    assert shown == {code.value for code in Code}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_the_scenarios_that_ship_have_no_problems(path: Path) -> None:
    """Neither errors nor warnings in the library and its examples."""
    found = check(path.read_text(encoding="utf-8"), filename=path.name)
    assert [describe(problem) for problem in found] == []


def test_the_library_is_there() -> None:
    """The test above really ran over the six scenarios and the examples."""
    assert {path.stem for path in LIBRARY} >= {"wizyta", "telefon", "email", "social", "strona", "dostepnosc"}


def test_a_problem_is_described_in_one_line() -> None:
    """File, line, step, message and remedy, each a sentence."""
    problem = Problem("a.yaml", 3, "w02", Code.UNKNOWN_NAME, "nothing is called `w03`", "did you mean `w02`?")
    warning = Problem("a.yaml", 3, None, Code.UNUSED_CRITERION, "unused.", "drop it", Severity.WARNING)
    assert describe(problem) == "a.yaml:3: w02: nothing is called `w03`. Did you mean `w02`?"
    assert describe(warning) == "a.yaml:3: warning: unused. Drop it."


@pytest.mark.parametrize(
    ("kind", "extra", "answer"),
    [
        ("yes_no", "", "no"),
        ("acknowledge", "", "yes"),
        ("wait", ", deadline_working_days: 3", "no_reply"),
        ("select_one", ", choices: [{name: a, label: A}, {name: b, label: B}]", "b"),
        ("select_multiple", ", choices: [{name: a, label: A}, {name: b, label: B}]", "a"),
        ("range", ", anchors: {0: A, 1: B}", "0"),
        ("integer", ", minimum: -5", "-5"),
        ("count", ", maximum: 4", "4"),
        ("timer", "", "90"),
        ("decimal", ", maximum: 2", "1.5"),
        ("text", "", "zamknięte"),
    ],
)
def test_an_exit_may_give_any_answer_that_fits(kind: str, extra: str, answer: str) -> None:
    """`sets` takes the literal answers of every type that has them."""
    route = f"exits: {{gone: {{label: G, explanation: E, outcome: finish, sets: {{n: '{answer}'}}}}}}\n"
    assert codes(steps(f"{{name: n, type: {kind}, label: N{extra}}}", before=route)) == []


@pytest.mark.parametrize(
    ("kind", "extra", "answer"),
    [
        ("acknowledge", "", "no"),
        ("wait", ", deadline_working_days: 3", "maybe"),
        ("range", ", anchors: {0: A, 1: B}", "2"),
        ("integer", ", minimum: 0", "-5"),
        ("integer", "", "half"),
        ("count", ", maximum: 4", "5"),
        ("timer", "", "-1"),
        ("decimal", "", "1,5"),
        ("date", "", "2026-01-01"),
    ],
)
def test_an_exit_may_not_give_an_answer_that_does_not_fit(kind: str, extra: str, answer: str) -> None:
    """A literal outside the bounds or of the wrong sort is found."""
    route = f"exits: {{gone: {{label: G, explanation: E, outcome: finish, sets: {{n: '{answer}'}}}}}}\n"
    assert codes(steps(f"{{name: n, type: {kind}, label: N{extra}}}", before=route)) == ["wrong-answer"]


def test_an_exit_cannot_answer_a_repeated_step() -> None:
    """Which of its rounds would it be?"""
    source = (
        HEAD
        + "exits: {gone: {label: G, explanation: E, outcome: finish, sets: {a: 'no'}}}\n"
        + STEPS.replace("    steps:", "    repeat: {another: N, maximum: 3}\n    steps:")
        + "      - {name: a, type: yes_no, label: A}\n"
    )
    assert codes(source) == ["wrong-answer"]


def test_an_exit_taken_only_by_an_answer_is_used() -> None:
    """`leads_to` is enough; no stage has to offer it."""
    route = "exits: {gone: {label: G, explanation: E, outcome: void, stages: []}}\n"
    source = steps("{name: a, type: yes_no, label: A, leads_to: {exit: gone, when: answer == no}}", before=route)
    assert codes(source) == []


def test_a_last_case_without_types_fits_all() -> None:
    """It may stand after a case that fits some of the types."""
    cases = (
        "participant_types: [gmina, pup]\ncases:\n"
        "  - {name: k, title: K, cover_story: S, question: Q, participant_types: [pup]}\n"
        "  - {name: l, title: K, cover_story: S, question: Q}\n"
    )
    assert (
        codes(steps("{name: a, type: yes_no, label: A, relevant: \"participant_type == 'pup'\"}", before=cases)) == []
    )


def test_placeholders_name_facts_and_earlier_answers() -> None:
    """In a step's text both are allowed, spaces inside the braces too; a half-written one is found."""
    good = steps(
        "{name: a, type: text, label: '${ participant_name }'}", "{name: b, type: text, label: '${a} ${window}'}"
    )
    bad = steps("{name: a, type: text, label: 'Witaj w ${participant_name'}")
    note = steps("{name: n, type: note, label: N}", "{name: b, type: text, label: '${n}'}")
    assert codes(good) == []
    assert codes(bad) == ["unknown-name"]
    assert codes(note) == ["type-error"]


def test_a_calculation_may_be_used_like_an_answer() -> None:
    """Its kind follows from its parts, also through another calculation and in a repeat."""
    source = steps(
        "{name: a, type: integer, label: A, minimum: 0, maximum: 100}",
        "{name: p, type: calculate, calculation: a * 2}",
        "{name: q, type: calculate, calculation: p > 10, relevant: a > 1}",
        "{name: b, type: text, label: B, relevant: q and p < 50}",
    )
    assert codes(source) == []
    assert codes(source.replace("q and", "p and")) == ["type-error"]


def test_a_calculation_nobody_can_type_is_not_reported_twice() -> None:
    """A mistake in a calculation does not make mistakes of its uses."""
    source = steps(
        "{name: p, type: calculate, calculation: nobody + 1}", "{name: b, type: text, label: B, relevant: p > 3}"
    )
    assert codes(source) == ["unknown-name"]


def test_a_cycle_is_noted_once() -> None:
    """Three calculations in a circle, and one that only leads into it."""
    source = steps(
        "{name: o, type: calculate, calculation: p + p}",
        "{name: p, type: calculate, calculation: q + 1}",
        "{name: q, type: calculate, calculation: r + 1}",
        "{name: r, type: calculate, calculation: p + 1}",
    )
    assert codes(source) == ["forward-reference", "cycle"]


def test_a_condition_seen_from_an_exit_may_find_anything_unanswered() -> None:
    """After an exit even a required question may have been left out, so asking for it is no slip."""
    source = (
        HEAD
        + "exits: {gone: {label: G, explanation: E, outcome: finish, sections: [e]}}\n"
        + STEPS
        + "      - {name: a, type: yes_no, label: A, not_checked: false}\n"
        + "      - {name: b, type: yes_no, label: B, relevant: answered(a)}\n"
        + "  - name: e\n    stage: exit\n    label: E\n    steps:\n"
        + "      - {name: c, type: text, label: C, relevant: not answered(a)}\n"
    )
    assert codes(source) == ["always-true"]


def test_what_only_asks_for_an_acknowledgement_is_no_slip() -> None:
    """`relevant: rules` is always true, and means what it says."""
    source = steps(
        "{name: rules, type: acknowledge, label: R}", "{name: b, type: text, label: B, relevant: rules == yes}"
    )
    assert codes(source) == []


def test_an_exit_always_taken_is_no_slip() -> None:
    """`when: yes` is a way to end after a step."""
    route = "exits: {gone: {label: G, explanation: E, outcome: void, stages: []}}\n"
    source = steps("{name: a, type: yes_no, label: A, leads_to: {exit: gone, when: 'yes'}}", before=route)
    assert codes(source) == []


def test_the_relevant_of_a_section_counts_for_its_steps() -> None:
    """A step that contradicts its own section is never asked."""
    source = (
        steps("{name: a, type: yes_no, label: A}")
        + "  - name: t\n    stage: after\n    label: T\n    relevant: a == yes\n    steps:\n"
        + "      - {name: b, type: text, label: B, relevant: a == no}\n"
    )
    assert codes(source) == ["unreachable-step"]


def test_a_default_must_be_an_answer_to_its_step() -> None:
    """A suggested choice outside the choices, or of another sort, is found."""
    choices = "choices: [{name: one, label: A}, {name: two, label: B}]"
    assert codes(steps(f"{{name: c, type: select_one, label: C, default: \"'one'\", {choices}}}")) == []
    assert codes(steps(f"{{name: c, type: select_one, label: C, default: \"'three'\", {choices}}}")) == [
        "literal-outside-choices"
    ]
    assert codes(steps(f"{{name: c, type: select_one, label: C, default: 3, {choices}}}")) == ["type-error"]


PARTS = st.sampled_from(
    ["a", "b", "c", "p", "r", "zz", "answer", "yes", "3", "'one'", "selected(c, 'one')", "mean(r)", "count(r)",
     "answered(a)", "answered_at(b)", "length(t)", "participant_type", "coalesce(p, 3)", "minutes_between(w, w)"]
)  # fmt: skip
CONDITIONS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "==", "<", "+", "/"]), inner).map(
            lambda made: f"({' '.join(made)})"
        ),
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, inner, inner).map(lambda made: f"({made[0]} if {made[1]} else {made[2]})"),
        inner.map(lambda part: f"({part} in ('one', 3))"),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(first=CONDITIONS, second=CONDITIONS, third=CONDITIONS)
def test_no_condition_makes_the_check_fail(first: str, second: str, third: str) -> None:
    """Whatever authors write into conditions, they get problems or none, never a traceback."""
    source = (
        HEAD
        + "participant_types: [gmina]\n"
        + STEPS
        + "      - {name: a, type: yes_no, label: A}\n"
        + "      - {name: c, type: select_one, label: C, choices: [{name: one, label: A}, {name: two, label: B}]}\n"
        + "      - {name: t, type: text, label: T}\n"
        + "      - {name: w, type: datetime, label: W}\n"
        + "  - {name: d, stage: after, label: D, repeat: {another: N}, steps: [{name: r, type: integer, label: R}]}\n"
        + f"  - name: e\n    stage: after\n    label: E\n    relevant: {first!r}\n    steps:\n"
        + f"      - {{name: p, type: calculate, calculation: {second!r}}}\n"
        + f"      - {{name: b, type: integer, label: B, relevant: {third!r}, constraint: {first!r}}}\n"
    )
    found = check(source, filename="x.yaml")
    assert all(problem.line >= 1 and not problem.code.startswith("yaml") for problem in found)

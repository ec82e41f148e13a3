"""The author's lint for rubrics: each slip is told at its line, with what to do; what ships is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checking import problems_of
from scenarios import loader
from scenarios.model import Scenario
from scenarios.problems import Code, Problem, Severity, describe
from scoring.rubric_checks import check

ROOT = Path(__file__).parent.parent.parent

SCENARIO = """
spec_version: 1
name: small
mode: visit
title: Small
languages: [en]
participant_types: [gmina]
criteria: {K: Courtesy, M: Answers}
cases:
  - name: case
    title: Case
    cover_story: You ask.
    question: When?
    follow_up: And then?
    memory_card: [When?]
    answer_key: [{label: hours, source: site, valid_from: 2025-01-01}]
sections:
  - name: gate
    stage: gate
    label: Before
    steps:
      - {name: ready, type: yes_no, label: Ready?, criterion: K}
  - name: during
    stage: during
    label: During
    steps:
      - {name: entered, type: stamp, label: In, button: in}
      - {name: found, type: timer, label: Look, required: false}
      - {name: reply, type: wait, label: Wait, button: came, deadline_working_days: 3, remind_after_working_days: [1]}
  - name: after
    stage: after
    label: After
    steps:
      - {name: greeted, type: yes_no, label: Greeted?, criterion: K, item: S01}
      - {name: leaked, type: yes_no, label: Leaked?, criterion: K, critical: "answer == yes"}
      - {name: answered_by, type: select_one, label: By?, criterion: K, critical: "answer == 'nobody'", choices: [
          {name: person, label: a person}, {name: machine, label: a machine}, {name: nobody, label: nobody}]}
      - {name: tone, type: range, label: Tone?, criterion: K, critical: "answer <= 1", anchors: {1: a, 2: b, 3: c}}
      - {name: tone_why, type: text, label: Why?}
      - {name: minutes, type: integer, label: Minutes?, criterion: M, minimum: 5, maximum: 60, critical: "answer > 50"}
      - {name: price, type: decimal, label: Price?, criterion: M}
      - {name: parts, type: count, label: Parts?, criterion: M, maximum: 4}
      - {name: key, type: count, label: Key?, criterion: M, maximum: key}
      - {name: late, type: yes_no, label: Late?, criterion: M, critical: "answer == yes and greeted == no"}
      - {name: several, type: select_multiple, label: Which?, choices: [{name: a, label: a}, {name: b, label: b}]}
      - {name: photo, type: image, label: Photo, required: false}
      - {name: share, type: calculate, calculation: "minutes / 60", criterion: M}
"""

RUBRIC = """
spec_version: 1
name: small
title: Small
languages: [en]
words: {not_applicable: [nd], not_checked: [ns]}
scenarios: [small]
tags: {dimension: {K: Courtesy, M: Answers}}
criteria:
  - where: {kind: small}
    dimension: K
    criteria:
      - {name: greeted, evidence: [photo]}
      - {name: leaked, reverse: true, critical: [yes]}
      - {name: leaked_again, reads: leaked, yes: leave, no: 1}
      - {name: answered_by, levels: {person: 1, machine: 0.5, nobody: 0}, critical: [nobody]}
      - {name: tone, rating: [1, 3], critical: ["1"], observed_in: [tone_why]}
      - {name: reply, levels: {came: 1, no_reply: 0}}
      - {name: night, reads: "@hour", steps: {7: 0, 19: 1}}
  - where: {level: visit}
    dimension: M
    criteria:
      - {name: minutes, steps: {10: 1, 30: 0.5}}
      - {name: price, number: [0, 100]}
      - {name: found, steps: {120: 1}}
      - {name: parts, count: 4}
      - {name: key, count: key}
      - {name: late, reverse: true, critical: [yes]}
      - {name: share, number: [0, 1]}
tree:
  - node: total
    take: weighted_mean
    of:
      - {node: K, where: {answers: {greeted: [yes, no, ns], "@hour": 9}}, take: points,
         items: {dimension: K}, weight: 0.6}
      - {node: M, take: mean, needs: 2, items: [minutes, price, found, parts, key, late, share], weight: 0.4}
"""


def scenario_of(source: str = SCENARIO) -> Scenario:
    """The small scenario."""
    return loader.load(source, filename="small.yaml")


def found(source: str, *, with_scenarios: bool = True) -> list[Problem]:
    """What is wrong with a rubric beside the small scenario."""
    scenarios = {"small": scenario_of()} if with_scenarios else {}
    return check(source, filename="rubric.yaml", scenarios=scenarios)


def test_the_small_rubric_is_clean() -> None:
    """Every sort of step and of worth is in it."""
    assert [describe(problem) for problem in found(RUBRIC)] == []


def test_what_cannot_be_read_is_told_by_the_loader() -> None:
    """Nothing else is looked for then."""
    (problem,) = found("spec_version: 7\n")
    assert problem.code is Code.SPEC_VERSION


CASES = {
    "no feeding step": (
        "{name: greeted, evidence: [photo]}",
        "{name: greetet}",
        "reads `greetet`, which no scenario asks. Did you mean `greeted`?",
        Code.UNUSED_CRITERION,
    ),
    "a step of another scenario": (
        "{name: greeted, evidence: [photo]}",
        "{name: greeted, where: {kind: [small, tiny]}}",
        "`tiny` is none of the scenarios. Add it to `scenarios`",
        Code.UNKNOWN_NAME,
    ),
    "a scenario misspelt": (
        "{name: greeted, evidence: [photo]}",
        "{name: greeted, where: {kind: [small, smal]}}",
        "`smal` is none of the scenarios. Did you mean `small`?",
        Code.UNKNOWN_NAME,
    ),
    "a step of the gate": (
        "{name: greeted, evidence: [photo]}",
        "{name: ready}",
        "reads `ready`, a yes_no of stage gate",
        Code.TYPE_ERROR,
    ),
    "a step that is no answer": ("{name: greeted, evidence: [photo]}", "{name: tone_why}", "`tone_why`, a text", None),
    "steps for a yes or no": (
        "{name: greeted, evidence: [photo]}",
        "{name: greeted, steps: {1: 1}}",
        "`greeted` is a yes_no, which this worth cannot be read from. Write `yes` and `no`",
        Code.TYPE_ERROR,
    ),
    "several choices at once": (
        "{name: greeted, evidence: [photo]}",
        "{name: several, levels: {a: 1}}",
        "`several` is a select_multiple, which this worth cannot be read from. Write another question",
        Code.TYPE_ERROR,
    ),
    "rating for a choice": ("{name: late, reverse: true, critical: [yes]}", "{name: late, rating: [1, 5]}", "", None),
    "number for a count": ("{name: parts, count: 4}", "{name: parts, number: plain}", "Write `count: key` or", None),
    "count for a number": ("{name: price, number: [0, 100]}", "{name: price, count: 3}", "Write `steps` or", None),
    "a level nobody can give": (
        "{person: 1, machine: 0.5, nobody: 0}",
        "{person: 1, machine: 0.5, robot: 0.3, nobody: 0}",
        "the level `robot` is never reached: `answered_by` has no such answer. One of: person, machine, nobody",
        Code.LITERAL_OUTSIDE_CHOICES,
    ),
    "an answer worth nothing known": (
        "{came: 1, no_reply: 0}",
        "{came: 1}",
        "the answer `no_reply` of `reply` has no worth. Add `no_reply:`",
        Code.MISSING_KEY,
    ),
    "a rating that is not the step's": (
        "rating: [1, 3]",
        "rating: [1, 5]",
        "rating [1, 5] where `tone` goes from 1 to 3. Write rating: [1, 3]",
        Code.WRONG_VALUE,
    ),
    "a count that is not the step's": ("count: 4", "count: 5", "counts up to 4, not 5. Write count: 4", None),
    "a number for the key": ("{name: key, count: key}", "{name: key, count: 4}", "Write count: key", Code.WRONG_VALUE),
    "an edge too high": (
        "{10: 1, 30: 0.5}",
        "{10: 1, 90: 0.5}",
        "the edge 90 is never reached: `minutes` goes up to 60. End the table at 60 or below",
        Code.WRONG_VALUE,
    ),
    "an edge too low": ("{10: 1, 30: 0.5}", "{1: 1, 30: 0.5}", "the edge 1 is never reached: `minutes` begins", None),
    "a span too narrow above": ("steps: {10: 1, 30: 0.5}", "number: [0, 50]", "goes up to 60, above 50", None),
    "a span too narrow below": ("steps: {10: 1, 30: 0.5}", "number: [10, 60]", "begins at 5, below 10", None),
    "critical at what is no answer": (
        "critical: [nobody]",
        "critical: [nobody, robot]",
        "critical at `robot`, which `answered_by` is never answered with",
        Code.LITERAL_OUTSIDE_CHOICES,
    ),
    "critical only in the scenario": (
        "nobody: 0}, critical: [nobody]",
        "nobody: 0}",
        "critical at no answer here, at `nobody` in the scenario `small`",
        Code.WRONG_VALUE,
    ),
    "critical only in the rubric": (
        "{name: greeted, evidence: [photo]}",
        "{name: greeted, critical: [no]}",
        "critical at `no` here, at no answer in the scenario",
        Code.WRONG_VALUE,
    ),
    "critical at other levels": (
        'critical: ["1"]',
        'critical: ["1", "2"]',
        "critical at `1`, `2` here, at `1` in",
        None,
    ),
    "evidence nobody asks for": (
        "evidence: [photo]",
        "evidence: [foto]",
        "`evidence` names `foto`, which `small` does not ask. Did you mean `photo`?",
        Code.UNKNOWN_NAME,
    ),
    "evidence that is none": (
        "evidence: [photo]",
        "evidence: [tone_why]",
        "`evidence` names `tone_why`, which is a text. Name a photo",
        Code.TYPE_ERROR,
    ),
    "observations nobody asks for": (
        "observed_in: [tone_why]",
        "observed_in: [nowhere_at_all]",
        "`observed_in` names `nowhere_at_all`, which `small` does not ask. Name a step of `small`",
        Code.UNKNOWN_NAME,
    ),
    "observations that are none": ("observed_in: [tone_why]", "observed_in: [photo]", "Name a text or recording", None),
    "needs more than there is": ("needs: 2", "needs: 8", "needs 8 values, but has 7 below it. Write needs: 7", None),
    "records a criterion never stands in": (
        "weight: 0.4}",
        "weight: 0.4, where: {kind: tiny}}",
        "looks at no records that `minutes` belongs to",
        Code.UNUSED_CRITERION,
    ),
    "records nothing chosen stands in": (
        'where: {answers: {greeted: [yes, no, ns], "@hour": 9}}',
        "where: {level: phone}",
        "looks at no records that any criterion it chooses belongs to",
        Code.UNUSED_CRITERION,
    ),
    "a filter by what is never answered": (
        "greeted: [yes, no, ns]",
        "greeted: [yes, maybe]",
        "`greeted` is never answered `maybe`. One of: no, yes",
        Code.LITERAL_OUTSIDE_CHOICES,
    ),
    "a filter by what is never asked": ("greeted: [yes, no, ns]", "greeded: yes", "asks `greeded`. Did you mean", None),
    "a filter by a text": ("greeted: [yes, no, ns]", "tone_why: x", "no scenario asks `tone_why`", Code.UNKNOWN_NAME),
    "a criterion's filter": (
        "{name: greeted, evidence: [photo]}",
        "{name: greeted, where: {answers: {qwertyuiop: yes}}}",
        "no scenario asks `qwertyuiop`. Name a question that is asked",
        Code.UNKNOWN_NAME,
    ),
    "no scenario": ("scenarios: [small]", "scenarios: [small, tiny]", "there is no scenario `tiny`", Code.UNKNOWN_NAME),
    "a rule for records of no scenario": (
        "tags: {dimension",
        "records: [{where: {kind: tiny}, not_checked_at_most: 0.5}]\ntags: {dimension",
        "records: `tiny` is none of the scenarios",
        Code.UNKNOWN_NAME,
    ),
    "a rule for records by what is never asked": (
        "tags: {dimension",
        "records: [{where: {answers: {greetet: yes}}, not_checked_at_most: 0.5}]\ntags: {dimension",
        "records: no scenario asks `greetet`. Did you mean `greeted`?",
        Code.UNKNOWN_NAME,
    ),
    "an item that blocks but cannot fail": (
        "tree:",
        "award: {total: total, blocking: [leaked, greeted]}\ntree:",
        "greeted: blocks the licence, but no answer makes it fail. Write `critical:` for `greeted`",
        Code.WRONG_VALUE,
    ),
    "evidence of a mode misspelt": (
        "tree:",
        "award: {total: total, evidence: [{level: visits, least: 2}, {level: visit, least: 2}]}\ntree:",
        "evidence of the level `visits`, which no scenario has. Did you mean `visit`?",
        Code.UNKNOWN_NAME,
    ),
    "evidence of a mode nobody makes": (
        "tree:",
        "award: {total: total, evidence: [{level: phone, least: 2}]}\ntree:",
        "evidence of the level `phone`, which no scenario has. One of: visit",
        Code.UNKNOWN_NAME,
    ),
    "evidence that differs in nothing asked": (
        "tree:",
        "award: {total: total, evidence: [{level: visit, least: 2, different: tone_why}]}\ntree:",
        "`different` names `tone_why`, which is not asked at the level `visit`. Name a question of it, or one of: @day",
        Code.UNKNOWN_NAME,
    ),
    "no word for not checked": (
        "words: {not_applicable: [nd], not_checked: [ns]}",
        "words: {not_applicable: [nd]}",
        "`words` does not say that `ns` means not_checked. Write `not_checked: [ns]` under `words:`",
        Code.MISSING_KEY,
    ),
}


@pytest.mark.parametrize(("old", "new", "said", "code"), CASES.values(), ids=CASES.keys())
def test_each_slip_is_told(old: str, new: str, said: str, code: Code | None) -> None:
    """At its line, as an error, with the remedy."""
    assert RUBRIC.count(old) == 1
    source = RUBRIC.replace(old, new)
    line = next(number for number, text in enumerate(source.splitlines(), 1) if new.partition("\n")[0] in text)
    problems = [one for one in found(source) if one.severity is Severity.ERROR and said in describe(one)]
    assert problems, [describe(one) for one in found(source)]
    assert code in (None, problems[0].code)
    assert problems[0].line == line


def test_a_step_nobody_reads_is_told() -> None:
    """It feeds a dimension in its scenario, and would be lost; steps of the gate, and texts, are let pass."""
    source = RUBRIC.replace("      - {name: greeted, evidence: [photo]}\n", "")
    warned = [one for one in found(source) if one.severity is Severity.WARNING]
    (told,) = (describe(one) for one in warned)
    assert told.startswith("rubric.yaml:9: warning: `greeted` (S01) of `small` feeds K, but no criterion reads it.")
    assert told.endswith("Add a criterion with `reads: greeted`.")
    unnamed = RUBRIC.replace("      - {name: key, count: key}\n", "").replace("parts, key, late", "parts, late")
    assert "`key` of `small` feeds M" in describe(found(unnamed)[0])


def test_a_dimension_that_is_not_the_scenarios_is_told() -> None:
    """As a warning: the author may mean it."""
    source = RUBRIC.replace("{name: greeted, evidence: [photo]}", "{name: greeted, dimension: M}")
    assert [(one.severity, describe(one).partition("warning: ")[2]) for one in found(source)] == [
        (Severity.WARNING, "counts as M here, `greeted` feeds K in its scenario. Mend one of the two."),
    ]


def test_rules_of_the_licence_that_hold_are_let_pass() -> None:
    """Evidence that differs in a question or a fact; and without scenarios nothing is known of levels."""
    award = (
        "award: {total: total, blocking: [leaked], evidence: [{level: visit, least: 2, different: DIFFERENT}]}\ntree:"
    )
    for different in ('"@hour"', "tone"):
        assert found(RUBRIC.replace("tree:", award.replace("DIFFERENT", different))) == []
    other = RUBRIC.replace("scenarios: [small]\n", "").replace("tree:", award.replace("visit", "household"))
    assert found(other) == []


def test_a_criterion_that_counts_nowhere_is_told() -> None:
    """Unless it is worth no points and is not critical, or chooses records."""
    lost = "items: [minutes, price, found, parts, key, late, share]"
    assert RUBRIC.count(lost) == 1
    for name, extra, is_told in (("share", "", True), ("share", ", points: 0", False), ("late", ", points: 0", True)):
        source = RUBRIC.replace(f", {name}", "").replace(f"{{name: {name}", f"{{name: {name}{extra}")
        assert [one.step for one in found(source)] == ([name] if is_told else [])
    filtered = RUBRIC.replace(", share]", "]").replace("weight: 0.4}", "weight: 0.4, where: {answers: {share: 1}}}")
    assert found(filtered) == []


def test_one_of_several_scenarios_lacks_the_step() -> None:
    """A criterion that names it reads nothing there."""
    other = SCENARIO.replace("name: small", "name: other").replace("name: greeted,", "name: greeting,")
    other = other.replace("greeted == no", "greeting == no")
    source = RUBRIC.replace("scenarios: [small]", "scenarios: [small, other]").replace(
        "{name: greeted, evidence: [photo]}", "{name: greeted, where: {kind: [small, other]}}"
    )
    scenarios = {"small": scenario_of(), "other": scenario_of(other)}
    told = [describe(one) for one in check(source, filename="rubric.yaml", scenarios=scenarios)]
    assert any("reads `greeted`, which `other` does not ask. Leave `other` out of `where`." in one for one in told)


def test_a_rubric_for_other_tables_is_checked_without_scenarios() -> None:
    """Weights and nodes only; nothing is known of answers."""
    source = RUBRIC.replace("scenarios: [small]\n", "")
    assert found(source) == []
    lost = source.replace("weight: 0.4}", "weight: 40, where: {kind: other, level: visit}}")
    assert [one.code for one in found(lost)] == [Code.WRONG_VALUE]
    twice = source.replace("weight: 0.4}", "weight: 0.4, where: {level: phone}}")
    assert Code.UNUSED_CRITERION in {one.code for one in found(twice)}


def test_weights_that_do_not_add_up_are_told() -> None:
    """At the node whose weighted mean it is."""
    (problem,) = found(RUBRIC.replace("weight: 0.4", "weight: 0.5"))
    assert describe(problem) == (
        "rubric.yaml:31: total: the weights add up to 1.1: 0.6 + 0.5. Mend them to add up to 1, or to 100."
    )


def test_weights_may_be_percents_and_points() -> None:
    """60 and 40; criteria in a weighted mean weigh their points."""
    percents = RUBRIC.replace("weight: 0.6", "weight: 60").replace("weight: 0.4", "weight: 40")
    assert found(percents) == []
    points = RUBRIC.replace(
        "take: points,\n         items: {dimension: K}", "take: weighted_mean, items: {dimension: K}"
    )
    assert [describe(one).partition("K: ")[2] for one in found(points)] == [
        "the weights add up to 7: 1 + 1 + 1 + 1 + 1 + 1 + 1. Mend them to add up to 1, or to 100."
    ]


def test_what_a_calculation_gives_is_not_known() -> None:
    """Words are let pass: yes and no, names, whatever it may come to."""
    assert found(RUBRIC.replace("{name: share, number: [0, 1]}", "{name: share, levels: {yes: 1, no: 0}}")) == []


def test_nodes_without_names_are_told_by_what_they_take() -> None:
    """So that the author finds them."""
    source = RUBRIC.replace("node: M, take: mean, needs: 2", "take: mean, needs: 9")
    assert [one.step for one in found(source)] == ["mean"]


# The command --------------------------------------------------------------------------------------------------------


def test_files_are_held_against_each_other() -> None:
    """A rubric is checked with the scenario given beside it; without it, with those that ship."""
    scenario, rubric = Path("small.yaml"), Path("rubric.yaml")
    assert problems_of({scenario: SCENARIO, rubric: RUBRIC, Path("again.yaml"): RUBRIC}) == []
    (problem,) = problems_of({rubric: RUBRIC})
    assert "there is no scenario `small`" in problem.message
    (broken,) = problems_of({scenario: "spec_version: 7"})
    assert broken.code is Code.SPEC_VERSION
    assert [one.file for one in problems_of({scenario: "spec_version: 7", rubric: RUBRIC})] == [
        "small.yaml",
        "rubric.yaml",
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "scoring" / "library").glob("*.yaml")), ids=lambda path: path.stem)
def test_what_ships_is_clean(path: Path) -> None:
    """Neither errors nor warnings."""
    assert problems_of({path: path.read_text(encoding="utf-8")}) == []

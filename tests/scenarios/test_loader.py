"""From YAML to a Scenario: everything of the format is read, and nothing but a ScenarioError comes of what is not."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import loader
from scenarios.conditions import parse
from scenarios.loader import ScenarioError, load, version_of
from scenarios.model import Choice, LeadsTo, Mode, Outcome, Repeat, Stage, Step, StepType, Text
from scenarios.yaml_nodes import MAX_BYTES, Entries, Scalar

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))

FULL = """\
spec_version: 1
name: wizyta
mode: visit
title: {pl: Wizyta, en: Visit}
languages: [pl, en]
participant_types: [gmina, urzad]
max_minutes: 15
forbidden:
  - {pl: "Bez fałszu.", en: "No falsehood."}
evidence_wanted:
  - Tablica
criteria:
  K: {pl: Kultura, en: Courtesy}
cases:
  - name: meldunek
    title: {pl: Meldunek, en: Residence}
    participant_types: [gmina]
    cover_story: {pl: "Pytasz w ${participant_name}.", en: "You ask at ${participant_name}."}
    question: {pl: Jak?, en: How?}
    follow_up: {pl: A jeśli?, en: What if?}
    memory_card: [{pl: Linia, en: Line}]
    answer_key:
      - {label: formularz, source: gov.pl, valid_from: 2025-01-01, valid_to: 2026-12-31}
      - {label: opłata, source: gov.pl, valid_from: 2025-01-01}
exits:
  closed:
    label: {pl: Zamknięte, en: Closed}
    explanation: {pl: Dziękujemy., en: Thank you.}
    outcome: finish
    stages: [during]
    sections: [closed_facts]
    sets: {yn: no}
  gone: {label: Z, explanation: E, outcome: void}
sections:
  - name: gate
    stage: gate
    label: {pl: Przygotowanie, en: Preparation}
    steps:
      - {name: hello, type: note, label: Hej}
      - {name: rules, type: acknowledge, label: Zasady, button: Jasne}
      - {name: conflict, type: yes_no, label: Konflikt, leads_to: {exit: gone, when: answer == yes}}
  - name: all
    stage: after
    label: Wszystko
    relevant: conflict == no
    repeat: {another: Kolejne?, maximum: 5}
    steps:
      - name: yn
        item: W02
        type: yes_no
        label: {pl: Pytanie, en: Question}
        hint: {pl: Wskazówka, en: Hint}
        required: false
        not_applicable: true
        not_checked: false
        criterion: K
        critical: answer == no
      - {name: one, type: select_one, label: L, choices: [{name: a, label: A}, {name: b, label: B}], default: "'a'"}
      - {name: many, type: select_multiple, label: L, choices: [{name: a, label: A}, {name: no, label: B}]}
      - {name: level, type: range, label: L, anchors: {2: dwa, 1: jeden, 3: trzy}}
      - {name: whole, type: integer, label: L, minimum: -1, maximum: 9, unit: zł}
      - {name: part, type: decimal, label: L, constraint: answer > 0, constraint_message: M}
      - {name: upto, type: count, label: L, maximum: 5}
      - {name: key, type: count, label: L, maximum: key}
      - {name: words, type: text, label: L, relevant: yn == no}
      - {name: day, type: date, label: L}
      - {name: hour, type: time, label: L}
      - {name: moment, type: datetime, label: L}
      - {name: photo, type: image, label: L, max_files: 4, as_file: true}
      - {name: paper, type: file, label: L}
      - {name: memo, type: audio, label: L}
      - {name: where, type: geopoint, label: L}
      - {name: took, type: timer, label: L}
      - {name: tap, type: stamp, label: L, button: wchodzę}
      - {name: reply, type: wait, label: L, deadline_working_days: 10, remind_after_working_days: [3, 7], button: Jest}
      - {name: sum, type: calculate, calculation: whole + upto, item: W03, criterion: K}
  - name: closed_facts
    stage: exit
    label: Zamknięte
    steps:
      - {name: sign, type: image, label: L}
"""


def problems(source: str) -> list[tuple[int, str]]:
    """Lines and codes of what is wrong."""
    with pytest.raises(ScenarioError) as caught:
        load(source, filename="x.yaml")
    return [(problem.line, problem.code.value) for problem in caught.value.problems]


def step(line: str, stage: str = "after") -> Step:
    """The one step of a small scenario."""
    source = (
        "spec_version: 1\nname: x\nmode: visit\ntitle: T\nlanguages: [pl]\n"
        f"sections:\n  - {{name: s, stage: {stage}, label: S, steps: [{line}]}}\n"
    )
    return load(source, filename="x.yaml").sections[0].steps[0]


def test_everything_of_the_format_is_read() -> None:
    """A scenario with every word of the documentation."""
    scenario = load(FULL, filename="wizyta.yaml")
    assert (scenario.name, scenario.mode, scenario.max_minutes) == ("wizyta", Mode.VISIT, 15)
    assert scenario.title == Text({"pl": "Wizyta", "en": "Visit"})
    assert scenario.evidence_wanted == (Text({"pl": "Tablica", "en": "Tablica"}),)
    assert [criterion.name for criterion in scenario.criteria] == ["K"]
    case = scenario.case("meldunek")
    assert case.cover_story.in_language("en") == "You ask at ${participant_name}."
    assert [element.valid_to for element in case.answer_key] == [date(2026, 12, 31), None]
    closed, gone = scenario.exits
    assert (closed.outcome, closed.stages, closed.sections) == (Outcome.FINISH, (Stage.DURING,), ("closed_facts",))
    assert closed.sets == {"yn": "no"}
    assert gone.stages == (Stage.DURING, Stage.AFTER)
    gate, everything, _ = scenario.sections
    assert gate.steps[2].leads_to == LeadsTo("gone", parse("answer == yes"))
    assert everything.repeat == Repeat(Text({"pl": "Kolejne?", "en": "Kolejne?"}), 5)
    assert everything.relevant == parse("conflict == no")
    assert {step.type for step in scenario.steps_by_name.values()} == set(StepType)


def test_every_key_of_a_step_lands_in_its_field() -> None:
    """The words of each type."""
    steps = load(FULL, filename="wizyta.yaml").steps_by_name
    yn = steps["yn"]
    assert (yn.item, yn.required, yn.not_applicable, yn.not_checked, yn.criterion) == ("W02", False, True, False, "K")
    assert (yn.critical, yn.hint) == (parse("answer == no"), Text({"pl": "Wskazówka", "en": "Hint"}))
    assert yn.line == FULL.splitlines().index("      - name: yn") + 1
    assert steps["one"].default == parse("'a'")
    assert [choice.name for choice in steps["many"].choices] == ["a", "no"]
    level = steps["level"]
    assert level.choices[0] == Choice("1", Text({"pl": "jeden", "en": "jeden"}))
    assert (level.minimum, level.maximum) == (1, 3)
    assert (steps["whole"].minimum, steps["whole"].maximum) == (-1, 9)
    assert steps["whole"].unit == Text({"pl": "zł", "en": "zł"})
    assert steps["part"].constraint == parse("answer > 0")
    assert steps["part"].constraint_message is not None
    assert (steps["upto"].minimum, steps["upto"].maximum, steps["upto"].counts_key) == (0, 5, False)
    assert (steps["key"].maximum, steps["key"].counts_key) == (None, True)
    assert (steps["photo"].max_files, steps["photo"].as_file, steps["paper"].max_files) == (4, True, 1)
    assert steps["tap"].button == Text({"pl": "wchodzę", "en": "wchodzę"})
    assert (steps["reply"].deadline_working_days, steps["reply"].remind_after_working_days) == (10, (3, 7))
    assert steps["sum"].calculation == parse("whole + upto")
    assert steps["sum"].label == Text({"pl": "sum", "en": "sum"})


@pytest.mark.parametrize(
    ("line", "stage", "offered"),
    [
        ("{name: a, type: yes_no, label: A}", "after", True),
        ("{name: a, type: yes_no, label: A}", "gate", False),
        ("{name: a, type: yes_no, label: A, not_checked: true}", "gate", True),
        ("{name: a, type: acknowledge, label: A}", "after", False),
        ("{name: a, type: stamp, label: A, button: B}", "during", False),
        ("{name: a, type: wait, label: A, deadline_working_days: 1}", "after", False),
        ("{name: a, type: note, label: A}", "after", False),
        ("{name: a, type: calculate, calculation: 1 + 1}", "after", False),
    ],
)
def test_where_not_checked_is_offered(line: str, stage: str, offered: bool) -> None:  # noqa: FBT001  # a table
    """Everywhere but in the gate and on taps, unless the scenario says so."""
    assert step(line, stage).not_checked is offered


def test_words_stay_words() -> None:
    """`no`, `yes`, `on` and numbers are texts where texts are meant, also through an alias."""
    source = FULL.replace("pl: Pytanie, en: Question", "pl: &no no, en: *no")
    scenario = load(source, filename="x.yaml")
    assert scenario.steps_by_name["yn"].label == Text({"pl": "no", "en": "no"})


def test_the_version_is_the_hash_of_the_source() -> None:
    """Whatever the line ends; any other change makes another version."""
    scenario = load(FULL, filename="x.yaml")
    assert scenario.version == sha256(FULL.encode()).hexdigest()
    assert load(FULL.replace("\n", "\r\n"), filename="y.yaml").version == scenario.version
    assert load(FULL + "# x\n", filename="x.yaml").version != scenario.version
    assert version_of("a\rb") == version_of("a\nb")


def test_a_byte_order_mark_is_no_problem() -> None:
    """Editors on some systems write one."""
    assert load("\ufeff" + FULL, filename="x.yaml").name == "wizyta"


def test_an_older_file_is_upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, by what is registered for its version; a version nobody knows is refused."""

    def renamed(root: Entries) -> Entries:
        entries = {("title" if key == "heading" else key): node for key, node in root.entries.items()}
        return Entries(root.line, entries | {"spec_version": Scalar(1, "1")}, root.lines)

    old = FULL.replace("spec_version: 1", "spec_version: 0").replace("title: {pl: Wizyta", "heading: {pl: Wizyta", 1)
    assert problems(old) == [(1, "spec-version")]
    monkeypatch.setitem(loader.UPGRADES, 0, renamed)
    assert load(old, filename="x.yaml").title.in_language("pl") == "Wizyta"


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("spec_version: 1\n", "", ["missing-key"]),
        ("languages: [pl, en]", "languages: []", ["wrong-value"]),
        ("languages: [pl, en]", "languages: [polski, pl, en]", ["wrong-value"]),
        ("mode: visit", "mode: ''", ["wrong-value"]),
        ("mode: visit", "mode: pigeon", ["wrong-value"]),
        ("name: wizyta", "name: Wizyta!", ["bad-name"]),
        ("max_minutes: 15", "max_minutes: 0", ["wrong-value"]),
        ("max_minutes: 15", "max_minutes: ''", ["wrong-value"]),
        ("  - Tablica\n", "  Tablica\n", ["wrong-value"]),
        ("  K: {pl", "  K-1: {pl", ["bad-name"]),
        ("{pl: Kultura, en: Courtesy}", "[Kultura]", ["wrong-value"]),
        ("valid_to: 2026-12-31", "valid_to: 2026-02-31", ["wrong-value"]),
        ("opłata, source: gov.pl, valid_from: 2025-01-01", "opłata, source: s, valid_from: jutro", ["wrong-value"]),
        ("opłata, source: gov.pl, ", "opłata, ", ["missing-key"]),
        ("opłata, source: gov.pl, valid_from: 2025-01-01", "opłata, source: s, valid_from: ''", ["wrong-value"]),
        ("stages: [during]", "stages: [durring]", ["wrong-value"]),
        ("outcome: void", "outcome: null", ["wrong-value"]),
        (", outcome: void", "", ["missing-key"]),
        ("  gone: {label", "  gone!: {label", ["bad-name"]),
        ("name: closed_facts\n    ", "", ["missing-key"]),
        ("    stage: exit\n", "", ["missing-key"]),
        ("relevant: conflict == no", "relevant: ''", ["wrong-value"]),
        ("maximum: 5}\n    steps", "maximum: 500}\n    steps", ["wrong-value"]),
        ("another: Kolejne?, maximum", "maximum", ["missing-key"]),
        ("{another: Kolejne?, maximum: 5}", "{another: Kolejne?, maximum: 1}", ["wrong-value"]),
        ("required: false", "required: maybe", ["wrong-value"]),
        ("max_files: 4", "max_files: 40", ["wrong-value"]),
        ("maximum: key}", "maximum: keys}", ["wrong-value"]),
        ("anchors: {2: dwa, 1: jeden, 3: trzy}", "anchors: {1: jeden}", ["wrong-value"]),
        ("anchors: {2: dwa, 1: jeden, 3: trzy}", "anchors: {a: b, 1: jeden, 2: dwa}", ["wrong-value"]),
        ("anchors: {2: dwa, 1: jeden, 3: trzy}", "default: 1", ["missing-key"]),
        ("[{name: a, label: A}, {name: no, label: B}]", "[{name: a, label: A}]", ["wrong-value"]),
        ("[{name: a, label: A}, {name: no, label: B}]", "[{name: A, label: A}, {name: b, label: B}]", ["bad-name"]),
        ("{name: no, label: B}", "{name: b}", ["missing-key", "wrong-value"]),
        ("[3, 7]", "[7, 3]", ["wrong-value"]),
        ("[3, 7]", "[3, x]", ["wrong-value"]),
        ("deadline_working_days: 10", "deadline_working_days: x", ["wrong-value"]),
        ("{exit: gone, when: answer == yes}", "{exit: gone}", ["missing-key"]),
        ("{exit: gone, when: answer == yes}", "gone", ["wrong-value"]),
        ("      - {name: sign, type: image, label: L}", "      - sign", ["wrong-value"]),
        ("      - {name: sign, type: image, label: L}", "      []", ["wrong-value"]),
        ("{name: sign,", "{name: '',", ["wrong-value"]),
        ("calculation: whole + upto", "calculation: 'whole +'", ["condition-syntax"]),
        ("title: {pl: Wizyta, en: Visit}", "title: {pl: Wizyta, en: ''}", ["wrong-value"]),
        ("cases:\n  - name: meldunek\n    title", "cases:\n  - title", ["missing-key"]),
    ],
)  # fmt: skip
def test_each_mistake_is_found_by_itself(old: str, new: str, codes: list[str]) -> None:
    """One change to a good file gives just the problems it makes."""
    assert old in FULL
    assert [code for _, code in problems(FULL.replace(old, new, 1))] == codes


def test_many_mistakes_are_found_at_once() -> None:
    """Reading goes on after a mistake, and the problems come in the order of the file."""
    source = (
        FULL.replace("mode: visit", "mode: vist").replace("type: geopoint", "type: geopint").replace("K: {", "K L: {")
    )
    assert [code for _, code in problems(source)] == ["wrong-value", "bad-name", "wrong-value"]


@pytest.mark.parametrize("source", ["- a\n", "a\n", "sections: []\n"])
def test_a_file_that_is_no_scenario_is_refused(source: str) -> None:
    """A list, a word, a mapping without anything in it."""
    assert problems(source)


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("", 1, "yaml-syntax"),
        ("a: *b\n", 1, "yaml-syntax"),
        ("a: &b [*b]\n", 1, "yaml-syntax"),
        ("? [a]\n: b\n", 1, "yaml-syntax"),
        ("a: \x00\n", 1, "yaml-syntax"),
        ("a: \ud800\n", 1, "yaml-syntax"),
        ("a: b: c\n", 1, "yaml-syntax"),
        ("\ta\n", 1, "yaml-syntax"),
        ("a: 'b\n", 2, "yaml-syntax"),
        ("x" * (MAX_BYTES + 1), 1, "yaml-limits"),
    ],
)
def test_what_is_not_our_yaml(source: str, line: int, code: str) -> None:
    """Nothing but one plain document without forward or circular aliases."""
    assert problems(source) == [(line, code)]


def test_a_bomb_of_aliases_is_defused() -> None:
    """Nine lines that would unfold into a thousand million values are refused before anything unfolds."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for name, inner in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + inner] * 10)}]")
    assert problems("\n".join(lines)) == [(4, "yaml-limits")]


SNIPPETS = st.sampled_from(
    ["", " ", "\n", "- ", ": ", "{", "}", "[", "]", "'", '"', "*a", "&a ", "!!x ", "yes", "key", "0", "-1", "a: b",
     "\t", "type: range", "choices:", "relevant: a", "|\n", "# ", "---\n", "${", "\x07", "ż"]
)  # fmt: skip


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_spoilt_file_gives_problems_or_a_scenario(data: st.DataObject) -> None:
    """Cutting and inserting anywhere never raises anything but a ScenarioError, whose lines lie in the file."""
    source = data.draw(st.sampled_from([FULL, *(path.read_text(encoding="utf-8") for path in BROKEN)]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        source = source[:at] + data.draw(SNIPPETS) + source[at + data.draw(st.integers(0, 30)) :]
    try:
        lines = {1}
        load(source, filename="x.yaml")
    except ScenarioError as caught:
        lines = {problem.line for problem in caught.problems}
    assert min(lines) >= 1
    assert max(lines) <= source.count("\n") + 2


@given(source=st.text(alphabet="ab:-{}[],&*!|>'\"#\n ?%@`", max_size=60))
def test_any_text_gives_problems(source: str) -> None:
    """No text of signs is a scenario, and none makes anything but a ScenarioError."""
    assert problems(source)

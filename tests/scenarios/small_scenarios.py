"""Small scenarios made up at random, as YAML, for property tests of the engine."""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """\
spec_version: 1
name: made_up
mode: visit
title: Próba
languages: [pl]
participant_types: [gmina]
cases:
  - name: first
    title: Sprawa
    cover_story: Historia
    question: Pytanie
    answer_key:
      - {label: raz, source: strona, valid_from: 2020-01-01}
      - {label: dwa, source: strona, valid_from: 2020-01-01}
exits:
  closed: {label: Zamknięte, explanation: Trudno., outcome: finish, stages: [during, after], sections: [farewell]}
  spotted: {label: Rozpoznanie, explanation: Trudno., outcome: void, stages: [during, after]}
  conflict: {label: Konflikt, explanation: Trudno., outcome: returned, stages: []}
sections:
"""

TAIL = """\
  - name: farewell
    stage: exit
    label: Koniec
    steps:
      - {name: farewell_text, type: text, label: Dlaczego?, required: false}
"""

KINDS = {
    "note": "",
    "acknowledge": "",
    "yes_no": "not_applicable: true, ",
    "select_one": "choices: [{name: a, label: A}, {name: b, label: B}], ",
    "select_multiple": "choices: [{name: a, label: A}, {name: b, label: B}], ",
    "range": "anchors: {1: źle, 2: tak sobie, 3: dobrze}, ",
    "integer": "minimum: 0, maximum: 9, ",
    "decimal": "minimum: 0, ",
    "count": "maximum: key, ",
    "text": "required: false, ",
    "date": "",
    "time": "required: false, ",
    "datetime": "",
    "image": "max_files: 2, ",
    "file": "as_file: true, required: false, ",
    "audio": "",
    "geopoint": "required: false, ",
    "timer": "",
    "stamp": "button: już, ",
    "wait": "deadline_working_days: 3, remind_after_working_days: [1], ",
}

CONDITIONS = {
    "yes_no": ["{0} == yes", "not ({0} == no)", "answered({0})", "not_checked({0})"],
    "select_one": ["{0} == 'a'", "{0} != 'a'"],
    "select_multiple": ["selected({0}, 'a')", "count_selected({0}) > 1"],
    "range": ["{0} >= 2", "not ({0} >= 2)"],
    "integer": ["{0} > 3", "{0} + 1 < 3"],
    "count": ["{0} == 2"],
    "image": ["{0} >= 2"],
    "timer": ["{0} > 30"],
    "wait": ["{0} == 'came'"],
}


@st.composite
def small_scenarios(draw: st.DrawFn) -> str:
    """YAML of one to three sections with a few steps of any type, some only relevant after others, some repeated."""
    known: list[tuple[str, str]] = []
    sections = []
    for number in range(draw(st.integers(1, 3))):
        repeated = number > 0 and draw(st.booleans())
        inner = list(known)
        steps = []
        for index in range(draw(st.integers(1, 4))):
            kind, name = draw(st.sampled_from(sorted(KINDS))), f"s{number}_{index}"
            extra = KINDS[kind]
            usable = [(each, of) for each, of in inner if of in CONDITIONS]
            if draw(st.booleans()) and usable:
                before, of = draw(st.sampled_from(usable))
                extra += f'relevant: "{draw(st.sampled_from(CONDITIONS[of])).format(before)}", '
            if kind == "integer" and draw(st.booleans()):
                extra += 'constraint: "answer != 7", default: "5", '
            if kind == "yes_no" and number == 0 and draw(st.booleans()):
                extra += 'leads_to: {exit: conflict, when: "answer == no"}, '
            steps.append(f"      - {{name: {name}, type: {kind}, {extra}label: Pytanie {name}}}")
            inner.append((name, kind))
        if not repeated:
            known = inner
        stage = ("gate", "during", "after")[number]
        repeat = "    repeat: {another: Jeszcze?, maximum: 3}\n" if repeated else ""
        head = f"  - name: part{number}\n    stage: {stage}\n    label: Część {number}\n{repeat}    steps:\n"
        sections.append(head + "\n".join(steps) + "\n")
    return HEAD + "".join(sections) + TAIL

"""The way through a scenario: what applies, what may, in which order, and how far it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios.contact import AnswerState, Confirm, Contact, Files, Leave, NotChecked, Pick, Progress, Words
from scenarios.model import Scenario, Stage
from scenarios.route import Slot, another_step, route
from tests.scenarios.hand_made import Player, made

REPEAT = "repeat: {another: Jeszcze?, maximum: 3}"
DESKS = f'section desks after {REPEAT}\nk yes_no\nn integer, relevant: "k == yes"\n'


def fresh(scenario: Scenario) -> Contact:
    """A contact of a scenario in which nothing was answered."""
    return Player(scenario).contact


def paths(slots: tuple[Slot, ...]) -> list[str]:
    """Paths of the questions that are certain."""
    return [slot.path for slot in slots if slot.certain]


def test_questions_come_in_the_order_of_the_file() -> None:
    """Sections one after another; notes and calculations are no questions."""
    scenario = made("section a gate\np yes_no\nn note\nsection b after\nc calculate, calculation: 1 + 1\nq yes_no")
    way = route(scenario, fresh(scenario))
    assert paths(way.slots) == ["p", "q"]
    assert way.values == {"c": 2}


def test_an_irrelevant_question_is_not_on_the_way() -> None:
    """Nor is one of an irrelevant section."""
    scenario = made(
        'section a after\np yes_no\nq yes_no, relevant: "p == no"\nsection b after relevant: "p == no"\nr yes_no'
    )
    player = Player(scenario)
    player.send(Pick("yes"))
    assert [slot.path for slot in player.way.slots] == ["p"]


def test_what_may_apply_counts_but_is_not_asked() -> None:
    """As long as the answer it depends on is open, it is uncertain; the total tells it."""
    scenario = made(
        'section a after\np yes_no\nq yes_no, relevant: "p == yes"\nsection b after relevant: "p == yes"\nr yes_no'
    )
    way = route(scenario, fresh(scenario))
    assert [(slot.path, slot.certain) for slot in way.slots] == [("p", True), ("q", False), ("r", False)]
    assert way.progress(Stage.AFTER) == Progress(0, 3)
    assert way.slot("q") is None


def test_unknown_stays_unknown_to_the_end() -> None:
    """A question that depends on what was not checked is never asked, and its section neither."""
    scenario = made(
        'section a after\np yes_no\nsection b after relevant: "p == yes"\nq yes_no\nr yes_no, relevant: "not (p == no)"'
    )
    player = Player(scenario)
    player.send(NotChecked(), Pick("forgot"))
    assert player.asked == "Report"


def test_an_uncertain_section_and_an_irrelevant_question_make_no_slot() -> None:
    """False wins over unknown."""
    never = "relevant: \"participant_type == 'muzeum'\""
    scenario = made(f'section a after\np yes_no\nsection b after relevant: "p == yes"\nq yes_no, {never}')
    assert [slot.path for slot in route(scenario, fresh(scenario)).slots] == ["p"]


def test_an_answer_counts_only_where_its_question_applies() -> None:
    """It is kept aside otherwise, and no condition sees it."""
    scenario = made('section a after\np yes_no\nq yes_no, relevant: "p == yes"\nr yes_no, relevant: "answered(q)"')
    player = Player(scenario)
    player.send(Pick("yes"), Pick("yes"))
    assert player.way.answered == ("p", "q")
    off = replace(player.contact, answers={**player.contact.answers, "p": replace(player.answer("p"), value=False)})
    assert route(scenario, off).answered == ("p",)


def test_a_withdrawn_answer_is_open() -> None:
    """As if it had not been given."""
    player = Player(made("section a after\np yes_no\nq yes_no"))
    player.send(Pick("yes"))
    withdrawn = replace(player.answer("p"), state=AnswerState.WITHDRAWN, value=None)
    way = route(player.scenario, replace(player.contact, answers={"p": withdrawn}))
    assert way.current is not None
    assert (way.current.path, way.current.answer) == ("p", None)


def test_notes_stand_before_the_next_question() -> None:
    """Several together, and once only."""
    player = Player(made("section a gate\nn note\nm note\np yes_no\nq yes_no"))
    assert [note.name for note in player.ask.notes] == ["n", "m"]
    player.send(Pick("yes"))
    assert player.ask.notes == ()


def test_a_note_is_not_swallowed_by_a_question_that_is_never_asked() -> None:
    """It waits for the next question that is."""
    player = Player(made('section a after\np yes_no\nn note\nq yes_no, relevant: "p == yes"\nr yes_no'))
    player.send(NotChecked(), Pick("forgot"))
    assert (player.asked, [note.name for note in player.ask.notes]) == ("r", ["n"])


def test_an_irrelevant_note_is_not_shown() -> None:
    """Nor one of which it is not known."""
    player = Player(
        made('section a after\np yes_no\nn note, relevant: "p == no"\nm note, relevant: "missing == no"\nq yes_no')
    )
    player.send(Pick("yes"))
    assert player.ask.notes == ()


def test_a_calculation_that_does_not_apply_or_is_not_known_has_no_value() -> None:
    """It is missing, not nought."""
    steps = 'p integer\nc calculate, calculation: p + 1\nd calculate, relevant: "p > 9", calculation: p\nq yes_no'
    player = Player(made(f"section a after\n{steps}"))
    assert player.way.values == {}
    player.send(Words("2"))
    assert player.way.values == {"c": 3}


def test_a_condition_sees_calculations_and_files_as_numbers() -> None:
    """Two photos are a 2."""
    player = Player(
        made('section a after\nf image, max_files: 2\nc calculate, calculation: f * 10\nq yes_no, relevant: "c == 20"')
    )
    player.send(Files((1, 2), "image"))
    assert player.asked == "q"


def test_a_repeat_asks_its_questions_round_by_round() -> None:
    """Until there is no other, or the rounds are used up."""
    player = Player(made(f"section desks after {REPEAT}\nn integer\nsection end after\nlast yes_no"))
    asked = []
    for reply in (Words("1"), Pick("yes"), Words("2"), Pick("yes"), Words("3")):
        asked.append((player.asked, player.ask.round, player.ask.another))
        player.send(reply)
    assert asked == [
        ("desks[0].n", 0, False),
        ("desks[0].another", 0, True),
        ("desks[1].n", 1, False),
        ("desks[1].another", 1, True),
        ("desks[2].n", 2, False),
    ]
    assert player.asked == "last"


def test_a_round_sees_its_own_answers() -> None:
    """What the first desk did says nothing about the second."""
    player = Player(made(DESKS))
    player.send(Pick("yes"), Words("5"), Pick("yes"), Pick("no"))
    assert player.asked == "desks[1].another"
    assert paths(player.way.slots) == [
        "desks[0].k",
        "desks[0].n",
        "desks[0].another",
        "desks[1].k",
        "desks[1].another",
    ]


def totals(*rounds: tuple[str, ...]) -> dict[str, object]:
    """What is calculated over the rounds of a repeat: the first answer of each, and the second where it is asked."""
    more = "section end after\nc calculate, calculation: count(n)\nt calculate, calculation: total(n)\nlast yes_no"
    player = Player(made(DESKS + more))
    for number, answers in enumerate(rounds):
        for word in answers:
            player.send(*([NotChecked(), Pick("forgot")] if word == "?" else [Words(word)]))
        player.send(Pick("yes" if number + 1 < len(rounds) else "no"))
    return dict(player.way.values)


def test_a_total_over_rounds_is_known_where_every_round_is() -> None:
    """Two desks, five and seven."""
    assert totals(("tak", "5"), ("tak", "7")) == {"c": 2, "t": 12}


def test_a_round_that_is_not_known_makes_the_total_unknown() -> None:
    """The count counts the known ones."""
    assert totals(("tak", "5"), ("tak", "?")) == {"c": 1}


def test_a_round_in_which_nothing_is_asked_does_not_count() -> None:
    """The question did not apply there, so nothing is missing."""
    assert totals(("tak", "5"), ("nie",)) == {"c": 1, "t": 5}


def test_a_total_is_not_told_before_its_rounds_are_over() -> None:
    """While the second desk is open the sum is not known."""
    player = Player(made(DESKS + "section end after\nt calculate, calculation: total(n)\nlast yes_no"))
    player.send(Pick("yes"), Words("5"), Pick("yes"))
    assert player.way.values == {}


def test_a_repeat_that_may_apply_shows_one_round() -> None:
    """Its questions are uncertain, the one between the rounds too."""
    scenario = made(f'section a after\np yes_no\nsection desks after {REPEAT} ; relevant: "p == yes"\nn integer')
    way = route(scenario, fresh(scenario))
    assert [(slot.path, slot.certain) for slot in way.slots] == [
        ("p", True),
        ("desks[0].n", False),
        ("desks[0].another", False),
    ]


def test_an_exit_leaves_what_is_open_and_keeps_what_is_answered() -> None:
    """Calculations still hold, notes of the sections left are not shown."""
    steps = "section a during\np integer\nc calculate, calculation: p + 1\nn note\nq yes_no\nsection why exit\nw text"
    player = Player(made(steps, "closed: {label: Z, explanation: T, outcome: finish, sections: [why]}"))
    player.send(Words("2"), Leave("closed"), Confirm())
    assert paths(player.way.slots) == ["p", "w"]
    assert player.way.values == {"c": 3}
    assert player.ask.notes == ()


def test_sections_of_an_exit_are_asked_only_after_it() -> None:
    """Of two exits each asks its own."""
    exits = (
        "closed: {label: Z, explanation: T, outcome: finish, sections: [why]}\n"
        "moved: {label: P, explanation: T, outcome: finish, sections: [where]}"
    )
    player = Player(made("section a during\np yes_no\nsection why exit\nw text\nsection where exit\nx text", exits))
    assert paths(player.way.slots) == ["p"]
    player.send(Leave("moved"), Confirm())
    assert paths(player.way.slots) == ["x"]


def test_progress_counts_items_where_a_stage_has_any() -> None:
    """Helping questions are not counted, an answer of any kind is."""
    player = Player(
        made("section a after\np yes_no, item: W01\nq yes_no\nr yes_no, item: W02\nsection b gate\ng yes_no")
    )
    player.send(NotChecked(), Pick("forgot"), Pick("yes"))
    assert player.ask.progress == Progress(1, 2)
    assert player.way.progress(Stage.GATE) == Progress(0, 1)
    assert player.way.progress(Stage.DURING) == Progress(0, 0)


def test_the_question_gone_back_to_is_the_one_asked() -> None:
    """Where it applies no more, the first open one is."""
    player = Player(made("section a after\np yes_no\nq yes_no"))
    player.send(Pick("yes"))
    for revisiting, asked in ((None, "q"), ("p", "p"), ("nowhere", "q")):
        slot = player.way.asked(replace(player.contact, revisiting=revisiting))
        assert slot is not None
        assert slot.path == asked


def test_only_a_repeat_has_a_question_between_rounds() -> None:
    """Asking for one elsewhere is a mistake of the program."""
    with pytest.raises(ValueError, match="does not repeat"):
        another_step(made("section a after\np yes_no").sections[0])

"""Single questions: how each kind of answer is offered, old buttons, the tray, texts beyond a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import MAX_BODY, ButtonStyle, InputHint
from bot.tap_kinds import (
    AttachFromTray,
    ChangeHere,
    ContactTap,
    PickChoice,
    PickReason,
    ShowAnswers,
    ShowIntro,
    ShowMenu,
)
from bot.taps import decode, path_of
from bot.views.answers import answered
from bot.views.facts import EvidenceSummary, TrayItem
from bot.views.juror_contact import look, tidied
from scenarios.contact import (
    Answer,
    Answered,
    AnswerState,
    AskReason,
    AskStep,
    Files,
    NotChecked,
    Sleeping,
    Start,
    Words,
)
from scenarios.model import Stage, StepType, Text
from tests.bot.looking import (
    NOW,
    acts_of,
    after,
    asking,
    asking_item,
    asks,
    contact_taps,
    shown,
    walked,
)
from tests.bot.walking import ZONE, Stop, as_text, flat, scenario, show, walk


def test_a_wrong_answer_is_refused_above_the_question() -> None:
    """First what was wrong, then the same question with the same buttons."""
    script = scenario("wizyta")
    asked = asking_item(script, "W06")
    refused = after(script, asked, Words("długo"))
    outgoing = shown(refused, script)
    said, question_again = outgoing.body.split("\n\n")
    assert said == "Nie udało się odczytać liczby. Wystarczą cyfry, np. 3."
    assert question_again == "Ile minut zajęło znalezienie właściwego stanowiska?"
    assert outgoing.buttons == shown(asked, script).buttons
    assert outgoing.expects is InputHint.NUMBER


def test_an_echo_stands_above_the_next_question() -> None:
    """Where a channel cannot edit, the answer taken is said before the next question."""
    script = scenario("wizyta")
    assert shown(asking_item(script, "W05"), script, echo="Tak").body.startswith("✓ Tak\n\n")


def test_why_not_checked() -> None:
    """Four reasons as buttons, one's own words, and a way back."""
    script = scenario("wizyta")
    asked = after(script, asking_item(script, "W12"), NotChecked())
    assert isinstance(asked.prompt, AskReason)
    outgoing = shown(asked, script)
    labels = [button.label for button in flat(outgoing)]
    assert labels == ["Wyleciało z głowy", "Nie było okazji", "Nie było widać", "Nie było bezpiecznie", "Wróć"]
    assert [act for act in acts_of(outgoing) if isinstance(act, PickReason)] == [PickReason(n) for n in range(4)]
    assert outgoing.expects is InputHint.TEXT
    assert "własnymi słowami" in outgoing.note


def test_several_photos_are_counted_until_done() -> None:
    """After the first of several photos: how many there are, how many fit, and "gotowe"."""
    script = scenario("example_image")
    name = next(step.name for step in script.steps_by_name.values() if step.max_files > 1)
    asked = asking(script, name)
    outgoing = shown(after(script, asked, Files((31,), "image", as_file=True)), script)
    most = script.steps_by_name[name].max_files
    assert f"Dodano: 1 z {most}." in outgoing.body
    assert outgoing.buttons[0][0].label == "Gotowe (1)"


def test_a_photo_wanted_as_a_file_says_how() -> None:
    """Where time and place matter, the question says how to keep them; an ordinary photo is put aside."""
    script = scenario("example_image")
    name = next(step.name for step in script.steps_by_name.values() if step.as_file)
    asked = asking(script, name)
    assert "jako plik" in shown(asked, script).note
    refused = shown(after(script, asked, Files((31,), "image")), script)
    assert "To zdjęcie zostało odłożone" in refused.body
    assert "Odłożono na później." in refused.body


def test_the_tray_is_offered_where_it_fits() -> None:
    """A photo question offers photos put aside, a text question notes; at most five at once, the newest."""
    items = tuple(TrayItem(number, "image", NOW + timedelta(minutes=number)) for number in range(8))
    note = TrayItem(50, "note", NOW, note="Kolejka do drzwi, dwie osoby z wózkiem, nikt nie pytał")
    evidence = EvidenceSummary(tray=(*items, note))
    files = scenario("example_file")
    photos = shown(next(iter(walk(files))).turn, files, evidence=evidence)
    offered = [act for act in acts_of(photos) if isinstance(act, AttachFromTray)]
    assert offered == [AttachFromTray(number, 0) for number in range(3, 8)]
    text = shown(next(iter(walk(scenario("example_text")))).turn, scenario("example_text"), evidence=evidence)
    assert [act for act in acts_of(text) if isinstance(act, AttachFromTray)] == [AttachFromTray(50, 3)]
    assert any(button.label.startswith("Notatka: Kolejka do drzwi") for button in flat(text))


def test_files_on_their_way_are_told() -> None:
    """Small print says what is not safe yet."""
    script = scenario("wizyta")
    outgoing = shown(asking_item(script, "W05"), script, evidence=EvidenceSummary(on_its_way=2, refused=1))
    assert outgoing.note == "2 pliki są w drodze. 1 pliku nie udało się przyjąć."


def test_a_suggestion_is_a_button_or_a_remark() -> None:
    """A typed number has its suggestion as a button; where the answers are buttons, it is a remark."""
    script = scenario("wizyta")
    labels = [button.label for button in flat(shown(asking_item(script, "W06"), script))]
    assert "Przyjmij: 2 min" in labels
    script = scenario("email")
    suggested = shown(asking_item(script, "E05"), script)
    assert not any(button.label.startswith("Przyjmij") for button in flat(suggested))
    assert suggested.note.startswith("Z notatek wynika: ")


def test_a_timer_starts_and_stops() -> None:
    """First a start, then since when it runs and a stop."""
    script = scenario("example_timer")
    first = next(iter(walk(script)))
    assert first.outgoing.buttons[0][0].label == "Start"
    running = shown(after(script, first.turn, Start()), script)
    assert "Czas biegnie od 11:00." in running.body
    assert running.buttons[0][0].label == "Stop"


def test_a_wait_says_until_when() -> None:
    """Waiting for a reply: until which day, that nothing needs doing, and one button."""
    script = scenario("email")
    asleep = next(stop for stop in walked(script.name) if isinstance(stop.turn.prompt, Sleeping))
    assert "Czekamy do 4 listopada (wtorek), 23:59." in asleep.outgoing.body
    assert asleep.outgoing.buttons[0][0].label == "przyszła odpowiedź"
    assert asleep.outgoing.buttons[0][0].style is ButtonStyle.PRIMARY


def test_on_the_spot_no_answer_of_the_preparation_is_listed() -> None:
    """In the corridor the list of answers holds only what was tapped there."""
    script = scenario("wizyta")
    stop = [stop for stop in walked("wizyta") if _is_during(stop)][2]
    listed = look(ShowAnswers(0), stop.turn, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    assert [tap.act for tap in contact_taps(listed)].count(ChangeHere()) == 2
    assert "nic z tego" not in listed.body


def _is_during(stop: Stop) -> bool:
    return isinstance(stop.turn.prompt, AskStep) and stop.turn.prompt.section.stage is Stage.DURING


def test_a_long_answer_is_tidied_by_its_length() -> None:
    """An answer longer than a message is not cut in the tidied question: it is said to be saved in full."""
    script = scenario("example_text")
    first = walked("example_text")[0].turn
    assert isinstance(first.prompt, AskStep)
    answer = Answer(first.prompt.path, AnswerState.GIVEN, "a" * 3900, NOW, 1)
    about = {"asked_turn": 0, "title": "P", "language": "pl", "zone": ZONE, "now": NOW}
    for words_stand in (False, True):
        tidy = tidied(Answered(answer, None), first, script, **about, words_stand=words_stand)  # type: ignore[arg-type]
        assert tidy is not None
        assert tidy.body.endswith("✓ zapisano w całości (znaków: 3900)")
    lost = replace(answer, path="nothing")
    told = tidied(Answered(lost, None), first, script, asked_turn=0, title="P", language="pl", zone=ZONE, now=NOW)
    assert told is None


@pytest.mark.parametrize(("state", "value", "left"), [("given", "Tak było.", True), ("not_checked", None, False)])
def test_words_just_written_need_no_repeating(state: str, value: str | None, *, left: bool) -> None:
    """They stand right below the question; anything else is told in it."""
    script = scenario("example_text")
    first = walked("example_text")[0].turn
    assert isinstance(first.prompt, AskStep)
    answer = Answer(first.prompt.path, AnswerState(state), value, NOW, 1, reason=None if left else "forgot")
    about = {"asked_turn": 0, "title": "P", "language": "pl", "zone": ZONE, "now": NOW}
    kept = tidied(Answered(answer, None), first, script, **about, words_stand=True)  # type: ignore[arg-type]
    assert (kept is None) == left
    assert tidied(Answered(answer, None), first, script, **about) is not None  # type: ignore[arg-type]


def test_long_choices_are_numbered_in_the_text() -> None:
    """Choices too long for a button are listed with numbers, and the numbers are the buttons."""
    script = scenario("example_select_one")
    asked = next(stop.turn for stop in walked("example_select_one") if asks(stop, StepType.SELECT_ONE))
    assert isinstance(asked.prompt, AskStep)
    long = tuple(replace(choice, label=Text({"pl": "słowo " * 9})) for choice in asked.prompt.step.choices)
    step = replace(asked.prompt.step, choices=long)
    outgoing = shown(replace(asked, prompt=replace(asked.prompt, step=step)), script)
    assert "1. słowo słowo" in outgoing.body
    assert [act for act in acts_of(outgoing) if isinstance(act, PickChoice)] == [
        PickChoice(n) for n in range(len(long))
    ]


def test_long_boxes_are_numbered_in_the_text() -> None:
    """The same for boxes that are ticked: the mark stands with the number."""
    script = scenario("example_select_multiple")
    asked = next(stop.turn for stop in walked("example_select_multiple") if asks(stop, StepType.SELECT_MULTIPLE))
    assert isinstance(asked.prompt, AskStep)
    long = tuple(replace(choice, label=Text({"pl": "słowo " * 9})) for choice in asked.prompt.step.choices)
    step = replace(asked.prompt.step, choices=long)
    ask = replace(asked.prompt, step=step, chosen=(long[0].name,))
    outgoing = shown(replace(asked, prompt=ask), script)
    assert [button.label for button in outgoing.buttons[0]][:2] == ["☑ 1", "☐ 2"]


def test_the_rounds_of_a_repeat_are_counted_in_the_head() -> None:
    """In a repeat the head says which round it is."""
    heads = [stop.outgoing.head for stop in walked("example_repeat") if _round(stop) == 1]
    assert heads
    assert all(head.endswith(" 2") for head in heads)


def _round(stop: Stop) -> int | None:
    prompt = stop.turn.prompt
    return prompt.round if isinstance(prompt, AskStep) and not prompt.another else None


def test_an_old_button_is_answered_with_today() -> None:
    """A button of the past: what was answered there, a way to change it, and the question of now."""
    script = scenario("wizyta")
    asked = asking_item(script, "W13")
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W11")
    outgoing = shown(asked, script, earlier=path)
    assert "ma już odpowiedź: Tak." in outgoing.body
    assert "Jesteśmy już dalej. Teraz:" in outgoing.body
    change = next(button for button in flat(outgoing) if button.label == "Zmień tamtą odpowiedź")
    tap = decode(change.tap)
    assert isinstance(tap, ContactTap)
    assert isinstance(tap.act, ChangeHere)
    assert path_of(script, tap) == path
    assert outgoing.buttons[-1][-1].label == "Więcej…"


def test_an_old_button_without_an_answer_is_only_told_where_we_are() -> None:
    """A button whose question has no answer offers nothing to change."""
    script = scenario("wizyta")
    asked = asking_item(script, "W13")
    for earlier in ("w26", "nothing"):
        outgoing = shown(asked, script, earlier=earlier)
        assert "Jesteśmy już dalej. Teraz:" in outgoing.body
        assert not any(button.label == "Zmień tamtą odpowiedź" for button in flat(outgoing))


def test_the_menu_has_everything_else() -> None:
    """Hint, earlier answers, ways out, rest, hide: each on its own row, and back."""
    script = scenario("wizyta")
    asked = asking_item(script, "W16")
    outgoing = look(ShowMenu(), asked, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    labels = [button.label for button in flat(outgoing)]
    assert labels[-5:] == ["Coś poszło inaczej", "Zrób przerwę", "Zadania", "Schowaj", "Wróć"]
    assert "Zmień wcześniejszą odpowiedź" in labels


def test_a_text_too_long_is_paged_not_cut() -> None:
    """A question beyond one message keeps its end with the buttons; its beginning is a tap away, nothing is lost."""
    script = scenario("wizyta")
    asked = asking_item(script, "W13")
    assert isinstance(asked.prompt, AskStep)
    words = " ".join(f"słowo{number}" for number in range(900))
    step = replace(asked.prompt.step, label=Text({"pl": words}))
    turn = replace(asked, prompt=replace(asked.prompt, step=step))
    outgoing = shown(turn, script)
    assert len(outgoing.head) + len(outgoing.body) + len(outgoing.note) <= MAX_BODY
    assert outgoing.buttons[0][0].label == "Przeczytaj od początku"
    read = []
    for page in range(10):
        part = look(ShowIntro(page), turn, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
        read.append(part.body)
        if flat(part)[0].label != "Dalej":
            break
    assert " ".join(read).split() == words.split()


def test_the_other_language_reads_too() -> None:
    """The same question in English."""
    script = scenario("wizyta")
    outgoing = show(asking_item(script, "W05"), script, language="en", now=NOW)
    assert "[Yes]  [No]" in as_text(outgoing)
    assert "[↩ Undo]  [Not checked]  [More…]" in as_text(outgoing)


def test_a_withdrawn_answer_is_said_to_be() -> None:
    """An answer taken back reads as such."""
    script = scenario("wizyta")
    step = next(iter(script.steps_by_name.values()))
    answer = Answer(step.name, AnswerState.WITHDRAWN, None, datetime(2025, 10, 21, tzinfo=UTC), 3)
    assert answered(step, answer, script, language="pl", zone=ZONE) == "wycofano"

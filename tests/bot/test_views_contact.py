"""Single screens of a contact: refusals, proposals, rests, ends, old buttons, the tray, texts beyond a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from bot.channels.base import MAX_BODY, ButtonStyle, InputHint, Outgoing
from bot.tap_kinds import AttachFromTray, ChangeHere, ContactTap, LeaveBy, PickReason, ShowExits, ShowIntro, ShowMenu
from bot.taps import decode, path_of
from bot.views.answers import answered
from bot.views.facts import EvidenceSummary, TrayItem
from bot.views.juror_contact import look, question
from bot.views.rejections import FILE_PROBLEMS, file_problem_text, rejection_text
from scenarios import engine
from scenarios.contact import (
    Answer,
    AnswerState,
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Change,
    ChangePending,
    Closed,
    Confirm,
    Files,
    Keep,
    Leave,
    NotChecked,
    Pause,
    Phase,
    Pick,
    Rejection,
    RejectionCode,
    Reply,
    Report,
    Sleeping,
    Start,
    Submit,
    Turn,
    Undo,
    Words,
)
from scenarios.model import Scenario, Stage, Step, StepType, Text
from storage.files import Refusal
from storage.unfit import FileProblem
from tests.bot.walking import START, ZONE, Stop, as_text, flat, scenario, show, walk

NOW = START + timedelta(hours=1)
LATER = START + timedelta(days=1)


@cache
def _walked(name: str) -> tuple[Stop, ...]:
    """A walk, made once for all tests."""
    return tuple(walk(scenario(name)))


def _at(script: Scenario, name: str) -> Turn:
    """The turn of a walk that asks a step."""
    for stop in _walked(script.name):
        if isinstance(stop.turn.prompt, AskStep) and stop.turn.prompt.step.name == name:
            return stop.turn
    raise AssertionError(f"{name} is never asked")


def _item(script: Scenario, item: str) -> Turn:
    return _at(script, next(step.name for step in script.steps_by_name.values() if step.item == item))


def _after(script: Scenario, turn: Turn, *replies: Reply) -> Turn:
    for said in replies:
        turn = engine.advance(script, turn.contact, said, now=NOW, zone=ZONE)
    return turn


def _end(script: Scenario) -> Stop:
    return _walked(script.name)[-1]


def _show(turn: Turn, script: Scenario, **more: object) -> Outgoing:
    return question(turn, script, title="Płońsk", language="pl", zone=ZONE, now=NOW, **more)  # type: ignore[arg-type]


def _acts(outgoing: Outgoing) -> list[object]:
    taps = [decode(button.tap) for button in flat(outgoing)]
    return [tap.act for tap in taps if isinstance(tap, ContactTap)]


def _step(type_: StepType, **more: object) -> Step:
    return Step(name="x", type=type_, label=Text({"pl": "Ile?"}), line=1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("code", list(RejectionCode))
def test_every_refusal_is_a_kind_sentence(code: RejectionCode, language: str) -> None:
    """Whatever cannot be taken, at whatever step, is answered with a whole sentence and no loose braces."""
    for step in (None, *(_step(type_) for type_ in StepType)):
        said = rejection_text(Rejection(code), step, language=language)
        assert said[0].isupper()
        assert said[-1] in ".?:"
        assert "{" not in said
        assert len(said) < 200


@pytest.mark.parametrize(
    ("rejection", "step", "said"),
    [
        (
            Rejection(RejectionCode.NOT_A_NUMBER),
            _step(StepType.INTEGER, minimum=10, maximum=90),
            "Nie udało się odczytać liczby. Wystarczą cyfry, np. 10.",
        ),
        (
            Rejection(RejectionCode.NOT_A_NUMBER),
            _step(StepType.INTEGER),
            "Nie udało się odczytać liczby. Wystarczą cyfry, np. 3.",
        ),
        (
            Rejection(RejectionCode.TOO_LARGE, {"minimum": "0", "maximum": "120"}),
            _step(StepType.INTEGER),
            "Tu pasuje liczba od 0 do 120. Może to literówka?",
        ),
        (
            Rejection(RejectionCode.TOO_SMALL, {"minimum": "1"}),
            _step(StepType.INTEGER),
            "To za mało: najmniej 1.",
        ),
        (Rejection(RejectionCode.TOO_LARGE, {"maximum": "5"}), None, "To za dużo: najwyżej 5."),
        (
            Rejection(RejectionCode.TOO_LARGE, {"minimum": "0", "maximum": "2592000"}),
            _step(StepType.TIMER),
            "Aż tyle? Może to literówka. Przykład: 12 min.",
        ),
        (
            Rejection(RejectionCode.NO_SUCH_DAY, {"given": "31.02"}),
            _step(StepType.DATE),
            "Nie ma takiego dnia: 31.02. Może to literówka?",
        ),
        (
            Rejection(RejectionCode.AMBIGUOUS_DATE, {"first": "3.12.2025", "second": "12.3.2025"}),
            _step(StepType.DATE),
            "To może być 3.12.2025 albo 12.3.2025. Które z nich?",
        ),
        (
            Rejection(RejectionCode.NOT_A_DATE, {"example": "20.10.2025"}),
            _step(StepType.DATE),
            "Nie udało się odczytać daty. Przykład: 20.10.2025.",
        ),
        (
            Rejection(RejectionCode.TEXT_TOO_LONG, {"maximum": "3000", "length": "4120"}),
            _step(StepType.TEXT),
            "Ten tekst ma 4120 znaków, a mieści się 3000. Trzeba go skrócić – nic nie zostało ucięte.",
        ),
        (
            Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": "3"}),
            _step(StepType.IMAGE),
            "Zmieszczą się tu 3 pliki. Reszta została odłożona.",
        ),
        (
            Rejection(RejectionCode.EXPECTED_FILE),
            _step(StepType.AUDIO),
            "Tu potrzebna jest wiadomość głosowa.",
        ),
        (
            Rejection(RejectionCode.CONSTRAINT),
            _step(StepType.TIME, constraint_message=Text({"pl": "Zamknięcie jest po otwarciu."})),
            "Zamknięcie jest po otwarciu.",
        ),
    ],
)
def test_refusals_say_what_would_do(rejection: Rejection, step: Step | None, said: str) -> None:
    """The details of a refusal stand in its sentence, with an example where it helps."""
    assert rejection_text(rejection, step, language="pl") == said


@pytest.mark.parametrize("problem", list(FileProblem))
def test_every_file_problem_has_its_sentence(problem: FileProblem) -> None:
    """Each reason of the evidence store is told in words, with its numbers."""
    details = {"megabytes": "31", "limit": "20", "megapixels": "200", "width": "8", "height": "8", "pages": "900"}
    said = file_problem_text(Refusal(problem, details).problem, language="pl")
    assert problem in FILE_PROBLEMS
    assert said[-1] == "."
    assert "{" not in said
    assert said != file_problem_text("nonsense", language="pl")


@pytest.mark.parametrize("problem", ["nonsense", "", "too_large", "too_large?limit=20"])
def test_an_unknown_file_problem_is_still_told(problem: str) -> None:
    """A code from elsewhere, or one without its numbers, gets the general sentence."""
    assert file_problem_text(problem, language="pl") == "Tego pliku nie udało się przyjąć. Wyślij go jeszcze raz."


def test_a_wrong_answer_is_refused_above_the_question() -> None:
    """First what was wrong, then the same question with the same buttons."""
    script = scenario("wizyta")
    asked = _item(script, "W06")
    refused = _after(script, asked, Words("długo"))
    outgoing = _show(refused, script)
    said, question_again = outgoing.body.split("\n\n")
    assert said == "Nie udało się odczytać liczby. Wystarczą cyfry, np. 3."
    assert question_again == "Ile minut zajęło dojście do właściwego miejsca?"
    assert outgoing.buttons == _show(asked, script).buttons
    assert outgoing.expects is InputHint.NUMBER


def test_an_echo_stands_above_the_next_question() -> None:
    """Where a channel cannot edit, the answer taken is said before the next question."""
    script = scenario("wizyta")
    assert _show(_item(script, "W05"), script, echo="Tak").body.startswith("✓ Tak\n\n")


def test_why_not_checked() -> None:
    """Four reasons as buttons, one's own words, and a way back."""
    script = scenario("wizyta")
    asked = _after(script, _item(script, "W12"), NotChecked())
    assert isinstance(asked.prompt, AskReason)
    outgoing = _show(asked, script)
    labels = [button.label for button in flat(outgoing)]
    assert labels == ["Wyleciało z głowy", "Nie było okazji", "Nie było widać", "Nie było bezpiecznie", "Wróć"]
    assert [act for act in _acts(outgoing) if isinstance(act, PickReason)] == [PickReason(n) for n in range(4)]
    assert outgoing.expects is InputHint.TEXT
    assert "własnymi słowami" in outgoing.note


def test_a_change_shows_what_it_switches_off() -> None:
    """Before a change is made, the answers it would switch off are listed, and how they come back."""
    script = scenario("wizyta")
    end = _before_report(script)
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W17")
    proposed = _after(script, end, Change(path), Pick("no"))
    assert isinstance(proposed.prompt, AskChange)
    outgoing = _show(proposed, script)
    assert "Nowa odpowiedź: Nie" in outgoing.body
    assert "• Co było błędne?: Pokazano drogę do okienka." in outgoing.body
    assert "Nie przepadną" in outgoing.body
    assert [button.label for button in flat(outgoing)] == ["Zmień", "Zostaw, jak było"]


def _before_report(script: Scenario) -> Turn:
    return next(stop.turn for stop in _walked(script.name) if isinstance(stop.turn.prompt, Report))


def test_a_change_of_many_counts_the_rest() -> None:
    """Six answers are listed; more are counted, none is passed over in silence."""
    script = scenario("wizyta")
    end = _before_report(script)
    paths = tuple(path for path in end.contact.order if path in script.steps_by_name)[:10]
    step = script.steps_by_name[paths[0]]
    answer = end.contact.answers[paths[0]]
    turn = replace(end, prompt=AskChange(step, ChangePending(answer, paths[1:9], paths[9:10])))
    body = _show(turn, script).body
    assert "Wtedy 8 odpowiedzi przestanie obowiązywać:" in body
    assert "• i jeszcze 2" in body
    assert "Wróci 1 wcześniejsza odpowiedź:" in body


def test_asked_again_the_old_answer_can_stay() -> None:
    """A question asked again shows its answer, offers to leave it, and counts as a change."""
    script = scenario("wizyta")
    asked = _item(script, "W13")
    again = _after(script, asked, Undo())
    outgoing = _show(again, script)
    assert outgoing.head.endswith("zmiana")
    assert "Do tej pory: Tak" in outgoing.body
    assert Keep() in _acts(outgoing)


def test_files_asked_again_are_replaced() -> None:
    """Changing a question of photos says that the new ones replace the old."""
    script = scenario("example_image")
    end = _before_report(script)
    image = next(path for path in end.contact.order if script.steps_by_name[path].is_evidence)
    again = _show(_after(script, end, Change(image)), script)
    assert "Do tej pory: 1 zdjęcie" in again.body
    assert "Nowe pliki zastąpią poprzednie." in again.body


def test_several_photos_are_counted_until_done() -> None:
    """After the first of several photos: how many there are, how many fit, and "gotowe"."""
    script = scenario("example_image")
    name = next(step.name for step in script.steps_by_name.values() if step.max_files > 1)
    asked = _at(script, name)
    outgoing = _show(_after(script, asked, Files((31,), "image", as_file=True)), script)
    most = script.steps_by_name[name].max_files
    assert f"Dodane: 1 z {most}." in outgoing.body
    assert outgoing.buttons[0][0].label == "Gotowe (1)"


def test_a_photo_wanted_as_a_file_says_how() -> None:
    """Where time and place matter, the question says how to keep them; an ordinary photo is put aside."""
    script = scenario("example_image")
    name = next(step.name for step in script.steps_by_name.values() if step.as_file)
    asked = _at(script, name)
    assert "jako plik" in _show(asked, script).note
    refused = _show(_after(script, asked, Files((31,), "image")), script)
    assert "To zdjęcie zostało odłożone" in refused.body
    assert "Odłożono na później." in refused.body


def test_the_tray_is_offered_where_it_fits() -> None:
    """A photo question offers photos put aside, a text question notes; at most five at once, the newest."""
    items = tuple(TrayItem(number, "image", NOW + timedelta(minutes=number)) for number in range(8))
    note = TrayItem(50, "note", NOW, note="Kolejka do drzwi, dwie osoby z wózkiem, nikt nie pytał")
    evidence = EvidenceSummary(tray=(*items, note))
    files = scenario("example_file")
    photos = _show(next(iter(walk(files))).turn, files, evidence=evidence)
    offered = [act for act in _acts(photos) if isinstance(act, AttachFromTray)]
    assert offered == [AttachFromTray(number, 0) for number in range(3, 8)]
    text = _show(next(iter(walk(scenario("example_text")))).turn, scenario("example_text"), evidence=evidence)
    assert [act for act in _acts(text) if isinstance(act, AttachFromTray)] == [AttachFromTray(50, 3)]
    assert any(button.label.startswith("Notatka: Kolejka do drzwi") for button in flat(text))


def test_files_on_their_way_are_told() -> None:
    """Small print says what is not safe yet."""
    script = scenario("wizyta")
    outgoing = _show(_item(script, "W05"), script, evidence=EvidenceSummary(on_its_way=2, refused=1))
    assert outgoing.note == "2 pliki są w drodze. 1 pliku nie udało się przyjąć."


def test_a_suggestion_is_a_button_or_a_remark() -> None:
    """A typed number has its suggestion as a button; where the answers are buttons, it is a remark."""
    script = scenario("wizyta")
    labels = [button.label for button in flat(_show(_item(script, "W06"), script))]
    assert "Przyjmij: 2 min" in labels
    script = scenario("email")
    suggested = _show(_item(script, "E05"), script)
    assert not any(button.label.startswith("Przyjmij") for button in flat(suggested))
    assert suggested.note.startswith("Z dotychczasowych zapisków: ")


def test_a_timer_starts_and_stops() -> None:
    """First a start, then since when it runs and a stop."""
    script = scenario("example_timer")
    first = next(iter(walk(script)))
    assert first.outgoing.buttons[0][0].label == "Start"
    running = _show(_after(script, first.turn, Start()), script)
    assert "Czas biegnie od 11:00." in running.body
    assert running.buttons[0][0].label == "Stop"


def test_a_wait_says_until_when() -> None:
    """Waiting for a reply: until which day, that nothing needs doing, and one button."""
    script = scenario("email")
    asleep = next(stop for stop in _walked(script.name) if isinstance(stop.turn.prompt, Sleeping))
    assert "Czekamy do 4 listopada (wtorek), 23:59." in asleep.outgoing.body
    assert asleep.outgoing.buttons[0][0].label == "przyszła odpowiedź"
    assert asleep.outgoing.buttons[0][0].style is ButtonStyle.PRIMARY


def test_an_exit_is_proposed_with_what_it_means() -> None:
    """A way out says what becomes of the task before it is taken, and can be left again."""
    script = scenario("wizyta")
    asked = _item(script, "W12")
    ways = look(ShowExits(), asked, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    leaving = [act for act in _acts(ways) if isinstance(act, LeaveBy)]
    assert leaving
    for act in leaving:
        taken = script.exits[act.index]
        assert Stage.AFTER in taken.stages
        proposed = _after(script, asked, Leave(taken.name))
        assert isinstance(proposed.prompt, AskExit)
        outgoing = _show(proposed, script)
        assert outgoing.body.startswith(f"{taken.label.in_language('pl')}?")
        assert [button.label for button in flat(outgoing)] == ["Tak, właśnie tak", "Nie, wróć"]


def test_an_exit_that_finishes_explains_itself_with_the_next_question() -> None:
    """After an exit that leads to more questions, its explanation stands before the first of them."""
    script = scenario("wizyta")
    asked = _item(script, "W02")
    taken = next(taken for taken in script.exits if taken.outcome.value == "finish" and Stage.AFTER in taken.stages)
    left = _after(script, asked, Leave(taken.name), Confirm())
    assert _show(left, script).body.startswith(taken.explanation.in_language("pl")[:30])


def test_a_rest_waits() -> None:
    """Put aside: everything is saved, one button goes on, another leads to the tasks."""
    script = scenario("wizyta")
    outgoing = _show(_after(script, _item(script, "W12"), Pause()), script)
    assert outgoing.body.startswith("Odłożone.")
    assert [button.label for button in flat(outgoing)] == ["Dalej", "Zadania"]


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase.SUBMITTED, "Wszystko wysłane."),
        (Phase.LOCKED, "To zadanie jest już zamknięte. Dziękujemy!"),
        (Phase.VOID, "To się nie liczy i to niczyja wina. Dziękujemy!"),
        (Phase.RETURNED, "Zadanie wraca do koordynatora. Nic więcej nie trzeba robić. Dziękujemy!"),
        (Phase.OPEN, "Nie ma teraz żadnego pytania."),
    ],
)
def test_the_end_is_kind(phase: Phase, said: str) -> None:
    """However a contact ends, nobody is blamed and the tasks are one tap away."""
    script = scenario("wizyta")
    contact = replace(_end(script).turn.contact, phase=phase)
    outgoing = _show(Turn(contact, (), Closed(phase, None)), script, locks_at=LATER)
    assert outgoing.body.startswith(said)
    assert flat(outgoing)[-1].label == "Zadania"


def test_sent_says_until_when_it_can_be_corrected() -> None:
    """After sending, the end of the correction window is told in words."""
    script = scenario("wizyta")
    turn = _end(script).turn
    assert "Poprawki można wysyłać do: 22 października, 10:00." in _show(turn, script, locks_at=LATER).body
    quiet = Turn(turn.contact, (), turn.prompt)
    assert "Poprawki można wysyłać do: 22 października, 10:00." in _show(quiet, script, locks_at=LATER).body
    assert "Można jeszcze wysłać poprawki." in _show(quiet, script).body


def test_the_receipt_has_a_time_and_a_number() -> None:
    """The receipt bears the moment and the beginning of the digest, and thanks for corrections too."""
    script = scenario("wizyta")
    end = _end(script)
    body = end.outgoing.body
    assert body.startswith("Przyjęte. Dziękujemy!")
    assert "Czas: 21 października 2025, " in body
    changed = _after(script, end.turn, Change("w12"), Pick("no"))
    again = _after(script, changed, Submit())
    assert _show(again, script).body.startswith("Poprawki przyjęte. Dziękujemy!")
    assert _show(changed, script).body.startswith("Są poprawki, które czekają na wysłanie:")
    assert flat(_show(changed, script))[0].label == "Wyślij poprawki"


def test_the_report_says_what_is_missing_and_why_it_matters() -> None:
    """Not checked, without evidence, critical, put aside and on the way: each with its reason."""
    script = scenario("wizyta")
    end = _before_report(script)
    assert isinstance(end.prompt, Report)
    contact = replace(end.contact, tray=(901, 902))
    photo = next(line.path for line in end.prompt.lines if line.step.is_evidence)
    report = replace(
        end.prompt,
        not_checked=tuple(line.path for line in end.prompt.lines if line.step.item)[:7],
        without_evidence=(photo,),
        tray=contact.tray,
    )
    body = _show(Turn(contact, (), report), script, evidence=EvidenceSummary(on_its_way=1)).body
    assert "Nie sprawdzono – to w porządku, byle nie było tego dużo:" in body
    assert "• i jeszcze 2" in body
    assert "Bez zdjęcia lub pliku, więc potem trudno to potwierdzić:" in body
    assert "2 odłożone rzeczy nie należą do żadnego pytania" in body
    assert "1 plik jest jeszcze w drodze." in body


def test_an_old_button_is_answered_with_today() -> None:
    """A button of the past: what was answered there, a way to change it, and the question of now."""
    script = scenario("wizyta")
    asked = _item(script, "W13")
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W11")
    outgoing = _show(asked, script, earlier=path)
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
    asked = _item(script, "W13")
    for earlier in ("w26", "nothing"):
        outgoing = _show(asked, script, earlier=earlier)
        assert "Jesteśmy już dalej. Teraz:" in outgoing.body
        assert not any(button.label == "Zmień tamtą odpowiedź" for button in flat(outgoing))


def test_the_menu_has_everything_else() -> None:
    """Hint, earlier answers, ways out, rest, hide: each on its own row, and back."""
    script = scenario("wizyta")
    asked = _item(script, "W16")
    outgoing = look(ShowMenu(), asked, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    labels = [button.label for button in flat(outgoing)]
    assert labels[-5:] == ["Coś poszło inaczej", "Odłóż na później", "Zadania", "Schowaj", "Wróć"]
    assert "Zmień wcześniejszą odpowiedź" in labels


def test_a_text_too_long_is_paged_not_cut() -> None:
    """A question beyond one message keeps its end with the buttons; its beginning is a tap away, nothing is lost."""
    script = scenario("wizyta")
    asked = _item(script, "W13")
    assert isinstance(asked.prompt, AskStep)
    words = " ".join(f"słowo{number}" for number in range(900))
    step = replace(asked.prompt.step, label=Text({"pl": words}))
    turn = replace(asked, prompt=replace(asked.prompt, step=step))
    outgoing = _show(turn, script)
    assert len(outgoing.head) + len(outgoing.body) + len(outgoing.note) <= MAX_BODY
    assert outgoing.buttons[0][0].label == "Przeczytaj od początku"
    read = []
    for page in range(10):
        part = look(ShowIntro(page), turn, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
        read.append(part.body)
        if flat(part)[0].label != "Dalej":
            break
    assert " ".join(read).split() == words.split()


def test_changes_of_other_answers_are_told() -> None:
    """What a change switched off or brought back is said in passing."""
    script = scenario("wizyta")
    end = _before_report(script)
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W17")
    off = _after(script, end, Change(path), Pick("no"), Confirm())
    assert "1 późniejsza odpowiedź teraz nie obowiązuje, ale nie przepadła." in _show(off, script).body
    on = _after(script, off, Change(path), Pick("yes"))
    assert "Wróciła 1 wcześniejsza odpowiedź." in _show(on, script).body


def test_the_other_language_reads_too() -> None:
    """The same question in English."""
    script = scenario("wizyta")
    outgoing = show(_item(script, "W05"), script, language="en", now=NOW)
    assert "[Yes]  [No]" in as_text(outgoing)
    assert "[↩ Undo]  [Not checked]  [More…]" in as_text(outgoing)


def test_a_withdrawn_answer_is_said_to_be() -> None:
    """An answer taken back reads as such."""
    script = scenario("wizyta")
    step = next(iter(script.steps_by_name.values()))
    answer = Answer(step.name, AnswerState.WITHDRAWN, None, datetime(2025, 10, 21, tzinfo=UTC), 3)
    assert answered(step, answer, script, language="pl", zone=ZONE) == "wycofano"

"""Changes and ways out as they are proposed, rests, ends, the report and the receipt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.tap_kinds import (
    LeaveBy,
    ShowExits,
)
from bot.views.facts import EvidenceSummary
from bot.views.juror_contact import look
from scenarios import engine
from scenarios.contact import (
    AskChange,
    AskExit,
    Change,
    ChangePending,
    Closed,
    Confirm,
    Keep,
    Leave,
    Pause,
    Phase,
    Pick,
    Report,
    Sleeping,
    Submit,
    TimePassed,
    Turn,
    Undo,
)
from scenarios.model import Stage
from tests.bot.looking import (
    LATER,
    NOW,
    acts_of,
    after,
    asking_item,
    end_of,
    report_of_walk,
    shown,
    walked,
)
from tests.bot.walking import ZONE, flat, scenario


def test_a_change_shows_what_it_switches_off() -> None:
    """Before a change is made, the answers it would switch off are listed, and how they come back."""
    script = scenario("wizyta")
    end = report_of_walk(script)
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W17")
    proposed = after(script, end, Change(path), Pick("no"))
    assert isinstance(proposed.prompt, AskChange)
    outgoing = shown(proposed, script)
    assert "Nowa odpowiedź: Nie" in outgoing.body
    assert "• Co było niezgodne (bez nazwisk)?: Pokazano drogę do okienka." in outgoing.body
    assert "Nie przepadną" in outgoing.body
    assert [button.label for button in flat(outgoing)] == ["Zmień", "Zostaw, jak było"]


def test_a_change_of_many_counts_the_rest() -> None:
    """Six answers are listed; more are counted, none is passed over in silence."""
    script = scenario("wizyta")
    end = report_of_walk(script)
    paths = tuple(path for path in end.contact.order if path in script.steps_by_name)[:10]
    step = script.steps_by_name[paths[0]]
    answer = end.contact.answers[paths[0]]
    turn = replace(end, prompt=AskChange(step, ChangePending(answer, paths[1:9], paths[9:10])))
    body = shown(turn, script).body
    assert "Wtedy 8 odpowiedzi przestanie się liczyć:" in body
    assert "• i jeszcze 2" in body
    assert "Wróci 1 wcześniejsza odpowiedź:" in body


def test_the_ways_out_are_open_at_the_report_too() -> None:
    """All is answered, nothing is sent: who was recognised can still say so."""
    script = scenario("wizyta")
    end = report_of_walk(script)
    ways = look(ShowExits(), end, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    offered = [script.exits[act.index].name for act in acts_of(ways) if isinstance(act, LeaveBy)]
    assert "recognised" in offered
    for name in offered:
        assert isinstance(after(script, end, Leave(name)).prompt, AskExit)


def test_asked_again_the_old_answer_can_stay() -> None:
    """A question asked again shows its answer, offers to leave it, and counts as a change."""
    script = scenario("wizyta")
    asked = asking_item(script, "W13")
    again = after(script, asked, Undo())
    outgoing = shown(again, script)
    assert outgoing.head.endswith("zmiana")
    assert "Do tej pory: Tak" in outgoing.body
    assert Keep() in acts_of(outgoing)


def test_files_asked_again_are_replaced() -> None:
    """Changing a question of photos says that the new ones replace the old."""
    script = scenario("example_image")
    end = report_of_walk(script)
    image = next(path for path in end.contact.order if script.steps_by_name[path].is_evidence)
    again = shown(after(script, end, Change(image)), script)
    assert "Do tej pory: 1 zdjęcie" in again.body
    assert "Nowe pliki zastąpią poprzednie." in again.body


def test_an_exit_is_proposed_with_what_it_means() -> None:
    """A way out says what becomes of the task before it is taken, and can be left again."""
    script = scenario("wizyta")
    asked = asking_item(script, "W12")
    ways = look(ShowExits(), asked, script, title="Płońsk", language="pl", zone=ZONE, now=NOW)
    leaving = [act for act in acts_of(ways) if isinstance(act, LeaveBy)]
    assert leaving
    for act in leaving:
        taken = script.exits[act.index]
        assert Stage.AFTER in taken.stages
        proposed = after(script, asked, Leave(taken.name))
        assert isinstance(proposed.prompt, AskExit)
        outgoing = shown(proposed, script)
        assert outgoing.body.startswith(f"{taken.label.in_language('pl')}?")
        assert [button.label for button in flat(outgoing)] == ["Tak, właśnie tak", "Nie, wróć"]


def test_an_exit_that_finishes_explains_itself_before_it_is_taken() -> None:
    """When a way out is meant is said while there is still a choice, and not again with its first question."""
    script = scenario("wizyta")
    asked = asking_item(script, "W02")
    taken = next(taken for taken in script.exits if taken.outcome.value == "finish" and Stage.AFTER in taken.stages)
    proposed = after(script, asked, Leave(taken.name))
    explanation = taken.explanation.in_language("pl")
    assert explanation in shown(proposed, script).body
    assert explanation not in shown(after(script, proposed, Confirm()), script).body


def test_an_exit_that_ends_everything_explains_itself_afterwards() -> None:
    """Recognised: what to say and that nobody minds is told when it is done."""
    script = scenario("wizyta")
    left = after(script, asking_item(script, "W12"), Leave("recognised"), Confirm())
    outgoing = shown(left, script)
    explanation = script.exit("recognised")
    assert explanation is not None
    assert outgoing.body == explanation.explanation.in_language("pl")


def test_a_reply_that_never_came_is_told() -> None:
    """When the deadline of a wait passes, the next question says so."""
    script = scenario("email")
    asleep = next(stop.turn for stop in walked("email") if isinstance(stop.turn.prompt, Sleeping))
    assert isinstance(asleep.prompt, Sleeping)
    after = engine.advance(script, asleep.contact, TimePassed(), now=asleep.prompt.deadline, zone=ZONE)
    assert shown(after, script).body.startswith("Termin minął. Zapisano: brak odpowiedzi.")


def test_an_exit_taken_back_is_told() -> None:
    """Undoing a way out leads back to the questions and says so."""
    script = scenario("wizyta")
    left = after(script, asking_item(script, "W02"), Leave("closed"), Confirm())
    assert shown(after(script, left, Undo()), script).body.startswith("Wracamy do pytań.")


def test_a_rest_waits() -> None:
    """Put aside: everything is saved, one button goes on, another leads to the tasks."""
    script = scenario("wizyta")
    outgoing = shown(after(script, asking_item(script, "W12"), Pause()), script)
    assert outgoing.body.startswith("Przerwa.")
    assert [button.label for button in flat(outgoing)] == ["Dalej", "Zadania"]


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase.SUBMITTED, "Wszystko wysłane."),
        (Phase.LOCKED, "To zadanie jest już zamknięte. Dziękujemy!"),
        (Phase.VOID, "To podejście się nie liczy. To niczyja wina. Dziękujemy!"),
        (Phase.RETURNED, "Zadanie wraca do koordynatora. Nic więcej nie trzeba robić. Dziękujemy!"),
        (Phase.OPEN, "Nie ma teraz żadnego pytania."),
    ],
)
def test_the_end_is_kind(phase: Phase, said: str) -> None:
    """However a contact ends, nobody is blamed and the tasks are one tap away."""
    script = scenario("wizyta")
    contact = replace(end_of(script).turn.contact, phase=phase)
    outgoing = shown(Turn(contact, (), Closed(phase, None)), script, locks_at=LATER)
    assert outgoing.body.startswith(said)
    assert flat(outgoing)[-1].label == "Zadania"


def test_sent_says_until_when_it_can_be_corrected() -> None:
    """After sending, the end of the correction window is told in words."""
    script = scenario("wizyta")
    turn = end_of(script).turn
    assert "Poprawki można wysyłać do: 22 października, 10:00." in shown(turn, script, locks_at=LATER).body
    quiet = Turn(turn.contact, (), turn.prompt)
    assert "Poprawki można wysyłać do: 22 października, 10:00." in shown(quiet, script, locks_at=LATER).body
    assert "Można jeszcze wysłać poprawki." in shown(quiet, script).body


def test_the_receipt_has_a_time_and_a_number() -> None:
    """The receipt bears the moment and the beginning of the digest, and thanks for corrections too."""
    script = scenario("wizyta")
    end = end_of(script)
    body = end.outgoing.body
    assert body.startswith("Przyjęte. Dziękujemy!")
    assert "Czas: 21 października 2025, " in body
    changed = after(script, end.turn, Change("w12"), Pick("no"))
    again = after(script, changed, Submit())
    assert shown(again, script).body.startswith("Poprawki przyjęte. Dziękujemy!")
    assert shown(changed, script).body.startswith("Są poprawki, które czekają na wysłanie:")
    assert flat(shown(changed, script))[0].label == "Wyślij poprawki"


def test_the_report_says_what_is_missing_and_why_it_matters() -> None:
    """Not checked, without evidence, critical, put aside and on the way: each with its reason."""
    script = scenario("wizyta")
    end = report_of_walk(script)
    assert isinstance(end.prompt, Report)
    contact = replace(end.contact, tray=(901, 902))
    photo = next(line.path for line in end.prompt.lines if line.step.is_evidence)
    report = replace(
        end.prompt,
        not_checked=tuple(line.path for line in end.prompt.lines if line.step.item)[:7],
        without_evidence=(photo,),
        tray=contact.tray,
    )
    body = shown(Turn(contact, (), report), script, evidence=EvidenceSummary(on_its_way=1)).body
    assert "Nie sprawdzono – to w porządku, byle nie było tego dużo:" in body
    assert "• i jeszcze 2" in body
    assert "Bez zdjęcia lub pliku, więc potem trudno to potwierdzić:" in body
    assert "2 odłożone rzeczy nie należą do żadnego pytania" in body
    assert "1 plik jest jeszcze w drodze." in body


def test_changes_of_other_answers_are_told() -> None:
    """What a change switched off or brought back is said in passing."""
    script = scenario("wizyta")
    end = report_of_walk(script)
    path = next(step.name for step in script.steps_by_name.values() if step.item == "W17")
    off = after(script, end, Change(path), Pick("no"), Confirm())
    assert "1 późniejsza odpowiedź teraz się nie liczy, ale nie przepadła." in shown(off, script).body
    on = after(script, off, Change(path), Pick("yes"))
    assert "Wróciła 1 wcześniejsza odpowiedź." in shown(on, script).body

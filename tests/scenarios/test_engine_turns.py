"""Beginning, waiting, pausing, sending, correcting and locking; what is shown and how turns are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scenarios.contact import (
    Answered,
    AskExit,
    Began,
    Cancel,
    Change,
    Closed,
    Confirm,
    Locked,
    Mark,
    NotChecked,
    Pause,
    Phase,
    Pick,
    Progress,
    RejectionCode,
    Reply,
    Report,
    Resting,
    Resume,
    Sleeping,
    StageEntered,
    Submit,
    Submitted,
    TimePassed,
    Undo,
    WaitBegan,
    WaitEnded,
    Words,
)
from scenarios.engine import NoCase, begin, lock, prompt_of
from scenarios.model import Stage
from tests.scenarios.hand_made import BEGINS, FACTS, WARSAW, Player, made

TWO = made("section first gate\np yes_no\nsection second after\nq yes_no")
WAIT = "section only after\np yes_no\nw wait, deadline_working_days: 3, remind_after_working_days: [1, 2]\nlast yes_no"
DAYS = timedelta(days=1)


def sleeping() -> Player:
    """A player whose contact waits for a reply since nine o'clock on a Wednesday."""
    player = Player(made(WAIT))
    player.send(Pick("yes"))
    assert isinstance(player.prompt, Sleeping)
    return player


def sent() -> Player:
    """A player whose report was sent."""
    player = Player(TWO)
    player.send(Pick("yes"), Pick("yes"), Submit())
    return player


# Beginning ----------------------------------------------------------------------------------------------------------


def test_a_contact_begins_with_its_version_case_and_facts() -> None:
    """In the person's zone, at the first question of the first stage."""
    turn = begin(TWO, contact_id=5, facts=FACTS, now=BEGINS, zone=WARSAW)
    contact = turn.contact
    assert (contact.id, contact.scenario_version, contact.case) == (5, TWO.version, "first")
    assert contact.facts == FACTS
    assert contact.begun_at == BEGINS
    assert contact.begun_at.utcoffset() == timedelta(hours=1)
    assert turn.events == (Began(), StageEntered(Stage.GATE))


def test_the_case_can_be_chosen() -> None:
    """Whatever the participant's type is."""
    turn = begin(TWO, contact_id=5, facts={"participant_type": "muzeum"}, now=BEGINS, zone=WARSAW, case="first")
    assert turn.contact.case == "first"


def test_no_case_for_the_participant_is_an_error() -> None:
    """The coordinator's mistake, not the person's."""
    with pytest.raises(NoCase):
        begin(TWO, contact_id=5, facts={"participant_type": "muzeum"}, now=BEGINS, zone=WARSAW)


def test_a_contact_may_begin_with_a_wait() -> None:
    """Its deadline counts from the beginning."""
    player = Player(made("section only after\nw wait, deadline_working_days: 3"))
    assert isinstance(player.prompt, Sleeping)
    assert player.event(WaitBegan).reminders == ()


def test_each_stage_is_entered_once() -> None:
    """When its first question is up, not at every answer."""
    player = Player(made("section first gate\np yes_no\nq yes_no\nsection second after\nr yes_no"))
    player.send(Pick("yes"))
    assert not any(isinstance(event, StageEntered) for event in player.turn.events)
    player.send(Pick("yes"))
    assert player.event(StageEntered) == StageEntered(Stage.AFTER)


# Waiting ------------------------------------------------------------------------------------------------------------


def test_a_wait_begins_when_it_is_its_turn() -> None:
    """With its reminders and its deadline in working days, each at the end of its day."""
    player = sleeping()
    began = player.event(WaitBegan)
    assert [moment.date().day for moment in (*began.reminders, began.deadline)] == [10, 11, 14]
    assert isinstance(player.prompt, Sleeping)
    assert player.prompt.deadline == began.deadline
    assert player.contact.waits == {"w": began.deadline}


@pytest.mark.parametrize("reply", [Mark(), Words("odpisali")])
def test_a_wait_ends_when_the_reply_came(reply: Reply) -> None:
    """By its button or by the words on it."""
    player = Player(made("section only after\nw wait, deadline_working_days: 3, button: Odpisali\nlast yes_no"))
    player.send(reply)
    assert player.answer("w").value == "came"
    assert player.event(WaitEnded) == WaitEnded("w", came=True)
    assert player.asked == "last"


def test_a_wait_ends_at_its_deadline() -> None:
    """Time alone gives the answer."""
    player = sleeping()
    deadline = player.contact.waits["w"]
    player.send(TimePassed(), after=deadline - player.now - timedelta(seconds=1))
    assert (player.asked, player.turn.events) == ("Sleeping", ())
    player.send(TimePassed(), after=timedelta(seconds=1))
    assert player.answer("w").value == "no_reply"
    assert player.event(WaitEnded) == WaitEnded("w", came=False)
    assert player.asked == "last"


def test_a_deadline_that_nobody_called_counts_at_the_next_look() -> None:
    """The contact does not sleep on because an alarm was missed."""
    player = sleeping()
    player.send(Resume(), after=9 * DAYS)
    assert (player.answer("w").value, player.asked) == ("no_reply", "last")


def test_a_reply_that_came_counts_as_long_as_the_wait_is_open() -> None:
    """Whoever taps after the deadline, but before the alarm, is believed."""
    player = sleeping()
    player.send(Mark(), after=9 * DAYS)
    assert player.answer("w").value == "came"


def test_a_refused_reply_does_not_end_a_wait() -> None:
    """A refusal changes nothing at all."""
    player = sleeping()
    player.send(Words("co słychać"), after=9 * DAYS)
    assert (player.refused, player.asked) == (RejectionCode.EXPECTED_BUTTON, "Sleeping")


def test_a_deadline_waits_for_what_the_person_is_doing() -> None:
    """Who is changing an earlier answer, or deciding, is not disturbed; it counts right after."""
    player = sleeping()
    player.send(Change("p"))
    player.send(TimePassed(), after=9 * DAYS)
    assert (player.asked, player.turn.events) == ("p", ())
    player.send(Pick("no"))
    assert {path: answer.value for path, answer in player.contact.answers.items()} == {"p": False, "w": "no_reply"}
    assert [event.answer.path for event in player.turn.events if isinstance(event, Answered)] == ["p", "w"]


def test_a_deadline_counts_for_a_contact_put_aside() -> None:
    """It rests on, with the wait over."""
    player = sleeping()
    player.send(Pause())
    player.send(TimePassed(), after=9 * DAYS)
    assert player.answer("w").value == "no_reply"
    assert isinstance(player.prompt, Resting)


def test_a_deadline_that_leads_out_is_proposed() -> None:
    """And declined, the wait goes on until the reply comes."""
    steps = (
        "section only after\nw wait, deadline_working_days: 3, leads_to: {exit: closed, when: \"answer == 'no_reply'\"}"
    )
    player = Player(made(steps + "\nlast yes_no", "closed: {label: Z, explanation: T, outcome: finish, stages: []}"))
    player.send(TimePassed(), after=9 * DAYS)
    assert isinstance(player.prompt, AskExit)
    player.send(Cancel())
    assert isinstance(player.prompt, Sleeping)
    player.send(Mark())
    assert player.asked == "last"


def test_a_wait_gone_back_to_keeps_its_deadline_and_takes_a_late_reply() -> None:
    """The reply came after all: the answer is changed, the wait does not end twice."""
    player = sleeping()
    deadline = player.contact.waits["w"]
    player.send(TimePassed(), after=9 * DAYS)
    player.send(Undo())
    assert (player.asked, player.ask.revisiting) == ("w", True)
    player.send(Mark())
    assert player.answer("w").value == "came"
    assert not any(isinstance(event, WaitEnded) for event in player.turn.events)
    assert player.contact.waits == {"w": deadline}


def test_time_passing_changes_nothing_elsewhere() -> None:
    """No turn, no event."""
    player = Player(TWO)
    before = player.contact
    player.send(TimePassed())
    assert (player.contact, player.turn.events) == (before, ())


# Pausing ------------------------------------------------------------------------------------------------------------


def test_a_paused_contact_rests_until_it_is_taken_up() -> None:
    """Then the same question is up."""
    player = Player(TWO)
    player.send(Pause())
    assert player.prompt == Resting(Progress(0, 1))
    player.send(Resume(), after=5 * DAYS)
    assert (player.asked, player.contact.paused) == ("p", False)


def test_any_answer_wakes_a_paused_contact() -> None:
    """An old button is as good as the one that resumes."""
    player = Player(TWO)
    player.send(Pause(), Pick("yes"))
    assert (player.asked, player.contact.paused) == ("q", False)


def test_a_pause_drops_what_was_only_asked() -> None:
    """The reason for not having checked is not waited for."""
    player = Player(TWO)
    player.send(NotChecked(), Pause(), Resume())
    assert player.asked == "p"


def test_a_contact_rests_at_the_report_too() -> None:
    """With the progress of the last stage."""
    player = Player(TWO)
    player.send(Pick("yes"), Pick("yes"), Pause())
    assert player.prompt == Resting(Progress(1, 1))


def test_a_contact_without_questions_rests_at_nothing_of_nothing() -> None:
    """Every section is left out."""
    player = Player(made("section only after relevant: \"participant_type == 'muzeum'\"\np yes_no"))
    assert isinstance(player.prompt, Report)
    player.send(Pause())
    assert player.prompt == Resting(Progress(0, 0))


# Sending ------------------------------------------------------------------------------------------------------------


def test_the_report_is_sent_once_all_is_answered() -> None:
    """With a digest, the time, and the revision it covers."""
    player = sent()
    event = player.event(Submitted)
    assert (event.at, event.again) == (player.now, False)
    assert len(event.digest) == 64
    assert (player.contact.phase, player.contact.submitted_revision) == (Phase.SUBMITTED, 2)
    assert player.contact.submitted_at == player.now
    assert player.prompt == Closed(Phase.SUBMITTED, None)


def test_nothing_is_sent_with_a_question_open() -> None:
    """An old button of the report."""
    player = Player(TWO)
    player.send(Pick("yes"), Submit())
    assert player.refused is RejectionCode.NOT_NOW


def test_nothing_is_sent_before_a_decision() -> None:
    """First yes or no to what was proposed."""
    exits = "closed: {label: Z, explanation: T, outcome: finish, stages: [after]}"
    player = Player(made('section only after\np yes_no, leads_to: {exit: closed, when: "answer == no"}', exits))
    player.send(Pick("no"), Submit())
    assert player.refused is RejectionCode.NOT_NOW
    player.send(Confirm(), Submit())
    assert player.contact.phase is Phase.SUBMITTED


def test_the_same_report_is_not_sent_twice() -> None:
    """Nothing was corrected since."""
    player = sent()
    player.send(Submit())
    assert player.refused is RejectionCode.NOT_NOW


def test_a_correction_is_sent_as_a_second_report() -> None:
    """The first sending's time stays, the digest is another."""
    player = sent()
    first, at = player.event(Submitted).digest, player.contact.submitted_at
    player.send(Change("q"), Pick("no"))
    assert isinstance(player.prompt, Report)
    player.send(Submit())
    again = player.event(Submitted)
    assert (again.again, again.digest != first) == (True, True)
    assert player.contact.submitted_at == at
    assert player.prompt == Closed(Phase.SUBMITTED, None)


def test_a_correction_may_open_a_question() -> None:
    """It is asked, and the corrections are not sent without it."""
    player = Player(made('section only after\np yes_no\nq yes_no, relevant: "p == no"'))
    player.send(Pick("yes"), Submit(), Change("p"), Pick("no"), Submit())
    assert (player.refused, player.asked) == (RejectionCode.NOT_NOW, "q")
    assert player.contact.phase is Phase.SUBMITTED


def test_a_sent_contact_rests_when_paused() -> None:
    """And is closed again when taken up."""
    player = sent()
    player.send(Pause())
    assert isinstance(player.prompt, Resting)
    player.send(Resume())
    assert player.prompt == Closed(Phase.SUBMITTED, None)


# Locking ------------------------------------------------------------------------------------------------------------


def test_locking_closes_corrections() -> None:
    """What was being changed is dropped; no answer is."""
    player = sent()
    player.send(Change("q"))
    turn = lock(player.scenario, player.contact)
    assert (turn.contact.phase, turn.contact.revisiting, turn.events) == (Phase.LOCKED, None, (Locked(),))
    assert turn.contact.answers == player.contact.answers
    assert turn.contact.turn == player.contact.turn + 1
    assert turn.prompt == Closed(Phase.LOCKED, None)
    player.turn = turn
    player.send(Change("q"))
    assert player.refused is RejectionCode.LOCKED


def test_only_a_sent_contact_is_locked() -> None:
    """An open one is left as it is."""
    player = Player(TWO)
    turn = lock(player.scenario, player.contact)
    assert (turn.contact, turn.events) == (player.contact, ())
    assert turn.prompt == player.prompt


# Turns --------------------------------------------------------------------------------------------------------------


def test_a_turn_is_counted_only_where_the_person_moved() -> None:
    """A refusal, a look and a missed alarm are the same place."""
    player = Player(TWO)
    for reply in (Words("?"), Resume(), TimePassed(), Cancel()):
        player.send(reply)
        assert player.contact.turn == 0
    player.send(Pick("yes"))
    assert player.contact.turn == 1


def test_asking_what_is_shown_gives_what_was_shown() -> None:
    """The prompt follows from the contact alone."""
    player = Player(TWO)
    for reply in (NotChecked(), Pick("forgot"), Pause(), Resume(), Undo()):
        player.send(reply)
        assert prompt_of(player.scenario, player.contact) == player.prompt


def test_moments_given_in_another_zone_are_kept_in_the_persons() -> None:
    """The clock speaks UTC."""
    player = Player(TWO)
    player.send(Pick("yes"))
    assert player.answer("p").at == datetime(2026, 12, 9, 8, 1, tzinfo=UTC)
    assert player.answer("p").at.utcoffset() == timedelta(hours=1)

"""Questions of a sent report asked once more: which, in which order, and what else stays shut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scenarios import engine
from scenarios.autopilot import next_sensible
from scenarios.contact import (
    Answered,
    AskStep,
    Change,
    Closed,
    Confirm,
    Contact,
    Done,
    DraftPending,
    Files,
    Keep,
    Pause,
    Phase,
    Pick,
    Progress,
    PutOnTray,
    RejectionCode,
    Reply,
    Report,
    Resting,
    Resume,
    Returned,
    Submit,
    Submitted,
    Turn,
    Undo,
)
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.turn_lines import event_line

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)

SOURCE = """
spec_version: 1
name: small
mode: visit
title: Small
languages: [en]
participant_types: []
criteria: {K: Courtesy}
cases: [{name: only, title: Only, cover_story: A story, question: A question, memory_card: [One thing]}]
sections:
  - name: gate
    stage: gate
    label: Gate
    steps:
      - {name: ready, type: acknowledge, label: Ready}
  - name: after
    stage: after
    label: After
    steps:
      - {name: kind, item: A1, type: yes_no, criterion: K, label: Was it kind}
      - {name: how, type: text, label: How, relevant: "kind == yes"}
      - {name: photos, type: image, label: Photos, max_files: 3}
      - {name: sign, type: image, label: Sign}
      - {name: last, item: A2, type: yes_no, criterion: K, label: Last}
      - {name: known, type: yes_no, label: Somebody knew me, leads_to: {exit: recognised, when: "answer == yes"}}
exits:
  recognised: {label: Recognised, explanation: That is all right, outcome: void, stages: []}
"""


def scenario() -> Scenario:
    """A few questions, one of which depends on another."""
    return load(SOURCE, filename="small")


def advanced(contact: Contact, *replies: Reply) -> Turn:
    """The last turn of several replies, none of which is turned away."""
    for reply in replies:
        turn = engine.advance(scenario(), contact, reply, now=LATER, zone=WARSAW)
        assert turn.rejection is None, (reply, turn.rejection)
        contact = turn.contact
    return turn


def sent(**chosen: str) -> Contact:
    """A report that was sent."""
    turn = engine.begin(scenario(), contact_id=1, facts={"participant_type": "gmina"}, now=NOW, zone=WARSAW)
    while not isinstance(turn.prompt, Closed):
        found = next_sensible(scenario(), turn, now=NOW, zone=WARSAW, chosen={"known": "no", **chosen})
        assert found is not None
        turn = engine.advance(scenario(), turn.contact, found[0], now=NOW, zone=WARSAW)
    return turn.contact


def asked_again(contact: Contact, *paths: str) -> Turn:
    """Those questions returned."""
    return engine.ask_again(scenario(), contact, paths, now=LATER, zone=WARSAW)


def asks(turn: Turn) -> str:
    """The path asked."""
    assert isinstance(turn.prompt, AskStep), turn.prompt
    return turn.prompt.path


def test_a_locked_report_is_opened_for_just_some_questions() -> None:
    """They come one by one in the order of the script, counted; then the report is sent once more and closed."""
    locked = engine.lock(scenario(), sent(kind="no")).contact
    turn = asked_again(locked, "last", "kind")
    assert turn.events == (Returned(("kind", "last")),)
    assert event_line(turn.events[0]) == "returned kind, last"
    assert isinstance(turn.prompt, AskStep)
    assert (turn.prompt.path, turn.prompt.returned, turn.prompt.revisiting) == ("kind", True, True)
    assert turn.prompt.progress == Progress(0, 2)
    kept = advanced(turn.contact, Keep())
    assert asks(kept) == "last"
    assert kept.prompt.progress == Progress(1, 2)  # type: ignore[union-attr]
    changed = advanced(kept.contact, Pick("no"))
    assert isinstance(changed.prompt, Report)
    final = advanced(changed.contact, Submit())
    assert any(isinstance(event, Submitted) and event.again for event in final.events)
    assert final.contact.returned == final.contact.left == ()
    assert final.contact.submitted_at == locked.submitted_at
    assert isinstance(final.prompt, Closed)


def test_a_report_of_which_all_was_kept_can_be_sent() -> None:
    """Also an answer that was right the first time is an answer to the request."""
    turn = advanced(asked_again(sent(), "last").contact, Keep(), Submit())
    assert isinstance(turn.prompt, Closed)
    assert any(isinstance(event, Submitted) for event in turn.events)


def test_nothing_else_can_be_changed() -> None:
    """Neither by "zmień" nor by going back; what was dealt with since can be."""
    contact = asked_again(sent(), "photos", "last").contact
    turn = engine.advance(scenario(), contact, Change("kind"), now=LATER, zone=WARSAW)
    assert turn.rejection is not None
    assert turn.rejection.code is RejectionCode.LOCKED
    nothing = engine.advance(scenario(), contact, Undo(), now=LATER, zone=WARSAW)
    assert nothing.rejection is not None
    assert nothing.rejection.code is RejectionCode.NOTHING_TO_UNDO
    back = advanced(contact, Keep(), Undo())
    assert asks(back) == "photos"
    assert asks(advanced(back.contact, Keep())) == "last"
    assert asks(advanced(contact, Change("last"))) == "last"


def test_what_a_new_answer_switches_on_is_asked_next() -> None:
    """And can be changed, though it was never returned."""
    contact = asked_again(sent(kind="no"), "kind", "last").contact
    turn = advanced(contact, Pick("yes"))
    assert asks(turn) == "how"
    assert not turn.prompt.returned  # type: ignore[union-attr]
    found = next_sensible(scenario(), turn, now=LATER, zone=WARSAW, chosen={})
    assert found is not None
    after = advanced(turn.contact, found[0])
    assert asks(after) == "last"
    assert asks(advanced(after.contact, Change("how"))) == "how"


def test_what_a_new_answer_switches_off_is_left_out() -> None:
    """Though it was returned too."""
    contact = asked_again(sent(kind="yes"), "kind", "how", "last").contact
    proposed = advanced(contact, Pick("no"))
    assert proposed.contact.pending is not None

    assert asks(advanced(proposed.contact, Confirm())) == "last"


def test_photos_are_added_where_there_is_room() -> None:
    """To those there are; where there is room for one only, the new one takes its place."""
    before = sent()
    turn = asked_again(before, "photos", "sign")
    assert isinstance(turn.prompt, AskStep)
    had = turn.prompt.files
    assert had == before.answers["photos"].value
    more = advanced(turn.contact, Files((77,), "image", as_file=True), Done())
    assert more.contact.answers["photos"].value == (*had, 77)
    assert asks(more) == "sign"
    replaced = advanced(more.contact, Files((78,), "image", as_file=True))
    assert replaced.contact.answers["sign"].value == (78,)


def test_files_that_are_kept_stay() -> None:
    """Nothing new, and done: the answer is as it was."""
    before = sent()
    turn = advanced(asked_again(before, "photos", "last").contact, Done())
    assert turn.contact.answers == before.answers
    assert not [event for event in turn.events if isinstance(event, Answered)]
    assert asks(turn) == "last"


def test_more_can_be_returned_while_some_is_asked() -> None:
    """What was dealt with is not asked again, the rest joins."""
    first = advanced(asked_again(sent(), "kind", "photos").contact, Keep())
    turn = asked_again(first.contact, "last")
    assert turn.contact.returned == ("kind", "photos", "last")
    assert turn.contact.left == ("photos", "last")
    assert asks(turn) == "photos"
    assert turn.prompt.progress == Progress(1, 3)  # type: ignore[union-attr]


def test_the_same_returned_once_more_is_a_new_turn() -> None:
    """Also while a question comes first that a new answer switched on: what was shown before is answered no more."""
    turn = advanced(asked_again(sent(kind="no"), "kind", "last").contact, Pick("yes"))
    assert asks(turn) == "how"
    again = asked_again(turn.contact, "last")
    assert asks(again) == "how"
    assert again.contact.turn == turn.contact.turn + 1
    assert again.contact.left == turn.contact.left == ("last",)


def test_a_pause_keeps_the_place() -> None:
    """Also in a returned report."""
    rest = advanced(asked_again(sent(), "kind", "last").contact, Keep(), Pause())
    assert isinstance(rest.prompt, Resting)
    assert rest.prompt.progress == Progress(1, 2)
    assert asks(advanced(rest.contact, Resume())) == "last"


def test_what_was_never_sent_or_never_answered_is_not_returned() -> None:
    """A refusal as a value, and the contact as it was."""
    begun = engine.begin(scenario(), contact_id=1, facts={"participant_type": "gmina"}, now=NOW, zone=WARSAW).contact
    early = asked_again(begun, "kind")
    assert early.rejection is not None
    assert (early.rejection.code, early.contact) == (RejectionCode.NOT_NOW, begun)
    contact = sent()
    unknown = asked_again(contact, "nowhere")
    assert unknown.rejection is not None
    assert (unknown.rejection.code, unknown.contact) == (RejectionCode.STALE, contact)


def test_asking_can_be_stopped() -> None:
    """New answers stay as corrections, files in hand go to the tray; a contact without a return is left alone."""
    contact = asked_again(sent(), "kind", "photos").contact
    half = advanced(contact, Pick("no"))
    if half.contact.pending is not None:
        half = advanced(half.contact, Confirm())
    half = advanced(half.contact, Files((90,), "image", as_file=True))
    assert isinstance(half.contact.pending, DraftPending)
    stopped = engine.stop_asking(scenario(), half.contact, now=LATER, zone=WARSAW)
    assert PutOnTray((90,)) in stopped.events
    assert isinstance(stopped.prompt, Report)
    assert (stopped.contact.returned, stopped.contact.left, stopped.contact.revisiting) == ((), (), None)
    assert stopped.contact.answers["kind"].value is False
    again = engine.stop_asking(scenario(), stopped.contact, now=LATER, zone=WARSAW)
    assert again.contact == stopped.contact


def test_locking_ends_what_was_returned() -> None:
    """Nothing is left open."""
    locked = engine.lock(scenario(), asked_again(sent(), "kind").contact)
    assert (locked.contact.phase, locked.contact.returned, locked.contact.left) == (Phase.LOCKED, (), ())


def test_a_way_out_ends_what_was_returned() -> None:
    """A contact that is void asks nothing any more."""
    contact = asked_again(sent(known="no"), "known", "last").contact
    void = advanced(contact, Keep(), Pick("yes"), Confirm())
    assert isinstance(void.prompt, Closed)
    assert (void.contact.phase, void.contact.returned, void.contact.left) == (Phase.VOID, (), ())

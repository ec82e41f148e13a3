"""The engine under anything a person may send: six scenarios and made-up ones, thousands of replies, a few laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scenarios.autopilot import sensible_replies
from scenarios.contact import (
    Answered,
    AnswerState,
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Attached,
    Cancel,
    Change,
    ChangePending,
    Closed,
    Confirm,
    Contact,
    Done,
    DraftPending,
    ExitPending,
    Files,
    Keep,
    Leave,
    Mark,
    NotApplicable,
    NotChecked,
    Pause,
    Phase,
    Pick,
    Place,
    Position,
    PutOnTray,
    ReasonPending,
    Reply,
    Report,
    Resume,
    Skip,
    Start,
    Stop,
    Submit,
    TakeDefault,
    TakeFromTray,
    TimePassed,
    Toggle,
    Turn,
    Undo,
    Words,
)
from scenarios.contact_json import dump_contact, load_contact
from scenarios.engine import advance, ask_again, begin, lock, prompt_of, stop_asking
from scenarios.engine.files import evidence_of
from scenarios.loader import load
from scenarios.model import Scenario, StepType
from scenarios.route import Route, route
from scenarios.turn_lines import event_line, prompt_line, rejection_line
from scenarios.walk import Walker
from tests.scenarios.small_scenarios import small_scenarios

WARSAW = ZoneInfo("Europe/Warsaw")
BEGINS = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
FACTS = {"participant_type": "gmina", "participant_name": "Gmina Przykład"}
LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
SIX = ("wizyta", "telefon", "email", "social", "strona", "dostepnosc")
AT_LEAST = {"replies": 1500, "changes put back": 1, "returned": 1}
"""How often each must have happened before the laws count as tried."""
MOST_RUNS = 8
"""One run of the machine nearly always is enough; chance may leave one thing out."""
COUNTS: Counter[str] = Counter()


@cache
def library_scenario(name: str) -> Scenario:
    """One of the six, read once."""
    return load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"), filename=name)


NONSENSE = (
    "",
    "  ",
    "tak",
    "nie",
    "7",
    "-1",
    "1e999",
    "9" * 40,
    "\x00",
    "a\ud800b",
    "😀",
    "32 grudnia",
    "wczoraj 9:15",
)
storable = st.characters(exclude_categories=("Cs", "Cc"))
words = st.sampled_from(NONSENSE) | st.text(storable, max_size=30)
names = st.sampled_from(["yes", "no", "a", "b", "right", "none", "1", "3", "w02", ""]) | st.text(storable, max_size=5)
numbers = st.integers(-1, 6)
replies: st.SearchStrategy[Reply] = st.one_of(
    st.builds(Words, words),
    st.builds(Pick, names),
    st.builds(Toggle, names),
    st.builds(Leave, st.sampled_from(["closed", "spotted", "recognised", "moved", "conflict", "nowhere"])),
    st.builds(TakeFromTray, numbers, st.sampled_from(["image", "note", "?"]), words),
    st.builds(
        Files,
        st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from(["image", "file", "audio"]),
        as_file=st.booleans(),
        album=st.none() | st.sampled_from(["g1", "g2"]),
    ),
    st.builds(Position, st.builds(Place, st.floats(), st.floats())),
    st.sampled_from(
        [
            Done(),
            NotApplicable(),
            NotChecked(),
            Skip(),
            Start(),
            Stop(),
            Mark(),
            TakeDefault(),
            TimePassed(),
            Undo(),
            Keep(),
            Confirm(),
            Cancel(),
            Pause(),
            Resume(),
            Submit(),
        ]
    ),
)


def _moments(contact: Contact) -> list[datetime]:
    """All that a contact holds."""
    answers = contact.answers.values()
    held = [contact.begun_at, contact.submitted_at, *contact.timers.values(), *contact.waits.values()]
    every = (*held, *(one.at for one in answers), *(one.value for one in answers))
    return [moment for moment in every if isinstance(moment, datetime)]


class EngineMachine(RuleBasedStateMachine):
    """A contact that gets replies of every kind; the laws are checked after each."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINS
        self.scenario: Scenario
        self.turn: Turn
        self.began = False
        self.files = 100

    @initialize(source=st.sampled_from(SIX) | small_scenarios())
    def begin(self, source: str) -> None:
        """Begin one of the six or a made-up one."""
        self.scenario = library_scenario(source) if source in SIX else load(source, filename="made-up")
        self.turn = begin(self.scenario, contact_id=1, facts=FACTS, now=self.now, zone=WARSAW)
        self.began = True

    @rule(which=st.integers(0, 6), seconds=st.integers(0, 300))
    def answer_sensibly(self, which: int, seconds: int) -> None:
        """One of the sensible replies."""
        self.files += 1
        options = list(sensible_replies(self.turn.prompt, {}, evidence=self.files))
        if options:
            self._take(options[which % len(options)], seconds)

    @rule(how_many=st.integers(1, 15))
    def answer_on(self, how_many: int) -> None:
        """A stretch of first sensible replies that are taken, to get further in."""
        for _ in range(how_many):
            self.files += 1
            for reply in sensible_replies(self.turn.prompt, {}, evidence=self.files):
                self._take(reply, 5)
                if self.turn.rejection is None:
                    break

    @rule(reply=replies, seconds=st.integers(0, 10**6))
    def send_anything(self, reply: Reply, seconds: int) -> None:
        """Any reply at all, fitting or not."""
        self._take(reply, seconds)

    @precondition(lambda self: self.began and isinstance(self.turn.prompt, AskReason))
    @rule(reply=st.builds(Words, words) | st.builds(Pick, names))
    def give_a_reason(self, reply: Reply) -> None:
        """Any words as the reason for not having checked."""
        self._take(reply, 1)

    @rule(data=st.data())
    def change_something(self, data: st.DataObject) -> None:
        """Ask any path again: answered, open, unknown."""
        paths = [*self.turn.contact.answers, *(slot.path for slot in self._way().slots), "nowhere"]
        self._take(Change(data.draw(st.sampled_from(paths))), 1)

    @precondition(lambda self: self.began and isinstance(self.turn.prompt, AskChange | AskExit))
    @rule(agreed=st.booleans())
    def decide(self, *, agreed: bool) -> None:
        """Yes or no to what is proposed."""
        self._take(Confirm() if agreed else Cancel(), 1)

    @precondition(lambda self: self.began and self.turn.contact.phase is Phase.SUBMITTED)
    @rule()
    def lock(self) -> None:
        """The correction window closes."""
        before = self.turn.contact
        self.turn = lock(self.scenario, before)
        assert self.turn.contact.phase is Phase.LOCKED
        assert self.turn.contact.answers == before.answers

    @precondition(
        lambda self: self.began and self.turn.contact.phase in {Phase.SUBMITTED, Phase.LOCKED} and self._way().answered
    )
    @rule(data=st.data())
    def return_something(self, data: st.DataObject) -> None:
        """Some answers of a report that was sent, locked or not, are asked once more."""
        before, way = self.turn.contact, self._way()
        paths = data.draw(st.sets(st.sampled_from([*way.answered, "nowhere"]), max_size=4))
        made = ask_again(self.scenario, before, paths, now=self.now, zone=WARSAW)
        assert made.contact.answers == before.answers
        assert _files_held(made.contact) == _files_held(before)
        assert all(event_line(event) for event in made.events)
        if paths.isdisjoint(way.answered):
            assert made.contact == before
            assert made.rejection is not None
            return
        COUNTS["returned"] += 1
        assert made.contact.phase is Phase.SUBMITTED
        assert made.contact.turn > before.turn
        assert set(made.contact.left) == {*paths, *before.left}.intersection(way.answered)
        assert not isinstance(made.prompt, Report | Closed)
        self.turn = made

    @precondition(lambda self: self.began and self.turn.contact.returned)
    @rule()
    def stop_asking(self) -> None:
        """What was returned is not wanted any more."""
        before = self.turn.contact
        self.turn = stop_asking(self.scenario, before, now=self.now, zone=WARSAW)
        assert not self.turn.contact.returned
        assert self.turn.contact.answers == before.answers
        assert _files_held(self.turn.contact) == _files_held(before)

    @precondition(lambda self: self.began and isinstance(self.turn.prompt, AskStep | Report))
    @rule(data=st.data())
    def change_and_change_back(self, data: st.DataObject) -> None:
        """An answer changed and put back the way it was leaves the same answers active (tried on a copy)."""
        contact = self.turn.contact
        before = route(self.scenario, contact)
        givable = [path for path in before.answered if _tap_for(self.scenario, contact, path) is not None]
        if not givable or contact.pending is not None or contact.returned:
            return
        path = data.draw(st.sampled_from(givable))
        back = _tap_for(self.scenario, contact, path)
        assert back is not None
        changed = self._change(contact, path, data.draw(st.sampled_from(_other_taps(self.scenario, path, back))))
        if changed is None:
            return
        COUNTS["changes put back"] += 1
        undone = advance(self.scenario, changed, Undo(), now=self.now, zone=WARSAW).contact
        assert undone.revisiting == path
        restored = self._settled(advance(self.scenario, undone, back, now=self.now, zone=WARSAW))
        after = route(self.scenario, restored)
        assert after.answered == before.answered
        assert [_worth(restored, path) for path in after.answered] == [
            _worth(contact, path) for path in before.answered
        ]

    @invariant()
    def the_laws_hold(self) -> None:
        """What must be true of every turn."""
        if not self.began:
            return
        contact, prompt = self.turn.contact, self.turn.prompt
        written = dump_contact(contact)
        assert load_contact(written) == contact
        assert {type(moment.tzinfo) for moment in _moments(contact)} <= {timezone}  # what was read counts as it does
        assert prompt_of(self.scenario, contact) == prompt
        assert prompt_line(prompt)
        assert Walker(self.scenario, WARSAW, "pl", self.turn).screen()
        way = self._way()
        if isinstance(prompt, AskStep):
            slot = way.slot(prompt.path)
            assert slot is not None
            assert slot.certain
        asked = way.asked(contact)
        if isinstance(contact.pending, ReasonPending | DraftPending | ChangePending):
            about = contact.pending.answer if isinstance(contact.pending, ChangePending) else contact.pending
            assert asked is not None
            assert about.path == asked.path
        if isinstance(prompt, AskStep) and not prompt.revisiting:
            position = [slot.path for slot in way.slots].index(prompt.path)
            assert all(not slot.is_open for slot in way.slots[:position])
            assert prompt.path not in way.answered
        assert set(contact.left) <= set(contact.returned)
        if contact.returned:
            assert contact.phase is Phase.SUBMITTED
        if isinstance(prompt, Report):
            assert not any(path in way.answered for path in contact.left)
            assert not any(slot.is_open for slot in way.slots)
        assert {answer.revision for answer in contact.answers.values()} <= set(range(1, contact.revision + 1))

    def _way(self) -> Route:
        return route(self.scenario, self.turn.contact)

    def _take(self, reply: Reply, seconds: int) -> None:
        """Send a reply, and check what a single turn may do."""
        COUNTS["replies"] += 1
        self.now += timedelta(seconds=seconds)
        before = self.turn.contact
        made = advance(self.scenario, before, reply, now=self.now, zone=WARSAW)
        reread = load_contact(dump_contact(before))
        assert advance(self.scenario, reread, reply, now=self.now, zone=WARSAW) == made
        _check_turn(before, made)
        if before.returned:
            self._check_returned(made)
        self.turn = made

    def _check_returned(self, made: Turn) -> None:
        """Of a returned report only what was returned changes, what was answered since, and what is newly asked."""
        before, way = self.turn.contact, self._way()
        since = before.submitted_revision or 0
        for event in made.events:
            if isinstance(event, Answered) and event.answer.path in way.answered:
                path = event.answer.path
                COUNTS["returned answers"] += 1
                assert path in before.returned or before.answers[path].revision > since

    def _change(self, contact: Contact, path: str, reply: Reply) -> Contact | None:
        """The contact with another answer at ``path``, or None where the reply changes nothing."""
        asked = advance(self.scenario, contact, Change(path), now=self.now, zone=WARSAW).contact
        made = advance(self.scenario, asked, reply, now=self.now, zone=WARSAW)
        if made.rejection is not None or isinstance(made.prompt, AskExit):
            return None
        changed = self._settled(made)
        return changed if changed.revision > contact.revision and changed.pending is None else None

    def _settled(self, made: Turn) -> Contact:
        if isinstance(made.prompt, AskChange):
            made = advance(self.scenario, made.contact, Confirm(), now=self.now, zone=WARSAW)
        return made.contact


def _check_turn(before: Contact, made: Turn) -> None:
    """Answers only grow, a refusal changes nothing but the tray, turns and phases go on, no file is lost."""
    after = made.contact
    COUNTS["rejected" if made.rejection else "taken"] += 1
    assert all(event_line(event) for event in made.events)
    assert made.rejection is None or rejection_line(made.rejection)
    answered = [event for event in made.events if isinstance(event, Answered)]
    assert set(before.answers) <= set(after.answers)
    assert [event.answer.revision for event in answered] == list(range(before.revision + 1, after.revision + 1))
    touched = {event.answer.path for event in answered}
    assert all(after.answers[path] == before.answers[path] for path in before.answers if path not in touched)
    for event in answered:
        assert event.previous is None or event.previous.revision < event.answer.revision
    if made.rejection is not None and not any(isinstance(event, Attached | PutOnTray) for event in made.events):
        assert not made.events
        assert replace(after, turn=before.turn, paused=before.paused) == before
    assert after.turn >= before.turn
    assert after.submitted_at == before.submitted_at or before.submitted_at is None
    if before.phase is not after.phase:
        ends = {Phase.VOID, Phase.RETURNED}
        assert after.phase in {Phase.OPEN: {Phase.SUBMITTED, *ends}, Phase.SUBMITTED: ends}[before.phase]
    attached = {item for event in made.events if isinstance(event, Attached) for item in event.evidence}
    assert _files_held(before) - _files_held(after) <= attached.union(
        *(evidence_of(each.previous) for each in answered)
    )


def _files_held(contact: Contact) -> set[int]:
    """Every file of a contact: on the tray, in hand for a question, in an answer."""
    match contact.pending:
        case DraftPending(_, _, files):
            in_hand = files
        case ChangePending(answer) | ExitPending(_, answer):
            in_hand = evidence_of(answer)
        case _:
            in_hand = ()
    return {*contact.tray, *in_hand}.union(*map(evidence_of, contact.answers.values()))


def _tap_for(scenario: Scenario, contact: Contact, path: str) -> Reply | None:
    """The tap that gave an answer, where it is one that buttons give."""
    answer = contact.answers[path]
    name = path.rpartition(".")[2]
    step = scenario.steps_by_name.get(name)
    if step is None or answer.state is not AnswerState.GIVEN or answer.reason is not None or step.leads_to is not None:
        return None
    match step.type, answer.value:
        case StepType.YES_NO, bool(said):
            return Pick("yes" if said else "no")
        case StepType.SELECT_ONE, str(chosen):
            return Pick(chosen)
        case StepType.RANGE, int(level):
            return Pick(str(level))
        case _:
            return None


def _other_taps(scenario: Scenario, path: str, given: Reply) -> list[Reply]:
    """The other buttons of the question at ``path``."""
    step = scenario.steps_by_name[path.rpartition(".")[2]]
    taps = [Pick("yes"), Pick("no")] if step.type is StepType.YES_NO else [Pick(each.name) for each in step.choices]
    return [tap for tap in taps if tap != given]


def _worth(contact: Contact, path: str) -> tuple[AnswerState, object]:
    return contact.answers[path].state, contact.answers[path].value


def test_the_engine_keeps_its_laws(capsys: pytest.CaptureFixture[str]) -> None:
    """Random replies on the six scenarios and on made-up ones never break a law; the number of steps is counted."""
    COUNTS.clear()
    runs = 0
    while runs < MOST_RUNS and any(COUNTS[what] < number for what, number in AT_LEAST.items()):
        runs += 1
        run_state_machine_as_test(
            EngineMachine,
            settings=settings(
                max_examples=120,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    with capsys.disabled():
        print(f"\nengine: {dict(COUNTS)}")
    assert {what: COUNTS[what] for what, number in AT_LEAST.items() if COUNTS[what] < number} == {}

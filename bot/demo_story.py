"""What happened in the demo edition before anybody opens it: tasks taken and declined, a report that came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot import roles
from bot.channels.base import Address, Commanded, Content, FileRef, SentFile, Tapped
from bot.roles.juror import sending, walking
from bot.roles.juror.walking import Walk
from bot.talk import Desk, Talk
from bot.tap_kinds import DECLINE_REASONS, Accept, Begin, ConsentYes, DeclineBecause, Tap
from bot.taps import encode
from scenarios import engine
from scenarios.autopilot import sensible_replies
from scenarios.contact import (
    AskExit,
    AskStep,
    Event,
    Files,
    NotChecked,
    Pick,
    Prompt,
    Reply,
    Report,
    Skip,
    Sleeping,
    Submit,
    Turn,
)
from scenarios.model import Stage, StepType
from storage import assignments, contacts, people
from storage.database import Unit

BETWEEN_ACTS = timedelta(seconds=25)
MAX_REPLIES = 300
A_NO_IN = 4


@dataclass(frozen=True, slots=True)
class Manner:
    """How a report is made, so that it reads like a real one."""

    a_no_in: int = A_NO_IN
    """Every so many-th yes/no question of the report is answered with a no; 0: none is."""
    chosen: Mapping[str, str] | None = None
    """Answers to some questions, as lines of ``scenarios.reply_lines``; words nobody chose are left out then."""
    between_stamps: timedelta = BETWEEN_ACTS
    """What passes on the spot from one moment to the next."""
    reply_after: timedelta = BETWEEN_ACTS
    """How long what is waited for takes."""


USUALLY = Manner()


@dataclass(slots=True)
class Actor:
    """A person of the demo, and what they do in their chat, one act after another."""

    unit: Unit
    desk: Desk
    address: Address
    now: datetime
    photos: list[FileRef] = field(default_factory=list)
    """What the next questions for a photo are answered with, as long as there are any."""

    def at(self, moment: datetime) -> Actor:
        """The same person, who acts from that moment on."""
        return replace(self, now=moment)

    def agree(self) -> None:
        """Consent."""
        self.tap(ConsentYes())

    def accept(self, task: int) -> None:
        """Take a task."""
        self.tap(Accept(task))

    def decline(self, task: int, reason: str) -> None:
        """Decline a task, for one of ``DECLINE_REASONS``."""
        self.tap(DeclineBecause(task, DECLINE_REASONS.index(reason)))

    def ask_status(self) -> None:
        """Ask how the edition stands."""
        self._do(Commanded("status", ""))

    def begin(self, task: int) -> None:
        """Begin a task that was taken."""
        self.tap(Begin(task))

    def tap(self, *taps: Tap) -> None:
        """Tap buttons, one after another."""
        for tap in taps:
            self._do(Tapped(encode(tap), tap_id=None, message=None))

    def report(self, task: int, manner: Manner = USUALLY) -> int:
        """Do a task that was taken, from the first question to the receipt; returns the contact's id.

        The engine takes the answers one after another and they are kept together, which is a lot faster than a
        conversation; the report is sent as everybody sends it.
        """
        self.begin(task)
        contact_id = _contact_of(self.unit, task)
        talk = self._talk()
        walk = walking.take_up(talk, contact_id)
        turn, events = walking.current(walk), list[Event]()
        for number in range(MAX_REPLIES):
            if isinstance(turn.prompt, Report):
                contacts.save(self.unit, turn.contact, events, update_id=None, now=self.now)
                talk = self._talk()
                walking.reply(talk, walking.take_up(talk, contact_id), Submit())
                return contact_id
            self.now += _pause(turn.prompt, manner)
            talk = replace(talk, now=self.now)
            turn = self._answered(talk, walk, turn, number, manner)
            events += turn.events
            for event in turn.events:
                walking.follow(talk, walk, event)
        raise LookupError(f"no report after {MAX_REPLIES} replies")

    def _answered(self, talk: Talk, walk: Walk, turn: Turn, number: int, manner: Manner) -> Turn:
        """The first reply that is taken and leads to no exit."""
        if self.photos and _is_photo(turn.prompt):
            photo = sending.kept(talk, walk, SentFile(self.photos.pop(0)))
            return engine.advance(walk.scenario, turn.contact, photo, now=talk.now, zone=talk.zone)
        for reply in _replies(turn.prompt, number, manner):
            made = engine.advance(walk.scenario, turn.contact, reply, now=talk.now, zone=talk.zone)
            if made.rejection is None and not isinstance(made.prompt, AskExit):
                return made
        raise LookupError(f"no reply to {turn.prompt}")

    def _do(self, content: Content) -> None:
        roles.hear(self._talk(), content)

    def _talk(self) -> Talk:
        self.now += BETWEEN_ACTS
        found = people.find(self.unit, self.address.channel, self.address.chat, lock=True)
        if found is None:
            raise LookupError(self.address)
        return Talk(self.unit, self.desk, self.now, *found)


def _contact_of(unit: Unit, task: int) -> int:
    found = assignments.assignment(unit, task)
    if found is None or found.contact_id is None:
        raise LookupError(task)
    return found.contact_id


def _pause(prompt: Prompt, manner: Manner) -> timedelta:
    """How long the next reply takes."""
    if isinstance(prompt, Sleeping):
        return manner.reply_after
    is_stamp = isinstance(prompt, AskStep) and prompt.step.type is StepType.STAMP
    return manner.between_stamps if is_stamp else BETWEEN_ACTS


def _replies(prompt: Prompt, number: int, manner: Manner) -> Iterator[Reply]:
    """Replies worth trying, best first."""
    if manner.a_no_in and _is_yes_no_of_the_report(prompt) and number % manner.a_no_in == 0:
        yield Pick("no")
    if manner.chosen is not None and _is_open(prompt, manner.chosen):
        yield Skip()
    chosen = manner.chosen or {}
    yield from (one for one in sensible_replies(prompt, chosen, evidence=1) if not isinstance(one, Files))
    yield from (Skip(), NotChecked())


def _is_open(prompt: Prompt, chosen: Mapping[str, str]) -> bool:
    """Whether words are asked for that nobody chose."""
    return isinstance(prompt, AskStep) and prompt.step.type is StepType.TEXT and prompt.step.name not in chosen


def _is_yes_no_of_the_report(prompt: Prompt) -> bool:
    if not isinstance(prompt, AskStep):
        return False
    return prompt.section.stage is Stage.AFTER and prompt.step.type is StepType.YES_NO


def _is_photo(prompt: Prompt) -> bool:
    return isinstance(prompt, AskStep) and prompt.step.type is StepType.IMAGE

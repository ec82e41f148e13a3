"""What happened in the demo edition before anybody opens it: tasks taken and declined, a report that came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot import roles
from bot.channels.base import Address, Commanded, Content, FileRef, SentFile, Tapped
from bot.talk import Desk, Talk
from bot.tap_kinds import DECLINE_REASONS, Accept, Begin, ConsentYes, DeclineBecause, Tap
from bot.taps import encode
from scenarios import engine
from scenarios.autopilot import sensible_replies
from scenarios.contact import AskExit, AskStep, Files, NotChecked, Pick, Prompt, Reply, Skip
from scenarios.model import Stage, StepType
from storage import assignments, people
from storage.database import Unit

BETWEEN_ACTS = timedelta(seconds=25)
MAX_REPLIES = 300
A_NO_IN = 4


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

    def report(self, task: int, *, a_no_in: int = A_NO_IN) -> int:
        """Do a task that was taken, from the first question to the receipt; returns the contact's id.

        Every ``a_no_in``-th yes/no question of the report is answered with a no, so that it reads like a real one.
        """
        from bot.roles.juror import walking

        self.begin(task)
        for number in range(MAX_REPLIES):
            contact_id = _contact_of(self.unit, task)
            talk = self._talk()
            walk = walking.take_up(talk, contact_id)
            if walk.contact.submitted_at is not None:
                return contact_id
            turn = walking.current(walk)
            if self.photos and _is_photo(turn.prompt):
                self._do(SentFile(self.photos.pop(0)))
                continue
            for reply in _replies(turn.prompt, number, a_no_in):
                made = engine.advance(walk.scenario, walk.contact, reply, now=talk.now, zone=talk.zone)
                if made.rejection is None and not isinstance(made.prompt, AskExit):
                    walking.reply(talk, walk, reply)
                    break
            else:
                raise LookupError(f"no reply to {turn.prompt}")
        raise LookupError(f"no report after {MAX_REPLIES} replies")

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


def _replies(prompt: Prompt, number: int, a_no_in: int) -> Iterator[Reply]:
    """Replies worth trying, best first."""
    if _is_yes_no_of_the_report(prompt) and number % a_no_in == 0:
        yield Pick("no")
    yield from (one for one in sensible_replies(prompt, {}, evidence=1) if not isinstance(one, Files))
    yield from (Skip(), NotChecked())


def _is_yes_no_of_the_report(prompt: Prompt) -> bool:
    if not isinstance(prompt, AskStep):
        return False
    return prompt.section.stage is Stage.AFTER and prompt.step.type is StepType.YES_NO


def _is_photo(prompt: Prompt) -> bool:
    return isinstance(prompt, AskStep) and prompt.step.type is StepType.IMAGE

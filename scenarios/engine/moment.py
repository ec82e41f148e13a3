"""What a reply is judged by, and what it does: the values the parts of the engine hand each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scenarios.changing import changed
from scenarios.conditions import UNKNOWN
from scenarios.contact import (
    Answer,
    ChangePending,
    Contact,
    DraftPending,
    Event,
    ExitPending,
    Path,
    Rejection,
    RejectionCode,
    Value,
)
from scenarios.engine.suggestions import suggestion_of
from scenarios.model import Scenario, StepType
from scenarios.route import Route, Slot, condition_value, route


@dataclass(frozen=True, slots=True)
class Effect:
    """What one reply does: the contact afterwards, what happened, or why it cannot be taken."""

    contact: Contact
    events: tuple[Event, ...] = ()
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything a reply is judged by."""

    scenario: Scenario
    contact: Contact
    route: Route
    now: datetime
    zone: ZoneInfo

    @property
    def slot(self) -> Slot | None:
        """The question being asked."""
        return self.route.asked(self.contact)

    @property
    def awaits_decision(self) -> bool:
        """Whether something was proposed, so that nothing else is taken before a yes or no."""
        return isinstance(self.contact.pending, ChangePending | ExitPending)

    def after(self, change: Effect) -> Moment:
        """The same moment once a change was made."""
        return Moment(self.scenario, change.contact, route(self.scenario, change.contact), self.now, self.zone)

    def no(self, code: RejectionCode, **details: str) -> Effect:
        """The reply cannot be taken."""
        return Effect(self.contact, rejection=Rejection(code, details))


def key_size(scenario: Scenario, contact: Contact) -> int:
    """How many elements the answer key of the contact's case has on the day it began."""
    return len(scenario.case(contact.case).key_on(contact.begun_at.date()))


def suggested(scenario: Scenario, contact: Contact, slot: Slot) -> Value | None:
    """The answer a question suggests, if it does."""
    return None if slot.step.default is None else suggestion_of(slot, key_size=key_size(scenario, contact))


def worth(answer: Answer) -> object:
    """The answer as ``answer`` in its own conditions."""
    value = condition_value(answer)
    return UNKNOWN if value is None else value


def draft_of(contact: Contact, slot: Slot) -> DraftPending:
    """What has been put together for a question so far. Choices asked for again start from those made, files anew.

    Files that somebody who read the report asked for once more are added to those there are, as far as there is room.
    """
    if isinstance(contact.pending, DraftPending) and contact.pending.path == slot.path:
        return contact.pending
    answer = slot.answer if contact.revisiting == slot.path else None
    held = answer.value if answer is not None and slot.path in contact.returned else None
    if slot.step.is_evidence and isinstance(held, tuple) and len(held) < slot.step.max_files:
        return DraftPending(slot.path, files=tuple(item for item in held if isinstance(item, int)))
    if slot.step.type is StepType.SELECT_MULTIPLE and answer is not None and isinstance(answer.value, tuple):
        return DraftPending(slot.path, chosen=tuple(str(item) for item in answer.value))
    return DraftPending(slot.path)


def with_answer(contact: Contact, answer: Answer) -> Contact:
    """The contact with one more answer revision."""
    known = answer.path in contact.answers
    others = tuple([path for path in contact.order if path != answer.path]) if known else contact.order
    return changed(
        contact,
        answers={**contact.answers, answer.path: answer},
        order=(*others, answer.path),
        timers={path: at for path, at in contact.timers.items() if path != answer.path} if contact.timers else {},
        revision=answer.revision,
    )


def consequences(before: Route, after: Route, answered: Collection[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Paths whose answers stop to apply and those that apply again, but for the ones just ``answered``."""
    earlier, later = before.answered, after.answered
    still, known = {*later, *answered}, {*earlier, *answered}
    off = tuple(path for path in earlier if path not in still)
    on = tuple(path for path in later if path not in known)
    return off, on

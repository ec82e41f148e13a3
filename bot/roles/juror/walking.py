"""A juror walks a contact: each reply is one turn of the engine, saved, with what follows from it put in motion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.base import Outgoing, Tidy
from bot.jobs import put_lock, put_score
from bot.roles import notices, offering, returning, upcoming
from bot.roles.evidence_facts import summary_of
from bot.roles.juror import suggested
from bot.talk import Talk
from bot.tap_kinds import Look
from bot.views.juror_contact import look, question, redrawn, tidied
from scenarios import engine
from scenarios.changing import changed
from scenarios.contact import (
    Answered,
    Attached,
    Contact,
    DraftPending,
    Event,
    ExitTaken,
    Path,
    Phase,
    PutOnTray,
    Reply,
    Submitted,
    Turn,
    WaitBegan,
)
from scenarios.model import Outcome, Scenario
from scenarios.route import route
from storage import assignments, contacts, editions, evidence, people
from storage.assignments import Assignment, State
from storage.contacts import ContactRow
from storage.editions import Participant

TALKING = frozenset({Phase.OPEN, Phase.SUBMITTED})
"""Phases in which a person's words and files can belong to a contact."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A contact in hand: its row, its scenario version, and what it is about."""

    row: ContactRow
    scenario: Scenario
    assignment: Assignment
    participant: Participant

    @property
    def contact(self) -> Contact:
        """The contact's state."""
        return self.row.contact

    @property
    def title(self) -> str:
        """The short neutral name of the place."""
        return self.participant.short_name


class NotYours(LookupError):
    """No such contact, or another person's: the two are not told apart."""


def take_up(talk: Talk, contact_id: int) -> Walk:
    """The person's contact, locked for this unit of work. Raises NotYours."""
    row = contacts.load(talk.unit, contact_id, lock=True)
    if row is None or row.person_id != talk.person.id:
        raise NotYours(contact_id)
    assignment = assignments.assignment(talk.unit, row.assignment_id)
    participant = None if assignment is None else editions.participant(talk.unit, assignment.participant_id)
    if assignment is None or participant is None:
        raise NotYours(contact_id)
    scenario = talk.desk.scripts.version(talk.unit, row.scenario_version)
    return Walk(row, scenario, assignment, participant)


def focused(talk: Talk) -> Walk | None:
    """The contact the person is in the middle of, if any."""
    if talk.person.focus is None:
        return None
    row = contacts.load(talk.unit, talk.person.focus, lock=False)
    if row is None or row.contact.phase not in TALKING:
        return None
    return take_up(talk, row.id)


def reply(talk: Talk, walk: Walk, said: Reply, *, album: str | None = None) -> Turn:
    """Let the engine take a reply; save what came of it and say where we are now."""
    turn = quietly(talk, walk, said)
    answer_turn(talk, walk, turn, album=album)
    return turn


def quietly(talk: Talk, walk: Walk, said: Reply) -> Turn:
    """Let the engine take a reply and save what came of it; the person is at this contact now. Says nothing."""
    turn = engine.advance(walk.scenario, walk.contact, said, now=talk.now, zone=talk.zone)
    keep(talk, walk, turn)
    be_at(talk, turn.contact)
    return turn


def keep(talk: Talk, walk: Walk, turn: Turn) -> None:
    """Save a turn and put in motion what its events ask for. Where the person is, is another matter: ``be_at``."""
    contacts.save(talk.unit, turn.contact, turn.events, update_id=talk.update_id, now=talk.now)
    for event in turn.events:
        follow(talk, walk, event)
    if turn.contact.phase is Phase.OPEN and turn.contact.turn != walk.contact.turn:
        edition_id = walk.assignment.edition_id
        upcoming.after_answer(talk.unit, talk.desk, walk.row.id, edition_id=edition_id, now=talk.now)


def be_at(talk: Talk, contact: Contact) -> None:
    """What the person says next belongs to this contact, as long as it takes anything."""
    if contact.phase in TALKING:
        if talk.person.focus != contact.id:
            people.set_focus(talk.unit, talk.person.id, contact.id)
    elif talk.person.focus == contact.id:
        people.set_focus(talk.unit, talk.person.id, None)


def follow(talk: Talk, walk: Walk, event: Event) -> None:
    """What one event sets in motion beyond the contact itself."""
    match event:
        case WaitBegan(reminders=reminders, deadline=deadline):
            upcoming.after_wait(
                talk.unit,
                talk.desk,
                walk.row.id,
                edition_id=walk.assignment.edition_id,
                named=reminders,
                deadline=deadline,
                now=talk.now,
            )
        case Attached(path=path, evidence=ids):
            for item in ids:
                evidence.attach(talk.unit, item, path)
        case PutOnTray(evidence=ids):
            for item in ids:
                evidence.attach(talk.unit, item, None)
        case ExitTaken():
            _leave(talk, walk, event)
        case Submitted():
            _submit(talk, walk, event)
        case _:
            pass


def answer_turn(talk: Talk, walk: Walk, turn: Turn, *, album: str | None = None, silent: bool = False) -> None:
    """Say what a turn says: the next question, a kind refusal, the report, a receipt. ``silent``: without a sound."""
    message = shown(talk, walk, turn)
    if _is_draft(walk.contact, turn) and talk.tapped_message is not None and turn.rejection is None:
        again = redrawn(message, message=talk.tapped_message)
        if again is not None:
            talk.say(Outgoing(body="", tidies=again, contact_id=message.contact_id, turn=message.turn))
            return
    talk.say(changed(message, tidies=_tidy(talk, walk, turn), silent=silent), album=album)


def shown(talk: Talk, walk: Walk, turn: Turn, *, earlier: Path | None = None, lead: str = "") -> Outgoing:
    """The message a turn comes to. ``earlier`` is the question an old button hung on, ``lead`` stands before all."""
    message = question(
        turn,
        walk.scenario,
        title=walk.title,
        language=talk.language,
        zone=talk.zone,
        now=talk.now,
        evidence=summary_of(talk.unit, turn.contact),
        earlier=earlier,
        locks_at=_locks_at(talk, walk, turn),
        lead=lead or returning.lead(talk.unit, turn, language=talk.language),
    )
    return suggested.beside(talk, turn, message)


def looked(talk: Talk, walk: Walk, act: Look) -> Outgoing:
    """What a button shows that changes nothing."""
    turn = current(walk)
    return look(
        act,
        turn,
        walk.scenario,
        title=walk.title,
        language=talk.language,
        zone=talk.zone,
        now=talk.now,
        evidence=summary_of(talk.unit, turn.contact),
        locks_at=_locks_at(talk, walk, turn),
    )


def current(walk: Walk) -> Turn:
    """Where the contact is, as a turn in which nothing happened."""
    return Turn(walk.contact, (), engine.prompt_of(walk.scenario, walk.contact))


def _locks_at(talk: Talk, walk: Walk, turn: Turn) -> datetime | None:
    if turn.contact.submitted_at is None:
        return None
    if turn.contact.returned:
        return walk.row.locks_at
    locks_at = turn.contact.submitted_at + correction_window(talk, walk)
    return locks_at if locks_at > talk.now else None


def _is_draft(before: Contact, turn: Turn) -> bool:
    return isinstance(turn.contact.pending, DraftPending) and turn.contact.turn == before.turn


def _tidy(talk: Talk, walk: Walk, turn: Turn) -> Tidy | None:
    """The question just answered, rewritten with its answer."""
    given = next((event for event in turn.events if isinstance(event, Answered)), None)
    if given is None:
        return None
    return tidied(
        given,
        turn,
        walk.scenario,
        asked_turn=walk.contact.turn,
        title=walk.title,
        language=talk.language,
        zone=talk.zone,
        now=talk.now,
        words_stand=talk.words_stand,
    )


def _leave(talk: Talk, walk: Walk, event: ExitTaken) -> None:
    match event.outcome:
        case Outcome.FINISH:
            talk.note("exit", f"contact:{walk.row.id}", exit=event.exit)
            return
        case Outcome.VOID:
            state = State.VOID
        case Outcome.RETURNED:
            state = State.RETURNED
    assignments.change(talk.unit, walk.assignment.id, state=state, reason=event.exit, now=talk.now)
    talk.note(state.value, f"contact:{walk.row.id}", exit=event.exit)
    if walk.contact.submitted_at is not None:  # a correction that led out: what was sent counts no more
        put_score(talk.unit, walk.row.id, now=talk.now)
    given_back = assignments.assignment(talk.unit, walk.assignment.id) or walk.assignment
    if event.exit == offering.CONFLICT_EXIT:
        offering.declare_conflict(talk.unit, talk.desk, given_back, now=talk.now)
    offering.pass_on(talk.unit, talk.desk, given_back, now=talk.now)


def _submit(talk: Talk, walk: Walk, event: Submitted) -> None:
    talk.note("corrected" if event.again else "submitted", f"contact:{walk.row.id}", digest=event.digest)
    if not event.again:
        locks_at = talk.now + correction_window(talk, walk)
        contacts.set_locks_at(talk.unit, walk.row.id, locks_at)
        put_lock(talk.unit, walk.row.id, run_at=locks_at, now=talk.now)
        assignments.change(talk.unit, walk.assignment.id, state=State.DONE, now=talk.now)
        upcoming.after_submit(talk.unit, talk.desk, walk.assignment, walk.row.id, talk.now)
    returning.sent(talk.unit, walk.contact, event, correction_window(talk, walk), now=talk.now)
    seal_if_complete(talk, walk)
    notices.submitted(talk, walk.assignment, walk.row.id, event)


def correction_window(talk: Talk, walk: Walk) -> timedelta:
    """How long a submitted contact can still be corrected."""
    edition = editions.edition(talk.unit, walk.assignment.edition_id)
    return timedelta(hours=24 if edition is None else edition.correction_hours)


def seal_if_complete(talk: Talk, walk: Walk) -> None:
    """Seal a submitted contact whose evidence is all read back."""
    if evidence.waiting(talk.unit, walk.row.id) == 0 and contacts.seal(talk.unit, walk.row.id, talk.now):
        talk.note("sealed", f"contact:{walk.row.id}")


def facts_of(participant: Participant, *, window: str) -> Mapping[str, str]:
    """What the scenario's texts and conditions know of the participant from the beginning."""
    return {
        "participant_name": participant.name,
        "participant_type": participant.type,
        "participant_address": ", ".join(
            part for part in (participant.address, participant.postcode, participant.city) if part
        ),
        "participant_hours": participant.hours,
        "participant_phone": participant.phone,
        "participant_email": participant.email,
        "participant_site": participant.site,
        "window": window,
    }


def answered_paths(scenario: Scenario, contact: Contact) -> tuple[Path, ...]:
    """Paths whose answers apply, in the order of the script."""
    return route(scenario, contact).answered

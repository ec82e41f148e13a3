"""Files for a question, albums that come in pieces, and the tray for what came early."""

from __future__ import annotations

from dataclasses import replace

from scenarios.contact import (
    Album,
    Answer,
    Answered,
    AnswerState,
    Attached,
    ChangePending,
    Contact,
    DraftPending,
    ExitPending,
    Files,
    PutOnTray,
    Rejection,
    RejectionCode,
    TakeFromTray,
)
from scenarios.engine.answers import given, is_allowed
from scenarios.engine.moment import Effect, Moment, draft_of, with_answer
from scenarios.model import Step, StepType
from scenarios.replies import read_text
from scenarios.route import Slot, route

NOTE = "note"
"""The kind of a thing on the tray that is words, not a file."""

MAX_TRAY = 100
"""Things that can lie on the tray of one contact."""


def accepts(step: Step, kind: str) -> bool:
    """Whether a step can be answered with a file of that kind (image, file, audio)."""
    match step.type:
        case StepType.IMAGE:
            return kind == "image"
        case StepType.FILE:
            return kind in {"image", "file"}
        case StepType.AUDIO:
            return kind == "audio"
        case _:
            return False


def take_files(moment: Moment, reply: Files) -> Effect:
    """Take files for the question they belong to; anything else goes to the tray."""
    contact, asked = moment.contact, moment.slot
    slot = _slot_of_album(moment, reply) or asked
    was_left = slot is not None and slot.answer is None and slot is not asked
    if slot is None or was_left or moment.awaits_decision or not accepts(slot.step, reply.kind):
        return _to_tray(contact, reply.evidence)
    if slot.step.as_file and reply.kind == "image" and not reply.as_file:
        kept = _to_tray(contact, reply.evidence)
        return replace(kept, rejection=kept.rejection or Rejection(RejectionCode.NEED_AS_FILE))
    return _add_files(moment, slot, reply)


def _slot_of_album(moment: Moment, reply: Files) -> Slot | None:
    """The question that took the earlier pictures of the same album."""
    album = moment.contact.album
    return moment.route.slot(album.path) if album is not None and album.group == reply.album else None


def _add_files(moment: Moment, slot: Slot, reply: Files) -> Effect:
    """Files for a question: the first ones, more of them, or the rest of an album that came after it was answered."""
    is_late = slot.answer is not None and moment.contact.revisiting != slot.path
    held = evidence_of(slot.answer) if is_late else draft_of(moment.contact, slot).files
    room = max(0, slot.step.max_files - len(held))
    taken, left = reply.evidence[:room], reply.evidence[room:]
    rest = _to_tray(moment.contact, left) if left else Effect(moment.contact)
    if left and rest.rejection is None:
        rest = replace(rest, rejection=Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": str(slot.step.max_files)}))
    if not taken:
        return rest
    album = rest.contact.album if reply.album is None else Album(reply.album, slot.path)
    here = replace(moment, contact=replace(rest.contact, album=album))
    added = _add_late(here, slot, held, taken) if is_late else _add_to_draft(here, slot, (*held, *taken), taken)
    return Effect(added.contact, (*rest.events, *added.events), added.rejection or rest.rejection)


def _add_to_draft(moment: Moment, slot: Slot, files: tuple[int, ...], fresh: tuple[int, ...]) -> Effect:
    """Put files together for the question being asked; it is answered as soon as there is room for no more."""
    here = replace(moment, contact=replace(moment.contact, pending=DraftPending(slot.path, files=files)))
    is_full = len(files) >= slot.step.max_files
    effect = given(here, slot, files) if is_full else Effect(here.contact)
    return replace(effect, events=(Attached(slot.path, fresh), *effect.events))


def _add_late(moment: Moment, slot: Slot, held: tuple[int, ...], fresh: tuple[int, ...]) -> Effect:
    """Add to an answer while another question is up; to the tray where anything else would change by it."""
    contact, files = moment.contact, (*held, *fresh)
    answer = Answer(slot.path, AnswerState.GIVEN, files, moment.now, contact.revision + 1)
    after = replace(with_answer(contact, answer), order=contact.order)
    same_way = route(moment.scenario, after).paths == moment.route.paths
    if not (held and same_way and is_allowed(moment, slot, files)):
        return _to_tray(contact, fresh)
    return Effect(after, (Attached(slot.path, fresh), Answered(answer, slot.answer)))


def _to_tray(contact: Contact, evidence: tuple[int, ...]) -> Effect:
    fresh = tuple(item for item in evidence if item not in contact.tray)
    if len(contact.tray) + len(fresh) > MAX_TRAY:
        return Effect(contact, rejection=Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": str(MAX_TRAY)}))
    return Effect(replace(contact, tray=(*contact.tray, *fresh)), (PutOnTray(fresh),))


def take_from_tray(moment: Moment, reply: TakeFromTray) -> Effect:
    """Answer the current question with a thing from the tray."""
    slot, contact = moment.slot, moment.contact
    if slot is None or moment.awaits_decision or reply.evidence not in contact.tray:
        return moment.no(RejectionCode.NOT_NOW)
    off_tray = replace(contact, tray=tuple(item for item in contact.tray if item != reply.evidence))
    here = replace(moment, contact=off_tray)
    if slot.step.type is StepType.TEXT and reply.kind == NOTE:
        return _take_note(here, slot, reply, kept=contact)
    if not accepts(slot.step, reply.kind):
        return moment.no(RejectionCode.NOT_NOW)
    return _add_files(here, slot, Files((reply.evidence,), reply.kind, as_file=True))


def _take_note(moment: Moment, slot: Slot, reply: TakeFromTray, *, kept: Contact) -> Effect:
    """Answer with the words of a note; it stays on the tray until they stand."""
    words = read_text(reply.text)
    if isinstance(words, Rejection):
        return Effect(kept, rejection=words)
    effect = given(moment, slot, words)
    if effect.contact.revision == kept.revision:
        return replace(effect, contact=replace(effect.contact, tray=kept.tray))
    return replace(effect, events=(Attached(slot.path, (reply.evidence,)), *effect.events))


def evidence_of(answer: Answer | None) -> tuple[int, ...]:
    """The files an answer consists of; none where it is no answer in files."""
    value = None if answer is None else answer.value
    return tuple(item for item in value if isinstance(item, int)) if isinstance(value, tuple) else ()


def return_loose_files(before: Contact, after: Contact) -> Effect:
    """Put on the tray what was in hand for a question and is neither there any more nor in an answer: never lost."""
    in_hand = _in_hand(before)
    if not in_hand:
        return Effect(after)
    kept = {*_in_hand(after), *after.tray}.union(*map(evidence_of, after.answers.values()))
    loose = tuple(item for item in in_hand if item not in kept)
    return Effect(replace(after, tray=(*after.tray, *loose)), (PutOnTray(loose),) if loose else ())


def _in_hand(contact: Contact) -> tuple[int, ...]:
    """Files put together or proposed as an answer, but not given yet."""
    match contact.pending:
        case DraftPending(_, _, files):
            return files
        case ChangePending(answer) | ExitPending(_, answer):
            return evidence_of(answer)
        case _:
            return ()

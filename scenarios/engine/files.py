"""Files for a question, albums that come in pieces, and the tray for what came early."""

from __future__ import annotations

from dataclasses import replace

from scenarios.contact import (
    Album,
    Attached,
    ChangePending,
    Contact,
    DraftPending,
    Event,
    ExitPending,
    Files,
    PutOnTray,
    Rejection,
    RejectionCode,
    TakeFromTray,
)
from scenarios.engine.answers import given
from scenarios.engine.moment import Effect, Moment, draft_of
from scenarios.model import Step, StepType
from scenarios.replies import read_text
from scenarios.route import Slot

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
    contact = moment.contact
    if reply.album is not None and contact.album is not None and contact.album.group == reply.album:
        slot = moment.route.slot(contact.album.path)
        if slot is not None:
            return _add_files(moment, slot, reply)
    slot = moment.slot
    blocked = isinstance(contact.pending, ChangePending | ExitPending)
    if slot is None or blocked or not accepts(slot.step, reply.kind):
        return _to_tray(contact, reply.evidence)
    if slot.step.as_file and reply.kind == "image" and not reply.as_file:
        kept = _to_tray(contact, reply.evidence)
        return replace(kept, rejection=kept.rejection or Rejection(RejectionCode.NEED_AS_FILE))
    return _add_files(moment, slot, reply)


def _add_files(moment: Moment, slot: Slot, reply: Files) -> Effect:
    """Files for a question: the first ones, more of them, or the rest of an album that came after it was answered."""
    contact = moment.contact
    held = draft_of(contact, slot).files
    answered = slot.answer is not None and contact.revisiting != slot.path
    if answered and slot.answer is not None and isinstance(slot.answer.value, tuple):
        held = tuple(item for item in slot.answer.value if isinstance(item, int))
    room = max(0, slot.step.max_files - len(held))
    taken, left = reply.evidence[:room], reply.evidence[room:]
    files = (*held, *taken)
    if left:
        kept = _to_tray(contact, left)
        refusal = kept.rejection or Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": str(slot.step.max_files)})
        change = replace(kept, rejection=refusal)
    else:
        change = Effect(contact)
    if not taken:
        return change
    album = None if reply.album is None else Album(reply.album, slot.path)
    contact = replace(change.contact, album=album or change.contact.album)
    events: tuple[Event, ...] = (*change.events, Attached(slot.path, taken))
    here = replace(moment, contact=contact)
    if answered or len(files) >= slot.step.max_files:
        effect = given(here, slot, files)
        return Effect(effect.contact, (*events, *effect.events), effect.rejection or change.rejection)
    return Effect(replace(contact, pending=DraftPending(slot.path, files=files)), events, change.rejection)


def _to_tray(contact: Contact, evidence: tuple[int, ...]) -> Effect:
    fresh = tuple(item for item in evidence if item not in contact.tray)
    if len(contact.tray) + len(fresh) > MAX_TRAY:
        return Effect(contact, rejection=Rejection(RejectionCode.TOO_MANY_FILES, {"maximum": str(MAX_TRAY)}))
    return Effect(replace(contact, tray=(*contact.tray, *fresh)), (PutOnTray(fresh),))


def take_from_tray(moment: Moment, reply: TakeFromTray) -> Effect:
    """Answer the current question with a thing from the tray."""
    slot = moment.slot
    contact = moment.contact
    if slot is None or reply.evidence not in contact.tray:
        return moment.no(RejectionCode.NOT_NOW)
    off_tray = replace(contact, tray=tuple(item for item in contact.tray if item != reply.evidence))
    here = replace(moment, contact=off_tray)
    if slot.step.type is StepType.TEXT and reply.kind == NOTE:
        words = read_text(reply.text)
        if isinstance(words, Rejection):
            return Effect(contact, rejection=words)
        effect = given(here, slot, words)
        return replace(effect, events=(Attached(slot.path, (reply.evidence,)), *effect.events))
    if not accepts(slot.step, reply.kind):
        return moment.no(RejectionCode.NOT_NOW)
    return _add_files(here, slot, Files((reply.evidence,), reply.kind, as_file=True))

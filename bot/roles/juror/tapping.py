"""A tap on a button of a contact: answered as meant, or, when it is old, with where we are now."""

from __future__ import annotations

from dataclasses import replace

from bot.roles.juror import walking
from bot.talk import Talk
from bot.tap_kinds import ContactTap, Look
from bot.taps import path_of, reply_of, still_means
from bot.views import common
from scenarios import engine
from scenarios.contact import AskStep, Cancel, Confirm, Keep, Reply, Resume, Sleeping, Submit, TakeFromTray, Undo
from storage import evidence

ONLY_IN_THEIR_TURN = (Confirm, Cancel, Keep, Submit, Undo, Resume)
"""Replies that would mean something else a turn later, though the same question is up."""


def tap_contact(talk: Talk, tap: ContactTap) -> None:
    """Take a tap on a contact's message."""
    try:
        walk = walking.take_up(talk, tap.contact)
    except walking.NotYours:
        talk.say(common.unknown_command(talk.language))
        return
    walking.be_at(talk, walk.contact)  # its question is on the screen again
    if isinstance(tap.act, Look):
        talk.say(walking.looked(talk, walk, tap.act))
        return
    _act(talk.again(), walk, tap)


def _act(talk: Talk, walk: walking.Walk, tap: ContactTap) -> None:
    said = reply_of(walk.scenario, tap)
    if said is None:
        talk.say(walking.shown(talk, walk, walking.current(walk)))
        return
    if isinstance(said, TakeFromTray):
        said = _from_its_row(talk, said)
    if still_means(tap, walk.contact.turn) or _same_question(walk, tap, said):
        walking.reply(talk, walk, said)
        return
    _stale(talk, walk, tap)


def _same_question(walk: walking.Walk, tap: ContactTap, said: Reply) -> bool:
    """Whether an older message asked just what is asked now, so that its button means the same."""
    if isinstance(said, ONLY_IN_THEIR_TURN) or walk.contact.pending is not None:
        return False
    prompt = engine.prompt_of(walk.scenario, walk.contact)
    return isinstance(prompt, AskStep | Sleeping) and prompt.path == path_of(walk.scenario, tap)


def _stale(talk: Talk, walk: walking.Walk, tap: ContactTap) -> None:
    """An old button: say where we are, and offer to change that answer if it has one."""
    path = path_of(walk.scenario, tap)
    applies = path is not None and path in walking.answered_paths(walk.scenario, walk.contact)
    talk.say(walking.shown(talk, walk, walking.current(walk), earlier=path if applies else None))


def _from_its_row(talk: Talk, said: TakeFromTray) -> TakeFromTray:
    row = evidence.row(talk.unit, said.evidence)
    return said if row is None else replace(said, kind=row.kind, text=row.note or "")

"""What a juror says, types, taps or sends, and which use case it belongs to."""

from __future__ import annotations

from bot.channels.base import (
    Blocked,
    Commanded,
    Content,
    Said,
    SentFile,
    SharedPlace,
    Tapped,
    Unblocked,
    Unsupported,
)
from bot.roles import everyone, restored, where
from bot.roles.juror import sending, suggested, tapping, tasks, walking
from bot.talk import Talk
from bot.tap_kinds import ContactTap, Look, ShowAnswers, ShowExits
from bot.taps import decode
from bot.views import common
from bot.views import restored as view
from scenarios import engine
from scenarios.contact import AskChange, AskExit, Cancel, Confirm, Pause, Phase, Place, Position, Reply, Undo, Words
from scenarios.folding import fold
from storage import people

COMMANDS = {
    "zadania": "tasks",
    "tasks": "tasks",
    "lista": "tasks",
    "list": "tasks",
    "cofnij": "undo",
    "undo": "undo",
    "zmien": "change",
    "change": "change",
    "pauza": "pause",
    "pause": "pause",
    "wyjscia": "exits",
    "exits": "exits",
}
"""What a juror's own commands mean; the ones everybody has are in ``everyone.COMMANDS``."""


SAID_TO_A_PROPOSAL: dict[str, Reply] = {
    **dict.fromkeys(("tak", "t", "ok", "yes", "y"), Confirm()),
    **dict.fromkeys(("nie", "n", "no"), Cancel()),
}
"""What people type, folded, instead of tapping yes or no to a change or a way out that was proposed."""


def hear(talk: Talk, content: Content) -> None:
    """Answer a juror who has agreed."""
    if _was_restored(talk):
        if _is_about_a_contact(content):
            _meet_again(talk, content)
            return
    elif talk.person.dialog is not None and not isinstance(content, Said):
        people.set_dialog(talk.unit, talk.person.id, None)  # anything but words leaves the question of ours open
    match content:
        case Tapped(data=data):
            _tap(talk, data)
        case Commanded(name=name):
            _command(talk, name)
        case Said(text=text):
            _words(talk, text)
        case SentFile():
            sending.take_file(talk, content)
        case SharedPlace(latitude=latitude, longitude=longitude, accuracy=accuracy):
            _reply_or_tasks(talk, Position(Place(latitude, longitude, accuracy)))
        case Unsupported():
            talk.say(common.cannot_use(talk.language))
        case Blocked() | Unblocked():
            return


def _tap(talk: Talk, data: str) -> None:
    tap = decode(data)
    if isinstance(tap, ContactTap):
        tapping.tap_contact(talk, tap)
    elif tap is None or not (
        everyone.tap_menu(talk, tap) or tasks.tap_menu(talk, tap) or suggested.tap_menu(talk, tap)
    ):
        where.show(talk)


def _command(talk: Talk, name: str) -> None:
    match COMMANDS.get(name):
        case "tasks":
            tasks.show(talk)
        case "undo":
            _reply_or_tasks(talk, Undo())
        case "pause":
            _reply_or_tasks(talk, Pause())
        case "change":
            _look(talk, ShowAnswers(0))
        case "exits":
            _look(talk, ShowExits())
        case _:
            if not everyone.command(talk, name):
                talk.say(common.unknown_command(talk.language))


def _words(talk: Talk, text: str) -> None:
    if tasks.take_words(talk, text):
        return
    _reply_or_tasks(talk, Words(text))


def _was_restored(talk: Talk) -> bool:
    """Whether the chat may show questions that what was restored knows nothing of."""
    return talk.person.dialog is not None and talk.person.dialog.get("kind") == restored.DIALOG


def _is_about_a_contact(content: Content) -> bool:
    match content:
        case Said() | SentFile() | SharedPlace():
            return True
        case Tapped(data=data):
            return isinstance(decode(data), ContactTap)
        case _:
            return False


def _meet_again(talk: Talk, content: Content) -> None:
    """What is sent first after a restore answers what may be gone: it is kept as a note, and the question shown."""
    people.set_dialog(talk.unit, talk.person.id, None)
    is_kept = keep_quietly(talk, content)
    where.show(talk.again(), lead=view.lead(is_kept=is_kept, language=talk.language))


def keep_quietly(talk: Talk, content: Content) -> bool:
    """Keep what is sent while the chat is hidden, and say nothing of it: files as ever, words as a note for later.

    ``False`` where there is nothing to keep, or nowhere.
    """
    walk = walking.focused(talk)
    if walk is None or walk.contact.phase is not Phase.OPEN:
        return False
    match content:
        case SentFile() if sending.problem_of(content) is None:
            walking.quietly(talk, walk, sending.kept(talk, walk, content))
        case Said(text=text) if text.strip():
            walking.quietly(talk, walk, sending.kept_note(talk, walk, text))
        case _:
            return False
    return True


def _reply_or_tasks(talk: Talk, said: Words | Position | Undo | Pause) -> None:
    walk = walking.focused(talk)
    if walk is None:
        tasks.show(talk)
    elif isinstance(said, Words):
        _hear_words(talk, walk, said)
    else:
        walking.reply(talk, walk, said)


def _hear_words(talk: Talk, walk: walking.Walk, said: Words) -> None:
    """Words in a contact: yes or no to what was proposed, a note for later, or an answer."""
    prompt = engine.prompt_of(walk.scenario, walk.contact)
    decided = SAID_TO_A_PROPOSAL.get(fold(said.text)) if isinstance(prompt, AskChange | AskExit) else None
    if decided is not None:
        walking.reply(talk, walk, decided)
    elif sending.is_aside(walk.contact, prompt, said.text):
        sending.take_note(talk, walk, said.text)
    else:
        walking.reply(talk, walk, said)


def _look(talk: Talk, act: Look) -> None:
    walk = walking.focused(talk)
    if walk is None:
        tasks.show(talk)
    else:
        talk.say(walking.looked(talk, walk, act))

"""Photos, documents, recordings and notes a juror sends: kept as evidence rows, taken by the question or the tray."""

from __future__ import annotations

from bot.channels.base import FileKind, FileRef, Outgoing, SentFile
from bot.jobs import file_to_json, put_fetch_evidence
from bot.roles.juror import walking
from bot.talk import Talk
from bot.views import common
from scenarios.contact import AskReason, AskStep, Closed, Contact, Files, Phase, Prompt
from scenarios.engine.files import NOTE
from scenarios.model import Stage, StepType
from storage import evidence

MAX_FILE_BYTES = 20 * 1024 * 1024
"""The largest file taken, the same on every channel (Telegram gives bots no larger one)."""

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp")
SOUND_ENDINGS = (".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".wav", ".webm")

TAKES_WORDS = frozenset(
    {
        StepType.TEXT,
        StepType.INTEGER,
        StepType.DECIMAL,
        StepType.DATE,
        StepType.TIME,
        StepType.DATETIME,
        StepType.TIMER,
        StepType.COUNT,
        StepType.RANGE,
        StepType.YES_NO,
        StepType.SELECT_ONE,
        StepType.SELECT_MULTIPLE,
    }
)
"""Steps that can be answered in words; while another one is up on the spot, words are a note for later."""


def kind_of(file: FileRef) -> str | None:
    """What a file is good for, judged by what the channel says: image, file or audio; None for what we do not take."""
    name = (file.name or "").lower()
    media = file.media_type or ""
    match file.kind:
        case FileKind.PHOTO:
            return "image"
        case FileKind.VOICE | FileKind.AUDIO:
            return "audio"
        case FileKind.VIDEO:
            return None
        case FileKind.DOCUMENT:
            if media.startswith("video/"):
                return None
            if media.startswith("image/") or name.endswith(PICTURE_ENDINGS):
                return "image"
            return "audio" if media.startswith("audio/") or name.endswith(SOUND_ENDINGS) else "file"


def take_file(talk: Talk, sent: SentFile) -> None:
    """Keep a file that came and give it to the question being asked, or to the tray."""
    walk = walking.focused(talk)
    if walk is None:
        talk.say(common.no_contact_for_file(talk.language))
        return
    problem = problem_of(sent, language=talk.language)
    if problem is not None:
        talk.say(walking.shown(talk, walk, walking.current(walk), lead=problem.body))
        return
    walking.reply(talk, walk, kept(talk, walk, sent), album=sent.album)


def problem_of(sent: SentFile, *, language: str = "") -> Outgoing | None:
    """What is said of a file that is not even fetched; None where it is."""
    if kind_of(sent.file) is None:
        return common.cannot_use(language)
    if sent.file.size is not None and sent.file.size > MAX_FILE_BYTES:
        return common.file_too_large(language, MAX_FILE_BYTES)
    return None


def kept(talk: Talk, walk: walking.Walk, sent: SentFile) -> Files:
    """A file that came, announced as evidence and to be fetched. Raises ValueError for what we do not take."""
    kind = kind_of(sent.file)
    if kind is None:
        raise ValueError(f"not to be kept: {sent.file.kind}")
    row = evidence.expect(
        talk.unit,
        contact_id=walk.row.id,
        person_id=talk.person.id,
        path=None,
        kind=kind,
        channel=talk.address.channel,
        ref=file_to_json(sent.file),
        album=sent.album,
        note=sent.caption or None,
        now=talk.now,
    )
    put_fetch_evidence(talk.unit, row, now=talk.now)
    return Files((row,), kind, as_file=sent.file.kind is FileKind.DOCUMENT, album=sent.album)


def is_aside(contact: Contact, prompt: Prompt, text: str) -> bool:
    """Whether words sent now are a note for later: on the spot, while the question wants a tap or a photo.

    A report that was sent takes none: nothing is asked any more that they could be attached to.
    """
    if isinstance(prompt, AskReason | Closed) or not text.strip():
        return False
    if not isinstance(prompt, AskStep):
        return True
    on_the_spot = prompt.section.stage is Stage.DURING and contact.phase is Phase.OPEN
    return on_the_spot and prompt.step.type not in TAKES_WORDS


def take_note(talk: Talk, walk: walking.Walk, text: str) -> None:
    """Put words on the tray."""
    walking.reply(talk, walk, kept_note(talk, walk, text))


def kept_note(talk: Talk, walk: walking.Walk, text: str) -> Files:
    """Words kept among the evidence; there is nothing to fetch."""
    row = evidence.write_down(
        talk.unit,
        contact_id=walk.row.id,
        person_id=talk.person.id,
        kind=NOTE,
        channel=talk.address.channel,
        note=text,
        now=talk.now,
    )
    return Files((row,), NOTE)

"""Photos, documents, recordings and notes a juror sends: kept as evidence rows, taken by the question or the tray."""

from __future__ import annotations

from bot.channels.base import FileKind, FileRef, SentFile
from bot.jobs import file_to_json, put_fetch_evidence
from bot.roles.juror import walking
from bot.talk import Talk
from bot.views import common
from scenarios import engine
from scenarios.contact import AskReason, AskStep, Files
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
    from bot.roles.juror.hearing import focused

    walk = focused(talk)
    if walk is None:
        talk.say(common.no_contact_for_file(talk.language))
        return
    kind = kind_of(sent.file)
    if kind is None:
        talk.say(common.cannot_use(talk.language), walking.shown(talk, walk, walking.current(walk)))
        return
    if sent.file.size is not None and sent.file.size > MAX_FILE_BYTES:
        talk.say(common.file_too_large(talk.language, MAX_FILE_BYTES), walking.shown(talk, walk, walking.current(walk)))
        return
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
    as_file = sent.file.kind is FileKind.DOCUMENT
    walking.reply(talk, walk, Files((row,), kind, as_file=as_file, album=sent.album), album=sent.album)


def is_aside(walk: walking.Walk, text: str) -> bool:
    """Whether words sent now are a note for later: on the spot, while the question wants a tap or a photo."""
    prompt = engine.prompt_of(walk.scenario, walk.contact)
    if isinstance(prompt, AskReason) or not text.strip():
        return False
    if not isinstance(prompt, AskStep):
        return True
    return prompt.section.stage is Stage.DURING and prompt.step.type not in TAKES_WORDS


def take_note(talk: Talk, walk: walking.Walk, text: str) -> None:
    """Put words on the tray."""
    row = evidence.expect(
        talk.unit,
        contact_id=walk.row.id,
        person_id=talk.person.id,
        path=None,
        kind=NOTE,
        channel=talk.address.channel,
        ref={},
        album=None,
        note=text,
        now=talk.now,
    )
    walking.reply(talk, walk, Files((row,), NOTE))

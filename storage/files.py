"""What a received file is, by its content alone: taken with its clean copy, or refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from storage import sounds
from storage.captured import Metadata
from storage.unfit import FileProblem, Unfit

MAX_BYTES = 20 * 1024 * 1024
"""The largest file that is taken; what Telegram lets a bot download."""
MAX_NAME = 80
"""Characters kept of a file's name."""

Expected = Literal["image", "file", "audio"]
"""What the question wants: a photo; a photo or a document; a voice memo."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that is kept.

    ``copy`` is what others see: no metadata, nothing that runs. None means that they get the original: so with sound,
    which is the person's own voice and is kept as it came, tags included.
    """

    media_type: str
    name: str
    size: int
    metadata: Metadata
    copy: bytes | None = None
    copy_media_type: str | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    look: int | None = None
    """What a picture looks like, as ``storage.pictures`` tells."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not kept: a value, not an exception. ``details`` holds e.g. ``{"found": "html"}``."""

    code: FileProblem
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """The refusal as one line, for an evidence row's ``problem``; ``refusal_of`` reads it."""
        return f"{self.code}?{urlencode(self.details)}" if self.details else str(self.code)


def refusal_of(problem: str) -> Refusal:
    """What ``Refusal.problem`` was made from. Raises ``ValueError`` for anything else."""
    code, _, details = problem.partition("?")
    return Refusal(FileProblem(code), dict(parse_qsl(details)))


class Found(StrEnum):
    """What bytes look like from their first few."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"
    PDF = "pdf"
    OGG = "ogg"
    WEBM = "webm"
    MP4 = "mp4"
    MP3 = "mp3"
    AAC = "aac"
    WAV = "wav"
    AVIF = "avif"
    TIFF = "tiff"
    BMP = "bmp"
    VIDEO = "video"
    HTML = "html"
    OFFICE = "office"
    ARCHIVE = "archive"
    PROGRAM = "program"
    TEXT = "text"
    UNKNOWN = "unknown"


PICTURES = frozenset({Found.JPEG, Found.PNG, Found.WEBP, Found.GIF, Found.HEIC})
SOUNDS = frozenset({Found.OGG, Found.WEBM, Found.MP4, Found.MP3, Found.AAC, Found.WAV})
ACCEPTED: Mapping[Expected, frozenset[Found]] = {
    "image": PICTURES,
    "file": PICTURES | {Found.PDF},
    "audio": SOUNDS,
}
_WRONG = {
    "image": FileProblem.NOT_A_PICTURE,
    "file": FileProblem.UNSUPPORTED,
    "audio": FileProblem.NOT_AUDIO,
}
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/wav": ".wav",
}


def inspect(
    data: bytes, *, expected: Expected, declared_name: str | None = None, declared_type: str | None = None
) -> Inspected | Refusal:
    """Look at a whole file. Pure and never raising, but up to a second of work: call it in a thread.

    The content decides: the declared name only gives the kept name its stem, the declared type nothing at all.
    """
    del declared_type
    if not data:
        return Refusal(FileProblem.EMPTY)
    if len(data) > MAX_BYTES:
        return too_large(len(data))
    found = look(data)
    if found not in ACCEPTED[expected]:
        return Refusal(_WRONG[expected], {"found": found.value})
    try:
        if found in PICTURES:
            return _picture(data, declared_name)
        if found is Found.PDF:
            return _document(data, declared_name)
        return _sound(data, declared_name, found)
    except Unfit as problem:
        return Refusal(problem.code, {"found": found.value} | problem.details)


def too_large(size: int) -> Refusal:
    """The refusal of a file of ``size`` bytes."""
    limit = MAX_BYTES // (1024 * 1024)
    return Refusal(FileProblem.TOO_LARGE, {"megabytes": str(-(-size // (1024 * 1024))), "limit": str(limit)})


def look(data: bytes) -> Found:
    """What the bytes look like. A look is no proof: the decoder has the last word."""
    match data[:4]:
        case b"RIFF":
            return {b"WEBP": Found.WEBP, b"WAVE": Found.WAV, b"AVI ": Found.VIDEO}.get(data[8:12], Found.UNKNOWN)
        case b"PK\x03\x04":
            is_office = any(part in data for part in (b"word/", b"xl/", b"ppt/", b"opendocument"))
            return Found.OFFICE if is_office else Found.ARCHIVE
    if data[4:8] == b"ftyp":
        return _iso_media(data[8:12])
    for signature, found in _SIGNATURES:
        if data.startswith(signature):
            return found
    return _loose(data)


_SIGNATURES = (
    (b"\xff\xd8\xff", Found.JPEG),
    (b"\x89PNG\r\n\x1a\n", Found.PNG),
    (b"GIF87a", Found.GIF),
    (b"GIF89a", Found.GIF),
    (b"OggS", Found.OGG),
    (b"\x1a\x45\xdf\xa3", Found.WEBM),
    (b"ID3", Found.MP3),
    (b"II*\x00", Found.TIFF),
    (b"MM\x00*", Found.TIFF),
    (b"BM", Found.BMP),
    (b"\xd0\xcf\x11\xe0", Found.OFFICE),
    (b"{\\rtf", Found.OFFICE),
    (b"Rar!", Found.ARCHIVE),
    (b"7z\xbc\xaf", Found.ARCHIVE),
    (b"\x1f\x8b", Found.ARCHIVE),
    (b"MZ", Found.PROGRAM),
    (b"\x7fELF", Found.PROGRAM),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<head", b"<body", b"<script")
_HEAD = 1024


def _iso_media(brand: bytes) -> Found:
    if brand in _HEIC_BRANDS:
        return Found.HEIC
    return Found.AVIF if brand in {b"avif", b"avis"} else Found.MP4


def _loose(data: bytes) -> Found:
    """Formats without a fixed first byte."""
    if sounds.is_adts(data):
        return Found.AAC
    if sounds.is_mpeg_frame(data):
        return Found.MP3
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"%PDF-"):
        return Found.PDF
    if head[:64].lower().startswith(_MARKUP):
        return Found.HTML
    return Found.TEXT if b"\x00" not in head and _is_utf8(head) else Found.UNKNOWN


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a letter cut in two by the limit of the look
    return True


def _picture(data: bytes, declared_name: str | None) -> Inspected:
    from storage import pictures  # with what decodes them: a program that has just started has other work

    picture = pictures.read_picture(data)
    return Inspected(
        media_type=picture.media_type,
        name=_name(declared_name, picture.media_type),
        size=len(data),
        metadata=picture.metadata,
        copy=picture.copy,
        copy_media_type=pictures.COPY_MEDIA_TYPE,
        width=picture.width,
        height=picture.height,
        look=picture.look,
    )


def _document(data: bytes, declared_name: str | None) -> Inspected:
    from storage import documents

    document = documents.read_document(data)
    return Inspected(
        media_type=documents.COPY_MEDIA_TYPE,
        name=_name(declared_name, documents.COPY_MEDIA_TYPE),
        size=len(data),
        metadata=Metadata(),
        copy=document.copy,
        copy_media_type=documents.COPY_MEDIA_TYPE,
        pages=document.pages,
    )


def _sound(data: bytes, declared_name: str | None, found: Found) -> Inspected:
    media_type = sounds.check_sound(data, found.value)
    return Inspected(media_type=media_type, name=_name(declared_name, media_type), size=len(data), metadata=Metadata())


def _name(declared: str | None, media_type: str) -> str:
    """A name that is safe to show and to save under, with the extension of what the file is."""
    last = (declared or "").replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    plain = " ".join("".join(letter for letter in stem if letter.isprintable() and letter not in '<>:"|?*').split())
    return (plain.strip(". ")[:MAX_NAME] or "plik") + _EXTENSIONS[media_type]

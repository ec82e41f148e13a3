"""Voice memos: whether the bytes really are a sound recording, by their container's structure; nothing is decoded."""

from __future__ import annotations

import re

from storage.unfit import FileProblem, Unfit

_OGG_HEADER = 27
_EBML_HEAD = 4096
_FILM_TRACK = re.compile(rb"V_(VP|AV1|MPEG|MJPEG|THEORA)")
_MP4_TRACK = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
_RIFF_CHUNK = 8
_UNKNOWN_LENGTH = (0, 0xFFFFFFFF)
_FIRST = 3
"""The version bits of MPEG-1; the others are MPEG-2 and 2.5."""
_BITRATES_FIRST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_LATER = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Kilobits a second of layer III."""
_MPEG_RATES = {_FIRST: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second by the header's version bits."""


def check_sound(data: bytes, found: str) -> str:
    """The recording's media type. Raises Unfit with ``not_audio`` (a film, another codec) or ``corrupt``.

    A cut is noticed where the container tells its lengths; a live recording of a browser (WebM) does not.
    """
    match found:
        case "ogg":
            _check_ogg(data)
            return "audio/ogg"
        case "webm":
            _check_webm(data)
            return "audio/webm"
        case "mp4":
            _check_mp4(data)
            return "audio/mp4"
        case "wav":
            _check_wav(data)
            return "audio/wav"
        case "aac":
            return "audio/aac"
        case "mp3":
            _check_mp3(data)
            return "audio/mpeg"
    raise Unfit(FileProblem.NOT_AUDIO)


def is_adts(data: bytes) -> bool:
    """Whether two AAC frames follow each other from the first byte."""
    first = _adts_length(data, 0)
    return first > 0 and _adts_length(data, first) > 0


def is_mpeg_frame(data: bytes) -> bool:
    """Whether two MPEG layer III frames follow each other from the first byte."""
    first = _mpeg_length(data, 0)
    return first > 0 and _mpeg_length(data, first) > 0


def _check_ogg(data: bytes) -> None:
    if b"OpusHead" not in data[:512] and b"\x01vorbis" not in data[:512]:
        raise Unfit(FileProblem.NOT_AUDIO)
    position, pages = 0, 0
    while position < len(data):
        if data[position : position + 4] != b"OggS" or position + _OGG_HEADER > len(data):
            raise Unfit(FileProblem.CORRUPT)
        segments = data[position + 26]
        lengths = data[position + _OGG_HEADER : position + _OGG_HEADER + segments]
        position += _OGG_HEADER + segments + sum(lengths)
        pages += 1
    if position > len(data) or pages < 3:  # noqa: PLR2004 - two pages of headers, then sound
        raise Unfit(FileProblem.CORRUPT)


def _check_webm(data: bytes) -> None:
    head = data[:_EBML_HEAD]
    if b"webm" not in head[:64] and b"matroska" not in head[:64]:
        raise Unfit(FileProblem.NOT_AUDIO)
    if _FILM_TRACK.search(head) or (b"A_OPUS" not in head and b"A_VORBIS" not in head):
        raise Unfit(FileProblem.NOT_AUDIO)
    if b"\x1f\x43\xb6\x75" not in data:  # a Cluster: where the sound is
        raise Unfit(FileProblem.CORRUPT)


def _check_mp4(data: bytes) -> None:
    kinds: set[bytes] = set()
    movie = b""
    position = 0
    while position < len(data):
        length, kind = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8]
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16])
        elif length == 0:
            length = len(data) - position
        if length < 8 or position + length > len(data):  # noqa: PLR2004 - a box has at least its own header
            raise Unfit(FileProblem.CORRUPT)
        kinds.add(kind)
        if kind == b"moov":
            movie = data[position : position + length]
        position += length
    if not movie or b"mdat" not in kinds:
        raise Unfit(FileProblem.CORRUPT)
    if set(_MP4_TRACK.findall(movie)) != {b"soun"}:
        raise Unfit(FileProblem.NOT_AUDIO)


def _check_wav(data: bytes) -> None:
    position, kinds = 12, set()
    while position + _RIFF_CHUNK <= len(data):
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        kinds.add(kind)
        if kind == b"data" and length in _UNKNOWN_LENGTH:
            break
        position += _RIFF_CHUNK + length + length % 2
        if position > len(data) + 1:
            raise Unfit(FileProblem.CORRUPT)
    if not {b"fmt ", b"data"} <= kinds:
        raise Unfit(FileProblem.CORRUPT)


def _check_mp3(data: bytes) -> None:
    start = 0
    if data.startswith(b"ID3"):
        size = data[6:10]
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=False))
    if not is_mpeg_frame(data[start : start + 8192].lstrip(b"\x00")):
        raise Unfit(FileProblem.CORRUPT)


def _adts_length(data: bytes, at: int) -> int:
    """Bytes of the AAC frame at ``at``; 0 if there is none."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:  # noqa: PLR2004 - the format's sync word
        return 0
    length = (head[3] & 0x03) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > len(head) else 0


def _mpeg_length(data: bytes, at: int) -> int:
    """Bytes of the MPEG layer III frame at ``at``; 0 if there is none."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004 - sync word and layer III
        return 0
    version, bitrate_index, rate_index = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _MPEG_RATES or bitrate_index in {0, 15} or rate_index == 3:  # noqa: PLR2004 - reserved
        return 0
    is_first = version == _FIRST
    bitrate = (_BITRATES_FIRST if is_first else _BITRATES_LATER)[bitrate_index] * 1000
    return (144 if is_first else 72) * bitrate // _MPEG_RATES[version][rate_index] + (head[2] >> 1 & 1)

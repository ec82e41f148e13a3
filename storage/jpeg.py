"""JPEG and JPEG 2000 as containers: the same picture, bit for bit, without what else the file says."""

from __future__ import annotations

import re

_START = b"\xff\xd8"
_MARK = 0xFF
_END = 0xD9
_SCAN = 0xDA
_KEPT_APPLICATION = {0xE0, 0xEE}
"""JFIF, and Adobe's, which says how the colours are stored."""
_COMMENT = 0xFE
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
_JP2_TELLING = {b"uuid", b"xml ", b"uinf", b"asoc"}
_LONG_HEADER = 16


def without_metadata(data: bytes) -> bytes:
    """The JPEG up to its end, without EXIF, XMP, comments and whatever programs have put in; empty if it is none."""
    if not data.startswith(_START):
        return b""
    kept = [_START]
    position = len(_START)
    while position + 4 <= len(data) and data[position] == _MARK:
        marker = data[position + 1]
        if marker == _MARK:  # padding
            position += 1
            continue
        if marker == _END:
            break
        length = 2 + int.from_bytes(data[position + 2 : position + 4])
        end = position + length
        if marker == _SCAN:
            following = _NEXT_MARKER.search(data, end)
            end = len(data) if following is None else following.start()
        if not _is_telling(marker):
            kept.append(data[position:end])
        position = end
    kept.append(bytes((_MARK, _END)))
    return b"".join(kept)


def _is_telling(marker: int) -> bool:
    is_application = marker & 0xF0 == 0xE0  # noqa: PLR2004 - APP0 to APP15
    return marker == _COMMENT or (is_application and marker not in _KEPT_APPLICATION)


def jpeg2000_without_metadata(data: bytes) -> bytes:
    """The JPEG 2000 file with its metadata boxes emptied in place; a bare codestream has none."""
    if not data.startswith(_JP2_SIGNATURE):
        return data
    out = bytearray(data)
    position = 0
    while position + 8 <= len(out):
        length, kind = int.from_bytes(out[position : position + 4]), bytes(out[position + 4 : position + 8])
        header = 8
        if length == 1:
            length, header = int.from_bytes(out[position + 8 : position + _LONG_HEADER]), _LONG_HEADER
        end = len(out) if length == 0 else min(position + length, len(out))
        if end < position + header:
            break
        if kind in _JP2_TELLING:
            out[position + 4 : position + 8] = b"free"
            out[position + header : end] = bytes(end - position - header)
        position = end
    return bytes(out)

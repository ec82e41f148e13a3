"""Texts that hide what they say: letters nobody sees, look-alikes, codes; and what they say without the disguise."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

LEAST_READABLE = 0.85
"""Share of letters, digits and spaces from which decoded bytes count as words."""
LEAST_DECODED = 8
"""Decoded letters; shorter ones happen by chance."""
LARGEST_BYTE = 255
LEAST_FOREIGN = 4
"""Letters of a script that nobody here reads."""

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufeff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAGS = re.compile("[\U000e0000-\U000e007f]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3}")
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u2460-\u24ff\U0001f130-\U0001f189]")
_SMALL_CAPITALS = re.compile("[\u0250-\u02af\u1d00-\u1dbf\ua730-\ua731]{2}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SPACED = re.compile(r"(?<!\w)(?:\w[ \t.\-_*|/,+~·•]{1,3}){4,}\w(?!\w)")
_MARKED = re.compile("([a-z])[\u0300-\u036f]+|^[\u0300-\u036f]+$")
_SPELT = re.compile(r"(?<!\w)(?:[^\W\d_][ \t.\-_*|/,+~·•]{1,3}){5,}[^\W\d_](?!\w)")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![\w+/])")
_HEX = re.compile(r"(?:\b|\\x|0x)[0-9a-fA-F]{2}(?:(?:\s|,|\\x|0x|:)*[0-9a-fA-F]{2}){7,}\b")
_CODES = re.compile(r"\b\d{2,3}(?:[ ,;.-]{1,2}\d{2,3}){7,}\b")
_BITS = re.compile(r"(?:\b[01]{7,8}\b\s*){3,}")
_MORSE = re.compile(r"(?:[.\-·–_]{1,6}[ /|]+){7,}")
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_LEET = str.maketrans("013457@$€!|", "oieastaseii")
_LOOK_ALIKE = str.maketrans(
    "абвеиікмнорстухуѕјԁӏһԛԝүαβεικνορτυχ",
    "abbeiikmhopctyxysjdlhqwyabeiknoptux",
)
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)
_READ_HERE = ("LATIN", "CYRILLIC", "GREEK", "MODIFIER", "MICRO", "FEMININE", "MASCULINE", "KELVIN", "ANGSTROM", "OHM")


def folded(text: str) -> str:
    """Lower case without marks on letters, one space between words: what patterns are looked for in."""
    whole = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).lower().replace("ł", "l"))
    plain = "".join(letter if letter.isascii() else _unmarked(letter) for letter in whole)
    plain = unicodedata.normalize("NFC", plain)
    return " ".join(plain.replace("’", "'").replace("ʼ", "'").split())


def _unmarked(letter: str) -> str:
    """A Latin letter without its marks; letters of other alphabets keep theirs, as "й" is no "и"."""
    return _MARKED.sub(r"\1", unicodedata.normalize("NFD", letter))


def disguise_of(text: str) -> str:
    """What makes a text suspicious by its letters alone; empty: nothing."""
    if _TURNING.search(text) or _TAGS.search(text):
        return "unseen letters"
    if len(_STYLED.findall(text)) >= LEAST_DECODED or _SMALL_CAPITALS.search(text):
        return "styled letters"
    if any(_is_mixed(word) for word in _WORD.findall(_UNSEEN.sub("", text))):
        return "look-alike letters"
    if sum(_is_foreign(letter) for letter in text) >= LEAST_FOREIGN:
        return "a script nobody here reads"
    if _SPELT.search(text):
        return "letters written apart"
    if _MORSE.search(text) or _BITS.search(text) or any(_decoded(text)):
        return "a code"
    return ""


def without_disguise(text: str) -> Iterator[str]:
    """The text as it is and as it reads when some disguise is taken off; folded."""
    plain = folded(text)
    opened = folded(unquote(html.unescape(_ESCAPES.sub(_unescaped, text))))
    yield plain
    seen = {plain}
    for other in (
        opened,
        _joined(text),
        _unleeted(plain),
        plain.translate(_LOOK_ALIKE),
        plain.translate(_ROT13),
        plain[::-1],
        re.sub(r"(?<=\w)[*_`~.\-](?=\w)", "", plain),
        folded(_UNSEEN.sub(" ", text)),
    ):
        if other not in seen:
            seen.add(other)
            yield other


def _is_mixed(word: str) -> bool:
    """Whether a word has letters of two alphabets that look alike."""
    scripts = {unicodedata.name(letter, "").split(" ", 1)[0] for letter in word}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def _is_foreign(letter: str) -> bool:
    return (
        letter > "\u02ff"
        and letter.isalpha()
        and not unicodedata.name(letter, "").startswith(_READ_HERE)
        and not (_STYLED.match(letter))
    )


def _decoded(text: str) -> Iterator[str]:
    """Words hidden in base64, hexadecimal or decimal codes."""
    for match in _BASE64.finditer(text):
        code = match[0].rstrip("=").replace("-", "+").replace("_", "/")
        yield from _words(_bytes_of(code))
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|[^0-9a-fA-F]", "", match[0])
        yield from _words(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    for match in _CODES.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match[0])]
        if max(numbers) <= LARGEST_BYTE:
            yield from _words(bytes(numbers))


def _bytes_of(code: str) -> bytes:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _words(data: bytes) -> Iterator[str]:
    """The bytes as words, where they are some."""
    try:
        said = data.decode()
    except UnicodeDecodeError:
        return
    letters = sum(letter.isalpha() or letter in " .,!?:\n" for letter in said)
    if len(said) >= LEAST_DECODED and letters >= LEAST_READABLE * len(said):
        yield said


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))


def _joined(text: str) -> str:
    """Letters written apart put together: "z i g n o r u j" becomes one word."""
    joined = _SPACED.sub(lambda match: re.sub(r"[^\w]|_", "", match[0]), _UNSEEN.sub("", text))
    return folded(re.sub(r"(?<=[^\W\d_])(?=\d)", " ", joined))


def _unleeted(plain: str) -> str:
    return " ".join(word.translate(_LEET) if any(map(str.isalpha, word)) else word for word in plain.split(" "))

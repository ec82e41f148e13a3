"""Papers and plates: identity cards, passports, driving licences, land registers, vehicles, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.masking.found import Found, Kind

REACH = 40
"""Characters before it in which a word may say what it is."""

_PAPER = re.compile(r"(?<![^\W_])([A-Za-z]{2,3})[ \-]?(\d{3}) ?(\d{3,4})(?![^\W_])")
_LAND = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d[A-Za-z]/\d{8}/\d(?!\d)")
_LICENCE = re.compile(r"(?<![\d/])\d{5}/\d{2}/\d{4}(?![\d/])")
_SAYS_PAPER = re.compile(r"dow[oó]d|paszport|legitymac|seri[aięą]|dokument|prawo jazdy|prawa jazdy")
_CARD_WEIGHTS = (7, 3, 1, 9, 7, 3, 1, 7, 3)
_PASSPORT_WEIGHTS = (7, 3, 9, 1, 7, 3, 1, 7, 3)

_PLATE = re.compile(r"(?<![^\W_])([A-Za-z]{2,3}|[A-Za-z]\d)[ \-·]?([0-9A-Za-z]{3,5})(?![^\W_])")
_PLATE_FIRST = frozenset("BCDEFGKLNOPRSTWZ")
_PLATE_ENDS = {
    2: re.compile(r"\d{5}|\d{4}[A-Z]|\d{3}[A-Z]{2}|\d[A-Z]\d{3}|\d[A-Z]{2}\d{2}"),
    3: re.compile(
        r"[A-Z]\d{3}|\d{2}[A-Z]\d|\d[A-Z]\d{2}|\d{2}[A-Z]{2}|\d[A-Z]{2}\d|[A-Z]{2}\d{2}|\d{5}|\d{4}[A-Z]|\d{3}[A-Z]{2}"
    ),
}
_NO_PLATE = frozenset(
    ("EUR", "PLN", "GBP", "ZUS", "PIT", "CIT", "NIP", "KRS", "BIP", "RP", "PL", "PN", "EN", "NR", "OD", "DO")
)
_SAYS_PLATE = re.compile(
    r"rejestrac|(?<![^\W_])(?:nr\.? rej|tablic|blach|aut(?:o|a|u|em|ami|ach)(?![^\W_])"
    r"|samoch|pojazd|motor(?!ola)|motocykl|skuter)"
)

_MONTH = (
    r"(?:stycz|lut|mar(?:ca|zec)|kwie|maj|czerw|lip|sierp|wrze|pa[źz]dziernik|listopad|grud)[^\W\d_]{0,8}|[IVX]{1,4}"
)
_BIRTH = re.compile(
    r"\d{1,2}[ ./\-]{1,2}\d{1,2}[ ./\-]{1,2}\d{2,4}(?!\d)|\d{4}-\d{1,2}-\d{1,2}(?!\d)"
    rf"|(?:\d{{1,2}}\.?|[^\W\d_]{{3,12}}(?:ego|y)(?: [^\W\d_]{{3,12}}ego)?) (?:{_MONTH})(?![^\W\d_])"
    r"(?: \d{4}(?!\d)(?: ?r(?:\.|oku))?)?"
    r"|(?:18|19|20)\d{2}(?!\d)",
    re.IGNORECASE,
)
_SAYS_BIRTH = re.compile(r"(?<![^\W_])(?:d\.? ?)?(?:ur(?:\.|odz)|rocznik)[^\d]{0,24}?$")


def papers(text: str) -> Iterator[Found]:
    """Every paper, plate and date of birth."""
    lowered = text.lower()
    for pattern in (_LAND, _LICENCE):
        for match in pattern.finditer(text):
            if pattern is _LAND or _SAYS_PAPER.search(_before(lowered, match.start())):
                yield Found(match.start(), match.end(), Kind.DOCUMENT)
    for match in _PAPER.finditer(text):
        if _is_paper(lowered, match):
            yield Found(match.start(), match.end(), Kind.DOCUMENT)
    for match in _BIRTH.finditer(text):
        if _SAYS_BIRTH.search(_before(lowered, match.start())):
            yield Found(match.start(), match.end(), Kind.BIRTH)
    for match in _PLATE.finditer(text):
        if _is_plate(lowered, match):
            yield Found(match.start(), match.end(), Kind.PLATE)


def _before(lowered: str, start: int) -> str:
    return lowered[max(0, start - REACH) : start]


def _is_paper(lowered: str, match: re.Match[str]) -> bool:
    letters, digits = match.group(1), match.group(2) + match.group(3)
    weights = {(3, 6): _CARD_WEIGHTS, (2, 7): _PASSPORT_WEIGHTS}.get((len(letters), len(digits)))
    if weights is None:
        return False
    if _SAYS_PAPER.search(_before(lowered, match.start())):
        return True
    values = (int(character, 36) for character in letters + digits)
    return letters.isupper() and sum(value * weight for value, weight in zip(values, weights, strict=True)) % 10 == 0


def _is_plate(lowered: str, match: re.Match[str]) -> bool:
    first, rest = match.groups()
    if not any(character.isdigit() for character in first + rest) or first.upper() in _NO_PLATE:
        return False
    if first[0].upper() not in _PLATE_FIRST:
        return False
    if _SAYS_PLATE.search(_before(lowered, match.start())):
        return any(character.isdigit() for character in rest) or first[-1].isdigit()
    ends = _PLATE_ENDS.get(len(first)) if first.isalpha() and first.isupper() else None
    return ends is not None and ends.fullmatch(rest) is not None

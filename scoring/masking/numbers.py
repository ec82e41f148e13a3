"""Numbers of people and firms: PESEL, NIP, REGON, telephones, accounts. What is none of them is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn
from stdnum.pl import nip, pesel, regon

from scoring.masking.found import Found, Kind
from scoring.masking.spoken import spoken

REACH = 40
"""Characters before a number in which a word may say what it is."""
AFTER = 14
"""Characters after it in which a word may say what it counts."""
MOST_GROUPS = 14
"""Groups of digits one number may be written in."""
SPOKEN_LEAST = 7
"""Digits told in words that make a number of somebody, not a count of something."""

PESEL_DIGITS, NIP_DIGITS, PHONE_DIGITS, LOCAL_DIGITS, ACCOUNT_DIGITS, CARD_DIGITS = 11, 10, 9, 7, 26, 16
REGON_DIGITS = (9, 14)
COUNTRY = "48"

_RUN = re.compile(r"(?<![^\W_a-zA-Z])\+? ?\(?\d(?:[ \-./()·]{0,3}\d|(?<=\d)[OoIl](?![^\W\d_]))*")
_GROUP = re.compile(r"\d[\dOoIl]*")
_LETTERS = str.maketrans("OoIl", "0011")
_FOREIGN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){3,7}(?: ?[A-Za-z0-9]{1,3})?(?![^\W_])")
_COUNTRY = re.compile(r"(?<![^\W_])PL ?$", re.IGNORECASE)
_EXTENSION = re.compile(r"[ ,.]{0,3}\(?(?:wewn?|w)\b(?:ętrzny)?\.? ?\d{1,5}\)?", re.IGNORECASE)

_SAYS = (
    (Kind.PESEL, re.compile(r"p\.? ?e\.? ?s\.? ?e\.? ?l|ewidencyjn")),
    (Kind.NIP, re.compile(r"(?<![^\W_])nip|identyfikacji podatk")),
    (Kind.REGON, re.compile(r"regon(?!al)")),
    (Kind.ACCOUNT, re.compile(r"(?<![^\W_])(?:kont(?:o|a|em|u|cie)(?![^\W_])|rachun|iban|przelew)")),
    (
        Kind.PHONE,
        re.compile(r"(?<![^\W_])(?:tel(?![^\W_])|telef|kom(?![^\W_])|komórk|fax|faks|dzwo[nń]|zadzwo|oddzwo|kontakt)"),
    ),
)
_NUMBER_OF = re.compile(r"(?<![^\W_])(?:numer(?:y|u|em|ów|ami|ach)?|nr)[\s:]*$")
_COUNTED = re.compile(r"\s?(?:zł|pln|eur|usd|tys|mln|osób|sztuk|szt\b|km|m2|%|groszy)")

_PHONE_GROUPS = frozenset(
    ((9,), (3, 3, 3), (2, 3, 2, 2), (2, 3, 4), (2, 7), (3, 2, 2, 2), (1,) * 9, (3, 6), (2, 2, 2, 3), (3, 2, 4))
)
"""How nine digits of a telephone are written when no word says that they are one."""


@dataclass(frozen=True, slots=True)
class _Written:
    """Some groups of digits side by side."""

    start: int
    end: int
    groups: tuple[str, ...]
    plus: bool
    dashed: bool
    whole: bool

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.groups))


def numbers(text: str) -> Iterator[Found]:
    """Every number of somebody's, in writing or told in words."""
    lowered = text.lower()
    for foreign in _FOREIGN.finditer(text):
        if iban.is_valid(foreign.group()):
            yield Found(foreign.start(), foreign.end(), Kind.ACCOUNT)
    for run in _RUN.finditer(text):
        yield from _read(text, lowered, run)
    for start, end, digits in spoken(lowered):
        says = _says(lowered, start)
        if digits >= PHONE_DIGITS or (digits >= SPOKEN_LEAST and says):
            yield Found(start, end, Kind.PESEL if says is Kind.PESEL else Kind.PHONE)


def _says(lowered: str, start: int) -> Kind | None:
    """What the words before a number call it: the nearest."""
    before = lowered[max(0, start - REACH) : start].rsplit("\n\n", 1)[-1]
    ends = [(match.end(), kind) for kind, pattern in _SAYS for match in pattern.finditer(before)]
    return max(ends, key=lambda one: one[0])[1] if ends else None


def _read(text: str, lowered: str, run: re.Match[str]) -> Iterator[Found]:
    groups = [(match.start() + run.start(), match.end() + run.start()) for match in _GROUP.finditer(run.group())]
    said = _says(lowered, run.start())
    if said is None and _says(lowered[run.end() : run.end() + AFTER], AFTER) is Kind.PESEL:
        said = Kind.PESEL
    first, found = 0, False
    while first < len(groups):
        for last in range(min(len(groups), first + MOST_GROUPS), first, -1):
            written = _written(text, run, groups, first, last)
            kind = _kind(lowered, written, said)
            if kind is None or (not found and said is None and _ends_a_code(lowered, written.start)):
                continue
            yield _with_its_surroundings(text, written, kind)
            first, found = last, True
            break
        else:
            first += 1


def _written(text: str, run: re.Match[str], groups: list[tuple[int, int]], first: int, last: int) -> _Written:
    start, end = groups[first][0], groups[last - 1][1]
    if first == 0:
        start = run.start() + len(run.group()) - len(run.group().lstrip(" "))
    elif text[start - 1] == "(":
        start -= 1
    return _Written(
        start=start,
        end=end,
        groups=tuple(text[begin:stop].translate(_LETTERS) for begin, stop in groups[first:last]),
        plus=text[start:end].lstrip("( ").startswith("+"),
        dashed="-" in text[start:end],
        whole=first == 0 and last == len(groups),
    )


def _kind(lowered: str, written: _Written, said: Kind | None) -> Kind | None:
    """What the digits are: first what their check digits say, then what the words before say."""
    digits = written.digits
    count = len(digits)
    if _COUNTED.match(lowered, written.end):
        return None
    if count == PESEL_DIGITS and pesel.is_valid(digits):
        return Kind.PESEL
    if count == ACCOUNT_DIGITS or (count == CARD_DIGITS and luhn.is_valid(digits)):
        return Kind.ACCOUNT
    if said is not Kind.PHONE and count == NIP_DIGITS and nip.is_valid(digits):
        return Kind.NIP
    if said is not Kind.PHONE and count in REGON_DIGITS and regon.is_valid(digits) and _in_one(written, said):
        return Kind.REGON
    if said in (None, Kind.PHONE, Kind.ACCOUNT) and _is_phone(lowered, written, said):
        return Kind.PHONE
    return said if said is not None and written.whole and count in _LOOSE[said] else None


_LOOSE = {
    Kind.PESEL: range(9, 13),
    Kind.NIP: range(9, 12),
    Kind.REGON: (8, 9, 10, 13, 14, 15),
    Kind.ACCOUNT: range(20, 31),
    Kind.PHONE: range(7, 16),
}
"""How many digits are taken for what the words before say, wrong as they are."""


def _in_one(written: _Written, said: Kind | None) -> bool:
    return said is Kind.REGON or len(written.groups) == 1


def _ends_a_code(lowered: str, start: int) -> bool:
    """Whether it is the end of something like OR.1431.12.2026 or 2026/03/000123."""
    before = lowered[max(0, start - 2) : start]
    return len(before) > 1 and before[-1] in "./-" and before[-2].isalnum()


def _with_its_surroundings(text: str, written: _Written, kind: Kind) -> Found:
    """A telephone with its extension, a NIP with the letters of its country."""
    start, end = written.start, written.end
    if kind is Kind.PHONE and (more := _EXTENSION.match(text, end)):
        end = more.end()
    if kind in (Kind.NIP, Kind.ACCOUNT) and (country := _COUNTRY.search(text, max(0, start - 3), start)):
        start = country.start()
    return Found(start, end, kind)


def _is_phone(lowered: str, written: _Written, said: Kind | None) -> bool:
    digits, count = written.digits, len(written.digits)
    named = said is Kind.PHONE or (
        said is None and _NUMBER_OF.search(lowered[max(0, written.start - REACH) : written.start])
    )
    if written.plus or digits.startswith("00"):
        return _is_possible(digits.removeprefix("00"))
    if count == PHONE_DIGITS + 2 and digits.startswith(COUNTRY):
        return _is_valid(digits[2:])
    if count == PHONE_DIGITS + 1 and digits.startswith("0"):
        return bool(named) or _is_valid(digits[1:])
    if count == PHONE_DIGITS:
        return bool(named) or (written.shape in _PHONE_GROUPS and _is_valid(digits))
    return count == LOCAL_DIGITS and written.shape == (3, 2, 2) and (bool(named) or written.dashed)


def _is_valid(digits: str) -> bool:
    """Whether such a number is given out in Poland."""
    return phonenumbers.is_valid_number(phonenumbers.parse(digits, "PL"))


def _is_possible(digits: str) -> bool:
    """Whether it has as many digits as numbers of its country have."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False

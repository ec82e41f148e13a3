"""Single cells as values: codes, telephones, days, lists. A reader raises Wrong, with a suggestion if there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from bot.importing.problems import Trouble, Wrong
from bot.importing.types import TYPES
from scenarios.folding import fold
from scenarios.model import Mode
from storage.postcodes import VOIVODSHIPS
from storage.sheets import Cell

ALIKE = 72.0
"""How alike (of 100) two folded names are for one to be suggested instead of the other."""
SMALL_GMINA = 5_000
"""Inhabitants below which a stranger is noticed."""
REGION = "PL"

_EMAIL = re.compile(r"[^@\s,;<>\"']+@(?:[\w-]+\.)+[\w-]{2,}")
_LISTED = re.compile(r"[,;/\n|+]|\si\s|\soraz\s")
_POSTCODE = re.compile(r"(\d{2})[\s\-–—.]?(\d{3})")
_DAY = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_RANGE = re.compile(r"\s*(?:-|–|—|do)\s*")

MODE_NAMES: Mapping[Mode, tuple[str, ...]] = {
    Mode.VISIT: ("wizyta", "wizyty", "osobiście", "wizyta osobista", "visit", "w", "na miejscu"),
    Mode.PHONE: ("telefon", "telefony", "tel", "rozmowa", "rozmowa telefoniczna", "phone", "call", "t"),
    Mode.EMAIL: ("e-mail", "email", "mail", "maile", "e-maile", "poczta", "poczta elektroniczna", "e"),
    Mode.SOCIAL: ("social", "social media", "media społecznościowe", "facebook", "fb", "społecznościowe", "s"),
    Mode.WEBSITE: ("strona", "strona www", "www", "strona internetowa", "website", "web", "bip", "audyt strony"),
}
_DAYS = (
    ("pn", "pon", "poniedziałek", "poniedziałki", "mon", "monday"),
    ("wt", "wto", "wtorek", "wtorki", "tue", "tuesday"),
    ("śr", "sro", "środa", "środy", "wed", "wednesday"),
    ("cz", "czw", "czwartek", "czwartki", "thu", "thursday"),
    ("pt", "pi", "pią", "piątek", "piątki", "fri", "friday"),
    ("so", "sob", "sobota", "soboty", "sat", "saturday"),
    ("nd", "ni", "nie", "niedz", "niedziela", "niedziele", "sun", "sunday"),
)
_LANGUAGES = {
    "pl": ("pl", "polski", "polish", "po polsku"),
    "en": ("en", "ang", "angielski", "english", "po angielsku"),
    "uk": ("uk", "ua", "ukraiński", "ukrainian"),
    "ru": ("ru", "rosyjski", "russian"),
    "de": ("de", "niemiecki", "german"),
    "fr": ("fr", "francuski", "french"),
    "be": ("be", "białoruski", "belarusian"),
    "pjm": ("pjm", "migowy", "język migowy", "polski język migowy"),
}
_YES = frozenset({"tak", "t", "x", "yes", "y", "1", "true", "prawda", "+", "✓", "✔"})
_NO = frozenset({"nie", "n", "no", "0", "false", "falsz", "-", "–", "brak"})
_NO_LIMIT = frozenset({"brak", "bez limitu", "bez ograniczen", "-", "none", "no limit"})
_NONE = frozenset({"brak", "-", "–", "—", "nie ma", "n/d", "nd", "none", "nie dotyczy"})


def _index(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(name): code for code, every in names.items() for name in (code, *every)}


_TYPE_CODES = _index(TYPES)
_VOIVODSHIPS = {fold(name): name for name in VOIVODSHIPS.values()}
_MODE_CODES = _index({mode.value: names for mode, names in MODE_NAMES.items()})
_LANGUAGE_CODES = _index(_LANGUAGES)
_DAY_NUMBERS = {fold(name): number for number, names in enumerate(_DAYS) for name in names}


def shown(cell: Cell) -> str:
    """A cell as the person sees it, spaces tidied."""
    match cell:
        case bool():
            return "tak" if cell else "nie"
        case datetime():
            return f"{cell:%d.%m.%Y %H:%M}"
        case date():
            return f"{cell:%d.%m.%Y}"
        case float():
            return f"{cell:g}".replace(".", ",")
        case int():
            return str(cell)
        case str():
            return "\n".join(" ".join(line.split()) for line in cell.replace("\xa0", " ").strip().splitlines())


def says_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing."""
    return not text or fold(text) in _NONE or text in {"-", "–", "—"}


def nearest(text: str, names: Iterable[str]) -> str:
    """The name most like the text, or nothing where none is."""
    from rapidfuzz import fuzz, process  # each library with the first cell that needs it: most programs read no tables

    by_fold = {fold(name): name for name in names}
    found = process.extractOne(fold(text), by_fold.keys(), scorer=fuzz.WRatio, score_cutoff=ALIKE)
    return "" if found is None else by_fold[found[0]]


def participant_type(text: str) -> str:
    """The code of a type."""
    code = _TYPE_CODES.get(fold(text))
    if code is None:
        near = nearest(text, [name for names in TYPES.values() for name in names])
        raise Wrong(Trouble.NOT_A_TYPE, TYPES[_TYPE_CODES[fold(near)]][0] if near else "")
    return code


def voivodship(text: str) -> str:
    """The voivodship by its Polish name."""
    bare = fold(text).removeprefix("wojewodztwo").removeprefix("woj").strip(" .")
    found = _VOIVODSHIPS.get(bare) or _VOIVODSHIPS.get(bare.replace(" ", "-"))
    if found is None:
        raise Wrong(Trouble.NOT_A_VOIVODSHIP, nearest(bare, VOIVODSHIPS.values()))
    return found


def postcode(text: str) -> str:
    """``NN-NNN``, from five digits too; a number that lost its leading zero gets it back."""
    bare = text.strip()
    if bare.isdecimal() and len(bare) == 4:  # noqa: PLR2004 - 01-234 kept as the number 1234
        bare = f"0{bare}"
    found = _POSTCODE.fullmatch(bare)
    if found is None:
        near = _POSTCODE.search(bare)
        raise Wrong(Trouble.NOT_A_POSTCODE, f"{near[1]}-{near[2]}" if near else "")
    return f"{found[1]}-{found[2]}"


def nip(text: str) -> str:
    """Ten digits whose check digit is right."""
    from stdnum.exceptions import ValidationError
    from stdnum.pl import nip as polish_nip

    try:
        return str(polish_nip.validate(text.removeprefix("NIP").strip(" :")))
    except ValidationError as error:
        raise Wrong(Trouble.NOT_A_NIP) from error


def phone(text: str) -> str:
    """The number as it is dialled from abroad, with spaces; numbers without a country are Polish."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text[:60], REGION)
    except phonenumbers.NumberParseException as error:
        raise Wrong(Trouble.NOT_A_PHONE) from error
    if not phonenumbers.is_possible_number(number):
        raise Wrong(Trouble.NOT_A_PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def email(text: str) -> str:
    """An address, the domain in lower case."""
    bare = text.removeprefix("mailto:").strip(" <>.,;")
    if _EMAIL.fullmatch(bare) is None:
        near = _EMAIL.search(bare.replace(" ", "").replace("(at)", "@").replace("[at]", "@"))
        raise Wrong(Trouble.NOT_AN_EMAIL, near[0] if near else "")
    local, _at, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}"


def site(text: str) -> str:
    """A web address; ``https://`` is added where none is told."""
    bare = text.split(maxsplit=1)[0].rstrip(",;")
    address = bare if "://" in bare else f"https://{bare}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise Wrong(Trouble.NOT_A_SITE) from error
    if parts.scheme not in {"http", "https"} or "." not in host or "@" in parts.netloc:
        raise Wrong(Trouble.NOT_A_SITE)
    return address


def yes_no(text: str) -> bool:
    """Yes, no, or a number of inhabitants."""
    folded = fold(text)
    if folded in _YES or text in _YES:
        return True
    if folded in _NO or text in _NO:
        return False
    digits = folded.replace(" ", "").replace(".", "")
    if digits.isdecimal():
        return int(digits[:9]) < SMALL_GMINA
    raise Wrong(Trouble.NOT_YES_NO)


def day(cell: Cell) -> date:
    """A day as a date, ``31.12.2026`` or ``2026-12-31``."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = shown(cell).removesuffix("r.").strip()
    if found := _DAY.fullmatch(text):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _ISO_DAY.fullmatch(text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    else:
        raise Wrong(Trouble.NOT_A_DATE)
    try:
        return date(*parts)
    except ValueError as error:
        raise Wrong(Trouble.NOT_A_DATE) from error


def limit(text: str, *, most: int) -> int | None:
    """A whole number up to ``most``, its unit left out; "brak" is no limit."""
    folded = fold(text)
    if folded in _NO_LIMIT or text in _NO_LIMIT:
        return None
    found = re.match(r"(\d{1,9})(?:[.,]0+)?\s*(?:km|kontakt\w*|zadan\w*)?\Z", folded)
    if found is None or int(found[1]) > most:
        raise Wrong(Trouble.NOT_A_NUMBER, f"0–{most}")
    return int(found[1])


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list, however they are separated."""
    parts = (part.strip() for part in _LISTED.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def modes(text: str) -> tuple[Mode, ...]:
    """The modes of a list, or all."""
    if fold(text) in {"wszystkie", "wszystko", "all", "*"}:
        return tuple(Mode)
    chosen = {Mode(_coded(part, _MODE_CODES, Trouble.NOT_A_MODE)) for part in listed(text)}
    return tuple(mode for mode in Mode if mode in chosen)


def languages(text: str) -> tuple[str, ...]:
    """The codes of languages of a list."""
    return tuple(dict.fromkeys(_coded(part, _LANGUAGE_CODES, Trouble.NOT_A_LANGUAGE) for part in listed(text)))


def days(text: str) -> tuple[int, ...]:
    """Days of the week of a list with ranges ("pn-pt, nd"), 0 is Monday."""
    folded = fold(text).replace(".", "")
    if folded in {"codziennie", "wszystkie", "all", "*"}:
        return tuple(range(7))
    if folded in {"dni robocze", "robocze"}:
        return tuple(range(5))
    if folded in {"weekend", "weekendy"}:
        return (5, 6)
    found: set[int] = set()
    for part in re.split(r"[,;/\s]+(?![-–—])(?<![-–—])", re.sub(_RANGE, "-", folded)):
        first, _to, last = part.partition("-")
        ends = [_DAY_NUMBERS.get(name) for name in (first, last or first)]
        if ends[0] is None or ends[1] is None:
            raise Wrong(Trouble.NOT_A_DAY, nearest(part, [names[2] for names in _DAYS]))
        found |= {number % 7 for number in range(ends[0], ends[1] + (7 if ends[1] < ends[0] else 0) + 1)}
    return tuple(sorted(found))


def _coded(part: str, codes: Mapping[str, str], trouble: Trouble) -> str:
    code = codes.get(fold(part))
    if code is None:
        raise Wrong(trouble, nearest(part, [name for name in codes if len(name) > 2]))  # noqa: PLR2004 - abbreviations
    return code

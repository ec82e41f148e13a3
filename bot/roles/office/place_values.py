"""What is typed for a field of a participant or a person, made into its value. Raises what the importing does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.importing import cells
from bot.importing.problems import Trouble, Wrong
from scenarios.folding import fold
from scenarios.typed_dates import read_days

MAX_WORDS = 300
"""Characters of a field."""

_NOTHING = frozenset({"brak", "none", "-", "–", "—", "nie ma", "usun", "skasuj", "nic"})

_READERS: Mapping[str, Callable[[str], str]] = {
    "type": cells.participant_type,
    "nip": cells.nip,
    "postcode": cells.postcode,
    "voivodship": cells.voivodship,
    "phone": cells.phone,
    "email": cells.email,
    "site": cells.site,
    "contact_email": cells.email,
}

NEEDED = frozenset({"name", "short_name", "type"})
"""Fields that cannot be cleared."""


class TooLong(Wrong):
    """More characters than a field holds."""

    def __init__(self) -> None:
        super().__init__(Trouble.TOO_LONG)


def cleared(text: str) -> bool:
    """Whether the words mean that there is nothing."""
    return fold(text) in _NOTHING or text.strip() in _NOTHING


def read(name: str, text: str, *, today: date) -> str | date | None:
    """The value of a field. Raises Wrong, with a suggestion where there is one."""
    bare = " ".join(text.split())
    if len(bare) > MAX_WORDS:
        raise TooLong
    if cleared(bare):
        if name in NEEDED:
            raise Wrong(Trouble.MISSING)
        return None if name == "keys_from" else ""
    if name == "keys_from":
        return _day(bare, today)
    reader = _READERS.get(name)
    return bare if reader is None else reader(bare)


def _day(text: str, today: date) -> date:
    days = read_days(fold(text), today=today, day_first=True)
    if days is None or len(days) != 1:
        near = "" if not days else f"{days[0]:%d.%m.%Y}"
        raise Wrong(Trouble.NOT_A_DATE, near)
    return days[0]

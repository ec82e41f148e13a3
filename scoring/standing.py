"""Where a participant stands among others: places, percentiles, last edition's value.

The rules, in words that can be published:

- Places are given as at the Olympic games ("1, 2, 2, 4"): who is equal shares a place, and the next place counts those
  before. Equal is what is shown as equal: scores are compared as they are shown, rounded to ``SHOWN_DECIMALS`` places
  (half up). Nothing breaks a tie - neither the number of contacts nor the alphabet; within a place participants are
  listed by name, which says nothing about them.
- Whoever has no score, or not enough contacts, has no place and counts in nobody's: they are listed apart, with the
  reason.
- The percentile is the mid-rank within the participant's type: the share of the others below, and half of those equal,
  ``100 * (below + (equal - 1) / 2) / (n - 1)``, so that the best of a type is 100, the worst 0 and the middle 50.
  It needs ``FEWEST_OF_TYPE`` participants of the type with a score.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

SHOWN_DECIMALS = 1
"""Decimal places of a score in lists and standings."""

FEWEST_OF_TYPE = 5
"""With fewer participants of a type a percentile says nothing."""

_QUANTUM = Decimal(1).scaleb(-SHOWN_DECIMALS)
_NOISE = Decimal("1e-9")
"""What arithmetic with fractions may leave behind: 71.25 that came out as 71.249999999999986 is 71.25."""


class Unranked(StrEnum):
    """Why a participant has no place."""

    WITHDRAWN = "withdrawn"
    NO_CONTACTS = "no_contacts"
    """No report that counts."""
    TOO_FEW = "too_few"
    """The rubric says "not enough data" about the total."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A participant who is to be placed. ``score`` None: not enough data."""

    participant: int
    type: str
    name: str
    score: float | None
    contacts: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A participant with a place; ``shared`` says that others have the same."""

    entry: Entry
    place: int
    shared: bool
    of: int
    """So many have a place."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everybody: those with a place, best first, and those without, with the reason."""

    placed: tuple[Placed, ...]
    unranked: tuple[tuple[Entry, Unranked], ...]


def shown(score: float) -> Decimal:
    """The score as it is shown and compared."""
    exact = Decimal(repr(score)).quantize(_NOISE, rounding=ROUND_HALF_UP)
    return exact.quantize(_QUANTUM, rounding=ROUND_HALF_UP)


def unranked(entry: Entry) -> Unranked | None:
    """Why it has no place, if so."""
    if entry.withdrawn:
        return Unranked.WITHDRAWN
    if entry.contacts == 0:
        return Unranked.NO_CONTACTS
    return Unranked.TOO_FEW if entry.score is None else None


def ranking(entries: Iterable[Entry]) -> Ranking:
    """Places by the rules above."""
    apart: list[tuple[Entry, Unranked]] = []
    scored: list[tuple[Decimal, Entry]] = []
    for entry in sorted(entries, key=lambda each: (each.name.casefold(), each.participant)):
        reason = unranked(entry)
        if reason is not None or entry.score is None:
            apart.append((entry, reason or Unranked.TOO_FEW))
        else:
            scored.append((shown(entry.score), entry))
    scored.sort(key=lambda each: -each[0])
    values = [-value for value, _entry in scored]
    placed = []
    for value, entry in scored:
        first, after = bisect_left(values, -value), bisect_right(values, -value)
        placed.append(Placed(entry, first + 1, shared=after - first > 1, of=len(scored)))
    return Ranking(tuple(placed), tuple(apart))


def rankings(entries: Sequence[Entry]) -> Mapping[str, Ranking]:
    """Places within each type, by its name."""
    types: dict[str, list[Entry]] = {}
    for entry in entries:
        types.setdefault(entry.type, []).append(entry)
    return {kind: ranking(types[kind]) for kind in sorted(types)}


def percentiles(entries: Iterable[Entry]) -> Mapping[int, float | None]:
    """The percentile within its type of everybody who has a place, by participant; None: too few of the type."""
    types: dict[str, list[tuple[Decimal, int]]] = {}
    for entry in entries:
        if unranked(entry) is None and entry.score is not None:
            types.setdefault(entry.type, []).append((shown(entry.score), entry.participant))
    found: dict[int, float | None] = {}
    for scores in types.values():
        values = sorted(value for value, _participant in scores)
        for value, participant in scores:
            below, upto = bisect_left(values, value), bisect_right(values, value)
            enough = len(values) >= FEWEST_OF_TYPE
            found[participant] = 100 * (below + (upto - below - 1) / 2) / (len(values) - 1) if enough else None
    return found


@dataclass(frozen=True, slots=True)
class Identity:
    """What a participant is known by from edition to edition."""

    participant: int
    name: str
    number: str | None
    nip: str | None


def earlier(now: Sequence[Identity], before: Sequence[Identity]) -> Mapping[int, int]:
    """Who is who in the edition before: participant now → participant then.

    By NIP; where one of the two has none, by number and name together, since numbers may be given anew in every
    edition. What stands for two, then or now, says nothing: a wrong value of last year is worse than none.
    """
    found = _same(now, before, lambda one: one.nip or "")
    nips = {one.participant: one.nip for one in (*now, *before)}
    by_number = _same(now, before, lambda one: f"{one.number}\n{one.name.casefold()}" if one.number else "")
    taken = set(found.values())
    return found | {
        one: then
        for one, then in by_number.items()
        if one not in found and then not in taken and not (nips[one] and nips[then])
    }


def _same(now: Iterable[Identity], before: Iterable[Identity], key: Callable[[Identity], str]) -> dict[int, int]:
    present, past = _sole(now, key), _sole(before, key)
    return {one: past[value] for value, one in present.items() if value in past}


def _sole(identities: Iterable[Identity], key: Callable[[Identity], str]) -> Mapping[str, int]:
    """Participants by a key that nobody else has."""
    found: dict[str, list[int]] = {}
    for one in identities:
        if value := key(one):
            found.setdefault(value, []).append(one.participant)
    return {value: those[0] for value, those in found.items() if len(those) == 1}

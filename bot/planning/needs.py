"""Which contacts have to be planned: the rules' coverage of every participant, less what is already taken.

A wave gets its share: of two contacts in two waves one falls into each, of three the first wave gets two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.planning.facts import Need, PlaceFact, Week
from scenarios.model import Mode
from storage.rules import Coverage, Rules

SHORTEST_WINDOW = 3
"""A piece of a week with fewer days is joined to its neighbour in the wave."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a wave, both inclusive; of the whole edition where it has no waves (``wave_id`` None)."""

    wave_id: int | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class SlotFact:
    """A slot that is open already."""

    slot_id: int
    participant_id: int
    mode: Mode
    scenario: str
    number: int
    wave_id: int | None
    person_id: int | None
    is_held: bool
    """Somebody is asked, took or made it, or it was fixed by hand: a plan leaves it alone."""
    is_by_hand: bool
    """No plan made it: a coordinator added it."""
    asked: tuple[int, ...] = ()


def weeks_of(spans: Iterable[Span], *, today: date) -> tuple[Week, ...]:
    """The weeks of all spans that are not over on that day, in the order of their days."""
    weeks = [week for span in spans for week in _cut(span, today)]
    return tuple(sorted(weeks, key=lambda week: (week.starts_on, week.ends_on)))


def needs_of(
    rules: Rules,
    places: Iterable[PlaceFact],
    *,
    spans: Sequence[Span],
    weeks: Sequence[Week],
    slots: Iterable[SlotFact],
) -> tuple[tuple[Need, ...], tuple[int, ...]]:
    """The contacts that need somebody, and the slots nothing asks for any more."""
    standing: defaultdict[int, list[SlotFact]] = defaultdict(list)
    for slot in sorted(slots, key=lambda one: (one.number, one.slot_id)):
        standing[slot.participant_id].append(slot)
    needs: list[Need] = []
    unwanted: list[int] = []
    for place in places:
        wanted = _wanted(rules.coverage_of(place.type), standing.pop(place.participant_id, []))
        for one in wanted.needs:
            window = _window(one, place, spans, weeks)
            needs.append(_need(len(needs), place, one, window))
        unwanted += wanted.unwanted
    return tuple(needs), tuple(sorted(unwanted))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A contact that needs somebody; ``share`` (n of m): which part of the waves it falls into."""

    coverage: Coverage
    number: int
    share: tuple[int, int]
    slot: SlotFact | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    needs: list[_Wish]
    unwanted: list[int]


def _wanted(coverages: Sequence[Coverage], slots: Sequence[SlotFact]) -> _Wanted:
    found = _Wanted([], [])
    left = list(slots)
    numbers: defaultdict[Mode, set[int]] = defaultdict(set)
    for slot in slots:
        numbers[slot.mode].add(slot.number)
    for coverage in coverages:
        own = [slot for slot in left if (slot.mode, slot.scenario) == (coverage.mode, coverage.scenario)]
        left = [slot for slot in left if slot not in own]
        added = [slot for slot in own if slot.is_by_hand and slot.number > coverage.least]
        regular = [slot for slot in own if slot not in added]
        held = [slot for slot in regular if slot.is_held]
        free = [slot for slot in regular if not slot.is_held]
        shares = _shares_left(coverage.least, len(held))
        for share in shares:
            taken_up = free.pop(0) if free else None
            number = _next_number(numbers[coverage.mode]) if taken_up is None else taken_up.number
            found.needs.append(_Wish(coverage, number, share, taken_up))
        found.unwanted.extend(slot.slot_id for slot in free)
        for slot in added:
            if not slot.is_held:
                found.needs.append(_Wish(coverage, slot.number, (0, 1), slot))
    for slot in left:
        if slot.is_held:
            continue
        if slot.is_by_hand:
            alone = Coverage(slot.mode, slot.scenario, least=1)
            found.needs.append(_Wish(alone, slot.number, (0, 1), slot))
        else:
            found.unwanted.append(slot.slot_id)
    return found


def _shares_left(least: int, held: int) -> list[tuple[int, int]]:
    """The parts of the waves that remain when so many contacts are there; the earlier ones came first."""
    return [(position, least) for position in range(min(held, least), least)]


def _next_number(used: set[int]) -> int:
    number = 1
    while number in used:
        number += 1
    used.add(number)
    return number


def _window(wish: _Wish, place: PlaceFact, spans: Sequence[Span], weeks: Sequence[Week]) -> tuple[int, ...]:
    """The weeks of its share of the waves; where these are over or too early for the place, those that come later."""
    position, least = wish.share
    first = position * len(spans) // least
    last = max(first + 1, (position + 1) * len(spans) // least)
    waves = {span.wave_id for span in spans[first:last]}
    possible = [index for index, week in enumerate(weeks) if place.keys_from is None or week.ends_on >= place.keys_from]
    share = tuple(index for index in possible if weeks[index].wave_id in waves)
    return share or tuple(possible)


def _need(key: int, place: PlaceFact, wish: _Wish, window: tuple[int, ...]) -> Need:
    coverage, slot = wish.coverage, wish.slot
    return Need(
        key=key,
        participant_id=place.participant_id,
        mode=coverage.mode,
        scenario=coverage.scenario,
        number=wish.number,
        weeks=window,
        least=max(coverage.least, 1),
        by=min(coverage.by, coverage.least),
        different_hours=coverage.different_hours,
        slot_id=None if slot is None else slot.slot_id,
        was_id=None if slot is None else slot.person_id,
        asked=() if slot is None else tuple(sorted(set(slot.asked))),
    )


def _cut(span: Span, today: date) -> list[Week]:
    day, pieces = max(span.starts_on, today), list[tuple[date, date]]()
    while day <= span.ends_on:
        sunday = day + timedelta(days=6 - day.weekday())
        pieces.append((day, min(sunday, span.ends_on)))
        day = sunday + timedelta(days=1)
    if len(pieces) > 1 and _length(pieces[0]) < SHORTEST_WINDOW:
        pieces[:2] = [(pieces[0][0], pieces[1][1])]
    if len(pieces) > 1 and _length(pieces[-1]) < SHORTEST_WINDOW:
        pieces[-2:] = [(pieces[-2][0], pieces[-1][1])]
    return [Week(first, last, monday_of(first, last), span.wave_id) for first, last in pieces]


def _length(piece: tuple[date, date]) -> int:
    return (piece[1] - piece[0]).days + 1


def monday_of(first: date, last: date) -> date:
    """The Monday of the calendar week in which most of the days lie."""
    middle = first + (last - first) / 2
    return middle - timedelta(days=middle.weekday())

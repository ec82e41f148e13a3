"""Weeks for chosen pairs: participants' and jurors' weeks are filled evenly, and a pair is left over only if none fits.

First a plain rule, which nearly always places all; what it leaves over a programme places anew, all pairs together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.planning.facts import JurorFact, Need
from bot.planning.ledger import Ledger, kind_of
from bot.planning.programme import Programme

UNEVEN = 0.001
"""What one contact more in a week costs the programme, beside a pair without a week (1)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A juror for a need."""

    need: Need
    juror: JurorFact


def place(ledger: Ledger, pairs: Sequence[Pair], *, seconds: float, seed: int) -> dict[int, int]:
    """Weeks by the need's key, written into the ledger. Pairs that find none are not in it."""
    found = _by_rule(ledger, pairs)
    if len(found) == len(pairs):
        return found
    for pair in pairs:
        if pair.need.key in found:
            ledger.give_back(pair.juror, pair.need, found[pair.need.key])
    better = _by_programme(ledger, pairs, seconds=seconds, seed=seed)
    chosen = better if len(better) > len(found) else found
    for pair in pairs:
        if pair.need.key in chosen:
            ledger.take(pair.juror, pair.need, chosen[pair.need.key])
    return chosen


def best_week(ledger: Ledger, juror: JurorFact, need: Need) -> int | None:
    """The week with the least to do for both, the earlier of equal ones; None where none is free."""

    def fullness(week: int) -> tuple[int, int, int]:
        monday = ledger.world.weeks[week].monday
        return ledger.juror_week[juror.person_id, monday], ledger.place_week[need.participant_id, monday], week

    return min(ledger.free_weeks(juror, need), key=fullness, default=None)


def _by_rule(ledger: Ledger, pairs: Sequence[Pair]) -> dict[int, int]:
    """The pairs with the fewest weeks first, each into its emptiest."""
    load: defaultdict[int, int] = defaultdict(int)
    for pair in pairs:
        load[pair.need.participant_id] += 1

    def tightness(pair: Pair) -> tuple[int, int, int]:
        choice = len(ledger.free_weeks(pair.juror, pair.need))
        return choice, -load[pair.need.participant_id], pair.need.key

    found: dict[int, int] = {}
    for pair in sorted(pairs, key=tightness):
        week = best_week(ledger, pair.juror, pair.need)
        if week is not None:
            ledger.take(pair.juror, pair.need, week)
            found[pair.need.key] = week
    return found


def _by_programme(ledger: Ledger, pairs: Sequence[Pair], *, seconds: float, seed: int) -> dict[int, int]:
    options = [(row, week) for row, pair in enumerate(pairs) for week in ledger.free_weeks(pair.juror, pair.need)]
    if not options:
        return {}
    programme = Programme()
    rows = np.array([row for row, _ in options], dtype=np.int64)
    cost = np.array([UNEVEN * _fullness(ledger, pairs[row], week) for row, week in options]) - 1.0
    columns = programme.add_columns(cost, np.ones(len(options)), whole=True)
    programme.put(programme.at_most(np.ones(len(pairs)))[rows], columns)
    for members, room in _rooms(ledger, pairs, options).values():
        if room < len(members):
            row = programme.at_most(np.array([float(room)]))
            programme.put(np.full(len(members), row[0]), columns[np.array(members, dtype=np.int64)])
    solver = programme.solver(whole=True, seconds=seconds, seed=seed)
    solver.run()
    values = np.asarray(solver.getSolution().col_value)
    if len(values) != len(options):
        return {}
    return {pairs[options[one][0]].need.key: options[one][1] for one in np.flatnonzero(np.round(values) > 0)}


def _fullness(ledger: Ledger, pair: Pair, week: int) -> int:
    monday = ledger.world.weeks[week].monday
    return min(9, ledger.juror_week[pair.juror.person_id, monday])


def _rooms(
    ledger: Ledger, pairs: Sequence[Pair], options: Sequence[tuple[int, int]]
) -> Mapping[tuple[object, ...], tuple[list[int], int]]:
    """Which options share a limit, and how many of them it lets through."""
    found: dict[tuple[object, ...], tuple[list[int], int]] = {}

    def bound(key: tuple[object, ...], option: int, room: int) -> None:
        found.setdefault(key, ([], room))[0].append(option)

    for option, (row, week) in enumerate(options):
        need, juror = pairs[row].need, pairs[row].juror
        monday: date = ledger.world.weeks[week].monday
        taken = ledger.place_week[need.participant_id, monday]
        bound(("place", need.participant_id, monday), option, ledger.world.limits.weekly_load - taken)
        if juror.weekly_limit is not None:
            done = ledger.juror_week[juror.person_id, monday]
            bound(("juror", juror.person_id, monday), option, juror.weekly_limit - done)
        if need.different_hours:
            bound(("kind", kind_of(need), monday), option, 1)
    return found

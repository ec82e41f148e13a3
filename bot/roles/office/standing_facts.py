"""Results gathered in a unit: who stands where, what a card says, the records that agreement is computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.roles import scores
from bot.talk import Desk
from bot.views.office.standing_words import Earlier, ResultFacts, ResultLine
from scoring.outline import Outline, outline
from scoring.rubric import Rubric
from scoring.spread import FEWEST_CONTACTS, FEWEST_SPARE
from scoring.standing import Entry, Identity, Placed, Ranking, Unranked, earlier, percentiles, ranking, rankings
from scoring.table import Record
from storage import directory, editions, score_sheets, standings
from storage.database import Unit
from storage.editions import Edition, Participant
from storage.scope import Scope
from storage.standings import StandingRow

NOTHING = Outline(None, (), ())


@dataclass(frozen=True, slots=True)
class Board:
    """Everybody of an edition that a scope sees, with places among all of the edition."""

    lines: tuple[ResultLine, ...]
    """Best first, then those without a place."""
    percentiles: Mapping[int, float | None]
    kinds: tuple[str, ...]


def board(unit: Unit, scope: Scope) -> Board:
    """Places are given among all participants of the edition; only those within the scope are in it."""
    whole = Scope(scope.edition_id)
    totals = {placed.participant_id: total for placed, total in standings.totals(unit, whole)}
    everybody = editions.participants(unit, scope.edition_id)
    entries = [
        Entry(
            one.id,
            one.type,
            one.short_name,
            totals.get(one.id),
            contacts=1 if one.id in totals else 0,
            withdrawn=one.withdrawn_at is not None,
        )
        for one in everybody
    ]
    overall, by_type = ranking(entries), rankings(entries)
    places, reasons = _by_id(overall)
    in_type: dict[int, Placed] = {}
    for found in by_type.values():
        in_type |= _by_id(found)[0]
    known = {one.id: one for one in everybody}
    order = [one.entry.participant for one in overall.placed] + [one.participant for one, _why in overall.unranked]
    lines = tuple(
        ResultLine(known[key], totals.get(key), places.get(key), in_type.get(key), reasons.get(key))
        for key in order
        if scope.sees(edition_id=known[key].edition_id, coordinator_id=known[key].coordinator_id)
    )
    return Board(lines, percentiles(entries), tuple(directory.types(unit, scope)))


def _by_id(found: Ranking) -> tuple[dict[int, Placed], dict[int, Unranked]]:
    places = {one.entry.participant: one for one in found.placed}
    return places, {one.participant: why for one, why in found.unranked}


def result_of(unit: Unit, desk: Desk, place: Participant) -> ResultFacts:
    """What the card of a participant says."""
    found = board(unit, Scope(place.edition_id))
    line = next(one for one in found.lines if one.participant.id == place.id)
    row = standings.of_participant(unit, place.id)
    sheets = score_sheets.of_participant(unit, place.id)
    modes = Counter(str(one.data["l"]) for one in sheets.counted) if sheets is not None else Counter[str]()
    shape = outline_of(unit, desk, row)
    return ResultFacts(
        line=line,
        row=row,
        outline=shape,
        percentile=found.percentiles.get(place.id),
        earlier=earlier_of(unit, place, row),
        modes=modes,
        is_pending=_is_pending(row, shape, modes),
    )


def outline_of(unit: Unit, desk: Desk, row: StandingRow | None) -> Outline:
    """The outline of the rubric a standing was computed by."""
    return NOTHING if row is None else outline(scores.rubric(unit, desk, row.rubric_version))


def _is_pending(row: StandingRow | None, shape: Outline, modes: Mapping[str, int]) -> bool:
    """Whether an interval can be had that nobody has computed yet (they come after the scores)."""
    if row is None or row.total is None or shape.total is None:
        return False
    contacts = sum(modes.values())
    enough = contacts >= FEWEST_CONTACTS and contacts - len(modes) >= FEWEST_SPARE
    spread = row.spread.get(shape.total.name, {})
    return enough and (spread.get("n") or 0) >= FEWEST_CONTACTS and spread.get("low") is None


# The edition before -------------------------------------------------------------------------------------------------


def edition_before(unit: Unit, edition_id: int) -> Edition | None:
    """The edition that began last before this one did."""
    every = editions.editions(unit)
    this = next(one for one in every if one.id == edition_id)
    earlier_ones = [one for one in every if one.starts_on < this.starts_on]
    return max(earlier_ones, key=lambda one: (one.starts_on, one.id), default=None)


def earlier_results(unit: Unit, edition_id: int) -> tuple[Edition, Mapping[int, StandingRow]] | None:
    """The edition before, and the standing everybody of this one had in it, by today's participant."""
    before = edition_before(unit, edition_id)
    if before is None:
        return None
    same = earlier(
        [_identity(one) for one in editions.participants(unit, edition_id)],
        [_identity(one) for one in editions.participants(unit, before.id)],
    )
    rows = {row.participant_id: row for _placed, row in standings.of_edition(unit, Scope(before.id))}
    return before, {now: rows[then] for now, then in same.items() if then in rows}


def earlier_of(unit: Unit, place: Participant, row: StandingRow | None) -> Earlier | None:
    """A participant's result in the edition before."""
    found = earlier_results(unit, place.edition_id)
    then = None if found is None else found[1].get(place.id)
    if found is None or then is None or then.total is None:
        return None
    return Earlier(found[0].name, then.total, row is None or row.rubric_version == then.rubric_version)


def _identity(one: Participant) -> Identity:
    return Identity(one.id, one.name, one.number or None, one.nip or None)


# Marks --------------------------------------------------------------------------------------------------------------


def records_of_edition(unit: Unit, edition_id: int) -> Iterator[Record]:
    """Every record of an edition that counts, one participant after the other."""
    for sheets in score_sheets.stream(unit, edition_id):
        yield from sheets.records()


def rubric_of(unit: Unit, desk: Desk, edition_id: int) -> Rubric | None:
    """The rubric the edition goes by."""
    return scores.rubric_of(unit, desk, edition_id)

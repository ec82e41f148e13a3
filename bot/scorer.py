"""Scores: computed in a thread outside every transaction, and written only if what they follow from is still so.

One contact at a time where something changed (``score``). A whole edition where its rubric changed, or reports have no
sheet yet (``rescore``): some participants at a time, first all scores, then ranges and intervals, which take longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from math import ceil

from bot.doubts.marks import DoubtKind
from bot.endings import Done, Ending
from bot.jobs import Rescore, Score, from_payload, put_rescore, put_score
from bot.roles import scores
from bot.roles.scores import Reported
from bot.talk import Desk
from scoring.marks import explain, prepare
from scoring.results import Unscored
from scoring.rubric import Rubric
from scoring.sheets import Sheet, contact_of, sheet_to_json
from scoring.spread import Spread, spread_of
from storage import doubts, journal, score_sheets, standings
from storage.database import Database, Unit
from storage.doubts import Doubt
from storage.queue import Job
from storage.score_sheets import KeptSheet, SheetRow, Sheets
from storage.standings import Spread as SpreadValues
from storage.standings import StandingRow

AT_ONCE = 100
"""Participants of an edition whose scores are computed and written together."""
SPREADS_AT_ONCE = 10
"""The same of ranges and intervals, of which each takes as long as dozens of scores."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a participant's sheets come to."""

    total: float | None
    scores: Mapping[str, float | None]
    spread: Mapping[str, Spread] | None
    """None: it was not computed."""
    unscored: tuple[Unscored, ...] = ()
    """Records of which too much was not checked."""


@dataclass(frozen=True, slots=True)
class One:
    """What a contact's sheet and its participant's standing follow from; the new ``sheet`` is in ``sheets``."""

    reported: Reported
    sheet: Sheet
    sheets: Sheets
    version: str | None
    rubric: Rubric | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Some:
    """The next participants of an edition; ``fresh`` are sheets that are missing, and in ``sheets``."""

    ids: tuple[int, ...]
    sheets: tuple[Sheets, ...]
    """Of those of them that are to be computed."""
    fresh: tuple[tuple[Reported, Sheet], ...]
    version: str | None
    rubric: Rubric | None


class Scorer:
    """The doer of ``score`` and ``rescore``. One computation at a time: it takes a processor to itself."""

    def __init__(self, database: Database, *, desk: Desk) -> None:
        self._database = database
        self._desk = desk
        self._alone = asyncio.Semaphore(1)

    async def __call__(self, job: Job) -> Ending:
        """Do the job."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Score | Rescore)  # noqa: S101 - the kind says so
        return await (self._score(work) if isinstance(work, Score) else self._rescore(work))

    async def _score(self, work: Score) -> Ending:
        found = await self._database.read(lambda unit: gather(unit, self._desk, work.contact_id))
        if found is None:
            return Done()
        async with self._alone:
            standing = await asyncio.to_thread(standing_of, found.sheets, found.rubric, with_spread=True)
        return Done(lambda unit, now: keep(unit, self._desk, found, standing, now=now))

    async def _rescore(self, work: Rescore) -> Ending:
        found = await self._database.read(lambda unit: gather_some(unit, self._desk, work))
        if not found.ids:
            return Done(None if work.spreads else partial(_go_on_to_spreads, work))
        async with self._alone:
            computed = await asyncio.to_thread(standings_of, found, with_spread=work.spreads)
        return Done(lambda unit, now: keep_some(unit, work, found, computed, now=now))


# What it follows from -----------------------------------------------------------------------------------------------


def gather(unit: Unit, desk: Desk, contact_id: int) -> One | None:
    """Everything that is needed for one contact; None where its report was never sent."""
    reported = scores.reported(unit, desk, contact_id)
    known = None if reported is None else score_sheets.of_participant(unit, reported.participant_id)
    if reported is None or known is None:
        return None
    sheet = scores.sheet(unit, desk, reported)
    version = scores.version_of(unit, reported.edition_id)
    rubric = None if version is None else scores.rubric(unit, desk, version)
    return One(reported, sheet, _with(known, [(reported, sheet)]), version, rubric)


def gather_some(unit: Unit, desk: Desk, work: Rescore) -> Some:
    """The same for the next participants of an edition, and the sheets their contacts lack."""
    limit = SPREADS_AT_ONCE if work.spreads else AT_ONCE
    ids = score_sheets.next_participants(unit, work.edition_id, after=work.after, limit=limit)
    version = scores.version_of(unit, work.edition_id)
    rubric = None if version is None else scores.rubric(unit, desk, version)
    if work.spreads:
        lacking = [key for key, row in standings.of_participants(unit, ids).items() if not row.spread]
        return Some(tuple(ids), tuple(score_sheets.of_participants(unit, lacking)), (), version, rubric)
    known = {one.participant_id: one for one in score_sheets.of_participants(unit, ids)}
    fresh: dict[int, list[tuple[Reported, Sheet]]] = {}
    for contact_id in score_sheets.without_sheet(unit, ids):
        reported = scores.reported(unit, desk, contact_id)
        if reported is not None:
            fresh.setdefault(reported.participant_id, []).append((reported, scores.sheet(unit, desk, reported)))
    known |= {key: _with(known[key], those) for key, those in fresh.items()}
    every = tuple(pair for those in fresh.values() for pair in those)
    return Some(tuple(ids), tuple(known.values()), every, version, rubric)


def _with(known: Sheets, fresh: Sequence[tuple[Reported, Sheet]]) -> Sheets:
    """The sheets of a participant with some that are new or different."""
    kept = {one.contact_id: one for one in known.kept}
    for reported, sheet in fresh:
        contact_id = reported.contact.id
        kept[contact_id] = KeptSheet(contact_id, reported.counts, reported.is_approved, sheet_to_json(sheet))
    return replace(known, kept=tuple(kept[contact_id] for contact_id in sorted(kept)))


# The computation ----------------------------------------------------------------------------------------------------


def standing_of(sheets: Sheets, rubric: Rubric | None, *, with_spread: bool) -> Standing | None:
    """What the sheets that count come to; None where there are none, or nothing to go by. Pure."""
    records = sorted(sheets.records(), key=lambda record: record.name)
    if rubric is None or not records:
        return None
    unit = str(sheets.participant_id)
    prepared = prepare(rubric, unit, records)
    values = prepared.resampled(range(len(records)))
    left_out = explain(rubric, unit, records).unscored if len(prepared.scored) < len(records) else ()
    spread = spread_of(prepared, seed=sheets.participant_id) if with_spread else None
    return Standing(_total(rubric, values), values, spread, left_out)


def standings_of(found: Some, *, with_spread: bool) -> Mapping[int, Standing | None]:
    """The standings of several participants."""
    return {one.participant_id: standing_of(one, found.rubric, with_spread=with_spread) for one in found.sheets}


def _total(rubric: Rubric, values: Mapping[str, float | None]) -> float | None:
    """The score that decides; the first one where the rubric has no award."""
    if rubric.award is not None:
        return values.get(rubric.award.total)
    return next(iter(values.values()), None)


# What is kept -------------------------------------------------------------------------------------------------------


def keep(unit: Unit, desk: Desk, found: One, standing: Standing | None, *, now: datetime) -> None:
    """Keep a contact's sheet and its participant's standing, or compute again where something changed meanwhile."""
    reported, participant_id = found.reported, found.sheets.participant_id
    score_sheets.hold(unit, [participant_id])
    if gather(unit, desk, reported.contact.id) != found:
        put_score(unit, reported.contact.id, now=now)
        return
    score_sheets.save(unit, _row(reported, found.sheet, now))
    _keep(unit, [found.sheets], {participant_id: standing}, found.version, reported.edition_id, now=now)


def keep_some(
    unit: Unit, work: Rescore, found: Some, computed: Mapping[int, Standing | None], *, now: datetime
) -> None:
    """Keep the standings of some participants and go on to the next; those that changed meanwhile are put on again."""
    if scores.version_of(unit, work.edition_id) != found.version:
        put_rescore(unit, work.edition_id, now=now)
        return
    score_sheets.hold(unit, list(computed))
    score_sheets.add(unit, [_row(reported, sheet, now) for reported, sheet in found.fresh])
    as_it_is = {one.participant_id: one for one in score_sheets.of_participants(unit, list(computed))}
    still = [one for one in found.sheets if as_it_is.get(one.participant_id) == one]
    _keep(unit, still, computed, found.version, work.edition_id, now=now)
    for participant_id in sorted({*computed} - {one.participant_id for one in still}):
        scores.participant_changed(unit, participant_id, now=now)
    put_rescore(unit, work.edition_id, now=now, after=found.ids[-1], spreads=work.spreads)


def _go_on_to_spreads(work: Rescore, unit: Unit, now: datetime) -> None:
    put_rescore(unit, work.edition_id, now=now, spreads=True)


def _row(reported: Reported, sheet: Sheet, now: datetime) -> SheetRow:
    whose = {"edition_id": reported.edition_id, "participant_id": reported.participant_id}
    return SheetRow(reported.contact.id, counts=reported.counts, sheet=sheet, made_at=now, **whose)


def _keep(
    unit: Unit,
    sheets: Sequence[Sheets],
    computed: Mapping[int, Standing | None],
    version: str | None,
    edition_id: int,
    *,
    now: datetime,
) -> None:
    before = standings.of_participants(unit, [one.participant_id for one in sheets])
    rows, gone = [], []
    marks: dict[int, int] = {}
    for one in sheets:
        standing = computed[one.participant_id]
        marks |= {each.contact_id: 0 for each in one.kept}
        if standing is None or version is None:
            gone.append(one.participant_id)
            continue
        marks |= _not_checked(standing)
        earlier = before.get(one.participant_id)
        row = StandingRow(
            participant_id=one.participant_id,
            edition_id=edition_id,
            rubric_version=version,
            total=standing.total,
            scores=standing.scores,
            spread=_spread(
                one, standing, earlier if earlier is not None and earlier.rubric_version == version else None
            ),
            contacts=len(one.counted),
            not_approved=sum(not each.is_approved for each in one.counted),
            computed_at=now,
        )
        if earlier is None or replace(earlier, computed_at=now) != row:
            rows.append(row)
    standings.save(unit, rows)
    standings.remove(unit, [each for each in gone if each in before])
    _mark(unit, marks, now=now)


def _spread(one: Sheets, standing: Standing, earlier: StandingRow | None) -> Mapping[str, SpreadValues]:
    """As JSON values. What was computed before stays where the scores are as they were; otherwise it is missing yet."""
    if standing.spread is not None:
        return {
            node: {"n": each.n, "min": each.minimum, "max": each.maximum, "low": each.low, "high": each.high}
            for node, each in standing.spread.items()
        }
    is_same = earlier is not None and earlier.scores == standing.scores and earlier.contacts == len(one.counted)
    return earlier.spread if earlier is not None and is_same else {}


def _not_checked(standing: Standing) -> dict[int, int]:
    """By contact: how many percent of its points were not checked, where that is too much."""
    found: dict[int, int] = {}
    for one in standing.unscored:
        contact_id = contact_of(one.record)
        found[contact_id] = max(found.get(contact_id, 0), ceil(100 * one.share))
    return found


def _mark(unit: Unit, percents: Mapping[int, int], *, now: datetime) -> None:
    """Reports that are not scored get a mark of doubt, so that a person sends them back; others lose it (0)."""
    kind = DoubtKind.MUCH_NOT_CHECKED.value
    marked = {contact_id: doubt.details.get("percent") for contact_id, doubt in doubts.of_kind(unit, kind, percents)}
    for contact_id, percent in percents.items():
        if (marked.get(contact_id) or 0) == percent:
            continue
        found = [Doubt(kind, None, {"percent": percent})] if percent else []
        doubts.replace_kind(unit, contact_id, kind, found, now=now)
        what = "score.left_out" if percent else "score.taken_in"
        details = {"percent": percent}
        journal.write(unit, at=now, who=None, what=what, subject=f"contact:{contact_id}", details=details)

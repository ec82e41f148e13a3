"""Which contacts are needed: shares of waves, weeks, what is there already, and what nothing asks for any more."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.planning.facts import Need, PlaceFact
from bot.planning.needs import SlotFact, Span, needs_of, weeks_of
from scenarios.model import Mode
from storage.rules import ANY_TYPE, Coverage, Rules

MONDAY = date(2026, 11, 23)
FIRST = Span(1, date(2026, 11, 23), date(2026, 12, 6))
SECOND = Span(2, date(2026, 12, 7), date(2026, 12, 20))
PLACE = PlaceFact(1, "gmina")


def rules(*coverage: Coverage) -> Rules:
    """Rules with that coverage for every type."""
    return Rules(coverage={ANY_TYPE: coverage})


def slot(number: int, *, held: bool = False, by_hand: bool = False, mode: Mode = Mode.VISIT) -> SlotFact:
    """An open slot of the participant."""
    return SlotFact(number, 1, mode, "wizyta", number, 1, 11, is_held=held, is_by_hand=by_hand, asked=(12,))


def needed(
    wanted: Rules, *slots: SlotFact, today: date = MONDAY, spans: tuple[Span, ...] = (FIRST, SECOND)
) -> tuple[tuple[Need, ...], tuple[int, ...]]:
    """The needs of one participant."""
    return needs_of(wanted, (PLACE,), spans=spans, weeks=weeks_of(spans, today=today), slots=slots)


@pytest.mark.parametrize(
    ("least", "windows"),
    [
        (1, [(0, 1, 2, 3)]),
        (2, [(0, 1), (2, 3)]),
        (3, [(0, 1), (0, 1), (2, 3)]),
        (4, [(0, 1), (0, 1), (2, 3), (2, 3)]),
    ],
)
def test_each_wave_gets_its_share(least: int, windows: list[tuple[int, ...]]) -> None:
    """Two contacts in two waves fall one into each; a single one may be made in any."""
    needs, unwanted = needed(rules(Coverage(Mode.VISIT, "wizyta", least=least)))
    assert [need.weeks for need in needs] == windows
    assert [need.number for need in needs] == list(range(1, least + 1))
    assert unwanted == ()


def test_what_is_held_counts_and_keeps_its_number() -> None:
    """A slot somebody took leaves the other numbers to be planned; an open one is used again with its history."""
    needs, unwanted = needed(rules(Coverage(Mode.VISIT, "wizyta", least=3)), slot(2, held=True), slot(1))
    assert [(need.number, need.slot_id, need.was_id, need.asked) for need in needs] == [
        (1, 1, 11, (12,)),
        (3, None, None, ()),
    ]
    assert unwanted == ()


def test_fewer_contacts_close_what_nobody_holds() -> None:
    """With less coverage the open slots beyond it are not wanted; one added by hand is."""
    wanted = rules(Coverage(Mode.VISIT, "wizyta", least=1))
    needs, unwanted = needed(wanted, slot(1, held=True), slot(2), slot(3, by_hand=True))
    assert [need.slot_id for need in needs] == [3]
    assert unwanted == (2,)


def test_modes_the_rules_dropped_are_closed_unless_added_by_hand() -> None:
    """A slot in a mode that is not asked for any more."""
    needs, unwanted = needed(rules(), slot(1), slot(2, by_hand=True), slot(3, held=True))
    assert [need.slot_id for need in needs] == [2]
    assert unwanted == (1,)


def test_what_was_not_made_in_its_wave_is_made_later() -> None:
    """The first wave is over: its contacts may be made in any week that is left."""
    wanted = rules(Coverage(Mode.VISIT, "wizyta", least=2))
    needs, _ = needed(wanted, today=date(2026, 12, 10))
    assert [need.weeks for need in needs] == [(0, 1), (0, 1)]
    over, _ = needed(wanted, today=date(2027, 1, 1))
    assert [need.weeks for need in over] == [(), ()]


def test_nothing_is_asked_before_the_answer_keys_hold() -> None:
    """Weeks that end before the participant's first day are left out."""
    late = PlaceFact(1, "gmina", keys_from=date(2026, 12, 1))
    weeks = weeks_of((FIRST,), today=MONDAY)
    needs, _ = needs_of(rules(Coverage(Mode.EMAIL, "email", least=1)), (late,), spans=(FIRST,), weeks=weeks, slots=())
    assert [need.weeks for need in needs] == [(1,)]


def test_short_pieces_of_weeks_join_their_neighbours() -> None:
    """A wave from Saturday to Monday week: two windows instead of four."""
    weeks = weeks_of((Span(1, date(2026, 11, 21), date(2026, 12, 7)),), today=date(2026, 11, 1))
    assert [(one.starts_on.isoformat(), one.ends_on.isoformat(), one.monday.isoformat()) for one in weeks] == [
        ("2026-11-21", "2026-11-29", "2026-11-23"),
        ("2026-11-30", "2026-12-07", "2026-11-30"),
    ]


@given(starts=st.dates(date(2026, 1, 1), date(2026, 12, 31)), days=st.integers(0, 60), late=st.integers(-20, 80))
def test_weeks_cover_every_day_once(starts: date, days: int, late: int) -> None:
    """From the first day that is not over to the last, without gap or overlap, Mondays being Mondays."""
    ends = date.fromordinal(starts.toordinal() + days)
    today = date.fromordinal(starts.toordinal() + late)
    weeks = weeks_of((Span(None, starts, ends),), today=today)
    covered = [day for one in weeks for day in range(one.starts_on.toordinal(), one.ends_on.toordinal() + 1)]
    assert covered == list(range(max(starts, today).toordinal(), ends.toordinal() + 1))
    assert all(one.monday.weekday() == 0 for one in weeks)
    assert len({one.monday for one in weeks}) == len(weeks)

"""Typed dates, times and moments: a table of what people write, rightly read or rightly refused."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.contact import Rejection, RejectionCode
from scenarios.moments import in_zone, read_date, read_datetime, read_time

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
"""A Wednesday, half past two in the afternoon in Warsaw."""

NOT_A_DATE, NO_SUCH_DAY, AMBIGUOUS = RejectionCode.NOT_A_DATE, RejectionCode.NO_SUCH_DAY, RejectionCode.AMBIGUOUS_DATE
NOT_A_TIME, NO_SUCH_TIME = RejectionCode.NOT_A_TIME, RejectionCode.NO_SUCH_TIME


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 by the clocks of Warsaw."""
    return datetime(2026, month, day, hour, minute, tzinfo=WARSAW)


DATES: list[tuple[str, date | RejectionCode]] = [
    ("dzisiaj", date(2026, 12, 9)),
    ("Dziś", date(2026, 12, 9)),
    ("wczoraj", date(2026, 12, 8)),
    ("WCZORAJ!", date(2026, 12, 8)),
    ("przedwczoraj", date(2026, 12, 7)),
    ("jutro", date(2026, 12, 10)),
    ("tydzień temu", date(2026, 12, 2)),
    ("2 dni temu", date(2026, 12, 7)),
    ("trzy dni temu", date(2026, 12, 6)),
    ("dwa tygodnie temu", date(2026, 11, 25)),
    ("kilka dni temu", NOT_A_DATE),
    ("w piątek", date(2026, 12, 4)),
    ("piatek", date(2026, 12, 4)),
    ("we wtorek", date(2026, 12, 8)),
    ("w zeszły piątek", date(2026, 12, 4)),
    ("w zeszły wtorek", AMBIGUOUS),
    ("w ostatni wtorek", date(2026, 12, 8)),
    ("w zeszłą środę", date(2026, 12, 2)),
    ("w środę", AMBIGUOUS),
    ("w tę środę", date(2026, 12, 9)),
    ("w ten piątek", AMBIGUOUS),
    ("w najbliższy piątek", date(2026, 12, 11)),
    ("w przyszły piątek", AMBIGUOUS),
    ("w przyszły poniedziałek", date(2026, 12, 14)),
    ("w jakiś piątek", NOT_A_DATE),
    ("3.12", date(2026, 12, 3)),
    ("03.12.", date(2026, 12, 3)),
    ("15.11", date(2026, 11, 15)),
    ("15.12", AMBIGUOUS),
    ("15.12.2026", date(2026, 12, 15)),
    ("15. 12. 2026", date(2026, 12, 15)),
    ("15.12 2026", date(2026, 12, 15)),
    ("15.12.26", date(2026, 12, 15)),
    ("15/11", date(2026, 11, 15)),
    ("15-11-2026", date(2026, 11, 15)),
    ("15 11 2026", date(2026, 11, 15)),
    ("15-11", NOT_A_DATE),
    ("2026-12-03", date(2026, 12, 3)),
    ("2026.12.3", date(2026, 12, 3)),
    ("3 grudnia", date(2026, 12, 3)),
    ("3. grudnia", date(2026, 12, 3)),
    ("3-go grudnia", date(2026, 12, 3)),
    ("3 grudnia 2026 r.", date(2026, 12, 3)),
    ("3 grudnia 2026 roku", date(2026, 12, 3)),
    ("dnia 3 grudnia 2026", date(2026, 12, 3)),
    ("3 gru", date(2026, 12, 3)),
    ("3 XII 2026", date(2026, 12, 3)),
    ("3.XII.2026", date(2026, 12, 3)),
    ("3 grudnia zeszłego roku", date(2025, 12, 3)),
    ("3.12 br.", date(2026, 12, 3)),
    ("3 maja", date(2026, 5, 3)),
    ("1 stycznia", AMBIGUOUS),
    ("piątek 4 grudnia", date(2026, 12, 4)),
    ("w pt., 4.12", date(2026, 12, 4)),
    ("czwartek 4 grudnia", NO_SUCH_DAY),
    ("w piątek rano", NOT_A_DATE),
    ("32 grudnia", NO_SUCH_DAY),
    ("30 lutego", NO_SUCH_DAY),
    ("29.02.2026", NO_SUCH_DAY),
    ("29 lutego 2024", date(2024, 2, 29)),
    ("29 lutego", NO_SUCH_DAY),
    ("31.04", NO_SUCH_DAY),
    ("12.31", NO_SUCH_DAY),
    ("2026-13-01", NO_SUCH_DAY),
    ("3.12.3026", NO_SUCH_DAY),
    ("grudzień", NOT_A_DATE),
    ("3 i 4 grudnia", NOT_A_DATE),
    ("3-5.12", NOT_A_DATE),
    ("3.12 lub 4.12", NOT_A_DATE),
    ("chyba 3 grudnia", NOT_A_DATE),
    ("3 grudnia?", NOT_A_DATE),
    ("15 12", NOT_A_DATE),
    ("", NOT_A_DATE),
    ("wczoraj" * 20, NOT_A_DATE),
    ("yesterday", date(2026, 12, 8)),
    ("the day before yesterday", date(2026, 12, 7)),
    ("3 days ago", date(2026, 12, 6)),
    ("on Friday", date(2026, 12, 4)),
    ("December 3", date(2026, 12, 3)),
    ("Dec. 3rd, 2026", date(2026, 12, 3)),
    ("the 3rd of December", date(2026, 12, 3)),
    ("Someday 3", NOT_A_DATE),
]

TIMES: list[tuple[str, time | RejectionCode]] = [
    ("9:15", time(9, 15)),
    ("o 9:15", time(9, 15)),
    ("9.15", time(9, 15)),
    ("9 15", time(9, 15)),
    ("9h15", time(9, 15)),
    ("09:15", time(9, 15)),
    ("14:05:30", time(14, 5, 30)),
    ("915", time(9, 15)),
    ("1405", time(14, 5)),
    ("9", time(9)),
    ("o 9", time(9)),
    ("godz. 9", time(9)),
    ("godzina 9:15", time(9, 15)),
    ("o godzinie 14", time(14)),
    ("o 3", AMBIGUOUS),
    ("3:15", time(3, 15)),
    ("dziewiąta", time(9)),
    ("o dziewiątej", time(9)),
    ("dziewiąta trzydzieści pięć", time(9, 35)),
    ("dwudziesta pierwsza", time(21)),
    ("dwudziesta pierwsza piętnaście", time(21, 15)),
    ("wpół do dziesiątej", time(9, 30)),
    ("wpół do pierwszej", time(12, 30)),
    ("wpół do czwartej", AMBIGUOUS),
    ("wpół do obiadu", NOT_A_TIME),
    ("kwadrans po dziewiątej", time(9, 15)),
    ("10 po 9", time(9, 10)),
    ("chwilę po dziewiątej", NOT_A_TIME),
    ("za kwadrans dziesiąta", time(9, 45)),
    ("za dziesięć minut dziewiąta", time(8, 50)),
    ("za 70 minut dziewiąta", NOT_A_TIME),
    ("za chwilę dziewiąta", NOT_A_TIME),
    ("5 po południu", time(17)),
    ("12 po południu", time(12)),
    ("10 po południu", NO_SUCH_TIME),
    ("9 rano", time(9)),
    ("rano o 9", time(9)),
    ("12 rano", NO_SUCH_TIME),
    ("9 wieczorem", time(21)),
    ("2 wieczorem", NO_SUCH_TIME),
    ("rano 9 rano", NOT_A_TIME),
    ("w południe", time(12)),
    ("teraz", time(14, 30)),
    ("20 minut temu", time(14, 10)),
    ("pół godziny temu", time(14, 0)),
    ("40 dni temu", NOT_A_TIME),
    ("25:00", NO_SUCH_TIME),
    ("24:00", NO_SUCH_TIME),
    ("12:60", NO_SUCH_TIME),
    ("12:30:75", NO_SUCH_TIME),
    ("9:5", NOT_A_TIME),
    ("9-10", NOT_A_TIME),
    ("około 9", NOT_A_TIME),
    ("o północy", NOT_A_TIME),
    ("rano", NOT_A_TIME),
    ("", NOT_A_TIME),
    ("half past nine", time(9, 30)),
    ("quarter to ten", time(9, 45)),
    ("nine o'clock", time(9)),
    ("2:15 p.m.", time(14, 15)),
    ("12 am", time(0)),
    ("12 pm", time(12)),
]

MOMENTS: list[tuple[str, datetime | RejectionCode]] = [
    ("dzisiaj 14:05", local(12, 9, 14, 5)),
    ("dziś o 15:05", local(12, 9, 15, 5)),
    ("wczoraj o 9", local(12, 8, 9)),
    ("wczoraj o 3", AMBIGUOUS),
    ("wczoraj rano o 9", local(12, 8, 9)),
    ("wczoraj o 5 po południu", local(12, 8, 17)),
    ("wczoraj w południe", local(12, 8, 12)),
    ("w piątek o 12", local(12, 4, 12)),
    ("w piątek wpół do dziesiątej", local(12, 4, 9, 30)),
    ("w środę o 12", AMBIGUOUS),
    ("o 9 w piątek", local(12, 4, 9)),
    ("9:15 wczoraj", local(12, 8, 9, 15)),
    ("3 grudnia 2026 9:15", local(12, 3, 9, 15)),
    ("3 grudnia o 9.15", local(12, 3, 9, 15)),
    ("3.12.2026, 9:15", local(12, 3, 9, 15)),
    ("15.11 9.15", local(11, 15, 9, 15)),
    ("15.11.2026 godz. 9:15", local(11, 15, 9, 15)),
    ("we wtorek, 8 grudnia, o 9:30", local(12, 8, 9, 30)),
    ("9.12 10.11", AMBIGUOUS),
    ("15.12 o 9", AMBIGUOUS),
    ("14:05", local(12, 9, 14, 5)),
    ("15:05", AMBIGUOUS),
    ("teraz", NOW),
    ("10 minut temu", NOW - timedelta(minutes=10)),
    ("2026-12-03 14:05", local(12, 3, 14, 5)),
    ("2026-12-03T14:05", local(12, 3, 14, 5)),
    ("2026-12-03T14:05+00:00", local(12, 3, 15, 5)),
    ("2026-12-03T25:05", NOT_A_DATE),
    ("3026-12-03T14:05", NO_SUCH_DAY),
    ("29.03.2026 2:30", NO_SUCH_TIME),
    ("2026-03-29T02:30", NO_SUCH_TIME),
    ("25.10.2026 2:30", AMBIGUOUS),
    ("25.10.2026 3:30", local(10, 25, 3, 30)),
    ("32 grudnia o 9", NO_SUCH_DAY),
    ("wczoraj o 25", NO_SUCH_TIME),
    ("wczoraj", NOT_A_TIME),
    ("3 grudnia 2026", NOT_A_TIME),
    ("kiedyś", NOT_A_DATE),
    ("", NOT_A_DATE),
    ("x" * 1000, NOT_A_DATE),
    ("yesterday at 5 pm", local(12, 8, 17)),
    ("Dec 3, 2026 at 9:15", local(12, 3, 9, 15)),
]


def code_or_value(found: object) -> object:
    """The code of a rejection, or the value that was read."""
    return found.code if isinstance(found, Rejection) else found


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_typed_dates(text: str, expected: date | RejectionCode) -> None:
    """A typed date is read, or refused with the reason."""
    assert code_or_value(read_date(text, now=NOW, zone=WARSAW)) == expected


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_typed_times(text: str, expected: time | RejectionCode) -> None:
    """A typed time is read, or refused with the reason."""
    assert code_or_value(read_time(text, now=NOW, zone=WARSAW)) == expected


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_typed_moments(text: str, expected: datetime | RejectionCode) -> None:
    """A typed date with a time is read, or refused with the reason."""
    assert code_or_value(read_datetime(text, now=NOW, zone=WARSAW)) == expected


def test_the_table_is_large_enough() -> None:
    """The measure of the reader: well over sixty Polish forms."""
    assert len(DATES) + len(TIMES) + len(MOMENTS) >= 150


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("15.12", date(2025, 12, 15), date(2026, 12, 15)),
        ("w środę", date(2026, 12, 2), date(2026, 12, 9)),
        ("w zeszły wtorek", date(2026, 12, 1), date(2026, 12, 8)),
        ("w przyszły piątek", date(2026, 12, 11), date(2026, 12, 18)),
    ],
)
def test_both_meanings_are_shown_and_can_be_typed(text: str, first: date, second: date) -> None:
    """What may mean two days names both, written so that typing one of them settles it."""
    refused = read_date(text, now=NOW, zone=WARSAW)
    assert isinstance(refused, Rejection)
    assert read_date(refused.details["first"], now=NOW, zone=WARSAW) == first
    assert read_date(refused.details["second"], now=NOW, zone=WARSAW) == second


def test_an_hour_that_comes_twice_can_be_told_apart() -> None:
    """Both passes of the hour the clocks go back are offered with their offset, and each can be typed."""
    refused = read_datetime("25.10.2026 2:30", now=NOW, zone=WARSAW)
    assert isinstance(refused, Rejection)
    first, second = (read_datetime(refused.details[name], now=NOW, zone=WARSAW) for name in ("first", "second"))
    assert (first, second) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


def test_a_time_that_may_be_day_or_night_shows_both() -> None:
    """Plain "o 3" is not taken for three at night nor for three in the afternoon."""
    refused = read_time("o 3", now=NOW, zone=WARSAW)
    assert isinstance(refused, Rejection)
    assert dict(refused.details) == {"first": "03:00", "second": "15:00"}


def test_a_time_alone_later_than_now_may_be_yesterdays() -> None:
    """A time still to come today names yesterday's as well."""
    refused = read_datetime("15:05", now=NOW, zone=WARSAW)
    assert isinstance(refused, Rejection)
    assert dict(refused.details) == {"first": "8.12.2026 15:05", "second": "9.12.2026 15:05"}


def test_slashes_are_ambiguous_to_an_english_reader() -> None:
    """Where the month may come first, both readings are shown; a day above 12 settles it."""
    refused = read_date("3/12/2026", now=NOW, zone=WARSAW, day_first=False)
    assert isinstance(refused, Rejection)
    assert dict(refused.details) == {"first": "12.03.2026", "second": "3.12.2026"}
    assert read_date("3/15/2026", now=NOW, zone=WARSAW, day_first=False) == date(2026, 3, 15)
    assert read_date("5/5/2026", now=NOW, zone=WARSAW, day_first=False) == date(2026, 5, 5)
    assert read_date("3/12/2026", now=NOW, zone=WARSAW) == date(2026, 12, 3)


def test_a_refusal_brings_an_example_that_can_be_typed() -> None:
    """Every example in a refusal is itself read."""
    for read in (read_date, read_time, read_datetime):
        refused = read("nie pamiętam", now=NOW, zone=WARSAW)
        assert isinstance(refused, Rejection)
        assert not isinstance(read(refused.details["example"], now=NOW, zone=WARSAW), Rejection)


def test_today_is_the_day_in_the_edition_zone() -> None:
    """Half past midnight in Warsaw is already the next day there, though not in UTC."""
    assert read_date("dzisiaj", now=datetime(2026, 7, 1, 22, 30, tzinfo=UTC), zone=WARSAW) == date(2026, 7, 2)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_clock_readings_and_moments_go_round(wall: datetime) -> None:
    """A local time either names one moment that shows it again, or is refused."""
    moment = in_zone(wall, WARSAW)
    if not isinstance(moment, Rejection):
        assert moment.astimezone(WARSAW).replace(tzinfo=None) == wall


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_every_day_written_out_is_read(day: date) -> None:
    """Any day in the usual ways of writing, with its year, is that day."""
    for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", f"{day.day:02}/{day.month:02}/{day.year} r."):
        assert read_date(text, now=NOW, zone=WARSAW) == day


@given(st.text(max_size=90))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text whatever makes the readers raise."""
    for read in (read_date, read_time, read_datetime):
        assert isinstance(read(text, now=NOW, zone=WARSAW), date | time | datetime | Rejection)


WORDS = (
    "dzisiaj",
    "wczoraj",
    "w",
    "o",
    "piątek",
    "środę",
    "3",
    "12",
    "31",
    ".12",
    "2026",
    "grudnia",
    "9:15",
    "rano",
    "temu",
    "minut",
    "dwa",
    "za",
    "po",
    "pół",
    "do",
    "dziewiątej",
    "99",
)


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join))
def test_any_mixture_of_known_words_is_read_or_refused(text: str) -> None:
    """Nor does any mixture of the words they know, and a moment read is one clocks have shown."""
    moment = read_datetime(text, now=NOW, zone=WARSAW)
    assert isinstance(moment, Rejection) or moment.utcoffset() == timedelta(0)

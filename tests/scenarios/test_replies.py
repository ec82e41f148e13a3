"""From what a person sends to a value, per step type."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.contact import (
    Done,
    Mark,
    Pick,
    Place,
    Position,
    Rejection,
    RejectionCode,
    Reply,
    Start,
    Toggle,
    Value,
    Words,
)
from scenarios.model import Choice, Step, StepType, Text
from scenarios.replies import MAX_TEXT_CHARS, Given, interpret, read_text

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
R = RejectionCode


def text(pl: str, en: str | None = None) -> Text:
    """A text in Polish and English."""
    return Text({"pl": pl, "en": en or pl})


def step(kind: StepType, label: str = "Pytanie", **fields: object) -> Step:
    """A step of one type."""
    return Step(name="q", type=kind, label=text(label), line=1, **fields)  # type: ignore[arg-type]


CHOICES = (
    Choice("first", text("Za pierwszym razem", "On the first try")),
    Choice("second", text("Za drugim razem", "On the second try")),
    Choice("nobody", text("Nikt nie odebrał, ani razu", "Nobody answered")),
)
LEVELS = tuple(
    Choice(str(level), text(label))
    for level, label in enumerate(["niegrzecznie", "sucho", "poprawnie", "uprzejmie", "bardzo uprzejmie"], 1)
)

YES_NO = step(StepType.YES_NO)
ACKNOWLEDGE = step(StepType.ACKNOWLEDGE, button=text("Jasne", "Got it"))
ONE = step(StepType.SELECT_ONE, choices=CHOICES)
MANY = step(StepType.SELECT_MULTIPLE, choices=CHOICES)
RANGE = step(StepType.RANGE, choices=LEVELS)
MINUTES = step(StepType.INTEGER, "Ile minut trzeba było czekać?", minimum=0, maximum=240)
PEOPLE = step(StepType.INTEGER, "Ile osób czekało?")
SHORT_UNIT = step(StepType.INTEGER, "Jak długo?", unit=text("min"))
PRICE = step(StepType.DECIMAL, "Ile to kosztuje?", unit=text("zł", "PLN"), minimum=0, maximum=1000)
WEIGHT = step(StepType.DECIMAL, "Waga")
KEY = step(StepType.COUNT, "Ile z tego padło?", counts_key=True)
COUNT = step(StepType.COUNT, "Ile elementów?", maximum=3)
TEXT = step(StepType.TEXT)
DATE, TIME, DATETIME = step(StepType.DATE), step(StepType.TIME), step(StepType.DATETIME)
TIMER = step(StepType.TIMER, "Zmierz czas")
SECONDS = step(StepType.TIMER, "Po ilu sekundach ktoś odebrał?")
STAMP = step(StepType.STAMP, button=text("wchodzę", "going in"))
WAIT = step(StepType.WAIT, button=text("przyszła odpowiedź", "a reply came"))
PLACE = step(StepType.GEOPOINT)
IMAGE = step(StepType.IMAGE)


def taken(asked: Step, reply: Reply, **options: object) -> Value | RejectionCode:
    """The value, or the code of the refusal."""
    found = interpret(asked, reply, now=NOW, zone=WARSAW, **options)  # type: ignore[arg-type]
    return found.value if isinstance(found, Given) else found.code


@pytest.mark.parametrize(
    ("asked", "typed", "expected"),
    [
        (YES_NO, "tak", True),
        (YES_NO, " TAK! ", True),
        (YES_NO, "n", False),
        (YES_NO, "nie.", False),
        (YES_NO, "Yes", True),
        (YES_NO, "nie dotyczy", R.EXPECTED_BUTTON),
        (YES_NO, "tak, ale nie od razu", R.EXPECTED_BUTTON),
        (YES_NO, "tak?", R.EXPECTED_BUTTON),
        (YES_NO, "   ", R.EMPTY),
        (ACKNOWLEDGE, "rozumiem", True),
        (ACKNOWLEDGE, "Got it", True),
        (ACKNOWLEDGE, "nie", R.EXPECTED_BUTTON),
        (ONE, "za drugim razem", "second"),
        (ONE, "ON THE FIRST TRY", "first"),
        (ONE, "nobody", "nobody"),
        (ONE, "nikt nie odebral, ani razu", "nobody"),
        (ONE, "za trzecim razem", R.UNKNOWN_CHOICE),
        (MANY, "za drugim razem", ("second",)),
        (MANY, "Za drugim razem; za pierwszym razem", ("first", "second")),
        (MANY, "Nikt nie odebrał, ani razu", ("nobody",)),
        (MANY, "za drugim razem, za piątym razem", R.UNKNOWN_CHOICE),
        (MANY, ",", R.UNKNOWN_CHOICE),
        (RANGE, "4", 4),
        (RANGE, "cztery", 4),
        (RANGE, "uprzejmie", 4),
        (RANGE, "4 – uprzejmie", 4),
        (RANGE, "3 - uprzejmie", R.UNKNOWN_CHOICE),
        (RANGE, "0", R.TOO_SMALL),
        (RANGE, "6", R.TOO_LARGE),
        (RANGE, "4,5", R.NOT_WHOLE),
        (RANGE, "świetnie", R.UNKNOWN_CHOICE),
        (MINUTES, "12", 12),
        (MINUTES, "12 minut", 12),
        (MINUTES, "12min", 12),
        (MINUTES, "1 godz. 10 min", 70),
        (MINUTES, "dwanaście", 12),
        (MINUTES, "12,0", 12),
        (MINUTES, "12,5", R.NOT_WHOLE),
        (MINUTES, "90 s", R.NOT_WHOLE),
        (MINUTES, "-1", R.TOO_SMALL),
        (MINUTES, "241", R.TOO_LARGE),
        (MINUTES, "1" * 20, R.TOO_LARGE),
        (MINUTES, "1:30", R.NOT_A_NUMBER),
        (MINUTES, "12 zł", R.NOT_A_NUMBER),
        (MINUTES, "ok. 12", R.NOT_A_NUMBER),
        (MINUTES, "10-12", R.NOT_A_NUMBER),
        (MINUTES, "dużo minut", R.NOT_A_NUMBER),
        (MINUTES, "krótko", R.NOT_A_NUMBER),
        (MINUTES, "5 albo", R.NOT_A_NUMBER),
        (MINUTES, "1" + " " * 100, R.NOT_A_NUMBER),
        (SHORT_UNIT, "7 minut", 7),
        (SHORT_UNIT, "2 godziny", 120),
        (PEOPLE, "3 osoby", 3),
        (PEOPLE, "1 200", 1200),
        (PEOPLE, "1.200", R.NOT_A_NUMBER),
        (PEOPLE, "3 psy", R.NOT_A_NUMBER),
        (PEOPLE, "3 minuty", R.NOT_A_NUMBER),
        (PEOPLE, "1" * 16, R.TOO_LARGE),
        (PEOPLE, "−3", -3),
        (PRICE, "22,50 zł", Decimal("22.50")),
        (PRICE, "22.5 PLN", Decimal("22.5")),
        (PRICE, "22 złote", Decimal(22)),
        (PRICE, "1.000,50", R.TOO_LARGE),
        (PRICE, "0", Decimal(0)),
        (PRICE, "-5 zł", R.TOO_SMALL),
        (PRICE, "22 zł 50 gr", R.NOT_A_NUMBER),
        (WEIGHT, "1,250", Decimal("1.250")),
        (WEIGHT, "0.125", Decimal("0.125")),
        (WEIGHT, "1.250", R.NOT_A_NUMBER),
        (WEIGHT, "1,234.5", Decimal("1234.5")),
        (WEIGHT, "1 234,5", Decimal("1234.5")),
        (WEIGHT, "1 2345", R.NOT_A_NUMBER),
        (COUNT, "2", 2),
        (COUNT, "trzy elementy", 3),
        (COUNT, "4", R.TOO_LARGE),
        (COUNT, "-1", R.TOO_SMALL),
        (COUNT, "żaden", R.NOT_A_NUMBER),
        (TEXT, "  Było miło.\n ", "Było miło."),
        (TEXT, "tak", "tak"),
        (TEXT, "\x00", R.EXPECTED_TEXT),
        (TEXT, "a\ud800b", R.EXPECTED_TEXT),
        (TEXT, "😀", "😀"),
        (TEXT, "\n ", R.EMPTY),
        (TEXT, "x" * MAX_TEXT_CHARS, "x" * MAX_TEXT_CHARS),
        (TEXT, "x" * (MAX_TEXT_CHARS + 1), R.TEXT_TOO_LONG),
        (DATE, "wczoraj", date(2026, 12, 8)),
        (DATE, "32 grudnia", R.NO_SUCH_DAY),
        (TIME, "o 9:15", time(9, 15)),
        (TIME, "nie wiem", R.NOT_A_TIME),
        (DATETIME, "wczoraj 9:15", datetime(2026, 12, 8, 8, 15, tzinfo=UTC)),
        (TIMER, "półtorej minuty", 90),
        (TIMER, "90", R.NOT_A_DURATION),
        (TIMER, "długo", R.NOT_A_DURATION),
        (TIMER, "2,5 s", R.NOT_WHOLE),
        (TIMER, "40 dni", R.TOO_LARGE),
        (SECONDS, "90", 90),
        (SECONDS, "5" * 100, R.NOT_A_DURATION),
        (STAMP, "Wchodzę", NOW),
        (STAMP, "dzisiaj 14:05", datetime(2026, 12, 9, 13, 5, tzinfo=UTC)),
        (STAMP, "hej", R.EXPECTED_BUTTON),
        (STAMP, "wczoraj", R.NOT_A_TIME),
        (STAMP, "32 grudnia o 9", R.NO_SUCH_DAY),
        (WAIT, "Przyszła odpowiedź!", "came"),
        (WAIT, "czekam", R.EXPECTED_BUTTON),
        (PLACE, "52.2297, 21.0122", Place(52.2297, 21.0122)),
        (PLACE, "99.2297, 21.0122", R.EXPECTED_PLACE),
        (PLACE, "Warszawa", R.EXPECTED_PLACE),
        (IMAGE, "zdjęcie", R.EXPECTED_FILE),
    ],
)
def test_typed_words(asked: Step, typed: str, expected: Value | RejectionCode) -> None:
    """Typed words give the value they surely mean, of the right type, or a specific refusal."""
    found = taken(asked, Words(typed))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("asked", "reply", "expected"),
    [
        (YES_NO, Pick("yes"), True),
        (YES_NO, Pick("no"), False),
        (YES_NO, Pick("tak"), R.UNKNOWN_CHOICE),
        (ACKNOWLEDGE, Pick("yes"), True),
        (ACKNOWLEDGE, Pick("no"), R.EXPECTED_BUTTON),
        (ACKNOWLEDGE, Mark(), True),
        (ONE, Pick("second"), "second"),
        (ONE, Pick("za drugim razem"), R.UNKNOWN_CHOICE),
        (RANGE, Pick("5"), 5),
        (RANGE, Pick("6"), R.UNKNOWN_CHOICE),
        (MINUTES, Pick("12"), 12),
        (COUNT, Pick("3"), 3),
        (DATE, Pick("2026-12-03"), date(2026, 12, 3)),
        (TIME, Pick("09:15"), time(9, 15)),
        (DATETIME, Pick("2026-12-03T09:15"), datetime(2026, 12, 3, 8, 15, tzinfo=UTC)),
        (TEXT, Pick("yes"), R.EXPECTED_TEXT),
        (STAMP, Mark(), NOW),
        (WAIT, Mark(), "came"),
        (YES_NO, Mark(), R.EXPECTED_BUTTON),
        (PLACE, Position(Place(52.2, 21.0, 10.0)), Place(52.2, 21.0, 10.0)),
        (PLACE, Position(Place(float("nan"), 21.0)), R.EXPECTED_PLACE),
        (PLACE, Position(Place(52.2, float("inf"))), R.EXPECTED_PLACE),
        (PLACE, Position(Place(52.2, 181.0)), R.EXPECTED_PLACE),
        (YES_NO, Position(Place(52.2, 21.0)), R.EXPECTED_BUTTON),
        (MANY, Toggle("first"), R.EXPECTED_BUTTON),
        (IMAGE, Done(), R.EXPECTED_FILE),
        (PLACE, Start(), R.EXPECTED_PLACE),
        (PRICE, Start(), R.NOT_A_NUMBER),
        (DATE, Start(), R.NOT_A_DATE),
        (DATETIME, Start(), R.NOT_A_DATE),
        (TIME, Start(), R.NOT_A_TIME),
        (TIMER, Start(), R.NOT_A_DURATION),
    ],
)
def test_taps(asked: Step, reply: Reply, expected: Value | RejectionCode) -> None:
    """A button gives exactly the value it bears; one of another kind of question says what is expected."""
    assert taken(asked, reply) == expected


def test_counting_against_the_key_is_limited_by_its_size() -> None:
    """As many elements as the key has can be counted, and no more."""
    assert taken(KEY, Pick("5"), key_size=5) == 5
    assert taken(KEY, Pick("6"), key_size=5) is R.TOO_LARGE
    assert taken(KEY, Words("dwa elementy"), key_size=5) == 2
    assert taken(KEY, Words("dwa błędy"), key_size=5) is R.NOT_A_NUMBER


def test_refusals_name_the_limits() -> None:
    """Too small and too large say between what; a missing limit is not named."""
    refused = interpret(MINUTES, Words("500"), now=NOW, zone=WARSAW)
    assert refused == Rejection(R.TOO_LARGE, {"minimum": "0", "maximum": "240"})
    refused = interpret(PEOPLE, Words("wielu"), now=NOW, zone=WARSAW)
    assert refused == Rejection(R.NOT_A_NUMBER, {})
    refused = interpret(TEXT, Words("x" * 20_001), now=NOW, zone=WARSAW)
    assert refused == Rejection(R.TEXT_TOO_LONG, {"maximum": "20000", "length": "20001"})


def test_texts_from_elsewhere_are_read_alike() -> None:
    """Reasons and notes are read by the same rule as text answers, with their own limit."""
    assert read_text("  Za daleko. ") == "Za daleko."
    assert read_text(" ") == Rejection(R.EMPTY)
    assert read_text("abc", maximum=2) == Rejection(R.TEXT_TOO_LONG, {"maximum": "2", "length": "3"})


def test_other_languages_make_notations_ambiguous() -> None:
    """To an English reader a comma may group and a slash may put the month first."""
    assert taken(WEIGHT, Words("1,250"), contact_language="en") is R.NOT_A_NUMBER
    assert taken(DATE, Words("3/12/2026"), contact_language="en") is R.AMBIGUOUS_DATE
    assert taken(DATE, Words("3/12/2026"), contact_language="pl") == date(2026, 12, 3)


def test_two_choices_with_one_label_are_not_guessed_between() -> None:
    """A typed label that two choices bear chooses neither."""
    twins = replace(ONE, choices=(Choice("a", text("Inne")), Choice("b", text("inne"))))
    assert taken(twins, Words("inne")) is R.UNKNOWN_CHOICE
    assert taken(twins, Words("b")) == "b"


EVERY_STEP = [
    YES_NO, ACKNOWLEDGE, ONE, MANY, RANGE, MINUTES, SHORT_UNIT, PRICE, KEY, COUNT, TEXT, DATE, TIME, DATETIME, TIMER,
    STAMP, WAIT, PLACE, IMAGE,
]  # fmt: skip


@given(asked=st.sampled_from(EVERY_STEP), typed=st.text(st.characters(), max_size=60), tapped=st.booleans())
def test_nothing_sent_makes_it_raise(asked: Step, typed: str, *, tapped: bool) -> None:
    """Any text for any type, typed or in a button, gives a value or a refusal."""
    reply = Pick(typed) if tapped else Words(typed)
    assert isinstance(interpret(asked, reply, now=NOW, zone=WARSAW, key_size=4), Given | Rejection)

"""Marks of doubt: each found where it should be, and not where all is well or nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doubts.examining import marks_of
from bot.doubts.facts import Facts, Photo, PhotoElsewhere, TextElsewhere
from bot.doubts.hours import is_open, read_hours
from bot.doubts.marks import DoubtKind
from bot.doubts.names import found_in
from bot.doubts.pace import marks_of_pace
from bot.doubts.photos import kilometres, marks_of_photos
from bot.doubts.ratings import marks_of_ratings
from bot.doubts.texts import likeness, marks_of_texts, prints_of
from bot.doubts.times import marks_of_times
from bot.i18n import texts
from bot.views.office.doubts import doubt_text
from scenarios.contact import Answer, AnswerState, Contact, Place, Value
from scenarios.loader import load
from scenarios.model import Mode, Scenario
from scenarios.route import route
from storage.doubts import Doubt

WARSAW = ZoneInfo("Europe/Warsaw")
WEDNESDAY = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
"""Ten o'clock in Warsaw, on a working day."""

SOURCE = """
spec_version: 1
name: small
mode: visit
title: Small
languages: [en]
participant_types: []
criteria: {K: Courtesy}
cases: [{name: only, title: Only, cover_story: A story, question: A question, memory_card: [One thing]}]
sections:
  - name: there
    stage: during
    label: There
    steps:
      - {name: enter, type: stamp, label: Entering, button: In}
      - {name: leave, type: stamp, label: Leaving, button: Out, required: false}
      - {name: where, type: geopoint, label: Where, required: false}
  - name: after
    stage: after
    label: After
    steps:
      - {name: waited, type: integer, label: Waited, default: "minutes_between(enter, leave)"}
      - {name: front, type: image, label: Front}
      - {name: tone, item: A1, type: range, criterion: K, label: Tone, anchors: {1: a, 2: b, 3: c, 4: d, 5: e}}
      - {name: why, type: text, label: Why, relevant: "tone <= 2 or tone == 5"}
      - {name: plain, item: A2, type: range, criterion: K, label: Plain, anchors: {1: a, 2: b, 3: c, 4: d, 5: e}}
      - {name: story, type: text, label: Story}
      - {name: q1, type: yes_no, label: One}
      - {name: q2, type: yes_no, label: Two}
      - {name: q3, type: yes_no, label: Three}
      - {name: q4, type: yes_no, label: Four}
      - {name: q5, type: yes_no, label: Five}
      - {name: q6, type: yes_no, label: Six}
"""
STORY = "Pani przy okienku wyjaśniła wszystko spokojnie i po kolei, a na koniec dała wydrukowaną listę dokumentów."


def small() -> Scenario:
    """A visit in a few questions."""
    return load(SOURCE, filename="small")


GOOD: Mapping[str, Value] = {
    "enter": WEDNESDAY,
    "leave": WEDNESDAY + timedelta(minutes=10),
    "waited": 10,
    "front": (1,),
    "tone": 4,
    "plain": 3,
    "story": STORY,
    **dict.fromkeys(("q1", "q2", "q3", "q4", "q5", "q6"), True),
}


def facts(*, pace: float = 20.0, pause: timedelta = timedelta(), mode: Mode = Mode.VISIT, **answers: Value) -> Facts:
    """A report without a doubt but for what is given; ``pace`` in seconds, ``pause`` before what comes after."""
    scenario = small()
    kept: dict[str, Answer] = {}
    at = WEDNESDAY
    for number, (path, value) in enumerate({**GOOD, **answers}.items(), 1):
        at += timedelta(seconds=pace) + (pause if path == "waited" else timedelta())
        kept[path] = Answer(path, AnswerState.GIVEN, value, at, number)
    contact = Contact(1, scenario.version, "only", {"participant_type": "gmina"}, WEDNESDAY, answers=kept)
    contact = replace(contact, revision=len(kept), order=tuple(kept), submitted_at=at)
    return Facts(
        contact=contact,
        scenario=scenario,
        way=route(scenario, contact),
        mode=mode,
        zone=WARSAW,
        opens_at=WEDNESDAY - timedelta(days=2),
        due_at=WEDNESDAY + timedelta(days=9),
        hours="8:00–16:00",
        latitude=52.62,
        longitude=20.37,
    )


def kinds(of: Facts) -> list[tuple[DoubtKind, str | None]]:
    """What was found, where."""
    return [(mark.kind, mark.path) for mark in marks_of(of)]


def test_a_good_report_has_no_marks() -> None:
    """Nothing is found where nothing is odd."""
    photo = Photo("front", "abc", 5, WEDNESDAY, 52.621, 20.371)
    assert kinds(replace(facts(), photos=(photo,), photos_elsewhere=(PhotoElsewhere(9, "def", ~5),))) == []


def test_a_report_written_too_fast() -> None:
    """The whole of it, or a run within it; one mark is enough."""
    (whole,) = marks_of_pace(facts(pace=1, tone=5, why="Wstała i pokazała drogę."))
    assert (whole.kind, whole.path) == (DoubtKind.TOO_FAST, None)
    slow = facts(pace=60)
    answers = dict(slow.contact.answers)
    first = answers["q1"].at
    for number, name in enumerate(("q1", "q2", "q3", "q4", "q5", "q6")):
        answers[name] = replace(answers[name], at=first + timedelta(milliseconds=300 * number))
    contact = replace(slow.contact, answers=answers)
    (run,) = marks_of_pace(replace(slow, contact=contact, way=route(slow.scenario, contact)))
    assert (run.kind, run.path) == (DoubtKind.TOO_FAST, "q1")
    assert run.details["answers"] == 6


def test_a_report_written_long_after() -> None:
    """More than two days after leaving; what was answered anew after it was sent does not count."""
    (late,) = marks_of_pace(facts(pause=timedelta(hours=50)))
    assert (late.kind, late.details["hours"]) == (DoubtKind.ANSWERED_LATE, 50)
    assert marks_of_pace(facts(pause=timedelta(hours=40))) == ()
    fine = facts()
    again = replace(fine.contact.answers["q1"], at=WEDNESDAY + timedelta(days=9), revision=99)
    contact = replace(fine.contact, answers={**fine.contact.answers, "q1": again})
    assert marks_of_pace(replace(fine, contact=contact, way=route(fine.scenario, contact))) == ()


def test_leaving_before_entering() -> None:
    """The later question is marked, with the earlier one."""
    found = marks_of_times(facts(leave=WEDNESDAY - timedelta(minutes=5), waited=0))
    assert [(mark.kind, mark.path, mark.details) for mark in found] == [
        (DoubtKind.TIMES_REVERSED, "leave", {"other": "enter"})
    ]


@pytest.mark.parametrize(("said", "doubted"), [(10, False), (14, False), (20, False), (22, True), (0, True)])
def test_minutes_far_from_the_measured_ones(said: int, *, doubted: bool) -> None:
    """A few minutes do not matter."""
    found = marks_of_times(facts(waited=said))
    assert [mark.kind for mark in found] == ([DoubtKind.TIME_DIFFERS] if doubted else [])


def test_closed_days_and_hours() -> None:
    """A Sunday, a holiday, an evening; hours that cannot be read say nothing."""
    sunday = datetime(2026, 12, 13, 9, 0, tzinfo=UTC)
    evening = WEDNESDAY.replace(hour=18)
    assert kinds_of_entering(sunday) == [DoubtKind.CLOSED_DAY]
    assert kinds_of_entering(sunday, hours="pn.-nd. 8-20") == []
    assert kinds_of_entering(evening) == [DoubtKind.OUTSIDE_HOURS]
    assert kinds_of_entering(evening, hours="po umówieniu") == []
    assert kinds_of_entering(datetime(2026, 12, 25, 9, 0, tzinfo=UTC)) == [
        DoubtKind.CLOSED_DAY,
        DoubtKind.OUTSIDE_WINDOW,
    ]


def kinds_of_entering(at: datetime, *, hours: str = "8:00–16:00") -> list[DoubtKind]:
    """What is found when somebody enters then."""
    report = facts(enter=at, leave=at + timedelta(minutes=10))
    return [mark.kind for mark in marks_of_times(replace(report, hours=hours))]


def test_a_reply_before_the_message() -> None:
    """In an e-mail a reply cannot come first; nor can the moment at which somebody says it came."""
    source = SOURCE.replace(
        "{name: where, type: geopoint, label: Where, required: false}",
        "{name: reply, type: wait, label: Reply, button: Came, deadline_working_days: 3}",
    ).replace("{name: front, type: image, label: Front}", "{name: came, type: datetime, label: Came}")
    scenario = load(source, filename="small")
    fine = facts(mode=Mode.EMAIL)
    at = WEDNESDAY - timedelta(hours=1)
    answers = dict(fine.contact.answers)
    answers["reply"] = Answer("reply", AnswerState.GIVEN, "came", at, 90)
    answers["came"] = Answer("came", AnswerState.GIVEN, at, WEDNESDAY, 91)
    contact = replace(fine.contact, answers=answers)
    way = route(scenario, contact)
    found = marks_of_times(replace(fine, scenario=scenario, contact=contact, way=way))
    assert [(mark.kind, mark.path) for mark in found] == [
        (DoubtKind.TIMES_REVERSED, "reply"),
        (DoubtKind.TIMES_REVERSED, "came"),
    ]
    assert marks_of_times(facts(mode=Mode.EMAIL)) == ()


@pytest.mark.parametrize(
    ("text", "at", "open_"),
    [
        ("8:00-16:00", "2026-12-09 10:00", True),
        ("8:00–16:00", "2026-12-12 10:00", False),
        ("pn-pt 7.30-15.30", "2026-12-09 15:40", False),
        ("pon. 8-18, wt-pt 8-16", "2026-12-07 17:00", True),
        ("pon. 8-18, wt-pt 8-16", "2026-12-08 17:00", False),
        ("Poniedziałek - piątek: 8:00 - 16:00; sobota 9 do 13", "2026-12-12 12:30", True),
        ("pn. i czw. 10:00–18:00", "2026-12-10 17:00", True),
        ("8-12, 13-16", "2026-12-09 12:30", False),
        ("całodobowo 0-24", "2026-12-09 12:30", None),
        ("0-24", "2026-12-09 23:30", True),
    ],
)
def test_opening_hours_as_people_write_them(text: str, at: str, *, open_: bool | None) -> None:
    """Read, or honestly not understood."""
    hours = read_hours(text)
    assert (None if hours is None else is_open(hours, datetime.fromisoformat(at))) is open_


@pytest.mark.parametrize("text", ["", "zależy", "8-99", "16-8", "pt-pn 8-16", "8-16 co drugi dzień", "poniedziałek"])
def test_hours_that_are_not_understood(text: str) -> None:
    """Nothing is guessed."""
    assert read_hours(text) is None


@given(st.text(max_size=40))
def test_hours_never_raise(text: str) -> None:
    """Whatever an imported table holds."""
    hours = read_hours(text)
    assert hours is None or all(opens < closes for times in hours.values() for opens, closes in times)
    assert hours is None or isinstance(next(iter(hours.values()))[0][0], time)


def test_photos_that_are_elsewhere_too() -> None:
    """The same file, or one that looks alike; a plain one looks like nothing."""
    look = 0x0F0F_0F0F_0F0F_0F0F
    others = (PhotoElsewhere(7, "abc", None), PhotoElsewhere(8, "x", look ^ 0b1011), PhotoElsewhere(9, "y", -1))
    report = replace(facts(), photos_elsewhere=others)
    (same,) = marks_of_photos(replace(report, photos=(Photo("front", "abc", look),)))
    assert (same.kind, same.details) == (DoubtKind.SAME_PHOTO, {"contact": 7})
    (alike,) = marks_of_photos(replace(report, photos=(Photo("front", "new", look), Photo("front", "newer", look))))
    assert (alike.kind, alike.details) == (DoubtKind.SIMILAR_PHOTO, {"contact": 8})
    assert marks_of_photos(replace(report, photos=(Photo("front", "new"),))) == ()


def test_photos_taken_elsewhere_or_on_another_day() -> None:
    """By their own data; a picture that tells nothing is not suspicious."""
    far = Photo("front", latitude=52.23, longitude=21.01)
    (mark,) = marks_of_photos(replace(facts(), photos=(far,)))
    assert mark.kind is DoubtKind.PHOTO_ELSEWHERE
    assert mark.details["km"] == round(kilometres((52.62, 20.37), (52.23, 21.01)))
    near = Photo("front", latitude=52.64, longitude=20.37)
    assert marks_of_photos(replace(facts(), photos=(near,))) == ()
    shared = facts(where=Place(52.62, 20.37))
    assert [each.kind for each in marks_of_photos(replace(shared, photos=(near,)))] == [DoubtKind.PHOTO_ELSEWHERE]
    old = Photo("front", captured_at=WEDNESDAY - timedelta(days=3))
    (mark,) = marks_of_photos(replace(facts(), photos=(old,)))
    assert (mark.kind, mark.details["day"]) == (DoubtKind.PHOTO_OTHER_DAY, "2026-12-06")
    website = facts(mode=Mode.WEBSITE)
    assert marks_of_photos(replace(website, photos=(far, old))) == ()


def test_a_copied_text() -> None:
    """With a word changed it is still found, by its prints and by its likeness; short texts are alike by nature."""
    changed = STORY.replace("spokojnie", "cierpliwie")
    assert prints_of(STORY) & prints_of(changed)
    elsewhere = (TextElsewhere("story", 5, changed), TextElsewhere("story", 6, "Coś zupełnie innego " * 5))
    (mark,) = marks_of_texts(replace(facts(), texts_elsewhere=elsewhere))
    assert (mark.kind, mark.path, mark.details["contact"]) == (DoubtKind.COPIED_TEXT, "story", 5)
    assert likeness("Wszystko było dobrze.", "Wszystko było dobrze.") == 0.0
    other = "Na drzwiach wisiała kartka z godzinami, a w środku nikt nie czekał i od razu ktoś podszedł z pomocą."
    assert likeness(STORY, other) == 0.0


@given(st.text(max_size=200))
def test_prints_fit_a_database(text: str) -> None:
    """Signed 64-bit numbers, the same each time, and of a long text at least one."""
    prints = prints_of(text)
    assert prints == prints_of(text)
    assert all(-(2**63) <= number < 2**63 for number in prints)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pani przy okienku była miła.", ()),
        ("Obsługiwała mnie Pani Kowalska.", ("name",)),
        ("pan Nowak nie chciał odpowiedzieć", ("name",)),
        ("Pani Dyrektor wyszła z pokoju.", ()),
        ("Rozmawiała ze mną Anna Nowak z działu.", ("name",)),
        ("Urząd Miasta przy ul. Długiej", ()),
        ("Jagoda podała wniosek, a Testowska pomogła.", ("name",)),
        ("Numer to 600 100 200.", ("phone",)),
        ("Główny telefon 23 662 26 91 działa.", ()),
        ("Napisać na jan.kowalski@example.pl", ("email",)),
        ("Adres urzad@plonsk.example jest na stronie.", ()),
        ("PESEL 44051401359 w notatce", ("pesel",)),
        ("Kwota 12345678901 zł", ()),
    ],
)
def test_people_in_texts(text: str, found: tuple[str, ...]) -> None:
    """Names and numbers of persons, and not offices or what the institution publishes."""
    public = ("23 662 26 91", "urzad@plonsk.example")
    assert found_in(text, names=("Jagoda Testowska", "Jo"), public=public) == found


def test_ratings_without_a_reason() -> None:
    """At the ends of the scale, where the script asks why; a rating nobody asks about is left alone."""
    (mark,) = marks_of_ratings(facts(tone=1, why="źle"))
    assert (mark.kind, mark.path, mark.details) == (DoubtKind.RATING_WITHOUT_REASON, "tone", {"level": 1})
    assert marks_of_ratings(facts(tone=5, why="Wstała i pokazała drogę.")) == ()
    (unsaid,) = marks_of_ratings(facts(tone=2))
    assert unsaid.path == "tone"
    (other,) = marks_of_ratings(facts(plain=1, story="nic"))
    assert other.path == "plain"


DETAILS: Mapping[DoubtKind, Mapping[str, str | int]] = {
    DoubtKind.TOO_FAST: {"answers": 22, "seconds": 3},
    DoubtKind.ANSWERED_LATE: {"hours": 50},
    DoubtKind.TIMES_REVERSED: {"other": "enter"},
    DoubtKind.TIME_DIFFERS: {"said": "40", "measured": "10"},
    DoubtKind.CLOSED_DAY: {"day": "2026-12-13"},
    DoubtKind.OUTSIDE_HOURS: {"time": "18:10", "hours": "8-16"},
    DoubtKind.OUTSIDE_WINDOW: {"day": "2026-12-13"},
    DoubtKind.SAME_PHOTO: {"contact": 7},
    DoubtKind.SIMILAR_PHOTO: {"contact": 7},
    DoubtKind.PHOTO_ELSEWHERE: {"km": 12},
    DoubtKind.PHOTO_OTHER_DAY: {"day": "2026-12-01"},
    DoubtKind.COPIED_TEXT: {"contact": 7, "percent": 90},
    DoubtKind.PERSON_NAMED: {"what": "phone"},
    DoubtKind.RATING_WITHOUT_REASON: {"level": 1},
    DoubtKind.MUCH_NOT_CHECKED: {"percent": 31},
}


@pytest.mark.parametrize("kind", list(DoubtKind))
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_mark_is_a_question_in_words(kind: DoubtKind, language: str) -> None:
    """In both languages, with nothing left unfilled."""
    said = doubt_text(texts(language), Doubt(kind.value, "p", DETAILS[kind]), other="Wejście")
    assert "{" not in said
    assert said.endswith(("?", "."))

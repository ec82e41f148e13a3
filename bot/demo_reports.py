"""The first reports of the demo edition: at three institutions enough of them to decide on a licence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.demo_cast import Task
from bot.demo_story import Manner
from scenarios.model import Mode
from storage.assignments import State

LEGNICA, PLONSK, AUGUSTOW = 2, 3, 5
"""Places in ``bot.demo_cast.PLACES``."""

_NOTHING_WRONG = {
    "w17": "=no",
    "w23": "=no",
    "w24": "=no",
    "t12": "=no",
    "t15": "=no",
    "t_obiecano": "=no",
    "e08": "=no",
    "e17": "=no",
    "e19": "=no",
    "e20": "=no",
    "m10": "=no",
}
_GOOD = {**_NOTHING_WRONG, "w16": "4", "t11": "4", "e07": "4", "m09": "4", "m08": "=h8", "b03": "4", "b25": "2"}


def _report(
    juror: int,
    place: int,
    mode: Mode,
    *,
    done: int,
    hour: int,
    chosen: Mapping[str, str],
    photos: tuple[int, ...] = (),
) -> Task:
    manner = Manner(
        a_no_in=0, chosen=chosen, between_stamps=timedelta(minutes=4), reply_after=_REPLY_AFTER.get(mode, timedelta(0))
    )
    return Task(
        juror,
        place,
        mode,
        _SCENARIOS[mode],
        State.DONE,
        due=10,
        offered=done + 2,
        done=done,
        hour=hour,
        photos=photos,
        manner=manner,
    )


_SCENARIOS = {
    Mode.VISIT: "wizyta",
    Mode.PHONE: "telefon",
    Mode.EMAIL: "email",
    Mode.SOCIAL: "social",
    Mode.WEBSITE: "strona",
}
_REPLY_AFTER = {Mode.EMAIL: timedelta(hours=20), Mode.SOCIAL: timedelta(hours=5)}


def _all_modes(
    place: int,
    jurors: tuple[int, int, int],
    answers: Mapping[str, str],
    *,
    visits: tuple[Mapping[str, str], Mapping[str, str]],
    photos: tuple[tuple[int, ...], tuple[int, ...]] = ((), ()),
) -> Iterator[Task]:
    """The least evidence for a licence: two visits, three calls, two e-mails, a message, two websites."""
    one, two, three = jurors
    first, second = ({**answers, **more} for more in visits)
    yield _report(one, place, Mode.VISIT, done=16, hour=11, chosen=first, photos=photos[0])
    yield _report(two, place, Mode.VISIT, done=12, hour=13, chosen=second, photos=photos[1])
    for juror, done, hour in ((one, 15, 9), (two, 14, 12), (three, 11, 14)):
        yield _report(juror, place, Mode.PHONE, done=done, hour=hour, chosen=answers)
    for juror, done in ((two, 17), (three, 13)):
        yield _report(juror, place, Mode.EMAIL, done=done, hour=10, chosen=answers)
    yield _report(three, place, Mode.SOCIAL, done=15, hour=10, chosen=answers)
    for juror, done in ((one, 16), (three, 12)):
        yield _report(juror, place, Mode.WEBSITE, done=done, hour=18, chosen=answers)


def first_reports() -> tuple[Task, ...]:
    """All of them, by institution."""
    return (
        *_all_modes(
            PLONSK,
            (2, 5, 1),
            _GOOD,
            visits=(
                {"w26_czemu": '"Lista dokumentów na kartce i numer pokoju, bez proszenia.', "w14": "=5"},
                {"w12": "=no", "w07": "=no", "w26_czemu": '"Wszystko jasne, tylko długo się szuka wejścia.'},
            ),
            photos=((2, 3), (4,)),
        ),
        *_all_modes(
            LEGNICA,
            (1, 3, 5),
            {**_GOOD, "e03": "=no", "m04": "=no"},
            visits=({"w14": "=5", "w21": "=5"}, {"w20": "=no"}),
            photos=((5,), ()),
        ),
        *_all_modes(
            AUGUSTOW,
            (5, 4, 2),
            {**_GOOD, "b14": "=no", "t17": "=no"},
            visits=({"w23": "=yes", "w26_czemu": '"Na ladzie leżały umowy z adresami innych osób.'}, {"w09": "=3"}),
        ),
    )

"""The first reports of the demo edition: enough of them for a licence, good ones and not so good ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.demo_cast import Task
from bot.demo_story import Manner
from scenarios.model import Mode
from storage.assignments import State

LEGNICA, PLONSK, KETRZYN, AUGUSTOW = 2, 3, 4, 5
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
_FAIR = {
    **_NOTHING_WRONG,
    "w12": "=no",
    "w20": "=no",
    "w09": "=3",
    "w14": "=3",
    "t06": "=no",
    "t08": "=3",
    "t17": "=no",
    "e03": "=no",
    "e13": "=no",
    "e10": "=3",
    "m04": "=no",
    "m08": "=d1",
    "b04": "=no",
    "b14": "=no",
    "b15": "1",
}
_POOR = {
    **_FAIR,
    "w11": "=no",
    "w13": "=no",
    "w16": "1",
    "w17": "=yes",
    "w19": "=no",
    "w21": "=2",
    "w14": "=2",
    "w22": "=no",
    "w02": "=no",
    "w05": "=no",
    "w10": "=no",
    "t02": "=no",
    "t03": "=second",
    "t07": "=no",
    "t09": "=no",
    "t11": "1",
    "t13": "=2",
    "t08": "=2",
    "e02": "=no",
    "e06": "1",
    "e07": "1",
    "e09": "=no",
    "e12": "=no",
    "m01": "=no",
    "m03": "=no",
    "m09": "1",
    "m11": "=2",
    "b01": "=no",
    "b03": "1",
    "b05": "=none",
    "b06": "=no",
    "w17_co": '"Padło, że dowód wyrabia się w trzy dni.',
    "w14_co": '"Bez kontaktu wzrokowego, półsłówkami.',
}


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
        *_all_modes(KETRZYN, (4, 5, 2), _POOR, visits=({}, {"w26_czemu": '"Po drugim pytaniu rozmowa się skończyła.'})),
    )

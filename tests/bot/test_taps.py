"""Button data: every tap fits, comes back as it was, and still means what it said."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import tap_kinds as kinds
from bot.channels import base
from bot.office_taps import subjects
from bot.office_taps.asking import Asked
from bot.taps import MAX_TAP_BYTES, decode, encode, path_of, reply_of, still_means, where_of
from scenarios.contact import Change, Done, Leave, Path, Pick, Reply, TakeFromTray, Toggle, Words
from scenarios.model import (
    Choice,
    ExitRoute,
    Mode,
    Outcome,
    Repeat,
    Scenario,
    Section,
    Stage,
    Step,
    StepType,
    Text,
)

INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
SMALL = st.integers(min_value=-9999, max_value=99999)


def _kinds(union: object) -> list[type]:
    every = [kind for part in get_args(union) for kind in (get_args(part) or (part,))]
    office = [kind for codes in subjects() for kind in codes.values()]
    return [kind for kind in every if kind is not kinds.OfficeTap] + (office if kinds.OfficeTap in every else [])


def _instances(union: object, numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.one_of([_built(kind, numbers) for kind in _kinds(union)])


def _built(kind: type[Any], numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    """A button with any numbers; a question, which has ten, with ids of two thousand million and small numbers."""
    if not issubclass(kind, Asked):
        return st.builds(kind, *[numbers for _ in fields(kind)])
    ids, small = st.integers(0, 2**31 - 1), st.integers(0, 36**3 - 1)
    return st.builds(kind, *[ids if field.name in {"place", "person"} else small for field in fields(kind)])


WHERES = st.none() | st.builds(kinds.Where, SMALL, st.none() | st.integers(0, 9999))
CONTACT_TAPS = st.builds(
    kinds.ContactTap, INTEGERS, st.integers(0, 10**9), WHERES, _instances(kinds.Act, SMALL | st.integers(0, 2**50))
)
MENU_TAPS = _instances(kinds.MenuTap, INTEGERS)


@given(CONTACT_TAPS | MENU_TAPS)
def test_a_tap_survives_its_button(tap: kinds.Tap) -> None:
    """What is written on a button fits and is read back as it was."""
    data = encode(tap)
    assert len(data.encode()) <= MAX_TAP_BYTES
    assert decode(data) == tap


@given(st.text(max_size=80) | st.from_regex(r"\Ac(:[-.0-9a-z]{0,5}){3,7}\Z"))
@example("")
@example("c:1:2::y")
@example("c:1:2:٣:y")
@example("c:+1:2:3:y")
@example("c:01:2:3:y")
@example("c:1:2:3.:y")
@example("c:1:2:3.1.1:y")
@example("c:1:2:3:p")
@example("tasks:1")
@example("task")
@example("task:" + "z" * 14)
def test_reading_button_data_never_raises(data: str) -> None:
    """Whatever is sent as button data, it is either exactly one of ours or nothing."""
    tap = decode(data)
    assert tap is None or encode(tap) == data


def test_every_kind_of_tap_has_its_own_code() -> None:
    """No two kinds of tap share their data."""
    acts = [encode(kinds.ContactTap(1, 1, None, kind(*[1 for _ in fields(kind)]))) for kind in _kinds(kinds.Act)]
    menu = [encode(kind(*[1 for _ in fields(kind)])) for kind in _kinds(kinds.MenuTap)]
    assert len({*acts, *menu}) == len(acts) + len(menu)


def test_the_limit_is_the_channels() -> None:
    """The codec keeps the limit that the channels keep."""
    assert MAX_TAP_BYTES == base.MAX_TAP_BYTES


def _step(name: str, type_: StepType, *names: str) -> Step:
    choices = tuple(Choice(each, Text({"pl": each})) for each in names)
    return Step(name=name, type=type_, label=Text({"pl": name}), line=1, choices=choices)


def _scenario() -> Scenario:
    label = Text({"pl": "x"})
    return Scenario(
        name="proba",
        version="0" * 64,
        title=label,
        mode=Mode.VISIT,
        languages=("pl",),
        participant_types=(),
        forbidden=(),
        evidence_wanted=(),
        criteria=(),
        cases=(),
        exits=(ExitRoute("closed", label, label, Outcome.FINISH, 1), ExitRoute("seen", label, label, Outcome.VOID, 2)),
        sections=(
            Section("start", Stage.GATE, label, (_step("ready", StepType.YES_NO),), 1),
            Section(
                "desks",
                Stage.AFTER,
                label,
                (_step("sign", StepType.SELECT_ONE, "board", "paper"), _step("tone", StepType.RANGE)),
                1,
                repeat=Repeat(label),
            ),
        ),
    )


@pytest.mark.parametrize("path", ["ready", "desks[0].sign", "desks[12].tone", "desks[3].another"])
def test_a_path_survives_its_button(path: Path) -> None:
    """Each question's path is found again from its button, inside repeats too."""
    scenario = _scenario()
    where = where_of(scenario, path)
    assert where is not None
    assert path_of(scenario, kinds.ContactTap(1, 1, where, kinds.PickYes())) == path


@pytest.mark.parametrize(
    "path", ["", "sign", "nothing", "desks[1].ready", "desks[x].sign", "start[0].ready", "another"]
)
def test_a_foreign_path_has_no_place(path: Path) -> None:
    """A path that is not of this scenario has no place in it."""
    assert where_of(_scenario(), path) is None


@pytest.mark.parametrize(
    "where",
    [None, kinds.Where(99), kinds.Where(-9, 0), kinds.Where(-2), kinds.Where(-1, 0), kinds.Where(1), kinds.Where(0, 0)],
)
def test_a_place_that_is_not_there_has_no_path(where: kinds.Where | None) -> None:
    """A place outside the scenario, or without the round it needs, has no path."""
    assert path_of(_scenario(), kinds.ContactTap(1, 1, where, kinds.PickYes())) is None


@pytest.mark.parametrize(
    ("act", "reply"),
    [
        (kinds.PickChoice(1), Pick("paper")),
        (kinds.PickChoice(2), None),
        (kinds.PickChoice(-1), None),
        (kinds.ToggleChoice(0), Toggle("board")),
        (kinds.ToggleChoice(7), None),
        (kinds.PickNumber(4), Pick("4")),
        (kinds.PickYes(), Pick("yes")),
        (kinds.PickNo(), Pick("no")),
        (kinds.PickReason(1), Pick("no_chance")),
        (kinds.PickReason(9), None),
        (kinds.AttachFromTray(7, 2), TakeFromTray(7, "audio")),
        (kinds.AttachFromTray(7, 4), None),
        (kinds.SayToday(), Words("today")),
        (kinds.SayYesterday(), Words("yesterday")),
        (kinds.SayNow(), Words("now")),
        (kinds.ChangeHere(), Change("desks[1].sign")),
        (kinds.LeaveBy(1), Leave("seen")),
        (kinds.LeaveBy(2), None),
        (kinds.ShowHint(), None),
        (Done(), Done()),
    ],
)
def test_what_a_tap_tells_the_engine(act: kinds.Act, reply: Reply | None) -> None:
    """Each act becomes the engine's reply; what only shows something, or does not fit, becomes none."""
    tap = kinds.ContactTap(5, 2, kinds.Where(1, 1), act)
    assert reply_of(_scenario(), tap) == reply


def test_without_its_question_a_choice_means_nothing() -> None:
    """A choice or a change that hangs on no known question tells the engine nothing."""
    for where in (None, kinds.Where(50), kinds.Where(-2, 0)):
        assert reply_of(_scenario(), kinds.ContactTap(5, 2, where, kinds.PickChoice(0))) is None
    assert reply_of(_scenario(), kinds.ContactTap(5, 2, None, kinds.ChangeHere())) is None


def test_only_lasting_acts_outlive_their_turn() -> None:
    """An answer belongs to the turn it was asked in; "zmień" and the menus hold for ever."""
    assert still_means(kinds.ContactTap(1, 4, None, kinds.PickYes()), 4)
    assert not still_means(kinds.ContactTap(1, 4, None, kinds.PickYes()), 5)
    assert still_means(kinds.ContactTap(1, 4, None, kinds.ChangeHere()), 5)

"""A tap on a button as at most 64 bytes of button data and back, and what it tells the engine.

Data is ``code:field:field…`` in lower-case ASCII, numbers in base 36. The order of steps and choices is that of the
scenario version the contact began with, so a button of last week still means what it said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from bot import office_taps
from bot.tap_kinds import (
    LASTING_ACTS,
    TRAY_KINDS,
    Accept,
    AcceptAll,
    Act,
    AskConflict,
    AskLevel,
    AttachFromTray,
    Begin,
    CastVote,
    ChangeHere,
    ConsentNo,
    ConsentYes,
    ContactTap,
    ContinueContact,
    Decline,
    DeclineBecause,
    ExportMyData,
    HideChat,
    Languages,
    LeaveBy,
    MenuTap,
    MyData,
    OfficeMenu,
    OneTask,
    OtherDevice,
    OwnConflict,
    PickChoice,
    PickLevel,
    PickNo,
    PickNumber,
    PickReason,
    PickYes,
    ProposeDate,
    ProposeDay,
    ProposeInWords,
    ReadContact,
    ReadEvidence,
    Refresh,
    SayNow,
    SayToday,
    SayYesterday,
    SendTexts,
    SentList,
    ShowAnswers,
    ShowExits,
    ShowHelp,
    ShowHint,
    ShowIntro,
    ShowMenu,
    ShowQuestion,
    ShowReport,
    ShowSentText,
    ShowSuggested,
    ShowVoting,
    ShowVotings,
    SpeakEnglish,
    SpeakPolish,
    Status,
    Tap,
    Tasks,
    ToggleChoice,
    Where,
)
from scenarios.contact import (
    NOT_CHECKED_REASONS,
    Cancel,
    Change,
    Confirm,
    Done,
    Keep,
    Leave,
    Mark,
    NotApplicable,
    NotChecked,
    Path,
    Pause,
    Pick,
    Reply,
    Resume,
    Skip,
    Start,
    Stop,
    Submit,
    TakeDefault,
    TakeFromTray,
    Toggle,
    Undo,
    Words,
)
from scenarios.model import Scenario, Section, Step
from scenarios.route import ANOTHER, path_in_round

T = TypeVar("T")

MAX_TAP_BYTES = 64
"""As ``bot.channels.base.MAX_TAP_BYTES``; a test holds them equal."""

_ACTS: dict[str, type[Any]] = {
    "p": PickChoice,
    "v": PickNumber,
    "y": PickYes,
    "n": PickNo,
    "t": ToggleChoice,
    "r": PickReason,
    "g": ChangeHere,
    "l": LeaveBy,
    "d": Done,
    "na": NotApplicable,
    "nc": NotChecked,
    "sk": Skip,
    "st": Start,
    "sp": Stop,
    "m": Mark,
    "df": TakeDefault,
    "tt": AttachFromTray,
    "u": Undo,
    "k": Keep,
    "ok": Confirm,
    "no": Cancel,
    "pa": Pause,
    "re": Resume,
    "su": Submit,
    "t0": SayToday,
    "t1": SayYesterday,
    "t2": SayNow,
    "vq": ShowQuestion,
    "vh": ShowHint,
    "vm": ShowMenu,
    "va": ShowAnswers,
    "vx": ShowExits,
    "vr": ShowReport,
    "vi": ShowIntro,
}

_MENU: dict[str, type[Any]] = {
    "tasks": Tasks,
    "task": OneTask,
    "take": Accept,
    "drop": Decline,
    "why": DeclineBecause,
    "all": AcceptAll,
    "date": ProposeDate,
    "day": ProposeDay,
    "when": ProposeInWords,
    "begin": Begin,
    "go": ContinueContact,
    "help": ShowHelp,
    "lang": Languages,
    "pl": SpeakPolish,
    "en": SpeakEnglish,
    "mine": MyData,
    "minefile": ExportMyData,
    "yes": ConsentYes,
    "no": ConsentNo,
    "list": HideChat,
    "fresh": Refresh,
    "other": OtherDevice,
    "status": Status,
    "sent": SentList,
    "read": ReadContact,
    "files": ReadEvidence,
    "menu": OfficeMenu,
    "votes": ShowVotings,
    "vote": ShowVoting,
    "cast": CastVote,
    "clash": AskConflict,
    "own": OwnConflict,
    "sug": ShowSuggested,
    "sugt": ShowSentText,
    "sugl": AskLevel,
    "sugd": PickLevel,
    "sugs": SendTexts,
}

_CODES: dict[type[Any], str] = {
    **{kind: code for code, kind in _ACTS.items()},
    **{kind: code for code, kind in _MENU.items()},
}
_CONTACT = "c"
_CONTACT_PARTS = 5
_NUMBER = re.compile(r"-?[0-9a-z]{1,13}", re.ASCII)
_IDS = range(-(2**63), 2**63)
"""What a database can be asked for."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encode(tap: Tap) -> str:
    """The tap as button data, at most ``MAX_TAP_BYTES`` bytes of ASCII."""
    if isinstance(tap, ContactTap):
        return encode_place(tap.contact, tap.turn, tap.where) + encode_act(tap.act)
    return ":".join(_parts(tap))


def encode_place(contact: int, turn: int, where: Where | None) -> str:
    """What all buttons at one question in one turn begin with; ``encode_act`` is the rest of them."""
    return f"{_CONTACT}:{_base36(contact)}:{_base36(turn)}:{'' if where is None else _where_text(where)}:"


def encode_act(act: Act) -> str:
    """What a button of a contact does."""
    return _PLAIN_ACTS.get(type(act)) or ":".join(_parts(act))


def decode(data: str) -> Tap | None:
    """What button data means; None for anything ``encode`` did not write. Never raises."""
    if len(data) > MAX_TAP_BYTES:
        return None
    tap = _decoded(data.split(":"))
    return tap if tap is not None and encode(tap) == data else None


def where_of(scenario: Scenario, path: Path) -> Where | None:
    """The place of a path in a scenario; None where the scenario has no such question."""
    index = scenario.places.get(path)
    if index is not None:
        return Where(index)
    for index, section in enumerate(scenario.sections):
        if section.repeat is None:
            continue
        found = re.fullmatch(rf"{re.escape(section.name)}\[([0-9]{{1,4}})\]\.(\w+)", path, re.ASCII)
        if found is None:
            continue
        if found[2] == ANOTHER:
            return Where(-1 - index, int(found[1]))
        names = [(other.name, step.name) for other, step in _questions(scenario)]
        if (section.name, found[2]) in names:
            return Where(names.index((section.name, found[2])), int(found[1]))
    return None


def path_of(scenario: Scenario, tap: ContactTap) -> Path | None:
    """The path of the question a tap hangs on; None where it hangs on none, or the scenario has no such question."""
    if tap.where is None:
        return None
    found = _question(scenario, tap.where)
    if found is None:
        return None
    section, step = found
    name = ANOTHER if step is None else step.name
    if section.repeat is None:
        return name if step is not None and tap.where.round is None else None
    return None if tap.where.round is None else path_in_round(section, tap.where.round, name)


def reply_of(scenario: Scenario, tap: ContactTap) -> Reply | None:
    """What the engine is told; None for acts that only show something or that the scenario does not know."""
    match tap.act:
        case PickChoice(index=index):
            name = _choice_name(scenario, tap.where, index)
            return None if name is None else Pick(name)
        case ToggleChoice(index=index):
            name = _choice_name(scenario, tap.where, index)
            return None if name is None else Toggle(name)
        case PickNumber(number=number):
            return Pick(str(number))
        case PickYes():
            return Pick("yes")
        case PickNo():
            return Pick("no")
        case PickReason(index=index):
            reason = _at(NOT_CHECKED_REASONS, index)
            return None if reason is None else Pick(reason)
        case AttachFromTray(evidence=evidence, kind=index):
            kind = _at(TRAY_KINDS, index)
            return None if kind is None else TakeFromTray(evidence, kind)
        case SayToday():
            return Words("today")
        case SayYesterday():
            return Words("yesterday")
        case SayNow():
            return Words("now")
        case ChangeHere():
            path = path_of(scenario, tap)
            return None if path is None else Change(path)
        case LeaveBy(index=index):
            taken = _at(scenario.exits, index)
            return None if taken is None else Leave(taken.name)
        case ShowQuestion() | ShowHint() | ShowMenu() | ShowAnswers() | ShowExits() | ShowReport() | ShowIntro():
            return None
        case _:
            return tap.act


def still_means(tap: ContactTap, turn: int) -> bool:
    """Whether a tap means the same now that the contact is at ``turn``; answers do only in their turn."""
    return tap.turn == turn or isinstance(tap.act, LASTING_ACTS)


def _questions(scenario: Scenario) -> Iterator[tuple[Section, Step]]:
    for section in scenario.sections:
        for step in section.steps:
            yield section, step


def _question(scenario: Scenario, where: Where) -> tuple[Section, Step | None] | None:
    """The section and step of a place; the step is None for the question between two rounds."""
    if where.step < 0:
        section = _at(scenario.sections, -1 - where.step)
        return None if section is None else (section, None)
    return _at(tuple(_questions(scenario)), where.step)


def _choice_name(scenario: Scenario, where: Where | None, index: int) -> str | None:
    found = None if where is None else _question(scenario, where)
    if found is None or found[1] is None:
        return None
    choice = _at(found[1].choices, index)
    return None if choice is None else choice.name


def _at(items: Sequence[T], index: int) -> T | None:
    return items[index] if 0 <= index < len(items) else None


def _parts(value: object) -> list[str]:
    kind = type(value)
    return [_code(kind), *[_base36(getattr(value, name)) for name in _names(kind)]]


def _code(kind: type[Any]) -> str:
    code = _CODES.get(kind)
    if code is None:
        code = _CODES[kind] = office_taps.code_of(kind)
    return code


def _names(kind: type[Any]) -> tuple[str, ...]:
    """A kind's fields; asking for them costs more than all the rest of a button."""
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(field.name for field in fields(kind))
    return names


_NAMES: dict[type[Any], tuple[str, ...]] = {}
_PLAIN_ACTS = {kind: code for code, kind in _ACTS.items() if not fields(kind)}
"""Acts that say all by what they are."""


def _decoded(parts: list[str]) -> Tap | None:
    if parts[0] != _CONTACT:
        menu: MenuTap | None = _built(_MENU, parts)
        return menu
    if len(parts) < _CONTACT_PARTS:
        return None
    contact, turn = _number(parts[1]), _number(parts[2])
    act: Act | None = _built(_ACTS, parts[4:])
    if contact is None or turn is None or act is None:
        return None
    if not parts[3]:
        return ContactTap(contact, turn, None, act)
    where = [_number(part) for part in parts[3].split(".")]
    match where:
        case [int(step)]:
            return ContactTap(contact, turn, Where(step), act)
        case [int(step), int(round_)]:
            return ContactTap(contact, turn, Where(step, round_), act)
        case _:
            return None


def _built(kinds: Mapping[str, type[Any]], parts: list[str]) -> Any:  # noqa: ANN401 - any of the kinds
    kind = kinds.get(parts[0]) or (office_taps.kind_of(parts[0]) if kinds is _MENU else None)
    if kind is None or len(_names(kind)) != len(parts) - 1:
        return None
    values = [_number(part) for part in parts[1:]]
    return None if None in values else kind(*values)


def _where_text(where: Where) -> str:
    return _base36(where.step) if where.round is None else f"{_base36(where.step)}.{_base36(where.round)}"


def _number(text: str) -> int | None:
    number = int(text, 36) if _NUMBER.fullmatch(text) else None
    return number if number is not None and number in _IDS else None


def _base36(number: int) -> str:
    if 0 <= number < len(_DIGITS):
        return _DIGITS[number]
    digits = []
    rest = abs(number)
    while True:
        rest, digit = divmod(rest, 36)
        digits.append(_DIGITS[digit])
        if not rest:
            return ("-" if number < 0 else "") + "".join(reversed(digits))

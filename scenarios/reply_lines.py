"""Replies written as lines of text, for ``walk`` and transcripts; what is written can be read back."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.contact import (
    Cancel,
    Change,
    Confirm,
    Done,
    Files,
    Keep,
    Leave,
    Mark,
    NotApplicable,
    NotChecked,
    Pause,
    Pick,
    Place,
    Position,
    Reply,
    Resume,
    Skip,
    Start,
    Stop,
    Submit,
    TakeDefault,
    TakeFromTray,
    TimePassed,
    Toggle,
    Undo,
    Words,
)

PLAIN: Mapping[str, Reply] = {
    "/tap": Mark(),
    "/done": Done(),
    "/na": NotApplicable(),
    "/unchecked": NotChecked(),
    "/skip": Skip(),
    "/default": TakeDefault(),
    "/start": Start(),
    "/stop": Stop(),
    "/undo": Undo(),
    "/keep": Keep(),
    "/yes": Confirm(),
    "/no": Cancel(),
    "/pause": Pause(),
    "/resume": Resume(),
    "/submit": Submit(),
    "/time": TimePassed(),
}
"""Replies without arguments, by their line."""

HELP = (
    'text – words · "text – the same words, whatever they begin with · =yes – a button · +name – on or off · '
    "/change PATH · /leave EXIT · /image 1 2 · /file 3 · /audio 4 · /place 52.2 21.0 · /tray 5 image · "
    + " · ".join(PLAIN)
)
"""All lines there are, for the person at the terminal."""

_KINDS = ("image", "file", "audio")
_ALBUM = " album="
_AS_FILE = " as-file"
_MARKS = ("=", "+", "/", '"')


class BadLine(ValueError):
    """The line is no reply."""


def read_reply(line: str) -> Reply:
    """The reply a line means. Raises BadLine."""
    if line in PLAIN:
        return PLAIN[line]
    match line[:1]:
        case '"':
            return Words(line[1:])
        case "=":
            return Pick(line[1:])
        case "+":
            return Toggle(line[1:])
        case "/":
            return _read_command(line)
        case _:
            return Words(line)


def write_reply(reply: Reply) -> str:
    """The line that means a reply."""
    match reply:
        case Words(text):
            return f'"{text}' if text.startswith(_MARKS) else text
        case Pick(name):
            return f"={name}"
        case Toggle(name):
            return f"+{name}"
        case Change(path):
            return f"/change {path}"
        case Leave(name):
            return f"/leave {name}"
        case Position(Place(latitude, longitude, accuracy)):
            return f"/place {latitude} {longitude}" + ("" if accuracy is None else f" {accuracy}")
        case Files(evidence, kind, as_file, album):
            numbers = "".join(f" {number}" for number in evidence)
            return f"/{kind}{numbers}{_AS_FILE if as_file else ''}" + ("" if album is None else f"{_ALBUM}{album}")
        case TakeFromTray(number, kind, text):
            return f"/tray {number} {kind}" + (f" {text}" if text else "")
        case _:
            return next(line for line, plain in PLAIN.items() if plain == reply)


def _read_command(line: str) -> Reply:
    command, _, rest = line[1:].partition(" ")
    try:
        match command:
            case "change" if rest:
                return Change(rest)
            case "leave" if rest:
                return Leave(rest)
            case "place":
                latitude, longitude, *accuracy = (float(part) for part in rest.split())
                return Position(Place(latitude, longitude, *accuracy))
            case "tray":
                number, _, kind_and_text = rest.partition(" ")
                kind, _, text = kind_and_text.partition(" ")
                return TakeFromTray(int(number), kind or "image", text)
            case kind if kind in _KINDS:
                return _read_files(kind, f" {rest}")
    except (TypeError, ValueError) as error:
        raise BadLine(line) from error
    raise BadLine(line)


def _read_files(kind: str, rest: str) -> Reply:
    before, mark, album = rest.partition(_ALBUM)
    numbers = before.removesuffix(_AS_FILE)
    evidence = tuple(int(number) for number in numbers.split())
    return Files(evidence, kind, as_file=numbers != before, album=album if mark else None)

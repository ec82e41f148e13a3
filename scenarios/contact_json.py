"""A Contact and its answers to JSON and back, exactly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, assert_never

import orjson

from scenarios.contact import (
    Album,
    Answer,
    AnswerState,
    ChangePending,
    Contact,
    DraftPending,
    ExitPending,
    Pending,
    Phase,
    Place,
    ReasonPending,
    Value,
)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class BadContact(ValueError):
    """The JSON is not a contact this code wrote."""


def dump_contact(contact: Contact) -> str:
    """The contact as one line of JSON."""
    return _write(
        {
            "id": contact.id,
            "scenario": contact.scenario_version,
            "case": contact.case,
            "facts": dict(contact.facts),
            "begun": contact.begun_at,
            "phase": contact.phase,
            "turn": contact.turn,
            "answers": [_answer(answer) for answer in contact.answers.values()],
            "order": list(contact.order),
            "revisiting": contact.revisiting,
            "pending": _pending(contact.pending),
            "timers": contact.timers,
            "waits": contact.waits,
            "exit": contact.exit,
            "paused": contact.paused,
            "tray": list(contact.tray),
            "album": None if contact.album is None else [contact.album.group, contact.album.path],
            "submitted": contact.submitted_at,
            "submitted_revision": contact.submitted_revision,
            "revision": contact.revision,
            "returned": list(contact.returned),
            "left": list(contact.left),
            **({"fixed": {path: _value(value) for path, value in contact.fixed.items()}} if contact.fixed else {}),
        }
    )


def load_contact(text: str) -> Contact:
    """The contact that ``dump_contact`` wrote. Raises BadContact."""
    try:
        data = _read(text)
        answers = [_read_answer(answer) for answer in data["answers"]]
        return Contact(
            id=data["id"],
            scenario_version=data["scenario"],
            case=data["case"],
            facts=data["facts"],
            begun_at=datetime.fromisoformat(data["begun"]),
            phase=Phase(data["phase"]),
            turn=data["turn"],
            answers={answer.path: answer for answer in answers},
            order=tuple(data["order"]),
            revisiting=data["revisiting"],
            pending=_read_pending(data["pending"]),
            timers={path: datetime.fromisoformat(at) for path, at in data["timers"].items()},
            waits={path: datetime.fromisoformat(at) for path, at in data["waits"].items()},
            exit=data["exit"],
            paused=data["paused"],
            tray=tuple(data["tray"]),
            album=None if data["album"] is None else Album(*data["album"]),
            submitted_at=None if data["submitted"] is None else datetime.fromisoformat(data["submitted"]),
            submitted_revision=data["submitted_revision"],
            revision=data["revision"],
            returned=tuple(data.get("returned", ())),
            left=tuple(data.get("left", ())),
            fixed={path: _read_value(value) for path, value in data.get("fixed", {}).items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise BadContact(f"not a stored contact: {error}") from error


def dump_answer(answer: Answer) -> str:
    """One revision of an answer as one line of JSON; equal answers give equal texts."""
    return _write(_answer(answer))


def load_answer(text: str) -> Answer:
    """The answer that ``dump_answer`` wrote. Raises BadContact."""
    try:
        return _read_answer(_read(text))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise BadContact(f"not a stored answer: {error}") from error


_LONG_NUMBER = re.compile("[0-9]{19}", re.ASCII)
"""Perhaps beyond 64 bits: only Python's own reader keeps those whole."""


def _write(data: Mapping[str, object]) -> str:
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_moment)


def _moment(value: object) -> str:
    assert isinstance(value, datetime)  # noqa: S101 - nothing else is left to be told
    return value.isoformat()


def _read(text: str) -> Any:  # noqa: ANN401 - any JSON value
    if _LONG_NUMBER.search(text):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half a surrogate pair; or no JSON, and this says so
        return json.loads(text)


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "path": answer.path,
        "state": answer.state,
        "value": None if answer.value is None else _value(answer.value),
        "at": answer.at,
        "revision": answer.revision,
        "reason": answer.reason,
    }


def _read_answer(data: Mapping[str, Any]) -> Answer:
    value = data["value"]
    return Answer(
        path=str(data["path"]),
        state=AnswerState(data["state"]),
        value=None if value is None else _read_value(value),
        at=datetime.fromisoformat(data["at"]),
        revision=int(str(data["revision"])),
        reason=None if data["reason"] is None else str(data["reason"]),
    )


def _value(value: Value) -> Json:
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Place():
            return {"place": [value.latitude, value.longitude, value.accuracy]}
        case tuple():
            return {"many": list(value)}
        case _:
            assert_never(value)


def _read_value(data: object) -> Value:
    match data:
        case bool() | int() | str():
            return data
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"time": str(text)}:
            return time.fromisoformat(text)
        case {"place": [latitude, longitude, accuracy]}:
            return Place(float(latitude), float(longitude), None if accuracy is None else float(accuracy))
        case {"many": list(items)}:
            return tuple(items)
        case _:
            raise BadContact(f"not a stored value: {data!r}")


def _pending(pending: Pending | None) -> object:
    match pending:
        case None:
            return None
        case ReasonPending(path):
            return {"reason": path}
        case ChangePending(answer, deactivates, reactivates):
            return {"change": _answer(answer), "off": list(deactivates), "on": list(reactivates)}
        case ExitPending(name, leading):
            return {"exit": name, "answer": None if leading is None else _answer(leading)}
        case DraftPending(path, chosen, files):
            return {"draft": path, "chosen": list(chosen), "files": list(files)}
        case _:
            assert_never(pending)


def _read_pending(data: object) -> Pending | None:
    match data:
        case None:
            return None
        case {"reason": str(path)}:
            return ReasonPending(path)
        case {"change": dict(answer), "off": list(off), "on": list(on)}:
            return ChangePending(_read_answer(answer), tuple(off), tuple(on))
        case {"exit": str(name), "answer": leading}:
            return ExitPending(name, _read_answer(leading) if isinstance(leading, dict) else None)
        case {"draft": str(path), "chosen": list(chosen), "files": list(files)}:
            return DraftPending(path, tuple(chosen), tuple(files))
        case _:
            raise BadContact(f"not a stored proposal: {data!r}")

"""The buttons of the office, a subject a file; each file's ``CODES`` gives every kind its code (prefix, dot, word).

A subject is loaded with its first button: there are hundreds of kinds, and jurors, who are most of those who tap, never
see one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module

from bot.tap_kinds import OfficeTap

FILES: Mapping[str, str] = {
    "as": "asking",
    "br": "broadcasting",
    "ch": "chain",
    "cm": "comparing",
    "di": "directory",
    "ed": "edition",
    "held": "holding",
    "im": "importing",
    "in": "inviting",
    "keep": "keeping",
    "li": "licence",
    "pl": "planning",
    "qu": "queries",
    "re": "reviewing",
    "sc": "standing",
    "su": "suggesting",
    "wy": "why",
}
"""The file of each prefix."""


def kind_of(code: str) -> type[OfficeTap] | None:
    """The kind of button with that code; None where there is none."""
    prefix, dot, _ = code.partition(".")
    return _codes(FILES[prefix]).get(code) if dot and prefix in FILES else None


def code_of(kind: type[OfficeTap]) -> str:
    """The code of a kind of button. Raises KeyError where its file gives it none."""
    return next(code for code, each in _codes(kind.__module__.rpartition(".")[2]).items() if each is kind)


def subjects() -> Iterator[Mapping[str, type[OfficeTap]]]:
    """All kinds by their codes, a subject after another."""
    return map(_codes, FILES.values())


def _codes(file: str) -> Mapping[str, type[OfficeTap]]:
    """``CODES`` of a subject."""
    name = f"{__name__}.{file}"
    codes: Mapping[str, type[OfficeTap]] = (sys.modules.get(name) or import_module(name)).CODES
    return codes

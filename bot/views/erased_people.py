"""What an erased person is called, in the reader's language: the store keeps one form of it, whoever reads another.

Found wherever a name may stand - lists, buttons, cards, tables, pictures - since names come there from everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.i18n import texts
from storage.erasure import NAME

STORED_IN = "pl"
"""The language of the stored form."""
_FIXED = NAME.partition("{")[0]
_STORED = re.compile(re.escape(_FIXED) + r"(\d+)")

T = TypeVar("T")


def name_in(text: str, *, language: str) -> str:
    """The text with every erased person called as the language does."""
    if language == STORED_IN or _FIXED not in text:
        return text
    _ = texts(language)
    return _STORED.sub(lambda found: _("erased person {number}", number=found[1]), text)


def named_in(value: T, *, language: str) -> T:
    """The same value (a message, a recipe of a file, a tuple of such) with those names in all its texts."""
    return value if language == STORED_IN else _renamed(value, language)


def _renamed(value: Any, language: str) -> Any:  # noqa: ANN401 - whatever messages and recipes are made of
    match value:
        case str():
            return name_in(value, language=language) if type(value) is str else value
        case tuple() if type(value) is tuple:
            return tuple(_renamed(one, language) for one in value)
        case list():
            return [_renamed(one, language) for one in value]
        case Mapping() if type(value) is dict:
            return {key: _renamed(one, language) for key, one in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            now = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            new = {name: _renamed(one, language) for name, one in now.items()}
            changed = {name: one for name, one in new.items() if one != now[name]}
            return replace(value, **changed) if changed else value
    return value

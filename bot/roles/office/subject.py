"""What one subject of the office hears: its buttons, commands, words it asked for, and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.base import SentFile
from bot.reports.recipes import Recipe
from bot.talk import Desk, Talk
from bot.tap_kinds import OfficeTap
from storage.database import Unit
from storage.people import Person

Maker = Callable[[Unit, Desk, Person, Mapping[str, Any], datetime], Recipe | None]
"""Collects, in a read-only unit, what a picture, a table or a document is made of; None: the world has moved on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who answers what. Handlers say something in any case, and check that what is named lies within ``talk.scope``."""

    taps: Mapping[type[OfficeTap], Callable[[Talk, Any], None]] = field(default_factory=dict)
    commands: Mapping[str, Callable[[Talk, str], None]] = field(default_factory=dict)
    """By name without slash; the handler gets the rest of the line."""
    dialogs: Mapping[str, Callable[[Talk, Mapping[str, Any], str], None]] = field(default_factory=dict)
    """By ``kind`` of the dialog the person is in: the handler gets the dialog and the words. The dialog is over before
    the handler is called; one that wants to hear more begins it again with ``people.set_dialog``."""
    takes_file: Callable[[Talk, SentFile], None] | None = None
    recipes: Mapping[str, Maker] = field(default_factory=dict)
    """By the name ``talk.produce`` was given."""
    hears_words: Callable[[Talk, str], None] | None = None
    """Words that no dialog waits for: questions."""

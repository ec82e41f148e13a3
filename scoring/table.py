"""Records: what one contact (portal, service, …) answered, with what is known about it as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS = ("unit", "record", "kind", "group", "level", "type", "question", "answer")
"""Columns of a tidy table, one answer a row."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a unit. Answers are as written in the table: ``yes``, ``no``, ``nd``, ``ns``, a number, ``3/6``.

    For our contacts: ``unit`` is the participant, ``name`` the contact, ``kind`` the scenario, ``group`` the juror as a
    letter, ``level`` the mode, ``type`` the participant's type; questions are names of steps, and ``@hour``, ``@day``
    (local hour 0-23 and ISO date of the contact's beginning) are facts.
    """

    unit: str
    name: str
    kind: str
    group: str
    level: str
    type: str
    answers: Mapping[str, str]

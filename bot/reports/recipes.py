"""What is to be made, as values: pictures, tables and documents with the message that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.channels.base import Outgoing

Cell = str | int | float | bool | date | datetime | None
"""What stands in a table. Moments are aware; they are written in the reader's time zone."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: a header row and rows of as many cells."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """An XLSX file. ``name`` without ending."""

    name: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file as Polish Excel opens it: UTF-8 with BOM, semicolons. ``name`` without ending."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


QR = "qr"
"""``{QR: url}`` in a template's data becomes the code that opens the address, as SVG."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG drawn by the template of that name from JSON values. ``name`` without ending."""

    name: str
    template: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF drawn by the template of that name from JSON values. ``name`` without ending."""

    name: str
    template: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP of text files, by their names with ending. ``name`` without ending."""

    name: str
    texts: Mapping[str, str]


FileRecipe = Workbook | CsvTable | Picture | Document | Archive


@dataclass(frozen=True, slots=True)
class Recipe:
    """A message and the files that go with it. Where a file cannot be made, the message goes without it."""

    message: Outgoing
    files: tuple[FileRecipe, ...] = ()

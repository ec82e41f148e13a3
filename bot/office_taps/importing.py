"""Buttons of importing a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class ImportHelp(OfficeTap):
    """How to bring in participants and people."""


@dataclass(frozen=True, slots=True)
class ImportTemplate(OfficeTap):
    """A table to fill in; ``kind`` counts ``bot.importing.columns.KINDS``."""

    kind: int


@dataclass(frozen=True, slots=True)
class ImportColumns(OfficeTap):
    """Which columns a table may have."""

    kind: int


@dataclass(frozen=True, slots=True)
class ImportKind(OfficeTap):
    """What an unclear table lists."""

    number: int
    """The import."""
    kind: int


@dataclass(frozen=True, slots=True)
class ImportPreview(OfficeTap):
    """What was understood of a file."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportProblems(OfficeTap):
    """What is wrong with a file's rows, a page of it."""

    number: int
    page: int


@dataclass(frozen=True, slots=True)
class ImportRemarks(OfficeTap):
    """The file with a column of remarks."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportWrite(OfficeTap):
    """Write what was understood."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportDrop(OfficeTap):
    """Forget the file."""

    number: int


CODES: Mapping[str, type[OfficeTap]] = {
    "im.help": ImportHelp,
    "im.form": ImportTemplate,
    "im.cols": ImportColumns,
    "im.kind": ImportKind,
    "im.see": ImportPreview,
    "im.bad": ImportProblems,
    "im.file": ImportRemarks,
    "im.write": ImportWrite,
    "im.drop": ImportDrop,
}

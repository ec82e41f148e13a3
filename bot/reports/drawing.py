"""Recipes drawn to bytes: tables by XlsxWriter and csv, pictures and documents by Typst from templates that ship."""

from __future__ import annotations

import json
import re
import struct
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, assert_never
from zoneinfo import ZoneInfo

import fontpkg_lato
import segno
import typst

from bot.reports import recipes
from bot.reports.recipes import Archive, CsvTable, Document, FileRecipe, Picture, Workbook
from bot.reports.tables import csv_bytes, workbook_bytes

TEMPLATES = Path(__file__).parent / "templates"
PICTURE_WIDTH = 1080
"""Pixels; the templates draw one point for each."""
_PIXELS_PER_INCH = 72.0

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
PNG = "image/png"
PDF = "application/pdf"
ZIP = "application/zip"

ZIP_MOMENT = (2000, 1, 1, 0, 0, 0)
"""What every file in an archive is dated, so that the same texts give the same bytes."""
_PLAIN_FILE = 0o644 << 16
"""Whoever unpacks it may read and change it."""

MAX_NAME = 80
"""Characters of a file's name before its ending."""
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_TEMPLATE = re.compile("[a-z_]+")

_PANIC = "PanicException"

_drawing = threading.Lock()
"""One drawing at a time: they share the compiler, which is worth keeping warm."""


class CannotDraw(Exception):
    """The file cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file that was made: its bytes, what they are, its name with ending, and of a picture its size in pixels."""

    data: bytes
    media_type: str
    name: str
    shape: tuple[int, int] | None = None


def draw(recipe: FileRecipe, *, zone: ZoneInfo, made_at: datetime) -> Drawn:
    """Make the file. The same recipe and moment give the same bytes; it takes time. Raises CannotDraw."""
    try:
        match recipe:
            case Workbook():
                return Drawn(workbook_bytes(recipe, zone=zone, made_at=made_at), XLSX, _file_name(recipe.name, "xlsx"))
            case CsvTable():
                return Drawn(csv_bytes(recipe, zone=zone), CSV, _file_name(recipe.name, "csv"))
            case Picture():
                data = _png(recipe)
                return Drawn(data, PNG, _file_name(recipe.name, "png"), _shape(data))
            case Document():
                return Drawn(_pdf(recipe, made_at), PDF, _file_name(recipe.name, "pdf"))
            case Archive():
                return Drawn(_zip(recipe), ZIP, _file_name(recipe.name, "zip"))
    except (ValueError, TypeError, RuntimeError) as error:
        raise CannotDraw(f"{type(recipe).__name__} {recipe.name!r}: {error}") from error
    assert_never(recipe)


def _png(picture: Picture) -> bytes:
    inputs = {"data": json.dumps(_with_codes(picture.data), ensure_ascii=False)}
    with _drawing, _no_panic():
        made = _compiler().compile(
            input=_template(picture.template), format="png", ppi=_PIXELS_PER_INCH, sys_inputs=inputs
        )
    if not isinstance(made, bytes):
        raise CannotDraw(f"the template {picture.template!r} draws {len(made or ())} pages")
    return made


def _shape(png: bytes) -> tuple[int, int]:
    """Width and height stand in the first chunk of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _pdf(document: Document, made_at: datetime) -> bytes:
    """An accessible PDF (PDF/UA-1): a template without title or alternative texts does not compile."""
    inputs = {"data": json.dumps(_with_codes(document.data), ensure_ascii=False)}
    with _drawing, _no_panic():
        made = _compiler().compile(
            input=_template(document.template),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards="ua-1",
            timestamp=int(made_at.timestamp()),
        )
    if not isinstance(made, bytes):
        raise CannotDraw(f"the template {document.template!r} makes no document")
    return made


def _zip(archive: Archive) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in archive.texts.items():
            entry = zipfile.ZipInfo(name, ZIP_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3  # on every system the same
            packed.writestr(entry, text.encode())
    return target.getvalue()


def _with_codes(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """The data with every ``{QR: url}`` made a code: ten milliseconds each, too long for where facts are gathered."""
    match value:
        case {recipes.QR: str() as url, **rest} if not rest:
            target = BytesIO()
            segno.make(url, error="m", micro=False).save(target, kind="svg", border=2, dark="#000", light="#fff")
            return target.getvalue().decode()
        case Mapping():
            return {key: _with_codes(one) for key, one in value.items()}
        case list() | tuple():
            return [_with_codes(one) for one in value]
        case _:
            return value


@contextmanager
def _no_panic() -> Iterator[None]:
    """A panic inside the compiler is no Exception of Python's: it would end the whole process instead of one file."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise CannotDraw(f"the compiler gave up: {error}") from error
        raise


def _template(name: str) -> Path:
    path = TEMPLATES / f"{name}.typ"
    if _TEMPLATE.fullmatch(name) is None or not path.is_file():
        raise ValueError(f"there is no template {name!r}")
    return path


@cache
def _compiler() -> typst.Compiler:
    """The compiler, with the one typeface and no packages from elsewhere."""
    return typst.Compiler(root=TEMPLATES, font_paths=[fontpkg_lato.ROOT], ignore_system_fonts=True)


def _file_name(name: str, ending: str) -> str:
    plain = _NOT_IN_A_NAME.sub("-", name).strip(" .-")[:MAX_NAME].rstrip(" .-")
    return f"{plain or 'plik'}.{ending}"

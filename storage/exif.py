"""What a photo tells besides the picture: when, where and by which device it was taken. Hostile blocks tell nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from storage.captured import Captured, Metadata

MAX_EXIF = 1024 * 1024
"""Bytes of the largest EXIF block that is read; a larger one tells nothing."""
MAX_DEVICE = 80
"""Characters of maker and model together; a longer name is no name."""
EARLIEST_YEAR = 1990
LATEST_YEAR = 2100

_ORIENTATIONS = range(1, 9)
_TIME = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})", re.ASCII)


def read_exif(image: Image.Image) -> Image.Exif:
    """The photo's EXIF block; an empty one if there is none, or none that can be read. Never raises."""
    if len(image.info.get("exif") or b"") > MAX_EXIF:
        return Image.Exif()
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001 - a broken block tells nothing, whatever it raises
        return Image.Exif()


def orientation_of(exif: Image.Exif) -> int:
    """How the pixels lie, 1 (upright) to 8, as EXIF counts."""
    value = _value(exif, ExifTags.Base.Orientation)
    return value if isinstance(value, int) and value in _ORIENTATIONS else 1


def metadata_of(exif: Image.Exif) -> Metadata:
    """What it tells of time, place and device. Never raises: what is absurd is unknown."""
    details = _directory(exif, ExifTags.IFD.Exif)
    place = _directory(exif, ExifTags.IFD.GPSInfo)
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90.0)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180.0)
    known = latitude is not None and longitude is not None and (latitude, longitude) != (0.0, 0.0)
    return Metadata(
        captured=_captured(details),
        latitude=latitude if known else None,
        longitude=longitude if known else None,
        device=_device(exif),
    )


def _directory(exif: Image.Exif, tag: ExifTags.IFD) -> Mapping[int, Any]:
    try:
        found = exif.get_ifd(tag)
    except Exception:  # noqa: BLE001 - as in read_exif
        return {}
    return found if isinstance(found, Mapping) else {}


def _value(source: Mapping[int, Any], tag: int) -> object:
    try:
        return source.get(tag)
    except Exception:  # noqa: BLE001 - values are decoded when they are asked for
        return None


def _text(source: Mapping[int, Any], tag: int) -> str:
    value = _value(source, tag)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value.split("\0")[0].strip() if isinstance(value, str) else ""


def _captured(details: Mapping[int, Any]) -> Captured | None:
    for time_tag, offset_tag in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        local = _local_time(_text(details, time_tag))
        if local is not None:
            zone = _zone(_text(details, offset_tag)) or _zone(_text(details, ExifTags.Base.OffsetTime))
            return Captured(local.replace(tzinfo=zone))
    return None


def _local_time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a camera's clock knows no zone
    except ValueError:
        return None


def _zone(text: str) -> timezone | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset > timedelta(hours=14):
        return None
    return timezone(-offset if match[1] == "-" else offset)


def _degrees(place: Mapping[int, Any], tag: int, ref_tag: int, refs: str, largest: float) -> float | None:
    ref = _text(place, ref_tag).upper()
    value = _value(place, tag)
    if len(ref) != 1 or ref not in refs or not isinstance(value, tuple) or len(value) != 3:  # noqa: PLR2004 - ° ′ ″
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(total) or min(degrees, minutes, seconds) < 0 or total > largest:
        return None
    return round(-total if ref == refs[1] else total, 7)


def _device(exif: Image.Exif) -> str | None:
    maker = " ".join(_text(exif, ExifTags.Base.Make).split())
    model = " ".join(_text(exif, ExifTags.Base.Model).split())
    name = model if model.lower().startswith(maker.lower()) else f"{maker} {model}".strip()
    return name if name and len(name) <= MAX_DEVICE and name.isprintable() else None

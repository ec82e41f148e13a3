"""What a picture looks like in 64 bits: nearly the same when it was shrunk, saved again or turned back, else not."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from bot.doubts.photos import MAX_DISTANCE, differing
from storage.pictures import read_picture
from tests import files


def drawn(seed: int, *, size: tuple[int, int] = (800, 600), quality: int = 90) -> bytes:
    """A JPEG of a few rectangles that depend on ``seed``."""
    picture = Image.new("RGB", (800, 600), (200, 200, 190))
    pen = ImageDraw.Draw(picture)
    for number in range(8):
        left, top = (seed * 137 + number * 211) % 700, (seed * 71 + number * 149) % 500
        grey = (seed * 53 + number * 97) % 255
        pen.rectangle((left, top, left + 60 + number * 20, top + 40 + number * 25), fill=(grey, 255 - grey, grey // 2))
    out = io.BytesIO()
    picture.resize(size).save(out, format="JPEG", quality=quality)
    return out.getvalue()


def look(data: bytes) -> int:
    """What a picture looks like."""
    found = read_picture(data).look
    assert found is not None
    assert -(2**63) <= found < 2**63
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_picture_is_recognised(seed: int) -> None:
    """Shrunk and saved again, as messengers do."""
    original = look(drawn(seed))
    assert differing(original, look(drawn(seed, size=(400, 300), quality=50))) <= MAX_DISTANCE
    assert differing(original, look(drawn(seed, size=(1600, 1200), quality=70))) <= MAX_DISTANCE


def test_other_pictures_are_not() -> None:
    """Far more bits differ."""
    looks = [look(drawn(seed)) for seed in range(6)]
    assert all(differing(a, b) > MAX_DISTANCE for at, a in enumerate(looks) for b in looks[:at])


def test_a_turned_picture_is_looked_at_upright() -> None:
    """As its EXIF says it lies."""
    upright = look(files.jpeg())
    turned = files.jpeg(block=files.exif(orientation=3))
    assert differing(upright, look(turned)) > MAX_DISTANCE
    with Image.open(io.BytesIO(files.jpeg())) as image:
        out = io.BytesIO()
        image.transpose(Image.Transpose.ROTATE_180).save(out, format="JPEG", exif=files.exif(orientation=3))
    assert differing(upright, look(out.getvalue())) <= MAX_DISTANCE


def test_a_plain_picture_looks_like_nothing() -> None:
    """A wall, a sheet of paper: they would all be the same."""
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (250, 250, 250)).save(out, format="JPEG")
    assert read_picture(out.getvalue()).look is None

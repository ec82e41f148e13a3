"""Photos: what is read out of them, what their copies look like and no longer say."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from storage.captured import Metadata
from storage.exif import MAX_DEVICE, MAX_EXIF
from storage.pictures import COPY_SIDE, MAX_PIXELS, read_picture
from storage.unfit import FileProblem, Unfit
from tests import files

Make = Callable[[], bytes]

WITH_EXIF: dict[str, Make] = {
    "jpeg": files.jpeg,
    "mpo": files.mpo,
    "heic": files.heic,
    "png": files.png,
    "webp": files.webp,
}


def opened(copy: bytes) -> Image.Image:
    """The copy as any reader sees it."""
    image = Image.open(io.BytesIO(copy))
    image.load()
    return image


def problem(data: bytes) -> FileProblem:
    """The code with which the bytes are refused."""
    with pytest.raises(Unfit) as raised:
        read_picture(data)
    return raised.value.code


@pytest.mark.parametrize("make", WITH_EXIF.values(), ids=WITH_EXIF)
def test_time_place_and_device_are_read(make: Make) -> None:
    """Every format that carries EXIF gives the moment with its offset, the place and the device."""
    metadata = read_picture(make()).metadata
    assert metadata.captured is not None
    assert metadata.captured.at == datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC)
    assert metadata.captured.at.utcoffset() == timedelta(hours=1)
    assert (metadata.latitude, metadata.longitude) == pytest.approx(files.PLACE, abs=1e-6)
    assert metadata.device == files.MODEL


@pytest.mark.parametrize("make", [*WITH_EXIF.values(), files.gif], ids=[*WITH_EXIF, "gif"])
def test_the_copy_says_nothing_but_the_picture(make: Make) -> None:
    """The copy has no EXIF, XMP, comment or profile, and none of the original's secrets anywhere in its bytes."""
    data = make()
    assert any(secret in data for secret in files.SECRETS)
    copy = read_picture(data).copy
    image = opened(copy)
    assert image.format == "JPEG"
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not [secret for secret in files.SECRETS if secret in copy]


@pytest.mark.parametrize("make", [*WITH_EXIF.values(), files.gif], ids=[*WITH_EXIF, "gif"])
def test_the_copy_shows_the_same_picture(make: Make) -> None:
    """The red quarter is where it was and the rest is blue."""
    image = opened(read_picture(make()).copy)
    assert image.size == (640, 480)
    assert _is_red(image, 100, 100)
    assert not _is_red(image, 500, 400)


def _is_red(image: Image.Image, x: int, y: int) -> bool:
    red, green, blue = image.getpixel((x, y))
    return red > 150 > max(green, blue)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_copy_is_upright(orientation: int) -> None:
    """Each of the eight EXIF orientations comes out as the same upright picture."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    lying = files.scene() if turn is None else files.scene().transpose(turn)
    out = io.BytesIO()
    lying.save(out, format="JPEG", exif=files.exif(orientation=orientation))
    picture = read_picture(out.getvalue())
    image = opened(picture.copy)
    assert (picture.width, picture.height) == image.size == (640, 480)
    assert _is_red(image, 100, 100)
    assert [_is_red(image, *corner) for corner in ((500, 100), (100, 400), (500, 400))] == [False] * 3


def test_a_large_photo_is_shrunk_and_its_true_size_told() -> None:
    """The copy's long side is bounded; width and height are the original's."""
    picture = read_picture(files.jpeg(4000, 3000))
    assert (picture.width, picture.height) == (4000, 3000)
    assert opened(picture.copy).size == (COPY_SIDE, COPY_SIDE * 3 // 4)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_of_jpeg_become_rgb(mode: str) -> None:
    """Grey and print colours come out as RGB."""
    assert opened(read_picture(files.jpeg(mode=mode)).copy).mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_other_modes_of_png_become_rgb(mode: str) -> None:
    """Palette, transparency, one bit and sixteen bits come out as RGB."""
    out = io.BytesIO()
    source = files.scene(mode="L") if mode == "I;16" else files.scene()
    source.convert(mode).save(out, format="PNG")
    assert opened(read_picture(out.getvalue()).copy).mode == "RGB"


def test_transparency_becomes_white_paper() -> None:
    """What could be seen through is white in the copy, not black."""
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, format="PNG")
    assert opened(read_picture(out.getvalue()).copy).getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize("profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"x" * 500])
def test_a_colour_profile_is_applied_and_left_out(profile: bytes) -> None:
    """A good profile and a broken one both leave a picture in sRGB that carries none."""
    out = io.BytesIO()
    files.scene().save(out, format="JPEG", icc_profile=profile)
    image = opened(read_picture(out.getvalue()).copy)
    assert "icc_profile" not in image.info
    assert _is_red(image, 100, 100)


def test_a_clock_without_an_offset_stays_naive() -> None:
    """Wall-clock time of nobody knows where is not passed off as a moment."""
    captured = read_picture(files.jpeg(block=files.exif(offset=None))).metadata.captured
    assert captured is not None
    assert not captured.is_aware
    assert captured.at == datetime(2026, 11, 20, 10, 15, 30)


@pytest.mark.parametrize(
    "taken",
    [
        "0000:00:00 00:00:00",
        "2026:13:40 10:00:00",
        "1826:01:01 10:00:00",
        "wczoraj",
        "",
        "9" * 5000,
        "٢٠٢٦:11:20 10:15:30",
    ],
)
def test_an_absurd_time_is_unknown(taken: str) -> None:
    """No such day, a year before photography, words, nothing, too much: unknown."""
    assert read_picture(files.jpeg(block=files.exif(taken=taken))).metadata.captured is None


@pytest.mark.parametrize("offset", ["+99:99", "Warszawa", "", "+1", "-25:00"])
def test_an_absurd_offset_leaves_the_time_naive(offset: str) -> None:
    """The time is kept, its zone unknown."""
    captured = read_picture(files.jpeg(block=files.exif(offset=offset))).metadata.captured
    assert captured is not None
    assert not captured.is_aware


@pytest.mark.parametrize(
    ("latitude", "ref"),
    [
        ((91.0, 0.0, 0.0), "N"),
        ((IFDRational(1, 0), 0.0, 0.0), "N"),
        ((50.0, 0.0, 0.0), "X"),
        ((50.0, 0.0, 0.0), ""),
        ((50.0, 0.0), "N"),
        ((0.0, 0.0, 0.0), "N"),
    ],
)
def test_an_absurd_place_is_unknown(latitude: tuple[float, ...], ref: str) -> None:
    """Outside the globe, without a hemisphere, or 0° 0°: no place."""
    block = files.exif()
    gps = block.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = latitude
    gps[ExifTags.GPS.GPSLatitudeRef] = ref
    if latitude == (0.0, 0.0, 0.0):
        gps[ExifTags.GPS.GPSLongitude] = latitude
    metadata = read_picture(files.jpeg(block=block)).metadata
    assert (metadata.latitude, metadata.longitude) == (None, None)
    assert metadata.device == files.MODEL


def test_south_and_west_are_negative() -> None:
    """The hemispheres give the sign."""
    block = files.exif()
    gps = block.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "S", "W"
    metadata = read_picture(files.jpeg(block=block)).metadata
    assert (metadata.latitude, metadata.longitude) == pytest.approx((-files.PLACE[0], -files.PLACE[1]), abs=1e-6)


@pytest.mark.parametrize(
    ("maker", "model", "device"),
    [
        ("Apple", "iPhone 16", "Apple iPhone 16"),
        ("samsung", "Samsung SM-A55", "Samsung SM-A55"),
        ("", "SM-A55", "SM-A55"),
        ("", "", None),
        ("A" * MAX_DEVICE, "B", None),
        ("Evil\x1b[31m", "X", None),
    ],
)
def test_the_device_is_a_short_plain_name(maker: str, model: str, device: str | None) -> None:
    """Maker and model without saying the maker twice; nothing that is too long or would act on a terminal."""
    block = files.exif()
    block[ExifTags.Base.Make], block[ExifTags.Base.Model] = maker, model
    assert read_picture(files.jpeg(block=block)).metadata.device == device


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, 400),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
)
def test_a_damaged_exif_block_never_costs_the_photo(cut: int, flips: list[tuple[int, int]]) -> None:
    """Bytes flipped and cut anywhere in the block: the photo is kept, what it tells is bounded."""
    block = bytearray(files.exif().tobytes())
    for at, value in flips:
        block[6 + at % (len(block) - 6)] = value
    picture = read_picture(files.jpeg(64, 64, block=bytes(block[: max(len(block) - cut, 6)])))
    assert len(picture.metadata.device or "") <= MAX_DEVICE
    assert abs(picture.metadata.latitude or 0) <= 90
    assert {picture.width, picture.height} == {64}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
def test_an_exif_block_that_points_into_itself_is_survived() -> None:
    """A directory that is its own sub-directory and claims gigabytes of values tells nothing."""
    entries = [
        struct.pack("<HHLL", ExifTags.Base.Make, 2, 0xFFFFFFFF, 8),
        struct.pack("<HHLL", ExifTags.IFD.Exif, 4, 1, 8),
        struct.pack("<HHLL", ExifTags.IFD.GPSInfo, 4, 1, 8),
    ]
    block = b"Exif\0\0II*\0" + struct.pack("<LH", 8, len(entries)) + b"".join(entries) + struct.pack("<L", 8)
    assert read_picture(files.jpeg(block=block)).metadata == Metadata()


def test_a_huge_exif_block_tells_nothing() -> None:
    """A block over the limit is not read at all; the photo is kept."""
    whole = files.png(64, 64)
    stuffed = files.exif().tobytes() + bytes(MAX_EXIF)
    without = io.BytesIO()
    Image.open(io.BytesIO(whole)).save(without, format="PNG")
    data = without.getvalue()[:33] + files.png_chunk(b"eXIf", stuffed[6:]) + without.getvalue()[33:]
    assert read_picture(data).metadata == Metadata()


def test_an_enormous_picture_is_not_decoded() -> None:
    """109 kB that unpack to 900 megapixels are a bomb; 100 megapixels are too many, and it is said how many."""
    assert problem(files.png_bomb(30_000)) is FileProblem.BOMB
    with pytest.raises(Unfit) as raised:
        read_picture(files.png_bomb(10_000))
    assert raised.value.code is FileProblem.TOO_MANY_PIXELS
    assert raised.value.details == {"megapixels": "100", "limit": str(MAX_PIXELS // 1_000_000)}


def test_a_picture_just_within_the_limit_is_taken() -> None:
    """49 megapixels are a photo."""
    assert read_picture(files.png_bomb(7_000)).width == 7_000


def test_endless_scans_and_swollen_text_are_refused() -> None:
    """A JPEG that asks for hundreds of passes, and a PNG whose comment unpacks to 64 MB."""
    assert problem(files.jpeg_of_many_scans(60)) is FileProblem.BOMB
    assert problem(files.png_text_bomb()) is FileProblem.CORRUPT


@pytest.mark.parametrize("make", WITH_EXIF.values(), ids=WITH_EXIF)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.97])
def test_half_a_picture_is_corrupt(make: Make, part: float) -> None:
    """A file cut anywhere in its first picture is refused, never shown half grey."""
    data = make()
    if make is files.mpo:
        data = data[: len(data) // 2]
    assert problem(data[: int(len(data) * part)]) is FileProblem.CORRUPT


def test_an_icon_is_no_evidence() -> None:
    """Under 32 pixels a side there is nothing to see."""
    assert problem(files.png(31, 200)) is FileProblem.TOO_FEW_PIXELS
    assert read_picture(files.png(32, 200)).height == 200


def test_a_heic_thumbnail_is_not_taken_for_the_photo() -> None:
    """The copy comes from the photo itself, even where the file offers another picture as its thumbnail."""
    out = io.BytesIO()
    files.scene(2400, 600).save(out, format="HEIF", thumbnails=[2100])
    assert opened(read_picture(out.getvalue()).copy).size == (COPY_SIDE, COPY_SIDE // 4)

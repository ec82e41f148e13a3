"""Photos: whether the bytes really are one, a copy of it rebuilt from pixels alone, and what it looks like."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from storage.captured import Metadata
from storage.exif import metadata_of, orientation_of, read_exif
from storage.unfit import FileProblem, Unfit

MAX_PIXELS = 50_000_000
"""Width times height of the largest photo that is decoded (a phone's 50-megapixel mode)."""
MIN_SIDE = 32
"""Pixels of the shortest side: anything less is an icon, not evidence."""
BOMB_PIXELS = 500_000_000
"""From here on no camera made it."""
MAX_PIXEL_PASSES = 1_500_000_000
"""Pixels times scans of a progressive JPEG: a small file can ask for hours of decoding."""
COPY_SIDE = 2048
"""Pixels of the copy's long side."""
DRAFT_GAP = 1.5
"""A JPEG is decoded at a half, a quarter or an eighth if that is still this many times the copy."""
COPY_QUALITY = 85
"""JPEG quality of the copy (Pillow's scale, 1 to 95)."""
COPY_MEDIA_TYPE = "image/jpeg"
LOOK_SIDE = 32
"""Pixels of the side to which a picture is shrunk for its look."""
LOOK_WAVES = 8
"""So many of the slowest waves in each direction make the look: eight by eight is 64 bits."""
LEAST_CONTRAST = 4.0
"""Standard deviation of the shrunk picture's grey (0 to 255) below which it is too plain to look like anything."""
MAX_PROFILE = 4 * 1024 * 1024
"""Bytes of the largest colour profile that is applied."""

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "HEIF": "image/heic",
}
"""The formats that are taken, by Pillow's name."""
_DECODERS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
"""MPO, several JPEGs in a row, is what the JPEG decoder makes of some phones' photos."""

# A thumbnail inside a file may be quite another picture: the copy is made from the photo itself.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
# Opening decodes nothing, so it may see more than MAX_PIXELS: _check_size refuses those, and can say how many.
Image.MAX_IMAGE_PIXELS = BOMB_PIXELS
warnings.filterwarnings("ignore", module=r"PIL\.TiffImagePlugin")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""
_SIDEWAYS = 5
"""From this orientation on, width and height change places."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that was decoded whole: width and height in pixels when upright, ``copy`` a JPEG without metadata."""

    media_type: str
    width: int
    height: int
    metadata: Metadata
    copy: bytes
    look: int | None = None
    """64 bits (as a signed number) that pictures looking alike have nearly in common; None for a plain one."""


def read_picture(data: bytes) -> Picture:
    """Decode a photo, read its metadata and make its copy.

    Takes tens to hundreds of milliseconds: call it in a thread. Raises Unfit with ``corrupt``, ``too_many_pixels``,
    ``too_few_pixels`` or ``bomb``.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_DECODERS) as image:
            return _read(image, scans=data.count(b"\xff\xda"))
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Unfit(FileProblem.BOMB) from error
    except Exception as error:  # decoders raise whatever they like for hostile bytes
        raise Unfit(FileProblem.CORRUPT) from error


def _read(image: Image.Image, *, scans: int) -> Picture:
    width, height = image.size
    _check_size(width, height)
    is_jpeg = image.format in {"JPEG", "MPO"}
    if is_jpeg and width * height * scans > MAX_PIXEL_PASSES:
        raise Unfit(FileProblem.BOMB)
    media_type = MEDIA_TYPES[image.format or ""]
    image.thumbnail((COPY_SIDE, COPY_SIDE), reducing_gap=DRAFT_GAP)
    image.load()
    _check_size(*image.size, smallest=1)
    exif = read_exif(image)
    orientation = orientation_of(exif)
    if orientation >= _SIDEWAYS:
        width, height = height, width
    upright = _upright(image, _TURNS.get(orientation))
    return Picture(
        media_type=media_type,
        width=width,
        height=height,
        metadata=metadata_of(exif),
        copy=_rebuilt(upright),
        look=_look(upright),
    )


def _check_size(width: int, height: int, *, smallest: int = MIN_SIDE) -> None:
    pixels = width * height
    if pixels > BOMB_PIXELS:
        raise Unfit(FileProblem.BOMB)
    if pixels > MAX_PIXELS:
        raise Unfit(
            FileProblem.TOO_MANY_PIXELS, megapixels=str(pixels // 1_000_000), limit=str(MAX_PIXELS // 1_000_000)
        )
    if min(width, height) < smallest:
        raise Unfit(FileProblem.TOO_FEW_PIXELS, width=str(width), height=str(height), limit=str(smallest))


def _upright(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """The pixels in sRGB, upright, on white."""
    plain = _srgb(_flat(image), image.info.get("icc_profile"))
    return plain if turn is None else plain.transpose(turn)


def _look(upright: Image.Image) -> int | None:
    """Which of the slowest waves of the shrunk grey picture are stronger than half of them (a DCT hash)."""
    small = upright.convert("L").resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.LANCZOS)
    grey = np.asarray(small, dtype=np.float64)
    if float(grey.std()) < LEAST_CONTRAST:
        return None
    steps = np.arange(LOOK_SIDE)
    waves = np.cos(np.pi / LOOK_SIDE * (steps[None, :] + 0.5) * np.arange(1, LOOK_WAVES + 1)[:, None])
    strength = waves @ grey @ waves.T
    bits = (strength > np.median(strength)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big", signed=True)


def _rebuilt(upright: Image.Image) -> bytes:
    """A JPEG of the pixels: nothing else of the file gets through."""
    fresh = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    fresh.save(out, format="JPEG", quality=COPY_QUALITY, optimize=True)
    return out.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency, in a mode that colour management knows."""
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; a profile that is missing, broken or for other colours is taken for sRGB."""
    if profile and len(profile) <= MAX_PROFILE:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")

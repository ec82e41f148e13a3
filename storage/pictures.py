"""Photos: whether the bytes really are one, and a copy of it rebuilt from pixels alone."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageCms

from storage.exif import Metadata, metadata_of, orientation_of, read_exif
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
    copy = _rebuilt(image, _TURNS.get(orientation))
    return Picture(media_type=media_type, width=width, height=height, metadata=metadata_of(exif), copy=copy)


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


def _rebuilt(image: Image.Image, turn: Image.Transpose | None) -> bytes:
    """A JPEG of the pixels in sRGB, upright, on white: nothing else of the file gets through."""
    plain = _srgb(_flat(image), image.info.get("icc_profile"))
    upright = plain if turn is None else plain.transpose(turn)
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

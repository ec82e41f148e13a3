"""Real files for the tests, made on the spot: photos that tell when and where, documents, recordings, hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import pillow_heif
from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

MAKER = "Nokfone"
MODEL = "Nokfone Lumen 7"
SERIAL = "SN-TAJNE-4471"
PLACE = (52.6237, 20.3748)
"""Degrees of the place in the photos' EXIF."""
TAKEN = "2026:11:20 10:15:30"
SECRETS = (MAKER.encode(), b"Lumen", SERIAL.encode(), TAKEN.encode(), b"2026:11:20", b"Exif", b"xpacket", b"GPS")
"""What must not be found in a clean copy."""


def exif(*, taken: str | None = TAKEN, offset: str | None = "+01:00", orientation: int = 1) -> Image.Exif:
    """EXIF as a phone writes it: time, place, device."""
    block = Image.Exif()
    block[ExifTags.Base.Make] = MAKER
    block[ExifTags.Base.Model] = MODEL
    block[ExifTags.Base.Orientation] = orientation
    details = block.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.BodySerialNumber] = SERIAL
    if taken is not None:
        details[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = block.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = _sexagesimal(PLACE[0])
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = _sexagesimal(PLACE[1])
    return block


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees % 1) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 4)


@cache
def scene(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture whose left upper quarter is red and the rest a blue gradient, so that its turns can be told apart."""
    blue = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (Image.new("L", blue.size, 20), Image.new("L", blue.size, 60), blue))
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))
    return picture.convert(mode)


def jpeg(width: int = 640, height: int = 480, *, block: Image.Exif | bytes | None = None, mode: str = "RGB") -> bytes:
    """A JPEG with EXIF (a phone's, unless given), XMP and a comment."""
    xmp = f"<?xpacket begin?><x:xmpmeta><rdf:RDF>{SERIAL}</rdf:RDF></x:xmpmeta>".encode()
    kept = exif() if block is None else block
    return _saved(scene(width, height, mode), "JPEG", exif=kept, xmp=xmp, comment=SERIAL.encode())


def heic(width: int = 640, height: int = 480) -> bytes:
    """A photo as iPhones make it, with EXIF."""
    pillow_heif.register_heif_opener(thumbnails=False)
    return _saved(scene(width, height), "HEIF", exif=exif())


def png(width: int = 640, height: int = 480, *, mode: str = "RGB") -> bytes:
    """A PNG with EXIF."""
    return _saved(scene(width, height, mode), "PNG", exif=exif())


def webp(width: int = 640, height: int = 480) -> bytes:
    """A WebP with EXIF."""
    return _saved(scene(width, height), "WEBP", exif=exif())


def gif(width: int = 640, height: int = 480) -> bytes:
    """A GIF of two frames with a comment."""
    frames = [scene(width, height, "P"), scene(width, height, "L")]
    return _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=SERIAL)


def mpo(width: int = 640, height: int = 480) -> bytes:
    """A photo of a phone that stores two pictures in one JPEG."""
    first = scene(width, height)
    return _saved(first, "MPO", save_all=True, append_images=[first.rotate(180)], exif=exif())


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png_bomb(side: int) -> bytes:
    """A square PNG, grey and one bit deep, that is a thousand times larger unpacked."""
    row = b"\x00" + bytes((side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A small PNG whose text chunk unpacks to 64 MB."""
    whole = png(64, 64)
    chunk = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(64_000_000), 9))
    return whole[:33] + chunk + whole[33:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg_of_many_scans(scans: int) -> bytes:
    """A large progressive JPEG that repeats its last scan."""
    whole = _saved(Image.new("L", (6000, 6000), "white"), "JPEG", progressive=True, quality=1)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + whole[-2:]


def pdf(pages: int = 2, *, photo: bytes | None = None, password: str | None = None) -> bytes:
    """A PDF with an author, a script, a launch action, an attachment, a link and a filled-in field on each page."""
    writer = PdfWriter()
    for number in range(pages):
        page = writer.add_blank_page(300, 400)
        drawn = f"BT /F1 24 Tf 20 350 Td (Strona {number + 1}) Tj ET"
        if photo is not None:
            drawn += " q 200 0 0 150 20 100 cm /Im1 Do Q"
        page[NameObject("/Contents")] = writer._add_object(_stream(drawn.encode()))
        page[NameObject("/Resources")] = _resources(writer, photo)
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): _script()})
        writer.add_annotation(number, Link(rect=(0, 0, 50, 50), url="https://example.org/" + SERIAL))
        page["/Annots"].append(writer._add_object(_field(writer)))  # type: ignore[attr-defined]
    writer.add_attachment("tajne.txt", SERIAL.encode())
    scripts = ArrayObject([TextStringObject("s"), _script()])
    writer.root_object["/Names"][NameObject("/JavaScript")] = DictionaryObject({NameObject("/Names"): scripts})  # type: ignore[index]
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/Launch"),
            NameObject("/F"): TextStringObject("calc.exe"),
        }
    )
    writer.root_object[NameObject("/Metadata")] = writer._add_object(_stream(b"<?xpacket?>" + SERIAL.encode()))
    writer.add_metadata({"/Author": MAKER, "/Title": SERIAL})
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stream(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


def _script() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"alert('{SERIAL}')")}
    )


def _field(writer: PdfWriter) -> DictionaryObject:
    look = _stream(b"BT /F1 12 Tf (Wpisane) Tj ET")
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = ArrayObject([FloatObject(n) for n in (0, 0, 100, 20)])
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/T"): TextStringObject(SERIAL),
            NameObject("/A"): _script(),
            NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (20, 20, 120, 40)]),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
        }
    )


def _resources(writer: PdfWriter, photo: bytes | None) -> DictionaryObject:
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})})
    if photo is not None:
        image = StreamObject()
        image._data = photo
        for key, value in (
            ("/Type", NameObject("/XObject")),
            ("/Subtype", NameObject("/Image")),
            ("/Filter", NameObject("/DCTDecode")),
            ("/ColorSpace", NameObject("/DeviceRGB")),
            ("/Width", NumberObject(640)),
            ("/Height", NumberObject(480)),
            ("/BitsPerComponent", NumberObject(8)),
        ):
            image[NameObject(key)] = value
        image[NameObject("/Metadata")] = writer._add_object(_stream(SERIAL.encode()))
        names = DictionaryObject({NameObject("/Im1"): writer._add_object(image)})
        resources[NameObject("/XObject")] = names
    return resources


def ogg(packets: int = 50) -> bytes:
    """A voice memo in the container of messengers: Ogg pages with Opus headers; the sound itself is noise."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    bodies = [head, tags, *(bytes([0x78]) + bytes(range(80)) for _ in range(packets))]
    last = len(bodies) - 1
    return b"".join(
        _ogg_page(body, number, flags=2 if number == 0 else 4 if number == last else 0)
        for number, body in enumerate(bodies)
    )


def _ogg_page(body: bytes, number: int, *, flags: int) -> bytes:
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, number * 960, 7, number, 0, 1)
    return header + bytes([len(body)]) + body


def wav(seconds: int = 1) -> bytes:
    """A second of silence, 8 kHz, 8 bit."""
    sound = b"\x80" * 8000 * seconds
    head = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + b"fmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3(frames: int = 20, *, tagged: bool = True) -> bytes:
    """MPEG-1 layer III frames of silence, 128 kbit/s at 44.1 kHz, with an ID3 tag before them."""
    tag = b"ID3\x04\x00\x00" + bytes((0, 0, 0, 20)) + bytes(20) if tagged else b""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def aac(frames: int = 20) -> bytes:
    """AAC frames with ADTS headers."""
    length = 64
    head = bytes((0xFF, 0xF1, 0x50, 0x80, length >> 3, (length & 7) << 5 | 0x1F, 0xFC))
    return (head + bytes(length - 7)) * frames


def m4a(*tracks: bytes) -> bytes:
    """The boxes of an MP4 with a track of each kind (``soun``, ``vide``)."""
    handlers = b"".join(
        _box(b"trak", _box(b"mdia", _box(b"hdlr", bytes(8) + kind + bytes(13)))) for kind in tracks or (b"soun",)
    )
    return _box(b"ftyp", b"M4A \x00\x00\x00\x00mp42isom") + _box(b"moov", handlers) + _box(b"mdat", bytes(500))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def webm(*, codec: bytes = b"A_OPUS") -> bytes:
    """What the voice recorder of a browser sends: EBML head, one track, one cluster of unknown length."""
    head = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x84webm\x42\x87\x81\x04"
    track = b"\x16\x54\xae\x6b" + bytes([0x80 | (len(codec) + 4)]) + b"\xae" + bytes([0x80 | (len(codec) + 2)])
    track += b"\x86" + bytes([0x80 | len(codec)]) + codec
    return head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + track + b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + bytes(300)


HTML = b"<!DOCTYPE html><html><script>alert(1)</script><body>Zaloguj</body></html>"

"""Received files: their content decides what they are; documents lose what runs, recordings are checked and kept."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject, StreamObject

from storage import documents
from storage.files import MAX_BYTES, MAX_NAME, Expected, Inspected, Refusal, inspect, refusal_of
from storage.jpeg import jpeg2000_without_metadata, without_metadata
from storage.unfit import FileProblem
from tests import files

Make = Callable[[], bytes]

PICTURES: dict[str, Make] = {
    "image/jpeg": files.jpeg,
    "image/png": files.png,
    "image/webp": files.webp,
    "image/gif": files.gif,
    "image/heic": files.heic,
}
SOUNDS: dict[str, Make] = {
    "audio/ogg": files.ogg,
    "audio/webm": files.webm,
    "audio/mp4": files.m4a,
    "audio/mpeg": files.mp3,
    "audio/aac": files.aac,
    "audio/wav": files.wav,
}
EVERYTHING = PICTURES | SOUNDS | {"application/pdf": files.pdf}


def taken(data: bytes, expected: Expected = "file", name: str | None = None, media: str | None = None) -> Inspected:
    """The file, which must have been taken."""
    found = inspect(data, expected=expected, declared_name=name, declared_type=media)
    assert isinstance(found, Inspected), found
    return found


def refused(data: bytes, expected: Expected = "file") -> Refusal:
    """The refusal of a file that must not have been taken."""
    found = inspect(data, expected=expected)
    assert isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize(("media", "make"), EVERYTHING.items(), ids=EVERYTHING)
@pytest.mark.parametrize("expected", ["image", "file", "audio"])
def test_each_question_takes_its_kinds_of_files(media: str, make: Make, expected: Expected) -> None:
    """A photo question takes photos; a file question photos and PDF; a voice question recordings; each says why not."""
    data = make()
    wanted = {"image": set(PICTURES), "file": {*PICTURES, "application/pdf"}, "audio": set(SOUNDS)}[expected]
    if media in wanted:
        found = taken(data, expected)
        assert found.media_type == media
        assert found.size == len(data)
        assert (found.copy is None) == (expected == "audio")
        return
    refusal = refused(data, expected)
    assert refusal.code.value == {"image": "not_a_picture", "file": "unsupported", "audio": "not_audio"}[expected]
    assert refusal.details["found"] in {"pdf", *(kind.split("/")[1] for kind in EVERYTHING), "mp3"}


def test_name_and_declared_type_do_not_matter() -> None:
    """A JPEG called .pdf and declared as HTML is a JPEG; a web page called .jpg is no picture."""
    found = taken(files.jpeg(), "image", "umowa.pdf", "text/html")
    assert (found.media_type, found.name) == ("image/jpeg", "umowa.jpg")
    refusal = inspect(files.HTML, expected="image", declared_name="foto.jpg", declared_type="image/jpeg")
    assert refusal == Refusal(FileProblem.NOT_A_PICTURE, {"found": "html"})


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"PK\x03\x04...word/document.xml", "office"),
        (b"PK\x03\x04...readme", "archive"),
        (b"\xd0\xcf\x11\xe0" + bytes(20), "office"),
        (b"MZ\x90\x00" + bytes(20), "program"),
        (b"  <svg onload=alert(1)>", "html"),
        (b"Rar!\x1a\x07", "archive"),
        (b"II*\x00" + bytes(20), "tiff"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        (b"\x00\x00\x00\x1cftypavif", "avif"),
        ("Dzień dobry".encode(), "text"),
        ("ż".encode() * 600 + b"z", "text"),
        (b"\x00\x01\x02\x03" * 10, "unknown"),
        (b"\x93\xff" * 30, "unknown"),
    ],
)
def test_what_cannot_be_taken_is_called_by_its_kind(data: bytes, found: str) -> None:
    """The refusal says what it is, so that the person learns what to send instead."""
    assert refused(data) == Refusal(FileProblem.UNSUPPORTED, {"found": found})


def test_nothing_and_too_much_are_refused() -> None:
    """An empty file, and one a byte over the limit with its size in megabytes rounded up."""
    assert refused(b"") == Refusal(FileProblem.EMPTY)
    assert refused(b"x" * (MAX_BYTES + 1)) == Refusal(FileProblem.TOO_LARGE, {"megabytes": "21", "limit": "20"})


@pytest.mark.parametrize("refusal", [Refusal(FileProblem.EMPTY), refused(b"x" * (MAX_BYTES + 1)), refused(files.HTML)])
def test_a_refusal_survives_as_one_line(refusal: Refusal) -> None:
    """What an evidence row keeps gives the refusal back, details and all."""
    assert refusal_of(refusal.problem) == refusal


def test_an_unknown_problem_is_an_error() -> None:
    """A line nobody wrote is not taken for a refusal."""
    with pytest.raises(ValueError, match="nonsense"):
        refusal_of("nonsense?x=1")


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        (None, "plik.pdf"),
        ("", "plik.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\dokumenty\\Pismo z urzędu.PDF", "Pismo z urzędu.pdf"),
        ("a\u202egpj.exe", "agpj.pdf"),
        ("linia\r\nSet-Cookie: x.pdf", "liniaSet-Cookie x.pdf"),
        ("x" * 300 + ".pdf", "x" * MAX_NAME + ".pdf"),
        ('<b>"|?*', "b.pdf"),
        (".htaccess", "plik.pdf"),
        ("...", "plik.pdf"),
    ],
)
def test_the_kept_name_is_safe(declared: str | None, name: str) -> None:
    """No folders, no invisible or reversing characters, bounded, with the extension of what the file is."""
    assert taken(files.pdf(1), name=declared).name == name


@pytest.mark.parametrize(("media", "make"), EVERYTHING.items(), ids=EVERYTHING)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_damage_makes_it_raise(media: str, make: Make, data: st.DataObject) -> None:
    """Cut and flipped anywhere, a file is taken or refused, and nothing else."""
    whole = bytearray(make())
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=8)):
        whole[at] = value
    cut = data.draw(st.integers(0, len(whole)))
    expected: Expected = "audio" if media in SOUNDS else "file"
    assert isinstance(inspect(bytes(whole[:cut]), expected=expected), Inspected | Refusal)


# Documents ----------------------------------------------------------------------------------------------------------


def test_a_document_loses_what_runs_and_what_tells() -> None:
    """No script, action, attachment, link, author or XMP in the copy; none of their words anywhere in its objects."""
    data = files.pdf(2, photo=files.jpeg())
    found = taken(data)
    assert (found.pages, found.copy_media_type) == (2, "application/pdf")
    assert found.copy is not None
    words = _everything(found.copy)
    before = _everything(data)
    for telling in (*files.SECRETS[:5], b"/JavaScript", b"/Launch", b"/EmbeddedFiles", b"/URI", b"/OpenAction", b"/AA"):
        assert telling in before
        assert telling not in words
    assert not PdfReader(io.BytesIO(found.copy)).metadata


def test_a_document_keeps_what_it_shows() -> None:
    """Texts, photos and filled-in fields of every page are in the copy."""
    found = taken(files.pdf(3, photo=files.jpeg()))
    assert found.copy is not None
    pages = PdfReader(io.BytesIO(found.copy)).pages
    assert [page.extract_text().strip() for page in pages] == ["Strona 1", "Strona 2", "Strona 3"]
    assert pages[2].images[0].image is not None
    assert pages[2].images[0].image.size == (640, 480)
    fields = [annotation.get_object() for annotation in pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [field["/AP"]["/N"].get_data() for field in fields] == [b"BT /F1 12 Tf (Wpisane) Tj ET"]


def _everything(data: bytes) -> bytes:
    """The file's bytes with every stream unpacked."""
    reader = PdfReader(io.BytesIO(data))
    writer = PdfWriter(clone_from=reader)
    parts = [data]
    for value in writer._objects:
        if isinstance(value, StreamObject) and value.get("/Filter") == "/FlateDecode":
            parts.append(value.get_data())
        parts.append(repr(value).encode())
    return b"\n".join(parts)


def test_a_photo_packed_twice_inside_a_document_is_cleaned_too() -> None:
    """A compressed JPEG is unpacked to get at its EXIF."""
    writer = PdfWriter(clone_from=io.BytesIO(files.pdf(1, photo=files.jpeg())))
    for value in writer._objects:
        if isinstance(value, StreamObject) and value.get("/Subtype") == "/Image":
            value._data = zlib.compress(value._data)
            value[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode"), NameObject("/DCTDecode")])
    out = io.BytesIO()
    writer.write(out)
    found = taken(out.getvalue())
    assert found.copy is not None
    assert files.SERIAL.encode() not in _everything(found.copy)
    assert PdfReader(io.BytesIO(found.copy)).pages[0].images[0].image is not None


def test_a_document_with_a_password_is_refused() -> None:
    """It could not be looked at; the person is told to send it without."""
    assert refused(files.pdf(password="sezam")).code is FileProblem.ENCRYPTED


def test_a_document_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said how many there are and how many may be."""
    monkeypatch.setattr(documents, "MAX_PAGES", 3)
    assert refused(files.pdf(4)) == Refusal(FileProblem.TOO_MANY_PAGES, {"found": "pdf", "pages": "4", "limit": "3"})


def test_a_document_of_too_many_objects_is_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is bounded before it is begun."""
    monkeypatch.setattr(documents, "MAX_OBJECTS", 5)
    assert refused(files.pdf(2)).code is FileProblem.BOMB


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", files.pdf()[:900], b"%PDF-" + b"[" * 100_000])
def test_a_broken_document_is_corrupt(data: bytes) -> None:
    """No pages, half a file, a nest of brackets."""
    assert refused(data).code is FileProblem.CORRUPT


def test_a_jpeg_is_stripped_bit_for_bit() -> None:
    """The picture's own segments stay as they are; EXIF, XMP, comment and all after the end are gone."""
    whole = files.jpeg() + b"PRIVATE TRAILER"
    stripped = without_metadata(whole)
    assert stripped.startswith(b"\xff\xd8")
    assert stripped.endswith(b"\xff\xd9")
    assert not [secret for secret in (*files.SECRETS, b"PRIVATE") if secret in stripped]
    scan = files.jpeg()[files.jpeg().index(b"\xff\xda") :]
    assert stripped.endswith(scan)
    assert without_metadata(b"GIF89a") == b""


def test_jpeg_2000_boxes_are_emptied_in_place() -> None:
    """Metadata boxes become free space of the same length; the codestream is untouched; a bare one has none."""
    box = (len(files.SERIAL) + 8).to_bytes(4) + b"uuid" + files.SERIAL.encode()
    last = (0).to_bytes(4) + b"jp2c" + b"\xff\x4f codestream"
    data = b"\x00\x00\x00\x0cjP  \r\n\x87\n" + box + last
    stripped = jpeg2000_without_metadata(data)
    assert len(stripped) == len(data)
    assert stripped.endswith(last)
    assert files.SERIAL.encode() not in stripped
    assert jpeg2000_without_metadata(b"\xff\x4f bare") == b"\xff\x4f bare"


# Recordings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [files.ogg, files.wav, files.m4a], ids=["ogg", "wav", "mp4"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.99])
def test_half_a_recording_is_corrupt(make: Make, part: float) -> None:
    """Where the container tells its lengths, a cut is noticed."""
    data = make()
    assert refused(data[: int(len(data) * part)], "audio").code is FileProblem.CORRUPT


@pytest.mark.parametrize(
    "film",
    [
        files.m4a(b"soun", b"vide"),
        files.m4a(b"vide"),
        files.webm(codec=b"V_VP9"),
        files.ogg().replace(b"Opus", b"ther"),
    ],
    ids=["mp4 with picture", "mp4 without sound", "webm", "theora"],
)
def test_a_film_is_no_recording(film: bytes) -> None:
    """A container that could hold sound but holds pictures is refused."""
    assert refused(film, "audio").code is FileProblem.NOT_AUDIO


@pytest.mark.parametrize(
    "broken",
    [
        files.ogg(0),
        files.ogg() + b"junk",
        files.webm().replace(b"\x1f\x43\xb6\x75", bytes(4)),
        files.m4a().replace(b"mdat", b"free"),
        files.wav().replace(b"data", b"junk"),
        files.mp3(0),
    ],
    ids=["ogg without sound", "ogg with junk", "webm", "mp4", "wav", "mp3 of a tag alone"],
)
def test_a_container_without_sound_is_corrupt(broken: bytes) -> None:
    """Headers alone are no recording."""
    assert refused(broken, "audio").code is FileProblem.CORRUPT


def test_a_recording_of_unknown_length_is_taken() -> None:
    """A WAV written live says 0 or 4 GB; an MP3 may come without a tag."""
    live = bytearray(files.wav())
    live[40:44] = b"\xff\xff\xff\xff"
    assert taken(bytes(live), "audio").media_type == "audio/wav"
    assert taken(files.mp3(tagged=False), "audio").media_type == "audio/mpeg"

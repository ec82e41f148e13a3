"""PDF evidence: whether the bytes really are one, and a copy of the pages alone: nothing that runs, no metadata."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from storage.jpeg import jpeg2000_without_metadata, without_metadata
from storage.unfit import FileProblem, Unfit

MAX_PAGES = 300
MAX_OBJECTS = 100_000
"""Objects of the largest document that is read: time grows with them."""
MAX_IMAGE_BYTES = 75_000_000
"""Bytes of a photo inside a document once it is unpacked."""
COPY_MEDIA_TYPE = "application/pdf"

_PAGE_KEYS = ("/Resources", "/Contents", "/CropBox", "/Rotate", "/UserUnit", "/Group")
"""What makes a page look as it does; actions, thumbnails, private data of programs and the rest stay behind."""
_ANNOTATION_KEYS = ("/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F", "/BS", "/Border", "/C", "/OC")
"""What makes a filled-in form field, a stamp or a highlight look as it does."""
_ANNOTATIONS_LEFT_OUT = frozenset(
    {"/Link", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Projection"}
)
_LEFT_OUT = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/Info"),
    *("/JS", "/JavaScript", "/OpenAction", "/AA", "/PA", "/AF", "/EF", "/EmbeddedFiles", "/RichMediaContent"),
    *("/StructParent", "/StructParents", "/StructTreeRoot", "/Parent", "/OPI", "/Alternates"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF that was parsed whole."""

    pages: int
    copy: bytes


def read_document(data: bytes) -> Document:
    """Parse a PDF and rebuild it page by page.

    Takes up to seconds: call it in a thread. A signature does not survive in the copy, only in the original. Raises
    Unfit with ``encrypted``, ``corrupt``, ``too_many_pages`` or ``bomb``.
    """
    try:
        return _read(data)
    except Unfit:
        raise
    except (LimitReachedError, MemoryError) as error:
        raise Unfit(FileProblem.BOMB) from error
    except Exception as error:  # parsers raise whatever they like for hostile bytes, RecursionError included
        raise Unfit(FileProblem.CORRUPT) from error


def _read(data: bytes) -> Document:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Unfit(FileProblem.ENCRYPTED)
    if sum(len(entries) for entries in reader.xref.values()) + len(reader.xref_objStm) > MAX_OBJECTS:
        raise Unfit(FileProblem.BOMB)
    pages = len(reader.pages)
    if pages == 0:
        raise Unfit(FileProblem.CORRUPT)
    if pages > MAX_PAGES:
        raise Unfit(FileProblem.TOO_MANY_PAGES, pages=str(pages), limit=str(MAX_PAGES))
    copy = _rebuilt(reader)
    if len(PdfReader(io.BytesIO(copy)).pages) != pages:
        raise Unfit(FileProblem.CORRUPT)
    return Document(pages=pages, copy=copy)


def _rebuilt(reader: PdfReader) -> bytes:
    writer = PdfWriter()
    for page in reader.pages:
        box = page.mediabox
        fresh = writer.add_blank_page(float(box.width), float(box.height))
        fresh[NameObject("/MediaBox")] = _copied(box, writer)
        for key in _PAGE_KEYS:
            if key in page:
                fresh[NameObject(key)] = _copied(page.raw_get(key), writer)
        annotations = ArrayObject(_annotations(page, writer))
        if annotations:
            fresh[NameObject("/Annots")] = annotations
    layers = reader.root_object.get("/OCProperties")
    if layers is not None:  # without them, layers that were switched off would show
        writer.root_object[NameObject("/OCProperties")] = _copied(layers, writer)
    _strip_photos(writer)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _copied(value: Any, writer: PdfWriter) -> Any:  # noqa: ANN401 - any PDF object
    return value.clone(writer, ignore_fields=_LEFT_OUT)


def _annotations(page: PageObject, writer: PdfWriter) -> Iterator[DictionaryObject]:
    for reference in cast("ArrayObject", page.get("/Annots", ArrayObject())):
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or "/AP" not in annotation:
            continue
        if annotation.get("/Subtype") in _ANNOTATIONS_LEFT_OUT:
            continue
        fresh = DictionaryObject()
        for key in _ANNOTATION_KEYS:
            if key in annotation:
                fresh[NameObject(key)] = _copied(annotation.raw_get(key), writer)
        yield fresh


def _strip_photos(writer: PdfWriter) -> None:
    """Photos are stored in a PDF as the camera made them, EXIF and all."""
    for value in writer._objects:  # noqa: SLF001 - pypdf offers no other way to every object once
        if isinstance(value, StreamObject) and value.get("/Subtype") == "/Image":
            _strip_photo(value)


def _strip_photo(image: StreamObject) -> None:
    filters = image.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    data = image._data  # noqa: SLF001 - get_data() would decode the photo
    match names:
        case ["/DCTDecode"]:
            stripped = without_metadata(data)
        case ["/FlateDecode", "/DCTDecode"]:
            stripped = without_metadata(zlib.decompressobj().decompress(data, MAX_IMAGE_BYTES))
            image[NameObject("/Filter")] = NameObject("/DCTDecode")
            image.pop("/DecodeParms", None)
        case ["/JPXDecode"]:
            stripped = jpeg2000_without_metadata(data)
        case [*_, "/DCTDecode" | "/JPXDecode"]:
            stripped = b""  # cannot be cleaned: the copy shows an empty place, the original has it
        case _:
            return
    image._data = stripped  # noqa: SLF001 - set_data() would encode it again

"""Telegram's idea of text: lengths and entities counted in UTF-16 units, long texts cut at paragraph borders."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.telegram import speakable

MAX_TEXT = 4096
"""UTF-16 units of one message. (The server counts characters; counting units is never less.)"""

MAX_CAPTION = 1024
"""UTF-16 units under a photo or a file."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of characters (Python's) that looks different: ``look`` is a MessageEntity type."""

    look: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and the looks of its parts."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def units(self) -> int:
        """The text's length as Telegram counts it."""
        return utf16_length(self.text)

    def entities(self) -> list[dict[str, object]]:
        """The spans as MessageEntity objects."""
        return [
            {
                "type": span.look,
                "offset": utf16_length(self.text[: span.start]),
                "length": utf16_length(self.text[span.start : span.end]),
            }
            for span in self.spans
        ]


def utf16_length(text: str) -> int:
    """UTF-16 units: two for every character beyond the basic plane, such as most emoji."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def compose(*, head: str, body: str, note: str) -> Styled:
    """Head in bold above, the body, the note in italics below."""
    text = ""
    spans: list[Span] = []
    for part, look, gap in ((head, "bold", ""), (body, None, "\n"), (note, "italic", "\n\n")):
        words = speakable(part).strip()
        if not words:
            continue
        if text:
            text += gap
        if look:
            spans.append(Span(look, len(text), len(text) + len(words)))
        text += words
    return Styled(text, tuple(spans))


def split(styled: Styled, limit: int = MAX_TEXT) -> list[Styled]:
    """Pieces of at most ``limit`` UTF-16 units, cut between paragraphs, else lines, else words; nothing is lost but the
    white space at the cuts. An empty text has no pieces.
    """
    pieces: list[Styled] = []
    start = 0
    while start < len(styled.text):
        end = _end(styled.text, start, limit)
        pieces.append(_cut(styled, start, end))
        start = end
        while start < len(styled.text) and styled.text[start].isspace():
            start += 1
    return [piece for piece in pieces if piece.text]


def _end(text: str, start: int, limit: int) -> int:
    """Where the piece beginning at ``start`` ends."""
    if utf16_length(text[start:]) <= limit:
        return len(text)
    end, units = start, 0
    while end < len(text):
        units += 2 if text[end] > "\uffff" else 1
        if units > limit:
            break
        end += 1
    if end == len(text):
        return end
    for border in ("\n\n", "\n", " "):
        found = text.rfind(border, start + 1, end + 1)
        if found > start:
            return found
    return max(end, start + 1)


def _cut(styled: Styled, start: int, end: int) -> Styled:
    while end > start and styled.text[end - 1].isspace():
        end -= 1
    spans = tuple(
        Span(span.look, max(span.start, start) - start, min(span.end, end) - start)
        for span in styled.spans
        if max(span.start, start) < min(span.end, end)
    )
    return Styled(styled.text[start:end], spans)

"""HTTP as the feeding server speaks it: requests read from bytes, answers to bytes; only what Bot API clients send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

import orjson

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_TYPE = re.compile(rb"\r\ncontent-type:[ \t]*([^\r\n]*)", re.IGNORECASE)
_PART = re.compile(rb'name="([a-z_]+)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A call: its method's name and its parameters as they stand in the body."""

    method: str
    kind: bytes
    body: bytes

    def params(self) -> dict[str, str]:
        """The parameters as texts, however they were encoded."""
        if self.kind.startswith(b"application/json"):
            return {name: str(value) for name, value in orjson.loads(self.body or b"{}").items()}
        if self.kind.startswith(b"multipart/"):
            return {name.decode(): value.decode(errors="replace") for name, value in _PART.findall(self.body)}
        pairs = (pair.partition("=") for pair in self.body.decode().split("&") if pair)
        return {name: unquote_plus(value) for name, _, value in pairs}


class Unfinished(Exception):
    """The request is not all there yet."""


def take_request(data: bytearray) -> Request:
    """Take the first request out of ``data``. Raises Unfinished, and leaves ``data`` as it is, where it is cut off."""
    end = data.find(END_OF_HEAD)
    if end < 0:
        raise Unfinished
    head = bytes(data[: end + 2])
    begin = end + len(END_OF_HEAD)
    if _CHUNKED.search(head):
        body, begin = _chunks(data, begin)
    else:
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(data) < begin + size:
            raise Unfinished
        body = bytes(data[begin : begin + size])
        begin += size
    del data[:begin]
    target = head[: head.index(b"\r\n")].split(b" ")[1].partition(b"?")
    kind = _TYPE.search(head)
    if target[2] and not body:
        return Request(_last(target[0]), b"", target[2])
    return Request(_last(target[0]), kind[1] if kind else b"", body)


def _last(path: bytes) -> str:
    return path.rsplit(b"/", 1)[-1].decode()


def _chunks(data: bytearray, at: int) -> tuple[bytes, int]:
    body = bytearray()
    while True:
        line = data.find(b"\r\n", at)
        if line < 0:
            raise Unfinished
        size = int(bytes(data[at:line]).partition(b";")[0], 16)
        at = line + 2
        if len(data) < at + size + 2:
            raise Unfinished
        body += data[at : at + size]
        at += size + 2
        if size == 0:
            return bytes(body), at


def answer(result: bytes) -> bytes:
    """A successful answer of the Bot API with that JSON in it."""
    body = b'{"ok":true,"result":' + result + b"}"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body

"""Why a received file cannot be kept: the codes, and the exception that carries one out of a decoder."""

from __future__ import annotations

from enum import StrEnum


class FileProblem(StrEnum):
    """Why a file is not kept. ``details`` of the Refusal fill the sentence; their keys stand here in brackets."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    """[megabytes, limit]"""
    CORRUPT = "corrupt"
    """Cut off or broken: sending it again may help. [found]"""
    NOT_A_PICTURE = "not_a_picture"
    """A photo was wanted. [found]"""
    NOT_AUDIO = "not_audio"
    """A recording was wanted. [found]"""
    UNSUPPORTED = "unsupported"
    """A kind of file nobody can look at here. [found]"""
    TOO_MANY_PIXELS = "too_many_pixels"
    """[found, megapixels, limit]"""
    TOO_FEW_PIXELS = "too_few_pixels"
    """[found, width, height, limit]"""
    TOO_MANY_PAGES = "too_many_pages"
    """[found, pages, limit]"""
    ENCRYPTED = "encrypted"
    """A document with a password. [found]"""
    BOMB = "bomb"
    """Built to overwhelm whoever opens it. [found]"""
    UNAVAILABLE = "unavailable"
    """The channel cannot give it (any more): please send it again."""


class Unfit(Exception):
    """The bytes are nothing we can keep. ``code`` says why, ``details`` fills the sentence."""

    def __init__(self, code: FileProblem, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

"""Why a table that was sent cannot be taken: the codes, and the exception that carries one out of the reading."""

from __future__ import annotations

from enum import StrEnum


class SheetProblem(StrEnum):
    """Why a file is no table to us. Details that fill the sentence stand in brackets."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    """[found, limit] in megabytes."""
    WRONG_TYPE = "wrong_type"
    """Something else than a table, whatever its name says. [found]"""
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    NESTED = "nested"
    """Other files inside it."""
    BOMB = "bomb"
    """Built to overwhelm whoever opens it."""
    CORRUPT = "corrupt"
    ROWS = "rows"
    """[found, limit]"""
    COLUMNS = "columns"
    """[found, limit]"""
    CELLS = "cells"
    """[found, limit]"""
    QUOTES = "quotes"
    """A text whose quotation mark is never closed. [found] the row."""
    UNAVAILABLE = "unavailable"
    """The channel cannot give the file (any more)."""


class UnfitSheet(Exception):
    """The bytes are no table that is taken. ``problem`` says why, ``details`` fill the sentence."""

    def __init__(self, problem: SheetProblem, **details: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.details = details

"""What can be wrong with a table's rows: codes, and where each was found. Words are the views' affair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What is wrong with a cell or a row."""

    MISSING = "missing"
    """A cell that must say something is empty."""
    FORMULA = "formula"
    """The text of a formula where a value is wanted."""
    TOO_LONG = "too_long"
    NOT_A_TYPE = "not_a_type"
    NOT_A_VOIVODSHIP = "not_a_voivodship"
    OTHER_VOIVODSHIP = "other_voivodship"
    """The postal code lies in another one (the suggestion)."""
    NOT_A_POSTCODE = "not_a_postcode"
    UNKNOWN_POSTCODE = "unknown_postcode"
    NOT_A_NIP = "not_a_nip"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_SITE = "not_a_site"
    NOT_YES_NO = "not_yes_no"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_MODE = "not_a_mode"
    NOT_A_DAY = "not_a_day"
    NOT_A_LANGUAGE = "not_a_language"
    NOT_A_SCENARIO = "not_a_scenario"
    UNKNOWN_COORDINATOR = "unknown_coordinator"
    UNKNOWN_PARTICIPANT = "unknown_participant"
    """Named as a conflict of interest, and not in the edition."""
    TWICE = "twice"
    """The same key stands in an earlier row (the suggestion)."""
    ANOTHERS = "anothers"
    """The row is about something another coordinator looks after, or gives it to another."""
    OTHER_ROLE = "other_role"
    """The e-mail belongs to a person of another role."""
    SAME_NAME = "same_name"
    """Taken for the person of that name who had no e-mail yet."""
    HAS_LEFT = "has_left"
    """The person takes no part any more, and that stays so."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the row as the file numbers it, the column as the file names it, what stands there."""

    row: int
    column: str
    value: str
    trouble: Trouble
    suggestion: str = ""
    is_error: bool = True
    """An error keeps the row out; anything else is taken with what could be understood."""


class Wrong(Exception):
    """A cell that cannot be understood."""

    def __init__(self, trouble: Trouble, suggestion: str = "") -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.suggestion = suggestion

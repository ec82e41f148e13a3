"""The buttons of the office, a subject a file; each file's ``CODES`` gives every kind its code (prefix, dot, word)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.office_taps import (
    asking,
    broadcasting,
    chain,
    comparing,
    directory,
    edition,
    importing,
    inviting,
    keeping,
    licence,
    planning,
    queries,
    reviewing,
    standing,
    suggesting,
    why,
)
from bot.tap_kinds import OfficeTap

SUBJECTS: tuple[Mapping[str, type[OfficeTap]], ...] = (
    asking.CODES,
    broadcasting.CODES,
    chain.CODES,
    comparing.CODES,
    directory.CODES,
    edition.CODES,
    importing.CODES,
    inviting.CODES,
    keeping.CODES,
    licence.CODES,
    planning.CODES,
    queries.CODES,
    reviewing.CODES,
    standing.CODES,
    suggesting.CODES,
    why.CODES,
)

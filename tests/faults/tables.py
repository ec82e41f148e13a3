"""Tables of counts: printed, and written into ``docs/faults.md`` between the marks of each."""

from __future__ import annotations

from collections.abc import Mapping


def write_kills(counts: Mapping[str, object]) -> None:
    """The table of one campaign."""

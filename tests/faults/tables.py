"""Tables of counts: printed, and written into ``docs/faults.md``, each between marks of its own."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

from bot import clock

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"

STEPS = ("text polling", "text webhook", "tap polling", "photo polling", "photo webhook")
"""What is answered while the program is killed at each step, and how that comes to it: on each database."""

_KILLS = (
    ("kills", "`kill -9`"),
    ("kills_while_starting", "of them before the program was ready"),
    ("updates", "updates acknowledged"),
    ("answers", "answers kept"),
    ("messages", "messages received"),
    ("lost", "**lost**: acknowledged or sent by a person, and not there"),
    ("doubled", "**doubled**: counted more often than given"),
    ("out_of_order", "**out of order**: an answer or a question before the one in front of it"),
    ("never_committed", "**sent, never committed**"),
    ("parked", "updates parked"),
    ("repeats_not_explained", "questions **shown twice, not explained**: nothing was left open by a kill"),
    ("repeats_after_a_kill", "questions shown twice because a kill left open whether they had arrived"),
    ("seconds", "seconds"),
    ("seed", "seed"),
)


def kills(counts: Mapping[str, object]) -> str:
    """The table of one campaign."""
    rows = [f"| {words} | {counts[name]} |" for name, words in _KILLS]
    share = float(str(counts["repeats_after_a_kill"])) / max(1.0, float(str(counts["messages"])))
    rows.append(f"| share of messages shown twice | {share:.2%} |")
    return "\n".join((f"| {counts['database']} | |", "|---|---|", *rows, "", made()))


class Table:
    """Rows of one run: told in columns, written as Markdown."""

    def __init__(self, *head: str) -> None:
        self._rows: list[tuple[str, ...]] = [head]

    def __len__(self) -> int:
        """How many rows there are below the head."""
        return len(self._rows) - 1

    def add(self, *cells: object) -> None:
        """One more row."""
        self._rows.append(tuple(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells))

    def told(self) -> str:
        """In columns."""
        widths = [max(map(len, column)) for column in zip(*self._rows, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in self._rows
        )

    def markdown(self) -> str:
        """For the page, with when and where it was made."""
        head, *rows = (f"| {' | '.join(row)} |" for row in self._rows)
        return "\n".join((head, "|" + "---|" * len(self._rows[0]), *rows, "", made()))


def write(section: str, table: str, *, page: Path = PAGE) -> None:
    """Put a table into its place on the page. Raises ``LookupError`` where the page has none for it."""
    begins, ends = f"<!-- {section} -->", f"<!-- /{section} -->"
    text = page.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(begins)}.*?{re.escape(ends)}", re.DOTALL)
    if not found.search(text):
        raise LookupError(f"{page.name} has no place for {section}")
    page.write_text(found.sub(lambda _: f"{begins}\n{table}\n{ends}", text), encoding="utf-8")


def made() -> str:
    """When and where."""
    return f"{clock.now():%Y-%m-%d}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores."

"""What is told of a table before it is written: counts, the first rows, the first problems; to and from JSON. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.importing.cells import shown
from bot.importing.columns import REMARKS, Kind
from bot.importing.matching import Status, Verdict
from bot.importing.problems import Problem, Trouble
from bot.importing.tables import Table
from bot.importing.types import type_name
from storage.sheets import Cell

FIRST_ROWS = 4
"""Rows told in the preview."""
PROBLEMS_KEPT = 400
"""Problems that can be paged through in the chat; the file with remarks has them all."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a table would do."""

    kind: Kind
    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: int = 0
    remarked: int = 0
    """Rows that are taken with a remark."""
    first: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    all_problems: int = 0
    unknown: tuple[str, ...] = ()
    """Titles of columns that are passed over."""
    missing: tuple[str, ...] = ()
    """Columns that rows about somebody new need."""
    sheet: str = ""
    others: tuple[str, ...] = ()
    """Sheets that are passed over."""
    becomes_own: bool = False
    """New rows are looked after by the coordinator who sent them."""

    @property
    def to_write(self) -> int:
        """Rows that change anything."""
        return self.new + self.changed


def summed(table: Table, verdicts: Sequence[Verdict], *, becomes_own: bool) -> Summary:
    """What a table would do, told from the verdicts on its rows."""
    counts = Counter(verdict.status for verdict in verdicts)
    problems = [problem for verdict in verdicts for problem in verdict.problems]
    errors_first = sorted(problems, key=lambda problem: not problem.is_error)
    taken = [verdict for verdict in verdicts if verdict.status is not Status.WRONG]
    return Summary(
        kind=table.kind,
        new=counts[Status.NEW],
        changed=counts[Status.CHANGED],
        same=counts[Status.SAME],
        wrong=counts[Status.WRONG],
        remarked=sum(bool(verdict.problems) for verdict in taken),
        first=tuple(_told(table.kind, verdict.row.values) for verdict in taken[:FIRST_ROWS]),
        problems=tuple(errors_first[:PROBLEMS_KEPT]),
        all_problems=len(problems),
        unknown=(*table.header.unknown, *table.header.twice),
        missing=tuple(column.title for column in table.missing),
        sheet=table.header.sheet.name,
        others=table.others,
        becomes_own=becomes_own and table.kind is not Kind.COORDINATORS,
    )


def summary_to_json(summary: Summary) -> dict[str, Any]:
    """JSON values that stand for it."""
    return asdict(summary)


def summary_from_json(data: Mapping[str, Any]) -> Summary:
    """What ``summary_to_json`` was given."""
    problems = tuple(Problem(**{**one, "trouble": Trouble(one["trouble"])}) for one in data["problems"])
    lists = {name: tuple(data[name]) for name in ("first", "unknown", "missing", "others")}
    return Summary(**{**data, **lists, "kind": Kind(data["kind"]), "problems": problems})


def remarked_table(
    table: Table, remarks: Mapping[int, str]
) -> tuple[tuple[str, ...], tuple[tuple[str | int | float | bool | Cell, ...], ...]]:
    """The rows that were sent, with the column of remarks (by row number): header and rows."""
    grid = table.header.sheet.rows[table.header.at :]
    width = max(len(row) for row in grid)
    titles = [shown(cell) for cell in grid[0]] + [""] * (width - len(grid[0]))
    old = titles.index(REMARKS) if REMARKS in titles else None
    keep = [at for at in range(width) if at != old]
    rows = []
    for number, row in enumerate(grid[1:], table.header.at + 2):
        if row:
            cells = [row[at] if at < len(row) else "" for at in keep]
            rows.append((*cells, remarks.get(number, "")))
    return (*(titles[at] for at in keep), REMARKS), tuple(rows)


def _told(kind: Kind, values: Mapping[str, Any]) -> str:
    """A row in a line."""
    if kind is Kind.PARTICIPANTS:
        named = values.get("name") or values.get("short_name") or values.get("nip", "")
        kinds = f" ({type_name(values['type'])})" if "type" in values else ""
        parts = [str(values.get("number", "")), f"{named}{kinds}", _where(values)]
    else:
        parts = [str(values.get("name", "")), str(values.get("email", "")), str(values.get("postcode", ""))]
    return " · ".join(part for part in parts if part)


def _where(values: Mapping[str, Any]) -> str:
    return " ".join(str(values[name]) for name in ("postcode", "city") if name in values)

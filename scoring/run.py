"""The records of one unit while they are scored: which of them are looked at together, and what is known of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from scoring.columns import Columns
from scoring.mixing import Light
from scoring.rubric import Attribute, Filter
from scoring.table import Record
from scoring.worth import attribute_of, fits

_RECORD: Final = Attribute.RECORD

Row = tuple[str, str, float | None]
"""Unit, node and value, before they are scaled."""


@dataclass(slots=True, eq=False)
class View:
    """The records a node looks at, ordered by name, with what is known of them."""

    records: Sequence[Record]
    unit: str | None
    """Under which unit rows of named nodes are put out; None: they are not."""
    narrowed: dict[int, View] = field(default_factory=dict)
    """By the number of a filter."""
    split: dict[Attribute, list[tuple[str, View]]] = field(default_factory=dict)
    singles: list[tuple[str, View]] | None = None
    """Split by record."""
    columns: Columns | None = None
    """Of a single record."""
    marks: dict[object, Light] = field(default_factory=dict)
    """What nodes come to."""
    rows: dict[object, list[Row]] = field(default_factory=dict)
    """What they and the nodes below put out."""


@dataclass(slots=True)
class Run:
    """The records of one unit while they are scored, once or many times: what is known of some of them is kept."""

    records: Sequence[Record]
    rows: list[Row] = field(default_factory=list)
    """In the order of the tree."""
    views: dict[tuple[str | None, tuple[int, ...]], View] = field(default_factory=dict)
    fitting: dict[int, frozenset[int]] = field(default_factory=dict)
    """By the number of a filter, the records it lets through."""

    def begin(self, unit: str, name: str) -> int:
        """Keep the place of a node's row, where it has a name; rows stand in the order of the tree."""
        at = len(self.rows)
        if name:
            self.rows.append((unit, name, None))
        return at

    def end(self, at: int, unit: str, name: str, value: float | None) -> list[Row]:
        """Fill it in; returns the rows since then."""
        if name:
            self.rows[at] = unit, name, value
        return self.rows[at:]

    def narrowed(self, view: View, where: Filter, number: int) -> View:
        """The records of a view that a filter lets through."""
        found = view.narrowed.get(number)
        if found is None:
            if number not in self.fitting:
                self.fitting[number] = frozenset(id(record) for record in self.records if fits(where, record))
            through = self.fitting[number]
            found = self._view([record for record in view.records if id(record) in through], view.unit)
            view.narrowed[number] = found
        return found

    def split(self, view: View, attribute: Attribute) -> list[tuple[str, View]]:
        """A view for each value of an attribute, or for each record."""
        if attribute is _RECORD:
            if view.singles is None:
                view.singles = [(record.name, self._view([record], None)) for record in view.records]
            return view.singles
        if attribute not in view.split:
            view.split[attribute] = [
                (value, self._view(records, None if view.unit is None else f"{view.unit}|{value}"))
                for value, records in _split(view.records, attribute)
            ]
        return view.split[attribute]

    def _view(self, records: Sequence[Record], unit: str | None) -> View:
        """The same records under the same unit are the same view."""
        key = unit, tuple(map(id, records))
        if key not in self.views:
            self.views[key] = View(records, unit)
        return self.views[key]


def _split(records: Sequence[Record], attribute: Attribute) -> list[tuple[str, list[Record]]]:
    parts: dict[str, list[Record]] = {}
    for record in records:
        parts.setdefault(attribute_of(record, attribute), []).append(record)
    return sorted(parts.items())

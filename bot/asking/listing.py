"""The answer to a question as values: what was asked, in which names, and the rows that were found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.asking.question import Question
from storage.matters import Dropped, Marked, Silent
from storage.overview import Coverage, Figures, PlannedContact


@dataclass(frozen=True, slots=True)
class Load:
    """How much one juror has."""

    person_id: int
    person: str
    figures: Figures


Item = PlannedContact | Dropped | Coverage | Marked | Silent | Load


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer. The names are those of what the question names by id."""

    question: Question
    items: tuple[Item, ...]
    figures: Figures
    """Of the planned contacts among the items."""
    place: str = ""
    person: str = ""
    wave: str = ""

    @property
    def jurors(self) -> Counter[int]:
        """Who can be reminded: jurors with so many contacts that wait for them; not those of others."""
        found: Counter[int] = Counter()
        for item in self.items:
            if isinstance(item, PlannedContact) and item.person_id is not None and item.person is not None:
                found[item.person_id] += 1
        return found

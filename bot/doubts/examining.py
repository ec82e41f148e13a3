"""Every mark of doubt of a report, the weightiest kinds first."""

from __future__ import annotations

from bot.doubts.facts import Facts
from bot.doubts.marks import Mark
from bot.doubts.names import marks_of_names
from bot.doubts.pace import marks_of_pace
from bot.doubts.photos import marks_of_photos
from bot.doubts.ratings import marks_of_ratings
from bot.doubts.texts import marks_of_texts
from bot.doubts.times import marks_of_times


def marks_of(facts: Facts) -> tuple[Mark, ...]:
    """All marks of a report."""
    return (
        *marks_of_photos(facts),
        *marks_of_texts(facts),
        *marks_of_times(facts),
        *marks_of_pace(facts),
        *marks_of_ratings(facts),
        *marks_of_names(facts),
    )

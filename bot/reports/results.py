"""A participant's result as a picture: the total with its interval, the headings as bars. No juror is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.reports.recipes import Picture


@dataclass(frozen=True, slots=True)
class Bar:
    """A heading: its words, the score in percents of what can be had (None: too little data), and the interval."""

    label: str
    said: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ResultPicture:
    """What the picture says, in the reader's words."""

    place: str
    edition: str
    total: Bar
    headings: tuple[Bar, ...]
    lines: tuple[str, ...]
    """Below: places, percentile, last edition, contacts."""
    warning: str = ""
    """That it is provisional."""
    legend: str = ""


def result_picture(facts: ResultPicture, *, name: str, language: str) -> Picture:
    """The picture; scores of 0 to 100."""
    data: Mapping[str, Any] = {
        "language": language,
        "place": facts.place,
        "edition": facts.edition,
        "total": _bar(facts.total),
        "headings": [_bar(one) for one in facts.headings],
        "lines": list(facts.lines),
        "warning": facts.warning,
        "legend": facts.legend,
    }
    return Picture(name, "result", data)


def _bar(one: Bar) -> Mapping[str, Any]:
    return {"label": one.label, "said": one.said, "value": one.value, "low": one.low, "high": one.high}

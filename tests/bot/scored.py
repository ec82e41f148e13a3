"""A small rubric over telephone calls, in place of the one that ships: two levels, a yes or no, a count."""

from __future__ import annotations

from scoring.rubric_loader import load
from storage import rubrics
from tests.bot.house import House

SMALL = """\
spec_version: 1
name: lider-zaufania
title: {pl: "Próba", en: "Trial"}
languages: [pl, en]
scale: 100
words: {not_applicable: [nd], not_checked: [ns]}
tags:
  dimension:
    K: {pl: "Kultura", en: "Courtesy"}
    I: {pl: "Informacja", en: "Information"}
records:
  - {not_checked_at_most: 0.25}
criteria:
  - {name: T02, reads: t02, points: 2, dimension: K, yes: 1, no: 0}
  - {name: T08, reads: t08, points: 4, dimension: K, rating: [1, 5]}
  - {name: T11, reads: t11, points: 2, dimension: I, count: key}
tree:
  - node: total
    take: mean
    each: record
    of: {take: points, items: {dimension: [K, I]}}
  - node: K
    take: mean
    each: record
    of: {take: points, items: {dimension: K}}
"""


async def with_rubric(house: House, source: str = SMALL) -> str:
    """Publish the rubric; its version."""
    rubric = load(source, filename="small")
    now = house.clock()
    await house.run(
        lambda unit: rubrics.publish(unit, name=rubric.name, version=rubric.version, source=source, now=now)
    )
    return rubric.version

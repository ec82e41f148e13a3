"""Every question that went to a model: what it took, what came back, what went wrong. The same is not asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from storage import schema
from storage.insert import insert_row
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Totals:
    """What an edition's questions took."""

    calls: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost: float
    problem: str | None = None
    """Of the last question, where that one failed."""
    at: datetime | None = None
    """When the last question was asked."""


table = schema.model_calls


def add(
    unit: Unit,
    *,
    edition_id: int,
    purpose: str,
    content_key: str,
    model: str,
    prompt_version: str,
    now: datetime,
    answer: Mapping[str, Any] | None = None,
    problem: str | None = None,
    tokens_in: int = 0,
    tokens_out: int = 0,
    cost: float = 0.0,
) -> int:
    """Keep a question that was asked; returns its id."""
    what = {"edition_id": edition_id, "purpose": purpose, "content_key": content_key, "model": model}
    came = {"prompt_version": prompt_version, "answer": None if answer is None else dict(answer), "problem": problem}
    took = {"tokens_in": tokens_in, "tokens_out": tokens_out, "cost": cost, "at": now}
    return insert_row(unit, table, {**what, **came, **took})


def answered(unit: Unit, content_key: str) -> Mapping[str, Any] | None:
    """The answer that was given to exactly this before."""
    query = select(table.c.answer).where(table.c.content_key == content_key, table.c.answer.is_not(None))
    found: Mapping[str, Any] | None = unit.execute(query.order_by(table.c.id).limit(1)).scalar()
    return found


def spent(unit: Unit, edition_id: int) -> float:
    """What an edition's questions cost."""
    query = select(func.coalesce(func.sum(table.c.cost), 0.0)).where(table.c.edition_id == edition_id)
    return float(unit.execute(query).scalar_one())


def totals(unit: Unit, edition_id: int) -> Totals:
    """Everything an edition's questions took."""
    of_edition = table.c.edition_id == edition_id
    row = unit.execute(
        select(
            func.count().label("calls"),
            func.coalesce(func.sum(case((table.c.problem.is_not(None), 1), else_=0)), 0).label("failed"),
            func.coalesce(func.sum(table.c.tokens_in), 0).label("tokens_in"),
            func.coalesce(func.sum(table.c.tokens_out), 0).label("tokens_out"),
            func.coalesce(func.sum(table.c.cost), 0.0).label("cost"),
        ).where(of_edition)
    ).one()
    last = unit.execute(
        select(table.c.problem, table.c.at).where(of_edition).order_by(table.c.id.desc()).limit(1)
    ).one_or_none()
    counts = (int(row.calls), int(row.failed), int(row.tokens_in), int(row.tokens_out), float(row.cost))
    return Totals(*counts, *((None, None) if last is None else (last.problem, last.at)))

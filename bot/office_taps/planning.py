"""Buttons of planning: making a plan, looking at it, applying it, and going through what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class PlanHome(OfficeTap):
    """The plan: who contacts whom, and what is missing."""


@dataclass(frozen=True, slots=True)
class MakePlan(OfficeTap):
    """Have a plan computed."""


@dataclass(frozen=True, slots=True)
class PlanSummary(OfficeTap):
    """What came of a plan."""

    plan: int


@dataclass(frozen=True, slots=True)
class ByPlace(OfficeTap):
    """A plan by participants, a page of it."""

    plan: int
    page: int


@dataclass(frozen=True, slots=True)
class ByJuror(OfficeTap):
    """A plan by jurors, a page of it."""

    plan: int
    page: int


@dataclass(frozen=True, slots=True)
class PlanHoles(OfficeTap):
    """The contacts a plan has nobody for, a page of them."""

    plan: int
    page: int


@dataclass(frozen=True, slots=True)
class PlanTable(OfficeTap):
    """A plan as a table."""

    plan: int


@dataclass(frozen=True, slots=True)
class PlanPicture(OfficeTap):
    """A plan as a picture."""

    plan: int


@dataclass(frozen=True, slots=True)
class Apply(OfficeTap):
    """Make a plan the edition's."""

    plan: int


@dataclass(frozen=True, slots=True)
class Drop(OfficeTap):
    """Leave a plan."""

    plan: int


@dataclass(frozen=True, slots=True)
class Audit(OfficeTap):
    """What a plan was computed from, by what, and for whom."""

    plan: int


@dataclass(frozen=True, slots=True)
class Verify(OfficeTap):
    """Check a plan from what is stored of it."""

    plan: int


@dataclass(frozen=True, slots=True)
class SlotHoles(OfficeTap):
    """The planned contacts nobody makes, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class SlotList(OfficeTap):
    """The planned contacts of the mode at that index of ``scenarios.model.Mode`` (-1: all), a page of them."""

    mode: int
    page: int


@dataclass(frozen=True, slots=True)
class SlotTable(OfficeTap):
    """All planned contacts as a table."""


CODES: Mapping[str, type[OfficeTap]] = {
    "pl.home": PlanHome,
    "pl.make": MakePlan,
    "pl.plan": PlanSummary,
    "pl.places": ByPlace,
    "pl.jurors": ByJuror,
    "pl.holes": PlanHoles,
    "pl.table": PlanTable,
    "pl.image": PlanPicture,
    "pl.apply": Apply,
    "pl.drop": Drop,
    "pl.audit": Audit,
    "pl.again": Verify,
    "pl.hole": SlotHoles,
    "pl.list": SlotList,
    "pl.sheet": SlotTable,
}

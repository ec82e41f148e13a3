"""Buttons of results, standings and agreement. Small tables give each choice its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap, OrganizerTap

ORDERS = ("score", "name")
"""How the list is sorted. Buttons carry the place."""


@dataclass(frozen=True, slots=True)
class Results(OfficeTap):
    """Participants and their scores, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ResultsBy(OfficeTap):
    """The same of one type (its number, 0 is all) and in an order (place in ``ORDERS``)."""

    kind: int
    order: int
    page: int


@dataclass(frozen=True, slots=True)
class ResultKinds(OfficeTap):
    """Results of which type."""

    order: int


@dataclass(frozen=True, slots=True)
class ResultCard(OfficeTap):
    """A participant's result."""

    participant: int


@dataclass(frozen=True, slots=True)
class ResultParts(OfficeTap):
    """A participant's dimensions and modes, a page of them."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class ResultPicture(OfficeTap):
    """A participant's result as a picture."""

    participant: int


@dataclass(frozen=True, slots=True)
class ResultsTable(OfficeTap):
    """All results within the scope as a table."""


@dataclass(frozen=True, slots=True)
class RatingQuality(OrganizerTap):
    """How good the assessments are: what can be looked at."""


@dataclass(frozen=True, slots=True)
class Agreement(OrganizerTap):
    """How far jurors agree, by kind of contact."""


@dataclass(frozen=True, slots=True)
class AgreementItems(OrganizerTap):
    """How far jurors agree on each item of a kind of contact (its number, from 0), a page of them."""

    kind: int
    page: int


@dataclass(frozen=True, slots=True)
class FairScores(OrganizerTap):
    """Scores with the severity of jurors taken out, beside the raw ones, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class DoubtfulItems(OrganizerTap):
    """Items that tell little, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class Rubrics(OrganizerTap):
    """The rubrics an edition can be scored by, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class ChooseRubric(OrganizerTap):
    """Ask whether the edition is scored by a published rubric from now on (0: the usual one)."""

    rubric: int


@dataclass(frozen=True, slots=True)
class RubricYes(OrganizerTap):
    """The edition is scored by a published rubric from now on (0: the usual one)."""

    rubric: int


CODES: Mapping[str, type[OfficeTap]] = {
    "sc.list": Results,
    "sc.by": ResultsBy,
    "sc.kinds": ResultKinds,
    "sc.card": ResultCard,
    "sc.parts": ResultParts,
    "sc.pic": ResultPicture,
    "sc.table": ResultsTable,
    "sc.q": RatingQuality,
    "sc.agree": Agreement,
    "sc.agit": AgreementItems,
    "sc.fair": FairScores,
    "sc.items": DoubtfulItems,
    "sc.rubs": Rubrics,
    "sc.rub": ChooseRubric,
    "sc.ruby": RubricYes,
}

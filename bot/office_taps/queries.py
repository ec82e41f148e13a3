"""Buttons of participants' queries about results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap


@dataclass(frozen=True, slots=True)
class Queries(OfficeTap):
    """Queries of participants, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class QueryPart(OfficeTap):
    """A page of a part of the list; ``part`` is its place in ``storage.queries.Which``."""

    part: int
    page: int


@dataclass(frozen=True, slots=True)
class PlaceQueries(OfficeTap):
    """The queries of one participant, a page of them."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class QueryTable(OfficeTap):
    """A part of the list as a table."""

    part: int


@dataclass(frozen=True, slots=True)
class QueryFrom(OfficeTap):
    """A new query: ask which participant it is from."""


@dataclass(frozen=True, slots=True)
class NewQuery(OfficeTap):
    """A new query of a participant: which contact it is about, a page of them."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class QueryAbout(OfficeTap):
    """Which question of a contact it is about, a page of them."""

    contact: int
    page: int


@dataclass(frozen=True, slots=True)
class QueryItem(OfficeTap):
    """It is about that question of the contact (the ordinal of its step, from 1; 0: all of it): ask what it says."""

    contact: int
    step: int


@dataclass(frozen=True, slots=True)
class QueryWhole(OfficeTap):
    """It is about the participant's result as a whole: ask what it says."""

    participant: int


@dataclass(frozen=True, slots=True)
class QueryCard(OfficeTap):
    """One query."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryWho(OfficeTap):
    """Ask who asked."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryByContact(OfficeTap):
    """The participant's contact person asked."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryWhen(OfficeTap):
    """Ask when it came."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryReceived(OfficeTap):
    """It came on that day (its ordinal)."""

    query: int
    day: int


@dataclass(frozen=True, slots=True)
class QueryAnswer(OfficeTap):
    """Answer it: choose what comes of it."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryEffect(OfficeTap):
    """What comes of it is a place in ``EFFECTS``: ask for the value, or the words of the answer."""

    query: int
    effect: int


@dataclass(frozen=True, slots=True)
class QueryValue(OfficeTap):
    """The value that is to hold: a level, or 1 for yes and 0 for no. Ask for the words of the answer."""

    query: int
    value: int


@dataclass(frozen=True, slots=True)
class QueryCarryOut(OfficeTap):
    """Do what was chosen and close the query."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryReply(OfficeTap):
    """The answer as it can be sent to the participant."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryReopen(OfficeTap):
    """Open it again."""

    query: int


@dataclass(frozen=True, slots=True)
class QueryWithdraw(OfficeTap):
    """It is not wanted any more, or was written down by mistake."""

    query: int


EFFECTS = ("none", "again", "void", "value")
"""What can come of a query: nothing, the question asked again, the contact left out, another value. Buttons carry the
place."""

CODES: Mapping[str, type[OfficeTap]] = {
    "qu.list": Queries,
    "qu.part": QueryPart,
    "qu.place": PlaceQueries,
    "qu.table": QueryTable,
    "qu.from": QueryFrom,
    "qu.new": NewQuery,
    "qu.about": QueryAbout,
    "qu.item": QueryItem,
    "qu.whole": QueryWhole,
    "qu.card": QueryCard,
    "qu.who": QueryWho,
    "qu.main": QueryByContact,
    "qu.when": QueryWhen,
    "qu.day": QueryReceived,
    "qu.reply": QueryAnswer,
    "qu.eff": QueryEffect,
    "qu.value": QueryValue,
    "qu.do": QueryCarryOut,
    "qu.text": QueryReply,
    "qu.open": QueryReopen,
    "qu.drop": QueryWithdraw,
}

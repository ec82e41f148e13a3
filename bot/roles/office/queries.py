"""Participants' queries in the office's chat: lists, one participant's, a card, the table; who hears what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.office_taps.queries import (
    NewQuery,
    PlaceQueries,
    Queries,
    QueryAbout,
    QueryAnswer,
    QueryByContact,
    QueryCard,
    QueryCarryOut,
    QueryEffect,
    QueryFrom,
    QueryItem,
    QueryPart,
    QueryReceived,
    QueryReopen,
    QueryReply,
    QueryTable,
    QueryValue,
    QueryWhen,
    QueryWho,
    QueryWhole,
    QueryWithdraw,
)
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.office import query_answers, query_records, seeing
from bot.roles.office.query_facts import show
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.views.common import mode_name
from bot.views.office import queries as views
from storage import queries
from storage.database import Unit
from storage.people import Person
from storage.queries import QueryLine, Which
from storage.scope import scope_of

TABLE = "queries.list"
MAX_ROWS = 100_000


def _list(talk: Talk, which: Which, page: int) -> Outgoing:
    counts = queries.counts(talk.unit, talk.scope, now=talk.now)
    last = max(0, -(-counts[which] // views.ON_PAGE) - 1)
    number = max(0, min(page, last))
    lines = queries.listed(
        talk.unit, talk.scope, which, now=talk.now, limit=views.ON_PAGE, offset=number * views.ON_PAGE
    )
    return views.listed(lines, counts, which, number, language=talk.language, zone=talk.zone, now=talk.now)


def _open_ones(talk: Talk, tap: Queries) -> None:
    talk.say(_list(talk, Which.OPEN, tap.page))


def _part(talk: Talk, tap: QueryPart) -> None:
    talk.say(_list(talk, _which(tap.part), tap.page))


def _command(talk: Talk, _rest: str) -> None:
    talk.say(_list(talk, Which.OPEN, 0))


def _which(part: int) -> Which:
    return views.PARTS[part] if 0 <= part < len(views.PARTS) else Which.OPEN


def _of_place(talk: Talk, tap: PlaceQueries) -> None:
    place = seeing.place(talk, tap.participant)
    if place is None:
        return
    lines = queries.of_participant(talk.unit, talk.scope, place.id)
    talk.say(
        views.of_place(
            place.id, place.short_name, lines, tap.page, language=talk.language, zone=talk.zone, now=talk.now
        )
    )


def _card(talk: Talk, tap: QueryCard) -> None:
    show(talk, tap.query)


def _table(talk: Talk, tap: QueryTable) -> None:
    talk.produce(TABLE, part=_which(tap.part).value)
    talk.say(views.table_comes(language=talk.language))


def _make_table(unit: Unit, _desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """The queries of a part; jurors are not in it."""
    which = Which(about["part"])
    _ = texts(known_language(person.language))
    lines = queries.listed(unit, scope_of(person), which, now=now, limit=MAX_ROWS)
    header = (
        *(_("Query no."), _("Institution"), _("Mode"), _("Report no."), _("Item"), _("Query"), _("Asked by")),
        *(_("Received"), _("Came too late"), _("Answer by"), _("State"), _("Answer"), _("Effect"), _("Closed")),
    )
    rows = tuple(_row(line, language=_.language) for line in lines)
    name = _(views.PART_NAMES[which])
    message = Outgoing(_("Queries") + f" – {name}", may_be_saved=True)
    return Recipe(message, (Workbook(_("Queries").lower(), (Sheet(name, header, rows),)),))


def _row(line: QueryLine, *, language: str) -> tuple[str | int | datetime | None, ...]:
    _ = texts(language)
    query, done = line.query, line.query.done
    effect = ""
    if done is not None:
        kind = done["kind"]
        effect = _(views.EFFECT_NAMES[kind], value=_plain(done.get("value"), language))
    return (
        query.id,
        line.participant,
        "" if line.mode is None else mode_name(line.mode, language=language),
        query.contact_id,
        (query.path or "").upper(),
        query.text,
        query.asked_by,
        query.asked_at,
        _("Yes") if query.effect.get("late") else _("No"),
        query.answer_by,
        _(views.STATE_NAMES[query.state]),
        query.answer or "",
        effect,
        query.answered_at,
    )


def _plain(value: object, language: str) -> str:
    _ = texts(language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


SUBJECT = Subject(
    taps={
        Queries: _open_ones,
        QueryPart: _part,
        PlaceQueries: _of_place,
        QueryTable: _table,
        QueryFrom: query_records.ask_place,
        NewQuery: query_records.ask_contact,
        QueryAbout: query_records.ask_item,
        QueryItem: query_records.about_item,
        QueryWhole: query_records.about_all,
        QueryCard: _card,
        QueryWho: query_records.ask_who,
        QueryByContact: query_records.by_contact,
        QueryWhen: query_records.ask_when,
        QueryReceived: query_records.received,
        QueryAnswer: query_answers.ask_effect,
        QueryEffect: query_answers.choose,
        QueryValue: query_answers.choose_value,
        QueryCarryOut: query_answers.carry_out,
        QueryReply: query_answers.reply,
        QueryReopen: query_answers.reopen,
        QueryWithdraw: query_answers.withdraw,
    },
    commands={"zapytania": _command, "queries": _command},
    dialogs={
        query_records.DIALOG_PLACE: query_records.place_named,
        query_records.DIALOG_TEXT: query_records.take_text,
        query_records.DIALOG_WHO: query_records.take_who,
        query_records.DIALOG_WHEN: query_records.take_when,
        query_answers.DIALOG_ANSWER: query_answers.take_answer,
    },
    recipes={TABLE: _make_table},
)

"""Results as files: the table of all of them, and the picture of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import Translator, known_language, texts
from bot.reports.recipes import Cell, Recipe, Sheet, Workbook
from bot.reports.results import Bar, ResultPicture, result_picture
from bot.roles import scores
from bot.roles.office.standing_facts import board, earlier_results, result_of
from bot.roles.office.standing_quality import fair_of
from bot.roles.office.subject import Maker
from bot.talk import Desk
from bot.views.office.standing import back_to_card, back_to_list, picture_lines
from bot.views.office.standing_jurors import UNFIT
from bot.views.office.standing_words import (
    UNRANKED,
    ResultFacts,
    ResultLine,
    label,
    type_text,
)
from bot.views.score_words import score_text
from scoring.fair import Fair, Unfit
from scoring.outline import Named, all_named
from scoring.rubric import Rubric
from storage import editions, standings
from storage.database import Unit
from storage.people import Person, Role
from storage.scope import scope_of
from storage.standings import StandingRow

TABLE, PICTURE = "standing.table", "standing.picture"
DECIMALS = 4
"""Decimal places of numbers in the table."""


def _table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is Role.JUROR:
        return None
    language = known_language(person.language or desk.language)
    _ = texts(language)
    scope = scope_of(person)
    found = board(unit, scope)
    rows = {placed.participant_id: row for placed, row in standings.of_edition(unit, scope)}
    rubric = scores.rubric_of(unit, desk, scope.edition_id)
    nodes = () if rubric is None else all_named(rubric)
    before = earlier_results(unit, scope.edition_id)
    sheets = (
        Sheet(
            _("Results"),
            _results_header(_, nodes, "" if before is None else before[0].name),
            tuple(
                _results_row(_, line, rows, nodes, found.percentiles, {} if before is None else before[1])
                for line in found.lines
            ),
        ),
        Sheet(
            _("Spread"),
            (
                _("Participant"),
                _("Part"),
                _("Value"),
                _("Contacts"),
                _("Lowest"),
                _("Highest"),
                _("95 % from"),
                _("to"),
            ),
            _spread_rows(found.lines, rows, nodes, language=language),
        ),
        *_fair_sheets(unit, rubric, found.lines, scope.edition_id, language=language),
    )
    said = _.many("{n} participant", "{n} participants", len(found.lines))
    message = Outgoing(said, head=_("Results"), buttons=back_to_list(language), may_be_saved=True)
    return Recipe(message, (Workbook(_("results"), sheets),))


def _picture(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    place = editions.participant(unit, int(about["participant"]))
    if place is None or person.role is Role.JUROR:
        return None
    if not scope_of(person).sees(edition_id=place.edition_id, coordinator_id=place.coordinator_id):
        return None
    facts = result_of(unit, desk, place)
    total = facts.outline.total
    if facts.row is None or total is None:
        return None
    language = known_language(person.language or desk.language)
    _ = texts(language)
    edition = editions.edition(unit, place.edition_id)
    rubric = scores.rubric(unit, desk, facts.row.rubric_version)
    bars = [_bar(_, facts, one, rubric) for one in (total, *(heading.named for heading in facts.outline.headings))]
    warning = _("Provisional: not all reports are approved yet.") if facts.row.not_approved else ""
    shown = any(one.low is not None for one in bars)
    drawn = ResultPicture(
        place=place.short_name,
        edition="" if edition is None else edition.name,
        total=bars[0],
        headings=tuple(bars[1:]),
        lines=picture_lines(facts, language=language),
        warning=warning,
        legend=_("Black line: where the result would lie with other contacts, in 95 of 100 cases.") if shown else "",
    )
    picture = result_picture(drawn, name=_("result {place}", place=place.short_name), language=language)
    message = Outgoing(
        "",
        head=_("{place} · result", place=place.short_name),
        buttons=back_to_card(place.id, language=language),
        may_be_saved=True,
    )
    return Recipe(message, (picture,))


def _bar(_: Translator, facts: ResultFacts, named: Named, rubric: Rubric) -> Bar:
    row = facts.row
    value = None if row is None else row.scores.get(named.name)
    spread = {} if row is None else row.spread.get(named.name, {})
    said = _("too little data") if value is None else score_text(value, language=_.language)
    return Bar(
        label(named, language=_.language),
        said,
        _in_percents(value, rubric),
        _in_percents(spread.get("low"), rubric),
        _in_percents(spread.get("high"), rubric),
    )


def _in_percents(value: float | None, rubric: Rubric) -> float | None:
    return None if value is None else float(value) / rubric.scale * 100


# The table ----------------------------------------------------------------------------------------------------------


def _results_header(_: Translator, nodes: tuple[Named, ...], before: str) -> tuple[str, ...]:
    return (
        *(_("Participant"), _("Type"), _("Number"), "NIP", _("Place"), _("Place within the type"), _("Total")),
        *(_("Percentile within the type"), _("Without a place: why")),
        *(
            _("Contacts that count"),
            _("Not approved yet"),
            _("Result of {edition}", edition=before or _("the edition before")),
        ),
        *(f"{label(named, language=_.language)} [{named.name}]" for named in nodes),
    )


def _results_row(
    _: Translator,
    line: ResultLine,
    rows: Mapping[int, StandingRow],
    nodes: tuple[Named, ...],
    percentiles: Mapping[int, float | None],
    before: Mapping[int, StandingRow],
) -> tuple[Cell, ...]:
    one = line.participant
    row, then = rows.get(one.id), before.get(one.id)
    return (
        *(one.short_name, type_text(one), one.number, one.nip),
        None if line.overall is None else line.overall.place,
        None if line.in_type is None else line.in_type.place,
        _rounded(line.score),
        _rounded(percentiles.get(one.id)),
        "" if line.reason is None else _(UNRANKED[line.reason]),
        None if row is None else row.contacts,
        None if row is None else row.not_approved,
        None if then is None else _rounded(then.total),
        *(None if row is None else _rounded(row.scores.get(named.name)) for named in nodes),
    )


def _spread_rows(
    lines: tuple[ResultLine, ...], rows: Mapping[int, StandingRow], nodes: tuple[Named, ...], *, language: str
) -> tuple[tuple[Cell, ...], ...]:
    found: list[tuple[Cell, ...]] = []
    for line in lines:
        row = rows.get(line.participant.id)
        for named in nodes if row is not None else ():
            spread = row.spread.get(named.name) if row is not None else None
            if row is None or spread is None:
                continue
            numbers = (_rounded(spread.get(key)) for key in ("min", "max", "low", "high"))
            what = f"{label(named, language=language)} [{named.name}]"
            value = _rounded(row.scores.get(named.name))
            found.append((line.participant.short_name, what, value, spread.get("n"), *numbers))
    return tuple(found)


def _fair_sheets(
    unit: Unit, rubric: Rubric | None, lines: tuple[ResultLine, ...], edition_id: int, *, language: str
) -> tuple[Sheet, ...]:
    """Fair means beside raw ones. Neither is the result: they are means of all marks, without weights."""
    adjusted = None if rubric is None else fair_of(unit, rubric, edition_id)
    if rubric is None or adjusted is None:
        return ()
    _ = texts(language)
    by_participant = {one.participant: one for one in adjusted.fair}
    rows = [
        _fair_row(_, line.participant.short_name, by_participant[line.participant.id], rubric.scale)
        for line in lines
        if line.participant.id in by_participant
    ]
    header = (
        *(_("Participant"), _("Marks"), _("Jurors"), _("Mean of marks, raw"), _("Mean of marks, adjusted")),
        *(_("Standard error"), _("Difference"), _("Compared group"), _("Not adjusted: why")),
    )
    return (Sheet(_("Severity of jurors"), header, tuple(rows)),)


def _fair_row(_: Translator, name: str, one: Fair, scale: float) -> tuple[Cell, ...]:
    raw = one.raw * scale
    fair = None if one.value is None else one.value * scale
    return (
        *(name, one.marks, one.jurors, _rounded(raw), _rounded(fair)),
        None if one.error is None else _rounded(one.error * scale),
        None if fair is None else _rounded(fair - raw),
        one.part + 1,
        "" if fair is not None else _(UNFIT[one.reason or Unfit.TOO_FEW]),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DECIMALS)


RECIPES: Mapping[str, Maker] = {TABLE: _table, PICTURE: _picture}

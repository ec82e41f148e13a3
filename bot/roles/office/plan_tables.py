"""A plan as a table or a picture, and all planned contacts as a table: what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.planning.result import PlanResult, plan_from_json
from bot.reports.pictures import PlanFacts, plan_picture
from bot.reports.recipes import Cell, Recipe, Sheet, Workbook
from bot.roles.office.plan_entries import juror_entries, juror_names, listed_slots, place_names, why
from bot.roles.office.subject import Maker
from bot.talk import Desk
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.office.planning import back_to, stage_text
from scenarios.model import Mode
from storage import editions, plans
from storage.database import Unit
from storage.people import Person, Role
from storage.plans import PlanRow
from storage.scope import scope_of

TABLE = "planning.table"
PICTURE = "planning.picture"
SLOTS = "planning.slots"


def may_see(person: Person, row: PlanRow) -> bool:
    """An organizer sees all plans of the edition, a coordinator their own."""
    return row.edition_id == person.edition_id and (person.role is Role.ORGANIZER or row.made_by == person.id)


def _table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    found = _plan(unit, person, about)
    if found is None:
        return None
    row, result = found
    language = known_language(person.language or desk.language)
    _ = texts(language)
    sheets = (
        Sheet(
            _("plan"),
            (_("Participant"), _("Mode"), _("Number"), _("From"), _("To"), _("Juror"), _("Reserve"), "km"),
            _choices(unit, row, result, language=language),
        ),
        Sheet(
            _("holes"),
            (_("Participant"), _("Mode"), _("Number"), _("From"), _("To"), _("Why")),
            _holes(unit, row, result, language=language),
        ),
        Sheet(_("jurors"), (_("Juror"), _("Contacts"), "km"), _jurors(unit, row, result)),
    )
    name = _("plan {n}", n=row.id)
    message = Outgoing("", head=_("Plan {n}", n=row.id), buttons=back_to(row.id, language=language), may_be_saved=True)
    return Recipe(message, (Workbook(name, sheets),))


def _picture(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    found = _plan(unit, person, about)
    if found is None:
        return None
    row, result = found
    language = known_language(person.language or desk.language)
    _ = texts(language)
    edition = editions.edition(unit, row.edition_id)
    where = {one.id: one.voivodship for one in editions.participants(unit, row.edition_id)}
    holes = Counter(where.get(one.participant_id, "") for one in result.holes)
    planned = Counter(where.get(one.participant_id, "") for one in result.choices) + holes
    facts = PlanFacts(
        edition="" if edition is None else edition.name,
        planned=dict(planned),
        holes=dict(holes),
        load=tuple(result.load.values()),
        km=result.km or None,
    )
    message = Outgoing("", head=_("Plan {n}", n=row.id), buttons=back_to(row.id, language=language), may_be_saved=True)
    return Recipe(message, (plan_picture(facts, language),))


def _slots(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:  # noqa: ARG001
    if person.role is Role.JUROR:
        return None
    language = known_language(person.language or desk.language)
    _ = texts(language)
    header = (_("Participant"), _("Mode"), _("Number"), _("From"), _("To"), _("Juror"), _("State"))
    rows: list[tuple[Cell, ...]] = [
        (
            one.place,
            mode_name(one.mode, language=language),
            one.number or None,
            one.opens_at,
            one.due_at,
            one.juror,
            stage_text(_, one.stage),
        )
        for one in listed_slots(unit, scope_of(person), mode=None, now=now)
    ]
    title = _("planned contacts")
    message = Outgoing(
        _.many("{n} planned contact.", "{n} planned contacts.", len(rows)),
        buttons=home_rows(language),
        may_be_saved=True,
    )
    return Recipe(message, (Workbook(title, (Sheet(title, header, tuple(rows)),)),))


def _plan(unit: Unit, person: Person, about: Mapping[str, Any]) -> tuple[PlanRow, PlanResult] | None:
    row = plans.plan(unit, int(about["plan"]))
    if row is None or row.result is None or not may_see(person, row):
        return None
    return row, plan_from_json(row.result)


def _choices(unit: Unit, row: PlanRow, result: PlanResult, *, language: str) -> tuple[tuple[Cell, ...], ...]:
    places, jurors = place_names(unit, row.edition_id), juror_names(unit, row.edition_id)
    order = list(Mode)
    every = sorted(
        result.choices,
        key=lambda one: (places.get(one.participant_id, ""), one.participant_id, order.index(one.mode), one.number),
    )
    return tuple(
        (
            places.get(one.participant_id, ""),
            mode_name(one.mode, language=language),
            one.number,
            one.opens_on,
            one.due_on,
            jurors.get(one.person_id, ""),
            "" if one.reserve_id is None else jurors.get(one.reserve_id, ""),
            None if one.km is None else round(one.km, 1),
        )
        for one in every
    )


def _holes(unit: Unit, row: PlanRow, result: PlanResult, *, language: str) -> tuple[tuple[Cell, ...], ...]:
    places, jurors = place_names(unit, row.edition_id), juror_names(unit, row.edition_id)
    return tuple(
        (
            places.get(one.participant_id, ""),
            mode_name(one.mode, language=language),
            one.number,
            one.opens_on,
            one.due_on,
            why(one, jurors, language=language),
        )
        for one in result.holes
    )


def _jurors(unit: Unit, row: PlanRow, result: PlanResult) -> tuple[tuple[Cell, ...], ...]:
    entries = juror_entries(unit, result, edition_id=row.edition_id)
    return tuple((one.name, one.total, round(one.km, 1)) for one in entries)


RECIPES: Mapping[str, Maker] = {TABLE: _table, PICTURE: _picture, SLOTS: _slots}

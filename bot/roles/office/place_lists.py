"""Participants: the list, narrowing it, searching, the table, adding one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.importing import cells
from bot.importing.problems import Wrong
from bot.importing.types import type_name
from bot.office_taps.directory import (
    AddPlace,
    NarrowPlaces,
    Participants,
    PlaceCard,
    Places,
    PlacesTable,
    SearchPlaces,
    WhichKind,
    WhichVoivodship,
)
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.office import place_cards
from bot.roles.office.place_values import MAX_WORDS, TooLong, cleared
from bot.roles.office.searching import search
from bot.talk import Desk, Talk
from bot.views.common import mode_name
from bot.views.office import directory as view
from bot.views.office import places as place_view
from bot.views.office.directory import ChosenPlaces
from scenarios.model import Mode
from storage import directory, editions, people
from storage.database import Unit
from storage.directory import PlaceLine
from storage.overview import NOTHING, Dimension, figures
from storage.people import Person, Role
from storage.postcodes import postal_place
from storage.scope import Scope, scope_of

TABLE = "directory.participants"
NEW = "directory.place_new"
SEARCH = "directory.place_search"
STEPS = ("name", "type", "postcode")
"""What is asked of a new participant, in that order."""


def show_first(talk: Talk, tap: Participants) -> None:
    """All participants, a page of them."""
    show(talk, Places(0, 0, 0, tap.page))


def show(talk: Talk, tap: Places) -> None:
    """The chosen participants, a page of them."""
    chosen = _chosen(talk.unit, talk.scope, tap.voivodship, tap.kind, tap.state)
    lines = _lines(talk.unit, talk.scope, chosen, now=talk.now)
    talk.say(view.places(lines, chosen, tap.page, language=talk.language))


def narrow(talk: Talk, tap: NarrowPlaces) -> None:
    """The ways to narrow the list."""
    chosen = _chosen(talk.unit, talk.scope, tap.voivodship, tap.kind, tap.state)
    talk.say(view.narrow_places(chosen, language=talk.language))


def which_voivodship(talk: Talk, tap: WhichVoivodship) -> None:
    """All voivodships."""
    talk.say(view.which_voivodship(_chosen(talk.unit, talk.scope, 0, tap.kind, tap.state), language=talk.language))


def which_kind(talk: Talk, tap: WhichKind) -> None:
    """The types there are."""
    talk.say(view.which_kind(_chosen(talk.unit, talk.scope, tap.voivodship, 0, tap.state), language=talk.language))


def command(talk: Talk, rest: str) -> None:
    """``/podmioty``: the list; with words, a search."""
    if rest.strip():
        _find(talk, rest)
    else:
        show(talk, Places(0, 0, 0, 0))


def begin_search(talk: Talk, tap: SearchPlaces) -> None:  # noqa: ARG001 - a button without fields
    """Words are awaited."""
    people.set_dialog(talk.unit, talk.person.id, {"kind": SEARCH})
    talk.say(view.search_places(language=talk.language))


def searched(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:  # noqa: ARG001 - nothing to remember
    """The words to look for came."""
    _find(talk, text)


def found_by(talk: Talk, words: str) -> list[editions.Participant]:
    """Participants within the scope that are called like the words, or have that number, NIP or town."""
    every = directory.participants(talk.unit, talk.scope)
    return search(words, [(one, (one.short_name, one.name, one.city, one.number, one.nip)) for one in every])


def table(talk: Talk, tap: PlacesTable) -> None:
    """The chosen participants as a table."""
    talk.produce(TABLE, voivodship=tap.voivodship, kind=tap.kind, state=tap.state)
    talk.say(place_view.table_comes(language=talk.language))


def make_table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """The chosen participants with everything known of them and their contacts in numbers."""
    language, scope = known_language(person.language or desk.language), scope_of(person)
    _ = texts(language)
    chosen = _chosen(unit, scope, int(about["voivodship"]), int(about["kind"]), int(about["state"]))
    lines = _lines(unit, scope, chosen, now=now)
    by_mode = figures(unit, scope, now=now, by=(Dimension.PARTICIPANT, Dimension.MODE))
    names = {one.id: one.name for one in people.people(unit, edition_id=person.edition_id, role=Role.COORDINATOR)}
    modes = tuple(Mode)
    header = (
        *(_(place_view.FIELD_NAMES[name]) for name in place_view.TABLE_FIELDS),
        *(_("Small gmina"), _("Withdrawn"), _("Looked after by"), _("Planned"), _("Carried out"), _("Approved")),
        *(_("Holes"), _("Late")),
        *(_("Done: {mode}", mode=mode_name(mode, language=language)) for mode in modes),
    )
    rows = tuple(
        (
            *(_cell(line, name) for name in place_view.TABLE_FIELDS),
            _("yes") if line.participant.is_small else "",
            line.participant.withdrawn_at,
            names.get(line.participant.coordinator_id or 0, ""),
            *(line.figures.planned, line.figures.done, line.figures.approved, line.figures.holes, line.figures.late),
            *(by_mode.get((line.participant.id, mode), NOTHING).done for mode in modes),
        )
        for line in lines
    )
    book = Workbook(_("participants"), (Sheet(_("Participants"), header, rows),))
    said = _.many("{n} participant", "{n} participants", len(lines))
    return Recipe(Outgoing(said, may_be_saved=True), (book,))


def begin_new(talk: Talk, tap: AddPlace) -> None:  # noqa: ARG001 - a button without fields
    """A new participant's name is awaited."""
    _ask(talk, {}, "name")


def answered_new(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """One more thing about a new participant came."""
    known = {str(key): str(value) for key, value in dict(dialog.get("known", {})).items()}
    step = next((one for one in STEPS if one not in known), STEPS[-1])
    try:
        known[step] = _read_new(step, text)
    except Wrong as wrong:
        _ask(talk, known, step, wrong=text, suggestion=wrong.suggestion)
        return
    left = [one for one in STEPS if one not in known]
    if left:
        _ask(talk, known, left[0])
        return
    key = _add(talk, known)
    place_cards.show(talk, PlaceCard(key), changed=True)


def _read_new(step: str, text: str) -> str:
    bare = " ".join(text.split())
    if len(bare) > MAX_WORDS:
        raise TooLong
    if step == "name":
        return bare
    if step == "type":
        return cells.participant_type(bare)
    return "" if cleared(bare) else cells.postcode(bare)


def _ask(talk: Talk, known: Mapping[str, str], step: str, *, wrong: str = "", suggestion: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": NEW, "known": dict(known)})
    talk.say(place_view.ask_new(step, language=talk.language, wrong=wrong, suggestion=suggestion))


def _add(talk: Talk, known: Mapping[str, str]) -> int:
    where = postal_place(known["postcode"])
    key = editions.add_participant(
        talk.unit,
        edition_id=talk.person.edition_id,
        name=known["name"],
        short_name=known["name"],
        type=known["type"],
        postcode=known["postcode"],
        city="" if where is None else where.locality,
        voivodship="" if where is None else where.voivodship,
        latitude=None if where is None else where.latitude,
        longitude=None if where is None else where.longitude,
        coordinator_id=talk.scope.coordinator_id,
    )
    talk.note("participant.added", f"participant:{key}", type=known["type"], postcode=known["postcode"])
    return key


def _find(talk: Talk, words: str) -> None:
    found = found_by(talk, words)
    if len(found) == 1:
        place_cards.show(talk, PlaceCard(found[0].id))
        return
    shown = [(f"{one.short_name} ({type_name(one.type)})", PlaceCard(one.id)) for one in found]
    talk.say(view.found(shown, SearchPlaces(), said=words, language=talk.language))


def _chosen(unit: Unit, scope: Scope, voivodship: int, kind: int, state: int) -> ChosenPlaces:
    return ChosenPlaces(voivodship, kind, state, tuple(directory.types(unit, scope)))


def _lines(unit: Unit, scope: Scope, chosen: ChosenPlaces, *, now: datetime) -> list[PlaceLine]:
    return [line for line in directory.places(unit, scope, now=now) if _fits(line, chosen)]


def _fits(line: PlaceLine, chosen: ChosenPlaces) -> bool:
    one = line.participant
    if chosen.region is not None and one.voivodship != chosen.region:
        return False
    if chosen.type is not None and one.type != chosen.type:
        return False
    match chosen.state_name:
        case "withdrawn":
            return one.withdrawn_at is not None
        case "empty":
            return one.withdrawn_at is None and not line.figures.done
        case "holes":
            return one.withdrawn_at is None and line.figures.holes > 0
        case _:
            return True


def _cell(line: PlaceLine, name: str) -> Any:  # noqa: ANN401 - a cell of any kind
    value = getattr(line.participant, name)
    return type_name(value) if name == "type" else value

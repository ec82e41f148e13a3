"""A participant: its card and contacts, and everything that changes it. Each change is in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.importing.problems import Wrong
from bot.office_taps.directory import (
    PLACE_FIELDS,
    EditPlace,
    EditPlaceField,
    PlaceCard,
    PlaceContacts,
    PlaceCoordinators,
    RestorePlace,
    SetPlaceCoordinator,
    SetSmall,
    WithdrawPlace,
    WithdrawPlaceYes,
)
from bot.roles import deciding, scores
from bot.roles.office import place_values, seeing
from bot.talk import Talk
from bot.views.office import persons as person_view
from bot.views.office import places as view
from bot.views.office.places import PlaceFacts
from storage import directory, editions, overview, people, votings
from storage.editions import Participant
from storage.overview import Dimension
from storage.planned import OPEN_STAGES, Wanted
from storage.postcodes import postal_place
from storage.scope import Scope
from storage.votings import VotingState

FIELD = "directory.place_field"

UNIQUE = frozenset({"number", "nip"})
"""Fields that no two participants of an edition share."""

PRIVATE = frozenset({"contact_name", "contact_email"})
"""Fields whose values do not go into the journal."""


def show(talk: Talk, tap: PlaceCard, *, changed: bool = False) -> None:
    """The participant's card."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    wanted = Wanted(participant_id=one.id)
    whole = Scope(one.edition_id)
    counted = overview.figures(talk.unit, whole, now=talk.now, by=(Dimension.MODE,), wanted=wanted)
    facts = PlaceFacts(
        participant=one,
        by_mode={mode: figures for (mode,), figures in counted.items()},
        coordinator=seeing.name_of(talk, one.coordinator_id),
        queries=directory.queries_of(talk.unit, one.id),
        before=tuple(directory.before(talk.unit, one)),
    )
    talk.say(view.card(facts, language=talk.language, zone=talk.zone, changed=changed))


def contacts(talk: Talk, tap: PlaceContacts) -> None:
    """The participant's contacts, a page of them."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    wanted = Wanted(participant_id=one.id)
    lines = overview.planned_contacts(talk.unit, Scope(one.edition_id), now=talk.now, wanted=wanted)
    talk.say(view.contacts(one, lines, tap.page, language=talk.language, zone=talk.zone))


def edit(talk: Talk, tap: EditPlace) -> None:
    """What may be changed."""
    one = seeing.place(talk, tap.participant)
    if one is not None:
        talk.say(view.edit(one, tap.page, language=talk.language))


def edit_field(talk: Talk, tap: EditPlaceField) -> None:
    """The new value of a field is awaited."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    if not 0 <= tap.field < len(PLACE_FIELDS):
        seeing.refuse(talk)
        return
    _ask(talk, one, PLACE_FIELDS[tap.field])


def answered(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The new value of a field came."""
    one, name = seeing.place(talk, int(dialog["participant"])), str(dialog["field"])
    if one is None:
        return
    try:
        value = place_values.read(name, text, today=talk.now.astimezone(talk.zone).date())
    except Wrong as wrong:
        _ask(talk, one, name, wrong=text, suggestion=wrong.suggestion)
        return
    if name in UNIQUE:
        other = directory.same_place(talk.unit, one.edition_id, field=name, value=str(value), but=one.id)
        if other is not None:
            _taken(talk, one, name, str(value), other)
            return
    _save(talk, one, name, value)
    show(talk, PlaceCard(one.id), changed=True)


def set_small(talk: Talk, tap: SetSmall) -> None:
    """The participant is, or is not, a small gmina."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    is_small = bool(tap.is_small)
    if one.is_small != is_small:
        editions.update_participant(talk.unit, one.id, is_small=is_small)
        talk.note("participant.changed", f"participant:{one.id}", field="is_small", before=one.is_small, after=is_small)
    show(talk, PlaceCard(one.id), changed=True)


def coordinators(talk: Talk, tap: PlaceCoordinators) -> None:
    """Who might look after the participant."""
    one = seeing.place(talk, tap.participant)
    if one is not None:
        talk.say(view.coordinators(one, seeing.coordinators(talk), language=talk.language))


def set_coordinator(talk: Talk, tap: SetPlaceCoordinator) -> None:
    """Somebody else looks after the participant; it may go out of sight by that."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    chosen = tap.coordinator or None
    if chosen is not None and chosen not in dict(seeing.coordinators(talk)):
        seeing.refuse(talk)
        return
    editions.update_participant(talk.unit, one.id, coordinator_id=chosen)
    talk.note("participant.coordinator", f"participant:{one.id}", before=one.coordinator_id, after=chosen)
    if talk.scope.sees(edition_id=one.edition_id, coordinator_id=chosen):
        show(talk, PlaceCard(one.id), changed=True)
    else:
        name = seeing.name_of(talk, chosen) or ""
        talk.say(person_view.handed_over(one.short_name, name, language=talk.language))


def withdraw(talk: Talk, tap: WithdrawPlace) -> None:
    """Whether it really withdraws."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    wanted = Wanted(participant_id=one.id, stages=OPEN_STAGES)
    going = overview.total(talk.unit, Scope(one.edition_id), now=talk.now, wanted=wanted).planned
    has_vote = any(voting.state is VotingState.OPEN for voting in votings.of_participant(talk.unit, one.id))
    talk.say(view.withdraw(one, going, has_vote=has_vote, language=talk.language))


def withdraw_yes(talk: Talk, tap: WithdrawPlaceYes) -> None:
    """It withdraws."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    if one.withdrawn_at is None:
        votings.hold_participant(talk.unit, one.id)
        editions.update_participant(talk.unit, one.id, withdrawn_at=talk.now)
        talk.note("participant.withdrawn", f"participant:{one.id}")
        deciding.cancel_withdrawn(talk.unit, talk.desk, one, by=talk.person.id, now=talk.now)
    show(talk, PlaceCard(one.id), changed=True)


def restore(talk: Talk, tap: RestorePlace) -> None:
    """It takes part again."""
    one = seeing.place(talk, tap.participant)
    if one is None:
        return
    if one.withdrawn_at is not None:
        editions.update_participant(talk.unit, one.id, withdrawn_at=None)
        talk.note("participant.restored", f"participant:{one.id}")
    show(talk, PlaceCard(one.id), changed=True)


def _ask(talk: Talk, one: Participant, name: str, *, wrong: str = "", suggestion: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": FIELD, "participant": one.id, "field": name})
    talk.say(view.ask_field(one, name, language=talk.language, wrong=wrong, suggestion=suggestion))


def _taken(talk: Talk, one: Participant, name: str, value: str, other_id: int) -> None:
    other = editions.participant(talk.unit, other_id)
    is_seen = other is not None and talk.scope.sees(edition_id=other.edition_id, coordinator_id=other.coordinator_id)
    talk.say(
        view.taken_by_another(
            view.FIELD_NAMES[name],
            value,
            tap=PlaceCard(other_id) if is_seen else None,
            back=PlaceCard(one.id),
            language=talk.language,
        )
    )


def _save(talk: Talk, one: Participant, name: str, value: str | date | None) -> None:
    """Write the value; a postcode brings its voivodship and place on the map along."""
    values: dict[str, object] = {name: value}
    where = postal_place(str(value)) if name == "postcode" else None
    if where is not None:
        values |= {"voivodship": where.voivodship, "latitude": where.latitude, "longitude": where.longitude}
    elif name == "postcode":
        values |= {"latitude": None, "longitude": None}
    editions.update_participant(talk.unit, one.id, **values)
    if name == "type":
        scores.participant_changed(talk.unit, one.id, now=talk.now)
    told: dict[str, object] = {"field": name}
    if name not in PRIVATE:
        told |= {"before": _plain(getattr(one, name)), "after": _plain(value)}
    talk.note("participant.changed", f"participant:{one.id}", **told)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value

"""Writing a participant's query down: whose it is, what it is about, its words, who asked and when it came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from bot.i18n import texts
from bot.office_taps.queries import (
    NewQuery,
    QueryAbout,
    QueryByContact,
    QueryFrom,
    QueryItem,
    QueryReceived,
    QueryWhen,
    QueryWho,
    QueryWhole,
)
from bot.roles.days import day_of
from bot.roles.office import query_facts, seeing
from bot.roles.office.compare_acts import Side, side_of
from bot.roles.office.query_facts import show, to_answer
from bot.roles.office.searching import search
from bot.talk import Talk
from bot.views.common import mode_name
from bot.views.office import query_forms as forms
from bot.views.pages import brief
from bot.views.rejections import rejection_text
from scenarios.contact import Path, Rejection
from scenarios.model import Mode
from scenarios.moments import read_date
from scenarios.replies import read_text
from storage import editions, people, queries
from storage.editions import Participant
from storage.queries import Query

DIALOG_PLACE, DIALOG_TEXT, DIALOG_WHO, DIALOG_WHEN = "queries.place", "queries.text", "queries.who", "queries.when"
MAX_TEXT, MAX_NAME = 3000, 200
"""Characters of a query, and of the name of who asked."""
LEAST_TEXT, LEAST_WORDS = 25, 4
"""Characters and words without which a query does not say what it disputes."""
DAYS_OFFERED = 6
MIDDAY = time(12)
"""A query that came on an earlier day is taken to have come then."""


def ask_place(talk: Talk, _tap: QueryFrom) -> None:
    """Ask which participant the query is from."""
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_PLACE})
    talk.say(forms.ask_place(language=talk.language))


def place_named(talk: Talk, _dialog: Mapping[str, Any], text: str) -> None:
    """The participants those words may mean."""
    every = [
        one
        for one in editions.participants(talk.unit, talk.person.edition_id)
        if talk.scope.sees(edition_id=one.edition_id, coordinator_id=one.coordinator_id)
    ]
    found = search(text, ((one, (one.short_name, one.name, one.number)) for one in every))
    if len(found) == 1:
        ask_contact(talk, NewQuery(found[0].id, 0))
        return
    _ = texts(talk.language)
    lead = _("Which of these?") if found else _("There is no participant like “{words}” here.", words=brief(text))
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_PLACE})
    named = [(one.id, one.short_name) for one in found]
    talk.say(forms.ask_place(named, lead=lead, language=talk.language))


def ask_contact(talk: Talk, tap: NewQuery) -> None:
    """Ask which contact it is about."""
    place = seeing.place(talk, tap.participant)
    if place is not None:
        sent = queries.contacts_of(talk.unit, place.id)
        talk.say(forms.ask_contact(place.id, place.short_name, sent, tap.page, language=talk.language, zone=talk.zone))


def ask_item(talk: Talk, tap: QueryAbout) -> None:
    """Ask which question of the contact it is about."""
    found = _contact(talk, tap.contact)
    if found is not None:
        side, place = found
        items = query_facts.items_of(talk, side)
        talk.say(forms.ask_item(tap.contact, place.id, place.short_name, items, tap.page, language=talk.language))


def about_item(talk: Talk, tap: QueryItem) -> None:
    """It is about that question, or all of the contact: ask for its words."""
    found = _contact(talk, tap.contact)
    if found is None:
        return
    side, place = found
    path = query_facts.path_at(side, tap.step)
    if tap.step and path is None:
        ask_item(talk, QueryAbout(tap.contact, 0))
        return
    _ask_text(talk, place, tap.contact, path)


def about_all(talk: Talk, tap: QueryWhole) -> None:
    """It is about the whole result: ask for its words."""
    place = seeing.place(talk, tap.participant)
    if place is not None:
        _ask_text(talk, place, None, None)


def take_text(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The words of the query; those that dispute nothing are asked for once more."""
    place = seeing.place(talk, int(dialog["participant"]))
    if place is None:
        return
    contact_id, path = dialog.get("contact"), dialog.get("path")
    words = read_text(text, maximum=MAX_TEXT)
    if isinstance(words, Rejection):
        _ask_text(talk, place, contact_id, path, lead=rejection_text(words, None, language=talk.language))
        return
    _ = texts(talk.language)
    if len(words) < LEAST_TEXT or len(words.split()) < LEAST_WORDS:
        lead = _("That is very short: it should be clear which fact is disputed, so that it can be looked into.")
        _ask_text(talk, place, contact_id, path, lead=lead)
        return
    if contact_id is not None and _contact(talk, contact_id) is None:
        return
    late = query_facts.is_late(talk.unit, place, contact_id, talk.now)
    query_id = queries.add(
        talk.unit,
        edition_id=place.edition_id,
        participant_id=place.id,
        contact_id=contact_id,
        path=path,
        text=words,
        asked_by=place.contact_name or place.contact_email,
        asked_at=talk.now,
        answer_by=query_facts.answer_by(talk.now, talk.zone),
    )
    queries.change(talk.unit, query_id, effect={"late": late})
    talk.note("query.recorded", f"query:{query_id}", participant=place.id, contact=contact_id, path=path, late=late)
    lead = _("Written down, as received now from the contact person. Both can be changed here.")
    show(talk, query_id, lead=lead if place.contact_name or place.contact_email else _("Written down."))


# Who and when -------------------------------------------------------------------------------------------------------


def ask_who(talk: Talk, tap: QueryWho) -> None:
    """Ask who asked."""
    found = to_answer(talk, tap.query)
    if found is not None:
        _ask_who(talk, *found)


def take_who(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The name of who asked."""
    found = to_answer(talk, int(dialog["query"]))
    if found is None:
        return
    words = read_text(text, maximum=MAX_NAME)
    if isinstance(words, Rejection):
        _ask_who(talk, *found, lead=rejection_text(words, None, language=talk.language))
        return
    _asked_by(talk, found[0], " ".join(words.split()))


def by_contact(talk: Talk, tap: QueryByContact) -> None:
    """The participant's contact person asked."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    query, place = found
    name = place.contact_name or place.contact_email
    if name:
        _asked_by(talk, query, name)
    else:
        _ask_who(talk, query, place)


def ask_when(talk: Talk, tap: QueryWhen) -> None:
    """Ask when it came."""
    found = to_answer(talk, tap.query)
    if found is not None:
        _ask_when(talk, *found)


def take_when(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The day on which it came, typed."""
    found = to_answer(talk, int(dialog["query"]))
    if found is None:
        return
    day = read_date(text, now=talk.now, zone=talk.zone)
    if isinstance(day, Rejection):
        _ask_when(talk, *found, lead=rejection_text(day, None, language=talk.language))
        return
    received(talk, QueryReceived(found[0].id, day.toordinal()))


def received(talk: Talk, tap: QueryReceived) -> None:
    """It came on that day; whether it is late, and by when it is answered, follow from it."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    query, place = found
    day, today = day_of(tap.day), talk.now.astimezone(talk.zone).date()
    if day is None or day > today:
        lead = "" if day is None else forms.day_problem(day, language=talk.language)
        _ask_when(talk, query, place, lead=lead)
        return
    asked_at = talk.now if day == today else datetime.combine(day, MIDDAY, talk.zone)
    late = query_facts.is_late(talk.unit, place, query.contact_id, asked_at)
    queries.change(
        talk.unit,
        query.id,
        asked_at=asked_at,
        answer_by=query_facts.answer_by(asked_at, talk.zone),
        effect={**query.effect, "late": late},
    )
    before = query.asked_at.astimezone(talk.zone).date()
    talk.note("query.received", f"query:{query.id}", before=before.isoformat(), after=day.isoformat(), late=late)
    _ = texts(talk.language)
    show(talk, query.id, lead=_("Saved."))


def _asked_by(talk: Talk, query: Query, name: str) -> None:
    queries.change(talk.unit, query.id, asked_by=name)
    talk.note("query.asked_by", f"query:{query.id}")
    _ = texts(talk.language)
    show(talk, query.id, lead=_("Saved."))


def _ask_who(talk: Talk, query: Query, place: Participant, *, lead: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_WHO, "query": query.id})
    talk.say(forms.ask_who(query, place.short_name, lead=lead, language=talk.language))


def _ask_when(talk: Talk, query: Query, place: Participant, *, lead: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_WHEN, "query": query.id})
    today = talk.now.astimezone(talk.zone).date()
    days = [today - timedelta(days=n) for n in range(DAYS_OFFERED)]
    talk.say(forms.ask_when(query, place.short_name, days, lead=lead, language=talk.language))


def _ask_text(talk: Talk, place: Participant, contact_id: int | None, path: Path | None, *, lead: str = "") -> None:
    dialog = {"kind": DIALOG_TEXT, "participant": place.id, "contact": contact_id, "path": path}
    people.set_dialog(talk.unit, talk.person.id, dialog)
    about, side = "", None if contact_id is None else side_of(talk.unit, talk.desk, contact_id)
    if side is not None:
        step = None if path is None else side.scenario.steps_by_name.get(path)
        about = mode_name(Mode(side.task.mode), language=talk.language)
        about = about.capitalize() if step is None else query_facts.item_text(talk, side, step)
    talk.say(forms.ask_text(place.id, place.short_name, about, lead=lead, language=talk.language))


def _contact(talk: Talk, contact_id: int) -> tuple[Side, Participant] | None:
    """A contact that was sent, at a participant the person sees; otherwise they are told no."""
    side = side_of(talk.unit, talk.desk, contact_id)
    if side is None or side.row.submitted_at is None:
        seeing.refuse(talk)
        return None
    place = seeing.place(talk, side.task.participant_id)
    return None if place is None else (side, place)

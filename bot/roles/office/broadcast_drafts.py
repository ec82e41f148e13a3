"""Writing a broadcast: its words, the preview, and when it is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.jobs import put_feed
from bot.office_taps.broadcasting import (
    NewMessage,
    Preview,
    Reword,
    Schedule,
    SendAssignments,
    SendAt,
    SendNow,
    Unschedule,
)
from bot.roles import offering, upcoming
from bot.roles.office import feeding
from bot.roles.office.broadcast_choices import author_scope, draft_of, facts_of, own, show, show_again
from bot.talk import Talk
from bot.views import juror_broadcast
from bot.views.facts import TaskFact, TaskState
from bot.views.office import broadcast_draft as views
from bot.views.rejections import rejection_text
from scenarios.contact import Rejection
from scenarios.moments import read_datetime, read_time
from storage import audience, broadcasts, editions, people, slots
from storage.audience import Chosen
from storage.broadcasts import Broadcast, Kind, State
from storage.people import Role
from storage.rules import Rules
from storage.scope import scope_of

FURTHEST = timedelta(days=365)
"""A broadcast is planned no further ahead."""

HOURS_OFFERED = (8, 12, 17)
"""Local hours offered for sending later."""

MOMENTS_OFFERED = 4

SHORTEST_DELAY = timedelta(minutes=2)


# The words ----------------------------------------------------------------------------------------------------------


def new_message(talk: Talk, _tap: NewMessage) -> None:
    """A message of one's own: its words are asked for."""
    people.set_dialog(talk.unit, talk.person.id, {"kind": "broadcast.text"})
    talk.say(views.asks_text(language=talk.language))


def reword(talk: Talk, tap: Reword) -> None:
    """Other words for a draft."""
    sent = own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state is not State.DRAFT or sent.kind is not Kind.MESSAGE:
        show(talk, sent)
        return
    people.set_dialog(talk.unit, talk.person.id, {"kind": "broadcast.text", "broadcast": sent.id})
    talk.say(views.asks_text(language=talk.language, broadcast=sent.id))


def take_text(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The words that were typed, for a new draft or the one they were asked for."""
    written = text.strip()
    known = dialog.get("broadcast")
    if not 0 < len(written) <= views.MAX_TEXT:
        people.set_dialog(talk.unit, talk.person.id, dialog)
        talk.say(views.text_refused(len(written), language=talk.language, broadcast=known))
        return
    if known is None:
        chosen = Chosen(roles=(Role.JUROR,)) if talk.person.role is Role.ORGANIZER else Chosen()
        sent_id = _draft(talk, Kind.MESSAGE, chosen, text=written)
    else:
        sent = own(talk, int(known))
        if sent is None:
            return
        sent_id = sent.id
        if sent.state is State.DRAFT:
            broadcasts.rewrite(talk.unit, sent_id, written)
            talk.note("broadcast.reworded", f"broadcast:{sent_id}", characters=len(written))
    show_again(talk, sent_id, anew=True)


def new_assignments(talk: Talk, _tap: SendAssignments) -> None:
    """Offer what is planned and nobody was asked for; an unfinished draft is gone on with."""
    known = broadcasts.unsent(talk.unit, talk.person.id, Kind.ASSIGNMENTS)
    scope = scope_of(talk.person)
    found = audience.size(talk.unit, scope, author_id=talk.person.id, chosen=Chosen(), offers=True, now=talk.now)
    if known is None and not found.people:
        talk.say(views.no_slots(language=talk.language))
        return
    sent_id = _draft(talk, Kind.ASSIGNMENTS, Chosen()) if known is None else known.id
    show_again(talk, sent_id, anew=True)


# Preview and sending ------------------------------------------------------------------------------------------------


def preview(talk: Talk, tap: Preview) -> None:
    """As the recipients will see it, and how many they are."""
    sent = draft_of(talk, tap.broadcast)
    if sent is None:
        return
    shown = _as_received(talk, sent)
    messages = () if shown is None else (shown,)
    talk.say(*messages, _confirm(talk, sent))


def send_now(talk: Talk, tap: SendNow) -> None:
    """Send it, if it goes to as many as were told."""
    sent = draft_of(talk, tap.broadcast)
    if sent is None:
        return
    if facts_of(talk, sent).size.people != tap.people:
        said = _confirm(talk, sent)
        talk.say(replace(said, body=f"{views.count_moved(language=talk.language)}\n\n{said.body}"))
        return
    feeding.begin(talk.unit, sent, who=talk.person.id, now=talk.now)
    show_again(talk, sent.id, anew=True)


def schedule(talk: Talk, tap: Schedule) -> None:
    """Send it later: when?"""
    sent = draft_of(talk, tap.broadcast)
    if sent is not None:
        _ask_when(talk, sent)


def take_moment(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The moment that was typed."""
    sent = draft_of(talk, int(dialog["broadcast"]))
    if sent is None:
        return
    match _read_moment(text, now=talk.now, zone=talk.zone):
        case Rejection() as rejection:
            _ask_when(talk, sent, problem=rejection_text(rejection, None, language=talk.language))
        case at:
            _send_at(talk, sent, at)


def send_at(talk: Talk, tap: SendAt) -> None:
    """Send it at a moment that was offered."""
    sent = draft_of(talk, tap.broadcast)
    if sent is not None:
        _send_at(talk, sent, datetime.fromtimestamp(0, tz=UTC) + timedelta(minutes=tap.minute))


def unschedule(talk: Talk, tap: Unschedule) -> None:
    """Back to a draft."""
    sent = own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state is State.SCHEDULED:
        broadcasts.move(talk.unit, sent.id, State.DRAFT, run_at=None)
        talk.note("broadcast.unscheduled", f"broadcast:{sent.id}")
    show_again(talk, sent.id, anew=True)


# Inside -------------------------------------------------------------------------------------------------------------


def _draft(talk: Talk, kind: Kind, chosen: Chosen, *, text: str = "") -> int:
    edition = talk.person.edition_id
    sent_id = broadcasts.draft(
        talk.unit, edition_id=edition, author_id=talk.person.id, kind=kind, chosen=chosen, text=text, now=talk.now
    )
    talk.note("broadcast.drafted", f"broadcast:{sent_id}", kind=kind.value)
    return sent_id


def _as_received(talk: Talk, sent: Broadcast) -> Outgoing | None:
    """The message as the first of its recipients will see it."""
    offers = sent.kind is Kind.ASSIGNMENTS
    first = audience.first(
        talk.unit,
        author_scope(talk, sent),
        author_id=sent.author_id,
        chosen=sent.chosen,
        offers=offers,
        now=talk.now,
    )
    person = None if first is None else people.person(talk.unit, first)
    if person is None:
        return None
    language = known_language(person.language or talk.desk.language)
    if not offers:
        return juror_broadcast.message(sent.text, person.role, language=language)
    ready = audience.ready_slots(talk.unit, author_scope(talk, sent), person.id, chosen=sent.chosen, now=talk.now)
    facts = [fact for slot_id in ready if (fact := _planned(talk, slot_id)) is not None]
    return juror_broadcast.offers(facts, language=language, zone=talk.zone, now=talk.now) if facts else None


def _planned(talk: Talk, slot_id: int) -> TaskFact | None:
    """A planned contact as the task it will be."""
    slot = slots.slot(talk.unit, slot_id)
    place = None if slot is None else editions.participant(talk.unit, slot.participant_id)
    if slot is None or place is None:
        return None
    rules = _rules(talk)
    return TaskFact(
        assignment=0,
        place=place.short_name,
        name=place.name,
        mode=slot.mode,
        state=TaskState.OFFERED,
        opens_at=slot.opens_at,
        due_at=slot.due_at,
        address=", ".join(part for part in (place.address, f"{place.postcode} {place.city}".strip()) if part),
        hours=place.hours,
        phone=place.phone,
        email=place.email,
        site=place.site,
        answer_by=offering.answer_time(rules, talk.now, due_at=slot.due_at, zone=talk.zone),
    )


def _confirm(talk: Talk, sent: Broadcast) -> Outgoing:
    allowed = upcoming.allowed_at(_rules(talk), talk.now, talk.zone)
    return views.confirm(
        facts_of(talk, sent),
        quiet_until=allowed if allowed > talk.now else None,
        language=talk.language,
        zone=talk.zone,
        now=talk.now,
    )


def _ask_when(talk: Talk, sent: Broadcast, *, problem: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": "broadcast.when", "broadcast": sent.id})
    offered = _moments(_rules(talk), talk.now, talk.zone)
    talk.say(views.asks_when(sent, offered, language=talk.language, zone=talk.zone, now=talk.now, problem=problem))


def _moments(rules: Rules, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The next moments worth offering, none of them quiet."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(14)]
    found = [datetime.combine(day, time(hour), zone).astimezone(UTC) for day in days for hour in HOURS_OFFERED]
    fitting = [at for at in found if at > now + SHORTEST_DELAY and not upcoming.is_quiet(rules, at, zone)]
    return fitting[:MOMENTS_OFFERED]


def _read_moment(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | Rejection:
    """The moment that was typed; a time alone is the next such time."""
    alone = read_time(text, now=now, zone=zone)
    if isinstance(alone, Rejection):
        return read_datetime(text, now=now, zone=zone)
    local = now.astimezone(zone)
    day = local.date() if alone > local.time() else local.date() + timedelta(days=1)
    return datetime.combine(day, alone, zone).astimezone(UTC)


def _send_at(talk: Talk, sent: Broadcast, at: datetime) -> None:
    if at <= talk.now:
        _ask_when(talk, sent, problem=views.past(at, language=talk.language, zone=talk.zone, now=talk.now))
        return
    if at > talk.now + FURTHEST:
        _ask_when(talk, sent, problem=views.too_far(language=talk.language))
        return
    broadcasts.move(talk.unit, sent.id, State.SCHEDULED, run_at=at)
    put_feed(talk.unit, sent.id, run_at=at, now=talk.now)
    talk.note("broadcast.scheduled", f"broadcast:{sent.id}", at=at.isoformat())
    show_again(talk, sent.id, anew=True)


def _rules(talk: Talk) -> Rules:
    edition = editions.edition(talk.unit, talk.person.edition_id)
    return Rules() if edition is None else edition.rules

"""A broadcast on its way: message by message into the queue, its progress to its author, and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.jobs import Feed, Progress, put_feed, put_progress, put_send, put_to_recipient
from bot.roles import offering
from bot.roles.task_facts import fact_of
from bot.talk import Desk, in_edition
from bot.views import juror_broadcast
from bot.views.office import broadcasting as views
from storage import assignments, audience, broadcasts, journal, people, recipients, slots
from storage.broadcasts import Broadcast, Kind, State
from storage.database import Unit
from storage.people import Person, Role
from storage.recipients import Fate, Recipient
from storage.scope import scope_of

AHEAD = 30
"""Messages of a broadcast that stand in the queue at once: more than a channel takes between two looks, and few enough
that an answer to somebody who is typing just now waits hardly more than a second behind them."""

LOOKED_AT = 200
"""Recipients looked at in one unit; those who get nothing take up no room in the queue."""

PAUSE = timedelta(seconds=0.3)
"""Between two looks while there is more to send."""

LAST_PAUSE = timedelta(seconds=5)
"""Between two looks while only stragglers are left, which a channel has asked to come back later."""

SHOWN_EVERY = timedelta(seconds=3)
"""How often the author sees the progress move."""


def begin(unit: Unit, sent: Broadcast, *, who: int | None, now: datetime) -> None:
    """Fix who gets it, and let it run."""
    author = people.person(unit, sent.author_id)
    if author is None or not works_here(author):
        broadcasts.move(unit, sent.id, State.CANCELLED, settled_at=now)
        _note(unit, sent, "broadcast.cancelled", who=who, now=now, reason="its author works here no more")
        return
    people_count = broadcasts.start(unit, sent, scope_of(author), now=now)
    _note(unit, sent, "broadcast.started", who=who, now=now, people=people_count, kind=sent.kind.value)
    run(unit, sent, now=now)


def works_here(author: Person) -> bool:
    """Whether an author may still have things sent."""
    return author.role is not Role.JUROR and author.left_at is None


def run(unit: Unit, sent: Broadcast, *, now: datetime) -> None:
    """Have the next messages put, and the progress shown."""
    put_feed(unit, sent.id, run_at=now, now=now)
    put_progress(unit, sent.id, run_at=now + SHOWN_EVERY, now=now)


def feed(unit: Unit, desk: Desk, work: Feed, *, now: datetime) -> None:
    """Put the next messages into the queue; where none is left, end."""
    sent = broadcasts.broadcast(unit, work.broadcast_id, lock=True)
    if sent is None:
        return
    if sent.state is State.SCHEDULED and sent.run_at is not None:
        if now < sent.run_at:
            put_feed(unit, sent.id, run_at=sent.run_at, now=now)
        else:
            begin(unit, sent, who=None, now=now)
        return
    if sent.state is not State.RUNNING:
        return
    recipients.note_lost(unit, sent.id, now=now)
    following = recipients.waiting(unit, sent.id, limit=LOOKED_AT)
    if not following and recipients.unsettled(unit, sent.id) == 0:
        _finish(unit, desk, sent, now=now)
        return
    # before its messages, so that it is not claimed after all of them
    put_feed(unit, sent.id, run_at=now + (PAUSE if following else LAST_PAUSE), now=now)
    room = AHEAD - recipients.under_way(unit, sent.id, now=now)
    for recipient in following:
        if room <= 0:
            return
        room -= _put(unit, desk, sent, recipient, now=now)


def show_progress(unit: Unit, desk: Desk, work: Progress, *, now: datetime) -> None:
    """Let the author see how far it is, in the same message, until it rests."""
    sent = broadcasts.broadcast(unit, work.broadcast_id)
    if sent is None or sent.state in {State.DRAFT, State.SCHEDULED}:
        return
    tell_progress(unit, desk, sent, now=now)
    if sent.state is State.RUNNING:
        put_progress(unit, sent.id, run_at=now + SHOWN_EVERY, now=now)


def tell_progress(unit: Unit, desk: Desk, sent: Broadcast, *, now: datetime) -> None:
    """The author's board as it stands now; while it waits for its turn, only the newest is kept."""
    zone = in_edition(unit, desk, sent.edition_id).zone
    progress = broadcasts.progress(unit, sent.id)
    again = recipients.worth_another_try(unit, sent.id)

    def board(language: str) -> Outgoing:
        shown = views.progress(sent, progress, again=again, language=language, zone=zone, now=now)
        return replace(shown, silent=True)

    _tell_author(unit, desk, sent, board, now=now, dedup_key=f"board:broadcast:{sent.id}")


def _finish(unit: Unit, desk: Desk, sent: Broadcast, *, now: datetime) -> None:
    broadcasts.move(unit, sent.id, State.DONE, settled_at=now)
    progress = broadcasts.progress(unit, sent.id)
    _note(unit, sent, "broadcast.finished", who=None, now=now, reached=progress.sent, of=progress.total)
    done = replace(sent, state=State.DONE, settled_at=now)
    tell_progress(unit, desk, done, now=now)
    _tell_author(unit, desk, done, lambda language: views.finished(done, progress, language=language), now=now)


def _tell_author(
    unit: Unit,
    desk: Desk,
    sent: Broadcast,
    build: Callable[[str], Outgoing],
    *,
    now: datetime,
    dedup_key: str | None = None,
) -> None:
    author = people.person(unit, sent.author_id)
    address = next((one for one in people.addresses(unit, sent.author_id) if one.reachable), None)
    if author is None or address is None:
        return
    put_send(
        unit,
        build(known_language(author.language or desk.language)),
        address_id=address.id,
        channel=address.channel,
        chat=address.chat,
        now=now,
        dedup_key=None if dedup_key is None else f"{dedup_key}:{address.id}",
    )


def _put(unit: Unit, desk: Desk, sent: Broadcast, recipient: Recipient, *, now: datetime) -> int:
    """Put one person's message into the queue; returns how many that were."""
    person = people.person(unit, recipient.person_id)
    addresses = people.addresses(unit, recipient.person_id)
    if person is None or person.left_at is not None:
        return _pass_over(unit, recipient, Fate.NOTHING, now=now)
    if not addresses:
        return _pass_over(unit, recipient, Fate.NO_CHAT, now=now)
    if not addresses[0].reachable:
        return _pass_over(unit, recipient, Fate.BLOCKED, now=now)
    message = _message(unit, desk, sent, person, now=now)
    if message is None:
        return _pass_over(unit, recipient, Fate.NOTHING, now=now)
    address = addresses[0]
    job_id = put_to_recipient(
        unit,
        message,
        recipient.id,
        address_id=address.id,
        channel=address.channel,
        chat=address.chat,
        now=now,
    )
    recipients.note_queued(unit, recipient.id, job_id=job_id, address_id=address.id, now=now)
    return 1


def _pass_over(unit: Unit, recipient: Recipient, fate: Fate, *, now: datetime) -> int:
    recipients.note_passed_over(unit, recipient.id, fate, now=now)
    return 0


def _message(unit: Unit, desk: Desk, sent: Broadcast, person: Person, *, now: datetime) -> Outgoing | None:
    """What the person gets; their tasks are offered with it. None: there is nothing to offer any more."""
    language = known_language(person.language or desk.language)
    if sent.kind is Kind.MESSAGE:
        return juror_broadcast.message(sent.text, person.role, language=language)
    author = people.person(unit, sent.author_id)
    ready = (
        []
        if author is None or not works_here(author)
        else audience.ready_slots(unit, scope_of(author), person.id, chosen=sent.chosen, now=now)
    )
    for slot_id in ready:
        slot = slots.slot(unit, slot_id)
        if slot is not None:
            offering.offer_slot(
                unit, desk, slot, person.id, now=now, broadcast_id=sent.id, quietly=True, by=sent.author_id
            )
    offered = [
        fact_of(unit, desk, task)
        for task in assignments.of_broadcast(unit, sent.id, person.id)
        if task.state is assignments.State.OFFERED
    ]
    if not offered:
        return None
    zone = in_edition(unit, desk, sent.edition_id).zone
    return juror_broadcast.offers(offered, language=language, zone=zone, now=now)


def _note(unit: Unit, sent: Broadcast, what: str, *, who: int | None, now: datetime, **details: object) -> None:
    journal.write(unit, at=now, who=who, what=what, subject=f"broadcast:{sent.id}", details=details)

"""One update, one unit of work: taken in once, answered, committed; only then is it acknowledged."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

from bot import roles
from bot.channels.base import (
    Address,
    Blocked,
    Commanded,
    Content,
    Incoming,
    Said,
    SentFile,
    SharedPlace,
    Tapped,
    Unblocked,
)
from bot.counts import Counts, Taken
from bot.i18n import known_language
from bot.jobs import put_send
from bot.logs import about
from bot.roles import everyone
from bot.strangers import Strangers
from bot.talk import Desk, Talk
from bot.views.common import apology, stranger
from storage import inbox, invitations, messages, people
from storage.ahead import FromChat
from storage.database import Database, StorageUnavailable, Unit
from storage.people import AddressRow

log = logging.getLogger(__name__)

MAX_STRANGERS_PER_MINUTE = 20
"""Answers given to unknown people in a minute, all together; further ones get none."""

MINUTE = timedelta(minutes=1)


class Intake:
    """Takes updates of every channel. ``take`` returns once the update is committed, and raises where it is not."""

    def __init__(
        self, database: Database, desk: Desk, *, clock: Callable[[], datetime], counts: Counts | None = None
    ) -> None:
        self._counts = counts or Counts()
        self._database = database
        self._desk = desk
        self._clock = clock
        self._gate = Strangers(database)
        self._strangers: deque[tuple[str, datetime]] = deque(maxlen=MAX_STRANGERS_PER_MINUTE)
        """Updates of strangers that were answered, and when; a unit that runs again counts once."""

    async def take(self, incoming: Incoming, raw: Callable[[], bytes] = bytes) -> None:
        """Take one update in. Raises StorageUnavailable when it could not be stored: do not acknowledge it then.

        ``raw`` gives what came, to be put aside where it cannot be dealt with.
        What strangers send beyond their share is acknowledged and leaves no trace.
        """
        began, to = perf_counter(), incoming.address
        if await self._gate.is_noise(incoming, self._clock()):
            self._counts.updates[to.channel, Taken.IGNORED] += 1
            return
        with about(channel=to.channel, update=incoming.update_id):
            try:
                ahead = FromChat(to.channel, to.chat, incoming.update_id)
                became = await self._database.run(partial(self._unit, incoming, self._clock()), ahead=ahead)
            except StorageUnavailable:
                self._counts.updates[to.channel, Taken.NOT_STORED] += 1
                raise
            except Exception:
                log.exception("update failed")
                await self._park(incoming, raw(), traceback.format_exc())
                became = Taken.PARKED
        self._counts.updates[to.channel, became] += 1
        self._counts.committing.add(perf_counter() - began)

    async def take_undecodable(self, update_id: str, raw: bytes, problem: str, *, channel: str) -> None:
        """Put aside an update that no codec understands."""

        def work(unit: Unit) -> None:
            now = self._clock()
            if inbox.take(unit, channel, update_id, now):
                inbox.park(unit, channel=channel, update_id=update_id, raw=raw, problem=problem, now=now)

        await self._database.run(work)
        self._counts.updates[channel, Taken.UNREADABLE] += 1

    async def redeem(self, token: str, address: Address, language: str | None = None) -> bool:
        """Bind an address to the person an invitation is for, and welcome them. False where it cannot be used."""
        key, now = everyone.token_hash(token), self._clock()
        if not await self._database.read(lambda unit: invitations.is_open(unit, key, now)):
            return False  # and nothing was locked or written for a guess
        return await self._database.run(
            lambda unit: everyone.arrive(unit, self._desk, token, address, language=language, now=self._clock())
        )

    def _unit(self, incoming: Incoming, now: datetime, unit: Unit) -> Taken:
        if not inbox.take(unit, incoming.address.channel, incoming.update_id, now):
            return Taken.DOUBLED
        found = people.find(unit, incoming.address.channel, incoming.address.chat, lock=True)
        content = incoming.content
        if isinstance(content, Commanded) and content.name == "start" and content.argument:
            arrived = everyone.arrive(
                unit, self._desk, content.argument, incoming.address, language=incoming.language, now=now
            )
            if arrived:
                self._record_arrival(unit, incoming, now)
                return Taken.TAKEN
        if found is None:
            self._meet_stranger(unit, incoming, now)
            return Taken.STRANGER
        person, address = found
        people.touch(unit, address.id, now, reachable=address.reachable)
        self._record(unit, address, incoming, now)
        tapped = content if isinstance(content, Tapped) else None
        roles.hear(
            Talk(
                unit=unit,
                desk=self._desk,
                now=now,
                person=person,
                address=address,
                update_id=f"{incoming.address.channel}:{incoming.update_id}",
                tap_id=_tap_id(content),
                tapped_message=None if tapped is None else tapped.message,
                words_stand=incoming.message is not None and isinstance(content, Said),
            ),
            content,
        )
        return Taken.TAKEN

    def _record_arrival(self, unit: Unit, incoming: Incoming, now: datetime) -> None:
        """Remember the message with the invitation, so that it can be cleaned away with the rest."""
        found = people.find(unit, incoming.address.channel, incoming.address.chat, lock=False)
        if found is not None and incoming.message is not None:
            messages.record_in(unit, address_id=found[1].id, ref=incoming.message, body=None, now=now)

    def _record(self, unit: Unit, address: AddressRow, incoming: Incoming, now: datetime) -> None:
        """Remember the person's message for cleaning the chat; with its words only where the channel keeps none."""
        if incoming.message is not None:
            messages.record_in(unit, address_id=address.id, ref=incoming.message, body=None, now=now)
            return
        body = own_words(incoming.content)
        if body is not None:
            messages.record_in(unit, address_id=address.id, ref=incoming.update_id, body=body, now=now)

    def _meet_stranger(self, unit: Unit, incoming: Incoming, now: datetime) -> None:
        self._gate.count(incoming, now)
        if isinstance(incoming.content, Blocked | Unblocked):
            return
        to = incoming.address
        key = f"{to.channel}:{incoming.update_id}"
        if all(key != seen for seen, _at in self._strangers):
            if len(self._strangers) == MAX_STRANGERS_PER_MINUTE and now - self._strangers[0][1] < MINUTE:
                return
            self._strangers.append((key, now))
        said = stranger(known_language(incoming.language or self._desk.language))
        said = replace(said, acknowledges=_tap_id(incoming.content))
        put_send(unit, said, address_id=None, channel=to.channel, chat=to.chat, now=now)

    async def _park(self, incoming: Incoming, raw: bytes, problem: str) -> None:
        """Put a failing update aside with its traceback, and tell its sender so."""

        def work(unit: Unit) -> None:
            now = self._clock()
            channel = incoming.address.channel
            if not inbox.take(unit, channel, incoming.update_id, now):
                return
            incident = inbox.park(
                unit, channel=channel, update_id=incoming.update_id, raw=raw, problem=problem, now=now
            )
            found = people.find(unit, channel, incoming.address.chat, lock=False)
            if found is not None:
                person = found[0]
                sorry = apology(incident, language=known_language(person.language or self._desk.language))
                sorry = replace(sorry, acknowledges=_tap_id(incoming.content))
                to = incoming.address
                put_send(unit, sorry, address_id=found[1].id, channel=to.channel, chat=to.chat, now=now)

        await self._database.run(work)


def _tap_id(content: Content) -> str | None:
    """What the channel wants acknowledged."""
    return content.tap_id if isinstance(content, Tapped) else None


def own_words(content: Content) -> dict[str, object] | None:
    """A person's own message as a chat that keeps its own history shows it; None for what is not shown."""
    match content:
        case Said(text=text):
            return {"said": text}
        case Commanded(name=name, argument=argument):
            return {"said": f"/{name} {argument}".rstrip()}
        case SharedPlace(latitude=latitude, longitude=longitude):
            return {"place": [latitude, longitude]}
        case SentFile(file=file, caption=caption):
            kept = {"ref": file.ref, "name": file.name, "media_type": file.media_type}
            return {"said": caption, "file": kept}
        case _:
            return None

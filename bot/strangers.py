"""How much work people may make whom nobody invited: a constant per minute, whatever they send.

A stranger's message is answered in a unit of work of its own, as everybody's. After so many in a minute an update of
somebody we do not know is looked up without writing anything, and left; a chat that is found to be nobody's again and
again is not even looked up. Whoever holds an invitation gets in all the same.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import TypeVar

from bot.channels.base import Commanded, Incoming
from bot.roles.everyone import token_hash
from storage import invitations, people
from storage.database import Database, Unit

MAX_UNITS_PER_MINUTE = 20
"""Units of work for strangers in a minute, all together."""
MAX_LOOKS_PER_MINUTE = 10
"""Times a minute that the database is asked about one chat of nobody's."""
MAX_CHATS = 10_000
"""Chats that are remembered, the last heard first."""

MINUTE = timedelta(minutes=1)

Key = tuple[str, str]
T = TypeVar("T")


class Strangers:
    """Counts what strangers cost, in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._units: deque[tuple[str, datetime]] = deque(maxlen=MAX_UNITS_PER_MINUTE)
        """Updates that cost a unit of work, and when; a unit that runs again counts once."""
        self._persons: OrderedDict[Key, None] = OrderedDict()
        """Chats that were found to be somebody's."""
        self._looks: OrderedDict[Key, deque[datetime]] = OrderedDict()
        """Chats that were found to be nobody's, and when they were last looked up."""

    def count(self, incoming: Incoming, now: datetime) -> None:
        """An update of a stranger cost a unit of work."""
        key = f"{incoming.address.channel}:{incoming.update_id}"
        if all(key != counted for counted, _ in self._units):
            self._units.append((key, now))

    async def is_noise(self, incoming: Incoming, now: datetime) -> bool:
        """Whether an update may be left without a trace. Raises StorageUnavailable where nobody can tell."""
        if len(self._units) < MAX_UNITS_PER_MINUTE or now - self._units[0][1] >= MINUTE:
            return False
        chat = (incoming.address.channel, incoming.address.chat)
        if chat in self._persons:
            self._persons.move_to_end(chat)
            return False
        if self._is_worn_out(chat, now):
            return True
        is_somebody = await self._database.read(lambda unit: _is_somebody(unit, incoming, now))
        if is_somebody:
            _remember(self._persons, chat, None)
            self._looks.pop(chat, None)
            return False
        looks = self._looks.get(chat) or deque(maxlen=MAX_LOOKS_PER_MINUTE)
        looks.append(now)
        _remember(self._looks, chat, looks)
        return True

    def _is_worn_out(self, chat: Key, now: datetime) -> bool:
        looks = self._looks.get(chat)
        return looks is not None and len(looks) == MAX_LOOKS_PER_MINUTE and now - looks[0] < MINUTE


def _is_somebody(unit: Unit, incoming: Incoming, now: datetime) -> bool:
    """A known person, or one who brings an invitation that can be used."""
    if people.find(unit, incoming.address.channel, incoming.address.chat, lock=False) is not None:
        return True
    content = incoming.content
    if not (isinstance(content, Commanded) and content.name == "start" and content.argument):
        return False
    return invitations.is_open(unit, token_hash(content.argument), now)


def _remember(known: OrderedDict[Key, T], chat: Key, value: T) -> None:
    known[chat] = value
    known.move_to_end(chat)
    if len(known) > MAX_CHATS:
        known.popitem(last=False)

"""The built-in web chat as a Channel: a message is delivered when it is committed; open pages are told to look."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from bot import clock
from bot.channels.base import (
    Address,
    Capabilities,
    Command,
    Delivered,
    FileRef,
    FileUnavailable,
    Gone,
    Outcome,
    Outgoing,
    Tidy,
    TryLater,
)
from bot.channels.wire import outgoing_to_json
from storage import messages, people
from storage.blobs import BlobCorrupt, BlobMissing, Blobs
from storage.database import Database, StorageUnavailable, Unit
from storage.messages import Message

NAME = "web"

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Of one file a person sends; the same as Telegram lets a bot fetch."""

PAUSE_SECONDS = 5.0
"""After which a delivery is tried again when the database is away."""


class Hub:
    """Wakes the open pages of a chat in this process, whichever process changed what the chat shows."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._chats: dict[int, str] = {}

    @contextmanager
    def listen(self, chat: str, *, address_id: int) -> Iterator[asyncio.Event]:
        """An event that is set whenever the chat may show something else. ``address_id``: the database's name of it."""
        bell = asyncio.Event()
        self._bells[chat].add(bell)
        self._chats[address_id] = chat
        try:
            yield bell
        finally:
            self._bells[chat].discard(bell)
            if not self._bells[chat]:
                del self._bells[chat]
                self._chats.pop(address_id, None)

    def hear(self, addresses: Collection[int] | None) -> None:
        """These addresses' chats may show something else; ``None``: any of them may."""
        open_here = self._chats.keys()
        for address_id in tuple(open_here if addresses is None else open_here & set(addresses)):
            self.ring(self._chats[address_id])

    def ring(self, chat: str) -> None:
        """The chat may show something else."""
        for bell in self._bells.get(chat, ()):
            bell.set()

    def listeners(self, chat: str) -> int:
        """How many pages of the chat are open."""
        return len(self._bells.get(chat, ()))


class WebChat:
    """Messages are rows; a row's id is what this channel calls the message."""

    def __init__(self, database: Database, blobs: Blobs, *, now: Callable[[], datetime] = clock.now) -> None:
        self._database = database
        self._blobs = blobs
        self._now = now
        self.hub = Hub()

    @property
    def name(self) -> str:
        """The channel's name as it stands in an Address."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """Everything can be edited and taken back, at any time."""
        return Capabilities(can_edit=True, can_delete=True, max_download=MAX_FILE_BYTES, max_upload=MAX_FILE_BYTES)

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """Tidy the old message and keep the new one, in one unit of work; the same ``job_id`` again changes nothing."""
        try:
            outcome = await self._database.run(partial(_keep, outgoing, to, job_id, self._now()))
        except StorageUnavailable as error:
            return TryLater(PAUSE_SECONDS, str(error))
        self.hub.ring(to.chat)
        return outcome

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The file's bytes: they were stored before the update was taken. Raises FileUnavailable."""
        try:
            async for piece in self._blobs.stream(file.ref):
                yield piece
        except (BlobMissing, BlobCorrupt) as error:
            raise FileUnavailable(str(error), forever=True) from error

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Nothing of what stood in the chat is shown any more, on any open page."""
        try:
            outcome = await self._database.run(partial(_hide, to, tuple(messages), self._now()))
        except StorageUnavailable as error:
            return TryLater(PAUSE_SECONDS, str(error))
        self.hub.ring(to.chat)
        return outcome

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:  # noqa: ARG002
        """The page's menu is made for each person when it opens; here it is only told to look again."""
        try:
            await self._database.run(partial(_note, to))
        except StorageUnavailable as error:
            return TryLater(PAUSE_SECONDS, str(error))
        self.hub.ring(to.chat)
        return Delivered()

    async def close(self) -> None:
        """Nothing is held open here."""


def _note(to: Address, unit: Unit) -> None:
    found = people.find(unit, NAME, to.chat, lock=False)
    if found is not None:
        unit.note_shown(found[1].id)


def _keep(outgoing: Outgoing, to: Address, job_id: int, now: datetime, unit: Unit) -> Outcome:
    found = people.find(unit, NAME, to.chat, lock=False)
    if found is None:
        return Gone("no such chat")
    address = found[1]
    unit.note_shown(address.id)
    if outgoing.tidies is not None:
        _tidy(unit, outgoing.tidies, address_id=address.id)
    if not (outgoing.body or outgoing.attachments):
        return Delivered()
    if outgoing.rewrites is not None and _rewrite(unit, outgoing, address_id=address.id):
        return Delivered(outgoing.rewrites)
    message_id = messages.record_out(
        unit,
        address_id=address.id,
        job_id=job_id,
        body=outgoing_to_json(outgoing),
        contact_id=outgoing.contact_id,
        turn=outgoing.turn,
        now=now,
        board=outgoing.board,
    )
    messages.set_ref(unit, message_id, str(message_id))
    return Delivered(str(message_id))


def _rewrite(unit: Unit, outgoing: Outgoing, *, address_id: int) -> bool:
    """Show the board in its place; False where its message does not stand in the chat any more."""
    old = _ours(unit, outgoing.rewrites, address_id=address_id)
    if old is None or old.hidden_at is not None:
        return False
    messages.edit_body(unit, old.id, outgoing_to_json(outgoing))
    return True


def _ours(unit: Unit, ref: str | None, *, address_id: int) -> Message | None:
    """The message of ours in this chat that is called so."""
    if ref is None or not ref.isdecimal():
        return None
    old = messages.message(unit, int(ref))
    if old is None or old.address_id != address_id or old.direction is not messages.Direction.OUT:
        return None
    return old


def _tidy(unit: Unit, tidy: Tidy, *, address_id: int) -> None:
    ref = tidy.message or messages.ref_of(unit, address_id, tidy.contact_id, tidy.turn)
    old = _ours(unit, ref, address_id=address_id)
    if old is None:
        return
    rewritten = Outgoing(
        body=tidy.body, head=tidy.head, note=tidy.note, buttons=tidy.buttons, contact_id=tidy.contact_id, turn=tidy.turn
    )
    messages.edit_body(unit, old.id, outgoing_to_json(rewritten))


def _hide(to: Address, refs: Sequence[str], now: datetime, unit: Unit) -> Outcome:
    found = people.find(unit, NAME, to.chat, lock=False)
    if found is None:
        return Gone("no such chat")
    messages.hide(unit, found[1].id, refs, now)
    unit.note_shown(found[1].id)
    return Delivered()

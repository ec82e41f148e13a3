"""What became of each update, by its kind: counted where the intake itself decides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.channels.base import Blocked, Incoming, Tapped, Unblocked, Unsupported
from bot.channels.telegram import CHANNEL
from bot.channels.telegram_answers import parsed
from bot.counts import Taken
from bot.intake import Intake
from storage import inbox, queue
from storage.database import Unit

HEARD = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the bot asks for, in the order in which the codec looks for it."""
FRAME = "frame of a web page"
NO_KIND = "no kind at all"

COLUMNS = ("sent", "answered", "handled", "ignored", "refused", "parked", "failed", "raised")

Tally = Counter[tuple[str, str]]
"""By kind and what became of it."""


def kind_of(update: object, known: frozenset[str]) -> str:
    """The kind of an update as the codec sees it."""
    if not isinstance(update, dict):
        return NO_KIND
    heard = next((kind for kind in HEARD if kind in update), None)
    return heard or next((name for name in update if name in known), NO_KIND)


class _Puts:
    """How many jobs were put, by whatever unit; units of one house run one after another."""

    def __init__(self) -> None:
        self.made = 0

    def watch(self, put: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, counted."""

        def counted(unit: Unit, **job: Any) -> Any:  # noqa: ANN401 - as the function
            self.made += 1
            return put(unit, **job)

        return counted


_puts = _Puts()
_parked: set[str] = set()
"""Ids of the updates that were put aside, with a row and an incident number."""


def watch_jobs() -> None:
    """From now on know whether a unit put a job: a message, or what leads to one."""
    if _puts.made == 0 and not hasattr(queue.put, "__wrapped__"):
        for name in ("put", "put_later"):
            plain = getattr(queue, name)
            counted = _puts.watch(plain)
            counted.__wrapped__ = plain  # type: ignore[attr-defined]
            setattr(queue, name, counted)
        inbox.park = _noted(inbox.park)


def _noted(park: Callable[..., Any]) -> Callable[..., Any]:
    def noted(unit: Unit, *, update_id: str, **others: Any) -> Any:  # noqa: ANN401 - as the function
        _parked.add(update_id)
        return park(unit, update_id=update_id, **others)

    return noted


class WatchedIntake(Intake):
    """The intake, and what became of everything it was given."""

    def __init__(self, *args: Any, known: frozenset[str], tally: Tally, **others: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **others)
        self._tally = tally
        self._known = known
        self._became: dict[tuple[str, str], str] = {}
        """By chat and update: what the last run of its unit came to; written in the writer's thread."""

    async def take(self, incoming: Incoming, raw: Callable[[], bytes] = bytes) -> None:
        """Take it in, and note what became of it."""
        kind = _kind_of_incoming(incoming)
        try:
            await super().take(incoming, raw)
        except Exception:
            self._tally[kind, "raised"] += 1
            raise
        became = self._became.pop((incoming.address.chat, incoming.update_id), "ignored")
        self._tally[kind, became] += 1

    async def take_undecodable(self, update_id: str, raw: bytes, problem: str, *, channel: str) -> None:
        """Put it aside, and note that."""
        kind = kind_of(parsed(raw), self._known)
        try:
            await super().take_undecodable(update_id, raw, problem, channel=channel)
        except Exception:
            self._tally[kind, "raised"] += 1
            raise
        self._tally[kind, "parked" if update_id in _parked else "ignored"] += 1  # that one had come before
        _parked.discard(update_id)

    def _unit(self, incoming: Incoming, now: datetime, unit: Unit) -> Taken:
        before = _puts.made
        taken = super()._unit(incoming, now, unit)
        became = "ignored" if taken is Taken.DOUBLED else "handled" if _puts.made == before else "answered"
        self._became[incoming.address.chat, incoming.update_id] = became
        return taken

    async def _park(self, incoming: Incoming, raw: bytes, problem: str) -> None:
        await super()._park(incoming, raw, problem)
        self._became[incoming.address.chat, incoming.update_id] = "failed"


def _kind_of_incoming(incoming: Incoming) -> str:
    if incoming.address.channel != CHANNEL:
        return FRAME
    match incoming.content:
        case Tapped() | Unsupported("callback_query"):
            return "callback_query"
        case Unsupported("edited_message"):
            return "edited_message"
        case Blocked() | Unblocked():
            return "my_chat_member"
        case _:
            return "message"

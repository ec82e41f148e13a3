"""The jobs that reach a channel: send a message, clean a chat, publish commands; and what each outcome means for us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from bot.channels.base import Address, Channel, Delivered, Gone, Outcome, Outgoing, Refused, TryLater, Unclear
from bot.endings import Doer, Done, Ending, Later, Never, Settle
from bot.jobs import Clean, Kind, PublishCommands, Send, from_payload, put_clean
from storage import journal, messages, people, recipients
from storage.database import Database
from storage.people import AddressRow
from storage.queue import Job
from storage.unit import Unit

CALL_SECONDS = 60.0
"""After which a call to a channel is given up as unclear."""
PATIENCE = timedelta(days=1)
"""For so long a channel may ask us to come back later before it counts as a failed try."""
SHORTEST_WAIT = 0.05
LONGEST_WAIT = 3600.0
"""Seconds: what a channel asks for is kept within these."""
HIDDEN_WAIT = 600.0
"""Seconds until a message to a hidden chat is looked at again; showing the chat releases it at once."""
NO_CHANNEL_WAIT = 60.0
"""Seconds until another process may have the channel that this one has not."""

OnGone = Callable[[Unit, AddressRow, str, datetime], None]
"""Told once, in the unit that notes it, that an address cannot be reached any more, and why."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the database says just before a message goes out."""

    is_hidden: bool
    tidied: str | None
    board: str | None
    is_wanted: bool


class Sender:
    """The only one that speaks to channels of its own accord."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        on_gone: OnGone,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._on_gone = on_gone

    def doers(self) -> dict[Kind, Doer]:
        """Who does the jobs of each kind."""
        return {Kind.SEND: self._send, Kind.CLEAN: self._clean, Kind.COMMANDS: self._publish}

    async def _send(self, job: Job) -> Ending:
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Send)  # noqa: S101 - the kind says so
        channel = self._channels.get(work.to.channel)
        if channel is None:
            return _no_channel(work.to)
        look = await self._database.read(lambda unit: _look(unit, work))
        if look.is_hidden and not work.outgoing.harmless:
            return Later("the chat is hidden", seconds=HIDDEN_WAIT, counts=False)
        if not look.is_wanted:
            return Done()
        outgoing = _filled_in(work.outgoing, look)
        outcome = await _within_time(channel.deliver(outgoing, work.to, job_id=job.id))
        if isinstance(outcome, Gone) and work.recipient_id is not None:
            return Done(partial(self._gone_recipient, work, job.id, outcome.reason))
        return self._ending(
            outcome,
            due=work.due,
            address_id=work.address_id,
            delivered=lambda unit, now: _keep(unit, work, job.id, outcome, now),
        )

    async def _clean(self, job: Job) -> Ending:
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Clean)  # noqa: S101 - the kind says so
        channel = self._channels.get(work.to.channel)
        if channel is None:
            return _no_channel(work.to)
        outcome = await _within_time(channel.clean(work.to, work.messages))
        return self._ending(outcome, due=work.due, address_id=work.address_id)

    async def _publish(self, job: Job) -> Ending:
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, PublishCommands)  # noqa: S101 - the kind says so
        channel = self._channels.get(work.to.channel)
        if channel is None:
            return _no_channel(work.to)
        outcome = await _within_time(channel.offer_commands(work.to, work.commands, language=work.language))
        return self._ending(outcome, due=work.due, address_id=None)

    def _ending(
        self, outcome: Outcome, *, due: datetime, address_id: int | None, delivered: Settle | None = None
    ) -> Ending:
        match outcome:
            case Delivered():
                return Done(delivered)
            case TryLater(seconds=seconds, reason=reason):
                wait = min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
                return Later(reason, seconds=wait, counts=self._clock() - due > PATIENCE)
            case Gone(reason=reason):
                return Done(lambda unit, now: self._gone(unit, address_id, reason, now))
            case Refused(reason=reason):
                return Never(f"refused: {reason}")
            case Unclear(reason=reason):
                return Later(f"unclear: {reason}")
        assert_never(outcome)

    def _gone_recipient(self, work: Send, job_id: int, reason: str, unit: Unit, now: datetime) -> None:
        """Of a broadcast the author is told in its progress; a note for each task of each of hundreds helps nobody."""
        assert work.recipient_id is not None  # noqa: S101 - asked for before
        recipients.note_gone(unit, work.recipient_id, job_id=job_id, problem=reason, now=now)
        self._note_gone(unit, work.address_id, reason, now)

    def _gone(self, unit: Unit, address_id: int | None, reason: str, now: datetime) -> None:
        address = self._note_gone(unit, address_id, reason, now)
        if address is not None:
            self._on_gone(unit, address, reason, now)

    @staticmethod
    def _note_gone(unit: Unit, address_id: int | None, reason: str, now: datetime) -> AddressRow | None:
        """The address, if it was held to be within reach until now."""
        address = None if address_id is None else people.address(unit, address_id)
        if address is None or not address.reachable:
            return None
        people.set_reachable(unit, address.id, reachable=False)
        details = {"channel": address.channel, "reason": reason}
        journal.write(
            unit, at=now, who=None, what="address.gone", subject=f"person:{address.person_id}", details=details
        )
        return address


def _look(unit: Unit, work: Send) -> _Look:
    found = people.find(unit, work.to.channel, work.to.chat, lock=False)
    tidies, tidied = work.outgoing.tidies, None
    if tidies is not None and work.address_id is not None:
        tidied = tidies.message or messages.ref_of(unit, work.address_id, tidies.contact_id, tidies.turn)
    return _Look(
        is_hidden=found is not None and found[0].hidden_at is not None,
        tidied=tidied,
        board=_board(unit, work),
        is_wanted=work.recipient_id is None or recipients.is_wanted(unit, work.recipient_id),
    )


def _board(unit: Unit, work: Send) -> str | None:
    asked = work.outgoing
    if asked.board is None or asked.anew or asked.attachments or work.address_id is None:
        return None
    return messages.ref_of_board(unit, work.address_id, asked.board)


def _filled_in(outgoing: Outgoing, look: _Look) -> Outgoing:
    """The message with the channel's ids of those it rewrites."""
    tidies = outgoing.tidies
    if tidies is not None and look.tidied is not None:
        tidies = replace(tidies, message=look.tidied)
    return replace(outgoing, tidies=tidies, rewrites=look.board)


def _keep(unit: Unit, work: Send, job_id: int, outcome: Outcome, now: datetime) -> None:
    """Note what was sent, so that it can be tidied and cleaned away later."""
    if work.address_id is None or not isinstance(outcome, Delivered) or outcome.message is None:
        return
    address = people.address(unit, work.address_id)
    if address is None:
        return
    asked = work.outgoing
    if work.recipient_id is not None:
        recipients.note_sent(unit, work.recipient_id, job_id=job_id, now=now)
    if asked.board is None or outcome.message != messages.ref_of_board(unit, address.id, asked.board):
        message_id = messages.record_out(
            unit,
            address_id=address.id,
            job_id=job_id,
            body=None,
            contact_id=asked.contact_id,
            turn=asked.turn,
            board=asked.board,
            now=now,
        )
        messages.set_ref(unit, message_id, outcome.message)
    if not address.reachable:
        people.set_reachable(unit, address.id, reachable=True)
    person = people.person(unit, address.person_id)
    if person is not None and person.hidden_at is not None and not asked.harmless:
        # it was under way while the chat was being hidden: take it back
        refs = (outcome.message,)
        put_clean(unit, refs, address_id=address.id, channel=work.to.channel, chat=work.to.chat, now=now)


async def _within_time(call: Awaitable[Outcome]) -> Outcome:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call
    except TimeoutError:
        return Unclear(f"no answer within {CALL_SECONDS:g} s")


def _no_channel(to: Address) -> Later:
    return Later(f"no channel {to.channel!r} here", seconds=NO_CHANNEL_WAIT, counts=False)

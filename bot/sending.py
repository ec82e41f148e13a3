"""The jobs that reach a channel: send a message, clean a chat, publish commands; and what each outcome means for us."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter
from typing import assert_never

from bot.channels.base import Address, Channel, Delivered, Gone, Outcome, Outgoing, Refused, TryLater, Unclear
from bot.counts import Counts
from bot.endings import Doer, Done, Ending, Later, Never
from bot.jobs import Clean, Kind, PublishCommands, Send, from_payload, put_clean
from scenarios.changing import changed
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
class Glance:
    """What the database says just before a message goes out."""

    work: Send
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
        counts: Counts | None = None,
    ) -> None:
        self._counts = counts or Counts()
        self._database = database
        self._channels = channels
        self._clock = clock
        self._on_gone = on_gone
        self._glances: dict[int, Glance] = {}
        """By job, what was seen when it was taken."""

    def expect(self, glances: Mapping[int, Glance]) -> None:
        """These jobs are about to be done, and this was seen of them as they were taken."""
        self._glances |= glances

    def forget(self, job_id: int) -> None:
        """What was seen of this job holds no more; it is looked at again when it is done."""
        self._glances.pop(job_id, None)

    def doers(self) -> dict[Kind, Doer]:
        """Who does the jobs of each kind."""
        return {Kind.SEND: self._send, Kind.CLEAN: self._clean, Kind.COMMANDS: self._publish}

    async def _send(self, job: Job) -> Ending:
        look = self._glances.pop(job.id, None)
        if look is None:
            found = await self._database.read(lambda unit: _glance(unit, [_message(job)]))
            look = found[0]
        work = look.work
        channel = self._channels.get(work.to.channel)
        if channel is None:
            return _no_channel(work.to)
        if look.is_hidden and not work.outgoing.harmless:
            to = work.to
            is_over = partial(people.is_shown, channel=to.channel, chat=to.chat)
            return Later("the chat is hidden", seconds=HIDDEN_WAIT, counts=False, is_over=is_over)
        if not look.is_wanted:
            return Done()
        outgoing = _filled_in(work.outgoing, look)
        began = perf_counter()
        outcome = await _within_time(channel.deliver(outgoing, work.to, job_id=job.id))
        self._counts.calling.add(perf_counter() - began)
        self._counts.sends[work.to.channel, type(outcome).__name__] += 1
        if isinstance(outcome, Gone) and work.recipient_id is not None:
            return Done(partial(self._gone_recipient, work, job.id, outcome.reason))
        if isinstance(outcome, Delivered):
            return Done(partial(_keep, work, job.id, outcome), address_id=work.address_id)
        return self._ending(
            outcome,
            due=work.due,
            address_id=work.address_id,
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

    def _ending(self, outcome: Outcome, *, due: datetime, address_id: int | None) -> Ending:
        match outcome:
            case Delivered():
                return Done()
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


def glances_of(unit: Unit, taken: Sequence[Job]) -> dict[int, Glance]:
    """What is to be known of the messages among these jobs, read together."""
    works: dict[int, Send] = {}
    for job in taken:
        if job.kind == Kind.SEND:
            with contextlib.suppress(KeyError, ValueError, TypeError):  # told when it is done, to its own harm only
                works[job.id] = _message(job)
    return dict(zip(works, _glance(unit, list(works.values())), strict=True))


def _message(job: Job) -> Send:
    if isinstance(job.work, Send):
        return job.work
    work = from_payload(job.kind, job.payload)
    assert isinstance(work, Send)  # noqa: S101 - the kind says so
    return work


def _glance(unit: Unit, works: Sequence[Send]) -> list[Glance]:
    if not works:
        return []
    hidden = people.hidden_among(unit, {(work.to.channel, work.to.chat) for work in works})
    tidied = _tidied(unit, works)
    return [
        Glance(
            work,
            is_hidden=(work.to.channel, work.to.chat) in hidden,
            tidied=message,
            board=_board(unit, work),
            is_wanted=work.recipient_id is None or recipients.is_wanted(unit, work.recipient_id),
        )
        for work, message in zip(works, tidied, strict=True)
    ]


def _tidied(unit: Unit, works: Sequence[Send]) -> list[str | None]:
    """The channel's ids of the messages that they rewrite with an answer."""
    found: list[str | None] = [None] * len(works)
    asked: dict[int, tuple[int, int, int]] = {}
    for place, work in enumerate(works):
        tidies = work.outgoing.tidies
        if tidies is not None and work.address_id is not None:
            found[place] = tidies.message
            if not tidies.message:
                asked[place] = (work.address_id, tidies.contact_id, tidies.turn)
    for place, ref in zip(asked, messages.refs_of(unit, list(asked.values())), strict=True):
        found[place] = ref
    return found


def _board(unit: Unit, work: Send) -> str | None:
    asked = work.outgoing
    if asked.board is None or asked.anew or asked.attachments or work.address_id is None:
        return None
    return messages.ref_of_board(unit, work.address_id, asked.board)


def _filled_in(outgoing: Outgoing, look: Glance) -> Outgoing:
    """The message with the channel's ids of those it rewrites."""
    tidies = outgoing.tidies
    if tidies is not None and look.tidied is not None:
        tidies = changed(tidies, message=look.tidied)
    elif look.board == outgoing.rewrites:
        return outgoing
    return changed(outgoing, tidies=tidies, rewrites=look.board)


def _keep(work: Send, job_id: int, outcome: Delivered, unit: Unit, now: datetime) -> None:
    """Note what was sent, so that it can be tidied and cleaned away later."""
    if work.address_id is None or outcome.message is None:
        return
    receiver = people.receiver(unit, work.address_id)
    if receiver is None:
        return
    asked = work.outgoing
    if work.recipient_id is not None:
        recipients.note_sent(unit, work.recipient_id, job_id=job_id, now=now)
    if asked.board is None or outcome.message != messages.ref_of_board(unit, work.address_id, asked.board):
        messages.record_sent(
            unit,
            address_id=work.address_id,
            job_id=job_id,
            ref=outcome.message,
            contact_id=asked.contact_id,
            turn=asked.turn,
            board=asked.board,
            now=now,
        )
    if not receiver.reachable:
        people.set_reachable(unit, work.address_id, reachable=True)
    if receiver.is_hidden and not asked.harmless:
        # it was under way while the chat was being hidden: take it back
        refs = (outcome.message,)
        put_clean(unit, refs, address_id=work.address_id, channel=work.to.channel, chat=work.to.chat, now=now)


async def _within_time(call: Awaitable[Outcome]) -> Outcome:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call
    except TimeoutError:
        return Unclear(f"no answer within {CALL_SECONDS:g} s")


def _no_channel(to: Address) -> Later:
    return Later(f"no channel {to.channel!r} here", seconds=NO_CHANNEL_WAIT, counts=False)

"""Pictures, tables and documents: made outside every transaction, stored, and sent to whoever asked for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.channels.base import Attachment, Channel, Outgoing
from bot.endings import Done, Ending, Later, Never
from bot.i18n import known_language
from bot.jobs import Produce, from_payload, put_forget, put_send
from bot.reports.drawing import draw
from bot.reports.recipes import FileRecipe, Recipe
from bot.roles.office.subject import Maker
from bot.roles.office_hearing import RECIPES
from bot.talk import Desk, in_edition
from bot.views.erased_people import named_in
from bot.views.office.making import not_made, with_missing
from storage import editions, people
from storage.blobs import Blobs
from storage.database import Database, Unit
from storage.people import Person, Role
from storage.queue import Job
from storage.rules import Keeping, Rules

log = logging.getLogger(__name__)

DRAWING_SECONDS = 240.0
"""After which one file is given up: the message goes without it."""
TRIES = 3
"""So often facts are collected before the person is told that it does not work."""
STAFF = (Role.COORDINATOR, Role.ORGANIZER)


@dataclass(frozen=True, slots=True)
class _Files:
    """What could be made of a recipe's files, and how many could not, or are too large for the channel."""

    attachments: tuple[Attachment, ...]
    failed: int
    too_large: int


class Producer:
    """The doer of ``produce``. Doing it twice sends twice, which is harmless; rights are looked at before and after."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, Channel],
        blobs: Blobs,
        clock: Callable[[], datetime],
        desk: Desk,
        makers: Mapping[str, Maker] = RECIPES,
    ) -> None:
        """``makers`` collect what each thing is made of, by its name."""
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._clock = clock
        self._desk = desk
        self._makers = makers

    async def __call__(self, job: Job) -> Ending:
        """Do the job. Whoever left, or is of the staff no more, gets nothing."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Produce)  # noqa: S101 - the kind says so
        maker = self._makers.get(work.what)
        if maker is None:
            return Never(f"nobody makes {work.what!r}")
        try:
            found = await self._database.read(partial(self._gathered, work, maker))
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            log.exception("the facts for %r could not be collected", work.what)
            if job.attempts + 1 < TRIES:
                return Later(f"{type(error).__name__}: {error}")
            return Done(partial(self._apologize, work))
        if found is None:
            return Done()
        recipe, person = found
        zone = ZoneInfo(person.time_zone) if person.time_zone else self._desk.zone
        files = await self._made(recipe.files, work, zone)
        message = replace(recipe.message, attachments=(*recipe.message.attachments, *files.attachments))
        message = with_missing(message, failed=files.failed, too_large=files.too_large, language=self._language(person))
        return Done(partial(self._send, work, message))

    def _gathered(self, work: Produce, maker: Maker, unit: Unit) -> tuple[Recipe, Person] | None:
        person = _recipient(unit, work)
        if person is None:
            return None
        desk = in_edition(unit, self._desk, person.edition_id)
        recipe = maker(unit, desk, person, work.about, self._clock())
        return None if recipe is None else (named_in(recipe, language=self._language(person)), person)

    async def _made(self, recipes: Sequence[FileRecipe], work: Produce, zone: ZoneInfo) -> _Files:
        attachments: list[Attachment] = []
        failed = too_large = 0
        channel = self._channels.get(work.to.channel)
        most = None if channel is None else channel.capabilities.max_upload
        for recipe in recipes:
            try:
                async with asyncio.timeout(DRAWING_SECONDS):
                    drawn = await asyncio.to_thread(draw, recipe, zone=zone, made_at=work.due)
            except Exception:  # whatever it was: the message goes without that file
                log.exception("a file of %r could not be made", work.what)
                failed += 1
                continue
            if most is not None and len(drawn.data) > most:
                log.error("a file of %r is too large for %s: %d bytes", work.what, work.to.channel, len(drawn.data))
                too_large += 1
                continue
            stored = await self._blobs.put(drawn.data)
            attachments.append(Attachment(stored.sha256, drawn.media_type, drawn.name, drawn.shape))
        return _Files(tuple(attachments), failed, too_large)

    def _send(self, work: Produce, message: Outgoing, unit: Unit, now: datetime) -> None:
        person = _recipient(unit, work)
        if person is None:
            return
        if message.attachments:
            put_forget(
                unit, [file.sha256 for file in message.attachments], now=now, run_at=_kept_until(unit, person, now)
            )
        put_send(unit, message, address_id=work.address_id, channel=work.to.channel, chat=work.to.chat, now=now)

    def _apologize(self, work: Produce, unit: Unit, now: datetime) -> None:
        person = _recipient(unit, work)
        if person is not None:
            self._send(work, not_made(language=self._language(person)), unit, now)

    def _language(self, person: Person) -> str:
        return known_language(person.language or self._desk.language)


def _kept_until(unit: Unit, person: Person, now: datetime) -> datetime:
    """Until when a file that was made is kept, by the rules of the edition; evidence among the files stays its time."""
    edition = editions.edition(unit, person.edition_id)
    rules = Rules() if edition is None else edition.rules
    return now + timedelta(days=rules.kept_days(Keeping.FILES))


def _recipient(unit: Unit, work: Produce) -> Person | None:
    """Who asked, if they are still of the staff and the chat is still theirs."""
    person = people.person(unit, work.person_id)
    address = people.address(unit, work.address_id)
    if person is None or address is None or address.person_id != person.id:
        return None
    return person if person.role in STAFF and person.left_at is None else None

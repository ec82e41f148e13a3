"""The composition root: every part is built here once, started, and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import random
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

from aiohttp import web

from bot import clock
from bot.catching_up import catch_up
from bot.channels.base import Channel
from bot.channels.pacing import Pacer
from bot.channels.telegram_channel import TelegramChannel
from bot.channels.webchat import WebChat
from bot.config import Settings, TelegramLibrary, TelegramMode, WrongSetting
from bot.counts import Counts
from bot.doers import unit_doers, waiting_doers
from bot.evidence import EvidenceFetcher
from bot.intake import Intake
from bot.jobs import Kind, Send, from_payload
from bot.leading import Leader
from bot.outages import Outages
from bot.poller import Poller
from bot.presence import Presence
from bot.readiness import Readiness
from bot.roles import everyone, notices
from bot.roles.juror import arriving
from bot.stores import blobs_of
from bot.talk import Desk
from bot.tap_kinds import HideChat
from bot.taps import encode
from bot.telegram_webhook import TelegramWebhook, register
from bot.upkeep import keep_tidy
from bot.web import make_app
from bot.web_demo import DemoChat
from bot.web_doors import DOORS, Doors
from bot.worker import Standing, Worker
from storage import people, recipients
from storage.blobs import Blobs
from storage.database import Database, StorageUnavailable, Unit
from storage.failures import BadUrl
from storage.leadership import leadership
from storage.queue import Job

if TYPE_CHECKING:
    from bot.channels.telegram_aiogram import TelegramAiogram
    from bot.channels.telegram_ptb import TelegramPtb
    from bot.consulting import Model

log = logging.getLogger(__name__)

TOKEN_BYTES = 24
"""Random bytes of an invitation's token: 192 bits."""

TELEGRAM = "telegram"
NO_PTB = (
    "TELEGRAM_LIBRARY: ptb needs python-telegram-bot, which is not installed here; "
    "pip install --no-deps --require-hashes -r requirements-ptb.txt, or choose aiogram"
)
NEW_OBJECTS_BEFORE_COLLECTION = 20_000
"""Python's own 700 suit small programs."""
ASK_NAME_AGAIN_SECONDS = 60.0
"""Between two tries to learn what the bot is called, while its server is away."""
OFFICE_AFTER_SECONDS = 5.0
"""After its start a program has people waiting."""


@dataclass(frozen=True, slots=True)
class Does:
    """What a process does: takes updates in (web server, polling), does jobs, or both."""

    serve: bool
    work: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process is made of."""

    settings: Settings
    database: Database
    blobs: Blobs
    desk: Desk
    webchat: WebChat
    telegram: TelegramChannel | None
    model: Model | None = None
    """The configured language model; None: nothing is rated, and nothing else is missing."""
    pacer: Pacer = field(default_factory=Pacer)
    """How fast this process may speak to Telegram."""
    counts: Counts = field(default_factory=Counts)
    """What this process has done so far."""

    @property
    def channels(self) -> dict[str, Channel]:
        """The channels of this process, by name."""
        channels: dict[str, Channel] = {self.webchat.name: self.webchat}
        if self.telegram is not None:
            channels[self.telegram.name] = self.telegram
        return channels


def new_token() -> str:
    """An unguessable token, URL-safe."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def desk_of(settings: Settings) -> Desk:
    """What conversations share, from the settings."""
    return Desk(
        zone=settings.zone,
        language=settings.language,
        own_url=settings.own_url,
        new_token=new_token,
        model=settings.openai_model,
        is_model_free=settings.openai_input_price == 0 and settings.openai_output_price == 0,
    )


@asynccontextmanager
async def parts_of(settings: Settings) -> AsyncIterator[Parts]:
    """Open the database and the evidence store, build the channels; close them at the end. Raises WrongSetting."""
    async with AsyncExitStack() as closing:
        with _blaming("DATABASE_URL"):
            database = Database(settings.database_url)
        with _blaming("EVIDENCE_URL"):
            blobs = blobs_of(settings)
        await database.start()
        closing.push_async_callback(database.stop)
        webchat = WebChat(database, blobs)
        pacer = _pacer(settings)
        telegram = None
        if settings.telegram_token is not None:
            telegram = _telegram_class(settings.telegram_library)(
                settings.telegram_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                read_blob=blobs.get,
                pacer=pacer,
            )
            closing.push_async_callback(telegram.close)
        model = None
        if settings.openai_base_url is not None and settings.openai_model is not None:
            from bot.consulting import Model
            from scoring.openai_rater import OpenaiRater

            key = settings.openai_api_key
            rater = OpenaiRater(
                settings.openai_base_url,
                None if key is None else key.get_secret_value(),
                settings.openai_model,
                clock=clock.now,
                chance=random.random,  # pauses between tries, no secret
            )
            closing.push_async_callback(rater.close)
            prices = settings.openai_input_price, settings.openai_output_price
            model = Model(settings.openai_model, rater, *prices)
        yield Parts(settings, database, blobs, desk_of(settings), webchat, telegram, model, pacer)


def _telegram_class(library: TelegramLibrary) -> type[TelegramAiogram | TelegramPtb]:
    """The channel over that library, imported only now. Raises WrongSetting where the library is not installed."""
    match library:
        case TelegramLibrary.AIOGRAM:
            from bot.channels.telegram_aiogram import TelegramAiogram

            return TelegramAiogram
        case TelegramLibrary.PTB:
            try:
                from bot.channels.telegram_ptb import TelegramPtb
            except ModuleNotFoundError as error:
                if error.name != "telegram":
                    raise
                raise WrongSetting(NO_PTB) from error
            return TelegramPtb
        case _:
            assert_never(library)


def _pacer(settings: Settings) -> Pacer:
    """How fast Telegram may be spoken to."""
    return Pacer(per_second=settings.telegram_per_second, per_chat_seconds=1 / settings.telegram_chat_per_second)


@contextlib.contextmanager
def _blaming(name: str) -> Iterator[None]:
    try:
        yield
    except (BadUrl, OSError) as error:
        raise WrongSetting(f"{name}: {error}") from error


async def run(
    settings: Settings,
    does: Does,
    *,
    demo: Sequence[DemoChat] = (),
    on_ready: Callable[[], None] | None = None,
) -> None:
    """Run until interrupted: what was taken in is finished, the rest waits on disk. Raises WrongSetting."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in loops
            loop.add_signal_handler(name, stopping.set)
    async with parts_of(settings) as parts, asyncio.TaskGroup() as tasks:
        with _blaming("EVIDENCE_URL"):
            await parts.blobs.require_room()
        intake = Intake(parts.database, parts.desk, clock=clock.now, counts=parts.counts)
        ending: list[Callable[[], None]] = []
        presence = Presence(parts.database, serves=does.serve, works=does.work, clock=clock.now)
        presence.on_change = parts.pacer.share
        parts.pacer.may_speak = lambda: presence.may_work
        await presence.begin()
        beating = tasks.create_task(presence.run())
        readiness = Readiness(presence, parts.blobs)
        looking = tasks.create_task(readiness.run())
        ending.append(lambda: _cancel(looking))
        worker = None
        if does.work:
            await parts.database.run(lambda unit: catch_up(unit, now=clock.now()))
            worker = make_worker(parts, standing=presence, name=presence.name)
            presence.on_lost = worker.drop
            ending.append(worker.stop)
            working = tasks.create_task(worker.run())
            tidying = tasks.create_task(keep_tidy(parts.database, parts.blobs, desk=parts.desk, clock=clock.now))
            ending.append(lambda: _cancel(tidying))
        served = None
        if does.serve:
            served = await _serve(
                parts, intake, tasks, ending, presence=presence, is_ready=readiness.is_ready, demo=demo
            )
        watching = await _be_watched(parts, readiness, worker=worker, served=served)
        try:
            gc.collect()
            gc.freeze()  # what was loaded stays: looking through it again and again costs more than all the work
            gc.set_threshold(NEW_OBJECTS_BEFORE_COLLECTION)
            if on_ready is not None:
                on_ready()
            await stopping.wait()
            log.info("stopping")
        finally:
            if served is not None:
                await served.runner.cleanup()
        for end in ending:
            end()
        if does.work:
            await asyncio.wait([working])
        _cancel(beating)
        await presence.leave()
        if watching is not None:
            await watching.cleanup()


async def _load_office(database: Database, *, after: float = OFFICE_AFTER_SECONDS) -> None:
    """Load what the office needs, where somebody of it has a chat, beside the first answers to everybody.

    Otherwise it is loaded in the unit that answers its first message, and whoever writes meanwhile waits for that.
    """
    await asyncio.sleep(after)
    with contextlib.suppress(StorageUnavailable):
        if await database.read(people.has_office_chat):
            await asyncio.to_thread(import_module, "bot.roles.office_hearing")


async def _be_watched(
    parts: Parts, readiness: Readiness, *, worker: Worker | None, served: Served | None
) -> web.AppRunner | None:
    """Listen for those who watch, where they were given a port. Raises WrongSetting."""
    settings = parts.settings
    if settings.metrics_port is None:
        return None
    from bot.depths import Depths
    from bot.lookout import Lookout
    from bot.metrics import Metrics, Watched

    channels = tuple(sorted(parts.channels))
    watched = Watched(
        parts.counts,
        parts.database,
        readiness,
        channels,
        worker=worker,
        leader=None if served is None else served.leader,
        doors=None if served is None else served.doors,
    )
    lookout = Lookout(
        metrics=Metrics(watched),
        depths=Depths(parts.database, settings, channels=channels, clock=clock.now),
        readiness=readiness,
        clock=clock.now,
        token=None if settings.metrics_token is None else settings.metrics_token.get_secret_value(),
    )
    try:
        return await lookout.open(settings.metrics_host, settings.metrics_port)
    except OSError as error:
        raise _cannot_listen("METRICS", settings.metrics_host, settings.metrics_port, error) from error


def make_worker(parts: Parts, *, standing: Standing | None = None, name: str | None = None) -> Worker:
    """The worker of this process."""
    fetcher = EvidenceFetcher(
        parts.database,
        channels=parts.channels,
        blobs=parts.blobs,
        clock=clock.now,
        zone=parts.settings.zone,
        on_evidence=lambda unit, row, now: arriving.settled(unit, parts.desk, row, now=now),
        counts=parts.counts,
    )
    waiting = waiting_doers(
        parts.database,
        channels=parts.channels,
        blobs=parts.blobs,
        clock=clock.now,
        desk=parts.desk,
        model=parts.model,
    )
    return Worker(
        parts.database,
        channels=parts.channels,
        doers={Kind.FETCH_EVIDENCE: fetcher, **waiting, **unit_doers(parts.desk)},
        clock=clock.now,
        on_gone=lambda unit, address, _reason, now: notices.unreachable(unit, parts.desk, address, now=now),
        on_buried=partial(_buried, parts.desk),
        name=name or f"{os.getpid()}-{secrets.token_hex(4)}",
        standing=standing,
        counts=parts.counts,
    )


def _buried(desk: Desk, unit: Unit, job: Job, problem: str, now: datetime) -> None:
    """A job was given up: a lost message, or whatever else it was, is told to whoever can help."""
    if job.kind not in {Kind.SEND, Kind.CLEAN, Kind.COMMANDS}:
        notices.buried(unit, desk, job.id, job.kind, now=now)
    if job.kind != Kind.SEND:
        return
    work = from_payload(job.kind, job.payload)
    if isinstance(work, Send) and work.recipient_id is not None:
        recipients.note_failed(unit, work.recipient_id, job_id=job.id, problem=problem, now=now)
    elif isinstance(work, Send):
        notices.lost_message(unit, desk, work.address_id, problem, now=now)


@dataclass(frozen=True, slots=True)
class Served:
    """What takes updates in and shows pages."""

    runner: web.AppRunner
    doors: Doors
    leader: Leader | None


async def _serve(
    parts: Parts,
    intake: Intake,
    tasks: asyncio.TaskGroup,
    ending: list[Callable[[], None]],
    *,
    presence: Presence,
    is_ready: Callable[[], Awaitable[bool]],
    demo: Sequence[DemoChat],
) -> Served:
    """Start the web server, and whatever brings Telegram's updates."""
    settings = parts.settings
    undecodable = partial(intake.take_undecodable, channel=TELEGRAM)
    routes: list[web.RouteDef] = []
    bring_updates: Callable[[], Awaitable[None]]
    leader = None
    if parts.telegram is not None:
        outages = Outages(parts.database, parts.desk, TELEGRAM, clock=clock.now)
        if settings.telegram_mode is TelegramMode.WEBHOOK:
            url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
            assert url is not None and secret is not None  # noqa: S101, PT018 - the settings were checked
            hook = TelegramWebhook(secret=secret.get_secret_value(), take=intake.take, take_undecodable=undecodable)
            routes = hook.routes(urlsplit(url).path or "/")
            bring_updates = partial(_bring_by_webhook, parts.telegram, outages, url, secret=secret.get_secret_value())
        else:
            bring_updates = Poller(
                parts.telegram, take=intake.take, take_undecodable=undecodable, on_heard=outages.heard
            ).run
        leader = Leader(
            leadership(parts.database.url, TELEGRAM, name=presence.name),
            partial(_lead, parts.telegram, bring_updates),
        )
        leading = tasks.create_task(leader.run())
        ending.append(lambda: _cancel(leading))
        naming = tasks.create_task(_learn_name(parts.telegram, parts.desk))
        ending.append(lambda: _cancel(naming))
    preparing = tasks.create_task(_load_office(parts.database))
    ending.append(lambda: _cancel(preparing))
    parts.database.on_shown(parts.webchat.hub.hear)
    app = make_app(
        database=parts.database,
        blobs=parts.blobs,
        chat=parts.webchat,
        take=intake.take,
        redeem=intake.redeem,
        public_url=settings.own_url,
        language=settings.language,
        hide_tap=encode(HideChat()),
        menu=everyone.menu_of,
        demo=demo,
        ready=is_ready,
        extra_routes=routes,
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await app[DOORS].open(runner, settings.http_host, settings.http_port)
    except OSError as error:
        await runner.cleanup()
        raise _cannot_listen("HTTP", settings.http_host, settings.http_port, error) from error
    log.info("listening", extra={"address": settings.own_url})
    return Served(runner, app[DOORS], leader)


def _cannot_listen(what: str, host: str, port: int, error: OSError) -> WrongSetting:
    at = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return WrongSetting(f"{what}_PORT: another program listens on {at} already; choose another port")
    return WrongSetting(f"{what}_HOST and {what}_PORT: nothing can listen on {at}: {error.strerror or error}")


async def _lead(telegram: TelegramChannel, bring_updates: Callable[[], Awaitable[None]]) -> None:
    """What one process does for all."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_hide_commands(telegram))
        await bring_updates()


async def _bring_by_webhook(telegram: TelegramChannel, outages: Outages, url: str, *, secret: str) -> None:
    """Have updates sent to us, and note as long as we live that they can be."""
    await register(telegram, url, secret=secret)
    await outages.keep_noting()


async def _hide_commands(telegram: TelegramChannel) -> None:
    """Strangers are offered no commands."""
    outcome = await telegram.hide_commands_from_strangers()
    log.debug("commands hidden from strangers", extra={"outcome": type(outcome).__name__})


async def _learn_name(telegram: TelegramChannel, desk: Desk) -> None:
    """Ask what the bot is called there until it is known: invitations link to it."""
    while telegram.name not in desk.bot_names:
        name = await telegram.bot_name()
        if name is not None:
            desk.bot_names[telegram.name] = name
        else:
            await asyncio.sleep(ASK_NAME_AGAIN_SECONDS)


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()

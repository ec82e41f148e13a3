"""The program as it is, started with a looser pace and, where told, killed at a named point of an answer's life.

``PACE=real`` in the environment leaves the pace as it is; ``CLOCK`` names the file of a clock to go by. With
``CRASH_AT=point:n`` a program kills itself (SIGKILL) the n-th time it is at that point; with ``CRASH_FILE`` at the n-th
step of any kind after it is told (``tests.faults.stepping``). Run as a nursery, this process loads everything once and
forks a program for each line of JSON it reads: starting one takes a moment then, not seconds.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import bot
import bot.channels.telegram_ptb
import bot.intake
import bot.sending
import scenarios
import scoring
import storage.blobs
import storage.contacts
import storage.evidence
import storage.inbox
import storage.journal
import storage.queue
from bot.__main__ import main
from bot.channels.pacing import Pacer
from bot.channels.telegram_channel import TelegramChannel
from bot.evidence import EvidenceFetcher
from bot.presence import Presence
from bot.worker import Worker
from storage.blobs import Blobs
from storage.database import Database
from tests.acceptance.edition import hours
from tests.faults import stepping

LEASE = timedelta(milliseconds=300)
"""How soon the jobs of a killed program are taken over in the tests; ``LEASE_SECONDS`` in the environment: later."""

SELDOM = 600.0
"""Seconds between signs of life of a program that is to die at a point."""

POINTS: dict[str, tuple[object, str]] = {
    "update-decoded": (bot.intake.Intake, "take"),
    "inbox-marked": (storage.inbox, "take"),
    "contact-loaded": (storage.contacts, "load"),
    "contact-saved": (storage.contacts, "save"),
    "evidence-expected": (storage.evidence, "expect"),
    "journal-written": (storage.journal, "write"),
    "job-put": (storage.queue, "put_later"),
    "jobs-handed": (Worker, "take"),
    "unit-committed": (Database, "run"),
    "jobs-claimed": (storage.queue, "claim"),
    "message-sent": (TelegramChannel, "deliver"),
    "message-sending": (TelegramChannel, "_call"),
    "job-finished": (storage.queue, "finish_all"),
    "file-inspected": (EvidenceFetcher, "_inspected"),
    "blob-stored": (Blobs, "put"),
    "evidence-verified": (storage.evidence, "verified"),
}
"""Where a process can die: a name, and the function right after (or, for ``:before``, right before) which it does."""


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str, number: int) -> None:
    name, _, moment = point.partition("/")
    owner, attribute = POINTS[name]
    original: Callable[..., Any] = getattr(owner, attribute)
    count = -1 if name == "unit-committed" else 0  # the first unit of a process says that it is there

    def due() -> bool:
        nonlocal count
        count += 1
        return count == number

    def dies(at: str) -> None:
        if at == moment and due():
            _die()

    if inspect.iscoroutinefunction(original):

        @wraps(original)
        async def dying(*given: object, **named: object) -> object:
            dies("before")
            result = await original(*given, **named)
            dies("")  # a call that is cancelled does not count: the next one to come through does
            return result

    else:

        @wraps(original)
        def dying(*given: object, **named: object) -> object:
            dies("before")
            result = original(*given, **named)
            dies("")
            return result

    setattr(owner, attribute, dying)


def start(arguments: list[str]) -> int:
    """Loosen the pace, arm the crash, run the command line."""
    told = os.environ  # noqa: TID251 - nothing the program itself knows
    pace = {"per_second": 1000.0, "per_chat_seconds": 0.0, "chat_burst": 1000}
    if told.get("PACE") == "real":
        pace = {}
    else:
        told.setdefault("TELEGRAM_PER_SECOND", "1000")
        told.setdefault("TELEGRAM_CHAT_PER_SECOND", "1000")
    lease = timedelta(seconds=float(told["LEASE_SECONDS"])) if "LEASE_SECONDS" in told else LEASE
    for known, looser in ((Pacer.__init__.__kwdefaults__, pace), (Worker.__init__.__kwdefaults__, {"lease": lease})):
        assert known is not None
        known.update(looser)
    if told.get("CLOCK"):
        hours.follow(told["CLOCK"])
    if told.get("CRASH_AT"):
        beats = Presence.__init__.__kwdefaults__
        assert beats is not None
        beats["beat"] = SELDOM  # its units would be counted too
        point, _, number = told["CRASH_AT"].partition(":")
        _arm(point, int(number or 1))
    if told.get("CRASH_FILE"):
        stepping.install(told["CRASH_FILE"])
    return main(arguments)


def _load_everything() -> None:
    """Also what the program itself loads only when it needs it: a fork shall not have to."""
    for package in (scenarios, scoring, storage, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in found.name and not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def nursery() -> None:
    """Fork a program for each line read: its environment, arguments and log; answer with its process id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _load_everything()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.chdir(told["folder"])
            os.environ.update(told["environment"])  # noqa: TID251 - a process of its own
            status = 1
            try:
                status = start(told["arguments"])
            except BaseException:  # noqa: BLE001 - it goes no further than this process
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        print(child, flush=True)


if __name__ == "__main__":
    nursery()

"""The program as a process of its own, on real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 40.0
END_SECONDS = 60.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nursery:
    """Starts programs quickly: one process that has loaded everything, and forks."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """``environment``: what is set besides, for all its programs."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.entry"],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},  # noqa: TID251 - passed on as it is
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> int:
        """Start a program; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {"arguments": arguments, "environment": dict(environment), "log": str(log), "folder": str(log.parent)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Nothing more will be started."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=END_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Program:
    """A command of the program, with settings from the environment, in a process of its own."""

    def __init__(self, nursery: Nursery, folder: Path, settings: Mapping[str, str], *, command: str = "run") -> None:
        self._nursery = nursery
        self.command = command
        self.settings = {"HTTP_PORT": str(free_port()), "HTTP_HOST": "127.0.0.1", **settings}
        self.log = folder / f"{command}-{self.settings['HTTP_PORT']}.log"
        self.pid = 0

    @property
    def url(self) -> str:
        """Where its web server listens."""
        return f"http://127.0.0.1:{self.settings['HTTP_PORT']}"

    async def start(self, *, crash_at: str = "") -> bool:
        """Start it and wait until it is ready; False where it died before."""
        self.launch(crash_at=crash_at)
        return True if self.command == "work" else await self._ready()

    def launch(self, *, crash_at: str = "") -> None:
        """Start it, and wait for nothing."""
        self.pid = self._nursery.start([self.command], {**self.settings, "CRASH_AT": crash_at}, self.log)

    async def _ready(self) -> bool:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while self.is_running:
                try:
                    # that somebody does jobs is not asked: that may be another process, started later
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == HTTPStatus.OK:
                            return True
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        return False

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        if self.pid == 0:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and wait."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if not self.is_running:
            return
        os.kill(self.pid, how)
        async with asyncio.timeout(END_SECONDS):
            while self.is_running:
                await asyncio.sleep(0.01)
        self.pid = 0

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

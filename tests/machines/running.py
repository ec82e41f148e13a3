"""The program on a machine of its own: killed, stopped, continued; and what it said."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import aiohttp

from tests.machines.network import Machine

ROOT = Path(__file__).parent.parent.parent
PORT = 8080
START_SECONDS = 120.0
END_SECONDS = 60.0


class Remote:
    """``python -m bot COMMAND`` on a machine, in a process space of its own: no other process can look after it."""

    def __init__(self, machine: Machine, folder: Path, settings: Mapping[str, str], *, command: str = "run") -> None:
        self.machine = machine
        self.command = command
        self.settings = {"HTTP_HOST": machine.address, "HTTP_PORT": str(PORT), **settings}
        self.log = folder / f"{machine.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its web server listens."""
        return f"http://{self.machine.address}:{PORT}"

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program, not waited for
                [
                    *self.machine.prefix,
                    *("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
                    *(sys.executable, "-m", "bot", self.command),
                ],
                cwd=ROOT,
                env={**os.environ, **self.settings},  # noqa: TID251 - a process of its own
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self.command == "work":
            return
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert self._process.poll() is None, self.said()[-2000:]
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{self.url}/healthz", timeout=aiohttp.ClientTimeout(5)) as answer:
                        if answer.status == HTTPStatus.OK:
                            return
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.kill()
            self._process.wait(END_SECONDS)
            self._process = None

    def freeze(self) -> None:
        """Have it stand still, connections and all."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    async def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is not None:
            self._signal(signal.SIGTERM)
            await asyncio.to_thread(self._process.wait, END_SECONDS)
            self._process = None

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def cpu_seconds(self) -> float:
        """What it used so far."""
        pid = self._pid()
        if pid is None:
            return 0.0
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _pid(self) -> int | None:
        """The program itself, below ip and unshare."""
        if self._process is None:
            return None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        try:
            found = children.read_text(encoding="ascii").split()
        except OSError:
            return None
        return int(found[0]) if found else None

    def _signal(self, which: signal.Signals) -> None:
        pid = self._pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, which)

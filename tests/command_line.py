"""``python -m bot`` as a person at the terminal starts it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

ROOT = Path(__file__).parent.parent
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: its exit status, and what it printed."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Running:
    """A command that runs until it is interrupted; ``lines`` is everything it says, in order."""

    process: subprocess.Popen[str]
    lines: Queue[str]

    def wait_for(self, words: str) -> str:
        """The first line that holds these words. Raises ``queue.Empty`` when none comes."""
        while True:
            line = self.lines.get(timeout=SECONDS)
            if words in line:
                return line

    def interrupt(self) -> int:
        """Press Ctrl+C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=SECONDS)

    def said(self) -> str:
        """What was said and not yet looked at."""
        lines = []
        while True:
            try:
                lines.append(self.lines.get_nowait())
            except Empty:
                return "".join(lines)


def environment(**settings: str) -> dict[str, str]:
    """Next to nothing: where programs are, where ours is, and the settings given."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8", **settings}


def run(*arguments: str | Path, folder: Path, typed: str = "", **settings: str) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(  # noqa: S603 - our own program
        _command(arguments),
        cwd=folder,
        env=environment(**settings),
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(*arguments: str | Path, folder: Path, **settings: str) -> Iterator[Running]:
    """A command under way; gone at the end, whatever happens."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        _command(arguments),
        cwd=folder,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    lines: Queue[str] = Queue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        yield Running(process, lines)
    finally:
        process.kill()
        process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


def _command(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "bot", *map(str, arguments)]


def _read(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)

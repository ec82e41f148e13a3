"""What a process costs, as the kernel counts it, and which machine and versions that was."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KIBI = 1024
VERSIONS = ("aiogram", "python-telegram-bot", "redis", "aiohttp", "uvloop", "orjson", "sqlalchemy", "psycopg")


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for each in found:
        found.extend(children.get(each, ()))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time the processes have used so far, that of their dead children included."""
    total = 0
    for pid in pids:
        fields = _stat(pid)
        if fields:
            total += sum(int(each) for each in fields[11:15])
    return total / TICKS


def memory(pids: Iterable[int]) -> int:
    """Bytes the processes hold in memory (resident)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * KIBI for line in lines if line.startswith("VmRSS:"))
    return total


def described() -> str:
    """The machine and the versions in one paragraph."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    total = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    versions = ", ".join(f"{name} {_version(name)}" for name in VERSIONS)
    return (
        f"{os.cpu_count()} cores of {cpu}, {total / KIBI / KIBI:.0f} GiB of memory, {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}."
    )


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the name, the state first; none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"

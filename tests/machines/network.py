"""Machines of our own: network namespaces, each with a cable to the databases and another to the rest of the world."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PROBE = "mcm-probe"
DATABASE, WORLD = "10.203.1", "10.203.2"
"""The two networks; ``.1`` of each is this machine."""
_BRIDGES = {DATABASE: "mcmdata", WORLD: "mcmworld"}


def why_not() -> str | None:
    """Why there can be no machines here; None where there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "separate machines need network namespaces, and those need root: left out"
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return "separate machines need the programs ip (iproute2) and unshare (util-linux): left out"
    problem = _ip("netns", "add", PROBE, may_fail=True)
    if problem:
        return f"separate machines need network namespaces, which this system does not allow: {problem}"
    _ip("netns", "delete", PROBE)
    return None


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine; ``prefix`` stands before a command that is to run on it."""

    number: int

    @property
    def name(self) -> str:
        """The namespace."""
        return f"mcm{self.number}"

    @property
    def prefix(self) -> list[str]:
        """What runs a command there."""
        return ["ip", "netns", "exec", self.name]

    @property
    def address(self) -> str:
        """Where its servers are reached from here."""
        return f"{WORLD}.{self.number + 1}"

    def cut_off(self) -> None:
        """Pull the cable to the databases; the world stays within reach."""
        _ip("link", "set", f"{_BRIDGES[DATABASE]}{self.number}", "down")

    def connect(self) -> None:
        """Put it back."""
        _ip("link", "set", f"{_BRIDGES[DATABASE]}{self.number}", "up")


@contextmanager
def machines(number: int) -> Iterator[list[Machine]]:
    """So many machines, numbered from 1, gone at the end."""
    made = [Machine(one) for one in range(1, number + 1)]
    _remove(made)
    try:
        for network, bridge in _BRIDGES.items():
            _ip("link", "add", bridge, "type", "bridge")
            _ip("address", "add", f"{network}.1/24", "dev", bridge)
            _ip("link", "set", bridge, "up")
        for machine in made:
            _ip("netns", "add", machine.name)
            _ip("-n", machine.name, "link", "set", "lo", "up")
            for network, bridge in _BRIDGES.items():
                _lay_cable(machine, network, bridge)
        yield made
    finally:
        _remove(made)


def _lay_cable(machine: Machine, network: str, bridge: str) -> None:
    outer, inner = f"{bridge}{machine.number}", f"in{bridge[3:]}"
    _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", machine.name)
    _ip("link", "set", outer, "master", bridge, "up")
    _ip("-n", machine.name, "address", "add", f"{network}.{machine.number + 1}/24", "dev", inner)
    _ip("-n", machine.name, "link", "set", inner, "up")


def _remove(made: list[Machine]) -> None:
    for machine in made:
        _ip("netns", "delete", machine.name, may_fail=True)
    for bridge in _BRIDGES.values():
        _ip("link", "delete", bridge, may_fail=True)


def _ip(*arguments: str, may_fail: bool = False) -> str:
    """Run it; what it complained of."""
    program = shutil.which("ip") or "ip"
    ran = subprocess.run([program, *arguments], capture_output=True, text=True, check=not may_fail)  # noqa: S603 - ours
    return "" if ran.returncode == 0 else ran.stderr.strip() or f"status {ran.returncode}"

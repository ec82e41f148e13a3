"""Known weaknesses of the pinned dependencies: ``python -m tests.advisories``, part of ``make check``.

pip-audit does the asking. Where no source of advisories can be reached, or it does not answer in time, that is said and
nothing fails; a finding fails.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
PINNED = ("requirements.txt", "requirements-dev.txt")
OSV = "https://api.osv.dev/v1/query"
SECONDS = 30.0
"""In which all of it ends."""
REACH_SECONDS = 4.0
"""In which a source must take a connection."""
CLEAN, FOUND = 0, 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A pinned package with a known weakness, and the versions without it."""

    package: str
    version: str
    advisory: str
    mended_in: tuple[str, ...]

    def told(self) -> str:
        """In a line."""
        mended = f"mended in {', '.join(self.mended_in)}" if self.mended_in else "not mended yet"
        return f"{self.package} {self.version}: {self.advisory} ({mended})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the source of advisories, if it can be reached; 1 where something was found."""
    given = _parser().parse_args(arguments)
    end = time.monotonic() + given.seconds
    asked = None
    if _is_reachable(given.osv_url, seconds=min(REACH_SECONDS, given.seconds)):
        asked = _ask(given.files, given.osv_url, seconds=end - time.monotonic())
    if asked is None:
        print("advisories: no advisory source reachable in time, left out")
        return CLEAN
    audited, findings = asked
    for finding in findings:
        print(finding.told())
    print(f"advisories: {audited} pinned packages, {len(findings)} findings")
    return FOUND if findings else CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.advisories")
    parser.add_argument("files", nargs="*", type=Path, default=[ROOT / name for name in PINNED])
    parser.add_argument("--osv-url", default=OSV, help="another server of the same protocol")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser


def _is_reachable(url: str, *, seconds: float) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=seconds):
            return True
    except OSError:
        return False


def _ask(files: Sequence[Path], url: str, *, seconds: float) -> tuple[int, list[Finding]] | None:
    """How many packages were asked about, and what was found; None where there was no answer in time."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10", "--vulnerability-service", "osv", "--osv-url", url]
    command += [part for file in files for part in ("--requirement", str(file))]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=max(seconds, 1.0), check=False
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    asked = [one for one in told["dependencies"] if "version" in one]
    if not asked:  # the source knows of none of them: something else answered in its place
        return None
    findings = {
        Finding(one["name"], one["version"], weakness["id"], tuple(weakness["fix_versions"]))
        for one in asked
        for weakness in one["vulns"]
    }
    return len({one["name"] for one in asked}), sorted(findings, key=lambda found: (found.package, found.advisory))


if __name__ == "__main__":
    sys.exit(main())

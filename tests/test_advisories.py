"""The look at advisories: findings fail, silence does not, and it ends in time; asked of a server of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.advisories import CLEAN, FOUND, PINNED, ROOT, main

WEAK = {
    "id": "GHSA-0000-0000-0000",
    "summary": "A made-up weakness",
    "affected": [
        {
            "package": {"name": "weak-one", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
    ],
}


class _Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does: one weakness, of one package."""

    def do_POST(self) -> None:
        """One question about one version."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"vulns": [WEAK]} if asked["package"]["name"] == "weak-one" else {}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


class _Silent(_Advisories):
    """Takes questions and never answers."""

    def do_POST(self) -> None:
        """Wait for the end of the test."""
        threading.Event().wait(3)


@contextmanager
def serving(kind: type[_Advisories]) -> Iterator[str]:
    """A server of advisories; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def pinned(folder: Path, *lines: str) -> str:
    """A file of pinned packages."""
    file = folder / "pinned.txt"
    file.write_text("".join(f"{line} --hash=sha256:{'0' * 64}\n" for line in lines), encoding="utf-8")
    return str(file)


def test_a_finding_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The package, its version, the advisory and the mended version are told; the exit status is 1."""
    with serving(_Advisories) as url:
        status = main(["--osv-url", url, pinned(tmp_path, "weak-one==1.0", "fine==3.1")])
    assert status == FOUND
    assert capsys.readouterr().out.splitlines() == [
        "weak-one 1.0: GHSA-0000-0000-0000 (mended in 2.0)",
        "advisories: 2 pinned packages, 1 findings",
    ]


def test_no_finding_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is fine passes."""
    with serving(_Advisories) as url:
        assert main(["--osv-url", url, pinned(tmp_path, "fine==3.1")]) == CLEAN
    assert "1 pinned packages, 0 findings" in capsys.readouterr().out


def test_nobody_there_is_said_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A source that cannot be reached, or is silent for too long, is left out."""
    file = pinned(tmp_path, "fine==3.1")
    assert main(["--osv-url", "http://127.0.0.1:9/v1/query", file]) == CLEAN
    assert "no advisory source reachable" in capsys.readouterr().out
    with serving(_Silent) as url:
        assert main(["--osv-url", url, "--seconds", "2", file]) == CLEAN
    assert "no advisory source reachable" in capsys.readouterr().out


def test_what_is_asked_about_is_what_is_installed() -> None:
    """The pinned files are there, and Makefile's check asks."""
    assert all((ROOT / name).is_file() for name in PINNED)
    assert "tests.advisories" in (ROOT / "Makefile").read_text(encoding="utf-8")

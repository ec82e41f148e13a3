"""Migrations: up, down and up again, alike on both databases, and the same as the tables the program knows."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from storage.database import Database
from storage.engines import parse_url
from storage.failures import NotMigrated
from storage.migrate import migrate, newest, revision
from storage.schema import metadata


def tables(url: str) -> set[str]:
    """The tables a database has, without alembic's own."""
    engine = create_engine(parse_url(url))
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_migrations_go_up_down_and_up_again(empty_database_url: str) -> None:
    """Every revision can be undone, leaving nothing, and done again."""
    migrate(empty_database_url)
    assert tables(empty_database_url) == set(metadata.tables)
    migrate(empty_database_url, to="base")
    assert tables(empty_database_url) == set()
    migrate(empty_database_url)
    migrate(empty_database_url)
    assert tables(empty_database_url) == set(metadata.tables)


def test_models_match_migrations(empty_database_url: str) -> None:
    """Nothing is left for alembic to add, drop or alter after the migrations."""
    migrate(empty_database_url)
    engine = create_engine(parse_url(empty_database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == revision(connection) == newest()
    engine.dispose()


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    """The second waits for the first and finds everything done."""
    problems: list[BaseException] = []

    def run() -> None:
        try:
            migrate(empty_database_url)
        except BaseException as error:  # noqa: BLE001 - shown below
            problems.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert tables(empty_database_url) == set(metadata.tables)


def test_a_database_without_tables_is_refused(empty_database_url: str) -> None:
    """Starting on an empty or missing database says which command prepares it, and makes nothing."""
    with pytest.raises(NotMigrated, match="python -m bot migrate"):
        asyncio.run(Database(empty_database_url).start())
    if empty_database_url.startswith("sqlite"):
        assert not Path(empty_database_url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(("found", "message"), [("0000", "newer program"), (None, "empty")])
def test_a_database_of_another_revision_is_refused(empty_database_url: str, found: str | None, message: str) -> None:
    """A revision this program does not know, or none, is told apart in words."""
    migrate(empty_database_url)
    engine = create_engine(parse_url(empty_database_url))
    with engine.begin() as connection:
        if found is None:
            connection.execute(text("DELETE FROM alembic_version"))
        else:
            connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    engine.dispose()
    with pytest.raises(NotMigrated, match=message):
        asyncio.run(Database(empty_database_url).start())


def test_a_new_sqlite_file_is_its_owners_only(tmp_path: Path) -> None:
    """Folders are made as needed, and others cannot read what is about people."""
    path = tmp_path / "deep" / "er" / "new.db"
    migrate(f"sqlite:///{path}")
    assert os.stat(path).st_mode & 0o077 == 0  # noqa: PTH116 - the mode alone

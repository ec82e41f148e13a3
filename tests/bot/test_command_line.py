"""The command line: every command starts, does its work, and says what can be mended in a sentence."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from bot.__main__ import main
from bot.commands import NOT_WELL, WELL, WRONG_CALL
from bot.config import SETTINGS
from bot.publishing import LIBRARY
from storage import editions, people, scripts
from storage.database import Database, Unit
from storage.people import Role
from tests import command_line
from tests.acceptance.running import free_port
from tests.bot_api import BotApiServer

BROKEN = Path(__file__).parents[1] / "scenarios" / "broken"
COMMANDS = (
    *("demo", "run", "serve", "work", "migrate", "invite", "check", "score", "calibrate", "walk", "publish"),
    *("bench", "backup", "restore", "held"),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Run commands in this process, in an empty folder, with the settings given and no others."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def run(*arguments: str | Path, **settings: str) -> Said:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            try:
                status = main([str(argument) for argument in arguments])
            except SystemExit as end:
                status = int(end.code or 0)
        said = Said(status, *capsys.readouterr())
        assert "Traceback" not in said.out + said.err
        return said

    yield run
    root.handlers[:], root.level = before


@pytest.fixture
def migrated(call: Call, tmp_path: Path) -> str:
    """The address of a database made by the command line."""
    assert call("migrate").status == WELL
    return f"sqlite:///{tmp_path / 'data' / 'mystery-client.db'}"


async def look(url: str, work: Callable[[Unit], T]) -> T:
    """Look into a database."""
    database = Database(url)
    await database.start()
    try:
        return await database.read(work)
    finally:
        await database.stop()


# Starting -----------------------------------------------------------------------------------------------------------


def test_help_lists_every_command(tmp_path: Path) -> None:
    """``python -m bot --help`` starts anywhere and names all commands."""
    ended = command_line.run("--help", folder=tmp_path)
    assert ended.status == WELL
    listed = re.findall(r"^    (\w+)(?: |$)", ended.out, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, call: Call) -> None:
    """Each has its own help."""
    said = call(command, "--help")
    assert said.status == WELL
    assert f"python -m bot {command}" in said.out


@pytest.mark.parametrize(
    "arguments", [(), ("dance",), ("invite",), ("check",), ("walk",), ("invite", "A", "--role", "x")]
)
def test_a_wrong_call_shows_how_it_is_called(arguments: tuple[str, ...], call: Call) -> None:
    """Nothing, or something unknown: usage and exit status 2."""
    said = call(*arguments)
    assert said.status == WRONG_CALL
    assert "usage: python -m bot" in said.err


# What can be mended -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [("run",), ("serve",), ("work",), ("publish", LIBRARY / "wizyta.yaml"), ("invite", "A")]
)
def test_a_database_that_is_not_there_is_told_with_the_command_that_makes_it(
    arguments: tuple[str | Path, ...], call: Call
) -> None:
    """One sentence, which names the command to run, once."""
    said = call(*arguments)
    assert said.status == NOT_WELL
    assert said.err.count("python -m bot migrate") == 1
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["demo", "run", "serve", "work", "migrate"])
def test_a_wrong_setting_is_told_by_name(command: str, call: Call) -> None:
    """Every command that needs settings refuses wrong ones."""
    said = call(command, HTTP_PORT="http")
    assert said.status == WRONG_CALL
    assert "HTTP_PORT must be a whole number from 1 to 65535" in said.err


@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize("url", ["sqlite://", "sqlite+aiosqlite:///x.db", "postgresql://ola:hunter2@host:port/name"])
def test_a_database_address_that_cannot_be_used_is_told_by_name(url: str, command: str, call: Call) -> None:
    """What only the storage can tell is told as kindly, without the password."""
    said = call(command, DATABASE_URL=url)
    assert said.status == WRONG_CALL
    assert "DATABASE_URL: " in said.err
    assert "hunter2" not in said.err


def test_a_database_that_is_away_is_a_sentence(call: Call) -> None:
    """Migrating says what the server says, without the password."""
    said = call("migrate", DATABASE_URL=f"postgresql://ola:hunter2@127.0.0.1:{free_port()}/name")
    assert said.status == NOT_WELL
    assert "connection" in said.err.lower()
    assert "hunter2" not in said.err


def test_a_folder_for_evidence_that_cannot_be_made_is_told_by_name(call: Call, migrated: str, tmp_path: Path) -> None:
    """At the start, not at the first photo."""
    del migrated
    tmp_path.joinpath("taken").write_text("a file", encoding="utf-8")
    said = call("run", EVIDENCE_URL=f"file:{tmp_path / 'taken' / 'evidence'}", HTTP_PORT=str(free_port()))
    assert said.status == WRONG_CALL
    assert "EVIDENCE_URL: " in said.err


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_in_use_is_told_by_name(command: str, call: Call, migrated: str) -> None:
    """One sentence says which port, and that another program has it."""
    del migrated
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = call(command, HTTP_PORT=str(port))
    assert said.status == WRONG_CALL
    assert f"HTTP_PORT: another program listens on 127.0.0.1:{port}" in said.err


def test_an_address_that_is_not_ours_is_told_by_name(call: Call, migrated: str) -> None:
    """A host that this machine does not have."""
    del migrated
    said = call("serve", HTTP_HOST="192.0.2.1", HTTP_PORT=str(free_port()))
    assert said.status == WRONG_CALL
    assert "HTTP_HOST and HTTP_PORT: nothing can listen on 192.0.2.1:" in said.err


def test_an_unreadable_env_file_is_a_sentence(call: Call, tmp_path: Path) -> None:
    """Not text in UTF-8."""
    tmp_path.joinpath(".env").write_bytes(b"# \xbf\xf3\xb3\xe6\n")
    said = call("migrate")
    assert said.status == WRONG_CALL
    assert ".env must be text in UTF-8" in said.err


# The database -------------------------------------------------------------------------------------------------------


def test_migrate_can_be_repeated(call: Call) -> None:
    """It makes the folder and the file, and leaves what is up to date alone."""
    for _ in range(2):
        said = call("migrate")
        assert (said.status, said.out) == (WELL, "The database is up to date.\n")


# Scenarios ----------------------------------------------------------------------------------------------------------


def test_check_says_file_and_line_of_what_is_wrong(call: Call) -> None:
    """A broken scenario: exit status 1, and a line that an editor can jump to."""
    file = BROKEN / "unknown_name.yaml"
    said = call("check", LIBRARY / "wizyta.yaml", file)
    assert said.status == NOT_WELL
    assert re.search(rf"^{re.escape(str(file))}:\d+: .*Did you mean", said.out, re.MULTILINE)
    assert said.out.endswith("2 files, 1 errors, 0 warnings.\n")


def test_check_is_content_with_what_ships(call: Call) -> None:
    """Exit status 0."""
    said = call("check", *sorted(LIBRARY.rglob("*.yaml")))
    assert (said.status, said.err) == (WELL, "")


@pytest.mark.parametrize("command", ["check", "walk", "publish"])
def test_files_that_cannot_be_read_are_named(command: str, call: Call, migrated: str, tmp_path: Path) -> None:
    """Missing, a folder, or not text: exit status 1 and the file's name."""
    del migrated
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: żółć".encode("iso-8859-2"))
    for file, why in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "directory"), (latin, "not text in UTF-8")):
        said = call(command, file)
        assert said.status == NOT_WELL
        assert re.search(rf"^{re.escape(str(file))}: .*{why}", said.out + said.err, re.MULTILINE)


def test_publish_takes_what_is_right_and_says_what_is_not(call: Call, migrated: str) -> None:
    """A broken file does not keep the others back; the same version is published once."""
    good, bad = LIBRARY / "wizyta.yaml", BROKEN / "unknown_name.yaml"
    said = call("publish", bad, good)
    assert said.status == NOT_WELL
    assert str(bad) in said.err
    assert said.out == f"{good}: published\n"
    again = call("publish", good)
    assert (again.status, again.out) == (WELL, f"{good}: this version is published already\n")
    kept = asyncio.run(look(migrated, lambda unit: scripts.newest(unit, "wizyta")))
    assert kept is not None
    assert kept[1] == good.read_text(encoding="utf-8")


# Inviting -----------------------------------------------------------------------------------------------------------


def test_invite_needs_to_know_the_edition(call: Call, migrated: str) -> None:
    """None yet, or several: a sentence names them; one is taken without asking."""
    assert call("invite", "Jan Test").status == WRONG_CALL
    assert call("invite", "Jan Test", "--edition", "Wiosna").status == WELL
    assert call("invite", "Ala Test", "--role", "coordinator").status == WELL
    typo = call("invite", "Jan Test", "--edition", "Jesień")
    assert typo.status == WRONG_CALL
    assert "--new-edition" in typo.err
    assert call("invite", "Jan Test", "--edition", "Jesień", "--new-edition").status == WELL
    said = call("invite", "Jan Test")
    assert said.status == WRONG_CALL
    assert "Jesień, Wiosna" in said.err
    found = asyncio.run(
        look(
            migrated, lambda unit: {one.name: people.people(unit, edition_id=one.id) for one in editions.editions(unit)}
        )
    )
    assert {name: [(one.name, one.role) for one in each] for name, each in found.items()} == {
        "Wiosna": [("Jan Test", Role.JUROR), ("Ala Test", Role.COORDINATOR)],
        "Jesień": [("Jan Test", Role.JUROR)],
    }


@pytest.mark.parametrize("arguments", [(" ",), ("Jan Test", "--days", "0")])
def test_invite_wants_a_name_and_some_days(arguments: tuple[str, ...], call: Call, migrated: str) -> None:
    """Neither nobody nor no time."""
    del migrated
    assert call("invite", *arguments, "--edition", "Wiosna").status == WRONG_CALL


async def test_an_invitation_opens_the_chat_once(tmp_path: Path) -> None:
    """The printed link leads through its page into the chat; another browser finds it used."""
    settings = {"HTTP_PORT": str(free_port())}
    assert (await ended("migrate", folder=tmp_path)).status == WELL
    invited = await ended("invite", "Jan Test", "--edition", "Wiosna", folder=tmp_path, **settings)
    link = re.search(r"http://127\.0\.0\.1:\d+/w/[\w-]+", invited.out)
    assert link is not None
    with command_line.started("run", folder=tmp_path, **settings) as running:
        await asyncio.to_thread(running.wait_for, "listening")
        assert await _opened(link[0]) == (HTTPStatus.OK, HTTPStatus.OK)
        assert await _opened(link[0]) == (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        assert await asyncio.to_thread(running.interrupt) == WELL
        assert "Traceback" not in running.said()


async def _opened(link: str) -> tuple[int, int]:
    """The invitation's page, and what its button leads to, in a browser of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(link) as page:
            shown = page.status
        async with browser.post(link) as chat:
            return shown, chat.status


async def test_an_invitation_for_telegram_is_a_deep_link(call: Call, migrated: str) -> None:
    """With a token the bot's name is asked for; where the server is away the link has a gap to fill in."""
    del migrated
    async with BotApiServer() as server:
        settings = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url}
        invited = await asyncio.to_thread(partial(call, "invite", "Jan Test", "--edition", "Wiosna", **settings))
        name = server.state.bot["username"]
    assert re.search(rf"https://t\.me/{name}\?start=[\w-]{{16,64}}$", invited.out, re.MULTILINE)
    away = await asyncio.to_thread(partial(call, "invite", "Jan Test", **settings))
    assert away.status == WELL
    assert "https://t.me/<bot>?start=" in away.out


async def ended(*arguments: str | Path, folder: Path, **settings: str) -> command_line.Ended:
    """A command run to its end while servers of this test go on."""
    return await asyncio.to_thread(partial(command_line.run, *arguments, folder=folder, **settings))

"""Two libraries, one port: which of them a process uses, and that the same recorded updates come through both."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import parts_of
from bot.channels.telegram_exchange import Library as Calls
from bot.config import Secret, Settings, TelegramLibrary, WrongSetting
from tests import economy
from tests.bot.telegram_rig import LIBRARIES, Library, channel, name_of
from tests.bot_api import BotApiServer, Limits

ROOT = Path(__file__).parent.parent.parent
RECORDED = [
    json.loads(path.read_text())["update"] for path in sorted((Path(__file__).parent / "updates").glob("*.json"))
]
ODD = (
    {"message": {"text": "pół \ud83d znaku"}},
    {"message": {"text": "\x00", "date": 2**80, "future": {"deep": [[[[None, 1.5e300]]]]}}},
    {"message": {"text": ""}, "": {}},
)
"""What only some parsers read, or read otherwise."""


@pytest.fixture(params=LIBRARIES, ids=name_of)
def library(request: pytest.FixtureRequest) -> Library:
    """Each library in turn."""
    library: Library = request.param
    return library


async def test_recorded_updates_come_through_as_they_are(library: Library) -> None:
    """Every field of every kind, known to the library or not; an odd one does not keep the others back."""
    sent = [{**update, "update_id": number} for number, update in enumerate([*RECORDED, *ODD], start=1)]
    async with BotApiServer(limits=Limits.unpaced()) as server:
        telegram = channel(server, library)
        for update in sent:
            server.updates.put_raw(update)
        came: list[object] = []
        while batch := await telegram.updates(len(came) + 1, wait=0):
            assert isinstance(batch, list)
            came += batch
        await telegram.close()
    assert len(came) == len(sent)
    assert came == sent


async def test_updates_wait_for_whoever_comes_next(library: Library) -> None:
    """What one library fetched and nobody acknowledged the other one gets; a webhook set and unset drops none."""
    other = next(one for one in LIBRARIES if one is not library)
    async with BotApiServer(limits=Limits.unpaced()) as server:
        first, second = channel(server, library), channel(server, other)
        ola = server.person(7)
        for number in range(3):
            ola.says(str(number))
        fetched = await first.updates(None, wait=0)
        assert await first.set_webhook("https://example.org/telegram", secret="x") is None
        assert await second.delete_webhook() is None
        assert await second.updates(None, wait=0) == fetched
        assert len(server.updates.waiting) == 3
        await first.close()
        await second.close()


@pytest.mark.parametrize("name", TelegramLibrary)
async def test_the_setting_chooses_the_library(name: TelegramLibrary, tmp_path: Path) -> None:
    """TELEGRAM_LIBRARY names what the channel is made of."""
    async with parts_of(_settings(tmp_path, name)) as parts:
        assert parts.telegram is not None
        calls: Calls = parts.telegram._library
        assert name.value in type(calls).__name__.lower()


async def test_a_library_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At start, with what to install."""
    monkeypatch.delitem(sys.modules, "bot.channels.telegram_ptb", raising=False)
    monkeypatch.setitem(sys.modules, "telegram", None)
    with pytest.raises(WrongSetting, match=r"^TELEGRAM_LIBRARY: .*requirements-ptb\.txt"):
        async with parts_of(_settings(tmp_path, TelegramLibrary.PTB)):
            raise AssertionError("started")


def _settings(folder: Path, library: TelegramLibrary) -> Settings:
    address = economy.migrated_sqlite(folder / "test.db")
    return Settings(
        database_url=address,
        evidence_url=f"file:{folder / 'evidence'}",
        telegram_token=Secret("4242:x"),
        telegram_library=library,
    )


UNBUILT = """
import pydantic
before = pydantic.BaseModel.__dict__["model_rebuild"]
import bot.channels.telegram_aiogram_files
from aiogram.types import Message

class Later(pydantic.BaseModel):
    one: "Other"

class Other(pydantic.BaseModel):
    number: int

Later.model_rebuild()
assert Later.model_validate({"one": {"number": "7"}}).one.number == 7
assert pydantic.BaseModel.__dict__["model_rebuild"] is before
assert not Message.__pydantic_complete__
"""


def test_the_parsers_of_aiogram_are_not_built() -> None:
    """Importing it builds no parser nobody asks; everybody else's models are built as ever."""
    done = subprocess.run(  # noqa: S603 - this Python, the lines above
        [sys.executable, "-c", UNBUILT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

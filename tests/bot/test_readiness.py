"""Parts that are well or not: stores that come and go, who is asked to show a token, what is asked how often."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot import clock
from bot.config import Settings
from bot.counts import Counts
from bot.depths import AWAY_SECONDS, FRESH_SECONDS, Depths, places_of
from bot.lookout import Lookout
from bot.metrics import Metrics, Watched
from bot.presence import SURE_BEATS, Presence
from bot.readiness import Part, Readiness
from storage import backing_up
from storage.blobs import Blobs
from storage.database import Database, StorageUnavailable
from tests.acceptance.running import free_port
from tests.s3_server import BUCKET, S3Server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Ticks:
    """A process's own time."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    """Seconds that the test lets pass."""
    return Ticks()


@pytest.fixture
async def presence(database: Database, ticks: Ticks) -> Presence:
    """A process that takes updates in and does no jobs."""
    one = Presence(database, serves=True, works=False, clock=clock.now, ticks=ticks)
    await one.begin()
    return one


def well(readiness: Readiness) -> dict[str, bool]:
    """Each part."""
    return {part.name: part.is_well for part in readiness.parts()}


async def test_a_folder_that_goes_and_comes_back(presence: Presence, tmp_path: Path, ticks: Ticks) -> None:
    """Nothing is known before the first look; nothing is left behind by one."""
    folder = tmp_path / "evidence"
    readiness = Readiness(presence, Blobs(str(folder)), ticks=ticks)
    assert not well(readiness)["evidence"]
    await readiness.step()
    ticks.at += 3
    assert readiness.parts()[2] == Part("evidence", is_well=True, seconds=3.0)
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    folder.rename(tmp_path / "away")
    folder.write_text("not a folder")
    await readiness.step()
    ticks.at += 3
    assert readiness.parts()[2] == Part("evidence", is_well=False, seconds=6.0)
    folder.unlink()
    await readiness.step()
    assert well(readiness)["evidence"]


async def test_a_store_on_the_network(presence: Presence, s3_server: S3Server, ticks: Ticks) -> None:
    """One that answers, one that does not, and a bucket that is not there."""
    nobody = replace(s3_server.access, endpoint=f"http://127.0.0.1:{free_port()}")
    for url, access, answers in (
        (f"s3://{BUCKET}/ready", s3_server.access, True),
        (f"s3://{BUCKET}/ready", nobody, False),
        ("s3://no-such-bucket/x", s3_server.access, False),
    ):
        readiness = Readiness(presence, Blobs(url, access=access), ticks=ticks)
        await readiness.step()
        assert well(readiness)["evidence"] is answers, url


async def test_a_process_that_is_not_sure_is_not_ready(presence: Presence, tmp_path: Path, ticks: Ticks) -> None:
    """Without a sign of life that came through the database counts as away, and so does every worker."""
    readiness = Readiness(presence, Blobs(str(tmp_path)), ticks=ticks)
    assert well(readiness) == {"database": True, "worker": False, "evidence": False}
    ticks.at += SURE_BEATS + 1
    assert well(readiness)["database"] is False
    assert readiness.parts()[0].seconds == pytest.approx(SURE_BEATS + 1)
    await presence.step()
    assert well(readiness)["database"] is True


async def test_another_process_may_do_the_jobs(
    database: Database, presence: Presence, tmp_path: Path, ticks: Ticks
) -> None:
    """A worker anywhere will do, as long as we can see it."""
    readiness = Readiness(presence, Blobs(str(tmp_path)), ticks=ticks)
    worker = Presence(database, serves=False, works=True, clock=clock.now, name="elsewhere")
    await worker.begin()
    await presence.step()
    assert presence.worker_silence == 0.0
    assert well(readiness)["worker"]
    ticks.at += SURE_BEATS + 1  # cut off: what we knew of others counts no more
    assert not well(readiness)["worker"]
    assert Presence(database, serves=True, works=True, clock=clock.now).worker_silence is None
    assert worker.worker_silence is not None
    await worker.leave()


Ask = Callable[[str, str], Awaitable[int]]


@pytest.fixture
async def look(database: Database, presence: Presence, tmp_path: Path, ticks: Ticks) -> AsyncIterator[Ask]:
    """Asks a listener that wants a token."""
    settings = Settings(evidence_url=f"file://{tmp_path}", backup_folder=tmp_path)
    readiness = Readiness(presence, Blobs(str(tmp_path)), ticks=ticks)
    lookout = Lookout(
        metrics=Metrics(Watched(Counts(), database, readiness, ("telegram",))),
        depths=Depths(database, settings, channels=("telegram",), clock=clock.now, ticks=ticks),
        readiness=readiness,
        clock=clock.now,
        token="tajne",
    )
    port = free_port()
    runner = await lookout.open("127.0.0.1", port)
    with pytest.raises(OSError, match="address"):
        await lookout.open("127.0.0.1", port)
    async with aiohttp.ClientSession() as session:

        async def ask(path: str, authorization: str) -> int:
            headers = {"Authorization": authorization} if authorization else {}
            async with session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as answer:
                told = "mystery_client_updates_total" in await answer.text()
                assert told == (path == "/metrics" and answer.status == HTTPStatus.OK)
                return answer.status

        yield ask
    await runner.cleanup()


async def test_a_token_is_asked_for(look: Ask) -> None:
    """Without it, or with another, one learns only that the process answers."""
    for path, status in (("/metrics", 200), ("/readyz", 503)):
        for wrong in ("", "tajne", "Bearer", "Bearer TAJNE", "Bearer tajne x", "Basic dGFqbmU6"):
            assert await look(path, wrong) == 401
        assert await look(path, "Bearer tajne") == status
    assert await look("/healthz", "") == 200


async def test_the_database_is_asked_now_and_then(
    database: Database, tmp_path: Path, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many watch; one that does not answer is left alone for longer."""
    settings = Settings(evidence_url=f"file://{tmp_path}", backup_folder=tmp_path)
    depths = Depths(database, settings, channels=("telegram",), clock=clock.now, ticks=ticks)
    asked = 0
    is_away = False
    read = database.read

    async def counted(work: Callable[..., object]) -> object:
        nonlocal asked
        asked += 1
        if is_away:
            raise StorageUnavailable("away")
        return await read(work)

    monkeypatch.setattr(database, "read", counted)
    for _ in range(5):
        seen = await depths.look()
    assert asked == 1
    assert seen.gauges is not None
    assert set(seen.disks) == {"database", "evidence", "backups"}
    assert all(0 < disk.free < disk.size for disk in seen.disks.values())
    ticks.at += FRESH_SECONDS
    is_away = True
    assert (await depths.look()).gauges is None
    ticks.at += AWAY_SECONDS - 0.1
    assert (await depths.look()).gauges is None
    assert asked == 2
    ticks.at += 0.1
    is_away = False
    assert (await depths.look()).gauges is not None
    assert places_of(database, settings)["backups"] == tmp_path


async def test_the_newest_backup_is_seen(database: Database, tmp_path: Path, ticks: Ticks) -> None:
    """By its name, and only once it is whole; where none can be seen nothing is claimed."""
    settings = Settings(evidence_url=f"file://{tmp_path}", backup_folder=tmp_path / "kept")
    depths = Depths(database, settings, channels=(), clock=clock.now, ticks=ticks)
    assert (await depths.look()).backup_at is None
    made_at = clock.now().replace(microsecond=0)
    for at in (made_at - timedelta(days=1), made_at):
        folder = backing_up.begin(tmp_path / "kept", at)
        copy = backing_up.copy_database(database.url, folder)
        backing_up.finish(folder, at, copy, kept=(), missing=(), encrypted_with=None)
    backing_up.begin(tmp_path / "kept", made_at + timedelta(hours=1))
    ticks.at += FRESH_SECONDS
    seen = await depths.look()
    assert seen.backup_at == made_at
    readiness = Readiness(Presence(database, serves=True, works=True, clock=clock.now), Blobs(str(tmp_path)))
    page = Metrics(Watched(Counts(), database, readiness, ())).page(seen, clock.now()).decode()
    shown = [line for line in page.splitlines() if line.startswith("mystery_client_backup_timestamp_seconds ")]
    assert [float(line.split(" ")[1]) for line in shown] == [made_at.timestamp()]

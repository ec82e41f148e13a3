"""A message to 5,000 chats at Telegram's pace, the program killed on the way; nothing is asserted.

``python tests/benchmarks/broadcast.py [chats] [kills] [postgresql://…]`` (a migrated SQLite file where no address is
given). The server at the other end enforces 30 messages a second in all and one a second for each chat. While it runs,
somebody types now and then: how long they wait for their answer is told as well.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from storage.database import Database
from storage.migrate import migrate
from tests.acceptance import crowd as crowds
from tests.acceptance.crowd import Crowd
from tests.acceptance.running import Nursery, Program
from tests.acceptance.world import World, make_world
from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer

CHATS = 5000
KILLS = 1
LIMIT = 30.0
TYPING_EVERY = 5.0
TYPIST = 99


async def type_now_and_then(server: BotApiServer, world: World, waits: list[float]) -> None:
    """A coordinator asks how it stands, again and again; how many seconds each answer took."""
    person = server.person(TYPIST, name="Konrad")
    person.says(f"/start {world.tokens['coordinator']}")
    await server.until(lambda: any("Zgadzam się" in shown.labels for shown in person.hears()), seconds=60)
    person.taps("Zgadzam się")
    while True:
        await asyncio.sleep(TYPING_EVERY)
        before = len(person.hears())
        began = time.perf_counter()
        person.says("/status")
        await server.until(lambda before=before: len(person.hears()) > before, seconds=120)
        waits.append(time.perf_counter() - began)


async def kill_on_the_way(running: Program, server: BotApiServer, crowd: Crowd, kills: int) -> float:
    """Kill the program at even distances; the seconds it was away in all."""
    away = 0.0
    for number in range(1, kills + 1):
        await crowds.reached(server, crowd, len(crowd.chats) * number // (kills + 1), seconds=3600)
        began = time.perf_counter()
        await running.kill()
        await running.start()
        away += time.perf_counter() - began
    return away


async def measure(url: str, folder: Path, chats: int, kills: int) -> None:
    """Send it, and print what came of it."""
    database = Database(url)
    await database.start()
    nursery = Nursery()
    async with BotApiServer(limits=Limits()) as server:
        settings = {
            "DATABASE_URL": url,
            "EVIDENCE_URL": f"file://{folder / 'evidence'}",
            "TELEGRAM_TOKEN": server.token,
            "TELEGRAM_API_URL": server.url,
            "PACE": "real",
            "LEASE_SECONDS": "10",
        }
        running = Program(nursery, folder, settings)
        await running.start()
        world = await make_world(database, "wizyta")
        waits: list[float] = []
        typing = asyncio.get_running_loop().create_task(type_now_and_then(server, world, waits))
        crowd = await crowds.gather(database, server, world, chats)
        began = time.perf_counter()
        await crowds.begin(database, crowd)
        away = await kill_on_the_way(running, server, crowd, kills)
        await crowds.reached(server, crowd, chats, seconds=3600)
        took = time.perf_counter() - began
        progress = await crowds.over(database, crowd, seconds=120)
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)
        await running.stop()
        got = crowds.got(server, crowd)
        refused = server.flood.refused
    nursery.close()
    await database.stop()
    rate, steady = chats / took, chats / (took - away)
    print(f"chats {chats}, kills {kills}, {took:.1f} s, of them {away:.1f} s dead or starting")
    print(
        f"messages a second {rate:.1f} = {rate / LIMIT:.0%} of the limit; "
        f"while it lived {steady:.1f} = {steady / LIMIT:.0%}"
    )
    print(f"429s {refused}, lost {chats - len(got)}, doubled {sum(times - 1 for times in got.values())}")
    print(f"counted by the program itself: sent {progress.sent} of {progress.total}, without a chat {progress.no_chat}")
    if waits:
        print(
            f"an answer meanwhile: median {statistics.median(waits):.2f} s, slowest {max(waits):.2f} s, "
            f"{len(waits)} asked"
        )


def main() -> None:
    """Read what was asked, make what is missing."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else CHATS
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else KILLS
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{folder}/benchmark.db"
        migrate(url)
        asyncio.run(measure(url, Path(folder), chats, kills))


if __name__ == "__main__":
    main()

"""The floor: a bare aiohttp client that takes updates, parses them and answers each; it remembers nothing."""

from __future__ import annotations

import argparse
import asyncio

from aiohttp import ClientSession, ClientTimeout, web

TOKEN = "4242:bench-mark_token"
BATCH = 100


async def answer(session: ClientSession, url: str, message: dict[str, dict[str, int]]) -> None:
    """One message out."""
    said = {"chat_id": message["chat"]["id"], "text": f"Pytanie po: {message['text']}"}
    async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=said) as response:
        await response.json()


async def poll(url: str) -> None:
    """Updates in batches, all of a batch answered at the same time."""
    offset = 0
    async with ClientSession(timeout=ClientTimeout(60)) as session:
        while True:
            asked = {"offset": offset, "timeout": 25, "limit": BATCH}
            async with session.post(f"{url}/bot{TOKEN}/getUpdates", json=asked) as response:
                updates = (await response.json())["result"]
            async with asyncio.TaskGroup() as tasks:
                for update in updates:
                    offset = update["update_id"] + 1
                    tasks.create_task(answer(session, url, update["message"]))


async def serve(url: str, port: int) -> None:
    """Updates one by one, each answered before it is acknowledged."""
    async with ClientSession(timeout=ClientTimeout(60)) as session:

        async def receive(request: web.Request) -> web.Response:
            await answer(session, url, (await request.json())["message"])
            return web.Response()

        app = web.Application()
        app.router.add_post("/hook", receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        hook = {"url": f"http://127.0.0.1:{port}/hook"}
        async with session.post(f"{url}/bot{TOKEN}/setWebhook", json=hook) as response:
            await response.json()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("polling", "webhook"))
    parser.add_argument("url")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--uvloop", action="store_true")
    asked = parser.parse_args()
    running = serve(asked.url, asked.port) if asked.mode == "webhook" else poll(asked.url)
    if asked.uvloop:
        import uvloop

        uvloop.run(running)
    else:
        asyncio.run(running)

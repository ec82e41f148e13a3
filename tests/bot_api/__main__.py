"""The server in a process of its own, with people moved by HTTP: ``python -m tests.bot_api --port 8081``.

``POST /control`` with ``{"chat": 7, "do": "says", "with": ["/start abc"]}`` has a person do something (any method of
Person whose arguments are JSON; bytes as base64 in ``{"bytes": …}``); ``GET /control?chat=7`` tells what they see.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import sys
from dataclasses import asdict, is_dataclass

from aiohttp import web

from tests.bot_api.limits import Limits
from tests.bot_api.server import TOKEN, BotApiServer

_DEEDS = (
    *("says", "taps", "taps_data", "edits", "blocks", "unblocks"),
    *("sends_photo", "sends_document", "sends_voice", "sends_album", "sends_place"),
)


def control(server: BotApiServer) -> list[web.RouteDef]:
    """The routes by which another process moves the people."""

    async def do(request: web.Request) -> web.Response:
        order = await request.json()
        person = server.person(int(order["chat"]), met=bool(order.get("met")))
        if order["do"] not in _DEEDS:
            return web.json_response({"error": f"nobody can {order['do']}"}, status=400)
        try:
            done = getattr(person, order["do"])(*[_bytes(value) for value in order.get("with", [])])
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        return web.json_response(asdict(done) if is_dataclass(done) and not isinstance(done, type) else done)

    async def look(request: web.Request) -> web.Response:
        seen = server.person(int(request.query["chat"])).sees()
        return web.json_response(
            [
                {"id": one.id, "from_bot": one.from_bot, "text": one.text, "media": one.media, "labels": one.labels}
                for one in seen
            ]
        )

    return [web.post("/control", do), web.get("/control", look)]


def _bytes(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"bytes"}:
        return base64.b64decode(value["bytes"])
    return [_bytes(item) for item in value] if isinstance(value, list) else value


async def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bot_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--unpaced", action="store_true", help="no rate limits")
    parser.add_argument("--throttle", action="store_true", help="slow down repeated getUpdates as the real server does")
    asked = parser.parse_args()
    limits = Limits.unpaced() if asked.unpaced else Limits()
    server = BotApiServer(token=asked.token, limits=limits, throttle=asked.throttle)
    await server.start(asked.port, routes=control(server))
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)

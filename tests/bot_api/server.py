"""The server itself: one bot, one socket, every request checked before it is done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.faults import Fault, Faults, Trouble
from tests.bot_api.limits import Flood, Limits
from tests.bot_api.parameters import Upload, known_method, read_parameters
from tests.bot_api.person import Person
from tests.bot_api.sending import Sending
from tests.bot_api.state import Chat, Clock, Json, Shown, State, Stored
from tests.bot_api.updates import Updates

TOKEN = "4242:TEST-token_of-a_bot"

Check = Callable[[str, Json], None]
"""A further check of a method's parameters; raises ApiError."""


class BotApiServer:
    """A Bot API server for one bot. ``backoff``: first pause of a refused webhook; ``throttle``: as the real getUpdates
    (off, so that tests need not wait half a second); ``check``: a stricter look at every call.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        limits: Limits | None = None,
        backoff: float = 0.02,
        throttle: bool = False,
        check: Check | None = None,
    ) -> None:
        self.token = token
        self.limits = limits or Limits()
        self.clock = Clock()
        self.faults = Faults()
        self.state = State(self.clock, int(token.split(":", maxsplit=1)[0]))
        self.flood = Flood(self.limits, self.clock)
        self.updates = Updates(self.clock, self.limits, backoff=backoff, throttle=throttle)
        self.sending = Sending(self.state, self.limits, self.flood)
        self._check = check
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._app: web.Application | None = None
        self.url = ""

    # Life -----------------------------------------------------------------------------------------------------------

    async def start(self, port: int = 0, *, host: str = "127.0.0.1", routes: list[web.RouteDef] | None = None) -> None:
        """Listen; ``url`` is where. A port of 0 takes a free one."""
        app = web.Application(client_max_size=self.limits.upload + 10 * 1024 * 1024)
        app.add_routes(routes or [])
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.url = f"http://{host}:{taken}"

    async def stop(self) -> None:
        """Stop listening; what is remembered stays."""
        await self.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # People ---------------------------------------------------------------------------------------------------------

    def person(self, chat_id: int, *, name: str = "Ola", language: str = "pl", met: bool = False) -> Person:
        """The person with this chat. ``met``: they have written before, so the bot may write first."""
        chat = self.state.chats.setdefault(chat_id, Chat(chat_id, name, language))
        chat.met = chat.met or met
        return Person(chat, self.state, self.updates, self.sending)

    def sent_to(self, chat_id: int) -> list[Shown]:
        """The bot's messages in a chat as the person sees them now."""
        return self.person(chat_id).hears()

    def calls(self, method: str) -> list[Json]:
        """The parameters of every call of a method that was let in."""
        return [parameters for name, parameters in self.state.calls if name == method]

    def keep_file(self, data: bytes, *, size: int | None = None, path: str | None = None) -> str:
        """A file on the server, of which only its id is known. ``path``: what getFile will say."""
        stored = self.state.keep(
            data, folder="documents", name="file.bin", media_type="application/octet-stream", size=size
        )
        if path is not None:
            moved = Stored(stored.file_id, data, stored.name, stored.media_type, stored.size, path)
            self.state.files[stored.file_id] = self.state.paths[path] = moved
        return stored.file_id

    async def until(self, condition: Callable[[], object], *, seconds: float = 10.0) -> None:
        """Wait until something holds; looked at whenever the bot has called. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.05)
                except TimeoutError:
                    continue

    # Requests -------------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        given, uploads = await _read(request)
        fault = self.faults.next(name)
        refused = await _meet(fault, request)
        if refused is not None:
            return refused
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")  # noqa: TRY301
            body: Json = {"ok": True, "result": await self._call(name, given, uploads)}
            status, headers = 200, {}
        except ApiError as error:
            body, status = error.body(), error.status
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        self._changed.set()
        response = web.json_response(body, status=status, headers=headers)
        return await _spoil(fault, request, response)

    async def _call(self, name: str, given: Json, uploads: dict[str, Upload]) -> object:
        method = known_method(name)
        parameters = read_parameters(method, given, uploads)
        if self._check is not None:
            self._check(method, given)
        result = await self._do(method, parameters)
        self.state.calls.append((method, parameters))
        return result

    async def _do(self, method: str, given: Json) -> object:
        match method:
            case "getMe":
                return self.state.bot
            case "getUpdates":
                return await self._get_updates(given)
            case "setWebhook":
                return await self._set_webhook(given)
            case "deleteWebhook":
                await self.updates.set_webhook("", None, drop=given.get("drop_pending_updates") is True)
                return True
            case "getWebhookInfo":
                return {
                    "url": self.updates.url,
                    "has_custom_certificate": False,
                    "pending_update_count": len(self.updates.waiting),
                }
            case "sendMessage":
                return self.sending.send_message(given)
            case "sendPhoto" | "sendDocument":
                return self.sending.send_file(given, method.removeprefix("send").lower())
            case "sendMediaGroup":
                return self.sending.send_group(given)
            case "editMessageText" | "editMessageCaption" | "editMessageReplyMarkup":
                return self.sending.edit(given, method.removeprefix("editMessage").lower())
            case "deleteMessage":
                return self.sending.delete(given, [given["message_id"]], singly=True)
            case "deleteMessages":
                ids = given["message_ids"]
                return self.sending.delete(given, ids if isinstance(ids, list) else [], singly=False)
            case "answerCallbackQuery":
                return self.sending.answer_tap(given)
            case "getFile":
                return self._get_file(str(given["file_id"]))
            case "setMyCommands" | "getMyCommands" | "deleteMyCommands":
                return self._commands(method, given)
        return True

    async def _get_updates(self, given: Json) -> list[Json]:
        numbers = {key: value for key, value in given.items() if isinstance(value, int)}
        allowed = given.get("allowed_updates")
        return await self.updates.get(
            offset=numbers.get("offset", 0),
            limit=min(max(numbers.get("limit", 100), 1), 100),
            wait=min(max(numbers.get("timeout", 0), 0), 50),
            allowed=allowed if isinstance(allowed, list) else None,
        )

    async def _set_webhook(self, given: Json) -> bool:
        parts = urlsplit(str(given["url"]))
        local = parts.hostname in ("127.0.0.1", "localhost")
        if not parts.hostname or (parts.scheme != "https" and not local):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = given.get("secret_token")
        if secret is not None and not all(one.isascii() and (one.isalnum() or one in "_-") for one in str(secret)):
            raise bad_request("secret token contains unallowed characters")
        allowed = given.get("allowed_updates")
        self.updates.set_allowed(allowed if isinstance(allowed, list) else None)
        drop = given.get("drop_pending_updates") is True
        await self.updates.set_webhook(str(given["url"]), None if secret is None else str(secret), drop=drop)
        return True

    def _get_file(self, file_id: str) -> Json:
        file = self.state.files.get(file_id.removesuffix("-s"))
        if file is None:
            raise bad_request("invalid file_id")
        if file.size > self.limits.download:
            raise bad_request("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_size": file.size,
            "file_path": file.path,
        }

    def _commands(self, method: str, given: Json) -> object:
        scope = given.get("scope") or {"type": "default"}
        assert isinstance(scope, dict)
        if scope.get("type") not in ("default", "all_private_chats", "chat"):
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        chat = scope.get("chat_id")
        if scope["type"] == "chat" and (not isinstance(chat, int) or chat not in self.state.chats):
            raise bad_request("chat not found")
        key = (str(scope["type"]), chat if isinstance(chat, int) else None, str(given.get("language_code", "")))
        if method == "getMyCommands":
            return self.state.menus.get(key, [])
        if method == "deleteMyCommands":
            self.state.menus.pop(key, None)
            return True
        commands = given["commands"]
        assert isinstance(commands, list)
        if len(commands) > 100:
            raise bad_request("too many commands specified")
        for command in commands:
            name, words = str(command.get("command", "")), str(command.get("description", ""))
            if not 1 <= len(name) <= 32 or not all(one in "abcdefghijklmnopqrstuvwxyz0123456789_" for one in name):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(words) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.state.menus[key] = commands
        return True

    async def _download(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.next("file")
        refused = await _meet(fault, request)
        if refused is not None:
            return refused
        file = self.state.paths.get(request.match_info["path"])
        if request.match_info["token"] != self.token or file is None:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        response = web.Response(body=file.data, content_type="application/octet-stream")
        return await _spoil(fault, request, response)


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """Parameters from the query, a form, or a JSON body; the files that came along."""
    given: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        given |= body if isinstance(body, dict) else {}
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
            else:
                given[name] = value
    return given, uploads


async def _meet(fault: Fault | None, request: web.Request) -> web.StreamResponse | None:
    """Trouble before anything is done."""
    match fault:
        case Fault(trouble=Trouble.ERROR):
            error = ApiError(fault.status, fault.description, retry_after=fault.retry_after)
            return web.json_response(error.body(), status=fault.status)
        case Fault(trouble=Trouble.GARBAGE):
            return web.Response(text="<html>nginx</html>", status=fault.status, content_type="text/html")
        case Fault(trouble=Trouble.RESET_BEFORE):
            return _reset(request)
        case Fault(trouble=Trouble.DELAY):
            await asyncio.sleep(fault.seconds)
    return None


async def _spoil(fault: Fault | None, request: web.Request, response: web.Response) -> web.StreamResponse:
    """Trouble after it was done."""
    match fault:
        case Fault(trouble=Trouble.RESET_AFTER):
            return _reset(request)
        case Fault(trouble=Trouble.GARBAGE_AFTER):
            return web.Response(text='{"ok": true, "resu', content_type="application/json")
        case Fault(trouble=Trouble.HANG_AFTER):
            await asyncio.sleep(fault.seconds)
        case Fault(trouble=Trouble.HALF):
            whole = response.body if isinstance(response.body, bytes) else b""
            half = web.StreamResponse(headers={"Content-Length": str(len(whole))})
            await half.prepare(request)
            await half.write(whole[: len(whole) // 2])
            return _reset(request)
    return response


def _reset(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

"""The Telegram channel: what is sent, tidied, cleaned and fetched, in which turn, whichever library makes the calls."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from urllib.parse import quote

import aiohttp

from bot.channels.base import (
    Address,
    Attachment,
    Capabilities,
    Command,
    Delivered,
    FileRef,
    FileUnavailable,
    InputHint,
    Outcome,
    Outgoing,
    Refused,
    TryLater,
    Unclear,
)
from bot.channels.pacing import Pacer
from bot.channels.telegram import ALLOWED_UPDATES, CHANNEL, MAX_DOWNLOAD, MAX_UPLOAD
from bot.channels.telegram_answers import (
    OUT_OF_REACH_SECONDS,
    Answer,
    Failure,
    outcome_of,
    outcome_of_repeatable,
)
from bot.channels.telegram_calls import (
    EDIT,
    MAX_PHOTO,
    Call,
    Params,
    Unsendable,
    encode,
    encode_cleaning,
    encode_commands,
    encode_no_commands_for_strangers,
    message_ids,
    reference,
)
from bot.channels.telegram_exchange import BROKEN, NO_FILES, Library, Upload

REQUEST_SECONDS = 30.0
UPLOAD_SECONDS = 180.0
DOWNLOAD_SECONDS = 300.0
POLL_MARGIN_SECONDS = 15.0
"""How much longer than its long poll a getUpdates may take."""

REMEMBERED_DELIVERIES = 1000
"""Half-sent deliveries whose progress is kept in memory."""

log = logging.getLogger(__name__)

_NOT_IN_A_FILE_NAME = re.compile(r'[\x00-\x1f\x7f"\\/]')
_CHAT = re.compile("-?[0-9]{1,18}", re.ASCII)
_CARRYING = frozenset({"sendPhoto", "sendDocument", "sendMediaGroup"})
"""Methods whose parameters may hold an Attachment."""

_CAPABILITIES = Capabilities(
    can_edit=True,
    can_delete=True,
    max_download=MAX_DOWNLOAD,
    max_upload=MAX_UPLOAD,
    deletion_window_hours=48,
    extras=frozenset({"button_styles", "protected_content"}),
)

ReadBlob = Callable[[str], Awaitable[bytes]]
"""Gives the bytes of a stored file by its SHA-256."""


class TelegramChannel:
    """A Channel, over either library."""

    def __init__(self, library: Library, *, read_blob: ReadBlob, pacer: Pacer | None = None) -> None:
        self._library = library
        self._read_blob = read_blob
        self._pacer = pacer or Pacer()
        self._half_sent: OrderedDict[int, tuple[int, tuple[int, ...]]] = OrderedDict()
        self._place_keyboards: set[str] = set()

    @property
    def name(self) -> str:
        """The channel's name."""
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        """What Telegram's own server lets a bot do."""
        return _CAPABILITIES

    # Out ------------------------------------------------------------------------------------------------------------

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """Acknowledge the tap, tidy the old message, send the new one; only the new one decides.

        Where there is no new one, an edit that the server has no time for is tried again.
        A message of several parts goes on, when tried again, with the part that failed (as long as the process lives).
        """
        if not _CHAT.fullmatch(to.chat):
            return Refused("not a Telegram chat")
        try:
            delivery = encode(outgoing, int(to.chat), place_keyboard_up=to.chat in self._place_keyboards)
        except Unsendable as error:
            return Refused(str(error))
        parts, ids = self._half_sent.get(job_id, (0, ()))
        if parts == 0:
            undone = await self._aside(delivery.aside, to.chat)
            if undone is not None and not delivery.main:
                return undone
        for call in delivery.main[parts:]:
            answer = await self._send(call, to.chat)
            if not isinstance(answer, Answer):
                self._remember(job_id, parts, ids, outcome=answer)
                return answer
            parts, ids = parts + 1, (*ids, *answer.message_ids())
        self._half_sent.pop(job_id, None)
        if delivery.main:
            self._note_place_keyboard(to.chat, asked=outgoing.expects is InputHint.PLACE)
        if outgoing.rewrites is not None and ids == message_ids(outgoing.rewrites)[-1:]:
            return Delivered(outgoing.rewrites)
        return Delivered(reference(ids) or None)

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Delete messages; those Telegram will not delete (older than 48 hours, gone already) are passed over."""
        if not _CHAT.fullmatch(to.chat):
            return Refused("not a Telegram chat")
        for call in encode_cleaning(int(to.chat), messages):
            answer = await self._call(call, to.chat)
            if isinstance(answer, Failure) and answer.bad_request:
                answer = await self._delete_singly(call, to.chat)
            if isinstance(answer, Failure):
                return outcome_of_repeatable(answer)
        return Delivered()

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:
        """Publish the menu of one chat, in the language the person chose (so it does not follow the phone's)."""
        if not _CHAT.fullmatch(to.chat):
            return Refused("not a Telegram chat")
        log.debug("menu in %s", language)
        answer = await self._call(encode_commands(int(to.chat), commands), to.chat)
        return outcome_of_repeatable(answer) if isinstance(answer, Failure) else Delivered()

    async def hide_commands_from_strangers(self, languages: Sequence[str] = ("pl", "en")) -> Outcome:
        """At start: whoever was not invited sees no menu."""
        for call in encode_no_commands_for_strangers(languages):
            answer = await self._call(call, None)
            if isinstance(answer, Failure):
                return outcome_of_repeatable(answer)
        return Delivered()

    # In -------------------------------------------------------------------------------------------------------------

    async def bot_name(self) -> str | None:
        """The bot's user name, for links to it; None where the server does not tell."""
        answer = await self._call(Call("getMe", {}), None)
        me = answer.result if isinstance(answer, Answer) else None
        return str(me["username"]) if isinstance(me, dict) and me.get("username") else None

    async def updates(self, offset: int | None, *, wait: int) -> list[object] | Failure:
        """The raw updates from ``offset`` on; asking acknowledges all before it. Waits ``wait`` seconds for one."""
        params: Params = {"timeout": wait, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            params["offset"] = offset
        answer = await self._call(Call("getUpdates", params), None, seconds=wait + POLL_MARGIN_SECONDS)
        if isinstance(answer, Failure):
            return answer
        return answer.result if isinstance(answer.result, list) else Failure(None, "getUpdates: no list of updates")

    async def set_webhook(self, url: str, *, secret: str) -> Failure | None:
        """Have updates sent to ``url`` from now on; what waits on the server is kept."""
        params: Params = {"url": url, "secret_token": secret, "allowed_updates": list(ALLOWED_UPDATES)}
        answer = await self._call(Call("setWebhook", params), None)
        return answer if isinstance(answer, Failure) else None

    async def delete_webhook(self) -> Failure | None:
        """Have updates wait to be fetched; none is dropped."""
        answer = await self._call(Call("deleteWebhook", {}), None)
        return answer if isinstance(answer, Failure) else None

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The file's bytes. Raises FileUnavailable: for ever where it is over 20 MB, else worth another try."""
        if (file.size or 0) > MAX_DOWNLOAD:
            raise FileUnavailable("larger than 20 MB", forever=True)
        path, size = await self._path_of(file)
        seen = 0
        try:
            async with aclosing(self._library.download(quote(path), seconds=DOWNLOAD_SECONDS)) as chunks:
                async for chunk in chunks:
                    seen += len(chunk)
                    if seen > MAX_DOWNLOAD:
                        raise FileUnavailable("larger than 20 MB", forever=True)
                    yield chunk
        except aiohttp.ClientResponseError as error:
            raise FileUnavailable(f"the file server answered {error.status}", forever=False) from None
        except BROKEN as error:
            raise FileUnavailable(f"the download broke off: {type(error).__name__}", forever=False) from None
        if size is not None and seen != size:
            raise FileUnavailable(f"{seen} bytes came of {size}", forever=False)

    async def close(self) -> None:
        """Let connections go."""
        await self._library.close()

    # Inside ---------------------------------------------------------------------------------------------------------

    async def _path_of(self, file: FileRef) -> tuple[str, int | None]:
        answer = await self._call(Call("getFile", {"file_id": file.ref}), None)
        if isinstance(answer, Failure):
            forever = "file is too big" in answer.description or "invalid file_id" in answer.description
            raise FileUnavailable(answer.description, forever=forever)
        found = answer.result if isinstance(answer.result, dict) else {}
        path, size = found.get("file_path"), found.get("file_size")
        if isinstance(size, int) and size > MAX_DOWNLOAD:
            raise FileUnavailable("larger than 20 MB", forever=True)
        if not isinstance(path, str) or not path:
            raise FileUnavailable("the server gave no path", forever=False)
        if any(part in ("", ".", "..") for part in path.split("/")) or "\\" in path or not path.isprintable():
            raise FileUnavailable("the server gave a path of its own disk (local mode is not supported)", forever=True)
        return path, size if isinstance(size, int) else None

    async def _aside(self, calls: Sequence[Call], chat: str) -> TryLater | None:
        """Best effort; says when it is worth another try."""
        for call in calls:
            late = 0.0 if call.method == "answerCallbackQuery" else await self._pacer.turn(chat)
            if late > 0:
                return TryLater(late, "the chat's turn has not come")
            answer = await self._call(call, chat)
            if isinstance(answer, Failure):
                log.debug("%s passed over: %s", call.method, answer.description)
                outcome = outcome_of_repeatable(answer)
                if isinstance(outcome, TryLater) and call.method != "answerCallbackQuery":
                    return outcome
        return None

    async def _send(self, call: Call, chat: str) -> Answer | Outcome:
        """One part of the message, in its turn."""
        late = await self._pacer.turn(chat)
        if late > 0:
            return TryLater(late, "the chat's turn has not come")
        try:
            answer = await self._call(call, chat)
        except _BlobUnreadable as error:
            return TryLater(OUT_OF_REACH_SECONDS, str(error))
        except Unsendable as error:
            return Refused(str(error))
        if isinstance(answer, Failure) and call.method == EDIT:
            if answer.not_modified:
                return Answer({"message_id": call.params["message_id"]})
            return outcome_of_repeatable(answer)
        return outcome_of(answer) if isinstance(answer, Failure) else answer

    async def _delete_singly(self, call: Call, chat: str) -> Answer | Failure:
        ids = call.params["message_ids"]
        assert isinstance(ids, list)  # noqa: S101 - encode_cleaning makes it
        for number in ids:
            answer = await self._call(Call("deleteMessage", {"chat_id": int(chat), "message_id": number}), chat)
            if isinstance(answer, Failure) and not answer.bad_request:
                return answer
        return Answer(result=True)

    async def _call(self, call: Call, chat: str | None, *, seconds: float | None = None) -> Answer | Failure:
        """Make the call; where it is refused with 400 and has another way, that."""
        params, files = call.params, NO_FILES
        if call.method in _CARRYING:
            seconds = UPLOAD_SECONDS
            params, files = await self._with_files(call.params)
            if call.otherwise is not None and any(len(file.data) > MAX_PHOTO for file in files.values()):
                return await self._call(call.otherwise, chat)
        answer = await self._library.call(call.method, params, files, seconds=seconds or REQUEST_SECONDS)
        if isinstance(answer, Answer):
            return answer
        if answer.retry_after and chat is not None:
            self._pacer.hold(chat, answer.retry_after)
        if answer.wrong_token:
            log.error("Telegram refuses the bot's token (%s): check TELEGRAM_TOKEN", answer.description)
        if call.otherwise is not None and answer.another_form_helps:
            return await self._call(call.otherwise, chat)
        return answer

    async def _with_files(self, params: Params) -> tuple[Params, dict[str, Upload]]:
        """The parameters with every Attachment read and named, and the bytes by that name. Raises Unsendable."""
        files: dict[str, Upload] = {}
        named = {key: await self._named(value, files) for key, value in params.items()}
        if any(len(file.data) > MAX_UPLOAD for file in files.values()):
            raise Unsendable("a file is larger than 50 MB")
        return named, files

    async def _named(self, value: object, files: dict[str, Upload]) -> object:
        match value:
            case Attachment():
                name = f"file{len(files)}"
                files[name] = Upload(await self._blob(value), _NOT_IN_A_FILE_NAME.sub("_", value.name) or "file")
                return f"attach://{name}"
            case dict():
                return {key: await self._named(item, files) for key, item in value.items()}
            case list():
                return [await self._named(item, files) for item in value]
        return value

    async def _blob(self, attachment: Attachment) -> bytes:
        try:
            return await self._read_blob(attachment.sha256)
        except Exception as error:
            raise _BlobUnreadable(f"{attachment.name} could not be read: {type(error).__name__}") from error

    def _remember(self, job_id: int, parts: int, ids: tuple[int, ...], *, outcome: Outcome) -> None:
        if parts and isinstance(outcome, TryLater | Unclear):
            self._half_sent[job_id] = (parts, ids)
        else:
            self._half_sent.pop(job_id, None)
        while len(self._half_sent) > REMEMBERED_DELIVERIES:
            self._half_sent.popitem(last=False)

    def _note_place_keyboard(self, chat: str, *, asked: bool) -> None:
        if asked:
            self._place_keyboards.add(chat)
        else:
            self._place_keyboards.discard(chat)


class _BlobUnreadable(Exception):
    """The evidence store did not give the bytes to send."""

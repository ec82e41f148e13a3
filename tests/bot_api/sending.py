"""The methods that put, change and remove messages."""

from __future__ import annotations

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.limits import Flood, Limits
from tests.bot_api.parameters import Upload
from tests.bot_api.state import Chat, Json, Key, Shown, State, Stored
from tests.bot_api.texts import check_entities, check_text, read_keyboard

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


class Sending:
    """Sends as the bot."""

    def __init__(self, state: State, limits: Limits, flood: Flood) -> None:
        self._state = state
        self._limits = limits
        self._flood = flood

    # Sending --------------------------------------------------------------------------------------------------------

    def send_message(self, given: Json) -> Json:
        """A text."""
        text = check_text(str(given["text"]), self._limits.text, what="message")
        entities = check_entities(given.get("entities"), text)
        keys = read_keyboard(given.get("reply_markup"), self._limits)
        return self.json(self._add(given, keys=keys, text=text, entities=entities))

    def send_file(self, given: Json, kind: str) -> Json:
        """A photo or a document."""
        caption = check_text(str(given.get("caption", "")), self._limits.caption, what="message caption")
        entities = check_entities(given.get("caption_entities"), caption)
        keys = read_keyboard(given.get("reply_markup"), self._limits)
        file = self._file(given[kind], kind)
        return self.json(self._add(given, keys=keys, text=caption, entities=entities, media=kind, file=file))

    def send_group(self, given: Json) -> list[Json]:
        """Two to ten photos, or as many documents."""
        media = given["media"]
        assert isinstance(media, list)
        if not 2 <= len(media) <= 10:
            raise bad_request("wrong number of messages in the media group")
        kinds = {item.get("type") for item in media if isinstance(item, dict)}
        if len(kinds) != 1 or not kinds <= {"photo", "document"}:
            raise bad_request("Can't use the media of the specified type in the album")
        kind = str(kinds.pop())
        files = [self._file(item.get("media"), kind) for item in media]
        captions = [check_text(item.get("caption", ""), self._limits.caption, what="message caption") for item in media]
        album = self._state.next_album()
        self.countable(given)
        return [
            self.json(self._add(given, keys=[], text=caption, media=kind, file=file, album=album, counted=True))
            for file, caption in zip(files, captions, strict=True)
        ]

    def _file(self, value: object, kind: str) -> Stored:
        if isinstance(value, Upload):
            if len(value.data) > self._limits.upload:
                raise ApiError(413, "Request Entity Too Large")
            if not value.data:
                raise bad_request("file must be non-empty")
            if kind == "photo" and len(value.data) > self._limits.photo:
                raise bad_request(
                    f"file of size {len(value.data)} bytes is too big for a photo; "
                    f"the maximum size is {self._limits.photo} bytes"
                )
            if kind == "photo" and not value.data.startswith(_IMAGES):
                raise bad_request("IMAGE_PROCESS_FAILED")
            return self._state.keep(value.data, folder=f"{kind}s", name=value.name, media_type=value.media_type)
        if isinstance(value, str) and value in self._state.files:
            return self._state.files[value]
        raise bad_request("wrong file identifier/HTTP URL specified")

    def countable(self, given: Json) -> Chat:
        """The chat, if the bot may write there now. Raises ApiError 400, 403, 429."""
        number = given["chat_id"]
        assert isinstance(number, int)
        chat = self._state.chats.get(number)
        if chat is None or not chat.met:
            raise bad_request("chat not found")
        if chat.deactivated:
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        self._flood.count(number)
        return chat

    def _add(
        self,
        given: Json,
        *,
        keys: list[list[Key]],
        text: str,
        entities: list[Json] | None = None,
        media: str | None = None,
        file: Stored | None = None,
        album: str | None = None,
        counted: bool = False,
    ) -> Shown:
        number = given["chat_id"]
        assert isinstance(number, int)
        chat = self._state.chats[number] if counted else self.countable(given)
        markup = given.get("reply_markup")
        shown = Shown(
            id=self._state.next_message_id(),
            chat=chat.id,
            from_bot=True,
            date=self._state.clock(),
            text=text,
            entities=entities or [],
            media=media,
            file=file,
            album=album,
            markup=markup if isinstance(markup, dict) else None,
            silent=given.get("disable_notification") is True,
            protected=given.get("protect_content") is True,
        )
        if shown.markup is not None and "inline_keyboard" in shown.markup:
            shown.keys = keys
        elif shown.markup is not None:
            chat.keyboard = keys
        chat.messages[shown.id] = shown
        return shown

    # Changing -------------------------------------------------------------------------------------------------------

    def edit(self, given: Json, what: str) -> Json:
        """Change the text, the caption or only the buttons. Raises ApiError 400."""
        shown = self._own_message(given)
        keys = read_keyboard(given.get("reply_markup"), self._limits)
        if shown.markup is not None and "inline_keyboard" not in shown.markup:
            raise bad_request("message can't be edited")
        text, entities = shown.text, shown.entities
        if what == "text":
            if shown.media is not None:
                raise bad_request("there is no text in the message to edit")
            text = check_text(str(given["text"]), self._limits.text, what="message")
            entities = check_entities(given.get("entities"), text)
        if what == "caption":
            if shown.media is None:
                raise bad_request("there is no caption in the message to edit")
            text = check_text(str(given.get("caption", "")), self._limits.caption, what="message caption")
            entities = check_entities(given.get("caption_entities"), text)
        if (text, entities, keys) == (shown.text, shown.entities, shown.keys):
            raise bad_request(_NOT_MODIFIED)
        markup = given.get("reply_markup")
        shown.text, shown.entities, shown.keys = text, entities, keys
        shown.markup = markup if isinstance(markup, dict) else None
        shown.edits += 1
        return self.json(shown)

    def _own_message(self, given: Json) -> Shown:
        chat = self.countable(given)
        number = given["message_id"]
        assert isinstance(number, int)
        shown = chat.messages.get(number)
        if shown is None or shown.deleted:
            raise bad_request("message to edit not found")
        if not shown.from_bot:
            raise bad_request("message can't be edited")
        return shown

    def delete(self, given: Json, ids: list[object], *, singly: bool) -> bool:
        """Remove messages; together, those not found are passed over. Raises ApiError 400."""
        number = given["chat_id"]
        chat = self._state.chats.get(number) if isinstance(number, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if not ids:
            raise bad_request("message identifiers are not specified")
        if len(ids) > 100:
            raise bad_request("too many message identifiers specified")
        if not all(isinstance(one, int) and one > 0 for one in ids):
            raise bad_request("invalid message identifier specified")
        found = [chat.messages[one] for one in ids if isinstance(one, int) and one in chat.messages]
        found = [shown for shown in found if not shown.deleted]
        if singly and not found:
            raise bad_request("message to delete not found")
        oldest = self._state.clock() - self._limits.deletion_seconds
        if any(shown.date < oldest for shown in found):
            raise bad_request("message can't be deleted")
        for shown in found:
            shown.deleted = True
        return True

    def answer_tap(self, given: Json) -> bool:
        """Stop the spinner of a button. Raises ApiError 400 when it is too late."""
        tap = self._state.taps.get(str(given["callback_query_id"]))
        if tap is None or self._state.clock() - tap.at > self._limits.tap_seconds:
            raise bad_request(_TOO_OLD)
        tap.answered = True
        tap.notice = str(given.get("text", ""))
        return True

    # As JSON --------------------------------------------------------------------------------------------------------

    def json(self, shown: Shown) -> Json:
        """A message as the Bot API tells of it."""
        chat = self._state.chats[shown.chat]
        body: Json = {
            "message_id": shown.id,
            "from": self._state.bot if shown.from_bot else chat.user(),
            "chat": chat.json(),
            "date": int(shown.date),
        }
        if shown.edits:
            body["edit_date"] = int(self._state.clock())
        if shown.album:
            body["media_group_id"] = shown.album
        if shown.media is None:
            body["text"] = shown.text
        elif shown.text:
            body["caption"] = shown.text
        if shown.entities:
            body["entities" if shown.media is None else "caption_entities"] = shown.entities
        if shown.markup is not None and "inline_keyboard" in shown.markup:
            body["reply_markup"] = shown.markup
        if shown.media is not None and shown.file is not None:
            body[shown.media] = file_json(shown.file, shown.media)
        return body


def file_json(file: Stored, kind: str) -> object:
    """A file as the Bot API tells of it."""
    body: Json = {"file_id": file.file_id, "file_unique_id": f"u{file.file_id}", "file_size": file.size}
    if kind == "photo":
        small: Json = {
            "file_id": f"{file.file_id}-s",
            "file_unique_id": "s",
            "file_size": 900,
            "width": 90,
            "height": 67,
        }
        return [small, body | {"width": 1280, "height": 960}]
    body |= {"mime_type": file.media_type}
    if kind in ("voice", "audio", "video"):
        body |= {"duration": 3}
    if kind == "video":
        body |= {"width": 640, "height": 480}
    return body if kind == "voice" else body | {"file_name": file.name}

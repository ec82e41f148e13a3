"""A person with the bot's chat open: what they write, tap and send, and what they see."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bot_api.sending import Sending, file_json
from tests.bot_api.state import Chat, Json, Key, Shown, State, Stored, Tap
from tests.bot_api.updates import Updates


class Person:
    """One person in a private chat with the bot. What they do becomes an update; its number is returned."""

    def __init__(self, chat: Chat, state: State, updates: Updates, sending: Sending) -> None:
        self.chat = chat
        self._state = state
        self._updates = updates
        self._sending = sending

    # Doing ----------------------------------------------------------------------------------------------------------

    def says(self, text: str) -> int:
        """Write a text or a command."""
        entities: list[Json] = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return self._send(self._message(text=text, entities=entities))

    def sends_photo(self, data: bytes, caption: str = "", *, size: int | None = None) -> int:
        """Send a photo from the camera."""
        file = self._state.keep(data, folder="photos", name="photo.jpg", media_type="image/jpeg", size=size)
        return self._send(self._message(text=caption, media="photo", file=file))

    def sends_document(
        self,
        data: bytes,
        name: str = "plik.pdf",
        media_type: str = "application/pdf",
        caption: str = "",
        *,
        size: int | None = None,
    ) -> int:
        """Send something as a file."""
        file = self._state.keep(data, folder="documents", name=name, media_type=media_type, size=size)
        return self._send(self._message(text=caption, media="document", file=file))

    def sends_voice(self, data: bytes) -> int:
        """Send a voice memo."""
        file = self._state.keep(data, folder="voice", name="voice.oga", media_type="audio/ogg")
        return self._send(self._message(media="voice", file=file))

    def sends_audio(self, data: bytes, name: str = "nagranie.mp3") -> int:
        """Send a sound file."""
        file = self._state.keep(data, folder="music", name=name, media_type="audio/mpeg")
        return self._send(self._message(media="audio", file=file))

    def sends_video(self, data: bytes) -> int:
        """Send a film."""
        file = self._state.keep(data, folder="videos", name="film.mp4", media_type="video/mp4")
        return self._send(self._message(media="video", file=file))

    def sends_album(self, photos: Sequence[bytes], caption: str = "", *, as_files: bool = False) -> list[int]:
        """Send several photos at once: as many updates, with nothing to say which is the last."""
        album = self._state.next_album()
        numbers = []
        for place, data in enumerate(photos):
            kind = "document" if as_files else "photo"
            file = self._state.keep(data, folder=f"{kind}s", name=f"{place}.jpg", media_type="image/jpeg")
            text = caption if place == 0 else ""
            numbers.append(self._send(self._message(text=text, media=kind, file=file, album=album)))
        return numbers

    def sends_place(self, latitude: float, longitude: float, *, accuracy: float | None = None) -> int:
        """Share a position."""
        place: Json = {"latitude": latitude, "longitude": longitude}
        if accuracy is not None:
            place["horizontal_accuracy"] = accuracy
        self.chat.keyboard = []
        return self.sends_other("location", place)

    def sends_other(self, kind: str, content: object) -> int:
        """Send a message of any kind: a sticker, a poll, …"""
        shown = self._message()
        body = self._sending.json(shown)
        body.pop("text", None)
        return self._updates.put("message", body | {kind: content}, queue=f"message:{self.chat.id}")

    def edits(self, message: int, text: str) -> int:
        """Change a text sent before."""
        shown = self.chat.messages[message]
        shown.text = text
        shown.edits += 1
        return self._updates.put("edited_message", self._sending.json(shown), queue=f"message:{self.chat.id}")

    def taps(self, button: str, *, message: int | None = None, inaccessible: bool = False) -> Tap:
        """Tap a button, named by its label or its data, of the newest message that has it (or of ``message``).

        LookupError: there is no such button to be seen.
        """
        for shown in reversed(self.chat.visible()):
            if message is not None and shown.id != message:
                continue
            for key in (key for row in shown.keys for key in row):
                if key.data is not None and button in (key.label, key.data):
                    return self.taps_data(key.data, message=shown.id, inaccessible=inaccessible)
        raise LookupError(f"no button {button!r}; there are {[shown.labels for shown in self.chat.visible()]}")

    def taps_data(self, data: str, *, message: int | None, inaccessible: bool = False) -> Tap:
        """A tap with any data on any message, even one long gone: old clients and forged ones do that."""
        tap = self._state.next_tap(self.chat.id)
        body: Json = {"id": tap.id, "from": self.chat.user(), "chat_instance": "1", "data": data}
        shown = None if message is None else self.chat.messages.get(message)
        if shown is not None and not inaccessible:
            body["message"] = self._sending.json(shown)
        elif message is not None:
            body["message"] = {"chat": self.chat.json(), "message_id": message, "date": 0}
        self._updates.put("callback_query", body, queue=f"callback_query:{self.chat.id}")
        return tap

    def deletes(self, message: int) -> None:
        """Remove a message from the chat; the bot is not told."""
        self.chat.messages[message].deleted = True

    def blocks(self) -> int:
        """Stop the bot."""
        self.chat.blocked = True
        return self._membership("member", "kicked")

    def unblocks(self) -> int:
        """Let it write again."""
        self.chat.blocked = False
        return self._membership("kicked", "member")

    def leaves_telegram(self) -> None:
        """Delete the account; the bot is not told."""
        self.chat.deactivated = True

    # Seeing ---------------------------------------------------------------------------------------------------------

    def sees(self) -> list[Shown]:
        """The messages in the chat, oldest first; deleted ones are gone, edited ones as they are now."""
        return self.chat.visible()

    def hears(self) -> list[Shown]:
        """The bot's messages among them."""
        return [shown for shown in self.chat.visible() if shown.from_bot]

    @property
    def last(self) -> Shown:
        """The bot's last message. IndexError: none."""
        return self.hears()[-1]

    @property
    def keyboard(self) -> list[list[Key]]:
        """The keyboard under the chat."""
        return self.chat.keyboard

    @property
    def menu(self) -> list[str]:
        """The commands in the menu, as the client picks them."""
        menus = self._state.menus
        scopes: tuple[tuple[str, int | None], ...] = (
            ("chat", self.chat.id),
            ("all_private_chats", None),
            ("default", None),
        )
        for scope, number in scopes:
            for language in (self.chat.language, ""):
                if (scope, number, language) in menus:
                    return [str(command["command"]) for command in menus[scope, number, language]]
        return []

    # Inside ---------------------------------------------------------------------------------------------------------

    def _message(
        self,
        *,
        text: str = "",
        entities: list[Json] | None = None,
        media: str | None = None,
        file: Stored | None = None,
        album: str | None = None,
    ) -> Shown:
        shown = Shown(
            id=self._state.next_message_id(),
            chat=self.chat.id,
            from_bot=False,
            date=self._state.clock(),
            text=text,
            entities=entities or [],
            media=media,
            file=file,
            album=album,
        )
        self.chat.met = True
        self.chat.messages[shown.id] = shown
        return shown

    def _send(self, shown: Shown) -> int:
        body = self._sending.json(shown)
        if shown.media is not None and shown.file is not None:
            body[shown.media] = file_json(shown.file, shown.media)
        return self._updates.put("message", body, queue=f"message:{self.chat.id}")

    def _membership(self, before: str, after: str) -> int:
        change: Json = {
            "chat": self.chat.json(),
            "from": self.chat.user(),
            "date": int(self._state.clock()),
            "old_chat_member": {"user": self._state.bot, "status": before},
            "new_chat_member": {"user": self._state.bot, "status": after, "until_date": 0},
        }
        return self._updates.put("my_chat_member", change, queue=f"member:{self.chat.id}")

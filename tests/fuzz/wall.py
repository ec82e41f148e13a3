"""A Telegram that takes everything it could take, and a list of everything that went wrong meanwhile."""

from __future__ import annotations

import json
import logging
import traceback
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from bot.channels import telegram_calls
from bot.channels.base import (
    Address,
    Capabilities,
    Command,
    Delivered,
    FileRef,
    FileUnavailable,
    Outcome,
    Outgoing,
    Refused,
)
from bot.channels.telegram import CHANNEL

KEPT_BUTTONS = 24
"""Of each chat: messages whose buttons can still be tapped."""

HEARD_AT_MOST = 4096
"""UTF-16 units of a text that Telegram takes."""


class Findings(logging.Handler):
    """Every exception that the house logs, by the place where it was raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: Counter[str] = Counter()
        self.told: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Note where it came from."""
        if record.exc_info and record.exc_info[1] is not None:
            self.note(record.getMessage(), record.exc_info[1])

    def note(self, during: str, error: BaseException) -> None:
        """One more exception."""
        place = place_of(error)
        self.found[place] += 1
        self.told.setdefault(place, during + "\n" + "".join(traceback.format_exception(error)))


def place_of(error: BaseException) -> str:
    """Type and place of an exception: the innermost line that is ours."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    root = str(Path(__file__).parent.parent.parent)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(root) and "/.venv/" not in frame.filename]
    kept = ours or list(frames)
    where = f"{Path(kept[-1].filename).name}:{kept[-1].name}" if kept else "nowhere"
    return f"{type(error).__name__} in {where}"


class Wall:
    """A Telegram that takes everything it could take, keeps the buttons, and throws the rest away."""

    name = CHANNEL
    capabilities = Capabilities(can_edit=True, can_delete=True, max_download=20 * 1024 * 1024, max_upload=50_000_000)

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._numbers = count(100)
        self.buttons: defaultdict[str, deque[tuple[str, tuple[str, ...]]]] = defaultdict(
            lambda: deque(maxlen=KEPT_BUTTONS)
        )
        """By chat: the messages with buttons, as (id, button data)."""
        self.delivered: Counter[str] = Counter()
        self.rendered = 0

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:  # noqa: ARG002 - as the port says
        """Render it as Telegram would get it, and hold it against Telegram's limits."""
        return self.show(outgoing, to)

    def show(self, outgoing: Outgoing, to: Address) -> Outcome:
        """The same, without waiting."""
        try:
            chat = int(to.chat)
            delivery = telegram_calls.encode(outgoing, chat)
            for call in (*delivery.aside, *delivery.main):
                _require_fit(call)
        except (telegram_calls.Unsendable, ValueError) as error:
            logging.getLogger(__name__).exception("a message cannot be sent")
            return Refused(str(error))
        self.rendered += 1
        if not (outgoing.body or outgoing.attachments):
            return Delivered()
        message = str(next(self._numbers))
        data = tuple(button.tap for row in outgoing.buttons for button in row if button.tap)
        if data:
            self.buttons[to.chat].append((message, data))
        self.delivered[to.chat] += 1
        return Delivered(message)

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        """The bytes of a file that somebody may have sent."""
        found = self._contents.get(file.ref)
        if found is None:
            raise FileUnavailable("no such file", forever=True)
        yield found

    async def clean(self, to: Address, messages: Sequence[str]) -> Outcome:
        """Take messages away."""
        for call in telegram_calls.encode_cleaning(int(to.chat), messages):
            _require_fit(call)
        return Delivered()

    async def offer_commands(self, to: Address, commands: Sequence[Command], *, language: str) -> Outcome:  # noqa: ARG002 - as the port says
        """Render the menu."""
        _require_fit(telegram_calls.encode_commands(int(to.chat), commands))
        return Delivered()

    async def close(self) -> None:
        """Nothing to let go."""


def _require_fit(call: telegram_calls.Call) -> None:
    """Raises ValueError for what Telegram would refuse."""
    text = call.params.get("text")
    if isinstance(text, str) and not 0 < len(text.encode("utf-16-le")) // 2 <= HEARD_AT_MOST:
        raise ValueError(f"a text of {len(text)} characters")
    without_files = {name: value for name, value in call.params.items() if name not in {"photo", "document", "media"}}
    json.dumps(without_files, default=str, ensure_ascii=False).encode()

"""How many guesses a minute the web server looks up: of links, of sessions, of chats, by whoever makes them."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

MAX_GUESSES_PER_MINUTE = 600
"""Requests in a minute, all together, that turned out to be nobody's; after them only known browsers are served."""
MAX_KNOWN = 20_000
"""Browsers that are remembered as somebody's, the last seen first; by the hashes of their cookies."""

MINUTE = timedelta(minutes=1)


class Guests:
    """Counts what cost us a look and led nowhere, in this process. Times are aware."""

    def __init__(self, most: int = MAX_GUESSES_PER_MINUTE) -> None:
        self._wrong: deque[datetime] = deque(maxlen=most)
        self._known: OrderedDict[str, None] = OrderedDict()

    def may_ask(self, now: datetime, cookie_hash: str | None = None) -> bool:
        """Whether this request may cost a look."""
        if cookie_hash is not None and cookie_hash in self._known:
            return True
        return len(self._wrong) < (self._wrong.maxlen or 0) or now - self._wrong[0] >= MINUTE

    def was_nobody(self, now: datetime, cookie_hash: str | None = None) -> None:
        """A guess was wrong, or a session is over."""
        self._wrong.append(now)
        if cookie_hash is not None:
            self._known.pop(cookie_hash, None)

    def was_somebody(self, cookie_hash: str) -> None:
        """A browser holds a session."""
        self._known[cookie_hash] = None
        self._known.move_to_end(cookie_hash)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

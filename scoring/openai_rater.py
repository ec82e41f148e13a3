"""The one ``import openai``: asks any server that speaks its protocol, and survives what servers do.

One deadline of our own spans all tries. The SDK retries nothing, follows no redirect, and reads no more bytes than an
answer may have; its bodies are read by ``scoring.wire_answers``. Import this file only where a rater is configured: the
SDK takes a second to load.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import cast

import httpx2
import openai

from scoring.circuit import Circuit
from scoring.observations import may_be_sent, rated_of, request_of
from scoring.rater_prompt import PROMPT_VERSION
from scoring.rating import (
    ModelAnswer,
    ModelRequest,
    Rated,
    RaterRefused,
    RaterUnavailable,
    RatingTask,
    Refused,
    Unavailable,
    Void,
    Voided,
)
from scoring.wire_answers import BrokenAnswer, answer_of, complaint_of
from scoring.wire_forms import Forms, body_of

DEADLINE = timedelta(seconds=90)
"""Of one question, all its tries and waits included."""
TRIES = 4
"""Of one question; steps down the ladder of forms are not counted."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
"""Seconds between tries: each pause twice the one before, between half and one and a half of it by chance."""
MOST_BYTES = 512 * 1024
"""Of one answer; 900 tokens with 20 alternatives each take some 300 KB."""
LOOK_AGAIN = timedelta(minutes=30)
"""After which wrong settings, or an account without money, are worth another try."""
LONGEST_WAIT = timedelta(days=1)
"""A server that wants to be left alone for longer is asked again after this."""

_NO_KEY = "none"
"""Sent where none is set: servers at home want none, the SDK does."""
_OTHER_FORM = frozenset({400, 415, 422, 501})
"""The server does not take the request in this form."""
_SETTINGS = frozenset({401, 402, 403, 404, 405})
_PASSES = frozenset({408, 409, 425, 429})
"""Besides all from 500 up: worth another try."""
_FIRST_ERROR = 500
_TOO_LONG = re.compile(r"context.?(length|size|window)|too (long|many tokens)|maximum context|exceed\w* the available")


@dataclass(frozen=True, slots=True)
class _Came:
    """What came back. ``status`` None: nothing that can be read to its end."""

    status: int | None = None
    body: bytes = b""
    retry_after: timedelta | None = None


class OpenaiRater:
    """Asks one model of one server. ``clock`` tells the time, ``chance`` a number from 0 to 1 for the pauses."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        model: str,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        deadline: timedelta = DEADLINE,
        first_pause: float = FIRST_PAUSE,
        streamed: bool = False,
    ) -> None:
        """``streamed``: answers come in pieces, for servers behind something that cuts quiet connections."""
        self.model = model
        self.circuit = Circuit()
        self._clock = clock
        self._chance = chance
        self._deadline = deadline.total_seconds()
        self._first_pause = first_pause
        self._streamed = streamed
        self._forms = Forms()
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or _NO_KEY,
            max_retries=0,
            timeout=self._deadline,
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                timeout=self._deadline,
                headers={"Accept-Encoding": "identity"},
                event_hooks={"response": [_bounded]},
            ),
        )
        self._client.organization = self._client.project = None  # the SDK takes them from the environment

    def __repr__(self) -> str:
        return f"OpenaiRater(model={self.model!r})"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def rate(self, task: RatingTask, *, calibrated: Callable[[float], float] | None = None) -> Rated:
        """Rate one task. Where an observation looks like an instruction, nothing is sent and the outcome is void."""
        if not may_be_sent(task):
            return Rated(Voided(Void.WITHHELD), self.model, PROMPT_VERSION, tokens_in=0, tokens_out=0)
        return rated_of(task, await self.ask(request_of(task)), calibrated=calibrated)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Ask a question. Raises ``RaterUnavailable`` or ``RaterRefused``, and nothing else, within the deadline."""
        wait = self.circuit.wait(self._clock())
        if wait is not None:
            raise RaterUnavailable(Unavailable.RESTING, wait)
        end = asyncio.get_running_loop().time() + self._deadline
        async with self._judged():
            try:
                async with asyncio.timeout_at(end):
                    return await self._asked(request, end)
            except TimeoutError:
                raise RaterUnavailable(Unavailable.DEADLINE) from None

    @asynccontextmanager
    async def _judged(self) -> AsyncIterator[None]:
        """Tell the circuit what came of a question. A refusal is an answer, too."""
        try:
            yield
        except RaterUnavailable as error:
            self.circuit.failed(self._clock())
            if error.retry_after is not None:
                self.circuit.told_to_wait(self._clock() + error.retry_after)
            raise
        except RaterRefused:
            self.circuit.succeeded()
            raise
        except BaseException:
            self.circuit.broke_off()
            raise
        else:
            self.circuit.succeeded()

    async def _asked(self, request: ModelRequest, end: float) -> ModelAnswer:
        forms, tries = self._forms, 0
        while True:
            body = body_of(request, self.model, forms, streamed=self._streamed)
            came = await self._came(body)
            if came.status in _OTHER_FORM:
                forms = _simpler(forms, came, asked=body)
                continue
            if came.status == HTTPStatus.OK:
                self._forms = forms
                try:
                    return answer_of(came.body, request, model=self.model)
                except BrokenAnswer:
                    came = _Came()
            tries += 1
            await asyncio.sleep(self._pause(came, tries, end))

    async def _came(self, body: Mapping[str, object]) -> _Came:
        """Send one request. Nothing of an error but its status leaves here: it may quote the key or the texts."""
        try:
            response = await self._client.post("/chat/completions", body=body, cast_to=httpx2.Response)
        except openai.APIStatusError as error:
            response = error.response
        except _TooLarge:
            raise RaterRefused(Refused.TOO_LARGE) from None
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, OSError):
            return _Came()
        return _Came(response.status_code, response.content, _retry_after(response.headers, self._clock()))

    def _pause(self, came: _Came, tries: int, end: float) -> float:
        """Seconds before the next try. Raises ``RaterUnavailable`` where there is none."""
        status, wait = came.status, came.retry_after
        if status is not None and status < _FIRST_ERROR and status not in _PASSES:
            if status in _SETTINGS or status < HTTPStatus.BAD_REQUEST:
                raise RaterUnavailable(Unavailable.SETTINGS, LOOK_AGAIN, status=status)
            raise RaterRefused(Refused.REQUEST, status=status)
        reason = Unavailable.LIMIT if status == HTTPStatus.TOO_MANY_REQUESTS else Unavailable.BROKEN
        if reason is Unavailable.LIMIT and "insufficient_quota" in complaint_of(came.body):
            raise RaterUnavailable(reason, LOOK_AGAIN, status=status)
        pause: float = min(self._first_pause * 2 ** (tries - 1), LONGEST_PAUSE) * (0.5 + self._chance())
        if wait is not None:
            pause = max(pause, wait.total_seconds())
        if tries >= TRIES or asyncio.get_running_loop().time() + pause >= end:
            raise RaterUnavailable(reason, wait, status=status)
        return pause


class _TooLarge(Exception):
    """More bytes than an answer may have."""


class _Bounded(httpx2.AsyncByteStream):
    """The bytes of a body, up to ``MOST_BYTES``."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > MOST_BYTES:
                raise _TooLarge
            yield piece

    async def aclose(self) -> None:
        """Close the connection's side of it."""
        await self._stream.aclose()


async def _bounded(response: httpx2.Response) -> None:
    """Let no more than ``MOST_BYTES`` of a body in; what is packed is not unpacked, it could grow a thousandfold."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _TooLarge
    response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream))


def _simpler(forms: Forms, came: _Came, *, asked: Mapping[str, object]) -> Forms:
    """The form to try next. Raises ``RaterRefused`` where it is not the form that the server refuses."""
    complaint = complaint_of(came.body)
    if "content_filter" in complaint or "content management policy" in complaint:
        raise RaterRefused(Refused.REFUSAL, status=came.status)
    simpler = None if _TOO_LONG.search(complaint) else forms.simpler(complaint, asked=asked)
    if simpler is None:
        raise RaterRefused(Refused.REQUEST, status=came.status)
    return simpler


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server wants to be left alone: seconds, milliseconds or a date; None: it says nothing readable."""
    said = headers.get("retry-after", "")
    try:
        if "retry-after-ms" in headers:
            wait = timedelta(milliseconds=float(headers["retry-after-ms"]))
        elif said.replace(".", "", 1).isdigit():
            wait = timedelta(seconds=float(said))
        else:
            wait = parsedate_to_datetime(said) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)

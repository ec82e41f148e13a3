"""What the Bot API answers to a call: its result, or a failure and what that means for the message."""

from __future__ import annotations

import json
from dataclasses import dataclass

import orjson

from bot.channels.base import Gone, Outcome, Refused, TryLater, Unclear

OUT_OF_REACH_SECONDS = 5.0
"""How long to leave a server alone that does not answer or answers with 5xx."""

WRONG_TOKEN_SECONDS = 300.0
"""How long to wait when the token is refused: nothing is lost, and the log is loud, until somebody mends it."""

_NOBODY_THERE = ("chat not found", "user not found", "PEER_ID_INVALID")
_NOT_MODIFIED = "message is not modified"
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_NOT_FOUND = 404
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call that succeeded gave back, as JSON."""

    result: object

    def message_ids(self) -> tuple[int, ...]:
        """Ids of the message or messages that were sent."""
        messages = self.result if isinstance(self.result, list) else [self.result]
        ids = [message.get("message_id") for message in messages if isinstance(message, dict)]
        return tuple(number for number in ids if isinstance(number, int))


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that did not succeed. ``status``: None where no answer came; ``written``: the request may have arrived."""

    status: int | None
    description: str
    retry_after: float | None = None
    written: bool = True

    @property
    def bad_request(self) -> bool:
        """Whether the server looked at the call and would not do it (400)."""
        return self.status == _BAD_REQUEST

    @property
    def wrong_token(self) -> bool:
        """Whether the server does not know the bot (401; 404 where the token is not even of the right shape)."""
        if self.status == _NOT_FOUND:
            return "method not found" not in self.description
        return self.status == _UNAUTHORIZED

    @property
    def not_modified(self) -> bool:
        """Whether an edit was refused because the message says that already."""
        return self.bad_request and _NOT_MODIFIED in self.description

    @property
    def another_form_helps(self) -> bool:
        """Whether the call was refused for its form, not for its chat nor because there was nothing to change."""
        if not self.bad_request:
            return False
        return not any(sign in self.description for sign in (*_NOBODY_THERE, _NOT_MODIFIED))


def read_answer(status: int, content: bytes) -> Answer | Failure:
    """The answer in an HTTP response.

    A body the Bot API would not give was either cut off (the call may have been done) or written by a proxy in between,
    whose 403 says nothing about the person.
    """
    answer = parsed(content)
    if isinstance(answer, dict) and answer.get("ok") is True:
        return Answer(answer.get("result"))
    if isinstance(answer, dict) and answer.get("ok") is False:
        parameters = answer.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        return Failure(
            status,
            str(answer.get("description", "")),
            retry_after=float(wait) if isinstance(wait, int | float) and not isinstance(wait, bool) else None,
        )
    if status < 300:  # noqa: PLR2004 - a success cut short
        return Failure(None, "an answer that cannot be read")
    return Failure(status if status == _TOO_LARGE else max(status, 502), f"HTTP {status}, not from the Bot API")


def parsed(content: bytes) -> object:
    """The JSON; None where it is none. What only the stricter parser refuses (half an emoji, a broken byte) is read:
    one odd update must not keep those that came with it from us.
    """
    try:
        return orjson.loads(content)
    except ValueError:
        pass
    try:
        return json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def outcome_of(failure: Failure) -> TryLater | Gone | Refused | Unclear:
    """What a failed send means for the message.

    A refused token is TryLater, not Refused: it is the operator's slip, and a wrong line in ``.env`` must not bury the
    messages of every juror.
    """
    reason = failure.description
    match failure.status:
        case None if failure.written:
            return Unclear(reason)
        case None:
            return TryLater(OUT_OF_REACH_SECONDS, reason)
        case 403:
            return Gone(reason)
        case 400 if any(sign in reason for sign in _NOBODY_THERE):
            return Gone(reason)
        case 401 | 404 if failure.wrong_token:
            return TryLater(WRONG_TOKEN_SECONDS, f"the bot's token is refused: {reason}")
        case 409 | 429:
            return TryLater(failure.retry_after or OUT_OF_REACH_SECONDS, reason)
        case status if status >= 500:  # noqa: PLR2004
            return TryLater(failure.retry_after or OUT_OF_REACH_SECONDS, reason)
    return Refused(reason)


def outcome_of_repeatable(failure: Failure) -> Outcome:
    """The same for a call that may be made twice: not knowing means trying again."""
    outcome = outcome_of(failure)
    return TryLater(OUT_OF_REACH_SECONDS, outcome.reason) if isinstance(outcome, Unclear) else outcome

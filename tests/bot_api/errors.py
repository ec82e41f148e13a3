"""The Bot API's way of saying no."""

from __future__ import annotations


class ApiError(Exception):
    """An answer with ``ok: false``; ``retry_after`` in seconds."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, object]:
        """The JSON of the answer."""
        answer: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad_request(description: str) -> ApiError:
    """400, worded as Telegram does."""
    return ApiError(400, f"Bad Request: {description}")

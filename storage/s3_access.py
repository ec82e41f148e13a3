"""How an S3-compatible store is reached, told before any of its library is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class S3Access:
    """How an S3-compatible store is reached; what is empty comes from the environment's own ``AWS_…``."""

    endpoint: str | None = None
    region: str | None = None
    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)

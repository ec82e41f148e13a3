"""Configuration: only from the environment or ``.env``, checked at start, refused with the variable's name."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.i18n import LANGUAGES

MAX_PORT = 65535
SECRET_PATTERN = r"[A-Za-z0-9_-]{1,256}"  # noqa: S105 - the form Telegram asks of a webhook secret, not a secret
DATABASES = ("sqlite", "postgresql")


class TelegramMode(StrEnum):
    """How updates of Telegram reach us."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class WrongSetting(ValueError):
    """One or more variables hold something that cannot be used; the message names each and what is allowed."""


def _database(url: str) -> str:
    kind = urlsplit(url).scheme.partition("+")[0]
    if kind not in DATABASES:
        raise ValueError("sqlite:///path/to/file.db or postgresql+psycopg://user:password@host/name")
    return url


def _evidence(url: str) -> str:
    if urlsplit(url).scheme not in {"file", "s3"}:
        raise ValueError("file:///path/to/folder (or file:data/evidence) or s3://bucket/prefix")
    return url


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address such as https://notes.example.org")
    return url.rstrip("/")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("a name of the IANA time zone database, such as Europe/Warsaw") from error
    return name


HttpUrl = Annotated[str, AfterValidator(_http)]


class Settings(BaseSettings):
    """Every setting there is; ``.env.example`` lists the same ones."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///data/mystery-client.db"
    evidence_url: Annotated[str, AfterValidator(_evidence)] = "file:data/evidence"
    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_webhook_url: HttpUrl | None = None
    telegram_webhook_secret: SecretStr | None = Field(default=None)
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=1, le=MAX_PORT)
    public_url: HttpUrl | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/Warsaw"
    language: str = LANGUAGES[0]

    @field_validator("telegram_token", "telegram_webhook_url", "telegram_webhook_secret", "public_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(" or ".join(LANGUAGES))
        return value

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Settings:
        if self.telegram_mode is TelegramMode.WEBHOOK and self.telegram_token is not None:
            if self.telegram_webhook_url is None:
                raise ValueError("TELEGRAM_WEBHOOK_URL is needed when TELEGRAM_MODE is webhook: the https address")
            if self.telegram_webhook_secret is None:
                raise ValueError(
                    "TELEGRAM_WEBHOOK_SECRET is needed when TELEGRAM_MODE is webhook: 1-256 of A-Za-z0-9_-"
                )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone people read times in."""
        return ZoneInfo(self.time_zone)

    @property
    def own_url(self) -> str:
        """The address people open, without a slash at the end."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"


def read_settings(env_file: Path | None = None) -> Settings:
    """The settings as the environment and ``.env`` give them. Raises WrongSetting."""
    try:
        return Settings() if env_file is None else Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise WrongSetting(_explain(error)) from None


ALLOWED = {
    "http_port": f"a whole number from 1 to {MAX_PORT}",
    "telegram_mode": " or ".join(mode.value for mode in TelegramMode),
}


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        said = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{name.upper()} must be {ALLOWED.get(name, said)}" if name else said)
    return "\n".join(lines)


def has_display() -> bool:
    """Whether a browser can be opened on this machine's own screen."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))  # noqa: TID251 - this is bot.config

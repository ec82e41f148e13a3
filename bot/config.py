"""Configuration: only from the environment or ``.env``, checked at start, refused with the variable's name."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.i18n import LANGUAGES

MAX_PORT = 65535
MAX_PRICE = 1_000_000.0
"""For a million tokens, in whatever money the budget is kept in."""
LOWEST_RATE, HIGHEST_RATE = 0.1, 1_000_000.0
"""Messages a second."""
ENV_FILE = Path(".env")
OTHERS_READ = 0o044
"""The bits by which the group or everybody reads a file."""
TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}", re.ASCII)
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
"""The form Telegram asks of a webhook's secret."""
PLAIN_WORD = re.compile(r"[!-~]{1,400}", re.ASCII)
"""Printable and without spaces: keys and names of models."""
EVIDENCE_KEY = re.compile(r"[A-Za-z0-9+/]{43}=", re.ASCII)
"""32 bytes in base64."""
DATABASES = ("sqlite", "postgresql", "postgres")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart here, bound nowhere
"""Addresses that listen on every network, and where such a server is found on this machine."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that only this machine itself reaches."""

T = TypeVar("T")


class TelegramMode(StrEnum):
    """How updates of Telegram reach us."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class TelegramLibrary(StrEnum):
    """Which library makes the calls to Telegram; everything else is the same with both."""

    AIOGRAM = "aiogram"
    PTB = "ptb"


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From which level on lines are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class WrongSetting(ValueError):
    """One or more variables hold something that cannot be used; the message names each and what is allowed."""


def _held(holds: Callable[[T], object]) -> AfterValidator:
    """A check that refuses what it does not hold of, or cannot be asked of; what is allowed stands in ``ALLOWED``."""

    def check(value: T) -> T:
        if not holds(value):
            raise ValueError
        return value

    return AfterValidator(check)


def _is_database(url: str) -> bool:
    return urlsplit(url).scheme.partition("+")[0] in DATABASES  # the rest is read by storage


def _is_evidence(url: str) -> bool:
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            return parts.netloc in {"", "localhost"} and bool(parts.path.strip("/"))
        case "s3":
            return bool(parts.netloc)
        case _:
            return False


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def _is_host(host: str) -> bool:
    return bool(host) and not any(letter.isspace() or letter in "/[]" for letter in host)


def _is_token(token: SecretStr) -> bool:
    return TOKEN.fullmatch(token.get_secret_value()) is not None


def _is_webhook_secret(secret: SecretStr) -> bool:
    return WEBHOOK_SECRET.fullmatch(secret.get_secret_value()) is not None


def _is_key(key: SecretStr) -> bool:
    return PLAIN_WORD.fullmatch(key.get_secret_value()) is not None


def _is_evidence_key(key: SecretStr) -> bool:
    return EVIDENCE_KEY.fullmatch(key.get_secret_value().strip()) is not None


def _are_evidence_keys(keys: SecretStr) -> bool:
    return all(EVIDENCE_KEY.fullmatch(key.strip()) for key in keys.get_secret_value().split(","))


HttpUrl = Annotated[str, _held(_is_http), AfterValidator(lambda url: url.rstrip("/"))]


class Settings(BaseSettings):
    """Every setting there is; ``.env.example`` lists the same ones."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: Annotated[str, _held(_is_database)] = Field(default="sqlite:///data/mystery-client.db", repr=False)
    evidence_url: Annotated[str, _held(_is_evidence)] = Field(default="file:data/evidence", repr=False)
    evidence_key: Annotated[SecretStr, _held(_is_evidence_key)] | None = None
    evidence_keys_old: Annotated[SecretStr, _held(_are_evidence_keys)] | None = None
    aws_endpoint_url: HttpUrl | None = None
    aws_region: Annotated[str, _held(PLAIN_WORD.fullmatch)] | None = None
    aws_access_key_id: Annotated[SecretStr, _held(_is_key)] | None = None
    aws_secret_access_key: Annotated[SecretStr, _held(_is_key)] | None = None
    telegram_token: Annotated[SecretStr, _held(_is_token)] | None = None
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_library: TelegramLibrary = TelegramLibrary.AIOGRAM
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_webhook_url: HttpUrl | None = Field(default=None, repr=False)
    telegram_webhook_secret: Annotated[SecretStr, _held(_is_webhook_secret)] | None = None
    telegram_per_second: float = Field(default=28.0, ge=LOWEST_RATE, le=HIGHEST_RATE, allow_inf_nan=False)
    telegram_chat_per_second: float = Field(default=1.0, ge=LOWEST_RATE, le=HIGHEST_RATE, allow_inf_nan=False)
    http_host: Annotated[str, _held(_is_host)] = "127.0.0.1"
    http_port: int = Field(default=8080, ge=1, le=MAX_PORT)
    public_url: HttpUrl | None = None
    metrics_host: Annotated[str, _held(_is_host)] = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=MAX_PORT)
    metrics_token: Annotated[SecretStr, _held(_is_key)] | None = None
    backup_folder: Annotated[Path, _held(Path.is_absolute)] | None = None
    openai_base_url: HttpUrl | None = Field(default=None, repr=False)
    openai_api_key: Annotated[SecretStr, _held(_is_key)] | None = None
    openai_model: Annotated[str, _held(PLAIN_WORD.fullmatch)] | None = None
    openai_input_price: float = Field(default=0.0, ge=0, le=MAX_PRICE, allow_inf_nan=False)
    openai_output_price: float = Field(default=0.0, ge=0, le=MAX_PRICE, allow_inf_nan=False)
    time_zone: Annotated[str, _held(_is_zone)] = "Europe/Warsaw"
    language: Annotated[str, _held(lambda language: language in LANGUAGES)] = LANGUAGES[0]
    log_format: LogFormat = LogFormat.TEXT
    log_level: LogLevel = LogLevel.INFO

    @field_validator(
        *("evidence_key", "evidence_keys_old", "aws_endpoint_url", "aws_region"),
        *("aws_access_key_id", "aws_secret_access_key"),
        *("telegram_token", "telegram_webhook_url", "telegram_webhook_secret", "public_url"),
        *("metrics_port", "metrics_token", "backup_folder"),
        *("openai_base_url", "openai_api_key", "openai_model"),
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

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

    @model_validator(mode="after")
    def _watchers_are_known(self) -> Settings:
        if self.metrics_port is not None and self.metrics_host not in LOOPBACK and self.metrics_token is None:
            raise ValueError(
                "METRICS_TOKEN is needed when METRICS_HOST is not this machine's own 127.0.0.1, ::1 or localhost"
            )
        if self.metrics_port == self.http_port and self.metrics_host == self.http_host:
            raise ValueError("METRICS_PORT must be another port than HTTP_PORT: what it shows is not for everybody")
        return self

    @model_validator(mode="after")
    def _rater_is_complete(self) -> Settings:
        given = (self.openai_base_url, self.openai_model)
        if any(given) and not all(given):
            raise ValueError("OPENAI_BASE_URL and OPENAI_MODEL are needed together; without both there is no rater")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone people read times in."""
        return ZoneInfo(self.time_zone)

    @property
    def own_url(self) -> str:
        """The address people open, without a slash at the end."""
        host = EVERYWHERE.get(self.http_host, self.http_host)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.http_port}"


def read_settings(env_file: Path = ENV_FILE) -> Settings:
    """The settings as the environment and ``.env`` give them. Raises WrongSetting."""
    if env_file.is_dir():
        raise WrongSetting(f"{env_file} must be a file, not a folder")
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise WrongSetting(_explain(error)) from None
    except UnicodeDecodeError:
        raise WrongSetting(f"{env_file} must be text in UTF-8") from None


ALLOWED = {
    "database_url": "sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "evidence_url": "file:data/evidence, file:///a/folder or s3://bucket/prefix",
    "evidence_key": "32 bytes in base64, as `openssl rand -base64 32` prints them",
    "evidence_keys_old": "keys that were EVIDENCE_KEY before, with commas",
    "aws_endpoint_url": "an address such as https://s3.example.org",
    "aws_region": "a region's name such as eu-central-1",
    "aws_access_key_id": "the id of a key: at most 400 characters without spaces",
    "aws_secret_access_key": "the secret of that key: at most 400 characters without spaces",
    "telegram_token": "a token as @BotFather gives it: digits, a colon, then letters, digits, _ or -",
    "telegram_api_url": "an address such as https://api.telegram.org",
    "telegram_library": " or ".join(library.value for library in TelegramLibrary),
    "telegram_mode": " or ".join(mode.value for mode in TelegramMode),
    "telegram_webhook_url": "an address such as https://notes.example.org/telegram",
    "telegram_webhook_secret": "1-256 characters A-Z a-z 0-9 _ -",
    "telegram_per_second": f"messages a second, {LOWEST_RATE:g} to {HIGHEST_RATE:.0f}",
    "telegram_chat_per_second": f"messages a second to one chat, {LOWEST_RATE:g} to {HIGHEST_RATE:.0f}",
    "http_host": "a name or an address of this machine such as 127.0.0.1",
    "http_port": f"a whole number from 1 to {MAX_PORT}",
    "public_url": "an address such as https://notes.example.org",
    "metrics_host": "a name or an address of this machine such as 127.0.0.1",
    "metrics_port": f"a whole number from 1 to {MAX_PORT}, or empty",
    "metrics_token": "what is to be shown: at most 400 characters without spaces",
    "backup_folder": "the whole path, from /, of the folder that `python -m bot backup` writes to",
    "openai_base_url": "an address such as http://127.0.0.1:8081/v1",
    "openai_api_key": "the key of that server: at most 400 characters without spaces",
    "openai_model": "a name of a model without spaces",
    "openai_input_price": f"a price for a million tokens, 0 to {MAX_PRICE:.0f}",
    "openai_output_price": f"a price for a million tokens, 0 to {MAX_PRICE:.0f}",
    "time_zone": "a name of the IANA time zone database such as Europe/Warsaw",
    "language": " or ".join(LANGUAGES),
    "log_format": " or ".join(LogFormat),
    "log_level": ", ".join(LogLevel),
}
"""What each setting may be, in words."""


def _explain(error: ValidationError) -> str:
    """A line for each variable; never its value, which may be a secret."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        lines.append(
            f"{name.upper()} must be {ALLOWED[name]}" if name else problem["msg"].removeprefix("Value error, ")
        )
    return "\n".join(lines)


def has_display() -> bool:
    """Whether a browser can be opened on this machine's own screen."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))  # noqa: TID251 - this is bot.config


def has_colours() -> bool:
    """Whether what is printed goes to a terminal whose owner does not mind colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # noqa: TID251 - this is bot.config


def others_can_read(file: Path = ENV_FILE) -> bool:
    """Whether others on this machine can read the file with the secrets; False where there is none."""
    try:
        return bool(file.stat().st_mode & OTHERS_READ)
    except OSError:
        return False

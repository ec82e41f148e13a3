"""Configuration: only from the environment or ``.env``, checked at start, refused with the variable's name."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute, field, fields_dict, frozen
from dotenv import dotenv_values

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

Reads = Callable[[str], Any]
"""Gives the value that a text stands for; raises ValueError."""


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


@frozen
class Secret:
    """A text that is shown only to who asks for it."""

    _text: str = field(repr=lambda _text: "'**********'")

    def __str__(self) -> str:
        """Nothing of it."""
        return "**********"

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._text


# How a text is read -------------------------------------------------------------------------------------------------


def _text(holds: Callable[[str], object]) -> Reads:
    """A text of which that holds."""

    def read(given: str) -> str:
        if not holds(given):
            raise ValueError
        return given

    return read


def _secret(holds: Callable[[str], object]) -> Reads:
    """A secret of which that holds."""
    read = _text(holds)
    return lambda given: Secret(read(given))


def _whole(least: int, most: int) -> Reads:
    """A whole number within bounds."""

    def read(given: str) -> int:
        number = int(given)
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _number(least: float, most: float) -> Reads:
    """A number within bounds."""

    def read(given: str) -> float:
        number = float(given)
        if not least <= number <= most < inf:
            raise ValueError
        return number

    return read


def _folder(given: str) -> Path:
    """A folder's whole path."""
    folder = Path(given)
    if not folder.is_absolute():
        raise ValueError
    return folder


def _http_url(given: str) -> str:
    """An address, without a slash at its end."""
    if not _is_http(given):
        raise ValueError
    return given.rstrip("/")


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


def _is_evidence_key(key: str) -> bool:
    return EVIDENCE_KEY.fullmatch(key.strip()) is not None


def _are_evidence_keys(keys: str) -> bool:
    return all(map(_is_evidence_key, keys.split(",")))


_word = _text(PLAIN_WORD.fullmatch)
_key = _secret(PLAIN_WORD.fullmatch)

# The settings -------------------------------------------------------------------------------------------------------


def _setting(reads: Reads, default: object = None, *, shown: bool = True) -> Any:  # noqa: ANN401 - attrs' own field
    """One setting: how its text is read, and what holds without one. None as default: an empty text is none."""
    return field(default=default, repr=shown, metadata={"reads": reads})


@frozen(kw_only=True)
class Settings:
    """Every setting there is; ``.env.example`` lists the same ones."""

    database_url: str = _setting(_text(_is_database), "sqlite:///data/mystery-client.db", shown=False)
    evidence_url: str = _setting(_text(_is_evidence), "file:data/evidence", shown=False)
    evidence_key: Secret | None = _setting(_secret(_is_evidence_key))
    evidence_keys_old: Secret | None = _setting(_secret(_are_evidence_keys))
    aws_endpoint_url: str | None = _setting(_http_url)
    aws_region: str | None = _setting(_word)
    aws_access_key_id: Secret | None = _setting(_key)
    aws_secret_access_key: Secret | None = _setting(_key)
    telegram_token: Secret | None = _setting(_secret(TOKEN.fullmatch))
    telegram_api_url: str = _setting(_http_url, "https://api.telegram.org")
    telegram_library: TelegramLibrary = _setting(TelegramLibrary, TelegramLibrary.AIOGRAM)
    telegram_mode: TelegramMode = _setting(TelegramMode, TelegramMode.POLLING)
    telegram_webhook_url: str | None = _setting(_http_url, shown=False)
    telegram_webhook_secret: Secret | None = _setting(_secret(WEBHOOK_SECRET.fullmatch))
    telegram_per_second: float = _setting(_number(LOWEST_RATE, HIGHEST_RATE), 28.0)
    telegram_chat_per_second: float = _setting(_number(LOWEST_RATE, HIGHEST_RATE), 1.0)
    http_host: str = _setting(_text(_is_host), "127.0.0.1")
    http_port: int = _setting(_whole(1, MAX_PORT), 8080)
    public_url: str | None = _setting(_http_url)
    metrics_host: str = _setting(_text(_is_host), "127.0.0.1")
    metrics_port: int | None = _setting(_whole(1, MAX_PORT))
    metrics_token: Secret | None = _setting(_key)
    backup_folder: Path | None = _setting(_folder)
    openai_base_url: str | None = _setting(_http_url, shown=False)
    openai_api_key: Secret | None = _setting(_key)
    openai_model: str | None = _setting(_word)
    openai_input_price: float = _setting(_number(0, MAX_PRICE), 0.0)
    openai_output_price: float = _setting(_number(0, MAX_PRICE), 0.0)
    time_zone: str = _setting(_text(_is_zone), "Europe/Warsaw")
    language: str = _setting(_text(LANGUAGES.__contains__), LANGUAGES[0])
    log_format: LogFormat = _setting(LogFormat, LogFormat.TEXT)
    log_level: LogLevel = _setting(LogLevel, LogLevel.INFO)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone people read times in."""
        return ZoneInfo(self.time_zone)

    @property
    def own_url(self) -> str:
        """The address people open, without a slash at the end."""
        host = EVERYWHERE.get(self.http_host, self.http_host)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.http_port}"


SETTINGS: Mapping[str, Attribute[Any]] = fields_dict(Settings)
"""Each setting by its name, in the order of ``.env.example``."""


def _lacking(settings: Settings) -> str | None:
    """What does not go together, in words; None where all does."""
    if settings.telegram_mode is TelegramMode.WEBHOOK and settings.telegram_token is not None:
        if settings.telegram_webhook_url is None:
            return "TELEGRAM_WEBHOOK_URL is needed when TELEGRAM_MODE is webhook: the https address"
        if settings.telegram_webhook_secret is None:
            return "TELEGRAM_WEBHOOK_SECRET is needed when TELEGRAM_MODE is webhook: 1-256 of A-Za-z0-9_-"
    if settings.metrics_port is not None and settings.metrics_host not in LOOPBACK and settings.metrics_token is None:
        return "METRICS_TOKEN is needed when METRICS_HOST is not this machine's own 127.0.0.1, ::1 or localhost"
    if settings.metrics_port == settings.http_port and settings.metrics_host == settings.http_host:
        return "METRICS_PORT must be another port than HTTP_PORT: what it shows is not for everybody"
    rater = (settings.openai_base_url, settings.openai_model)
    if any(rater) and not all(rater):
        return "OPENAI_BASE_URL and OPENAI_MODEL are needed together; without both there is no rater"
    return None


def read_settings(env_file: Path = ENV_FILE) -> Settings:
    """The settings as the environment and ``.env`` give them. Raises WrongSetting."""
    if env_file.is_dir():
        raise WrongSetting(f"{env_file} must be a file, not a folder")
    try:
        from_file = dotenv_values(env_file, encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongSetting(f"{env_file} must be text in UTF-8") from None
    given = {name.lower(): text for name, text in (*from_file.items(), *os.environ.items())}  # noqa: TID251 - bot.config
    settings = Settings(**_read({name: text for name in SETTINGS if (text := given.get(name)) is not None}))
    lacking = _lacking(settings)
    if lacking is not None:
        raise WrongSetting(lacking)
    return settings


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    """The values that texts stand for. Raises WrongSetting: a line for each wrong one, never its text."""
    values: dict[str, Any] = {}
    wrong = []
    for name, text in given.items():
        setting = SETTINGS[name]
        try:
            values[name] = None if not text and setting.default is None else setting.metadata["reads"](text)
        except ValueError:
            wrong.append(f"{name.upper()} must be {ALLOWED[name]}")
    if wrong:
        raise WrongSetting("\n".join(wrong))
    return values


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

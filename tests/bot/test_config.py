"""Settings: .env.example tells the truth, wrong values are refused by name, secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs.exceptions import FrozenInstanceError

from bot.config import ALLOWED, SETTINGS, Secret, TelegramMode, WrongSetting, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
TOKEN = "4242:Tajny-klucz_bota"


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and an environment without any of our variables."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)


def example() -> dict[str, str]:
    """What .env.example sets, in its order."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_lists_every_setting_with_its_default() -> None:
    """Same names in the same order, and each value is what holds without it."""
    defaults = {name.upper(): field.default for name, field in SETTINGS.items()}
    assert list(example()) == list(defaults)
    assert example() == {name: "" if value is None else str(value) for name, value in defaults.items()}


def test_the_example_can_be_used_as_it_is() -> None:
    """A copy of it changes nothing."""
    assert read_settings(EXAMPLE) == read_settings()


WRONG = {
    "DATABASE_URL": ("", "mysql://ola:hunter2@host/name", "data.db", "postgresql+", "sqlite"),
    "EVIDENCE_URL": ("", "ftp://host/folder", "file:", "file://elsewhere/folder", "s3://", "data/evidence"),
    "EVIDENCE_KEY": ("hunter2", "A" * 44, "A" * 42 + "==", "A" * 43 + "=," + "A" * 43 + "="),
    "EVIDENCE_KEYS_OLD": ("hunter2", "A" * 43 + "=,hunter2", "A" * 43 + "=,"),
    "AWS_ENDPOINT_URL": ("s3.example.org", "s3://x"),
    "AWS_REGION": ("eu central", "x" * 401),
    "AWS_ACCESS_KEY_ID": ("hunter 2", "x" * 401),
    "AWS_SECRET_ACCESS_KEY": ("hunter 2", "hunter2\n", "x" * 401),
    "TELEGRAM_TOKEN": ("hunter2", "12:", "ab:cd", "12:hunter 2", "12:hunter/2", "１２:hunter2"),
    "TELEGRAM_API_URL": ("", "api.telegram.org", "ftp://x", "http://", "http://h:port", "http://[::1", "https://h:0"),
    "TELEGRAM_LIBRARY": ("", "python-telegram-bot", "PTB"),
    "LOG_FORMAT": ("", "xml", "JSON"),
    "LOG_LEVEL": ("", "trace", "INFO"),
    "TELEGRAM_MODE": ("", "push", "Polling"),
    "TELEGRAM_WEBHOOK_URL": ("notes.example.org", "ws://notes.example.org", "https://h:99999999"),
    "TELEGRAM_WEBHOOK_SECRET": ("hunter 2", "żółć", "x" * 257, "hunter2\n"),
    "TELEGRAM_PER_SECOND": ("", "0", "-1", "nan", "inf", "fast", "1e7"),
    "TELEGRAM_CHAT_PER_SECOND": ("", "0", "-1", "nan", "inf", "fast", "1e7"),
    "HTTP_HOST": ("", "http://127.0.0.1", "a b", "[::1]"),
    "HTTP_PORT": ("", "0", "65536", "-1", "http", "80.5"),
    "PUBLIC_URL": ("notes.example.org", "//notes.example.org"),
    "METRICS_HOST": ("", "http://127.0.0.1", "a b", "[::1]"),
    "METRICS_PORT": ("0", "65536", "-1", "http", "80.5"),
    "METRICS_TOKEN": ("hunter 2", "hunter2\n", "x" * 401),
    "BACKUP_FOLDER": ("backups", "./backups"),
    "OPENAI_BASE_URL": ("api.example.org/v1", "ftp://x"),
    "OPENAI_API_KEY": ("hunter 2", "hunter2\n", "x" * 401),
    "OPENAI_MODEL": ("a model", "x" * 401),
    "OPENAI_INPUT_PRICE": ("", "-1", "nan", "inf", "cheap"),
    "OPENAI_OUTPUT_PRICE": ("", "-0.1", "1e9"),
    "TIME_ZONE": ("", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "CEST"),
    "LANGUAGE": ("", "de", "PL", "pl_PL"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is one line: the variable, what is allowed; never what was given."""
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as refused:
        read_settings()
    assert str(refused.value) == f"{name} must be {ALLOWED[name.lower()]}"
    assert "hunter" not in str(refused.value)


def test_every_setting_can_be_wrong_and_says_what_is_allowed() -> None:
    """No setting takes just anything; each has its words."""
    assert {name.lower() for name in WRONG} == set(ALLOWED) == set(SETTINGS)


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody starts the program five times to mend five lines."""
    monkeypatch.setenv("HTTP_PORT", "x")
    monkeypatch.setenv("LANGUAGE", "x")
    with pytest.raises(WrongSetting) as refused:
        read_settings()
    assert [line.split()[0] for line in str(refused.value).splitlines()] == ["HTTP_PORT", "LANGUAGE"]


@pytest.mark.parametrize("missing", ["TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET"])
def test_a_webhook_needs_its_address_and_its_secret(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhook mode without one of them is refused with the name of what is missing."""
    given = {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_URL": "https://notes.example.org/telegram",
        "TELEGRAM_WEBHOOK_SECRET": "hunter2",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, "" if name == missing else value)
    with pytest.raises(WrongSetting, match=f"^{missing} is needed") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
    assert TOKEN not in str(refused.value)


def test_metrics_beyond_this_machine_need_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """And never share the door everybody comes through."""
    monkeypatch.setenv("METRICS_PORT", "9110")
    for host in ("127.0.0.1", "::1", "localhost"):
        monkeypatch.setenv("METRICS_HOST", host)
        assert read_settings().metrics_port == 9110
    monkeypatch.setenv("METRICS_HOST", "10.0.0.5")
    with pytest.raises(WrongSetting, match="METRICS_TOKEN is needed"):
        read_settings()
    monkeypatch.setenv("METRICS_TOKEN", "hunter2")
    assert "hunter2" not in repr(read_settings())
    monkeypatch.setenv("METRICS_HOST", "127.0.0.1")
    monkeypatch.setenv("HTTP_PORT", "9110")
    with pytest.raises(WrongSetting, match="METRICS_PORT must be another port"):
        read_settings()


def test_the_env_file_is_read_and_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values come from .env in the folder; the environment overrides them; other programs' variables are left alone."""
    tmp_path.joinpath(".env").write_text(
        "# a comment\nLANGUAGE=en\nhttp_port = 9000\nTELEGRAM_MODE='webhook'\nPUBLIC_URL=\nSOMEBODY_ELSES=1\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("HTTP_PORT", "9001")
    settings = read_settings()
    assert (settings.language, settings.http_port, settings.public_url) == ("en", 9001, None)
    assert settings.telegram_mode is TelegramMode.WEBHOOK


def test_a_wrong_line_of_the_env_file_is_refused_too(tmp_path: Path) -> None:
    """It makes no difference where a value comes from."""
    tmp_path.joinpath(".env").write_text("TIME_ZONE=Mars/Olympus\n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"^TIME_ZONE must be"):
        read_settings()


def test_an_env_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Another encoding, or a folder of that name: a sentence."""
    file = tmp_path / ".env"
    file.write_bytes("# żółć\n".encode("iso-8859-2"))
    with pytest.raises(WrongSetting, match="UTF-8"):
        read_settings()
    file.unlink()
    file.mkdir()
    with pytest.raises(WrongSetting, match="not a folder"):
        read_settings()


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the representation of the settings nor in the error about another one."""
    secrets = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": "tajny_sekret",
        "TELEGRAM_WEBHOOK_URL": "https://notes.example.org/tajna-sciezka",
        "DATABASE_URL": "postgresql://ola:tajne@host/name",
        "EVIDENCE_URL": "s3://klucz:tajne@bucket/prefix",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.telegram_token == Secret(TOKEN)
    assert "tajn" not in f"{settings!r} {settings!s}".lower()
    monkeypatch.setenv("HTTP_PORT", "x")
    with pytest.raises(WrongSetting) as refused:
        read_settings()
    assert "tajn" not in str(refused.value).lower()
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"HTTP_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HTTP_HOST": "0.0.0.0"}, "http://127.0.0.1:8080"),  # noqa: S104 - nothing is bound
        ({"HTTP_HOST": "::"}, "http://[::1]:8080"),
        ({"HTTP_HOST": "::1"}, "http://[::1]:8080"),
        ({"PUBLIC_URL": "https://notes.example.org/"}, "https://notes.example.org"),
    ],
)
def test_our_own_address(given: dict[str, str], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people open: the public address, or where we listen as a browser on this machine finds it."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert read_settings().own_url == address


def test_settings_do_not_change() -> None:
    """What was checked at the start holds until the end."""
    with pytest.raises(FrozenInstanceError):
        read_settings().http_port = 1

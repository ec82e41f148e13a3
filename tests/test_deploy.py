"""What lies in deploy/ fits the program: commands and settings exist, metrics are known, every alarm has its page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import parser
from bot.config import SETTINGS as KNOWN

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = {name.upper() for name in KNOWN}
EXPRESSION = re.compile(r"\b(?:mystery_client|process|python)_\w+")


def unit_of(path: Path) -> dict[str, dict[str, list[str]]]:
    """A unit's sections; a key that is given again has several values."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_calls_what_there_is(path: Path) -> None:
    """Its command can be parsed by the command line, and every setting it gives is one."""
    service = unit_of(path)["Service"]
    calls = [*service["ExecStart"], *service.get("ExecStartPre", [])]
    for call in calls:
        program, arguments = call.split(" -m bot ")
        assert program == "/opt/mystery-client/.venv/bin/python"
        assert parser().parse_args(arguments.split()).run
    for given in service.get("Environment", []):
        assert given.partition("=")[0] in SETTINGS
    assert service["EnvironmentFile"][0] == "/etc/mystery-client/settings"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_few_rights(path: Path) -> None:
    """Nothing of the system can be written but its own folder, which others cannot read; no way to more rights."""
    service = unit_of(path)["Service"]
    wanted = {
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "NoNewPrivileges": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "mystery-client",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
        "User": "mystery-client",
    }
    assert {key: service[key][0] for key in wanted} == wanted
    if path.name != "mystery-client-backup.service":
        stop = int(service.get("TimeoutStopSec", ["60"])[0])
        assert stop > 20  # the worker's grace


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").glob("*.example")), ids=lambda path: path.name)
def test_examples_of_settings_name_settings(path: Path) -> None:
    """As in .env.example."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines
    named = {line.partition("=")[0] for line in lines}
    assert named <= SETTINGS
    if path.name == "settings.example":  # what is in this file goes before what a unit says
        assert not named & {"HTTP_PORT", "METRICS_PORT"}


def test_the_timer_starts_a_unit() -> None:
    """Every timer has its service, and says when."""
    for path in (DEPLOY / "systemd").glob("*.timer"):
        timer = ConfigParser(strict=True)
        timer.optionxform = str  # type: ignore[assignment,method-assign]
        timer.read_string(path.read_text(encoding="utf-8"))
        assert timer["Timer"]["OnCalendar"]
        assert timer["Timer"]["Persistent"] == "true"
        assert path.with_suffix(".service") in UNITS


def test_the_containers_fit_the_program() -> None:
    """Commands and settings of compose.yaml exist, and no secret stands in it."""
    compose = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text(encoding="utf-8"))
    commands = set()
    for name, service in compose["services"].items():
        if service.get("image") != "mystery-client":
            continue
        commands.add(service["command"][0])
        assert parser().parse_args(service["command"]).run, name
        assert set(service["environment"]) <= SETTINGS
        assert service["read_only"]
        for secret in ("METRICS_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            assert service["environment"][secret] == f"${{{secret}:?}}"
    assert commands == {"migrate", "serve", "work"}


def test_the_container_file_pins_and_is_nobody() -> None:
    """Packages by their hashes, all four rings, no root; every setting it gives is one."""
    text = (DEPLOY / "container/Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    users = re.findall(r"^USER (.+)$", text, re.MULTILINE)
    assert users[-1] != "root"
    assert set(re.findall(r"^COPY (\w+) \w+$", text, re.MULTILINE)) == {"scenarios", "scoring", "storage", "bot"}
    given = re.search(r"^ENV (.+?[^\\])$", text, re.MULTILINE | re.DOTALL)
    assert given is not None
    assert set(re.findall(r"(\w+)=", given[1])) - {"PYTHONUNBUFFERED"} <= SETTINGS
    allowed = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[0] == "*"
    assert not any("env" in line for line in allowed)


def alarms() -> list[dict[str, Any]]:
    """Every alert rule."""
    told = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def test_every_alarm_says_what_it_means_and_has_its_page() -> None:
    """A severity, a summary, and a section of the operations page of its own name; no section without its alarm."""
    names = [rule["alert"] for rule in alarms()]
    assert len(set(names)) == len(names) > 15
    for rule in alarms():
        assert rule["labels"]["severity"] in {"page", "look"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert EXPRESSION.search(rule["expr"]) or rule["expr"].startswith("up{")
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8").split("## Alarms")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == names


def panels() -> Iterator[dict[str, Any]]:
    """Every panel of the dashboard that shows something."""
    board = json.loads((DEPLOY / "grafana/mystery-client.json").read_text(encoding="utf-8"))
    yield from (panel for panel in board["panels"] if panel["type"] != "row")


def test_the_dashboard_is_whole() -> None:
    """Panels have titles and ids of their own, do not overlap, and each asks for something."""
    every = list(panels())
    assert len({panel["id"] for panel in every}) == len({panel["title"] for panel in every}) == len(every) > 15
    taken: set[tuple[int, int]] = set()
    for panel in every:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
        for target in panel["targets"]:
            assert EXPRESSION.search(target["expr"])
            assert target["expr"].count("(") == target["expr"].count(")")


def test_the_operations_page_names_what_there_is() -> None:
    """Commands and settings on it exist, and so does every file of deploy/ it speaks of; none is left unsaid."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    help_text = parser().format_help()
    for command in re.findall(r"python -m bot (\w[\w-]*)", page):
        assert re.search(rf"^    {command}(?: |$)", help_text, re.MULTILINE), command
    named = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", page))
    assert named - SETTINGS <= {"LISTEN_NOTIFY", "AWS_SESSION_TOKEN", "POSTGRES_PASSWORD"}
    files = set(re.findall(r"`(deploy/[\w./@*-]+)`", page))
    assert [path for path in files if not list(ROOT.glob(path.rstrip("/")))] == []
    spoken = {file for path in files for file in ROOT.glob(path.rstrip("/"))}
    folders = {path for path in spoken if path.is_dir()}
    every = [path for path in DEPLOY.rglob("*") if path.is_file()]
    assert [path.name for path in every if path not in spoken and not folders & set(path.parents)] == []


def test_proxies_never_name_the_metrics() -> None:
    """What they pass on is the web server, WebSockets included."""
    port = unit_of(DEPLOY / "systemd/mystery-client.service")["Service"]["Environment"][0].partition("=")[2]
    for path in (*(DEPLOY / "proxy").iterdir(), DEPLOY / "container/Caddyfile"):
        text = path.read_text(encoding="utf-8")
        assert "8080" in text
        assert port not in text
    nginx = (DEPLOY / "proxy/nginx.conf").read_text(encoding="utf-8")
    assert "proxy_set_header Upgrade $http_upgrade;" in nginx
    assert nginx.count("{") == nginx.count("}")

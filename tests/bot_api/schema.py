"""A stricter look at calls: against the Bot API's machine-readable schema, where it has been fetched to this machine.

``python -m tests.bot_api.schema`` fetches it (it lies in aiogram's source distribution, MIT); nothing else needs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.bot_api.errors import bad_request
from tests.bot_api.state import Json

CACHED = Path.home() / ".cache" / "mystery-client" / "bot-api-schema.json"

_MEMBER = ".butcher/schema/schema.json"


def fetch() -> Path:
    """Fetch the schema of the installed aiogram. Raises CalledProcessError where it cannot be had."""
    name = f"aiogram=={version('aiogram')}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "-d", folder, name]
        subprocess.run(command, check=True)  # noqa: S603 - our own words only
        with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as archive:
            member = next(one for one in archive.getmembers() if one.name.endswith(_MEMBER))
            found = archive.extractfile(member)
            assert found is not None
            CACHED.parent.mkdir(parents=True, exist_ok=True)
            CACHED.write_bytes(found.read())
    return CACHED


class Schema:
    """The Bot API's methods and types."""

    def __init__(self, path: Path = CACHED) -> None:
        items = [child for group in json.loads(path.read_text())["items"] for child in group["children"]]
        self._fields = {item["name"]: {field["name"]: field for field in item["annotations"]} for item in items}
        self._unions = {
            item["name"]: [name for name in self._fields if f">{name}</a></li>" in item["html_description"]]
            for item in items
            if not item["annotations"]
        }

    def check(self, method: str, given: Json) -> None:
        """A Check for the server. Raises ApiError 400."""
        fields = self._fields[method]
        attached = {str(value).removeprefix("attach://") for value in given.values()}
        for name in set(given) - set(fields) - attached:
            raise bad_request(f"{method} has no parameter {name}")
        for name, field in fields.items():
            if name in given:
                self._check(field["type"], _plain(given[name], field["type"]), f"{method}.{name}")
            elif field["required"] and field["type"] != "InputFile or String":
                raise bad_request(f"{method} needs {name}")

    def _check(self, kind: str, value: object, where: str) -> None:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                raise bad_request(f"{where} must be {kind}")
            for item in value:
                self._check(kind.removeprefix("Array of "), item, where)
            return
        kinds = [one for part in kind.split(" or ") for more in part.split(" and ") for one in more.split(", ")]
        kinds = [one for name in kinds for one in (self._unions.get(name) or [name])]
        if not any(self._fits(one, value) for one in kinds):
            raise bad_request(f"{where} must be {kind}, not {json.dumps(value)[:200]}")

    def _fits(self, kind: str, value: object) -> bool:
        match kind:
            case "String" | "InputFile":
                return isinstance(value, str)
            case "Integer":
                return isinstance(value, int) and not isinstance(value, bool)
            case "Float":
                return isinstance(value, int | float) and not isinstance(value, bool)
            case "Boolean" | "True":
                return isinstance(value, bool)
        fields = self._fields[kind]
        if not isinstance(value, dict) or set(value) - set(fields):
            return False
        if any(field["required"] and name not in value for name, field in fields.items()):
            return False
        for name, item in value.items():
            self._check(fields[name]["type"], item, f"{kind}.{name}")
        return True


def _plain(value: object, kind: str) -> object:
    """A form's text as the JSON it stands for."""
    if not isinstance(value, str) or kind == "String":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


if __name__ == "__main__":
    sys.stdout.write(f"{fetch()}\n")

"""Updates of every kind of the newest Bot API, made by chance from its machine-readable schema.

``python -m tests.fuzz.kinds`` writes ``update_types.json`` anew from the schema that ``tests.bot_api.schema`` fetches.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from random import Random
from typing import Any

from tests.bot_api.schema import CACHED
from tests.fuzz.mutations import Anything, Mutator

KEPT = Path(__file__).with_name("update_types.json")
DEPTH = 6
"""Objects within objects; below, only what is required."""

KNOWN_KINDS = frozenset(json.loads(KEPT.read_text())["types"]["Update"]) - {"update_id"}
"""Every kind of update that there is."""

STRINGS = {"private": 6, "group": 1, "supergroup": 1, "channel": 1}


class Kinds:
    """Makes values of the Bot API's types. ``chats`` are the ids that chats and senders get."""

    def __init__(self, mutator: Mutator, chats: list[int], path: Path = KEPT) -> None:
        known = json.loads(path.read_text())
        self.version: str = known["version"]
        self.types: dict[str, dict[str, list[Any]]] = known["types"]
        self.unions: dict[str, list[str]] = known["unions"]
        self.kinds = [name for name in self.types["Update"] if name != "update_id"]
        self._mutator = mutator
        self._random: Random = mutator.random
        self._chats = chats

    @staticmethod
    def version_of(path: Path = KEPT) -> str:
        """The version of the Bot API whose kinds are made."""
        return str(json.loads(path.read_text())["version"])

    def update(self, number: int, kind: str | None = None) -> dict[str, Any]:
        """An update of a kind; of any, if none is named."""
        kind = kind or self._random.choice(self.kinds)
        return {"update_id": number, kind: self.value(self.types["Update"][kind][0], kind, 0)}

    def value(self, kind: str, name: str, depth: int) -> Anything:
        """A value of a type as the documentation writes it."""
        if kind.startswith("Array of "):
            size = self._random.choice((0, 1, 1, 2, 3))
            return [self.value(kind.removeprefix("Array of "), name, depth + 1) for _ in range(size)]
        if " or " in kind:
            return self.value(self._random.choice(kind.split(" or ")), name, depth)
        match kind:
            case "String" | "InputFile":
                return self._string(name)
            case "Integer" | "Integer64":
                return self._integer(name)
            case "Float":
                return self._random.choice((0.0, 1.5, 52.2297, -180.0, 91.0, 1e308))
            case "Boolean":
                return self._random.random() < 0.5
            case "True":
                return True
        if kind in self.unions:
            return self.value(self._random.choice(self.unions[kind]), name, depth)
        return self._object(kind, depth)

    def _object(self, kind: str, depth: int) -> dict[str, Any]:
        chance = 0.0 if depth >= DEPTH else (0.25, 0.2, 0.12, 0.08, 0.05, 0.03)[depth]
        if kind in {"User", "Chat"}:
            chance = 0.3
        made = {}
        for name, (type_, required) in self.types[kind].items():
            if required or self._random.random() < chance:
                made[name] = self.value(type_, name, depth + 1) if depth < 2 * DEPTH else None
        if kind in {"User", "Chat"}:
            made["id"] = self._random.choice(self._chats)
        return made

    def _string(self, name: str) -> str:
        random = self._random
        if name == "type":
            return random.choices(list(STRINGS), list(STRINGS.values()))[0]
        if name == "status":
            return random.choice(("member", "kicked", "left", "administrator", "restricted"))
        if name == "language_code":
            return random.choice(("pl", "en", "uk", "xx-YY", ""))
        return self._mutator.text() if random.random() < 0.3 else f"{name}-{random.randrange(1000)}"

    def _integer(self, name: str) -> int:
        if name in {"date", "edit_date"}:
            return self._random.choice((0, 1_795_000_000, 1_795_000_000, 253_402_300_800))
        return self._random.choice((0, 1, 2, 40, 4096, 2**31, 2**52))


def extract(path: Path = CACHED) -> dict[str, Any]:
    """The types that an update can hold, out of the whole schema."""
    schema = json.loads(path.read_text())
    items = {item["name"]: item for group in schema["items"] for item in group["children"]}
    types: dict[str, dict[str, list[Any]]] = {}
    unions: dict[str, list[str]] = {}
    waiting = ["Update"]
    while waiting:
        name = waiting.pop()
        if name in types or name in unions or name not in items:
            continue
        item = items[name]
        if item["annotations"]:
            types[name] = {field["name"]: [field["type"], field["required"]] for field in item["annotations"]}
            waiting += [word for kind, _ in types[name].values() for word in re.findall(r"[A-Z]\w+", kind)]
        else:
            unions[name] = [one for one in items if f">{one}</a></li>" in item["html_description"]]
            waiting += unions[name]
    empty = [name for name, members in unions.items() if not members]
    types |= {name: {} for name in empty}
    kept = {name: members for name, members in sorted(unions.items()) if members}
    return {"version": schema["api"]["version"], "types": dict(sorted(types.items())), "unions": kept}


if __name__ == "__main__":
    KEPT.write_text(json.dumps(extract(), separators=(",", ":")) + "\n")
    sys.stdout.write(f"{KEPT}\n")

"""The site's files and texts: read once, filled with a page's own values, named by what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "page"

MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What is served as it is; everything else of the folder is not."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file served as it is."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything in the folder ``page``. ``version`` changes whenever an asset does, and is part of its address."""

    assets: Mapping[str, Asset]
    templates: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    version: str

    def render(self, template: str, language: str, **values: str) -> str:
        """The page in a language. Every value and text is escaped; ``form`` alone is HTML."""
        form = values.pop("form", "")
        known = {**self.texts[language], "lang": language, "assets": f"/page/{self.version}", **values}

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            return form if name == "form" else escape(known[name], quote=True)

        return PLACEHOLDER.sub(fill, self.templates[template])

    def manifest(self, language: str) -> dict[str, Any]:
        """What a phone needs to put the page on its home screen."""
        icon = {"src": f"/page/{self.version}/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
        return {
            "name": self.texts[language]["title"],
            "lang": language,
            "display": "standalone",
            "background_color": "#f7f5f0",
            "theme_color": "#f7f5f0",
            "icons": [icon],
        }


def read_pages(folder: Path = FOLDER) -> Pages:
    """Read the folder."""
    assets = {
        path.name: Asset(path.read_bytes(), MEDIA_TYPES[path.suffix])
        for path in sorted(folder.iterdir())
        if path.suffix in MEDIA_TYPES
    }
    digest = sha256()
    for name, asset in assets.items():
        digest.update(name.encode() + b"\0" + asset.data + b"\0")
    return Pages(
        assets=assets,
        templates={path.name: path.read_text("utf-8") for path in folder.glob("*.html")},
        texts={path.stem: json.loads(path.read_text("utf-8")) for path in (folder / "texts").glob("*.json")},
        version=digest.hexdigest()[:12],
    )

"""Polish postal codes with their voivodship and place on the map (countrystatecity-postal-codes, ODbL)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

VOIVODSHIPS = {
    "02": "dolnośląskie",
    "04": "kujawsko-pomorskie",
    "06": "lubelskie",
    "08": "lubuskie",
    "10": "łódzkie",
    "12": "małopolskie",
    "14": "mazowieckie",
    "16": "opolskie",
    "18": "podkarpackie",
    "20": "podlaskie",
    "22": "pomorskie",
    "24": "śląskie",
    "26": "świętokrzyskie",
    "28": "warmińsko-mazurskie",
    "30": "wielkopolskie",
    "32": "zachodniopomorskie",
}
"""By the first two digits of TERYT codes."""


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """Where a postal code is, roughly: the middle of the place it serves."""

    voivodship: str
    locality: str
    latitude: float
    longitude: float


def postal_place(postcode: str) -> PostalPlace | None:
    """The place of a code written ``NN-NNN``; None where the table has none (it lacks some of single institutions)."""
    return _places().get(postcode)


@cache
def _places() -> dict[str, PostalPlace]:
    """Only Poland's file is read, once (a fifth of a second)."""
    source = files("countrystatecity_postal_codes") / "data" / "by-country" / "PL" / "postcodes.json"
    return {
        one["code"]: PostalPlace(VOIVODSHIPS[one["stateCode"]], one["localityName"], one["latitude"], one["longitude"])
        for one in json.loads(source.read_text(encoding="utf-8"))
        if one.get("latitude") is not None and one.get("stateCode") in VOIVODSHIPS
    }

"""The types of participants: their codes as scenarios know them, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping

TYPES: Mapping[str, tuple[str, ...]] = {
    "gmina": ("gmina", "gminy", "urząd gminy", "urząd miasta", "urząd miasta i gminy", "urząd miejski", "miasto", "ug"),
    "powiat": ("powiat", "starostwo", "starostwo powiatowe", "powiaty"),
    "urzad": ("urząd", "urzędy", "urząd marszałkowski", "samorząd województwa", "urząd wojewódzki", "administracja"),
    "spolka": ("spółka", "spółka komunalna", "spółki komunalne", "zakład komunalny", "przedsiębiorstwo komunalne"),
    "spoldzielnia": ("spółdzielnia", "spółdzielnia mieszkaniowa", "wspólnota", "wspólnota mieszkaniowa", "sm"),
    "biblioteka": ("biblioteka", "biblioteka publiczna", "biblioteki"),
    "kultura": ("kultura", "dom kultury", "ośrodek kultury", "centrum kultury", "instytucja kultury", "gok", "mok"),
    "pup": ("PUP", "powiatowy urząd pracy", "urząd pracy"),
    "tbs": ("TBS", "towarzystwo budownictwa społecznego", "sim", "społeczna inicjatywa mieszkaniowa"),
    "muzeum": ("muzeum", "muzea"),
    "przewoznik": ("przewoźnik", "transport", "komunikacja miejska", "zakład komunikacji", "przewozy", "mzk", "mpk"),
}
"""By code: what it is called in Polish, the plain name first, then other names that are understood."""


def type_name(code: str) -> str:
    """The plain Polish name of a type; the code itself where nobody knows it."""
    return TYPES[code][0] if code in TYPES else code

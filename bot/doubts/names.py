"""People in texts: names after "Pani" or "Pan", people of the edition, first names, and numbers that are somebody's."""

from __future__ import annotations

import re

import phonenumbers
from stdnum.pl import pesel

from bot.doubts.facts import Facts
from bot.doubts.marks import DoubtKind, Mark
from bot.doubts.texts import texts_of
from scenarios.folding import fold

REGION = "PL"
LEAST_SURNAME = 4
"""Letters of the shortest surname that is looked for; shorter ones are words."""

_CAPITAL = "[A-ZĄĆĘŁŃÓŚŹŻ]"
_LETTER = "[a-ząćęłńóśźż]"
_WORD = rf"{_CAPITAL}{_LETTER}{{2,}}"
_TITLED = re.compile(
    rf"\b(?:[Pp]ani(?:ą|e)?|[Pp]an(?:a|u|em|ie)?|[Pp]aństw[oau]|[Pp]\.|[Mm]rs?\.?|[Mm]s\.?)\s+({_WORD}|{_CAPITAL}\.)"
)
_OFFICES = (
    *("burmistrz", "wojt", "dyrektor", "kierowni", "prezydent", "starost", "prezes", "sekretar", "doktor", "profesor"),
    *("mecenas", "minist", "urzedni", "marszal", "skarbni", "naczelni", "inspektor", "referent", "bibliotekar"),
)
"""How the names of offices begin, folded: "Pani Dyrektor" names nobody."""
_TWO_CAPITALS = re.compile(rf"\b({_WORD})\s+{_CAPITAL}(?:{_LETTER}+|\.)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ELEVEN = re.compile(r"(?<!\d)\d{11}(?!\d)")

_FIRST_NAMES = (
    "adam adrian agata agnieszka aleksandra alicja aneta anna andrzej barbara beata bogdan bozena dariusz dawid dorota "
    "danuta elzbieta ewa ewelina grazyna grzegorz halina hanna henryk irena iwona izabela jacek jadwiga jakub jan "
    "janina janusz jaroslaw jerzy joanna jolanta jozef justyna kamil karolina katarzyna kazimierz krystyna krzysztof "
    "lukasz maciej magdalena malgorzata marcin marek maria mariusz marta mateusz michal miroslaw monika natalia "
    "patrycja pawel piotr przemyslaw rafal renata robert roman ryszard slawomir stanislaw sylwia szymon tadeusz teresa "
    "tomasz urszula waldemar wanda weronika wieslaw wieslawa wojciech zbigniew zdzislaw zofia zuzanna"
)
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
"""Common first names in Poland, folded; a word before a surname is held against them."""


def marks_of_names(facts: Facts) -> tuple[Mark, ...]:
    """One mark for each kind of thing and each text; what was found is not repeated in it."""
    return tuple(
        Mark(DoubtKind.PERSON_NAMED, path, {"what": what})
        for path, text in texts_of(facts).items()
        for what in found_in(text, names=facts.names, public=facts.public)
    )


def found_in(text: str, *, names: tuple[str, ...] = (), public: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a text may tell of a person: pesel, phone, email, name. ``public`` may be named."""
    found = []
    if any(pesel.is_valid(each) for each in _ELEVEN.findall(text)):
        found.append("pesel")
    if _has_phone(text, public):
        found.append("phone")
    if any(each.lower() not in " ".join(public).lower() for each in _EMAIL.findall(text)):
        found.append("email")
    if _has_name(text, names):
        found.append("name")
    return tuple(found)


def _has_phone(text: str, public: tuple[str, ...]) -> bool:
    known = {match.number.national_number for each in public for match in phonenumbers.PhoneNumberMatcher(each, REGION)}
    return any(
        match.number.national_number not in known and not _ELEVEN.fullmatch(match.raw_string)
        for match in phonenumbers.PhoneNumberMatcher(text, REGION)
    )


def _has_name(text: str, names: tuple[str, ...]) -> bool:
    if any(not fold(match[1]).startswith(_OFFICES) for match in _TITLED.finditer(text)):
        return True
    if any(_stem(match[1]) for match in _TWO_CAPITALS.finditer(text)):
        return True
    surnames = {fold(name).rpartition(" ")[2] for name in names if " " in name.strip()}
    capitals = {fold(word) for word in re.findall(_WORD, text)}
    return any(len(surname) >= LEAST_SURNAME and surname in capitals for surname in surnames)


def _stem(word: str) -> bool:
    """Whether a word is a common first name, in the nominative or in one of the usual cases."""
    flat = fold(word)
    forms = {flat, flat[:-1], flat[:-2], flat[:-1] + "a", flat[:-2] + "a"}
    return not FIRST_NAMES.isdisjoint(forms)

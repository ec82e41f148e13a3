"""Where somebody lives: street and number, postal code and town, also without the word street."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.masking.found import Found, Kind
from scoring.masking.lexicon import reading
from scoring.masking.name_words import NO_NAMES

REACH = 40
"""Characters before it in which a word may say that somebody lives there."""

_FREE = r"(?<![^\W_])"
_CAP = r"[^\W\d_a-ząćęłńóśźż][^\W\d_]{0,30}"
_CAPS = rf"{_CAP}(?:[ \-]{_CAP}){{0,3}}"
_FLAT = r"(?:,? ?(?:m|lok|mieszk(?:ani[ae])?|lokal(?:u)?)\b\.? ?(?:nr ?)?\d{1,4}[A-Za-z]?)"
_HOUSE = rf"\d{{1,4}}[A-Za-z]?(?![^\W_])(?: ?[/\\] ?\d{{1,4}}[A-Za-z]?(?![^\W_]))?{_FLAT}?"
_LEAD = r"(?:,? ?(?:pod (?:numerem|nr)|numer(?:em)?|nr|domu?|bloku?|bl)\b\.?)? ?"
_RANK = r"(?:gen|ks|św|im|płk|bł|dr|prof|kard|bp|marsz|hetm|kpt|mjr|rtm|por|abp)\.?"

_NAME = rf"(?:(?i:{_RANK}) ?|\d{{1,2}} (?=[^\W\d_])|{_CAP}[ \-]?)"
_STREET = re.compile(
    rf"(?<![\w.@])(?i:ul|al|os|pl)(?:\. ?| )(?:{_NAME}{{1,6}}|[^\W\d_]{{1,30}} (?:[^\W\d_]{{1,30}} )?){_LEAD}{_HOUSE}"
    r"|(?<![^\W_])(?i:ulic[ayęąo]|alei|aleja|aleję|aleją|aleje|osiedl[aeu]|osiedlem|plac(?:u|em)?|skwer(?:u|ze)?|rond(?:o|a|zie)|rynek|rynku)"
    rf" {_NAME}{{0,6}}{_LEAD}{_HOUSE}",
)
_LIVING = re.compile(
    r"(?:(?<![^\W_])(?:mieszka\w{0,5}|zam(?:\.|ieszk\w{0,6}|eldow\w{0,6})|adres\w{0,3}|adresem|mieszkan(?:iec|ka|cy|iem|ie)|sąsiad\w{0,4}|lokator\w{0,4}|posesj\w|zamieszkały|dom\w{0,3}|lokal\w{0,2}|blok\w{0,2}|pod)"
    r"|(?<![^\W_])przysłali na|poszł[oa] na|wysłali na|wysła[ćn]\w{0,2} na)(?: korespondencyjny\w*)?:?[^\d.!?\n]{0,14}$"
)
_PLAIN_STREET = re.compile(rf"{_FREE}({_CAPS}){_LEAD}({_HOUSE})")
_NO_NUMBER = re.compile(rf"{_FREE}(?:przy|na) ({_CAPS})")
_AT_HOME = re.compile(r"(?<![^\W_])(?:mieszka|zamieszku)[^\W\d_]{0,6} $")
_POST = re.compile(rf"(?<![\w\-])\d{{2}}-\d{{3}}(?![\w\-])(?:,? {_CAP}(?:[ \-]{_CAP}){{0,2}})?")
_POST_BOX = re.compile(
    rf"{_FREE}(?:skr(?:ytka|ytki|\.)|skrzynka)(?: ?poczt[^\W\d_]{{0,5}}\.?)? ?(?:nr ?)?\d{{1,5}}", re.IGNORECASE
)
_CODE_SAID = re.compile(r"kod[^\d]{0,24}$")
_JOINT = re.compile(r"[,; \n]{0,3}(?:w )?")
_TOWN = re.compile(rf",? we? ({_CAP}(?:[ \-]{_CAP}){{0,2}})")
_NEXT_NOUN = re.compile(r" ([^\W\d_]{3,})")
_PREPOSITION = re.compile(r"(?<![^\W_])(?:przy|na) $", re.IGNORECASE)


def addresses(text: str) -> Iterator[Found]:
    """Every address; its parts as one."""
    spans = sorted(_parts(text))
    while spans:
        start, end = spans.pop(0)
        while spans and (spans[0][0] < end or _JOINT.fullmatch(text, end, spans[0][0])):
            end = max(end, spans.pop(0)[1])
        town = _TOWN.match(text, end)
        if town is not None and not reading(town.group(1).split(" ")[0]).lemmas & NO_NAMES:
            end = town.end()
        yield Found(start, end, Kind.ADDRESS)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    lowered = text.lower()
    for match in _STREET.finditer(text):
        yield match.span()
    for match in _POST_BOX.finditer(text):
        yield match.span()
    for match in _POST.finditer(text):
        if _is_postal(text, lowered, match):
            yield match.span()
    for match in _PLAIN_STREET.finditer(text):
        if _is_home(text, lowered, match):
            yield match.span()
    for match in _NO_NUMBER.finditer(text):
        if _AT_HOME.search(lowered[max(0, match.start() - REACH) : match.start()]):
            yield match.span(1)


def _is_postal(text: str, lowered: str, match: re.Match[str]) -> bool:
    """A code with a town, or one that is called so, or at the end of something; not „10-200 sztuk”."""
    if len(match.group()) > len("00-000") or _CODE_SAID.search(lowered[max(0, match.start() - REACH) : match.start()]):
        return True
    after = _NEXT_NOUN.match(text, match.end())
    return after is None or "kod" in lowered[match.end() : match.end() + REACH]


def _is_home(text: str, lowered: str, match: re.Match[str]) -> bool:
    """A name with a number after words of living, or after „przy” and „na” where nothing is counted by it."""
    words = match.group(1).split(" ")
    if any(reading(word).lemmas & NO_NAMES for word in words):
        return words == ["Rynek"]
    before = lowered[max(0, match.start() - REACH) : match.start()]
    if _LIVING.search(before):
        return True
    if not _PREPOSITION.search(before):
        return False
    if not match.group(2).isdigit():
        return True
    after = _NEXT_NOUN.match(text, match.end())
    return after is None or not reading(after.group(1)).noun

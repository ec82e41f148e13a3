"""Which meanings make which intent: patterns of concepts, what may stand besides, and which slots each can fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.asking.question import Intent
from bot.asking.vocabulary import Concept as C  # noqa: N817 - the table below reads better with it


class Slot(StrEnum):
    """What a question may be narrowed by."""

    MODE = auto()
    PLACE = auto()
    PERSON = auto()
    WAVE = auto()
    VOIVODSHIP = auto()
    PERIOD = auto()
    NUMBER = auto()


NARROWING = frozenset({Slot.MODE, Slot.PLACE, Slot.PERSON, Slot.WAVE, Slot.VOIVODSHIP})
WHEN = NARROWING | {Slot.PERIOD}
GENERAL = frozenset({C.ASK, C.WHO, C.CONTACT, C.EXPORT, C.REMIND, C.WAVE, C.VOIVODSHIP})
"""Meanings that may stand beside any pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say an intent: of each group in ``needs`` one meaning is there, and nothing outside ``may``."""

    intent: Intent
    needs: tuple[frozenset[C], ...]
    may: frozenset[C] = frozenset()
    slots: frozenset[Slot] = frozenset()
    needs_slots: frozenset[Slot] = frozenset()


def _say(
    intent: Intent,
    *needs: C | frozenset[C],
    may: tuple[C, ...] = (),
    slots: frozenset[Slot] = frozenset(),
    with_slots: frozenset[Slot] = frozenset(),
) -> Pattern:
    groups = tuple(need if isinstance(need, frozenset) else frozenset({need}) for need in needs)
    return Pattern(intent, groups, GENERAL.union(may), slots | with_slots, with_slots)


_SENT = frozenset({C.SUBMIT, C.DONE})
_LACKING = frozenset({C.NOT, C.LACK})
_MEASURED = frozenset({C.SUBMIT, C.DONE, C.ARRIVE, C.ACCEPT, C.APPROVE, C.PLANNED, C.OFFER})
_WHOSE = (C.JUROR, C.HAVE)

PATTERNS: tuple[Pattern, ...] = (
    _say(Intent.STATUS, C.STATUS, may=(C.HAVE,), slots=frozenset({Slot.MODE, Slot.WAVE, Slot.VOIVODSHIP})),
    _say(Intent.FORECAST, C.FORECAST, may=(C.DEADLINE, C.LATE, C.STATUS, C.DONE)),
    _say(Intent.NOT_SUBMITTED, C.NOT, _SENT, may=_WHOSE, slots=WHEN),
    _say(Intent.LATE, C.LATE, may=(*_WHOSE, C.DEADLINE), slots=WHEN),
    _say(Intent.SUBMITTED, frozenset({C.SUBMIT, C.ARRIVE}), may=(C.JUROR,), slots=WHEN),
    _say(Intent.SUBMITTED, C.WHO, C.DONE, may=(C.JUROR,), slots=WHEN),
    _say(Intent.COUNT, C.HOW_MANY, C.CONTACT, may=(*_MEASURED, C.HAVE), slots=WHEN),
    _say(Intent.COUNT, C.HOW_MANY, _MEASURED, may=(*_MEASURED, C.HAVE), slots=WHEN),
    _say(Intent.COUNT, C.HOW_MANY, may=(*_MEASURED, C.HAVE), slots=WHEN, with_slots=frozenset({Slot.MODE})),
    _say(
        Intent.LACKING,
        frozenset({C.PARTICIPANT}),
        _LACKING,
        may=(C.HAVE, C.LEAST, C.DONE, C.LACK, C.NOT),
        slots=frozenset({Slot.NUMBER, Slot.WAVE, Slot.VOIVODSHIP}),
        with_slots=frozenset({Slot.MODE}),
    ),
    _say(
        Intent.LACKING,
        frozenset({C.PARTICIPANT}),
        _LACKING,
        C.CONTACT,
        may=(C.HAVE, C.LEAST, C.DONE, C.LACK, C.NOT),
        slots=frozenset({Slot.NUMBER, Slot.WAVE, Slot.VOIVODSHIP}),
    ),
    _say(
        Intent.LACKING,
        frozenset({C.ASK, C.WHO}),
        C.LACK,
        may=(C.PARTICIPANT, C.LEAST),
        slots=frozenset({Slot.NUMBER, Slot.WAVE, Slot.VOIVODSHIP}),
        with_slots=frozenset({Slot.MODE}),
    ),
    _say(
        Intent.LACKING,
        frozenset({C.PARTICIPANT}),
        C.LEAST,
        may=(C.HAVE, C.LACK, C.NOT),
        slots=frozenset({Slot.WAVE, Slot.VOIVODSHIP}),
        with_slots=frozenset({Slot.MODE, Slot.NUMBER}),
    ),
    _say(Intent.PARTICIPANT, may=(C.STATUS, C.PARTICIPANT, C.HAVE), with_slots=frozenset({Slot.PLACE})),
    _say(Intent.JUROR, may=(C.STATUS, C.JUROR, C.HAVE), with_slots=frozenset({Slot.PERSON})),
    _say(Intent.DECLINED, C.DECLINE, may=(C.JUROR, C.OFFER, C.HAVE), slots=WHEN),
    _say(Intent.EXPIRED, C.EXPIRE, may=(C.JUROR, C.OFFER, C.HAVE), slots=WHEN),
    _say(Intent.UNANSWERED, C.NOT, C.ANSWER, may=(C.JUROR, C.OFFER, C.HAVE), slots=NARROWING),
    _say(Intent.UNANSWERED, C.NOT, C.ACCEPT, may=(C.JUROR, C.OFFER, C.HAVE), slots=NARROWING),
    _say(Intent.UNANSWERED, C.OFFER, C.WAIT, may=(C.ANSWER, C.JUROR), slots=NARROWING),
    _say(Intent.HOLES, C.HOLE, may=(C.HAVE, C.PLAN, C.HOW_MANY), slots=NARROWING - {Slot.PERSON}),
    _say(Intent.TO_REVIEW, C.REVIEW, may=(C.WAIT, C.HOW_MANY, C.NOT, C.HAVE), slots=NARROWING - {Slot.PERSON}),
    _say(Intent.TO_REVIEW, C.NOT, C.APPROVE, may=(C.WAIT, C.HOW_MANY), slots=NARROWING - {Slot.PERSON}),
    _say(Intent.TO_REVIEW, C.APPROVE, C.WAIT, may=(C.HOW_MANY,), slots=NARROWING - {Slot.PERSON}),
    _say(Intent.RETURNED, C.RETURN, may=(C.HOW_MANY, C.JUROR, C.WAIT), slots=NARROWING),
    _say(Intent.DOUBTS, C.DOUBT, may=(C.HOW_MANY, C.HAVE), slots=NARROWING - {Slot.PERSON}),
    _say(Intent.VOID, C.RECOGNISE, may=(C.HOW_MANY, C.JUROR), slots=WHEN),
    _say(Intent.EVIDENCE, C.EVIDENCE, _LACKING, may=(C.HAVE, C.NOT, C.LACK, C.SUBMIT, C.PARTICIPANT), slots=NARROWING),
    _say(Intent.LOAD, C.LOAD, may=(C.JUROR, C.HAVE, C.HOW_MANY)),
    _say(Intent.LOAD, C.HOW_MANY, C.CONTACT, C.JUROR, may=(C.HAVE,)),
    _say(Intent.DEADLINES, C.DEADLINE, may=(C.NEXT, C.HAVE), slots=WHEN),
    _say(Intent.DEADLINES, C.NEXT, C.CONTACT, slots=WHEN),
    _say(Intent.UNREACHABLE, C.BLOCK, may=(C.JUROR, C.HAVE)),
    _say(Intent.BROADCASTS, C.BROADCAST, may=(C.STATUS, C.NEXT)),
    _say(Intent.DISAGREEMENTS, C.DISAGREE, may=(C.JUROR, C.HOW_MANY)),
    _say(Intent.QUERIES, C.QUERY, may=(C.PARTICIPANT, C.HOW_MANY, C.WAIT, C.NOT, C.ANSWER, C.HAVE)),
    _say(Intent.PLAN, C.PLAN, may=(C.STATUS,)),
    _say(Intent.HELP, C.HELP),
)

LISTS_JURORS = frozenset({Intent.NOT_SUBMITTED, Intent.LATE, Intent.UNANSWERED, Intent.RETURNED, Intent.DEADLINES})
"""Intents whose answer names jurors who can be reminded."""

EXPORTED = frozenset(
    {
        *LISTS_JURORS,
        *(Intent.SUBMITTED, Intent.COUNT, Intent.LACKING, Intent.DECLINED, Intent.EXPIRED, Intent.HOLES),
        *(Intent.TO_REVIEW, Intent.DOUBTS, Intent.VOID, Intent.EVIDENCE, Intent.LOAD, Intent.UNREACHABLE),
        *(Intent.PARTICIPANT, Intent.JUROR, Intent.STATUS),
    }
)
"""Intents whose answer can be had as a table."""

EXAMPLES: Mapping[Intent, Mapping[str, tuple[str, ...]]] = {
    Intent.STATUS: {"pl": ("jak stoimy?", "podsumowanie wizyt"), "en": ("how are we doing?", "status of visits")},
    Intent.FORECAST: {"pl": ("czy zdążymy?", "prognoza"), "en": ("forecast",)},
    Intent.NOT_SUBMITTED: {
        "pl": ("kto nie oddał w tym tygodniu?", "kto nie zrobił wizyty?"),
        "en": ("who has not submitted this week?",),
    },
    Intent.LATE: {"pl": ("kto jest po terminie?", "przypomnij spóźnionym"), "en": ("who is late?", "overdue calls")},
    Intent.SUBMITTED: {"pl": ("co przyszło wczoraj?", "kto oddał dzisiaj?"), "en": ("what arrived yesterday?",)},
    Intent.COUNT: {
        "pl": ("ile telefonów wczoraj?", "ile wizyt zatwierdzonych w październiku?"),
        "en": ("how many calls yesterday?",),
    },
    Intent.LACKING: {
        "pl": ("które podmioty nie mają dwóch wizyt?", "gdzie brakuje telefonów?"),
        "en": ("which participants lack two visits?",),
    },
    Intent.PARTICIPANT: {"pl": ("pokaż Płońsk",), "en": ("show Płońsk",)},
    Intent.JUROR: {"pl": ("pokaż jurora Kowalskiego",), "en": ("show juror Kowalski",)},
    Intent.DECLINED: {"pl": ("kto odmówił?", "kto odmówił w tym tygodniu?"), "en": ("who declined?",)},
    Intent.EXPIRED: {"pl": ("komu wygasły propozycje?",), "en": ("which offers expired?",)},
    Intent.UNANSWERED: {"pl": ("kto nie odpowiedział na propozycję?",), "en": ("who has not answered?",)},
    Intent.HOLES: {"pl": ("pokaż braki", "braki w mazowieckim"), "en": ("show the holes",)},
    Intent.TO_REVIEW: {"pl": ("co czeka na sprawdzenie?",), "en": ("what waits for review?",)},
    Intent.RETURNED: {"pl": ("co jest odesłane do uzupełnienia?",), "en": ("what was returned?",)},
    Intent.DOUBTS: {"pl": ("gdzie są wątpliwości?",), "en": ("which contacts have doubts?",)},
    Intent.VOID: {"pl": ("kto został rozpoznany?", "unieważnione wizyty"), "en": ("who was recognised?",)},
    Intent.EVIDENCE: {"pl": ("gdzie brakuje zdjęć?",), "en": ("which reports lack photos?",)},
    Intent.LOAD: {"pl": ("obciążenie jurorów",), "en": ("workload of jurors",)},
    Intent.DEADLINES: {"pl": ("najbliższe terminy",), "en": ("next deadlines",)},
    Intent.UNREACHABLE: {"pl": ("kto jest nieosiągalny?",), "en": ("who is unreachable?",)},
    Intent.BROADCASTS: {"pl": ("rozsyłki",), "en": ("broadcasts",)},
    Intent.DISAGREEMENTS: {"pl": ("rozbieżności",), "en": ("disagreements",)},
    Intent.QUERIES: {"pl": ("zapytania podmiotów",), "en": ("queries of participants",)},
    Intent.PLAN: {"pl": ("plan",), "en": ("the plan",)},
    Intent.HELP: {"pl": ("pomoc",), "en": ("help",)},
}
"""What can be typed; every one of them is understood as its intent (where the place and the juror are known)."""

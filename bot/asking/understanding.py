"""From a typed sentence to a question, by rules alone: every word must be accounted for, or nothing is understood.

Nothing is guessed: a word that means nothing here, two intents that fit equally, or a name that several bear, lead to
a choice the person makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from bot.asking.grammar import EXAMPLES, EXPORTED, GENERAL, LISTS_JURORS, PATTERNS, Pattern, Slot
from bot.asking.names import Kind, Match, Named, find_names, find_voivodship
from bot.asking.periods import find_period
from bot.asking.question import Act, Intent, Measure, Question
from bot.asking.tokens import begins, words_of
from bot.asking.vocabulary import FILLERS, Concept, concepts_of, exact_concepts_of, mode_of

MOST_WORDS = 40
"""A longer text is no question."""

NEAREST = 3
"""Intents offered where nothing was understood."""

NEAR_ENOUGH = 45
"""Of 100: how alike a text and an intent's example must be for the intent to be offered."""

MOST_WAVES = 20
"""A wave is counted up to this one."""

NUMBERS = {
    **{str(n): n for n in range(1, 21)},
    **dict.fromkeys(("jeden", "jednej", "jednego", "jedna", "jedno", "single"), 1),
    **dict.fromkeys(("dwa", "dwie", "dwoch", "dwu", "obu", "two", "both"), 2),
    **dict.fromkeys(("trzy", "trzech", "three"), 3),
    **dict.fromkeys(("cztery", "czterech", "four"), 4),
    **dict.fromkeys(("piec", "pieciu", "five"), 5),
}
ORDINALS = ("pierwsz first", "drug second", "trzeci third", "czwart fourth")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known when a question is asked: the day, and what bears a name within the asker's scope."""

    today: date
    names: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """Exactly one question."""

    question: Question


@dataclass(frozen=True, slots=True)
class Choose:
    """The same question about one of several that bear the name."""

    every: tuple[tuple[Question, Named], ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing certain; ``nearest`` are intents it may have been, the likeliest first."""

    nearest: tuple[Intent, ...]


@dataclass(slots=True)
class _Reading:
    """The sentence while it is read: what each word stands for so far."""

    words: tuple[str, ...]
    free: set[int]
    question: Question
    slots: set[Slot]
    meanings: list[frozenset[Concept]]
    """Of each word that says something: what it may mean."""
    match: Match | None = None

    @property
    def said(self) -> frozenset[Concept]:
        """Everything that may be meant."""
        return frozenset[Concept]().union(*self.meanings)

    def take(self, used: frozenset[int] | set[int]) -> None:
        self.free -= used


def understand(text: str, lexicon: Lexicon) -> Understood | Choose | NotUnderstood:
    """What a text asks. Understood only where every word is accounted for and one intent fits best."""
    words = words_of(text)
    if not words or len(words) > MOST_WORDS:
        return NotUnderstood(nearest(text))
    reading = _Reading(words, set(range(len(words))), Question(Intent.HELP), set(), [])
    _read_period(reading, lexicon.today)
    _read_names(reading, lexicon)
    _read_meanings(reading)
    if reading.free:
        return NotUnderstood(nearest(text))
    intent = _intent(reading)
    if intent is None:
        return NotUnderstood(nearest(text))
    question = _finished(replace(reading.question, intent=intent), reading)
    if question is None:
        return NotUnderstood(nearest(text))
    if reading.match is None:
        return Understood(question)
    return _named(question, reading.match, is_bare=len(reading.match.used) == len(words))


def nearest(text: str) -> tuple[Intent, ...]:
    """The intents whose examples are most like a text; none where nothing is like it."""
    from rapidfuzz import fuzz  # with the first question that was not understood

    words = words_of(text)
    folded = " ".join(words)
    meant = {concept for word in words[:MOST_WORDS] for concept in concepts_of(word)} - GENERAL
    scores = []
    for intent in Intent:
        alike = max(fuzz.token_set_ratio(folded, example) for example in _folded_examples()[intent])
        shared = max(
            (_share(pattern, meant) for pattern in PATTERNS if pattern.intent is intent and pattern.needs), default=0.0
        )
        scores.append((max(alike * 0.8 if shared else 0.0, 100 * shared), intent))
    best = sorted((each for each in scores if each[0] >= NEAR_ENOUGH), key=lambda each: -each[0])
    return tuple(intent for _score, intent in best[:NEAREST])


@cache
def _folded_examples() -> Mapping[Intent, tuple[str, ...]]:
    """The examples of each intent as a text is compared with them."""
    return {
        intent: tuple(" ".join(words_of(example)) for examples in EXAMPLES[intent].values() for example in examples)
        for intent in Intent
    }


def _share(pattern: Pattern, meant: set[Concept]) -> float:
    """How much of what a pattern needs was said, leaving out what every question says."""
    needs = [need for need in pattern.needs if not need <= GENERAL]
    return sum(bool(need & meant) for need in needs) / len(needs) if needs else 0.0


def _read_period(reading: _Reading, today: date) -> None:
    found = find_period(reading.words, today)
    if found is not None:
        reading.question = replace(reading.question, period=found[0])
        reading.take(found[1])
        reading.slots.add(Slot.PERIOD)


def _read_names(reading: _Reading, lexicon: Lexicon) -> None:
    """Voivodships and waves, then participants and jurors; with typing mistakes only among words that say nothing."""
    voivodship = find_voivodship(reading.words, frozenset(reading.free))
    if voivodship is not None:
        reading.question = replace(reading.question, voivodship=voivodship[0])
        reading.take(voivodship[1])
        reading.slots.add(Slot.VOIVODSHIP)
    _read_wave(reading, [one for one in lexicon.names if one.kind is Kind.WAVE])
    others = [one for one in lexicon.names if one.kind is not Kind.WAVE]
    match = find_names(reading.words, frozenset(reading.free), others)
    if match is None or not match.is_exact or _is_said(reading.words, match.used):
        silent = frozenset(at for at in reading.free if not _is_said(reading.words, frozenset({at})))
        match = find_names(reading.words, silent, others)
    if match is not None:
        reading.match = match
        reading.take(match.used)
        reading.slots.add(Slot.PLACE if match.every[0].kind is Kind.PARTICIPANT else Slot.PERSON)


def _read_wave(reading: _Reading, waves: Sequence[Named]) -> None:
    """A wave by its name, or by its place among them ("druga tura", "w turze 2")."""
    match = find_names(reading.words, frozenset(reading.free), waves)
    found = None
    if match is not None and match.is_exact and len(match.every) == 1:
        found = match.every[0].id, match.used
    for at in sorted(reading.free):
        if found is not None or Concept.WAVE not in concepts_of(reading.words[at]):
            continue
        for beside in (at + 1, at - 1):
            number = _ordinal(reading.words[beside]) if beside in reading.free else None
            if number is not None and number <= len(waves):
                found = waves[number - 1].id, frozenset({at, beside})
    if found is not None:
        reading.question = replace(reading.question, wave_id=found[0])
        reading.take(found[1])
        reading.slots.add(Slot.WAVE)


def _ordinal(word: str) -> int | None:
    if word.isdigit() and 1 <= int(word) <= MOST_WAVES:
        return int(word)
    every = enumerate(ORDINALS, 1)
    return next((n for n, forms in every if any(begins(word, form) for form in forms.split())), None)


def _is_said(words: Sequence[str], used: frozenset[int]) -> bool:
    """Whether every word of a would-be name means something else as it is written."""
    return all(
        words[at] in FILLERS or mode_of(words[at], typos=False) is not None or exact_concepts_of(words[at])
        for at in used
    )


def _read_meanings(reading: _Reading) -> None:
    for at in sorted(reading.free):
        word = reading.words[at]
        number, mode = NUMBERS.get(word), mode_of(word, typos=False)
        meanings = concepts_of(word)
        if mode is None and not meanings and word not in FILLERS:
            mode = mode_of(word, typos=True)
        if mode is not None and reading.question.mode in {None, mode}:
            reading.question = replace(reading.question, mode=mode)
            reading.slots.add(Slot.MODE)
        elif number is not None and reading.question.number is None:
            reading.question = replace(reading.question, number=number)
            reading.slots.add(Slot.NUMBER)
        elif meanings:
            reading.meanings.append(meanings)
        elif word not in FILLERS:
            continue
        reading.take({at})


def _intent(reading: _Reading) -> Intent | None:
    """The one intent that fits best: of the patterns all of whose needs are said, the one that needs most."""
    fitting = [
        (len(pattern.needs) + len(pattern.needs_slots), pattern) for pattern in PATTERNS if _fits(pattern, reading)
    ]
    if not fitting:
        return None
    most = max(size for size, _pattern in fitting)
    best = {pattern.intent for size, pattern in fitting if size == most}
    return best.pop() if len(best) == 1 else None


def _fits(pattern: Pattern, reading: _Reading) -> bool:
    if not all(need & reading.said for need in pattern.needs):
        return False
    if not (pattern.needs_slots <= reading.slots <= pattern.slots):
        return False
    allowed = pattern.may.union(*pattern.needs)
    return all(meanings & allowed for meanings in reading.meanings)


def _finished(question: Question, reading: _Reading) -> Question | None:
    """The question with what is to be done and what is counted; None where that cannot be done with it."""
    said = reading.said
    if {Concept.EXPORT, Concept.REMIND} <= said:
        return None
    if Concept.EXPORT in said:
        question = replace(question, act=Act.EXPORT)
    if Concept.REMIND in said:
        question = replace(question, act=Act.REMIND)
    possible = {Act.EXPORT: EXPORTED, Act.REMIND: LISTS_JURORS}.get(question.act)
    if possible is not None and question.intent not in possible:
        return None
    if question.intent is Intent.COUNT:
        return replace(question, measure=_measure(said))
    return question


_MEASURES = (
    (Concept.APPROVE, Measure.APPROVED),
    (Concept.ACCEPT, Measure.ACCEPTED),
    (Concept.PLANNED, Measure.PLANNED),
    (Concept.OFFER, Measure.OFFERED),
)


def _measure(said: frozenset[Concept]) -> Measure:
    return next((measure for concept, measure in _MEASURES if concept in said), Measure.DONE)


def _named(question: Question, match: Match, *, is_bare: bool) -> Understood | Choose:
    """The question about who or what was named; a choice where several are, or where a bare word is only nearly it."""
    every = tuple((_about(question, one), one) for one in match.every)
    if len(every) == 1 and (match.is_exact or not is_bare):
        return Understood(every[0][0])
    return Choose(every)


def _about(question: Question, one: Named) -> Question:
    if one.kind is Kind.PARTICIPANT:
        return replace(question, participant_id=one.id)
    return replace(question, person_id=one.id)

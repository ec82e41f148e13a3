"""Results in words: numbers as they are shown, places, ranges, why somebody has none; what an agreement means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from bot.i18n import N_, Translator, number_text, texts
from bot.importing.types import type_name
from bot.views.common import MODES, mode_name
from bot.views.licence_words import contacts_text
from bot.views.score_words import score_text
from scenarios.model import Mode
from scoring.agreement import Agreement, Undefined
from scoring.outline import Named, Outline
from scoring.standing import Placed, Unranked, shown
from storage.editions import Participant
from storage.standings import StandingRow

UNRANKED: Mapping[Unranked, str] = {
    Unranked.WITHDRAWN: N_("withdrawn"),
    Unranked.NO_CONTACTS: N_("no contact yet that counts"),
    Unranked.TOO_FEW: N_("too little data for a result"),
}

UNDEFINED: Mapping[Undefined, str] = {
    Undefined.NO_PAIRS: N_("nothing was assessed by two jurors"),
    Undefined.NO_VARIATION: N_("everybody gave the same mark"),
    Undefined.NO_LEVELS: N_("no fixed levels"),
}

RELIABLE, TENTATIVE, WEAK = 0.8, 2 / 3, 0.4
"""Krippendorff (2004, page 241): conclusions from 0.800 on, tentative ones from 0.667 on. Below 0.4 (Landis and Koch
1977) agreement is hardly better than chance."""

_BANDS = (
    (RELIABLE, N_("jurors agree well")),
    (TENTATIVE, N_("enough for careful conclusions")),
    (WEAK, N_("weak: look at the items")),
    (0.0, N_("hardly better than chance")),
)
_CONTRADICT = N_("jurors contradict one another")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The result in the edition before. ``same_rules``: by the same version of the rubric."""

    edition: str
    total: float
    same_rules: bool


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A participant in the list: its score, its places, or why it has none."""

    participant: Participant
    score: float | None
    overall: Placed | None
    in_type: Placed | None
    reason: Unranked | None


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """Everything a participant's card says."""

    line: ResultLine
    row: StandingRow | None
    outline: Outline
    percentile: float | None
    earlier: Earlier | None
    modes: Mapping[str, int] = field(default_factory=dict)
    """Contacts that count, by mode."""
    is_pending: bool = False
    """The intervals are being computed."""

    @property
    def participant(self) -> Participant:
        """Whose result it is."""
        return self.line.participant


def coefficient_text(value: float, *, language: str) -> str:
    """A coefficient with two decimal places."""
    rounded = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP) + 0
    return number_text(rounded, language=language).replace("-", "−")


def percent_text(share: float) -> str:
    """A share in whole percents."""
    return f"{Decimal(repr(share * 100)).quantize(Decimal(1), ROUND_HALF_UP)}%"


def signed(difference: float, *, language: str) -> str:
    """A difference of two scores with its sign."""
    text = number_text(abs(shown(difference)), language=language)
    if shown(difference) == 0:
        return text
    return f"+{text}" if difference > 0 else f"−{text}"


def place_text(_: Translator, placed: Placed) -> str:
    """The place, and whether others share it."""
    if placed.shared:
        return _("place {place} of {n}, shared", place=placed.place, n=placed.of)
    return _("place {place} of {n}", place=placed.place, n=placed.of)


def type_text(participant: Participant) -> str:
    """The plain name of its type."""
    return type_name(participant.type)


def label(named: Named, *, language: str) -> str:
    """What a node is called."""
    return named.label.in_language(language) or named.name


def mode_text(level: str, *, language: str) -> str:
    """A mode's word; the record's own word where it is none of ours."""
    known = next((mode for mode in MODES if mode.value == level), None)
    return level if known is None else mode_name(known, language=language)


def modes_text(modes: Mapping[str, int], *, language: str) -> str:
    """How many contacts of each mode, in the usual order."""
    order = [mode.value for mode in Mode]
    names = sorted(modes, key=lambda level: (order.index(level) if level in order else len(order), level))
    return ", ".join(contacts_text(name, modes[name], language=language) for name in names)


def node_text(facts: ResultFacts, named: Named, *, language: str) -> str:
    """A node: its value and what is known of its spread."""
    _ = texts(language)
    value = None if facts.row is None else facts.row.scores.get(named.name)
    if value is None:
        return _("{name}: too little data", name=label(named, language=language))
    said = _("{name}: {score}", name=label(named, language=language), score=score_text(value, language=language))
    spread = spread_texts(facts, named.name, language=language)
    return f"{said} ({'; '.join(spread)})" if spread else said


def spread_texts(facts: ResultFacts, node: str, *, language: str) -> list[str]:
    """The interval, and the range over contacts where there are several; nothing where all came to the same."""
    _ = texts(language)
    spread = {} if facts.row is None else facts.row.spread.get(node, {})
    low, high, least, most = (spread.get(key) for key in ("low", "high", "min", "max"))
    said = []
    if low is not None and high is not None and shown(float(low)) != shown(float(high)):
        said.append(_("95 %: {low}–{high}", low=_n(low, language), high=_n(high, language)))
    if least is not None and most is not None and shown(float(least)) != shown(float(most)):
        said.append(_("contacts {low}–{high}", low=_n(least, language), high=_n(most, language)))
    return said


def has_interval(facts: ResultFacts) -> bool:
    """Whether the total has one."""
    total = facts.outline.total
    return facts.row is not None and total is not None and facts.row.spread.get(total.name, {}).get("low") is not None


def rough_text(facts: ResultFacts, *, language: str) -> str:
    """Whether intervals are rougher than they look, since some mode has a single contact; empty where they are not."""
    single = {level: count for level, count in facts.modes.items() if count == 1}
    if facts.row is None or not single or not any(each.get("low") is not None for each in facts.row.spread.values()):
        return ""
    _ = texts(language)
    order = [mode.value for mode in Mode]
    names = [mode_text(level, language=language) for level in sorted(single, key=lambda one: (one not in order, one))]
    return _(
        "There is a single contact of this kind: {modes}. So the interval is rougher than it looks.",
        modes=", ".join(names),
    )


def meaning(agreement: Agreement, *, language: str) -> str:
    """A coefficient in words."""
    _ = texts(language)
    if agreement.value is None:
        return _(UNDEFINED[agreement.undefined or Undefined.NO_PAIRS])
    return _(next((words for least, words in _BANDS if agreement.value >= least), _CONTRADICT))


def _n(value: float, language: str) -> str:
    return score_text(float(value), language=language)

"""Why a score is what it is, in words: what a place of the tree is called, how it was combined, what did not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.i18n import N_, Translator, day_text, number_text, texts
from bot.importing.types import TYPES, type_name
from bot.views.common import mode_name
from bot.views.facts import EvidenceFact
from scenarios.model import Mode
from scoring.results import Result, Unscored
from scoring.rubric import Absent, Rubric, Take
from scoring.why import Spot, Tree, counted, full, is_lost, is_shared_out, is_whole, left_out, valued

NOON = 12
MODES = {mode.value: mode for mode in Mode}
WRITTEN_OUT = 5
"""A mean of so many values is written out."""

ABSENT: Mapping[Absent, str] = {
    Absent.NOT_APPLICABLE: N_("not applicable"),
    Absent.NOT_CHECKED: N_("not checked"),
    Absent.UNANSWERED: N_("no answer"),
    Absent.TOO_FEW: N_("too little data"),
    Absent.MUCH_NOT_CHECKED: N_("too much was not checked"),
    Absent.UNKNOWN: N_("an answer the rubric does not know"),
}
TAKES: Mapping[Take, str] = {
    Take.POINTS: N_("Points"),
    Take.MEAN: N_("Mean"),
    Take.WEIGHTED_MEAN: N_("Weighted mean"),
    Take.SHARE: N_("Share of full results"),
    Take.MIN: N_("The lowest"),
    Take.MAX: N_("The highest"),
    Take.ANY: N_("Any of them"),
    Take.FIRST: N_("The first there is"),
}
DECIDED: Mapping[str, str] = {
    "suggestion": N_("confirmed from a suggestion"),
    "disagreement": N_("decided after two jurors differed"),
    "query": N_("changed after the participant's query"),
}
"""Why another value holds than the juror's own, by code."""


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A report the answers stand in; the juror is a letter. ``may_open``: it lies within what the reader may see."""

    contact: int
    letter: str
    mode: Mode
    made_at: datetime
    may_open: bool = True


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One answer a criterion looked at. ``own`` and ``decided``: the juror said something else, and who decided."""

    report: ReportFact | None
    question: str
    answer: str
    round: int | None = None
    own: str = ""
    decided: str = ""
    files: tuple[EvidenceFact, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    """What could be chosen: the names of the question's choices, and their words."""


@dataclass(frozen=True, slots=True)
class WhyFacts:
    """A participant's score, opened."""

    participant: int
    place: str
    rubric: Rubric
    tree: Tree
    unscored: tuple[Unscored, ...] = ()
    reports: Mapping[str, ReportFact] = field(default_factory=dict)
    """By the name of the record."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """The words of a criterion's question, where the rubric has none of its own."""


# What things are called ---------------------------------------------------------------------------------------------


def title(facts: WhyFacts, spot: Spot, *, language: str) -> str:
    """What a node or criterion is called, and what it was computed for."""
    _ = texts(language)
    one = spot.result
    if one is None:
        return _("Result")
    of = of_text(facts, one.of, language=language)
    if one.take is None:
        words = criterion_words(facts, one, language=language)
        plain = f"{one.name}. {words}" if words else one.name
        return f"{plain} ({of})" if of and not one.reads else plain
    label = one.label.in_language(language) or one.name
    if label and of:
        return f"{label} – {of}"
    return label or of or _(TAKES[one.take])


def criterion_words(facts: WhyFacts, one: Result, *, language: str) -> str:
    """What a criterion asks, without its name."""
    label = one.label.in_language(language)
    return facts.questions.get(one.name, "") if label in {"", one.name} else label


def short_title(facts: WhyFacts, spot: Spot, *, language: str) -> str:
    """For trails and small buttons: a criterion by its name alone."""
    one = spot.result
    return one.name if one is not None and one.take is None and one.name else title(facts, spot, language=language)


def label(facts: WhyFacts, spot: Spot, *, language: str) -> str:
    """The title of a node as a button carries it: of a report only its number and letter."""
    _ = texts(language)
    one = spot.result
    report = None if one is None or one.label.in_language(language) or one.name else facts.reports.get(one.of)
    if one is None or report is None:
        return title(facts, spot, language=language)
    number = one.of.partition(".")[2]
    said = _("report no. {n}", n=report.contact) + ", " + _("juror {letter}", letter=report.letter)
    return f"{said}, {number}" if number else said


def of_text(facts: WhyFacts, of: str, *, language: str) -> str:
    """The value of an attribute in words: a report, a juror as a letter, a mode, a type."""
    _ = texts(language)
    report = facts.reports.get(of)
    if report is not None:
        round_ = of.partition(".")[2]
        said = _("report no. {n}", n=report.contact) + f" ({mode_name(report.mode, language=language)}"
        said += ", " + _("juror {letter}", letter=report.letter) + ")"
        return said + (f", {round_}" if round_ else "")
    if of in {one.letter for one in facts.reports.values()}:
        return _("juror {letter}", letter=of)
    if of in MODES:
        return mode_name(MODES[of], language=language)
    return type_name(of) if of in TYPES else of


def when_text(report: ReportFact, *, language: str, zone: ZoneInfo) -> str:
    """The half day a contact was made: nobody can be recognised by it."""
    _ = texts(language)
    local = report.made_at.astimezone(zone)
    half = _("before noon") if local.hour < NOON else _("after noon")
    return f"{day_text(local.date(), language=language)}, {half}"


# Values -------------------------------------------------------------------------------------------------------------


def shown(number: float, *, language: str, places: int = 2) -> str:
    """A number as people write it, with at most so many decimals."""
    rounded = Decimal(str(round(number, places))) + 0
    return number_text(
        rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded, language=language
    )


def value_text(facts: WhyFacts, value: float, *, language: str) -> str:
    """A value in the rubric's scale."""
    return shown(value * facts.rubric.scale, language=language, places=_places(facts.rubric))


def percent(share: float, *, language: str) -> str:
    """A weight."""
    return f"{shown(share * 100, language=language, places=1)}%"


def outcome(facts: WhyFacts, one: Result, *, language: str) -> str:
    """A result in a word or two: its value, points for a criterion, or why there is none."""
    _ = texts(language)
    if one.value is None:
        return _(ABSENT[one.absent]) if one.absent is not None else _("no result")
    if is_pointless(facts, one):
        return _("no points")
    if one.take is None and one.possible:
        return _("{earned} of {possible} points", earned=_n(one.earned, language), possible=_n(one.possible, language))
    return value_text(facts, one.value, language=language)


def is_pointless(facts: WhyFacts, one: Result) -> bool:
    """Whether it is a criterion without points: it is only watched, e.g. because it is critical."""
    rule = facts.rubric.criteria.get(one.name)
    return one.take is None and rule is not None and not rule.points


def child_line(facts: WhyFacts, spot: Spot, *, number: int, language: str) -> str:
    """What is below a node: its name, its value, with what weight it counted, or why not."""
    _ = texts(language)
    one = spot.result
    called = title(facts, spot, language=language)
    lead = called if one is not None and one.take is None else f"{number}. {called}"
    if one is None:
        return lead
    said = [outcome(facts, one, language=language)]
    above = None if spot.parent is None else facts.tree.spots[spot.parent].result
    if above is not None and one.share is None and one.value is not None:
        said.append(_("does not count here"))
    elif one.share is not None and (one.take is not None or not (one.possible or is_pointless(facts, one))):
        said.append(_("weight {share}", share=percent(one.share, language=language)))
    if one.share is not None and one.value is None:
        said.append(_("counts as nothing"))
    if one.critical and one.take is None:
        said.append(_("critical"))
    return f"{lead}\n→ {' · '.join(said)}"


# How it came about --------------------------------------------------------------------------------------------------


def explained(facts: WhyFacts, one: Result, *, language: str) -> list[str]:
    """How a node was combined, what did not count and why, and whether something held it down."""
    _ = texts(language)
    lines = [_combined(_, facts, one), _formula(facts, one, language=language), *_absent(_, one), _too_few(_, one)]
    if one.not_checked:
        lines.append(_("Not checked: questions worth {n} points.", n=_n(one.not_checked, language)))
    if one.capped:
        lines.append(_("Held down, because a critical item failed: {items}", items=_items(one)))
    elif one.critical and one.take is not None:
        lines.append(_("Critical items that failed: {items}", items=_items(one)))
    return [line for line in lines if line]


def _combined(_: Translator, facts: WhyFacts, one: Result) -> str:
    if one.take is None or one.value is None:
        return ""
    n = len(counted(one))
    chosen_from = len(valued(one))
    match one.take:
        case Take.POINTS:
            earned, possible = _n(one.earned, _.language), _n(one.possible, _.language)
            return _("Points earned of those possible: {earned} of {possible}.", earned=earned, possible=possible)
        case Take.MEAN:
            return _.many("The mean of {n} result.", "The mean of {n} results.", n)
        case Take.WEIGHTED_MEAN:
            return _.many("The weighted mean of {n} result.", "The weighted mean of {n} results.", n)
        case Take.SHARE:
            return _("Full results: {n} of {all}.", n=full(one), all=n)
        case Take.MIN:
            return _.many("The lowest of {n} result.", "The lowest of {n} results.", chosen_from)
        case Take.MAX:
            return _.many("The highest of {n} result.", "The highest of {n} results.", chosen_from)
        case Take.ANY:
            whole = value_text(facts, 1.0, language=_.language)
            return _("{whole} where at least one is full; full results: {n}.", whole=whole, n=full(one))
        case Take.FIRST:
            return _("The first one that has a value.")
        case _:
            assert_never(one.take)


def _too_few(_: Translator, one: Result) -> str:
    have = len(valued(one))
    if one.value is not None or have >= one.needs or one.take is None:
        return ""
    return _.many(
        "{n} result is needed, there are {have}.", "{n} results are needed, there are {have}.", one.needs, have=have
    )


def _formula(facts: WhyFacts, one: Result, *, language: str) -> str:
    """A short mean written out, so that it can be checked by hand."""
    base = counted(one)
    if one.value is None or one.capped or not 1 < len(base) <= WRITTEN_OUT:
        return ""
    scale, places = facts.rubric.scale, _places(facts.rubric)
    values = [round((child.value or 0.0) * scale, places) for child in base]
    whole = round(one.value * scale, places)
    said = [shown(value, language=language, places=places) for value in values]
    if one.take is Take.WEIGHTED_MEAN:
        weights = [round((child.share or 0.0) * 100, 1) for child in base]
        total = sum(weight * value for weight, value in zip(weights, values, strict=True)) / 100
        left = " + ".join(
            f"{shown(weight, language=language)}% × {value}" for weight, value in zip(weights, said, strict=True)
        )
    elif one.take is Take.MEAN and is_whole(one):
        total = sum(values) / len(base)
        left = f"({' + '.join(said)}) ÷ {len(base)}"
    else:
        return ""
    sign = "=" if round(total, places) == whole else "≈"
    return f"{left} {sign} {shown(whole, language=language, places=places)}"


def _places(rubric: Rubric) -> int:
    """Decimals of a value: two of a percent, three of a plain number."""
    return 2 if rubric.scale > 1 else 3


def _items(one: Result) -> str:
    return ", ".join(dict.fromkeys(one.critical))


def _absent(_: Translator, one: Result) -> list[str]:
    missing = left_out(one)
    lines = []
    if missing:
        said = ", ".join(f"{_(ABSENT[why])} – {n}" for why, n in missing.items())
        lines.append(_("Not counted: {reasons}.", reasons=said))
    if is_shared_out(one):
        lines.append(_("Their weight was shared out among the others."))
    if one.value is not None and is_lost(one):
        lines.append(_("What is not counted still weighs: the result cannot be full without it."))
    return lines


def unscored_line(facts: WhyFacts, one: Unscored, *, language: str) -> str:
    """A report that was left out as a whole."""
    _ = texts(language)
    report = of_text(facts, one.record, language=language)
    if one.reason is Absent.MUCH_NOT_CHECKED:
        share = percent(one.share, language=language)
        return _("Left out: {report} – {share} of its points were not checked.", report=report, share=share)
    return _("Left out: {report} – {reason}.", report=report, reason=_(ABSENT[one.reason]))


def _n(number: float, language: str) -> str:
    return shown(number, language=language)

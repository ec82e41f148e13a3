"""An answer of the table in words (``yes``, ``4``, ``3/6``, ``nd``), and how it becomes a mark."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.i18n import N_, Translator, texts
from bot.views.answers import value_text
from bot.views.office.why_words import percent, shown
from bot.views.placeholders import DEFAULT_ZONE
from scenarios.model import Step, StepType
from scoring.rubric import Counted, Criterion, Levels, Number, Rating, StepTable
from scoring.sheets import NO, NOT_APPLICABLE, NOT_CHECKED, YES

STATES: Mapping[str, str] = {NOT_APPLICABLE: N_("not applicable"), NOT_CHECKED: N_("not checked")}
PLAIN: Mapping[str, str] = {YES: N_("Yes"), NO: N_("No")}


def in_words(step: Step | None, word: str | None, *, language: str) -> str:
    """The answer as people say it; as the table writes it where nothing is known of the question."""
    _ = texts(language)
    if word is None:
        return _("no answer")
    known = STATES.get(word) or PLAIN.get(word)
    if known is not None:
        return _(known)
    if step is None:
        return word
    match step.type:
        case StepType.COUNT if "/" in word:
            n, _slash, most = word.partition("/")
            return _("{n} of {maximum}", n=n, maximum=most)
        case StepType.SELECT_MULTIPLE:
            return value_text(step, tuple(word.split()), language=language, zone=DEFAULT_ZONE)
        case StepType.SELECT_ONE | StepType.WAIT:
            return value_text(step, word, language=language, zone=DEFAULT_ZONE)
        case StepType.RANGE | StepType.INTEGER | StepType.COUNT | StepType.TIMER if word.isdecimal():
            return value_text(step, int(word), language=language, zone=DEFAULT_ZONE)
        case StepType.DECIMAL | StepType.INTEGER if _is_number(word):
            return value_text(step, Decimal(word), language=language, zone=DEFAULT_ZONE)
        case _:
            return word


def marking(criterion: Criterion, *, choices: Mapping[str, str], language: str) -> str:
    """How an answer becomes a mark: the rule a criterion goes by. ``choices``: the question's, in words."""
    _ = texts(language)
    match criterion.worth:
        case Levels(worth=worth):
            said = "; ".join(
                f"{level_text(level, choices, language=language)} – {_part(_, part)}" for level, part in worth.items()
            )
        case Rating(lowest=lowest, highest=highest):
            said = _("from {lowest} (0%) to {highest} (100%), evenly", lowest=lowest, highest=highest)
        case Counted(of=None):
            said = _("in proportion: as many as were named, of those in the answer key")
        case Counted(of=most):
            said = _("in proportion, up to {n}", n=most)
        case StepTable(edges=edges, beyond=beyond):
            steps = [f"≤ {shown(edge, language=language)} – {percent(part, language=language)}" for edge, part in edges]
            said = "; ".join([*steps, _("more – {share}", share=percent(beyond, language=language))])
        case Number(lowest=None) | Number(highest=None):
            said = _("the number as it is")
        case Number(lowest=float() | int() as lowest, highest=float() | int() as highest):
            said = _(
                "from {lowest} (0%) to {highest} (100%), evenly",
                lowest=shown(lowest, language=language),
                highest=shown(highest, language=language),
            )
        case _:
            raise AssertionError(criterion.worth)
    return _("How it is marked: {rule}.", rule=said)


def level_text(level: str, choices: Mapping[str, str], *, language: str) -> str:
    """An answer as the table writes it, in words where it is yes, no or one of the choices."""
    _ = texts(language)
    return {"yes": _("Yes"), "no": _("No"), **choices}.get(level, level)


def _part(_: Translator, part: float | None) -> str:
    return _("does not count") if part is None else percent(part, language=_.language)


def _is_number(word: str) -> bool:
    plain = word.removeprefix("-").replace(".", "", 1)
    return plain.isascii() and plain.isdecimal()

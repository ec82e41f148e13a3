"""A suggestion of the rater in words: the level with its anchor, quotes where they stand, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.i18n import N_, Translator
from storage.suggestions import Decision, Suggestion, SuggestionState

AROUND = 80
"""Letters of the juror's sentence shown before and after a quote."""
MOST_QUOTE = 240
"""Letters of a quote that are shown; what is left out shows."""
SURE, HALF_SURE = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class SuggestedFact:
    """A suggestion with what it is about, in the reader's language. ``own``: the juror's answer."""

    one: Suggestion
    question: str
    own: str
    levels: Mapping[str, str]
    texts: Mapping[str, str]
    """The juror's words by path, as they are now."""

    def level_text(self, level: str) -> str:
        """A level with its anchor."""
        anchor = self.levels.get(level, "")
        return f"{level} – {anchor}" if anchor and anchor != level else level


_WITHHELD = N_("Nothing was sent: the description looks like an instruction to the model. Please read it yourself.")
_VOIDED = N_("The model's answer did not stand the check, so it counts for nothing.")
_REFUSED = N_("The model gave no answer.")
REASONS: Mapping[str, str] = {
    "too_long": N_("It was far too long."),
    "not_json": N_("It could not be read."),
    "shape": N_("It could not be read."),
    "level": N_("It named a level that does not exist."),
    "no_quote": N_("It quoted nothing that supports the level."),
    "invented_quote": N_("It quoted words that nobody wrote."),
    "cut_quote": N_("It cut a quote so that it means something else."),
    "short_quote": N_("Its quotes are too short to show anything."),
    "instruction": N_("It contained an instruction."),
    "summary": N_("Its summary could not be used."),
    "refusal": N_("The model, or a filter, did not want to."),
    "cut_off": N_("It ended in the middle."),
    "empty": N_("There were no words in it."),
    "too_large": N_("It was far too long."),
    "request": N_("The server did not take the question."),
}
"""Why there is no verdict, by ``scoring.rating.Void`` and ``Refused``."""


def suggested_blocks(_: Translator, fact: SuggestedFact, *, whose: str) -> list[str]:
    """The whole of it, paragraph by paragraph. ``whose``: what the juror's own answer is called to the reader."""
    one = fact.one
    own = f"{whose} {fact.own or '–'}"
    if one.state is not SuggestionState.READY or one.verdict is None:
        return [fact.question, own, _problem(_, one)]
    verdict = one.verdict
    if one.level is None:
        return [fact.question, own, _("Not enough to go by: the model suggests no level."), str(verdict["summary"])]
    quotes = [quote_in_place(_, quote, fact.texts) for quote in verdict["quotes"]]
    return [
        fact.question,
        f"{own}\n" + _("Suggested: {level}", level=fact.level_text(one.level)),
        _("From the description:") + "\n" + "\n".join(quotes),
        str(verdict["summary"]),
        _("Confidence: {words}", words=_confidence(_, verdict.get("confidence"))),
    ]


def decided_text(_: Translator, fact: SuggestedFact) -> str:
    """What was decided; empty where nothing is yet."""
    match fact.one.decision:
        case None:
            return ""
        case Decision.REJECTED:
            return _("Decided: the answer in the report stays.")
        case Decision.CONFIRMED:
            return _("Decided: confirmed, {level}.", level=fact.level_text(fact.one.decided_level or ""))
        case Decision.CHANGED:
            return _("Decided: another level, {level}.", level=fact.level_text(fact.one.decided_level or ""))


def quote_in_place(_: Translator, quote: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """A quote between » and « in the sentence it stands in."""
    text, start, end = texts.get(quote["path"], ""), int(quote["start"]), int(quote["end"])
    words = " ".join(str(quote["text"]).split())
    if len(words) > MOST_QUOTE:
        words = f"{words[: MOST_QUOTE // 2].rstrip()} […] {words[-MOST_QUOTE // 2 :].lstrip()}"
    if text[start:end] != quote["text"]:
        return f"• »{words}« " + _("(the description has changed since)")
    before, after = " ".join(text[:start].split()), " ".join(text[end:].split())
    gap_before = " " if text[:start][-1:].isspace() else ""
    gap_after = " " if text[end : end + 1].isspace() else ""
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return f"• {before}{gap_before}»{words}«{gap_after}{after}"


def _problem(_: Translator, one: Suggestion) -> str:
    reason = REASONS.get(one.problem or "")
    why = "" if reason is None else f" {_(reason)}"
    match one.state:
        case SuggestionState.WITHHELD:
            return _(_WITHHELD)
        case SuggestionState.REFUSED:
            return _(_REFUSED) + why
        case _:
            return _(_VOIDED) + why


def _confidence(_: Translator, value: float | None) -> str:
    if value is None:
        return _("not known")
    if value >= SURE:
        return _("high")
    return _("medium") if value >= HALF_SURE else _("low")

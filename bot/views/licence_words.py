"""A proposal in words: what was reached, what is missing, what would have to change. For the office and for the board.

Nobody is named: evidence is counted, reports are mentioned by their number only where the office reads them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import N_, Translator, texts
from bot.views.pages import brief
from bot.views.score_words import exact_text, lost_text, score_text, short_of
from scenarios.model import Text
from scoring.award import (
    ApproveReports,
    AskJury,
    Change,
    CheckReports,
    Costly,
    Failure,
    Gathered,
    GatherEvidence,
    Proposal,
    RaiseScore,
    ScoreNode,
    Threshold,
    Verdict,
)
from scoring.sheets import HOUR

VERDICTS = {
    Verdict.GRANT: N_("grant"),
    Verdict.REFUSE: N_("do not grant"),
    Verdict.BLOCKED: N_("held back by critical items: only a vote can grant it"),
    Verdict.TOO_LITTLE: N_("too little data to propose anything"),
}

LABEL_CHARS = 70
"""Characters of a criterion's question where it is mentioned."""
FAILURES_SHOWN = 6
"""Critical items named one by one; the others are counted."""


def verdict_text(verdict: Verdict, *, language: str) -> str:
    """What is proposed, in a few words."""
    return texts(language)(VERDICTS[verdict])


def named(name: str, label: Text, *, language: str) -> str:
    """A node or criterion: its label, or its name where it has none."""
    return label.in_language(language) or name


def threshold_line(threshold: Threshold, *, language: str) -> str:
    """A heading against its threshold: "Kultura: 54,2, brakuje 5,8 do 60"."""
    _ = texts(language)
    name = named(threshold.node, threshold.label, language=language)
    required = exact_text(threshold.required, language=language)
    if threshold.value is None:
        return _("{name}: too little data ({required} needed)", name=name, required=required)
    if threshold.is_met:
        value = score_text(threshold.value, language=language)
        return _("{name}: {value} ({required} needed)", name=name, value=value, required=required)
    value, missing = short_of(threshold.value, threshold.required, language=language)
    return _(
        "{name}: {value}, {missing} short of {required}", name=name, value=value, missing=missing, required=required
    )


def contacts_text(level: str, count: int, *, language: str) -> str:
    """So many contacts of a mode: "2 wizyty"."""
    _ = texts(language)
    match level:
        case "visit":
            return _.many("{n} visit", "{n} visits", count)
        case "phone":
            return _.many("{n} phone call", "{n} phone calls", count)
        case "email":
            return _.many("{n} e-mail", "{n} e-mails", count)
        case "social":
            return _.many("{n} message in social media", "{n} messages in social media", count)
        case "website":
            return _.many("{n} look at the website", "{n} looks at the website", count)
        case _:
            return f"{level}: {count}"


def evidence_line(gathered: Gathered, *, language: str) -> str:
    """What was done against what is needed: "2 wizyty z 2, różne osoby: 1 z 2"."""
    _ = texts(language)
    wanted = gathered.wanted
    done = contacts_text(wanted.level, gathered.reports, language=language)
    parts = [_("{done} (at least {least})", done=done, least=wanted.least)]
    if wanted.by > 1:
        parts.append(_("by different people: {n} of {least}", n=min(gathered.jurors, wanted.by), least=wanted.by))
    if wanted.different == HOUR:
        parts.append(_("at different hours: {n} of {least}", n=_at_most(gathered), least=wanted.least))
    elif wanted.different:
        parts.append(
            _(
                "different {question}: {n} of {least}",
                question=wanted.different,
                n=_at_most(gathered),
                least=wanted.least,
            )
        )
    return ("" if gathered.more else "✓ ") + ", ".join(parts)


def _at_most(gathered: Gathered) -> int:
    """How many differ, of those asked for: more are no better."""
    return min(gathered.differing, gathered.wanted.least)


def failure_lines(failures: Sequence[Failure], *, language: str, with_reports: bool) -> list[str]:
    """Critical items that failed. ``with_reports``: and in which reports."""
    _ = texts(language)
    lines = []
    for failure in failures[:FAILURES_SHOWN]:
        line = criterion_text(failure.criterion, failure.label, language=language)
        if with_reports:
            line += " (" + _("reports: {numbers}", numbers=", ".join(failure.records)) + ")"
        elif len(failure.records) > 1:
            line += f" ×{len(failure.records)}"
        lines.append("• " + line)
    left = len(failures) - FAILURES_SHOWN
    if left > 0:
        lines.append(_.many("• and {n} more critical item", "• and {n} more critical items", left))
    return lines


def criterion_text(name: str, label: Text, *, language: str) -> str:
    """A criterion with what it asks, as far as that is known."""
    words = label.in_language(language)
    return name if words in {"", name} else f"{name}. {brief(words, limit=LABEL_CHARS)}"


def change_lines(changes: Sequence[Change], *, language: str) -> list[str]:
    """What would have to change, one line or a few for each."""
    return [_change(texts(language), change) for change in changes]


def _change(_: Translator, change: Change) -> str:
    language = _.language
    match change:
        case RaiseScore(threshold=threshold, costly=costly):
            value, missing = short_of(threshold.value or 0.0, threshold.required, language=language)
            name = named(threshold.node, threshold.label, language=language)
            required = exact_text(threshold.required, language=language)
            line = f"{name}: {value} → {required} (+{missing})"
            return "\n".join([line, *_costly(_, costly)])
        case GatherEvidence(gathered=gathered):
            return _gather(_, gathered)
        case ScoreNode(threshold=threshold):
            name = named(threshold.node, threshold.label, language=language)
            return _("{name}: reports are needed from which it can be scored", name=name)
        case CheckReports(records=records):
            numbers = ", ".join(records)
            return _("Too much was not checked in some reports; they are not scored: {numbers}", numbers=numbers)
        case ApproveReports(count=count):
            return _.many(
                "{n} report is not approved yet; the figures may move",
                "{n} reports are not approved yet; the figures may move",
                count,
            )
        case AskJury(failures=failures):
            said = _.many("{n} critical item failed", "{n} critical items failed", len(failures))
            return said + ": " + _("only the vote of the jury can look past it")


def _costly(_: Translator, costly: Sequence[Costly]) -> list[str]:
    lines = []
    for each in costly:
        lost = lost_text(each.lost, language=_.language)
        lines.append(f"   −{lost}  {criterion_text(each.criterion, each.label, language=_.language)}")
    return lines


def _gather(_: Translator, gathered: Gathered) -> str:
    wanted = gathered.wanted
    more = contacts_text(wanted.level, gathered.more, language=_.language)
    how = []
    if gathered.more_jurors:
        how.append(
            _("by somebody who has not done it here yet")
            if gathered.more == gathered.more_jurors == 1
            else _.many("{n} of them by somebody new", "{n} of them by new, different people", gathered.more_jurors)
        )
    if gathered.more_differing:
        how.append(
            _("at another hour")
            if wanted.different == HOUR
            else _("with another {question}", question=wanted.different)
        )
    return _("missing yet: {what}", what=", ".join([more, *how]))


def figures(proposal: Proposal, *, language: str, with_reports: bool) -> list[str]:
    """Everything the proposal follows from, in paragraphs. ``with_reports``: and in which reports; else in short."""
    _ = texts(language)
    blocks = []
    if proposal.total is not None and proposal.total_node not in {each.node for each in proposal.thresholds}:
        blocks.append(_("Result: {value}", value=score_text(proposal.total, language=language)))
    if proposal.thresholds:
        lines = [
            ("✓ " if each.is_met else "✗ ") + threshold_line(each, language=language) for each in proposal.thresholds
        ]
        blocks.append("\n".join([_("Thresholds:"), *lines]))
    if proposal.evidence and not with_reports and not any(each.more for each in proposal.evidence):
        done = [contacts_text(each.wanted.level, each.reports, language=language) for each in proposal.evidence]
        blocks.append(" ".join(["✓", _("Evidence:"), ", ".join(done)]))
    elif proposal.evidence:
        lines = [("✗ " if each.more else "") + evidence_line(each, language=language) for each in proposal.evidence]
        blocks.append("\n".join([_("Evidence:"), *lines]))
    if proposal.failures:
        lines = failure_lines(proposal.failures, language=language, with_reports=with_reports)
        blocks.append("\n".join([_("Critical items that failed:"), *lines]))
    if proposal.not_approved:
        blocks.append("⚠ " + _change(_, ApproveReports(proposal.not_approved)) + ".")
    return blocks

"""Why jurors cannot make a contact, and what would change that, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n import N_, Translator, number_text, texts
from bot.planning.result import Change, NearestMiss, Reason

REASONS = {
    Reason.LEFT: N_("no longer takes part"),
    Reason.NO_PROFILE: N_("no profile"),
    Reason.OTHER_COORDINATOR: N_("another coordinator's"),
    Reason.CONFLICT: N_("conflict of interest"),
    Reason.LOCKED_OUT: N_("was there last time"),
    Reason.MODE_NOT_OFFERED: N_("does not do this kind"),
    Reason.NOT_CERTIFIED: N_("not certified"),
    Reason.ALREADY_ASKED: N_("asked already"),
    Reason.NO_PLACE: N_("place not known"),
    Reason.NEEDS_OUTSIDER: N_("lives too near"),
    Reason.TOO_FAR: N_("too far"),
    Reason.ALREADY_THERE: N_("goes there already"),
    Reason.TOTAL_LIMIT: N_("limit of the edition"),
    Reason.NO_DAYS: N_("no free days then"),
    Reason.WEEK_LIMIT: N_("limit of the week"),
    Reason.NO_WEEK: N_("no free week there"),
}
"""Why a juror is rejected."""

CHANGES = {
    Change.RADIUS_HALF_MORE: N_("radius +50%"),
    Change.WEEKLY_LIMIT_ONE_MORE: N_("weekly limit +1"),
    Change.TOTAL_LIMIT_FIFTH_MORE: N_("limit of the edition +20%"),
    Change.NO_LOCKOUT: N_("without the lock-out"),
    Change.ONE_WEEK_MORE: N_("one week more"),
    Change.NO_OUTSIDERS: N_("neighbours in small gminas"),
}
"""One rule relaxed."""

_BECAUSE = {
    "nobody_left": N_("Nobody else can be asked."),
    "no_time": N_("There is too little time left. The dates have to be moved."),
}


def reason_text(_: Translator, reason: Reason) -> str:
    """A reason in words."""
    return _(REASONS[reason])


def counted(_: Translator, reasons: Mapping[Reason, int]) -> str:
    """How many jurors were rejected, and for what: the most frequent first."""
    total = sum(reasons.values())
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    parts = ", ".join(f"{_(REASONS[reason])} ({n})" for reason, n in ordered)
    said = _.many("{n} juror rejected", "{n} jurors rejected", total)
    return f"{said}: {parts}" if parts else said


def nearest_text(_: Translator, miss: NearestMiss, name: str) -> str:
    """What would have to give way for that juror."""
    reason = _(REASONS[miss.reason])
    if miss.km_over is not None:
        km = number_text(max(1, round(miss.km_over)), language=_.language)
        return _("Nearest: {person} – {reason} by {km} km.", person=name, reason=reason, km=km)
    return _("Nearest: {person} – {reason}.", person=name, reason=reason)


def hole_text(hole: Mapping[str, Any] | None, *, language: str) -> str:
    """Why a slot has nobody; empty where it has somebody, or nothing is known."""
    _ = texts(language)
    if not hole:
        return ""
    known = _BECAUSE.get(str(hole.get("because")))
    if known is not None:
        return _(known)
    reasons = {Reason(code): int(n) for code, n in dict(hole.get("reasons") or {}).items()}
    said = counted(_, reasons)
    return f"{said}." if reasons else ""

"""A coded "no" of a use case, and what it says to the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import N_, texts


class RefusalCode(StrEnum):
    """Why a person cannot do what they asked for."""

    NOT_YOURS = "not_yours"
    """Also where there is no such thing: the two are not told apart."""
    ALREADY_TAKEN = "already_taken"
    NOT_OPEN_YET = "not_open_yet"
    TOO_LATE = "too_late"
    LOCKED = "locked"
    NEEDS_CONSENT = "needs_consent"
    UNUSABLE_INVITATION = "unusable_invitation"
    NOT_FOR_YOUR_ROLE = "not_for_your_role"
    NO_SCENARIO = "no_scenario"
    """No script is published that fits the task."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A coded "no": a value, not an exception."""

    code: RefusalCode


TEXTS = {
    RefusalCode.NOT_YOURS: N_("There is no such thing here. The list of tasks shows what there is."),
    RefusalCode.ALREADY_TAKEN: N_("This has been settled already."),
    RefusalCode.NOT_OPEN_YET: N_("It is too early for this task. The list shows when it begins."),
    RefusalCode.TOO_LATE: N_("The time for this task is over. The coordinator can help."),
    RefusalCode.LOCKED: N_("This task is closed; nothing can be changed in it any more."),
    RefusalCode.NEEDS_CONSENT: N_("Before we begin, your consent is needed."),
    RefusalCode.UNUSABLE_INVITATION: N_("This is a private chat. It opens with a personal link."),
    RefusalCode.NOT_FOR_YOUR_ROLE: N_("This does not work in this chat."),
    RefusalCode.NO_SCENARIO: N_("This task is not ready yet. The coordinator has been told."),
}
"""Each code in words. An unusable invitation says what every stranger is told."""


def refusal_text(refusal: Refusal, *, language: str) -> str:
    """What a "no" says."""
    return texts(language)(TEXTS[refusal.code])

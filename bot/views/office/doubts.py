"""Marks of doubt in words: each is a question to be looked at, never an accusation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.doubts.marks import DoubtKind
from bot.i18n import N_, Translator, weekday_text
from storage.doubts import Doubt

NAMED = {
    "name": N_("There may be somebody's name in the text. Should it stay?"),
    "phone": N_("There may be a telephone number in the text. Should it stay?"),
    "email": N_("There may be an e-mail address in the text. Should it stay?"),
    "pesel": N_("There may be a PESEL number in the text. It should not stay."),
}


def doubt_text(_: Translator, doubt: Doubt, *, other: str = "") -> str:
    """What is to be looked at. ``other`` is the question it is held against, where there is one."""
    details = doubt.details
    match DoubtKind(doubt.kind):
        case DoubtKind.TOO_FAST:
            return _.many(
                "{n} answer within {seconds} s. Written down from notes, perhaps?",
                "{n} answers within {seconds} s. Written down from notes, perhaps?",
                int(details["answers"]),
                seconds=details["seconds"],
            )
        case DoubtKind.ANSWERED_LATE:
            return _.many(
                "Answered {n} hour after the contact. Is it still remembered well?",
                "Answered {n} hours after the contact. Is it still remembered well?",
                int(details["hours"]),
            )
        case DoubtKind.TIMES_REVERSED:
            return _("This moment is earlier than “{question}”. Which one is right?", question=other)
        case DoubtKind.TIME_DIFFERS:
            return _("Stated: {said}; from the taps: {measured}. Which one is right?", **_words(details))
        case DoubtKind.CLOSED_DAY:
            return _("{day} is a free day. Was it open?", day=_day(_, details["day"]))
        case DoubtKind.OUTSIDE_HOURS:
            return _("At {time}; the opening hours we know: {hours}. Was it open?", **_words(details))
        case DoubtKind.OUTSIDE_WINDOW:
            return _("{day} is outside the dates of the task. Is the date right?", day=_day(_, details["day"]))
        case DoubtKind.SAME_PHOTO:
            return _("The same file is in report no. {contact}. Sent twice by mistake?", **_words(details))
        case DoubtKind.SIMILAR_PHOTO:
            return _("A very similar picture is in report no. {contact}. Is it another one?", **_words(details))
        case DoubtKind.PHOTO_ELSEWHERE:
            return _("By its own data the picture was taken {km} km away. Is it from here?", **_words(details))
        case DoubtKind.PHOTO_OTHER_DAY:
            return _("By its own data the picture is from {day}. Is it from this visit?", day=_day(_, details["day"]))
        case DoubtKind.COPIED_TEXT:
            return _("{percent}% of the text is as in report no. {contact}. Was it the same there?", **_words(details))
        case DoubtKind.PERSON_NAMED:
            return _(NAMED.get(str(details["what"]), NAMED["name"]))
        case DoubtKind.RATING_WITHOUT_REASON:
            return _("Rated {level} without a word on what happened. What was it?", **_words(details))
        case DoubtKind.MUCH_NOT_CHECKED:
            return _(
                "{percent}% of the points were not checked: too much for a score. Can some still be completed?",
                **_words(details),
            )


def _words(details: Mapping[str, object]) -> dict[str, object]:
    return dict(details)


def _day(_: Translator, text: object) -> str:
    day = weekday_text(date.fromisoformat(str(text)), language=_.language)
    return day[:1].upper() + day[1:]

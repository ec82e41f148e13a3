"""Why a reply or a file could not be taken: one kind sentence, with an example where it helps."""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n import N_, Translator, texts
from scenarios.contact import Rejection, RejectionCode
from scenarios.model import Step, StepType
from storage.files import refusal_of
from storage.unfit import FileProblem

FILE_PROBLEMS = {
    FileProblem.EMPTY: N_("This file is empty. Please send it once more."),
    FileProblem.TOO_LARGE: N_("This file is too large ({megabytes} MB; up to {limit} MB fit). A smaller one will do."),
    FileProblem.CORRUPT: N_("This file could not be opened; it may be damaged. Please send it again."),
    FileProblem.NOT_A_PICTURE: N_("This file is not a picture. Please send a photo (JPG, PNG or HEIC)."),
    FileProblem.NOT_AUDIO: N_("This file is not a recording. Please record a voice message."),
    FileProblem.UNSUPPORTED: N_("This kind of file cannot be used here. Photos, PDF files and voice messages can."),
    FileProblem.TOO_MANY_PIXELS: N_("This picture is too large ({megapixels} megapixels; up to {limit} fit)."),
    FileProblem.TOO_FEW_PIXELS: N_("This picture is too small to make anything out ({width}×{height} pixels)."),
    FileProblem.TOO_MANY_PAGES: N_("This document has too many pages ({pages}; up to {limit} fit)."),
    FileProblem.ENCRYPTED: N_("This file is locked with a password. Please send it without one."),
    FileProblem.BOMB: N_("This file unpacks to something far too large. Please send an ordinary photo or PDF."),
    FileProblem.UNAVAILABLE: N_("This file is no longer there to be fetched. Please send it once more."),
}
"""Why a file was not kept, in words; placeholders are the details of the store's Refusal."""

_EXPECTED_FILE = {
    StepType.IMAGE: N_("A photo is needed here. It can be taken now or chosen from the gallery."),
    StepType.FILE: N_("A file is needed here: a photo or a PDF."),
    StepType.AUDIO: N_("A voice message is needed here."),
}

_WRONG_FILE = {
    StepType.IMAGE: N_("This is not a photo. Please send a photo."),
    StepType.FILE: N_("This kind of file does not fit here. A photo or a PDF will do."),
    StepType.AUDIO: N_("This is not a recording. Please send a voice message."),
}

_EXPECTED_TEXT = {
    StepType.INTEGER: N_("Please type a number, e.g. 3."),
    StepType.DECIMAL: N_("Please type a number, e.g. 2.5."),
    StepType.DATE: N_("Please type a date, e.g. 15.10 or yesterday."),
    StepType.TIME: N_("Please type a time, e.g. 14:30."),
    StepType.DATETIME: N_("Please type a date and time, e.g. 15.10 14:30 or yesterday 9:00."),
    StepType.TIMER: N_("Please use the button or type how long it took, e.g. 12 min."),
}

_PLAIN = {
    RejectionCode.EXPECTED_BUTTON: N_("Here it is enough to tap one of the buttons."),
    RejectionCode.EXPECTED_PLACE: N_("A location is needed here: attach it like a photo."),
    RejectionCode.NOT_WHOLE: N_("A whole number is needed here, e.g. 3."),
    RejectionCode.EMPTY: N_("Nothing was written. A few words will do."),
    RejectionCode.UNKNOWN_CHOICE: N_("There is no such answer here. Please tap one of the buttons."),
    RejectionCode.CONSTRAINT: N_("This answer does not fit here. Please look at it once more."),
    RejectionCode.NEED_AS_FILE: N_(
        "This photo was put aside: sent as an ordinary photo it loses its time and place. "
        "Please send it as a file (paperclip, then File)."
    ),
    RejectionCode.NOTHING_CHOSEN: N_("Nothing is chosen yet."),
    RejectionCode.CANNOT_SKIP: N_("This question needs an answer before we go on."),
    RejectionCode.TIMER_NOT_STARTED: N_("The timer is not running. It can be started, or the time typed, e.g. 12 min."),
    RejectionCode.NOTHING_TO_UNDO: N_("There is nothing to go back to."),
    RejectionCode.NOT_NOW: N_("That is not possible just now. This is where we are:"),
    RejectionCode.LOCKED: N_("This task is closed; nothing can be changed in it any more."),
    RejectionCode.STALE: N_("We are further on already. Now:"),
}


_WITH_EXAMPLE = {
    RejectionCode.NOT_A_DATE: (N_("This could not be read as a date. An example: {example}."), "15.10.2025"),
    RejectionCode.NOT_A_TIME: (N_("The time of day is missing or unclear. An example: {example}."), "14:05"),
    RejectionCode.NOT_A_DURATION: (N_("This could not be read as a length of time. An example: {example}."), "5 min"),
}
"""Sentences with the example used where the rejection brings none."""


def rejection_text(rejection: Rejection, step: Step | None, *, language: str) -> str:
    """What to say to a reply that could not be taken at ``step`` (None: no question is asked)."""
    _ = texts(language)
    told = rejection.details
    match rejection.code:
        case RejectionCode.CONSTRAINT if step is not None and step.constraint_message is not None:
            return step.constraint_message.in_language(language)
        case RejectionCode.EXPECTED_FILE | RejectionCode.WRONG_FILE:
            sentences = _EXPECTED_FILE if rejection.code is RejectionCode.EXPECTED_FILE else _WRONG_FILE
            return _(sentences[StepType.FILE if step is None else _file_type(step)])
        case RejectionCode.EXPECTED_TEXT:
            return _expected_text(_, step)
        case RejectionCode.NOT_A_NUMBER:
            return _("This could not be read as a number. Digits will do, e.g. {example}.", example=_example(step))
        case RejectionCode.NOT_A_DATE | RejectionCode.NOT_A_TIME | RejectionCode.NOT_A_DURATION as code:
            sentence, example = _WITH_EXAMPLE[code]
            return _(sentence, example=told.get("example", example))
        case RejectionCode.NO_SUCH_DAY:
            return _("There is no such day: {given}. Was it a slip?", given=told.get("given", "–"))
        case RejectionCode.NO_SUCH_TIME:
            return _("There is no such time: {given}. Was it a slip?", given=told.get("given", "–"))
        case RejectionCode.AMBIGUOUS_DATE if "first" in told and "second" in told:
            return _("This may mean {first} or {second}. Which one?", first=told["first"], second=told["second"])
        case RejectionCode.AMBIGUOUS_DATE:
            return _("This may mean several days. Please write the whole date, e.g. 15.10.2025.")
        case RejectionCode.TOO_SMALL | RejectionCode.TOO_LARGE:
            return _out_of_range(_, rejection, step)
        case RejectionCode.TEXT_TOO_LONG:
            return _too_long(_, told)
        case RejectionCode.TOO_MANY_FILES:
            most = told.get("maximum", "")
            if not most.isdecimal():
                return _("There is no room for more files here. The rest was put aside.")
            return _.many(
                "There is room for {n} file here. The rest was put aside.",
                "There is room for {n} files here. The rest was put aside.",
                int(most),
            )
        case code:
            return _(_PLAIN[code])


def file_problem_text(problem: str, *, language: str) -> str:
    """Why a file was refused, from an evidence row's ``problem``; an unknown one gets a general sentence."""
    _ = texts(language)
    try:
        refusal = refusal_of(problem)
        said = _(FILE_PROBLEMS[refusal.code], **refusal.details)
    except (KeyError, ValueError):
        said = ""
    return said if said and "{" not in said else _("This file could not be taken. Please send it once more.")


def _file_type(step: Step) -> StepType:
    return step.type if step.type in _EXPECTED_FILE else StepType.FILE


def _expected_text(_: Translator, step: Step | None) -> str:
    sentence = None if step is None else _EXPECTED_TEXT.get(step.type)
    return _("A few typed words are needed here.") if sentence is None else _(sentence)


def _example(step: Step | None) -> str:
    """A number that would be taken."""
    if step is None or step.minimum is None:
        return "3"
    return str(max(step.minimum, min(3, step.maximum if step.maximum is not None else 3)))


def _out_of_range(_: Translator, rejection: Rejection, step: Step | None) -> str:
    least = rejection.details.get("minimum", "" if step is None or step.minimum is None else str(step.minimum))
    most = rejection.details.get("maximum", "" if step is None or step.maximum is None else str(step.maximum))
    if step is not None and step.type is StepType.TIMER:
        return _("This is longer than anyone could wait. Was it a slip? An example: {example}.", example="12 min")
    if least and most:
        return _("A number from {least} to {most} is expected here. Was it a slip?", least=least, most=most)
    if rejection.code is RejectionCode.TOO_SMALL:
        return _("This is too little: at least {least}.", least=least) if least else _("This number is too small.")
    return _("This is too much: at most {most}.", most=most) if most else _("This number is too large.")


def _too_long(_: Translator, told: Mapping[str, str]) -> str:
    most = told.get("maximum", "")
    length = told.get("length", "")
    if most and length:
        return _(
            "This text has {length} characters and {most} fit here. Please shorten it a little; nothing was cut off.",
            length=length,
            most=most,
        )
    return _("This text is too long. Please shorten it a little; nothing was cut off.")

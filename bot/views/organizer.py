"""How an edition stands, in three lines and split by what can be drilled into: for organizers and coordinators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.asking.forecast import LEAST_SENT, LOOK_BACK_DAYS, Forecast
from bot.asking.question import VOIVODSHIPS, Intent, Question, voivodship_index
from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, texts
from bot.office_taps.asking import Digests, Examples, Split
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.asking import found
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import Mode
from storage.overview import Dimension, Figures
from storage.planned import Stage

DIMENSIONS = tuple(Dimension)
"""A split's button says an index into it."""

PARTS_ON_PAGE = 8

SPLITS = {
    Dimension.WAVE: N_("By wave"),
    Dimension.MODE: N_("By mode"),
    Dimension.VOIVODSHIP: N_("By voivodship"),
    Dimension.PARTICIPANT: N_("By institution"),
    Dimension.PERSON: N_("By juror"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an edition stands: its numbers, its forecast, and what else waits for somebody."""

    edition: str
    figures: Figures
    forecast: Forecast
    files_waiting: int = 0
    parked: int = 0
    """Messages that could not be taken in."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split: its key, what it is called, its numbers."""

    key: Any
    name: str
    figures: Figures


def status(standing: Standing, *, language: str) -> Outgoing:
    """The edition in three lines, with what else needs somebody below, and the ways into it."""
    _ = texts(language)
    lines = [
        _progress(_, standing.figures),
        _needs(_, standing.figures),
        forecast_text(standing.forecast, language=language),
    ]
    notes = []
    if standing.files_waiting:
        notes.append(_.many("{n} file is on its way.", "{n} files are on their way.", standing.files_waiting))
    if standing.parked:
        notes.append(
            _.many("{n} message could not be taken in.", "{n} messages could not be taken in.", standing.parked)
        )
    return Outgoing(
        "\n".join(lines), head=standing.edition, note="\n".join(notes), buttons=(*_ways(_), *home_rows(language))
    )


def forecast_text(forecast: Forecast, *, language: str) -> str:
    """When it will be done at this pace, against the last day."""
    _ = texts(language)
    ends = day_text(forecast.ends_on, language=language)
    if not forecast.remaining:
        return _("Everything planned is done. The edition ends on {day}.", day=ends)
    if forecast.sent < LEAST_SENT:
        return _(
            "Too little to forecast from: {sent} sent in the last {days} days. The edition ends on {day}.",
            sent=forecast.sent,
            days=LOOK_BACK_DAYS,
            day=ends,
        )
    if forecast.done_on is None:
        return _("At this pace no end is in sight. The edition ends on {day}.", day=ends)
    done = day_text(forecast.done_on, language=language)
    late = forecast.days_late
    if late > 0:
        return _.many(
            "At this pace: done on {day}, {n} day after the end.",
            "At this pace: done on {day}, {n} days after the end.",
            late,
            day=done,
        )
    if late == 0:
        return _("At this pace: done on {day}, just in time.", day=done)
    return _.many(
        "At this pace: done on {day}, {n} day before the end.",
        "At this pace: done on {day}, {n} days before the end.",
        -late,
        day=done,
    )


def forecast_answer(standing: Standing, *, language: str) -> Outgoing:
    """The forecast, and how it is reckoned."""
    _ = texts(language)
    how = _(
        "How it is reckoned: {sent} reports in the last {days} days, by working days; {left} contacts are left.",
        sent=standing.forecast.sent,
        days=LOOK_BACK_DAYS,
        left=standing.forecast.remaining,
    )
    said = forecast_text(standing.forecast, language=language)
    return Outgoing(said, head=standing.edition, note=how, buttons=home_rows(language))


def split(dimension: Dimension, parts: Sequence[Part], number: int, *, language: str) -> Outgoing:
    """The numbers by one dimension, a page of them; each part opens."""
    _ = texts(language)
    head = _(SPLITS[dimension])
    if not parts:
        return Outgoing(_("Nothing is planned yet."), head=head, buttons=(*_ways(_), *home_rows(language)))
    entries = [_part(_, dimension, part) for part in parts]
    page = page_of(entries, number, most=PARTS_ON_PAGE)
    shown = [parts[ordinal] for ordinal in dict.fromkeys(ordinal for ordinal, _text in page.entries)]
    buttons = [
        menu_button(brief(_name(_, dimension, part), limit=MAX_LABEL), found(question))
        for part in shown
        if (question := _question(dimension, part.key)) is not None and (part.name or dimension is not Dimension.PERSON)
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    turning = tuple(
        menu_button(label, Split(DIMENSIONS.index(dimension), at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows.extend([turning] if turning else [])
    count = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    body = "\n\n".join(text for _ordinal, text in page.entries)
    return Outgoing(body, head=head + count, buttons=(*rows, *home_rows(language)))


def _progress(_: Translator, figures: Figures) -> str:
    return " · ".join(
        (
            _("Planned {n}", n=figures.planned),
            _("taken {n}", n=figures.accepted),
            _("done {n}", n=figures.done),
            _("approved {n}", n=figures.approved),
        )
    )


def _needs(_: Translator, figures: Figures) -> str:
    """What needs somebody; what there is none of is left out."""
    returned, sent = figures.stages.get(Stage.RETURNED, 0), figures.stages.get(Stage.SENT, 0)
    parts = [
        (figures.holes, _("holes {n}", n=figures.holes)),
        (figures.late, _("late {n}", n=figures.late)),
        (sent, _("to review {n}", n=sent)),
        (returned, _("sent back {n}", n=returned)),
    ]
    said = " · ".join(text for n, text in parts if n)
    return said[:1].upper() + said[1:] if said else _("No holes, nothing late, nothing to review.")


def _ways(_: Translator) -> Rows:
    splits = [
        menu_button(_(label), Split(DIMENSIONS.index(dimension), 0), style=ButtonStyle.QUIET)
        for dimension, label in SPLITS.items()
    ]
    late = menu_button(_("Past their date"), found(Question(Intent.LATE)))
    holes = menu_button(_("Holes"), found(Question(Intent.HOLES)))
    more = menu_button(_("What can be asked"), Examples(0), style=ButtonStyle.QUIET)
    digests = menu_button(_("Digests"), Digests(), style=ButtonStyle.QUIET)
    return ((late, holes), (splits[0], splits[1]), (splits[2], splits[3]), (splits[4], digests), (more,))


def _part(_: Translator, dimension: Dimension, part: Part) -> str:
    figures = part.figures
    lines = [_name(_, dimension, part), _progress(_, figures)]
    if figures.holes or figures.late or figures.within((Stage.SENT, Stage.RETURNED)):
        lines.append(_needs(_, figures))
    return "\n".join(lines)


def _name(_: Translator, dimension: Dimension, part: Part) -> str:
    if isinstance(part.key, Mode):
        return mode_name(part.key, language=_.language).capitalize()
    if part.name:
        return part.name
    match dimension:
        case Dimension.WAVE:
            return _("outside the waves")
        case Dimension.PERSON:
            return _("nobody yet") if part.key is None else _("another coordinator's juror")
        case _:
            return _("not known")


def _question(dimension: Dimension, key: Any) -> Question | None:  # noqa: ANN401 - an id, a name or a mode
    """What a part opens: the list of its contacts; None where it cannot be named."""
    if key is None or key == "":
        return None
    match dimension:
        case Dimension.WAVE:
            return Question(Intent.STATUS, wave_id=key)
        case Dimension.MODE:
            return Question(Intent.STATUS, mode=key)
        case Dimension.PARTICIPANT:
            return Question(Intent.PARTICIPANT, participant_id=key)
        case Dimension.PERSON:
            return Question(Intent.JUROR, person_id=key)
        case Dimension.VOIVODSHIP:
            index = voivodship_index(str(key))
            return None if index is None else Question(Intent.STATUS, voivodship=VOIVODSHIPS[index])

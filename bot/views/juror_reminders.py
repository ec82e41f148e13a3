"""What a juror is reminded of, in words that tell a passer-by nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import moment_text, texts, weekday_text
from bot.tap_kinds import Accept, Begin, ContinueContact, Decline, OneTask, Tasks
from bot.views.facts import TaskFact
from bot.views.scene import menu_button


def offer_unanswered(fact: TaskFact, *, until: datetime, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """A task on offer waits for a yes or a no."""
    _ = texts(language)
    time = moment_text(until, language=language, zone=zone, now=now)
    said = _("{place}: can it be yours? The answer is awaited by {time}.", place=fact.place, time=time)
    rows = (
        (
            menu_button(_("I take it"), Accept(fact.assignment), style=ButtonStyle.PRIMARY),
            menu_button(_("Not this one"), Decline(fact.assignment)),
        ),
        (_card(fact, language),),
    )
    return Outgoing(said, buttons=rows)


def window_opens(fact: TaskFact, *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """A task that was taken can begin, or soon can."""
    _ = texts(language)
    due = _day(fact.due_at, language=language, zone=zone)
    if fact.opens_at is not None and now < fact.opens_at:
        day = _day(fact.opens_at, language=language, zone=zone)
        said = _("{place}: it can begin from {day}; until {due}.", place=fact.place, day=day, due=due)
        return Outgoing(said, buttons=((_card(fact, language),),))
    said = _("{place}: from now on it can begin; until {due}.", place=fact.place, due=due)
    begin = menu_button(_("Begin"), Begin(fact.assignment), style=ButtonStyle.PRIMARY)
    return Outgoing(said, buttons=((begin, _card(fact, language)),))


def contact_due(fact: TaskFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """The last day of a task comes near."""
    _ = texts(language)
    said = _("{place}: until {due}.", place=fact.place, due=_day(fact.due_at, language=language, zone=zone))
    return Outgoing(said, buttons=((_onward(fact, language), _card(fact, language)),))


def contact_late(fact: TaskFact, *, language: str) -> Outgoing:
    """The last day of a task has passed: what was begun can go on, the rest is for another day or somebody else."""
    _ = texts(language)
    if fact.contact is not None:
        said = _("{place}: the date has passed, and it can still be finished.", place=fact.place)
        return Outgoing(said, buttons=((_onward(fact, language),),))
    said = _("{place}: the date has passed. If it cannot be done, a word is enough.", place=fact.place)
    return Outgoing(said, buttons=((_card(fact, language),),))


def evidence_missing(place: str, count: int, *, contact: int, language: str) -> Outgoing:
    """Files of something that was sent did not arrive."""
    _ = texts(language)
    said = _.many(
        "{place}: {n} file did not arrive. Please send it once more.",
        "{place}: {n} files did not arrive. Please send them once more.",
        count,
        place=place,
    )
    return Outgoing(said, buttons=(_open(contact, language),))


def return_waiting(
    place: str, *, contact: int, until: datetime | None, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """Questions that came back wait for an answer."""
    _ = texts(language)
    if until is None:
        return Outgoing(
            _("{place}: a few questions wait for an answer.", place=place), buttons=(_open(contact, language),)
        )
    time = moment_text(until, language=language, zone=zone, now=now)
    said = _("{place}: a few questions wait for an answer, by {time}.", place=place, time=time)
    return Outgoing(said, buttons=(_open(contact, language),))


def _open(contact: int, language: str) -> tuple[Button, ...]:
    _ = texts(language)
    return (
        menu_button(_("Open"), ContinueContact(contact), style=ButtonStyle.PRIMARY),
        menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET),
    )


def _onward(fact: TaskFact, language: str) -> Button:
    _ = texts(language)
    if fact.contact is None:
        return menu_button(_("Begin"), Begin(fact.assignment), style=ButtonStyle.PRIMARY)
    return menu_button(_("Go on"), ContinueContact(fact.contact), style=ButtonStyle.PRIMARY)


def _card(fact: TaskFact, language: str) -> Button:
    _ = texts(language)
    return menu_button(_("Details"), OneTask(fact.assignment), style=ButtonStyle.QUIET)


def _day(moment: datetime | None, *, language: str, zone: ZoneInfo) -> str:
    return "–" if moment is None else weekday_text(moment.astimezone(zone).date(), language=language)

"""What a broadcast brings to a person: the author's words, or the tasks they are asked to take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import Translator, moment_text, texts, weekday_text
from bot.tap_kinds import AcceptAll, OfficeMenu, OneTask, Tasks
from bot.views import juror_tasks
from bot.views.common import mode_name
from bot.views.facts import TaskFact
from bot.views.pages import brief
from bot.views.placeholders import bullets
from bot.views.scene import MAX_LABEL, menu_button
from storage.people import Role

LINES = 20
"""Tasks listed in one message; the others are counted, and stand under "Tasks"."""

BUTTONS = 6
"""Tasks with a button of their own."""


def message(text: str, role: Role, *, language: str) -> Outgoing:
    """The author's words as they are, and a way on: whoever taps it has seen them."""
    _ = texts(language)
    on = (
        menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET)
        if role is Role.JUROR
        else menu_button(_("Menu"), OfficeMenu(), style=ButtonStyle.QUIET)
    )
    return Outgoing(text, buttons=((on,),))


def offers(facts: Sequence[TaskFact], *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Tasks on offer, in one message; one alone looks as it always does."""
    if len(facts) == 1:
        return juror_tasks.offer(facts[0], language=language, zone=zone, now=now)
    _ = texts(language)
    lines = [_line(_, fact, zone=zone) for fact in facts[:LINES]]
    blocks = [_.many("{n} new task:", "{n} new tasks:", len(facts)), bullets(lines)]
    if len(facts) > LINES:
        blocks.append(_.many("and {n} more", "and {n} more", len(facts) - LINES))
    answers = [fact.answer_by for fact in facts if fact.answer_by is not None]
    if answers:
        until = moment_text(min(answers), language=language, zone=zone, now=now)
        blocks.append(_("Please answer by {time}.", time=until))
    newest = max(fact.assignment for fact in facts)
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Take all ({n})", n=len(facts)), AcceptAll(newest), style=ButtonStyle.PRIMARY),)
    ]
    if len(facts) <= BUTTONS:
        rows += [(_button(fact, language=language),) for fact in facts]
    rows.append((menu_button(_("Look at them one by one"), Tasks()),))
    return Outgoing("\n\n".join(blocks), head=_("Tasks"), buttons=tuple(rows))


def _line(_: Translator, fact: TaskFact, *, zone: ZoneInfo) -> str:
    about = f"{fact.place} – {mode_name(fact.mode, language=_.language)}"
    if fact.due_at is None:
        return about
    day = weekday_text(fact.due_at.astimezone(zone).date(), language=_.language)
    return _("{task}: until {day}", task=about, day=day)


def _button(fact: TaskFact, *, language: str) -> Button:
    mode = mode_name(fact.mode, language=language)
    return menu_button(f"{brief(fact.place, limit=MAX_LABEL - len(mode) - 3)} – {mode}", OneTask(fact.assignment))

"""What a juror reads when somebody of the office asks how things go: short, gentle, telling nothing to passers-by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.i18n import moment_text, texts
from bot.tap_kinds import OneTask, Tasks
from bot.views.pages import brief
from bot.views.scene import MAX_LABEL, Rows, menu_button

TASKS_SHOWN = 5
"""Tasks named one by one; the others are counted, and stand in the list."""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """One thing that waits for the juror. ``needs_answer``: an offer."""

    task_id: int
    place: str
    due_at: datetime
    needs_answer: bool


def reminder(tasks: Sequence[WaitingTask], *, language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """One message for all that waits."""
    _ = texts(language)
    lines = [_.many("A kind reminder: {n} task waits.", "A kind reminder: {n} tasks wait.", len(tasks))]
    for task in tasks[:TASKS_SHOWN]:
        time = moment_text(task.due_at, language=language, zone=zone, now=now)
        if task.needs_answer:
            lines.append("• " + _("{place}: yes or no?", place=task.place))
        elif task.due_at < now:
            lines.append("• " + _("{place}: the date was {time}", place=task.place, time=time))
        else:
            lines.append("• " + _("{place}: by {time}", place=task.place, time=time))
    left = len(tasks) - TASKS_SHOWN
    if left > 0:
        lines.append(_.many("and {n} more in the list of tasks", "and {n} more in the list of tasks", left))
    lines.append(_("If something is in the way, just decline or write: that is all right."))
    rows: Rows = tuple(
        (menu_button(brief(task.place, limit=MAX_LABEL), OneTask(task.task_id)),) for task in tasks[:TASKS_SHOWN]
    )
    return Outgoing("\n".join(lines), buttons=(*rows, (menu_button(_("Tasks"), Tasks()),)))

"""How an edition stands, in words: for organizers and coordinators."""

from __future__ import annotations

from bot.channels.base import Outgoing
from bot.i18n import Translator, texts
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from scenarios.contact import Phase
from scenarios.model import Mode
from storage.assignments import State
from storage.status import Counts


def status(counts: Counts, *, edition: str, participants: int, language: str, parked: int = 0) -> Outgoing:
    """The edition in a few sentences. ``parked``: messages that could not be taken in and wait for somebody."""
    _ = texts(language)
    blocks = [
        "\n".join([_size(_, counts, participants), *_by_state(_, counts)]),
        "\n".join(_by_phase(_, counts)),
        "\n".join(_by_mode(_, counts)),
        "\n".join(_needs_somebody(_, counts, parked)) or _("Nothing waits for anybody now."),
    ]
    return Outgoing("\n\n".join(block for block in blocks if block), head=edition, buttons=home_rows(language))


def _size(_: Translator, counts: Counts, participants: int) -> str:
    places = _.many("{n} institution", "{n} institutions", participants)
    tasks = _.many("{n} task", "{n} tasks", sum(counts.assignments.values()))
    return f"{places}, {tasks}."


def _by_state(_: Translator, counts: Counts) -> list[str]:
    offered, taken, done = (_in_state(counts, each) for each in (State.OFFERED, State.ACCEPTED, State.DONE))
    left = sum(_in_state(counts, each) for each in (State.DECLINED, State.EXPIRED, State.RETURNED, State.VOID))
    lines = [
        (offered, _.many("{n} waits for an answer", "{n} wait for an answer", offered)),
        (taken, _.many("{n} was taken", "{n} were taken", taken)),
        (done, _.many("{n} is done", "{n} are done", done)),
        (left, _.many("{n} needs somebody else", "{n} need somebody else", left)),
    ]
    return [f"• {text}" for n, text in lines if n]


def _by_phase(_: Translator, counts: Counts) -> list[str]:
    going = counts.contacts.get(Phase.OPEN, 0)
    sent = counts.contacts.get(Phase.SUBMITTED, 0) + counts.contacts.get(Phase.LOCKED, 0)
    lines = []
    if going:
        lines.append(_.many("{n} contact is under way.", "{n} contacts are under way.", going))
    if sent:
        lines.append(_.many("{n} report has been sent.", "{n} reports have been sent.", sent))
    return lines or [_("No contact has begun yet.")]


def _by_mode(_: Translator, counts: Counts) -> list[str]:
    """Of each mode, how many are done."""
    lines = []
    for mode in Mode:
        total = sum(n for (_state, each), n in counts.assignments.items() if each is mode)
        done = counts.assignments.get((State.DONE, mode), 0)
        if total:
            name = mode_name(mode, language=_.language)
            lines.append(_("{mode}: {done} of {total} done", mode=name.capitalize(), done=done, total=total))
    return lines


def _needs_somebody(_: Translator, counts: Counts, parked: int) -> list[str]:
    lines = []
    if counts.late:
        lines.append(_.many("{n} task is past its date.", "{n} tasks are past their date.", counts.late))
    if counts.evidence_waiting:
        lines.append(_.many("{n} file is on its way.", "{n} files are on their way.", counts.evidence_waiting))
    if parked:
        lines.append(_.many("{n} message could not be taken in.", "{n} messages could not be taken in.", parked))
    return lines


def _in_state(counts: Counts, state: State) -> int:
    return sum(n for (each, _mode), n in counts.assignments.items() if each is state)

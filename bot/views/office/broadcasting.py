"""A broadcast that is on its way or over: the list of all, the progress of one, who was not reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.broadcasting import (
    Broadcasts,
    CancelRest,
    NewMessage,
    NotReached,
    OneBroadcast,
    PauseSending,
    RecipientsTable,
    Refreshed,
    Resend,
    ResumeSending,
    SendAssignments,
    Unschedule,
)
from bot.reports.recipes import Cell
from bot.views.coordinator import home_rows
from bot.views.pages import brief
from bot.views.scene import MAX_LABEL, Rows, menu_button
from storage.broadcasts import Broadcast, Kind, Progress, State
from storage.people import Role
from storage.recipients import Fate, Outlook

ON_PAGE = 5
NAMES_ON_PAGE = 25
EXCERPT = 160
"""Characters of a message's text shown to call it to mind."""

KINDS = {Kind.MESSAGE: N_("Message"), Kind.ASSIGNMENTS: N_("Tasks")}

STATES = {
    State.DRAFT: N_("a draft"),
    State.SCHEDULED: N_("scheduled"),
    State.RUNNING: N_("being sent"),
    State.PAUSED: N_("paused"),
    State.DONE: N_("sent to all"),
    State.CANCELLED: N_("stopped"),
}

FATES = {
    Fate.WAITING: N_("still waiting"),
    Fate.QUEUED: N_("on its way"),
    Fate.SENT: N_("arrived"),
    Fate.BLOCKED: N_("has blocked or left the chat"),
    Fate.NO_CHAT: N_("without a chat"),
    Fate.FAILED: N_("did not work"),
    Fate.NOTHING: N_("nothing to send any more"),
    Fate.CANCELLED: N_("not sent"),
}

ROLES = {Role.JUROR: N_("juror"), Role.COORDINATOR: N_("coordinator"), Role.ORGANIZER: N_("organizer")}

_REFUSED = "refused: "


def board_of(broadcast_id: int) -> str:
    """The name of the message that shows a broadcast."""
    return f"broadcast:{broadcast_id}"


def listed(
    found: Sequence[Broadcast], *, page: int, total: int, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """A page of broadcasts, the newest first."""
    _ = texts(language)
    rows: list[tuple[Button, ...]] = [(menu_button(_list_label(_, one), OneBroadcast(one.id)),) for one in found]
    turning = []
    if page > 0:
        turning.append(menu_button(_("Newer"), Broadcasts(page - 1), style=ButtonStyle.QUIET))
    if (page + 1) * ON_PAGE < total:
        turning.append(menu_button(_("Older"), Broadcasts(page + 1), style=ButtonStyle.QUIET))
    if turning:
        rows.append(tuple(turning))
    rows.append((menu_button(_("New message"), NewMessage()), menu_button(_("Send tasks"), SendAssignments())))
    lines = [_list_line(_, one, zone=zone, now=now) for one in found]
    body = "\n".join(lines) if lines else _("Nothing was sent to many people yet.")
    return Outgoing(body, head=_("Broadcasts"), buttons=(*rows, *home_rows(language)))


def progress(
    sent: Broadcast, counts: Progress, *, again: int, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """How far a broadcast is; ``again``: how many could be tried once more."""
    _ = texts(language)
    blocks = [_state(_, sent, zone=zone, now=now)]
    if sent.kind is Kind.MESSAGE:
        blocks.insert(0, f"„{brief(sent.text, limit=EXCERPT)}”")
    if counts.total:
        blocks.append("\n".join(_counts(_, counts)))
    if sent.kind is Kind.ASSIGNMENTS and counts.offered:
        blocks.append("\n".join(_answers(_, counts)))
    settled = counts.total - counts.waiting - counts.queued
    return Outgoing(
        "\n\n".join(blocks),
        head=head_of(sent, language),
        buttons=(*_rows(_, sent, counts, again=again), *home_rows(language)),
        board=board_of(sent.id),
        progress=(settled, counts.total) if counts.total and sent.state is State.RUNNING else None,
    )


def head_of(sent: Broadcast, language: str) -> str:
    """What stands above everything about a broadcast."""
    _ = texts(language)
    return _("Broadcast {n}", n=sent.id) + f" · {_(KINDS[sent.kind])}"


def finished(sent: Broadcast, counts: Progress, *, language: str) -> Outgoing:
    """It is over: said aloud."""
    _ = texts(language)
    lines = [_("All done. Sent: {n} of {total}.", n=counts.sent, total=counts.total)]
    rows: list[tuple[Button, ...]] = [(menu_button(_("Show"), OneBroadcast(sent.id)),)]
    missing = _missing(counts)
    if missing:
        lines.append(_.many("{n} person was not reached.", "{n} people were not reached.", missing))
        rows.append((menu_button(_("Who?"), NotReached(sent.id, 0)),))
    return Outgoing("\n".join(lines), head=head_of(sent, language), buttons=tuple(rows))


def sure_to_stop(sent: Broadcast, counts: Progress, *, language: str) -> Outgoing:
    """Whether the rest is to be left out."""
    _ = texts(language)
    left = counts.waiting + counts.queued
    said = _.many(
        "{n} person has not got it yet, and will not get it then. This cannot be undone.",
        "{n} people have not got it yet, and will not get it then. This cannot be undone.",
        left,
    )
    rows = (
        (menu_button(_("Stop it for good"), CancelRest(sent.id, 1), style=ButtonStyle.DANGER),),
        (menu_button(_("Back"), OneBroadcast(sent.id)),),
    )
    return Outgoing(said, head=head_of(sent, language), buttons=rows)


def not_reached(sent: Broadcast, found: Sequence[Outlook], *, page: int, total: int, language: str) -> Outgoing:
    """Who has not got it and why, a page of them."""
    _ = texts(language)
    lines = [f"• {one.name} – {fate_text(one, language=language)}" for one in found]
    turning = []
    if page > 0:
        turning.append(menu_button(_("Previous"), NotReached(sent.id, page - 1), style=ButtonStyle.QUIET))
    if (page + 1) * NAMES_ON_PAGE < total:
        turning.append(menu_button(_("Next"), NotReached(sent.id, page + 1), style=ButtonStyle.QUIET))
    rows: Rows = (
        *((tuple(turning),) if turning else ()),
        (menu_button(_("As a table"), RecipientsTable(sent.id), style=ButtonStyle.QUIET),),
        (menu_button(_("Back"), OneBroadcast(sent.id)),),
    )
    body = "\n".join(lines) if lines else _("Everybody was reached.")
    return Outgoing(body, head=head_of(sent, language), buttons=rows)


def fate_text(one: Outlook, *, language: str) -> str:
    """What became of one person's message, in words."""
    _ = texts(language)
    if one.is_held:
        return _("waits until the chat is shown again")
    said = _(FATES[one.state])
    return said if one.state is not Fate.FAILED else f"{said}: {_problem(_, one.problem or '')}"


def table_heads(sent: Broadcast, *, language: str) -> tuple[str, tuple[str, ...]]:
    """The title of the table of recipients, and what stands above its columns."""
    _ = texts(language)
    title = _("Broadcast {n}", n=sent.id)
    return title, (_("Name"), _("Role"), _("State"), _("Sent at"), _("Seen"))


def table_row(one: Outlook, *, language: str) -> tuple[Cell, ...]:
    """One recipient in the table."""
    _ = texts(language)
    seen = (_("yes") if one.has_seen else _("no")) if one.state is Fate.SENT else ""
    return (one.name, _(ROLES[one.role]), fate_text(one, language=language), one.sent_at, seen)


def table_message(sent: Broadcast, *, language: str) -> Outgoing:
    """What comes with the table."""
    _ = texts(language)
    rows = ((menu_button(_("Back"), OneBroadcast(sent.id), style=ButtonStyle.QUIET),),)
    return Outgoing(_("All recipients."), head=head_of(sent, language), buttons=rows, may_be_saved=True)


def _list_label(_: Translator, one: Broadcast) -> str:
    about = one.text if one.kind is Kind.MESSAGE and one.text else _(KINDS[one.kind])
    state = _(STATES[one.state])
    return f"{one.id}. {brief(about, limit=MAX_LABEL - len(state) - 8)} – {state}"


def _list_line(_: Translator, one: Broadcast, *, zone: ZoneInfo, now: datetime) -> str:
    at = moment_text(one.started_at or one.run_at or one.created_at, language=_.language, zone=zone, now=now)
    return f"{one.id}. {_(KINDS[one.kind])}, {at}: {_(STATES[one.state])}"


def _state(_: Translator, sent: Broadcast, *, zone: ZoneInfo, now: datetime) -> str:
    def at(moment: datetime | None) -> str:
        return "" if moment is None else moment_text(moment, language=_.language, zone=zone, now=now)

    match sent.state:
        case State.SCHEDULED:
            return _("To be sent on {time}.", time=at(sent.run_at))
        case State.RUNNING:
            return _("Being sent…")
        case State.PAUSED:
            return _("Paused. What is on its way already still arrives.")
        case State.DONE:
            return _("Sent on {time}.", time=at(sent.started_at))
        case State.CANCELLED:
            return _("Stopped on {time}.", time=at(sent.settled_at))
        case State.DRAFT:
            return _("Not sent yet.")


def _counts(_: Translator, counts: Progress) -> list[str]:
    waiting = counts.waiting + counts.queued - counts.held
    several = [
        (_("Waiting: {n}", n=waiting), waiting),
        (_("Waiting until the chat is shown again: {n}", n=counts.held), counts.held),
        (_("Blocked or left: {n}", n=counts.blocked), counts.blocked),
        (_("Without a chat: {n}", n=counts.no_chat), counts.no_chat),
        *(
            (_("Failed: {n} – {reason}", n=number, reason=_problem(_, problem)), number)
            for problem, number in counts.problems
        ),
        (_("Nothing to send any more: {n}", n=counts.nothing), counts.nothing),
        (_("Not sent: {n}", n=counts.cancelled), counts.cancelled),
    ]
    lines = [_("Sent: {n} of {total}", n=counts.sent, total=counts.total)]
    if counts.sent:
        lines.append(_("Seen: {n}", n=counts.seen))
    return lines + [line for line, number in several if number]


def _answers(_: Translator, counts: Progress) -> list[str]:
    lines = [
        _("Tasks offered: {n}", n=counts.offered),
        _("Taken: {n}", n=counts.accepted),
        _("Declined: {n}", n=counts.declined),
    ]
    return [*lines, _("No answer in time: {n}", n=counts.expired)] if counts.expired else lines


def _problem(_: Translator, problem: str) -> str:
    """Why a message could not be sent; what the channel said itself stays as it is."""
    if problem.startswith(_REFUSED):
        return _("the messenger does not take it ({reason})", reason=problem.removeprefix(_REFUSED))
    return _("the messenger did not answer")


def _missing(counts: Progress) -> int:
    return counts.blocked + counts.no_chat + counts.failed + counts.held


def _rows(_: Translator, sent: Broadcast, counts: Progress, *, again: int) -> list[tuple[Button, ...]]:
    refresh = menu_button(_("Refresh"), Refreshed(sent.id), style=ButtonStyle.QUIET)
    stop = menu_button(_("Stop for good"), CancelRest(sent.id, 0), style=ButtonStyle.DANGER)
    rows: list[tuple[Button, ...]] = []
    match sent.state:
        case State.SCHEDULED:
            rows.append((menu_button(_("Change"), Unschedule(sent.id)), stop))
        case State.RUNNING:
            rows.append((menu_button(_("Pause"), PauseSending(sent.id)), refresh))
        case State.PAUSED:
            rows.append((menu_button(_("Go on"), ResumeSending(sent.id), style=ButtonStyle.PRIMARY), stop))
        case _:
            rows.append((refresh,))
    if again and sent.state in {State.DONE, State.CANCELLED}:
        label = _.many("Try {n} person again", "Try {n} people again", again)
        rows.append((menu_button(label, Resend(sent.id)),))
    if _missing(counts):
        label = _("Not reached ({n})", n=_missing(counts))
        rows.append((menu_button(label, NotReached(sent.id, 0)),))
    if counts.total:
        table = menu_button(_("As a table"), RecipientsTable(sent.id), style=ButtonStyle.QUIET)
        rows.append((table, menu_button(_("Broadcasts"), Broadcasts(0), style=ButtonStyle.QUIET)))
    else:
        rows.append((menu_button(_("Broadcasts"), Broadcasts(0), style=ButtonStyle.QUIET),))
    return rows

"""Broadcasts: the list of them, one on its way, pausing and going on, and trying those again for whom it failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.office_taps.broadcasting import (
    Broadcasts,
    CancelRest,
    Everybody,
    FindPerson,
    Flip,
    NewMessage,
    NotReached,
    OneBroadcast,
    Options,
    PauseSending,
    Preview,
    RecipientsTable,
    Refreshed,
    Resend,
    ResumeSending,
    Reword,
    Schedule,
    SendAssignments,
    SendAt,
    SendNow,
    Unschedule,
)
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.office import broadcast_choices as choices
from bot.roles.office import broadcast_drafts as drafts
from bot.roles.office import feeding
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.views.office import broadcast_draft as draft_views
from bot.views.office import broadcasting as views
from storage import broadcasts, recipients
from storage.broadcasts import Broadcast, Kind, State
from storage.database import Unit
from storage.people import Person, Role
from storage.recipients import Fate

NOT_REACHED = (Fate.BLOCKED, Fate.NO_CHAT, Fate.FAILED)


def listed(talk: Talk, tap: Broadcasts) -> None:
    """A page of broadcasts."""
    total = broadcasts.count(talk.unit, talk.scope)
    last = max(0, (total - 1) // views.ON_PAGE)
    page = max(0, min(tap.page, last))
    found = broadcasts.listed(talk.unit, talk.scope, limit=views.ON_PAGE, offset=page * views.ON_PAGE)
    talk.say(views.listed(found, page=page, total=total, language=talk.language, zone=talk.zone, now=talk.now))


def one(talk: Talk, tap: OneBroadcast) -> None:
    """A broadcast, below what was said since."""
    sent = choices.own(talk, tap.broadcast, lock=False)
    if sent is not None:
        choices.show(talk, sent)


def refreshed(talk: Talk, tap: Refreshed) -> None:
    """A broadcast as it is now, in its place."""
    sent = choices.own(talk, tap.broadcast, lock=False)
    if sent is not None:
        choices.show(talk, sent, in_place=True)


def pause(talk: Talk, tap: PauseSending) -> None:
    """Stop for now."""
    sent = choices.own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state is State.RUNNING:
        _move(talk, sent, State.PAUSED, "broadcast.paused")
    choices.show_again(talk, sent.id)


def resume(talk: Talk, tap: ResumeSending) -> None:
    """Go on."""
    sent = choices.own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state is State.PAUSED:
        _move(talk, sent, State.RUNNING, "broadcast.resumed")
        feeding.run(talk.unit, sent, now=talk.now)
    choices.show_again(talk, sent.id)


def cancel_rest(talk: Talk, tap: CancelRest) -> None:
    """Send it to nobody else; asked first, unless nobody has got anything yet."""
    sent = choices.own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state is State.DRAFT:
        broadcasts.throw_away(talk.unit, sent.id)
        talk.note("broadcast.thrown_away", f"broadcast:{sent.id}")
        talk.say(draft_views.thrown_away(language=talk.language))
        return
    if sent.state in {State.RUNNING, State.PAUSED} and not tap.sure:
        counts = broadcasts.progress(talk.unit, sent.id)
        talk.say(views.sure_to_stop(sent, counts, language=talk.language))
        return
    if sent.state in {State.SCHEDULED, State.RUNNING, State.PAUSED}:
        # tasks are offered when their message enters the queue: nobody is left with an offer they never heard of
        offers = sent.kind is Kind.ASSIGNMENTS
        left = recipients.cancel_rest(talk.unit, sent.id, now=talk.now, but_queued=offers)
        broadcasts.move(talk.unit, sent.id, State.CANCELLED, settled_at=talk.now)
        talk.note("broadcast.cancelled", f"broadcast:{sent.id}", people=left, before=sent.state.value)
    choices.show_again(talk, sent.id, anew=True)


def resend(talk: Talk, tap: Resend) -> None:
    """Try those again for whom it failed, and those who can be reached by now."""
    sent = choices.own(talk, tap.broadcast)
    if sent is None:
        return
    if sent.state in {State.DONE, State.CANCELLED}:
        again = recipients.retry_failed(talk.unit, sent.id, now=talk.now)
        if again:
            broadcasts.move(talk.unit, sent.id, State.RUNNING, settled_at=None)
            talk.note("broadcast.resent", f"broadcast:{sent.id}", people=again)
            feeding.run(talk.unit, sent, now=talk.now)
    choices.show_again(talk, sent.id)


def not_reached(talk: Talk, tap: NotReached) -> None:
    """Who has not got it, and why."""
    sent = choices.own(talk, tap.broadcast, lock=False)
    if sent is None:
        return
    found = [
        each
        for each in recipients.outlooks(talk.unit, sent.id, (*NOT_REACHED, Fate.QUEUED))
        if each.state is not Fate.QUEUED or each.is_held
    ]
    page = max(0, min(tap.page, (len(found) - 1) // views.NAMES_ON_PAGE))
    shown = found[page * views.NAMES_ON_PAGE : (page + 1) * views.NAMES_ON_PAGE]
    talk.say(views.not_reached(sent, shown, page=page, total=len(found), language=talk.language))


def table(talk: Talk, tap: RecipientsTable) -> None:
    """All recipients as a table."""
    sent = choices.own(talk, tap.broadcast, lock=False)
    if sent is not None:
        talk.say(Outgoing(""))
        talk.produce("broadcasting.recipients", broadcast=sent.id)


def all_recipients(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """A broadcast's recipients: who, what became of it, when."""
    del now
    sent = broadcasts.broadcast(unit, int(about["broadcast"]))
    if sent is None or sent.edition_id != person.edition_id:
        return None
    if person.role is not Role.ORGANIZER and sent.author_id != person.id:
        return None
    language = known_language(person.language or desk.language)
    rows = tuple(views.table_row(each, language=language) for each in recipients.outlooks(unit, sent.id))
    title, header = views.table_heads(sent, language=language)
    sheet = Sheet(title, header, rows)
    return Recipe(views.table_message(sent, language=language), (Workbook(f"rozsylka-{sent.id}", (sheet,)),))


def command(talk: Talk, rest: str) -> None:
    """/rozsylki: the list."""
    del rest
    listed(talk, Broadcasts(0))


def _move(talk: Talk, sent: Broadcast, state: State, what: str) -> None:
    broadcasts.move(talk.unit, sent.id, state)
    talk.note(what, f"broadcast:{sent.id}")


SUBJECT = Subject(
    taps={
        Broadcasts: listed,
        NewMessage: drafts.new_message,
        SendAssignments: drafts.new_assignments,
        OneBroadcast: one,
        Refreshed: refreshed,
        Reword: drafts.reword,
        Options: choices.options,
        Flip: choices.flip,
        Everybody: choices.everybody,
        FindPerson: choices.find_person,
        Preview: drafts.preview,
        SendNow: drafts.send_now,
        Schedule: drafts.schedule,
        SendAt: drafts.send_at,
        Unschedule: drafts.unschedule,
        PauseSending: pause,
        ResumeSending: resume,
        CancelRest: cancel_rest,
        Resend: resend,
        NotReached: not_reached,
        RecipientsTable: table,
    },
    commands={"rozsylki": command, "broadcasts": command},
    dialogs={
        "broadcast.text": drafts.take_text,
        "broadcast.name": choices.take_name,
        "broadcast.when": drafts.take_moment,
    },
    recipes={"broadcasting.recipients": all_recipients},
)

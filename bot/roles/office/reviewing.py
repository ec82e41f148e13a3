"""The review of reports in the office's chat: the queue, a report with its doubts, and what is decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.jobs import Examine
from bot.office_taps.reviewing import (
    ReviewApprove,
    ReviewBeside,
    ReviewCard,
    ReviewComment,
    ReviewPart,
    ReviewQueue,
    ReviewReady,
    ReviewReturn,
    ReviewSendBack,
    ReviewStep,
    ReviewTable,
    ReviewTake,
    ReviewUndo,
    ReviewVoid,
    ReviewVoidBecause,
    ReviewWho,
)
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.office import compare_acts, examining
from bot.roles.office.review_acts import (
    DIALOG_COMMENT,
    DIALOG_VOID,
    approve,
    ask_void,
    ask_words,
    choose,
    comment_in_words,
    ready_comment,
    send,
    take,
    toggle,
    undo,
    void_because,
    void_in_words,
)
from bot.roles.office.review_facts import identity_of, in_hand, shown
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.views.common import mode_name
from bot.views.office import reviewing as views
from storage import reviews
from storage.database import Unit
from storage.people import Person
from storage.reviews import Which
from storage.scope import scope_of

TABLE = "reviewing.queue"
MAX_ROWS = 100_000
"""Rows of the table; far beyond any contest."""


def examine(unit: Unit, desk: Desk, work: Examine, *, now: datetime) -> None:
    """Look through a sent report for marks of doubt, and compare it with those of other jurors."""
    examining.examine(unit, desk, work.contact_id, now=now)
    compare_acts.compare(unit, desk, work.contact_id, now=now)


def _queue(talk: Talk, which: Which, page: int) -> Outgoing:
    counts = reviews.counts(talk.unit, talk.scope, person_id=talk.person.id)
    last = max(0, -(-counts[which] // views.ON_PAGE) - 1)
    number = max(0, min(page, last))
    lines = reviews.queue(
        talk.unit,
        talk.scope,
        which,
        person_id=talk.person.id,
        limit=views.ON_PAGE,
        offset=number * views.ON_PAGE,
    )
    return views.queue(lines, counts, which, number, language=talk.language, zone=talk.zone, now=talk.now)


def _waiting(talk: Talk, tap: ReviewQueue) -> None:
    talk.say(_queue(talk, Which.WAITING, tap.page))


def _part(talk: Talk, tap: ReviewPart) -> None:
    which = views.PARTS[tap.part] if 0 <= tap.part < len(views.PARTS) else Which.WAITING
    talk.say(_queue(talk, which, tap.page))


def _command(talk: Talk, _rest: str) -> None:
    talk.say(_queue(talk, Which.WAITING, 0))


def _card(talk: Talk, tap: ReviewCard) -> None:
    found = in_hand(talk, tap.contact)
    if found is not None:
        talk.note("review.read", f"contact:{tap.contact}")
        talk.say(shown(talk, found))


def _beside(talk: Talk, tap: ReviewBeside) -> None:
    found = in_hand(talk, tap.contact)
    if found is None:
        return
    there = reviews.beside(talk.unit, talk.scope, found.review, forward=tap.forward == 1)
    if there is None:
        _ = texts(talk.language)
        last = _("That was the last one that waits.") if tap.forward == 1 else _("There is none before this one.")
        talk.say(shown(talk, found, lead=last))
        return
    _card(talk, ReviewCard(there))


def _who(talk: Talk, tap: ReviewWho) -> None:
    found = in_hand(talk, tap.contact)
    if found is None:
        return
    person = identity_of(talk, found)
    if person is None:
        _ = texts(talk.language)
        said = _("Only the juror's own coordinator and the organizers can see this.")
        talk.say(shown(talk, found, lead=said))
        return
    talk.note("review.identity", f"contact:{tap.contact}", person=person.id)
    talk.say(views.identity(person.name, place=found.place, contact_id=tap.contact, language=talk.language))


def _table(talk: Talk, tap: ReviewTable) -> None:
    which = views.PARTS[tap.part] if 0 <= tap.part < len(views.PARTS) else Which.WAITING
    talk.produce(TABLE, part=which.value)
    _ = texts(talk.language)
    talk.say(Outgoing(_("The table is being made; it comes in a moment.")))


def _make_table(unit: Unit, _desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    del now
    which = Which(about["part"])
    _ = texts(known_language(person.language))
    lines = reviews.queue(unit, scope_of(person), which, person_id=person.id, limit=MAX_ROWS)
    header = (
        *(_("Report no."), _("Institution"), _("Mode"), _("State"), _("Sent on"), _("Waiting since")),
        *(_("Doubts"), _("Files on their way"), _("Answer by")),
    )
    rows = tuple(
        (
            *(line.contact_id, line.participant, mode_name(line.mode, language=_.language)),
            *(_(views.STATE_NAMES[line.state]), line.submitted_at, line.waiting_since),
            *(line.doubts, line.files_waiting, line.answer_by),
        )
        for line in lines
    )
    name = _(views.PART_NAMES[which])
    sheet = Sheet(name, header, rows)
    message = Outgoing(" – ".join((_("Reviewing"), name)), may_be_saved=True)
    return Recipe(message, (Workbook(_("Reviewing").lower(), (sheet,)),))


def _send(talk: Talk, tap: ReviewSendBack) -> None:
    send(talk, tap.contact, timedelta(hours=max(1, min(tap.hours, MAX_HOURS))))


MAX_HOURS = 24 * 31
"""The longest time that may be given for an answer."""

SUBJECT = Subject(
    taps={
        ReviewQueue: _waiting,
        ReviewPart: _part,
        ReviewTable: _table,
        ReviewCard: _card,
        ReviewBeside: _beside,
        ReviewApprove: approve,
        ReviewVoid: ask_void,
        ReviewVoidBecause: void_because,
        ReviewReturn: choose,
        ReviewStep: toggle,
        ReviewComment: ask_words,
        ReviewReady: ready_comment,
        ReviewSendBack: _send,
        ReviewTake: take,
        ReviewUndo: undo,
        ReviewWho: _who,
    },
    commands={"sprawdz": _command, "review": _command},
    dialogs={DIALOG_COMMENT: comment_in_words, DIALOG_VOID: void_in_words},
    recipes={TABLE: _make_table},
)

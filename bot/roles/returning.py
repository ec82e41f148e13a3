"""A report and its review: it joins the queue when it is sent, some of it goes back to its juror, and comes again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.channels.base import Outgoing
from bot.jobs import put_examine, put_lock, put_score
from bot.roles import rating, upcoming
from bot.talk import Desk, coordinators_of, in_edition, tell
from bot.views import juror_review
from scenarios import engine
from scenarios.contact import AskStep, Contact, Path, Phase, PutOnTray, Submitted, Turn
from scenarios.model import Mode
from storage import assignments, contacts, editions, evidence, journal, reviews
from storage.assignments import Assignment
from storage.contacts import ContactRow
from storage.database import Unit
from storage.reviews import ReviewState

SENT = frozenset({Phase.SUBMITTED, Phase.LOCKED})
"""Phases of a report that can be reviewed."""


def sent(unit: Unit, before: Contact, event: Submitted, window: timedelta, *, now: datetime) -> None:
    """A report was sent, or sent again: it waits for its review and is examined for doubts.

    After a return its correction window is what it was: where that is over, it closes at once.
    """
    contact_id = before.id
    put_examine(unit, contact_id, now=now)
    put_score(unit, contact_id, now=now)
    rating.report_sent(unit, before, now=now)
    if reviews.begin(unit, contact_id, now=now) or not event.again:
        return
    found = reviews.review(unit, contact_id, lock=True)
    if found is None or found.state is ReviewState.VOID:
        return
    what = "review.answered" if found.state is ReviewState.RETURNED else "review.corrected"
    details = {"before": found.state.value}
    reviews.set_state(unit, contact_id, ReviewState.WAITING, now=now, answer_by=None)
    journal.write(unit, at=now, who=None, what=what, subject=f"contact:{contact_id}", details=details)
    if before.returned and before.submitted_at is not None:
        _close_at(unit, contact_id, before.submitted_at + window, now=now)


def send_back(
    unit: Unit,
    desk: Desk,
    contact_id: int,
    paths: Collection[Path],
    *,
    comment: str,
    answer_by: datetime,
    now: datetime,
    by: int | None,
) -> tuple[Path, ...]:
    """Ask the juror just those questions of a sent report once more, and tell them; the paths that are asked now.

    Nothing happens, and none come back, for a report that was never sent or does not count, and for paths without an
    answer. What was returned before and is still open stays; the later date then holds, and both comments.
    """
    row = contacts.load(unit, contact_id, lock=True)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or task is None or row.phase not in SENT:
        return ()
    desk = in_edition(unit, desk, task.edition_id)
    scenario = desk.scripts.version(unit, row.scenario_version)
    reviews.begin(unit, contact_id, now=now)
    found = reviews.review(unit, contact_id, lock=True)
    if found is None or found.state is ReviewState.VOID:
        return ()
    turn = engine.ask_again(scenario, row.contact, paths, now=now, zone=desk.zone)
    if turn.rejection is not None:
        return ()
    if row.contact.returned and found.state is ReviewState.RETURNED:
        answer_by = max(answer_by, found.answer_by or answer_by)
        comment = "\n".join(dict.fromkeys(part for part in (found.comment or "", comment) if part))
    _save(unit, turn, now=now)
    contacts.set_locks_at(unit, contact_id, answer_by)
    put_lock(unit, contact_id, run_at=answer_by, now=now)
    left = turn.contact.left
    reviews.set_state(
        unit,
        contact_id,
        ReviewState.RETURNED,
        now=now,
        reviewer_id=by if by is not None else found.reviewer_id,
        comment=comment,
        paths=left,
        answer_by=answer_by,
    )
    details = {"before": found.state.value, "paths": list(left), "answer_by": answer_by.isoformat()}
    journal.write(unit, at=now, who=by, what="review.returned", subject=f"contact:{contact_id}", details=details)
    upcoming.after_return(unit, desk, contact_id, now)
    put_score(unit, contact_id, now=now)
    _tell_juror(
        unit,
        desk,
        task,
        lambda place, language: juror_review.returned(
            len(left),
            place=place,
            mode=Mode(task.mode),
            contact_id=contact_id,
            comment=comment,
            answer_by=answer_by,
            language=language,
            zone=desk.zone,
            now=now,
        ),
        now=now,
    )
    return left


def take_back(unit: Unit, desk: Desk, contact_id: int, *, now: datetime, by: int | None) -> bool:
    """What was returned is not wanted any more: the report is as it was, with what was answered anew since."""
    row = contacts.load(unit, contact_id, lock=True)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if row is None or task is None or not row.contact.returned:
        return False
    scenario = desk.scripts.version(unit, row.scenario_version)
    zone = in_edition(unit, desk, task.edition_id).zone
    _save(unit, engine.stop_asking(scenario, row.contact, now=now, zone=zone), now=now)
    if row.contact.submitted_at is not None:
        edition = editions.edition(unit, task.edition_id)
        hours = editions.CORRECTION_HOURS if edition is None else edition.correction_hours
        _close_at(unit, contact_id, row.contact.submitted_at + timedelta(hours=hours), now=now)
    reviews.set_state(unit, contact_id, ReviewState.WAITING, now=now, reviewer_id=by, answer_by=None)
    put_examine(unit, contact_id, now=now)
    journal.write(
        unit, at=now, who=by, what="review.undone", subject=f"contact:{contact_id}", details={"before": "returned"}
    )
    _tell_juror(
        unit,
        desk,
        task,
        lambda place, language: juror_review.not_needed(place=place, mode=Mode(task.mode), language=language),
        now=now,
    )
    return True


def unanswered(unit: Unit, desk: Desk, contact_id: int, *, now: datetime) -> None:
    """The time for what was returned is over: the report is back in the queue, and its coordinators are told."""
    found = reviews.review(unit, contact_id, lock=True)
    row = contacts.load(unit, contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if found is None or task is None or found.state is ReviewState.VOID or not found.paths:
        return
    reviews.set_state(unit, contact_id, ReviewState.WAITING, now=now, answer_by=found.answer_by or now)
    put_examine(unit, contact_id, now=now)
    journal.write(unit, at=now, who=None, what="review.unanswered", subject=f"contact:{contact_id}", details={})
    from bot.views.office import reviewing as views

    place = place_of(unit, task)
    for person_id in coordinators_of(unit, edition_id=task.edition_id, coordinator_id=task.coordinator_id):
        tell(
            unit,
            desk,
            person_id,
            lambda language: views.unanswered(contact_id, place=place, mode=Mode(task.mode), language=language),
            now=now,
        )


def close(unit: Unit, desk: Desk, row: ContactRow, *, now: datetime) -> None:
    """Nothing of a report can be changed any more, whatever was being asked."""
    turn = engine.lock(desk.scripts.version(unit, row.scenario_version), row.contact)
    if turn.events:
        _save(unit, turn, now=now)
        journal.write(unit, at=now, who=None, what="locked", subject=f"contact:{row.id}", details={})


def lead(unit: Unit, turn: Turn, *, language: str) -> str:
    """The coordinator's words above a question that came back; nothing above any other."""
    if not isinstance(turn.prompt, AskStep) or not turn.prompt.returned:
        return ""
    found = reviews.review(unit, turn.contact.id)
    return "" if found is None else juror_review.said(found.comment or "", language=language)


def place_of(unit: Unit, task: Assignment) -> str:
    """The short name of the institution a task is about."""
    participant = editions.participant(unit, task.participant_id)
    return "" if participant is None else participant.short_name


def _close_at(unit: Unit, contact_id: int, at: datetime, *, now: datetime) -> None:
    contacts.set_locks_at(unit, contact_id, at)
    put_lock(unit, contact_id, run_at=max(at, now), now=now)


def _save(unit: Unit, turn: Turn, *, now: datetime) -> None:
    contacts.save(unit, turn.contact, turn.events, update_id=None, now=now)
    for event in turn.events:
        if isinstance(event, PutOnTray):
            for item in event.evidence:
                evidence.attach(unit, item, None)


def _tell_juror(
    unit: Unit, desk: Desk, task: Assignment, build: Callable[[str, str], Outgoing], *, now: datetime
) -> None:
    place = place_of(unit, task)
    tell(unit, desk, task.person_id, lambda language: build(place, language), now=now)

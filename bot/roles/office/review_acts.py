"""What is decided about a report: approved, sent back, not counted, taken on, and each of these undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.i18n import moment_text, texts
from bot.jobs import put_examine, put_score
from bot.office_taps.reviewing import (
    ReviewApprove,
    ReviewComment,
    ReviewReady,
    ReviewReturn,
    ReviewStep,
    ReviewTake,
    ReviewUndo,
    ReviewVoid,
    ReviewVoidBecause,
)
from bot.roles import offering, returning, upcoming
from bot.roles.office.review_facts import InHand, card_fact, in_hand, shown
from bot.talk import Talk
from bot.views import juror_review
from bot.views.answers import answered
from bot.views.office import reviewing as views
from bot.views.office.reviewing import StepFact
from bot.views.rejections import rejection_text
from scenarios.contact import Path, Phase, Rejection
from scenarios.model import Mode
from scenarios.replies import read_text
from scenarios.report import report_of
from storage import assignments, doubts, people, reviews
from storage.assignments import State
from storage.reviews import ReviewState

DIALOG_COMMENT = "review.comment"
DIALOG_VOID = "review.void"
MAX_WORDS = 500
"""Characters of a comment or a reason."""


def approve(talk: Talk, tap: ReviewApprove) -> None:
    """The report is complete; its juror is thanked."""
    found = _waiting(talk, tap.contact)
    if found is None:
        return
    _ = texts(talk.language)
    if found.row.contact.phase not in returning.SENT:
        talk.say(shown(talk, found, lead=_("This contact was ended by its juror; there is nothing to approve.")))
        return
    _decide(talk, found, ReviewState.APPROVED)
    talk.note("review.approved", f"contact:{tap.contact}", before=found.review.state.value)
    place, mode = found.place, Mode(found.task.mode)
    talk.tell(found.task.person_id, lambda language: juror_review.approved(place=place, mode=mode, language=language))
    talk.say(shown(talk, found, lead=_("Approved. The juror was thanked.")))


def take(talk: Talk, tap: ReviewTake) -> None:
    """Take the review on, or let it go."""
    found = _waiting(talk, tap.contact)
    if found is None:
        return
    mine = tap.on == 1
    reviews.take_on(talk.unit, tap.contact, talk.person.id if mine else None, now=talk.now)
    talk.note("review.taken" if mine else "review.let_go", f"contact:{tap.contact}", before=found.review.reviewer_id)
    _ = texts(talk.language)
    talk.say(shown(talk, found, lead=_("It is with you now.") if mine else _("It is with nobody in particular now.")))


# Not counted --------------------------------------------------------------------------------------------------------


def ask_void(talk: Talk, tap: ReviewVoid) -> None:
    """Ask why the contact is not to count."""
    found = _waiting(talk, tap.contact)
    if found is not None:
        talk.say(views.void_reasons(place=found.place, contact_id=tap.contact, language=talk.language))


def void_because(talk: Talk, tap: ReviewVoidBecause) -> None:
    """The contact does not count, for one of the usual reasons or one in words."""
    found = _waiting(talk, tap.contact)
    if found is None:
        return
    if 0 <= tap.reason < len(views.VOID_REASONS):
        _void(talk, found, views.VOID_REASONS[tap.reason][0])
        return
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_VOID, "contact": tap.contact})
    talk.say(views.void_in_words(place=found.place, contact_id=tap.contact, language=talk.language))


def void_in_words(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The reason in the reviewer's own words."""
    found = _waiting(talk, int(dialog["contact"]))
    if found is None:
        return
    words = read_text(text, maximum=MAX_WORDS)
    if isinstance(words, Rejection):
        people.set_dialog(talk.unit, talk.person.id, dialog)
        lead = rejection_text(words, None, language=talk.language)
        talk.say(views.void_in_words(place=found.place, contact_id=found.row.id, lead=lead, language=talk.language))
        return
    _void(talk, found, words, is_code=False)


def _void(talk: Talk, found: InHand, reason: str, *, is_code: bool = True) -> None:
    leave_out(talk, found, reason, is_code=is_code)
    _ = texts(talk.language)
    lead = _("It does not count now. The juror was told kindly, and without a reason.")
    talk.say(shown(talk, found, lead=lead))


def leave_out(talk: Talk, found: InHand, reason: str, *, is_code: bool = True) -> None:
    """The report is closed as it is; the planned contact, if there was one, goes to somebody else."""
    labels = dict(views.VOID_REASONS)
    words = texts(talk.language)(labels[reason]) if is_code else reason
    returning.close(talk.unit, talk.desk, found.row, now=talk.now)
    _decide(talk, found, ReviewState.VOID, comment=words)
    assignments.change(talk.unit, found.task.id, state=State.VOID, reason=words, now=talk.now)
    kept = {"reason": reason if is_code else "own words", "before": found.review.state.value}
    talk.note("review.void", f"contact:{found.row.id}", **kept)
    place, mode = found.place, Mode(found.task.mode)
    talk.tell(found.task.person_id, lambda language: juror_review.void(place=place, mode=mode, language=language))
    task = assignments.assignment(talk.unit, found.task.id)
    if task is not None and task.slot_id is not None:
        offering.pass_on(talk.unit, talk.desk, task, now=talk.now)
    put_examine(talk.unit, found.row.id, now=talk.now)


# Sent back ----------------------------------------------------------------------------------------------------------


def choose(talk: Talk, tap: ReviewReturn) -> None:
    """Show the questions that can go back."""
    found = _waiting(talk, tap.contact)
    if found is not None:
        _show_steps(talk, found, _chosen(talk, found), tap.page)


def toggle(talk: Talk, tap: ReviewStep) -> None:
    """Put a question among those that go back, or take it out; a button of an older report changes nothing."""
    found = _waiting(talk, tap.contact)
    if found is None:
        return
    chosen, paths = _chosen(talk, found), _paths(found)
    if tap.revision != found.row.contact.revision or not 0 <= tap.line < len(paths):
        _ = texts(talk.language)
        lead = _("The report has changed meanwhile; here is how it is now.")
        _show_steps(talk, found, chosen, tap.page, lead=lead)
        return
    path = paths[tap.line]
    chosen = tuple(other for other in chosen if other != path) if path in chosen else (*chosen, path)
    reviews.put_together(talk.unit, found.review, chosen=chosen, draft=found.review.draft)
    _show_steps(talk, found, chosen, tap.page)


def ask_words(talk: Talk, tap: ReviewComment) -> None:
    """Ask what to say to the juror."""
    found = _waiting(talk, tap.contact)
    if found is not None:
        _ask_words(talk, found)


def ready_comment(talk: Talk, tap: ReviewReady) -> None:
    """One of the usual requests, in the juror's language."""
    found = _waiting(talk, tap.contact)
    if found is None:
        return
    juror = people.person(talk.unit, found.task.person_id)
    _ = texts((juror.language if juror is not None else None) or talk.desk.language)
    at = tap.comment if 0 <= tap.comment < len(views.READY_COMMENTS) else 0
    _ask_deadline(talk, found, _(views.READY_COMMENTS[at][1]))


def comment_in_words(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The request in the reviewer's own words."""
    found = _waiting(talk, int(dialog["contact"]))
    if found is None:
        return
    words = read_text(text, maximum=MAX_WORDS)
    if isinstance(words, Rejection):
        _ask_words(talk, found, lead=rejection_text(words, None, language=talk.language))
        return
    _ask_deadline(talk, found, words)


def send(talk: Talk, contact_id: int, time: timedelta) -> None:
    """Send the chosen questions back."""
    found = _waiting(talk, contact_id)
    if found is None:
        return
    chosen = _chosen(talk, found)
    if not chosen or not found.review.draft:
        _show_steps(talk, found, chosen, 0)
        return
    rules, zone = upcoming.clock_of(talk.unit, talk.desk, found.task.edition_id)
    answer_by = upcoming.allowed_at(rules, talk.now + time, zone)
    asked = returning.send_back(
        talk.unit,
        talk.desk,
        contact_id,
        chosen,
        comment=found.review.draft,
        answer_by=answer_by,
        now=talk.now,
        by=talk.person.id,
    )
    _ = texts(talk.language)
    if not asked:
        talk.say(
            shown(talk, found, lead=_("Nothing could be sent back: these answers are not part of the report now."))
        )
        return
    until = moment_text(answer_by, language=talk.language, zone=zone, now=talk.now)
    said = _.many(
        "{n} question was sent back. Answer by {time}.",
        "{n} questions were sent back. Answer by {time}.",
        len(asked),
        time=until,
    )
    talk.say(shown(talk, found, lead=said))


def _show_steps(talk: Talk, found: InHand, chosen: tuple[Path, ...], page: int, *, lead: str = "") -> None:
    marks = doubts.of_contact(talk.unit, found.row.id)
    every = [
        StepFact(
            path=line.path,
            line=at,
            is_chosen=line.path in chosen,
            answer=answered(line.step, line.answer, found.scenario, language=talk.language, zone=talk.zone),
            doubts=tuple(mark for mark in marks if mark.path == line.path),
        )
        for at, line in enumerate(report_of(found.row.contact, found.way).lines)
    ]
    every.sort(key=lambda step: not step.doubts)
    fact = card_fact(talk, found)
    talk.say(views.steps(fact, every, page, lead=lead, language=talk.language, zone=talk.zone))


def _ask_words(talk: Talk, found: InHand, *, lead: str = "") -> None:
    chosen = _chosen(talk, found)
    if not chosen:
        _show_steps(talk, found, chosen, 0)
        return
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_COMMENT, "contact": found.row.id})
    fact = card_fact(talk, found)
    talk.say(views.comment(fact, chosen, lead=lead, language=talk.language, zone=talk.zone))


def _ask_deadline(talk: Talk, found: InHand, words: str) -> None:
    chosen = _chosen(talk, found)
    if not chosen:
        _show_steps(talk, found, chosen, 0)
        return
    reviews.put_together(talk.unit, found.review, chosen=chosen, draft=words)
    rules, _zone = upcoming.clock_of(talk.unit, talk.desk, found.task.edition_id)
    usual = rules.return_hours
    fact = card_fact(talk, found)
    talk.say(views.deadline(fact, chosen, words, usual=usual, language=talk.language, zone=talk.zone))


def _paths(found: InHand) -> tuple[Path, ...]:
    """The questions of the report, in its order."""
    return tuple(line.path for line in report_of(found.row.contact, found.way).lines)


def _chosen(talk: Talk, found: InHand) -> tuple[Path, ...]:
    """The questions to go back: those chosen so far, or, to begin with, those with doubts; in the report's order."""
    chosen = found.review.chosen
    if chosen is None:
        chosen = tuple(mark.path for mark in doubts.of_contact(talk.unit, found.row.id) if mark.path is not None)
    return tuple(path for path in _paths(found) if path in chosen)


# Undone -------------------------------------------------------------------------------------------------------------


def undo(talk: Talk, tap: ReviewUndo) -> None:
    """Undo what was decided, as far as the world has not moved on."""
    found = in_hand(talk, tap.contact, lock=True)
    if found is None:
        return
    _ = texts(talk.language)
    match found.review.state:
        case ReviewState.WAITING:
            talk.say(shown(talk, found, lead=_("Nothing is decided here.")))
        case ReviewState.RETURNED:
            returning.take_back(talk.unit, talk.desk, tap.contact, now=talk.now, by=talk.person.id)
            afresh = in_hand(talk, tap.contact) or found
            talk.say(shown(talk, afresh, lead=_("Taken back: the juror need not answer any more.")))
        case ReviewState.APPROVED:
            _reopen(talk, found)
            talk.say(shown(talk, found, lead=_("Undone: the report waits for a review again.")))
        case ReviewState.VOID:
            _count_again(talk, found)


def _count_again(talk: Talk, found: InHand) -> None:
    """A contact counts after all, unless somebody else has taken it over meanwhile."""
    _ = texts(talk.language)
    task = found.task
    chain = [] if task.slot_id is None else assignments.of_slot(talk.unit, task.slot_id)
    later = [
        now_is
        for one in chain
        if one.id > task.id and (now_is := assignments.assignment(talk.unit, one.id, lock=True)) is not None
    ]
    taken = [one for one in later if one.state in {State.ACCEPTED, State.DONE}]
    if taken or found.row.contact.phase is Phase.VOID:
        talk.say(shown(talk, found, lead=_("This cannot be undone: somebody else has taken this contact over.")))
        return
    for one in later:
        if one.state is State.OFFERED:
            offering.take_back(
                talk.unit,
                talk.desk,
                one,
                reason="not_needed",
                now=talk.now,
                by=talk.person.id,
                is_passed_on=False,
            )
    assignments.change(talk.unit, task.id, state=State.DONE, now=talk.now)
    _reopen(talk, found)
    put_examine(talk.unit, found.row.id, now=talk.now)
    place, mode = found.place, Mode(task.mode)
    talk.tell(task.person_id, lambda language: juror_review.counts_again(place=place, mode=mode, language=language))
    talk.say(shown(talk, found, lead=_("Undone: the report waits for a review again.")))


def _reopen(talk: Talk, found: InHand) -> None:
    before = found.review.state.value
    reviews.set_state(talk.unit, found.row.id, ReviewState.WAITING, now=talk.now, reviewer_id=None, comment=None)
    talk.note("review.undone", f"contact:{found.row.id}", before=before)
    put_score(talk.unit, found.row.id, now=talk.now)


def _decide(talk: Talk, found: InHand, state: ReviewState, *, comment: str | None = None) -> None:
    values: dict[str, object] = {"reviewer_id": talk.person.id, "answer_by": None}
    if comment is not None:
        values["comment"] = comment
    reviews.set_state(talk.unit, found.row.id, state, now=talk.now, **values)
    put_score(talk.unit, found.row.id, now=talk.now)


def _waiting(talk: Talk, contact_id: int) -> InHand | None:
    """A report that waits for its review; of any other it is said how it stands."""
    found = in_hand(talk, contact_id, lock=True)
    if found is None:
        return None
    if found.review.state is ReviewState.WAITING:
        return found
    _ = texts(talk.language)
    talk.say(shown(talk, found, lead=_("This has been decided already.")))
    return None

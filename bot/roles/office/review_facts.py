"""A report in a reviewer's hand: found within what they may see, and what its card is told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.roles import returning
from bot.roles.evidence_facts import belonging
from bot.talk import Talk
from bot.views import common
from bot.views.office import reviewing as views
from bot.views.office.reviewing import CardFact
from scenarios.model import Mode, Scenario
from scenarios.route import Route, route
from scoring.sheets import letter_at
from storage import assignments, contacts, doubts, evidence, people, reviews, suggestions
from storage.assignments import Assignment
from storage.contacts import ContactRow
from storage.people import Person, Role
from storage.reviews import Review, ReviewState


@dataclass(frozen=True, slots=True)
class InHand:
    """A report that is being reviewed."""

    row: ContactRow
    task: Assignment
    review: Review
    scenario: Scenario
    way: Route
    place: str


def in_hand(talk: Talk, contact_id: int, *, lock: bool = False) -> InHand | None:
    """The report, where it was sent and lies within what the person sees; otherwise they are told no."""
    row = contacts.load(talk.unit, contact_id, lock=lock)
    task = None if row is None else assignments.assignment(talk.unit, row.assignment_id, lock=lock)
    review = None if row is None else reviews.review(talk.unit, contact_id, lock=lock)
    if row is not None and task is not None and review is None and row.phase in returning.SENT:
        reviews.begin(talk.unit, contact_id, now=row.submitted_at or talk.now)  # sent before there were reviews
        review = reviews.review(talk.unit, contact_id, lock=lock)
    if (
        row is None
        or task is None
        or review is None
        or not talk.scope.sees(edition_id=task.edition_id, coordinator_id=task.coordinator_id)
    ):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    scenario = talk.desk.scripts.version(talk.unit, row.scenario_version)
    place = returning.place_of(talk.unit, task)
    return InHand(row, task, review, scenario, route(scenario, row.contact), place)


def card_fact(talk: Talk, found: InHand) -> CardFact:
    """What the card of a report shows."""
    rows = evidence.of_contact(talk.unit, found.row.id)
    review = found.review
    takes = review.reviewer_id if review.state is ReviewState.WAITING else None
    reviewer = None if takes is None else people.person(talk.unit, takes)
    return CardFact(
        contact=found.row.contact,
        scenario=found.scenario,
        place=found.place,
        mode=Mode(found.task.mode),
        letter=letter_of(talk, found),
        submitted_at=found.row.submitted_at,
        review=review,
        doubts=tuple(doubts.of_contact(talk.unit, found.row.id)),
        files=len(belonging(tuple(rows), found.way)),
        files_waiting=evidence.waiting(talk.unit, found.row.id),
        reviewer=None if reviewer is None else reviewer.name,
        is_mine=takes == talk.person.id,
        knows_who=identity_of(talk, found) is not None,
        suggestions=len(suggestions.of_contact(talk.unit, found.row.id)),
    )


def shown(talk: Talk, found: InHand, *, lead: str = "") -> Outgoing:
    """The report's card as it stands now."""
    review = reviews.review(talk.unit, found.row.id) or found.review
    now = InHand(found.row, found.task, review, found.scenario, found.way, found.place)
    return views.card(card_fact(talk, now), lead=lead, language=talk.language, zone=talk.zone, now=talk.now)


def letter_of(talk: Talk, found: InHand) -> str:
    """A letter for the juror among those who made contacts at the institution: A for the first."""
    jurors = reviews.jurors_at(talk.unit, found.task.participant_id)
    at = jurors.index(found.row.person_id) if found.row.person_id in jurors else len(jurors)
    return letter_at(at)


def identity_of(talk: Talk, found: InHand) -> Person | None:
    """The juror, where the person needs to know: organizers, and the juror's own coordinator."""
    juror = people.person(talk.unit, found.row.person_id)
    if juror is None:
        return None
    is_theirs = juror.coordinator_id is None or juror.coordinator_id == talk.person.id
    return juror if talk.person.role is Role.ORGANIZER or is_theirs else None

"""A query in hand: found within what the person may see, and what its card is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.doubts.comparing import COMPARABLE
from bot.doubts.names import found_in
from bot.i18n import texts
from bot.office_taps.queries import EFFECTS
from bot.roles import offering
from bot.roles.office import seeing
from bot.roles.office.compare_acts import Side, side_of
from bot.talk import Talk
from bot.views.answers import answered, value_text
from bot.views.office import queries as views
from bot.views.office.doubts import NAMED
from bot.views.office.queries import QueryFact, Who
from bot.views.placeholders import fill
from scenarios.contact import Path
from scenarios.folding import fold
from scenarios.model import Mode, Stage, Step, StepType
from storage import disagreements, editions, people, queries, reviews
from storage.database import Unit
from storage.editions import Participant
from storage.people import Role
from storage.queries import Query, QueryState
from storage.reviews import ReviewState

QUERY_TIME = timedelta(days=7)
"""A query is to come within so long after the result was told."""
ANSWER_TIME = timedelta(days=7)
"""A query is answered within so long."""


def in_hand(talk: Talk, query_id: int, *, lock: bool = False) -> tuple[Query, Participant] | None:
    """The query and its participant, where they lie within what the person sees; otherwise they are told no."""
    found = queries.query(talk.unit, query_id, lock=lock)
    if found is None:
        seeing.refuse(talk)
        return None
    place = seeing.place(talk, found.participant_id)
    return None if place is None else (found, place)


def to_answer(talk: Talk, query_id: int) -> tuple[Query, Participant] | None:
    """A query that is still to be answered, locked; of any other it is said how it stands."""
    found = in_hand(talk, query_id, lock=True)
    if found is None or found[0].state is QueryState.OPEN:
        return found
    _ = texts(talk.language)
    show(talk, query_id, lead=_("This query is closed."))
    return None


def show(talk: Talk, query_id: int, *, lead: str = "") -> None:
    """The query's card as it stands now."""
    found = in_hand(talk, query_id)
    if found is not None:
        fact = fact_of(talk, *found)
        talk.say(views.card(fact, lead=lead, language=talk.language, zone=talk.zone, now=talk.now))


def fact_of(talk: Talk, query: Query, place: Participant) -> QueryFact:
    """What the card of a query is told."""
    side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id)
    step = None if side is None or query.path is None else side.scenario.steps_by_name.get(query.path)
    chosen = query.draft or query.done or {}
    value = chosen.get("value")
    return QueryFact(
        query=query,
        place=place.short_name,
        who=who_asked(query.asked_by, place),
        contact_person=place.contact_name or place.contact_email,
        mode=None if side is None else Mode(side.task.mode),
        made_at=None if side is None else made_at(side),
        item="" if side is None or step is None else item_text(talk, side, step),
        is_late=bool(query.effect.get("late")),
        value="" if step is None or value is None else value_text(step, value, language=talk.language, zone=talk.zone),
        outcome="" if side is None else _outcome(talk, query, side),
        hints=_hints(talk, query, place),
    )


def who_asked(asked_by: str, place: Participant) -> Who:
    """Whether it was the participant's one contact person, by name or e-mail."""
    known = [fold(each) for each in (place.contact_name, place.contact_email) if each]
    if not known:
        return Who.UNKNOWN
    if not asked_by:
        return Who.NOBODY
    said = fold(asked_by)
    return Who.CONTACT if any(said == each or each in said for each in known) else Who.OTHER


def is_late(unit: Unit, place: Participant, contact_id: int | None, asked_at: datetime) -> bool:
    """Whether a query came later than it may after the result was told.

    The result of a contact is told when its report is approved; that of the edition, and of a contact that is not
    approved, on the edition's last day.
    """
    review = None if contact_id is None else reviews.review(unit, contact_id)
    if review is not None and review.state is ReviewState.APPROVED:
        return asked_at > review.changed_at + QUERY_TIME
    edition = editions.edition(unit, place.edition_id)
    if edition is None:
        return False
    return asked_at > offering.day_ends(edition.ends_on, ZoneInfo(edition.time_zone)) + QUERY_TIME


def answer_by(asked_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day by which a query is answered."""
    return offering.day_ends((asked_at + ANSWER_TIME).astimezone(zone).date(), zone)


def made_at(side: Side) -> datetime:
    """When the contact was made: its first answer on the spot, else when it was begun."""
    there = [
        slot.answer.at
        for slot in side.way.slots
        if slot.answer is not None and slot.section.stage is Stage.DURING and slot.certain
    ]
    return min(there, default=side.row.contact.begun_at)


def items_of(talk: Talk, side: Side) -> list[tuple[int, str]]:
    """The items a contact answered, outside repeats: the ordinal of each step from 1, and its words."""
    ordinals = {name: at for at, name in enumerate(side.scenario.steps_by_name, 1)}
    return [
        (ordinals[slot.step.name], item_text(talk, side, slot.step))
        for slot in side.way.slots
        if slot.step.item is not None and slot.answer is not None and slot.certain and slot.round is None
    ]


def path_at(side: Side, ordinal: int) -> Path | None:
    """The path of the item with that ordinal; None: there is no such."""
    names = list(side.scenario.steps_by_name)
    name = names[ordinal - 1] if 1 <= ordinal <= len(names) else None
    slot = None if name is None else side.way.slot(name)
    return None if slot is None or slot.answer is None else slot.path


def item_text(talk: Talk, side: Side, step: Step) -> str:
    """A question with its number."""
    day = side.row.contact.begun_at.date()
    label = fill(step.label, side.row.contact, side.scenario, language=talk.language, day=day, zone=talk.zone)
    return f"{step.item}. {label}" if step.item else label


def effects_of(talk: Talk, query: Query) -> tuple[str, ...]:
    """What can come of a query, as things stand."""
    side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id)
    if side is None or not talk.scope.sees(edition_id=side.task.edition_id, coordinator_id=side.task.coordinator_id):
        return EFFECTS[:1]
    if not disagreements.counts_for(talk.unit, side.row.id):
        return EFFECTS[:1]
    step = None if query.path is None else side.scenario.steps_by_name.get(query.path)
    can = {"none": True, "void": True, "again": step is not None, "value": bool(step and step.type in COMPARABLE)}
    return tuple(each for each in EFFECTS if can[each])


def values_of(talk: Talk, query: Query) -> Sequence[tuple[int, str]]:
    """The values that can hold instead of the juror's: yes (1) and no (0), or the levels."""
    side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id)
    step = None if side is None or query.path is None else side.scenario.steps_by_name.get(query.path)
    if step is None or step.type not in COMPARABLE:
        return ()
    _ = texts(talk.language)
    if step.type is StepType.YES_NO:
        return ((1, _("Yes")), (0, _("No")))
    return tuple(
        (int(each.name), value_text(step, int(each.name), language=talk.language, zone=talk.zone))
        for each in step.choices
    )


def juror_named(talk: Talk, text: str) -> str:
    """The word of a text that looks like the surname of one of the edition's jurors; empty: there is none."""
    jurors = people.people(talk.unit, edition_id=talk.person.edition_id, role=Role.JUROR)
    surnames = [fold(one.name).rpartition(" ")[2] for one in jurors if " " in one.name.strip()]
    for word in text.split():
        bare = word.strip('.,;:!?()"„”')
        if bare[:1].isupper() and any(_is_form_of(fold(bare), surname) for surname in surnames):
            return bare
    return ""


LEAST_SURNAME = 4
"""Letters of the shortest surname that is looked for."""
LONG_SURNAME = 7
"""A surname so long is known by all but its last letter."""


def _is_form_of(word: str, surname: str) -> bool:
    if len(surname) < LEAST_SURNAME:
        return False
    return word.startswith(surname[:-1] if len(surname) >= LONG_SURNAME else surname)


def _hints(talk: Talk, query: Query, place: Participant) -> tuple[str, ...]:
    """What to look at in a draft before it goes out."""
    if query.draft is None or not query.answer:
        return ()
    public = (place.phone, place.email, place.site, place.social, place.name, place.contact_email)
    _ = texts(talk.language)
    return tuple("⚠ " + _(NAMED[what]) for what in found_in(query.answer, public=tuple(one for one in public if one)))


def _outcome(talk: Talk, query: Query, side: Side) -> str:
    """What came of the question that was asked again."""
    done = query.done
    if done is None or done["kind"] != "again" or query.path is None:
        return ""
    _ = texts(talk.language)
    if query.path in side.row.contact.returned:
        return _("The juror has not answered yet.")
    slot = side.way.slot(query.path)
    if slot is None or slot.answer is None:
        return _("There is no answer to this question any more.")
    now = answered(slot.step, slot.answer, side.scenario, language=talk.language, zone=talk.zone)
    if slot.answer.revision > int(done["revision"]):
        return _("The answer was changed to: {answer}", answer=now)
    return _("The answer stayed: {answer}", answer=now)

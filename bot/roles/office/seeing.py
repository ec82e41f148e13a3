"""What somebody of the office may lay hands on: participants and people within their scope, and the usual refusal."""

from __future__ import annotations

from bot.refusals import Refusal, RefusalCode
from bot.talk import Talk
from bot.views import common
from storage import directory, editions, people
from storage.editions import Participant
from storage.people import Person, Role


def place(talk: Talk, participant_id: int) -> Participant | None:
    """The participant, if it is within the scope; otherwise the refusal is said."""
    found = editions.participant(talk.unit, participant_id)
    if found is not None and talk.scope.sees(edition_id=found.edition_id, coordinator_id=found.coordinator_id):
        return found
    refuse(talk)
    return None


def person(talk: Talk, person_id: int) -> Person | None:
    """The person, if they are within the scope; otherwise the refusal is said."""
    found = people.person(talk.unit, person_id)
    if found is not None and directory.sees_person(talk.scope, found):
        return found
    refuse(talk)
    return None


def juror(talk: Talk, person_id: int) -> Person | None:
    """The juror, if they are within the scope; otherwise the refusal is said."""
    found = people.person(talk.unit, person_id)
    if found is not None and found.role is Role.JUROR and directory.sees_person(talk.scope, found):
        return found
    refuse(talk)
    return None


def refuse(talk: Talk) -> None:
    """There is no such thing for this person."""
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


def coordinators(talk: Talk) -> list[tuple[int, str]]:
    """The edition's coordinators who still take part."""
    every = people.people(talk.unit, edition_id=talk.person.edition_id, role=Role.COORDINATOR)
    return [(one.id, one.name) for one in every if one.left_at is None]


def name_of(talk: Talk, person_id: int | None) -> str | None:
    """A person's name."""
    found = None if person_id is None else people.person(talk.unit, person_id)
    return None if found is None else found.name

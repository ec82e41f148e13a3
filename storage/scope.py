"""How far a person of the staff sees: an organizer the whole edition, a coordinator what is theirs or nobody's."""

from __future__ import annotations

from dataclasses import dataclass

from storage.people import Person, Role


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of an edition somebody may see. ``coordinator_id`` None: all of it."""

    edition_id: int
    coordinator_id: int | None = None

    def sees(self, *, edition_id: int, coordinator_id: int | None) -> bool:
        """Whether something of that edition, looked after by that coordinator (None: by all), is within it."""
        if edition_id != self.edition_id:
            return False
        return self.coordinator_id is None or coordinator_id is None or coordinator_id == self.coordinator_id


class OutOfScope(LookupError):
    """The person is no member of the staff, so there is nothing they may look at."""


def scope_of(person: Person) -> Scope:
    """What a coordinator or an organizer may see. Raises OutOfScope for anybody else."""
    match person.role:
        case Role.ORGANIZER:
            return Scope(person.edition_id)
        case Role.COORDINATOR:
            return Scope(person.edition_id, person.id)
        case Role.JUROR:
            raise OutOfScope(person.id)

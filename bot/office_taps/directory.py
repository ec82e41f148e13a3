"""Buttons of the lists of participants and people, and of their cards. Small tables give each choice its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tap_kinds import OfficeTap, OrganizerTap

PLACE_STATES = ("all", "empty", "holes", "withdrawn")
"""Which participants: all, without a contact done, with holes in the plan, those that withdrew."""

PERSON_STATES = ("all", "late", "not_come", "out_of_reach", "left")
"""Which people: all, with something late, never come to the chat, not to be reached, those who left."""

ROLES = ("all", "juror", "coordinator", "organizer")

PLACE_FIELDS = (
    *("name", "short_name", "type", "number", "nip", "address", "postcode", "city", "voivodship", "hours"),
    *("phone", "email", "site", "social", "contact_name", "contact_email", "keys_from"),
)
"""What of a participant is changed in words."""

PERSON_FIELDS = ("name", "email", "phone", "postcode")
"""What of a person is changed in words."""

LANGUAGES_SPOKEN = ("pl", "en", "uk", "ru", "de", "fr", "be", "pjm")

UNLIMITED = -1
"""Stands for "no limit" in a button."""

NOBODY = 0
"""Stands for no coordinator in a button."""


@dataclass(frozen=True, slots=True)
class Participants(OfficeTap):
    """The participants, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class People(OfficeTap):
    """Jurors, coordinators and organizers, a page of them."""

    page: int


@dataclass(frozen=True, slots=True)
class Places(OfficeTap):
    """Participants that were chosen: by voivodship and type (their numbers, 0 is all), and by state."""

    voivodship: int
    kind: int
    state: int
    page: int


@dataclass(frozen=True, slots=True)
class NarrowPlaces(OfficeTap):
    """Which participants: the ways to narrow the list."""

    voivodship: int
    kind: int
    state: int


@dataclass(frozen=True, slots=True)
class WhichVoivodship(OfficeTap):
    """Participants of which voivodship."""

    kind: int
    state: int


@dataclass(frozen=True, slots=True)
class WhichKind(OfficeTap):
    """Participants of which type."""

    voivodship: int
    state: int


@dataclass(frozen=True, slots=True)
class PlacesTable(OfficeTap):
    """The chosen participants as a table."""

    voivodship: int
    kind: int
    state: int


@dataclass(frozen=True, slots=True)
class SearchPlaces(OfficeTap):
    """Look for a participant by typing."""


@dataclass(frozen=True, slots=True)
class AddPlace(OfficeTap):
    """Add a participant by hand."""


@dataclass(frozen=True, slots=True)
class PlaceCard(OfficeTap):
    """A participant: everything known of it."""

    participant: int


@dataclass(frozen=True, slots=True)
class PlaceContacts(OfficeTap):
    """The contacts of a participant, a page of them."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class EditPlace(OfficeTap):
    """What of a participant may be changed, a page of it."""

    participant: int
    page: int


@dataclass(frozen=True, slots=True)
class EditPlaceField(OfficeTap):
    """Change one field: its index in ``PLACE_FIELDS``."""

    participant: int
    field: int


@dataclass(frozen=True, slots=True)
class SetSmall(OfficeTap):
    """The participant is (1) or is not (0) a small gmina."""

    participant: int
    is_small: int


@dataclass(frozen=True, slots=True)
class PlaceCoordinators(OfficeTap):
    """Who might look after a participant."""

    participant: int


@dataclass(frozen=True, slots=True)
class SetPlaceCoordinator(OfficeTap):
    """Let a coordinator (or ``NOBODY``: all of them) look after a participant."""

    participant: int
    coordinator: int


@dataclass(frozen=True, slots=True)
class WithdrawPlace(OfficeTap):
    """Ask whether a participant really withdraws."""

    participant: int


@dataclass(frozen=True, slots=True)
class WithdrawPlaceYes(OfficeTap):
    """The participant withdraws."""

    participant: int


@dataclass(frozen=True, slots=True)
class RestorePlace(OfficeTap):
    """The participant takes part again."""

    participant: int


@dataclass(frozen=True, slots=True)
class PeopleBy(OfficeTap):
    """People that were chosen: by role (index in ``ROLES``) and state."""

    role: int
    state: int
    page: int


@dataclass(frozen=True, slots=True)
class NarrowPeople(OfficeTap):
    """Which people: the ways to narrow the list."""

    role: int
    state: int


@dataclass(frozen=True, slots=True)
class PeopleTable(OfficeTap):
    """The chosen people as a table."""

    role: int
    state: int


@dataclass(frozen=True, slots=True)
class SearchPeople(OfficeTap):
    """Look for a person by typing."""


@dataclass(frozen=True, slots=True)
class AddPerson(OfficeTap):
    """Add a person by hand: role's index in ``ROLES``, 0 asks which."""

    role: int


@dataclass(frozen=True, slots=True)
class PersonCard(OfficeTap):
    """A person: role, chat, work."""

    person: int


@dataclass(frozen=True, slots=True)
class PersonTasks(OfficeTap):
    """A juror's tasks, a page of them."""

    person: int
    page: int


@dataclass(frozen=True, slots=True)
class EditPersonField(OfficeTap):
    """Change one field: its index in ``PERSON_FIELDS``."""

    person: int
    field: int


@dataclass(frozen=True, slots=True)
class EditPerson(OfficeTap):
    """What of a person may be changed."""

    person: int


@dataclass(frozen=True, slots=True)
class SetPersonLanguage(OfficeTap):
    """The chat speaks that language to them: index in the bot's languages."""

    person: int
    language: int


@dataclass(frozen=True, slots=True)
class PersonCoordinators(OfficeTap):
    """Who might look after a juror."""

    person: int


@dataclass(frozen=True, slots=True)
class SetPersonCoordinator(OfficeTap):
    """Let a coordinator (or ``NOBODY``: all of them) look after a juror."""

    person: int
    coordinator: int


@dataclass(frozen=True, slots=True)
class Profile(OfficeTap):
    """What a juror can do, where and how much."""

    person: int


@dataclass(frozen=True, slots=True)
class SetMode(OfficeTap):
    """A juror makes contacts in that mode (its place among modes): 1 yes, 0 no."""

    person: int
    mode: int
    on: int


@dataclass(frozen=True, slots=True)
class Days(OfficeTap):
    """On which days a juror can."""

    person: int


@dataclass(frozen=True, slots=True)
class SetDay(OfficeTap):
    """A juror can (1) or cannot (0) on that day of the week, 0 is Monday."""

    person: int
    day: int
    on: int


@dataclass(frozen=True, slots=True)
class SpokenLanguages(OfficeTap):
    """Which languages a juror speaks."""

    person: int


@dataclass(frozen=True, slots=True)
class SetSpoken(OfficeTap):
    """A juror speaks (1) or does not speak (0) a language of ``LANGUAGES_SPOKEN``."""

    person: int
    language: int
    on: int


@dataclass(frozen=True, slots=True)
class Reach(OfficeTap):
    """How far and how much: radius and limits."""

    person: int


@dataclass(frozen=True, slots=True)
class SetRadius(OfficeTap):
    """A juror travels that far, in kilometres, or ``UNLIMITED``."""

    person: int
    km: int


@dataclass(frozen=True, slots=True)
class SetWeekly(OfficeTap):
    """A juror makes at most so many contacts a week, or ``UNLIMITED``."""

    person: int
    limit: int


@dataclass(frozen=True, slots=True)
class SetTotal(OfficeTap):
    """A juror makes at most so many contacts in all, or ``UNLIMITED``."""

    person: int
    limit: int


@dataclass(frozen=True, slots=True)
class Certificates(OfficeTap):
    """For which scenarios a juror is certified."""

    person: int


@dataclass(frozen=True, slots=True)
class SetCertified(OfficeTap):
    """A juror is (1) or is not (0) certified for a scenario: its place among the published ones, in order of names."""

    person: int
    scenario: int
    on: int


@dataclass(frozen=True, slots=True)
class Conflicts(OrganizerTap):
    """With whom a juror has a conflict of interest, and why, a page of it."""

    person: int
    page: int


@dataclass(frozen=True, slots=True)
class AddConflict(OfficeTap):
    """Declare a conflict of interest of a juror."""

    person: int


@dataclass(frozen=True, slots=True)
class ConflictWith(OfficeTap):
    """The participant a juror has a conflict with."""

    person: int
    participant: int


@dataclass(frozen=True, slots=True)
class RemoveConflict(OrganizerTap):
    """There is no such conflict any more."""

    person: int
    participant: int


@dataclass(frozen=True, slots=True)
class EndWork(OfficeTap):
    """Ask whether a person really takes part no more."""

    person: int


@dataclass(frozen=True, slots=True)
class EndWorkYes(OfficeTap):
    """The person takes part no more."""

    person: int


@dataclass(frozen=True, slots=True)
class ComeBack(OfficeTap):
    """The person takes part again."""

    person: int


CODES: Mapping[str, type[OfficeTap]] = {
    "di.places": Participants,
    "di.people": People,
    "di.b": Places,
    "di.narrow": NarrowPlaces,
    "di.voiv": WhichVoivodship,
    "di.kind": WhichKind,
    "di.ptable": PlacesTable,
    "di.psearch": SearchPlaces,
    "di.padd": AddPlace,
    "di.place": PlaceCard,
    "di.pcont": PlaceContacts,
    "di.pedit": EditPlace,
    "di.pfield": EditPlaceField,
    "di.small": SetSmall,
    "di.pcoor": PlaceCoordinators,
    "di.pcset": SetPlaceCoordinator,
    "di.wdraw": WithdrawPlace,
    "di.wdrawy": WithdrawPlaceYes,
    "di.restor": RestorePlace,
    "di.hby": PeopleBy,
    "di.hnarr": NarrowPeople,
    "di.htable": PeopleTable,
    "di.hsearch": SearchPeople,
    "di.hadd": AddPerson,
    "di.person": PersonCard,
    "di.tasks": PersonTasks,
    "di.hfield": EditPersonField,
    "di.hedit": EditPerson,
    "di.hlang": SetPersonLanguage,
    "di.hcoor": PersonCoordinators,
    "di.hcset": SetPersonCoordinator,
    "di.prof": Profile,
    "di.mode": SetMode,
    "di.days": Days,
    "di.day": SetDay,
    "di.spok": SpokenLanguages,
    "di.spoken": SetSpoken,
    "di.reach": Reach,
    "di.km": SetRadius,
    "di.week": SetWeekly,
    "di.total": SetTotal,
    "di.certs": Certificates,
    "di.cert": SetCertified,
    "di.confl": Conflicts,
    "di.cadd": AddConflict,
    "di.cwith": ConflictWith,
    "di.cdrop": RemoveConflict,
    "di.end": EndWork,
    "di.endy": EndWorkYes,
    "di.back": ComeBack,
}

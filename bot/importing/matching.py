"""Rows held against what an edition knows already: new, changed, as it was, or not to be taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.importing.cells import nearest
from bot.importing.columns import COLUMNS, Kind
from bot.importing.problems import Problem, Trouble
from bot.importing.tables import ReadRow, Table
from scenarios.folding import fold
from storage.editions import Participant
from storage.people import Person, Role
from storage.postcodes import postal_place
from storage.profiles import Profile

SUGGESTED_AT_MOST = 300
"""How often one table is searched for a similar name: a search takes a thousandth of a second."""

_PROFILE_FIELDS = frozenset(
    ("modes", "postcode", "radius_km", "languages", "weekly_limit", "total_limit", "days", "certified")
)
ROLES = {Kind.JURORS: Role.JUROR, Kind.COORDINATORS: Role.COORDINATOR}


class Status(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Author:
    """Whose table it is: an organizer (``coordinator_id`` None), or a coordinator."""

    coordinator_id: int | None = None

    def sees(self, coordinator_id: int | None) -> bool:
        """Whether they may change what that coordinator (None: nobody) looks after."""
        return self.coordinator_id is None or coordinator_id in (None, self.coordinator_id)


@dataclass(slots=True)
class Known:
    """What the edition knows, found by the keys of rows."""

    participants: list[Participant]
    people: list[Person]
    profiles: Mapping[int, Profile]
    conflicts: frozenset[tuple[int, int]]
    """Person and participant."""
    scenarios: Sequence[str]
    searches: int = 0
    by_number: dict[str, Participant] = field(init=False)
    by_nip: dict[str, Participant | None] = field(init=False)
    by_name: dict[tuple[str, str], Participant] = field(init=False)
    by_any_name: dict[str, Participant | None] = field(init=False)
    by_email: dict[str, Person] = field(init=False)
    nameless: dict[tuple[Role, str], Person | None] = field(init=False)
    """People without an e-mail by role and name; None where several have that name."""

    def __post_init__(self) -> None:
        participants, people = self.participants, self.people
        self.participants, self.people = [], []
        self.by_number, self.by_nip, self.by_name, self.by_any_name = {}, {}, {}, {}
        self.by_email, self.nameless = {}, {}
        self.learn(participants, people)

    @property
    def newest(self) -> tuple[int, int]:
        """Ids of the participant and the person added last, as far as is known (0: none)."""
        return (
            self.participants[-1].id if self.participants else 0,
            self.people[-1].id if self.people else 0,
        )

    def learn(self, participants: Sequence[Participant], people: Sequence[Person]) -> None:
        """Take in those added since, in the order they were added."""
        self.participants += participants
        self.people += people
        for one in participants:
            if one.number:
                self.by_number[fold(one.number)] = one
            if one.nip:
                self.by_nip[one.nip] = None if one.nip in self.by_nip else one
            self.by_name[fold(one.name), fold(one.city)] = one
            for name in {fold(one.number), fold(one.name), fold(one.short_name)} - {""}:
                self.by_any_name[name] = None if name in self.by_any_name else one
        for person in people:
            if person.email:
                self.by_email[person.email.lower()] = person
            else:
                key = (person.role, fold(person.name))
                self.nameless[key] = None if key in self.nameless else person

    def like(self, text: str, names: Iterable[str]) -> str:
        """The most similar name, as long as searching is affordable."""
        self.searches += 1
        return nearest(text, names) if self.searches <= SUGGESTED_AT_MOST else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row would do: to whom (``target`` None: somebody new), and with which values."""

    row: ReadRow
    status: Status
    target: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the participant or the person that are new or change."""
    profile: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the juror's profile that are new or change."""
    conflicts: tuple[int, ...] = ()
    """Participants with whom a conflict is to be noted."""
    problems: tuple[Problem, ...] = ()


def judge(table: Table, row: ReadRow, known: Known, author: Author) -> Verdict:
    """What the row would do to what is known now."""
    if table.kind is Kind.PARTICIPANTS:
        return _participant(table, row, known, author)
    return _person(table, row, known, author)


def _participant(table: Table, row: ReadRow, known: Known, author: Author) -> Verdict:
    problems = list(row.problems)
    values = dict(row.values)
    there = _same_participant(row.values, known)
    if there is not None and not author.sees(there.coordinator_id):
        problems.append(_problem(table, row, "name", Trouble.ANOTHERS))
    _set_coordinator(table, row, known, author, values=values, problems=problems, is_new=there is None)
    _place(table, row, values, there, problems)
    if there is None:
        _require(table, values, row, problems)
        values.setdefault("short_name", values.get("name", ""))
    changed = {name: value for name, value in values.items() if there is None or getattr(there, name) != value}
    return _verdict(row, None if there is None else there.id, changed, problems)


def _same_participant(values: Mapping[str, Any], known: Known) -> Participant | None:
    """By number, else by NIP (which several institutions of one gmina may share), else by name and place."""
    by_number = known.by_number.get(fold(values["number"])) if "number" in values else None
    by_nip = known.by_nip.get(values["nip"]) if "nip" in values else None
    if by_number is not None:
        return by_number
    if by_nip is not None and not ("number" in values and by_nip.number):
        return by_nip
    if "name" not in values:
        return None
    found = known.by_name.get((fold(values["name"]), fold(values.get("city", ""))))
    taken = found is not None and any(
        name in values and getattr(found, name) and getattr(found, name) != values[name] for name in ("number", "nip")
    )
    if found is None or taken:
        return None
    return known.by_name.pop((fold(found.name), fold(found.city)))  # one row may mean it, not two


def _place(
    table: Table, row: ReadRow, values: dict[str, Any], there: Participant | None, problems: list[Problem]
) -> None:
    """Voivodship and coordinates from the postal code."""
    code = values.get("postcode")
    if code is None:
        return
    place = postal_place(code)
    if place is None:
        problems.append(_problem(table, row, "postcode", Trouble.UNKNOWN_POSTCODE, is_error=False))
        return
    is_new_code = there is None or there.postcode != code
    if "voivodship" not in values and (is_new_code or there is None or not there.voivodship):
        values["voivodship"] = place.voivodship
    if values.get("voivodship", place.voivodship) != place.voivodship:
        problems.append(_problem(table, row, "voivodship", Trouble.OTHER_VOIVODSHIP, place.voivodship, is_error=False))
    if is_new_code or there is None or there.latitude is None:
        values |= {"latitude": place.latitude, "longitude": place.longitude}


def _person(table: Table, row: ReadRow, known: Known, author: Author) -> Verdict:
    problems = list(row.problems)
    role = ROLES[table.kind]
    fields = {name: value for name, value in row.values.items() if name not in _PROFILE_FIELDS and name != "conflicts"}
    there = _same_person(table, row, known, role, problems)
    if there is not None and role is Role.JUROR and not author.sees(there.coordinator_id):
        problems.append(_problem(table, row, "email", Trouble.ANOTHERS))
    if there is not None and there.left_at is not None:
        problems.append(_problem(table, row, "email", Trouble.HAS_LEFT, is_error=False))
    if role is Role.JUROR:
        _set_coordinator(table, row, known, author, values=fields, problems=problems, is_new=there is None)
    if there is None or not there.email:
        _require(table, fields, row, problems)
    changed = {name: value for name, value in fields.items() if there is None or _differs(there, name, value)}
    if there is not None and there.language is not None:
        changed.pop("language", None)  # chosen by the person in the chat
    if role is not Role.JUROR:
        return _verdict(row, None if there is None else there.id, changed, problems)
    profile = _profile(table, row, known, None if there is None else known.profiles.get(there.id), problems)
    conflicts = _conflicts(table, row, known, None if there is None else there.id, problems)
    return _verdict(row, None if there is None else there.id, changed, problems, profile=profile, conflicts=conflicts)


def _differs(there: Person, name: str, value: object) -> bool:
    if name == "email":
        return there.email.lower() != str(value).lower()
    return bool(getattr(there, name) != value)


def _same_person(table: Table, row: ReadRow, known: Known, role: Role, problems: list[Problem]) -> Person | None:
    values = row.values
    there = known.by_email.get(values["email"].lower()) if "email" in values else None
    if there is not None and there.role is not role:
        problems.append(_problem(table, row, "email", Trouble.OTHER_ROLE))
        return None
    if there is None and "email" in values and "name" in values:
        there = known.nameless.get((role, fold(values["name"])))
        if there is not None:
            known.nameless[role, fold(there.name)] = None  # one row may mean them, not two
            problems.append(_problem(table, row, "name", Trouble.SAME_NAME, is_error=False))
    return there


def _profile(
    table: Table, row: ReadRow, known: Known, there: Profile | None, problems: list[Problem]
) -> dict[str, Any]:
    values = {name: value for name, value in row.values.items() if name in _PROFILE_FIELDS}
    code = values.get("postcode")
    if code is not None:
        place = postal_place(code)
        if place is None:
            problems.append(_problem(table, row, "postcode", Trouble.UNKNOWN_POSTCODE, is_error=False))
        elif there is None or there.latitude is None or there.postcode != code:
            values |= {"latitude": place.latitude, "longitude": place.longitude}
    if "certified" in values:
        values["certified"] = _certified(table, row, known, problems)
    return {name: value for name, value in values.items() if there is None or getattr(there, name) != value}


def _certified(table: Table, row: ReadRow, known: Known, problems: list[Problem]) -> tuple[str, ...]:
    names = {fold(name): name for name in known.scenarios}
    found = []
    for one in row.values["certified"]:
        if fold(one) in names:
            found.append(names[fold(one)])
        else:
            near = known.like(one, known.scenarios)
            problems.append(_problem(table, row, "certified", Trouble.NOT_A_SCENARIO, near, value=one))
    return tuple(dict.fromkeys(found))


def _conflicts(
    table: Table, row: ReadRow, known: Known, person_id: int | None, problems: list[Problem]
) -> tuple[int, ...]:
    found = []
    for one in row.values.get("conflicts", ()):
        there = known.by_any_name.get(fold(one))
        if there is None:
            near = known.like(one, (each.short_name or each.name for each in known.participants))
            problems.append(_problem(table, row, "conflicts", Trouble.UNKNOWN_PARTICIPANT, near, value=one))
        elif person_id is None or (person_id, there.id) not in known.conflicts:
            found.append(there.id)
    return tuple(dict.fromkeys(found))


def _set_coordinator(
    table: Table,
    row: ReadRow,
    known: Known,
    author: Author,
    *,
    values: dict[str, Any],
    problems: list[Problem],
    is_new: bool,
) -> None:
    """Who looks after it: as the table says; what a coordinator brings in without saying becomes their own."""
    told = values.pop("coordinator", None)
    if told is None:
        if is_new and author.coordinator_id is not None:
            values["coordinator_id"] = author.coordinator_id
        return
    every = [one for one in known.people if one.role is Role.COORDINATOR]
    found = [one for one in every if fold(told) in {fold(one.name), fold(one.email)}]
    if len(found) != 1:
        near = known.like(told, [one.name for one in every])
        problems.append(_problem(table, row, "coordinator", Trouble.UNKNOWN_COORDINATOR, near))
    elif author.coordinator_id not in {None, found[0].id}:
        problems.append(_problem(table, row, "coordinator", Trouble.ANOTHERS))
    else:
        values["coordinator_id"] = found[0].id


def _require(table: Table, values: Mapping[str, Any], row: ReadRow, problems: list[Problem]) -> None:
    told = {problem.column for problem in problems}
    for one in COLUMNS[table.kind]:
        title = table.header.title(one.field) or one.title
        if one.needed and one.field not in values and title not in told:
            problems.append(Problem(row.number, title, "", Trouble.MISSING, one.example))


def _verdict(
    row: ReadRow,
    target: int | None,
    changed: Mapping[str, Any],
    problems: list[Problem],
    *,
    profile: Mapping[str, Any] | None = None,
    conflicts: tuple[int, ...] = (),
) -> Verdict:
    found = tuple(problems)
    if any(problem.is_error for problem in found):
        return Verdict(row, Status.WRONG, target, problems=found)
    known = Status.CHANGED if changed or profile or conflicts else Status.SAME
    status = Status.NEW if target is None else known
    return Verdict(row, status, target, changed, profile or {}, conflicts, found)


def _problem(
    table: Table,
    row: ReadRow,
    field_name: str,
    trouble: Trouble,
    suggestion: str = "",
    *,
    value: str | None = None,
    is_error: bool = True,
) -> Problem:
    said = row.values.get(field_name, "") if value is None else value
    title = table.header.title(field_name)
    return Problem(row.number, title, str(said), trouble, suggestion, is_error=is_error)

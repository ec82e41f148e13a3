"""People: the list, narrowing it, searching, the table, adding one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.importing import cells
from bot.importing.problems import Wrong
from bot.office_taps.directory import (
    PERSON_STATES,
    ROLES,
    AddPerson,
    NarrowPeople,
    People,
    PeopleBy,
    PeopleTable,
    PersonCard,
    SearchPeople,
)
from bot.reports.recipes import Cell, Recipe, Sheet, Workbook
from bot.roles.office import person_cards
from bot.roles.office.place_values import MAX_WORDS, TooLong, cleared
from bot.roles.office.searching import search
from bot.talk import Desk, Talk
from bot.views.common import mode_name
from bot.views.office import directory as view
from bot.views.office import persons as person_view
from bot.views.office import places as place_view
from bot.views.office import skills
from scenarios.model import Mode
from storage import directory, people, profiles
from storage.database import Unit
from storage.directory import Chat, PersonLine
from storage.people import Person, Role
from storage.profiles import Profile
from storage.scope import Scope, scope_of

TABLE = "directory.people"
NEW = "directory.person_new"
SEARCH = "directory.person_search"
STEPS = ("name", "email")
"""What is asked of a new person, in that order."""

_NOT_COME = frozenset({Chat.INVITED, Chat.INVITATION_OVER, Chat.NOT_INVITED})


def show_first(talk: Talk, tap: People) -> None:
    """All people, a page of them."""
    show(talk, PeopleBy(0, 0, tap.page))


def show(talk: Talk, tap: PeopleBy) -> None:
    """The chosen people, a page of them."""
    role, state = _known(tap.role, tap.state)
    lines = _lines(talk.unit, talk.scope, role, state, now=talk.now)
    talk.say(view.people(lines, role, state, tap.page, language=talk.language, sees_all=_sees_all(talk.scope)))


def narrow(talk: Talk, tap: NarrowPeople) -> None:
    """The ways to narrow the list."""
    role, state = _known(tap.role, tap.state)
    talk.say(view.narrow_people(role, state, language=talk.language, sees_all=_sees_all(talk.scope)))


def command(talk: Talk, rest: str) -> None:
    """``/ludzie``: the list; with words, a search."""
    if rest.strip():
        _find(talk, rest)
    else:
        show(talk, PeopleBy(0, 0, 0))


def begin_search(talk: Talk, tap: SearchPeople) -> None:  # noqa: ARG001 - a button without fields
    """Words are awaited."""
    people.set_dialog(talk.unit, talk.person.id, {"kind": SEARCH})
    talk.say(view.search_people(language=talk.language))


def searched(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:  # noqa: ARG001 - nothing to remember
    """The words to look for came."""
    _find(talk, text)


def table(talk: Talk, tap: PeopleTable) -> None:
    """The chosen people as a table."""
    talk.produce(TABLE, role=tap.role, state=tap.state)
    talk.say(place_view.table_comes(language=talk.language))


def make_table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """The chosen people with what is known of them and their work in numbers."""
    language, scope = known_language(person.language or desk.language), scope_of(person)
    _ = texts(language)
    role, state = _known(int(about["role"]), int(about["state"]))
    lines = _lines(unit, scope, role, state, now=now)
    every = profiles.profiles(unit, person.edition_id)
    names = {one.id: one.name for one in people.people(unit, edition_id=person.edition_id, role=Role.COORDINATOR)}
    header = (
        *(_("Name"), _("Role"), _("E-mail"), _("Phone"), _("Looked after by"), _("Chat"), _("Left")),
        *(_("Planned"), _("Carried out"), _("Approved"), _("Late")),
        *(_("Modes"), _("Postcode"), _("Radius, km"), _("Languages"), _("Days")),
        *(_("Weekly limit"), _("Limit in all"), _("Certified")),
    )
    rows = tuple(
        (
            *(line.person.name, _(view.ROLE_NAMES[line.person.role]), line.person.email, line.person.phone),
            *(names.get(line.person.coordinator_id or 0, ""), _(view.CHAT_TEXTS[line.chat]), line.person.left_at),
            *(line.figures.planned, line.figures.done, line.figures.approved, line.figures.late),
            *_skills(every.get(line.person.id), language),
        )
        for line in lines
    )
    book = Workbook(_("people"), (Sheet(_("People"), header, rows),))
    return Recipe(Outgoing(_.many("{n} person", "{n} people", len(lines)), may_be_saved=True), (book,))


def begin_new(talk: Talk, tap: AddPerson) -> None:
    """A new person's role, then name, is awaited. A coordinator adds jurors, their own; an organizer anybody."""
    if not _sees_all(talk.scope):
        _ask(talk, Role.JUROR, {}, "name")
    elif 0 < tap.role < len(ROLES):
        _ask(talk, Role(ROLES[tap.role]), {}, "name")
    else:
        talk.say(person_view.which_role(language=talk.language))


def answered_new(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """One more thing about a new person came."""
    role = Role(str(dialog["role"])) if _sees_all(talk.scope) else Role.JUROR
    known = {str(key): str(value) for key, value in dict(dialog.get("known", {})).items()}
    step = next((one for one in STEPS if one not in known), STEPS[-1])
    try:
        known[step] = _read_new(step, text)
    except Wrong as wrong:
        _ask(talk, role, known, step, wrong=text, suggestion=wrong.suggestion)
        return
    left = [one for one in STEPS if one not in known]
    if left:
        _ask(talk, role, known, left[0])
        return
    other = directory.same_email(talk.unit, talk.person.edition_id, known["email"])
    if other is not None:
        _taken(talk, known["email"], other)
        return
    key = people.add_person(
        talk.unit,
        edition_id=talk.person.edition_id,
        name=known["name"],
        role=role,
        email=known["email"],
        coordinator_id=talk.scope.coordinator_id if role is Role.JUROR else None,
        now=talk.now,
    )
    talk.note("person.added", f"person:{key}", role=role.value)
    person_cards.show(talk, PersonCard(key), changed=True)


def _read_new(step: str, text: str) -> str:
    bare = " ".join(text.split())
    if len(bare) > MAX_WORDS:
        raise TooLong
    if step == "name":
        return bare
    return "" if cleared(bare) else cells.email(bare)


def _ask(talk: Talk, role: Role, known: Mapping[str, str], step: str, *, wrong: str = "", suggestion: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": NEW, "role": role.value, "known": dict(known)})
    talk.say(person_view.ask_new(step, role, language=talk.language, wrong=wrong, suggestion=suggestion))


def _taken(talk: Talk, email: str, other_id: int) -> None:
    other = people.person(talk.unit, other_id)
    is_seen = other is not None and directory.sees_person(talk.scope, other)
    talk.say(
        place_view.taken_by_another(
            person_view.FIELD_NAMES["email"],
            email,
            tap=PersonCard(other_id) if is_seen else None,
            back=People(0),
            language=talk.language,
        )
    )


def _find(talk: Talk, words: str) -> None:
    every = directory.persons(talk.unit, talk.scope)
    found = search(words, [(one, (one.name, one.email, one.phone)) for one in every])
    if len(found) == 1:
        person_cards.show(talk, PersonCard(found[0].id))
        return
    shown = [(one.name, PersonCard(one.id)) for one in found]
    talk.say(view.found(shown, SearchPeople(), said=words, language=talk.language))


def _lines(unit: Unit, scope: Scope, role: int, state: int, *, now: datetime) -> list[PersonLine]:
    every = directory.people(unit, scope, now=now)
    return [line for line in every if _fits(line, ROLES[role], PERSON_STATES[state])]


def _fits(line: PersonLine, role: str, state: str) -> bool:
    person = line.person
    if role not in {"all", person.role.value}:
        return False
    match state:
        case "left":
            return person.left_at is not None
        case "late":
            return line.figures.late > 0
        case "not_come":
            return person.left_at is None and line.chat in _NOT_COME
        case "out_of_reach":
            return person.left_at is None and line.chat is Chat.OUT_OF_REACH
        case _:
            return True


def _skills(profile: Profile | None, language: str) -> tuple[Cell, ...]:
    if profile is None:
        return ("",) * 8
    _ = texts(language)
    return (
        ", ".join(mode_name(mode, language=language) for mode in Mode if mode in profile.modes),
        profile.postcode,
        profile.radius_km,
        ", ".join(profile.languages),
        ", ".join(_(skills.DAY_NAMES[day]) for day in profile.days),
        profile.weekly_limit,
        profile.total_limit,
        ", ".join(profile.certified),
    )


def _known(role: int, state: int) -> tuple[int, int]:
    """Numbers of a button that the tables have; anything else is all."""
    return (role if 0 <= role < len(ROLES) else 0, state if 0 <= state < len(PERSON_STATES) else 0)


def _sees_all(scope: Scope) -> bool:
    return scope.coordinator_id is None

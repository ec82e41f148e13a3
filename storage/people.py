"""People of an edition, their addresses in the channels, their invitations and web sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update

from storage import schema
from storage.insert import insert_or_ignore, insert_row
from storage.together import Write
from storage.unit import UNREAD, Known, Unit

MOST_ID = 2**63
"""Above any id the database gives."""


class Role(StrEnum):
    """What a person does in the contest."""

    JUROR = "juror"
    COORDINATOR = "coordinator"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class Person:
    """A person of an edition. ``focus`` is the contact they are at, ``dialog`` what a talk outside it awaits."""

    id: int
    edition_id: int
    name: str
    role: Role
    language: str | None = None
    consented_at: datetime | None = None
    hidden_at: datetime | None = None
    focus: int | None = None
    dialog: Mapping[str, Any] | None = None
    email: str = ""
    phone: str = ""
    coordinator_id: int | None = None
    """Who looks after a juror; None: all coordinators of the edition."""
    preferences: Mapping[str, Any] | None = None
    left_at: datetime | None = None
    """Takes no part any more: asked for nothing, offered nothing."""
    erased_at: datetime | None = None
    """When name and contact data were erased; what was done for the contest stays, as somebody's."""
    time_zone: str = ""
    """The edition's: its IANA name."""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """Where a person can be written to: the channel's name and its own id of the chat."""

    id: int
    person_id: int
    channel: str
    chat: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """How an address receives messages: whether they arrive, and whether its chat is hidden."""

    reachable: bool
    is_hidden: bool


_PERSON = tuple(
    (schema.editions if field.name == "time_zone" else schema.people).c[field.name] for field in fields(Person)
)
_PEOPLE = select(*_PERSON).join(schema.editions, schema.editions.c.id == schema.people.c.edition_id)
_ADDRESS = tuple(schema.addresses.c[name] for name in ("id", "person_id", "channel", "chat", "reachable"))
_LOAD = _PEOPLE.where(schema.people.c.id == bindparam("person_id"))
_LOCK = _LOAD.with_for_update(of=schema.people)
_FIND = select(*_ADDRESS).where(
    schema.addresses.c.channel == bindparam("channel"), schema.addresses.c.chat == bindparam("chat")
)
_BOTH = (
    select(*_ADDRESS, *_PERSON)
    .join_from(schema.addresses, schema.people, schema.people.c.id == schema.addresses.c.person_id)
    .join(schema.editions, schema.editions.c.id == schema.people.c.edition_id)
)
_AMONG = (
    _BOTH.where(
        schema.addresses.c.channel == bindparam("channel"),
        schema.addresses.c.chat.in_(bindparam("chats", expanding=True)),
    )
    .order_by(schema.people.c.id)
    .with_for_update(of=schema.people)
)
_HIDDEN = (
    select(schema.addresses.c.chat)
    .join(schema.people, schema.people.c.id == schema.addresses.c.person_id)
    .where(schema.addresses.c.channel == bindparam("channel"))
    .where(schema.addresses.c.chat.in_(bindparam("chats", expanding=True)), schema.people.c.hidden_at.is_not(None))
)
_HIDDEN_KEPT = _HIDDEN.with_for_update(read=True, of=schema.people)
_RECEIVERS = (
    select(schema.addresses.c.id, schema.addresses.c.reachable, schema.people.c.hidden_at.is_not(None))
    .join(schema.people, schema.people.c.id == schema.addresses.c.person_id)
    .where(schema.addresses.c.id.in_(bindparam("ids", expanding=True)))
)
_ROLE = tuple(field.name for field in fields(Person)).index("role")

CHATS: Known[tuple[str, str], tuple[Person, AddressRow] | None] = Known(
    schema.addresses, schema.people, schema.editions
)
"""Who writes from a chat, by channel and chat, their row locked."""
RECEIVERS: Known[int, Receiver | None] = Known(schema.addresses, schema.people)
"""Addresses by id, as they receive messages; nothing is locked."""
_TOUCH = Write(schema.addresses, "id", "used_at", changes=True)


def add_person(
    unit: Unit,
    *,
    edition_id: int,
    name: str,
    role: Role,
    language: str | None = None,
    email: str = "",
    phone: str = "",
    coordinator_id: int | None = None,
    now: datetime,
) -> int:
    """Add a person without any address yet; returns the id."""
    values = {"edition_id": edition_id, "name": name, "role": Role(role).value, "language": language}
    values |= {"email": email, "phone": phone, "coordinator_id": coordinator_id}
    return insert_row(unit, schema.people, {**values, "created_at": now})


def update_person(unit: Unit, person_id: int, **values: object) -> None:
    """Give fields of ``Person`` new values: name, email, phone, coordinator_id, left_at, preferences."""
    _set(unit, person_id, **values)


def person(unit: Unit, person_id: int, *, lock: bool = False) -> Person | None:
    """The person; ``lock`` keeps other processes' units from them until this one is committed."""
    row = unit.execute(_LOCK if lock else _LOAD, {"person_id": person_id}).one_or_none()
    return None if row is None else _person(row)


def people(unit: Unit, *, edition_id: int, role: Role | None = None) -> list[Person]:
    """People of an edition, in the order they were added."""
    query = _PEOPLE.where(schema.people.c.edition_id == edition_id).order_by(schema.people.c.id)
    if role is not None:
        query = query.where(schema.people.c.role == role.value)
    return [_person(row) for row in unit.execute(query)]


def named(unit: Unit, wanted: str) -> list[Person]:
    """The person of that id, or all of that whole name, in every edition."""
    which = schema.people.c.name == wanted
    if wanted.isascii() and wanted.isdecimal() and int(wanted) < MOST_ID:
        which = schema.people.c.id == int(wanted)
    return [_person(row) for row in unit.execute(_PEOPLE.where(which).order_by(schema.people.c.id))]


def without_chat(unit: Unit, edition_id: int) -> frozenset[int]:
    """The jurors of an edition whom no message can reach now."""
    table, chats = schema.people, schema.addresses
    reached = select(chats.c.id).where(chats.c.person_id == table.c.id, chats.c.reachable).exists()
    query = select(table.c.id).where(table.c.edition_id == edition_id, table.c.role == Role.JUROR.value, ~reached)
    return frozenset(row.id for row in unit.execute(query))


def find(unit: Unit, channel: str, chat: str, *, lock: bool) -> tuple[Person, AddressRow] | None:
    """Who writes from this chat; ``lock`` as in ``person``."""
    known = unit.recall(CHATS, (channel, chat))
    if known is not UNREAD:
        return known
    return _with_person(unit, _FIND, {"channel": channel, "chat": chat}, lock=lock)


def addresses(unit: Unit, person_id: int) -> list[AddressRow]:
    """The person's addresses, the reachable first, and of those the last used first."""
    table = schema.addresses
    query = (
        select(*_ADDRESS)
        .where(table.c.person_id == person_id)
        .order_by(table.c.reachable.desc(), table.c.used_at.desc(), table.c.id.desc())
    )
    return [_address(row) for row in unit.execute(query)]


def address(unit: Unit, address_id: int) -> AddressRow | None:
    """The address of that id."""
    row = unit.execute(select(*_ADDRESS).where(schema.addresses.c.id == address_id)).one_or_none()
    return None if row is None else _address(row)


def has_office_chat(unit: Unit) -> bool:
    """Whether somebody of an office has a chat with us."""
    query = (
        select(schema.addresses.c.id)
        .join(schema.people, schema.people.c.id == schema.addresses.c.person_id)
        .where(schema.people.c.role != Role.JUROR.value, schema.people.c.left_at.is_(None))
        .limit(1)
    )
    return unit.execute(query).first() is not None


def touch(unit: Unit, address_id: int, now: datetime, *, reachable: bool = False) -> None:
    """The person wrote from this address: it is used now, and reachable; ``reachable`` says it was held so before."""
    unit.later(_TOUCH, {"id": address_id, "used_at": now})
    if not reachable:
        set_reachable(unit, address_id, reachable=True)


def set_reachable(unit: Unit, address_id: int, *, reachable: bool) -> None:
    """Note whether messages to the address arrive."""
    unit.execute(update(schema.addresses).where(schema.addresses.c.id == address_id).values(reachable=reachable))


def set_language(unit: Unit, person_id: int, language: str) -> None:
    """The language the person reads."""
    _set(unit, person_id, language=language)


def set_consent(unit: Unit, person_id: int, now: datetime) -> None:
    """The person agreed to take part, now."""
    _set(unit, person_id, consented_at=now)


def set_hidden(unit: Unit, person_id: int, at: datetime | None) -> None:
    """The chat shows nothing telling since ``at``; ``None`` shows everything again."""
    _set(unit, person_id, hidden_at=at)


def set_focus(unit: Unit, person_id: int, contact_id: int | None) -> None:
    """The contact the person's replies belong to."""
    _set(unit, person_id, focus=contact_id)


def set_dialog(unit: Unit, person_id: int, dialog: Mapping[str, Any] | None) -> None:
    """What a conversation outside a contact awaits next."""
    _set(unit, person_id, dialog=None if dialog is None else dict(dialog))


def look_ahead(unit: Unit, chats: Collection[tuple[str, str]]) -> list[Person]:
    """Find and lock together who writes from these chats, given by channel and chat; returns them."""
    found: list[Person] = []
    for channel in {channel for channel, _ in chats}:
        theirs = set()
        for chat in {chat for of, chat in chats if of == channel}:
            known = unit.recall(CHATS, (channel, chat))
            if known is UNREAD:
                theirs.add(chat)
            elif known is not None:
                found.append(known[0])
        if not theirs:
            continue
        here = dict.fromkeys(theirs)
        for row in unit.execute(_AMONG, {"channel": channel, "chats": list(theirs)}).all():
            person, address = _both(row)
            found.append(person)
            here.pop(address.chat)
            unit.remember(CHATS, (channel, address.chat), (person, address))
        for chat in here:
            unit.remember(CHATS, (channel, chat), None)
    return found


def look_for_receivers(unit: Unit, address_ids: Collection[int]) -> None:
    """Read together how these addresses receive messages."""
    missing = {address_id for address_id in address_ids if unit.recall(RECEIVERS, address_id) is UNREAD}
    if not missing:
        return
    for row in unit.execute(_RECEIVERS, {"ids": list(missing)}).all():
        address_id, *how = tuple(row)
        missing.discard(address_id)
        unit.remember(RECEIVERS, address_id, Receiver(*how))
    for address_id in missing:
        unit.remember(RECEIVERS, address_id, None)


def receiver(unit: Unit, address_id: int) -> Receiver | None:
    """How an address receives messages; None where there is no such address."""
    known = unit.recall(RECEIVERS, address_id)
    if known is UNREAD:
        look_for_receivers(unit, (address_id,))
        return receiver(unit, address_id)
    return known


def hidden_among(unit: Unit, chats: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the chats, given by channel and chat, that are hidden."""
    hidden: set[tuple[str, str]] = set()
    unread: set[tuple[str, str]] = set()
    for chat in chats:
        known = unit.recall(CHATS, chat)
        if known is UNREAD:
            unread.add(chat)
        elif known is not None and known[0].hidden_at is not None:
            hidden.add(chat)
    for channel in {channel for channel, _ in unread}:
        theirs = [chat for of, chat in unread if of == channel]
        hidden |= {(channel, chat) for chat in unit.execute(_HIDDEN, {"channel": channel, "chats": theirs}).scalars()}
    return hidden


def is_shown(unit: Unit, *, channel: str, chat: str) -> bool:
    """Whether a chat is not hidden; it stays as it is until the unit is committed."""
    return unit.execute(_HIDDEN_KEPT, {"channel": channel, "chats": [chat]}).first() is None


# Invitations --------------------------------------------------------------------------------------------------------


def invite(unit: Unit, person_id: int, *, token_hash: str, now: datetime, expires_at: datetime) -> int:
    """Keep an invitation, told only by the hash of its token; returns its id."""
    values = {"person_id": person_id, "token_hash": token_hash, "created_at": now, "expires_at": expires_at}
    return insert_row(unit, schema.invitations, values)


def redeem(unit: Unit, token_hash: str, *, channel: str, chat: str, now: datetime) -> tuple[Person, AddressRow] | None:
    """Use an invitation, once: this chat is now an address of the invited person.

    ``None``, and nothing changed, if it is unknown, used, expired or revoked, or if the chat is another person's.
    """
    table = schema.invitations
    invitation = unit.execute(
        select(table.c.id, table.c.person_id)
        .where(table.c.token_hash == token_hash, table.c.used_at.is_(None), table.c.revoked_at.is_(None))
        .where(table.c.expires_at > now)
        .with_for_update()
    ).one_or_none()
    if invitation is None:
        return None
    values = {"person_id": invitation.person_id, "channel": channel, "chat": chat}
    insert_or_ignore(unit, schema.addresses, {**values, "reachable": True, "created_at": now, "used_at": now})
    found = find(unit, channel, chat, lock=True)
    if found is None or found[0].id != invitation.person_id:
        return None
    touch(unit, found[1].id, now)
    unit.execute(update(table).where(table.c.id == invitation.id).values(used_at=now, address_id=found[1].id))
    return find(unit, channel, chat, lock=True)


def revoke(unit: Unit, invitation_id: int, now: datetime) -> bool:
    """Make an invitation useless; ``False`` if it was used or revoked before."""
    table = schema.invitations
    changed = unit.execute(
        update(table)
        .where(table.c.id == invitation_id, table.c.used_at.is_(None), table.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed.rowcount == 1


# Web sessions -------------------------------------------------------------------------------------------------------


def open_session(unit: Unit, address_id: int, *, cookie_hash: str, now: datetime) -> None:
    """Keep a browser's session, told only by the hash of its cookie."""
    insert_row(unit, schema.sessions, {"address_id": address_id, "cookie_hash": cookie_hash, "opened_at": now})


def session(unit: Unit, cookie_hash: str) -> tuple[Person, AddressRow] | None:
    """Whose browser it is."""
    query = (
        select(*_ADDRESS)
        .join(schema.sessions, schema.sessions.c.address_id == schema.addresses.c.id)
        .where(schema.sessions.c.cookie_hash == bindparam("cookie_hash"))
    )
    return _with_person(unit, query, {"cookie_hash": cookie_hash}, lock=False)


def close_session(unit: Unit, cookie_hash: str) -> None:
    """Forget a browser's session."""
    unit.execute(delete(schema.sessions).where(schema.sessions.c.cookie_hash == cookie_hash))


def _with_person(
    unit: Unit, query: Select[Any], values: Mapping[str, str], *, lock: bool
) -> tuple[Person, AddressRow] | None:
    row = unit.execute(query, values).one_or_none()
    owner = None if row is None else person(unit, row.person_id, lock=lock)
    return None if row is None or owner is None else (owner, _address(row))


def _set(unit: Unit, person_id: int, **values: object) -> None:
    unit.execute(update(schema.people).where(schema.people.c.id == person_id).values(values))


def _person(row: Sequence[Any]) -> Person:
    values = list(row)
    values[_ROLE] = Role(values[_ROLE])
    return Person(*values)


def _address(row: Sequence[Any]) -> AddressRow:
    return AddressRow(*row)


def _both(row: Sequence[Any]) -> tuple[Person, AddressRow]:
    return _person(row[len(_ADDRESS) :]), _address(row[: len(_ADDRESS)])


def people_after(unit: Unit, edition_id: int, person_id: int) -> list[Person]:
    """The people of an edition who were added after that one."""
    table = schema.people
    query = _PEOPLE.where(table.c.edition_id == edition_id, table.c.id > person_id)
    return [_person(row) for row in unit.execute(query.order_by(table.c.id))]

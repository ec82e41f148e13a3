"""What the units of a group are known to need is read for all of them together, and their rows locked, before they run.

A unit finds it by ``Unit.recall``, and reads for itself what was not foreseen or has changed since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from storage import assignments, contacts, editions, evidence, inbox, people
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class FromChat:
    """A unit that takes in an update of a chat: the person is locked, and the contact their replies belong to."""

    channel: str
    chat: str
    update_id: str


def look_ahead(unit: Unit, foreseen: Collection[FromChat]) -> None:
    """Read what these units need. People are locked before their contacts, and those before what belongs to them."""
    if not foreseen:
        return
    inbox.look_ahead(unit, {(one.channel, one.update_id) for one in foreseen})
    writing = people.look_ahead(unit, {(one.channel, one.chat) for one in foreseen})
    focused = {person.focus for person in writing if person.focus is not None}
    if not focused:
        return
    found = contacts.look_ahead(unit, focused)
    assignments.look_ahead(unit, {row.assignment_id for row in found})
    evidence.look_ahead(unit, {row.id for row in found})
    editions.look_ahead(unit, {person.edition_id for person in writing})

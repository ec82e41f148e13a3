"""What a use case has in hand while it answers an update: the unit of work, the person, the time, ways to speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.i18n import known_language
from bot.jobs import put_produce, put_send
from bot.views.erased_people import named_in
from scenarios.changing import changed
from scenarios.loader import load
from scenarios.model import Scenario
from storage import editions, journal, people, scripts
from storage.database import Unit
from storage.people import AddressRow, Person, Role
from storage.scope import Scope, scope_of

if TYPE_CHECKING:
    from scoring.rubric import Rubric

ALBUM_PAUSE = timedelta(seconds=1)
"""How long the answer to an album waits for the album's other pictures."""


class UnknownScript(LookupError):
    """No published scenario has that version or name."""


@dataclass(slots=True)
class Scripts:
    """Published scenarios, each version read once."""

    read: dict[str, Scenario] = field(default_factory=dict)

    def version(self, unit: Unit, version: str) -> Scenario:
        """The scenario of that version. Raises UnknownScript."""
        known = self.read.get(version)
        if known is not None:
            return known
        source = scripts.source(unit, version)
        if source is None:
            raise UnknownScript(version)
        scenario = load(source, filename=version)
        self.read[version] = scenario
        return scenario

    def newest(self, unit: Unit, name: str) -> Scenario:
        """The newest published version of a scenario. Raises UnknownScript."""
        found = scripts.newest(unit, name)
        if found is None:
            raise UnknownScript(name)
        return self.version(unit, found[0])


@dataclass(frozen=True, slots=True)
class Desk:
    """What every conversation shares."""

    zone: ZoneInfo
    language: str
    """The language people are greeted in before they choose."""
    own_url: str
    """Where the web chat is, without a slash at the end."""
    new_token: Callable[[], str]
    """Makes an unguessable token, URL-safe."""
    scripts: Scripts = field(default_factory=Scripts)
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    """Published rubrics by version, each read once: see ``bot.roles.scores``."""
    model: str | None = None
    """The configured language model; None: there is none, and nothing of the rater is offered."""
    is_model_free: bool = True
    """Whether its tokens have no price."""
    bot_names: dict[str, str] = field(default_factory=dict)
    """What the bot is called in a channel, as far as the channel has told by now: for links to it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One person speaking to us, now."""

    unit: Unit
    desk: Desk
    now: datetime
    person: Person
    address: AddressRow
    update_id: str | None = None
    tap_id: str | None = None
    """Set when a button was tapped: the next message acknowledges it."""
    tapped_message: str | None = None
    words_stand: bool = False
    """What the person has just written stands in their chat anyway, right below our question."""

    @property
    def language(self) -> str:
        """The language this person reads."""
        return known_language(self.person.language or self.desk.language)

    @property
    def zone(self) -> ZoneInfo:
        """The edition's time zone, in which this person reads times."""
        return ZoneInfo(self.person.time_zone) if self.person.time_zone else self.desk.zone

    @property
    def scope(self) -> Scope:
        """What a coordinator or an organizer may see. Raises OutOfScope for a juror."""
        return scope_of(self.person)

    def again(self) -> Talk:
        """The same conversation with the person as they are now, after they were changed."""
        person = people.person(self.unit, self.person.id)
        return self if person is None else replace(self, person=person)

    def say(self, *messages: Outgoing, album: str | None = None) -> None:
        """Answer in the chat they wrote from. ``album``: wait a moment, so that one answer serves a whole album."""
        for index, message in enumerate(messages):
            outgoing = named_in(message, language=self.language)
            if index == 0 and self.tap_id is not None:
                outgoing = changed(outgoing, acknowledges=self.tap_id)
            put_send(
                self.unit,
                outgoing,
                address_id=self.address.id,
                channel=self.address.channel,
                chat=self.address.chat,
                now=self.now,
                dedup_key=None if album is None else f"album:{self.address.id}:{album}",
                run_at=None if album is None else self.now + ALBUM_PAUSE,
            )

    def produce(self, what: str, **about: object) -> None:
        """Have a picture, a table or a document made and sent to this chat; ``about`` are JSON values."""
        put_produce(
            self.unit,
            what,
            about,
            person_id=self.person.id,
            address_id=self.address.id,
            channel=self.address.channel,
            chat=self.address.chat,
            now=self.now,
        )

    def tell(self, person_id: int, build: Callable[[str], Outgoing]) -> None:
        """Tell another person something, in their language."""
        tell(self.unit, self.desk, person_id, build, now=self.now)

    def note(self, what: str, subject: str, **details: object) -> None:
        """Write to the journal what this person did."""
        journal.write(self.unit, at=self.now, who=self.person.id, what=what, subject=subject, details=details)


def in_edition(unit: Unit, desk: Desk, edition_id: int) -> Desk:
    """The desk with the clock of an edition."""
    edition = editions.edition(unit, edition_id)
    return desk if edition is None else replace(desk, zone=ZoneInfo(edition.time_zone))


def tell(
    unit: Unit,
    desk: Desk,
    person_id: int,
    build: Callable[[str], Outgoing],
    *,
    now: datetime,
    run_at: datetime | None = None,
) -> None:
    """Send a person a message where they were last seen; nothing happens where they have no chat with us yet.

    ``run_at``: not before that moment.
    """
    person = people.person(unit, person_id)
    if person is None:
        return
    reachable = [address for address in people.addresses(unit, person_id) if address.reachable]
    if not reachable:
        return
    language = known_language(person.language or desk.language)
    put_send(
        unit,
        named_in(build(language), language=language),
        address_id=reachable[0].id,
        channel=reachable[0].channel,
        chat=reachable[0].chat,
        now=now,
        run_at=run_at,
    )


def coordinators_of(unit: Unit, *, edition_id: int, coordinator_id: int | None) -> tuple[int, ...]:
    """Who is told about an assignment: its coordinator, or all of the edition's where it has none or that one left."""
    here = [one.id for one in people.people(unit, edition_id=edition_id, role=Role.COORDINATOR) if one.left_at is None]
    return (coordinator_id,) if coordinator_id in here else tuple(here)

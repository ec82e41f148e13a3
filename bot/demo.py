"""The demo edition, brought to where there is something to see in each chat: a plan, offers, reports to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from threading import Event

from bot import demo_cast as cast
from bot import demo_scores
from bot.channels.base import Address, FileKind, FileRef
from bot.demo_stage import HERE, Stage, done, offered
from bot.demo_story import Actor
from bot.jobs import Feed
from bot.office_taps.broadcasting import FILTERS, Flip, SendAssignments, SendNow
from bot.office_taps.planning import Apply, MakePlan
from bot.office_taps.reviewing import ReviewApprove
from bot.publishing import publish_library
from bot.reports.drawing import draw
from bot.roles import everyone, plan_facts
from bot.roles.office import examining, feeding
from bot.solver import compute, keep
from bot.talk import Desk
from bot.tap_kinds import OfficeMenu
from storage import assignments, audience, broadcasts, editions, people, plans, profiles
from storage.assignments import State
from storage.blobs import Blobs
from storage.broadcasts import Kind
from storage.database import Unit
from storage.people import Role
from storage.postcodes import PostalPlace, postal_place
from storage.profiles import Profile
from storage.scope import Scope

DEMO_CHANNEL = "web"
CHAT_ID_DIGITS = 24
"""Hexadecimal digits of a web chat's id."""

BEFORE = timedelta(days=21)
"""How long ago the edition and its first wave began."""
WAVE = timedelta(days=42)
LASTS = timedelta(days=60)
"""How long the edition goes on."""
TOOK_OVER = timedelta(days=9)
"""How long before the first start the coordinator came whose chat is shown."""
PLANNED = timedelta(hours=3)
"""How long before the first start the plan was made and offered."""
VOTE_OPENED = timedelta(hours=1)
"""How long before the first start the vote was opened that is open; earlier where that was a quiet time."""
INVITATION_LASTS = timedelta(days=1)
NOBODY_YET = timedelta(days=14)
"""How long the invitation of the juror who did not come is good."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the three chats of the demo page."""

    role: Role
    chat: str


async def keep_photos(blobs: Blobs, desk: Desk, *, now: datetime) -> tuple[FileRef, ...]:
    """Draw what stands for the demo's photos and store them, as if they had just been sent; the same at every start."""
    kept = []
    for plate in cast.PLATES:
        drawn = draw(plate, zone=desk.zone, made_at=now)
        blob = await blobs.put(drawn.data)
        kept.append(FileRef(FileKind.PHOTO, blob.sha256, drawn.name, drawn.media_type, len(drawn.data)))
    return tuple(kept)


def seed(unit: Unit, desk: Desk, *, now: datetime, photos: Sequence[FileRef] = ()) -> tuple[Seat, ...]:
    """Seed the demo edition once; the seats of its three chats, the same at every start.

    ``photos``: those of ``keep_photos``; without them nobody took any.
    """
    known = [edition for edition in editions.editions(unit) if edition.name == cast.EDITION]
    if known:
        return _seats(unit, known[0].id)
    stage = _set(unit, desk, photos, now=now)
    actors = _arrivals(stage)
    demo_scores.report_first(stage, actors)
    coordinator = actors[stage.coordinator] = _arrive(stage, stage.coordinator, at=now - TOOK_OVER)
    coordinator.agree()
    demo_scores.score(stage)
    demo_scores.vote_before(stage, actors)
    reports = _early_tasks(stage, actors)
    coordinator.at(now - PLANNED).tap(*(ReviewApprove(one) for one in reports[: cast.APPROVED]))
    _plan(stage, coordinator.at(now - PLANNED))
    _offer(stage, coordinator.at(now - PLANNED))
    _answers(stage, actors)
    demo_scores.open_vote(stage, actors, ago=VOTE_OPENED)
    coordinator.at(now).tap(OfficeMenu())
    actors[stage.organizer].at(now).ask_status()
    _arrive(stage, stage.jurors[cast.SEATED], at=now)
    return _seats(unit, stage.edition)


# The stage ----------------------------------------------------------------------------------------------------------


def _set(unit: Unit, desk: Desk, photos: Sequence[FileRef], *, now: datetime) -> Stage:
    """The edition with its rules and waves, its institutions and people."""
    began = now - HERE
    publish_library(unit, now=began)
    first = now.astimezone(desk.zone).date() - BEFORE
    last = first + BEFORE + LASTS
    edition = editions.add_edition(
        unit, name=cast.EDITION, starts_on=first, ends_on=last, time_zone=desk.zone.key, correction_hours=24
    )
    editions.set_rules(unit, edition, cast.RULES)
    second = first + WAVE
    days = (("Fala 1", first, second - timedelta(days=1)), ("Fala 2", second, last))
    coordinator = people.add_person(unit, edition_id=edition, name=cast.COORDINATOR, role=Role.COORDINATOR, now=began)
    predecessor = people.add_person(unit, edition_id=edition, name=cast.PREDECESSOR, role=Role.COORDINATOR, now=began)
    organizer = people.add_person(unit, edition_id=edition, name=cast.ORGANIZER, role=Role.ORGANIZER, now=began)
    return Stage(
        unit,
        desk,
        now,
        edition,
        tuple(_add_wave(unit, edition, *one) for one in days),
        tuple(_add_place(unit, edition, number, one) for number, one in enumerate(cast.PLACES, 1)),
        tuple(_add_juror(unit, edition, one, now=began) for one in cast.JURORS),
        coordinator,
        organizer,
        predecessor,
        photos,
    )


def _add_wave(unit: Unit, edition_id: int, name: str, first: date, last: date) -> int:
    return editions.add_wave(unit, edition_id=edition_id, name=name, starts_on=first, ends_on=last)


def _add_place(unit: Unit, edition_id: int, number: int, place: cast.Place) -> int:
    where = _where(place.postcode)
    return editions.add_participant(
        unit,
        edition_id=edition_id,
        name=place.name,
        short_name=place.short,
        type=place.type,
        postcode=place.postcode,
        city=place.city,
        hours=place.hours,
        phone=cast.FROM_THE_SITE,
        email=cast.FROM_THE_SITE,
        number=str(number),
        voivodship=where.voivodship,
        latitude=where.latitude,
        longitude=where.longitude,
    )


def _add_juror(unit: Unit, edition_id: int, juror: cast.Juror, *, now: datetime) -> int:
    person_id = people.add_person(unit, edition_id=edition_id, name=juror.name, role=Role.JUROR, now=now)
    home = _where(juror.postcode)
    profile = Profile(
        person_id,
        modes=juror.modes,
        postcode=juror.postcode,
        latitude=home.latitude,
        longitude=home.longitude,
        radius_km=juror.radius_km,
        total_limit=juror.total_limit,
    )
    profiles.save(unit, profile)
    return person_id


def _where(postcode: str) -> PostalPlace:
    found = postal_place(postcode)
    if found is None:
        raise LookupError(postcode)
    return found


# The people ---------------------------------------------------------------------------------------------------------


def _arrivals(stage: Stage) -> dict[int, Actor]:
    """Everybody comes and agrees but a coordinator, who comes later, and two jurors, one of whom never does."""
    away = {stage.jurors[cast.SEATED], stage.jurors[cast.NOT_HERE]}
    came = stage.now - HERE
    here = [one for one in (stage.predecessor, stage.organizer, *stage.jurors) if one not in away]
    actors = {one: _arrive(stage, one, at=came) for one in here}
    for actor in actors.values():
        actor.agree()
    _invite(stage, stage.jurors[cast.NOT_HERE], at=came, lasts=NOBODY_YET)
    return actors


def _arrive(stage: Stage, person_id: int, *, at: datetime) -> Actor:
    """The person in a chat of their own, by an invitation like everybody's."""
    token = _invite(stage, person_id, at=at, lasts=INVITATION_LASTS)
    chat = Address(DEMO_CHANNEL, sha256(stage.desk.new_token().encode()).hexdigest()[:CHAT_ID_DIGITS])
    everyone.arrive(stage.unit, stage.desk, token, chat, language=None, now=at)
    return Actor(stage.unit, stage.desk, chat, at)


def _invite(stage: Stage, person_id: int, *, at: datetime, lasts: timedelta) -> str:
    token = stage.desk.new_token()
    people.invite(stage.unit, person_id, token_hash=everyone.token_hash(token), now=at, expires_at=stage.now + lasts)
    return token


def _seats(unit: Unit, edition_id: int) -> tuple[Seat, ...]:
    """The chats the first person of each kind came in by, whatever other devices they use by now."""
    seats = []
    for role in (Role.JUROR, Role.COORDINATOR, Role.ORGANIZER):
        person = people.people(unit, edition_id=edition_id, role=role)[0]
        mine = [row for row in people.addresses(unit, person.id) if row.channel == DEMO_CHANNEL]
        seats.append(Seat(role, min(mine, key=lambda row: row.id).chat))
    return tuple(seats)


# The story ----------------------------------------------------------------------------------------------------------


def _early_tasks(stage: Stage, actors: Mapping[int, Actor]) -> list[int]:
    """What was agreed on before there was a plan, as contacts planned by hand; returns the contacts reported on."""
    reports = []
    for task in cast.TASKS:
        at = stage.now - (timedelta(days=task.offered) if task.offered else PLANNED)
        task_id = offered(stage, task, at=at)
        actor = actors.get(stage.jurors[task.juror])
        if actor is None:
            if task.state is not State.OFFERED:
                assignments.change(stage.unit, task_id, state=task.state, now=at)
            continue
        if task.state is State.DECLINED:
            actor.at(at).decline(task_id, "no_time")
            continue
        actor.at(at).accept(task_id)
        if task.state is State.DONE:
            contact_id, begun = done(stage, actors, task, task_id)
            examining.examine(stage.unit, stage.desk, contact_id, now=begun)
            reports.append(contact_id)
    return reports


def _plan(stage: Stage, coordinator: Actor) -> None:
    """A plan of the rest, computed as the worker does, and applied."""
    unit, now = stage.unit, coordinator.now
    coordinator.tap(MakePlan())
    row = plans.newest(unit, stage.edition)
    if row is None:
        raise LookupError(stage.edition)
    whose = plan_facts.plan_inputs_scope(row.inputs)
    world = plan_facts.gather(unit, stage.edition, Scope(stage.edition, whose), now)
    keep(unit, stage.desk, row, compute(world, whose=whose, seed=row.seed, stop=Event()), now=now)
    coordinator.tap(Apply(row.id))


def _offer(stage: Stage, coordinator: Actor) -> None:
    """The first wave of it offered to everybody at once; the messages wait for the worker."""
    unit = stage.unit
    coordinator.tap(SendAssignments())
    draft = broadcasts.unsent(unit, stage.coordinator, Kind.ASSIGNMENTS)
    if draft is None:
        raise LookupError(stage.edition)
    coordinator.tap(Flip(draft.id, FILTERS.index("waves"), stage.waves[0], 0))
    draft = broadcasts.broadcast(unit, draft.id) or draft
    scope = Scope(stage.edition, stage.coordinator)
    who = audience.size(unit, scope, author_id=stage.coordinator, chosen=draft.chosen, offers=True, now=coordinator.now)
    coordinator.tap(SendNow(draft.id, who.people))
    feeding.feed(unit, stage.desk, Feed(draft.id), now=coordinator.now)


def _answers(stage: Stage, actors: Mapping[int, Actor]) -> None:
    """Some take all they were offered, one declines one, the others have not answered yet."""
    for number, juror in enumerate(cast.ANSWERING):
        actor = actors[stage.jurors[juror]].at(stage.now - PLANNED + timedelta(minutes=20 * (number + 1)))
        mine = assignments.of_person(stage.unit, stage.jurors[juror])
        offers = [task.id for task in mine if task.state is State.OFFERED]
        for task_id in offers:
            if juror == cast.DECLINING and task_id == offers[0]:
                actor.decline(task_id, "too_far")
            else:
                actor.accept(task_id)

"""Pictures that are in another contact too, or were taken elsewhere or on another day. Not told is not suspicious."""

from __future__ import annotations

import math

from bot.doubts.facts import Facts, Photo
from bot.doubts.marks import DoubtKind, Mark
from scenarios.contact import Place
from scenarios.model import Mode, Stage, StepType

MAX_DISTANCE = 8
"""Bits of 64 by which two looks may differ and still be the same picture, shrunk or saved again."""
FAR_FROM_PARTICIPANT = 5.0
"""Kilometres: an institution's position may be no more than that of its postcode."""
FAR_FROM_SHARED = 1.0
"""Kilometres from where the juror shared their position."""
EARTH = 6371.0
"""Mean radius of the Earth in kilometres."""

Spot = tuple[float, float]


def marks_of_photos(facts: Facts) -> tuple[Mark, ...]:
    """What is odd about the pictures, one mark of each kind for each question."""
    marks: dict[tuple[DoubtKind, str | None], Mark] = {}
    for photo in facts.photos:
        for mark in (*_seen(facts, photo), *_far(facts, photo), *_other_day(facts, photo)):
            marks.setdefault((mark.kind, mark.path), mark)
    return tuple(marks.values())


def _seen(facts: Facts, photo: Photo) -> list[Mark]:
    for other in facts.photos_elsewhere:
        if photo.sha256 is not None and photo.sha256 == other.sha256:
            return [Mark(DoubtKind.SAME_PHOTO, photo.path, {"contact": other.contact_id})]
    if photo.look is None:
        return []
    for other in facts.photos_elsewhere:
        if other.look is not None and differing(photo.look, other.look) <= MAX_DISTANCE:
            return [Mark(DoubtKind.SIMILAR_PHOTO, photo.path, {"contact": other.contact_id})]
    return []


def differing(first: int, second: int) -> int:
    """In how many of 64 bits two looks differ."""
    return ((first ^ second) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _far(facts: Facts, photo: Photo) -> list[Mark]:
    if facts.mode is not Mode.VISIT or photo.latitude is None or photo.longitude is None:
        return []
    taken = (photo.latitude, photo.longitude)
    known: list[tuple[Spot, float]] = []
    if facts.latitude is not None and facts.longitude is not None:
        known.append(((facts.latitude, facts.longitude), FAR_FROM_PARTICIPANT))
    known += [
        ((slot.answer.value.latitude, slot.answer.value.longitude), FAR_FROM_SHARED)
        for slot in facts.given(StepType.GEOPOINT)
        if slot.answer is not None and isinstance(slot.answer.value, Place)
    ]
    beyond = [kilometres(taken, spot) for spot, most in known if kilometres(taken, spot) > most]
    if not beyond:
        return []
    return [Mark(DoubtKind.PHOTO_ELSEWHERE, photo.path, {"km": max(1, round(max(beyond)))})]


def _other_day(facts: Facts, photo: Photo) -> list[Mark]:
    if facts.mode is not Mode.VISIT or photo.captured_at is None:
        return []
    on_the_spot = [slot.answer.at for slot in facts.given(stage=Stage.DURING) if slot.answer is not None]
    moments = [*on_the_spot, *(at for _slot, at in facts.moments())]
    days = {at.astimezone(facts.zone).date() for at in moments}
    taken = photo.captured_at.astimezone(facts.zone).date()
    if not days or taken in days:
        return []
    return [Mark(DoubtKind.PHOTO_OTHER_DAY, photo.path, {"day": taken.isoformat()})]


def kilometres(first: Spot, second: Spot) -> float:
    """The distance between two places in degrees, along a great circle (haversine)."""
    north, east = math.radians(second[0] - first[0]), math.radians(second[1] - first[1])
    across = math.cos(math.radians(first[0])) * math.cos(math.radians(second[0])) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, math.sin(north / 2) ** 2 + across)))

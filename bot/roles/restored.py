"""After a restore: what was due before is held back, the office is told, jurors are met where the copy left them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Kind
from bot.talk import Desk, in_edition, tell
from bot.views import restored as view
from storage import editions, held, journal, people
from storage.people import Role
from storage.unit import Unit

HOLDS = frozenset(
    {
        *(Kind.SEND, Kind.CLEAN, Kind.PRODUCE, Kind.FEED, Kind.PROGRESS, Kind.REMIND, Kind.WAKE, Kind.NUDGE),
        *(Kind.EXPIRE, Kind.DIGEST, Kind.TALLY, Kind.TRANSLATE, Kind.IMPORT, Kind.SOLVE, Kind.EXAMINE, Kind.RATE),
    }
)
"""Whatever tells somebody something, or decides by a world that has moved on. Files are fetched and scores computed."""
DIALOG = "restored"
"""The dialog of a juror whose chat may be further on than what was restored."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a restore held back, by kind, and how many jurors are met anew."""

    held: dict[str, int]
    jurors: int


def settle(unit: Unit, desk: Desk, *, made_at: datetime, nothing_since: bool, now: datetime) -> Settled:
    """Make a database from a backup safe to start on. ``nothing_since``: nobody worked on the original afterwards."""
    counts = {} if nothing_since else held.hold(unit, HOLDS, now=now)
    jurors = 0 if nothing_since else held.ask_again(unit, {"kind": DIALOG, "at": made_at.isoformat()})
    details = {"made_at": made_at.isoformat(), "held": counts, "jurors": jurors}
    journal.write(unit, at=now, who=None, what="database.restored", subject="database", details=details)
    if not nothing_since:
        _tell_office(unit, desk, sum(counts.values()), made_at, now)
    return Settled(counts, jurors)


def release(unit: Unit, kinds: Collection[str], *, by: int | None = None, now: datetime) -> int:
    """Do now what was held back; returns how many jobs. ``by``: the person who wanted it; None: the command line."""
    done = held.release(unit, kinds, now=now)
    details = {"jobs": done, "kinds": sorted(kinds)}
    journal.write(unit, at=now, who=by, what="held.released", subject="database", details=details)
    return done


def drop(unit: Unit, kinds: Collection[str], *, by: int | None = None, now: datetime) -> int:
    """Give up what was held back; returns how many jobs. ``by``: as for ``release``."""
    done = held.drop(unit, kinds, now=now)
    details = {"jobs": done, "kinds": sorted(kinds)}
    journal.write(unit, at=now, who=by, what="held.dropped", subject="database", details=details)
    return done


def _tell_office(unit: Unit, desk: Desk, count: int, made_at: datetime, now: datetime) -> None:
    for edition in editions.editions(unit):
        zone = in_edition(unit, desk, edition.id).zone
        for role in (Role.COORDINATOR, Role.ORGANIZER):
            for person in people.people(unit, edition_id=edition.id, role=role):
                if person.left_at is not None:
                    continue
                tell(
                    unit,
                    desk,
                    person.id,
                    lambda language, zone=zone, may=role is Role.ORGANIZER: view.notice(  # type: ignore[misc]
                        count, made_at, language=language, zone=zone, may_decide=may
                    ),
                    now=now,
                )

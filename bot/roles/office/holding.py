"""What a restore holds back, in an organizer's chat: how much of what, and whether it is done now or dropped."""

from __future__ import annotations

from collections.abc import Mapping

from bot.jobs import Kind
from bot.office_taps.holding import GROUPS, AskHeld, Group, HeldHome, HeldOne, HeldYes
from bot.roles import restored
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views.office import holding as view
from storage import editions, held
from storage.held import HeldKind

MEMBERS: Mapping[Group, frozenset[Kind]] = {
    Group.ALL: restored.HOLDS,
    Group.MESSAGES: frozenset({Kind.SEND}),
    Group.BROADCASTS: frozenset({Kind.FEED, Kind.PROGRESS}),
    Group.REMINDERS: frozenset({Kind.REMIND, Kind.WAKE, Kind.NUDGE, Kind.DIGEST}),
    Group.ENDS: frozenset({Kind.EXPIRE, Kind.TALLY}),
    Group.REST: frozenset({Kind.CLEAN, Kind.PRODUCE, Kind.TRANSLATE, Kind.IMPORT, Kind.SOLVE, Kind.EXAMINE, Kind.RATE}),
}
"""The kinds of jobs in each group; together all that a restore holds back."""


def _home(talk: Talk, _asked: object = None) -> None:
    talk.say(view.home(_present(talk), of_several=_are_several(talk), language=talk.language, zone=talk.zone))


def _one(talk: Talk, tap: HeldOne) -> None:
    found = _found(talk, tap.group)
    if found is None:
        _home(talk)
        return
    talk.say(view.one(found, language=talk.language, zone=talk.zone))


def _ask(talk: Talk, tap: AskHeld) -> None:
    found = _found(talk, tap.group)
    if found is None:
        _home(talk)
        return
    talk.say(view.ask(found, sends=bool(tap.sends), of_several=_are_several(talk), language=talk.language))


def _yes(talk: Talk, tap: HeldYes) -> None:
    found = _found(talk, tap.group)
    if found is None:
        _home(talk)
        return
    decide = restored.release if tap.sends else restored.drop
    done = decide(talk.unit, MEMBERS[found.group], by=talk.person.id, now=talk.now)
    left = sum(one.count for one in _present(talk))
    talk.say(view.decided(done, left=left, sends=bool(tap.sends), language=talk.language))


def _are_several(talk: Talk) -> bool:
    """Whether what is held back may be other editions' too: jobs belong to the whole program."""
    return len(editions.editions(talk.unit)) > 1


def _found(talk: Talk, number: int) -> view.HeldGroup | None:
    """The group a button names, as it is now; None where there is nothing of it (any more)."""
    if number not in range(len(GROUPS)):
        return None
    return _group(GROUPS[number], held.outlook(talk.unit))


def _present(talk: Talk) -> list[view.HeldGroup]:
    """Every group there is something of, without that of all."""
    some = held.outlook(talk.unit)
    groups = (_group(group, some) for group in GROUPS if group is not Group.ALL)
    return [group for group in groups if group is not None]


def _group(group: Group, some: list[HeldKind]) -> view.HeldGroup | None:
    mine = [one for one in some if one.kind in MEMBERS[group]]
    if not mine:
        return None
    first, last = min(one.first for one in mine), max(one.last for one in mine)
    return view.HeldGroup(group, sum(one.count for one in mine), first, last)


SUBJECT = Subject(
    taps={HeldHome: _home, HeldOne: _one, AskHeld: _ask, HeldYes: _yes},
    commands={"wstrzymane": _home, "held": _home},
)

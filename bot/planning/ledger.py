"""How full everybody is while a plan comes about: jurors' limits, participants' weeks, who was where."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from bot.planning import eligibility
from bot.planning.facts import JurorFact, Need, World
from bot.planning.result import Reason
from scenarios.model import Mode

Kind = tuple[int, Mode, str]
"""Participant, mode, scenario: contacts of one kind."""


def kind_of(need: Need) -> Kind:
    """What kind of contact it is."""
    return need.participant_id, need.mode, need.scenario


class Ledger:
    """Counts contacts as they are taken and given back; knows what is still free."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.jurors = {juror.person_id: juror for juror in world.jurors}
        self.places = {place.participant_id: place for place in world.places}
        self.total: defaultdict[int, int] = defaultdict(int)
        self.juror_week: defaultdict[tuple[int, date], int] = defaultdict(int)
        self.place_week: defaultdict[tuple[int, date], int] = defaultdict(int)
        self.kind_week: defaultdict[tuple[Kind, date], int] = defaultdict(int)
        self.at_kind: defaultdict[Kind, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.at_place: defaultdict[tuple[int, int], int] = defaultdict(int)
        self._days: dict[tuple[object, ...], bool] = {}
        for one in world.taken:
            self._count(one.person_id, (one.participant_id, one.mode, one.scenario), one.monday, by=1)

    def take(self, juror: JurorFact, need: Need, week: int | None) -> None:
        """The juror makes the contact, in that week of the world."""
        self._count(juror.person_id, kind_of(need), self._monday(week), by=1)

    def give_back(self, juror: JurorFact, need: Need, week: int | None) -> None:
        """Undo ``take``."""
        self._count(juror.person_id, kind_of(need), self._monday(week), by=-1)

    def place_takes(self, need: Need, week: int) -> bool:
        """Whether the participant's week has room for the contact."""
        monday = self.world.weeks[week].monday
        if self.place_week[need.participant_id, monday] >= self.world.limits.weekly_load:
            return False
        return not (need.different_hours and self.kind_week[kind_of(need), monday])

    def juror_takes(self, juror: JurorFact, week: int) -> bool:
        """Whether the juror's own weekly limit has room."""
        limit = juror.weekly_limit
        return limit is None or self.juror_week[juror.person_id, self.world.weeks[week].monday] < limit

    def free_weeks(self, juror: JurorFact, need: Need) -> list[int]:
        """The weeks in which the juror could make the contact."""
        return [
            week
            for week in need.weeks
            if self.place_takes(need, week)
            and self.juror_takes(juror, week)
            and self.can_in(juror.person_id, need.participant_id, need.mode, week)
        ]

    def repeats_too_often(self, juror: JurorFact, need: Need) -> bool:
        """Whether too few different jurors would be left for contacts of this kind."""
        there = self.at_kind[kind_of(need)]
        if need.by <= 1 or not there[juror.person_id]:
            return False
        repeats = sum(count - 1 for count in there.values() if count > 1)
        return repeats + 1 > need.least - need.by

    def is_full(self, juror: JurorFact) -> bool:
        """Whether the juror's limit for the whole edition is reached."""
        return juror.total_limit is not None and self.total[juror.person_id] >= juror.total_limit

    def reasons_against(self, juror: JurorFact, need: Need) -> list[Reason]:
        """All reasons why the juror cannot make the contact now, in their order."""
        place = self.places[need.participant_id]
        found = list(eligibility.reasons_against(juror, place, need, self.world))
        if self.repeats_too_often(juror, need):
            found.append(Reason.ALREADY_THERE)
        if self.is_full(juror):
            found.append(Reason.TOTAL_LIMIT)
        usual = [week for week in need.weeks if self.can_in(juror.person_id, need.participant_id, need.mode, week)]
        if usual and not any(self.place_takes(need, week) for week in usual):
            found.append(Reason.NO_WEEK)
        elif usual and not self.free_weeks(juror, need):
            found.append(Reason.WEEK_LIMIT)
        return sorted(found, key=ORDER.__getitem__)

    def can_in(self, person_id: int, participant_id: int, mode: Mode, week: int) -> bool:
        """Whether the juror's days and the institution's lie in that week."""
        juror, place = self.jurors[person_id], self.places[participant_id]
        is_open_only = mode in eligibility.OPEN_ONLY
        key = (juror.days, place.open_days if is_open_only else None, place.keys_from, week)
        if key not in self._days:
            self._days[key] = eligibility.can_in(juror, place, mode, self.world.weeks[week], self.world)
        return self._days[key]

    def _monday(self, week: int | None) -> date | None:
        return None if week is None else self.world.weeks[week].monday

    def _count(self, person_id: int, kind: Kind, monday: date | None, *, by: int) -> None:
        self.total[person_id] += by
        self.at_kind[kind][person_id] += by
        self.at_place[person_id, kind[0]] += by
        if monday is not None:
            self.juror_week[person_id, monday] += by
            self.place_week[kind[0], monday] += by
            self.kind_week[kind, monday] += by


ORDER = {reason: index for index, reason in enumerate(Reason)}
"""The order in which reasons are told."""

"""Planning in chat: having a plan computed, looking at it, applying it, and what is planned now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.office_taps.planning import (
    Apply,
    Audit,
    ByJuror,
    ByPlace,
    Drop,
    MakePlan,
    PlanHoles,
    PlanHome,
    PlanPicture,
    PlanSummary,
    PlanTable,
    SlotHoles,
    SlotList,
    SlotTable,
    Verify,
)
from bot.planning.audit import verdict
from bot.planning.result import PlanResult, plan_from_json
from bot.roles import plan_facts
from bot.roles.office import plan_tables
from bot.roles.office.chain import refuse
from bot.roles.office.plan_entries import (
    hole_facts,
    juror_entries,
    listed_slots,
    place_entries,
    slot_hole_facts,
    stale_lines,
)
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk, tell
from bot.views.office import planning as view
from scenarios.model import Mode
from storage import editions, overview, people, plans, profiles
from storage.database import Unit
from storage.overview import Dimension
from storage.people import Person, Role
from storage.plans import PlanRow, PlanState

LONGEST = timedelta(minutes=30)
"""A plan that is not there after so long has been lost on its way: another one may be made."""


def show(talk: Talk, *, said: str = "") -> None:
    """What is planned, and what can be done about it."""
    edition = editions.edition(talk.unit, talk.person.edition_id)
    found = overview.figures(talk.unit, talk.scope, now=talk.now, by=(Dimension.MODE,))
    figures = {mode: one for (mode,), one in found.items()}
    name = "" if edition is None else edition.name
    plan = newest_of(talk.unit, talk.person)
    talk.say(view.home(name, figures, plan, language=talk.language, said=said))


def newest_of(unit: Unit, person: Person) -> PlanRow | None:
    """The newest plan the person may see, of those that still matter."""
    made_by = None if person.role is Role.ORGANIZER else person.id
    return plans.newest_by(unit, person.edition_id, made_by=made_by)


def plan_is_ready(unit: Unit, desk: Desk, plan_id: int, now: datetime) -> None:
    """A plan was computed, or could not be: whoever asked for it is told."""
    row = plans.plan(unit, plan_id)
    if row is None or row.state not in {PlanState.READY, PlanState.FAILED}:
        return
    if row.state is PlanState.FAILED or row.result is None:
        problem = row.problem or ""
        tell(unit, desk, row.made_by, lambda language: view.failed(row.id, problem, language=language), now=now)
        return
    result = plan_from_json(row.result)
    tell(unit, desk, row.made_by, lambda language: view.computed(row.id, language=language), now=now)
    tell(
        unit,
        desk,
        row.made_by,
        lambda language: view.summary(row.id, row.state, result, language=language),
        now=now,
    )


def _home(talk: Talk, _tap: PlanHome) -> None:
    show(talk)


def _make(talk: Talk, _tap: MakePlan) -> None:
    """Have a plan computed; one that is being computed is waited for."""
    newest = newest_of(talk.unit, talk.person)
    if newest is not None and newest.state is PlanState.COMPUTING and talk.now - newest.made_at < LONGEST:
        talk.say(view.computing(newest.id, language=talk.language))
        return
    edition_id, coordinator_id = talk.person.edition_id, talk.scope.coordinator_id
    problem = _missing(talk)
    if problem is not None:
        show(talk, said=problem)
        return
    if newest is not None and newest.state is PlanState.COMPUTING and plans.drop(talk.unit, newest.id, talk.now):
        talk.note("plan.dropped", f"plan:{newest.id}")
    plan_id = plan_facts.request(
        talk.unit, edition_id=edition_id, coordinator_id=coordinator_id, made_by=talk.person.id, now=talk.now
    )
    talk.say(view.computing(plan_id, language=talk.language))


def _summary(talk: Talk, row: PlanRow, result: PlanResult, _tap: PlanSummary) -> None:
    talk.say(view.summary(row.id, row.state, result, language=talk.language))


def _by_place(talk: Talk, row: PlanRow, result: PlanResult, tap: ByPlace) -> None:
    entries = place_entries(talk.unit, result, edition_id=row.edition_id)
    talk.say(view.by_place(row.id, entries, tap.page, language=talk.language))


def _by_juror(talk: Talk, row: PlanRow, result: PlanResult, tap: ByJuror) -> None:
    entries = juror_entries(talk.unit, result, edition_id=row.edition_id)
    talk.say(view.by_juror(row.id, entries, tap.page, language=talk.language))


def _holes(talk: Talk, row: PlanRow, result: PlanResult, tap: PlanHoles) -> None:
    facts = hole_facts(talk.unit, result.holes, edition_id=row.edition_id, language=talk.language)
    talk.say(view.holes(facts, tap.page, plan=row.id, language=talk.language))


def _table(talk: Talk, row: PlanRow, _result: PlanResult, _tap: PlanTable) -> None:
    talk.produce(plan_tables.TABLE, plan=row.id)
    talk.say(view.being_made(row.id, language=talk.language))


def _picture(talk: Talk, row: PlanRow, _result: PlanResult, _tap: PlanPicture) -> None:
    talk.produce(plan_tables.PICTURE, plan=row.id)
    talk.say(view.being_made(row.id, language=talk.language))


def _apply(talk: Talk, row: PlanRow, result: PlanResult, _tap: Apply) -> None:
    if row.state is not PlanState.READY:
        talk.say(view.summary(row.id, row.state, result, language=talk.language))
        return
    outcome = plan_facts.apply(talk.unit, row.id, now=talk.now, by=talk.person.id)
    if isinstance(outcome, plan_facts.Refused):
        lines = stale_lines(talk.unit, outcome.stale, edition_id=row.edition_id, language=talk.language)
        talk.say(view.stale(row.id, lines, language=talk.language))
        return
    said = view.applied(outcome.filled, outcome.holes, outcome.unplanned, language=talk.language)
    show(talk, said=said)


def _missing(talk: Talk) -> str | None:
    """What a plan cannot do without, in words."""
    edition_id = talk.person.edition_id
    places = [one for one in editions.participants(talk.unit, edition_id) if one.withdrawn_at is None]
    if not places:
        return view.no_places(language=talk.language)
    if not profiles.profiles(talk.unit, edition_id):
        return view.no_jurors(language=talk.language)
    return None


def _drop(talk: Talk, row: PlanRow, _result: PlanResult, _tap: Drop) -> None:
    if plans.drop(talk.unit, row.id, talk.now):
        talk.note("plan.dropped", f"plan:{row.id}")
        show(talk, said=view.dropped(row.id, language=talk.language))
        return
    show(talk)


def _audit(talk: Talk, row: PlanRow, result: PlanResult, _tap: Audit) -> None:
    talk.say(view.audit(_audit_fact(talk, row, result), language=talk.language, zone=talk.zone))


def _verify(talk: Talk, row: PlanRow, result: PlanResult, _tap: Verify) -> None:
    """Check the plan from what is stored: quick, since nothing is solved again."""
    found = verdict(inputs=row.inputs, inputs_sha256=row.inputs_sha256, seed=row.seed, result=row.result or {})
    talk.note("plan.checked", f"plan:{row.id}", is_sound=found.is_sound)
    said = view.verified(found, language=talk.language)
    talk.say(view.audit(_audit_fact(talk, row, result), language=talk.language, zone=talk.zone, said=said))


def _audit_fact(talk: Talk, row: PlanRow, result: PlanResult) -> view.AuditFact:
    maker = people.person(talk.unit, row.made_by)
    return view.AuditFact(
        plan=row.id,
        made_by="" if maker is None else maker.name,
        made_at=row.made_at,
        seed=row.seed,
        inputs_sha256=row.inputs_sha256,
        solver=result.solver,
        engine=result.engine,
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        seconds=result.seconds,
    )


def _slot_holes(talk: Talk, tap: SlotHoles) -> None:
    facts = slot_hole_facts(talk.unit, talk.scope, now=talk.now, language=talk.language)
    talk.say(view.holes(facts, tap.page, plan=None, language=talk.language))


def _slot_list(talk: Talk, tap: SlotList) -> None:
    every = list(Mode)
    mode = every[tap.mode] if 0 <= tap.mode < len(every) else None
    facts = listed_slots(talk.unit, talk.scope, mode=mode, now=talk.now)
    edition = editions.edition(talk.unit, talk.person.edition_id)
    modes = [] if edition is None else [each for each in Mode if _is_used(edition, each)]
    index = -1 if mode is None else tap.mode
    talk.say(view.slot_list(facts, index, tap.page, modes, language=talk.language, zone=talk.zone))


def _is_used(edition: editions.Edition, mode: Mode) -> bool:
    return any(one.mode is mode for every in edition.rules.coverage.values() for one in every)


def _slot_table(talk: Talk, _tap: SlotTable) -> None:
    talk.produce(plan_tables.SLOTS)
    talk.say(view.being_made(None, language=talk.language))


def _command(talk: Talk, _rest: str) -> None:
    show(talk)


def _with_plan(act: Callable[[Talk, PlanRow, PlanResult, Any], None]) -> Callable[[Talk, Any], None]:
    """Only for plans the person may see: an organizer all, a coordinator their own."""

    def hear(talk: Talk, tap: Any) -> None:  # noqa: ANN401 - any tap that names a plan
        row = plans.plan(talk.unit, tap.plan, lock=True)
        if row is None or not plan_tables.may_see(talk.person, row):
            refuse(talk)
        elif row.result is None:
            show(talk, said=view.not_ready(row.id, row.state, language=talk.language))
        else:
            act(talk, row, plan_from_json(row.result), tap)

    return hear


_TAPS: Mapping[type[Any], Callable[[Talk, Any], None]] = {
    PlanHome: _home,
    MakePlan: _make,
    PlanSummary: _with_plan(_summary),
    ByPlace: _with_plan(_by_place),
    ByJuror: _with_plan(_by_juror),
    PlanHoles: _with_plan(_holes),
    PlanTable: _with_plan(_table),
    PlanPicture: _with_plan(_picture),
    Apply: _with_plan(_apply),
    Drop: _with_plan(_drop),
    Audit: _with_plan(_audit),
    Verify: _with_plan(_verify),
    SlotHoles: _slot_holes,
    SlotList: _slot_list,
    SlotTable: _slot_table,
}

SUBJECT = Subject(
    taps=_TAPS,
    commands={"plan": _command, "planowanie": _command},
    recipes=plan_tables.RECIPES,
)

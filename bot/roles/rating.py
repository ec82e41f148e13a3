"""The rater in the database: what of a report it may be asked, what is kept of its answers, the budget's alerts."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bot.i18n import known_language
from bot.jobs import put_rate, put_score
from bot.roles import upcoming
from bot.talk import Desk, in_edition, tell
from bot.views import juror_suggested
from bot.views.answers import answered
from bot.views.suggested_words import SuggestedFact
from scenarios.contact import AnswerState, Contact, Path, Phase
from scenarios.model import Mode, Scenario, StepType
from scenarios.route import Route, Slot, route
from storage import assignments, contacts, editions, journal, model_calls, people, suggestions
from storage.database import Unit
from storage.people import Role
from storage.rater_rules import Gate, RaterRules, rater_from_json, rater_to_json
from storage.suggestions import Decision, Suggestion, SuggestionState

if TYPE_CHECKING:
    from scoring.rating import Levels
    from scoring.rubric import Criterion

SENDING = "sending"
"""The key of a person's preferences under which False says: my texts are not sent."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion to be rated: the answer it is about (``path``), its levels, and the juror's texts by path."""

    path: Path
    criterion: str
    question: str
    levels: Levels
    texts: tuple[tuple[Path, str], ...]
    gate: Gate

    @property
    def key(self) -> str:
        """The same for the same texts about the same thing."""
        whole = [self.criterion, self.question, dict(self.levels), self.texts]
        text = json.dumps(whole, ensure_ascii=False)
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class ToRate:
    """What is to be rated of a report. ``current``: everything rateable there, by path and key, also what is done."""

    edition_id: int
    contact_id: int
    person_id: int
    items: tuple[Item, ...]
    current: frozenset[tuple[Path, str]]
    known: tuple[str, ...]
    """Names that are masked wherever they stand."""


# Settings -----------------------------------------------------------------------------------------------------------


def rules_of(unit: Unit, edition_id: int) -> RaterRules:
    """How the rater is set in an edition; off where the settings cannot be read."""
    edition = editions.edition(unit, edition_id)
    try:
        return rater_from_json(None if edition is None else edition.rater)
    except ValueError:
        log.exception("the rater's settings of edition %d", edition_id)
        return RaterRules()


def set_rules(unit: Unit, edition_id: int, rules: RaterRules) -> None:
    """Keep the settings."""
    editions.update_edition(unit, edition_id, rater=rater_to_json(rules))


def switch_gates(
    unit: Unit, edition_id: int, model: str, prompt_version: str, gates: Mapping[str, Gate], *, now: datetime
) -> RaterRules:
    """Take over what calibration measured: criteria that passed are on, all others, and those of before, off."""
    editions.edition(unit, edition_id, lock=True)
    before = rules_of(unit, edition_id)
    after = replace(before, model=model, prompt_version=prompt_version, gates=dict(gates))
    set_rules(unit, edition_id, after)
    on = sorted(name for name, gate in gates.items() if gate.suggests)
    details = {"before": sorted(n for n, g in before.gates.items() if g.suggests), "after": on, "model": model}
    journal.write(unit, at=now, who=None, what="rater.gates", subject=f"edition:{edition_id}", details=details)
    return after


def lets_send(preferences: Mapping[str, Any] | None) -> bool:
    """Whether a juror lets their texts be sent."""
    return preferences is None or preferences.get(SENDING, True) is not False


def alert(unit: Unit, desk: Desk, edition_id: int, what: str, *, now: datetime) -> None:
    """Tell the organizers once that the budget is nearly spent (``near``), or that it is (``spent``)."""
    edition = editions.edition(unit, edition_id, lock=True)
    rules = rules_of(unit, edition_id)
    if edition is None or what in rules.alerted:
        return
    set_rules(unit, edition_id, replace(rules, alerted=(*rules.alerted, what)))
    spent = model_calls.spent(unit, edition_id)
    details = {"spent": spent, "budget": rules.budget}
    journal.write(unit, at=now, who=None, what=f"rater.{what}", subject=f"edition:{edition_id}", details=details)
    from bot.views.office import suggesting as views

    clock, zone = upcoming.clock_of(unit, desk, edition_id)
    at = upcoming.allowed_at(clock, now, zone)
    for person in people.people(unit, edition_id=edition_id, role=Role.ORGANIZER):
        if person.left_at is None:
            tell(
                unit,
                desk,
                person.id,
                lambda language: views.budget_alert(
                    is_spent=what == "spent", spent=spent, budget=rules.budget, language=language
                ),
                now=now,
                run_at=at if at > now else None,
            )


# What is to be rated ------------------------------------------------------------------------------------------------


def report_sent(unit: Unit, before: Contact, *, now: datetime) -> None:
    """A report was sent, perhaps again: decisions on answers given anew are open again, and its texts are rated."""
    row = contacts.load(unit, before.id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    if task is None:
        return
    if before.submitted_revision is not None:
        for one in suggestions.reopen_changed(unit, before.id, since_revision=before.submitted_revision):
            details = {"path": one.path, "before": one.decision, "level": one.decided_level}
            subject = f"suggestion:{one.id}"
            journal.write(unit, at=now, who=None, what="suggestion.reopened", subject=subject, details=details)
    if rules_of(unit, task.edition_id).may_ask:
        put_rate(unit, before.id, now=now)


def rate_again(unit: Unit, contact_ids: Collection[int], *, now: datetime) -> None:
    """Have reports looked at again, after something that stood in the way is gone."""
    for contact_id in contact_ids:
        put_rate(unit, contact_id, now=now)


def gather(unit: Unit, desk: Desk, contact_id: int, *, model: str) -> ToRate | None:
    """What of a report is to be rated; None where nothing may be: no rater, not sent, void, or the juror minds."""
    from bot.roles import scores  # a report is answered without what scores it
    from scoring.rater_prompt import PROMPT_VERSION

    reported = scores.reported(unit, desk, contact_id)
    row = contacts.load(unit, contact_id, lock=False)
    if reported is None or row is None or not reported.counts:
        return None
    rules = rules_of(unit, reported.edition_id)
    juror = people.person(unit, row.person_id)
    rubric = scores.rubric_of(unit, desk, reported.edition_id)
    if not rules.may_ask or rubric is None or juror is None or not lets_send(juror.preferences):
        return None
    scenario = desk.scripts.version(unit, reported.scenario_version)
    way = route(scenario, reported.contact)
    every = [
        item
        for criterion in rubric.criteria.values()
        if (gate := rules.suggests(criterion.name, model=model, prompt_version=PROMPT_VERSION)) is not None
        for item in items_of(criterion, scenario, way, gate=gate, language=known_language(desk.language))
    ]
    done = suggestions.keys(unit, contact_id)
    return ToRate(
        edition_id=reported.edition_id,
        contact_id=contact_id,
        person_id=row.person_id,
        items=tuple(item for item in every if (item.path, item.key) not in done),
        current=frozenset((item.path, item.key) for item in every),
        known=known_names(unit, reported.edition_id, reported.participant_id),
    )


def may_go_on(unit: Unit, found: ToRate) -> bool:
    """Whether nothing forbids sending meanwhile."""
    juror = people.person(unit, found.person_id)
    return juror is not None and lets_send(juror.preferences) and rules_of(unit, found.edition_id).may_ask


def known_names(unit: Unit, edition_id: int, participant_id: int | None = None) -> tuple[str, ...]:
    """Names that never leave: the edition's people, and the participant's contact person."""
    place = None if participant_id is None else editions.participant(unit, participant_id)
    names = [person.name for person in people.people(unit, edition_id=edition_id)]
    return tuple(name for name in (*names, "" if place is None else place.contact_name) if name)


def items_of(criterion: Criterion, scenario: Scenario, way: Route, *, gate: Gate, language: str) -> list[Item]:
    """A criterion as it is asked in a contact, once for each round; none without levels or without texts."""
    from scoring.anchors import anchors_of

    found = anchors_of(criterion, {scenario.name: scenario}, language) if criterion.observed_in else None
    if found is None or tuple(found[1]) != gate.levels:
        return []
    question, levels = found
    items = []
    for slot in way.slots:
        if slot.step.name != criterion.reads or not slot.certain:
            continue
        texts = observed(criterion, way, slot)
        if texts:
            items.append(Item(slot.path, criterion.name, question, levels, texts, gate))
    return items


def observed(criterion: Criterion, way: Route, about: Slot) -> tuple[tuple[Path, str], ...]:
    """The texts, by path, in which a criterion was observed: those asked once, and those of the answer's own round."""
    found = []
    for slot in way.slots:
        is_here = slot.round is None or (slot.section is about.section and slot.round == about.round)
        answer = slot.answer
        if (
            slot.step.name in criterion.observed_in
            and slot.step.type is StepType.TEXT
            and slot.certain
            and is_here
            and answer is not None
            and answer.state is AnswerState.GIVEN
            and isinstance(answer.value, str)
            and answer.value.strip()
        ):
            found.append((slot.path, answer.value))
    return tuple(found)


# What is kept -------------------------------------------------------------------------------------------------------


def keep(unit: Unit, found: ToRate, item: Item, state: SuggestionState, *, now: datetime, **known: object) -> None:
    """Keep what became of one criterion; where two did the same work, the first one stays."""
    is_new = suggestions.add(
        unit,
        edition_id=found.edition_id,
        contact_id=found.contact_id,
        path=item.path,
        criterion=item.criterion,
        state=state,
        content_key=item.key,
        now=now,
        known=known,
    )
    if is_new:
        details = {"path": item.path, "criterion": item.criterion, "state": state.value}
        subject = f"contact:{found.contact_id}"
        journal.write(unit, at=now, who=None, what="suggestion.made", subject=subject, details=details)


def finish(unit: Unit, desk: Desk, found: ToRate, *, now: datetime) -> None:
    """All of a report is rated: suggestions on texts that are gone are past, its juror may hear of the others."""
    suggestions.keep_current(unit, found.contact_id, found.current, now=now)
    if not found.items or not rules_of(unit, found.edition_id).tells_jurors:
        return
    fresh = {(item.path, item.key) for item in found.items}
    row = contacts.load(unit, found.contact_id, lock=False)
    task = None if row is None else assignments.assignment(unit, row.assignment_id)
    waits = any(
        one.level is not None and (one.path, one.content_key) in fresh and one.decision is None
        for one in suggestions.of_contact(unit, found.contact_id)
    )
    if row is None or task is None or not waits or not can_still_change(row.phase, row.locks_at, now):
        return
    place = editions.participant(unit, task.participant_id)
    name = "" if place is None else place.short_name
    tell(
        unit,
        desk,
        found.person_id,
        lambda language: juror_suggested.there_is_one(
            found.contact_id, place=name, mode=Mode(task.mode), language=language
        ),
        now=now,
    )


def can_still_change(phase: Phase, locks_at: datetime | None, now: datetime) -> bool:
    """Whether a juror may still correct a report."""
    return phase is Phase.SUBMITTED and locks_at is not None and locks_at > now


def text_at(contact: Contact, path: Path) -> str:
    """The words of an answer as they are now; empty where there are none."""
    answer = contact.answers.get(path)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def levels_of(scenario: Scenario, one: Suggestion, language: str) -> Levels:
    """The levels of the answer a suggestion is about, each with its anchor."""
    step = scenario.steps_by_name.get(one.path.rpartition(".")[2])
    return {} if step is None else {choice.name: choice.label.in_language(language) for choice in step.choices}


def fact_of(unit: Unit, desk: Desk, one: Suggestion, *, language: str) -> SuggestedFact | None:
    """A suggestion with what it is about, as a person reads it; None where its report is gone."""
    row = contacts.load(unit, one.contact_id, lock=False)
    if row is None:
        return None
    scenario = desk.scripts.version(unit, row.scenario_version)
    zone = in_edition(unit, desk, one.edition_id).zone
    step = scenario.steps_by_name.get(one.path.rpartition(".")[2])
    answer = row.contact.answers.get(one.path)
    label = "" if step is None else step.label.in_language(language)
    quoted = [] if one.verdict is None else [quote["path"] for quote in one.verdict["quotes"]]
    return SuggestedFact(
        one=one,
        question=f"{step.item} {label}" if step is not None and step.item else label or one.criterion,
        own="" if step is None or answer is None else answered(step, answer, scenario, language=language, zone=zone),
        levels=levels_of(scenario, one, language),
        texts={path: text_at(row.contact, path) for path in quoted},
    )


def decide(
    unit: Unit, one: Suggestion, decision: Decision | None, *, level: str | None, by: int, now: datetime
) -> None:
    """Keep what a person decided about a suggestion (None: nothing after all); the score follows it."""
    suggestions.decide(unit, one.id, decision, level=level, by=None if decision is None else by, now=now)
    details = {
        "path": one.path,
        "before": [one.decision, one.decided_level],
        "after": [decision, level],
        "suggested": one.level,
    }
    journal.write(unit, at=now, who=by, what="suggestion.decided", subject=f"contact:{one.contact_id}", details=details)
    put_score(unit, one.contact_id, now=now)


def decision_of(one: Suggestion, level: str | None) -> Decision:
    """What choosing a level (None: the juror's own answer stays) comes to."""
    if level is None:
        return Decision.REJECTED
    return Decision.CONFIRMED if level == one.level else Decision.CHANGED

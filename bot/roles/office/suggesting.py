"""What the rater suggests and who decides on it, one at a time; how the rater is set, by organizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.i18n import texts
from bot.office_taps.suggesting import (
    RATER_SWITCHES,
    ContactSuggestions,
    RaterBudget,
    RaterCard,
    RaterCriteria,
    RaterCriterion,
    RaterSwitch,
    SuggestionCard,
    SuggestionConfirm,
    SuggestionLevels,
    SuggestionNext,
    SuggestionReject,
    Suggestions,
    SuggestionSent,
    SuggestionSet,
    SuggestionUndo,
)
from bot.refusals import Refusal, RefusalCode
from bot.roles import rating, returning
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views import common
from bot.views.office import suggesting as views
from bot.views.suggested_words import SuggestedFact
from scoring.rater_prompt import PROMPT_VERSION
from scoring.sheets import letter_at
from storage import assignments, contacts, editions, model_calls, people, reviews, suggestions
from storage.assignments import Assignment
from storage.people import Role
from storage.rater_rules import MAX_BUDGET, RaterRules, rater_from_json, rater_to_json
from storage.reviews import Which
from storage.suggestions import Suggestion

DIALOG_BUDGET = "rater.budget"
MOST_RATED_AGAIN = 1000
"""Reports waiting for a review that are rated when the rater is switched on; of later ones each as it comes."""


# Suggestions --------------------------------------------------------------------------------------------------------


def _in_hand(talk: Talk, suggestion_id: int) -> tuple[Suggestion, SuggestedFact, Assignment] | None:
    """The suggestion, where its report lies within what the person sees; otherwise they are told no."""
    one = suggestions.suggestion(talk.unit, suggestion_id, lock=True)
    row = None if one is None else contacts.load(talk.unit, one.contact_id, lock=False)
    task = None if row is None else assignments.assignment(talk.unit, row.assignment_id)
    fact = None if one is None else rating.fact_of(talk.unit, talk.desk, one, language=talk.language)
    if (
        one is None
        or fact is None
        or task is None
        or not talk.scope.sees(edition_id=task.edition_id, coordinator_id=task.coordinator_id)
    ):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    return one, fact, task


def _show(talk: Talk, suggestion_id: int, *, lead: str = "") -> None:
    found = _in_hand(talk, suggestion_id)
    if found is None:
        return
    one, fact, task = found
    jurors = reviews.jurors_at(talk.unit, task.participant_id)
    at = jurors.index(task.person_id) if task.person_id in jurors else len(jurors)
    talk.note("suggestion.read", f"contact:{one.contact_id}", path=one.path)
    talk.say(
        views.card(
            fact,
            place=returning.place_of(talk.unit, task),
            letter=letter_at(at),
            waiting=suggestions.waiting(talk.unit, talk.scope),
            may_set=_may_set(talk),
            lead=lead,
            language=talk.language,
        )
    )


def _may_set(talk: Talk) -> bool:
    return talk.person.role is Role.ORGANIZER


def _first(talk: Talk, *, after: int = 0) -> None:
    found = suggestions.next_waiting(talk.unit, talk.scope, after=after)
    if found is None:
        talk.say(views.nothing_waits(may_set=_may_set(talk), language=talk.language))
    else:
        _show(talk, found.id)


def _of_contact(talk: Talk, tap: ContactSuggestions) -> None:
    row = contacts.load(talk.unit, tap.contact, lock=False)
    task = None if row is None else assignments.assignment(talk.unit, row.assignment_id)
    if task is None or not talk.scope.sees(edition_id=task.edition_id, coordinator_id=task.coordinator_id):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    waits = suggestions.next_waiting(talk.unit, talk.scope, contact_id=tap.contact)
    every = suggestions.of_contact(talk.unit, tap.contact)
    one = waits or (every[0] if every else None)
    if one is None:
        talk.say(views.nothing_waits(may_set=_may_set(talk), language=talk.language))
    else:
        _show(talk, one.id)


def _levels(talk: Talk, tap: SuggestionLevels) -> None:
    found = _in_hand(talk, tap.suggestion)
    if found is not None:
        place = returning.place_of(talk.unit, found[2])
        talk.say(views.ask_level(found[1], place=place, language=talk.language))


def _sent(talk: Talk, tap: SuggestionSent) -> None:
    found = _in_hand(talk, tap.suggestion)
    if found is not None:
        talk.say(*views.sent_text(found[1], place=returning.place_of(talk.unit, found[2]), language=talk.language))


def _confirm(talk: Talk, tap: SuggestionConfirm) -> None:
    _decide(talk, tap.suggestion, lambda fact: fact.one.level)


def _reject(talk: Talk, tap: SuggestionReject) -> None:
    _decide(talk, tap.suggestion, lambda _fact: None)


def _set(talk: Talk, tap: SuggestionSet) -> None:
    def level(fact: SuggestedFact) -> str | None:
        names = list(fact.levels)
        return names[tap.level] if 0 <= tap.level < len(names) else None

    _decide(talk, tap.suggestion, level, needs_level=True)


def _decide(
    talk: Talk, suggestion_id: int, choose: Callable[[SuggestedFact], str | None], *, needs_level: bool = False
) -> None:
    """Keep a decision, and go on to the next. One that was taken meanwhile stays, and is shown."""
    found = _in_hand(talk, suggestion_id)
    if found is None:
        return
    one, fact, _task = found
    level = choose(fact)
    _ = texts(talk.language)
    if one.decision is not None:
        _show(talk, one.id, lead=_("This has been decided already."))
        return
    if needs_level and level is None:
        _show(talk, one.id)
        return
    decision = rating.decision_of(one, level)
    rating.decide(talk.unit, one, decision, level=level, by=talk.person.id, now=talk.now)
    _show(talk, one.id, lead=_("Saved."))


def _undo(talk: Talk, tap: SuggestionUndo) -> None:
    found = _in_hand(talk, tap.suggestion)
    if found is None:
        return
    if found[0].decision is not None:
        rating.decide(talk.unit, found[0], None, level=None, by=talk.person.id, now=talk.now)
    _ = texts(talk.language)
    _show(talk, tap.suggestion, lead=_("Undone."))


def _command(talk: Talk, _rest: str) -> None:
    if _may_set(talk) and not suggestions.waiting(talk.unit, talk.scope):
        _settings(talk)
    else:
        _first(talk)


# Settings -----------------------------------------------------------------------------------------------------------


def _rules(talk: Talk) -> RaterRules:
    editions.edition(talk.unit, talk.person.edition_id, lock=True)
    return rating.rules_of(talk.unit, talk.person.edition_id)


def _settings(talk: Talk, *, lead: str = "") -> None:
    edition_id = talk.person.edition_id
    fact = views.Settings(
        rules=rating.rules_of(talk.unit, edition_id),
        model=talk.desk.model,
        prompt_version=PROMPT_VERSION,
        totals=model_calls.totals(talk.unit, edition_id),
        is_free=talk.desk.is_model_free,
    )
    talk.say(views.settings(fact, lead=lead, language=talk.language, zone=talk.zone, now=talk.now))


def _change(talk: Talk, rules: RaterRules, setting: str, *, before: object, after: object) -> None:
    """Keep the settings; what was in the way of rating may be gone now."""
    edition_id = talk.person.edition_id
    rating.set_rules(talk.unit, edition_id, rules)
    talk.note("rater.set", f"edition:{edition_id}", setting=setting, before=before, after=after)
    if rules.may_ask and talk.desk.model is not None:
        waiting = reviews.queue(talk.unit, talk.scope, Which.WAITING, person_id=talk.person.id, limit=MOST_RATED_AGAIN)
        rating.rate_again(talk.unit, [line.contact_id for line in waiting], now=talk.now)


def _switch(talk: Talk, tap: RaterSwitch) -> None:
    if 0 <= tap.which < len(RATER_SWITCHES):
        name, rules = RATER_SWITCHES[tap.which], _rules(talk)
        before, on = getattr(rules, name), tap.on == 1
        if before != on:
            changed = rater_from_json({**rater_to_json(rules), name: on})
            _change(talk, changed, name, before=before, after=on)
    _settings(talk)


def _ask_budget(talk: Talk, *, lead: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_BUDGET})
    talk.say(views.ask_budget(_rules(talk), lead=lead, language=talk.language))


def _hear_budget(talk: Talk, _dialog: Mapping[str, Any], text: str) -> None:
    _ = texts(talk.language)
    if not _may_set(talk):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    written = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
    is_number = written.isascii() and written.replace(".", "", 1).isdecimal()
    budget = float(Decimal(written)) if is_number else -1.0
    if not 0 <= budget <= MAX_BUDGET:
        _ask_budget(talk, lead=_("This is not a number from 0 to {most}.", most=int(MAX_BUDGET)))
        return
    rules = _rules(talk)
    _change(talk, replace(rules, budget=budget, alerted=()), "budget", before=rules.budget, after=budget)
    _settings(talk, lead=_("Saved."))


def _criteria(talk: Talk, page: int) -> None:
    edition_id = talk.person.edition_id
    rates = suggestions.rates(talk.unit, edition_id)
    talk.say(views.criteria(rating.rules_of(talk.unit, edition_id), rates, page, language=talk.language))


def _criterion(talk: Talk, tap: RaterCriterion) -> None:
    rules = _rules(talk)
    names = views.names_of(rules)
    if 0 <= tap.criterion < len(names):
        name, on = names[tap.criterion], tap.on == 1
        gate = rules.gates[name]
        if gate.passed and gate.is_on != on:
            gates = {**rules.gates, name: replace(gate, is_on=on)}
            _change(talk, replace(rules, gates=gates), f"criterion {name}", before=not on, after=on)
    _criteria(talk, tap.page)


SUBJECT = Subject(
    taps={
        Suggestions: lambda talk, _tap: _first(talk),
        ContactSuggestions: _of_contact,
        SuggestionCard: lambda talk, tap: _show(talk, tap.suggestion),
        SuggestionNext: lambda talk, tap: _first(talk, after=tap.suggestion),
        SuggestionConfirm: _confirm,
        SuggestionLevels: _levels,
        SuggestionSet: _set,
        SuggestionReject: _reject,
        SuggestionUndo: _undo,
        SuggestionSent: _sent,
        RaterCard: lambda talk, _tap: _settings(talk),
        RaterSwitch: _switch,
        RaterBudget: lambda talk, _tap: _ask_budget(talk),
        RaterCriteria: lambda talk, tap: _criteria(talk, tap.page),
        RaterCriterion: _criterion,
    },
    commands={"sugestie": _command, "suggestions": _command},
    dialogs={DIALOG_BUDGET: _hear_budget},
)

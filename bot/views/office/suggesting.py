"""The rater as the office sees it: one suggestion a message with its quotes in place, what was sent, its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.reviewing import ReviewCard
from bot.office_taps.suggesting import (
    RATER_SWITCHES,
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
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.standing_words import coefficient_text
from bot.views.pages import brief, page_of, split_text
from bot.views.scene import MAX_LABEL, menu_button
from bot.views.score_words import exact_text
from bot.views.suggested_words import SuggestedFact, decided_text, suggested_blocks
from storage.model_calls import Totals
from storage.rater_rules import Gate, RaterRules
from storage.suggestions import Rates

CRITERIA_ON_PAGE = 5
MONEY_PLACES = 4
"""Decimals of what was spent: a question may cost less than a hundredth."""

SWITCH_NAMES: Mapping[str, str] = {
    "is_on": N_("Suggestions"),
    "may_send": N_("Sending descriptions"),
    "tells_jurors": N_("Jurors hear at once"),
}
GATE_REASONS: Mapping[str, str] = {
    "passed": N_("passed"),
    "passed_mapped": N_("passed, by its calibrated value"),
    "too_few": N_("off: too few observations scored by two people"),
    "no_variation": N_("off: everybody gave the same level"),
    "too_low": N_("off: it agrees too little"),
    "below_humans": N_("off: people agree with one another much better"),
    "baseline": N_("off: something that reads no text does as well"),
}
"""By ``scoring.calibration.Reason``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the organizer reads of the rater."""

    rules: RaterRules
    model: str | None
    """The configured one; None: there is no rater here."""
    prompt_version: str
    totals: Totals
    is_free: bool = False
    """Whether tokens have no price here."""


def nothing_waits(*, may_set: bool, language: str) -> Outgoing:
    """No suggestion waits for a decision. ``may_set``: the reader sets the rater."""
    _ = texts(language)
    rows = ((menu_button(_("Rater"), RaterCard()),),) if may_set else ()
    said = _("No suggestion waits for a decision.")
    return Outgoing(said, head=_("Suggestions"), buttons=(*rows, *home_rows(language)))


def card(
    fact: SuggestedFact, *, place: str, letter: str, waiting: int, may_set: bool, lead: str = "", language: str
) -> Outgoing:
    """One suggestion; ``waiting``: how many wait for a decision in all."""
    _ = texts(language)
    one = fact.one
    blocks = [lead, *suggested_blocks(_, fact, whose=_("The juror's own:")), decided_text(_, fact)]
    rows: list[tuple[Button, ...]] = []
    if one.decision is not None:
        rows.append((menu_button(_("Undo this decision"), SuggestionUndo(one.id)),))
    elif one.level is not None:
        rows += [
            (menu_button(_("✓ Confirm"), SuggestionConfirm(one.id), style=ButtonStyle.PRIMARY),),
            (
                menu_button(_("Change"), SuggestionLevels(one.id)),
                menu_button(_("Reject"), SuggestionReject(one.id)),
            ),
        ]
    else:
        rows.append(
            (
                menu_button(_("Set a level"), SuggestionLevels(one.id)),
                menu_button(_("Leave as it is"), SuggestionReject(one.id)),
            )
        )
    rows.append(
        (
            *(
                (menu_button(_("What was sent"), SuggestionSent(one.id), style=ButtonStyle.QUIET),)
                if one.masked
                else ()
            ),
            menu_button(_("The report"), ReviewCard(one.contact_id), style=ButtonStyle.QUIET),
        )
    )
    onward = []
    if waiting > (one.decision is None):
        onward.append(menu_button(_("Next ›"), SuggestionNext(one.id), style=ButtonStyle.QUIET))
    if may_set:
        onward.append(menu_button(_("Rater"), RaterCard(), style=ButtonStyle.QUIET))
    rows += [tuple(onward)] if onward else []
    head = " · ".join((place, _("Juror {letter}", letter=letter)))
    note = _("A model suggests, a person decides.") + " " + _("Waiting: {n}", n=waiting)
    return Outgoing(
        "\n\n".join(block for block in blocks if block), head=head, note=note, buttons=(*rows, *home_rows(language))
    )


def ask_level(fact: SuggestedFact, *, place: str, language: str) -> Outgoing:
    """Which level holds."""
    _ = texts(language)
    rows = [
        (menu_button(brief(fact.level_text(level), limit=MAX_LABEL), SuggestionSet(fact.one.id, at)),)
        for at, level in enumerate(fact.levels)
    ]
    back = (menu_button(_("Back"), SuggestionCard(fact.one.id), style=ButtonStyle.QUIET),)
    asked = f"{fact.question}\n\n" + _("Which level holds?")
    return Outgoing(asked, head=place, buttons=(*rows, back, *home_rows(language)))


def sent_text(fact: SuggestedFact, *, place: str, language: str) -> list[Outgoing]:
    """Exactly the words that left, in as many messages as they need."""
    _ = texts(language)
    back = ((menu_button(_("Back"), SuggestionCard(fact.one.id), style=ButtonStyle.QUIET),), *home_rows(language))
    if not fact.one.masked:
        return [Outgoing(_("Nothing was sent."), head=place, buttons=back)]
    parts = split_text(fact.one.masked)
    lead = _("This is what was sent, word for word:")
    return [Outgoing(lead, head=place), *(Outgoing(part) for part in parts[:-1]), Outgoing(parts[-1], buttons=back)]


# Settings -----------------------------------------------------------------------------------------------------------


def settings(fact: Settings, *, lead: str = "", language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """How the rater is set, what it took so far, and what can be switched."""
    _ = texts(language)
    rules, totals = fact.rules, fact.totals
    states = {True: _("on"), False: _("off")}
    lines = [
        _("Model: {name}", name=fact.model or _("none is configured on this server")),
        _("Prompt: {version}", version=fact.prompt_version),
        *(f"{_(SWITCH_NAMES[name])}: {states[getattr(rules, name)]}" for name in RATER_SWITCHES),
        _("Budget: {budget}, spent: {spent}", budget=_money(_, rules.budget), spent=_money(_, totals.cost)),
        _("Questions: {n}, failed: {failed}", n=totals.calls, failed=totals.failed),
        _("Tokens: {read} read, {written} written", read=totals.tokens_in, written=totals.tokens_out),
    ]
    if fact.is_free and fact.model is not None:
        lines.append(_("No price of tokens is set, so nothing counts against the budget."))
    if totals.problem is not None and totals.at is not None:
        at = moment_text(totals.at, language=language, zone=zone, now=now)
        lines.append(_("The last question failed ({time}): {problem}", time=at, problem=totals.problem))
    on = sum(gate.suggests for gate in rules.gates.values())
    lines.append(_("Criteria switched on: {n} of {total}", n=on, total=len(rules.gates)))
    if not rules.gates:
        lines.append(
            _(
                "No criterion can be switched on before calibration: on the server, “python -m bot calibrate” measures "
                "the model beside people, and “python -m bot switch-rater” takes the result over."
            )
        )
    elif fact.model is not None and (rules.model, rules.prompt_version) != (fact.model, fact.prompt_version):
        lines.append(_("Calibration was made with another model or prompt, so nothing is suggested: calibrate again."))
    rows: list[tuple[Button, ...]] = []
    for which, name in enumerate(RATER_SWITCHES):
        is_on = getattr(rules, name)
        label = f"{_(SWITCH_NAMES[name])}: " + (_("switch off") if is_on else _("switch on"))
        rows.append((menu_button(label, RaterSwitch(which, 0 if is_on else 1)),))
    rows.append((menu_button(_("Budget"), RaterBudget()), menu_button(_("Criteria"), RaterCriteria(0))))
    rows.append((menu_button(_("Suggestions"), Suggestions(0), style=ButtonStyle.QUIET),))
    body = "\n".join(lines)
    return Outgoing(f"{lead}\n\n{body}" if lead else body, head=_("Rater"), buttons=(*rows, *home_rows(language)))


def ask_budget(rules: RaterRules, *, lead: str = "", language: str) -> Outgoing:
    """How much may be spent."""
    _ = texts(language)
    asked = _(
        "How much may the model cost in this edition? Write a number, for example 50. It is {budget} now; at 0 nothing "
        "that costs anything is sent.",
        budget=_money(_, rules.budget),
    )
    back = ((menu_button(_("Back"), RaterCard(), style=ButtonStyle.QUIET),),)
    body = f"{lead}\n\n{asked}" if lead else asked
    return Outgoing(body, head=_("Rater"), buttons=back, expects=InputHint.NUMBER)


def criteria(rules: RaterRules, rates: Mapping[str, Rates], number: int, *, language: str) -> Outgoing:
    """Criteria with what calibration said, and how often people agreed since."""
    _ = texts(language)
    names = sorted({*rules.gates} | {*rates})
    entries = [_criterion(_, name, rules.gates.get(name), rates.get(name, Rates())) for name in names]
    page = page_of(entries or [_("No criterion was calibrated yet.")], number, most=CRITERIA_ON_PAGE)
    rows: list[tuple[Button, ...]] = []
    gated = sorted(rules.gates)
    for at in dict.fromkeys(at for at, _text in page.entries):
        gate = rules.gates.get(names[at]) if at < len(names) else None
        if gate is not None and gate.passed:
            label = f"{names[at]}: " + (_("switch off") if gate.is_on else _("switch on"))
            tap = RaterCriterion(gated.index(names[at]), 0 if gate.is_on else 1, page.number)
            rows.append((menu_button(label, tap),))
    turning = tuple(
        menu_button(label, RaterCriteria(at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows += [turning] if turning else []
    rows.append((menu_button(_("Rater"), RaterCard(), style=ButtonStyle.QUIET),))
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=_("Rater") + " · " + _("Criteria"), buttons=(*rows, *home_rows(language)))


def budget_alert(*, is_spent: bool, spent: float, budget: float, language: str) -> Outgoing:
    """The budget is nearly spent, or does not hold the next question."""
    _ = texts(language)
    numbers = {"spent": _money(_, spent), "budget": _money(_, budget)}
    if is_spent:
        said = _("The rater has stopped: {spent} of {budget} is spent. With a higher budget it goes on.", **numbers)
    else:
        said = _("The rater has spent {spent} of {budget}. When the rest is spent, it stops.", **numbers)
    return Outgoing(said, head=_("Rater"), buttons=((menu_button(_("Rater"), RaterCard()),),))


def _criterion(_: Translator, name: str, gate: Gate | None, rates: Rates) -> str:
    lines = [name]
    if gate is not None:
        said = _(GATE_REASONS.get(gate.reason, gate.reason))
        lines[0] += f": {said}" if gate.is_on or not gate.passed else ": " + _("switched off by hand")
        if gate.kappa is not None:
            kappa = coefficient_text(gate.kappa, language=_.language)
            people = "–" if gate.humans is None else coefficient_text(gate.humans, language=_.language)
            lines.append(_("Agreement with people: {kappa} (people: {people})", kappa=kappa, people=people))
    if rates.decided or rates.waiting:
        lines.append(
            _(
                "Confirmed: {confirmed}, changed: {changed}, rejected: {rejected}, waiting: {waiting}",
                confirmed=rates.confirmed,
                changed=rates.changed,
                rejected=rates.rejected,
                waiting=rates.waiting,
            )
        )
    if rates.decided:
        share = 100 * (rates.changed + rates.rejected) / rates.decided
        lines.append(_("Changed or rejected: {n}%", n=round(share)))
    return "\n".join(lines)


def _money(_: Translator, value: float) -> str:
    return exact_text(value, language=_.language, places=MONEY_PLACES)


def names_of(rules: RaterRules) -> Sequence[str]:
    """Criteria in the order in which buttons count them."""
    return sorted(rules.gates)

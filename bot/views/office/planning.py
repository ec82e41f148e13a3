"""The plan in the office's chat: what is planned, a plan that was computed, its holes and what-ifs, and its audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import Translator, moment_text, number_text, texts
from bot.office_taps.broadcasting import SendAssignments
from bot.office_taps.chain import SlotCard
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
from bot.planning.audit import Verdict
from bot.planning.result import Engine, PlanResult, WhatIf
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.chain import turned
from bot.views.office.reasons import CHANGES
from bot.views.pages import Page, brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scenarios.model import Mode
from storage.overview import Figures
from storage.planned import Stage
from storage.plans import PlanRow, PlanState

ENTRIES_ON_PAGE = 6
HOLES_ON_PAGE = 4
"""Each with its reasons takes up a good part of a phone's screen."""
SLOTS_ON_PAGE = 5
STALE_TOLD = 8
"""So many changes are named where a plan is out of date; the others are counted."""
PROVEN = 0.0005
"""A gap below this is none, for the reader."""

_NOT_ANSWERED = (Stage.OFFERED,)
_TAKEN = (Stage.ACCEPTED, Stage.BEGUN)
_DONE = (Stage.SENT, Stage.RETURNED, Stage.APPROVED)


@dataclass(frozen=True, slots=True)
class HoleFact:
    """A contact nobody makes, with its reasons in words. ``slot`` is its key in the database, where it has one."""

    place: str
    mode: Mode
    number: int
    why: str
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """What a plan holds for one participant: mode, number, juror, kilometres and days of each contact."""

    place: str
    contacts: tuple[tuple[Mode, int, str, float | None, str], ...]


@dataclass(frozen=True, slots=True)
class JurorEntry:
    """What a plan holds for one juror."""

    name: str
    total: int
    modes: Mapping[Mode, int]
    km: float


@dataclass(frozen=True, slots=True)
class AuditFact:
    """What is kept of a plan so that it can be checked."""

    plan: int
    made_by: str
    made_at: datetime
    seed: int
    inputs_sha256: str
    solver: str
    engine: Engine
    objective: float
    bound: float
    gap: float
    seconds: float


def home(
    edition: str,
    figures: Mapping[Mode, Figures],
    plan: PlanRow | None,
    *,
    language: str,
    said: str = "",
) -> Outgoing:
    """What is planned, by mode, and what can be done about it. ``plan``: the newest one."""
    _ = texts(language)
    total = Figures({})
    for one in figures.values():
        total = total.plus(one)
    blocks = [said]
    if total.planned:
        blocks.append(_together(_, total))
        blocks.append("\n".join(_of_mode(_, mode, figures[mode]) for mode in Mode if mode in figures))
    else:
        blocks.append(
            _(
                "Nothing is planned yet. The plan chooses who contacts whom, how and in which week. "
                "Nobody is told of it before the tasks are sent out."
            )
        )
    blocks.append(_plan_state(_, plan))
    rows: list[tuple[Button, ...]] = []
    if plan is not None and plan.state is PlanState.READY:
        rows.append((menu_button(_("See the new plan"), PlanSummary(plan.id), style=ButtonStyle.PRIMARY),))
    label = _("Plan anew") if total.planned else _("Make a plan")
    rows.append((menu_button(label, MakePlan()),))
    if total.planned:
        holes = menu_button(_("Holes ({n})", n=total.holes), SlotHoles(0))
        every = menu_button(_("All contacts"), SlotList(-1, 0))
        rows.append((holes, every) if total.holes else (every,))
        waiting = total.stages.get(Stage.READY, 0)
        if waiting:
            rows.append((menu_button(_("Send out tasks ({n})", n=waiting), SendAssignments()),))
        rows.append((menu_button(_("As a table"), SlotTable(), style=ButtonStyle.QUIET),))
    if plan is not None and plan.state is PlanState.APPLIED:
        rows.append((menu_button(_("The plan applied last"), PlanSummary(plan.id), style=ButtonStyle.QUIET),))
    body = "\n\n".join(block for block in blocks if block)
    return Outgoing(body, head=_("Plan · {edition}", edition=edition), buttons=(*rows, *home_rows(language)))


def computing(plan: int, *, language: str) -> Outgoing:
    """A plan is on its way."""
    _ = texts(language)
    said = _("Computing the plan… It takes from a few seconds to a few minutes; the result comes here by itself.")
    return Outgoing(said, head=_("Plan {n}", n=plan), board=board_of(plan), silent=True)


def computed(plan: int, *, language: str) -> Outgoing:
    """The computing is over: the same message says so."""
    _ = texts(language)
    return Outgoing(_("Computed: the result is below."), head=_("Plan {n}", n=plan), board=board_of(plan), silent=True)


def board_of(plan: int) -> str:
    """The message of a plan that is kept up to date."""
    return f"plan:{plan}"


def failed(plan: int, problem: str, *, language: str) -> Outgoing:
    """A plan could not be computed."""
    _ = texts(language)
    said = _(
        "The plan could not be computed. Nothing was changed; please try once more. Details: {problem}", problem=problem
    )
    rows = ((menu_button(_("Make a plan"), MakePlan()), menu_button(_("Plan"), PlanHome())),)
    return Outgoing(said, head=_("Plan {n}", n=plan), buttons=(*rows, *home_rows(language)))


def summary(plan: int, state: PlanState, result: PlanResult, *, language: str) -> Outgoing:
    """A plan in a few lines: covered, holes, travel, load, how good it is, and what would help."""
    _ = texts(language)
    covered, holes = len(result.choices), len(result.holes)
    lines = [_("{covered} of {needed} contacts have a juror.", covered=covered, needed=result.needed)]
    lines.append(_holes(_, holes))
    if result.km:
        lines.append(_("Ways there: {km} km in all.", km=number_text(round(result.km), language=language)))
    if result.load:
        lines.append(_load(_, tuple(result.load.values())))
    lines.append(_quality(_, result))
    blocks = ["\n".join(lines)]
    what_if = [_what_if(_, one, holes) for one in result.what_if]
    if holes and what_if:
        blocks.append("\n".join([_("What would change it:"), *(f"• {line}" for line in what_if)]))
    if state is PlanState.READY:
        blocks.append(_("Nobody has been told anything. Applying it tells nobody yet either."))
    else:
        blocks.append(_("Plan {n} {state}", n=plan, state=_state(_, state)))
    return Outgoing("\n\n".join(blocks), head=_("Plan {n}", n=plan), buttons=_summary_rows(_, plan, state, holes))


def by_place(plan: int, entries: Sequence[PlaceEntry], number: int, *, language: str) -> Outgoing:
    """A plan by participants."""
    _ = texts(language)
    page = page_of([_place_entry(_, one) for one in entries] or ["–"], number, most=ENTRIES_ON_PAGE)
    turning = turned(_, [(label, ByPlace(plan, at)) for label, at in _turns(_, page)])
    return Outgoing(
        "\n\n".join(text for _ordinal, text in page.entries),
        head=_counted_head(_, _("Plan {n}", n=plan), page.number, page.total),
        buttons=(*turning, _plan_row(_, plan), *home_rows(language)),
    )


def by_juror(plan: int, entries: Sequence[JurorEntry], number: int, *, language: str) -> Outgoing:
    """A plan by jurors."""
    _ = texts(language)
    page = page_of([_juror_entry(_, one) for one in entries] or ["–"], number, most=2 * ENTRIES_ON_PAGE)
    turning = turned(_, [(label, ByJuror(plan, at)) for label, at in _turns(_, page)])
    return Outgoing(
        "\n".join(text for _ordinal, text in page.entries),
        head=_counted_head(_, _("Plan {n}", n=plan), page.number, page.total),
        buttons=(*turning, _plan_row(_, plan), *home_rows(language)),
    )


def holes(facts: Sequence[HoleFact], number: int, *, plan: int | None, language: str) -> Outgoing:
    """The contacts nobody makes, each with its reasons. ``plan`` None: of what is planned now."""
    _ = texts(language)
    back = (menu_button(_("Plan"), PlanHome()),) if plan is None else _plan_row(_, plan)
    if not facts:
        return Outgoing(_("There are no holes."), head=_("Holes"), buttons=(back, *home_rows(language)))
    page = page_of([_hole(_, one) for one in facts], number, most=HOLES_ON_PAGE)
    rows: list[tuple[Button, ...]] = []
    for at in dict.fromkeys(ordinal for ordinal, _text in page.entries):
        slot = facts[at].slot
        if slot is not None:
            rows.append((menu_button(_label(_, facts[at].place, facts[at].mode, facts[at].number), SlotCard(slot)),))
    pages = [(label, SlotHoles(at) if plan is None else PlanHoles(plan, at)) for label, at in _turns(_, page)]
    return Outgoing(
        "\n\n".join(text for _ordinal, text in page.entries),
        head=_counted_head(_, _("Holes ({n})", n=len(facts)), page.number, page.total),
        buttons=(*rows, *turned(_, pages), back, *home_rows(language)),
    )


@dataclass(frozen=True, slots=True)
class ListedSlot:
    """A planned contact for a list."""

    slot: int | None
    place: str
    mode: Mode
    number: int
    juror: str | None
    stage: Stage
    opens_at: datetime
    due_at: datetime


def slot_list(
    facts: Sequence[ListedSlot], mode: int, number: int, modes: Sequence[Mode], *, language: str, zone: ZoneInfo
) -> Outgoing:
    """What is planned now, a page of it; buttons narrow it to a mode."""
    _ = texts(language)
    page = page_of(
        [_listed(_, one, zone=zone) for one in facts] or [_("There is nothing here.")], number, most=SLOTS_ON_PAGE
    )
    rows: list[tuple[Button, ...]] = []
    for at in dict.fromkeys(ordinal for ordinal, _text in page.entries):
        if at < len(facts) and facts[at].slot is not None:
            one = facts[at]
            rows.append((menu_button(_label(_, one.place, one.mode, one.number), SlotCard(one.slot or 0)),))
    every = list(Mode)
    narrower = [
        menu_button(mode_name(each, language=language), SlotList(every.index(each), 0), style=ButtonStyle.QUIET)
        for each in modes
        if every.index(each) != mode
    ]
    if mode >= 0:
        narrower.insert(0, menu_button(_("all"), SlotList(-1, 0), style=ButtonStyle.QUIET))
    chosen = [tuple(narrower[at : at + 3]) for at in range(0, len(narrower), 3)] if len(modes) > 1 else []
    turning = turned(_, [(label, SlotList(mode, at)) for label, at in _turns(_, page)])
    back = (menu_button(_("Plan"), PlanHome()), menu_button(_("As a table"), SlotTable(), style=ButtonStyle.QUIET))
    title = _.many("{n} contact", "{n} contacts", len(facts))
    return Outgoing(
        "\n".join(text for _ordinal, text in page.entries),
        head=_counted_head(_, title, page.number, page.total),
        buttons=(*rows, *turning, *chosen, back),
    )


def audit(fact: AuditFact, *, language: str, zone: ZoneInfo, said: str = "") -> Outgoing:
    """What a plan was computed from, by what and for whom; ``said`` stands before."""
    _ = texts(language)
    lines = [
        _("Made: {time}, {person}", time=moment_text(fact.made_at, language=language, zone=zone), person=fact.made_by),
        _("Seed of the draw: {seed}", seed=fact.seed),
        _("Inputs (SHA-256): {digest}", digest=" ".join(fact.inputs_sha256[at : at + 4] for at in range(0, 16, 4))),
        _("Solver: {name}", name=fact.solver or fact.engine.value),
        _(
            "Cost: {objective}, no plan costs less than {bound}",
            objective=_exact(_, fact.objective),
            bound=_exact(_, fact.bound),
        ),
        _("Time: {seconds} s", seconds=_exact(_, fact.seconds)),
    ]
    note = _("The same inputs and seed always give the same plan.")
    rows = ((menu_button(_("Check it"), Verify(fact.plan)),), _plan_row(_, fact.plan))
    body = "\n\n".join(block for block in (said, "\n".join(lines)) if block)
    return Outgoing(body, head=_("Plan {n}", n=fact.plan), note=note, buttons=(*rows, *home_rows(language)))


def verified(verdict: Verdict, *, language: str) -> str:
    """What came of checking a plan from what is stored of it."""
    _ = texts(language)
    if verdict.is_sound:
        return _("Checked: the inputs are unchanged, no rule is broken, and the cost adds up to the same.")
    lines = [_("Checked, and something is wrong. Please show this to the organizer:")]
    if not verdict.inputs_are_whole:
        lines.append(_("• the stored inputs do not have their SHA-256"))
    if not verdict.objective_agrees:
        lines.append(_("• the cost adds up to {cost}", cost=_exact(_, verdict.objective)))
    if verdict.broken:
        lines.append("• " + _.many("{n} choice breaks a rule", "{n} choices break a rule", len(verdict.broken)))
    return "\n".join(lines)


def applied(chosen: int, empty: int, unplanned: int, *, language: str) -> str:
    """A plan is the edition's now."""
    _ = texts(language)
    said = _.many("Applied: {n} contact has a juror.", "Applied: {n} contacts have a juror.", chosen)
    left = _.many("{n} has nobody yet.", "{n} have nobody yet.", empty) if empty else ""
    new = ""
    if unplanned:
        new = _.many(
            "{n} contact is needed since then; plan anew to find somebody.",
            "{n} contacts are needed since then; plan anew to find somebody.",
            unplanned,
        )
    told = _("The jurors learn of it when the tasks are sent out.")
    return " ".join(part for part in (said, left, new, told) if part)


def stale(plan: int, what: Sequence[str], *, language: str) -> Outgoing:
    """The world changed since a plan was computed."""
    _ = texts(language)
    said = _("This plan is out of date, so nothing was changed. Meanwhile:")
    shown = list(what[:STALE_TOLD])
    lines = [f"• {line}" for line in shown]
    if len(what) > len(shown):
        lines.append(_.many("and {n} more", "and {n} more", len(what) - len(shown)))
    rows = ((menu_button(_("Plan anew"), MakePlan(), style=ButtonStyle.PRIMARY),), _plan_row(_, plan))
    return Outgoing("\n".join([said, *lines]), head=_("Plan {n}", n=plan), buttons=(*rows, *home_rows(language)))


def no_places(*, language: str) -> str:
    """There is nobody to contact yet."""
    _ = texts(language)
    return _("There are no participants yet. Send a file with them here (XLSX, ODS, XLS or CSV), then make the plan.")


def no_jurors(*, language: str) -> str:
    """There is nobody to make contacts yet."""
    _ = texts(language)
    return _("There are no jurors with a profile yet. Send a file with them here, or add them under “People”.")


def not_ready(plan: int, state: PlanState, *, language: str) -> str:
    """A plan cannot be looked at or applied."""
    _ = texts(language)
    return _("Plan {n} {state}", n=plan, state=_state(_, state))


def being_made(plan: int | None, *, language: str) -> Outgoing:
    """A table or a picture is on its way."""
    _ = texts(language)
    head = "" if plan is None else _("Plan {n}", n=plan)
    return Outgoing(_("Just a moment, it is being prepared."), head=head, silent=True)


def back_to(plan: int, *, language: str) -> Rows:
    """The way back from a plan's picture or table."""
    return (_plan_row(texts(language), plan), *home_rows(language))


def dropped(plan: int, *, language: str) -> str:
    """A plan is left."""
    _ = texts(language)
    return _("Plan {n} was left. Nothing was changed.", n=plan)


# Lines --------------------------------------------------------------------------------------------------------------


def _together(_: Translator, total: Figures) -> str:
    counts = (
        (_("{n} without anybody", n=total.holes), total.holes),
        (_("{n} not sent out", n=total.stages.get(Stage.READY, 0)), total.stages.get(Stage.READY, 0)),
        (_("{n} asked", n=total.within(_NOT_ANSWERED)), total.within(_NOT_ANSWERED)),
        (_("{n} taken", n=total.within(_TAKEN)), total.within(_TAKEN)),
        (_("{n} done", n=total.within(_DONE)), total.within(_DONE)),
    )
    title = _.many("{n} planned contact.", "{n} planned contacts.", total.planned).removesuffix(".")
    return "\n".join([f"{title}:", *(f"• {text}" for text, n in counts if n)])


def _of_mode(_: Translator, mode: Mode, one: Figures) -> str:
    """How many of a mode, and how many of these have nobody."""
    holes = ", " + _("{n} without anybody", n=one.holes) if one.holes else ""
    return f"{mode_name(mode, language=_.language)} – {one.planned}{holes}".capitalize()


def _plan_state(_: Translator, plan: PlanRow | None) -> str:
    if plan is None or plan.state is PlanState.APPLIED:
        return ""
    return _("Plan {n} {state}", n=plan.id, state=_state(_, plan.state))


def _state(_: Translator, state: PlanState) -> str:
    match state:
        case PlanState.COMPUTING:
            return _("is being computed.")
        case PlanState.READY:
            return _("is ready, not applied yet.")
        case PlanState.FAILED:
            return _("could not be computed.")
        case PlanState.APPLIED:
            return _("has been applied.")
        case PlanState.DROPPED:
            return _("was left.")


def _what_if(_: Translator, one: WhatIf, holes: int) -> str:
    if one.holes == holes and one.is_exact:
        return _("{change}: as many holes", change=_(CHANGES[one.change]))
    said = _("{change}: holes {before} → {after}", change=_(CHANGES[one.change]), before=holes, after=one.holes)
    return said if one.is_exact else said + " " + _("(or fewer)")


def _holes(_: Translator, n: int) -> str:
    return _.many("{n} hole.", "{n} holes.", n) if n else _("No holes.")


def _load(_: Translator, load: Sequence[int]) -> str:
    least, most = min(load), max(load)
    if least == most:
        return _.many("{n} contact for each juror.", "{n} contacts for each juror.", most)
    return _("From {least} to {most} contacts for each juror.", least=least, most=most)


def _quality(_: Translator, result: PlanResult) -> str:
    if result.engine is Engine.GREEDY:
        return _("Made by the plain rule, since there was no time for the best plan. It may be worth planning anew.")
    if result.gap < PROVEN:
        return _("Proven: no plan is better.")
    return _("No plan is better by more than {share}%.", share=_exact(_, 100 * result.gap))


def _summary_rows(_: Translator, plan: int, state: PlanState, holes: int) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if state is PlanState.READY:
        rows.append((menu_button(_("Apply"), Apply(plan), style=ButtonStyle.PRIMARY),))
    if holes:
        rows.append((menu_button(_("Holes ({n})", n=holes), PlanHoles(plan, 0)),))
    rows += [
        (menu_button(_("By participant"), ByPlace(plan, 0)), menu_button(_("By juror"), ByJuror(plan, 0))),
        (menu_button(_("As a table"), PlanTable(plan)), menu_button(_("Picture"), PlanPicture(plan))),
    ]
    checked = menu_button(_("Audit"), Audit(plan), style=ButtonStyle.QUIET)
    left = menu_button(_("Leave this plan"), Drop(plan), style=ButtonStyle.QUIET)
    rows.append((checked, left) if state is PlanState.READY else (checked,))
    return (*rows, (menu_button(_("Plan"), PlanHome(), style=ButtonStyle.QUIET),), *home_rows(_.language))


def _place_entry(_: Translator, entry: PlaceEntry) -> str:
    lines = [entry.place]
    for mode, number, juror, km, days in entry.contacts:
        way = "" if km is None else f", {number_text(round(km), language=_.language)} km"
        who = juror or _("nobody")
        lines.append(f"• {mode_name(mode, language=_.language)} {number} – {who}{way}, {days}")
    return "\n".join(lines)


def _juror_entry(_: Translator, entry: JurorEntry) -> str:
    modes = ", ".join(f"{mode_name(mode, language=_.language)} {n}" for mode, n in entry.modes.items())
    way = f"; {number_text(round(entry.km), language=_.language)} km" if entry.km else ""
    before = entry.total - sum(entry.modes.values())
    had = _("{n} before", n=before) if before else ""
    said = "; ".join(part for part in (had, modes + way) if part)
    return f"• {entry.name} – {entry.total}" + (f" ({said})" if said else "")


def _hole(_: Translator, fact: HoleFact) -> str:
    what = f"{fact.place} – {mode_name(fact.mode, language=_.language)} {fact.number}"
    return f"{what}\n{fact.why}" if fact.why else what


def _listed(_: Translator, one: ListedSlot, *, zone: ZoneInfo) -> str:
    days = f"{one.opens_at.astimezone(zone):%d.%m}–{one.due_at.astimezone(zone):%d.%m}"
    what = f"{one.place} – {mode_name(one.mode, language=_.language)} {one.number or ''}".rstrip()
    who = one.juror or _("nobody")
    return f"• {what}: {who}, {stage_text(_, one.stage)}, {days}"


def stage_text(_: Translator, stage: Stage) -> str:
    """Where a planned contact stands."""
    match stage:
        case Stage.HOLE:
            return _("without anybody")
        case Stage.READY:
            return _("not sent out")
        case Stage.OFFERED:
            return _("asked")
        case Stage.ACCEPTED:
            return _("taken")
        case Stage.BEGUN:
            return _("begun")
        case Stage.SENT:
            return _("report sent")
        case Stage.RETURNED:
            return _("returned for a supplement")
        case Stage.APPROVED:
            return _("approved")


def _label(_: Translator, place: str, mode: Mode, number: int) -> str:
    what = f"{mode_name(mode, language=_.language)} {number or ''}".rstrip()
    return f"{brief(place, limit=MAX_LABEL - len(what) - 3)} – {what}"


def _plan_row(_: Translator, plan: int) -> tuple[Button, ...]:
    return (menu_button(_("Plan {n}", n=plan), PlanSummary(plan)), menu_button(_("Plan"), PlanHome()))


def _turns(_: Translator, page: Page) -> list[tuple[str, int]]:
    return turns(page, newer=_("Previous"), older=_("Next"))


def _counted_head(_: Translator, title: str, number: int, total: int) -> str:
    return f"{title} · {number + 1}/{total}" if total > 1 else title


def _exact(_: Translator, number: float) -> str:

    return number_text(Decimal(f"{number:.2f}").normalize() + 0, language=_.language)

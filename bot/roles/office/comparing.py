"""Two jurors who differ, in the office's chat: the list, a card, the decision and its undoing, agreement by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.office_taps.comparing import (
    SIDES,
    Agreement,
    AgreementTable,
    DisagreementBecause,
    DisagreementCard,
    DisagreementPart,
    DisagreementPick,
    DisagreementReopen,
    Disagreements,
    DisagreementTable,
)
from bot.reports.recipes import Recipe, Sheet, Workbook
from bot.roles.evidence_facts import belonging
from bot.roles.office import compare_acts, seeing
from bot.roles.office.compare_acts import Side, side_of
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk, UnknownScript
from bot.views.answers import answered, value_text
from bot.views.common import mode_name
from bot.views.office import comparing as views
from bot.views.office.comparing import DisagreementFact, ItemFact, SideFact
from bot.views.placeholders import fill
from bot.views.rejections import rejection_text
from scenarios.contact import AnswerState, Path, Rejection
from scenarios.model import Mode
from scenarios.replies import read_text
from scenarios.route import Slot
from storage import disagreements, editions, evidence, people
from storage.database import Unit
from storage.disagreements import Disagreement, DisagreementState, How, Which
from storage.people import Person
from storage.scope import Scope, scope_of

TABLE, ITEMS = "comparing.list", "comparing.items"
DIALOG_WHY = "comparing.why"
MAX_WORDS = 500
"""Characters of a reason."""
MAX_ROWS = 100_000
DECIDABLE = frozenset({DisagreementState.TO_DECIDE, DisagreementState.THIRD})


# Lists --------------------------------------------------------------------------------------------------------------


def _list(talk: Talk, which: Which, page: int) -> Outgoing:
    counts = disagreements.counts(talk.unit, talk.scope)
    last = max(0, -(-counts[which] // views.ON_PAGE) - 1)
    number = max(0, min(page, last))
    lines = disagreements.listed(talk.unit, talk.scope, which, limit=views.ON_PAGE, offset=number * views.ON_PAGE)
    return views.listed(lines, counts, which, number, language=talk.language, zone=talk.zone, now=talk.now)


def _open_ones(talk: Talk, tap: Disagreements) -> None:
    talk.say(_list(talk, Which.TO_DECIDE, tap.page))


def _part(talk: Talk, tap: DisagreementPart) -> None:
    talk.say(_list(talk, _which(tap.part), tap.page))


def _command(talk: Talk, _rest: str) -> None:
    talk.say(_list(talk, Which.TO_DECIDE, 0))


def _which(part: int) -> Which:
    return views.PARTS[part] if 0 <= part < len(views.PARTS) else Which.TO_DECIDE


def _agreement(talk: Talk, tap: Agreement) -> None:
    items, pairs = _items(talk.unit, talk.desk, talk.scope, language=talk.language)
    talk.say(views.agreement(items, pairs, tap.page, language=talk.language))


def _items(unit: Unit, desk: Desk, scope: Scope, *, language: str) -> tuple[list[ItemFact], int]:
    """Items by how far jurors agree on them, the worst first, and how many pairs were compared."""
    pairs = disagreements.pairs(unit, scope)
    agreed = Counter((pair.scenario, path) for pair in pairs for path in pair.agreed)
    differed = Counter((pair.scenario, path) for pair in pairs for path in pair.differed)
    found = []
    for name, path in sorted(agreed.keys() | differed.keys()):
        item, label = _named(unit, desk, name, path, language=language)
        total = agreed[name, path] + differed[name, path]
        found.append(ItemFact(name, item, label, agreed[name, path], total))
    return sorted(found, key=lambda one: (one.agreed / one.total, -one.total, one.item)), len(pairs)


def _named(unit: Unit, desk: Desk, scenario: str, path: Path, *, language: str) -> tuple[str, str]:
    try:
        step = desk.scripts.newest(unit, scenario).steps_by_name.get(path)
    except UnknownScript:
        step = None
    return (path, "") if step is None else (step.item or step.name, step.label.in_language(language))


# A card and its decision --------------------------------------------------------------------------------------------


def _card(talk: Talk, tap: DisagreementCard) -> None:
    found = _in_hand(talk, tap.disagreement)
    if found is not None:
        _show(talk, found)


def _pick(talk: Talk, tap: DisagreementPick) -> None:
    found = _to_be_decided(talk, tap.disagreement, tap.side)
    if found is not None:
        talk.say(views.ask_why(_fact(talk, found), tap.side, language=talk.language))


def _because(talk: Talk, tap: DisagreementBecause) -> None:
    found = _to_be_decided(talk, tap.disagreement, tap.side)
    if found is None:
        return
    if 0 <= tap.reason < len(views.REASONS):
        _decide(talk, found, tap.side, views.REASONS[tap.reason][0])
        return
    _ask_words(talk, found, tap.side)


def _in_words(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    side = int(dialog["side"])
    found = _to_be_decided(talk, int(dialog["disagreement"]), side)
    if found is None:
        return
    words = read_text(text, maximum=MAX_WORDS)
    if isinstance(words, Rejection):
        _ask_words(talk, found, side, lead=rejection_text(words, None, language=talk.language))
        return
    _decide(talk, found, side, words, is_code=False)


def _ask_words(talk: Talk, found: Disagreement, side: int, *, lead: str = "") -> None:
    dialog = {"kind": DIALOG_WHY, "disagreement": found.id, "side": side}
    people.set_dialog(talk.unit, talk.person.id, dialog)
    talk.say(views.ask_words(_fact(talk, found), side, lead=lead, language=talk.language))


def _decide(talk: Talk, found: Disagreement, side: int, why: str, *, is_code: bool = True) -> None:
    """Keep what holds; answers stay as they are."""
    name = SIDES[side]
    sides = _sides(talk, found)
    at = {"first": 0, "second": 1, "third": 2}.get(name)
    value = None if at is None else sides[at].marks.get(found.path)
    disagreements.settle(talk.unit, found.id, How(name), value=value, why=why, now=talk.now, by=talk.person.id)
    told = {"how": name, "value": value, "why": why if is_code else "own words", "before": found.state.value}
    compare_acts.note(talk.unit, found, "settled", now=talk.now, by=talk.person.id, **told)
    if found.state is DisagreementState.THIRD:
        compare_acts.release_third(talk.unit, talk.desk, found, now=talk.now, by=talk.person.id)
    _ = texts(talk.language)
    _show(talk, found, lead=_("Decided. The answers themselves stay as they were given."))


def _reopen(talk: Talk, tap: DisagreementReopen) -> None:
    found = _in_hand(talk, tap.disagreement, lock=True)
    if found is None:
        return
    _ = texts(talk.language)
    if found.state is not DisagreementState.SETTLED or found.how is None:
        _show(talk, found, lead=_("Nothing is decided here."))
        return
    if found.how in {How.VOID, How.GONE}:
        _show(talk, found, lead=_("There are no two answers here any more, so there is nothing to decide."))
        return
    disagreements.reopen(talk.unit, found.id, DisagreementState.TO_DECIDE)
    kept = dict(found.settled or {})
    if kept.get("why") not in {None, *(code for code, _label in views.REASONS)}:
        kept["why"] = "own words"
    compare_acts.note(talk.unit, found, "opened", now=talk.now, by=talk.person.id, before=kept)
    _show(talk, found, lead=_("Undone: it can be decided anew."))


def _in_hand(talk: Talk, disagreement_id: int, *, lock: bool = False) -> Disagreement | None:
    """The disagreement, where it lies within what the person sees; otherwise they are told no."""
    found = disagreements.disagreement(talk.unit, disagreement_id, lock=lock)
    place = None if found is None else editions.participant(talk.unit, found.participant_id)
    if (
        found is None
        or place is None
        or not talk.scope.sees(edition_id=found.edition_id, coordinator_id=place.coordinator_id)
    ):
        seeing.refuse(talk)
        return None
    return found


def _to_be_decided(talk: Talk, disagreement_id: int, side: int) -> Disagreement | None:
    """A disagreement that can be decided so; of any other it is said how it stands."""
    found = _in_hand(talk, disagreement_id, lock=True)
    if found is None:
        return None
    _ = texts(talk.language)
    if found.state not in DECIDABLE:
        not_yet = _("Both jurors were asked again; it can be decided once they have answered.")
        is_settled = found.state is DisagreementState.SETTLED
        _show(talk, found, lead=_("This has been decided already.") if is_settled else not_yet)
        return None
    if not 0 <= side < len(SIDES) or (SIDES[side] == "third" and found.third_contact_id is None):
        _show(talk, found)
        return None
    return found


def _show(talk: Talk, found: Disagreement, *, lead: str = "") -> None:
    now = disagreements.disagreement(talk.unit, found.id) or found
    fact = _fact(talk, now)
    talk.say(views.card(fact, lead=lead, language=talk.language, zone=talk.zone, now=talk.now))


# Facts --------------------------------------------------------------------------------------------------------------


def _fact(talk: Talk, found: Disagreement) -> DisagreementFact:
    place = editions.participant(talk.unit, found.participant_id)
    sides = _sides(talk, found)
    settled = found.settled or {}
    by = None if found.settled_by is None else people.person(talk.unit, found.settled_by)
    return DisagreementFact(
        id=found.id,
        place="" if place is None else place.short_name,
        mode=Mode(sides[0].task.mode),
        question=_question(talk, sides[0], found),
        state=found.state,
        sides=tuple(_side(talk, found, side, at) for at, side in enumerate(sides)),
        how=found.how,
        value=_value(talk, sides[0], found, settled.get("value")),
        why=views.why_text(settled.get("why"), language=talk.language),
        settled_at=found.settled_at,
        settled_by="" if by is None else by.name,
        answer_by=found.answer_by,
    )


def _sides(talk: Talk, found: Disagreement) -> list[Side]:
    every = (found.first_contact_id, found.second_contact_id, found.third_contact_id)
    sides = (side_of(talk.unit, talk.desk, each) for each in every if each is not None)
    return [side for side in sides if side is not None]


def _question(talk: Talk, side: Side, found: Disagreement) -> str:
    step = side.scenario.steps_by_name.get(found.path)
    if step is None:
        return str(found.found.get("item", found.path))
    day = side.row.contact.begun_at.date()
    label = fill(step.label, side.row.contact, side.scenario, language=talk.language, day=day, zone=talk.zone)
    return f"{step.item}. {label}" if step.item else label


def _side(talk: Talk, found: Disagreement, side: Side, at: int) -> SideFact:
    slot = side.way.slot(found.path)
    given = None if slot is None else slot.answer
    _ = texts(talk.language)
    answer = _("no answer")
    if slot is not None and given is not None:
        answer = answered(slot.step, given, side.scenario, language=talk.language, zone=talk.zone)
    before = found.found.get(("first", "second")[at]) if at < 2 else None  # noqa: PLR2004 - the third has none
    is_other = before is not None and side.marks.get(found.path) is not before and side.marks.get(found.path) != before
    rows = belonging(tuple(evidence.of_contact(talk.unit, side.row.id)), side.way)
    return SideFact(
        contact_id=side.row.id,
        answer=answer,
        before=_value(talk, side, found, before) if is_other else "",
        told=tuple(_told(talk, side, found.path)),
        files=len(rows),
        is_readable=talk.scope.sees(edition_id=side.task.edition_id, coordinator_id=side.task.coordinator_id),
        day=side.row.submitted_at,
    )


def _told(talk: Talk, side: Side, path: Path) -> list[str]:
    """What the juror said in the questions that follow on an item, up to the next item."""
    paths = [slot.path for slot in side.way.slots]
    if path not in paths:
        return []
    said = []
    for slot in side.way.slots[paths.index(path) + 1 :]:
        if slot.step.item is not None or slot.section.name != _section(side, path):
            break
        if _is_told(slot) and slot.answer is not None:
            text = answered(slot.step, slot.answer, side.scenario, language=talk.language, zone=talk.zone)
            said.append(f"„{text}”" if isinstance(slot.answer.value, str) else text)
    return said


def _section(side: Side, path: Path) -> str | None:
    slot = side.way.slot(path)
    return None if slot is None else slot.section.name


def _is_told(slot: Slot) -> bool:
    return slot.certain and slot.answer is not None and slot.answer.state is AnswerState.GIVEN


def _value(talk: Talk, side: Side, found: Disagreement, value: bool | int | None) -> str:  # noqa: FBT001 - a mark
    step = side.scenario.steps_by_name.get(found.path)
    if value is None or step is None:
        return ""
    return value_text(step, value, language=talk.language, zone=talk.zone)


# Tables -------------------------------------------------------------------------------------------------------------


def _table(talk: Talk, tap: DisagreementTable) -> None:
    talk.produce(TABLE, part=_which(tap.part).value)
    _ = texts(talk.language)
    talk.say(Outgoing(_("The table is being made; it comes in a moment.")))


def _items_table(talk: Talk, _tap: AgreementTable) -> None:
    talk.produce(ITEMS)
    _ = texts(talk.language)
    talk.say(Outgoing(_("The table is being made; it comes in a moment.")))


def _make_table(unit: Unit, _desk: Desk, person: Person, about: Mapping[str, Any], _now: datetime) -> Recipe | None:
    which = Which(about["part"])
    _ = texts(known_language(person.language))
    lines = disagreements.listed(unit, scope_of(person), which, limit=MAX_ROWS)
    header = (_("Institution"), _("Mode"), _("Item"), _("State"), _("Found"), _("Answer by"), _("Settled"))
    rows = tuple(
        (
            line.participant,
            mode_name(line.mode, language=_.language),
            line.item,
            _(views.STATE_NAMES[line.state]) if line.how is None else _(views.HOW_NAMES[line.how]),
            line.found_at,
            line.answer_by,
            line.settled_at,
        )
        for line in lines
    )
    name = _(views.PART_NAMES[which])
    message = Outgoing(_("Disagreements") + f" – {name}", may_be_saved=True)
    return Recipe(message, (Workbook(_("Disagreements").lower(), (Sheet(name, header, rows),)),))


def _make_items(unit: Unit, desk: Desk, person: Person, _about: Mapping[str, Any], _now: datetime) -> Recipe | None:
    _ = texts(known_language(person.language))
    items, _pairs = _items(unit, desk, scope_of(person), language=_.language)
    header = (_("Scenario"), _("Item"), _("Question"), _("Compared"), _("Agreed"), _("Agreement, %"))
    rows = tuple((one.scenario, one.item, one.label, one.total, one.agreed, one.percent) for one in items)
    name = _("Agreement by item")
    return Recipe(Outgoing(name, may_be_saved=True), (Workbook(name.lower(), (Sheet(name, header, rows),)),))


SUBJECT = Subject(
    taps={
        Disagreements: _open_ones,
        DisagreementPart: _part,
        DisagreementTable: _table,
        DisagreementCard: _card,
        DisagreementPick: _pick,
        DisagreementBecause: _because,
        DisagreementReopen: _reopen,
        Agreement: _agreement,
        AgreementTable: _items_table,
    },
    commands={"rozbieznosci": _command, "disagreements": _command},
    dialogs={DIALOG_WHY: _in_words},
    recipes={TABLE: _make_table, ITEMS: _make_items},
)

"""Results: the list with places, a participant's card, its dimensions and modes. No juror is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import Translator, texts
from bot.importing.types import type_name
from bot.office_taps.directory import PlaceCard
from bot.office_taps.licence import LicenceCard
from bot.office_taps.standing import (
    ORDERS,
    RatingQuality,
    ResultCard,
    ResultKinds,
    ResultParts,
    ResultPicture,
    Results,
    ResultsBy,
    ResultsTable,
    Rubrics,
)
from bot.office_taps.why import Why
from bot.tap_kinds import OfficeTap
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.directory import pairs
from bot.views.office.standing_words import (
    UNRANKED,
    ResultFacts,
    ResultLine,
    has_interval,
    label,
    modes_text,
    node_text,
    place_text,
    rough_text,
    signed,
    spread_texts,
    type_text,
)
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from bot.views.score_words import score_text

ON_PAGE = 6
"""Entries of a page; each has a button of its own."""
PARTS_ON_PAGE = 24


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which results a list shows, as buttons carry it, and the types to choose from."""

    kind: int = 0
    order: int = 0
    kinds: tuple[str, ...] = ()

    @property
    def type(self) -> str | None:
        """The type's code; None is all."""
        return self.kinds[self.kind - 1] if 0 < self.kind <= len(self.kinds) else None

    @property
    def by_name(self) -> bool:
        """Whether the list is in the order of names."""
        return 0 <= self.order < len(ORDERS) and ORDERS[self.order] == "name"


def results(
    lines: Sequence[ResultLine], chosen: Chosen, number: int, *, language: str, sees_all: bool, has_rubric: bool
) -> Outgoing:
    """A page of results, those with a place first. ``sees_all``: an organizer looks."""
    _ = texts(language)
    entries = [_entry(_, line, chosen) for line in lines]
    page = page_of(entries or [_("There are no results yet.")], number, most=ON_PAGE)
    shown = [lines[at].participant for at in dict.fromkeys(at for at, _text in page.entries) if lines]
    names = [menu_button(brief(one.short_name, limit=MAX_LABEL), ResultCard(one.id)) for one in shown]
    rows: list[tuple[Button, ...]] = [*pairs(names)]
    turning = turns(page, newer=_("Previous"), older=_("Next"))
    rows += _row(*(_quiet(words, ResultsBy(chosen.kind, chosen.order, at)) for words, at in turning))
    other = ResultsBy(chosen.kind, ORDERS.index("score" if chosen.by_name else "name"), 0)
    rows += _row(
        menu_button(_("Type: {name}", name=_type_label(_, chosen)), ResultKinds(chosen.order)),
        menu_button(_("Best first") if chosen.by_name else _("In order of names"), other),
    )
    more = [_quiet(_("As a table"), ResultsTable())]
    rows += _row(*more, *([_quiet(_("Quality of assessments"), RatingQuality())] if sees_all else []))
    rows += _row(_quiet(_("Rubric"), Rubrics(0))) if sees_all else []
    head = " · ".join(
        part
        for part in (
            _("Results: {n}", n=len(lines)),
            type_name(chosen.type) if chosen.type else "",
            f"{page.number + 1}/{page.total}" if page.total > 1 else "",
        )
        if part
    )
    note = "" if has_rubric else _("No rubric is published, so nothing is scored yet.")
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=head, note=note, buttons=(*rows, *home_rows(language)))


def which_kind(chosen: Chosen, *, language: str) -> Outgoing:
    """The types of participants there are as buttons."""
    _ = texts(language)
    names = ((0, _("all")), *((at, brief(type_name(code), limit=MAX_LABEL)) for at, code in enumerate(chosen.kinds, 1)))
    buttons = [menu_button(name, ResultsBy(at, chosen.order, 0)) for at, name in names]
    return Outgoing(_("Results of which type?"), buttons=(*pairs(buttons), *home_rows(language)))


def card(facts: ResultFacts, *, language: str) -> Outgoing:
    """A participant's result on one screen, or why there is none."""
    _ = texts(language)
    one = facts.participant
    blocks = [_total(_, facts), _headings(facts, language=language), _places(_, facts), _evidence(_, facts)]
    body = "\n\n".join(block for block in blocks if block)
    head = _("{place} · result", place=one.short_name)
    note = rough_text(facts, language=language) if has_interval(facts) else ""
    return Outgoing(body, head=head, note=note, buttons=_card_rows(_, facts))


def parts(facts: ResultFacts, number: int, *, language: str) -> Outgoing:
    """Dimensions by heading, then what stands beside the total."""
    _ = texts(language)
    entries = []
    for heading in facts.outline.headings:
        lines = [node_text(facts, part, language=language) for part in heading.parts]
        entries.append("\n".join([label(heading.named, language=language).upper(), *lines]))
    if facts.outline.beside:
        lines = [node_text(facts, one, language=language) for one in facts.outline.beside]
        entries.append("\n".join([_("BESIDE THE TOTAL"), *lines]))
    page = page_of(entries or [_("There are no results yet.")], number, most=PARTS_ON_PAGE)
    one = facts.participant
    turning = turns(page, newer=_("Previous"), older=_("Next"))
    rows = [
        *_row(*(_quiet(words, ResultParts(one.id, at)) for words, at in turning)),
        (menu_button(_("The result"), ResultCard(one.id)), menu_button(_("Why?"), Why(one.id, 0, 0))),
    ]
    head = _("{place} · dimensions and modes", place=one.short_name)
    head += f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    note = _(
        "95 %: where the result would lie with other contacts of the same kinds. "
        "Contacts: from the lowest to the highest of them."
    )
    rough = rough_text(facts, language=language)
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=head, note=f"{note} {rough}".strip(), buttons=(*rows, *home_rows(language)))


def found(those: Sequence[tuple[str, int]], *, said: str, language: str) -> Outgoing:
    """Participants that words may mean, the best first; or that nothing is like them."""
    _ = texts(language)
    rows = [(menu_button(brief(name, limit=MAX_LABEL), ResultCard(one)),) for name, one in those]
    words = brief(said)
    text = _("Found for “{words}”:", words=words) if those else _("Nothing is like “{words}”.", words=words)
    return Outgoing(text, buttons=(*rows, (_quiet(_("All results"), Results(0)),), *home_rows(language)))


def comes(*, language: str) -> Outgoing:
    """What was asked for is being made."""
    _ = texts(language)
    return Outgoing(_("It is being made and comes in a moment."))


def picture_lines(facts: ResultFacts, *, language: str) -> tuple[str, ...]:
    """What stands below a picture of a result."""
    _ = texts(language)
    return tuple(line for block in (_places(_, facts), _evidence(_, facts)) for line in block.split("\n") if line)


def back_to_card(participant: int, *, language: str) -> Rows:
    """Under a picture: the way back."""
    _ = texts(language)
    return ((menu_button(_("The result"), ResultCard(participant)),), *home_rows(language))


def back_to_list(language: str) -> Rows:
    """Under a table: the way back."""
    _ = texts(language)
    return ((menu_button(_("Results"), Results(0)),), *home_rows(language))


def _entry(_: Translator, line: ResultLine, chosen: Chosen) -> str:
    name, language = line.participant.short_name, _.language
    if line.reason is not None or line.score is None:
        words = _("no result yet") if line.reason is None else _(UNRANKED[line.reason])
        return _("Without a place: {name} – {why}", name=name, why=words)
    score = score_text(line.score, language=language)
    placed = line.overall if chosen.type is None else line.in_type
    if placed is None:
        return f"{name} – {score}"
    kind = "" if chosen.type else f"\n{type_text(line.participant)}"
    if chosen.by_name:
        return f"{name} – {score}\n{place_text(_, placed)}"
    mark = _("{place}. (shared)", place=placed.place) if placed.shared else f"{placed.place}."
    return f"{mark} {name} – {score}{kind}"


def _total(_: Translator, facts: ResultFacts) -> str:
    language, line = _.language, facts.line
    if line.score is None:
        return _("No result: {why}.", why=_(UNRANKED[line.reason]) if line.reason else _("no result yet"))
    said = [_("Total: {score}", score=score_text(line.score, language=language))]
    total = facts.outline.total
    said += spread_texts(facts, total.name, language=language) if total is not None else []
    if facts.is_pending:
        said.append(_("the interval is being computed"))
    elif not has_interval(facts):
        said.append(_("too few contacts for an interval"))
    lines = ["; ".join(said)]
    if facts.row is not None and facts.row.not_approved:
        lines.append(
            _.many(
                "Provisional: {n} report is not approved yet.",
                "Provisional: {n} reports are not approved yet.",
                facts.row.not_approved,
            )
        )
    return "\n".join(lines)


def _headings(facts: ResultFacts, *, language: str) -> str:
    if facts.row is None:
        return ""
    return "\n".join(node_text(facts, heading.named, language=language) for heading in facts.outline.headings)


def _places(_: Translator, facts: ResultFacts) -> str:
    line, language = facts.line, _.language
    said = []
    if line.overall is not None:
        said.append(_("Edition: {place}", place=place_text(_, line.overall)))
    if line.in_type is not None:
        said.append(f"{type_text(line.participant)}: {place_text(_, line.in_type)}")
    if facts.percentile is not None:
        said.append(_("Percentile within the type: {n}", n=round(facts.percentile)))
    elif line.in_type is not None:
        said.append(_("Too few results of this type for a percentile."))
    if facts.earlier is not None:
        before = facts.earlier
        said.append(
            _("{edition}: {score}", edition=before.edition, score=score_text(before.total, language=language))
            + ("" if line.score is None else f" ({signed(line.score - before.total, language=language)})")
            + ("" if before.same_rules else _("; other scoring rules then"))
        )
    return "\n".join(said)


def _evidence(_: Translator, facts: ResultFacts) -> str:
    if facts.row is None:
        return ""
    contacts = _.many("{n} contact counts", "{n} contacts count", facts.row.contacts)
    by_mode = modes_text(facts.modes, language=_.language)
    return f"{contacts}: {by_mode}" if by_mode else contacts


def _card_rows(_: Translator, facts: ResultFacts) -> Rows:
    one = facts.participant.id
    rows: list[tuple[Button, ...]] = []
    if facts.row is not None:
        rows.append(
            (menu_button(_("Why?"), Why(one, 0, 0)), menu_button(_("Dimensions and modes"), ResultParts(one, 0)))
        )
    if facts.is_pending:
        rows.append((_quiet(_("Refresh"), ResultCard(one)),))
    picture = [] if facts.row is None else [menu_button(_("As a picture"), ResultPicture(one))]
    rows.append((menu_button(_("Licence"), LicenceCard(one)), *picture))
    rows.append((_quiet(_("Participant"), PlaceCard(one)), _quiet(_("All results"), Results(0))))
    return (*rows, *home_rows(_.language))


def _type_label(_: Translator, chosen: Chosen) -> str:
    name = type_name(chosen.type) if chosen.type else _("all")
    return brief(name, limit=MAX_LABEL - len(_("Type: {name}", name="")))


def _quiet(words: str, tap: OfficeTap) -> Button:
    return menu_button(words, tap, style=ButtonStyle.QUIET)


def _row(*buttons: Button) -> list[tuple[Button, ...]]:
    return [tuple(buttons)] if buttons else []

"""The lists of the licence: how many of each sort, a page of one sort, who is distinguished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, texts
from bot.importing.types import type_name
from bot.office_taps.licence import (
    LicenceAskBatch,
    LicenceBest,
    LicenceBoard,
    LicenceCard,
    LicencePart,
    Licences,
    LicenceTable,
)
from bot.tap_kinds import OfficeTap
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.licence_words import named
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from bot.views.score_words import score_text
from scoring.award import Distinction, Proposal
from storage.decisions import Decision
from storage.votings import Progress, Voting

ON_PAGE = 8


class Part(StrEnum):
    """A sort of participants. Everybody is in exactly one."""

    GRANT = "grant"
    REFUSE = "refuse"
    BLOCKED = "blocked"
    TOO_LITTLE = "too_little"
    VOTING = "voting"
    GROUNDS = "grounds"
    UNDECIDED = "undecided"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


PARTS = tuple(Part)
"""Buttons carry the place."""

PART_NAMES = {
    Part.GRANT: N_("Proposed: grant"),
    Part.REFUSE: N_("Proposed: do not grant"),
    Part.BLOCKED: N_("Held back by critical items"),
    Part.TOO_LITTLE: N_("Too little data"),
    Part.VOTING: N_("The vote is open"),
    Part.GROUNDS: N_("Grounds to be written"),
    Part.UNDECIDED: N_("The vote decided nothing"),
    Part.GRANTED: N_("Granted"),
    Part.REFUSED: N_("Not granted"),
    Part.REVOKED: N_("Revoked"),
}

TO_VOTE = (Part.GRANT, Part.REFUSE, Part.BLOCKED, Part.UNDECIDED)
"""Sorts on all of which votes can be opened at once."""


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A participant in a list; ``voting`` and ``decision`` are the last ones."""

    participant: int
    name: str
    type: str
    part: Part
    proposal: Proposal | None
    scores: Mapping[str, float | None]
    voting: Voting | None
    decision: Decision | None


def overview(lines: Sequence[LicenceLine], *, has_rules: bool, is_organizer: bool, language: str) -> Outgoing:
    """How many participants there are of each sort."""
    _ = texts(language)
    if not has_rules:
        said = _(
            "The rubric of this edition has no rules of the licence (its section `award`), so nothing is proposed."
        )
        return Outgoing(said, head=_("Licences"), buttons=home_rows(language))
    counts = Counter(line.part for line in lines)
    said = "\n".join(f"• {_(PART_NAMES[part])}: {counts[part]}" for part in PARTS if counts[part])
    buttons = [
        menu_button(brief(f"{_(PART_NAMES[part])} ({counts[part]})", limit=MAX_LABEL), LicencePart(at, 0))
        for at, part in enumerate(PARTS)
        if counts[part]
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    rows.append((_quiet(_("Distinctions"), LicenceBest()), _quiet(_("As a table"), LicenceTable())))
    if is_organizer:
        rows.append((_quiet(_("Jury board"), LicenceBoard(0)),))
    note = _("What is proposed follows from the rules; what is decided, from the vote of the jury.")
    body = said or _("No participants yet.")
    return Outgoing(body, head=_("Licences"), note=note, buttons=(*rows, *home_rows(language)))


def listed(
    lines: Sequence[LicenceLine],
    part: Part,
    number: int,
    progress: Mapping[int, Progress],
    *,
    is_organizer: bool,
    language: str,
) -> Outgoing:
    """A page of the participants of a sort; ``lines`` are all of them."""
    _ = texts(language)
    at = PARTS.index(part)
    page = page_of(
        [_line(_, line, progress) for line in lines] or [_("There is nothing here now.")], number, most=ON_PAGE
    )
    shown = [lines[ordinal] for ordinal, _text in page.entries if ordinal < len(lines)]
    buttons = [menu_button(brief(line.name, limit=MAX_LABEL), LicenceCard(line.participant)) for line in shown]
    rows: list[tuple[Button, ...]] = [tuple(buttons[each : each + 2]) for each in range(0, len(buttons), 2)]
    turning = tuple(
        _quiet(label, LicencePart(at, target)) for label, target in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows += [turning] if turning else []
    last = [_quiet(_("All licences"), Licences(0))]
    if is_organizer and part in TO_VOTE and lines:
        last.insert(0, menu_button(_("Vote on all ({n})", n=len(lines)), LicenceAskBatch(at)))
    rows.append(tuple(last))
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    body = "\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=_(PART_NAMES[part]) + place, buttons=(*rows, *home_rows(language)))


def _line(_: Translator, line: LicenceLine, progress: Mapping[int, Progress]) -> str:
    parts = [f"• {line.name}"]
    proposal = line.proposal
    if proposal is not None and proposal.total is not None:
        parts.append(score_text(proposal.total, language=_.language))
    if line.part is Part.VOTING and line.voting is not None:
        how_far = progress.get(line.voting.id, Progress())
        parts.append(_("voted: {n} of {total}", n=how_far.voted, total=how_far.entitled))
    elif proposal is not None:
        parts += _why(_, proposal)
    return " · ".join(parts)


def _why(_: Translator, proposal: Proposal) -> list[str]:
    """What speaks against, in a word or two each."""
    found = []
    low = [each for each in proposal.thresholds if each.value is not None and not each.is_met]
    if low:
        found.append(", ".join(named(each.node, each.label, language=_.language) for each in low) + " ↓")
    lacking = sum(each.more for each in proposal.evidence)
    if lacking:
        found.append(_.many("{n} contact missing", "{n} contacts missing", lacking))
    if proposal.failures:
        found.append(_.many("{n} critical item", "{n} critical items", len(proposal.failures)))
    return found


def best(found: Sequence[Distinction], names: Mapping[str, str], *, is_provisional: bool, language: str) -> Outgoing:
    """Who is distinguished, by what. ``names`` by unit."""
    _ = texts(language)
    lines = [_distinction(_, each, names) for each in found]
    page = page_of(lines or [_("Nobody is distinguished: too few or too low results.")], 0, most=len(lines) or 1)
    note = _("Among those with the licence. Equal results share it.")
    if is_provisional:
        note = _("Not final: no licence has been granted yet, so these are the best of those proposed for one.")
    if page.has_next:
        note += " " + _("The table holds all of it.")
    return Outgoing(
        "\n".join(text for _at, text in page.entries),
        head=_("Distinctions"),
        note=note,
        buttons=((_quiet(_("All licences"), Licences(0)),), *home_rows(language)),
    )


def _distinction(_: Translator, each: Distinction, names: Mapping[str, str]) -> str:
    heading = named(each.node, each.label, language=_.language)
    group = type_name(each.type) if each.type else _("the whole edition")
    who = ", ".join(names.get(unit, unit) for unit in each.units)
    value = score_text(each.value, language=_.language)
    return f"• {heading} – {group}: {who} ({value})"


def table_comes(*, language: str) -> Outgoing:
    """The table is being made."""
    _ = texts(language)
    return Outgoing(_("The table is being made; it comes in a moment."))


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)

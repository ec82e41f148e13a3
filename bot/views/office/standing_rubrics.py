"""The rubric an edition is scored by: those there are, whether another one is meant, what happens then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import Translator, day_text, texts
from bot.office_taps.standing import ChooseRubric, Results, Rubrics, RubricYes
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button

ON_PAGE = 5
"""Rubrics of a page; each has a button of its own."""
VERSION_SHOWN = 8
"""Characters of a version: enough to tell versions apart."""
THE_USUAL = 0
"""What a button carries for the usual rubric."""


@dataclass(frozen=True, slots=True)
class RubricFact:
    """A rubric that can be chosen. ``id`` is ``THE_USUAL`` for the usual one; ``version`` "": it is not published."""

    id: int
    name: str
    version: str
    published_at: datetime | None
    is_in_use: bool
    """The edition is scored by that version now."""
    is_chosen: bool
    """Choosing it would change nothing."""


def listed(
    usual: RubricFact, facts: Sequence[RubricFact], number: int, *, lead: str = "", language: str, zone: ZoneInfo
) -> Outgoing:
    """Every published version, the last one first, and the usual one."""
    _ = texts(language)
    entries = [_line(_, fact, zone) for fact in facts] or [_("No rubric is published yet.")]
    page = page_of(entries, number, most=ON_PAGE)
    shown = [facts[at] for at in dict.fromkeys(at for at, _text in page.entries) if at < len(facts)]
    rows: list[tuple[Button, ...]] = [
        (menu_button(_label(_, fact), ChooseRubric(fact.id)),) for fact in shown if not fact.is_chosen
    ]
    turning = tuple(_quiet(words, Rubrics(at)) for words, at in turns(page, newer=_("Previous"), older=_("Next")))
    rows += [turning] if turning else []
    if not usual.is_chosen:
        rows.append(
            (menu_button(_("The usual one: {name}", name=brief(usual.name, limit=20)), ChooseRubric(usual.id)),)
        )
    rows.append((_quiet(_("Results"), Results(0)),))
    head = _("Rubric of this edition") + (f" · {page.number + 1}/{page.total}" if page.total > 1 else "")
    body = "\n\n".join([*([lead] if lead else []), *(text for _at, text in page.entries)])
    return Outgoing(body, head=head, note=_follows(_, usual), buttons=(*rows, *home_rows(language)))


def ask(fact: RubricFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """Whether another rubric is meant."""
    _ = texts(language)
    lines = [_("Is this edition to be scored by another rubric from now on?"), _named(_, fact, zone)]
    if not fact.version:
        lines.append(_("No version of it is published yet, so nothing will be scored until one is."))
    elif fact.id == THE_USUAL:
        lines.append(_("A newer version will be taken as soon as it is published."))
    lines.append(_("All results will be computed anew."))
    lines.append(_("Votes that are open keep the figures and rules they were opened with; decisions stay."))
    rows = (
        (menu_button(_("Yes, score by this one"), RubricYes(fact.id), style=ButtonStyle.DANGER),),
        (_quiet(_("No, back"), Rubrics(0)),),
    )
    return Outgoing("\n\n".join(lines), head=_("Rubric of this edition"), buttons=(*rows, *home_rows(language)))


def chosen(fact: RubricFact, *, language: str, zone: ZoneInfo) -> Outgoing:
    """It was chosen: what happens now."""
    _ = texts(language)
    lines = [_("Chosen:"), _named(_, fact, zone)]
    if fact.version:
        said = _("Results are being computed anew, one after the other. Until that is done some show earlier figures.")
    else:
        said = _("No version of it is published yet, so nothing will be scored until one is.")
    rows = ((menu_button(_("Results"), Results(0)),), (_quiet(_("Rubric"), Rubrics(0)),))
    body = "\n".join([*lines, "", said])
    return Outgoing(body, head=_("Rubric of this edition"), buttons=(*rows, *home_rows(language)))


def _follows(_: Translator, usual: RubricFact) -> str:
    if usual.is_chosen:
        return _("No rubric was chosen, so the usual one goes: the newest version of {name}.", name=usual.name)
    return _("This version was chosen; it stays, also when a newer one is published.")


def _line(_: Translator, fact: RubricFact, zone: ZoneInfo) -> str:
    said = _named(_, fact, zone)
    return "✓ " + said + " – " + _("in use") if fact.is_in_use else "• " + said


def _named(_: Translator, fact: RubricFact, zone: ZoneInfo) -> str:
    """Name, version and day: one short line."""
    parts = [brief(fact.name)]
    parts += [fact.version[:VERSION_SHOWN]] if fact.version else []
    parts += [day_text(fact.published_at.astimezone(zone).date(), language=_.language)] if fact.published_at else []
    return " · ".join(parts)


def _label(_: Translator, fact: RubricFact) -> str:
    version = fact.version[:VERSION_SHOWN]
    return f"{brief(fact.name, limit=MAX_LABEL - VERSION_SHOWN - 3)} · {version}"


def _quiet(words: str, tap: Results | Rubrics) -> Button:
    return menu_button(words, tap, style=ButtonStyle.QUIET)

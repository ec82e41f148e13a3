"""What a restore holds back, on an organizer's screen: its groups, what each decision means, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.holding import GROUPS, AskHeld, Group, HeldHome, HeldOne, HeldYes
from bot.views.coordinator import home_rows
from bot.views.scene import Rows, menu_button

LABELS: Mapping[Group, str] = {
    Group.ALL: N_("Everything held back"),
    Group.MESSAGES: N_("Messages to people"),
    Group.BROADCASTS: N_("Broadcasts under way"),
    Group.REMINDERS: N_("Reminders, digests"),
    Group.ENDS: N_("Ends of offers and votings"),
    Group.REST: N_("Files, tables, plans"),
}
ABOUT: Mapping[Group, str] = {
    Group.ALL: N_("Sent now, somebody may get a message twice; dropped, somebody may miss one."),
    Group.MESSAGES: N_("Sent now, somebody may get a message twice; dropped, somebody may miss one."),
    Group.BROADCASTS: N_("Sent now, they go on with the people not yet noted as told; dropped, they stay unfinished."),
    Group.REMINDERS: N_("Sent now, each looks first whether it is still needed; dropped, it reminds nobody."),
    Group.ENDS: N_("Done now, what is overdue ends; dropped, it stays open until somebody ends it."),
    Group.REST: N_("Done now, they are finished; dropped, whoever needs them begins again."),
}
"""What each decision means."""

_ARE_DONE = frozenset({Group.ENDS, Group.REST})
"""Groups of which nothing is sent to anybody at once."""


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """So much of a group is held back; the first and the last of it were due then."""

    group: Group
    count: int
    first: datetime
    last: datetime


def home(some: Sequence[HeldGroup], *, of_several: bool, language: str, zone: ZoneInfo) -> Outgoing:
    """Every group there is something of, with a button; and all of it at once. ``of_several``: editions are kept."""
    _ = texts(language)
    if not some:
        return Outgoing(_("Nothing is held back."), head=_("Held back"), buttons=home_rows(language))
    said = _(
        "This was waiting when the copy was made that the program was restored from. It may have gone out already, "
        "so it is held back until somebody decides."
    )
    if of_several:
        said += " " + _of_every_edition(_)
    lines = [f"• {_(LABELS[one.group])}: {one.count}, {_since(_, one, zone)}" for one in some]
    rows: list[tuple[Button, ...]] = [
        (menu_button(_(LABELS[one.group]), HeldOne(GROUPS.index(one.group))),) for one in some
    ]
    if len(some) > 1:
        rows.append((menu_button(_(LABELS[Group.ALL]), HeldOne(GROUPS.index(Group.ALL))),))
    return Outgoing("\n\n".join((said, "\n".join(lines))), head=_("Held back"), buttons=(*rows, *home_rows(language)))


def one(found: HeldGroup, *, language: str, zone: ZoneInfo) -> Outgoing:
    """One group, with what can be decided on it."""
    _ = texts(language)
    lines = [_("{n} in all, {due}.", n=found.count, due=_due(_, found, zone)), _(ABOUT[found.group])]
    at = GROUPS.index(found.group)
    deciding = (
        menu_button(_doing(_, found.group), AskHeld(at, 1), style=ButtonStyle.PRIMARY),
        menu_button(_("Drop these"), AskHeld(at, 0)),
    )
    return Outgoing("\n\n".join(lines), head=_(LABELS[found.group]), buttons=(deciding, *_back(_)))


def ask(found: HeldGroup, *, sends: bool, of_several: bool, language: str) -> Outgoing:
    """Whether really: what is sent is sent, and what is dropped does not come back. ``of_several`` as in ``home``."""
    _ = texts(language)
    at = GROUPS.index(found.group)
    if sends:
        said = _("Let them go now: {n}? It cannot be taken back.", n=found.count)
        yes = menu_button(_doing(_, found.group), HeldYes(at, 1), style=ButtonStyle.PRIMARY)
    else:
        said = _("Drop them: {n}? They will never be done. It cannot be taken back.", n=found.count)
        yes = menu_button(_("Drop these"), HeldYes(at, 0), style=ButtonStyle.DANGER)
    rows: Rows = ((yes, menu_button(_("No"), HeldOne(at), style=ButtonStyle.QUIET)),)
    said = f"{said} {_of_every_edition(_)}" if of_several else said
    return Outgoing("\n\n".join((said, _(ABOUT[found.group]))), head=_(LABELS[found.group]), buttons=rows)


def decided(done: int, *, left: int, sends: bool, language: str) -> Outgoing:
    """What was decided, and how much is still held back."""
    _ = texts(language)
    said = _("They go on now: {n}.", n=done) if sends else _("Dropped: {n}.", n=done)
    said += " " + _("This stands in the journal.")
    if not left:
        return Outgoing("\n\n".join((said, _("Nothing is held back."))), buttons=home_rows(language))
    return Outgoing("\n\n".join((said, _("Still held back: {n}.", n=left))), buttons=_back(_))


def _of_every_edition(_: Translator) -> str:
    return _("This is about every edition kept here.")


def _doing(_: Translator, group: Group) -> str:
    return _("Do these now") if group in _ARE_DONE else _("Send these")


def _since(_: Translator, found: HeldGroup, zone: ZoneInfo) -> str:
    return _("waiting since {day}", day=day_text(found.first.astimezone(zone).date(), language=_.language))


def _due(_: Translator, found: HeldGroup, zone: ZoneInfo) -> str:
    first, last = (moment_text(at, language=_.language, zone=zone) for at in (found.first, found.last))
    if first == last:
        return _("due {time}", time=first)
    return _("due from {first} to {last}", first=first, last=last)


def _back(_: Translator) -> Rows:
    return ((menu_button(_("Held back"), HeldHome(), style=ButtonStyle.QUIET),), *home_rows(_.language))

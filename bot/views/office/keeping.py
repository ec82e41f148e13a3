"""Personal data on the organizer's screens: how long each kind is kept, what is erased when, and erasing a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, day_text, texts
from bot.office_taps.directory import PersonCard
from bot.office_taps.edition import EditionCard
from bot.office_taps.keeping import KINDS, ErasePersonYes, KeepingHome, OneKeeping, TurnKeeping
from bot.views.coordinator import home_rows
from bot.views.office.edition_words import KEEPING_LABELS
from bot.views.scene import Rows, menu_button
from storage.people import Person, Role
from storage.retention import ROLLING, Outlook
from storage.rules import KEEPING, Keeping

ABOUT: Mapping[Keeping, str] = {
    Keeping.MEDIA: N_(
        "Photos and documents of reports, and what they tell of place and device. That they were there stays."
    ),
    Keeping.MEMOS: N_("Voice notes of jurors. They are counted from the decision on their report."),
    Keeping.NOTES: N_(
        "Whatever somebody wrote in own words: answers, notes, reasons, comments, queries. Numbers and choices stay, "
        "so the scores stay as well."
    ),
    Keeping.MESSAGES: N_("What the web chat showed, and the words of broadcasts. Who got them stays."),
    Keeping.MODEL: N_("What a language model was told and said. The suggested levels and the costs stay."),
    Keeping.FILES: N_("Tables that were sent, and files that were made. They can be made again."),
    Keeping.PARKED: N_("Messages that could not be handled, kept for whoever looks for the cause."),
    Keeping.PEOPLE: N_("Names, e-mails, phones and homes of jurors, and the contact persons of participants."),
}
"""Each kind in a sentence or two."""

SINCE_END, SINCE_DAY, SINCE_DECISION = (
    N_("{days} after the last day of the edition"),
    N_("{days} after the day itself"),
    N_("{days} after the decision on the report"),
)


def home(some: Sequence[Outlook], *, language: str, zone: ZoneInfo, lead: str = "") -> Outgoing:
    """Every kind: how long it is kept, how much there is, from when on it is erased."""
    _ = texts(language)
    lines = [f"• {_named(_, one)}: {one.count}, {_when(_, one, zone)}" for one in some if one.count]
    empty = [_named(_, one) for one in some if not one.count]
    none = _("Nothing there yet: {kinds}.", kinds=", ".join(empty)) if empty else ""
    buttons = [menu_button(_(KEEPING_LABELS[one.kind]), OneKeeping(KINDS.index(one.kind))) for one in some]
    rows: Rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    said = _(
        "What is erased when. A week before, organizers are told here; only tables, finished files and messages that "
        "could not be handled go without being announced."
    )
    note = _("Scores, decisions and the journal stay; they hold no texts and no names of jurors.")
    body = "\n\n".join(part for part in (lead, said, "\n".join(lines), none) if part)
    return Outgoing(body, head=_("Personal data"), note=note, buttons=(*rows, _back(_)))


def one(outlook: Outlook, *, down: bool, up: bool, language: str, zone: ZoneInfo) -> Outgoing:
    """One kind, with its days to be turned."""
    _ = texts(language)
    at, limits = KINDS.index(outlook.kind), KEEPING[outlook.kind]
    there = _("There are {n}: {when}.", n=outlook.count, when=_when(_, outlook, zone))
    lines = [_(ABOUT[outlook.kind]), _kept_since(_, outlook), there if outlook.count else _("Nothing is there now.")]
    if outlook.erased_at is not None:
        lines.append(
            _("Last erased: {day}.", day=day_text(outlook.erased_at.astimezone(zone).date(), language=language))
        )
    turning = ((_("Days"), " −", 0, down), (_("Days"), " +", 1, up))
    row = tuple(menu_button(label + sign, TurnKeeping(at, way)) for label, sign, way, can in turning if can)
    note = _(
        "From {least} to {most} days; proposed: {days}.", least=limits.least, most=limits.most, days=limits.proposed
    )
    home_button = menu_button(_("Personal data"), KeepingHome(), style=ButtonStyle.QUIET)
    rows = (*((row,) if row else ()), (home_button, *_back(_)))
    return Outgoing("\n\n".join(lines), head=_(KEEPING_LABELS[outlook.kind]), note=note, buttons=rows)


def warning(some: Sequence[Outlook], *, edition: str, language: str, zone: ZoneInfo) -> Outgoing:
    """What is erased soon, while there is time to keep it longer."""
    _ = texts(language)
    lines = [f"• {_(KEEPING_LABELS[each.kind])}: {each.count}, {_when(_, each, zone)}" for each in some]
    said = _("Soon personal data of this edition is erased for good, as its rules say:")
    note = _("Whatever is still needed can be exported now, or kept longer here.")
    rows = ((menu_button(_("Personal data"), KeepingHome(), style=ButtonStyle.PRIMARY),),)
    body = "\n\n".join((said, "\n".join(lines)))
    return Outgoing(body, head=edition, note=note, buttons=(*rows, *home_rows(language)))


def ask_erase(person: Person, *, unfinished: int, language: str) -> Outgoing:
    """Whether somebody's data is really to be erased: what goes, what stays."""
    _ = texts(language)
    lines = [
        _("Erase the data of {name}? It cannot be undone.", name=person.name),
        _("Name, e-mail, phone, home, chats, messages, voice notes and notes go; invitations and devices end."),
    ]
    if person.role is Role.JUROR:
        lines.append(_("Reports stay as those of nobody; their photos and texts go by the rules of the edition."))
    if unfinished:
        lines.append(
            _.many(
                "{n} unfinished task goes to somebody else.", "{n} unfinished tasks go to somebody else.", unfinished
            )
        )
    rows = (
        (
            menu_button(_("Erase for good"), ErasePersonYes(person.id), style=ButtonStyle.DANGER),
            menu_button(_("No"), PersonCard(person.id), style=ButtonStyle.QUIET),
        ),
    )
    return Outgoing("\n\n".join(lines), head=person.name, buttons=rows)


def erased(name: str, *, language: str) -> Outgoing:
    """Somebody's data was erased."""
    _ = texts(language)
    said = _(
        "Done. In lists and files there is now “{name}”. What was erased stands in the journal, without content.",
        name=name,
    )
    return Outgoing(said, buttons=home_rows(language))


def erased_already(name: str, *, language: str) -> Outgoing:
    """There is nothing personal left of somebody."""
    _ = texts(language)
    return Outgoing(_("The data of this person was erased before: {name}.", name=name), buttons=home_rows(language))


def not_erased(*, is_oneself: bool, language: str) -> Outgoing:
    """Why not: nobody erases themselves here, nor the last organizer."""
    _ = texts(language)
    if is_oneself:
        said = _("Your own data can only be erased by another organizer.")
    else:
        said = _("This is the only organizer of the edition: first somebody else must become one.")
    return Outgoing(said, buttons=home_rows(language))


def _kept(_: Translator, days: int) -> str:
    return _.many("{n} day", "{n} days", days)


def _kept_since(_: Translator, outlook: Outlook) -> str:
    since = SINCE_END
    if outlook.kind in ROLLING:
        since = SINCE_DAY
    elif outlook.kind is Keeping.MEMOS:
        since = SINCE_DECISION
    return _("Erased {when}.", when=_(since, days=_kept(_, outlook.days)))


def _named(_: Translator, outlook: Outlook) -> str:
    """A kind, and how long it is kept."""
    return f"{_(KEEPING_LABELS[outlook.kind])} ({_kept(_, outlook.days)})"


def _when(_: Translator, outlook: Outlook, zone: ZoneInfo) -> str:
    if outlook.due_at is None:
        return "–"
    day = day_text(_local(outlook.due_at, zone).date(), language=_.language)
    said = _("erased from {day}", day=day)
    if not outlook.held:
        return said
    waiting = _.many(
        "{n} waits for an open query or difference", "{n} wait for open queries or differences", outlook.held
    )
    return f"{said}; {waiting}"


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone)


def _back(_: Translator) -> tuple[Button, ...]:
    return (menu_button(_("Edition"), EditionCard(), style=ButtonStyle.QUIET),)

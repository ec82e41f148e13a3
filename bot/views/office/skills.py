"""A juror's profile: what they can do, where and how much, certificates and conflicts; all by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.office_taps.directory import (
    LANGUAGES_SPOKEN,
    PERSON_FIELDS,
    UNLIMITED,
    AddConflict,
    Certificates,
    Conflicts,
    ConflictWith,
    Days,
    EditPersonField,
    PersonCard,
    Profile,
    Reach,
    RemoveConflict,
    SetCertified,
    SetDay,
    SetMode,
    SetRadius,
    SetSpoken,
    SetTotal,
    SetWeekly,
    SpokenLanguages,
)
from bot.tap_kinds import OfficeTap
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.directory import pairs
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from scenarios.model import Mode
from storage import profiles
from storage.people import Person

DAY_NAMES = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

SPOKEN_NAMES = {
    "pl": N_("Polish"),
    "en": N_("English"),
    "uk": N_("Ukrainian"),
    "ru": N_("Russian"),
    "de": N_("German"),
    "fr": N_("French"),
    "be": N_("Belarusian"),
    "pjm": N_("Polish Sign Language"),
}
"""By the code in ``LANGUAGES_SPOKEN``."""

CONFLICTS_ON_PAGE = 5

RADII = (10, 20, 40, 60, 100)
WEEKLY = (1, 2, 3, 5)
TOTAL = (5, 10, 20, 40)
"""Limits offered as buttons; imports may bring others."""


def words(profile: profiles.Profile | None, *, language: str) -> tuple[str, ...]:
    """A profile in a few lines; none where there is none."""
    if profile is None:
        return ()
    _ = texts(language)
    every = [mode_name(mode, language=language) for mode in Mode if mode in profile.modes]
    lines = [_("Can do: {modes}", modes=", ".join(every) or _("nothing"))]
    home = profile.postcode or _("unknown")
    lines.append(_("Home: {postcode}, travels {radius}", postcode=home, radius=_km(_, profile.radius_km)))
    days = [_(DAY_NAMES[day]) for day in profile.days]
    lines.append(_("Days: {days}", days=_("every day") if len(days) == len(DAY_NAMES) else ", ".join(days) or "–"))
    spoken = [_(SPOKEN_NAMES[code]) if code in SPOKEN_NAMES else code for code in profile.languages]
    lines.append(_("Languages: {languages}", languages=", ".join(spoken) or "–"))
    weekly, total = _limit(_, profile.weekly_limit), _limit(_, profile.total_limit)
    lines.append(_("A week: {weekly}, in all: {total}", weekly=weekly, total=total))
    if profile.certified:
        lines.append(_("Certified: {names}", names=", ".join(profile.certified)))
    return tuple(lines)


def card(person: Person, profile: profiles.Profile, conflicts: int, *, language: str, sees_conflicts: bool) -> Outgoing:
    """The whole profile, with a button for each part of it."""
    _ = texts(language)
    key = person.id
    modes = [
        menu_button(
            _marked(mode_name(mode, language=language), is_on=mode in profile.modes),
            SetMode(key, at, int(mode not in profile.modes)),
        )
        for at, mode in enumerate(Mode)
    ]
    seen: list[Button] = [menu_button(_("Declare a conflict"), AddConflict(key))]
    if sees_conflicts:
        seen.append(menu_button(_("Conflicts ({n})", n=conflicts), Conflicts(key, 0)))
    rows = (
        *pairs(modes),
        (
            menu_button(_("Days"), Days(key)),
            menu_button(_("Languages"), SpokenLanguages(key)),
        ),
        (
            menu_button(_("Radius and limits"), Reach(key)),
            menu_button(_("Postcode"), EditPersonField(key, PERSON_FIELDS.index("postcode"))),
        ),
        (menu_button(_("Certificates"), Certificates(key)),),
        tuple(seen),
    )
    return _screen(_, person, "\n".join(words(profile, language=language)), rows, PersonCard(key))


def days(person: Person, profile: profiles.Profile, *, language: str) -> Outgoing:
    """The days of the week as switches."""
    _ = texts(language)
    buttons = [
        menu_button(_marked(_(name), is_on=at in profile.days), SetDay(person.id, at, int(at not in profile.days)))
        for at, name in enumerate(DAY_NAMES)
    ]
    rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    return _screen(_, person, _("On which days?"), rows, Profile(person.id))


def languages(person: Person, profile: profiles.Profile, *, language: str) -> Outgoing:
    """The languages as switches."""
    _ = texts(language)
    buttons = [
        menu_button(
            _marked(_(SPOKEN_NAMES[code]), is_on=code in profile.languages),
            SetSpoken(person.id, at, int(code not in profile.languages)),
        )
        for at, code in enumerate(LANGUAGES_SPOKEN)
    ]
    return _screen(_, person, _("In which languages?"), pairs(buttons), Profile(person.id))


def reach(person: Person, profile: profiles.Profile, *, language: str) -> Outgoing:
    """Radius and limits as buttons."""
    _ = texts(language)
    key = person.id
    lines = [
        _("Travels {radius}", radius=_km(_, profile.radius_km)),
        _("A week: {n}", n=_limit(_, profile.weekly_limit)),
        _("In all: {n}", n=_limit(_, profile.total_limit)),
    ]
    radii = [*(menu_button(f"{km} km", SetRadius(key, km)) for km in RADII)]
    radii.append(menu_button(_("Any distance"), SetRadius(key, UNLIMITED)))
    weekly = [menu_button(_("{n} a week", n=n), SetWeekly(key, n)) for n in WEEKLY]
    total = [menu_button(_("{n} in all", n=n), SetTotal(key, n)) for n in TOTAL]
    rows = (
        *(tuple(radii[at : at + 3]) for at in range(0, len(radii), 3)),
        *pairs(weekly),
        *pairs(total),
        (
            menu_button(_("Any a week"), SetWeekly(key, UNLIMITED)),
            menu_button(_("Any in all"), SetTotal(key, UNLIMITED)),
        ),
    )
    return _screen(_, person, "\n".join(lines), rows, Profile(key))


def certificates(
    person: Person, profile: profiles.Profile, scenarios: Sequence[tuple[int, str, str]], *, language: str
) -> Outgoing:
    """The published scenarios (place, name, title) as switches."""
    _ = texts(language)
    buttons = [
        (
            menu_button(
                _marked(title, is_on=name in profile.certified),
                SetCertified(person.id, at, int(name not in profile.certified)),
            ),
        )
        for at, name, title in scenarios
    ]
    said = _("For which scenarios is this person certified? Where none is marked, certificates are not asked for.")
    return _screen(_, person, said, tuple(buttons), Profile(person.id))


def conflicts(
    person: Person,
    declared: Sequence[tuple[int, str, str, datetime]],
    number: int,
    *,
    language: str,
    zone: ZoneInfo,
) -> Outgoing:
    """A page of conflicts of interest (participant, its name, reason, when declared); organizers only."""
    _ = texts(language)
    entries = [
        f"• {name} – {moment_text(at, language=language, zone=zone)}" + (f"\n{reason}" if reason else "")
        for _key, name, reason, at in declared
    ]
    page = page_of(entries or [_("No conflict is known.")], number, most=CONFLICTS_ON_PAGE)
    shown = [declared[at] for at in dict.fromkeys(at for at, _text in page.entries) if declared]
    rows: list[tuple[Button, ...]] = [
        (menu_button(_("Remove: {name}", name=brief(name, limit=25)), RemoveConflict(person.id, key)),)
        for key, name, _reason, _at in shown
    ]
    turning = tuple(
        _quiet(label, Conflicts(person.id, at)) for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    if turning:
        rows.append(turning)
    rows.append((menu_button(_("Declare a conflict"), AddConflict(person.id)),))
    return _screen(_, person, "\n\n".join(text for _at, text in page.entries), rows, Profile(person.id))


def ask_conflict(person: Person, *, language: str) -> Outgoing:
    """The participant's name is awaited."""
    _ = texts(language)
    rows = ((_quiet(_("Leave it"), Profile(person.id)),),)
    return Outgoing(
        _("With which participant is there a conflict of interest? A piece of the name will do."),
        head=person.name,
        expects=InputHint.TEXT,
        buttons=rows,
    )


def which_conflict(person: Person, places: Sequence[tuple[int, str]], *, said: str, language: str) -> Outgoing:
    """Participants whose names are like the words."""
    _ = texts(language)
    rows = [
        *((menu_button(brief(name, limit=MAX_LABEL), ConflictWith(person.id, key)),) for key, name in places),
        (_quiet(_("Search again"), AddConflict(person.id)),),
    ]
    text = (
        _("Found for “{words}”:", words=brief(said)) if places else _("Nothing is like “{words}”.", words=brief(said))
    )
    return _screen(_, person, text, tuple(rows), Profile(person.id))


def _screen(_: Translator, person: Person, body: str, rows: Sequence[tuple[Button, ...]], back: OfficeTap) -> Outgoing:
    last = ((_quiet(_("Back"), back),), *home_rows(_.language))
    return Outgoing(body, head=person.name, buttons=(*rows, *last))


def _km(_: Translator, radius: int | None) -> str:
    return _("any distance") if radius is None else _("up to {n} km", n=radius)


def _limit(_: Translator, limit: int | None) -> str:
    return _("any number") if limit is None else str(limit)


def _marked(label: str, *, is_on: bool) -> str:
    return brief(f"✓ {label}" if is_on else label, limit=MAX_LABEL)


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)

"""A person's card: chat, work, and how the person is changed. Only those who look after somebody get to see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Translator, moment_text, texts
from bot.office_taps.directory import (
    NOBODY,
    PERSON_FIELDS,
    ROLES,
    AddPerson,
    ComeBack,
    EditPerson,
    EditPersonField,
    EndWork,
    EndWorkYes,
    People,
    PersonCard,
    PersonCoordinators,
    PersonTasks,
    Profile,
    SetPersonCoordinator,
    SetPersonLanguage,
)
from bot.office_taps.inviting import InviteeCard
from bot.office_taps.keeping import AskErasePerson
from bot.tap_kinds import OfficeTap, ReadContact
from bot.views.common import mode_name
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.directory import ROLE_NAMES, chat_text, pairs
from bot.views.office.places import STAGE_TEXTS, asked_again
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, menu_button
from storage.directory import Chat
from storage.overview import Figures, PlannedContact
from storage.people import Person, Role

TASKS_ON_PAGE = 6

FIELD_NAMES: Mapping[str, str] = {
    "name": N_("Name"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "postcode": N_("Postcode of the home"),
}
"""By the name in ``PERSON_FIELDS``."""

EXAMPLES: Mapping[str, str] = {
    "name": N_("Anna Kowalska"),
    "email": "anna@example.pl",
    "phone": "601 234 567",
    "postcode": "09-100",
}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything a person's card tells. ``profile`` in words, a line each; empty: no profile."""

    person: Person
    figures: Figures
    chat: Chat
    coordinator: str | None
    profile: tuple[str, ...] = ()
    conflicts: int = 0


def card(
    facts: PersonFacts,
    *,
    language: str,
    zone: ZoneInfo,
    changed: bool = False,
    note: str = "",
    may_erase: bool = False,
) -> Outgoing:
    """A person: role, chat, work, and what can be done. ``note``: what else there is to say."""
    _ = texts(language)
    person = facts.person
    blocks = [_("Saved.") if changed else "", note, "\n".join(_about(_, facts, zone))]
    rows: list[tuple[Button, ...]] = []
    if person.erased_at is not None:
        since = moment_text(person.erased_at, language=language, zone=zone)
        said = _("The data of this person was erased {time}. What was done for the contest stays.", time=since)
        rows.append((menu_button(_("Tasks"), PersonTasks(person.id, 0)),) if person.role is Role.JUROR else ())
        rows = [row for row in rows if row]
        return Outgoing(
            said, head=person.name, buttons=(*rows, (_quiet(_("All people"), People(0)),), *home_rows(language))
        )
    if person.role is Role.JUROR:
        blocks += [
            "\n".join(_work(_, facts)),
            "\n".join(facts.profile) or _("No profile yet: a plan asks nothing here."),
        ]
        rows += [
            (menu_button(_("Tasks"), PersonTasks(person.id, 0)), menu_button(_("Profile"), Profile(person.id))),
            (_quiet(_("Looked after by"), PersonCoordinators(person.id)), _quiet(_("Change"), EditPerson(person.id))),
        ]
    else:
        rows.append((menu_button(_("Change"), EditPerson(person.id)),))
    rows.append((menu_button(_("Invitation"), InviteeCard(person.id)), _ending(_, person)))
    erasing = (_quiet(_("Erase the data"), AskErasePerson(person.id)),) if may_erase else ()
    rows.append((_quiet(_("All people"), People(0)), *erasing))
    body = "\n\n".join(block for block in blocks if block)
    return Outgoing(body, head=person.name, buttons=(*rows, *home_rows(language)))


def tasks(person: Person, lines: Sequence[PlannedContact], number: int, *, language: str, zone: ZoneInfo) -> Outgoing:
    """A page of what a juror has to do and has done."""
    _ = texts(language)
    entries = [_task_entry(_, at, line, zone) for at, line in enumerate(lines, 1)]
    page = page_of(entries or [_("No task yet.")], number, most=TASKS_ON_PAGE)
    buttons = []
    for at in dict.fromkeys(at for at, _text in page.entries) if lines else ():
        line = lines[at]
        if line.contact_id is not None and line.submitted_at is not None:
            label = brief(f"{at + 1}. {line.participant}", limit=MAX_LABEL)
            buttons.append(menu_button(label, ReadContact(line.contact_id, 0)))
    turning = tuple(
        _quiet(label, PersonTasks(person.id, at)) for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows = [*pairs(buttons), *([turning] if turning else []), (_quiet(_("Back"), PersonCard(person.id)),)]
    head = f"{person.name} · " + _("Tasks") + f": {len(lines)}"
    return Outgoing("\n\n".join(text for _at, text in page.entries), head=head, buttons=(*rows, *home_rows(language)))


def edit(person: Person, *, language: str) -> Outgoing:
    """What may be changed, each with a button."""
    _ = texts(language)
    fields = [name for name in PERSON_FIELDS if name != "postcode" or person.role is Role.JUROR]
    buttons = [
        menu_button(_(FIELD_NAMES[name]), EditPersonField(person.id, PERSON_FIELDS.index(name))) for name in fields
    ]
    speaks = [
        menu_button(
            f"✓ {LANGUAGE_NAMES[code]}" if person.language == code else LANGUAGE_NAMES[code],
            SetPersonLanguage(person.id, at),
        )
        for at, code in enumerate(LANGUAGES)
    ]
    rows = (*pairs(buttons), *pairs(speaks), (_quiet(_("Back"), PersonCard(person.id)),))
    said = _("What should be changed? The language is that of the chat.")
    return Outgoing(said, head=person.name, buttons=(*rows, *home_rows(language)))


def ask_field(person: Person, name: str, now: str, *, language: str, wrong: str = "", suggestion: str = "") -> Outgoing:
    """The new value is awaited; ``wrong`` is what could not be understood."""
    _ = texts(language)
    blocks = [asked_again(wrong, suggestion, language=language)] if wrong else []
    blocks.append(_("{field}: what should it be?", field=_(FIELD_NAMES[name])))
    if now:
        blocks.append(_("Now: {value}", value=now))
    example = _(EXAMPLES[name])
    note = (
        _("For example: {example}.", example=example)
        if name == "name"
        else _("For example: {example}. “None” clears it.", example=example)
    )
    rows = ((_quiet(_("Leave it as it is"), PersonCard(person.id)),),)
    return Outgoing("\n\n".join(blocks), head=person.name, note=note, buttons=rows, expects=InputHint.TEXT)


def coordinators(person: Person, others: Sequence[tuple[int, str]], *, language: str) -> Outgoing:
    """Who might look after the juror."""
    _ = texts(language)
    buttons = [
        menu_button(_marked(name, is_on=key == person.coordinator_id), SetPersonCoordinator(person.id, key))
        for key, name in others
    ]
    nobody = _marked(_("All coordinators"), is_on=person.coordinator_id is None)
    buttons.append(menu_button(nobody, SetPersonCoordinator(person.id, NOBODY)))
    rows = (*pairs(buttons), (_quiet(_("Back"), PersonCard(person.id)),))
    return Outgoing(_("Who looks after this person?"), head=person.name, buttons=rows)


def handed_over(name: str, coordinator: str, *, language: str) -> Outgoing:
    """Somebody or something is looked after by another coordinator now, and out of sight for this one."""
    _ = texts(language)
    said = _("{name} is looked after by {coordinator} now.", name=name, coordinator=coordinator)
    return Outgoing(said, buttons=home_rows(language))


def end_work(person: Person, *, waiting: int, begun: int, language: str) -> Outgoing:
    """Whether the person really takes part no more: what happens to the tasks they have."""
    _ = texts(language)
    blocks = [_("Does {name} really take part no more? It can be undone.", name=person.name)]
    if waiting:
        blocks.append(
            _.many(
                "{n} task that was not begun goes to somebody else.",
                "{n} tasks that were not begun go to somebody else.",
                waiting,
            )
        )
    if begun:
        blocks.append(_.many("{n} task was begun and stays.", "{n} tasks were begun and stay.", begun))
    rows = (
        (
            menu_button(_("Yes, end"), EndWorkYes(person.id), style=ButtonStyle.DANGER),
            _quiet(_("No"), PersonCard(person.id)),
        ),
    )
    return Outgoing("\n\n".join(blocks), head=person.name, buttons=rows)


def ended(passed: int, *, language: str) -> str:
    """What became of the tasks of somebody who left."""
    _ = texts(language)
    if not passed:
        return ""
    return _.many("{n} task goes to somebody else.", "{n} tasks go to somebody else.", passed)


def released(count: int, *, language: str) -> str:
    """What became of the participants, jurors and tasks of a coordinator who left."""
    _ = texts(language)
    return _("What this person looked after belongs to all coordinators now.") if count else ""


def has_left(*, language: str) -> Outgoing:
    """Somebody of the office who takes part no more writes."""
    _ = texts(language)
    return Outgoing(_("Your work in this edition is over, so nothing can be done here. The organizer can change that."))


def not_oneself(*, language: str) -> str:
    """Nobody ends their own work."""
    _ = texts(language)
    return _("Your own work can only be ended by another organizer.")


def which_role(*, language: str) -> Outgoing:
    """What a new person will do."""
    _ = texts(language)
    buttons = [menu_button(_(ROLE_NAMES[Role(name)]), AddPerson(at)) for at, name in enumerate(ROLES) if at]
    return Outgoing(_("What will the new person do?"), buttons=(*pairs(buttons), (_quiet(_("Back"), People(0)),)))


def ask_new(step: str, role: Role, *, language: str, wrong: str = "", suggestion: str = "") -> Outgoing:
    """A new person's name or e-mail is awaited."""
    _ = texts(language)
    asked = {
        "name": _("What is the new person's name and surname?"),
        "email": _("What is the e-mail? “None” if it is not known."),
    }
    blocks = [asked_again(wrong, suggestion, language=language)] if wrong else []
    note = _("For example: {example}.", example=_(EXAMPLES[step]))
    rows = ((_quiet(_("Leave it"), People(0)),),)
    head = _("New: {role}", role=_(ROLE_NAMES[role]))
    return Outgoing("\n\n".join([*blocks, asked[step]]), head=head, note=note, buttons=rows, expects=InputHint.TEXT)


def _about(_: Translator, facts: PersonFacts, zone: ZoneInfo) -> list[str]:
    person = facts.person
    lines = [_(ROLE_NAMES[person.role]).capitalize()]
    if person.left_at is not None:
        since = moment_text(person.left_at, language=_.language, zone=zone)
        lines.append(_("Takes part no more since {time}.", time=since))
    lines.append(_("Chat: {state}", state=chat_text(facts.chat, language=_.language)))
    lines += [f"{_(FIELD_NAMES[name])}: {value}" for name in ("email", "phone") if (value := getattr(person, name))]
    if person.language:
        lines.append(_("Language of the chat: {name}", name=LANGUAGE_NAMES.get(person.language, person.language)))
    if person.role is Role.JUROR:
        lines.append(_("Looked after by: {name}", name=facts.coordinator or _("all coordinators")))
    return lines


def _work(_: Translator, facts: PersonFacts) -> list[str]:
    figures = facts.figures
    lines = [_("{done} of {total} tasks done", done=figures.done, total=figures.planned)]
    if figures.late:
        lines.append(_.many("{n} late", "{n} late", figures.late))
    if facts.conflicts:
        lines.append(_.many("{n} conflict of interest", "{n} conflicts of interest", facts.conflicts))
    return lines


def _task_entry(_: Translator, number: int, line: PlannedContact, zone: ZoneInfo) -> str:
    said = [_(STAGE_TEXTS[line.stage]), *([_("late")] if line.is_late else [])]
    when = moment_text(line.submitted_at or line.due_at, language=_.language, zone=zone)
    told = _("sent {time}", time=when) if line.submitted_at is not None else _("until {time}", time=when)
    what = f"{line.participant} – {mode_name(line.mode, language=_.language)}"
    return f"{number}. {what}\n{', '.join(said)}, {told}"


def _ending(_: Translator, person: Person) -> Button:
    if person.left_at is not None and person.erased_at is None:
        return menu_button(_("Takes part again"), ComeBack(person.id))
    return _quiet(_("Ends the work"), EndWork(person.id))


def _marked(label: str, *, is_on: bool) -> str:
    return brief(f"✓ {label}" if is_on else label, limit=MAX_LABEL)


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)

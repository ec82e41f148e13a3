"""The commands each kind of person finds in the messenger's menu, in their language."""

from __future__ import annotations

from bot.channels.base import Command
from bot.i18n import N_, known_language, texts
from storage.people import Role

_EVERYONE = (
    ("pomoc", "help", N_("Help")),
    ("jezyk", "language", N_("Language")),
    ("dane", "mydata", N_("My data")),
    ("urzadzenie", "device", N_("Other device")),
    ("schowaj", "hide", N_("Hide")),
)
_OF_OFFICE = (
    ("status", "status", N_("How it stands")),
    ("sprawdz", "review", N_("To review")),
    ("plan", "plan", N_("Plan")),
    ("rozsylki", "broadcasts", N_("Broadcasts")),
    ("podmioty", "participants", N_("Participants")),
    ("ludzie", "people", N_("People")),
    ("edycja", "edition", N_("Edition")),
    ("pytania", "questions", N_("What can be asked")),
    ("wyniki", "results", N_("Results")),
    ("licencje", "licences", N_("Licences")),
    ("sugestie", "suggestions", N_("Suggestions")),
    ("raporty", "reports", N_("Sent reports")),
)
_OF_ROLE = {
    Role.JUROR: (
        ("zadania", "tasks", N_("Tasks")),
        ("cofnij", "undo", N_("Undo: one question back")),
        ("zmien", "change", N_("Change an earlier answer")),
        ("pauza", "pause", N_("Take a break")),
        ("wyjscia", "exits", N_("Something went differently")),
    ),
    Role.COORDINATOR: _OF_OFFICE,
    Role.ORGANIZER: _OF_OFFICE,
}


def commands_of(role: Role, *, language: str) -> tuple[Command, ...]:
    """The commands of a role; their names are words of the language too."""
    _ = texts(language)
    polish = known_language(language) == "pl"
    return tuple(
        Command(name if polish else english, _(label)) for name, english, label in (*_OF_ROLE[role], *_EVERYONE)
    )

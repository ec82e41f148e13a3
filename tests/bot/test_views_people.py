"""A juror's screens outside of contacts: welcome, tasks, help, data, hiding, refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import MAX_BODY, Outgoing
from bot.refusals import TEXTS, Refusal, RefusalCode, refusal_text
from bot.tap_kinds import (
    DECLINE_REASONS,
    Accept,
    Begin,
    ConsentNo,
    ConsentYes,
    ContinueContact,
    Decline,
    DeclineBecause,
    OneTask,
    ProposeDate,
    Refresh,
    SpeakEnglish,
    SpeakPolish,
    Tap,
)
from bot.taps import decode
from bot.views import common, juror_tasks
from bot.views.facts import MyDataFact, TaskFact, TaskState
from bot.views.juror_tasks import DECLINE_TEXTS
from bot.views.scene import MAX_LABEL
from scenarios.model import Mode
from tests.bot.walking import ZONE, as_text, flat

NOW = datetime(2025, 10, 21, 8, 0, tzinfo=UTC)
TELLING = re.compile(r"juror|konkurs|tajemnicz|mystery|contest|\bocen[aęyi]\b", re.IGNORECASE)
TASK = TaskFact(
    assignment=5,
    place="Płońsk",
    name="Miasto Płońsk",
    mode=Mode.VISIT,
    state=TaskState.OFFERED,
    opens_at=NOW + timedelta(days=1),
    due_at=NOW + timedelta(days=7),
    address="ul. Płocka 39, 09-100 Płońsk",
    hours="pn. 8:00–17:00",
    contact=None,
)
DATA = MyDataFact("Anna", "pl", NOW, {"web": 2, "telegram": 1}, 3, 91, 7, 240)


def _taps(outgoing: Outgoing) -> list[Tap | None]:
    return [decode(button.tap) for button in flat(outgoing) if button.url is None]


def _tasks(*facts: TaskFact, language: str = "pl") -> Outgoing:
    return juror_tasks.tasks(facts, language=language, zone=ZONE, now=NOW)


def _card(fact: TaskFact, language: str = "pl") -> Outgoing:
    return juror_tasks.task_card(fact, language=language, zone=ZONE, now=NOW)


def _of_a_juror(language: str) -> list[Outgoing]:
    """Every screen of a juror outside of contacts."""
    states = [replace(TASK, state=state, contact=9) for state in TaskState]
    told = {"language": language}
    timed = {"language": language, "zone": ZONE, "now": NOW}
    return [
        *juror_tasks.welcome("Anna", **told),
        juror_tasks.consent_taken(**told),
        juror_tasks.consent_declined(**told),
        juror_tasks.tasks([], **timed),  # type: ignore[arg-type]
        juror_tasks.tasks(states, **timed),  # type: ignore[arg-type]
        *(juror_tasks.task_card(state, **timed) for state in states),  # type: ignore[arg-type]
        juror_tasks.offer(TASK, **timed),  # type: ignore[arg-type]
        juror_tasks.accepted(TASK, **timed),  # type: ignore[arg-type]
        juror_tasks.decline_reasons(TASK, **told),
        juror_tasks.decline_in_words(TASK, **told),
        juror_tasks.declined(TASK, **told),
        juror_tasks.help_text(**told),
        juror_tasks.my_data(DATA, language=language, zone=ZONE),
        common.stranger(language),
        common.apology(12, language=language),
        *(common.refused(Refusal(code), language=language) for code in RefusalCode),
        common.cannot_use(language),
        common.unknown_command(language),
        common.no_contact_for_file(language),
        common.file_too_large(language, 20 * 1024 * 1024),
        common.file_refused("corrupt", title="Płońsk", question="Zdjęcie tablicy", language=language),
        common.languages(language),
        common.language_chosen(language),
        common.hidden(language),
        common.unhidden(language),
        common.device_link("https://example.org/w/abc", minutes=15, language=language),
    ]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_no_screen_around_a_contact_tells_what_it_is_for(language: str) -> None:
    """Lists, cards, help, refusals: nothing names the contest, everything fits, every button leads somewhere."""
    for outgoing in _of_a_juror(language):
        assert not TELLING.search(as_text(outgoing)), as_text(outgoing)
        assert outgoing.body.strip()
        assert "{" not in as_text(outgoing)
        assert len(outgoing.head) + len(outgoing.body) + len(outgoing.note) <= MAX_BODY
        for button in flat(outgoing):
            assert 0 < len(button.label) <= MAX_LABEL
            assert button.url is not None or decode(button.tap) is not None


def test_the_welcome_is_three_short_messages() -> None:
    """What this is, what is kept, and the question; with consent and both languages under the last."""
    messages = juror_tasks.welcome("Anna", language="pl")
    assert len(messages) == 3
    assert all(len(message.body) < 400 for message in messages)
    assert _taps(messages[2]) == [ConsentYes(), ConsentNo(), SpeakPolish(), SpeakEnglish()]
    assert not messages[0].buttons
    assert not messages[1].buttons


def test_a_stranger_hears_one_neutral_sentence() -> None:
    """Someone without an invitation, or with a used one, learns nothing and is offered nothing."""
    said = common.stranger("pl")
    refused = common.refused(Refusal(RefusalCode.UNUSABLE_INVITATION), language="pl")
    assert said.body == refused.body == "To prywatny czat, otwiera się go z osobistego linku."
    assert said.buttons == refused.buttons == ()
    assert said.harmless


def test_tasks_are_grouped_by_what_they_need() -> None:
    """To decide on, under way, to do, sent: each with its date and a button; closed ones are gone."""
    outgoing = _tasks(
        replace(TASK, assignment=1, state=TaskState.SENT, contact=7),
        replace(TASK, assignment=2, place="Kętrzyn", mode=Mode.PHONE, state=TaskState.ACCEPTED),
        replace(TASK, assignment=3, place="Legnica", state=TaskState.WAITING, contact=8, mode=Mode.EMAIL),
        replace(TASK, assignment=4, place="Wieliszew", due_at=NOW - timedelta(days=1)),
        replace(TASK, assignment=5, place="Augustów", state=TaskState.CLOSED),
    )
    assert outgoing.body == (
        "Do decyzji\n• Wieliszew – wizyta, termin minął: 20 października (poniedziałek)\n\n"
        "W toku\n• Legnica – e-mail, czeka na odpowiedź, do 28 października (wtorek)\n\n"
        "Do zrobienia\n• Kętrzyn – telefon, do 28 października (wtorek)\n\n"
        "Wysłane\n• Płońsk – wizyta, można jeszcze poprawić"
    )
    assert _taps(outgoing)[:4] == [OneTask(4), OneTask(3), OneTask(2), OneTask(1)]


def test_many_tasks_are_counted() -> None:
    """Beyond twenty the rest is counted, never passed over in silence."""
    outgoing = _tasks(*(replace(TASK, assignment=number) for number in range(26)))
    assert outgoing.body.endswith("i jeszcze 6")
    assert sum(isinstance(tap, OneTask) for tap in _taps(outgoing)) == 20


def test_no_tasks_is_said_kindly() -> None:
    """An empty list says that a message will come."""
    assert _tasks().body == "Na razie nie ma zadań. Gdy jakieś się pojawi, przyjdzie wiadomość."


@pytest.mark.parametrize(
    ("fact", "taps"),
    [
        (TASK, [Accept(5), Decline(5), ProposeDate(5)]),
        (replace(TASK, state=TaskState.ACCEPTED), [Begin(5), ProposeDate(5), Decline(5)]),
        (replace(TASK, state=TaskState.IN_PROGRESS, contact=9), [ContinueContact(9)]),
        (replace(TASK, state=TaskState.SENT, contact=9), [ContinueContact(9)]),
        (replace(TASK, state=TaskState.IN_PROGRESS), []),
        (replace(TASK, state=TaskState.CLOSED), []),
    ],
)
def test_a_card_offers_what_can_be_done(fact: TaskFact, taps: list[Tap]) -> None:
    """Take or decline what is offered, begin what was taken, go on with what is under way."""
    assert _taps(_card(fact))[:-1] == taps


def test_a_card_says_where_and_when() -> None:
    """The full name, the address, the hours, from when and until when."""
    assert _card(TASK).body == (
        "Miasto Płońsk\n\nAdres: ul. Płocka 39, 09-100 Płońsk\nGodziny: pn. 8:00–17:00\n\n"
        "Od 22 października (środa). Do 28 października (wtorek)."
    )
    assert _card(replace(TASK, state=TaskState.CLOSED)).body.endswith("Zamknięte.")
    assert _card(replace(TASK, opens_at=None, due_at=None)).body.endswith("pn. 8:00–17:00")


def test_declining_needs_no_excuse() -> None:
    """Every reason is a button, another can be written, and one can go back."""
    outgoing = juror_tasks.decline_reasons(TASK, language="pl")
    reasons = [DECLINE_REASONS.index(code) for code in DECLINE_TEXTS]
    assert _taps(outgoing) == [*(DeclineBecause(5, index) for index in reasons), OneTask(5)]
    assert list(DECLINE_TEXTS)[-1] == "other"
    assert set(DECLINE_TEXTS) == set(DECLINE_REASONS)


def test_my_data_says_what_is_kept() -> None:
    """Name, language, consent and counts of everything kept."""
    body = juror_tasks.my_data(DATA, language="pl", zone=ZONE).body
    assert (
        "Imię i nazwisko: Anna\nJęzyk: Polski\nZgoda: 21 października 2025, 10:00\nCzaty: w przeglądarce ×2, Telegram"
        in body
    )
    assert "Odpowiedzi wraz ze zmianami: 91" in body
    no_consent = replace(DATA, consented_at=None)
    assert "jeszcze jej nie ma" in juror_tasks.my_data(no_consent, language="pl", zone=ZONE).body


def test_a_hidden_chat_shows_something_harmless() -> None:
    """A shopping list with one innocent button."""
    outgoing = common.hidden("pl")
    assert outgoing.harmless
    assert outgoing.body == "Lista zakupów\n• chleb\n• mleko\n• jabłka\n• pasta do zębów"
    assert _taps(outgoing) == [Refresh()]


def test_every_refusal_has_its_sentence() -> None:
    """Each coded "no" is told in words, in both languages."""
    assert set(TEXTS) == set(RefusalCode)
    for code in RefusalCode:
        polish, english = (refusal_text(Refusal(code), language=language) for language in ("pl", "en"))
        assert polish != english
        assert polish.endswith(".")


def test_a_file_that_was_not_kept_says_which_and_why() -> None:
    """The reason first, then the question it was meant for."""
    outgoing = common.file_refused("encrypted", title="Płońsk", question="Cennik", language="pl")
    assert outgoing.body == "Ten plik jest na hasło. Wyślij go bez hasła.\n\nDotyczyło pytania: Cennik"
    assert outgoing.head == "Płońsk"
    lost = common.file_refused("unavailable", title="Płońsk", question="", language="pl")
    assert lost.body.startswith("Tego pliku nie da się już pobrać.")

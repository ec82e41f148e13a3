"""Screens outside of contacts: welcome, tasks, help, data, hiding, refusals, and what coordinators read."""

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
    ReadContact,
    ReadEvidence,
    Refresh,
    SentList,
    SpeakEnglish,
    SpeakPolish,
    Tap,
)
from bot.taps import decode
from bot.views import common, coordinator, juror_tasks, organizer
from bot.views.coordinator import News
from bot.views.facts import EvidenceFact, MyDataFact, TaskFact, TaskState
from bot.views.juror_tasks import DECLINE_TEXTS
from bot.views.scene import MAX_LABEL
from scenarios.contact import Contact, Phase, Report
from scenarios.model import Mode
from storage.assignments import State
from storage.status import Counts, SubmittedContact
from tests.bot.walking import ZONE, as_text, flat, scenario, walk

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
        juror_tasks.due_soon(TASK, **timed),  # type: ignore[arg-type]
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
        (TASK, [Accept(5), Decline(5)]),
        (replace(TASK, state=TaskState.ACCEPTED), [Begin(5), Decline(5)]),
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
    assert _taps(outgoing) == [*(DeclineBecause(5, index) for index in range(len(DECLINE_REASONS))), OneTask(5)]
    assert set(DECLINE_TEXTS) == set(DECLINE_REASONS)


def test_my_data_says_what_is_kept() -> None:
    """Name, language, consent and counts of everything kept."""
    body = juror_tasks.my_data(DATA, language="pl", zone=ZONE).body
    assert "Imię: Anna\nJęzyk: Polski\nZgoda: 21 października 2025, 10:00\nCzaty: web ×2, telegram ×1" in body
    assert "Odpowiedzi wraz ze zmianami: 91" in body
    assert "jeszcze nie" in juror_tasks.my_data(replace(DATA, consented_at=None), language="pl", zone=ZONE).body


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
    assert outgoing.body == "Ten plik jest na hasło. Wyślij go bez hasła.\n\nMiało być do pytania: Cennik"
    assert outgoing.head == "Płońsk"
    assert common.unreachable_file(title="Płońsk", language="pl").body.startswith("Tego pliku nie da się już pobrać.")


# Coordinators and organizers


def _report() -> tuple[Report, Contact]:
    stop = next(stop for stop in walk(scenario("wizyta")) if isinstance(stop.turn.prompt, Report))
    assert isinstance(stop.turn.prompt, Report)
    return stop.turn.prompt, stop.turn.contact


def test_news_names_the_place_the_mode_and_the_person() -> None:
    """A note to the coordinator: what happened, to which task, why, and the way to read it."""
    declined = coordinator.news(
        News.DECLINED, place="Płońsk", mode=Mode.VISIT, person="Anna Nowak", language="pl", reason="too_far"
    )
    assert declined.head == "Płońsk · wizyta"
    assert declined.body == "Odmowa: Anna Nowak. Potrzebny ktoś inny.\nPowód: Za daleko"
    sent = coordinator.news(
        News.SUBMITTED,
        place="Płońsk",
        mode=Mode.VISIT,
        person="Anna Nowak",
        language="pl",
        contact_id=9,
        receipt="fbd9aad3d523" + "0" * 52,
    )
    assert sent.body == "Przyszedł raport.\nNumer potwierdzenia: FBD9 AAD3 D523"
    assert _taps(sent) == [ReadContact(9, 0)]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("what", list(News))
def test_every_kind_of_news_is_told(what: News, language: str) -> None:
    """No kind of news is without its sentence; a reason in one's own words is passed on."""
    said = coordinator.news(what, place="A", mode=Mode.EMAIL, person="Jan", language=language, reason="remont")
    assert "remont" in said.body
    assert "{" not in said.body


def test_a_report_is_read_in_pages_by_section() -> None:
    """Every answer once, under its section, critical ones marked; every page fits."""
    report, contact = _report()
    pages = []
    for number in range(20):
        outgoing = coordinator.contact_page(
            report,
            contact,
            scenario("wizyta"),
            number,
            place="Płońsk",
            mode=Mode.VISIT,
            language="pl",
            zone=ZONE,
            evidence=[EvidenceFact(report.lines[5].path, "image", NOW, verified=False)],
        )
        pages.append(outgoing)
        assert len(outgoing.head) + len(outgoing.body) <= MAX_BODY
        if not any(button.label == "Dalej" for button in flat(outgoing)):
            break
    whole = "\n\n".join(page.body for page in pages)
    assert whole.count("\n→ ") == len(report.lines)
    assert whole.startswith(f"Odpowiedzi: {len(report.lines)}\nKrytyczne: W23")
    assert "← krytyczne" in whole
    assert "1 plik nie jest jeszcze bezpieczny" in whole
    for section in scenario("wizyta").sections:
        if any(scenario("wizyta").sections_by_step[line.step.name] is section for line in report.lines):
            assert section.label.in_language("pl").upper() in whole
    assert any(tap == ReadEvidence(7, 0) for tap in _taps(pages[0]))


def test_evidence_is_shown_without_its_metadata() -> None:
    """The copies are attached; time and place are told apart; what is not kept or not there yet is said."""
    report, contact = _report()
    photo = next(line.path for line in report.lines if line.step.is_evidence)
    facts = [
        EvidenceFact(
            photo,
            "image",
            NOW,
            verified=True,
            copy_sha256="ab" * 32,
            media_type="image/jpeg",
            captured_at=NOW,
            latitude=52.6,
            longitude=20.4,
            note="przy drzwiach",
        ),
        EvidenceFact(None, "image", NOW, verified=False),
        EvidenceFact(photo, "image", NOW, verified=False, problem="corrupt?found=jpeg"),
        EvidenceFact(None, "note", NOW, verified=False, note="Kolejka do drzwi"),
    ]
    outgoing = coordinator.evidence_page(
        facts,
        contact,
        scenario("wizyta"),
        0,
        place="Płońsk",
        mode=Mode.VISIT,
        language="pl",
        zone=ZONE,
    )
    assert [attachment.sha256 for attachment in outgoing.attachments] == ["ab" * 32]
    first, second, third, fourth = outgoing.body.split("\n\n")
    assert first.startswith("1. 1 zdjęcie – Zdjęcie wejścia")
    assert "„przy drzwiach”\nZrobione: 21 października 2025, 10:00\nMiejsce: 52.60000, 20.40000" in first
    assert second == "2. 1 zdjęcie – odłożone, nie należy do żadnego pytania\njeszcze w drodze"
    assert "Tego pliku nie udało się otworzyć" in third
    assert fourth == "4. notatka – odłożone, nie należy do żadnego pytania\n„Kolejka do drzwi”"


def test_no_evidence_is_said() -> None:
    """A contact without files says so."""
    contact = _report()[1]
    outgoing = coordinator.evidence_page(
        [],
        contact,
        scenario("wizyta"),
        0,
        place="P",
        mode=Mode.VISIT,
        language="pl",
        zone=ZONE,  # type: ignore[arg-type]
    )
    assert outgoing.body == "Nie ma plików."
    assert outgoing.attachments == ()


def _sent(number: int, waiting: int = 0) -> SubmittedContact:
    return SubmittedContact(number, 1, f"Gmina {number}", Mode.EMAIL, Phase.SUBMITTED, NOW, None, waiting)


def test_sent_reports_are_listed_in_pages() -> None:
    """Newest first, a button each, pages turned by buttons."""
    first = coordinator.sent_list([_sent(n, n) for n in range(20)], 0, language="pl", zone=ZONE, now=NOW)
    assert first.body.splitlines()[2] == "• Gmina 2 – e-mail: 21 października, 10:00, 2 pliki w drodze"
    assert _taps(first)[:9] == [*(ReadContact(n, 0) for n in range(8)), SentList(1)]
    last = coordinator.sent_list([_sent(n) for n in range(20)], 9, language="pl", zone=ZONE, now=NOW)
    assert SentList(1) in _taps(last)
    none = coordinator.sent_list([], 0, language="pl", zone=ZONE, now=NOW)
    assert none.body == "Nie ma jeszcze wysłanych raportów."


def test_the_status_is_told_in_words() -> None:
    """The edition in a few sentences with the right plurals, and what needs somebody."""
    counts = Counts(
        assignments={
            (State.OFFERED, Mode.VISIT): 5,
            (State.ACCEPTED, Mode.PHONE): 2,
            (State.DONE, Mode.VISIT): 1,
            (State.RETURNED, Mode.EMAIL): 1,
        },
        contacts={Phase.OPEN: 2, Phase.SUBMITTED: 1, Phase.LOCKED: 4},
        evidence_waiting=3,
        late=1,
    )
    outgoing = organizer.status(counts, edition="II edycja", participants=7, language="pl", parked=1)
    assert outgoing.head == "II edycja"
    assert outgoing.body == (
        "7 instytucji, 9 zadań.\n• 5 czeka na decyzję\n• 2 przyjęte\n• 1 zrobione\n• 1 czeka na inną osobę\n\n"
        "2 kontakty są w toku.\nWysłano 5 raportów.\n\n"
        "Wizyta: zrobione 1 z 6\nTelefon: zrobione 0 z 2\nE-mail: zrobione 0 z 1\n\n"
        "1 zadanie jest po terminie.\n3 pliki są w drodze.\n1 wiadomości nie udało się przyjąć."
    )


def test_an_empty_edition_is_told_too() -> None:
    """Before anything happens the status still reads as a sentence."""
    outgoing = organizer.status(Counts({}, {}, 0, 0), edition="II edycja", participants=1, language="pl")
    assert outgoing.body == (
        "1 instytucja, 0 zadań.\n\nŻaden kontakt jeszcze się nie zaczął.\n\nNic nie wymaga teraz uwagi."
    )


def test_a_coordinator_is_shown_where_to_look() -> None:
    """Home: how it stands, and what was sent."""
    assert [button.label for button in flat(coordinator.home(language="pl"))] == ["Jak idzie", "Wysłane raporty"]

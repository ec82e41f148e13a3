"""What coordinators and organizers read: news, sent reports, a report with its evidence, how an edition stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.asking.forecast import forecast
from bot.channels.base import MAX_BODY, Outgoing
from bot.tap_kinds import (
    ReadContact,
    ReadEvidence,
    SentList,
    Tap,
)
from bot.taps import decode
from bot.views import coordinator, organizer
from bot.views.coordinator import News
from bot.views.facts import EvidenceFact
from bot.views.organizer import Standing
from scenarios.contact import Contact, Phase, Report
from scenarios.model import Mode
from storage.overview import Figures
from storage.planned import Stage
from storage.status import SubmittedContact
from tests.bot.walking import ZONE, flat, scenario, walk

NOW = datetime(2025, 10, 21, 8, 0, tzinfo=UTC)


def _taps(outgoing: Outgoing) -> list[Tap | None]:
    return [decode(button.tap) for button in flat(outgoing) if button.url is None]


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
    assert declined.body == "Odmowa: Anna Nowak. Potrzebna inna osoba.\nPowód: Za daleko"
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
    assert "1 plik jeszcze niezapisany" in whole
    for section in scenario("wizyta").sections:
        if any(scenario("wizyta").sections_by_step[line.step.name] is section for line in report.lines):
            assert section.label.in_language("pl").upper() in whole
    assert any(tap == ReadEvidence(7, 0) for tap in _taps(pages[0]))


def test_a_report_that_ended_otherwise_says_so_first() -> None:
    """When it was sent, that it may still be corrected, the way out taken, what is missing: on the first page."""
    report, contact = _report()
    photo = next(line.path for line in report.lines if line.step.is_evidence)
    sent = replace(contact, phase=Phase.SUBMITTED, submitted_at=NOW, exit="closed")
    outgoing = coordinator.contact_page(
        replace(report, not_checked=("w12",), without_evidence=(photo,), critical=()),
        sent,
        scenario("wizyta"),
        0,
        place="Płońsk",
        mode=Mode.VISIT,
        language="pl",
        zone=ZONE,
    )
    first = outgoing.body.split("\n\n")[0].splitlines()
    assert first == [
        "Wysłano: 21 października 2025, 10:00",
        "Można jeszcze wysłać poprawki.",
        "Zakończone inaczej: Zamknięte",
        f"Odpowiedzi: {len(report.lines)}",
        "Nie sprawdzono: W12",
        f"Bez zdjęć i plików: {photo}",
    ]


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
        zone=ZONE,
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


def test_the_status_is_told_in_three_lines() -> None:
    """How far it is, what needs somebody, the forecast; below it what went wrong on our side."""
    stages = {Stage.HOLE: 2, Stage.OFFERED: 5, Stage.BEGUN: 2, Stage.SENT: 1, Stage.RETURNED: 1, Stage.APPROVED: 4}
    reckoned = forecast(today=date(2025, 10, 21), ends_on=date(2025, 12, 5), sent=6, remaining=9)
    standing = Standing("II edycja", Figures(stages, 3), reckoned, files_waiting=3, parked=1)
    outgoing = organizer.status(standing, language="pl")
    assert outgoing.head == "II edycja"
    assert outgoing.body == (
        "Zaplanowane 15 · przyjęte 8 · wykonane 6 · zatwierdzone 4\n"
        "Braki 2 · po terminie 3 · do sprawdzenia 1 · odesłane 1\n"
        "W tym tempie gotowe: 12 listopada 2025, 23 dni przed końcem edycji."
    )
    assert outgoing.note == "3 pliki są w drodze.\n1 wiadomości nie udało się przyjąć."


@pytest.mark.parametrize(
    ("remaining", "days", "expected"),
    [(9, 1, "1 dzień po końcu"), (9, 2, "2 dni po końcu"), (9, -1, "1 dzień przed"), (9, 0, "w sam raz")],
)
def test_the_forecast_counts_days_as_polish_does(remaining: int, days: int, expected: str) -> None:
    """One day, two days, before and after the end."""
    today = date(2025, 10, 21)
    done_on = forecast(today=today, ends_on=today, sent=6, remaining=remaining).done_on
    assert done_on is not None
    reckoned = forecast(today=today, ends_on=done_on - timedelta(days=days), sent=6, remaining=remaining)
    assert expected in organizer.forecast_text(reckoned, language="pl")


def test_an_empty_edition_is_told_too() -> None:
    """Before anything happens the status still reads as sentences."""
    reckoned = forecast(today=date(2025, 10, 21), ends_on=date(2025, 12, 5), sent=0, remaining=0)
    outgoing = organizer.status(Standing("II edycja", Figures({}), reckoned), language="pl")
    assert outgoing.body == (
        "Zaplanowane 0 · przyjęte 0 · wykonane 0 · zatwierdzone 0\n"
        "Bez braków, nic po terminie, nic do sprawdzenia.\n"
        "Wszystko, co zaplanowane, jest wykonane. Koniec edycji: 5 grudnia 2025."
    )


def test_a_coordinator_is_shown_where_to_look() -> None:
    """Home: how it stands, what was sent, and everything else the office does."""
    labels = [button.label for button in flat(coordinator.home(language="pl"))]
    assert labels[0] == "Jak idzie"
    assert "Wysłane raporty" in labels

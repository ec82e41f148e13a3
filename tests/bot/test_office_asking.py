"""The organizer asks in chat: status, splits, questions, tables, reminders, digests; each within its scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.asking.digests import Choice, next_digest
from bot.asking.forecast import forecast
from bot.asking.question import Intent, Period, Question, question_to_numbers
from bot.office_taps.asking import DigestHour, Found, FoundTable, RemindThem, Split, SwitchDigest
from bot.refusals import RefusalCode
from bot.roles import notices
from bot.roles.office import answering
from bot.roles.office import asking as roles
from bot.tap_kinds import ReadContact, Status
from bot.taps import decode, encode
from bot.views.organizer import DIMENSIONS
from scenarios.contact import Closed
from scenarios.model import Mode
from storage import assignments, editions, people, slots
from storage.assignments import State
from storage.database import Unit
from storage.overview import Dimension
from storage.people import Role
from storage.rules import Rules
from storage.scope import Scope
from tests.acceptance.world import ZONE
from tests.bot.house import House, is_at, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def add_hole(house: House, mode: Mode = Mode.SOCIAL) -> Callable[[Unit], int]:
    """A planned contact without anybody."""
    return lambda unit: slots.add(
        unit,
        edition_id=house.world.edition,
        participant_id=house.world.participant,
        mode=mode,
        scenario="social",
        number=1,
        opens_at=house.clock(),
        due_at=house.clock() + timedelta(days=9),
        now=house.clock(),
    )


async def test_status_in_three_lines(house: House) -> None:
    """Planned, taken, done; then what needs somebody; then the forecast: as one message with its picture."""
    await house.run(add_hole(house))
    organizer = await house.guest("organizer")
    await organizer.says("/status")
    lines = organizer.text.splitlines()
    assert lines[0] == "Próbna"
    assert "4" in lines[1]
    assert "3" in lines[1]
    assert "1" in lines[2]
    assert organizer.last.outgoing is not None
    assert len(organizer.last.outgoing.attachments) == 1
    await organizer.taps_data(encode(Status()))
    assert organizer.text.splitlines()[1] == lines[1]


async def test_every_split_opens(house: House) -> None:
    """By wave, mode, voivodship, institution and juror, and each part opens its list."""
    coordinator = await house.guest("coordinator")
    for index, dimension in enumerate(DIMENSIONS):
        await coordinator.taps_data(encode(Split(index, 0)))
        assert ("1" if dimension is Dimension.MODE else "3") in coordinator.text, dimension
        for data in coordinator.last.data:
            tap = decode(data)
            if isinstance(tap, Found):
                await coordinator.taps_data(data)
                assert "Przykładowo" in coordinator.text
    await coordinator.taps_data(encode(Split(99, 0)))
    assert coordinator.text == refusal(RefusalCode.NOT_YOURS)


async def test_who_is_late(house: House) -> None:
    """Counted, listed with the juror, and after the report came no longer."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await juror.begins("telefon")
    await coordinator.says("kto się spóźnia?")
    assert "Jagoda" not in coordinator.text
    await house.run(
        lambda unit: assignments.adjust(unit, house.world.tasks["telefon"], due_at=house.clock() - timedelta(hours=1))
    )
    await coordinator.says("kto się spóźnia?")
    assert "Jagoda Test" in coordinator.text
    assert "Przykładowo" in coordinator.text
    await coordinator.says("spóźnione wizyty")
    assert "Jagoda" not in coordinator.text
    await juror.walk(contact, is_at(Closed))
    await coordinator.says("kto jest po terminie")
    assert "Jagoda" not in coordinator.text
    await coordinator.says("ile telefonów dzisiaj?")
    assert coordinator.text.splitlines()[-1].startswith("• Przykładowo")
    assert "Jagoda" not in coordinator.text


async def test_reminding_those_listed(house: House) -> None:
    """Asked first, then one message to the juror, not twice within hours, nothing when the world moved on."""
    await house.run(
        lambda unit: assignments.adjust(unit, house.world.tasks["telefon"], due_at=house.clock() - timedelta(hours=1))
    )
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    await coordinator.says("przypomnij spóźnionym")
    before = len(juror.heard)
    yes = next(data for data in coordinator.last.data if isinstance(decode(data), RemindThem))
    await coordinator.taps_data(yes)
    await house.passes(timedelta(days=4))
    assert "Przykładowo" in juror.text
    assert "Jagoda" not in juror.text
    asked = [line for line in juror.heard[before:] if "•" in line.text]
    assert len(asked) == 1
    assert "reminded" in await house.noted(f"person:{house.world.juror}")
    assert "asked.remind" in await house.noted(f"edition:{house.world.edition}")


async def test_questions_that_mean_nothing(house: House) -> None:
    """Nearest intents as buttons with an example; never a guess; a long text and a bad button do no harm."""
    coordinator = await house.guest("coordinator")
    await coordinator.says("kto nie oddał kurtki w tym tygodniu")
    assert any(isinstance(decode(data), Found) for data in coordinator.last.data)
    await coordinator.says("xyzzy " * 200)
    assert "„" in coordinator.text
    numbers = (99, *question_to_numbers(Question(Intent.LATE))[1:])
    await coordinator.taps_data(encode(Found(*numbers, 0)))
    assert coordinator.text == refusal(RefusalCode.NOT_YOURS)


async def test_a_place_by_its_name(house: House) -> None:
    """In any case; several of one name: a choice."""
    organizer = await house.guest("organizer")
    await organizer.says("co w Przykładowie?")
    assert "3" in organizer.text
    await house.run(
        lambda unit: editions.add_participant(
            unit, edition_id=house.world.edition, name="Miasto Przykładowo", short_name="Przykładowo", type="miasto"
        )
    )
    await organizer.says("pokaż Przykładowo")
    choices = [data for data in organizer.last.data if isinstance(decode(data), Found)]
    assert len(choices) == 2
    await organizer.says("pokaż miasto Przykładowo")
    assert not [line for line in organizer.text.splitlines() if line.startswith("•")]


async def test_tables_are_exactly_the_list(house: House) -> None:
    """As many rows as the answer counts; a file arrives."""
    organizer = await house.guest("organizer")
    await organizer.says("kto nie oddał od poniedziałku")
    await organizer.says("najbliższe terminy w tym roku")
    await organizer.taps_data(
        encode(FoundTable(*question_to_numbers(Question(Intent.JUROR, person_id=house.world.juror))))
    )
    assert organizer.last.outgoing is not None
    assert len(organizer.last.outgoing.attachments) == 1
    assert organizer.last.outgoing.may_be_saved


async def test_every_intent_is_answered(house: House) -> None:
    """Each as a button, for a coordinator and an organizer: something is said, and there is a way on."""
    await house.run(add_hole(house))
    for role in ("coordinator", "organizer"):
        guest = await house.guest(role)
        for intent in Intent:
            heard = await guest.taps_data(encode(Found(*question_to_numbers(Question(intent)), 0)))
            assert heard, intent
            assert guest.last.data, intent


async def test_a_coordinator_sees_their_own(house: House) -> None:
    """Nothing of another coordinator's participant, juror or task, by words or buttons; the organizer sees all."""

    def seed(unit: Unit) -> int:
        other = people.add_person(
            unit, edition_id=house.world.edition, name="Obcy Koordynator", role=Role.COORDINATOR, now=house.clock()
        )
        people.update_person(unit, house.world.juror, coordinator_id=other)
        editions.update_participant(unit, house.world.participant, coordinator_id=other)
        for task in house.world.tasks.values():
            assignments.adjust(unit, task, coordinator_id=other, due_at=house.clock() - timedelta(days=1))
        return other

    other = await house.run(seed)
    coordinator, organizer = await house.guest("coordinator"), await house.guest("organizer")
    for text in ("kto się spóźnia", "pokaż Przykładowo", "pokaż Jagodę Test", "obciążenie jurorów"):
        await coordinator.says(text)
        assert "Przykładowo" not in coordinator.text
        assert "Jagoda" not in coordinator.text
    for question in (
        Question(Intent.JUROR, person_id=house.world.juror),
        Question(Intent.PARTICIPANT, participant_id=house.world.participant),
    ):
        await coordinator.taps_data(encode(Found(*question_to_numbers(question), 0)))
        assert coordinator.text == refusal(RefusalCode.NOT_YOURS)
    await organizer.says("kto się spóźnia")
    assert "Jagoda Test" in organizer.text
    mine = await house.read(
        lambda unit: answering.listed(
            unit, Scope(house.world.edition, other), Question(Intent.LATE), now=house.clock(), zone=ZONE
        )
    )
    assert mine is not None
    assert len(mine.items) == 3


async def test_digests(house: House) -> None:
    """Daily on working days at the chosen hour, only where there is something; switched off, none comes."""
    await house.run(add_hole(house))
    coordinator = await house.guest("coordinator")
    before = len(coordinator.heard)
    await house.passes(timedelta(days=4))
    came = [line for line in coordinator.heard[before:] if line.outgoing is not None and line.outgoing.head == "Próbna"]
    assert came
    await coordinator.taps_data(encode(SwitchDigest(0, 0)))
    await coordinator.taps_data(encode(SwitchDigest(1, 0)))
    await coordinator.taps_data(encode(DigestHour(6)))
    assert "6:00" in coordinator.text
    before = len(coordinator.heard)
    await house.passes(timedelta(days=9))
    assert not [
        line for line in coordinator.heard[before:] if line.outgoing is not None and line.outgoing.head == "Próbna"
    ]
    assert "digest.changed" in await house.noted(f"person:{house.world.coordinator}")


@pytest.mark.parametrize(
    ("after", "weekly", "expected"),
    [
        (datetime(2026, 11, 6, 9, tzinfo=ZONE), False, datetime(2026, 11, 9, 8, tzinfo=ZONE)),  # Friday to Monday
        (datetime(2026, 11, 10, 8, tzinfo=ZONE), False, datetime(2026, 11, 12, 8, tzinfo=ZONE)),  # over 11 November
        (datetime(2026, 11, 9, 7, tzinfo=ZONE), True, datetime(2026, 11, 9, 8, tzinfo=ZONE)),
        (datetime(2026, 11, 9, 8, tzinfo=ZONE), True, datetime(2026, 11, 16, 8, tzinfo=ZONE)),
    ],
)
def test_when_the_next_digest_comes(database_url: str, after: datetime, *, weekly: bool, expected: datetime) -> None:
    """Never on a free day, always after the last."""
    assert database_url
    assert next_digest(Rules(), Choice(), after=after, zone=ZONE, weekly=weekly) == expected


def test_forecasts(database_url: str) -> None:
    """At the pace of two weeks by working days; nothing where too few were sent; done is done."""
    assert database_url
    today, ends = date(2026, 10, 21), date(2026, 12, 8)
    found = forecast(today=today, ends_on=ends, sent=20, remaining=68)
    assert found.done_on == date(2026, 12, 9)
    assert found.days_late == 1
    assert forecast(today=today, ends_on=ends, sent=4, remaining=68).done_on is None
    assert forecast(today=today, ends_on=ends, sent=0, remaining=0).done_on == today
    assert forecast(today=today, ends_on=ends, sent=5, remaining=10**6).done_on is None


async def test_numbers_are_those_of_the_raw_rows(house: House) -> None:
    """What the status says equals a recount of assignments, contacts and slots."""
    await house.run(add_hole(house))
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))

    def recount(unit: Unit) -> tuple[int, int, int]:
        tasks = assignments.of_edition(unit, house.world.edition)
        live = [task for task in tasks if task.state in {State.OFFERED, State.ACCEPTED, State.DONE}]
        planned = len(slots.of_edition(unit, house.world.edition)) + sum(task.slot_id is None for task in live)
        accepted = sum(task.state in {State.ACCEPTED, State.DONE} for task in live)
        return planned, accepted, sum(task.state is State.DONE for task in live)

    found = await house.read(
        lambda unit: roles.standing(unit, house.desk, Scope(house.world.edition), now=house.clock())
    )
    assert found is not None
    figures = found.figures
    assert (figures.planned, figures.accepted, figures.done) == await house.read(recount) == (4, 3, 1)


def test_any_question_fits_a_button(database_url: str) -> None:
    """Even with large ids and a long period."""
    assert database_url
    period = Period(date(2099, 1, 1), date(2099, 12, 31))
    many: dict[str, Any] = {"participant_id": 10**6, "person_id": 10**6, "wave_id": 10**4, "number": 50}
    question = Question(Intent.UNREACHABLE, mode=Mode.WEBSITE, voivodship="zachodniopomorskie", period=period, **many)
    tap = Found(*question_to_numbers(question), 999)
    assert len(encode(tap)) <= 64
    assert decode(encode(tap)) == tap
    assert Dimension.MODE in DIMENSIONS


async def test_what_cannot_wait_is_told_at_once(house: House) -> None:
    """A lost file: coordinator and organizer, with a way to it; a buried job: the organizer; at night silently."""
    juror, coordinator, organizer = (
        await house.guest(),
        await house.guest("coordinator"),
        await house.guest("organizer"),
    )
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    task = await house.task("telefon")
    night = datetime(2026, 11, 9, 23, tzinfo=ZONE)

    def alert(unit: Unit) -> None:
        notices.evidence_lost(unit, house.desk, task, contact, now=house.clock())
        notices.buried(unit, house.desk, 77, "solve", now=night)

    await house.run(alert)
    await house.settle()
    assert any(isinstance(decode(data), ReadContact) for data in coordinator.last.data)
    assert "Jagoda" not in coordinator.text
    assert "77" in organizer.text
    assert organizer.last.outgoing is not None
    assert organizer.last.outgoing.silent
    assert any(isinstance(decode(data), ReadContact) for data in organizer.heard[-2].data)
    assert "evidence.lost" in await house.noted(f"contact:{contact}")


async def test_a_recognised_juror_is_told_to_the_organizer_too(house: House) -> None:
    """And a planned contact that nobody can make."""
    organizer = await house.guest("organizer")
    task = await house.task("wizyta")

    def void(unit: Unit) -> None:
        assignments.change(unit, task.id, state=State.VOID, now=house.clock())
        now = assignments.assignment(unit, task.id)
        assert now is not None
        notices.passed_on(unit, house.desk, now, None, now=house.clock())

    await house.run(void)
    await house.settle()
    assert "Przykładowo" in organizer.text
    await organizer.says("kto rozpoznany")
    assert "Przykładowo" in organizer.text

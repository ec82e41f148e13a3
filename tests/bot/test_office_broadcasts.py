"""Broadcasts in chat: written, chosen, previewed, sent, watched, paused, stopped and tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.jobs import Feed
from bot.office_taps.broadcasting import (
    FILTERS,
    CancelRest,
    Flip,
    NotReached,
    OneBroadcast,
    PauseSending,
    Preview,
    RecipientsTable,
    Resend,
    ResumeSending,
    SendAt,
    SendNow,
)
from bot.refusals import RefusalCode
from bot.roles.office import broadcasting, feeding
from bot.tap_kinds import OfficeTap
from bot.taps import encode
from bot.views.office import broadcast_draft
from scenarios.model import Mode
from storage import assignments, broadcasts, editions, people, recipients, slots
from storage.assignments import State
from storage.broadcasts import Progress
from storage.database import Unit
from storage.people import Role
from storage.scope import Scope
from tests.bot.house import ROOM, Guest, House, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MANY = 60
"""People: more than the few seconds of a tap bring a message to, in these tests."""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue short enough that a crowd need not be large."""
    monkeypatch.setattr(feeding, "AHEAD", 5)


WORDS = "W piątek o 17:00 spotkanie.\nProszę o potwierdzenie."


def juror(unit: Unit, house: House, name: str, *, coordinator: int | None = None, has_chat: bool = True) -> int:
    """Another juror; their chat is called as they are."""
    now = house.clock()
    found = people.add_person(
        unit,
        edition_id=house.world.edition,
        name=name,
        role=Role.JUROR,
        language="pl",
        coordinator_id=coordinator,
        now=now,
    )
    people.set_consent(unit, found, now)
    if has_chat:
        people.invite(unit, found, token_hash=name, now=now, expires_at=now + timedelta(days=1))
        assert people.redeem(unit, name, channel=ROOM, chat=name, now=now) is not None
    return found


async def crowd(house: House, number: int) -> list[Guest]:
    """Many jurors, each with a chat."""
    names = [f"Juror {at:03}" for at in range(number)]
    await house.run(lambda unit: [juror(unit, house, name) for name in names])
    return [house.chat(name) for name in names]


async def written(office: Guest, text: str = WORDS) -> int:
    """A message for everybody, as a draft; its id."""
    await office.says("/rozsylki")
    await office.taps("Nowa wiadomość")
    await office.says(text)
    return await office.house.read(lambda unit: broadcasts.listed(unit, _all(office.house), limit=1)[0].id)


async def sent(office: Guest, text: str = WORDS) -> int:
    """A message to everybody, as far as two seconds bring it."""
    found = await written(office, text)
    await office.taps("Podgląd i wysyłka")
    await office.taps("Wyślij do")
    return found


async def counted(house: House, broadcast: int) -> Progress:
    """How far it is."""
    return await house.read(lambda unit: broadcasts.progress(unit, broadcast))


def _all(house: House) -> Scope:
    return Scope(house.world.edition)


def board(office: Guest) -> str:
    """The words of the newest board."""
    return next(line.text for line in reversed(office.heard) if line.outgoing is not None and line.outgoing.board)


def slot(unit: Unit, house: House, person: int | None, *, mode: Mode = Mode.VISIT, number: int = 1) -> int:
    """A planned contact at the world's institution."""
    return slots.add(
        unit,
        edition_id=house.world.edition,
        participant_id=house.world.participant,
        mode=mode,
        scenario="wizyta",
        number=number,
        opens_at=house.clock(),
        due_at=house.clock() + timedelta(days=20),
        person_id=person,
        now=house.clock(),
    )


# A message ----------------------------------------------------------------------------------------------------------


async def test_a_message_from_its_words_to_its_end(house: House) -> None:
    """Written, counted, shown as it will look, sent; the author sees it move in one message and hears of its end."""
    office, other = await house.guest("coordinator"), await house.guest()
    await house.run(lambda unit: juror(unit, house, "Bez Czatu", has_chat=False))
    broadcast = await written(office)
    assert "Teraz to 2 osoby." in office.text
    assert "1 osoba, bo nie ma czatu" in office.text
    preview, confirm = await office.taps("Podgląd i wysyłka")
    assert preview.outgoing is not None
    assert "Wyślij do 1 osoby" in confirm.buttons
    await office.taps("Wyślij do 1 osoby")
    assert other.last.outgoing is not None
    assert (other.last.outgoing.body, other.last.outgoing.buttons) == (WORDS, preview.outgoing.buttons)
    await house.passes(timedelta(seconds=20))
    assert "Wysłano: 1 z 2\nZobaczono: 0" in board(office)
    assert "Bez czatu: 1" in board(office)
    assert office.text.endswith("Gotowe. Wysłano: 1 z 2.\nNie dotarło do 1 osoby.")
    await other.taps("Zadania")
    await office.taps("Pokaż")
    assert "Zobaczono: 1" in office.text
    await office.taps("Nie dotarło")
    assert "Bez Czatu – bez czatu" in office.text
    assert await house.noted(f"broadcast:{broadcast}") == [
        "broadcast.drafted",
        "broadcast.started",
        "broadcast.finished",
    ]


async def test_the_progress_is_one_message(house: House) -> None:
    """However long it runs, the board is rewritten in its place, silently; only the end is a message of its own."""
    office = await house.guest("organizer")
    await crowd(house, MANY)
    broadcast = await sent(office)
    shown = len(office.heard)
    await house.passes(timedelta(seconds=30))
    assert len(office.heard) == shown + 1
    counts = await counted(house, broadcast)
    assert (counts.total, counts.sent) == (MANY + 1, MANY)
    boards = [line for line in office.heard if line.outgoing is not None and line.outgoing.board]
    assert boards[-1].edits >= 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 3001])
async def test_words_that_do_not_fit_are_asked_for_again(house: House, text: str) -> None:
    """None or too many: what is wrong is said, and the next words count."""
    office = await house.guest("coordinator")
    await office.says("/rozsylki")
    await office.taps("Nowa wiadomość")
    await office.says(text)
    assert ("nie może być pusta" in office.text) == (not text.strip())
    assert ("3001 znaków, mieści się 3000" in office.text) == bool(text.strip())
    await office.says(WORDS)
    assert "spotkanie" in office.text


async def test_words_are_changed(house: House) -> None:
    """The draft keeps everything else."""
    office = await house.guest("coordinator")
    await written(office)
    await office.taps("Zmień tekst")
    await office.says("Inaczej.")
    assert "„Inaczej.”" in office.text
    await office.taps("Wyrzuć")
    assert await house.read(lambda unit: broadcasts.count(unit, _all(house))) == 0


# Who it goes to -----------------------------------------------------------------------------------------------------


async def test_choosing_changes_the_count_in_place(house: House) -> None:
    """Each tap rewrites the same message: mode, late, somebody by name, and all again."""
    office = await house.guest("coordinator")
    one = await house.run(lambda unit: juror(unit, house, "Żaneta Kowalska"))
    await house.run(lambda unit: juror(unit, house, "Piotr Nowak"))
    await written(office)
    shown = len(office.heard)
    assert "Teraz to 3 osoby." in office.text
    await office.taps("Sposób")
    await office.taps("telefon")
    assert "✓ telefon" in office.last.buttons
    await office.taps("Gotowe")
    assert "Do kogo: telefon" in office.text
    assert "Teraz to 1 osoba." in office.text
    await office.taps("Po terminie")
    assert "Teraz to 0 osób." in office.text
    assert "Podgląd i wysyłka" not in office.last.buttons
    await office.taps("Wyczyść")
    assert "Teraz to 3 osoby." in office.text
    assert len(office.heard) == shown
    await office.taps("Po nazwisku")
    await office.taps("Szukaj")
    await office.says("KOWAL zan")
    await office.taps("Żaneta Kowalska")
    await office.taps("Gotowe")
    assert "Do kogo: Żaneta Kowalska" in office.text
    await office.taps("Podgląd")
    await office.taps("Wyślij do 1 osoby")
    assert await house.read(lambda unit: recipients.of_person(unit, 1, one)) is not None


async def test_a_name_nobody_has(house: House) -> None:
    """It is said so, and the next name can be typed at once."""
    office = await house.guest("coordinator")
    await written(office)
    await office.taps("Po nazwisku")
    await office.taps("Szukaj")
    await office.says("Brzęczyszczykiewicz")
    assert "Nie ma nikogo" in office.text
    await office.says("jagoda")
    assert "Jagoda Test" in office.last.buttons


async def test_the_world_moved_since_the_preview(house: House) -> None:
    """Another number of people than was told is asked about again, not sent."""
    office = await house.guest("coordinator")
    broadcast = await written(office)
    await office.taps("Podgląd")
    await house.run(lambda unit: juror(unit, house, "Nowa Osoba"))
    await office.taps("Wyślij do 1 osoby")
    assert "zmieniła się liczba osób" in office.text
    assert (await counted(house, broadcast)).total == 0
    await office.taps("Wyślij do 1 osoby")
    assert (await counted(house, broadcast)).total == 2


# When ---------------------------------------------------------------------------------------------------------------


async def test_sent_later(house: House) -> None:
    """Nothing before its time; until then it can be changed; typed moments are understood or explained."""
    office, other = await house.guest("coordinator"), await house.guest()
    broadcast = await written(office)
    await office.taps("Podgląd")
    await office.taps("Później")
    await office.says("wczoraj 10:00")
    assert "czas już minął" in office.text
    await office.says("kiedyś")
    assert "Kiedy?" in office.text
    await office.says("20.11.2027 10:01")
    assert "dalej niż za rok" in office.text
    await office.says("12:30")
    assert "Wyjdzie: 20 listopada, 12:30" in office.text
    await house.passes(timedelta(hours=2))
    assert WORDS not in other.text
    await office.taps("Zmień")
    await office.taps("Podgląd")
    await office.taps("Później")
    await office.taps("20 listopada, 17:00")
    await house.passes(timedelta(hours=3))
    assert WORDS not in other.text
    await house.passes(timedelta(hours=2))
    assert WORDS in other.text
    assert (await counted(house, broadcast)).sent == 1


async def test_in_quiet_hours_waiting_is_proposed(house: House) -> None:
    """The preview says until when it is quiet; sending at once stays possible."""
    office = await house.guest("coordinator")
    await house.passes(timedelta(hours=13))
    await written(office)
    await office.taps("Podgląd")
    assert "pora ciszy" in office.text
    assert any(label.startswith("Wyślij 23 listopada") for label in office.last.buttons)
    await office.taps("Wyślij do 1 osoby")
    assert "Trwa wysyłanie" in board(office) or "Wysłano" in board(office)


# On its way ---------------------------------------------------------------------------------------------------------


async def test_paused_and_resumed(house: House) -> None:
    """What is paused stays where it is; going on brings it to everybody, to nobody twice."""
    office = await house.guest("organizer")
    guests = await crowd(house, MANY)
    broadcast = await sent(office)
    await office.taps_data(encode(PauseSending(broadcast)))
    before = await counted(house, broadcast)
    assert 0 < before.sent < MANY
    await house.passes(timedelta(minutes=5))
    assert await counted(house, broadcast) == before
    assert "Wstrzymano" in board(office)
    await office.taps("Dalej")
    await house.passes(timedelta(minutes=1))
    assert (await counted(house, broadcast)).sent == MANY
    assert all([line.text for line in guest.heard] == [WORDS] for guest in guests)


async def test_the_queue_stays_short(house: House) -> None:
    """No more messages stand in it than a second or two take, so that whoever is typing now is answered."""
    office = await house.guest("organizer")
    await crowd(house, MANY)
    broadcast = await written(office)

    def step(unit: Unit) -> int:
        feeding.feed(unit, house.desk, Feed(broadcast), now=house.clock())
        return recipients.under_way(unit, broadcast, now=house.clock())

    def steps(unit: Unit) -> list[int]:
        found = broadcasts.broadcast(unit, broadcast)
        assert found is not None
        feeding.begin(unit, found, who=None, now=house.clock())
        return [step(unit), step(unit)]

    assert await house.run(steps) == [feeding.AHEAD, feeding.AHEAD]


async def test_stopped_for_good(house: House) -> None:
    """Asked first; then nobody gets it who has not got it, and those who have are counted."""
    office = await house.guest("organizer")
    await crowd(house, MANY)
    broadcast = await sent(office)
    await office.taps_data(encode(PauseSending(broadcast)))
    await office.taps("Przerwij na dobre")
    assert "Tego nie da się cofnąć" in office.text
    await office.taps("Przerwij na dobre")
    counts = await counted(house, broadcast)
    assert (counts.waiting, counts.queued) == (0, 0)
    assert counts.sent + counts.cancelled + counts.no_chat == counts.total
    assert counts.cancelled > 0
    await house.passes(timedelta(minutes=5))
    assert await counted(house, broadcast) == counts
    assert "Przerwano" in board(office)


async def test_failures_are_counted_told_and_tried_again(house: House) -> None:
    """Blocked, refused: why stands in the progress, nobody else is bothered, and only those get it again."""
    office = await house.guest("organizer")
    watching = await house.guest("coordinator")
    await crowd(house, 4)
    house.room.blocked.add("Juror 000")
    house.room.refused.add("Juror 001")
    house.trouble = 1
    broadcast = await sent(office)
    await house.passes(timedelta(minutes=1))
    counts = await counted(house, broadcast)
    assert (counts.sent, counts.blocked, counts.failed) == (2, 1, 1)
    assert "komunikator tego nie przyjmuje (not such a message)" in board(office)
    assert "Czat zablokowany albo zamknięty: 1" in board(office)
    assert not any("Juror" in line.text for line in watching.heard)
    house.room.refused.clear()
    await office.taps("Ponów do 1 osoby")
    await house.passes(timedelta(minutes=1))
    assert (await counted(house, broadcast)).sent == 3
    assert [len(house.chat(f"Juror 00{at}").heard) for at in range(4)] == [0, 1, 1, 1]


async def test_hidden_chats_hold_up_nobody(house: House) -> None:
    """More of them than fit the queue: everybody else gets it, they when they show their chat again."""
    office = await house.guest("organizer")
    guests = await crowd(house, MANY)
    hidden = guests[: feeding.AHEAD + 20]

    def hide(unit: Unit) -> None:
        for guest in hidden:
            found = people.find(unit, ROOM, guest.chat, lock=False)
            assert found is not None
            people.set_hidden(unit, found[0].id, house.clock())

    await house.run(hide)
    broadcast = await sent(office)
    await house.passes(timedelta(minutes=1))
    counts = await counted(house, broadcast)
    assert (counts.sent, counts.held) == (MANY - len(hidden), len(hidden))
    assert f"Czeka, bo czat jest schowany: {len(hidden)}" in board(office)
    assert f"Gotowe. Wysłano: {MANY - len(hidden)} z {MANY + 1}." in office.text
    await hidden[0].says("/pokaz")
    assert WORDS in [line.text for line in hidden[0].heard]
    assert (await counted(house, broadcast)).sent == MANY - len(hidden) + 1


# Assignments --------------------------------------------------------------------------------------------------------


async def test_tasks_are_offered_in_one_message(house: House) -> None:
    """Planned contacts become offers with their broadcast; who takes and who declines shows in the progress."""
    office, other = await house.guest("coordinator"), await house.guest()

    def plan(unit: Unit) -> list[int]:
        silent = juror(unit, house, "Bez Czatu", has_chat=False)
        mine = [slot(unit, house, house.world.juror, mode=mode) for mode in (Mode.VISIT, Mode.PHONE)]
        return [*mine, slot(unit, house, silent, number=2), slot(unit, house, None, number=3)]

    planned = await house.run(plan)
    await office.says("/rozsylki")
    await office.taps("Wyślij zadania")
    assert "Teraz to 2 osoby." in office.text
    assert "Do zaproponowania: 3 zadania." in office.text
    preview, _confirm = await office.taps("Podgląd")
    assert "2 nowe zadania:" in preview.text
    await office.taps("Wyślij do 1 osoby")
    assert "2 nowe zadania:" in other.text
    assert other.text == preview.text
    assert "Przyjmij wszystkie (2)" in other.last.buttons
    await house.passes(timedelta(seconds=20))
    broadcast = await house.read(lambda unit: broadcasts.listed(unit, _all(house), limit=1)[0].id)
    offered = await house.read(lambda unit: assignments.of_broadcast(unit, broadcast))
    assert [(task.slot_id, task.state) for task in offered] == [(one, State.OFFERED) for one in planned[:2]]
    assert "Zaproponowane zadania: 2\nPrzyjęte: 0\nOdmowy: 0" in board(office)
    await other.taps("Przyjmij wszystkie")
    await office.taps("Pokaż")
    assert "Przyjęte: 2" in office.text
    await office.says("/rozsylki")
    await office.taps("Wyślij zadania")
    assert "Teraz to 1 osoba." in office.text


async def test_nothing_to_offer(house: House) -> None:
    """It is said where contacts come from."""
    office = await house.guest("coordinator")
    await office.says("/rozsylki")
    await office.taps("Wyślij zadania")
    assert "Powstają z planu" in office.text


async def test_a_failed_offer_is_told_again_not_made_again(house: House) -> None:
    """The second try lists the tasks that were offered, and offers none twice."""
    office = await house.guest("coordinator")
    one = await house.run(lambda unit: juror(unit, house, "Ela"))
    await house.run(lambda unit: slot(unit, house, one))
    house.room.refused.add("Ela")
    house.trouble = 1
    await office.says("/rozsylki")
    await office.taps("Wyślij zadania")
    await office.taps("Podgląd")
    await office.taps("Wyślij do 1 osoby")
    await house.passes(timedelta(seconds=20))
    house.room.refused.clear()
    await office.taps("Pokaż")
    await office.taps("Ponów do 1 osoby")
    await house.passes(timedelta(seconds=20))
    assert "Nowe zadanie" in house.chat("Ela").text
    assert len(await house.read(lambda unit: assignments.of_person(unit, one))) == 1


# Who may do what ----------------------------------------------------------------------------------------------------


async def test_other_peoples_broadcasts(house: House) -> None:
    """A coordinator cannot open, read or move what an organizer or another coordinator sends; a juror nothing."""
    office, mine, other = await house.guest("organizer"), await house.guest("coordinator"), await house.guest()
    await crowd(house, 2)
    broadcast = await sent(office, "Tylko dla organizatora")
    taps: tuple[OfficeTap, ...] = (
        OneBroadcast(broadcast),
        Preview(broadcast),
        SendNow(broadcast, 3),
        SendAt(broadcast, 30_000_000),
        Flip(broadcast, 0, 0, 0),
        PauseSending(broadcast),
        ResumeSending(broadcast),
        CancelRest(broadcast, 1),
        Resend(broadcast),
        NotReached(broadcast, 0),
        RecipientsTable(broadcast),
    )
    before = await counted(house, broadcast)
    for tap in taps:
        await mine.taps_data(encode(tap))
        assert mine.text == refusal(RefusalCode.NOT_YOURS), tap
        await other.taps_data(encode(tap))
        assert "organizatora" not in other.text or other.text == "Tylko dla organizatora"
    assert (await counted(house, broadcast)).cancelled == before.cancelled
    await mine.says("/rozsylki")
    assert "Tylko dla" not in str(mine.last.buttons)
    await office.taps_data(encode(OneBroadcast(9999)))
    assert office.text == refusal(RefusalCode.NOT_YOURS)


async def test_an_organizer_looks_at_a_coordinators_draft(house: House) -> None:
    """It goes to whom its author may write to, whoever sends it."""
    mine, office = await house.guest("coordinator"), await house.guest("organizer")
    other = await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Ewa", role=Role.COORDINATOR, now=house.clock()
        )
    )
    await house.run(lambda unit: juror(unit, house, "Cudzy", coordinator=other))
    broadcast = await written(mine)
    await office.taps_data(encode(OneBroadcast(broadcast)))
    assert "Teraz to 1 osoba." in office.text


async def test_the_table_has_everybody(house: House) -> None:
    """Name, role, state, when, seen; nobody else's broadcast."""
    office = await house.guest("organizer")
    await crowd(house, 2)
    broadcast = await sent(office)
    await house.passes(timedelta(seconds=20))

    def make(unit: Unit) -> tuple[list[tuple[object, ...]], object]:
        organizer, mine = (people.person(unit, each) for each in (house.world.organizer, house.world.coordinator))
        assert organizer is not None
        assert mine is not None
        about = {"broadcast": broadcast}
        recipe = broadcasting.all_recipients(unit, house.desk, organizer, about, house.clock())
        assert recipe is not None
        assert recipe.message.may_be_saved
        (book,) = recipe.files
        rows = [row[:3] for row in book.sheets[0].rows]  # type: ignore[union-attr]
        return rows, broadcasting.all_recipients(unit, house.desk, mine, about, house.clock())

    rows, denied = await house.read(make)
    assert rows == [
        ("Jagoda Test", "juror", "bez czatu"),
        ("Juror 000", "juror", "dotarła"),
        ("Juror 001", "juror", "dotarła"),
    ]
    assert denied is None


async def test_the_filters_fit_the_buttons(house: House) -> None:
    """Every filter has a label, and every one that is chosen from a list a question."""
    assert house.world.edition
    assert set(broadcast_draft.LABELS) == set(FILTERS)
    assert set(broadcast_draft.QUESTIONS) == set(FILTERS) - {"late", "unanswered"}


async def test_waves_and_voivodships_are_offered(house: House) -> None:
    """As they are in the edition; where there are none, that is said."""
    office = await house.guest("coordinator")
    await written(office)
    await office.taps("Fala")
    assert "Nie ma jeszcze z czego wybierać" in office.text
    await office.taps("Gotowe")

    def add(unit: Unit) -> None:
        day = house.clock().date()
        editions.add_wave(unit, edition_id=house.world.edition, name="Jesień", starts_on=day, ends_on=day)
        editions.update_participant(unit, house.world.participant, voivodship="mazowieckie")

    await house.run(add)
    await office.taps("Fala")
    await office.taps("Jesień")
    await office.taps("Gotowe")
    assert "Do kogo: Jesień" in office.text
    await office.taps("Wyczyść")
    await office.taps("Województwo")
    await office.taps("mazowieckie")
    await office.taps("Gotowe")
    assert "Do kogo: mazowieckie" in office.text
    assert "Teraz to 1 osoba." in office.text

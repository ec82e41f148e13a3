"""The review of reports: the queue, doubts, what goes back to the juror, decisions and their undoing, who sees what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.office_taps.reviewing import ReviewApprove, ReviewCard, ReviewSendBack, ReviewStep, ReviewWho
from bot.refusals import RefusalCode
from bot.roles import returning
from bot.roles.everyone import token_hash
from bot.tap_kinds import ContinueContact
from bot.taps import encode
from scenarios.contact import Closed, Phase, Report, Submit
from scenarios.model import Mode
from storage import assignments, doubts, editions, people, reviews, schema, slots
from storage.assignments import State
from storage.database import Unit
from storage.doubts import Doubt
from storage.people import Role
from storage.reviews import ReviewState
from storage.scope import Scope
from tests.acceptance.world import ZONE
from tests.bot.house import Guest, House, asks, is_at, refusal

DOUBT = Doubt("too_fast", "t08", {"answers": 6, "seconds": 2})

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def sent(house: House, scenario: str = "telefon") -> tuple[Guest, int]:
    """The juror, and a contact of theirs that was sent."""
    juror = await house.guest()
    contact = await juror.begins(scenario)
    await juror.walk(contact, is_at(Closed))
    return juror, contact


async def review(house: House, contact: int) -> reviews.Review:
    """How the review stands."""
    found = await house.read(lambda unit: reviews.review(unit, contact))
    assert found is not None
    return found


async def sends_back(house: House, guest: Guest, contact: int, *, label: str, hours: str = "24 godziny") -> None:
    """Choose just the question whose button says so, ask for it with a ready comment, send it."""
    await house.run(lambda unit: doubts.replace_all(unit, contact, [], now=house.clock()))
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Odeślij")
    while not any(label in shown for shown in guest.last.buttons):
        await guest.taps("Dalej")
    await guest.taps(next(shown for shown in guest.last.buttons if label in shown))
    await guest.taps("Napisz prośbę (1)")
    await guest.taps("Czy tak było?")
    await guest.taps(hours)


async def test_a_sent_report_joins_the_queue_and_is_approved(house: House) -> None:
    """Its doubts come first, the juror is a letter; approved, the juror is thanked, and it can be undone."""
    juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.says("/sprawdz")
    assert "1 raport" in guest.text
    assert "Przykładowo" in guest.text
    await guest.taps("1. Przykładowo")
    assert "Juror A" in guest.text
    assert "Jagoda" not in guest.text
    assert "Warto spojrzeć jeszcze raz" in guest.text
    await guest.taps("✓ Zatwierdź")
    assert (await review(house, contact)).state is ReviewState.APPROVED
    assert "Raport jest przeczytany" in juror.text
    await guest.taps("Cofnij tę decyzję")
    assert (await review(house, contact)).state is ReviewState.WAITING
    noted = await house.noted(f"contact:{contact}")
    assert {"review.read", "review.approved", "review.undone"} <= set(noted)


async def test_a_question_goes_back_and_comes_again(house: House) -> None:
    """The juror is asked just that one, with the reason; sent again, the report is back in the queue."""
    juror, contact = await sent(house)
    await house.passes(timedelta(hours=30))
    assert (await house.contact(contact)).phase is Phase.LOCKED
    guest = await house.guest("coordinator")
    await sends_back(house, guest, contact, label="T08")
    assert "Odesłano 1 pytanie" in guest.text
    assert (await review(house, contact)).state is ReviewState.RETURNED
    assert "Wraca 1 pytanie." in juror.text
    await juror.says("/zadania")
    await juror.taps_data(encode(ContinueContact(contact)))
    assert "Od koordynatora: „Prosimy spojrzeć na to jeszcze raz" in juror.text
    assert "1/1 · jeszcze raz" in juror.text
    await juror.taps("2")
    turn = await juror.walk(contact, is_at(Report))
    assert "To wszystko, o co była prośba" in juror.text
    assert "Zmień odpowiedź" not in juror.last.buttons
    await juror.replies(contact, Submit())
    assert turn.contact.answers["t08"].value == 2
    found = await review(house, contact)
    assert (found.state, found.paths, found.is_unanswered) == (ReviewState.WAITING, ("t08",), False)
    assert (await house.contact(contact)).phase is Phase.LOCKED
    await guest.taps_data(encode(ReviewCard(contact)))
    assert "Wcześniej odesłano 1 pytanie." in guest.text


async def test_a_return_without_an_answer_comes_back_by_itself(house: House) -> None:
    """At the end of its time the report is closed, the queue says so, and the coordinator is told."""
    _juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await sends_back(house, guest, contact, label="T08")
    await house.passes(timedelta(days=6))
    found = await review(house, contact)
    assert found.is_unanswered
    assert (await house.contact(contact)).phase is Phase.LOCKED
    assert any("nie było odpowiedzi w terminie" in line.text for line in guest.heard)
    await guest.says("/sprawdz")
    assert "bez odpowiedzi" in guest.text


async def test_half_an_answer_is_kept(house: House) -> None:
    """What was answered anew and not sent is sent when the time is over."""
    juror, contact = await sent(house)
    paths = ("t08", "t13")
    later = house.clock() + timedelta(hours=48)
    await house.run(
        lambda unit: returning.send_back(
            unit, house.desk, contact, paths, comment="Proszę", answer_by=later, now=house.clock(), by=None
        )
    )
    await house.settle()
    await juror.taps("Odpowiedz teraz")
    await juror.taps("2")
    await juror.walk(contact, asks("t13"))
    await house.passes(timedelta(days=5))
    row = await house.contact(contact)
    assert row.phase is Phase.LOCKED
    assert row.contact.answers["t08"].value == 2
    assert row.contact.submitted_revision == row.contact.revision
    assert (await review(house, contact)).is_unanswered


async def test_a_return_can_be_taken_back(house: House) -> None:
    """The juror hears that nothing is needed any more; the report is closed as it was."""
    juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await sends_back(house, guest, contact, label="T08")
    await guest.taps("Cofnij tę decyzję")
    assert "nie trzeba już odpowiadać" in juror.text
    row = await house.contact(contact)
    assert (row.contact.returned, row.phase) == ((), Phase.SUBMITTED)
    assert (await review(house, contact)).state is ReviewState.WAITING
    await juror.taps_data(encode(ContinueContact(contact)))
    assert "Wszystko wysłane" in juror.text


async def test_more_is_sent_back_while_some_is_asked(house: House) -> None:
    """Both comments and the later date hold; what was never answered goes nowhere."""
    _juror, contact = await sent(house)
    now = house.clock()

    def back(unit: Unit, path: str, hours: int) -> tuple[str, ...]:
        by = now + timedelta(hours=hours)
        return returning.send_back(unit, house.desk, contact, (path,), comment=path, answer_by=by, now=now, by=None)

    assert await house.run(lambda unit: back(unit, "t08", 48)) == ("t08",)
    assert await house.run(lambda unit: back(unit, "t13", 24)) == ("t08", "t13")
    assert await house.run(lambda unit: back(unit, "nowhere", 24)) == ()
    found = await review(house, contact)
    assert (found.comment, found.paths) == ("t08\nt13", ("t08", "t13"))
    assert found.answer_by == now + timedelta(hours=48)


async def test_own_words_to_the_juror(house: House) -> None:
    """Too long a comment is turned away and asked again; the rest of the choice stays."""
    juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await house.run(lambda unit: doubts.replace_all(unit, contact, [DOUBT], now=house.clock()))
    await guest.taps("Odeślij")
    assert any(label.startswith("☑ 1. T08") for label in guest.last.buttons)
    await guest.taps("Napisz prośbę (1)")
    await guest.says("x" * 600)
    assert "500" in guest.text
    await guest.says("Prosimy sprawdzić ton.")
    assert "„Prosimy sprawdzić ton.”" in guest.text
    await guest.taps("72 godziny")
    assert "Prosimy sprawdzić ton." in juror.text
    await guest.taps_data(encode(ReviewSendBack(contact, 24)))
    assert "już rozstrzygnięte" in guest.text


async def test_a_contact_that_does_not_count(house: House) -> None:
    """The juror hears it kindly and without the reason; nothing can be changed in it, until it counts again."""
    juror, contact = await sent(house)
    guest = await house.guest("organizer")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Nie liczy się")
    await guest.taps("Inny powód")
    await guest.says("Zły urząd")
    assert "niczyja wina" in juror.text
    assert "urząd" not in juror.text
    assert (await house.task("telefon")).state is State.VOID
    assert (await house.contact(contact)).phase is Phase.LOCKED
    await guest.taps("Cofnij tę decyzję")
    assert (await house.task("telefon")).state is State.DONE
    assert (await review(house, contact)).state is ReviewState.WAITING
    assert "jednak się liczy" in juror.text


async def test_who_the_juror_is_is_looked_up_on_purpose(house: House) -> None:
    """By the juror's own coordinator or an organizer, and written down; another coordinator only sees a letter."""
    _juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Kto jest jurorem?")
    assert "Jagoda Test" in guest.text
    assert "review.identity" in await house.noted(f"contact:{contact}")
    other = await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Inny", role=Role.COORDINATOR, now=house.clock()
        )
    )
    juror = schema.people.c.id == house.world.juror
    await house.run(lambda unit: unit.execute(update(schema.people).where(juror).values(coordinator_id=other)).close())
    await guest.taps_data(encode(ReviewCard(contact)))
    assert "Kto jest jurorem?" not in guest.last.buttons
    await guest.taps_data(encode(ReviewWho(contact)))
    assert "Jagoda" not in guest.text
    assert "To widzi tylko" in guest.text


async def test_another_coordinators_report_is_out_of_sight(house: House) -> None:
    """Neither in the queue nor by a button; the organizer sees it."""
    _juror, contact = await sent(house)
    other = await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Inny", role=Role.COORDINATOR, now=house.clock()
        )
    )
    task = house.world.tasks["telefon"]
    await house.run(lambda unit: assignments.adjust(unit, task, coordinator_id=other))
    guest = await house.guest("coordinator")
    await guest.says("/review")
    assert "Teraz nic tu nie ma." in guest.text
    for tap in (ReviewCard(contact), ReviewApprove(contact), ReviewWho(contact), ReviewStep(contact, 1, 0, 0)):
        await guest.taps_data(encode(tap))
        assert refusal(RefusalCode.NOT_YOURS) in guest.text
    organizer = await house.guest("organizer")
    await organizer.says("/review")
    assert "1 raport" in organizer.text


async def test_taking_a_review_on(house: House) -> None:
    """It then stands under "Moje", and its card says who has it."""
    _juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Biorę to")
    assert "Sprawdza: Konrad Test" in guest.text
    await guest.says("/sprawdz")
    await guest.taps("Moje (1)")
    assert "1 raport" in guest.text
    await guest.taps("1. Przykładowo")
    await guest.taps("Oddaję")
    assert (await review(house, contact)).reviewer_id is None


async def test_next_and_previous(house: House) -> None:
    """From one that waits to the next, and kindly at the end."""
    juror, first = await sent(house)
    second = await juror.begins("email")
    house.clock.at += timedelta(minutes=1)
    await juror.walk(second, is_at(Closed))
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(first)))
    await guest.taps("Następny ›")
    assert f"Raport nr {second}" in guest.text
    await guest.taps("Następny ›")
    assert "To był ostatni czekający raport." in guest.text
    await guest.taps("‹ Poprzedni")
    assert f"Raport nr {first}" in guest.text
    await guest.taps("‹ Poprzedni")
    assert "Wcześniejszego raportu już nie ma." in guest.text


async def test_answers_and_evidence_lead_back(house: House) -> None:
    """Reading goes by the screens that are there, each with a way back to the review."""
    _juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Odpowiedzi")
    await guest.taps("Sprawdź")
    assert f"Raport nr {contact}" in guest.text
    await guest.taps("Zdjęcia i pliki")
    await guest.taps("Sprawdź")
    assert f"Raport nr {contact}" in guest.text


async def test_a_correction_after_approval_is_looked_at_again(house: House) -> None:
    """Whatever changed was not approved."""
    juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("✓ Zatwierdź")
    await juror.taps_data(encode(ContinueContact(contact)))
    await juror.taps("Zmień odpowiedź")
    await juror.taps("1")
    await juror.taps("Nie")
    await juror.walk(contact, is_at(Closed))
    assert "review.corrected" in await house.noted(f"contact:{contact}")


async def test_a_stale_tick_changes_nothing(house: House) -> None:
    """A button of a report that has changed since says so."""
    _juror, contact = await sent(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewStep(contact, 1, 0, 0)))
    assert "w międzyczasie się zmienił" in guest.text


async def test_the_queue_is_had_as_a_table(house: House) -> None:
    """A row for each report, without a juror's name."""
    _juror, contact = await sent(house)
    organizer = house.world.organizer

    def make(unit: Unit) -> object:
        from bot.roles.office.reviewing import SUBJECT, TABLE

        person = people.person(unit, organizer)
        assert person is not None
        return SUBJECT.recipes[TABLE](unit, house.desk, person, {"part": "waiting"}, house.clock())

    recipe = await house.read(make)
    assert str(contact) in repr(recipe)
    assert "Przykładowo" in repr(recipe)
    assert "Jagoda" not in repr(recipe)


async def test_the_same_photo_in_two_contacts_is_marked(house: House) -> None:
    """Once its bytes are here, in whichever came later."""
    juror, first = await sent(house, "wizyta")
    found = await house.read(lambda unit: doubts.of_contact(unit, first))
    assert not [one for one in found if one.kind in {"same_photo", "similar_photo"}]
    again = await house.run(
        lambda unit: assignments.assign(
            unit,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            person_id=house.world.juror,
            coordinator_id=house.world.coordinator,
            mode=Mode.VISIT,
            scenario="wizyta",
            opens_at=house.clock() - timedelta(days=1),
            due_at=house.clock() + timedelta(days=9),
            now=house.clock(),
            state=State.ACCEPTED,
        )
    )
    house.world.tasks["wizyta"] = again
    second = await juror.begins("wizyta")
    await juror.walk(second, is_at(Closed))
    found = await house.read(lambda unit: doubts.of_contact(unit, second))
    assert {one.kind for one in found} & {"same_photo", "similar_photo"}
    scope = Scope(house.world.edition)
    counts = await house.read(lambda unit: reviews.counts(unit, scope, person_id=0))
    assert counts[reviews.Which.WAITING] == 2
    assert await house.read(lambda unit: editions.participants(unit, house.world.edition))


async def second_juror(house: House) -> tuple[Guest, int]:
    """Another juror of the edition, with a chat."""
    now = house.clock()

    def add(unit: Unit) -> int:
        person = people.add_person(
            unit, edition_id=house.world.edition, name="Druga Osoba", role=Role.JUROR, language="pl", now=now
        )
        people.invite(unit, person, token_hash=token_hash("second"), now=now, expires_at=now + timedelta(days=7))
        return person

    person = await house.run(add)
    house.world.tokens["second"] = "second"
    return await house.guest("second"), person


async def test_a_planned_contact_that_does_not_count_goes_to_somebody_else(house: House) -> None:
    """The reserve is asked; as long as they only have the offer it can be undone, and the offer is taken back."""
    _juror, contact = await sent(house)
    second, person = await second_juror(house)
    task, now = await house.task("telefon"), house.clock()

    def plan(unit: Unit) -> int:
        slot = slots.add(
            unit,
            edition_id=task.edition_id,
            participant_id=task.participant_id,
            mode=Mode.PHONE,
            scenario="telefon",
            number=1,
            opens_at=task.opens_at,
            due_at=task.due_at,
            now=now,
            person_id=task.person_id,
            reserve_id=person,
        )
        unit.execute(update(schema.assignments).where(schema.assignments.c.id == task.id).values(slot_id=slot)).close()
        return slot

    slot = await house.run(plan)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Nie liczy się")
    await guest.taps("Wykonany dwa razy")
    chain = await house.read(lambda unit: assignments.of_slot(unit, slot))
    assert [(one.state, one.person_id) for one in chain] == [
        (State.VOID, task.person_id),
        (State.OFFERED, person),
    ]
    assert any("Przykładowo" in line.text for line in second.heard)
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Cofnij tę decyzję")
    chain = await house.read(lambda unit: assignments.of_slot(unit, slot))
    assert [one.state for one in chain] == [State.DONE, State.RETURNED]


async def test_what_somebody_else_took_over_stays_with_them(house: House) -> None:
    """Then the decision stands."""
    _juror, contact = await sent(house)
    _second, person = await second_juror(house)
    task, now = await house.task("telefon"), house.clock()
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(ReviewCard(contact)))
    await guest.taps("Nie liczy się")
    await guest.taps("Rozpoznano jurora")

    def take(unit: Unit) -> None:
        slot = slots.add(
            unit,
            edition_id=task.edition_id,
            participant_id=task.participant_id,
            mode=Mode.PHONE,
            scenario="telefon",
            number=1,
            opens_at=task.opens_at,
            due_at=task.due_at,
            now=now,
        )
        unit.execute(update(schema.assignments).where(schema.assignments.c.id == task.id).values(slot_id=slot)).close()
        assignments.assign(
            unit,
            edition_id=task.edition_id,
            participant_id=task.participant_id,
            person_id=person,
            mode=Mode.PHONE,
            scenario="telefon",
            opens_at=task.opens_at,
            due_at=task.due_at,
            now=now,
            state=State.ACCEPTED,
            slot_id=slot,
        )

    await house.run(take)
    await guest.taps("Cofnij tę decyzję")
    assert "przejął już ktoś inny" in guest.text
    assert (await review(house, contact)).state is ReviewState.VOID


async def test_a_return_is_shown_among_the_tasks(house: House) -> None:
    """As something to go on with, until it is sent again."""
    juror, contact = await sent(house)
    later = house.clock() + timedelta(hours=48)
    await house.run(
        lambda unit: returning.send_back(
            unit, house.desk, contact, ("t08",), comment="", answer_by=later, now=house.clock(), by=None
        )
    )
    await house.settle()
    await juror.says("/zadania")
    assert encode(ContinueContact(contact)) in juror.last.data or f"task:{contact}" in str(juror.last.data)
    await juror.taps_data(encode(ContinueContact(contact)))
    assert "Od koordynatora" not in juror.text
    await juror.taps("Zostaw")
    await juror.replies(contact, Submit())
    assert "Przyjęte" in juror.text or "Poprawki" in juror.text


async def test_a_moment_that_comes_back_can_be_typed(house: House) -> None:
    """Nobody is on the spot any more: words are the answer, and the button says what it would mean."""
    juror, contact = await sent(house, "wizyta")
    later = house.clock() + timedelta(hours=48)
    await house.run(
        lambda unit: returning.send_back(
            unit, house.desk, contact, ("w01",), comment="", answer_by=later, now=house.clock(), by=None
        )
    )
    await house.settle()
    await juror.taps("Odpowiedz teraz")
    assert "Przycisk oznacza teraz." in juror.text
    await juror.says("dziś 9:15")
    row = await house.contact(contact)
    entered = row.contact.answers["w01"].value
    assert isinstance(entered, datetime)
    assert f"{entered.astimezone(ZONE):%H:%M}" == "09:15"

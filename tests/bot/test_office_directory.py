"""The directory in the chat: lists, searches, cards, changes, tables; and who may lay hands on what."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bot.office_taps import directory as taps
from bot.refusals import RefusalCode
from bot.tap_kinds import Tap
from bot.taps import encode
from scenarios.model import Mode
from storage import assignments, editions, people, profiles
from storage.assignments import State
from storage.database import Unit
from storage.editions import Participant
from storage.people import Person, Role
from storage.profiles import Profile
from tests.bot.house import Guest, House, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

JUROR = "Jagoda Test"


async def place_of(house: House, key: int | None = None) -> Participant:
    """A participant as it is kept, the world's unless told otherwise."""
    found = await house.read(lambda unit: editions.participant(unit, key or house.world.participant))
    assert found is not None
    return found


async def person_of(house: House, key: int | None = None) -> Person:
    """A person as they are kept, the world's juror unless told otherwise."""
    found = await house.read(lambda unit: people.person(unit, key or house.world.juror))
    assert found is not None
    return found


async def profile_of(house: House) -> Profile:
    """The juror's profile."""
    found = await house.read(lambda unit: profiles.profile(unit, house.world.juror))
    assert found is not None
    return found


async def many_places(house: House, count: int, **known: str) -> list[int]:
    """More participants."""

    def add(unit: Unit) -> list[int]:
        return [
            editions.add_participant(
                unit,
                edition_id=house.world.edition,
                name=f"Urząd nr {n}",
                short_name=f"Urząd {n:02}",
                type="powiat",
                city="Łódź",
                voivodship="łódzkie",
                **known,
            )
            for n in range(count)
        ]

    return await house.run(add)


async def other_coordinator(house: House) -> int:
    """A second coordinator of the edition, without a chat."""
    return await house.run(
        lambda unit: people.add_person(
            unit, edition_id=house.world.edition, name="Kora Druga", role=Role.COORDINATOR, now=house.clock()
        )
    )


async def tap(guest: Guest, what: Tap) -> str:
    """Tap a button; what is said then."""
    await guest.taps_data(encode(what))
    return guest.text


async def test_list_of_participants(house: House) -> None:
    """A page at a time, narrowed by buttons; a name leads to the card."""
    await many_places(house, 8)
    guest = await house.guest("organizer")
    await guest.says("/podmioty")
    assert "Podmioty: 9" in guest.text
    assert "1/2" in guest.text
    await guest.taps("Dalej")
    assert "2/2" in guest.text
    await guest.taps("Zawęź")
    await guest.taps("Województwo")
    await guest.taps("łódzkie")
    assert ": 8 · łódzkie" in guest.text
    await guest.taps("Zawęź")
    await guest.taps("Typ")
    await guest.taps("gmina")
    assert "Nic nie pasuje" in guest.text
    await guest.taps("Zawęź")
    await guest.taps("Pokaż wszystko")
    await guest.taps("Przykładowo")
    assert "ul. Lipowa 1" in guest.text


async def test_search_forgives(house: House) -> None:
    """A piece of the name, with typos and without Polish letters; one hit is shown at once, none says so."""
    guest = await house.guest("coordinator")
    await guest.says("/podmioty przykladwo")
    assert guest.text.startswith("Przykładowo")
    await many_places(house, 3)
    await tap(guest, taps.SearchPlaces())
    await guest.says("urzad")
    assert [label for label in guest.last.buttons if label.startswith("Urząd 0")]
    await guest.taps("Szukaj")
    await guest.says("Xylofon")
    assert "Nie ma nic podobnego" in guest.text


async def test_card_of_participant_names_no_juror(house: House) -> None:
    """The card tells coverage and contacts; the juror's name is nowhere."""
    guest = await house.guest("coordinator")
    card = await tap(guest, taps.PlaceCard(house.world.participant))
    assert "Wizyta: wykonane 0 z 1" in card
    assert "09-100" in card
    listed = await tap(guest, taps.PlaceContacts(house.world.participant, 0))
    assert "przyjęte" in listed
    assert JUROR not in card + listed


async def test_change_of_a_field(house: House) -> None:
    """A wrong value is answered with what is wrong and asked again; a right one is kept and in the journal."""
    guest = await house.guest("coordinator")
    await tap(guest, taps.PlaceCard(house.world.participant))
    await guest.taps("Zmień")
    await guest.taps("Kod pocztowy")
    await guest.says("kod 90-0012")
    assert "tu nie pasuje" in guest.text
    await guest.says("90001")
    assert "Zapisano" in guest.text
    kept = await place_of(house)
    assert (kept.postcode, kept.voivodship) == ("90-001", "łódzkie")
    assert kept.latitude is not None
    await tap(guest, taps.EditPlaceField(house.world.participant, taps.PLACE_FIELDS.index("keys_from")))
    await guest.says("1 października 2026")
    assert (await place_of(house)).keys_from is not None
    await tap(guest, taps.EditPlaceField(house.world.participant, taps.PLACE_FIELDS.index("keys_from")))
    await guest.says("brak")
    assert (await place_of(house)).keys_from is None
    assert "participant.changed" in await house.noted(f"participant:{house.world.participant}")


async def test_every_field_takes_its_example(house: House) -> None:
    """What the bot offers as an example is taken by that field."""
    guest = await house.guest("coordinator")
    for index in range(len(taps.PLACE_FIELDS)):
        shown = await tap(guest, taps.EditPlaceField(house.world.participant, index))
        example = shown.partition("Na przykład: ")[2].partition(". „Brak”")[0].split(",")[0]
        await guest.says(example)
        assert "Zapisano" in guest.text, shown


async def test_number_is_one_participants(house: House) -> None:
    """A number that another participant has is refused, with a way to that one."""
    await many_places(house, 1, number="17")
    guest = await house.guest("coordinator")
    await tap(guest, taps.EditPlaceField(house.world.participant, taps.PLACE_FIELDS.index("number")))
    await guest.says("17")
    assert "jest już przy innym wpisie" in guest.text
    assert (await place_of(house)).number == ""
    await guest.taps("Pokaż ten wpis")
    assert "Urząd nr 0" in guest.text


async def test_withdraw_and_restore(house: House) -> None:
    """A participant withdraws only after a second tap, and can be brought back."""
    guest = await house.guest("coordinator")
    await tap(guest, taps.PlaceCard(house.world.participant))
    await guest.taps("Wycofaj")
    assert "są już u kogoś" in guest.text
    assert (await place_of(house)).withdrawn_at is None
    await guest.taps("Tak, wycofaj")
    assert (await place_of(house)).withdrawn_at is not None
    await guest.taps("Przywróć")
    assert (await place_of(house)).withdrawn_at is None
    noted = await house.noted(f"participant:{house.world.participant}")
    assert noted == ["participant.withdrawn", "participant.restored"]


async def test_new_participant(house: House) -> None:
    """Added by hand in three answers; a coordinator's is their own, and it lies where its postcode says."""
    guest = await house.guest("coordinator")
    await guest.says("/podmioty")
    await guest.taps("Dodaj")
    await guest.says("Miejska Biblioteka Publiczna w Płońsku")
    await guest.says("bibliotekka")
    assert "biblioteka" in guest.text
    await guest.says("biblioteka")
    await guest.says("09-100")
    assert "Zapisano" in guest.text
    added = (await house.read(lambda unit: editions.participants(unit, house.world.edition)))[-1]
    assert (added.type, added.voivodship) == ("biblioteka", "mazowieckie")
    assert added.coordinator_id == house.world.coordinator


async def test_table_of_participants(house: House) -> None:
    """The chosen ones come as a table that holds no juror."""
    await many_places(house, 3)
    guest = await house.guest("coordinator")
    await guest.says("/podmioty")
    await guest.taps("Jako tabela")
    (attachment,) = guest.last.outgoing.attachments  # type: ignore[union-attr]
    rows = CalamineWorkbook.from_filelike(BytesIO(await house.blobs.get(attachment.sha256))).get_sheet_by_index(0)
    found = rows.to_python()
    assert len(found) == 5
    assert JUROR not in str(found)
    assert guest.last.outgoing is not None
    assert guest.last.outgoing.may_be_saved


async def test_list_of_people(house: House) -> None:
    """An organizer sees everybody and may choose by role; a coordinator sees jurors only."""
    organizer = await house.guest("organizer")
    await organizer.says("/ludzie")
    assert {JUROR, "Konrad Test", "Olga Test"} <= set(organizer.last.buttons)
    await organizer.taps("Zawęź")
    await organizer.taps("Koordynatorzy")
    assert "Konrad Test" in organizer.last.buttons
    assert JUROR not in organizer.last.buttons
    coordinator = await house.guest("coordinator")
    await coordinator.says("/people")
    assert JUROR in coordinator.last.buttons
    assert "Olga Test" not in coordinator.last.buttons
    await coordinator.says("/ludzie jagda")
    assert coordinator.text.startswith(JUROR)


async def test_table_of_people(house: House) -> None:
    """The people come as a table, with what the profile says."""
    await house.run(lambda unit: profiles.save(unit, Profile(house.world.juror, postcode="09-100", radius_km=30)))
    guest = await house.guest("organizer")
    await guest.says("/ludzie")
    await guest.taps("Jako tabela")
    (attachment,) = guest.last.outgoing.attachments  # type: ignore[union-attr]
    rows = CalamineWorkbook.from_filelike(BytesIO(await house.blobs.get(attachment.sha256))).get_sheet_by_index(0)
    found = rows.to_python()
    assert len(found) == 4
    assert "09-100" in found[1]


async def test_profile_by_buttons(house: House) -> None:
    """Modes, days, languages, radius, limits and certificates are switched by buttons, and each change is noted."""
    guest = await house.guest("coordinator")
    await tap(guest, taps.PersonCard(house.world.juror))
    assert "Nie ma jeszcze profilu" in guest.text
    await guest.taps("Profil")
    await guest.taps("✓ wizyta")
    assert "wizyta" in guest.last.buttons
    assert Mode.VISIT not in (await profile_of(house)).modes
    await guest.taps("Dni")
    await guest.taps("✓ so")
    assert (await profile_of(house)).days == (0, 1, 2, 3, 4, 6)
    await guest.taps("Wróć")
    await guest.taps("Języki")
    await guest.taps("ukraiński")
    assert (await profile_of(house)).languages == ("pl", "uk")
    await tap(guest, taps.Reach(house.world.juror))
    await guest.taps("40 km")
    await guest.taps("2 na tydzień")
    await guest.taps("20 łącznie")
    kept = await profile_of(house)
    assert (kept.radius_km, kept.weekly_limit, kept.total_limit) == (40, 2, 20)
    await guest.taps("Łącznie bez limitu")
    assert (await profile_of(house)).total_limit is None
    await tap(guest, taps.Certificates(house.world.juror))
    label = next(iter(guest.last.buttons))
    await guest.taps(label)
    assert len((await profile_of(house)).certified) == 1
    assert (await house.noted(f"person:{house.world.juror}")).count("profile.changed") == 8


async def test_home_of_a_juror(house: House) -> None:
    """The postcode brings the place on the map along."""
    guest = await house.guest("coordinator")
    await tap(guest, taps.EditPersonField(house.world.juror, taps.PERSON_FIELDS.index("postcode")))
    await guest.says("nie wiem")
    assert "tu nie pasuje" in guest.text
    await guest.says("09-100")
    kept = await profile_of(house)
    assert kept.postcode == "09-100"
    assert kept.latitude is not None


async def test_conflicts_are_read_by_organizers(house: House) -> None:
    """Anybody of the office may declare one; only an organizer reads and removes them."""
    coordinator = await house.guest("coordinator")
    await tap(coordinator, taps.AddConflict(house.world.juror))
    await coordinator.says("przykladowo")
    await coordinator.taps("Przykładowo")
    known = await house.read(lambda unit: profiles.conflicts_of(unit, [house.world.juror]))
    assert [one.participant_id for one in known] == [house.world.participant]
    states = [(await house.task(name)).state for name in house.world.tasks]
    assert set(states) == {State.RETURNED}
    assert await tap(coordinator, taps.Conflicts(house.world.juror, 0)) == refusal(RefusalCode.NOT_YOURS)
    organizer = await house.guest("organizer")
    assert "Przykładowo" in await tap(organizer, taps.Conflicts(house.world.juror, 0))
    await organizer.taps("Usuń: Przykładowo")
    assert not await house.read(lambda unit: profiles.conflicts_of(unit, [house.world.juror]))


async def test_end_of_work(house: House) -> None:
    """Whoever leaves loses what was not begun, keeps what was, and can come back."""
    juror = await house.guest()
    await juror.begins("telefon")
    guest = await house.guest("coordinator")
    await tap(guest, taps.PersonCard(house.world.juror))
    await guest.taps("Zakończ współpracę")
    assert "2 nierozpoczęte zadania" in guest.text
    assert "1 rozpoczęte" in guest.text
    await guest.taps("Tak, zakończ")
    assert (await person_of(house)).left_at is not None
    assert (await house.task("wizyta")).state is State.RETURNED
    assert (await house.task("telefon")).state is State.ACCEPTED
    await tap(guest, taps.ComeBack(house.world.juror))
    assert (await person_of(house)).left_at is None


async def test_a_coordinator_leaves(house: House) -> None:
    """What they looked after belongs to all, nothing is out of sight; they themselves get nothing any more."""
    leaving = await house.guest("coordinator")
    place, juror, coordinator = house.world.participant, house.world.juror, house.world.coordinator
    await tap(leaving, taps.SetPlaceCoordinator(place, coordinator))
    await tap(leaving, taps.SetPersonCoordinator(juror, coordinator))
    organizer = await house.guest("organizer")
    await tap(organizer, taps.EndWork(coordinator))
    await organizer.taps("Tak, zakończ")
    assert "należy teraz do wszystkich koordynatorów" in organizer.text
    assert (await place_of(house)).coordinator_id is None
    assert (await person_of(house)).coordinator_id is None
    assert (await house.task("wizyta")).coordinator_id is None
    for words in ("/podmioty", "/ludzie", "/status", "cokolwiek"):
        await leaving.says(words)
        assert "Współpraca w tej edycji jest zakończona" in leaving.text
    assert "Współpraca" in await tap(leaving, taps.PersonCard(juror))


async def test_nobody_ends_their_own_work(house: House) -> None:
    """An organizer cannot lock themselves out."""
    guest = await house.guest("organizer")
    await tap(guest, taps.EndWorkYes(house.world.organizer))
    assert "tylko inny organizator" in guest.text
    assert (await person_of(house, house.world.organizer)).left_at is None


async def test_new_person(house: House) -> None:
    """A coordinator's new juror is their own; an e-mail in use is refused; an organizer chooses the role."""
    coordinator = await house.guest("coordinator")
    await coordinator.says("/ludzie")
    await coordinator.taps("Dodaj")
    await coordinator.says("Żaneta Łąka")
    await coordinator.says("zaneta(at)example.pl")
    assert "zaneta@example.pl" in coordinator.text
    await coordinator.says("zaneta@Example.pl")
    assert "Zapisano" in coordinator.text
    added = (await house.read(lambda unit: people.people(unit, edition_id=house.world.edition)))[-1]
    assert (added.role, added.coordinator_id) == (Role.JUROR, house.world.coordinator)
    organizer = await house.guest("organizer")
    await tap(organizer, taps.AddPerson(0))
    await organizer.taps("koordynator")
    await organizer.says("Inna Osoba")
    await organizer.says("ZANETA@example.pl")
    assert "jest już przy innym wpisie" in organizer.text


async def test_another_coordinators_things_stay_theirs(house: House) -> None:
    """Handed over, a participant and a juror are out of sight: every button about them is refused."""
    other = await other_coordinator(house)
    guest = await house.guest("coordinator")
    place, juror = house.world.participant, house.world.juror
    await tap(guest, taps.SetPersonCoordinator(juror, other))
    assert "opiekę przejmuje Kora Druga" in guest.text
    assert (await house.task("wizyta")).coordinator_id == other
    await tap(guest, taps.SetPlaceCoordinator(place, other))
    assert "opiekę przejmuje Kora Druga" in guest.text
    before = (await place_of(house), await person_of(house))
    for kind in taps.CODES.values():
        names = kind.__dataclass_fields__
        if "participant" in names or "person" in names:
            whom = {"participant": place, "person": juror}
            said = await tap(guest, kind(**{name: whom.get(name, 0) for name in names}))
            assert said == refusal(RefusalCode.NOT_YOURS), kind
    assert (await place_of(house), await person_of(house)) == before
    await guest.says("/ludzie")
    assert JUROR not in guest.last.buttons
    assert "Nic nie pasuje" in guest.text


async def test_other_editions_do_not_exist(house: House) -> None:
    """Ids of another edition, or of nothing, are refused to an organizer too."""

    def elsewhere(unit: Unit) -> tuple[int, int]:
        edition = editions.add_edition(
            unit, name="Inna", starts_on=house.clock().date(), ends_on=house.clock().date(), time_zone="Europe/Warsaw"
        )
        place = editions.add_participant(unit, edition_id=edition, name="Obcy", short_name="Obcy", type="gmina")
        return place, people.add_person(unit, edition_id=edition, name="Obca", role=Role.JUROR, now=house.clock())

    place, person = await house.run(elsewhere)
    guest = await house.guest("organizer")
    juror = house.world.juror
    foreign = (taps.PlaceCard(place), taps.PlaceCard(10**12), taps.PersonCard(person), taps.SetMode(person, 0, 1))
    beyond = (taps.SetMode(juror, 99, 1), taps.SetRadius(juror, 10**9), taps.SetDay(juror, 9, 1))
    pages = (taps.Places(99, 99, 99, 99), taps.PeopleBy(99, 99, 99), taps.Places(-5, -5, -5, -5))
    refused: tuple[Tap, ...] = (*foreign, *beyond)
    for what in refused:
        assert await tap(guest, what) == refusal(RefusalCode.NOT_YOURS)
    shown: tuple[Tap, ...] = pages
    for each in shown:
        assert await tap(guest, each) != refusal(RefusalCode.NOT_YOURS)


async def test_jurors_have_no_directory(house: House) -> None:
    """Every button of the directory is nothing to a juror."""
    guest = await house.guest()
    await guest.taps_data("nonsense")
    nothing = guest.text
    for kind in taps.CODES.values():
        assert await tap(guest, kind(*(house.world.juror for _field in kind.__dataclass_fields__))) == nothing


async def test_earlier_edition_is_remembered(house: House) -> None:
    """The card tells of the same participant in the edition before."""

    def earlier(unit: Unit) -> None:
        edition = editions.add_edition(
            unit,
            name="I edycja",
            starts_on=house.clock().date().replace(year=2020),
            ends_on=house.clock().date().replace(year=2021),
            time_zone="Europe/Warsaw",
        )
        place = editions.add_participant(
            unit, edition_id=edition, name="Gmina Przykładowo", short_name="Przykładowo", type="gmina"
        )
        juror = people.add_person(unit, edition_id=edition, name="Dawna", role=Role.JUROR, now=house.clock())
        assignments.assign(
            unit,
            edition_id=edition,
            participant_id=place,
            person_id=juror,
            mode=Mode.VISIT,
            scenario="wizyta",
            opens_at=house.clock(),
            due_at=house.clock(),
            now=house.clock(),
            state=State.DONE,
        )

    await house.run(earlier)
    guest = await house.guest("coordinator")
    assert "I edycja: 1 wykonany kontakt" in await tap(guest, taps.PlaceCard(house.world.participant))

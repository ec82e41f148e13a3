"""Why a score is what it is: from the whole down to one photo, as files, and computed again by the real program."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from bot.channels.base import MAX_BODY, Outgoing
from bot.jobs import put_score
from bot.office_taps.directory import PlaceCard
from bot.office_taps.why import OpenScore, Why, WhyFile, WhyTable
from bot.publishing import RUBRICS
from bot.refusals import RefusalCode
from bot.roles.office.why_facts import Opened, answers_of, open_score
from bot.tap_kinds import OfficeTap
from bot.taps import decode, encode
from bot.views.office import why as views
from bot.views.scene import MAX_LABEL
from scenarios.contact import Closed
from storage import editions, people, queries, schema, standings
from storage.people import Role
from storage.queries import QueryState
from storage.scope import Scope
from storage.unit import Unit
from tests.bot.house import Guest, House, is_at, refusal
from tests.bot.scored import with_rubric

RUBRIC = """
spec_version: 1
name: lider-zaufania
title: {pl: "Próbna punktacja", en: "Trial scoring"}
languages: [pl, en]
scale: 100
words: {not_applicable: [nd], not_checked: [ns]}
tags:
  dimension:
    K: {pl: "Kultura obsługi", en: "Courtesy"}
    I: {pl: "Dostępność informacji", en: "Information"}
criteria:
  - {name: W02, reads: w02, where: {kind: wizyta}, points: 2, dimension: I, yes: 1, no: 0, evidence: [w02_foto]}
  - {name: W08, reads: w08, where: {kind: wizyta}, points: 4, dimension: I, steps: {5: 1, 10: .8, 15: .6}, beyond: 0}
  - {name: W14, reads: w14, where: {kind: wizyta}, points: 4, dimension: K, rating: [1, 5]}
  - {name: W16, reads: w16, where: {kind: wizyta}, points: 5, dimension: I, count: key}
tree:
  - node: total
    label: {pl: Wynik końcowy, en: Final result}
    take: weighted_mean
    of:
      - node: kultura
        label: {pl: Kultura obsługi, en: Courtesy}
        take: mean
        each: record
        of: {take: points, items: {dimension: K}}
        weight: 0.6
      - node: informacja
        label: {pl: Dostępność informacji, en: Information}
        take: points
        across: mean
        items: {dimension: I}
        weight: 0.4
"""

PARTS = """
  - node: parts
    take: mean
    each: group
    of: {node: part, take: points, across: mean, items: [W02, W16]}
"""
SHIPPED = (RUBRICS / "lider-zaufania.yaml").read_text("utf-8")

NAMES = ("Jagoda", "Konrad", "Olga")
MOST_ROWS = 8

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def visits(house: House, *, source: str = RUBRIC) -> int:
    """A visit that was sent, with its photo, and scored; its contact."""
    await with_rubric(house, source)
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, is_at(Closed))
    await house.passes(timedelta(minutes=5))
    return contact


async def opens(house: House, role: str = "coordinator") -> Guest:
    """Somebody of the office with the whole result before them."""
    guest = await house.guest(role)
    await guest.taps_data(encode(Why(house.world.participant, 0, 0)))
    return guest


async def opened(house: House) -> Opened:
    """The participant's score, for an organizer."""

    def look(unit: Unit) -> Opened | None:
        place = editions.participant(unit, house.world.participant)
        assert place is not None
        scope = Scope(house.world.edition)
        return open_score(unit, house.desk, place, scope=scope, language="pl", zone=house.desk.zone)

    found = await house.read(look)
    assert found is not None
    return found


async def asked_for(house: House, guest: Guest, tap: OfficeTap) -> tuple[Outgoing, bytes]:
    """The message with the file that was asked for, and the file's bytes."""
    since = len(guest.heard)
    await guest.taps_data(encode(tap))
    found = next(line.outgoing for line in guest.heard[since:] if line.outgoing and line.outgoing.attachments)
    return found, await house.blobs.get(found.attachments[0].sha256)


def rows(outgoing: Outgoing | None) -> list[list[str]]:
    """The labels of a message's buttons, row by row."""
    assert outgoing is not None
    return [[button.label for button in row] for row in outgoing.buttons]


async def test_from_the_whole_down_to_one_photo(house: House) -> None:
    """Each step says what it is worth and why, a trail says where we are, and no juror is named."""
    contact = await visits(house)
    guest = await house.guest("coordinator")
    await guest.taps_data(encode(PlaceCard(house.world.participant)))
    await guest.taps("Wynik")
    assert "◦ Wynik końcowy" in guest.text
    assert "Średnia ważona z 2 wyników." in guest.text
    assert "60% × 75 + 40% × 77,27 = 75,91" in guest.text
    await guest.taps("2. Dostępność informacji · 77,27")
    assert "◦ Wynik końcowy › Dostępność informacji" in guest.text
    assert "Punkty zdobyte z możliwych: 8,5 z 11." in guest.text
    assert "W16. Ile z tych rzeczy padło bez dopytywania?\n→ 2,5 z 5 pkt" in guest.text
    await guest.taps("W02 · 2/2")
    assert "◦ Wynik końcowy › Dostępność informacji › W02" in guest.text
    assert "Jak się to ocenia: Tak – 100%; Nie – 0%." in guest.text
    assert f"Raport nr {contact} · wizyta · juror A\n20 listopada 2026, przed południem\n→ Tak" in guest.text
    await guest.taps("📎 1 zdjęcie")
    assert guest.last.outgoing is not None
    photo = guest.last.outgoing.attachments
    kept = [row for row in await house.evidence(contact) if row.path == "w02_foto"]
    assert [one.sha256 for one in photo] == [row.copy_sha256 for row in kept]
    assert not guest.last.outgoing.may_be_saved
    assert "read_evidence" in await house.noted(f"contact:{contact}")
    await guest.taps("Wróć do odpowiedzi")
    assert "› W02" in guest.text
    await guest.taps(f"Raport nr {contact}")
    assert "Przykładowo · wizyta" in guest.text
    assert not any(name in line.text for line in guest.heard[2:] for name in NAMES)


async def test_ways_up(house: House) -> None:
    """From everywhere one gets one level up, and to the whole."""
    await visits(house)
    guest = await opens(house, "organizer")
    await guest.taps("1. Kultura obsługi")
    assert "Średnia z 1 wyniku." in guest.text
    await guest.taps("1. raport nr 1, juror A · 75")
    await guest.taps("W14")
    assert "→ 4 – uprzejmie i z uwagą" in guest.text
    await guest.taps("↑ raport nr 1")
    assert "Punkty zdobyte z możliwych: 3 z 4." in guest.text
    await guest.taps("↑ Kultura obsługi")
    assert "1. raport nr 1" in guest.text
    await guest.taps("Cały wynik")
    assert "◦ Wynik końcowy\n" in guest.text


async def test_there_is_no_result_yet(house: House) -> None:
    """Without a rubric or without reports nothing can be opened, and no file is made; it is said."""
    guest = await opens(house)
    assert "Nie ma jeszcze wyniku" in guest.text
    await with_rubric(house, RUBRIC)
    await guest.taps_data(encode(Why(house.world.participant, 4, 1, 77)))
    assert "Nie ma jeszcze wyniku" in guest.text
    for tap in (WhyTable(house.world.participant), OpenScore(house.world.participant)):
        await guest.taps_data(encode(tap))
        assert "Nie ma jeszcze wyniku" in guest.text
    await guest.taps_data(encode(WhyFile(house.world.participant, 0, 0, 0, 0)))
    assert "Nie ma jeszcze wyniku" in guest.text


async def test_a_button_of_older_numbers_opens_nothing_wrong(house: House) -> None:
    """When the world moved on it is said, and the whole is shown again with the new numbers."""
    contact = await visits(house)
    guest = await opens(house)
    old = guest.last.buttons["2. Dostępność informacji · 77,27"]
    await guest.taps_data(old)
    leaf = guest.last.buttons["W02 · 2/2"]
    await guest.taps_data(leaf)
    photo = guest.last.buttons["📎 1 zdjęcie"]
    await changed_by_query(house, contact, "w08", 30)
    for data in (old, leaf, photo):
        await guest.taps_data(data)
        assert "Liczby są nowe" in guest.text
        assert "◦ Wynik końcowy\n" in guest.text
        assert "2. Dostępność informacji · 40,91" in guest.last.buttons
    since = len(guest.heard)
    await guest.taps_data(encode(Why(house.world.participant, 3, 0)))  # nobody knows for which tree
    assert "Liczby są nowe" in guest.heard[since].text


async def changed_by_query(house: House, contact: int, path: str, value: object) -> None:
    """A participant asked, and another value holds since."""

    def answer(unit: Unit) -> None:
        now = house.clock()
        query = queries.add(
            unit,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            contact_id=contact,
            path=path,
            text="Było inaczej.",
            asked_by="Sekretarz",
            asked_at=now,
            answer_by=now,
        )
        done = {"kind": "value", "value": value}
        queries.change(unit, query, state=QueryState.ANSWERED.value, effect={"done": done}, answered_at=now)
        put_score(unit, contact, now=now)

    await house.run(answer)
    await house.passes(timedelta(minutes=5))


async def test_who_decided_otherwise_is_told(house: House) -> None:
    """Beside the answer that counts stands the juror's own, and why another one holds."""
    contact = await visits(house)
    await changed_by_query(house, contact, "w02", value=False)
    guest = await opens(house)
    await guest.taps("2. Dostępność")
    await guest.taps("W02 · 0/2")
    assert "→ Nie" in guest.text
    assert "Zmienione po zapytaniu podmiotu" in guest.text
    assert "Odpowiedź z raportu: Tak" in guest.text
    await guest.taps("↑ Dostępność")
    await guest.taps("W08")
    assert "Odpowiedź z raportu" not in guest.text


async def test_only_within_ones_scope(house: House) -> None:
    """Another coordinator's participant is refused in every way; another's report can be explained, not opened."""
    await visits(house)
    tree = (await opened(house)).facts.tree
    spot = tree.named("W02")
    assert spot is not None
    place = house.world.participant
    guest = await house.guest("coordinator")

    def hand_over(unit: Unit) -> int:
        other = people.add_person(
            unit,
            edition_id=house.world.edition,
            name="Beata Inna",
            role=Role.COORDINATOR,
            language="pl",
            now=house.clock(),
        )
        unit.execute(update(schema.assignments).values(coordinator_id=other))
        return other

    other = await house.run(hand_over)
    await guest.taps_data(encode(Why(place, spot.ordinal, 0, tree.check)))
    assert "Tym raportem opiekuje się kto inny" in guest.text
    assert not any("Raport" in label or "📎" in label for label in guest.last.buttons)
    await guest.taps_data(encode(WhyFile(place, spot.ordinal, 0, 0, tree.check)))
    assert refusal(RefusalCode.NOT_YOURS) in guest.text
    await house.run(lambda unit: editions.update_participant(unit, place, coordinator_id=other))
    taps: Sequence[OfficeTap] = (
        Why(place, 0, 0),
        Why(place, spot.ordinal, 0, tree.check),
        WhyFile(place, spot.ordinal, 0, 0, tree.check),
        WhyTable(place),
        OpenScore(place),
    )
    for tap in taps:
        since = len(guest.heard)
        await guest.taps_data(encode(tap))
        assert [line.text for line in guest.heard[since:]] == [refusal(RefusalCode.NOT_YOURS)]


async def test_a_file_that_is_not_there_shows_the_answers(house: House) -> None:
    """A number no file has (any more) leads back to the answers."""
    await visits(house)
    tree = (await opened(house)).facts.tree
    spot = tree.named("W02")
    assert spot is not None
    guest = await opens(house)
    for read, file in ((0, 9), (9, 0)):
        await guest.taps_data(encode(WhyFile(house.world.participant, spot.ordinal, read, file, tree.check)))
        assert "📎 1 zdjęcie" in guest.last.buttons


async def test_the_same_as_a_table(house: House) -> None:
    """One sheet has the tree, one the answers; a participant may have it, so nobody and no hour is in it."""
    contact = await visits(house)
    await changed_by_query(house, contact, "w02", value=False)
    guest = await opens(house)
    message, data = await asked_for(house, guest, WhyTable(house.world.participant))
    assert message.may_be_saved
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    tree, answers = (book.get_sheet_by_name(name).to_python() for name in ("wynik", "odpowiedzi"))
    assert [row[0] for row in tree[1:]] == [0, 1, 2, 3, 1, 2, 2, 2]
    assert [str(row[1]).strip("\u2003") for row in tree[1:3]] == ["Wynik końcowy", "Kultura obsługi"]
    assert tree[2][2:4] == [75, 60]
    assert answers[0][:4] == ["Nr raportu", "Juror", "Sposób", "Dzień"]
    by_item = {row[4]: row for row in answers[1:]}
    assert sorted(by_item) == ["W02", "W08", "W14", "W16"]
    assert by_item["W02"][:4] == [contact, "A", "wizyta", "20 listopada 2026, przed południem"]
    assert by_item["W02"][6:] == ["Nie", 0, 2, "Zmienione po zapytaniu podmiotu"]
    told = str((tree, answers))
    assert not any(name in told for name in NAMES)
    assert ":" not in "".join(str(row[3]) for row in answers[1:])


async def test_the_result_on_a_page(house: House) -> None:
    """A page to print."""
    await visits(house)
    guest = await opens(house)
    since = len(guest.heard)
    await guest.taps("PDF")
    found = [line.outgoing for line in guest.heard[since:] if line.outgoing and line.outgoing.attachments]
    assert [one.attachments[0].name for one in found] == ["wynik Przykładowo.pdf"]


@pytest.mark.parametrize("source", [RUBRIC + PARTS, SHIPPED], ids=["small", "shipped"])
async def test_anybody_can_compute_it_again(house: House, tmp_path: Path, source: str) -> None:
    """What is exported, unpacked and given to the real program, comes to the numbers that stand in the database."""
    await visits(house, source=source)
    juror = house.chat("juror")
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    await house.passes(timedelta(minutes=5))
    guest = await opens(house, "organizer")
    message, data = await asked_for(house, guest, OpenScore(house.world.participant))
    assert message.attachments[0].name == "otwarty wynik Przykładowo.zip"
    assert "score.exported" in await house.noted(f"participant:{house.world.participant}")
    with ZipFile(BytesIO(data)) as packed:
        assert sorted(packed.namelist()) == ["CZYTAJ.txt", "README.txt", "answers.csv", "rubric.yaml", "scores.csv"]
        packed.extractall(tmp_path)
        said = "".join(packed.read(name).decode() for name in packed.namelist() if name != "rubric.yaml")
    assert not any(name in said for name in (*NAMES, "@hour", "@day"))
    command = "score rubric.yaml answers.csv --against scores.csv"
    for name in ("CZYTAJ.txt", "README.txt"):
        assert f"python -m bot {command}" in (tmp_path / name).read_text("utf-8")
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command.split(), "--out", "again.csv"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await ran.communicate()
    assert ran.returncode == 0, out.decode()
    assert "troubles" not in out.decode()
    published, again = (scores_in(tmp_path / name) for name in ("scores.csv", "again.csv"))
    assert published == pytest.approx(again, abs=1e-9, nan_ok=True)
    kept = await house.read(lambda unit: standings.of_participant(unit, house.world.participant))
    assert kept is not None
    own = {node: value for (unit, node), value in published.items() if unit == "Przykładowo"}
    stored = {node: float("nan") if value is None else value for node, value in kept.scores.items()}
    assert own == pytest.approx(stored, abs=1e-9, nan_ok=True)
    if source != SHIPPED:  # two contacts are too few for the shipped one
        assert own["total"] == pytest.approx(75.909, abs=0.001)
        assert ("Przykładowo|A", "part") in published


def scores_in(path: Path) -> dict[tuple[str, str], float]:
    """A table of scores; empty ones are not a number."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["unit"], row["node"]): float(row["score"] or "nan") for row in csv.DictReader(file)}


async def test_the_same_result_makes_the_same_file(house: House) -> None:
    """Asked for twice, the archive is the same to the byte."""
    await visits(house)
    guest = await opens(house)
    first = await asked_for(house, guest, OpenScore(house.world.participant))
    again = await asked_for(house, guest, OpenScore(house.world.participant))
    assert first[1] == again[1]


async def test_every_place_fits_a_small_phone(house: House) -> None:
    """Everything of the shipped rubric can be reached, whatever the names are like, in messages that can be sent."""
    await visits(house, source=SHIPPED)
    score = await opened(house)
    facts = replace(
        score.facts,
        place="Bardzo Długa Nazwa Instytucji " * 5,
        questions=dict.fromkeys(score.rubric.criteria, "Bardzo długie pytanie? " * 90),
    )

    def look(unit: Unit) -> None:
        reached = {0}
        for spot in facts.tree.spots:
            page = 0
            while True:
                if spot.result is not None and spot.result.take is None:
                    answers = answers_of(unit, score, spot.result)
                    shown = views.criterion(facts, spot, answers, page, language="pl", zone=house.desk.zone)
                else:
                    shown = views.node(facts, spot, page, language="pl")
                assert len(shown.buttons) <= MOST_ROWS, rows(shown)
                assert all(len(label) <= MAX_LABEL for row in rows(shown) for label in row)
                assert len(shown.head) + len(shown.body) + len(shown.note) <= MAX_BODY
                assert "◦ Wynik" in shown.body
                taps = [decode(button.tap) for row in shown.buttons for button in row]
                reached |= {tap.node for tap in taps if isinstance(tap, Why)}
                if Why(facts.participant, spot.ordinal, page + 1, facts.tree.check) not in taps:
                    break
                page += 1
        assert reached == {spot.ordinal for spot in facts.tree.spots}

    await house.read(look)

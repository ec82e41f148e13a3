"""One test for each promise of the README about scores, licences and suggestions: in chat, with nothing but buttons.

In one process, since reports of weeks are made at once and a vote's time has to pass.
"""

from __future__ import annotations

import asyncio
import csv
import re
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.office_taps.licence import LicenceCard, LicenceClose, LicenceOpen
from bot.office_taps.reviewing import ReviewCard
from bot.office_taps.standing import ResultCard
from bot.office_taps.why import OpenScore, Why, WhyFile
from bot.publishing import RUBRICS
from bot.tap_kinds import VOTE_CHOICES, CastVote
from bot.taps import decode, encode
from scenarios.contact import Closed
from scoring.voting import Choice
from storage import journal, people, profiles, score_sheets, standings, votings
from storage.database import Database
from storage.standings import StandingRow
from tests.acceptance.running import ROOT
from tests.bot import licences
from tests.bot.house import Guest, House, is_at, open_house
from tests.bot.rated import open_rig
from tests.bot.reported import reported
from tests.bot.scored import with_rubric

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RUBRIC = """\
spec_version: 1
name: lider-zaufania
title: {pl: "Próba", en: "Trial"}
languages: [pl, en]
scale: 100
words: {not_applicable: [nd], not_checked: [ns]}
tags:
  dimension:
    K: {pl: "Kultura", en: "Courtesy"}
    I: {pl: "Informacja", en: "Information"}
criteria:
  - {name: W02, reads: w02, where: {kind: wizyta}, points: 2, dimension: I, yes: 1, no: 0, evidence: [w02_foto]}
  - {name: W05, reads: w05, where: {kind: wizyta}, points: 2, dimension: I, yes: 1, no: 0, evidence: [w05_foto]}
  - {name: W14, reads: w14, where: {kind: wizyta}, points: 4, dimension: K, rating: [1, 5]}
  - {name: W16, reads: w16, where: {kind: wizyta}, points: 5, dimension: I, count: key}
  - {name: T08, reads: t08, where: {kind: telefon}, points: 4, dimension: K, rating: [1, 5]}
tree:
  - node: total
    label: {pl: Wynik, en: Result}
    take: weighted_mean
    of:
      - {node: k, label: {pl: Kultura, en: Courtesy}, weight: 0.6, take: mean, each: record,
         of: {take: points, items: {dimension: K}}}
      - {node: i, label: {pl: Informacja, en: Information}, weight: 0.4, take: points, across: mean,
         items: {dimension: I}}
"""
CRITERIA = {"W02", "W05", "W14", "W16", "T08"}
PHOTOS = 2
MORE = timedelta(minutes=5)
CAST = {choice: VOTE_CHOICES.index(choice.value) for choice in Choice}


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """A house with visits and calls."""
    async with open_house(database, tmp_path, "wizyta", "telefon") as house:
        yield house


async def standing(house: House, place: int) -> StandingRow:
    """What a participant comes to."""
    found = await house.read(lambda unit: standings.of_participant(unit, place))
    assert found is not None
    return found


def shown(guest: Guest, kind: type[Why | WhyFile]) -> set[str]:
    """Data of the buttons of a kind under the last message."""
    return {data for data in guest.last.buttons.values() if isinstance(decode(data), kind)}


async def test_14_every_score_opens_down_to_its_answers_and_photos_and_can_be_computed_again(
    house: House, tmp_path: Path
) -> None:
    """Button by button through the whole tree; then the file a participant gets, and the command it names."""
    await with_rubric(house, RUBRIC)
    juror = await house.guest()
    visit = await juror.begins("wizyta")
    await juror.walk(visit, is_at(Closed))
    call = await reported(house, house.world.juror, {"t08": "3"})
    await house.passes(MORE)
    place = house.world.participant
    guest = await house.guest("organizer")
    await guest.taps_data(encode(ResultCard(place)))
    await guest.taps("Dlaczego?")
    waiting, seen, answered, photos = shown(guest, Why), set[str](), dict[str, str](), 0
    while waiting:
        data = waiting.pop()
        seen.add(data)
        await guest.taps_data(data)
        files = shown(guest, WhyFile)
        if (found := re.search(r"^([WT]\d+)\. ", guest.text, re.MULTILINE)) and "Raport nr" in guest.text:
            answered[found[1]] = guest.text
        waiting |= shown(guest, Why) - seen
        for one in files:
            await guest.taps_data(one)
            assert guest.last.outgoing is not None
            photos += len(guest.last.outgoing.attachments)
    assert set(answered) == CRITERIA
    assert all("\n→ " in text for text in answered.values())
    assert all(f"Raport nr {call if name[0] == 'T' else visit}" in text for name, text in answered.items())
    assert photos == PHOTOS
    assert "Jagoda" not in "".join(line.text for line in guest.heard)
    await guest.taps_data(encode(OpenScore(place)))
    packed = next(line.outgoing.attachments[0] for line in reversed(guest.heard) if line.outgoing.attachments)  # type: ignore[union-attr]
    with ZipFile(BytesIO(await house.blobs.get(packed.sha256))) as files_in_it:
        files_in_it.extractall(tmp_path)
    command = re.search(r"python -m bot (score .+)", (tmp_path / "README.txt").read_text("utf-8"))
    assert command is not None
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command[1].split(), "--out", "again.csv"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await ran.communicate()
    assert ran.returncode == 0, said.decode()
    with (tmp_path / "again.csv").open(encoding="utf-8", newline="") as table:
        again = {row["node"]: float(row["score"]) for row in csv.DictReader(table)}
    assert again == pytest.approx((await standing(house, place)).scores, abs=1e-9)


async def test_15_a_vote_is_secret_until_it_is_closed_and_nobody_in_conflict_has_one(house: House) -> None:
    """Neither chats nor the journal tell how anybody votes, or how many did what; a conflict has no ballot at all."""
    await licences.publish(house)
    place = await licences.place(house, "Płońsk", licences.GOOD)
    organizer = await house.guest("organizer")
    ala, bob, eve = [await licences.member(house, name) for name in ("Ala", "Bob", "Eve")]
    ids = {guest.chat: await _person(house, guest) for guest in (ala, bob, eve)}
    await house.run(lambda unit: profiles.declare(unit, ids[eve.chat], place, reason="", now=house.clock()))
    before = len(house.room.delivered)
    await organizer.taps_data(encode(LicenceOpen(place, 2)))
    voting = (await house.read(lambda unit: votings.of_participant(unit, place)))[0].id
    for guest, choice in ((ala, Choice.GRANT), (bob, Choice.REFUSE), (ala, Choice.ABSTAIN), (eve, Choice.REFUSE)):
        await guest.taps_data(encode(CastVote(voting, CAST[choice])))
    vote = await house.read(lambda unit: votings.vote_of(unit, voting, ids[eve.chat]))
    assert vote is not None
    assert (vote.choice, vote.excluded is None) == (None, False)
    assert not any(isinstance(decode(data), CastVote) for line in eve.heard for data in line.buttons.values())
    await organizer.taps_data(encode(LicenceCard(place)))
    own = re.compile(r"Zapisane: (Za|Przeciw|Wstrzymuję się)")
    counts = re.compile(r"(za|przeciw|wstrzymało się): \d")
    for chat, outgoing in house.room.delivered[before:]:
        assert not counts.search(outgoing.body)
        assert chat in {ala.chat, bob.chat} or not own.search(outgoing.body)
    entries = await house.read(lambda unit: journal.of_subject(unit, f"voting:{voting}"))
    assert "vote.cast" in {entry.what for entry in entries}
    assert not any({"choice", *CAST} & set(entry.details) for entry in entries)
    closed = len(house.room.delivered)
    await organizer.taps_data(encode(LicenceClose(voting)))
    told = [outgoing.body for _chat, outgoing in house.room.delivered[closed:]]
    assert any(counts.search(body) for body in told)
    assert not any(name in body for body in told for name in ("Ala", "Bob", "Eve"))


async def _person(house: House, guest: Guest) -> int:
    found = await house.read(lambda unit: people.find(unit, "room", guest.chat, lock=False))
    assert found is not None
    return found[0].id


async def test_16_no_score_follows_a_model_before_a_person_agreed_and_none_needs_one(
    database: Database, tmp_path: Path
) -> None:
    """The same report, with a model and without: the same score, until a tap; the same buttons, but for suggestions."""
    async with open_rig(database, tmp_path) as rig:
        house, place = rig.house, rig.house.world.participant
        contact = await rig.report()
        without = await standing(house, place)
        office = await rig.office()
        await office.taps_data(encode(ReviewCard(contact)))
        plain = set(office.last.buttons)
        await rig.rate(contact)
        assert await rig.kept(contact)
        assert (await standing(house, place)).scores == without.scores
        await office.taps_data(encode(ReviewCard(contact)))
        assert set(office.last.buttons) - plain == {"Sugestie (1)"}
        assert plain <= set(office.last.buttons)
        await office.taps("Sugestie (1)")
        assert (await standing(house, place)).scores == without.scores
        await office.taps("✓ Potwierdź")
        confirmed = await standing(house, place)
        assert confirmed.total is not None
        assert without.total is not None
        assert confirmed.total < without.total
        await office.taps("Cofnij tę decyzję")
        assert (await standing(house, place)).scores == without.scores


async def test_17_where_there_is_too_little_to_go_by_a_score_says_so(house: House) -> None:
    """One call, by the rubric that ships: no total, place, interval or licence, and each screen says why."""
    await with_rubric(house, (RUBRICS / "lider-zaufania.yaml").read_text("utf-8"))
    await reported(house, house.world.juror)
    await house.passes(MORE)
    place = house.world.participant
    row = await standing(house, place)
    assert row.total is None
    assert row.contacts == 1
    assert {node: value for node, value in row.scores.items() if value is not None} == {}
    assert all(each["low"] is None for each in row.spread.values())
    assert await house.read(lambda unit: score_sheets.of_participant(unit, place)) is not None
    guest = await house.guest("organizer")
    await guest.says("/wyniki")
    assert re.search(r"Bez miejsca: Przykładowo – za mało danych", guest.text)
    await guest.taps_data(encode(ResultCard(place)))
    assert "za mało danych" in guest.text
    assert not re.search(r"miejsce \d", guest.text)
    await guest.taps("Dlaczego?")
    assert "za mało" in guest.text
    await guest.says("/licencje")
    assert "Za mało danych: 1" in guest.text
    await guest.taps_data(encode(LicenceCard(place)))
    assert "Otwórz głosowanie" not in guest.last.buttons
    await guest.taps_data(encode(LicenceOpen(place, 0)))
    assert await house.read(lambda unit: votings.of_participant(unit, place)) == []

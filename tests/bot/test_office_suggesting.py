"""Suggestions on the screens: the office decides one by one, the juror on their own, the organizer sets the rater."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import switch_rater
from bot.office_taps.reviewing import ReviewCard
from bot.office_taps.suggesting import RaterBudget, RaterCard, RaterCriterion, SuggestionConfirm, SuggestionSet
from bot.roles import rating
from bot.tap_kinds import AskLevel, ContinueContact, PickLevel, ShowSentText, ShowSuggested
from bot.taps import encode
from scenarios.contact import Change, Pick, Report, Submit
from storage import editions, journal, people, score_sheets, suggestions
from storage.database import Database
from storage.people import Role
from storage.rater_rules import gates_of, rater_from_json, rater_to_json
from storage.scope import Scope
from storage.suggestions import Decision, Suggestion
from storage.unit import Unit
from tests.acceptance import world
from tests.bot.house import Guest, House, is_at, publish_at_once
from tests.bot.rated import QUOTE, RULES, Rig, open_rig, suggests
from tests.bot.test_office_matrix import arrived, invited

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "publish_library", publish_at_once)


async def level_of(rig: Rig) -> str | None:
    """What the sheets that are scored say of the tone."""
    sheets = await rig.house.read(lambda unit: score_sheets.of_participant(unit, rig.house.world.participant))
    assert sheets is not None
    level: str | None = sheets.kept[-1].data["a"].get("t08")
    return level


async def the_one(rig: Rig, contact: int) -> Suggestion:
    """The report's only suggestion."""
    (one,) = await rig.kept(contact)
    return one


async def test_the_office_decides(database: Database, tmp_path: Path) -> None:
    """From the review's card: the item, the juror's own, the level with its anchor, the quote in its place; a tap."""
    async with open_rig(database, tmp_path) as rig:
        contact = await rig.rated()
        office = await rig.office()
        await office.taps_data(encode(ReviewCard(contact)))
        await office.taps("Sugestie (1)")
        text = office.text
        assert "Jaki był ton rozmowy?" in text
        assert "Ocena jurora:" in text
        assert "Sugestia: 1 – niegrzecznie" in text
        assert f"Westchnęła głośno i »{QUOTE}«." in text
        assert "Pewność: wysoka" in text
        assert "Model sugeruje, decyduje człowiek." in text
        await office.taps("Co wysłano")
        assert office.text == (await the_one(rig, contact)).masked
        await office.taps("Wróć")
        await office.taps("✓ Potwierdź")
        assert "Decyzja: potwierdzone, 1" in office.text
        assert await level_of(rig) == "1"
        await office.taps_data(encode(SuggestionSet((await the_one(rig, contact)).id, 4)))
        assert await level_of(rig) == "1"  # decided already: an old button changes nothing
        await office.taps("Cofnij tę decyzję")
        assert await level_of(rig) == "2"
        await office.taps("Zmień")
        await office.taps("3 – ")
        assert await level_of(rig) == "3"
        assert (await the_one(rig, contact)).decision is Decision.CHANGED
        entries = await rig.house.read(lambda unit: journal.of_subject(unit, f"contact:{contact}"))
        decided = [entry for entry in entries if entry.what == "suggestion.decided"]
        assert [entry.details["after"] for entry in decided] == [["confirmed", "1"], [None, None], ["changed", "3"]]
        assert "Jagoda" not in json.dumps([dict(entry.details) for entry in entries], ensure_ascii=False)
        await office.says("/sugestie")
        assert "Żadna sugestia" in office.text


@on_sqlite
async def test_one_after_the_other(database: Database, tmp_path: Path) -> None:
    """The next that waits comes by a tap, past the last the first again."""
    async with open_rig(database, tmp_path, suggests(level=None)) as rig:
        first = await the_one(rig, await rig.rated())
        second = await the_one(rig, await rig.rated())
        office = await rig.office()
        await office.says("/sugestie")
        assert "Za mało danych" in office.text
        assert "Czeka: 2" in office.text
        await office.taps("Następ")
        await office.taps("Zostaw")
        assert (await rig.kept(second.contact_id))[0].decision is Decision.REJECTED
        assert (await rig.kept(first.contact_id))[0].decision is None


@on_sqlite
async def test_who_may_decide(database: Database, tmp_path: Path) -> None:
    """Another coordinator, a juror with an office button, a coordinator with an organizer's: all are told no."""
    async with open_rig(database, tmp_path) as rig:
        one = await the_one(rig, await rig.rated())
        juror, mine = await rig.house.guest(), await rig.office()
        other = await stranger(rig.house, Role.COORDINATOR)
        await other.taps_data(encode(SuggestionConfirm(one.id)))
        await other.says("/sugestie")
        assert "Żadna sugestia" in other.text
        await juror.taps_data(encode(SuggestionConfirm(one.id)))
        for tap in (RaterCard(), RaterBudget(), RaterCriterion(0, 0, 0)):
            await mine.taps_data(encode(tap))
            assert "Model: " not in mine.text
        foreign = await stranger(rig.house, Role.JUROR)
        for own in (
            ShowSuggested(one.contact_id, one.id),
            ShowSentText(one.contact_id, one.id),
            AskLevel(one.id),
            PickLevel(one.id, 0),
        ):
            await foreign.taps_data(encode(own))
            assert QUOTE not in foreign.text
        assert (await the_one(rig, one.contact_id)).decision is None


async def stranger(house: House, role: Role) -> Guest:
    """Somebody else of that role, who looks after none of the things."""
    tokens: list[str] = []

    def add(unit: Unit) -> None:
        place, juror = house.world.participant, house.world.juror
        editions.update_participant(unit, place, coordinator_id=house.world.coordinator)
        people.update_person(unit, juror, coordinator_id=house.world.coordinator)
        person = people.add_person(
            unit, edition_id=house.world.edition, name="Ktoś Inny", role=role, language="pl", now=house.clock()
        )
        invited(house, unit, person, f"token-{role}-{person}")
        tokens.append(f"token-{role}-{person}")

    await house.run(add)
    return await arrived(house, tokens[-1])


async def test_the_juror_decides_about_their_own(database: Database, tmp_path: Path) -> None:
    """In the report that was sent: what left word for word, the suggestion, a decision while corrections are open."""
    async with open_rig(database, tmp_path) as rig:
        juror = await rig.house.guest()
        contact = await rig.report()
        await juror.taps_data(encode(ContinueContact(contact)))
        assert not any(label.startswith("Sugestie") for label in juror.last.buttons)
        await rig.rate(contact)
        await juror.taps_data(encode(ContinueContact(contact)))
        await juror.taps("Sugestie (1)")
        assert f"»{QUOTE}«" in juror.text
        await juror.taps("Zobacz, co wysłano")
        assert juror.text == (await the_one(rig, contact)).masked
        await juror.taps("Wróć")
        await juror.taps("Zmień")
        await juror.taps("4 – ")
        assert "Decyzja: inny poziom, 4" in juror.text
        assert await level_of(rig) == "4"
        await juror.taps("Zmień decyzję")
        await juror.taps("Moja odpowiedź zostaje")
        assert await level_of(rig) == "2"
        await rig.house.passes(timedelta(hours=30))
        await juror.taps_data(encode(PickLevel((await the_one(rig, contact)).id, 0)))
        assert await level_of(rig) == "2"


@on_sqlite
async def test_the_juror_hears_at_once_where_that_is_wanted(database: Database, tmp_path: Path) -> None:
    """No word of what it is about stands in the message."""
    async with open_rig(database, tmp_path, rules=replace(RULES, tells_jurors=True)) as rig:
        juror = await rig.house.guest()
        await rig.rated()
        assert "Jest sugestia do tego raportu" in juror.text
        assert QUOTE not in juror.text
        await juror.taps("Zobacz")
        assert QUOTE in juror.text


@on_sqlite
async def test_an_answer_given_anew_holds(database: Database, tmp_path: Path) -> None:
    """Where the juror corrects the mark after a decision, the new mark counts, and the suggestion waits again."""
    async with open_rig(database, tmp_path) as rig:
        juror = await rig.house.guest()
        contact = await rig.rated()
        office = await rig.office()
        await office.says("/sugestie")
        await office.taps("✓ Potwierdź")
        assert await level_of(rig) == "1"
        await juror.taps_data(encode(ContinueContact(contact)))
        await juror.taps("Zmień odpowiedź")
        await juror.replies(contact, Change("t08"))
        await juror.replies(contact, Pick("5"))
        await juror.walk(contact, is_at(Report))
        await juror.replies(contact, Submit())
        await rig.house.settle()
        assert await level_of(rig) == "5"
        assert (await the_one(rig, contact)).decision is None
        assert len(rig.server.asked) == 1  # the text is the same


@on_sqlite
async def test_a_text_changed(database: Database, tmp_path: Path) -> None:
    """A suggestion about words that are gone is past; when they come back, so does it, and nothing is paid again."""
    async with open_rig(database, tmp_path) as rig:
        contact = await rig.rated()
        edition = rig.house.world.edition
        now = rig.house.clock()
        await rig.house.run(lambda unit: suggestions.keep_current(unit, contact, [], now=now))
        assert await rig.kept(contact) == []
        assert await rig.house.read(lambda unit: suggestions.waiting(unit, Scope(edition))) == 0
        await rig.rate(contact)
        assert len(await rig.kept(contact)) == 1
        assert len(rig.server.asked) == 1


@on_sqlite
async def test_the_rater_is_set(database: Database, tmp_path: Path) -> None:
    """What it took, what is on, and each criterion with its gate and how people decided."""
    async with open_rig(database, tmp_path, prices=(10.0, 10.0)) as rig:
        contact = await rig.rated()
        boss = await rig.office("organizer")
        await boss.says("/sugestie")
        await boss.taps("✓ Potwierdź")
        await boss.says("/sugestie")
        for words in ("Model: small-1", "Budżet: 10, wydano: 0,0079", "modelu: 1", "700", "kryteria: 1 z 1"):
            assert words in boss.text
        await boss.taps("Kryteria")
        assert "T08: zaliczone" in boss.text
        assert "0,71" in boss.text
        assert "Potwierdzone: 1, zmienione: 0, odrzucone: 0, czekają: 0" in boss.text
        await boss.taps("T08: wyłącz")
        assert "wyłączone ręcznie" in boss.text
        await boss.taps("T08: włącz")
        await boss.taps("Asystent ocen")
        for label in ("Sugestie: wyłącz", "Wysyłanie opisów: wyłącz", "Jurorzy widzą od razu: włącz"):
            await boss.taps(label)
        found = await rig.house.read(lambda unit: editions.edition(unit, rig.house.world.edition))
        assert found is not None
        rules = rater_from_json(found.rater)
        assert (rules.is_on, rules.may_send, rules.tells_jurors) == (False, False, True)
        assert contact


GATE_FILE = {
    "gate_version": 1,
    "model": "small-1",
    "prompt_version": RULES.prompt_version,
    "seed": 1,
    "criteria": {
        "T08": {
            "on": True,
            "reason": "passed",
            "levels": ["1", "2", "3", "4", "5"],
            "map": {"x": [1.0], "y": [1.0]},
            "measured": {"rater": {"kappa": {"value": 0.7}}, "humans": {"kappa": {"value": None}}},
        },
        "T13": {"on": False, "reason": "too_few", "levels": ["1", "2"], "map": None, "measured": {}},
    },
}


def test_gates_are_read() -> None:
    """The file of ``calibrate``, and settings through JSON and back; what is no such file is refused."""
    model, prompt, gates = gates_of(GATE_FILE)
    assert (model, prompt) == ("small-1", RULES.prompt_version)
    assert (gates["T08"].suggests, gates["T08"].kappa, gates["T08"].humans) == (True, 0.7, None)
    assert not gates["T13"].suggests
    rules = replace(RULES, gates=gates, alerted=("near",))
    assert rater_from_json(json.loads(json.dumps(rater_to_json(rules)))) == rules
    wrong = [[], {}, {**GATE_FILE, "model": ""}, {**GATE_FILE, "criteria": {"T08": {"on": 1}}}]
    for file in wrong:
        with pytest.raises(ValueError, match=r"gate|on, reason"):
            gates_of(file)
    wrong_settings: tuple[dict[str, Any], ...] = ({"gates": []}, {"other": 1}, {"budget": "x"}, {"gates": {"T": {}}})
    for data in wrong_settings:
        with pytest.raises(ValueError, match=r"settings|budget"):
            rater_from_json(data)


async def test_gates_are_switched(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``switch-rater`` names the editions there are where it finds none, and a file that is none."""
    async with open_rig(database, tmp_path) as rig:
        model, prompt, gates = gates_of(GATE_FILE)
        now = rig.house.clock()
        edition = rig.house.world.edition
        after = await rig.house.run(lambda unit: rating.switch_gates(unit, edition, model, prompt, gates, now=now))
        assert sorted(name for name, gate in after.gates.items() if gate.suggests) == ["T08"]
        assert (after.is_on, after.budget) == (RULES.is_on, RULES.budget)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert switch_rater(tmp_path / "none.json", edition="x") == 1

"""From reports to standings: kept up to date by whatever happens to a report, and never by something out of date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot import scorer
from bot.catching_up import catch_up
from bot.endings import Done
from bot.jobs import Kind, Rescore, Score, to_payload
from bot.office_taps.directory import PLACE_FIELDS, EditPlaceField
from bot.office_taps.queries import QueryCarryOut, QueryReopen
from bot.office_taps.reviewing import ReviewCard
from bot.publishing import publish_file
from bot.roles import scores
from bot.roles.office import compare_acts
from bot.roles.scores import UnknownRubric
from bot.scorer import Scorer
from bot.tap_kinds import ContinueContact
from bot.taps import encode
from scenarios.contact import Change, Report, Submit
from scenarios.problems import ScenarioError
from storage import (
    disagreements,
    doubts,
    editions,
    queries,
    queue,
    reviews,
    rubrics,
    schema,
    score_sheets,
    standings,
)
from storage.disagreements import How
from storage.queue import Job
from storage.reviews import ReviewState
from storage.scope import Scope
from storage.standings import StandingRow
from storage.unit import Unit
from tests.bot.house import House, asks, is_at
from tests.bot.reported import reported
from tests.bot.scored import SMALL, with_rubric

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def standing(house: House) -> StandingRow | None:
    """What the participant comes to."""
    return await house.read(lambda unit: standings.of_participant(unit, house.world.participant))


async def total(house: House) -> float:
    """Its total."""
    found = await standing(house)
    assert found is not None
    assert found.total is not None
    return found.total


async def calls(house: House, *levels: str) -> list[int]:
    """So many calls with those levels of the tone; nothing else differs."""
    return [await reported(house, house.world.juror, {"t08": level}) for level in levels]


async def test_a_report_sent_in_chat_leads_to_a_standing(house: House) -> None:
    """Sent, corrected, not counted, counted again: the standing follows, with its numbers."""
    version = await with_rubric(house)
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Report), t08="5")
    assert await standing(house) is None
    await juror.replies(contact, Submit())
    first = await standing(house)
    assert first is not None
    assert (first.rubric_version, first.contacts, first.not_approved) == (version, 1, 1)
    assert first.scores == {"total": first.total, "K": 100.0}
    assert first.spread["K"] == {"n": 1, "min": 100.0, "max": 100.0, "low": None, "high": None}
    await juror.replies(contact, Change("t08"))
    await juror.taps("1")
    assert (await standing(house)) == first
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    second = await standing(house)
    assert second is not None
    assert second.scores["K"] == pytest.approx(100 / 3)
    office = await house.guest("coordinator")
    await office.taps_data(encode(ReviewCard(contact)))
    await office.taps("✓ Zatwierdź")
    third = await standing(house)
    assert third is not None
    assert (third.not_approved, third.scores) == (0, second.scores)
    await office.taps("Cofnij tę decyzję")
    await office.taps("Nie liczy się")
    await office.taps("Rozpoznano jurora")
    assert await standing(house) is None
    kept = await house.read(lambda unit: score_sheets.of_contact(unit, contact))
    assert kept is not None
    assert (kept.counts, kept.data["a"]["t08"]) == (False, "1")
    await office.taps("Cofnij tę decyzję")
    again = await standing(house)
    assert again is not None
    assert again.scores == second.scores


@on_sqlite
async def test_what_was_decided_holds_until_it_is_undone(house: House) -> None:
    """Between two jurors, then in a query of the participant, which holds over it."""
    await with_rubric(house)
    contact, other = await calls(house, "2", "5")
    before = await total(house)
    now, world = house.clock(), house.world

    def settle(unit: Unit) -> None:
        found = {"item": "T08", "first": 2, "second": 5}
        whose = {"edition_id": world.edition, "participant_id": world.participant}
        disagreements.add(unit, contact, other, "t08", found=found, now=now, **whose)
        row = disagreements.of_pair(unit, contact, other)[0]
        disagreements.settle(unit, row.id, How.SECOND, value=5, now=now)
        compare_acts.note(unit, row, "settled", now=now, by=None)

    await house.run(settle)
    await house.settle()
    assert await total(house) == pytest.approx(before + 50 * 3 / 4 * 4 / 8)

    def ask(unit: Unit) -> int:
        query = queries.add(
            unit,
            edition_id=world.edition,
            participant_id=world.participant,
            contact_id=contact,
            path="t08",
            text="?",
            asked_by="x",
            asked_at=now,
            answer_by=now,
        )
        draft = {"draft": {"kind": "value", "value": 1}}
        queries.change(unit, query, effect=draft, answer="Po sprawdzeniu oceniamy rozmowę niżej.")
        return query

    query = await house.run(ask)
    office = await house.guest("organizer")
    await office.taps_data(encode(QueryCarryOut(query)))
    sheets = await house.read(lambda unit: score_sheets.of_participant(unit, world.participant))
    assert sheets is not None
    assert [one.data["a"]["t08"] for one in sheets.kept] == ["1", "5"]
    why = await house.read(lambda unit: scores.explained(unit, house.desk, world.participant))
    assert why is not None
    assert {row.node: row.value for row in why.scores} == (await standing(house)).scores  # type: ignore[union-attr]
    await office.taps_data(encode(QueryReopen(query)))
    sheets = await house.read(lambda unit: score_sheets.of_participant(unit, world.participant))
    assert sheets is not None
    assert [one.data["a"]["t08"] for one in sheets.kept] == ["5", "5"]


@on_sqlite
async def test_a_report_mostly_not_checked_is_marked_and_not_scored(house: House) -> None:
    """It gets a mark of doubt, which the search for doubts leaves alone; checked, it loses it and is scored."""
    await with_rubric(house)
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, asks("t08"))
    await juror.taps("Nie sprawdz")
    await juror.taps("Nie było okazji")
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    found = await standing(house)
    assert found is not None
    assert (found.total, found.contacts) == (None, 1)
    marks = await house.read(lambda unit: doubts.of_contact(unit, contact))
    assert [(mark.kind, mark.path, mark.details) for mark in marks if mark.kind == "much_not_checked"] == [
        ("much_not_checked", None, {"percent": 50})
    ]
    assert "score.left_out" in await house.noted(f"contact:{contact}")
    office = await house.guest("coordinator")
    await office.taps_data(encode(ReviewCard(contact)))
    assert "50%" in office.text
    await juror.taps_data(encode(ContinueContact(contact)))
    await juror.replies(contact, Change("t08"))
    await juror.taps("4")
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    assert await total(house) > 0
    marks = await house.read(lambda unit: doubts.of_contact(unit, contact))
    assert "much_not_checked" not in {mark.kind for mark in marks}
    assert "score.taken_in" in await house.noted(f"contact:{contact}")


@on_sqlite
async def test_without_a_rubric_there_are_sheets_and_no_standing(house: House) -> None:
    """Published later, everything sent before is scored; chosen for the edition, another one is gone by."""
    (contact,) = await calls(house, "5")
    assert await standing(house) is None
    assert await house.read(lambda unit: score_sheets.of_contact(unit, contact)) is not None
    assert await house.read(lambda unit: scores.rubric_of(unit, house.desk, house.world.edition)) is None
    assert await house.read(lambda unit: scores.explained(unit, house.desk, house.world.participant)) is None
    version = await with_rubric(house)
    edition, now = house.world.edition, house.clock()
    await house.run(lambda unit: scores.rubric_published(unit, "lider-zaufania", now=now))
    await house.settle()
    first = await standing(house)
    assert first is not None
    assert first.rubric_version == version
    assert first.spread["K"]["n"] == 1
    another = SMALL.replace("points: 4", "points: 40").replace("lider-zaufania", "inna")
    other = await with_rubric(house, another)
    assert await standing(house) == first
    await house.run(lambda unit: scores.choose_rubric(unit, edition, other, now=now, by=None))
    await house.settle()
    second = await standing(house)
    assert second is not None
    assert (second.rubric_version, second.total) != (version, first.total)
    rubric = await house.read(lambda unit: scores.rubric_of(unit, house.desk, edition))
    assert rubric is not None
    assert rubric.name == "inna"
    assert (await house.noted(f"edition:{edition}"))[-1] == "rubric.chosen"
    with pytest.raises(UnknownRubric):
        await house.run(lambda unit: scores.choose_rubric(unit, edition, "nobody", now=now, by=None))
    await house.run(lambda unit: scores.choose_rubric(unit, edition, None, now=now, by=None))
    await house.settle()
    assert (await standing(house)) is not None
    assert (await standing(house)).rubric_version == version  # type: ignore[union-attr]


def job(work: Rescore | Score) -> Job:
    """A job that says so, as the worker would claim it."""
    kind, payload = to_payload(work)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Job(0, kind, payload, None, None, 0, at, at)


def doer(house: House) -> Scorer:
    """The scorer, to be called by hand."""
    return Scorer(house.database, desk=house.desk)


async def waiting(house: House, kind: Kind) -> list[dict[str, object]]:
    """Payloads of jobs of a kind that wait."""

    def look(unit: Unit) -> list[dict[str, object]]:
        query = select(schema.jobs.c.payload).where(
            schema.jobs.c.kind == kind.value, schema.jobs.c.state == queue.WAITING
        )
        return list(unit.execute(query.order_by(schema.jobs.c.id)).scalars())

    return await house.read(look)


async def settled(house: House, ending: object) -> None:
    """Settle a job as the worker would, and stop there."""
    assert isinstance(ending, Done)
    assert ending.settle is not None
    settle, now = ending.settle, house.clock()
    await house.run(lambda unit: settle(unit, now))


async def test_a_stale_result_never_overwrites_a_newer_one(house: House) -> None:
    """Two results computed at once: the older finds the world changed, writes nothing and is computed again."""
    await with_rubric(house)
    contact, other = await calls(house, "2", "4")
    mine = doer(house)
    for change in (
        lambda unit: reviews.set_state(unit, contact, ReviewState.VOID, now=house.clock()),
        lambda unit: reviews.set_state(unit, other, ReviewState.APPROVED, now=house.clock()),
        lambda unit: editions.update_participant(unit, house.world.participant, type="szkoła"),
        lambda unit: editions.update_edition(unit, house.world.edition, time_zone="Asia/Tokyo"),
    ):
        before = await standing(house)
        stale = await mine(job(Score(contact)))
        await house.run(change)
        await settled(house, stale)
        assert await standing(house) == before
        await house.settle()
        assert (await waiting(house, Kind.SCORE)) == []
    found = await standing(house)
    assert found is not None
    assert (found.contacts, found.not_approved) == (1, 0)
    sheet = await house.read(lambda unit: score_sheets.of_contact(unit, contact))
    assert sheet is not None
    assert (sheet.counts, sheet.data["a"]["@hour"]) == (False, "18")
    assert (await mine(job(Score(999)))) == Done()


async def test_a_whole_edition_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some at a time, scores first, then ranges; killed anywhere, it goes on; done twice, nothing changes."""
    monkeypatch.setattr(scorer, "AT_ONCE", 2)
    monkeypatch.setattr(scorer, "SPREADS_AT_ONCE", 1)
    edition, now, first = house.world.edition, house.clock(), house.world.participant
    others = [
        await house.run(
            lambda unit, n=n: editions.add_participant(
                unit, edition_id=edition, name=f"Gmina {n}", short_name=f"Gmina {n}", type="gmina"
            )
        )
        for n in range(4)
    ]
    await calls(house, "4")
    for participant in (others[1], others[3]):
        house.world = replace(house.world, participant=participant)
        await calls(house, "2")
    house.world = replace(house.world, participant=first)
    await with_rubric(house)
    await house.run(lambda unit: unit.execute(delete(schema.score_sheets)))  # as they were before there were sheets
    assert await house.run(lambda unit: catch_up(unit, now=now)) == (edition,)
    await house.settle()
    rows = await house.read(lambda unit: standings.of_edition(unit, Scope(edition)))
    assert [placed.participant_id for placed, _row in rows] == [first, others[1], others[3]]
    assert all(row.spread["K"]["n"] == 1 for _placed, row in rows)
    assert await house.read(score_sheets.editions_behind) == []
    assert await house.run(lambda unit: catch_up(unit, now=now)) == ()
    parts = [(one["after"], one["spreads"]) for one in await done(house, Kind.RESCORE)]
    assert [after for after, spreads in parts if not spreads] == [0, others[0], others[2], others[3]]
    assert len([after for after, spreads in parts if spreads]) == len(others) + 2
    mine = doer(house)
    died = await mine(job(Rescore(edition)))
    again = await mine(job(Rescore(edition)))
    await settled(house, again)
    await settled(house, died)
    await house.settle()
    assert await house.read(lambda unit: standings.of_edition(unit, Scope(edition))) == rows


@on_sqlite
async def test_an_edition_again_does_not_overwrite_what_changed_meanwhile(house: House) -> None:
    """A participant that changed is computed again by itself; another rubric, and the edition begins anew."""
    await with_rubric(house)
    contact, _other = await calls(house, "2", "4")
    mine, edition = doer(house), house.world.edition
    stale = await mine(job(Rescore(edition)))
    await house.run(lambda unit: reviews.set_state(unit, contact, ReviewState.APPROVED, now=house.clock()))
    await settled(house, stale)
    await house.settle()
    found = await standing(house)
    assert found is not None
    assert found.not_approved == 1
    stale = await mine(job(Rescore(edition)))
    version = await with_rubric(house, SMALL.replace("points: 4", "points: 40"))
    await settled(house, stale)
    await house.settle()
    found = await standing(house)
    assert found is not None
    assert found.rubric_version == version
    assert found.spread


async def done(house: House, kind: Kind) -> list[dict[str, object]]:
    """Payloads of every job of a kind there was."""
    query = select(schema.jobs.c.payload).where(schema.jobs.c.kind == kind.value).order_by(schema.jobs.c.id)
    return await house.read(lambda unit: list(unit.execute(query).scalars()))


@on_sqlite
async def test_another_type_of_participant_is_another_score(house: House) -> None:
    """Changed in chat; the rubric may ask for the type."""
    await with_rubric(house, SMALL.replace("  - node: K\n", "  - node: K\n    where: {type: [gmina]}\n"))
    await calls(house, "5")
    first = await standing(house)
    assert first is not None
    assert first.scores["K"] == 100.0
    office = await house.guest("organizer")
    await office.taps_data(encode(EditPlaceField(house.world.participant, PLACE_FIELDS.index("type"))))
    await office.says("biblioteka")
    second = await standing(house)
    assert second is not None
    assert second.scores["K"] is None


@on_sqlite
async def test_rubrics_are_published_like_scenarios(house: House, tmp_path: Path) -> None:
    """Told apart by its tree; a new version of the usual rubric is what editions go by now; a broken one is refused."""
    path, now = tmp_path / "rubric.yaml", house.clock()
    path.write_text(SMALL, encoding="utf-8")
    await calls(house, "5")
    assert await house.run(lambda unit: publish_file(unit, path, now=now))
    await house.settle()
    assert not await house.run(lambda unit: publish_file(unit, path, now=now))
    assert await standing(house) is not None
    assert await house.noted("rubric:lider-zaufania") == ["published"]
    known = await house.read(rubrics.published)
    assert [(one.name, one.published_at) for one in known] == [("lider-zaufania", now)]
    path.write_text(SMALL.replace("rating: [1, 5]", "rating: 5"), encoding="utf-8")
    with pytest.raises(ScenarioError):
        await house.run(lambda unit: publish_file(unit, path, now=now))


@on_sqlite
async def test_a_rubric_is_held_against_the_scenarios_before_it_is_published(house: House, tmp_path: Path) -> None:
    """One that reads a step its scenario does not have would score nothing: it is refused, as `check` says."""
    now, path = house.clock(), tmp_path / "rubric.yaml"
    there = "reads: t08, points: 4, dimension: K"
    source = SMALL.replace("tags:", "scenarios: [telefon]\ntags:", 1)
    path.write_text(source.replace(there, there.replace("t08", "t99")), encoding="utf-8")
    with pytest.raises(ScenarioError, match="t99"):
        await house.run(lambda unit: publish_file(unit, path, now=now))
    assert await house.read(rubrics.published) == []


@on_sqlite
async def test_the_rubrics_that_ship_are_published_where_there_are_none(house: House) -> None:
    """An older installation gets them when it starts; its reports are scored by them."""
    await calls(house, "5", "4")
    now = house.clock()
    await house.run(lambda unit: catch_up(unit, now=now))
    await house.settle()
    found = await standing(house)
    assert found is not None
    assert found.scores["kultura.K.phone"] is not None
    assert found.total is None

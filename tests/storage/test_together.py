"""Rows written together and rows looked ahead for: the database is the same as with one statement after another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from scenarios.contact import Answer, Answered, AnswerState
from storage import contacts, editions, evidence, inbox, journal, people, queue, schema
from storage.ahead import FromChat
from storage.columns import json_text, json_value
from storage.database import Database
from storage.queue import Job
from storage.together import Write
from storage.unit import UNREAD, BrokenTransaction, Hand, Unit

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ADD = Write(schema.offsets, "channel", "value")
KEEP_LAST = Write(schema.offsets, "channel", "value", key="channel", replaces=("value",))


def rows(unit: Unit) -> dict[str, int]:
    """All offsets."""
    return {row.channel: row.value for row in unit.execute(select(schema.offsets))}


# Written together ---------------------------------------------------------------------------------------------------


async def test_every_statement_sees_what_was_to_be_written_later(database: Database) -> None:
    """Within a unit, and for the other units of its group."""

    def work(unit: Unit) -> dict[str, int]:
        unit.later(ADD, {"channel": "a", "value": 1})
        unit.later(ADD, {"channel": "b", "value": 2})
        return rows(unit)

    assert await database.run(work) == {"a": 1, "b": 2}
    assert await database.read(rows) == {"a": 1, "b": 2}


@pytest.mark.parametrize("count", [1, 3, 64, 65, 200])
async def test_any_number_of_rows_keeps_its_order(database: Database, count: int) -> None:
    """In statements of many rows, whose ids rise as the rows were given."""

    def work(unit: Unit) -> None:
        for number in range(count):
            journal.write(unit, at=NOW, who=None, what="w", subject="s", details={"n": number})

    await database.run(work)
    entries = await database.read(lambda unit: journal.of_subject(unit, "s"))
    assert [entry.details["n"] for entry in entries] == list(range(count))


async def test_a_row_that_cannot_be_written_undoes_its_unit_alone(database: Database) -> None:
    """Though it is found when the whole group is written."""

    def add(channel: str) -> Callable[[Unit], None]:
        def work(unit: Unit) -> None:
            unit.later(ADD, {"channel": channel, "value": 1})

        return work

    await database.run(add("there"))
    works = [database.run(add(name)) for name in ("one", "there", "two")]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes[::2]] == [type(None)] * 2
    assert isinstance(outcomes[1], DBAPIError)
    assert await database.read(rows) == {"there": 1, "one": 1, "two": 1}


async def test_a_lost_row_is_never_swallowed(database: Database) -> None:
    """A unit that catches the error of a statement before which rows were written is refused."""
    await database.run(lambda unit: unit.later(ADD, {"channel": "a", "value": 1}))

    def work(unit: Unit) -> None:
        unit.later(ADD, {"channel": "a", "value": 2})
        try:
            rows(unit)
        except DBAPIError:
            return

    with pytest.raises((BrokenTransaction, DBAPIError)):
        await database.run(work)
    assert await database.read(rows) == {"a": 1}


async def test_a_changed_row_must_be_there(database: Database) -> None:
    """As with a statement of its own."""
    with pytest.raises(LookupError):
        await database.run(lambda unit: people.touch(unit, 4711, NOW, reachable=True))


async def test_a_look_cannot_write_later_either(database: Database) -> None:
    """What it would write is refused, not forgotten."""
    with pytest.raises(DBAPIError):
        await database.read(lambda unit: unit.later(ADD, {"channel": "a", "value": 1}))


STEPS = st.lists(
    st.tuples(st.sampled_from(["last", "put", "plain", "see"]), st.sampled_from("abcd"), st.integers(0, 99)),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])  # emptied for each example
@given(units=st.lists(STEPS, max_size=4))
async def test_any_order_of_writes_gives_the_same_as_one_by_one(
    database: Database, units: list[list[tuple[str, str, int]]]
) -> None:
    """Rows that replace each other, plain statements between them, jobs that replace waiting ones."""
    told: dict[str, int] = {}
    waiting: dict[str, int] = {}
    seen: list[dict[str, int]] = []
    expected_seen: list[dict[str, int]] = []

    def work(unit: Unit, steps: Sequence[tuple[str, str, int]]) -> None:
        for what, key, value in steps:
            match what:
                case "last":
                    unit.later(KEEP_LAST, {"channel": key, "value": value})
                case "plain":
                    unit.execute(update(schema.offsets).where(schema.offsets.c.channel == key).values(value=value))
                case "put":
                    queue.put_later(unit, kind="k", payload={"n": value}, run_at=NOW, dedup_key=key, now=NOW)
                case _:
                    seen.append(rows(unit))

    await database.run(lambda unit: [unit.execute(table.delete()) for table in (schema.offsets, schema.jobs)])
    for steps in units:
        for what, key, value in steps:
            match what:
                case "last":
                    told[key] = value
                case "plain" if key in told:
                    told[key] = value
                case "put":
                    waiting[key] = value
                case "see":
                    expected_seen.append(dict(told))
        await database.run(lambda unit, steps=steps: work(unit, steps))
    assert seen == expected_seen
    assert await database.read(rows) == told
    jobs = await database.read(lambda unit: unit.execute(select(schema.jobs.c.dedup_key, schema.jobs.c.payload)).all())
    assert {key: payload["n"] for key, payload in jobs} == waiting


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner)
        ),
        max_leaves=8,
    )
)
def test_json_is_kept_as_pythons_own_keeps_it(value: object) -> None:
    """Half an emoji, numbers beyond 64 bits and numbers that are none included."""
    assert repr(json_value(json_text(value))) == repr(json.loads(json.dumps(value)))


# Looked ahead -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Chat:
    """A person's chat and the contact they are at."""

    person: int
    contact: int


@pytest.fixture
async def chat(database: Database, world: Any) -> Chat:  # noqa: ANN401 - the storage tests' world
    """The juror at a contact, with an address."""

    def work(unit: Unit) -> Chat:
        contact = world.begin(unit)
        people.set_focus(unit, world.juror, contact.id)
        values = {"person_id": world.juror, "channel": "telegram", "chat": "7", "reachable": True}
        unit.execute(schema.addresses.insert().values(**values, created_at=NOW, used_at=NOW))
        return Chat(world.juror, contact.id)

    return await database.run(work)


async def ahead(database: Database, work: Callable[[Unit], Any]) -> Any:  # noqa: ANN401 - what the work returns
    """Run a unit for which the chat was looked ahead."""
    return await database.run(work, ahead=FromChat("telegram", "7", "1"))


async def test_what_was_foreseen_is_what_is_read(database: Database, chat: Chat) -> None:
    """The same values as without, and no statement more."""

    def look(unit: Unit) -> tuple[Any, ...]:
        found = people.find(unit, "telegram", "7", lock=True)
        row = contacts.load(unit, chat.contact, lock=True)
        assert found is not None and row is not None  # noqa: PT018 - both are there
        edition = editions.edition(unit, found[0].edition_id)
        return found, row, edition, evidence.of_contact(unit, row.id), inbox.take(unit, "telegram", "1", NOW)

    foreseen = await ahead(database, lambda unit: (unit.recall(contacts.CONTACTS, chat.contact), look(unit)))
    assert foreseen[0] is foreseen[1][1]
    without = await database.run(look)
    assert foreseen[1][:4] == without[:4]
    assert (foreseen[1][4], without[4]) == (True, False)


async def test_a_statement_makes_the_unit_forget_what_it_may_change(database: Database, chat: Chat) -> None:
    """The person is read again after a plain change; the contact is still known."""

    def work(unit: Unit) -> tuple[Any, ...]:
        people.set_focus(unit, chat.person, None)
        found = people.find(unit, "telegram", "7", lock=True)
        assert found is not None
        return (
            found[0].focus,
            unit.recall(people.CHATS, ("telegram", "7")),
            unit.recall(contacts.CONTACTS, chat.contact),
        )

    focus, known, contact = await ahead(database, work)
    assert focus is None
    assert known is UNREAD
    assert contact is not UNREAD


async def begins_with(database: Database, chat: Chat) -> tuple[bool, bool]:
    """Whether the next transaction knows the person and the contact from the one before."""

    def look(unit: Unit) -> tuple[bool, bool]:
        here = unit.recall(people.CHATS, ("telegram", "7"))
        return here is not UNREAD, unit.recall(contacts.CONTACTS, chat.contact) is not UNREAD

    return await database.run(look)


async def test_a_transaction_begins_with_what_the_last_one_read(database: Database, chat: Chat) -> None:
    """Where nobody else can have written: never on PostgreSQL; which updates were taken is asked each time."""
    await ahead(database, lambda _unit: None)
    is_alone = database.url.get_backend_name() == "sqlite"
    assert await begins_with(database, chat) == (is_alone, is_alone)
    assert await database.run(lambda unit: unit.recall(inbox.TAKEN, ("telegram", "1"))) is UNREAD


async def test_what_another_process_writes_is_read(database: Database, chat: Chat, database_url: str) -> None:
    """Whatever it wrote: nothing read before is believed."""
    await ahead(database, lambda _unit: None)
    other = Database(database_url)
    await other.start()
    try:
        await other.run(lambda unit: people.set_focus(unit, chat.person, None))
    finally:
        await other.stop()
    assert await begins_with(database, chat) == (False, False)
    found = await ahead(database, lambda unit: people.find(unit, "telegram", "7", lock=True))
    assert found[0].focus is None


async def test_what_an_undone_transaction_read_is_read_again(database: Database, chat: Chat) -> None:
    """Its changes never came about."""

    def work(unit: Unit) -> None:
        people.set_focus(unit, chat.person, None)
        found = people.find(unit, "telegram", "7", lock=True)
        unit.remember(people.CHATS, ("telegram", "7"), found)
        raise ValueError("undo")

    await ahead(database, lambda _unit: None)
    with pytest.raises(ValueError, match="undo"):
        await ahead(database, work)
    assert await begins_with(database, chat) == (False, False)
    found = await ahead(database, lambda unit: people.find(unit, "telegram", "7", lock=True))
    assert found[0].focus == chat.contact


async def test_too_much_is_not_kept_for_the_next_transaction(
    database: Database, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded; then it is read again."""
    monkeypatch.setattr("storage.unit.MOST_KNOWN", 1)
    await ahead(database, lambda _unit: None)
    assert await begins_with(database, chat) == (False, False)


async def test_units_of_a_group_see_each_others_answers(database: Database, chat: Chat) -> None:
    """The second begins where the first ended, though both were looked ahead for before either ran."""

    def answer(unit: Unit) -> int:
        row = contacts.load(unit, chat.contact, lock=True)
        assert row is not None
        before = row.contact
        given_now = Answer("w01", AnswerState.GIVEN, before.revision, NOW, before.revision + 1)
        after = type(before)(
            before.id, before.scenario_version, before.case, before.facts, before.begun_at, revision=before.revision + 1
        )
        contacts.save(unit, after, [Answered(given_now, None)], update_id=None, now=NOW)
        return before.revision

    works = [database.run(answer, ahead=FromChat("telegram", "7", str(number))) for number in range(20)]
    assert await asyncio.gather(*works) == list(range(20))
    kept = await database.read(lambda unit: contacts.revisions(unit, chat.contact))
    assert [one.value for one in kept] == list(range(20))


async def test_the_same_update_twice_in_a_group_is_taken_once(database: Database, chat: Chat) -> None:
    """Both were found not to be there before either was taken."""
    assert chat.contact
    works = [
        database.run(lambda unit: inbox.take(unit, "telegram", "5", NOW), ahead=FromChat("telegram", "7", "5"))
        for _ in range(8)
    ]
    assert sorted(await asyncio.gather(*works)) == [False] * 7 + [True]


# Handed over --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Hands:
    """A worker that takes every message, up to a number."""

    most: int = 100
    taken: list[Job] = field(default_factory=list)

    @property
    def hand(self) -> Hand:
        """It takes what it has room for."""
        return Hand("hands", LEASE, room=lambda: self.most - len(self.taken), takes=lambda kind, _key: kind == "send")

    def glance(self, unit: Unit, taken: Sequence[Job]) -> dict[int, str]:
        """Something that is read in the same transaction."""
        states = unit.execute(select(schema.jobs.c.id, schema.jobs.c.state)).all()
        return {number: state for number, state in states if number in {job.id for job in taken}}

    def take(self, taken: Sequence[Job], glances: Mapping[int, str]) -> None:
        """They are ours now."""
        assert glances == dict.fromkeys((job.id for job in taken), queue.CLAIMED)
        self.taken += taken


def put(unit: Unit, body: str, key: str, *, kind: str = "send", wait: float = 0) -> None:
    """Put a job."""
    run_at = NOW + timedelta(seconds=wait)
    queue.put_later(unit, kind=kind, payload={"body": body}, run_at=run_at, lock_key=key, now=NOW)


def claimed(unit: Unit, at: datetime) -> list[str]:
    """What another worker can take."""
    return [job.payload["body"] for job in queue.claim(unit, worker="other", now=at, lease=LEASE, limit=50)]


async def test_only_what_may_go_at_once_is_handed_over(database: Database) -> None:
    """The first of each key; none behind another, none for later, none of another kind; the others wait in order."""
    hands = Hands()
    database.hand_to(hands)

    def work(unit: Unit) -> None:
        put(unit, "a1", "a")
        put(unit, "a2", "a")
        put(unit, "later", "b", wait=5)
        put(unit, "file", "c", kind="fetch")
        put(unit, "d1", "d")

    await database.run(work)
    await database.run(lambda unit: put(unit, "a3", "a"))
    await asyncio.sleep(0)
    assert [job.payload["body"] for job in hands.taken] == ["a1", "d1"]
    assert await database.run(lambda unit: claimed(unit, NOW)) == ["file"]
    done = {job.id for job in hands.taken}
    assert await database.run(lambda unit: queue.finish_all(unit, hands.taken, NOW, worker="hands")) == done
    assert await database.run(lambda unit: claimed(unit, NOW)) == ["a2"]
    ids = await database.read(
        lambda unit: unit.execute(select(schema.jobs.c.payload).order_by(schema.jobs.c.id)).scalars().all()
    )
    assert [payload["body"] for payload in ids] == ["a1", "a2", "later", "file", "d1", "a3"]


async def test_what_was_handed_over_comes_free_with_its_lease(database: Database) -> None:
    """Whoever took it and died holds nobody up for longer."""
    hands = Hands()
    database.hand_to(hands)
    await database.run(lambda unit: put(unit, "a1", "a"))
    assert await database.run(lambda unit: claimed(unit, NOW)) == []
    assert await database.run(lambda unit: claimed(unit, NOW + LEASE)) == ["a1"]
    assert await database.run(lambda unit: queue.finish_all(unit, hands.taken, NOW, worker="hands")) == set()


async def test_of_many_that_ended_only_those_still_held_are_finished(database: Database) -> None:
    """What another took over meanwhile stays its own."""
    hands = Hands()
    database.hand_to(hands)
    await database.run(lambda unit: [put(unit, name, name) for name in ("a", "b", "c")])
    await asyncio.sleep(0)
    lost = next(job.id for job in hands.taken if job.payload["body"] == "b")
    taken_over = update(schema.jobs).where(schema.jobs.c.id == lost).values(worker="other")
    await database.run(lambda unit: unit.execute(taken_over).rowcount)
    held = await database.run(lambda unit: queue.finish_all(unit, hands.taken, NOW, worker="hands"))
    assert held == {job.id for job in hands.taken} - {lost}
    states = dict(await database.read(lambda unit: [tuple(row) for row in unit.execute(_STATES)]))
    assert states == {job.id: "claimed" if job.id == lost else "done" for job in hands.taken}


_STATES = select(schema.jobs.c.id, schema.jobs.c.state)


async def test_nothing_is_handed_over_from_a_unit_that_was_undone(database: Database) -> None:
    """Nor twice, where the group ran again one by one."""
    hands = Hands()
    database.hand_to(hands)

    def fails(unit: Unit) -> None:
        put(unit, "undone", "x")
        unit.flush()
        raise ValueError

    outcomes = await asyncio.gather(
        database.run(lambda unit: put(unit, "one", "a")),
        database.run(fails),
        database.run(lambda unit: put(unit, "two", "b")),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None)]
    assert [job.payload["body"] for job in hands.taken] == ["one", "two"]


async def test_no_more_is_handed_over_than_there_is_room(database: Database) -> None:
    """The rest waits for whoever claims it."""
    hands = Hands(most=2)
    database.hand_to(hands)
    await database.run(lambda unit: [put(unit, str(number), str(number)) for number in range(5)])
    await asyncio.sleep(0)
    assert [job.payload["body"] for job in hands.taken] == ["0", "1"]
    assert await database.run(lambda unit: claimed(unit, NOW)) == ["2", "3", "4"]


async def test_ids_are_drawn_by_two_processes_at_once(database: Database, database_url: str) -> None:
    """Both number their jobs themselves, and no number is given twice, nor out of order within a key."""
    async with AsyncExitStack() as closing:
        other = Database(database_url)
        await other.start()
        closing.push_async_callback(other.stop)
        for one in (database, other):
            one.hand_to(Hands(most=10_000))

        async def fill(through: Database, name: str) -> None:
            for number in range(30):
                await asyncio.gather(
                    *(through.run(lambda unit, n=number, key=key: put(unit, f"{name}{n}", key)) for key in "abc")
                )

        await asyncio.gather(fill(database, "x"), fill(other, "y"))
    jobs = await database.read(
        lambda unit: unit.execute(
            select(schema.jobs.c.lock_key, schema.jobs.c.payload).order_by(schema.jobs.c.id)
        ).all()
    )
    assert len(jobs) == 180
    for key in "abc":
        for name in "xy":
            bodies = [payload["body"] for of, payload in jobs if of == key and payload["body"].startswith(name)]
            assert bodies == [f"{name}{number}" for number in range(30)]

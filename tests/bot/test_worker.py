"""The worker: every outcome of a channel, order and patience, and nothing lost wherever it is cut off."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from bot import endings, jobs, worker
from bot.channels.base import Address, Command, Delivered, Gone, Outcome, Outgoing, Refused, Tidy, TryLater, Unclear
from bot.endings import Doer, Done, Ending, Later, Never
from bot.worker import MAX_ATTEMPTS, Worker
from storage import journal, messages, people, queue, schema
from storage.database import Database, StorageUnavailable
from storage.people import AddressRow
from storage.queue import Job
from storage.unit import Unit
from tests.scripted import START, Clock, CrashingDatabase, Died, ScriptedChannel, Somebody, add_somebody, work_off

T = TypeVar("T")


@pytest.fixture
async def sqlite(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A started SQLite database."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def channel() -> ScriptedChannel:
    """A channel that does as it is told."""
    return ScriptedChannel()


@pytest.fixture
async def ola(sqlite: Database) -> Somebody:
    """A juror with a chat."""
    return await sqlite.run(lambda unit: add_somebody(unit, "ola"))


class Told:
    """What the worker told others, kept in the journal as the others would."""

    def gone(self, unit: Unit, address: AddressRow, reason: str, now: datetime) -> None:
        """Tell that an address is gone."""
        journal.write(unit, at=now, who=None, what="told.gone", subject="told", details={address.chat: reason})

    def buried(self, unit: Unit, job: Job, problem: str, now: datetime) -> None:
        """Tell that a job was given up."""
        journal.write(unit, at=now, who=None, what="told.buried", subject="told", details={job.kind: problem})


def a_worker(
    database: Database,
    channel: ScriptedChannel,
    clock: Callable[[], datetime],
    *,
    doers: Mapping[jobs.Kind, Doer] | None = None,
    name: str = "w1",
    concurrency: int = worker.CONCURRENCY,
    lease: timedelta = worker.LEASE,
) -> Worker:
    """A worker with the scripted channel."""
    told = Told()
    return Worker(
        database,
        channels={channel.name: channel},
        doers=doers or {},
        clock=clock,
        on_gone=told.gone,
        on_buried=told.buried,
        name=name,
        concurrency=concurrency,
        lease=lease,
    )


def say(unit: Unit, to: Somebody, body: str, **more: Any) -> int:  # noqa: ANN401 - whatever an Outgoing has
    """Put a message for somebody; the job's id."""
    outgoing = Outgoing(body, **more)
    jobs.put_send(unit, outgoing, address_id=to.address_id, channel="scripted", chat=to.chat, now=START)
    return int(unit.execute(select(func.max(schema.jobs.c.id))).scalar_one())


async def told(database: Database) -> list[tuple[str, dict[str, str]]]:
    """What the worker told others."""
    entries = await database.read(lambda unit: journal.of_subject(unit, "told"))
    return [(entry.what, dict(entry.details)) for entry in entries]


async def states(database: Database) -> dict[str, int]:
    """How many jobs there are of each state."""
    return await database.read(queue.pending)


NOTHING_LEFT = {"waiting": 0, "claimed": 0, "buried": 0}


async def nothing_left(database: Database) -> None:
    """Wait until every job is done."""
    while (await states(database)) != NOTHING_LEFT:
        await asyncio.sleep(0.005)


# Outcomes -----------------------------------------------------------------------------------------------------------


async def test_what_was_sent_is_noted(sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody) -> None:
    """The channel's id of a question is kept with its contact and turn; the job is done."""
    job_id = await sqlite.run(lambda unit: say(unit, ola, "Jak?", contact_id=3, turn=7))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("ola") == ["Jak?"]
    assert await sqlite.read(lambda unit: messages.ref_of(unit, ola.address_id, 3, 7)) == f"m{job_id}"
    assert await states(sqlite) == NOTHING_LEFT


async def test_an_earlier_message_is_found_to_be_tidied(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """The next question carries the channel's id of the one it tidies."""
    first = await sqlite.run(lambda unit: say(unit, ola, "Pierwsze?", contact_id=3, turn=1))
    tidy = Tidy(contact_id=3, turn=1, body="Pierwsze: tak")
    await sqlite.run(lambda unit: say(unit, ola, "Drugie?", contact_id=3, turn=2, tidies=tidy))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.sent[1].tidies is not None
    assert channel.sent[1].tidies.message == f"m{first}"


async def test_a_stranger_gets_an_answer_that_is_not_kept(
    sqlite: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    """Somebody without an address of ours is answered, and nothing is noted of it."""
    await sqlite.run(
        lambda unit: jobs.put_send(
            unit, Outgoing("Dzień dobry."), address_id=None, channel="scripted", chat="obcy", now=START
        )
    )
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("obcy") == ["Dzień dobry."]
    assert await sqlite.read(lambda unit: unit.execute(select(schema.messages)).all()) == []


async def test_retry_after_is_obeyed_and_does_not_count(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """However often the channel asks for patience within a day, the message arrives, after all those seconds."""
    channel.outcomes.extend(TryLater(30.0, "429") for _ in range(3 * MAX_ATTEMPTS))
    await sqlite.run(lambda unit: say(unit, ola, "cierpliwie"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("ola") == ["cierpliwie"]
    assert clock.at - START == timedelta(seconds=30 * 3 * MAX_ATTEMPTS)


async def test_patience_ends(sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody) -> None:
    """After a day each refusal counts, and the message is given up and told of."""
    channel.outcomes.extend(TryLater(10_000_000.0, "429") for _ in range(100))
    await sqlite.run(lambda unit: say(unit, ola, "na próżno"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert await states(sqlite) == NOTHING_LEFT | {"buried": 1}
    assert await told(sqlite) == [("told.buried", {"send": f"given up after {MAX_ATTEMPTS} tries: 429"})]
    assert timedelta(days=1) < clock.at - START < timedelta(days=2)


async def test_an_unreachable_address_is_told_of_once(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """The first message that finds the person gone marks the address and tells; the second only tries."""
    channel.outcomes.extend([Gone("blocked"), Gone("blocked")])
    for body in ("raz", "dwa"):
        await sqlite.run(lambda unit, body=body: say(unit, ola, body))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.seen == []
    assert await states(sqlite) == NOTHING_LEFT
    address = await sqlite.read(lambda unit: people.address(unit, ola.address_id))
    assert address is not None
    assert not address.reachable
    assert await told(sqlite) == [("told.gone", {"ola": "blocked"})]
    entries = await sqlite.read(lambda unit: journal.of_subject(unit, f"person:{ola.person_id}"))
    assert [entry.what for entry in entries] == ["address.gone"]


async def test_a_person_who_came_back_is_reachable(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """A message that arrives says so."""
    await sqlite.run(lambda unit: people.set_reachable(unit, ola.address_id, reachable=False))
    await sqlite.run(lambda unit: say(unit, ola, "jest?"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    address = await sqlite.read(lambda unit: people.address(unit, ola.address_id))
    assert address is not None
    assert address.reachable


async def test_a_refused_message_is_buried_and_told_of(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """It is not tried again, and does not hold up the next."""
    channel.outcomes.append(Refused("message is too long"))
    job_id = await sqlite.run(lambda unit: say(unit, ola, "za długie"))
    await sqlite.run(lambda unit: say(unit, ola, "następne"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("ola") == ["następne"]
    assert await told(sqlite) == [("told.buried", {"send": "refused: message is too long"})]
    entries = await sqlite.read(lambda unit: journal.of_subject(unit, f"job:{job_id}"))
    assert [entry.what for entry in entries] == ["job.buried"]


async def test_an_unclear_message_is_sent_again(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """Twice is harmless, never is not; the next message waits for it."""
    channel.outcomes.append(Unclear("connection reset"))
    for body in ("raz", "dwa"):
        await sqlite.run(lambda unit, body=body: say(unit, ola, body))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("ola") == ["raz", "raz", "dwa"]


async def test_a_channel_that_raises_is_tried_again_ever_later_and_given_up(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """A fault of ours costs ten tries over about half an hour; then people are told."""
    channel.outcomes.extend(RuntimeError("fault") for _ in range(100))
    await sqlite.run(lambda unit: say(unit, ola, "pech"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert len(channel.outcomes) == 100 - MAX_ATTEMPTS
    assert clock.at - START == timedelta(seconds=sum(endings.pause(n) for n in range(1, MAX_ATTEMPTS)))
    assert await told(sqlite) == [
        ("told.buried", {"send": f"given up after {MAX_ATTEMPTS} tries: RuntimeError: fault"})
    ]


async def test_a_channel_that_never_answers_is_given_up_in_time(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that hangs counts as unclear."""
    monkeypatch.setattr("bot.sending.CALL_SECONDS", 0.02)
    channel.hold = asyncio.Event()
    await sqlite.run(lambda unit: say(unit, ola, "cisza"))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert (await told(sqlite))[0][1]["send"].startswith(f"given up after {MAX_ATTEMPTS} tries: unclear")


async def test_a_channel_that_is_elsewhere_is_waited_for(
    sqlite: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    """A message for another process's channel is left to that process."""
    await sqlite.run(
        lambda unit: jobs.put_send(unit, Outgoing("?"), address_id=None, channel="pigeon", chat="1", now=START)
    )
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock, until=timedelta(minutes=20))
    assert await states(sqlite) == NOTHING_LEFT | {"waiting": 1}


def test_pauses_double_up_to_half_an_hour() -> None:
    """2, 4, 8 … 1800 seconds, however many tries there were."""
    assert [endings.pause(n) for n in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert endings.pause(10_000) == endings.LONGEST_PAUSE


# Order and concurrency ----------------------------------------------------------------------------------------------


async def test_order_per_address_on_every_database(database: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """Two workers, five chats, twelve messages each, trouble on the way: each chat reads them in order."""
    chats = [await database.run(lambda unit, n=n: add_somebody(unit, f"chat{n}")) for n in range(5)]
    for index, chat in enumerate(chats):
        channel.outcomes_of[chat.chat].extend([Delivered("x"), TryLater(index + 1.0, "429"), Unclear("reset")])
    for number in range(12):
        for chat in chats:
            await database.run(lambda unit, chat=chat, number=number: say(unit, chat, str(number)))
    other = a_worker(database, channel, clock, name="w2")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(other.run())
        await work_off(database, a_worker(database, channel, clock), clock)
        other.stop()
    for chat in chats:
        arrived = channel.bodies(chat.chat)
        assert list(dict.fromkeys(arrived)) == [str(number) for number in range(12)]
        assert arrived == sorted(arrived, key=int)
        assert len(arrived) == 13  # one of them was unclear and came twice


async def test_no_more_jobs_at_once_than_allowed(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """Twenty chats, room for three."""
    for number in range(20):
        somebody = await sqlite.run(lambda unit, number=number: add_somebody(unit, f"chat{number}"))
        await sqlite.run(lambda unit, somebody=somebody: say(unit, somebody, "tak"))
    channel.hold = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work_off(sqlite, a_worker(sqlite, channel, clock, concurrency=3), clock))
        while channel.under_way < 3:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        channel.hold.set()
    assert len(channel.seen) == 20
    assert channel.most_under_way == 3


async def test_what_is_handed_over_waits_here_for_its_turn(
    sqlite: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    """Twenty messages of one commit, room for three: none goes back to the queue, all go out, each once."""
    chats = [await sqlite.run(lambda unit, n=n: add_somebody(unit, f"chat{n}")) for n in range(20)]
    channel.hold = asyncio.Event()
    handing = a_worker(sqlite, channel, clock, concurrency=3)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
        tasks.create_task(handing.run())
        await asyncio.sleep(0.05)
        await sqlite.run(lambda unit: _put_for_all(unit, chats))
        while channel.under_way < 3:
            await asyncio.sleep(0.005)
        assert await states(sqlite) == NOTHING_LEFT | {"claimed": 20}
        channel.hold.set()
        while len(channel.seen) < 20:
            await asyncio.sleep(0.005)
        handing.stop()
    assert sorted(channel.seen) == sorted((one.chat, "tak") for one in chats)
    assert channel.most_under_way == 3
    assert await states(sqlite) == NOTHING_LEFT


async def test_what_waited_long_is_looked_at_again(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """A chat that was hidden while its message waited here for its turn gets nothing."""
    first, second = [await sqlite.run(lambda unit, n=n: add_somebody(unit, f"chat{n}")) for n in range(2)]
    channel.hold = asyncio.Event()
    handing = a_worker(sqlite, channel, clock, concurrency=1)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
        tasks.create_task(handing.run())
        await asyncio.sleep(0.05)
        await sqlite.run(lambda unit: _put_for_all(unit, [first, second]))
        await channel.began.wait()
        await sqlite.run(lambda unit: people.set_hidden(unit, second.person_id, START))
        clock.at += worker.GLANCE_LASTS + timedelta(seconds=1)
        channel.hold.set()
        while await states(sqlite) != NOTHING_LEFT | {"waiting": 1}:
            await asyncio.sleep(0.005)
        handing.stop()
    assert channel.seen == [(first.chat, "tak")]


async def test_stopping_gives_back_what_waits_here(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """What was taken and not begun is anybody's at once."""
    chats = [await sqlite.run(lambda unit, n=n: add_somebody(unit, f"chat{n}")) for n in range(5)]
    channel.hold = asyncio.Event()
    handing = a_worker(sqlite, channel, clock, concurrency=2)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
        tasks.create_task(handing.run())
        await asyncio.sleep(0.05)
        await sqlite.run(lambda unit: _put_for_all(unit, chats))
        while channel.under_way < 2:
            await asyncio.sleep(0.005)
        handing.stop()
        while await states(sqlite) != NOTHING_LEFT | {"claimed": 2, "waiting": 3}:
            await asyncio.sleep(0.005)
        channel.hold.set()
    assert len(channel.seen) == 2
    assert await states(sqlite) == NOTHING_LEFT | {"waiting": 3}


def _put_for_all(unit: Unit, chats: Sequence[Somebody]) -> None:
    for one in chats:
        jobs.put_send(unit, Outgoing("tak"), address_id=one.address_id, channel="scripted", chat=one.chat, now=START)


async def test_a_commit_wakes_the_worker(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """A message put while the worker rests goes out without waiting for the poll."""
    idle = a_worker(sqlite, channel, clock)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(worker.POLL_SECONDS / 2):
        tasks.create_task(idle.run())
        await asyncio.sleep(0.1)
        await sqlite.run(lambda unit: say(unit, ola, "już"))
        await channel.arrived.wait()
        idle.stop()


# Hidden chats -------------------------------------------------------------------------------------------------------


async def test_a_hidden_chat_shows_only_what_is_harmless(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """What is telling waits for hours without counting, in order; the harmless message passes it; then all arrive."""
    await sqlite.run(lambda unit: people.set_hidden(unit, ola.person_id, START))
    await sqlite.run(lambda unit: say(unit, ola, "Pytanie 1"))
    await sqlite.run(lambda unit: say(unit, ola, "Pytanie 2"))
    await sqlite.run(lambda unit: say(unit, ola, "Lista zakupów", harmless=True))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock, until=timedelta(hours=8))
    assert channel.bodies("ola") == ["Lista zakupów"]

    def show(unit: Unit) -> None:
        people.set_hidden(unit, ola.person_id, None)
        queue.release(unit, "scripted:ola", clock.at)

    await sqlite.run(show)
    shown_at = clock.at
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.bodies("ola") == ["Lista zakupów", "Pytanie 1", "Pytanie 2"]
    assert clock.at == shown_at


async def test_a_chat_shown_while_its_message_is_given_back_waits_no_longer(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken in a hidden chat, and is put off as the chat comes back, goes at once with all behind it."""
    await sqlite.run(lambda unit: people.set_hidden(unit, ola.person_id, START))
    await sqlite.run(lambda unit: say(unit, ola, "Pytanie 1"))
    settle = sqlite.run
    shown: list[bool] = []

    def show(unit: Unit) -> None:
        people.set_hidden(unit, ola.person_id, None)
        queue.release(unit, "scripted:ola", clock.at)
        say(unit, ola, "Pytanie 2")

    async def shown_before(work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        if urgent and not shown:
            shown.append(True)
            await settle(show)
        return await settle(work, urgent=urgent)

    monkeypatch.setattr(sqlite, "run", shown_before)
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert shown
    assert channel.bodies("ola") == ["Pytanie 1", "Pytanie 2"]
    assert clock.at == START


async def test_what_was_under_way_while_hiding_is_taken_back(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """A question that arrives just after the chat was hidden is deleted again."""
    channel.hold = asyncio.Event()
    job_id = await sqlite.run(lambda unit: say(unit, ola, "Pytanie", contact_id=3, turn=1))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work_off(sqlite, a_worker(sqlite, channel, clock), clock))
        await channel.began.wait()
        await sqlite.run(lambda unit: people.set_hidden(unit, ola.person_id, START))
        channel.hold.set()
    assert channel.cleaned == [("ola", (f"m{job_id}",))]


async def test_a_chat_is_cleaned(sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody) -> None:
    """The ids that were put are the ids the channel deletes, also after a pause it asked for."""
    channel.outcomes.append(TryLater(3.0, "429"))
    await sqlite.run(
        lambda unit: jobs.put_clean(
            unit, ["1", "2"], address_id=ola.address_id, channel="scripted", chat="ola", now=START
        )
    )
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.cleaned == [("ola", ("1", "2"))]


async def test_commands_are_published(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """The last list put is the one that is offered."""
    for names in (("pomoc",), ("zadania", "pomoc")):
        commands = [Command(name, name) for name in names]
        await sqlite.run(
            lambda unit, commands=commands: jobs.put_commands(
                unit, commands, language="pl", channel="scripted", chat="ola", now=START
            )
        )
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert channel.commands == [("pl", "zadania"), ("pl", "pomoc")]


# Doers of other kinds -----------------------------------------------------------------------------------------------


def put_remind(unit: Unit) -> None:
    """Put a reminder that is due."""
    jobs.put_remind(unit, 3, run_at=START, now=START)


async def test_a_step_within_the_unit_happens_once(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """A doer's step is written in the same unit that finishes its job, and knows the job and the moment."""

    def remind(unit: Unit, work: jobs.Work, now: datetime) -> None:
        assert work == jobs.Remind(3)
        journal.write(unit, at=now, who=None, what="reminded", subject="contact:3", details={})

    await sqlite.run(put_remind)
    doers = {jobs.Kind.REMIND: endings.within_unit(remind)}
    await work_off(sqlite, a_worker(sqlite, channel, clock, doers=doers), clock)
    entries = await sqlite.read(lambda unit: journal.of_subject(unit, "contact:3"))
    assert [(entry.what, entry.at) for entry in entries] == [("reminded", START)]


async def test_a_step_that_fails_leaves_nothing_and_is_tried_again(
    sqlite: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    """What a failing step wrote is undone with it; the third try is kept."""
    tries: list[datetime] = []

    def remind(unit: Unit, _work: jobs.Work, now: datetime) -> None:
        journal.write(unit, at=now, who=None, what="reminded", subject="contact:3", details={})
        tries.append(now)
        if len(set(tries)) < 3:
            raise RuntimeError("fault")

    await sqlite.run(put_remind)
    doers = {jobs.Kind.REMIND: endings.within_unit(remind)}
    await work_off(sqlite, a_worker(sqlite, channel, clock, doers=doers), clock)
    entries = await sqlite.read(lambda unit: journal.of_subject(unit, "contact:3"))
    assert [entry.at for entry in entries] == [START + timedelta(seconds=6)]
    assert await states(sqlite) == NOTHING_LEFT


async def test_a_step_that_always_fails_is_buried(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """It ends, and the journal knows."""

    def remind(_unit: Unit, _work: jobs.Work, _now: datetime) -> None:
        raise RuntimeError("fault")

    await sqlite.run(put_remind)
    doers = {jobs.Kind.REMIND: endings.within_unit(remind)}
    await work_off(sqlite, a_worker(sqlite, channel, clock, doers=doers), clock)
    assert await states(sqlite) == NOTHING_LEFT | {"buried": 1}
    entries = await sqlite.read(lambda unit: journal.of_subject(unit, "job:1"))
    assert [entry.details["problem"] for entry in entries] == ["RuntimeError"]


async def test_each_ending_of_a_doer(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """Later at the very second it names, without counting; then never, which is told."""
    script: list[Ending] = [Later("not yet", seconds=90, counts=False)] * (2 * MAX_ATTEMPTS)
    script.append(Never("no use"))
    endings_left = iter(script)

    async def do(_job: Job) -> Ending:
        return next(endings_left)

    await sqlite.run(put_remind)
    await work_off(sqlite, a_worker(sqlite, channel, clock, doers={jobs.Kind.REMIND: do}), clock)
    assert clock.at - START == timedelta(seconds=90 * 2 * MAX_ATTEMPTS)
    assert await told(sqlite) == [("told.buried", {"remind": "no use"})]


async def test_a_kind_nobody_does_is_buried(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """It is not left to go round for ever, and people are told."""
    await sqlite.run(put_remind)
    await sqlite.run(lambda unit: queue.put(unit, kind="brew_coffee", payload={}, run_at=START, now=START))
    await work_off(sqlite, a_worker(sqlite, channel, clock), clock)
    assert [list(details) for _, details in await told(sqlite)] == [["remind"], ["brew_coffee"]]


async def test_a_job_that_kills_workers_is_given_up(sqlite: Database, channel: ScriptedChannel, clock: Clock) -> None:
    """A job whose lease ran out again and again is not begun once more."""
    begun: list[int] = []

    async def do(job: Job) -> Ending:
        begun.append(job.id)
        return Done()

    await sqlite.run(put_remind)
    for crash in range(MAX_ATTEMPTS + 1):
        claimed = await sqlite.run(
            lambda unit, crash=crash: queue.claim(
                unit, worker=f"dead{crash}", now=clock.at, lease=worker.LEASE, limit=1
            )
        )
        assert claimed[0].attempts == crash
        clock.at += worker.LEASE
    await work_off(sqlite, a_worker(sqlite, channel, clock, doers={jobs.Kind.REMIND: do}), clock)
    assert begun == []
    assert (await told(sqlite))[0][1]["remind"].startswith("given up after")


# Leases, stopping, crashes ------------------------------------------------------------------------------------------


async def test_a_long_job_stays_ours(sqlite: Database, channel: ScriptedChannel, ola: Somebody) -> None:
    """While a job takes several leases, no other worker gets it."""
    loop = asyncio.get_running_loop()
    channel.hold = asyncio.Event()
    began = loop.time()

    def clock() -> datetime:
        return START + timedelta(seconds=loop.time() - began)

    await sqlite.run(lambda unit: say(unit, ola, "długo"))
    lease = timedelta(seconds=0.4)
    workers = [a_worker(sqlite, channel, clock, name=name, lease=lease) for name in ("w1", "w2")]
    async with asyncio.TaskGroup() as tasks:
        for each in workers:
            tasks.create_task(each.run())
        await asyncio.sleep(1.5)
        assert channel.most_under_way == 1
        channel.hold.set()
        await nothing_left(sqlite)
        for each in workers:
            each.stop()
    assert channel.bodies("ola") == ["długo"]


async def test_a_worker_that_lost_its_job_settles_nothing(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """A worker that slept through its lease leaves the job to the one that took it over."""
    channel.hold = asyncio.Event()
    await sqlite.run(lambda unit: say(unit, ola, "raz", contact_id=3, turn=1))
    sleepy = a_worker(sqlite, channel, clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleepy.run())
        await channel.began.wait()
        clock.at += 2 * worker.LEASE
        taken = await sqlite.run(lambda unit: queue.claim(unit, worker="w2", now=clock.at, lease=worker.LEASE, limit=1))
        sleepy.stop()
        channel.hold.set()
    assert len(taken) == 1
    assert await states(sqlite) == NOTHING_LEFT | {"claimed": 1}
    assert await sqlite.read(lambda unit: messages.ref_of(unit, ola.address_id, 3, 1)) is None


async def test_stopping_finishes_what_is_under_way(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody
) -> None:
    """The message being sent is settled; the one behind it is left waiting."""
    channel.hold = asyncio.Event()
    for body in ("raz", "dwa"):
        await sqlite.run(lambda unit, body=body: say(unit, ola, body))
    stopping = a_worker(sqlite, channel, clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stopping.run())
        await channel.began.wait()
        stopping.stop()
        await asyncio.sleep(0.02)
        channel.hold.set()
    assert channel.bodies("ola") == ["raz"]
    assert await states(sqlite) == NOTHING_LEFT | {"waiting": 1}


async def test_stopping_gives_back_what_takes_too_long(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that does not end is stopped; its job waits for the next worker at once, and nothing was counted."""
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.02)
    channel.hold = asyncio.Event()
    await sqlite.run(lambda unit: say(unit, ola, "raz"))
    stopping = a_worker(sqlite, channel, clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stopping.run())
        await channel.began.wait()
        stopping.stop()
    (job,) = await sqlite.run(lambda unit: queue.claim(unit, worker="w2", now=clock.at, lease=worker.LEASE, limit=5))
    assert job.attempts == 0


class CrashingChannel(ScriptedChannel):
    """Dies with its database: before a message leaves, or after it arrived and before that is known."""

    def __init__(self, database: CrashingDatabase) -> None:
        super().__init__()
        self.database = database

    async def deliver(self, outgoing: Outgoing, to: Address, *, job_id: int) -> Outcome:
        """As ever, unless this is where it dies."""
        self.database.step()
        outcome = await super().deliver(outgoing, to, job_id=job_id)
        self.database.step()
        return outcome


STRIDE = 4


@pytest.mark.crash
@pytest.mark.parametrize("first", range(STRIDE))
async def test_nothing_is_lost_wherever_the_worker_dies(migrated_sqlite: Path, tmp_path: Path, first: int) -> None:
    """Cut off before and after every commit and every call, a new worker brings everything, in order.

    Only the message that was under way may come twice, and each step within a unit happens once. Every fourth step is
    tried here, the others beside it.
    """
    die_at = first
    while await _dies_and_recovers(migrated_sqlite, tmp_path / f"{die_at}.db", die_at):
        die_at += STRIDE
    assert die_at > 24


async def _dies_and_recovers(template: Path, path: Path, die_at: int) -> bool:
    """Whether the worker died at that step (else it had fewer)."""
    shutil.copy(template, path)
    clock = Clock()
    steady = Database(f"sqlite:///{path}")
    await steady.start()
    chats = [await steady.run(lambda unit, name=name: add_somebody(unit, name)) for name in ("ola", "jan")]
    for body in ("1", "2"):
        for chat in chats:
            await steady.run(
                lambda unit, chat=chat, body=body: say(unit, chat, body, contact_id=chat.person_id, turn=1)
            )
    await steady.run(put_remind)

    def remind(unit: Unit, _work: jobs.Work, now: datetime) -> None:
        journal.write(unit, at=now, who=None, what="reminded", subject="contact:3", details={})

    doers = {jobs.Kind.REMIND: endings.within_unit(remind)}
    mortal = CrashingDatabase(f"sqlite:///{path}", die_at)
    await mortal.start()
    first_channel = CrashingChannel(mortal)
    first_channel.outcomes_of["ola"].append(TryLater(5.0, "429"))
    died = False
    try:
        await work_off(mortal, a_worker(mortal, first_channel, clock, doers=doers, name="first"), clock)
    except* Died:
        died = True
    finally:
        await mortal.stop()

    clock.at += 2 * worker.LEASE
    second_channel = ScriptedChannel()
    await work_off(steady, a_worker(steady, second_channel, clock, doers=doers, name="second"), clock)
    for chat in chats:
        before, after = first_channel.bodies(chat.chat), second_channel.bodies(chat.chat)
        everything = before + after
        assert list(dict.fromkeys(everything)) == ["1", "2"], (die_at, before, after)
        assert len(everything) <= 3, (die_at, before, after)
        assert everything == sorted(everything), (die_at, before, after)
        assert await steady.read(lambda unit, chat=chat: _kept(unit, chat)) == 2
    entries = await steady.read(lambda unit: journal.of_subject(unit, "contact:3"))
    assert len(entries) == 1
    assert await states(steady) == NOTHING_LEFT
    assert await told(steady) == []
    await steady.stop()
    return died


def _kept(unit: Unit, chat: Somebody) -> int:
    table = schema.messages
    return len(unit.execute(select(table.c.id).where(table.c.address_id == chat.address_id)).all())


async def test_a_database_that_is_away_for_a_while_costs_nothing(
    sqlite: Database, channel: ScriptedChannel, clock: Clock, ola: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker rests and goes on; a message whose end could not be written comes again."""
    monkeypatch.setattr(worker, "STORAGE_REST", 0.01)
    await sqlite.run(lambda unit: say(unit, ola, "raz"))
    real, failures = sqlite.run, iter([True, False, True, True])

    async def run(work: Callable[[Unit], T], *, urgent: bool = False) -> T:
        if next(failures, False):
            raise StorageUnavailable("away")
        return await real(work, urgent=urgent)

    monkeypatch.setattr(sqlite, "run", run)
    patient = a_worker(sqlite, channel, clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(patient.run())
        await channel.arrived.wait()
        await asyncio.sleep(0.05)
        clock.at += 2 * worker.LEASE
        patient.nudge()
        await nothing_left(sqlite)
        patient.stop()
    assert channel.bodies("ola") == ["raz", "raz"]

"""Does an answer cost more when there are many contacts? The same runs beside 1,000, 10,000 and 100,000."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import text

from bot import clock
from bot.publishing import publish_library
from storage.database import Database
from storage.migrate import migrate
from storage.unit import Unit
from tests.benchmarks import ours
from tests.benchmarks.chats import QUESTIONS
from tests.benchmarks.ours import ORGANIZER_CHAT
from tests.benchmarks.pipeline import Measured, Part, Plan, Trial, feeding, first_answer
from tests.benchmarks.subjects import SUBJECTS, Started, Surroundings
from tests.crowd import make_crowd
from tests.planned_again import keep_all

T = TypeVar("T")

SIZES = (1_000, 10_000, 100_000)
ASKED = 15
"""How often ``/status`` is asked for."""
PARTICIPANTS_AT_MOST, JURORS_AT_MOST = 3000, 800
MILLISECONDS = 1000
STAND_IN = 987_654_321
"""The id in the text of a contact, where each gets its own."""

HISTORY = (
    # as many contacts again that were begun, so that there are as many as were planned
    """
    INSERT INTO contacts (assignment_id, person_id, scenario_version, phase, turn, contact, begun_at, changed_at)
    SELECT assignment_id, person_id, scenario_version, 'open', turn, contact, begun_at, changed_at FROM contacts
    WHERE (SELECT count(*) FROM contacts) < :number
    """,
    "UPDATE contacts SET contact = CAST(:head AS text) || id || CAST(:tail AS text)",
    """
    INSERT INTO addresses (person_id, channel, chat, reachable, created_at, used_at)
    SELECT id, 'telegram', CAST(-id AS text), true, :at, :at FROM people WHERE role = 'juror'
    """,
    """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :answers)
    INSERT INTO answer_revisions (contact_id, revision, path, answer, update_id, written_at)
    SELECT c.id, n.i, 'pytanie_' || n.i, CAST(:answer AS text), 'telegram:' || (c.id * 100 + n.i), :at
    FROM contacts c CROSS JOIN n
    """,
    """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2 * :answers + 2)
    INSERT INTO messages (address_id, direction, contact_id, turn, ref, at)
    SELECT a.id, CASE n.i % 2 WHEN 0 THEN 'out' ELSE 'in' END, c.id, n.i / 2, CAST(c.id * 100 + n.i AS text), :at
    FROM contacts c JOIN addresses a ON a.person_id = c.person_id CROSS JOIN n
    """,
    """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= :answers)
    INSERT INTO inbox (channel, update_id, taken_at)
    SELECT 'telegram', CAST(-c.id * 100 - n.i AS text), :at FROM contacts c CROSS JOIN n
    """,
    """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)
    INSERT INTO journal (at, who, what, subject, details)
    SELECT :at, c.person_id, 'begun', 'contact:' || c.id, '{}' FROM contacts c CROSS JOIN n
    """,
    """
    INSERT INTO score_sheets (contact_id, edition_id, participant_id, counts, records, made_at)
    SELECT c.id, a.edition_id, a.participant_id, false, '[]', :at
    FROM contacts c JOIN assignments a ON a.id = c.assignment_id WHERE c.submitted_at IS NOT NULL
    """,
)
"""What a contact leaves behind beside itself."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One size in one database: how the runs went, and what ``/status`` took."""

    store: str
    contacts: int
    size: int
    """Bytes of the database before the runs."""
    empty: int
    """Bytes of one without those contacts."""
    measured: Measured
    status: Part

    @property
    def bytes_each(self) -> float:
        """Bytes of a contact, with all that it left behind."""
        return (self.size - self.empty) / self.contacts


@dataclass(frozen=True, slots=True)
class _Database:
    """A database of a size: its bytes with the contacts, and before them."""

    url: str
    size: int
    empty: int


class Growing:
    """The databases of all sizes, and runs on them."""

    def __init__(self, around: Surroundings, *, sizes: tuple[int, ...] = SIZES, rounds: int) -> None:
        self._around = around
        self.sizes = sizes
        self._rounds = rounds
        self._made: dict[tuple[str, int], _Database] = {}

    async def measure(self, store: str, size: int, round_number: int, plan: Plan) -> Grown:
        """Start our program on the database of that size; each round with jurors of its own."""
        made = self._made.get((store, size)) or await self._grow(store, size)
        part = self._around.people // self._rounds
        async with feeding() as feeder:
            started = Started(SUBJECTS[f"ours-{store}-polling"], self._around, database=made.url)
            try:
                trial = Trial(started, feeder, skip=part * round_number, people=part)
                begun = await first_answer(started, feeder, chat=trial.first_chat())
                measured = await trial.carry_out(plan, begun)
                status = await trial.ask(ORGANIZER_CHAT, "/status", ASKED)
            finally:
                await started.stop()
        return Grown(store, size, made.size, made.empty, measured, status)

    async def _grow(self, store: str, size: int) -> _Database:
        if store == "sqlite":
            url = f"sqlite:///{self._around.folder / f'grown{size}.db'}"
        else:
            self._around.postgres.create(f"grown{size}")
            url = self._around.postgres.url(f"grown{size}")
        migrate(url)
        empty = self._size(url)
        edition = await _doing(url, lambda database: database.run(lambda unit: _fill(unit, size)))
        full = self._size(url)
        await _doing(url, lambda database: ours.seed(database, self._around.people))
        await _doing(url, lambda database: ours.add_organizer(database, edition))
        self._made[store, size] = _Database(url, full, empty)
        return self._made[store, size]

    def _size(self, url: str) -> int:
        if url.startswith("postgresql"):
            return self._around.postgres.size(url)
        path = Path(urlsplit(url).path[1:])
        return sum(each.stat().st_size for each in path.parent.glob(path.name + "*"))


async def _doing(url: str, act: Callable[[Database], Awaitable[T]]) -> T:
    """Open a database, do that, close it again: then all of it is in its file."""
    database = Database(url)
    await database.start()
    try:
        return await act(database)
    finally:
        await database.stop()


def _fill(unit: Unit, size: int) -> int:
    """An edition with so many contacts planned and as many made, and all that they left behind."""
    now = clock.now()
    ours.take_time(unit)
    publish_library(unit, now=now)
    if unit.is_postgres:
        # references are right, as SQLite finds out: checking three million of them takes longer than the benchmark
        unit.execute(text("SET LOCAL session_replication_role = replica"))
    crowd = make_crowd(
        unit,
        contacts=size,
        participants=min(PARTICIPANTS_AT_MOST, max(10, size // 10)),
        jurors=min(JURORS_AT_MOST, max(10, size // 10)),
        now=now,
    )
    last = ours.last_id(unit, "contacts")
    if unit.is_postgres:
        unit.execute(text(f"SELECT setval(pg_get_serial_sequence('contacts', 'id'), {last})"))
    contact, answer = ours.answered(STAND_IN, now=now)
    head, tail = contact.split(str(STAND_IN), 1)
    at = int(now.timestamp() * MILLISECONDS)
    values = {"head": head, "tail": tail, "answer": answer, "at": at, "number": size, "answers": QUESTIONS}
    if unit.is_postgres:
        keep_all(unit)
    for statement in HISTORY:
        unit.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
    if unit.is_postgres:
        unit.execute(text("ANALYZE"))
    return crowd.edition

"""All measurements in turn: subjects side by side, round after round, so that what disturbs one disturbs all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.benchmarks.growing import Growing, Grown
from tests.benchmarks.pipeline import Measured, Plan, measure
from tests.benchmarks.subjects import SUBJECTS, Subject, Surroundings, missing

PIPELINE = tuple(name for name in SUBJECTS if name != "aiogram-redis-webhook")
"""The subjects of the whole run."""
LATE = ("bare-polling", "ours-sqlite-polling", "ours-postgresql-polling", "aiogram-memory-polling")
LATE_SECONDS = 0.05


@dataclass(slots=True)
class Results:
    """What was measured; ``absent`` says why a subject is not there, ``failed`` what went wrong in a round."""

    measured: dict[str, list[Measured]] = field(default_factory=dict)
    late: dict[str, list[Measured]] = field(default_factory=dict)
    grown: list[Grown] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    postgres: str = ""


def tell(words: str) -> None:
    """Say how far it is."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


async def pipeline(names: Sequence[str], plan: Plan, around: Surroundings, *, rounds: int, results: Results) -> None:
    """Every subject in every round; bursts in the first one only, which has nothing to do with speed."""
    present = _present(names, results)
    for number in range(rounds):
        for subject in present:
            now = plan if number == 0 else replace(plan, burst=0)
            await _one(subject, now, around, results.measured, results=results, where=f"round {number + 1}/{rounds}")


async def late(names: Sequence[str], plan: Plan, around: Surroundings, *, rounds: int, results: Results) -> None:
    """Every message answered late, as over a long line."""
    plan = replace(plan, late=plan.late or LATE_SECONDS, chats=plan.chats[:1], open_seconds=0, burst=0)
    for number in range(rounds):
        for subject in _present(names, results):
            await _one(subject, plan, around, results.late, results=results, where=f"late, round {number + 1}/{rounds}")


async def growth(
    stores: Sequence[str], sizes: tuple[int, ...], plan: Plan, around: Surroundings, *, rounds: int, results: Results
) -> None:
    """Our program on databases of several sizes."""
    growing = Growing(around, sizes=sizes, rounds=rounds)
    plan = replace(plan, chats=plan.chats[:1], burst=0)
    for number in range(rounds):
        for store in stores:
            for size in sizes:
                where = f"growth, round {number + 1}/{rounds}: {store}, {size} contacts"
                try:
                    grown = await growing.measure(store, size, number, plan)
                except RuntimeError as error:
                    results.failed.append(f"{where}: {str(error).splitlines()[0]}")
                    tell(f"{where}: {error}")
                    continue
                results.grown.append(grown)
                tell(f"{where}: {described(grown.measured)}; /status {1000 * grown.status.fed.latency.p50:.0f} ms")


async def _one(
    subject: Subject,
    plan: Plan,
    around: Surroundings,
    into: dict[str, list[Measured]],
    *,
    results: Results,
    where: str,
) -> None:
    try:
        found = await measure(subject, plan, around)
    except RuntimeError as error:
        results.failed.append(f"{subject.name}, {where}: {str(error).splitlines()[0]}")
        tell(f"{where}: {error}")
        return
    into.setdefault(subject.name, []).append(found)
    if subject.store == "postgresql":
        results.postgres = around.postgres.version
    tell(f"{where}: {subject.name}: {described(found)}")


def described(found: Measured) -> str:
    """One line about a measurement."""
    parts = [
        f"{part.name} {part.fed.a_second:.0f}/s {part.cpu_each:.2f} ms CPU p50 {1000 * part.fed.latency.p50:.1f} "
        f"p99 {1000 * part.fed.latency.p99:.1f} ms" + (f" WRONG {part.wrong}" if part.wrong else "")
        for part in found.parts
    ]
    return (
        f"first answer {found.first_answer:.2f} s ({found.start_cpu:.2f} s CPU), {found.memory / 1e6:.0f} MB; "
        + "; ".join(parts)
    )


def _present(names: Sequence[str], results: Results) -> list[Subject]:
    present = []
    for name in names:
        why = missing(SUBJECTS[name])
        if why is None:
            present.append(SUBJECTS[name])
        else:
            results.absent[name] = why
    return present

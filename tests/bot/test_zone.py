"""People read times in their edition's zone, whatever the program's own setting says."""

from __future__ import annotations

from datetime import UTC, datetime

from storage import assignments, editions
from tests.bot.house import House

DUE = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)


async def test_times_are_told_in_the_editions_zone(house: House) -> None:
    """A task's last moment is another day in Lisbon than in Warsaw once the edition lives there."""
    juror = await house.guest()
    task = await house.task("wizyta")
    await house.run(lambda unit: assignments.adjust(unit, task.id, due_at=DUE))
    await juror.says("/zadania")
    await juror.taps("Przykładowo")
    assert "2 grudnia" in juror.text
    await house.run(lambda unit: editions.update_edition(unit, house.world.edition, time_zone="Europe/Lisbon"))
    await juror.says("/zadania")
    await juror.taps("Przykładowo")
    assert "1 grudnia" in juror.text

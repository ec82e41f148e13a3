"""kill -9 in the middle of writing: everything acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.engines import parse_url

PROGRAM = Path(__file__).with_name("killed_writer.py")
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@pytest.mark.crash
@pytest.mark.parametrize(
    ("database_url", "kills"),
    [
        pytest.param("sqlite", 20, id="sqlite"),
        pytest.param("postgresql", 5, id="postgresql", marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
def test_what_was_acknowledged_survives_a_kill(database_url: str, kills: int, tmp_path: Path) -> None:
    """Killed at random moments, again and again: a second connection sees every unit that was acknowledged."""
    file = tmp_path / "acknowledged"
    file.touch()
    chance = random.Random(20261123)  # noqa: S311 - moments to kill at, the same in every run
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(PROGRAM), database_url, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # noqa: TID251 - passed on as it is
        text=True,
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for kill in range(kills):
            nursery.stdin.write(f"{(kill + 1) * 1_000_000}\n")
            nursery.stdin.flush()
            child = int(nursery.stdout.readline())
            wait_for_growth(file, by=chance.randrange(1, 400))
            time.sleep(chance.random() / 200)
            os.kill(child, signal.SIGKILL)
            assert nursery.stdout.readline() == "ended\n"
            check(database_url, acknowledged(file), kills=kill + 1)
        nursery.stdin.close()
        assert nursery.wait(PATIENCE_SECONDS) == 0
    assert len({number // 1_000_000 for number in acknowledged(file)}) == kills


def wait_for_growth(file: Path, *, by: int) -> None:
    """Return once ``by`` more bytes were acknowledged."""
    wanted = file.stat().st_size + by
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while file.stat().st_size < wanted:
        assert time.monotonic() < give_up_at, "the child does not write"
        time.sleep(0.001)


def acknowledged(file: Path) -> set[int]:
    """The units that were acknowledged (a line is written whole or not at all)."""
    lines = file.read_text().split()
    assert len(set(lines)) == len(lines), "acknowledged twice"
    return {int(line) for line in lines}


def check(url: str, told: set[int], *, kills: int) -> None:
    """Every unit told of is there, each with both its rows; what else is there was in flight when it was killed."""
    engine = create_engine(parse_url(url))
    with engine.connect() as connection:
        taken = [int(number) for (number,) in connection.execute(text("SELECT update_id FROM inbox"))]
        written = [int(number) for (number,) in connection.execute(text("SELECT subject FROM journal"))]
    engine.dispose()
    assert told <= set(taken)
    assert sorted(taken) == sorted(written)
    assert len(set(taken)) == len(taken)
    assert len(set(taken) - told) <= 8 * kills

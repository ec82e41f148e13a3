"""What once got through: each case again, and a small campaign of every kind with a fixed seed."""

from __future__ import annotations

import ast
import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.channels.telegram import decode
from bot.web_frames import BadFrame, Update, read_frame
from tests.fuzz.cast import Cast, make_stage, open_cast
from tests.fuzz.gate import open_gate
from tests.fuzz.kinds import Kinds
from tests.fuzz.mutations import Mutator
from tests.fuzz.raw import chat_of
from tests.fuzz.tally import FRAME
from tests.fuzz.updates import attack
from tests.fuzz.wall import Findings

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
FEW = 2
"""Editions of the default run."""
SMALL = 600
"""Updates of the default run; ``make fuzz`` sends a million."""


@pytest.fixture
def findings() -> Iterator[Findings]:
    """Every exception the house logs."""
    findings = Findings()
    logging.getLogger().addHandler(findings)
    yield findings
    logging.getLogger().removeHandler(findings)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the editions, to copy from."""
    return asyncio.run(make_stage(tmp_path_factory.mktemp("stage"), editions=FEW))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_a_case_that_once_got_through(path: Path, stage: Path, tmp_path: Path, findings: Findings) -> None:
    """It raises nothing, nothing of it is parked as a failure, and everybody can go on."""
    case = json.loads(path.read_text())  # noqa: ASYNC240 - a small file of the tests
    async with (
        open_gate() as gate,
        open_cast(stage, tmp_path / "house", findings, gate, working=True, seed=0) as cast,
    ):
        for step in case["steps"]:
            await _send(cast, step)
        await cast.settle()
        parked, buried = await cast.trouble()
        assert [row.problem for row in parked if "Traceback" in row.problem] == []
        assert [row.problem for row in buried] == []
        assert {await cast.goes_on(chat, person) for chat, person in cast.jurors} == {"question"}
    assert findings.told == {}


async def _send(cast: Cast, step: dict[str, Any]) -> None:
    match step:
        case {"update": update}:
            await cast.polls([update])
        case {"body": body}:
            await cast.posts(body.encode())
        case {"body_begins": begins, "repeated": repeated, "times": times}:
            await cast.posts((begins + repeated * times).encode())
        case {"frame": frame}:
            try:
                match read_frame(frame, chat="c0ffee" * 4, now=cast.clock(), language="pl"):
                    case Update(incoming=incoming):
                        await cast.intake.take(incoming)
            except BadFrame:
                pass
        case _:
            raise ValueError(f"no such step: {step}")


async def test_a_small_campaign(stage: Path, tmp_path: Path, findings: Findings) -> None:
    """Generated updates and frames raise nothing, fail nowhere, bury nothing, and every juror goes on."""
    counts = await attack(
        stage, tmp_path, updates=SMALL, seed=20261123, findings=findings, per_house=SMALL // 2, editions=FEW
    )
    assert findings.told == {}
    assert counts.cases == {}
    assert dict(counts.buried) == {}
    assert counts.problems == []
    assert counts.checks["question"] > 0
    assert counts.updates == SMALL
    assert set(counts.by_source) >= {"real buttons", "every kind, mutated", "frames taken in", "frames refused"}
    became = Counter[str]()
    for (_, what), number in counts.tally.items():
        became[what] += number
    assert became["sent"] == SMALL + counts.tally[FRAME, "sent"]
    assert became["sent"] == became.total() - became["sent"]
    assert min(became["answered"], became["handled"], became["ignored"], became["parked"], became["refused"]) > 0
    assert became["failed"] == became["raised"] == 0


def test_what_is_mutated_is_left_as_it_was() -> None:
    """Mutations share parts with what they were made from, and never write to them."""
    made = Kinds(Mutator(Random(1)), [chat_of(0, "juror")])  # noqa: S311 - chance that can be repeated
    mutator = Mutator(Random(2))  # noqa: S311 - chance that can be repeated
    update = max((made.update(number) for number in range(50)), key=lambda one: len(repr(one)))
    before, different = repr(update), 0
    for _ in range(100):
        different += repr(mutator.tree(update)) != before
        assert repr(update) == before
    assert different > 80  # most: some changes come to the same


def test_every_kind_of_the_newest_bot_api_is_made() -> None:
    """The kinds are those of the library we run on, each is made, and the codec takes what the bot asks for."""
    sender = Kinds(Mutator(Random(1)), [chat_of(0, "juror")])  # noqa: S311 - chance that can be repeated
    assert set(sender.kinds) == _kinds_of_the_library() - {"update_id"}
    for number, kind in enumerate(sender.kinds):
        update = sender.update(number, kind)
        assert set(update) == {"update_id", kind}
        decode(update)


def _kinds_of_the_library() -> set[str]:
    """The fields of aiogram's Update, read without loading all of aiogram."""
    [path] = [one for one in files("aiogram") or () if str(one) == "aiogram/types/update.py"]
    body = ast.parse(path.read_text()).body
    [update] = [one for one in body if isinstance(one, ast.ClassDef) and one.name == "Update"]
    fields = [one.target for one in update.body if isinstance(one, ast.AnnAssign)]
    return {field.id for field in fields if isinstance(field, ast.Name)}

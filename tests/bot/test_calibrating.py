"""``python -m bot calibrate``: the table it prints, the gate file, and the rater it asks about texts."""

from __future__ import annotations

import asyncio
import csv
import json
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.config import SETTINGS
from scoring.calibration_table import COLUMNS, row_of
from tests import command_line
from tests.benchmarks.calibration import LEVELS, RATERS, table_of
from tests.command_line import Ended
from tests.scoring.model_servers import ModelServer, completion, fails, says, serving, verdict

TEXT = "Pani Anna Kowalska wstała, przywitała się i zapytała, w czym pomóc. Jej telefon to 601 555 123."
HUMANS = "criterion,observation,human_a,human_b\n"


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run the command in this process, in an empty folder, with the settings given and no others."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def call(*arguments: str | Path, **settings: str) -> Ended:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            status = main(["calibrate", *map(str, arguments)])
        return Ended(status, *capsys.readouterr())

    yield call
    root.handlers[:], root.level = before


def simulated(path: Path, *names: str) -> Path:
    """A table of simulated raters, one criterion each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((*COLUMNS, *(f"p_{level}" for level in LEVELS)))
        for name in names:
            rows.writerows(row_of(name, one, LEVELS) for one in table_of(RATERS[name], 240, 1))
    return path


def test_a_table_is_measured(tmp_path: Path) -> None:
    """Each criterion gets a line and its place in the gate file."""
    table = simulated(tmp_path / "table.csv", "perfect", "severe -1", "noisy", "same, tells p")
    ended = command_line.run("calibrate", table, "--out", tmp_path / "gate.json", "--model", "small-1", folder=tmp_path)
    assert ended.status == 0, ended.err
    lines = {line[:12].strip(): line for line in ended.out.splitlines()}
    assert lines["perfect"].endswith("ON")
    assert lines["severe -1"].endswith("ON, by the level nearest to the map's value")
    assert "off: kappa is below" in lines["noisy"]
    gate = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))
    assert (gate["gate_version"], gate["model"]) == (1, "small-1")
    assert [one["on"] for one in gate["criteria"].values()] == [False, True, True, True]
    assert gate["criteria"]["same, tells p"]["reason"] == "passed_mapped"


def test_troubles_are_told_by_line(run: Run, tmp_path: Path) -> None:
    """Rows that cannot be read are told and left out; the others are measured."""
    table = tmp_path / "table.csv"
    table.write_text("\ufeffcriterion,observation,rater,human_a,human_b\nW14,o1,9,1,1\nW14,o2,,1,1\n", encoding="utf-8")
    ended = run(table)
    assert ended.status == 0
    assert "table.csv:2: rater is '9', not one of 1, 2, 3, 4, 5" in ended.err
    assert "1 left out" in ended.err
    assert "off: fewer than 100" in ended.out


@pytest.mark.parametrize(
    ("text", "arguments", "status", "what"),
    [
        ("criterion,observation\n", (), 1, "no column rater"),
        ("", (), 1, "no row can be measured"),
        ("x", ("--levels", "3"), 2, "at least two different levels"),
        ("x", ("--levels", "3,3"), 2, "at least two different levels"),
        ("x", ("--levels", "3,"), 2, "at least two different levels"),
        ("criterion,observation,rater,human_a,human_b\nW14,o1,1,1,1\n", ("--out", "no/gate.json"), 1, "no/gate.json"),
        ("criterion,observation,rater,human_a,human_b\nW14,o1,1,1,1\n", ("--out", "gate.json"), 0, "names no model"),
        (HUMANS + "W14,o1,1,1\n", ("--run", "texts.csv"), 2, "OPENAI_BASE_URL"),
    ],
)
def test_what_cannot_be_measured(
    run: Run, tmp_path: Path, *, text: str, arguments: tuple[str, ...], status: int, what: str
) -> None:
    """It is said in a sentence."""
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    ended = run("table.csv", *arguments)
    assert ended.status == status
    assert what in ended.err


@pytest.mark.parametrize(
    ("table", "texts", "kept", "arguments", "what"),
    [
        ("Q99,o1,1,1\n", "observation,text\n", "", (), "Q99: no criterion of lider-zaufania with anchored levels"),
        ("W02,o1,1,1\n", "observation,text\n", "", (), "W02: no criterion of lider-zaufania with anchored levels"),
        ("W14,o1,1,1\n", "observation,text\n", "", ("--levels", "1,2"), "its levels are 1, 2, 3, 4, 5"),
        ("W14,o1,1,1\n", "observation\n", "", (), "the columns observation and text are needed"),
        ("W14,o1,1,1\n", f"observation,text\no1,{'a' * 140_000}\n", "", (), "texts.csv:1: field larger"),
        ("W14,o1,1,1\n", "observation,text\n", "something else\n", (), "Name another file with --rated"),
        ("W14,o1,1,1\n", "observation,text\n", "", ("--rubric", "none"), "no rubric of that name ships"),
        ("W14,o1,1,1\n", "observation,text\n", "", ("--rubric", "texts.csv"), "texts.csv"),
    ],
)
def test_what_cannot_be_asked(
    run: Run, tmp_path: Path, *, table: str, texts: str, kept: str, arguments: tuple[str, ...], what: str
) -> None:
    """It is found before anything is sent."""
    (tmp_path / "table.csv").write_text(HUMANS + table, encoding="utf-8")
    (tmp_path / "texts.csv").write_text(texts, encoding="utf-8")
    if kept:
        (tmp_path / "table.rated.csv").write_text(kept, encoding="utf-8")
    settings = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "small-1"}
    ended = run("table.csv", "--run", "texts.csv", *arguments, **settings)
    assert ended.status == 1
    assert what in ended.err


async def asked(run: Run, server: ModelServer, *arguments: str | Path) -> Ended:
    """The command beside a server of models."""
    settings = {"OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "small-1", "OPENAI_API_KEY": "key"}
    return await asyncio.to_thread(partial(run, "table.csv", "--run", "texts.csv", *arguments, **settings))


def prepared(folder: Path, number: int, *, without_text: int = 0) -> None:
    """A table of so many observations, and their texts."""
    rows = [f"W14,o{at},5,{4 + at % 2}\n" for at in range(number)]
    (folder / "table.csv").write_text(HUMANS + "".join(rows), encoding="utf-8")
    texts = [f'o{at},"{TEXT}"\n' for at in range(number - without_text)]
    (folder / "texts.csv").write_text("observation,text\n" + "".join(texts), encoding="utf-8")


def messages(asked: dict[str, Any]) -> str:
    """All that was sent as words."""
    return json.dumps(asked["messages"], ensure_ascii=False)


async def test_the_rater_is_asked(run: Run, tmp_path: Path) -> None:
    """Texts go out masked; a level, an abstention and a void answer are kept; a second run asks nothing."""
    prepared(tmp_path, 4, without_text=1)
    good = says(completion(verdict(quotes=["wstała, przywitała się"])))
    async with serving(good, says(completion(verdict(level=None))), says(completion("no"))) as server:
        ended = await asked(run, server, "--out", "gate.json")
        assert ended.status == 0, ended.err
        assert "Asked: 3, tokens:" in ended.out
        assert "1 observations have no text" in ended.err
        sent = messages(server.asked[0])
        assert "Kowalska" not in sent
        assert "601" not in sent
        assert "[osoba 1]" in sent
        assert "Jaki był ton rozmowy?" in sent
        number = len(server.asked)
        again = await asked(run, server)
        assert "Asked: 0" in again.out
        assert len(server.asked) == number
    with (tmp_path / "table.rated.csv").open(encoding="utf-8") as file:
        assert [row["rater"] for row in csv.DictReader(file)] == ["5", "", ""]
    assert json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))["model"] == "small-1"


async def test_a_rater_that_goes_away_loses_nothing(run: Run, tmp_path: Path) -> None:
    """What it said is kept, and the next run goes on from there; a refusal is an abstention."""
    prepared(tmp_path, 3)
    good = says(completion(verdict(quotes=["wstała, przywitała się"])))
    async with serving(good, fails(401)) as server:
        ended = await asked(run, server, "--rated", "mine.csv")
        assert ended.status == 1
        assert "Start again later: what it said is kept" in ended.err
        assert "Asked: 1" in ended.out
    refusal = says(
        completion(choices=[{"index": 0, "finish_reason": "content_filter", "message": {"role": "assistant"}}])
    )
    async with serving(refusal, good) as server:
        ended = await asked(run, server, "--rated", "mine.csv")
        assert ended.status == 0, ended.err
        assert "Asked: 2" in ended.out
    with (tmp_path / "mine.csv").open(encoding="utf-8") as file:
        assert [row["rater"] for row in csv.DictReader(file)] == ["5", "", "5"]

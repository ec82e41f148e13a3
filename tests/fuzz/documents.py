"""The campaign against files: scenarios, rubrics and tables, shipped ones and made ones, bent in every way."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import yaml

from bot.importing.columns import COLUMNS, KINDS
from bot.importing.tables import Table, read_table
from scenarios import checks
from scenarios.autopilot import next_sensible
from scenarios.engine import NoCase
from scenarios.loader import read as read_scenario
from scenarios.problems import Problem, Severity
from scenarios.walk import Walker
from scoring import rubric_checks
from scoring.marks import score
from scoring.rubric_loader import read as read_rubric
from storage.sheets import RefusedSheet, read_book
from tests.fuzz.mutations import Mutator
from tests.fuzz.reader import Reader
from tests.fuzz.wall import Findings
from tests.scripted import START
from tests.storage.sheet_files import ods, repacked, xlsx

ROOT = Path(__file__).parent.parent.parent
ZONE = ZoneInfo("Europe/Warsaw")

SHARES = {"scenario": 50, "rubric": 18, "table": 32}
"""How many of a hundred files are what."""
BIG_EVERY = 50
"""Every so many scenarios and rubrics one is mutated from the largest that ship."""
CHILD_EVERY = 100
"""Every so many workbooks one is read as in life, by a process of its own; the others by its code, in one beside."""
STEPS = 10
"""Replies to a scenario that was taken."""


@dataclass(slots=True)
class FileCounts:
    """What the campaign came to."""

    files: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    """CPU seconds of each file, by kind."""
    cases: dict[str, bytes] = field(default_factory=dict)
    """A file for each place where one failed."""
    cpu: float = 0.0

    def slowest_ratio(self, kind: str) -> float:
        """The slowest file of a kind in medians."""
        taken = self.times.get(kind, [])
        return max(taken) / max(median(taken), 1e-6) if taken else 0.0


class Author:
    """Makes files."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - chance that can be repeated
        self.mutator = Mutator(self.random)
        library = ROOT / "scenarios" / "library"
        broken = ROOT / "tests" / "scenarios" / "broken"
        self.scenarios = _texts(library / "examples") + _texts(broken)
        self.big_scenarios = _texts(library)
        self.rubrics = [
            *_texts(ROOT / "tests" / "scoring" / "broken"),
            (ROOT / "scoring" / "library" / "eu-egovernment.yaml").read_text("utf-8"),
        ]
        self.big_rubrics = _texts(ROOT / "scoring" / "library")
        self.tables = _tables()

    def scenario(self, number: int) -> str:
        """A scenario file, or what was one."""
        return self._bent(
            self.random.choice(self.scenarios if number % BIG_EVERY else self.big_scenarios), self.scenarios
        )

    def rubric(self, number: int) -> str:
        """A rubric file, or what was one."""
        return self._bent(self.random.choice(self.rubrics if number % BIG_EVERY else self.big_rubrics), self.rubrics)

    def table(self) -> tuple[str, bytes]:
        """The name and bytes of a table, or what was one."""
        random = self.random
        name, data = random.choice(self.tables)
        if name.endswith(".csv"):
            text = data.decode("utf-8")
            if random.random() < 0.5:
                return name, self.mutator.data(text.encode(random.choice(("utf-8", "cp1250", "utf-16", "utf-16-le"))))
            return name, self._lines(text).encode("utf-8", "surrogatepass")
        if random.random() < 0.3:
            return name, self.mutator.data(data)
        with ZipFile(io.BytesIO(data)) as archive:
            entry = random.choice(archive.namelist())
            content = archive.read(entry)
        return name, repacked(data, {entry: self._bent_xml(content)})

    def _bent_xml(self, content: bytes) -> bytes:
        random = self.random
        if random.random() < 0.5 or not content:
            return self.mutator.data(content)
        old = random.choice(
            (b'"1"', b">1<", b"A1", b'r="', b"string", b't="s"', b"2026", b"</", b"<v>", b"office:value")
        )
        new = random.choice(
            (b'"99999999999"', b">1e999<", b"XFD1048576", b"", b"\x00", b't="e"', b"-1", b"<", b"ZZZZ9", b'"NaN"')
        )
        return content.replace(old, new, random.choice((1, 1, 3, -1)))

    def _bent(self, source: str, others: list[str]) -> str:
        match self.random.randrange(6):
            case 0:
                return self.mutator.data(source.encode()).decode("utf-8", "surrogateescape")
            case 1 | 2:
                return self._lines(source)
            case 3:
                return self._words(source, others)
            case _:
                return self._tree(source)

    def _lines(self, source: str) -> str:
        """Lines taken out, doubled, moved, indented."""
        random = self.random
        lines = source.split("\n")
        for _ in range(random.choice((1, 1, 2, 5))):
            at = random.randrange(len(lines))
            match random.randrange(6):
                case 0 if len(lines) > 1:
                    del lines[at]
                case 1:
                    lines.insert(at, lines[random.randrange(len(lines))])
                case 2:
                    lines[at] = random.choice((" ", "  ", "\t", "- ")) + lines[at]
                case 3:
                    lines[at] = lines[at].lstrip()
                case 4:
                    lines[at] = self.mutator.bent(lines[at])
                case _:
                    lines[at:at] = lines[at : at + random.randrange(1, 30)] * random.choice((1, 1, 2, 60))
        return "\n".join(lines)

    def _words(self, source: str, others: list[str]) -> str:
        """A word for another one of some file: a name, a number, a function, a type."""
        random = self.random
        words = source.replace(":", " ").replace(",", " ").split()
        old = random.choice(words or ["a"])
        pool = random.choice(others).replace(":", " ").replace(",", " ").split()
        new = random.choice(pool or ["a"]) if random.random() < 0.7 else self.mutator.text()
        return source.replace(old, new, random.choice((1, 1, -1)))

    def _tree(self, source: str) -> str:
        try:
            tree = _tree_of(source)
            return str(yaml.dump(self.mutator.tree(tree), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
        except (yaml.YAMLError, ValueError, TypeError, RecursionError):
            return self._lines(source)


def attack_files(*, files: int, seed: int, findings: Findings) -> FileCounts:
    """Read so many files; what came of them."""
    counts = FileCounts()
    author = Author(seed)
    kinds, weights = list(SHARES), list(SHARES.values())
    reader = Reader()
    for number in range(files):
        kind = author.random.choices(kinds, weights)[0]
        counts.files[kind] += 1
        match kind:
            case "scenario":
                source = author.scenario(number)
                _tried(
                    counts, findings, kind, source.encode("utf-8", "surrogatepass"), lambda s=source: try_scenario(s)
                )
            case "rubric":
                source = author.rubric(number)
                _tried(counts, findings, kind, source.encode("utf-8", "surrogatepass"), lambda s=source: try_rubric(s))
            case _:
                name, data = author.table()
                how = None if number % CHILD_EVERY == 0 else reader
                _tried(counts, findings, kind, data, lambda n=name, d=data, h=how: try_table(n, d, h))
    reader.close()
    counts.outcomes["table: kept its reader busy, and was read as in life"] += reader.replaced
    return counts


def _tried(counts: FileCounts, findings: Findings, kind: str, data: bytes, attempt: Callable[[], str]) -> None:
    begun = time.process_time()
    try:
        counts.outcomes[f"{kind}: {attempt()}"] += 1
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        findings.note(f"{kind} file", error)
        counts.outcomes[f"{kind}: FAILED"] += 1
        counts.cases.setdefault(f"{kind}: {type(error).__name__}: {error}"[:150], data)
    counts.times.setdefault(kind, []).append(time.process_time() - begun)


def try_scenario(source: str) -> str:
    """Check it as its author would; where nothing is wrong, walk it."""
    problems = checks.check(source, filename="file.yaml")
    _require_lines(problems, source)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return "refused, with lines"
    draft = read_scenario(source, filename="file.yaml")
    if draft.scenario is None:
        raise AssertionError("no scenario, and no error said why")
    facts = {"participant": "Gmina", "participant_type": "gmina", "city": "Płońsk"}
    try:
        walker = Walker.start(draft.scenario, facts=facts, now=START, zone=ZONE)
    except NoCase:
        return "taken, has no case for the place"
    for line in ("tak", "3", "", "undo", "skip", "exit", "submit"):
        walker.say(line, now=START)
    for _ in range(STEPS):
        found = next_sensible(draft.scenario, walker.turn, now=START, zone=ZONE)
        if found is None:
            break
        walker.take(found[0], now=START)
    return "taken and walked"


def try_rubric(source: str) -> str:
    """Check it as its author would; where nothing is wrong, score nothing with it."""
    problems = rubric_checks.check(source, filename="file.yaml", scenarios={})
    _require_lines(problems, source)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return "refused, with lines"
    rubric = read_rubric(source, filename="file.yaml").rubric
    if rubric is None:
        raise AssertionError("no rubric, and no error said why")
    score(rubric, "Gmina", ())
    return "taken and scored"


def _require_lines(problems: list[Problem], source: str) -> None:
    """Every problem names a line of the file and says something."""
    last = source.count("\n") + source.count("\r") + 2
    for problem in problems:
        if not (0 <= problem.line <= last and checks.describe(problem).strip()):
            raise AssertionError(f"a problem of line {problem.line}: {problem}")


def try_table(name: str, data: bytes, reader: Reader | None) -> str:
    """From bytes to rows, as the importer does. Without a ``reader`` as in life: each by a process of its own."""
    book = read_book(data) if reader is None else reader.read(data)
    if isinstance(book, RefusedSheet):
        return f"refused: {book.problem}"
    found = read_table(book, file_name=name)
    if isinstance(found, Table):
        wrong = sum(bool(row.problems) for row in found.rows)
        return "a table, some rows wrong" if wrong else "a table"
    return type(found).__name__


@cache
def _tree_of(source: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    """What a file that ships holds; the mutator leaves it as it is. Raises YAMLError."""
    return yaml.load(source, yaml.CSafeLoader)


def _texts(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.yaml"))]


def _tables() -> list[tuple[str, bytes]]:
    """One table of each kind in each form, with what the template gives for examples."""
    found = []
    for kind in KINDS:
        columns = COLUMNS[kind]
        rows = [[column.title for column in columns], *([column.example for column in columns] for _ in range(3))]
        text = "\n".join(";".join(str(cell) for cell in row) for row in rows)
        found += [(f"{kind}.csv", text.encode()), (f"{kind}.xlsx", xlsx(rows)), (f"{kind}.ods", ods(rows))]
    return found

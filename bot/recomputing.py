"""``python -m bot score``: scores of any tidy table by a rubric, and how they compare with published ones."""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from bot.commands import NOT_WELL, WELL, WrongFile, complain, explained, read_text, say
from bot.publishing import RUBRICS
from scenarios.problems import ScenarioError
from scoring.marks import score
from scoring.results import Score
from scoring.rubric import Node, Rubric
from scoring.rubric_loader import load
from scoring.table_reader import SCORE_COLUMNS, ScoreTable, Table, Troubles, read_scores, read_table

MAX_CHARACTERS: Final = 2_000_000_000
"""Of a table, once unpacked: ten times 2.5 million answers. A small file cannot unfold into an endless one."""

MAX_LINE: Final = 100_000
"""Characters of one line of a table."""

SHOWN: Final = 20
"""Troubles that are shown with their line; all are counted."""

EQUAL: Final = 1e-6
"""Two scores that differ by no more are equal."""

NEAR: Final = 1.0
"""Two scores that differ by no more are near."""

Tell = Callable[[str], object]

_GZIP: Final = b"\x1f\x8b"


@explained
def recompute(rubric_name: str, answers: Path, *, out: Path | None = None, against: Path | None = None) -> int:
    """Score a table, and say what was found on the way."""
    try:
        rubric = rubric_of(rubric_name)
    except ScenarioError as error:
        return complain(str(error), NOT_WELL)
    print_them = out is None and against is None
    tell = _aside if print_them else say
    with _lines(answers) as lines:
        table = read_table(lines, rubric)
    _tell_troubles(str(answers), table.troubles, tell)
    if not table.readable:
        return NOT_WELL
    scores = _scores(rubric, table)
    _tell_counts(table, scores, tell)
    if out is not None:
        _write(out, scores)
        tell(f"Written: {out}")
    if print_them:
        _put(sys.stdout, scores)
    return WELL if against is None else _compare(rubric, table, scores, against)


def rubric_of(name: str) -> Rubric:
    """The rubric in a file, or the one of that name that ships. Raises WrongFile, ScenarioError."""
    path = Path(name)
    if path.exists():
        return load(read_text(path), filename=name)
    shipped = {path.stem: path for path in sorted(RUBRICS.glob("*.yaml"))}
    if name in shipped:
        return load(read_text(shipped[name]), filename=shipped[name].name)
    raise WrongFile(f"{name}: there is no such file, and no rubric of that name ships ({', '.join(shipped)})")


# Tables in and out --------------------------------------------------------------------------------------------------


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a text file, packed or not. Raises WrongFile, also while they are read."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            raw = gzip.GzipFile(fileobj=file) if packed else file
            with TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
                yield _bounded(text, path)
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path}: not text in UTF-8. Save it as CSV in UTF-8 and try again") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise WrongFile(f"{path}: the packed file is damaged or cut off. Get it once more and try again") from error


def _bounded(text: TextIO, path: Path) -> Iterator[str]:
    read = 0
    for number, line in enumerate(iter(lambda: text.readline(MAX_LINE), ""), start=1):
        read += len(line)
        if len(line) >= MAX_LINE:
            raise WrongFile(f"{path}:{number}: a line longer than {MAX_LINE} characters. Is it a CSV with line ends?")
        if read > MAX_CHARACTERS:
            raise WrongFile(f"{path}: longer than {MAX_CHARACTERS} characters once unpacked. Score it in parts")
        yield line


def _scores(rubric: Rubric, table: Table) -> list[Score]:
    return [row for unit, records in table.units.items() for row in score(rubric, unit, records)]


def _write(path: Path, scores: Iterable[Score]) -> None:
    """All of it or nothing: a table cut off would look like a whole one."""
    fresh = path.with_name(f"{path.name}.part")
    try:
        with fresh.open("w", encoding="utf-8", newline="") as file:
            _put(file, scores)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _put(file: TextIO, scores: Iterable[Score]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(SCORE_COLUMNS)
    writer.writerows((row.unit, row.node, "" if row.value is None else repr(row.value)) for row in scores)


# What is said -------------------------------------------------------------------------------------------------------


def _aside(message: str) -> None:
    complain(message, WELL)


def _tell_troubles(name: str, troubles: Troubles, tell: Tell) -> None:
    for trouble in troubles.first[:SHOWN]:
        tell(f"{name}:{trouble.line}: {trouble.message}.")
    total = sum(troubles.counts.values())
    if total > SHOWN:
        tell(f"… and {total - SHOWN} more.")
    if total:
        kinds = ", ".join(f"{kind.value} {count}" for kind, count in sorted(troubles.counts.items()))
        tell(f"{name}: problems found: {total} ({kinds}).")


def _tell_counts(table: Table, scores: Sequence[Score], tell: Tell) -> None:
    records = sum(len(found) for found in table.units.values())
    empty = sum(1 for row in scores if row.value is None)
    if table.unread:
        questions = ", ".join(f"{question} {count}" for question, count in table.unread.most_common(SHOWN))
        tell(f"{table.unread.total()} answers to questions the rubric does not read: {questions}.")
    tell(f"{table.rows} answers, {records} records, {len(table.units)} units; {len(scores)} scores ({empty} empty)")


# Comparing ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """How one node compares: of whole units, or of their parts."""

    published: int = 0
    computed: int = 0
    equal: int = 0
    near: int = 0
    missing_here: int = 0
    """Published, and not computed."""
    missing_there: int = 0
    """Computed, and not published."""


def _compare(rubric: Rubric, table: Table, scores: Sequence[Score], against: Path) -> int:
    with _lines(against) as lines:
        published = read_scores(lines)
    _tell_troubles(str(against), published.troubles, say)
    if not published.readable:
        return NOT_WELL
    known = {name for root in rubric.roots for name in _names(root)}
    say(_ROW.format("node", "of", "published", "computed", "equal", "within 1", "not here", "not there"))
    for (node, part), line in sorted(_lines_of(table, scores, published).items()):
        of = "part" if part else "unit"
        counts = (line.published, line.computed, line.equal, line.near, line.missing_here, line.missing_there)
        end = "" if node in known else "  (no such node in the rubric)"
        say(_ROW.format(node, of, *counts) + end)
    say(f"equal: to {EQUAL:g}; part: as unit|part; not here: published, not computed; not there: the other way.")
    return WELL


_ROW: Final = "{:<16} {:<5} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}"


def _lines_of(table: Table, scores: Sequence[Score], published: ScoreTable) -> dict[tuple[str, bool], _Line]:
    here = {(row.unit, row.node): row.value for row in scores if row.value is not None}
    there = {key: value for key, value in published.scores.items() if value is not None}
    found: dict[tuple[str, bool], _Line] = {}
    for key in dict.fromkeys((*there, *here)):
        unit, node = key
        line = found.setdefault((node, unit not in table.units and unit.rpartition("|")[0] in table.units), _Line())
        mine, theirs = here.get(key), there.get(key)
        line.published += theirs is not None
        line.computed += mine is not None
        if mine is None or theirs is None:
            line.missing_here += mine is None
            line.missing_there += theirs is None
            continue
        line.equal += abs(mine - theirs) <= EQUAL
        line.near += abs(mine - theirs) <= NEAR
    return found


def _names(node: Node) -> Iterator[str]:
    yield node.name
    for child in node.children:
        if isinstance(child, Node):
            yield from _names(child)

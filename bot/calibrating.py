"""``python -m bot calibrate``: how the rater does beside people, criterion by criterion, and whether it may suggest."""

from __future__ import annotations

import asyncio
import csv
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot import clock
from bot.commands import NOT_WELL, WELL, WRONG_CALL, WrongFile, complain, explained, read_text, say
from bot.config import read_settings
from bot.publishing import LIBRARY
from bot.recomputing import rubric_of
from scenarios.loader import load
from scenarios.problems import ScenarioError
from scoring.anchors import anchors_of
from scoring.calibration import LEAST_DOUBLE, Calibration, Estimate, Reason, Scored, calibrate
from scoring.calibration_table import COLUMNS, NEEDED, Table, Trouble, gate_of, read_table, row_of
from scoring.rater_prompt import PROMPT_VERSION
from scoring.rating import Observation, RaterRefused, RaterUnavailable, RatingTask, Verdict
from scoring.redaction import mask

if TYPE_CHECKING:
    from scoring.openai_rater import OpenaiRater

SEED = 1
"""Draws the parts on which the map is fitted and measured; it stands in the gate file."""
SHOWN = 20
"""Troubles that are shown with their line; all are counted."""
WITHOUT_RATER = tuple(name for name in NEEDED if name != "rater")

_HEADER = (
    f"{'criterion':<12} {'scored':>6} {'double':>6} {'used':>5} {'cover':>5}"
    f"  {'kappa':>12} {'mapped':>12} {'people':>12} {'const':>6} {'sever':>6} {'asked':>5}"
    f"  {'alpha':>5} {'people':>6}  {'MAE':>4} {'map':>4} {'people':>6} {'const':>5}  {'bias':>12}  rater"
)
_WORDS = {
    Reason.PASSED: "ON",
    Reason.PASSED_MAPPED: "ON, by the level nearest to the map's value",
    Reason.TOO_FEW: f"off: fewer than {LEAST_DOUBLE} observations scored by two people and by the rater",
    Reason.NO_VARIATION: "off: everybody gave the same level, agreement cannot be told from chance",
    Reason.TOO_LOW: "off: kappa is below what is asked of every rater",
    Reason.BELOW_HUMANS: "off: people agree with one another much better",
    Reason.BASELINE: "off: something that reads no text does as well",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the texts are, where levels are kept, and what the rater is asked about."""

    texts: Path
    rated: Path | None
    rubric: str
    language: str


@explained
def calibrate_table(table: Path, *, levels: str, out: Path | None, model: str, asked: Asked | None) -> int:
    """Measure a table, after filling it by the configured rater if that is wanted."""
    names = tuple(name.strip() for name in levels.split(","))
    if len(names) < 2 or len(set(names)) != len(names) or not all(names):  # noqa: PLR2004 - one level says nothing
        return complain("--levels: at least two different levels, with commas, e.g. 1,2,3,4,5", WRONG_CALL)
    read = read_table(_lines(table), names, needed=NEEDED if asked is None else WITHOUT_RATER)
    _tell(table, read.troubles)
    if not read.criteria:
        return complain(f"{table}: no row can be measured", NOT_WELL)
    status = WELL
    if asked is not None:
        filled = _filled(table, read, names, asked)
        if isinstance(filled, int):
            return filled
        read, model, status = filled.table, model or filled.model, filled.status
    found = [calibrate(name, scored, names, seed=SEED) for name, scored in sorted(read.criteria.items())]
    say(_HEADER)
    for one in found:
        say(_line(one))
    if out is not None:
        gate = gate_of(found, model=model, prompt_version=PROMPT_VERSION, seed=SEED)
        _write(out, json.dumps(gate, ensure_ascii=False, indent=1) + "\n")
        say(f"Written: {out}")
        if not model:
            complain("It names no model (--model), so it will switch no rater on", WELL)
    return status


def _lines(path: Path) -> list[str]:
    return read_text(path).removeprefix("\ufeff").splitlines(keepends=True)


def _tell(path: Path, troubles: Sequence[Trouble]) -> None:
    for one in troubles[:SHOWN]:
        complain(f"{path}:{one.line}: {one.what}", NOT_WELL)
    if troubles:
        complain(f"{path}: {len(troubles)} left out", NOT_WELL)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror}") from error


# What is printed ----------------------------------------------------------------------------------------------------


def _line(one: Calibration) -> str:
    return (
        f"{one.criterion:<12} {one.scored:>6} {one.double:>6} {one.used:>5} {_percent(one.coverage):>5}"
        f"  {_with_error(one.rater.kappa):>12} {_with_error(one.mapped.kappa):>12} {_with_error(one.humans.kappa):>12}"
        f" {_number(one.constant.kappa.value):>6} {_number(one.severity.kappa.value):>6} {_number(one.threshold):>5}"
        f"  {_number(one.rater.alpha):>5} {_number(one.humans.alpha):>6}"
        f"  {_number(one.rater.error):>4} {_number(one.mapped.error):>4} {_number(one.humans.error):>6}"
        f" {_number(one.constant.error):>5}  {_with_error(one.bias, sign='+'):>12}  {_WORDS[one.reason]}"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _with_error(one: Estimate, *, sign: str = "") -> str:
    if one.value is None:
        return "-"
    return f"{one.value:{sign}.3f}" + (f" ±{one.error:.2f}" if one.error is not None else "")


# Asking the rater ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Filled:
    table: Table
    model: str
    status: int


def _filled(path: Path, table: Table, levels: Sequence[str], asked: Asked) -> _Filled | int:
    """The table with the rater's levels; an exit status where it cannot be asked."""
    settings = read_settings()
    if settings.openai_base_url is None or settings.openai_model is None:
        return complain("--run needs OPENAI_BASE_URL and OPENAI_MODEL: without them there is no rater", WRONG_CALL)
    try:
        questions = _questions(table, levels, asked)
    except ScenarioError as error:
        return complain(str(error), NOT_WELL)
    texts = _texts(asked.texts)
    kept = asked.rated or path.with_suffix(".rated.csv")
    done = _kept(kept, levels)
    key = settings.openai_api_key

    async def ask() -> int:
        from scoring.openai_rater import OpenaiRater

        rater = OpenaiRater(
            str(settings.openai_base_url),
            None if key is None else key.get_secret_value(),
            settings.openai_model or "",
            clock=clock.now,
            chance=random.random,  # pauses between tries, no secret
        )
        try:
            with kept.open("a", encoding="utf-8", newline="") as file:
                return await _rate_all(
                    rater, _to_ask(table, done), questions=questions, texts=texts, file=file, language=asked.language
                )
        finally:
            await rater.close()

    if not kept.exists():
        _write(kept, ",".join((*COLUMNS, *(f"p_{level}" for level in levels))) + "\n")
    status = asyncio.run(ask())
    say(f"The rater's levels are in {kept}")
    return _Filled(read_table(_lines(kept), levels), settings.openai_model, status)


def _questions(table: Table, levels: Sequence[str], asked: Asked) -> dict[str, tuple[str, Mapping[str, str]]]:
    """What is asked about each criterion. Raises WrongFile for one that has no such levels."""
    rubric = rubric_of(asked.rubric)
    scenarios = {path.stem: load(read_text(path), filename=path.name) for path in sorted(LIBRARY.glob("*.yaml"))}
    questions = {}
    for name in table.criteria:
        found = anchors_of(rubric.criteria[name], scenarios, asked.language) if name in rubric.criteria else None
        if found is None:
            raise WrongFile(f"{name}: no criterion of {rubric.name} with anchored levels")
        if list(found[1]) != list(levels):
            raise WrongFile(f"{name}: its levels are {', '.join(found[1])}; give them with --levels")
        questions[name] = found
    return questions


def _texts(path: Path) -> dict[str, str]:
    """Texts by observation. Raises WrongFile."""
    rows = csv.DictReader(_lines(path))
    if rows.fieldnames is None or not {"observation", "text"} <= set(rows.fieldnames):
        raise WrongFile(f"{path}: the columns observation and text are needed")
    try:
        return {row["observation"]: row["text"] or "" for row in rows}
    except csv.Error as error:
        raise WrongFile(f"{path}:{rows.line_num}: {error}") from error


def _kept(path: Path, levels: Sequence[str]) -> set[tuple[str, str]]:
    """What was rated before. Raises WrongFile for a file that is something else."""
    if not path.exists():
        return set()
    before = read_table(_lines(path), levels)
    if before.troubles:
        raise WrongFile(f"{path}:{before.troubles[0].line}: {before.troubles[0].what}. Name another file with --rated")
    return {(name, one.observation) for name, scored in before.criteria.items() for one in scored}


def _to_ask(table: Table, done: set[tuple[str, str]]) -> Iterator[tuple[str, Scored]]:
    for name, scored in table.criteria.items():
        yield from ((name, one) for one in scored if (name, one.observation) not in done)


async def _rate_all(
    rater: OpenaiRater,
    rows_to_ask: Iterable[tuple[str, Scored]],
    *,
    questions: Mapping[str, tuple[str, Mapping[str, str]]],
    texts: Mapping[str, str],
    file: TextIO,
    language: str,
) -> int:
    """Ask about every row that was not asked about before; each answer is kept at once. Texts go out masked."""
    rows = csv.writer(file, lineterminator="\n")
    tokens_in = tokens_out = missing = asked = 0
    status = WELL
    for name, one in rows_to_ask:
        text = texts.get(one.observation, "").strip()
        if not text:
            missing += 1
            continue
        question, anchors = questions[name]
        task = RatingTask(name, question, anchors, (Observation(one.observation, mask(text).text),), language)
        try:
            rated = await rater.rate(task)
        except RaterUnavailable as error:
            complain(f"The rater cannot be reached ({error}). Start again later: what it said is kept.", NOT_WELL)
            status = NOT_WELL
            break
        except RaterRefused:
            verdict = None
        else:
            verdict = rated.outcome if isinstance(rated.outcome, Verdict) else None
            tokens_in += rated.tokens_in
            tokens_out += rated.tokens_out
        rows.writerow(row_of(name, _with_verdict(one, verdict, tuple(anchors)), tuple(anchors)))
        file.flush()
        asked += 1
    say(f"Asked: {asked}, tokens: {tokens_in} in, {tokens_out} out")
    if missing:
        complain(f"{missing} observations have no text and were left out", NOT_WELL)
    return status


def _with_verdict(one: Scored, verdict: Verdict | None, levels: Sequence[str]) -> Scored:
    if verdict is None or verdict.level is None:
        return replace(one, rater=None, chances=None)
    chances = None if verdict.chances is None else tuple(verdict.chances[level] for level in levels)
    return replace(one, rater=verdict.level, chances=chances)

"""A score as files: the tree and its answers as a table, a page to print, and what is needed to compute it again.

A participant may be given any of them: jurors are letters, times are half days, nothing that was written is in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Outgoing
from bot.i18n import LANGUAGES, Translator, day_text, texts
from bot.office_taps.why import Why
from bot.reports.recipes import Archive, Cell, Document, Recipe, Sheet, Workbook
from bot.views.common import mode_name
from bot.views.coordinator import home_rows
from bot.views.office import why_words as words
from bot.views.office.why_words import AnswerFact, WhyFacts
from bot.views.scene import Rows, menu_button
from scoring.results import Result, Score
from scoring.table import COLUMNS, Record
from scoring.table_reader import SCORE_COLUMNS, rows_of
from scoring.why import Mark, Spot

INDENT = "\u2003"
"""Before a node's name for each level below the whole."""
SUMMARY_LEVELS = 3
"""Levels of the tree on a printed page."""
ANSWERS, RUBRIC, SCORES = "answers.csv", "rubric.yaml", "scores.csv"
COMMAND = f"python -m bot score {RUBRIC} {ANSWERS} --against {SCORES}"
READ_ME: Mapping[str, str] = {"pl": "CZYTAJ.txt", "en": "README.txt"}


@dataclass(frozen=True, slots=True)
class Told:
    """A mark with its answers in words."""

    mark: Mark
    answers: tuple[AnswerFact, ...]


def table(facts: WhyFacts, told: Sequence[Told], *, language: str, zone: ZoneInfo) -> Recipe:
    """The tree on one sheet, the answers on another."""
    _ = texts(language)
    tree_header = (
        *(_("Level"), _("What"), _("Result"), _("Weight, %"), _("Earned"), _("Possible"), _("Not checked, points")),
        *(_("Why there is no result"), _("How it came about"), _("Answers")),
    )
    said = {one.mark.reads: one.answers for one in told if one.mark.reads}
    tree = tuple(_tree_row(facts, spot, said, language=language) for spot in facts.tree.spots)
    left = tuple(
        (0, words.unscored_line(facts, one, language=language), *(None,) * (len(tree_header) - 2))
        for one in facts.unscored
    )
    answers_header = (
        *(_("Report no."), _("Juror"), _("Mode"), _("Day"), _("Item"), _("Question"), _("The answer"), _("Earned")),
        *(_("Possible"), _("Remarks")),
    )
    answers = tuple(row for one in told for row in _answer_rows(one, language=language, zone=zone))
    sheets = (Sheet(_("result"), tree_header, (*tree, *left)), Sheet(_("answers"), answers_header, answers))
    name = _("why {place}", place=facts.place)
    return Recipe(_message(facts, _("The result with everything it is made of."), language), (Workbook(name, sheets),))


def summary(facts: WhyFacts, *, edition: str, now: datetime, language: str, zone: ZoneInfo) -> Recipe:
    """The score on a page: what the rubric gives out on its first levels, and how the first of it came about."""
    _ = texts(language)
    first = 0 if facts.tree.spots[0].result is not None else 1
    shown: dict[tuple[str, str], tuple[Spot, Result]] = {}
    for spot in facts.tree.spots:
        one = spot.result
        if one is not None and one.take is not None and one.name and spot.depth < first + SUMMARY_LEVELS:
            shown.setdefault((one.name, one.of), (spot, one))
    top = next((one for _spot, one in shown.values()), None)
    data: dict[str, Any] = {
        "language": _.language,
        "title": facts.place,
        "subtitle": edition,
        "result": "" if top is None else words.outcome(facts, top, language=language),
        "result_label": _("Result"),
        "how": [] if top is None else words.explained(facts, top, language=language),
        "header": [_("What"), _("Result")],
        "rows": [
            {
                "depth": spot.depth - first,
                "name": words.title(facts, spot, language=language),
                "value": words.outcome(facts, one, language=language),
            }
            for spot, one in shown.values()
        ],
        "left": [words.unscored_line(facts, one, language=language) for one in facts.unscored],
        "foot": _(
            "{reports}. Rubric {name}, version {version}. {day}.",
            reports=_.many("{n} report counts", "{n} reports count", len(contacts_of(facts))),
            name=facts.rubric.name,
            version=facts.rubric.version[:12],
            day=day_text(now.astimezone(zone).date(), language=language),
        ),
    }
    document = Document(_("result {place}", place=facts.place), "why", data)
    return Recipe(_message(facts, _("The result on a page."), language), (document,))


def open_score(
    facts: WhyFacts,
    records: Sequence[Record],
    scores: Sequence[Score],
    *,
    source: str,
    now: datetime,
    language: str,
    zone: ZoneInfo,
) -> Recipe:
    """The answers, the rubric, the scores, and how to compute them again with one command."""
    _ = texts(language)
    members = {
        READ_ME[each]: read_me(facts, is_timed=_is_timed(records), now=now, language=each, zone=zone)
        for each in LANGUAGES
    }
    members |= {RUBRIC: source, ANSWERS: answers_csv(records), SCORES: scores_csv(scores)}
    said = _("Everything needed to compute this result again. It names no persons; the participant may have it.")
    return Recipe(_message(facts, said, language), (Archive(_("open score {place}", place=facts.place), members),))


def answers_csv(records: Iterable[Record]) -> str:
    """The tidy table: an answer a row."""
    return _csv(COLUMNS, rows_of(records))


def scores_csv(scores: Iterable[Score]) -> str:
    """What the system computed, to the last digit."""
    rows = ((one.unit, one.node, "" if one.value is None else repr(float(one.value))) for one in scores)
    return _csv(SCORE_COLUMNS, rows)


def read_me(facts: WhyFacts, *, is_timed: bool, now: datetime, language: str, zone: ZoneInfo) -> str:
    """What the archive holds, in one language."""
    _ = texts(language)
    day = day_text(now.astimezone(zone).date(), language=language)
    parts = [
        _("Open score: {place}", place=facts.place),
        _(
            "Made on {day} from rubric {name}, version {version}.",
            day=day,
            name=facts.rubric.name,
            version=facts.rubric.version,
        ),
        _("From these files anybody can compute the result again. In the folder of the contest's program, run:"),
        f"    {COMMAND}",
        _(
            "For each score it counts how many were published, computed and equal: the three numbers must be the same. "
            "An empty score means: too little data."
        ),
        "\n".join(
            f"- {name}: {_(said)}"
            for name, said in (
                (RUBRIC, _("the rules, exactly as published; its SHA-256 is the version above")),
                (ANSWERS, _("the answers of the reports that count, one a row")),
                (SCORES, _("the scores the contest computed, on the rubric's scale")),
            )
        ),
        _("Columns of {file}:", file=ANSWERS),
        "\n".join(
            f"- {name}: {said}"
            for name, said in (
                ("unit", _("the institution")),
                ("record", _("the report, numbered anew; 001.2 is the second round of a repeated part")),
                ("kind", _("the scenario")),
                ("group", _("the juror, as a letter")),
                ("level", _("how the institution was contacted")),
                ("type", _("the type of institution")),
                ("question", _("the question's name in the scenario")),
                ("answer", _("yes, no, a level, a number, 3/6 (three of six), nd (not applicable), ns (not checked)")),
            )
        ),
        _("What is not in it: names of jurors, words they wrote, photos."),
        _("The hour or day of a contact is in it only because the rules score by it.")
        if is_timed
        else _(
            "Days and hours of contacts are left out too: no score depends on them. "
            "Whether calls were made at different hours is checked for the licence only."
        ),
    ]
    return "\n\n".join(parts) + "\n"


def contacts_of(facts: WhyFacts) -> frozenset[int]:
    """The reports that were scored."""
    left_out = {one.record for one in facts.unscored}
    return frozenset(one.contact for name, one in facts.reports.items() if name not in left_out)


# Strokes ------------------------------------------------------------------------------------------------------------


def _tree_row(
    facts: WhyFacts, spot: Spot, said: Mapping[tuple[Any, ...], tuple[AnswerFact, ...]], *, language: str
) -> tuple[Cell, ...]:
    _ = texts(language)
    name = INDENT * spot.depth + words.title(facts, spot, language=language)
    one = spot.result
    if one is None:
        return (spot.depth, name, *(None,) * 8)
    answers = said.get(one.reads, ()) if one.take is None else ()
    return (
        spot.depth,
        name,
        _scaled(facts, one),
        None if one.share is None else round(one.share * 100, 2),
        round(one.earned, 4) if one.possible else None,
        round(one.possible, 4) if one.possible else None,
        round(one.not_checked, 4) if one.not_checked else None,
        _(words.ABSENT[one.absent]) if one.value is None and one.absent is not None else None,
        " ".join(words.explained(facts, one, language=language)) or None,
        "; ".join(_brief(_, each) for each in answers) or None,
    )


def _answer_rows(told: Told, *, language: str, zone: ZoneInfo) -> Iterable[tuple[Cell, ...]]:
    _ = texts(language)
    one = told.mark.result
    is_alone = len(told.answers) == 1
    for each in told.answers:
        report = each.report
        remarks = [_(words.DECIDED[each.decided])] if each.decided else []
        if one.value is None and one.absent is not None and is_alone:
            remarks.append(_(words.ABSENT[one.absent]))
        yield (
            None if report is None else report.contact,
            None if report is None else report.letter,
            None if report is None else mode_name(report.mode, language=language),
            None if report is None else words.when_text(report, language=language, zone=zone),
            one.name,
            each.question,
            each.answer,
            round(one.earned, 4) if is_alone and one.value is not None and one.possible else None,
            round(one.possible, 4) if is_alone and one.value is not None and one.possible else None,
            "; ".join(remarks) or None,
        )


def _brief(_: Translator, one: AnswerFact) -> str:
    if one.report is None:
        return one.answer
    return _("report no. {n}", n=one.report.contact) + f": {one.answer}"


def _scaled(facts: WhyFacts, one: Result) -> float | None:
    return None if one.value is None else round(one.value * facts.rubric.scale, 6)


def _is_timed(records: Iterable[Record]) -> bool:
    return any(question.startswith("@") for one in records for question in one.answers)


def _message(facts: WhyFacts, said: str, language: str) -> Outgoing:
    _ = texts(language)
    back: Rows = ((menu_button(_("Back to the result"), Why(facts.participant, 0, 0)),),)
    return Outgoing(said, head=facts.place, buttons=(*back, *home_rows(language)), may_be_saved=True)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()

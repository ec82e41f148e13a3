"""Reads the ``award:`` section of a rubric file.

Keys; all but ``total`` may be left out::

    award:
      total: final                      # the node that is the final score
      thresholds: {final: 70, kultura: 60}      # node: the least it must reach, in the rubric's scale
      evidence:                         # what must have been done, one line for each level (for our contacts: mode)
        - {level: visit, least: 2, by: 2}       # two visits, by two different jurors
        - {level: phone, least: 3, different: "@hour"}  # three calls, with three different answers to @hour
      critical_block: 2                 # so many failed critical items block until the jury decides; 0: they never do
      critical_counts: items            # an item counts once; `reports`: in each report it failed in
      blocking: [W27]                   # criteria (with `critical:`) of which a single failure blocks
      jury: always                      # or blocked_only: an organizer may confirm other proposals without a vote
      quorum: 0.5                       # share of those entitled who must have voted, above 0 up to 1; rounded up
      tie: refuse                       # as many for as against: not granted; `again`: nothing is decided
      best_of_type: [final]             # nodes in which the best of each type of participant is distinguished
      best_of_all: [kultura]            # nodes in which the best of the edition is distinguished
      distinction_at_least: 80          # below this nobody is distinguished, in the rubric's scale
      distinction_among: 3              # among fewer participants nobody is distinguished
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final, TypeVar

from scenarios.conditions import did_you_mean
from scenarios.node_reader import Reader
from scenarios.problems import Code
from scenarios.yaml_nodes import Entries, Node
from scoring.award_rules import AwardRules, Counts, Evidence, Jury, Tie

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")

_KEYS: Final = (
    "thresholds",
    "evidence",
    "critical_block",
    "critical_counts",
    "blocking",
    "jury",
    "quorum",
    "tie",
    "best_of_type",
    "best_of_all",
    "distinction_at_least",
    "distinction_among",
)

MAX_COUNT: Final = 1000
"""More contacts, jurors, items or participants nobody can want; a longer number is a slip."""

_Word = TypeVar("_Word", bound=StrEnum)


def read_award(
    reader: Reader, node: Node, *, nodes: Collection[str], criteria: Collection[str], scale: float = 100
) -> AwardRules:
    """The rules; mistakes (also names of nodes and criteria that do not exist) are noted with the reader."""
    return _AwardReader(reader, nodes, criteria, scale).read(node)


class _AwardReader:
    def __init__(self, reader: Reader, nodes: Collection[str], criteria: Collection[str], scale: float) -> None:
        self._reader = reader
        self._nodes = nodes
        self._criteria = criteria
        self._scale = scale
        self._found: dict[str, Node] = {}

    def read(self, node: Node) -> AwardRules:
        self._found = self._reader.entries(node, "award", required=("total",), optional=_KEYS)
        total = self._found.get("total")
        return AwardRules(
            total="" if total is None else self._known(total, "`total`", self._nodes, "node"),
            thresholds=self._thresholds(),
            evidence=self._evidence(),
            critical_block=self._count("critical_block", 2, least=0),
            blocking=frozenset(self._names("blocking", self._criteria, "criterion")),
            best_of_type=self._names("best_of_type", self._nodes, "node"),
            best_of_all=self._names("best_of_all", self._nodes, "node"),
            quorum=self._quorum(),
            distinction_at_least=self._number("distinction_at_least", 0.0, highest=self._scale),
            distinction_among=self._count("distinction_among", 1),
            critical_counts=self._choice("critical_counts", Counts.ITEMS),
            jury=self._choice("jury", Jury.ALWAYS),
            tie=self._choice("tie", Tie.REFUSE),
        )

    def _thresholds(self) -> dict[str, float]:
        node = self._found.get("thresholds")
        if node is None:
            return {}
        thresholds: dict[str, float] = {}
        for name, value in self._reader.pairs(node, "thresholds"):
            line = node.lines[name] if isinstance(node, Entries) else node.line
            self._check(name, line, "`thresholds`", self._nodes, "node")
            number = self._amount(value, f"the threshold of `{name}`", highest=self._scale)
            if number is not None:
                thresholds[name] = number
        return thresholds

    def _evidence(self) -> tuple[Evidence, ...]:
        items = self._reader.items(self._found.get("evidence"), "evidence")
        wanted = [(item.line, found) for item in items if (found := self._one_evidence(item)) is not None]
        self._reader.unique([(found.level, line) for line, found in wanted], "the evidence of the level")
        return tuple(found for _, found in wanted)

    def _one_evidence(self, node: Node) -> Evidence | None:
        required, optional = ("level", "least"), ("by", "different")
        keys = self._reader.entries(node, "a line of evidence", required=required, optional=optional)
        if "level" not in keys or "least" not in keys:
            return None
        level = self._reader.word(keys["level"], "`level`")
        least = self._whole(keys["least"], "`least`", least=1)
        by = self._whole(keys["by"], "`by`", least=1) if "by" in keys else 1
        different = self._reader.word(keys["different"], "`different`") if "different" in keys else ""
        if least is None or by is None:
            return None
        if by > least:
            message = f"{least} of the level `{level}` cannot be by {by} different jurors"
            remedy = f"write `by` as at most {least}, or a higher `least`"
            self._reader.note(keys["by"].line, Code.WRONG_VALUE, message, remedy)
        return Evidence(level=level, least=least, by=by, different=different)

    def _names(self, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
        items = self._reader.items(self._found.get(key), f"`{key}`")
        names = [(self._known(item, f"`{key}`", known, what), item.line) for item in items]
        self._reader.unique(names, f"the {what}")
        return tuple(dict.fromkeys(name for name, _ in names if name))

    def _known(self, node: Node, where: str, known: Collection[str], what: str) -> str:
        name = self._reader.word(node, where)
        if name:
            self._check(name, node.line, where, known, what)
        return name

    def _check(self, name: str, line: int, where: str, known: Collection[str], what: str) -> None:
        if name in known:
            return
        near = did_you_mean(name, known)
        remedy = f"did you mean `{near}`?" if near else f"write the name of a {what} of this rubric"
        self._reader.note(line, Code.UNKNOWN_NAME, f"{where} in award: there is no {what} `{name}`", remedy)

    def _quorum(self) -> float:
        quorum = self._number("quorum", AwardRules(total="").quorum, highest=1.0)
        if quorum == 0:
            message = "a quorum of 0 would let a vote nobody took part in decide"
            self._reader.note(self._found["quorum"].line, Code.WRONG_VALUE, message, "write a share above 0, e.g. 0.5")
        return quorum

    def _number(self, key: str, default: float, *, highest: float) -> float:
        if key not in self._found:
            return default
        number = self._amount(self._found[key], f"`{key}`", highest=highest)
        return default if number is None else number

    def _amount(self, node: Node, what: str, *, highest: float) -> float | None:
        word = self._reader.word(node, what)
        if not word:
            return None
        remedy = f"write a number from 0 to {highest:g}, with a point, e.g. {highest * 0.6:g}"
        if not _NUMBER.fullmatch(word):
            self._reader.note(node.line, Code.WRONG_VALUE, f"{what} is `{word}`, which is no such number", remedy)
            return None
        if float(word) > highest:
            self._reader.note(node.line, Code.WRONG_VALUE, f"{what} is {word}, above {highest:g}", remedy)
            return None
        return float(word)

    def _count(self, key: str, default: int, *, least: int = 1) -> int:
        if key not in self._found:
            return default
        count = self._whole(self._found[key], f"`{key}`", least=least)
        return default if count is None else count

    def _whole(self, node: Node, what: str, *, least: int) -> int | None:
        count = self._reader.whole(node, what, least=least)
        if count is not None and count > MAX_COUNT:
            self._reader.note(node.line, Code.WRONG_VALUE, f"{what} is {count}", f"write at most {MAX_COUNT}")
            return None
        return count

    def _choice(self, key: str, default: _Word) -> _Word:
        if key not in self._found:
            return default
        chosen = self._reader.one_of(self._found[key], type(default), f"`{key}`")
        return default if chosen is None else chosen

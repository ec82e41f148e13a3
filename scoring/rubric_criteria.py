"""Reads the ``criteria:`` of a rubric file: which answer each reads, and what the answer is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from scenarios.model import Text
from scenarios.node_reader import Reader, TextKind
from scenarios.problems import Code
from scenarios.yaml_nodes import Entries, Items, Node, Scalar
from scoring.rubric import Counted, Criterion, Levels, Number, Rating, StepTable, Worth
from scoring.rubric_values import key_number, merged, number_of, read_filter, some_words, unknown_name

MAX_CRITERIA: Final = 2_000
MAX_POINTS: Final = 10_000
MAX_NAME: Final = 60
"""Characters of a criterion's name."""

LEAVES: Final = frozenset({"leave", "null", "~"})
"""What is written for a level whose answer leaves the base."""

_NAME = re.compile(r"[\w@][\w@.-]*")
_WORTHS: Final = ("levels", "rating", "count", "steps", "number", "reverse")
_YES_NO: Final = ("yes", "no")
_OWN: Final = ("reads", "label", "points", "where", "critical", "evidence", "observed_in", "beyond")


def read_criteria(reader: Reader, node: Node | None, tags: Mapping[str, Sequence[str]]) -> dict[str, Criterion]:
    """All criteria by their names, in the order they are written."""
    found = []
    for entries in _members(reader, node, depth=0):
        found.extend(_criteria(reader, entries, tags))
        if len(found) > MAX_CRITERIA:
            reader.note(entries.line, Code.YAML_LIMITS, f"more than {MAX_CRITERIA} criteria", "split the rubric")
            break
    reader.unique(((criterion.name, criterion.line) for criterion in found), "the criterion")
    if node is not None and not found and not reader.problems:
        reader.note(node.line, Code.WRONG_VALUE, "there are no criteria", "write at least one")
    return {criterion.name: criterion for criterion in found}


def _members(reader: Reader, node: Node | None, *, depth: int) -> Iterator[Entries]:
    """Single criteria; what a group says is said of each of its members that does not say otherwise."""
    for item in reader.items(node, "`criteria`"):
        if not isinstance(item, Entries):
            reader.pairs(item, "a criterion")
            continue
        if "criteria" not in item.entries:
            yield item
            continue
        for member in _members(reader, item.entries["criteria"], depth=depth + 1):
            yield merged(item, member, "criteria")


def _criteria(reader: Reader, entries: Entries, tags: Mapping[str, Sequence[str]]) -> list[Criterion]:
    known = [*_OWN, *_WORTHS, *_YES_NO, *tags, "name", "names"]
    found = reader.entries(entries, "a criterion", optional=known)
    names = _names(reader, entries, found)
    worth = _worth(reader, entries, found)
    where = read_filter(reader, found.get("where"))
    points = number_of(reader, found["points"], "`points`", least=0, most=MAX_POINTS) if "points" in found else 1.0
    own_tags = {tag: _tag(reader, found[tag], tag, tags[tag]) for tag in tags if tag in found}
    reads = reader.word(found["reads"], "`reads`") if "reads" in found else ""
    if reads and len(names) > 1:
        message = "`reads` with several names would read the same answer several times"
        reader.note(found["reads"].line, Code.MISPLACED_KEY, message, "leave it out: each reads the answer of its name")
    return [
        Criterion(
            name=name,
            label=_label(reader, found.get("label"), name),
            reads=reads or name,
            worth=worth,
            line=entries.line,
            points=1.0 if points is None else points,
            where=where,
            tags=own_tags,
            critical=frozenset(_some(reader, found, "critical")),
            evidence=_some(reader, found, "evidence"),
            observed_in=_some(reader, found, "observed_in"),
        )
        for name in names
    ]


def _names(reader: Reader, entries: Entries, found: Mapping[str, Node]) -> tuple[str, ...]:
    if "name" in found and "names" in found:
        message = "a criterion has both `name` and `names`"
        reader.note(found["names"].line, Code.MISPLACED_KEY, message, "keep one of the two")
    node = found.get("names", found.get("name"))
    if node is None:
        reader.note(entries.line, Code.MISSING_KEY, "a criterion lacks `name`", "add `name:`")
        return ()
    names = some_words(reader, node, "`names`" if "names" in found else "`name`")
    for name in names:
        if not (_NAME.fullmatch(name) and len(name) <= MAX_NAME):
            remedy = f"letters, digits, _ . - and at most {MAX_NAME} characters"
            reader.note(node.line, Code.BAD_NAME, f"`{name}` cannot be a name", remedy)
    return names


def _label(reader: Reader, node: Node | None, name: str) -> Text:
    if node is None:
        return Text(dict.fromkeys(reader.languages, name))
    return reader.text(node, TextKind.LABEL, "`label`")


def _some(reader: Reader, found: Mapping[str, Node], key: str) -> tuple[str, ...]:
    return some_words(reader, found[key], f"`{key}`") if key in found else ()


def _tag(reader: Reader, node: Node, tag: str, known: Sequence[str]) -> str:
    value = reader.word(node, f"`{tag}`")
    if value and value not in known:
        unknown_name(reader, node.line, tag, value, list(known))
    return value


# What an answer is worth --------------------------------------------------------------------------------------------


def _worth(reader: Reader, entries: Entries, found: Mapping[str, Node]) -> Worth:
    given = [key for key in (*_WORTHS, "yes") if key in found or (key == "yes" and "no" in found)]
    if len(given) > 1:
        line = max(entries.lines.get(key, entries.line) for key in given)
        message = f"a criterion says in several ways what an answer is worth: {', '.join(given)}"
        reader.note(line, Code.MISPLACED_KEY, message, "keep one of them")
    if "beyond" in found and "steps" not in found:
        reader.note(found["beyond"].line, Code.MISPLACED_KEY, "`beyond` belongs to `steps`", "add `steps:` or leave it")
    key = given[0] if given else "reverse"
    match key:
        case "levels":
            return _levels(reader, found["levels"])
        case "rating":
            return _rating(reader, found["rating"])
        case "count":
            return _count(reader, found["count"])
        case "steps":
            return _steps(reader, found["steps"], found.get("beyond"))
        case "number":
            return _number(reader, found["number"])
        case "yes":
            return Levels({word: _level(reader, found[word], word) for word in _YES_NO if word in found})
        case _:
            backwards = "reverse" in found and reader.truth(found["reverse"], "`reverse`")
            return Levels({"yes": 0.0, "no": 1.0} if backwards else {"yes": 1.0, "no": 0.0})


def _level(reader: Reader, node: Node, word: str) -> float | None:
    if isinstance(node, Scalar) and node.value.strip() in LEAVES:
        return None
    return number_of(reader, node, f"what `{word}` is worth", least=0, most=1)


def _levels(reader: Reader, node: Node) -> Levels:
    worth = {word: _level(reader, value, word) for word, value in reader.pairs(node, "`levels`")}
    if isinstance(node, Entries) and not worth:
        reader.note(node.line, Code.WRONG_VALUE, "`levels` has no levels", "write {yes: 1, no: 0}")
    return Levels(worth)


def _rating(reader: Reader, node: Node) -> Rating:
    ends = [reader.whole(item, "`rating`", least=0) for item in reader.items(node, "`rating`")]
    match ends:
        case [int(lowest), int(highest)] if lowest < highest:
            return Rating(lowest, highest)
    reader.note(node.line, Code.WRONG_VALUE, "`rating` is not the lowest and the highest level", "write [1, 5]")
    return Rating()


def _count(reader: Reader, node: Node) -> Counted:
    if isinstance(node, Scalar) and node.value.strip() == "key":
        return Counted()
    return Counted(reader.whole(node, "`count`", least=1))


def _steps(reader: Reader, node: Node, beyond: Node | None) -> StepTable:
    edges = []
    for key, value in reader.pairs(node, "`steps`"):
        line = node.lines[key] if isinstance(node, Entries) else node.line
        edge = key_number(reader, key, line, "an edge of `steps`")
        worth = number_of(reader, value, f"what {key} is worth", least=0, most=1)
        if edge is not None and worth is not None:
            edges.append((edge, worth))
    if isinstance(node, Entries) and not node.entries:
        reader.note(node.line, Code.WRONG_VALUE, "`steps` has no edges", "write {5: 1, 10: 0.5}")
    if edges != sorted(edges) or len({edge for edge, _ in edges}) < len(edges):
        reader.note(node.line, Code.WRONG_VALUE, "the edges of `steps` do not rise", "begin with the smallest")
    rest = number_of(reader, beyond, "`beyond`", least=0, most=1) if beyond is not None else 0.0
    return StepTable(tuple(edges), rest or 0.0)


def _number(reader: Reader, node: Node) -> Number:
    if isinstance(node, Scalar) and node.value.strip() == "plain":
        return Number()
    if isinstance(node, Items):
        ends = [number_of(reader, item, "`number`") for item in node.items]
        match ends:
            case [float(lowest), float(highest)] if lowest < highest:
                return Number(lowest, highest)
    reader.note(node.line, Code.WRONG_VALUE, "`number` is neither `plain` nor a range", "write plain, or [0, 100]")
    return Number()

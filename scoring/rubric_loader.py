"""YAML → Rubric: reads a rubric file and says everything that is wrong with it, with line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scenarios.loader import version_of
from scenarios.model import Text
from scenarios.node_reader import Reader, TextKind
from scenarios.problems import Code, Problem, ScenarioError
from scenarios.yaml_nodes import Entries, Node, YamlError, compose
from scoring.award_reader import read_award
from scoring.award_rules import AwardRules
from scoring.rubric import SPEC_VERSION, RecordRule, Rubric, Words
from scoring.rubric import Node as TreeNode
from scoring.rubric_criteria import read_criteria
from scoring.rubric_tree import read_tree
from scoring.rubric_values import number_of, read_filter

__all__ = ["Draft", "Problem", "ScenarioError", "load", "read"]

MAX_NAME: Final = 40
"""Characters of a rubric's name."""

MAX_SCALE: Final = 1_000_000
"""What a whole value may be shown as."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_REQUIRED = ("spec_version", "name", "title", "languages", "criteria", "tree")
_OPTIONAL = ("scale", "words", "scenarios", "tags", "records", "definitions", "award")


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was read: the rubric, unless it is beyond use, and everything that is wrong."""

    rubric: Rubric | None
    problems: tuple[Problem, ...]


def load(source: str, *, filename: str) -> Rubric:
    """The rubric written in ``source``. Raises ``ScenarioError`` with all problems found."""
    draft = read(source, filename=filename)
    if draft.rubric is None:
        raise ScenarioError(draft.problems)
    return draft.rubric


def read(source: str, *, filename: str) -> Draft:
    """Read as much as can be read; a draft with problems has no rubric."""
    reader = Reader(filename)
    try:
        document = compose(source)
    except YamlError as error:
        reader.note(error.line, error.code, error.message, error.remedy)
        return Draft(None, tuple(reader.problems))
    for slip in document.slips:
        reader.note(slip.line, slip.code, slip.message, slip.remedy)
    rubric = _rubric(reader, document.root, version_of(source)) if _is_ours(reader, document.root) else None
    _translations(reader)
    problems = tuple(sorted(dict.fromkeys(reader.problems), key=lambda problem: problem.line))
    return Draft(None if problems else rubric, problems)


def _is_ours(reader: Reader, root: Node) -> bool:
    if not isinstance(root, Entries):
        reader.note(root.line, Code.WRONG_VALUE, "the file is not a mapping", "begin with spec_version: 1")
        return False
    node = root.entries.get("spec_version")
    written = reader.whole(node, "`spec_version`") if node is not None else None
    if node is None or written in (None, SPEC_VERSION):
        return True
    remedy = f"write spec_version: {SPEC_VERSION}, or update the program"
    message = f"spec_version {written} is not known here, only {SPEC_VERSION}"
    reader.note(node.line, Code.SPEC_VERSION, message, remedy)
    return False


def _rubric(reader: Reader, root: Node, version: str) -> Rubric:
    found = reader.entries(root, "a rubric", required=_REQUIRED, optional=_OPTIONAL)
    if "languages" in found:
        reader.languages = _languages(reader, found["languages"])
    title = reader.text(found["title"], TextKind.TITLE, "`title`") if "title" in found else Text({})
    tags = _tags(reader, found.get("tags"))
    criteria = read_criteria(reader, found.get("criteria"), {tag: tuple(values) for tag, values in tags.items()})
    roots = read_tree(reader, found.get("tree"), found.get("definitions"), criteria=criteria, tags=tags)
    scale = _scale(reader, found.get("scale"))
    return Rubric(
        name=_name(reader, found["name"]) if "name" in found else "",
        version=version,
        title=title,
        languages=reader.languages,
        scale=scale,
        words=_words(reader, found.get("words")),
        criteria=criteria,
        roots=roots,
        records=_records(reader, found.get("records")),
        scenarios=reader.words(found.get("scenarios"), "`scenarios`"),
        tags=tags,
        award=_award(reader, found.get("award"), roots, tuple(criteria), scale=scale),
    )


def _name(reader: Reader, node: Node) -> str:
    name = reader.word(node, "`name`")
    if name and not (_NAME.fullmatch(name) and len(name) <= MAX_NAME):
        remedy = f"small letters a-z, digits and -, at most {MAX_NAME} characters"
        reader.note(node.line, Code.BAD_NAME, f"`{name}` cannot be a name", remedy)
    return name


def _languages(reader: Reader, node: Node) -> tuple[str, ...]:
    written = reader.words(node, "`languages`")
    languages = tuple(language for language in written if _LANGUAGE.fullmatch(language))
    if not languages or languages != written:
        reader.note(node.line, Code.WRONG_VALUE, "`languages` is not a list of language codes", "write [pl, en]")
    return languages


def _scale(reader: Reader, node: Node | None) -> float:
    if node is None:
        return 100.0
    scale = number_of(reader, node, "`scale`", least=0, most=MAX_SCALE)
    if scale == 0:
        reader.note(node.line, Code.WRONG_VALUE, "`scale` is 0", "write 100 for percents, 1 for plain numbers")
    return scale or 1.0


def _words(reader: Reader, node: Node | None) -> Words:
    if node is None:
        return Words()
    found = reader.entries(node, "`words`", optional=("not_applicable", "not_checked"))
    not_applicable = frozenset(reader.words(found.get("not_applicable"), "`not_applicable`"))
    not_checked = frozenset(reader.words(found.get("not_checked"), "`not_checked`"))
    for word in sorted(not_applicable & not_checked):
        reader.note(node.line, Code.DUPLICATE_NAME, f"`{word}` is in both lists", "keep one of the two")
    return Words(not_applicable, not_checked)


def _tags(reader: Reader, node: Node | None) -> Mapping[str, Mapping[str, Text]]:
    if node is None:
        return {}
    return {
        tag: {
            value: reader.text(label, TextKind.LABEL, f"the tag {tag} {value}")
            for value, label in reader.pairs(values, f"the tag {tag}")
        }
        for tag, values in reader.pairs(node, "`tags`")
    }


def _records(reader: Reader, node: Node | None) -> tuple[RecordRule, ...]:
    rules = []
    for item in reader.items(node, "`records`"):
        found = reader.entries(item, "a rule of records", required=("not_checked_at_most",), optional=("where",))
        where = read_filter(reader, found.get("where"))
        if "not_checked_at_most" in found:
            most = number_of(reader, found["not_checked_at_most"], "`not_checked_at_most`", least=0, most=1)
            rules.append(RecordRule(where, 1.0 if most is None else most))
    return tuple(rules)


def _award(
    reader: Reader, node: Node | None, roots: tuple[TreeNode, ...], criteria: tuple[str, ...], *, scale: float
) -> AwardRules | None:
    if node is None:
        return None
    nodes = sorted({name for root in roots for name in _names(root)})
    return read_award(reader, node, nodes=nodes, criteria=criteria, scale=scale)


def _names(node: TreeNode) -> list[str]:
    below = [name for child in node.children if isinstance(child, TreeNode) for name in _names(child)]
    return [node.name, *below] if node.name else below


def _translations(reader: Reader) -> None:
    for text in reader.texts:
        missing = [language for language in reader.languages if not text.text.by_language.get(language, "").strip()]
        if missing and text.text.by_language:
            message = f"a text is missing in: {', '.join(missing)}"
            reader.note(text.line, Code.MISSING_TRANSLATION, message, "write it in every language of `languages`")

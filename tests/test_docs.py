"""The documents tell the truth about the tree: files named exist, files that exist are named, commands are there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.__main__ import parser
from bot.checking import problems_of
from scenarios.check_texts import LIMITS, MAX_CARD_LINES
from scenarios.condition_functions import FUNCTIONS
from scenarios.model import SILENT_TYPES, StepType
from scenarios.node_reader import CASE_FACTS, FACTS, TextKind
from scenarios.problems import Code, describe
from scoring.award_rules import Counts, Jury, Tie
from scoring.rubric import Absent, Across, Attribute, IfAbsent, Take
from scoring.rubric_loader import read as read_rubric

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.relative_to(ROOT).as_posix()
)
RINGS = ("scenarios", "scoring", "storage", "bot")
KEPT_SHORT = {
    *("engine", "juror", "migrations", "library", "page", "locales", "templates"),
    *("office", "office_taps", "masking", "planning", "importing", "asking", "doubts", "reports"),
}
"""Folders that the tree names as a whole."""


def text_of(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def tree() -> dict[str, list[str]]:
    """The tree of ARCHITECTURE.md: folder → what is named in it, as patterns."""
    block = text_of("ARCHITECTURE.md").split("## Where things are")[1].split("\n## ")[0]
    found: dict[str, list[str]] = {}
    folders: list[str] = []
    for line in block.splitlines():
        if not line.startswith("    "):
            continue
        depth = (len(line) - len(line.lstrip()) - 4) // 2
        names = re.split(r"\s{2,}", line.strip())[0].split(" ")
        listed = [name for name in names if re.fullmatch(r"[\w*.]+\.py|[\w]+/", name)]
        folders = folders[:depth]
        found.setdefault("/".join(folders), []).extend(listed)
        if len(listed) == 1 and listed[0].endswith("/"):
            folders = [*folders, listed[0].rstrip("/")]
    return found


def test_every_file_named_in_the_tree_exists() -> None:
    """Each name, or pattern, matches something in its folder."""
    named = tree()
    assert {f"{ring}/" for ring in RINGS} <= set(named[""])
    missing = [
        f"{folder}/{name}"
        for folder, names in named.items()
        for name in names
        if not list((ROOT / folder).glob(name.rstrip("/")))
    ]
    assert missing == []


def test_every_module_is_named_in_the_tree() -> None:
    """A new file gets a line, or a place in one; folders named as a whole speak for their files."""
    named = tree()
    unnamed = []
    for ring in RINGS:
        for path in sorted((ROOT / ring).rglob("*.py")):
            folder = path.parent.relative_to(ROOT)
            if path.name == "__init__.py" or KEPT_SHORT & set(folder.parts):
                continue
            if not any(fnmatch(path.name, name) for name in named.get(folder.as_posix(), [])):
                unnamed.append(path.relative_to(ROOT).as_posix())
    assert unnamed == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_a_document_names_exists(document: Path) -> None:
    """Links, and paths between backticks, lead somewhere."""
    text = document.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (document.parent / link).exists()] == []
    paths = re.findall(r"`((?:bot|storage|scenarios|scoring|tests|docs)/[\w./*-]*)`", text)
    assert [path for path in paths if not list(ROOT.glob(path.rstrip("/"))) and not _is_module(path)] == []
    modules = re.findall(r"`((?:bot|storage|scenarios|tests)(?:\.\w+)+)`", text)
    assert [name for name in modules if not _is_module(name.replace(".", "/"))] == []


def _is_module(path: str) -> bool:
    """Whether a path is a module, or something in one."""
    whole = ROOT / path
    return any((one.with_name(f"{one.name}.py")).exists() or one.is_dir() for one in (whole, whole.parent))


HOLDING = re.compile(r"`((?:access|bot)/test_\w+\.py)::(test_\w+)`")


def test_every_line_about_access_names_tests_that_exist() -> None:
    """No line of the matrix without a test, no test named that is not there, none that ``make access`` leaves out."""
    lines = [line for line in text_of("docs/access.md").splitlines() if re.match(r"\| (?!Who \||What \|)", line)]
    assert len(lines) > 20
    assert [line for line in lines if not HOLDING.search(line.rpartition(" | ")[2])] == []
    named = {(path, name) for line in lines for path, name in HOLDING.findall(line)}
    assert [one for one in sorted(named) if one not in _tests_in(*{path for path, _name in named})] == []
    command = text_of("Makefile").split("\naccess:")[1].split("\n\n")[0]
    run = re.findall(r"tests/[\w/.]+", command)
    assert [path for path, _ in sorted(named) if not any(f"tests/{path}".startswith(one) for one in run)] == []


def test_every_test_of_access_is_in_the_matrix() -> None:
    """Whoever writes one says in docs/access.md what it holds."""
    files = [f"access/{path.name}" for path in sorted((ROOT / "tests/access").glob("test_*.py"))]
    assert sorted(_tests_in(*files) - set(HOLDING.findall(text_of("docs/access.md")))) == []


def _tests_in(*paths: str) -> set[tuple[str, str]]:
    """The tests of some files below ``tests/``: (file, name)."""
    found = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
    return {(path, name) for path in paths for name in found.findall(text_of(f"tests/{path}"))}


def test_the_glossary_knows_where_its_words_live() -> None:
    """Every line has its place, and a class or field it names is in that file."""
    rows = [line.strip("| ").split(" | ") for line in text_of("docs/glossary.md").splitlines() if line.startswith("| ")]
    assert len(rows) > 30
    for row in rows[1:]:
        assert len(row) == 4, row
        assert re.search(r"`(?:bot|storage|scoring|scenarios)/", row[3]), row
        for name, path in re.findall(r"`([\w.]+)` in `([\w/.]+)`", row[3]):
            source = text_of(path)
            for part in name.split("."):
                assert re.search(rf"\b{part}\b", source), (name, path)


@pytest.mark.parametrize(
    "name",
    ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "Makefile", "docs/scenario-format.md", "docs/rubric-format.md"],
)
def test_every_command_named_exists(name: str) -> None:
    """``python -m bot X`` and ``make X`` work."""
    text = text_of(name)
    help_text = parser().format_help()
    for command in re.findall(r"python -m bot ([a-z][\w-]*)", text):
        assert re.search(rf"^    {command}(?: |$)", help_text, re.MULTILINE), command
    targets = re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE)
    for target in re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.MULTILINE):
        assert target in targets


def test_make_help_lists_every_target() -> None:
    """A target without its ``##`` would be known to nobody."""
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets


def test_the_readme_names_every_command() -> None:
    """Whoever reads it knows what there is."""
    commands = re.findall(r"^    ([a-z][\w-]*)(?: |$)", parser().format_help(), re.MULTILINE)
    readme = text_of("README.md")
    unnamed = [name for name in commands if f"python -m bot {name}" not in readme and f"make {name}" not in readme]
    assert unnamed == []


def test_the_format_lists_every_step_type_and_every_problem() -> None:
    """The tables of docs/scenario-format.md are those of the code."""
    text = text_of("docs/scenario-format.md")
    types, problems = text.split("## Step types")[1].split("## What `check` says")
    listed = [name for line in types.splitlines() if line.startswith("| `") for name in _names(line)]
    assert sorted(listed) == sorted(kind.value for kind in StepType)
    assert {kind.value for kind in SILENT_TYPES} <= set(listed)
    codes = [name for line in problems.splitlines() if line.startswith("| `") for name in _names(line)]
    assert sorted(codes) == sorted(code.value for code in Code)


def _names(line: str) -> list[str]:
    return re.findall(r"`([\w-]+)`", line.split("|")[1])


def test_the_format_lists_every_function_and_every_fact() -> None:
    """What conditions and texts may use."""
    text = text_of("docs/scenario-format.md")
    conditions = text.split("## Conditions")[1].split("**")[0]
    assert set(re.findall(r"(\w+)\([^)]", conditions)) >= set(FUNCTIONS)
    facts = text.split("## Texts")[1].split("## Conditions")[0]
    assert [name for name in (*FACTS, *CASE_FACTS) if not re.search(rf"\b{name}\b", facts)] == []


def test_the_format_tells_the_limits_of_texts() -> None:
    """Characters for each kind of text."""
    text = text_of("docs/scenario-format.md").split("At most this many characters")[1].split("##")[0].replace("\n", " ")
    told = {part.strip().split(" ")[-1] for part in re.split(r"[·.]", text) if part.strip().split(" ")[-1].isdigit()}
    assert told == {str(LIMITS[kind]) for kind in TextKind}
    assert f"at most {MAX_CARD_LINES} lines" in text


def test_the_rubric_format_names_every_key_and_every_word() -> None:
    """What the reader says it knows, asked by a key nobody knows."""
    text = text_of("docs/rubric-format.md")
    criterion = "{name: a, qqqqqqqq: 1, where: {qqqqqqqq: 1}}"
    award = "{total: a, qqqqqqqq: 1, evidence: [{level: a, least: 1, qqqqqqqq: 1}]}"
    node = "{node: a, take: mean, of: [a], qqqqqqqq: 1, if_absent: {qqqqqqqq: zero}}"
    source = f"""spec_version: 1
name: a
title: a
languages: [en]
qqqqqqqq: 1
words: {{qqqqqqqq: [a]}}
records: [{{not_checked_at_most: 1, qqqqqqqq: 1}}]
tags: {{dimension: {{K: k}}}}
criteria: [{criterion}]
definitions: {{d: {{take: mean, of: [a]}}}}
tree: [{node}, {{use: d, qqqqqqqq: 1}}, {{take: mean, items: {{qqqqqqqq: 1}}}}]
award: {award}
"""
    remedies = [problem.remedy for problem in read_rubric(source, filename="a").problems]
    known = [remedy.partition(" knows: ")[2].split(", ") for remedy in remedies if " knows: " in remedy]
    assert len(known) == 11
    words = [word for kind in (Take, Across, Absent, IfAbsent, Attribute, Jury, Tie, Counts) for word in kind]
    told = set(re.findall(r"[\w@]+", " ".join(re.findall(r"`([^`\n]+)`", text.replace("```", "")))))
    told |= set(re.findall(r"(\w+):", text.split("```yaml")[1].split("```")[0]))
    assert [word for word in [*words, *(key for keys in known for key in keys)] if word not in told] == []


def test_the_rubric_in_the_format_is_a_good_one() -> None:
    """It loads, and is wrong only in reading few of the steps there are."""
    source = text_of("docs/rubric-format.md").split("```yaml\n")[1].split("```")[0]
    problems = problems_of({ROOT / "example.yaml": source})
    assert [describe(one) for one in problems if "no criterion reads it" not in one.message] == []
    assert problems

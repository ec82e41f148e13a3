"""Measurements as tables in Markdown: medians of the rounds, the smallest and the largest in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from tests.benchmarks.growing import Grown
from tests.benchmarks.pipeline import Measured, Part

MEGA = 1_000_000
Rounds = Mapping[str, Sequence[Measured]]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, the first column to the left, the others to the right."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def figure(values: Sequence[float], *, digits: int = 0) -> str:
    """The median, and the range where there were several."""
    if not values:
        return "—"
    middle = f"{median(values):,.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def parts(rounds: Sequence[Measured], name: str) -> list[Part]:
    """The runs of one name, round by round."""
    return [part for each in rounds if (part := each.part(name)) is not None]


def part_names(measured: Rounds, prefix: str) -> list[str]:
    """Names of runs that begin so, in the order they were made."""
    return list(
        dict.fromkeys(
            part.name
            for each in measured.values()
            for one in each
            for part in one.parts
            if part.name.startswith(prefix)
        )
    )


def rate(part: Part) -> float:
    """Updates a second."""
    return part.fed.a_second


def milliseconds(name: str) -> Callable[[Part], float]:
    """Of the time to the answer: ``p50``, ``p99``, ``most``."""
    return lambda part: 1000 * float(getattr(part.fed.latency, name))


def speed_table(measured: Rounds, name: str) -> str:
    """Updates a second in one closed loop, what an update costs, and how long it takes."""
    head = ["subject", "updates/s", "CPU ms each", "CPU ms of its database", "p50 ms", "p99 ms", "calls each"]
    rows = []
    for subject, rounds in measured.items():
        found = parts(rounds, name)
        if not found:
            continue
        beside = [part.cpu_beside_each for part in found]
        rows.append(
            [
                subject,
                figure([rate(part) for part in found]),
                figure([part.cpu_each for part in found], digits=2),
                figure(beside, digits=2) if any(beside) else "—",
                figure([milliseconds("p50")(part) for part in found], digits=1),
                figure([milliseconds("p99")(part) for part in found], digits=1),
                figure([_calls(part) for part in found], digits=1),
            ]
        )
    return table(head, rows)


def _calls(part: Part) -> float:
    out = sum(number for method, number in part.fed.calls.items() if method != "getUpdates")
    return out / part.fed.answered_in_all if part.fed.answered_in_all else 0.0


def open_table(measured: Rounds) -> str:
    """How long an answer takes when updates come at a fixed rate."""
    head = ["subject", "p50 ms", "p90 ms", "p99 ms", "longest ms", "answered"]
    rows = []
    for subject, rounds in measured.items():
        found = parts(rounds, "open")
        if found:
            times = (
                figure([milliseconds(at)(part) for part in found], digits=1) for at in ("p50", "p90", "p99", "most")
            )
            answered = sum(part.fed.answered_in_all for part in found)
            rows.append([subject, *times, f"{answered} of {sum(part.fed.fed for part in found)}"])
    return table(head, rows)


def burst_table(measured: Rounds) -> str:
    """What became of conversations whose ten answers came at once."""
    head = ["subject", "conversations", "right", "wrong or not ended", "answers without a message"]
    rows = []
    for subject, rounds in measured.items():
        for part in parts(rounds, "burst"):
            if part.wrong is not None:
                right = part.fed.chats - part.wrong
                rows.append([subject, str(part.fed.chats), str(right), str(part.wrong), str(part.fed.unanswered)])
    return table(head, rows)


def start_table(measured: Rounds) -> str:
    """How soon a subject answers after it was started, and how much memory it holds."""
    head = ["subject", "start to first answer, s", "CPU s of that", "memory, MB"]
    return table(
        head,
        (
            [
                subject,
                figure([each.first_answer for each in rounds], digits=2),
                figure([each.start_cpu for each in rounds], digits=2),
                figure([each.memory / MEGA for each in rounds]),
            ]
            for subject, rounds in measured.items()
        ),
    )


def growth_table(grown: Sequence[Grown]) -> str:
    """What work costs beside many contacts."""
    head = ["database", "contacts", "updates/s", "CPU ms each", "p50 ms", "p99 ms", "bytes a contact", "`/status` ms"]
    rows = []
    for store, contacts in sorted({(each.store, each.contacts) for each in grown}, reverse=True, key=_store_first):
        found = [each for each in grown if (each.store, each.contacts) == (store, contacts)]
        closed = [part for each in found for part in each.measured.parts if part.name.startswith("closed")]
        steady = [part for each in found for part in each.measured.parts if part.name == "open"] or closed
        rows.append(
            [
                store,
                f"{contacts:,}",
                figure([rate(part) for part in closed]),
                figure([part.cpu_each for part in closed], digits=2),
                figure([milliseconds("p50")(part) for part in steady], digits=1),
                figure([milliseconds("p99")(part) for part in steady], digits=1),
                figure([each.bytes_each for each in found]),
                figure([milliseconds("p50")(each.status) for each in found]),
            ]
        )
    return table(head, rows)


def _store_first(key: tuple[str, int]) -> tuple[str, int]:
    return key[0], -key[1]

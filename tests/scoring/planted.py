"""The planted items of ``personal_data.yaml``, and what a masking makes of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from scoring.redaction import Kind, Masked, mask

FILE = Path(__file__).with_name("personal_data.yaml")

_ITEM = re.compile(r"\{([^|{}]+)\|([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and what is planted in it: kind, start, end."""

    text: str
    items: tuple[tuple[Kind, int, int], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a part of the set: how many items of a kind there are, which were missed, and what was masked for nothing."""

    planted: Counter[Kind]
    missed: tuple[tuple[Kind, str, str], ...]
    """Kind, item, sentence."""
    false: tuple[tuple[Kind, str, str], ...]
    """Masks that touch nothing planted."""
    mistaken: tuple[tuple[Kind, Kind, str], ...]
    """Found, but as something else."""

    @property
    def recall(self) -> float:
        """Share of the items that are covered to the last letter and digit."""
        return 1 - len(self.missed) / self.planted.total()

    def of_kind(self, kind: Kind) -> tuple[int, int]:
        """Found, and planted."""
        return self.planted[kind] - sum(one[0] is kind for one in self.missed), self.planted[kind]


@cache
def sentences(part: str) -> tuple[Sentence, ...]:
    """The sentences of a part: easy, hard, hold_out, nothing."""
    return tuple(map(_read, yaml.safe_load(FILE.read_text(encoding="utf-8"))[part].splitlines()))


def _read(line: str) -> Sentence:
    text, items, at = "", [], 0
    for match in _ITEM.finditer(line):
        text += line[at : match.start()]
        items.append((Kind(match[1]), len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Sentence(text + line[at:], tuple(items))


@cache
def outcome(part: str) -> Outcome:
    """Mask a part, each sentence on its own."""
    planted: Counter[Kind] = Counter()
    missed, false, mistaken = [], [], []
    for sentence in sentences(part):
        masked = mask(sentence.text)
        for kind, start, end in sentence.items:
            planted[kind] += 1
            found = list(_over(masked, start, end))
            if not _is_covered(sentence.text, start, end, found):
                missed.append((kind, sentence.text[start:end], sentence.text))
            elif (as_kind := found[0][0]) is not kind:
                mistaken.append((kind, as_kind, sentence.text[start:end]))
        false += [
            (one.kind, sentence.text[one.start : one.end], sentence.text)
            for one in masked.replacements
            if not any(one.start < end and one.end > start for _, start, end in sentence.items)
        ]
    return Outcome(planted, tuple(missed), tuple(false), tuple(mistaken))


def _over(masked: Masked, start: int, end: int) -> Iterator[tuple[Kind, int, int]]:
    for one in masked.replacements:
        if one.start < end and one.end > start:
            yield one.kind, one.start, one.end


def _is_covered(text: str, start: int, end: int, found: list[tuple[Kind, int, int]]) -> bool:
    covered = {at for _, first, last in found for at in range(first, last)}
    return all(at in covered for at in range(start, end) if text[at].isalnum())


def report() -> str:
    """Recall by kind and part, and everything missed or masked for nothing."""
    parts = ("easy", "hard", "hold_out")
    lines = [f"{'kind':<9}" + "".join(f"{part:>10}" for part in parts) + f"{'all':>10}"]
    for kind in Kind:
        counts = [outcome(part).of_kind(kind) for part in parts]
        counts.append((sum(found for found, _ in counts), sum(planted for _, planted in counts)))
        lines.append(f"{kind.value:<9}" + "".join(f"{f'{found}/{planted}':>10}" for found, planted in counts))
    total = [
        (outcome(part).planted.total() - len(outcome(part).missed), outcome(part).planted.total()) for part in parts
    ]
    total.append((sum(found for found, _ in total), sum(planted for _, planted in total)))
    lines.append(f"{'all':<9}" + "".join(f"{f'{found}/{planted}':>10}" for found, planted in total))
    for part in (*parts, "nothing"):
        lines += [f"missed ({part}): {kind.value} {item!r} in: {text}" for kind, item, text in outcome(part).missed]
        lines += [f"masked for nothing ({part}): {item!r} in: {text}" for _, item, text in outcome(part).false]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())

"""An explained score opened place by place: ordinals, the way up, a number that says it is the same tree."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from scoring.results import Explained, Read, Result
from scoring.rubric import Absent, Take

CHECK_BITS = 0xFFFFF
"""The check number has twenty bits: it fits a button."""
UNKNOWN = 0
"""A check number nobody knows; no tree has it."""
NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the tree. Ordinals count depth first; 0 is the whole."""

    ordinal: int
    result: Result | None
    """None: the whole of a rubric with several roots."""
    parent: int | None
    depth: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a criterion made of the answers it looked at. It may count in several places of the tree; it is one mark."""

    result: Result
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A score opened. The same records and the same rubric give the same ordinals and the same ``check``."""

    spots: tuple[Spot, ...]
    check: int

    def at(self, ordinal: int) -> Spot | None:
        """The place with that ordinal; None where there is none."""
        return self.spots[ordinal] if 0 <= ordinal < len(self.spots) else None

    def named(self, name: str) -> Spot | None:
        """The first place of that name, the nearest to the top."""
        found = [spot for spot in self.spots if spot.result is not None and spot.result.name == name]
        return min(found, key=lambda spot: (spot.depth, spot.ordinal), default=None)

    def below(self, spot: Spot) -> tuple[Spot, ...]:
        """The children of a place, in their order."""
        return tuple(self.spots[ordinal] for ordinal in spot.children)

    def trail(self, spot: Spot) -> tuple[Spot, ...]:
        """From the whole down to a place, the place included."""
        way = [spot]
        while way[-1].parent is not None:
            way.append(self.spots[way[-1].parent])
        return tuple(reversed(way))

    def marks(self) -> tuple[Mark, ...]:
        """Every criterion with the answers it looked at, each once."""
        found: dict[tuple[str, str, tuple[Read, ...]], Mark] = {}
        for spot in self.spots:
            one = spot.result
            if one is not None and one.take is None:
                key = (one.name, "" if one.reads else one.of, one.reads)
                found.setdefault(key, Mark(one, one.reads))
        return tuple(found.values())


def opened(explained: Explained, *, version: str = "") -> Tree:
    """The tree of an explained score; ``version`` is the rubric's, so that another rubric never looks the same."""
    spots: list[Spot] = []
    if len(explained.roots) == 1:
        _add(spots, explained.roots[0], parent=None, depth=0)
    else:
        spots.append(Spot(0, None, None, 0, ()))
        children = tuple(_add(spots, root, parent=0, depth=1) for root in explained.roots)
        spots[0] = Spot(0, None, None, 0, children)
    return Tree(tuple(spots), _check(spots, version))


def counted(result: Result) -> tuple[Result, ...]:
    """The children that counted, whatever with."""
    return tuple(child for child in result.children if child.share is not None)


def left_out(result: Result) -> Mapping[Absent, int]:
    """How many children have no value and did not count, by the reason."""
    found: dict[Absent, int] = {}
    for child in result.children:
        if child.share is None and child.absent is not None:
            found[child.absent] = found.get(child.absent, 0) + 1
    return found


def valued(result: Result) -> tuple[Result, ...]:
    """The children that have a value, whether it counted or a better one was chosen."""
    return tuple(child for child in result.children if child.value is not None)


def is_whole(result: Result) -> bool:
    """Whether the weights of what counted make up the whole: nothing was lost with what did not count."""
    return abs(sum(child.share or 0.0 for child in result.children) - 1.0) <= NEARLY


def is_shared_out(result: Result) -> bool:
    """Whether the weights of what did not count were given to the others."""
    return result.take is Take.WEIGHTED_MEAN and bool(counted(result)) and bool(left_out(result)) and is_whole(result)


def is_lost(result: Result) -> bool:
    """Whether what did not count still weighs: nobody got its weight."""
    return bool(counted(result)) and not is_whole(result)


def full(result: Result) -> int:
    """How many of the children are worth all they can be."""
    return sum(child.value >= 1.0 - NEARLY for child in result.children if child.value is not None)


def _add(spots: list[Spot], result: Result, *, parent: int | None, depth: int) -> int:
    ordinal = len(spots)
    spots.append(Spot(ordinal, result, parent, depth, ()))
    children = tuple(_add(spots, child, parent=ordinal, depth=depth + 1) for child in result.children)
    spots[ordinal] = Spot(ordinal, result, parent, depth, children)
    return ordinal


def _check(spots: list[Spot], version: str) -> int:
    """Of everything that may be seen in the tree; never ``UNKNOWN``."""
    number = zlib.crc32(version.encode())
    for spot in spots:
        one = spot.result
        if one is not None:
            seen = (one.name, one.of, one.value, one.absent, one.share, one.earned, one.possible, one.capped)
            number = zlib.crc32(repr((spot.depth, seen, one.critical, one.reads)).encode(), number)
    return number & CHECK_BITS or 1

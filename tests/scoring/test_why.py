"""A score opened place by place: ordinals, trails, the number of the tree, what counted and what did not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.model import Text
from scoring.results import Explained, Read, Result
from scoring.rubric import Absent, Take
from scoring.why import (
    CHECK_BITS,
    UNKNOWN,
    counted,
    full,
    is_lost,
    is_shared_out,
    is_whole,
    left_out,
    opened,
    valued,
)

NOWHERE = Text({})
LEAF = Result("W01", NOWHERE, None, 1.0, earned=2, possible=2, share=0.5, reads=(Read("1", "w01", "yes"),))
ABSENT = Result("W02", NOWHERE, None, None, Absent.NOT_APPLICABLE, reads=(Read("1", "w02", "nd"),))
HALF = Result("W03", NOWHERE, None, 0.5, earned=1, possible=2, share=0.5, reads=(Read("1", "w03", "3"),))
NODE = Result("K", NOWHERE, Take.POINTS, 0.75, share=0.4, children=(LEAF, ABSENT, HALF))
OTHER = Result("I", NOWHERE, Take.MEAN, 1.0, share=0.6, children=(replace(LEAF, share=1.0),))
WHOLE = Result("total", NOWHERE, Take.WEIGHTED_MEAN, 0.9, children=(NODE, OTHER))


def explained(*roots: Result) -> Explained:
    """A unit with these roots."""
    return Explained("12", roots, ())


results = st.recursive(
    st.builds(Result, st.sampled_from("abc"), st.just(NOWHERE), st.none(), st.floats(0, 1)),
    lambda below: st.builds(
        lambda name, children: Result(name, NOWHERE, Take.MEAN, 0.5, children=tuple(children)),
        st.sampled_from("abc"),
        st.lists(below, max_size=4),
    ),
    max_leaves=12,
)


def test_ordinals_go_depth_first() -> None:
    """One root is the whole; what is below it is counted depth first."""
    tree = opened(explained(WHOLE))
    names = [spot.result.name for spot in tree.spots if spot.result is not None]
    assert names == ["total", "K", "W01", "W02", "W03", "I", "W01"]
    assert [spot.depth for spot in tree.spots] == [0, 1, 2, 2, 2, 1, 2]
    assert [spot.parent for spot in tree.spots] == [None, 0, 1, 1, 1, 0, 5]
    assert [each.ordinal for each in tree.below(tree.spots[0])] == [1, 5]
    assert tree.at(3) == tree.spots[3]
    assert tree.at(7) is None
    assert tree.at(-1) is None


def test_several_roots_have_a_whole_above_them() -> None:
    """Ordinal 0 is the whole then, and has no result of its own."""
    tree = opened(explained(WHOLE, OTHER))
    assert tree.spots[0].result is None
    assert tree.spots[0].children == (1, 8)
    assert [spot.ordinal for spot in tree.trail(tree.spots[9])] == [0, 8, 9]
    assert opened(explained()).spots[0].children == ()


def test_a_place_is_found_by_its_name() -> None:
    """Of several of one name the nearest to the top is meant."""
    tree = opened(explained(WHOLE, OTHER))
    found = tree.named("I")
    assert found is not None
    assert found.ordinal == 8
    assert tree.named("nobody") is None


def test_a_criterion_that_counts_twice_is_one_mark() -> None:
    """In the table of answers every criterion stands once for the same answers, and once for each part it is of."""
    nothing = Result("W09", NOWHERE, None, None, Absent.UNANSWERED, of="1")
    tree = opened(explained(WHOLE, Result("x", NOWHERE, Take.MEAN, None, children=(nothing, replace(nothing, of="2")))))
    assert [mark.result.name for mark in tree.marks()] == ["W01", "W02", "W03", "W09", "W09"]
    assert tree.marks()[0].reads == LEAF.reads


@pytest.mark.parametrize(
    "changed",
    [
        replace(LEAF, value=0.5),
        replace(LEAF, reads=(Read("2", "w01", "yes"),)),
        replace(LEAF, absent=Absent.UNKNOWN),
        replace(LEAF, share=0.4),
        replace(LEAF, critical=("W01",)),
        replace(LEAF, name="W10"),
    ],
)
def test_the_number_of_a_tree_changes_with_it(changed: Result) -> None:
    """Whatever can be seen of a place changes the number; so does another rubric."""
    before = opened(explained(WHOLE, LEAF), version="a").check
    assert opened(explained(WHOLE, changed), version="a").check != before
    assert opened(explained(WHOLE, LEAF), version="b").check != before
    assert opened(explained(WHOLE, LEAF), version="a").check == before


@given(st.lists(results, max_size=3), st.text(max_size=5))
def test_every_place_can_be_reached_and_left(roots: list[Result], version: str) -> None:
    """From the whole each place is reached by children alone, and its trail leads back; the number fits a button."""
    tree = opened(Explained("1", tuple(roots), ()), version=version)
    assert UNKNOWN < tree.check <= CHECK_BITS
    for spot in tree.spots:
        trail = tree.trail(spot)
        assert trail[0].ordinal == 0
        assert trail[-1] == spot
        assert len(trail) == spot.depth + 1
        assert all(below.ordinal in above.children for above, below in pairwise(trail))


def test_what_counted_and_what_did_not() -> None:
    """Children with a weight counted; those without a value left the base; others have a value that was not chosen."""
    assert [one.name for one in counted(NODE)] == ["W01", "W03"]
    assert [one.name for one in valued(NODE)] == ["W01", "W03"]
    assert left_out(replace(NODE, children=(ABSENT, ABSENT, LEAF))) == {Absent.NOT_APPLICABLE: 2}
    assert left_out(replace(NODE, children=(replace(HALF, share=None), LEAF))) == {}
    assert full(NODE) == 1


def test_weights_are_shared_out_or_lost() -> None:
    """Shared out: the weights that are left make up the whole. Lost: they do not."""
    weighted = replace(WHOLE, children=(replace(NODE, share=1.0), ABSENT))
    assert is_shared_out(weighted)
    assert not is_lost(weighted)
    lost = replace(WHOLE, children=(replace(NODE, share=0.4), ABSENT))
    assert not is_shared_out(lost)
    assert is_lost(lost)
    assert is_whole(WHOLE)
    assert not is_shared_out(WHOLE)
    assert not is_shared_out(replace(weighted, take=Take.MEAN))
    assert not is_lost(replace(WHOLE, children=(ABSENT,)))

"""The campaign's own checks see what is wrong: answers lost, doubled, swapped; messages never committed, repeated."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import tables
from tests.faults.campaign import Counts, compare
from tests.faults.jurors import Jurors


@pytest.mark.parametrize(
    ("given", "kept", "found"),
    [
        (["odpowiedź 1", "yes"], ["odpowiedź 1", "yes"], (0, 0, 0)),
        (["odpowiedź 1", "yes"], ["odpowiedź 1"], (1, 0, 0)),
        (["odpowiedź 1", "odpowiedź 2"], ["odpowiedź 2"], (1, 0, 0)),
        (["odpowiedź 1"], ["odpowiedź 1", "odpowiedź 1"], (0, 1, 0)),
        (["odpowiedź 1", "yes"], ["odpowiedź 1", "yes", "yes"], (0, 1, 0)),
        (["odpowiedź 1", "odpowiedź 2"], ["odpowiedź 2", "odpowiedź 1"], (0, 0, 1)),
        (["odpowiedź 1", "yes"], ["odpowiedź 1", "no"], (1, 1, 0)),
        (["odpowiedź 1", "odpowiedź 2"], ["odpowiedź 1", "odpowiedź 1"], (1, 1, 0)),
    ],
)
def test_answers_are_compared(given: list[str], kept: list[str], found: tuple[int, int, int]) -> None:
    """Lost, doubled and out of order are told apart, and each is unclean."""
    counts = Counts("sqlite", 1)
    compare(counts, given, kept)
    assert (counts.lost, counts.doubled, counts.out_of_order) == found
    assert counts.is_clean is (found == (0, 0, 0))


def test_questions_are_counted() -> None:
    """A question again that a kill left open, one that was noted as sent, and one that came too early."""
    jurors = Jurors([(1, 1), (2, 2), (3, 3)], at_once=1, chance=random.Random(1))  # noqa: S311
    jurors.everybody[1].asked = [(1, 1, 11), (1, 1, 12), (2, 1, 13)]
    jurors.everybody[2].asked = [(1, 1, 21), (2, 1, 22), (2, 2, 23), (1, 3, 24)]
    jurors.fresh = {11, 12, 13, 21, 22}
    jurors.note_open({11, 12, 13, 21})
    assert jurors.open == {22}
    assert jurors.repeats() == {"not explained": 2, "after a kill": 1}
    jurors.everybody[2].asked.append((2, 4, 25))
    assert jurors.repeats() == {"not explained": 3, "after a kill": 1}
    assert jurors.out_of_order() == 0
    jurors.everybody[3].asked = [(2, 1, 31), (1, 1, 32)]
    assert jurors.out_of_order() == 2


def test_a_repeat_without_a_cause_is_unclean() -> None:
    """One that a kill explains is not."""
    assert Counts("sqlite", 1, repeats_after_a_kill=5).is_clean
    assert not Counts("sqlite", 1, repeats_not_explained=1).is_clean


def test_a_table_finds_its_place(tmp_path: Path) -> None:
    """What stood there before is gone, what stands around it stays; without a place nothing is written."""
    page = tmp_path / "faults.md"
    page.write_text("# Faults\n<!-- kills sqlite -->\nold\n<!-- /kills sqlite -->\nend\n")
    tables.write("kills sqlite", "| new |", page=page)
    assert page.read_text() == "# Faults\n<!-- kills sqlite -->\n| new |\n<!-- /kills sqlite -->\nend\n"
    with pytest.raises(LookupError):
        tables.write("kills postgresql", "| new |", page=page)


def test_a_table_is_told_in_columns_and_as_markdown() -> None:
    """The page's has when it was made below it."""
    table = tables.Table("trouble", "lost")
    assert len(table) == 0
    table.add("none", 0)
    table.add("cut off", 1.25)
    assert table.told().splitlines() == ["trouble  lost", "none     0   ", "cut off  1.2 "]
    *lines, _, when = table.markdown().splitlines()
    assert lines == ["| trouble | lost |", "|---|---|", "| none | 0 |", "| cut off | 1.2 |"]
    assert "Python" in when


@pytest.mark.parametrize(
    "section",
    [
        *("machines", "broadcast", "processes", "kills sqlite", "kills postgresql"),
        *(f"steps {database} {cell}" for database in ("sqlite", "postgresql") for cell in tables.STEPS),
    ],
)
def test_the_page_has_a_place_for_each_campaign(section: str, tmp_path: Path) -> None:
    """Else a campaign would fail at its end."""
    page = tmp_path / "faults.md"
    page.write_text(tables.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    tables.write(section, "| new |", page=page)
    assert "| new |" in page.read_text(encoding="utf-8")

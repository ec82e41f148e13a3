"""What a reader is shown of a rubric's tree."""

from __future__ import annotations

from pathlib import Path

from scenarios.model import Text
from scoring.award_rules import AwardRules
from scoring.outline import Named, Outline, all_named, outline
from scoring.rubric import Attribute, Node, Rubric, Take, Words
from scoring.rubric_loader import load

LIBRARY = Path(__file__).parents[2] / "scoring" / "library"


def node(name: str, *children: Node | str, each: Attribute | None = None) -> Node:
    """A mean of what is below."""
    return Node(name, Text({"en": name.title()}), Take.MEAN, 1, children, each=each)


def rubric(*roots: Node, total: str | None = None) -> Rubric:
    """A rubric of these roots."""
    award = None if total is None else AwardRules(total)
    return Rubric("r", "v", Text({"en": "R"}), ("en",), 100, Words(), {}, roots, award=award)


def names(found: tuple[Named, ...]) -> list[str]:
    """Just the names."""
    return [one.name for one in found]


def test_total_headings_dimensions_and_what_is_beside() -> None:
    """The award names the total; nodes without a name, and nodes of single records, are not shown."""
    total = node("total", node("a", node("a1"), "x", node("")), node("b"), "y")
    by = rubric(node("mode", node("deep"), each=Attribute.RECORD), total, node(""), total="total")
    found = outline(by)
    assert found.total == Named("total", Text({"en": "Total"}))
    assert [(one.named.name, names(one.parts)) for one in found.headings] == [("a", ["a1"]), ("b", [])]
    assert names(found.beside) == ["mode"]
    assert names(all_named(by)) == ["mode", "total", "a", "a1", "b"]


def test_without_an_award_the_first_node_is_the_total() -> None:
    """And a rubric without names has nothing to show."""
    first = outline(rubric(node("one", node("part")), node("two")))
    assert first.total is not None
    assert (first.total.name, names(first.beside)) == ("one", ["two"])
    assert outline(rubric(node(""))) == Outline(None, (), ())


def test_the_rubric_that_ships() -> None:
    """Three headings, their dimensions, and the modes beside."""
    found = outline(load((LIBRARY / "lider-zaufania.yaml").read_text(encoding="utf-8"), filename="lider"))
    assert [one.named.name for one in found.headings] == ["kultura", "informacja", "strona"]
    assert "kultura.P" in names(found.headings[0].parts)
    assert "mode.visit" in names(found.beside)

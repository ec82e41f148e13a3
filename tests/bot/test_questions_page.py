"""docs/questions.md tells of every intent, with exactly the examples that are understood."""

from __future__ import annotations

from pathlib import Path

from bot.asking.grammar import EXAMPLES, EXPORTED, LISTS_JURORS
from bot.asking.question import Intent
from bot.i18n import texts
from bot.views.office.asking import INTENTS

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"


def table() -> str:
    """The table of the page, made from the grammar."""
    polish = texts("pl")
    lines = ["| intent | po polsku | pytania | questions | can be |", "|---|---|---|---|---|"]
    for intent in Intent:
        asked = ["<br>".join(EXAMPLES[intent][language]) for language in ("pl", "en")]
        acts = [name for name, every in (("reminded", LISTS_JURORS), ("a table", EXPORTED)) if intent in every]
        lines.append(f"| `{intent.value}` | {polish(INTENTS[intent])} | {asked[0]} | {asked[1]} | {', '.join(acts)} |")
    return "\n".join(lines)


def test_the_page_says_what_is_understood() -> None:
    """Where it does not, the table below is what should stand there."""
    assert table() in PAGE.read_text(encoding="utf-8"), table()

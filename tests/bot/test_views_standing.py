"""Screens of results at their worst: the longest names, hundreds of them, everything at once. All fits a messenger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.base import MAX_BODY, MAX_TAP_BYTES, Outgoing
from bot.i18n import LANGUAGES
from bot.views.office import standing, standing_jurors
from bot.views.office.standing import Chosen
from bot.views.office.standing_jurors import FairLine, SeverityLine
from bot.views.office.standing_words import (
    Earlier,
    ResultFacts,
    ResultLine,
    coefficient_text,
    meaning,
    mode_text,
    modes_text,
    signed,
)
from bot.views.scene import MAX_LABEL
from bot.views.score_words import score_text
from scenarios.model import Text
from scoring.agreement import Agreement, Level, Undefined
from scoring.assessed import ItemAgreement, KindAgreement
from scoring.fair import Unfit
from scoring.items import Doubt, Item
from scoring.outline import Heading, Named, Outline
from scoring.standing import Entry, Placed, Unranked
from storage.editions import Participant
from storage.standings import StandingRow

LONG = "Samorządowa Biblioteka Publiczna imienia Marii Konopnickiej w Konstancinie-Jeziornie nr "
MANY = 300
MOST_ROWS = 14


def participant(number: int) -> Participant:
    """One with the longest of names."""
    name = LONG + str(number)
    return Participant(number, 1, name, name, "biblioteka", "", "", "", "", "", "", "", "")


def named(name: str) -> Named:
    """A node with a long label."""
    return Named(name, Text({"pl": f"Dostępność załączników i postów w mediach społecznościowych {name}"}))


def lines() -> list[ResultLine]:
    """Hundreds, some with a shared place, some without any."""
    found = []
    for number in range(MANY):
        one = participant(number)
        placed = Placed(Entry(number, "biblioteka", one.short_name, 71.25, 9), number + 1, number % 2 == 0, MANY)
        reason = None if number % 3 else Unranked.TOO_FEW
        score = 71.25 if reason is None else None
        found.append(ResultLine(one, score, placed if score else None, placed if score else None, reason))
    return found


def facts(*, dimensions: int = 30) -> ResultFacts:
    """A result with everything there can be."""
    shape = Outline(
        named("total"),
        tuple(Heading(named(f"h{at}"), tuple(named(f"d{at}.{each}") for each in range(dimensions))) for at in range(3)),
        tuple(named(f"m{at}") for at in range(9)),
    )
    names = ["total", *(f"h{at}" for at in range(3)), *(f"d0.{each}" for each in range(dimensions))]
    spread: Mapping[str, float | int | None] = {"n": 9, "min": 1.04, "max": 99.96, "low": 12.5, "high": 88.8}
    row = StandingRow(
        *(1, 1, "v", 71.25, dict.fromkeys(names, 71.25), dict.fromkeys(names, spread), 12, 7),
        computed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    modes = {"website": 2, "visit": 2, "phone": 3, "fax": 1}
    return ResultFacts(lines()[1], row, shape, 87.5, Earlier("II edycja " + LONG, 60.0, same_rules=False), modes)


def agreed(number: int, value: float | None) -> ItemAgreement:
    """An item on which jurors agree so far."""
    found = Agreement(value, 12, None if value is not None else Undefined.NO_VARIATION)
    return ItemAgreement("wizyta", f"W{number}", 12, 0.5, found, found, Level.ORDINAL)


def screens(language: str) -> Iterator[Outgoing]:
    """Every screen, every page."""
    every, labels = lines(), {f"W{number}": LONG * 2 for number in range(MANY)}
    kinds = tuple(f"typ{number}" for number in range(20))
    for number in (0, 7, 49, 999):
        for chosen in (Chosen(0, 0, kinds), Chosen(1, 0, kinds), Chosen(2, 1, kinds)):
            yield standing.results(every, chosen, number, language=language, sees_all=True, has_rubric=False)
    yield standing.which_kind(Chosen(0, 0, kinds), language=language)
    whole = facts()
    bare = replace(whole, percentile=None, earlier=None, row=None, outline=Outline(None, (), ()), modes={})
    for one in (whole, bare, replace(whole, is_pending=True), replace(bare, line=every[0])):
        yield standing.card(one, language=language)
        yield from (standing.parts(one, number, language=language) for number in range(6))
    yield standing.card(replace(bare, line=replace(every[0], reason=None)), language=language)
    yield standing.found([(LONG, at) for at in range(6)], said=LONG * 9, language=language)
    yield standing_jurors.menu(language=language)
    yield standing_jurors.nothing(language=language)
    values = (0.9, 0.7, 0.5, 0.1, -0.2, None)
    kind_facts = [
        KindAgreement(f"kind{at}" if at else "", 25, 1000, 0.5, value, Agreement(value, 9, None))
        for at, value in enumerate(values)
    ]
    yield standing_jurors.agreement(kind_facts, {"kind1": LONG}, language=language)
    items = [agreed(at, value) for at, value in enumerate(values * 50)]
    fair = [
        FairLine(at, LONG, 71.25, None if at % 3 else 73.0, None if at % 3 else 1.5, Unfit.CONFOUNDED, 0)
        for at in range(MANY)
    ]
    doubtful = [
        Item("wizyta", f"W{at}", 99, 0.5, 0.97, None if at % 2 else -0.5, 0.1, 12, tuple(Doubt)) for at in range(MANY)
    ]
    severe = [SeverityLine(LONG, 99, at - 4.0, 1.5) for at in range(8)]
    for number in (0, 3, 99):
        yield standing_jurors.agreement_items(items, labels, 1, number, title=LONG, language=language)
        yield standing_jurors.fair(fair, severe, ((9, 9), (1, 1)), number, language=language)
        yield standing_jurors.items(doubtful, labels, {"wizyta": LONG}, number, scarce=17, language=language)
    yield standing_jurors.agreement_items([], {}, 0, 0, title="x", language=language)
    yield standing_jurors.fair([], [], (), 0, language=language)
    yield standing_jurors.items([], {}, {}, 0, scarce=0, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits(language: str) -> None:
    """Bodies, labels, rows and what buttons carry keep to what a messenger can show; nobody is ever stuck."""
    count = 0
    for shown in screens(language):
        count += 1
        assert shown.body
        assert len(shown.head) + len(shown.body) + len(shown.note) <= MAX_BODY
        assert 0 < len(shown.buttons) <= MOST_ROWS
        for row in shown.buttons:
            assert len(row) <= 3
            for button in row:
                assert button.label
                assert len(button.label) <= MAX_LABEL, button.label
                assert len(button.tap.encode()) <= MAX_TAP_BYTES
    assert count > 50


def test_what_is_equal_looks_equal() -> None:
    """Numbers are shown as they are compared; signs are said."""
    assert score_text(71.24999999999999, language="pl") == "71,3"
    assert signed(5.04, language="pl") == "+5"
    assert signed(-5.06, language="pl") == "−5,1"
    assert signed(-0.01, language="pl") == "0"
    assert coefficient_text(-0.004, language="pl") == "0"
    assert coefficient_text(-0.128, language="en") == "−0.13"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.8, "jurors agree well"),
        (0.7, "enough for careful conclusions"),
        (0.4, "weak: look at the items"),
        (0.0, "hardly better than chance"),
        (-0.1, "jurors contradict one another"),
    ],
)
def test_coefficients_in_words(value: float, words: str) -> None:
    """Bands by Krippendorff and by Landis and Koch."""
    assert meaning(Agreement(value, 9), language="en") == words


def test_no_coefficient_in_words() -> None:
    """Why there is none."""
    assert meaning(Agreement(None, 0, Undefined.NO_PAIRS), language="en") == "nothing was assessed by two jurors"
    assert meaning(Agreement(None, 0), language="en") == "nothing was assessed by two jurors"


def test_modes_in_their_usual_order() -> None:
    """A mode of another table keeps its own word, at the end."""
    assert modes_text({"fax": 1, "website": 2, "visit": 3}, language="en") == "3 visits, 2 looks at the website, fax: 1"
    assert mode_text("fax", language="pl") == "fax"


def test_shared_places_and_places_of_a_type() -> None:
    """What a line of the list says, by order and type."""
    one = lines()[2]
    everybody: Sequence[ResultLine] = [one]
    shown = standing.results(everybody, Chosen(), 0, language="en", sees_all=False, has_rubric=True)
    assert shown.body.startswith("3. (shared) ")
    alone = replace(one, in_type=None)
    shown = standing.results([alone], Chosen(1, 0, ("biblioteka",)), 0, language="en", sees_all=False, has_rubric=True)
    assert shown.body.endswith(" – 71.3")
    shown = standing.results([], Chosen(), 0, language="en", sees_all=False, has_rubric=True)
    assert shown.body == "There are no results yet."

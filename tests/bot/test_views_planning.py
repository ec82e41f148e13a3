"""Screens of planning and of planned contacts: everything fits, every button leads somewhere, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.channels.base import MAX_BODY, Outgoing
from bot.office_taps.chain import PURPOSES
from bot.planning.audit import Verdict
from bot.planning.result import Change, Engine, Hole, PlanResult, Reason, WhatIf
from bot.taps import decode
from bot.views.office import chain, planning
from bot.views.office.chain import CandidateFact, LinkFact, SlotFact
from bot.views.scene import MAX_LABEL
from scenarios.model import Mode
from storage.assignments import State
from storage.overview import Figures
from storage.planned import Stage
from storage.plans import PlanState
from tests.bot.walking import ZONE, as_text, flat

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LONG = "Wojewódzki Ośrodek Ruchu Drogowego w Kędzierzynie-Koźlu"
LINKS = tuple(
    LinkFact(number, f"Grzegorz Brzęczyszczykiewicz {number}", state, NOW, "too_far", NOW, NOW)
    for number, state in enumerate([*State] * 10)
    if state is not State.DONE
)
SLOT = SlotFact(5, 9, LONG, Mode.WEBSITE, 2, NOW, NOW + timedelta(days=7), "Fala 1", LONG, LONG, is_fixed=True)
OPEN = SlotFact(5, 9, LONG, Mode.VISIT, 1, NOW, NOW + timedelta(days=7), because="Nie ma już kogo zapytać.")
HOLE = Hole(0, 9, Mode.VISIT, "wizyta", 1, date(2026, 11, 23), date(2026, 11, 29), {Reason.TOO_FAR: 119})
RESULT = PlanResult(
    (),
    (HOLE,),
    tuple(WhatIf(change, 5, is_exact=change is not Change.NO_LOCKOUT) for change in Change),
    objective=10.0,
    bound=9.9,
    gap=0.01,
    seconds=1.25,
    km=120.4,
    load={1: 3, 2: 5},
)


def screens(language: str) -> Iterator[Outgoing]:
    """Every screen of the subject, with what is long."""
    slot = [SLOT, OPEN, SlotFact(5, 9, LONG, Mode.PHONE, 1, NOW, NOW, chain=LINKS[:1], juror=LONG)]
    when = {"language": language, "zone": ZONE, "now": NOW}
    jurors = [
        CandidateFact(1, LONG, 12.4, 3),
        CandidateFact(2, LONG, None, 1, "za daleko", may_be_forced=True),
        CandidateFact(3, LONG, None, 1, "konflikt interesów"),
    ]
    for fact in slot:
        yield chain.slot_card(fact, **when)  # type: ignore[arg-type]
        yield chain.chain(fact, -1, **when)  # type: ignore[arg-type]
        for purpose in range(len(PURPOSES)):
            yield chain.candidates(fact, jurors * 4, 0, purpose, language=language)
        yield chain.candidates(fact, [], 0, 0, language=language)
        yield chain.ask_close(fact, language=language)
        yield chain.ask_take_back(fact, LINKS[0], language=language)
    yield chain.place_slots(9, LONG, slot * 5, 1, **when)  # type: ignore[arg-type]
    yield chain.place_slots(9, LONG, [], 0, **when)  # type: ignore[arg-type]
    yield chain.which_mode(9, LONG, dict.fromkeys(Mode, 3), language=language)
    yield chain.all_taken(LONG, [(LONG, Mode.VISIT)] * 22, language=language)
    yield chain.which_date(3, LONG, [NOW.date()], NOW.date(), language=language)
    figures = {mode: Figures(dict.fromkeys(Stage, 3), 1) for mode in Mode}
    yield planning.home("Edycja", figures, None, language=language)
    yield planning.home("Edycja", {}, None, language=language)
    for state in PlanState:
        yield planning.summary(7, state, RESULT, language=language)
    yield planning.computing(7, language=language)
    yield planning.failed(7, "boom", language=language)
    yield planning.stale(7, [LONG] * 30, language=language)
    holes = [planning.HoleFact(LONG, Mode.VISIT, 1, LONG, number) for number in range(30)]
    yield planning.holes(holes, 2, plan=7, language=language)
    yield planning.holes(holes, 2, plan=None, language=language)
    listed = [planning.ListedSlot(5, LONG, Mode.EMAIL, 1, LONG, stage, NOW, NOW) for stage in Stage]
    yield planning.slot_list(listed, -1, 0, list(Mode), language=language, zone=ZONE)
    audit = planning.AuditFact(7, LONG, NOW, 1, "ab" * 32, "HiGHS", Engine.HIGHS, 1.5, 1.5, 0.0, 0.1)
    bad = Verdict(inputs_are_whole=False, objective=3.0, objective_agrees=False, broken=((0, Reason.CONFLICT),))
    said = planning.verified(bad, language=language)
    yield planning.audit(audit, language=language, zone=ZONE, said=said)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_screen_fits_and_leads_on(language: str) -> None:
    """Long names, all states: labels and bodies within their limits, no placeholder left, every tap readable."""
    for outgoing in screens(language):
        assert "{" not in as_text(outgoing)
        assert len(outgoing.head) + len(outgoing.body) + len(outgoing.note) <= MAX_BODY
        for button in flat(outgoing):
            assert 0 < len(button.label) <= MAX_LABEL, button.label
            assert decode(button.tap) is not None


def test_a_long_chain_comes_in_pages() -> None:
    """Everybody stands on some page, and each page leads to the others."""
    fact = SlotFact(5, 9, "Płońsk", Mode.VISIT, 1, NOW, NOW, chain=LINKS)
    texts = [chain.chain(fact, page, language="pl", zone=ZONE, now=NOW).body for page in range(len(LINKS))]
    for number in range(1, len(LINKS) + 1):
        assert any(line.startswith(f"{number}. ") for text in texts for line in text.splitlines())
    last = chain.chain(fact, -1, language="pl", zone=ZONE, now=NOW)
    assert f"{len(LINKS)}. " in last.body


def test_a_summary_tells_holes_and_what_would_change_them() -> None:
    """Covered, holes, way, load, how good it is; and the what-ifs, marked where they may be better still."""
    body = planning.summary(7, PlanState.READY, RESULT, language="pl").body
    assert "Z jurorem: 0 z 1 kontaktów.\n1 brak." in body
    assert "Żaden plan nie jest lepszy o więcej niż 1%." in body
    assert "promień +50%: braki 1 → 5" in body
    assert "bez karencji: braki 1 → 5 (albo mniej)" in body
    assert "Kontakty na osobę: od 3 do 5." in body


@pytest.mark.parametrize(("n", "text"), [(1, "1 zadanie"), (2, "2 zadania"), (5, "5 zadań"), (22, "22 zadania")])
def test_tasks_are_counted_in_polish(n: int, text: str) -> None:
    """The plural follows the number."""
    said = chain.all_taken("Anna", [("Płońsk", Mode.VISIT)] * n, language="pl")
    assert text in said.body

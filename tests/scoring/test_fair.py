"""Severity taken out of scores: planted severities come back within their errors, and what cannot be told is said."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.fair import Adjusted, Mark, Unfit, adjust

Floats = NDArray[np.float64]

PARTICIPANTS, JURORS, CRITERIA, BY = 60, 12, 10, 4


def simulated(seed: int, *, noise: float = 0.1, contact_noise: float = 0.0) -> tuple[list[Mark], Floats, Floats]:
    """Marks with planted severities and participants; each participant is assessed by four jurors."""
    chance = np.random.default_rng(seed)
    severity = chance.normal(0, 0.1, JURORS)
    severity -= severity.mean()
    level = chance.normal(0.6, 0.1, PARTICIPANTS)
    hard = chance.normal(0, 0.1, CRITERIA)
    marks = []
    for participant in range(PARTICIPANTS):
        for juror in chance.choice(JURORS, BY, replace=False):
            day = chance.normal(0, contact_noise) if contact_noise else 0.0
            for criterion in range(CRITERIA):
                value = level[participant] + severity[juror] + hard[criterion] + day + chance.normal(0, noise)
                marks.append(Mark(participant, int(juror), criterion, (participant, int(juror)), float(value)))
    return marks, severity, level + hard.mean()


def number_of(name: Hashable) -> int:
    """Simulated jurors and participants are numbers."""
    assert isinstance(name, int)
    return name


def misses(found: Adjusted, severity: Floats, level: Floats) -> tuple[list[float], list[float]]:
    """By how many standard errors each juror and each participant was missed."""
    jurors = [
        (one.value - severity[number_of(one.juror)]) / one.error for one in found.severities if one.value and one.error
    ]
    places = [
        (one.value - level[number_of(one.participant)]) / one.error for one in found.fair if one.value and one.error
    ]
    return jurors, places


@pytest.mark.parametrize("contact_noise", [0.0, 0.1])
def test_planted_severities_come_back_within_their_errors(contact_noise: float) -> None:
    """Over twelve simulations about two thirds lie within one standard error, 95 % within two.

    Also where marks of one contact hang together, which errors of independent marks would take for certainty.
    """
    jurors: list[float] = []
    places: list[float] = []
    for seed in range(12):
        marks, severity, level = simulated(seed, contact_noise=contact_noise)
        of_jurors, of_places = misses(adjust(marks), severity, level)
        jurors += of_jurors
        places += of_places
    assert len(jurors) == 12 * JURORS
    assert len(places) == 12 * PARTICIPANTS
    for z in (jurors, places):
        within_one = float((np.abs(z) < 1).mean())
        within_two = float((np.abs(z) < 2).mean())
        assert 0.6 < within_one < 0.78
        assert 0.9 < within_two < 0.99


def test_fair_scores_are_nearer_than_raw_ones() -> None:
    """Severity that is there is taken out: the fair means miss the truth by less than the raw ones."""
    marks, _severity, level = simulated(3)
    found = adjust(marks)
    raw = sum((one.raw - level[number_of(one.participant)]) ** 2 for one in found.fair)
    fair = sum(((one.value or math.nan) - level[number_of(one.participant)]) ** 2 for one in found.fair)
    assert fair < raw / 2
    assert {(one.marks, one.jurors, one.part, one.reason) for one in found.fair} == {(40, 4, 0, None)}
    assert found.parts == ((PARTICIPANTS, JURORS),)
    assert sum(one.value or math.nan for one in found.severities) == pytest.approx(0, abs=1e-9)
    assert sum(one.marks for one in found.severities) == len(marks)


def test_exact_marks_give_exact_severities() -> None:
    """Two jurors, one a quarter lower throughout; by hand: the mean of both is the fair score."""
    marks = []
    for participant, level in (("A", 0.5), ("B", 0.75), ("C", 0.6)):
        for juror, harsh in (("mild", 0.125), ("harsh", -0.125)):
            if (participant, juror) == ("C", "mild"):
                continue
            marks += [Mark(participant, juror, c, (participant, juror), level + harsh) for c in ("x", "y")]
    found = adjust(marks)
    assert {one.juror: one.value for one in found.severities} == {
        "mild": pytest.approx(0.125),
        "harsh": pytest.approx(-0.125),
    }
    fair = {one.participant: one for one in found.fair}
    assert fair["C"].raw == pytest.approx(0.475)
    assert fair["C"].value == pytest.approx(0.6)
    assert fair["A"].value == pytest.approx(0.5)
    assert all(one.error == pytest.approx(0, abs=1e-9) for one in found.fair)


def test_parts_that_were_never_compared_are_fitted_apart() -> None:
    """Two regions without a common juror: each is a part of its own, with its own average juror."""
    marks, _, _ = simulated(5)
    other = [Mark(("q", one.participant), ("q", one.juror), one.criterion, ("q", one.contact), 0.2) for one in marks]
    found = adjust([*other[: len(other) // 2], *marks])
    assert list(found.parts) == [(60, 12), (30, 12)]
    assert {one.part for one in found.fair} == {0, 1}
    assert all(one.value == pytest.approx(0.2) for one in found.fair if one.part == 1)
    alone = adjust(marks)
    joint = {one.participant: one.value for one in found.fair if one.part == 0}
    assert joint == {one.participant: pytest.approx(one.value) for one in alone.fair}


def test_a_single_juror_is_compared_with_nobody() -> None:
    """One juror with two participants: raw scores, no fair ones, and the reason."""
    marks = [Mark(p, "only", c, p, 0.5) for p in ("A", "B") for c in range(3)]
    found = adjust(marks)
    assert {(one.value, one.error, one.reason) for one in found.fair} == {(None, None, Unfit.ONE_JUROR)}
    assert [(one.value, one.error) for one in found.severities] == [(None, None)]


def test_a_juror_with_criteria_of_their_own_is_confounded() -> None:
    """Who alone makes all calls, and nothing else, cannot be told from the difficulty of calls; others can."""
    chance = np.random.default_rng(1)
    marks = []
    for participant in range(12):
        for juror in ("v1", "v2", "v3"):
            if (participant + int(juror[1])) % 3:
                marks += [Mark(participant, juror, c, (participant, juror), float(chance.random())) for c in ("a", "b")]
        if participant < 6:
            marks += [Mark(participant, "caller", c, (participant, "caller"), float(chance.random())) for c in "xy"]
    found = adjust(marks)
    severities = {one.juror: one.value for one in found.severities}
    assert severities["caller"] is None
    assert all(severities[juror] is not None for juror in ("v1", "v2", "v3"))
    reasons = {one.participant: one.reason for one in found.fair}
    assert all(reasons[participant] is Unfit.CONFOUNDED for participant in range(6))
    assert all(reasons[participant] is None for participant in range(6, 12))


def test_not_more_marks_than_effects() -> None:
    """Two marks by two jurors of one participant leave nothing for an error."""
    found = adjust([Mark("A", "j1", "x", 1, 0.5), Mark("A", "j2", "x", 2, 0.7)])
    assert [one.reason for one in found.fair] == [Unfit.TOO_FEW]
    found = adjust([Mark("A", "j1", "x", 1, 0.5), Mark("A", "j2", "y", 2, 0.7)])
    assert [one.reason for one in found.fair] == [Unfit.TOO_FEW]


def test_everything_in_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Working on a few participants at a time changes nothing."""
    marks, _, _ = simulated(7)
    whole = adjust(marks)
    monkeypatch.setattr("scoring.fair._BLOCK", 50)
    parts = adjust(marks)
    for one, other in zip(whole.fair, parts.fair, strict=True):
        assert one.value == pytest.approx(other.value)
        assert one.error == pytest.approx(other.error)


def test_nothing_at_all() -> None:
    """No marks, no parts."""
    assert adjust([]) == Adjusted((), (), ())

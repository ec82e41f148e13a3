"""Simulated raters whose bias is known, through ``calibrate``: is the bias recovered, does the gate decide right?

    python -m tests.benchmarks.calibration [observations] [--repeats 200]

An observation has a quality; two people and a rater see it with noise, each with a severity of their own, and give the
nearest of five levels. What a rater's bias is, limits of the scale included, is computed from 400,000 observations that
the calibration does not see. ``--repeats``: over so many tables, the mean of the recovered bias, how often it is within
two standard errors, and how often the gate decides as it does on a table without end.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.calibration import Calibration, Scored, calibrate

LEVELS = ("1", "2", "3", "4", "5")
MIDDLE = 3.0
SPREAD = 1.25
"""Of the quality, in levels."""
HUMAN_NOISE = 0.45
SEVERITY = 0.15
"""Spread of people's severities."""
PEOPLE = 12
MANY = 400_000

TELLING = 0.5
"""How sharply a rater that tells probabilities tells levels apart, in levels."""

Floats = NDArray[np.float64]
Chance = np.random.Generator
See = Callable[[Floats, Chance], Floats]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A rater: what it sees in qualities, what share it abstains from, and whether the gate should let it in."""

    see: See
    is_on: bool
    abstains: float = 0.0
    tells: bool = False
    """It tells the probabilities of the levels."""


def _noisy(noise: float, *, bias: float = 0.0, stretch: float = 1.0) -> See:
    return lambda quality, chance: MIDDLE + stretch * (quality - MIDDLE) + bias + chance.normal(0, noise, len(quality))


RATERS: Mapping[str, Simulated] = {
    "perfect": Simulated(_noisy(0.0), is_on=True),
    "like people": Simulated(_noisy(HUMAN_NOISE), is_on=True),
    "severe -1": Simulated(_noisy(0.3, bias=-1.0), is_on=True),
    "lenient +0.5": Simulated(_noisy(0.3, bias=0.5), is_on=True),
    "noisy": Simulated(_noisy(1.6), is_on=False),
    "constant": Simulated(lambda quality, _: np.full(len(quality), 4.0), is_on=False),
    "random": Simulated(lambda quality, chance: chance.uniform(0.5, 5.5, len(quality)), is_on=False),
    "abstains 40 %": Simulated(_noisy(0.4), is_on=True, abstains=0.4),
    "compressed": Simulated(_noisy(0.2, stretch=0.45), is_on=False),
    "same, tells p": Simulated(_noisy(0.2, stretch=0.45), is_on=True, tells=True),
}


def _level(values: Floats) -> Floats:
    return np.clip(np.rint(values), 1, len(LEVELS))


def _chances(seen: Floats) -> Floats:
    weights = np.exp(-((np.arange(1, len(LEVELS) + 1) - seen[:, np.newaxis]) ** 2) / (2 * TELLING**2))
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def table_of(rater: Simulated, number: int, seed: int) -> list[Scored]:
    """A table of so many observations, each scored by two of the people and by the rater."""
    chance = np.random.default_rng(seed)
    quality = chance.normal(MIDDLE, SPREAD, number)
    severity = chance.normal(0, SEVERITY, PEOPLE)
    severity -= severity.mean()  # bias is against these people, not against all there could be
    first = chance.integers(0, PEOPLE, number)
    second = (first + chance.integers(1, PEOPLE, number)) % PEOPLE
    a = _level(quality + severity[first] + chance.normal(0, HUMAN_NOISE, number))
    b = _level(quality + severity[second] + chance.normal(0, HUMAN_NOISE, number))
    seen = rater.see(quality, chance)
    said, chances = _level(seen), _chances(seen)
    silent = chance.random(number) < rater.abstains
    return [
        Scored(
            f"o{at}",
            None if silent[at] else str(int(said[at])),
            str(int(a[at])),
            str(int(b[at])),
            chances=tuple(map(float, chances[at])) if rater.tells and not silent[at] else None,
            juror_a=f"j{first[at]}",
            juror_b=f"j{second[at]}",
        )
        for at in range(number)
    ]


def true_bias(rater: Simulated) -> float:
    """How many levels more than people it gives, on the mean over very many observations."""
    chance = np.random.default_rng(99)
    quality = chance.normal(MIDDLE, SPREAD, MANY)
    human = _level(quality + chance.normal(0, np.hypot(HUMAN_NOISE, SEVERITY), MANY))
    return float((_level(rater.see(quality, chance)) - human).mean())


def measured(rater: Simulated, number: int, seed: int = 1) -> Calibration:
    """The calibration of one simulated table."""
    return calibrate("simulated", table_of(rater, number, seed), LEVELS)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("observations", type=int, nargs="?", default=240)
    parser.add_argument("--repeats", type=int, default=100)
    given = parser.parse_args()
    print(
        f"{'rater':<14} {'used':>4} {'cover':>5} {'true bias':>9} {'recovered':>15} {'in 2 SE':>8} {'kappa':>12}"
        f" {'mapped':>6} {'people':>6} {'const':>5} {'sever':>5} {'MAE':>4} {'mapped':>6} {'decided right':>13}  gate"
    )
    for name, rater in RATERS.items():
        one, bias = measured(rater, given.observations), true_bias(rater)
        again = [measured(rater, given.observations, seed) for seed in range(1, 1 + given.repeats)]
        found, errors = (np.array([getattr(some.bias, part) for some in again]) for part in ("value", "error"))
        within = np.mean(np.abs(found - bias) <= 2 * errors)
        right = np.mean([some.is_on is rater.is_on for some in again])
        kappas = (one.mapped.kappa, one.humans.kappa, one.constant.kappa, one.severity.kappa)
        mapped, people, constant, severity = (kappa.value or 0 for kappa in kappas)
        print(
            f"{name:<14} {one.used:>4} {one.coverage or 0:>5.0%} {bias:>+9.3f}"
            f" {found.mean():>+8.3f} ±{errors.mean():.3f} {within:>8.0%}"
            f" {one.rater.kappa.value or 0:>6.3f} ±{one.rater.kappa.error or 0:.2f} {mapped:>6.3f}"
            f" {people:>6.3f} {constant:>5.2f} {severity:>5.2f}"
            f" {one.rater.error or 0:>4.2f} {one.mapped.error or 0:>6.2f} {right:>13.0%}  {one.reason.value}"
        )


if __name__ == "__main__":
    main()

"""The circuit breaker, with a clock turned by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scoring.circuit import FAILURES, FIRST_REST, LONGEST_REST, Circuit, State

NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


def _opened() -> Circuit:
    circuit = Circuit()
    for _ in range(FAILURES):
        assert circuit.wait(NOW) is None
        circuit.failed(NOW)
    return circuit


def test_failures_in_a_row_open_it() -> None:
    """A success in between begins the count anew."""
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit.failed(NOW)
    circuit.succeeded()
    circuit.failed(NOW)
    assert circuit.wait(NOW) is None
    assert _opened().wait(NOW) == FIRST_REST


def test_after_the_rest_one_tries() -> None:
    """Others wait until the trial is over; if it fails, the next rest is twice as long."""
    circuit = _opened()
    later = NOW + FIRST_REST
    assert circuit.wait(later) is None
    assert circuit.state is State.HALF_OPEN
    assert circuit.wait(later) == FIRST_REST
    circuit.failed(later)
    assert circuit.wait(later) == 2 * FIRST_REST
    assert circuit.wait(later + 2 * FIRST_REST) is None
    circuit.succeeded()
    assert circuit.state is State.CLOSED
    assert circuit.wait(later) is None


def test_rests_do_not_grow_for_ever() -> None:
    """Up to the longest."""
    circuit, now = _opened(), NOW
    for _ in range(20):
        now += LONGEST_REST
        assert circuit.wait(now) is None
        circuit.failed(now)
    assert circuit.wait(now) == LONGEST_REST


def test_a_trial_that_broke_off_is_open_to_the_next() -> None:
    """Nothing was learnt from it."""
    circuit = _opened()
    later = NOW + FIRST_REST
    assert circuit.wait(later) is None
    circuit.broke_off()
    assert circuit.wait(later) is None
    circuit.succeeded()
    circuit.broke_off()
    assert circuit.state is State.CLOSED


def test_the_server_says_how_long() -> None:
    """The longer wish counts."""
    circuit = Circuit()
    circuit.told_to_wait(NOW + timedelta(minutes=9))
    circuit.told_to_wait(NOW + timedelta(minutes=2))
    assert circuit.wait(NOW) == timedelta(minutes=9)

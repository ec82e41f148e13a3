"""Options of the scenario tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/scenarios --update`` writes the golden transcripts anew."""
    parser.addoption("--update", action="store_true", default=False, help="write the golden transcripts anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update", default=False))

"""The client against a server of models that others wrote, with the faults it knows, on a socket of its own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scoring.rating import RaterRefused, RaterUnavailable, Refused, Unavailable, Verdict, Void, Voided
from tests.scoring.model_servers import TASK, rater_at, verdict

if TYPE_CHECKING:
    from llmock.testing import LLMockServer


@pytest.fixture(scope="module")
def running() -> Iterator[LLMockServer]:
    """The server in a thread of this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its libraries
        from llmock.testing import LLMockServer

        with LLMockServer() as server:
            yield server


@pytest.fixture
def server(running: LLMockServer) -> LLMockServer:
    """The server with nothing left of the test before."""
    running.state.scenarios.clear()
    running.state.journal.clear()
    return running


def _reply(server: LLMockServer, text: str | None = None, *, finish: str | None = None) -> None:
    from llmock.scenarios import Reply

    server.state.scenarios.add(Reply(text=verdict() if text is None else text, finish_reason=finish, times=None))


def _asked(server: LLMockServer) -> int:
    return len(server.state.journal.records())


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_way_without_a_fault(server: LLMockServer, *, streamed: bool) -> None:
    """Whole or in pieces, the verdict and its tokens come through."""
    _reply(server)
    async with rater_at(server.base_url(), streamed=streamed) as rater:
        rated = await rater.rate(TASK)
    assert isinstance(rated.outcome, Verdict)
    assert rated.tokens_in > 0
    assert rated.tokens_out > 0
    assert not rated.estimated


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_an_error_passes(server: LLMockServer, status: int) -> None:
    """Two errors, then an answer."""
    from llmock.scenarios import Fail

    server.state.scenarios.add(Fail(status, times=2, retry_after=0.05))
    _reply(server)
    async with rater_at(server.base_url()) as rater:
        assert isinstance((await rater.rate(TASK)).outcome, Verdict)
    assert _asked(server) == 3


async def test_a_429_that_lasts_longer_than_we_do(server: LLMockServer) -> None:
    """The wait is told to the caller instead of slept through."""
    from llmock.scenarios import Fail

    server.state.scenarios.add(Fail(429, times=None, retry_after=40))
    async with rater_at(server.base_url()) as rater:
        with pytest.raises(RaterUnavailable) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Unavailable.LIMIT
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == pytest.approx(40)
    assert _asked(server) == 1


@pytest.mark.parametrize(("status", "reason"), [(401, Unavailable.SETTINGS), (404, Unavailable.SETTINGS)])
async def test_what_a_retry_does_not_mend_is_not_retried(
    server: LLMockServer, status: int, reason: Unavailable
) -> None:
    """A wrong key, an unknown model."""
    from llmock.scenarios import Fail

    server.state.scenarios.add(Fail(status, times=None))
    async with rater_at(server.base_url()) as rater:
        with pytest.raises(RaterUnavailable) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is reason
    assert _asked(server) == 1


async def test_a_text_too_long_for_the_model(server: LLMockServer) -> None:
    """The server's own words for it are understood."""
    from llmock.scenarios import Fail

    server.state.scenarios.add(Fail(400, code="context_length_exceeded", times=None))
    async with rater_at(server.base_url()) as rater:
        with pytest.raises(RaterRefused) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Refused.REQUEST
    assert _asked(server) == 1


async def test_a_timeout(server: LLMockServer) -> None:
    """Our deadline, not the server's patience."""
    from llmock.scenarios import Delay

    server.state.scenarios.add(Delay(1.0))
    async with rater_at(server.base_url(), deadline=0.3) as rater:
        with pytest.raises(RaterUnavailable) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Unavailable.DEADLINE


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
@pytest.mark.parametrize("after", [0, 1, 4])
async def test_a_broken_stream_is_never_half_an_answer(server: LLMockServer, kind: str, after: int) -> None:
    """Dropped, ended early without a word, or with a piece that is no JSON: asked again, then whole."""
    from llmock.scenarios import StreamFault

    server.state.scenarios.add(StreamFault(kind, after_chunks=after))  # type: ignore[arg-type] # a Literal
    _reply(server)
    async with rater_at(server.base_url(), streamed=True) as rater:
        assert isinstance((await rater.rate(TASK)).outcome, Verdict)
    assert _asked(server) == 2


async def test_a_stream_that_stalls(server: LLMockServer) -> None:
    """The deadline holds within a stream, too."""
    from llmock.scenarios import StreamFault

    server.state.scenarios.add(StreamFault("stall", stall_seconds=1.0, times=None))
    _reply(server)
    async with rater_at(server.base_url(), deadline=0.3, streamed=True) as rater:
        with pytest.raises(RaterUnavailable) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Unavailable.DEADLINE


@pytest.mark.parametrize("streamed", [False, True])
async def test_tool_calls_nobody_offered(server: LLMockServer, *, streamed: bool) -> None:
    """Beside an answer they are noise; instead of one they are no answer."""
    from llmock.scenarios import Reply, ToolCall

    calls = (ToolCall("get_weather", {"city": "Łódź"}),)
    server.state.scenarios.add(Reply(text=verdict(), tool_calls=calls), Reply(tool_calls=calls))
    async with rater_at(server.base_url(), streamed=streamed) as rater:
        assert isinstance((await rater.rate(TASK)).outcome, Verdict)
        with pytest.raises(RaterRefused) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Refused.EMPTY


@pytest.mark.parametrize(("finish", "reason"), [("length", Refused.CUT_OFF), ("content_filter", Refused.REFUSAL)])
async def test_an_answer_with_a_bad_end(server: LLMockServer, finish: str, reason: Refused) -> None:
    """Cut off in the middle, or taken back by a filter."""
    _reply(server, finish=finish)
    async with rater_at(server.base_url()) as rater:
        with pytest.raises(RaterRefused) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is reason


async def test_a_megabyte(server: LLMockServer) -> None:
    """Read no further than an answer may go."""
    _reply(server, "a" * 1_000_000)
    async with rater_at(server.base_url()) as rater:
        with pytest.raises(RaterRefused) as caught:
            await rater.rate(TASK)
    assert caught.value.reason is Refused.TOO_LARGE


async def test_an_answer_made_up_after_the_schema(server: LLMockServer) -> None:
    """It fits the schema to the letter, and its quotes are invented: void."""
    async with rater_at(server.base_url()) as rater:
        rated = await rater.rate(TASK)
    assert isinstance(rated.outcome, Voided)
    assert rated.outcome.reason in {Void.INVENTED_QUOTE, Void.NO_QUOTE, Void.SHORT_QUOTE}


async def test_the_other_side_finds_no_fault_with_us(server: LLMockServer) -> None:
    """The server's own judgement of its client: no retry too early, none that is useless, no storm."""
    from llmock.scenarios import Fail, StreamFault
    from llmock.verdict import judge

    server.state.scenarios.add(Fail(429, retry_after=0.1), Fail(500), StreamFault("truncate", after_chunks=2))
    _reply(server)
    async with rater_at(server.base_url(), streamed=True) as rater:
        assert isinstance((await rater.rate(TASK)).outcome, Verdict)
    findings = judge(server.state.journal.records()).findings
    assert [finding for finding in findings if finding.severity == "error"] == []

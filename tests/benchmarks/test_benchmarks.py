"""The benchmarks themselves, with the smallest numbers: what they measure is real, and wrong figures would be seen."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands import WRONG_CALL
from scenarios import engine
from scenarios.contact import Words
from scenarios.loader import load
from storage import contacts
from storage.database import Database
from storage.unit import Unit
from tests.benchmarks import ours
from tests.benchmarks.chats import FIRST_CHAT, QUESTIONS, Chat, answer_text, answers_of, summary
from tests.benchmarks.growing import Grown
from tests.benchmarks.orders import Fed, spread
from tests.benchmarks.page import Circumstances, page
from tests.benchmarks.pipeline import Measured, Part, Plan, measure
from tests.benchmarks.requests import Unfinished, take_request
from tests.benchmarks.subjects import SUBJECTS, Surroundings
from tests.benchmarks.suite import Results
from tests.benchmarks.targets import targets

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHORT = Plan(chats=(3,), seconds=0.3, rate=20, open_seconds=0.3, burst=2, warm_up=0)
PEOPLE = 60


@pytest.mark.parametrize("name", ["bare-webhook", "ours-sqlite-polling"])
async def test_a_subject_is_measured_with_all_kinds_of_runs(name: str, tmp_path: Path) -> None:
    """Every run of a plan has answers in time, none is lost, and what we say we kept is what was sent."""
    around = Surroundings(tmp_path, people=PEOPLE)
    found = await measure(SUBJECTS[name], SHORT, around)
    assert [part.name for part in found.parts] == ["closed 3", "open", "burst"]
    assert found.first_answer > 0
    assert found.memory > 1_000_000
    for part in found.parts:
        assert part.fed.unanswered == 0
        assert part.fed.heard_too_much == 0
        assert part.fed.answered_in_all >= part.fed.answered
        assert part.wrong == (0 if SUBJECTS[name].is_ours else None)
    burst = found.parts[-1].fed
    assert (burst.chats, burst.over, burst.answered) == (2, 2, 2 * QUESTIONS)


async def test_whoever_is_given_too_few_people_is_told(tmp_path: Path) -> None:
    """The floor knows nobody beforehand, so it never lacks any; our own jurors are counted."""
    few = Surroundings(tmp_path, people=3)
    with pytest.raises(RuntimeError, match="nobody who has not spoken yet is left for open; ask for more --people"):
        await measure(SUBJECTS["ours-sqlite-polling"], SHORT, few)


SAID = '{"chat_id":7,"text":"a bł"}'.encode()
FORM = b"chat_id=7&text=a+b%C5%82"
REQUESTS = {
    "json": b"POST /bot1:a/sendMessage HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n" + SAID,
    "form": b"POST /bot1:a/sendMessage HTTP/1.1\r\ncontent-length: 24\r\n\r\n" + FORM,
    "chunks": b"POST /bot1:a/sendMessage HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"a\r\nchat_id=7&\r\ne\r\ntext=a+b%C5%82\r\n0\r\n\r\n",
    "query": b"GET /bot1:a/sendMessage?" + FORM + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("raw", REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_read_once_it_is_whole(raw: bytes) -> None:
    """However it is encoded and wherever it is cut; what follows it stays."""
    for cut in range(len(raw)):
        begun = bytearray(raw[:cut])
        with pytest.raises(Unfinished):
            take_request(begun)
        assert begun == raw[:cut]
    data = bytearray(raw + b"POST")
    request = take_request(data)
    assert (request.method, request.params()) == ("sendMessage", {"chat_id": "7", "text": "a bł"})
    assert data == b"POST"


def test_a_file_beside_words_does_not_hide_them() -> None:
    """A photo is sent as parts; the chat is still found."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
        b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\xff\r\n--x--\r\n"
    )
    head = b"POST /bot1:a/sendPhoto HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    raw = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    assert take_request(bytearray(raw)).params()["chat_id"] == "7"


@pytest.mark.parametrize("told", ["", "another", "swapped", "short"])
def test_a_summary_that_is_not_right_is_seen(told: str) -> None:
    """Nothing, another person's answers, two of them swapped, one missing: none passes."""
    chat = Chat(FIRST_CHAT, sent=QUESTIONS + 1)
    mine = answers_of(chat.id)
    wrong = {
        "": "",
        "another": summary(answers_of(chat.id + 1)),
        "swapped": summary([mine[1], mine[0], *mine[2:]]),
        "short": summary(mine[:-1]),
    }
    chat.last = wrong[told]
    assert not chat.is_told_right()
    chat.last = summary(mine)
    assert chat.is_told_right()


async def test_answers_that_are_not_kept_right_are_seen(database: Database) -> None:
    """A chat is wrong whose answers are fewer, more or others than it sent."""
    await ours.seed(database, 3)

    def answer(unit: Unit, contact_id: int, *said: str) -> None:
        scenario = load(ours.SCENARIO, filename="pomiar")
        for words in said:
            row = contacts.load(unit, contact_id, lock=True)
            assert row is not None
            turn = engine.advance(scenario, row.contact, Words(words), now=NOW, zone=ours.ZONE)
            contacts.save(unit, turn.contact, turn.events, update_id=None, now=NOW)

    first = await database.read(lambda unit: ours.last_id(unit, "contacts")) - 2
    chats = [FIRST_CHAT, FIRST_CHAT + 1, FIRST_CHAT + 2]
    await database.run(lambda unit: answer(unit, first, *answers_of(chats[0], 2)))
    await database.run(lambda unit: answer(unit, first + 1, answer_text(chats[0], 1)))
    assert await ours.kept_wrong(database, {chats[0]: 2, chats[2]: 0}) == []
    assert await ours.kept_wrong(database, {chats[0]: 1, chats[1]: 1, chats[2]: 1}) == chats


def _fed(a_second: float, *, late: float = 0.01) -> Fed:
    number = int(a_second)
    counts = {"fed": number, "answered": number, "answered_in_all": number, "chats": 5, "over": 5, "told_right": 5}
    told = {"seconds": 1.0, "heard_too_much": 0, "unanswered": 0, "progress": {}, "calls": {}}
    return Fed(**counts, **told, latency=spread([late] * number))  # type: ignore[arg-type]


def _measured(name: str, a_second: float, *, memory: int, first: float, wrong: int = 0) -> Measured:
    parts = tuple(Part(run, _fed(a_second), 0.5, 0.0, wrong) for run in ("closed 100", "open", "burst"))
    return Measured(SUBJECTS[name], first, memory, first, parts)


def _results(ours_a_second: float) -> Results:
    every = {
        "bare-polling": _measured("bare-polling", 1000, memory=30, first=0.3),
        "ours-sqlite-polling": _measured("ours-sqlite-polling", ours_a_second, memory=70, first=1.5, wrong=1),
        "aiogram-memory-polling": _measured("aiogram-memory-polling", 200, memory=150, first=4.0, wrong=5),
    }
    small, large = (
        Grown("sqlite", size, 2000 * size, 0, replace(every["ours-sqlite-polling"]), Part("ask", _fed(9), 0, 0, None))
        for size in (1000, 100_000)
    )
    return Results(
        measured={name: [one, one] for name, one in every.items()},
        grown=[small, large],
        absent={"ptb-memory-webhook": "its webhook needs tornado, which is not installed"},
    )


def test_targets_are_told_as_they_are() -> None:
    """Reached, missed and not measured are three things."""
    found = {each.what: each for each in targets(_results(450))}
    against = "updates/s against {}: ours-sqlite-polling, 100 chats"
    assert found[against.format("aiogram with MemoryStorage")].is_reached is True
    assert found[against.format("aiogram with RedisStorage")].is_reached is None
    assert found[against.format("the bare floor")].measured.startswith("0.45 x")
    assert found["conversations right in the burst: ours-sqlite-polling"].is_reached is False
    assert found["start to first answer: ours-sqlite-polling"].is_reached is True
    assert {each.is_reached for what, each in found.items() if "100,000 contacts" in what} == {True}
    slower = {each.what: each for each in targets(_results(399))}
    assert slower[against.format("aiogram with MemoryStorage")].is_reached is False


def test_the_page_holds_every_table() -> None:
    """Targets first, then what they rest on, what is missing, and how to repeat it."""
    told = page(_results(450), Circumstances(NOW, 12.0, 0.8, "make bench", runners="| runner |\n"))
    heads = [line.removeprefix("## ") for line in told.splitlines() if line.startswith("## ")]
    assert heads == [
        *("Targets", "Closed loop, 100 chats", "Open loop", "Burst", "Start and memory", "As work grows"),
        *("Killed while they handled 40 updates", "Not measured", "What was done", "Where and when", "To repeat it"),
    ]
    assert "| ours-sqlite-polling | 5 | 4 | 1 | 0 |" in told
    assert "ptb-memory-webhook was left out: its webhook needs tornado" in told


def test_without_the_sources_the_command_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed program has no benchmarks, and says so in a sentence."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.chdir(tmp_path)
    with redirect_stderr(io.StringIO()) as said:
        assert main(["bench"]) == WRONG_CALL
    assert "tests/benchmarks of the source tree" in said.getvalue()


def test_a_subject_nobody_knows_is_told() -> None:
    """With the names there are."""
    with redirect_stderr(io.StringIO()) as said:
        assert main(["bench", "pipeline", "oura-sqlite"]) == WRONG_CALL
    assert "ours-sqlite-polling" in said.getvalue()

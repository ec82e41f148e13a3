"""Walking a scenario without a chat, and the lines it is walked with."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.autopilot import next_sensible, sensible_replies
from scenarios.contact import (
    Answered,
    Change,
    Deactivated,
    Files,
    Leave,
    Locked,
    Pick,
    Place,
    Position,
    Rejection,
    RejectionCode,
    Reply,
    TakeFromTray,
    Toggle,
    Value,
    Words,
)
from scenarios.engine import lock
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.reply_lines import HELP, PLAIN, BadLine, read_reply, write_reply
from scenarios.turn_lines import event_line, rejection_line, value_words
from scenarios.walk import Walker

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
EXAMPLES = sorted(path.stem for path in (LIBRARY / "examples").glob("*.yaml"))
SIX = ("wizyta", "telefon", "email", "social", "strona", "dostepnosc")
WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
FACTS = {
    "participant_type": "gmina",
    "participant_name": "Gmina Przykład",
    "participant_address": "ul. Długa 5, 09-100 Przykład",
    "participant_hours": "8:00-16:00",
    "participant_phone": "23 555 12 12",
    "participant_email": "urzad@przyklad.example",
    "participant_site": "https://przyklad.example",
    "window": "środa, 9:00-12:00",
}


def scenario(name: str) -> Scenario:
    """A scenario or an example of the library."""
    path = LIBRARY / f"{name}.yaml" if name in SIX else LIBRARY / "examples" / f"{name}.yaml"
    return load(path.read_text(encoding="utf-8"), filename=name)


def walker(name: str, *, language: str | None = None) -> Walker:
    """A walk that has just begun."""
    return Walker.start(scenario(name), facts=FACTS, now=NOW, zone=WARSAW, language=language)


@pytest.mark.parametrize("name", [*SIX, *EXAMPLES])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_scenario_can_be_walked_to_its_end(name: str, language: str) -> None:
    """The first sensible answers lead through each scenario to a report that is sent; every screen says something."""
    walk, now = walker(name, language=language), NOW
    for _ in range(200):
        assert all(walk.screen())
        assert "${" not in "".join(walk.screen())
        now += timedelta(seconds=10)
        offered = list(sensible_replies(walk.turn.prompt, {}, evidence=1))
        assert bool(offered) != walk.is_over
        found = next_sensible(walk.scenario, walk.turn, now=now, zone=WARSAW)
        if found is None:
            break
        walk.say(write_reply(found[0]), now=now)
        assert walk.turn == found[1]
    assert walk.is_over
    assert walk.screen() == ("# submitted",)
    assert next_sensible(walk.scenario, walk.turn, now=now, zone=WARSAW) is None


def test_what_a_walk_shows() -> None:
    """Events, refusals, the question with every reply offered, and the proposals in between."""
    walk = walker("example_yes_no")
    assert not walk.is_over
    assert walk.screen()[0].endswith("x01")
    assert walk.screen()[-1] == "[=yes] [=no] [/unchecked]"
    assert "! expected_button" in walk.say("może", now=NOW)
    shown = walk.say("/unchecked", now=NOW)
    assert shown[-1] == "[=forgot] [=no_chance] [=not_visible] [=unsafe]"
    shown = walk.say("=forgot", now=NOW)
    assert shown[0] == "· answered x01: not_checked (forgot)"
    assert walk.say("/pause", now=NOW) == ("… [/resume]",)
    walk.say("/na", now=NOW)
    shown = walk.say("nie", now=NOW)
    assert shown[-1] == "[/submit]"
    assert "not checked: x01" in shown
    assert "now: no [/keep]" in walk.say("/change x03", now=NOW)


def test_drafts_proposals_and_the_tray_are_shown() -> None:
    """Half-finished choices, a change with consequences and things put aside are on the screen."""
    walk = walker("example_select_one")
    walk.say("=other", now=NOW)
    walk.say("Tablica.", now=NOW)
    walk.say("/image 7", now=NOW)
    walk.say("=right", now=NOW)
    assert "tray: 7" in walk.screen()
    walk.say("/change skad", now=NOW)
    assert walk.say("=site", now=NOW) == ("? skad = site: off skad_inne", "[/yes] [/no]")
    walk = walker("example_select_multiple")
    assert "so far: seats" in walk.say("+seats", now=NOW)
    walk = walker("example_exits")
    assert walk.say("=yes_here", now=NOW)[-1] == "[/yes] [/no]"
    assert walk.say("/yes", now=NOW)[-1] == "# returned (conflict)"


def test_evidence_passed_over_and_critical_answers_stand_out_in_the_report() -> None:
    """The report marks what failed critically and which evidence is missing."""
    walk = walker("example_audio")
    assert "without evidence: glos" in walk.say("/skip", now=NOW)
    walk = walker("example_yes_no")
    for line in ("=no", "=yes", "=yes"):
        shown = walk.say(line, now=NOW)
    assert any(line.endswith("no !") for line in shown)


def test_lines_that_are_no_replies_bring_the_help() -> None:
    """Asking for help, or typing a command there is not, shows what can be typed, and changes nothing."""
    walk = walker("example_yes_no")
    before = walk.turn
    assert walk.say("/help", now=NOW) == walk.say("/dance", now=NOW) == (HELP,)
    assert walk.turn is before


def test_placeholders_show_answers_facts_and_the_case() -> None:
    """Texts name the participant, the case, answers given before and what was calculated; unknown ones stay."""
    source = (LIBRARY / "examples" / "example_calculate.yaml").read_text(encoding="utf-8")
    start = source.index("sections:")
    asked = (
        "sections:\n  - name: a\n    stage: after\n    label: A\n    steps:\n"
        "      - {name: ile, type: integer, label: Ile?}\n"
        '      - {name: razem, type: calculate, calculation: "ile * 2"}\n'
        "      - name: potem\n        type: yes_no\n"
        '        hint: "${answer_key}"\n'
        '        label: "${participant_name}: ${question} ${ile} ${razem} ${potem} ${memory_card}${forbidden}"\n'
    )
    told = Walker.start(load(source[:start] + asked, filename="x"), facts=FACTS, now=NOW, zone=WARSAW)
    shown = told.say("3", now=NOW)
    case = told.scenario.cases[0]
    assert shown[2] == (
        f"Gmina Przykład: {case.question.in_language('pl')} 3 6 ${{potem}} {case.memory_card[0].in_language('pl')}"
    )
    assert "• godziny w piątek" in shown[3]


REPLIES: list[Reply] = [
    Words("tak"),
    Words("=yes"),
    Words('"'),
    Words("/done"),
    Pick("a b"),
    Toggle("seats"),
    Change("stanowiska[1].minuty"),
    Leave("closed"),
    Files((1, 2), "image", as_file=True, album="g 1"),
    Files((3,), "audio"),
    Position(Place(52.2297, 21.0122, 8.5)),
    Position(Place(-1.5, 0.0)),
    TakeFromTray(4, "note", "dwa słowa"),
    TakeFromTray(4),
    *PLAIN.values(),
]


@pytest.mark.parametrize("reply", REPLIES, ids=repr)
def test_replies_go_round_as_lines(reply: Reply) -> None:
    """What a reply is written as means that reply."""
    assert read_reply(write_reply(reply)) == reply


@given(st.text())
def test_any_words_go_round_as_a_line(text: str) -> None:
    """Whatever is typed can be written into a transcript and comes back as the same words."""
    assert read_reply(write_reply(Words(text))) == Words(text)


@pytest.mark.parametrize(
    "line", ["/dance", "/change", "/leave", "/image eins", "/place", "/place a b", "/tray", "/place 1 2 3 4"]
)
def test_lines_that_are_no_replies(line: str) -> None:
    """A command that does not exist, or lacks what it needs, is no reply."""
    with pytest.raises(BadLine):
        read_reply(line)


def test_the_kind_of_a_tray_thing_may_be_left_out() -> None:
    """A thing from the tray is a picture unless said otherwise."""
    assert read_reply("/tray 3") == TakeFromTray(3, "image")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (Decimal("22.50"), "22.50"),
        ("closed", "closed"),
        (datetime(2026, 12, 9, 9, tzinfo=WARSAW), "2026-12-09T08:00:00+00:00"),
        (date(2026, 12, 9), "2026-12-09"),
        (time(9, 15), "09:15:00"),
        (Place(52.2, 21.0), "52.2, 21.0"),
        (("a", "b"), "a, b"),
        ((1, 2), "1, 2"),
    ],
)
def test_values_in_words(value: Value, words: str) -> None:
    """Every kind of value has one way of being written."""
    assert value_words(value) == words


def test_events_and_refusals_in_words() -> None:
    """Events and refusals that no transcript shows have their line as well."""
    walk = walker("example_yes_no")
    for line in ("=no", "=yes", "=yes", "/submit"):
        walk.say(line, now=NOW)
    assert event_line(Locked()) == "locked"
    assert [event_line(event) for event in lock(walk.scenario, walk.turn.contact).events] == ["locked"]
    assert event_line(Deactivated(("a", "b"))) == "deactivated a, b"
    assert rejection_line(None) is None
    assert rejection_line(Rejection(RejectionCode.TOO_SMALL, {"minimum": "1"})) == "too_small: minimum 1"
    walk.say("/change x01", now=NOW)
    walk.say("=yes", now=NOW)
    assert isinstance(walk.turn.events[0], Answered)
    assert "· submitted again" in walk.say("/submit", now=NOW)


def sensible(walk: Walker, **chosen: str) -> str | None:
    """The line of the next sensible reply, which is taken."""
    found = next_sensible(walk.scenario, walk.turn, now=NOW, zone=WARSAW, chosen=chosen)
    if found is None:
        return None
    walk.turn = found[1]
    return write_reply(found[0])


def test_sensible_replies_go_on_from_anywhere() -> None:
    """Reasons, proposals, rests, drafts, files and closed stages all have a reply that goes on."""
    walk = walker("example_select_one")
    walk.say("=other", now=NOW)
    walk.say("Tablica.", now=NOW)
    walk.say("/change skad", now=NOW)
    walk.say("=site", now=NOW)
    assert sensible(walk) == "/yes"
    walk.say("/unchecked", now=NOW)
    assert sensible(walk) == "=no_chance"
    walk.say("/pause", now=NOW)
    assert sensible(walk) == "/resume"
    walk = walker("example_exits")
    walk.say("=yes_here", now=NOW)
    assert sensible(walk) == "/no"
    walk = walker("example_image")
    assert [sensible(walk) for _ in range(2)] == ["/image 1", "/done"]
    walk.say("/image 5", now=NOW)
    assert sensible(walk) == "/image 6 as-file"
    walk = walker("example_select_multiple")
    assert [sensible(walk) for _ in range(2)] == ["+seats", "/done"]


def test_chosen_answers_go_before_sensible_ones() -> None:
    """What the caller chooses for a step is what is answered, or nothing where it is not taken."""
    walk = walker("example_yes_no")
    assert sensible(walk, x01="=no") == "=no"
    assert sensible(walk, x02="=perhaps") is None
    assert sensible(walk) == "=yes"


def test_a_question_nobody_can_answer_by_itself_may_be_skipped() -> None:
    """Where no sensible answer is taken a step that is not required is passed over."""
    source = (LIBRARY / "examples" / "example_text.yaml").read_text(encoding="utf-8")
    strict = source.replace("length(answer) >= 10", "length(answer) >= 1000").replace(
        "type: text\n", "type: text\n        required: false\n", 1
    )
    walk = Walker.start(load(strict, filename="x"), facts=FACTS, now=NOW, zone=WARSAW)
    assert sensible(walk) == "/skip"

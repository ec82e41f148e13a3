"""The report: which answers stand in it, what is missing, what failed critically, and its digest."""

from __future__ import annotations

from dataclasses import replace

from scenarios.contact import (
    Change,
    Confirm,
    Contact,
    Files,
    NotApplicable,
    NotChecked,
    Pick,
    Report,
    Skip,
    Words,
)
from scenarios.report import digest_of, is_critical, report_of
from scenarios.route import route
from tests.scenarios.hand_made import Player, made

REPEAT = "repeat: {another: Jeszcze?, maximum: 3}"


def report(player: Player) -> Report:
    """The report on the screen."""
    assert isinstance(player.prompt, Report)
    return player.prompt


def test_the_report_holds_every_answer_outside_the_gate() -> None:
    """In the order of the script; the questions between rounds are no answers of it."""
    player = Player(made(f"section a gate\ng yes_no\nsection b after {REPEAT}\np yes_no\nsection c after\nq yes_no"))
    player.send(Pick("yes"), Pick("yes"), Pick("yes"), Pick("no"), Pick("no"), Pick("yes"))
    assert [line.path for line in report(player).lines] == ["b[0].p", "b[1].p", "q"]


def test_answers_that_do_not_apply_are_not_in_the_report() -> None:
    """They are kept aside."""
    player = Player(made('section a after\np yes_no\nq yes_no, relevant: "p == yes"'))
    player.send(Pick("yes"), Pick("yes"), Change("p"), Pick("no"), Confirm())
    assert [line.path for line in report(player).lines] == ["p"]


def test_the_report_tells_what_is_missing() -> None:
    """Not checked, and evidence that is not there for any reason; what does not apply is not missing."""
    steps = "p yes_no\nq yes_no, not_applicable: yes\nf image\ng image, required: no\nh image"
    player = Player(made(f"section a after\n{steps}"))
    player.send(
        NotChecked(), Pick("forgot"), NotApplicable(), NotChecked(), Words("zakaz"), Skip(), Files((7,), "image")
    )
    assert report(player).not_checked == ("p", "f")
    assert report(player).without_evidence == ("f", "g")


def test_the_report_shows_the_tray() -> None:
    """What was put aside and never attached."""
    player = Player(made("section a after\np yes_no"))
    player.send(Files((7, 8), "image"), Pick("yes"))
    assert report(player).tray == (7, 8)


def test_a_critical_item_fails_by_its_answer() -> None:
    """By a known one only."""
    scenario = made('section a after\np yes_no, critical: "answer == no"')
    for replies, failed in (((Pick("no"),), True), ((Pick("yes"),), False), ((NotChecked(), Pick("forgot")), False)):
        player = Player(scenario)
        player.send(*replies)
        assert (report(player).lines[0].critical, report(player).critical) == (failed, ("p",) if failed else ())


def test_whether_an_item_fails_may_be_unknown() -> None:
    """Then it does not."""
    player = Player(made('section a after\np integer\nq yes_no, critical: "answer == no and p > 3"'))
    player.send(NotChecked(), Pick("forgot"), Pick("no"))
    assert report(player).critical == ()


def test_a_critical_item_of_a_repeat_is_judged_by_its_own_round() -> None:
    """The second desk's answer with the second desk's number."""
    steps = 'n integer\np yes_no, critical: "answer == no and n > 3"'
    player = Player(made(f"section desks after {REPEAT}\n{steps}"))
    player.send(Words("1"), Pick("no"), Pick("yes"), Words("5"), Pick("no"), Pick("no"))
    assert report(player).critical == ("desks[1].p",)


def test_an_open_question_does_not_fail() -> None:
    """There is no answer to judge."""
    player = Player(made('section a after\np yes_no, critical: "answer == no"'))
    assert not is_critical(player.way.slots[0])


def test_the_digest_changes_with_what_was_answered_and_with_nothing_else() -> None:
    """The same report read again gives the same digest; a pause or the tray is no part of it."""
    player = Player(made("section a after\np yes_no"))
    player.send(Pick("yes"))
    contact = player.contact

    def digest(of: Contact) -> str:
        return digest_of(of, route(player.scenario, of))

    assert digest(contact) == digest(replace(contact, paused=True, turn=9, tray=(1,)))
    others = (
        replace(contact, id=2),
        replace(contact, scenario_version="other"),
        replace(contact, case="other"),
        replace(contact, answers={"p": replace(player.answer("p"), value=False)}),
        replace(contact, answers={"p": replace(player.answer("p"), revision=5)}),
    )
    assert len({digest(contact), *map(digest, others)}) == 1 + len(others)


def test_the_report_is_the_one_on_the_screen() -> None:
    """Read again from the contact, days later."""
    player = Player(made("section a after\np yes_no"))
    player.send(Pick("yes"))
    assert report_of(player.contact, player.way) == player.prompt

"""The rubric that ships, against the method's tables, reports computed by hand, and the scenarios it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios import engine, loader
from scenarios.autopilot import next_sensible
from scenarios.contact import Closed
from scenarios.model import Scenario, StepType
from scenarios.route import route
from scoring.marks import explain
from scoring.results import Result
from scoring.rubric import Absent, Counted, Levels, Rating, Rubric, StepTable
from scoring.rubric_checks import check
from scoring.rubric_loader import load
from scoring.sheets import records_of, sheet_of
from scoring.table import Record
from tests.scoring.by_hand import BY_HAND, CRITICAL, MIXED, POINTS
from tests.scoring.tables import record, scores
from tests.scripted import START

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "scoring" / "library" / "lider-zaufania.yaml"
ZONE = ZoneInfo("Europe/Warsaw")

MODES = {
    "wizyta": "visit",
    "telefon": "phone",
    "email": "email",
    "social": "social",
    "strona": "website",
    "dostepnosc": "accessibility",
}
TWICE = {"wizyta", "telefon", "email"}
"""Scenarios of which a channel needs two reports."""


@cache
def rubric() -> Rubric:
    """The rubric that ships."""
    return load(FILE.read_text(encoding="utf-8"), filename=str(FILE))


@cache
def scenarios() -> Mapping[str, Scenario]:
    """The scenarios that ship."""
    files = sorted((ROOT / "scenarios" / "library").glob("*.yaml"))
    loaded = (loader.load(file.read_text(encoding="utf-8"), filename=str(file)) for file in files)
    return {scenario.name: scenario for scenario in loaded}


def reports(kind: str, answers: str, count: int | None = None) -> list[Record]:
    """As many reports alike as a channel needs, or ``count``."""
    needed = count or (2 if kind in TWICE else 1)
    return [record(answers, name=f"{kind}{number}", kind=kind) for number in range(needed)]


def percent(earned: float, possible: float) -> object:
    """What a test expects."""
    return pytest.approx(100 * earned / possible)


def everywhere(result: Result) -> Iterator[Result]:
    """A result and all below it."""
    yield result
    for child in result.children:
        yield from everywhere(child)


# Against the method and the scenarios -------------------------------------------------------------------------------


def test_nothing_is_wrong_with_it() -> None:
    """Neither in itself nor beside the scenarios."""
    assert check(FILE.read_text(encoding="utf-8"), filename="lider-zaufania.yaml", scenarios=scenarios()) == []
    assert rubric().scenarios == tuple(MODES)


@pytest.mark.parametrize("kind", MODES)
def test_points_are_those_of_the_method(kind: str) -> None:
    """Item by item; an item measured in several ways shares its points out among them."""
    words = POINTS[kind].split()
    expected = {item: float(points) for item, points in zip(words[::2], words[1::2], strict=True)}
    found: Counter[str] = Counter()
    for criterion in rubric().criteria.values():
        item, _, rest = criterion.name.partition("_")
        if next(iter(criterion.where.attributes.values())) == {kind} and rest not in ("ALARM", "BRAK"):
            found[item] += criterion.points  # type: ignore[assignment]  # points are fractions, too
    assert found == expected
    own = {name for name in rubric().criteria if name.endswith("_BRAK")}
    assert own == {"T04_BRAK", "M08_BRAK", "B20_BRAK"}


def test_critical_items_are_those_of_the_method() -> None:
    """And in every conversation, an insult, a refusal or a hint at a payment."""
    critical = {name for name, criterion in rubric().criteria.items() if criterion.critical}
    assert critical == CRITICAL | {f"{letter}_ALARM" for letter in "WTEMD"}


def test_every_item_of_a_scenario_counts_as_its_dimension_says() -> None:
    """The scenario's criterion is the rubric's dimension, and labels are in both languages."""
    read = {criterion.reads: criterion.tags["dimension"] for criterion in rubric().criteria.values()}
    for scenario in scenarios().values():
        for step in scenario.steps_by_name.values():
            if step.criterion is not None:
                assert read[step.name] == step.criterion, step.name
    for criterion in rubric().criteria.values():
        assert set(criterion.label.by_language) == {"pl", "en"}
        assert criterion.label.in_language("pl") != criterion.name


def test_what_a_rating_rests_on_is_asked_for() -> None:
    """Each rating has the sentences that tell of it; each starred item its photo."""
    for criterion in rubric().criteria.values():
        assert bool(criterion.observed_in) or not isinstance(criterion.worth, Rating)
    starred = {name: rubric().criteria[name].evidence for name in ("W02", "W05", "W07", "D01", "D02", "D06")}
    assert starred == {name: (f"{name.lower()}_foto",) for name in starred}


# Reports by hand ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MODES)
def test_a_mixed_report_by_hand(kind: str) -> None:
    """Each dimension, and the whole report as its mode."""
    found = scores(rubric(), reports(kind, MIXED[kind]))
    mode = MODES[kind]
    for dimension, (earned, possible) in BY_HAND[kind].items():
        name = next(node for node in found if node.endswith(f".{dimension}.{mode}") or _remote(node, kind, dimension))
        assert found[name] == percent(earned, possible), name
    whole = [sum(part) for part in zip(*BY_HAND[kind].values(), strict=True)]
    assert found[f"mode.{mode}"] == percent(whole[0], whole[1])
    assert found["total"] is None


def _remote(node: str, kind: str, dimension: str) -> bool:
    return dimension == "D" and node == f"informacja.D.remote.{kind}"


def test_a_whole_participant_by_hand() -> None:
    """Channels into dimensions, dimensions into headings, headings into the total."""

    def part(kind: str, dimension: str) -> float:
        earned, possible = BY_HAND[kind][dimension]
        return 100 * earned / possible

    def mixed(dimension: str, visit: float, phone: float, email: float, social: float) -> float:
        weights = {"wizyta": visit, "telefon": phone, "email": email, "social": social}
        return sum(weight * part(kind, dimension) for kind, weight in weights.items())

    kultura = 0.65 * mixed("K", 0.3, 0.4, 0.2, 0.1) + 0.3 * mixed("P", 0.3, 0.2, 0.4, 0.1) + 0.05 * 100
    informacja = (
        0.3 * mixed("I", 0.55, 0.25, 0.1, 0.1)
        + 0.3 * mixed("M", 0.3, 0.3, 0.3, 0.1)
        + 0.25 * mixed("C", 0.2, 0.5, 0.2, 0.1)
        + 0.12 * part("dostepnosc", "D")
        + 0.03 * 100
    )
    strona = 0.75 * part("strona", "W") + 0.25 * part("strona", "D")
    found = scores(rubric(), [one for kind in MODES for one in reports(kind, MIXED[kind])])
    assert found["kultura"] == pytest.approx(kultura)
    assert found["informacja"] == pytest.approx(informacja)
    assert found["strona"] == pytest.approx(strona)
    assert found["total"] == pytest.approx(0.4 * kultura + 0.35 * informacja + 0.25 * strona)
    assert found["zaufanie"] == pytest.approx(75.0)


def extreme(kind: str, *, best: bool) -> str:
    """Answers to everything in a scenario, each worth all or nothing."""
    answers: dict[str, str] = {}
    for criterion in rubric().criteria.values():
        if next(iter(criterion.where.attributes.values())) != {kind}:
            continue
        match criterion.worth:
            case Levels(worth=by_word):
                ranked = sorted((worth, word) for word, worth in by_word.items() if worth is not None)
                word = ranked[-1 if best else 0][1]
                answers.setdefault(criterion.reads, word)
            case Rating(lowest=lowest, highest=highest):
                answers[criterion.reads] = str(highest if best else lowest)
            case Counted(of=of):
                answers[criterion.reads] = f"{(of or 5) if best else 0}/{of or 5}"
            case StepTable():
                answers[criterion.reads] = "0" if best else "1000"
            case _:
                answers[criterion.reads] = "5"
    return " ".join(f"{question}={answer}" for question, answer in answers.items())


@pytest.mark.parametrize(("best", "value"), [(True, 100.0), (False, 0.0)], ids=["best", "worst"])
def test_the_best_is_100_and_the_worst_is_0(best: bool, value: float) -> None:  # noqa: FBT001 - a case of the table
    """In every node, whatever the weights."""
    found = scores(rubric(), [one for kind in MODES for one in reports(kind, extreme(kind, best=best))])
    assert {name: score for name, score in found.items() if score != pytest.approx(value)} == {}


# Rules --------------------------------------------------------------------------------------------------------------


def test_one_visit_is_too_few() -> None:
    """Its channels say so, and leave the dimension to the calls."""
    calls = reports("telefon", MIXED["telefon"])
    found = scores(rubric(), [*reports("wizyta", extreme("wizyta", best=True), count=1), *calls])
    assert (found["kultura.K.visit"], found["mode.visit"]) == (None, None)
    assert found["kultura.K"] == found["kultura.K.phone"] == percent(*BY_HAND["telefon"]["K"])
    tree = explain(rubric(), "u", reports("wizyta", MIXED["wizyta"], count=1))
    reasons = {one.name: one.absent for root in tree.roots for one in everywhere(root)}
    assert reasons["kultura.K.visit"] is reasons["mode.visit"] is Absent.TOO_FEW


def test_a_failed_critical_item_caps_its_dimension_and_its_mode() -> None:
    """Closed once in four visits: C and the mode are at most 50; courtesy is not touched."""
    good = extreme("wizyta", best=True)
    found = scores(rubric(), [*reports("wizyta", good, count=3), record("w04=no", name="w", kind="wizyta")])
    assert (found["informacja.C.visit"], found["mode.visit"], found["kultura.K.visit"]) == (50.0, 50.0, 100.0)
    insulted = good.replace("w_alarm=none", "w_alarm=insult")
    found = scores(rubric(), [*reports("wizyta", good, count=1), record(insulted, name="w", kind="wizyta")])
    assert (found["kultura.K.visit"], found["mode.visit"], found["kultura.P.visit"]) == (50.0, 50.0, 100.0)


@pytest.mark.parametrize(
    "answers", ["e02=yes e03=yes e04=no", extreme("email", best=True).replace("e04=yes", "e04=no")]
)
def test_an_email_without_a_reply_is_nought(answers: str) -> None:
    """Whatever else came; P and D are marked by what there was to see."""
    good = extreme("email", best=True)
    found = scores(rubric(), [record(good, name="1", kind="email"), record(answers, name="2", kind="email")])
    assert [
        found[f"{node}.email"] for node in ("kultura.K", "informacja.I", "informacja.M", "informacja.C", "mode")
    ] == [pytest.approx(50.0)] * 5
    assert found["kultura.P.email"] in (None, 100.0)


def test_nobody_answers_the_phone() -> None:
    """Nothing for reaching, nothing for speed; how they talk is not known."""
    found = scores(rubric(), reports("telefon", "t02=yes t03=none"))
    assert (found["informacja.C.phone"], found["informacja.I.phone"]) == (0.0, 100.0)
    assert (found["mode.phone"], found["kultura.K.phone"]) == (pytest.approx(20.0), None)


def test_nobody_answers_the_message() -> None:
    """Nothing for the reply, nothing for its speed, also where a machine replied at once."""
    for answers in ("m05=yes m07=no", "m05=yes m07=no m08=h2"):
        assert scores(rubric(), reports("social", answers))["informacja.C.social"] == percent(1, 8)


def test_no_declaration_loses_what_would_stand_in_it() -> None:
    """7 of 15; where none is owed, the rest is the base."""
    found = scores(rubric(), reports("strona", "b19=yes b20=no b23=yes b24=3/3"))
    assert found["strona.D"] == percent(4 + 3, 15)
    assert scores(rubric(), reports("strona", "b19=yes b23=yes b24=0/3"))["strona.D"] == percent(4, 7)


def test_no_website_is_nought_for_the_heading() -> None:
    """The exit says no to both; nothing else of the website is known."""
    assert scores(rubric(), reports("strona", "b01=no b02=no"))["strona"] == 0.0


def test_more_than_a_quarter_not_checked_goes_back() -> None:
    """Of the points that were asked for: 7 of 33 is let pass, 9 is not."""
    passed = MIXED["dostepnosc"].replace("d02=yes", "d02=ns").replace("d16=yes", "d16=ns")  # 7 of 33
    over = passed.replace("d20=yes", "d20=ns")  # 9 of 33
    assert explain(rubric(), "u", reports("dostepnosc", passed)).unscored == ()
    (left_out,) = explain(rubric(), "u", reports("dostepnosc", over)).unscored
    assert left_out.share == pytest.approx(9 / 33)


def test_the_award_is_read() -> None:
    """Evidence as the method has it; a confirmed leak of data blocks by itself."""
    award = rubric().award
    assert award is not None
    wanted = {one.level: (one.least, one.by, one.different) for one in award.evidence}
    assert wanted == {
        "visit": (2, 2, ""),
        "phone": (3, 1, "@hour"),
        "email": (2, 1, ""),
        "social": (1, 1, ""),
        "website": (2, 2, ""),
    }
    assert (award.total, award.critical_block, award.blocking) == ("total", 2, {"W23", "E17"})


# As the scenarios make them -----------------------------------------------------------------------------------------


def reported(scenario: Scenario, participant_type: str, chosen: Mapping[str, str]) -> Record:
    """The record of a contact that somebody made with the shipped scenario."""
    now = START
    turn = engine.begin(scenario, contact_id=1, facts={"participant_type": participant_type}, now=now, zone=ZONE)
    while not isinstance(turn.prompt, Closed):
        now += timedelta(seconds=20)
        found = next_sensible(scenario, turn, now=now, zone=ZONE, chosen=chosen)
        assert found is not None, turn.prompt
        turn = found[1]
    way = route(scenario, turn.contact)
    sheet = sheet_of(scenario, turn.contact, way, letter="A", zone=ZONE, decided={})
    (only,) = records_of(sheet, contact_id=1, participant_id=7, participant_type=participant_type)
    return only


@pytest.mark.parametrize("participant_type", ["gmina", "spoldzielnia"])
@pytest.mark.parametrize("kind", MODES)
def test_a_contact_made_with_the_scenario_is_understood(kind: str, participant_type: str) -> None:
    """Every answer it gives has its worth, and everything on its route is read."""
    scenario = scenarios()[kind]
    made = reported(scenario, participant_type, {"quiz_rola": "=right", "quiz_zakaz": "=right"})
    tree = explain(rubric(), made.unit, [made])
    leaves = [one for root in tree.roots for one in everywhere(root) if one.take is None]
    assert leaves
    assert [one.name for one in leaves if one.absent is Absent.UNKNOWN] == []
    asked = {
        name
        for name in made.answers
        if name in scenario.steps_by_name and scenario.steps_by_name[name].criterion not in (None, "Z")
    }
    assert asked
    assert asked <= {read.question for one in leaves for read in one.reads if read.answer is not None}
    pasted = [name for name, step in scenario.steps_by_name.items() if step.type is StepType.CALCULATE and step.item]
    assert set(pasted) <= set(made.answers)

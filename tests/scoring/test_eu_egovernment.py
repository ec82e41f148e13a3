"""The European Commission's benchmark as a rubric: every indicator by hand, on tables made up for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.marks import explain, score
from scoring.rubric import Absent
from scoring.rubric_loader import load
from scoring.table import Record

PATH = Path(__file__).parent.parent.parent / "scoring" / "library" / "eu-egovernment.yaml"
RUBRIC = load(PATH.read_text(encoding="utf-8"), filename=PATH.name)


def service(name: str, group: str, *, level: str = "central", type: str = "transactional", **answers: str) -> Record:  # noqa: A002 - the column's name
    """A service as it was found at one address."""
    return Record("PL|Family", name, "service", group, level, type, answers)


def whole(kind: str, name: str = "p", **answers: str) -> Record:
    """A portal, or the published indicators; an underscore stands for the point of a number."""
    dotted = {
        question.removeprefix("i").replace("_", ".") if kind == "indicator" else question: answer
        for question, answer in answers.items()
    }
    return Record("PL|Family", name, kind, "", "", "", dotted)


def scores(*records: Record) -> dict[tuple[str, str], float | None]:
    """What comes out: by unit without the country, and node."""
    return {(row.unit.removeprefix("PL|Family"), row.node): row.value for row in score(RUBRIC, "PL|Family", records)}


def test_online_availability_of_a_central_service_takes_the_best_answer_of_each_question() -> None:
    """25 for A1 + 50 for A2, found at different addresses; an empty A3 counts as no."""
    found = scores(service("1", "birth", A1="yes", A2="no"), service("2", "birth", A1="no", A2="yes"))
    assert found["|birth", "1.1"] == 75


def test_online_availability_elsewhere_is_the_mean_of_the_addresses() -> None:
    """50, and 100 for the one that is done without being asked for."""
    local = "regional-or-local"
    found = scores(
        service("1", "birth", level=local, A1="no", A2="yes", A3="no", proactive="no"),
        service("2", "birth", level=local, A1="no", A2="no", A3="no", proactive="yes"),
    )
    assert found["|birth", "1.1"] == 75


def test_a_life_event_weighs_information_a_fifth() -> None:
    """0.2 x 100 + 0.8 x mean(50, 0); where there is one type only, its mean."""
    info = service("1", "guidance", type="informational", A1="yes", A2="yes", A3="yes")
    half = service("2", "birth", A1="no", A2="yes", A3="no")
    none = service("3", "name", A1="no", A2="no", A3="no")
    assert scores(info, half, none)["", "1.1"] == pytest.approx(40)
    assert scores(half, none)["", "1.1"] == 25
    assert scores(info)["", "1.1"] == 100


def test_mobile_friendliness_is_the_mean_of_the_services() -> None:
    """The best of a central one (100), the mean of a local one (50)."""
    records = [service("1", "birth", mobile="0"), service("2", "birth", mobile="100")]
    records += [
        service(name, "name", level="regional-or-local", mobile=mobile) for name, mobile in (("3", "0"), ("4", "100"))
    ]
    assert scores(*records)["", "1.2"] == 75


def test_delivery_leaves_out_what_is_not_relevant() -> None:
    """Central: 2 of 3. Local: mean of 1/2 and 0."""
    central = [service("1", "birth", C1="yes", C2="no", C3="nr"), service("2", "birth", C1="no", C2="no", C3="yes")]
    assert scores(*central)["|birth", "2.1"] == pytest.approx(200 / 3)
    local = [
        service("3", "name", level="regional-or-local", C1="yes", C2="no", C3="nr"),
        service("4", "name", level="regional-or-local", C1="no"),
    ]
    assert scores(*local)["|name", "2.1"] == 25
    assert scores(*central, *local)["", "2.1"] == pytest.approx((200 / 3 + 25) / 2)


@pytest.mark.parametrize(
    ("node", "gate", "answers", "expected"),
    [
        ("3.1", "F1", {"F2": "yes", "F3": "no", "F4": "no"}, 100 / 3),
        ("3.2", "F6", {"F7_1": "no", "F7_2": "yes"}, 100),
        ("3.3", "F8", {"F9": "no"}, 0),
    ],
)
def test_enablers_count_where_they_are_asked_for(
    node: str, gate: str, answers: dict[str, str], expected: float
) -> None:
    """A service that asks for nothing of the kind is not there at all."""
    for level in ("central", "regional-or-local"):
        asked = service("1", "birth", level=level, **{gate: "yes"}, **answers)
        other = service("2", "name", level=level, **{gate: "no"}, **answers)
        found = scores(asked, other)
        assert found["|birth", node] == pytest.approx(expected)
        assert ("|name", node) not in found
        assert found["", node] == pytest.approx(expected)
    assert scores(other)["", node] is None


def test_one_portal_s_yes_is_enough() -> None:
    """Each indicator of portals, over two of them."""
    one = whole(
        "portal", "1", B1="yes", B2_1="no", B2_2="yes", B3="no", B4="no", B5="no", B6="no", B7="no", D1="3", D2="yes"
    )
    two = whole(
        "portal",
        "2",
        B1="no",
        B2_1="no",
        B2_2="no",
        B3="yes",
        D1="0",
        D3="no",
        D4="no",
        D5="2.5",
        E1="yes",
        E2="no",
        F10="nr",
        F11="yes",
    )
    cross = whole("cross-border-portal", "3", H1="yes", H2="no", H3="no")
    found = scores(one, two, cross)
    assert found["", "1.3"] == pytest.approx(300 / 7)
    assert found["", "2.2"] == pytest.approx(100 * (1 + 1 + 0 + 0 + 0.5) / 5)
    assert (found["", "2.3"], found["", "3.4"], found["", "4.2"]) == (50, 100, pytest.approx(100 / 3))


def test_composites_come_from_the_published_indicators() -> None:
    """Also where some of them do not exist; the whole is the mean of the four."""
    published = {
        "i1_1": "90",
        "i1_2": "60",
        "i1_3": "30",
        "i2_1": "10",
        "i2_2": "20",
        "i2_3": "60",
        "i3_1": "40",
        "i3_4": "60",
    }
    cross = {"i4_1": "50", "i4_2": "20", "i4_3": "100"}
    found = scores(whole("indicator", **published, **cross))
    assert [found["", node] for node in "1234"] == pytest.approx([(540 + 60 + 60) / 9, 30, 50, 55])
    assert found["", "0"] == pytest.approx((660 / 9 + 30 + 50 + 55) / 4)
    fewer = scores(whole("indicator", i4_1="50", i4_2="20"))
    assert fewer["", "4"] == pytest.approx(40)
    assert fewer["", "0"] == pytest.approx(40)


def test_what_another_year_has_otherwise_breaks_nothing() -> None:
    """Other kinds, levels and values: the rest is scored, and unknown answers are unknown."""
    strange = Record("PL|Family", "x", "app", "g", "federal", "", {"A1": "yes", "Z9": "often"})
    other = service("1", "birth", level="federal", A1="partly", A2="yes", A3="yes")
    assert scores(strange, other)["|birth", "1.1"] == 100
    results = [explain(RUBRIC, "PL|Family", [other]).roots[1]]
    seen = []
    while results:
        result = results.pop()
        results.extend(result.children)
        seen += [result.absent] if result.name == "A1" else []
    assert seen == [Absent.UNKNOWN]

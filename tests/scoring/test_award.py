"""What is proposed about a licence: thresholds, evidence, critical items, what would have to change, distinctions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.model import Text
from scoring.award import (
    COSTLY_SHOWN,
    ApproveReports,
    AskJury,
    CheckReports,
    Entrant,
    GatherEvidence,
    Proposal,
    RaiseScore,
    ScoreNode,
    Verdict,
    distinctions,
    propose,
)
from scoring.award_json import proposal_from_json, proposal_to_json
from scoring.award_rules import AwardRules, Counts, Evidence
from scoring.results import Explained, Result, Score
from scoring.rubric import Attribute, Criterion, Filter, Levels, Node, Rubric, Take, Words
from scoring.table import Record


def text(words: str) -> Text:
    """A label."""
    return Text({"pl": words})


def criterion(name: str, *, critical: str = "", where: Filter | None = None) -> Criterion:
    """A criterion that reads the question of its name in small letters."""
    return Criterion(
        name,
        text(f"Pytanie {name}"),
        name.lower(),
        Levels({"yes": 1, "no": 0}),
        1,
        critical=frozenset({critical} if critical else ()),
        where=where or Filter(),
    )


ONLY_VISITS = Filter({Attribute.KIND: frozenset({"wizyta"})}, {"w00": frozenset({"yes"})})

RUBRIC = Rubric(
    name="r",
    version="v",
    title=text("R"),
    languages=("pl",),
    scale=100,
    words=Words(),
    criteria={
        each.name: each
        for each in (
            criterion("W01"),
            criterion("W23", critical="no", where=ONLY_VISITS),
            criterion("T15", critical="no"),
        )
    },
    roots=(
        Node(
            "total",
            text("Razem"),
            Take.MEAN,
            1,
            children=(Node("kultura", text("Kultura"), Take.MEAN, 2), "W01"),
        ),
    ),
)

RULES = AwardRules(
    total="total",
    thresholds={"total": 70, "kultura": 60},
    evidence=(Evidence("visit", 2, 2), Evidence("phone", 2, different="@hour")),
)
ENOUGH = {"total": 80.0, "kultura": 60.0}


def record(name: str, level: str = "visit", group: str = "A", **said: str) -> Record:
    """A record; ``hour`` is the fact of that name."""
    answers = {("@hour" if question == "hour" else question): answer for question, answer in said.items()}
    kind = {"visit": "wizyta", "phone": "telefon"}.get(level, level)
    return Record("7", name, kind, group, level, "gmina", answers)


COMPLETE = (
    record("1", w00="yes", w23="yes"),
    record("2", group="B", w00="yes", w23="yes"),
    record("3", "phone", hour="9"),
    record("4", "phone", hour="13"),
)


def proposed(
    scores: dict[str, float | None] | None = None,
    records: tuple[Record, ...] = COMPLETE,
    rules: AwardRules = RULES,
) -> Proposal:
    """What comes of scores and records."""
    return propose(rules, RUBRIC, scores=ENOUGH if scores is None else scores, records=records)


def test_everything_is_reached() -> None:
    """Exactly the threshold is enough; nothing would have to change."""
    found = proposed()
    assert found.verdict is Verdict.GRANT
    assert found.total == 80.0
    assert found.would_change == ()
    assert [each.label for each in found.thresholds] == [text("Razem"), text("Kultura")]


def test_sums_of_fractions_do_not_miss_a_threshold() -> None:
    """0.1 six times is 0.6, whatever the machine says."""
    assert proposed({"total": 80.0, "kultura": sum([10.0 / 3] * 18) - 1e-12}).verdict is Verdict.GRANT
    assert proposed({"total": 80.0, "kultura": 59.99}).verdict is Verdict.REFUSE


def test_a_missed_threshold_says_by_how_much() -> None:
    """The proposal is to refuse; what is missing is told."""
    found = proposed({"total": 80.0, "kultura": 54.2})
    assert found.verdict is Verdict.REFUSE
    (change,) = found.would_change
    assert isinstance(change, RaiseScore)
    assert (change.threshold.value, change.threshold.required) == (54.2, 60)
    assert change.costly == ()
    assert found.thresholds[0].is_met


def test_without_a_score_nothing_is_proposed() -> None:
    """A heading that cannot be scored is named; a total that is missing is too little, thresholds or not."""
    found = proposed({"total": 80.0, "kultura": None})
    assert found.verdict is Verdict.TOO_LITTLE
    (change,) = found.would_change
    assert isinstance(change, ScoreNode)
    assert (change.threshold.value, change.threshold.required) == (None, 60)
    bare = replace(RULES, thresholds={}, evidence=())
    assert proposed({}, rules=bare).verdict is Verdict.TOO_LITTLE
    assert proposed({"total": 0.0}, rules=bare).verdict is Verdict.GRANT


def test_a_threshold_of_an_unknown_node_has_no_label() -> None:
    """It still counts as missing."""
    assert proposed(rules=replace(RULES, thresholds={"zz": 1})).thresholds[0].label == Text({})


@pytest.mark.parametrize(
    ("records", "level", "more", "jurors", "differing"),
    [
        (COMPLETE[1:], "visit", 1, 1, 0),
        ((record("1"), record("2"), *COMPLETE[2:]), "visit", 1, 1, 0),
        (COMPLETE[:3], "phone", 1, 0, 1),
        ((*COMPLETE[:3], record("4", "phone", hour="9")), "phone", 1, 0, 1),
        ((*COMPLETE[:3], record("4", "phone")), "phone", 1, 0, 1),
        ((record("1"), record("1.1"), record("1.2"), *COMPLETE[2:]), "visit", 1, 1, 0),
        (COMPLETE[:2], "phone", 2, 0, 2),
    ],
)
def test_evidence_that_is_missing(
    records: tuple[Record, ...], level: str, more: int, jurors: int, differing: int
) -> None:
    """Too few, by the same juror, at the same hour; rounds of a repeat are one contact."""
    found = proposed(records=records)
    assert found.verdict is Verdict.TOO_LITTLE
    (change,) = found.would_change
    assert isinstance(change, GatherEvidence)
    gathered = change.gathered
    assert (gathered.wanted.level, gathered.more) == (level, more)
    assert (gathered.more_jurors, gathered.more_differing) == (jurors, differing)


def test_a_report_that_is_not_scored_is_no_evidence() -> None:
    """It has to be completed; reports nobody has approved are mentioned, and hinder nothing."""
    found = propose(RULES, RUBRIC, scores=ENOUGH, records=COMPLETE, unscored={"2"}, not_approved=1)
    assert found.verdict is Verdict.TOO_LITTLE
    assert [type(change) for change in found.would_change] == [GatherEvidence, CheckReports, ApproveReports]
    assert propose(RULES, RUBRIC, scores=ENOUGH, records=COMPLETE, not_approved=1).verdict is Verdict.GRANT


BAD_VISIT = (record("1", w00="yes", w23="no"), *COMPLETE[1:])
BAD_TWICE = (record("1", w00="yes", w23="no"), record("2", group="B", w00="yes", w23="no"), *COMPLETE[2:])
BAD_BOTH = (record("1", w00="yes", w23="no", t15="no"), *COMPLETE[1:])


def test_critical_items_block_until_the_jury_decides() -> None:
    """Two different ones do; one in two reports is one, unless the rules count reports."""
    assert proposed(records=BAD_VISIT).verdict is Verdict.GRANT
    assert proposed(records=BAD_TWICE).verdict is Verdict.GRANT
    assert [each.records for each in proposed(records=BAD_TWICE).failures] == [("1", "2")]
    blocked = proposed(records=BAD_BOTH)
    assert (blocked.verdict, blocked.blocks) == (Verdict.BLOCKED, True)
    (change,) = blocked.would_change
    assert isinstance(change, AskJury)
    assert [failure.criterion for failure in change.failures] == ["W23", "T15"]
    counting = replace(RULES, critical_counts=Counts.REPORTS)
    assert proposed(records=BAD_TWICE, rules=counting).verdict is Verdict.BLOCKED
    assert proposed(records=BAD_VISIT, rules=counting).verdict is Verdict.GRANT
    assert proposed(records=BAD_BOTH, rules=replace(RULES, critical_block=0)).verdict is Verdict.GRANT


def test_one_item_may_block_alone() -> None:
    """A confirmed leak of data, say; it is told which."""
    found = proposed(records=BAD_VISIT, rules=replace(RULES, blocking=frozenset({"W23"})))
    assert found.verdict is Verdict.BLOCKED
    assert [each.blocks_alone for each in found.failures] == [True]


def test_a_criterion_is_only_looked_for_where_it_belongs() -> None:
    """Another kind of report, or one in which the question did not apply, fails nothing."""
    elsewhere = (record("1", w00="no", w23="no"), record("9", "phone", w00="yes", w23="no"), *COMPLETE)
    assert proposed(records=elsewhere).failures == ()


def test_a_missed_threshold_is_said_before_what_blocks() -> None:
    """The proposal is to refuse, but still only the jury could grant it."""
    found = proposed({"total": 10.0, "kultura": 90.0}, BAD_BOTH)
    assert (found.verdict, found.blocks) == (Verdict.REFUSE, True)
    assert [type(change) for change in found.would_change] == [RaiseScore, AskJury]


def leaf(name: str, value: float | None, share: float | None) -> Result:
    """A criterion in the tree."""
    return Result(name, text(f"Pytanie {name}"), None, value, share=share)


def tree(*leaves: Result) -> Explained:
    """A total over one heading."""
    heading = Result("kultura", text("Kultura"), Take.MEAN, 0.5, share=0.4, children=leaves)
    root = Result("total", text("Razem"), Take.MEAN, 0.5, children=(heading, leaf("W01", 0.5, 0.6)))
    return Explained("7", (root,), (Score("7", "total", 50.0),))


def test_what_cost_most_is_ranked_by_points_lost() -> None:
    """Points lost times the share in the heading; what did not count cost nothing, nor did what is perfect."""
    explained = tree(
        leaf("A", 0.5, 0.5), leaf("B", 0.0, 0.2), leaf("A", 1.0, 0.2), leaf("C", 1.0, 0.1), leaf("D", None, None)
    )
    found = propose(RULES, RUBRIC, scores={"total": 50.0, "kultura": 40.0}, records=COMPLETE, explained=explained)
    assert found.costly is not None
    assert [(each.criterion, round(each.lost, 9)) for each in found.costly["kultura"]] == [("A", 25.0), ("B", 20.0)]
    assert [each.criterion for each in found.costly["total"]] == ["W01", "A", "B"]
    assert found.costly["total"][0].lost == pytest.approx(30)
    (total, heading) = found.would_change
    assert isinstance(total, RaiseScore)
    assert isinstance(heading, RaiseScore)
    assert heading.costly[0].label == text("Pytanie A")


def test_only_the_dearest_are_named() -> None:
    """A handful; and a heading that is not in the tree has none."""
    explained = tree(*(leaf(f"X{at}", 0.0, 0.1) for at in range(9)))
    rules = replace(RULES, thresholds={"kultura": 60, "zz": 5})
    found = propose(
        rules, RUBRIC, scores={"total": 1.0, "kultura": 1.0, "zz": 1.0}, records=COMPLETE, explained=explained
    )
    assert found.costly is not None
    assert set(found.costly) == {"kultura"}
    assert [each.criterion for each in found.costly["kultura"]] == [f"X{at}" for at in range(COSTLY_SHOWN)]


def test_a_proposal_is_kept_as_json() -> None:
    """Every field comes back, with the tree and without."""
    whole = propose(
        replace(RULES, blocking=frozenset({"T15"})),
        RUBRIC,
        scores={"total": 50.0, "kultura": None},
        records=BAD_BOTH,
        unscored={"2"},
        not_approved=2,
        explained=tree(leaf("A", 0.0, 0.5)),
    )
    for proposal in (whole, proposed()):
        assert proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal)))) == proposal


# Properties ---------------------------------------------------------------------------------------------------------

SCORES = st.one_of(st.none(), st.floats(0, 100))
ORDER = (Verdict.TOO_LITTLE, Verdict.REFUSE, Verdict.BLOCKED, Verdict.GRANT)


@given(total=SCORES, kultura=SCORES, more=st.floats(0, 100), which=st.sampled_from(["total", "kultura"]))
def test_a_higher_score_never_does_harm(total: float | None, kultura: float | None, more: float, which: str) -> None:
    """Raising a score never makes a proposal worse, whatever failed."""
    scores = {"total": total, "kultura": kultura}
    raised = scores | {which: (scores[which] or 0.0) + more}
    for records in (COMPLETE, BAD_BOTH, COMPLETE[:2]):
        before, after = proposed(dict(scores), records), proposed(dict(raised), records)
        assert ORDER.index(before.verdict) <= ORDER.index(after.verdict)


@given(
    total=st.floats(0, 100),
    extra=st.lists(st.tuples(st.sampled_from(["visit", "phone"]), st.sampled_from("ABC"), st.integers(0, 23))),
)
def test_more_evidence_never_does_harm(total: float, extra: list[tuple[str, str, int]]) -> None:
    """A report in which nothing critical failed only helps."""
    more = tuple(record(str(100 + at), level, group, hour=str(hour)) for at, (level, group, hour) in enumerate(extra))
    scores = {"total": total, "kultura": 80.0}
    for records in (COMPLETE, COMPLETE[:1], BAD_BOTH):
        before, after = proposed(dict(scores), records), proposed(dict(scores), (*records, *more))
        assert ORDER.index(before.verdict) <= ORDER.index(after.verdict)
        for was, now in zip(before.evidence, after.evidence, strict=True):
            assert now.more <= was.more


@given(total=SCORES, kultura=SCORES)
def test_what_would_change_is_empty_just_where_it_is_granted(total: float | None, kultura: float | None) -> None:
    """Reasons and the verdict never contradict each other."""
    for records in (COMPLETE, BAD_BOTH, COMPLETE[:3]):
        found = proposed({"total": total, "kultura": kultura}, records)
        assert (found.verdict is Verdict.GRANT) == (found.would_change == ())


# Distinctions -------------------------------------------------------------------------------------------------------

BEST = AwardRules(total="total", best_of_type=("total",), best_of_all=("kultura", "zz"), distinction_at_least=80)


def entrant(unit: str, kind: str, total: float | None, kultura: float | None = None) -> Entrant:
    """Somebody with the licence."""
    return Entrant(unit, kind, {"total": total, "kultura": kultura})


def test_the_best_are_distinguished_and_equal_ones_share_it() -> None:
    """By type and of all; equal is what is shown as equal, but what is asked for is not reached by rounding."""
    found = distinctions(
        BEST,
        RUBRIC,
        [
            entrant("1", "gmina", 91.001, 85.0),
            entrant("2", "gmina", 91.04, 80.0),
            entrant("3", "powiat", 79.99, 84.94),
            entrant("4", "gmina", None),
        ],
    )
    assert [(each.node, each.type, each.value, each.units, each.among) for each in found] == [
        ("kultura", "", 85.0, ("1",), 3),
        ("total", "gmina", 91.0, ("1", "2"), 2),
    ]
    assert found[0].label == text("Kultura")


def test_the_best_of_too_few_is_no_best() -> None:
    """As many must take part as the rules say; nobody at all never wins."""
    rules = replace(BEST, distinction_among=2, distinction_at_least=0)
    assert distinctions(rules, RUBRIC, [entrant("1", "gmina", 90.0, 90.0)]) == ()
    assert distinctions(rules, RUBRIC, []) == ()
    assert distinctions(replace(rules, distinction_among=1), RUBRIC, [entrant("1", "gmina", None)]) == ()

"""A proposal to JSON and back, as it is kept with a vote and in the grounds of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.model import Text
from scoring.award import Costly, Failure, Gathered, Proposal, Threshold, Verdict
from scoring.award_rules import Evidence

Json = dict[str, Any]


def proposal_to_json(proposal: Proposal) -> Json:
    """Everything the proposal holds; labels in all their languages, so that it can be read without its rubric."""
    costly = proposal.costly
    return {
        "verdict": proposal.verdict.value,
        "total": proposal.total,
        "total_node": proposal.total_node,
        "thresholds": [
            {"node": each.node, "label": _text(each.label), "value": each.value, "required": each.required}
            for each in proposal.thresholds
        ],
        "evidence": [_gathered_to_json(each) for each in proposal.evidence],
        "failures": [
            {
                "criterion": each.criterion,
                "label": _text(each.label),
                "records": list(each.records),
                "blocks_alone": each.blocks_alone,
            }
            for each in proposal.failures
        ],
        "blocks": proposal.blocks,
        "unscored": list(proposal.unscored),
        "not_approved": proposal.not_approved,
        "costly": None if costly is None else {node: [_costly(one) for one in costly[node]] for node in costly},
    }


def proposal_from_json(kept: Mapping[str, Any]) -> Proposal:
    """The proposal ``proposal_to_json`` wrote."""
    costly = kept["costly"]
    return Proposal(
        verdict=Verdict(kept["verdict"]),
        total=kept["total"],
        total_node=kept["total_node"],
        thresholds=tuple(
            Threshold(each["node"], Text(each["label"]), each["value"], each["required"]) for each in kept["thresholds"]
        ),
        evidence=tuple(_gathered_from_json(each) for each in kept["evidence"]),
        failures=tuple(
            Failure(each["criterion"], Text(each["label"]), tuple(each["records"]), each["blocks_alone"])
            for each in kept["failures"]
        ),
        blocks=kept["blocks"],
        unscored=tuple(kept["unscored"]),
        not_approved=kept["not_approved"],
        costly=None
        if costly is None
        else {
            node: tuple(Costly(one["criterion"], Text(one["label"]), one["lost"]) for one in listed)
            for node, listed in costly.items()
        },
    )


def _gathered_to_json(each: Gathered) -> Json:
    wanted = each.wanted
    asked = {"level": wanted.level, "least": wanted.least, "by": wanted.by, "different": wanted.different}
    return asked | {"reports": each.reports, "jurors": each.jurors, "differing": each.differing}


def _gathered_from_json(kept: Mapping[str, Any]) -> Gathered:
    wanted = Evidence(level=kept["level"], least=kept["least"], by=kept["by"], different=kept["different"])
    return Gathered(wanted, kept["reports"], kept["jurors"], kept["differing"])


def _costly(each: Costly) -> Json:
    return {"criterion": each.criterion, "label": _text(each.label), "lost": each.lost}


def _text(text: Text) -> dict[str, str]:
    return dict(text.by_language)

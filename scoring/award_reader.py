"""Reads the ``award:`` section of a rubric file."""

from __future__ import annotations

from collections.abc import Collection

from scenarios.node_reader import Reader
from scenarios.yaml_nodes import Node
from scoring.award_rules import AwardRules


def read_award(reader: Reader, node: Node, *, nodes: Collection[str], criteria: Collection[str]) -> AwardRules:
    """The rules; mistakes (also names of nodes and criteria that do not exist) are noted with the reader."""
    found = reader.entries(node, "award", required=("total",), optional=())
    del nodes, criteria
    return AwardRules(total=reader.word(found["total"], "total") if "total" in found else "")

"""The whole contact as it is read before it is sent, and the digest that stands on its receipt."""

from __future__ import annotations

import hashlib
import json

from scenarios.conditions import truth
from scenarios.contact import AnswerState, Contact, Report, ReportLine
from scenarios.contact_json import dump_answer
from scenarios.model import Stage
from scenarios.route import ANOTHER, Route, Slot, condition_value


def report_of(contact: Contact, way: Route) -> Report:
    """Every answer that applies outside the gate, and what is missing."""
    lines = tuple(
        ReportLine(slot.path, slot.step, slot.answer, critical=is_critical(slot))
        for slot in way.slots
        if slot.answer is not None and slot.section.stage is not Stage.GATE and slot.step.name != ANOTHER
    )
    return Report(
        lines=lines,
        not_checked=tuple(line.path for line in lines if line.answer.state is AnswerState.NOT_CHECKED),
        without_evidence=tuple(
            line.path for line in lines if line.step.is_evidence and line.answer.state is not AnswerState.GIVEN
        ),
        critical=tuple(line.path for line in lines if line.critical),
        tray=contact.tray,
    )


def is_critical(slot: Slot) -> bool:
    """Whether the answer fails its item critically; an answer that is not known does not."""
    critical, answer = slot.step.critical, slot.answer
    if critical is None or answer is None or answer.state is not AnswerState.GIVEN:
        return False
    return truth(critical, slot.scope, answer=condition_value(answer)) is True


def digest_of(contact: Contact, way: Route) -> str:
    """SHA-256 (hex) of the scenario version, the case and every answer that applies, in the order of the script."""
    content = {
        "contact": contact.id,
        "scenario": contact.scenario_version,
        "case": contact.case,
        "exit": contact.exit,
        "answers": [json.loads(dump_answer(slot.answer)) for slot in way.slots if slot.answer is not None],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

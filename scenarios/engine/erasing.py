"""A contact without its free texts and places: what is left when the time to keep them is over. Pure."""

from __future__ import annotations

from dataclasses import replace

from scenarios.contact import ERASED, NOT_CHECKED_REASONS, Answer, Contact, Place
from scenarios.model import Scenario, StepType
from scenarios.route import route

FROM_EXIT = "exit:"
"""How the reason of an answer begins that an exit route gave."""


def without_texts(scenario: Scenario, contact: Contact) -> Contact:
    """The contact with ``ERASED`` where a person wrote in own words or sent a place.

    Numbers, choices, moments and states stay, and so does what was calculated from the texts: scores can be computed as
    before. What was only proposed and never confirmed is dropped.
    """
    answers = {path: without_words(scenario, answer) or answer for path, answer in contact.answers.items()}
    if answers == dict(contact.answers) and contact.pending is None:
        return contact
    fixed = {**contact.fixed, **route(scenario, contact).values}
    return replace(contact, answers=answers, pending=None, fixed=fixed)


def without_words(scenario: Scenario, answer: Answer) -> Answer | None:
    """The answer with ``ERASED`` for what a person wrote in own words; None where there is nothing of the kind."""
    step = scenario.steps_by_name.get(answer.path.rpartition(".")[2])
    is_written = isinstance(answer.value, Place) or (
        isinstance(answer.value, str) and (step is None or step.type is StepType.TEXT)
    )
    reason = answer.reason
    is_own = reason is not None and reason not in NOT_CHECKED_REASONS and not reason.startswith(FROM_EXIT)
    value = ERASED if is_written else answer.value
    erased = replace(answer, value=value, reason=ERASED if is_own else reason)
    return None if erased == answer else erased

"""Plays a scenario without a chat: lines in, lines out. For authors at the terminal, previews and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from scenarios.contact import (
    NOT_CHECKED_REASONS,
    AskChange,
    AskExit,
    AskReason,
    AskStep,
    Closed,
    Contact,
    Reply,
    Report,
    Resting,
    Sleeping,
    Turn,
)
from scenarios.engine import advance, begin
from scenarios.model import Scenario, Step, StepType, Text
from scenarios.reply_lines import HELP, BadLine, read_reply
from scenarios.route import route
from scenarios.turn_lines import answer_words, event_line, rejection_line, value_words

HELP_LINE = "/help"
MAX_BUTTON_SPAN = 10
"""Numbers offered as buttons at most."""

_PLACEHOLDER = re.compile(r"\$\{\s*([a-z][a-z0-9_]*)\s*\}")


@dataclass(slots=True)
class Walker:
    """A contact being walked. Time is told with every line; nothing is read or written here."""

    scenario: Scenario
    zone: ZoneInfo
    language: str
    turn: Turn

    @classmethod
    def start(
        cls,
        scenario: Scenario,
        *,
        facts: Mapping[str, str],
        now: datetime,
        zone: ZoneInfo,
        language: str | None = None,
        case: str | None = None,
    ) -> Walker:
        """Begin a walk. Raises ``scenarios.engine.NoCase`` where no case fits ``facts``."""
        turn = begin(scenario, contact_id=1, facts=facts, now=now, zone=zone, case=case)
        return cls(scenario, zone, language or scenario.languages[0], turn)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked."""
        return isinstance(self.turn.prompt, Closed)

    def say(self, line: str, *, now: datetime) -> tuple[str, ...]:
        """Take one line, and give what to show. A line that is no reply is answered with the help."""
        try:
            reply = read_reply(line) if line != HELP_LINE else None
        except BadLine:
            reply = None
        return (HELP,) if reply is None else self.take(reply, now=now)

    def take(self, reply: Reply, *, now: datetime) -> tuple[str, ...]:
        """Take one reply, and give what to show."""
        self.turn = advance(self.scenario, self.turn.contact, reply, now=now, zone=self.zone)
        refused = rejection_line(self.turn.rejection)
        events = tuple(f"· {event_line(event)}" for event in self.turn.events)
        return (*events, *([f"! {refused}"] if refused else []), *self.screen())

    def screen(self) -> tuple[str, ...]:
        """What is asked now, with every reply that is offered."""
        return tuple(_screen(self.turn, self.scenario, self.language))


def filled(text: Text, scenario: Scenario, contact: Contact, *, language: str) -> str:
    """The text in a language with its ``${placeholders}`` filled; one that has no value yet stays as it is written."""

    def value(found: re.Match[str]) -> str:
        worth = _worth(found[1], scenario, contact, language=language)
        return found[0] if worth is None else worth

    return _PLACEHOLDER.sub(value, text.in_language(language))


def _worth(name: str, scenario: Scenario, contact: Contact, *, language: str) -> str | None:
    """What a placeholder stands for."""
    if name in contact.facts:
        return contact.facts[name]
    case = scenario.case(contact.case)
    if name == "answer_key":
        return "\n".join(f"• {each.label.in_language(language)}" for each in case.key_on(contact.begun_at.date()))
    texts = {
        "cover_story": (case.cover_story,),
        "question": (case.question,),
        "follow_up": (case.follow_up,),
        "memory_card": case.memory_card,
        "forbidden": scenario.forbidden,
    }
    if name in texts:
        return "\n".join(filled(text, scenario, contact, language=language) for text in texts[name])
    if name in contact.answers:
        return answer_words(contact.answers[name])
    calculated = route(scenario, contact).values.get(name)
    return None if calculated is None else value_words(calculated)


def _screen(turn: Turn, scenario: Scenario, language: str) -> Iterator[str]:
    prompt = turn.prompt
    match prompt:
        case AskStep():
            yield from _question(prompt, turn.contact, scenario, language)
        case AskReason(_, step):
            yield f"? {step.label.in_language(language)}"
            yield " ".join(f"[={reason}]" for reason in NOT_CHECKED_REASONS)
        case AskChange(_, change):
            yield f"? {change.answer.path} = {answer_words(change.answer)}: off {', '.join(change.deactivates)}"
            yield "[/yes] [/no]"
        case AskExit(exit_route):
            yield f"? {exit_route.label.in_language(language)}: {exit_route.explanation.in_language(language)}"
            yield "[/yes] [/no]"
        case Sleeping(step=step, deadline=deadline):
            yield f"… {filled(step.label, scenario, turn.contact, language=language)} ({deadline.isoformat()})"
            yield "[/tap] [/time]"
        case Report():
            yield from _report(prompt, language)
        case Closed(phase, taken):
            yield f"# {phase.value}" + (f" ({taken})" if taken else "")
        case Resting():
            yield "… [/resume]"
        case _:
            assert_never(prompt)


def _question(ask: AskStep, contact: Contact, scenario: Scenario, language: str) -> Iterator[str]:
    place = ask.section.label.in_language(language) + ("" if ask.round is None else f" {ask.round + 1}")
    yield f"— {place} · {ask.progress.done}/{ask.progress.total} · {ask.path}"
    for note in ask.notes:
        yield filled(note.label, scenario, contact, language=language)
    yield filled(ask.step.label, scenario, contact, language=language)
    if ask.step.hint is not None:
        yield f"({filled(ask.step.hint, scenario, contact, language=language)})"
    if ask.current is not None:
        yield f"now: {answer_words(ask.current)} [/keep]"
    if ask.chosen or ask.files:
        yield f"so far: {', '.join((*ask.chosen, *(str(number) for number in ask.files)))}"
    yield " ".join(_offered(ask, scenario.case(contact.case).key_on(contact.begun_at.date()), language))


def _offered(ask: AskStep, key: tuple[object, ...], language: str) -> Iterator[str]:
    """Every reply the question offers, as it is typed."""
    step = ask.step
    if ask.suggestion is not None:
        yield f"[/default] {value_words(ask.suggestion)}"
    yield from _own_replies(step, len(key), language)
    if step.is_evidence or step.type is StepType.SELECT_MULTIPLE:
        yield "[/done]"
    if step.not_applicable:
        yield "[/na]"
    if step.not_checked:
        yield "[/unchecked]"
    if not step.required:
        yield "[/skip]"


def _own_replies(step: Step, key_size: int, language: str) -> Iterator[str]:
    """The replies that belong to the step's type."""
    match step.type:
        case StepType.ACKNOWLEDGE | StepType.STAMP | StepType.WAIT:
            yield f"[/tap] {step.button.in_language(language) if step.button else ''}".rstrip()
        case StepType.YES_NO:
            yield from ("[=yes]", "[=no]")
        case StepType.SELECT_ONE | StepType.RANGE:
            yield from (f"[={choice.name}] {choice.label.in_language(language)}" for choice in step.choices)
        case StepType.SELECT_MULTIPLE:
            yield from (f"[+{choice.name}] {choice.label.in_language(language)}" for choice in step.choices)
        case StepType.COUNT:
            yield from (f"[={n}]" for n in range((key_size if step.counts_key else step.maximum or 0) + 1))
        case StepType.INTEGER if step.minimum is not None and step.maximum is not None:
            if step.maximum - step.minimum <= MAX_BUTTON_SPAN:
                yield from (f"[={n}]" for n in range(step.minimum, step.maximum + 1))
        case StepType.TIMER:
            yield from ("[/start]", "[/stop]")
        case _ if step.is_evidence:
            yield f"[/{step.type.value} 1]"
        case StepType.GEOPOINT:
            yield "[/place 52.2 21.0]"
        case _:
            return


def _report(report: Report, language: str) -> Iterator[str]:
    for line in report.lines:
        mark = " !" if line.critical else ""
        name = line.step.item or line.path
        yield f"{name}  {line.step.label.in_language(language)}  {answer_words(line.answer)}{mark}"
    for title, paths in (("not checked", report.not_checked), ("without evidence", report.without_evidence)):
        if paths:
            yield f"{title}: {', '.join(paths)}"
    if report.tray:
        yield f"tray: {', '.join(str(number) for number in report.tray)}"
    yield "[/submit]"

"""A scenario played at the terminal: the very messages a juror gets, buttons by their numbers, time at will."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.base import Button, InputHint, Outgoing
from bot.tap_kinds import ContactTap, Look
from bot.taps import decode, reply_of
from bot.views.facts import EvidenceSummary, TrayItem
from bot.views.juror_contact import look, question
from scenarios.contact import AskStep, DraftPending, Event, Reply
from scenarios.durations import DAY, MAX_SECONDS, read_duration
from scenarios.model import StepType
from scenarios.reply_lines import PLAIN, BadLine, read_reply
from scenarios.transcripts import Line, line_of
from scenarios.turn_lines import event_line
from scenarios.walk import Walker

WIDTH = 100
"""Characters of a line at most."""
LATER = "/later"
HELP = f"""\
A number presses the button that bears it (#1 where a bare number is an answer); other words are said.
Enter presses the button of a message that only wants to be read.
  {LATER} 3 days       let time pass
  /image 1            a photo; likewise /file 1 and /audio 1
  /place 52.2 21.0    a position
  /change PATH        change an answer
  /leave EXIT         take a way out
  "words              words that begin with = + / or a number sign
  {" ".join(line for line in PLAIN if line not in {"/yes", "/no"})}
Ctrl+D ends the walk."""

TAKES_DIGITS = frozenset(
    {
        StepType.RANGE,
        StepType.INTEGER,
        StepType.DECIMAL,
        StepType.COUNT,
        StepType.TEXT,
        StepType.DATE,
        StepType.TIME,
        StepType.DATETIME,
        StepType.TIMER,
    }
)
"""Questions that a bare number can answer."""

WITHOUT_A_BUTTON = {
    InputHint.PHOTO: "(here /image 1 stands for a photo)",
    InputHint.FILE: "(here /file 1 stands for a file)",
    InputHint.VOICE: "(here /audio 1 stands for a recording)",
    InputHint.PLACE: "(here /place 52.2 21.0 stands for a position)",
}

Paint = Callable[[str, str], str]
"""A text in a colour: ``strong``, ``weak`` or ``plain``."""

_COLOURS = {"strong": "\x1b[1m", "weak": "\x1b[2m", "plain": ""}


def coloured(text: str, how: str) -> str:
    """The text as terminals draw it."""
    return f"{_COLOURS[how]}{text}\x1b[0m" if _COLOURS[how] and text else text


def plain(text: str, how: str) -> str:
    """The text as it is."""
    del how
    return text


@dataclass(slots=True)
class Play:
    """A walk under way: what is on the screen, what was said so far. It is told how much time passed."""

    walker: Walker
    title: str
    now: datetime
    width: int = WIDTH
    paint: Paint = plain
    lines: list[Line] = field(default_factory=list)
    """Every reply so far, as a transcript keeps it."""
    _shown: Outgoing | None = None
    _waited: timedelta = timedelta()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked."""
        return self.walker.is_over

    def screen(self) -> str:
        """What is asked now."""
        walker = self.walker
        shown = question(
            walker.turn,
            walker.scenario,
            title=self.title,
            language=walker.language,
            zone=walker.zone,
            now=self.now,
            evidence=self._summary(),
        )
        return self._drawn(shown)

    def take(self, typed: str, *, passed: timedelta) -> str:
        """Take a line that was typed ``passed`` after the one before; what to print."""
        line = typed.strip()
        self._waited += passed
        if line.split(" ", 1)[0] == LATER:
            return self._wait(line.removeprefix(LATER).strip())
        button = self._button(line)
        if button is not None:
            return self._press(button)
        if not line or line.startswith("#"):
            return HELP
        try:
            return self._say(read_reply(line))
        except BadLine:
            return HELP

    def _wait(self, words: str) -> str:
        seconds = read_duration(words, unit=None)
        if seconds is None:
            return f"How long? For example: {LATER} 2 days, {LATER} 30 min"
        if self._waited.total_seconds() + float(seconds) > MAX_SECONDS:
            return f"At most {MAX_SECONDS // DAY} days can pass between two answers."
        self._waited += timedelta(seconds=float(seconds))
        at = (self.now + self._waited).astimezone(self.walker.zone)
        return self.paint(f"· it will be {at:%Y-%m-%d %H:%M}", "weak")

    def _button(self, line: str) -> Button | None:
        buttons = self._buttons()
        if not line:
            return next(filter(_answers, buttons), None) if self._only_one_answers() else None
        digits = line.removeprefix("#") if line.startswith("#") or not self._takes_digits() else ""
        if not (digits.isascii() and digits.isdigit()):
            return None
        number = int(digits)
        return buttons[number - 1] if 1 <= number <= len(buttons) else None

    def _press(self, button: Button) -> str:
        tap = decode(button.tap)
        if not isinstance(tap, ContactTap):
            return "(this button leads out of the contact)"
        if isinstance(tap.act, Look):
            return self._drawn(self._looked(tap.act))
        reply = reply_of(self.walker.scenario, tap)
        return self.screen() if reply is None else self._say(reply)

    def _say(self, reply: Reply) -> str:
        seconds = max(1, round(self._waited.total_seconds()))
        self.now += timedelta(seconds=seconds)
        self._waited = timedelta()
        self.walker.take(reply, now=self.now)
        self.lines.append(line_of(reply, after=f"{seconds} s"))
        return "\n".join([*self._told(self.walker.turn.events), self.screen()])

    def _looked(self, act: Look) -> Outgoing:
        walker = self.walker
        return look(
            act,
            walker.turn,
            walker.scenario,
            title=self.title,
            language=walker.language,
            zone=walker.zone,
            now=self.now,
            evidence=self._summary(),
        )

    def _summary(self) -> EvidenceSummary:
        contact = self.walker.turn.contact
        files = [
            item for answer in contact.answers.values() if isinstance(answer.value, tuple) for item in answer.value
        ]
        draft = contact.pending.files if isinstance(contact.pending, DraftPending) else ()
        tray = tuple(TrayItem(item, "image", self.now) for item in contact.tray)
        return EvidenceSummary(stored=sum(isinstance(item, int) for item in files) + len(draft), tray=tray)

    # What is on the screen ------------------------------------------------------------------------------------------

    def _buttons(self) -> Sequence[Button]:
        return () if self._shown is None else [button for row in self._shown.buttons for button in row]

    def _takes_digits(self) -> bool:
        prompt = self.walker.turn.prompt
        return isinstance(prompt, AskStep) and prompt.step.type in TAKES_DIGITS

    def _only_one_answers(self) -> bool:
        prompt = self.walker.turn.prompt
        return isinstance(prompt, AskStep) and prompt.step.type in {StepType.ACKNOWLEDGE, StepType.STAMP}

    def _told(self, events: Sequence[Event]) -> Iterator[str]:
        for event in events:
            yield self.paint(f"· {event_line(event)}", "weak")

    def _drawn(self, shown: Outgoing) -> str:
        self._shown = shown
        head = f"── {shown.head} " if shown.head else ""
        parts = ["", self.paint(head.ljust(self.width, "─"), "weak"), self._wrapped(shown.body)]
        if shown.note:
            parts += ["", self.paint(self._wrapped(shown.note), "weak")]
        if shown.expects in WITHOUT_A_BUTTON:
            parts.append(self.paint(WITHOUT_A_BUTTON[shown.expects], "weak"))
        return "\n".join([*parts, "", *self._rows(shown)])

    def _rows(self, shown: Outgoing) -> Iterator[str]:
        mark = "#" if self._takes_digits() else ""
        number = 0
        for row in shown.buttons:
            cells = []
            for button in row:
                number += 1
                cells.append(f"{self.paint(f'[{mark}{number}]', 'strong')} {button.label}")
            yield "  " + "   ".join(cells)

    def _wrapped(self, text: str) -> str:
        """The text in lines that fit, its own line breaks kept."""
        return "\n".join(
            textwrap.fill(line, self.width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
        )


def _answers(button: Button) -> bool:
    tap = decode(button.tap)
    return isinstance(tap, ContactTap) and not isinstance(tap.act, Look)

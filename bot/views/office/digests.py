"""A digest in a few lines, and the screen where it is switched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.asking.digests import HOURS, Choice
from bot.asking.question import Intent, Question
from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import Translator, texts
from bot.office_taps.asking import DigestHour, Digests, SwitchDigest
from bot.office_taps.queries import Queries
from bot.office_taps.reviewing import ReviewQueue
from bot.views.coordinator import home_rows
from bot.views.office.asking import found
from bot.views.scene import menu_button
from storage.assignments import State
from storage.matters import Waiting
from storage.overview import Figures
from storage.planned import Stage
from storage.rules import Rules


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What happened since the last digest, and what waits."""

    edition: str
    is_weekly: bool
    came: int
    """Reports sent."""
    moved: Mapping[State, int]
    """Assignments by the state they came to."""
    figures: Figures
    waiting: Waiting

    @property
    def is_worth_telling(self) -> bool:
        """Whether anything happened or needs somebody."""
        happened = self.came or any(n for state, n in self.moved.items() if state is not State.OFFERED)
        waits = self.figures.late or self.figures.holes or self.waiting.queries or self.waiting.disagreements
        return bool(happened or waits or self.figures.stages.get(Stage.SENT))


def digest(facts: DigestFacts, *, language: str) -> Outgoing:
    """What happened, what waits, and the ways to it."""
    _ = texts(language)
    news = [line for n, line in _news(_, facts) if n]
    needs = [(line, button) for n, line, button in _needs(_, facts) if n]
    lead = _("The last week") if facts.is_weekly else _("Since the last working day")
    blocks = [lead + ":\n" + "\n".join(news) if news else lead + ": " + _("nothing new.")]
    if needs:
        blocks.append(_("Needs somebody:") + "\n" + "\n".join(line for line, _button in needs))
    buttons = [button for _line, button in needs]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    quiet: tuple[Button, ...] = (menu_button(_("Digests"), Digests(), style=ButtonStyle.QUIET),)
    return Outgoing("\n\n".join(blocks), head=facts.edition, buttons=(*rows, quiet, *home_rows(language)))


def settings(choice: Choice, rules: Rules, *, language: str) -> Outgoing:
    """What comes when, with buttons that change it."""
    _ = texts(language)
    hour = rules.digest_hour if choice.hour is None else choice.hour
    on, off = _("on"), _("off")
    lines = [
        _("Every working day: {state}", state=on if choice.daily else off),
        _("Once a week: {state}", state=on if choice.weekly else off),
        _("At {hour}:00. Where nothing happened and nothing waits, nothing comes.", hour=hour),
    ]
    rows: tuple[tuple[Button, ...], ...] = (
        (
            menu_button(_("Daily: off") if choice.daily else _("Daily: on"), SwitchDigest(0, int(not choice.daily))),
            menu_button(
                _("Weekly: off") if choice.weekly else _("Weekly: on"), SwitchDigest(1, int(not choice.weekly))
            ),
        ),
        (
            menu_button(_("An hour earlier"), DigestHour((hour - 1) % len(HOURS))),
            menu_button(_("An hour later"), DigestHour((hour + 1) % len(HOURS))),
        ),
    )
    return Outgoing("\n".join(lines), head=_("Digests"), buttons=(*rows, *home_rows(language)), board="digests")


def _news(_: Translator, facts: DigestFacts) -> list[tuple[int, str]]:
    accepted, declined = facts.moved.get(State.ACCEPTED, 0), facts.moved.get(State.DECLINED, 0)
    expired, void = facts.moved.get(State.EXPIRED, 0), facts.moved.get(State.VOID, 0)
    return [
        (facts.came, "• " + _.many("{n} report came", "{n} reports came", facts.came)),
        (accepted, "• " + _.many("{n} task was taken", "{n} tasks were taken", accepted)),
        (declined, "• " + _.many("{n} task was declined", "{n} tasks were declined", declined)),
        (expired, "• " + _.many("{n} offer ran out", "{n} offers ran out", expired)),
        (void, "• " + _.many("{n} contact does not count", "{n} contacts do not count", void)),
    ]


def _needs(_: Translator, facts: DigestFacts) -> list[tuple[int, str, Button]]:
    figures, waiting = facts.figures, facts.waiting
    sent = figures.stages.get(Stage.SENT, 0)
    return [
        (
            sent,
            "• " + _.many("{n} report to review", "{n} reports to review", sent),
            menu_button(_("To review"), ReviewQueue(0)),
        ),
        (
            figures.late,
            "• " + _.many("{n} task past its date", "{n} tasks past their date", figures.late),
            menu_button(_("Past their date"), found(Question(Intent.LATE))),
        ),
        (
            figures.holes,
            "• " + _.many("{n} contact without a juror", "{n} contacts without a juror", figures.holes),
            menu_button(_("Holes"), found(Question(Intent.HOLES))),
        ),
        (
            waiting.queries,
            "• " + _.many("{n} query to answer", "{n} queries to answer", waiting.queries),
            menu_button(_("Queries"), Queries(0)),
        ),
        (
            waiting.disagreements,
            "• " + _.many("{n} disagreement to settle", "{n} disagreements to settle", waiting.disagreements),
            menu_button(_("Disagreements"), found(Question(Intent.DISAGREEMENTS))),
        ),
    ]

"""Where a juror's screen is drawn: the turn, the script and the language, with the few strokes every screen needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.channels.base import MAX_BODY, Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import Translator, texts
from bot.tap_kinds import Act, MenuTap, ShowIntro, ShowMenu, ShowQuestion, Tasks
from bot.taps import encode, encode_act, encode_place, where_of
from bot.views.answers import answered
from bot.views.facts import EvidenceSummary
from bot.views.pages import brief, page_of, split_text
from bot.views.placeholders import fill
from scenarios.changing import changed
from scenarios.contact import Answer, AskStep, Contact, Path, Progress, Report, Turn
from scenarios.model import Scenario, Section, Stage, Step, Text
from scenarios.route import ANOTHER, another_step

Rows = tuple[tuple[Button, ...], ...]

MAX_LABEL = 40
"""Characters of a button's label."""


@dataclass(frozen=True)
class Scene:
    """One turn of one contact, for one person. ``title`` is the short neutral name of the place."""

    turn: Turn
    scenario: Scenario
    title: str
    language: str
    zone: ZoneInfo
    now: datetime
    evidence: EvidenceSummary = field(default_factory=EvidenceSummary)
    texts: Translator = field(init=False, compare=False)
    """The bot's own words."""
    _asked_at: str = field(init=False, compare=False, default="")
    """What the buttons at the question asked now begin with, once one was drawn."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", texts(self.language))

    @property
    def contact(self) -> Contact:
        """The contact as it is now."""
        return self.turn.contact

    @property
    def day(self) -> date:
        """The day that chooses the answer key, as the engine counts it."""
        return self.contact.begun_at.date()

    @property
    def path(self) -> Path | None:
        """The path of the question asked now."""
        return getattr(self.turn.prompt, "path", None)

    @property
    def stage(self) -> Stage | None:
        """The stage of the question asked now; the report belongs to the last one."""
        if isinstance(self.turn.prompt, AskStep):
            return self.turn.prompt.section.stage
        if isinstance(self.turn.prompt, Report):
            return Stage.AFTER
        found = None if self.path is None else self.question_at(self.path)
        return None if found is None else found[0].stage

    def fill(self, text: Text | str, *, path: Path | None = None) -> str:
        """A scenario's text with its placeholders filled."""
        return fill(
            text,
            self.contact,
            self.scenario,
            language=self.language,
            day=self.day,
            zone=self.zone,
            path=path or self.path,
        )

    def answered(self, step: Step, answer: Answer) -> str:
        """An answer in a few words."""
        return answered(step, answer, self.scenario, language=self.language, zone=self.zone)

    def question_at(self, path: Path) -> tuple[Section, Step] | None:
        """The section and step of a path, the question between two rounds included."""
        head, _dot, name = path.rpartition(".")
        section_name = head.partition("[")[0]
        if name == ANOTHER:
            section = next((each for each in self.scenario.sections if each.name == section_name), None)
            return None if section is None or section.repeat is None else (section, another_step(section))
        step = self.scenario.steps_by_name.get(name)
        return None if step is None else (self.scenario.sections_by_step[name], step)

    def label(self, path: Path, step: Step) -> str:
        """The question's words, as they stand in its round."""
        return self.fill(step.label, path=path)

    def mention(self, path: Path, step: Step, *, limit: int = 90) -> str:
        """The question mentioned in passing, with its number if it has one."""
        label = brief(self.label(path, step), limit=limit)
        return f"{step.item} {label}" if step.item else label

    def button(
        self, label: str, act: Act, *, style: ButtonStyle = ButtonStyle.NORMAL, path: Path | None = None
    ) -> Button:
        """A button of this contact and turn, at the question asked now or at ``path``."""
        place = self._place(path) if path is not None else self._asked_at or self._place_asked()
        return Button(label, place + encode_act(act), style)

    def _place_asked(self) -> str:
        place = self._place(self.path)
        object.__setattr__(self, "_asked_at", place)
        return place

    def _place(self, path: Path | None) -> str:
        """What the buttons at a question begin with."""
        where = None if path is None else where_of(self.scenario, path)
        return encode_place(self.contact.id, self.contact.turn, where)

    def quiet(self, label: str, act: Act) -> Button:
        """A button that does not call for attention."""
        return self.button(label, act, style=ButtonStyle.QUIET)

    def more(self) -> Button:
        """The way to everything else that can be done here."""
        _ = self.texts
        return self.quiet(_("More…"), ShowMenu())

    def back(self) -> Button:
        """Back to what is asked now."""
        _ = self.texts
        return self.quiet(_("Back"), ShowQuestion())

    def tasks(self) -> Button:
        """The list of tasks."""
        _ = self.texts
        return menu_button(_("Tasks"), Tasks(), style=ButtonStyle.QUIET)


@dataclass(frozen=True, slots=True)
class Screen:
    """A message in the making: paragraphs, then what is put around them."""

    blocks: tuple[str, ...]
    buttons: Rows = ()
    note: str = ""
    expects: InputHint = InputHint.NONE
    progress: Progress | None = None
    place: str = ""
    """What the head says after the title, e.g. the round."""

    def led_by(self, *blocks: str, buttons: Rows) -> Screen:
        """The same with paragraphs before, and these buttons."""
        return changed(self, blocks=(*[block for block in blocks if block], *self.blocks), buttons=buttons)


def menu_button(label: str, tap: MenuTap, *, style: ButtonStyle = ButtonStyle.NORMAL) -> Button:
    """A button that belongs to no contact."""
    return Button(label, encode(tap), style)


def drawn(scene: Scene, screen: Screen, *, numbered: bool = True) -> Outgoing:
    """The screen as a message. What does not fit in one comes on pages of its own, reached by a button.

    ``numbered`` says whether the head counts the question about to be answered.
    """
    head, progress = _head(scene, screen, numbered=numbered)
    pages = split_text(_joined(screen), limit=MAX_BODY - len(head) - len(screen.note))
    buttons = screen.buttons
    if len(pages) > 1:
        _ = scene.texts
        buttons = ((scene.button(_("Read from the beginning"), ShowIntro(0)),), *buttons)
    return Outgoing(
        body=pages[-1],
        head=head,
        note=screen.note,
        buttons=buttons,
        expects=screen.expects,
        contact_id=scene.contact.id,
        turn=scene.contact.turn,
        progress=progress,
    )


def beginning(scene: Scene, screen: Screen, number: int) -> Outgoing:
    """A page of a screen too long for one message."""
    page = page_of([_joined(screen)], number, most=1)
    body = page.entries[0][1]
    _ = scene.texts
    last = scene.button(_("Next"), ShowIntro(page.number + 1)) if page.has_next else scene.back()
    return Outgoing(
        body=body,
        head=f"{scene.title} · {page.number + 1}/{page.total}",
        buttons=((last,),),
        contact_id=scene.contact.id,
        turn=scene.contact.turn,
    )


def _joined(screen: Screen) -> str:
    return "\n\n".join(block for block in screen.blocks if block)


def _head(scene: Scene, screen: Screen, *, numbered: bool) -> tuple[str, tuple[int, int] | None]:
    parts = [scene.title]
    progress = None
    if screen.progress is not None and screen.progress.total:
        done, total = screen.progress.done, screen.progress.total
        progress = (done, total)
        if numbered:
            parts.append(f"{min(done + 1, total)}/{total}")
    if screen.place:
        parts.append(screen.place)
    return " · ".join(parts), progress

"""What can be done beside answering: the menu "Więcej…", the answers given so far, the ways out."""

from __future__ import annotations

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.tap_kinds import ChangeHere, HideChat, LeaveBy, ShowAnswers, ShowExits, ShowHint
from bot.views.keyboard import allows_not_checked, can_skip, can_undo, in_rows
from bot.views.pages import Page, page_of
from bot.views.scene import Rows, Scene, Screen, drawn, menu_button
from scenarios.contact import AskReason, AskStep, NotChecked, Path, Pause, Phase, Sleeping, Undo
from scenarios.model import ExitRoute, Stage
from scenarios.route import Slot, route

ANSWERS_ON_PAGE = 10


def menu(scene: Scene) -> Outgoing:
    """Everything else that can be done at this question."""
    _ = scene.texts
    prompt = scene.turn.prompt
    rows: list[tuple[Button, ...]] = []
    if isinstance(prompt, AskStep | AskReason | Sleeping) and prompt.step.hint is not None:
        rows.append((scene.button(_("Hint"), ShowHint()),))
    if isinstance(prompt, AskStep):
        rows += _left_out_of_the_question(scene, prompt)
    if route(scene.scenario, scene.contact).answered:
        rows.append((scene.button(_("Change an earlier answer"), ShowAnswers(0)),))
    if open_exits(scene):
        rows.append((scene.button(_("Something went differently"), ShowExits()),))
    if scene.contact.phase is Phase.OPEN and not scene.contact.paused:
        rows.append((scene.button(_("Take a break"), Pause()),))
    rows.append((scene.tasks(), menu_button(_("Hide"), HideChat(), style=ButtonStyle.QUIET)))
    rows.append((scene.back(),))
    return drawn(scene, Screen((_("What else?"),), tuple(rows)))


def answers_page(scene: Scene, number: int) -> Outgoing:
    """A page of the answers that can be changed, the last one first; on the spot only those given there."""
    _ = scene.texts
    way = route(scene.scenario, scene.contact)
    latest = [path for path in reversed(scene.contact.order) if path in way.answered and path != scene.path]
    slots = [slot for path in latest if (slot := way.slot(path)) is not None]
    if scene.stage is Stage.DURING:
        slots = [slot for slot in slots if slot.section.stage is Stage.DURING]
    if not slots:
        return drawn(scene, Screen((_("There are no answers yet."),), ((scene.back(),),)))
    entries = [entry_of(scene, slot, ordinal) for ordinal, slot in enumerate(slots, 1)]
    page = page_of(entries, number, most=ANSWERS_ON_PAGE)
    asked = _("Which answer is to be changed?")
    numbers = change_buttons(scene, page, tuple(slot.path for slot in slots))
    turning = tuple(
        scene.quiet(label, ShowAnswers(at)) for label, at in turns(page, newer=_("Newer"), older=_("Older"))
    )
    rows = (*numbers, *((turning,) if turning else ()), (scene.back(),))
    return drawn(scene, Screen((*(text for _ordinal, text in page.entries), asked), rows))


def exits(scene: Scene) -> Outgoing:
    """The ways out that are open here."""
    _ = scene.texts
    rows = tuple(
        (scene.button(taken.label.in_language(scene.language), LeaveBy(scene.scenario.exits.index(taken))),)
        for taken in open_exits(scene)
    )
    asked = _("What happened?") if rows else _("There is no other way out here.")
    return drawn(scene, Screen((asked,), (*rows, (scene.back(),))))


def open_exits(scene: Scene) -> list[ExitRoute]:
    """The exit routes offered at this stage; none where one was taken already."""
    if scene.contact.exit is not None or scene.contact.phase is not Phase.OPEN or scene.stage is None:
        return []
    return [taken for taken in scene.scenario.exits if scene.stage in taken.stages]


def entry_of(scene: Scene, slot: Slot, ordinal: int, *, mark: str = "") -> str:
    """One answered question, numbered."""
    shown = "" if slot.answer is None else scene.answered(slot.step, slot.answer)
    return f"{ordinal}. {scene.label(slot.path, slot.step)}\n✓ {shown}{mark}"


def change_buttons(scene: Scene, page: Page, paths: tuple[Path, ...]) -> Rows:
    """A number for each entry of the page, which asks its question again."""
    ordinals = dict.fromkeys(ordinal for ordinal, _text in page.entries)
    return in_rows([scene.button(str(each + 1), ChangeHere(), path=paths[each]) for each in ordinals])


def turns(page: Page, *, newer: str, older: str) -> list[tuple[str, int]]:
    """The pages before and after, by their labels."""
    before = [(newer, page.number - 1)] if page.number else []
    return [*before, (older, page.number + 1)] if page.has_next else before


def _left_out_of_the_question(scene: Scene, ask: AskStep) -> list[tuple[Button, ...]]:
    """What a question on the spot, or one that may be skipped, does not show under itself."""
    _ = scene.texts
    on_the_spot = ask.section.stage is Stage.DURING
    rows: list[tuple[Button, ...]] = []
    if can_undo(scene) and on_the_spot:
        rows.append((scene.button(_("↩ Undo"), Undo()),))
    if allows_not_checked(ask) and (on_the_spot or can_skip(ask)):
        rows.append((scene.button(_("Not checked"), NotChecked()),))
    return rows

"""The rater as a juror meets it: what was sent of their words, a suggestion to decide on, the way to forbid it."""

from __future__ import annotations

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import texts
from bot.tap_kinds import AskLevel, ContinueContact, MyData, PickLevel, SendTexts, ShowSentText, ShowSuggested
from bot.views.common import mode_name
from bot.views.pages import brief, split_text
from bot.views.scene import MAX_LABEL, Rows, menu_button
from bot.views.suggested_words import SuggestedFact, decided_text, suggested_blocks
from scenarios.model import Mode

REJECT = -1
"""In place of a level: the juror's own answer stays."""


def there_is_one(contact_id: int, *, place: str, mode: Mode, language: str) -> Outgoing:
    """There is something to look at; no word of what."""
    _ = texts(language)
    body = _("There is a suggestion about this report. It can be looked at while corrections are possible.")
    rows = ((menu_button(_("Look"), ShowSuggested(contact_id, 0)),),)
    return Outgoing(body, head=f"{place} · {mode_name(mode, language=language)}", buttons=rows)


def entry_row(contact_id: int, count: int, *, language: str) -> tuple[Button, ...]:
    """The way there from a report that was sent."""
    _ = texts(language)
    return (menu_button(_("Suggestions ({n})", n=count), ShowSuggested(contact_id, 0), style=ButtonStyle.QUIET),)


def card(
    fact: SuggestedFact, *, place: str, at: tuple[int, int], following: int | None, may_decide: bool, language: str
) -> Outgoing:
    """One suggestion about the juror's own report; ``at``: which of how many."""
    _ = texts(language)
    one = fact.one
    blocks = [*suggested_blocks(_, fact, whose=_("Your answer:")), decided_text(_, fact)]
    rows: list[tuple[Button, ...]] = []
    if may_decide and one.level is not None and one.decision is None:
        level = list(fact.levels).index(one.level) if one.level in fact.levels else REJECT
        rows += [
            (menu_button(_("✓ Confirm"), PickLevel(one.id, level), style=ButtonStyle.PRIMARY),),
            (
                menu_button(_("Change"), AskLevel(one.id)),
                menu_button(_("Reject"), PickLevel(one.id, REJECT)),
            ),
        ]
    elif may_decide and one.decision is not None:
        rows.append((menu_button(_("Decide again"), AskLevel(one.id)),))
    if one.masked:
        rows.append((menu_button(_("See what was sent"), ShowSentText(one.contact_id, one.id)),))
    back = menu_button(_("Back to the report"), ContinueContact(one.contact_id), style=ButtonStyle.QUIET)
    more = () if following is None else (menu_button(_("Next ›"), ShowSuggested(one.contact_id, following)),)
    rows.append((back, *more))
    note = _("A model suggests, a person decides.")
    return Outgoing(
        "\n\n".join(block for block in blocks if block),
        head=f"{place} · {at[0]}/{at[1]}" if at[1] > 1 else place,
        note=note,
        buttons=tuple(rows),
    )


def ask_level(fact: SuggestedFact, *, place: str, language: str) -> Outgoing:
    """Which level holds instead."""
    _ = texts(language)
    rows: Rows = tuple(
        (menu_button(brief(fact.level_text(level), limit=MAX_LABEL), PickLevel(fact.one.id, at)),)
        for at, level in enumerate(fact.levels)
    )
    own = (menu_button(_("My answer stays"), PickLevel(fact.one.id, REJECT)),)
    back = (menu_button(_("Back"), ShowSuggested(fact.one.contact_id, fact.one.id), style=ButtonStyle.QUIET),)
    return Outgoing("\n\n".join((fact.question, _("Which level holds?"))), head=place, buttons=(*rows, own, back))


def sent_text(masked: str, *, contact_id: int, suggestion_id: int, place: str, language: str) -> list[Outgoing]:
    """Exactly the words that left, in as many messages as they need."""
    _ = texts(language)
    parts = split_text(masked)
    lead = _("This is what was sent, word for word. Names, numbers and addresses were taken out before.")
    back = ((menu_button(_("Back"), ShowSuggested(contact_id, suggestion_id), style=ButtonStyle.QUIET),),)
    messages = [Outgoing(lead, head=place), *(Outgoing(part) for part in parts[:-1])]
    return [*messages, Outgoing(parts[-1], buttons=back)]


def sending_row(*, lets_send: bool, language: str) -> tuple[Button, ...]:
    """The switch under what is kept about the person."""
    _ = texts(language)
    label = _("Do not send my descriptions") if lets_send else _("My descriptions may be sent")
    return (menu_button(label, SendTexts(0 if lets_send else 1), style=ButtonStyle.QUIET),)


def sending_switched(*, lets_send: bool, language: str) -> Outgoing:
    """What holds from now on."""
    _ = texts(language)
    if lets_send:
        said = _("Your descriptions may go to a language model again, without names, numbers and addresses.")
    else:
        said = _("Your descriptions will not be sent to any language model. Nothing else changes.")
    rows = (
        (menu_button(_("Undo"), SendTexts(0 if lets_send else 1)),),
        (menu_button(_("My data"), MyData(), style=ButtonStyle.QUIET),),
    )
    return Outgoing(said, buttons=rows)

"""The one message in which an edition is looked at and changed, and the journal of what was changed."""

from __future__ import annotations

from dataclasses import fields, replace

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.talk import Talk
from bot.views import common
from storage import editions, messages
from storage.editions import Edition
from storage.rules import Rules

BOARD = "edition"
"""The message that is rewritten while somebody turns the edition's dials."""


def edition_of(talk: Talk, *, lock: bool = False) -> Edition:
    """The edition of the person who speaks; locked where it is about to be changed."""
    found = editions.edition(talk.unit, talk.person.edition_id, lock=lock)
    if found is None:
        raise LookupError(f"there is no edition {talk.person.edition_id}")
    return found


def show(talk: Talk, screen: Outgoing) -> None:
    """Show a screen in place of the one whose button was tapped; below what was said since, where it was another."""
    own = messages.ref_of_board(talk.unit, talk.address.id, BOARD)
    is_own = talk.tapped_message is not None and talk.tapped_message == own
    talk.say(replace(screen, board=BOARD, anew=not is_own))


def keep(
    talk: Talk, before: Edition, after: Edition, setting: str, told: tuple[object, object], **about: object
) -> None:
    """Let the edition be as it is ``after``; the journal gets what was changed, as ``told``; nothing if nothing was."""
    if before == after:
        return
    if before.rules != after.rules:
        editions.set_rules(talk.unit, after.id, after.rules)
    names = [each.name for each in fields(Edition) if each.name != "rules"]
    values = {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
    if values:
        editions.update_edition(talk.unit, after.id, **values)
    talk.note("edition.changed", f"edition:{after.id}", setting=setting, before=told[0], after=told[1], **about)


def noted_rules(rules: Rules, participant_type: str) -> str:
    """Whose coverage a type has, as the journal keeps it."""
    return "own" if participant_type in rules.coverage else "all"


def refuse(talk: Talk) -> None:
    """What was named is not theirs."""
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))

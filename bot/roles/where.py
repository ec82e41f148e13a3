"""Where a person is, whoever they are: before their consent, at a question, at the tasks, at the menu of the staff."""

from __future__ import annotations

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.roles.juror import tasks, walking
from bot.talk import Talk
from bot.views import common, coordinator, juror_tasks, staff
from storage.people import Role


def show(talk: Talk, *, lead: str = "") -> None:
    """Show the person where they are; ``lead`` stands before all where there is a question to stand before."""
    if talk.person.consented_at is None:
        ask_consent(talk)
    elif not is_juror(talk):
        talk.say(coordinator.home(language=talk.language))
    elif (walk := walking.focused(talk)) is not None:
        talk.say(walking.shown(talk, walk, walking.current(walk), lead=lead))
    else:
        tasks.show(talk)


def ask_consent(talk: Talk) -> None:
    """Nothing goes on before the consent."""
    refusal = common.refused(Refusal(RefusalCode.NEEDS_CONSENT), language=talk.language)
    talk.say(Outgoing(refusal.body, buttons=welcome(talk)[-1].buttons))


def welcome(talk: Talk) -> tuple[Outgoing, ...]:
    """Three short messages for the person's role."""
    if is_juror(talk):
        return juror_tasks.welcome(talk.person.name, language=talk.language)
    return staff.welcome(talk.person.name, language=talk.language)


def is_juror(talk: Talk) -> bool:
    """Whether the person makes contacts; others read them."""
    return talk.person.role is Role.JUROR

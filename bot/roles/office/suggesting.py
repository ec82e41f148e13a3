"""What the rater suggests, and who decides on it."""

from __future__ import annotations

from bot.office_taps.suggesting import Suggestions
from bot.refusals import Refusal, RefusalCode
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views import common


def _open(talk: Talk, tap: Suggestions) -> None:
    del tap
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


SUBJECT = Subject(taps={Suggestions: _open})

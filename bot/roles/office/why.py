"""Why a score is what it is, and the file from which anybody can compute it again."""

from __future__ import annotations

from bot.office_taps.why import Why
from bot.refusals import Refusal, RefusalCode
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views import common


def _open(talk: Talk, tap: Why) -> None:
    del tap
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


SUBJECT = Subject(taps={Why: _open})

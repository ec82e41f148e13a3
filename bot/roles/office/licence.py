"""The licence: what is proposed, how the jury votes, what is decided."""

from __future__ import annotations

from bot.office_taps.licence import Licences
from bot.refusals import Refusal, RefusalCode
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views import common


def _open(talk: Talk, tap: Licences) -> None:
    del tap
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


SUBJECT = Subject(taps={Licences: _open})

"""Results of participants, standings, and how far jurors agree."""

from __future__ import annotations

from bot.office_taps.standing import Results
from bot.refusals import Refusal, RefusalCode
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views import common


def _open(talk: Talk, tap: Results) -> None:
    del tap
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))


SUBJECT = Subject(taps={Results: _open})

"""Sentences of the office that the grammar does not know: a model proposes a question, a person says if it is it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.asking.listing import Listed
from bot.asking.question import Question
from bot.asking.translation import question_of, request_of
from bot.asking.understanding import Lexicon, nearest
from bot.channels.base import Outgoing
from bot.consulting import Consultant, NotAllowed, OverBudget
from bot.endings import Done, Ending
from bot.i18n import known_language
from bot.jobs import Translate, from_payload, put_send
from bot.roles import rating
from bot.roles.office import answering
from bot.talk import Desk, in_edition
from bot.views.office import asking as views
from scoring.injection import Sign, suspicions
from scoring.rating import RaterRefused, RaterUnavailable
from scoring.redaction import mask
from storage import people
from storage.database import Database
from storage.overview import NOTHING
from storage.people import AddressRow, Person, Role
from storage.queue import Job
from storage.scope import scope_of
from storage.unit import Unit

PURPOSE = "translate"
"""As it stands in ``model_calls``."""
STOPS = frozenset({Sign.OVERRIDE, Sign.ROLE, Sign.FORMAT, Sign.DISGUISE})
"""Signs of an instruction to the model; that somebody is spoken to ("show me") is what a question looks like here."""
STAFF = frozenset({Role.COORDINATOR, Role.ORGANIZER})


@dataclass(frozen=True, slots=True)
class _Asker:
    person: Person
    address: AddressRow
    lexicon: Lexicon
    known: tuple[str, ...]
    """Names that never leave."""


class Translator:
    """The doer of ``translate``. Somebody waits for the answer: one try, then the usual "not understood"."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        desk: Desk,
        consultant: Consultant | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._consultant = consultant

    async def __call__(self, job: Job) -> Ending:
        """Ask, and propose what came; nothing is ever carried out here."""
        work = from_payload(job.kind, job.payload)
        assert isinstance(work, Translate)  # noqa: S101 - the kind says so
        asker = await self._database.read(lambda unit: self._asker(unit, work))
        if asker is None:
            return Done()
        question = await self._question(asker, work.text)
        return Done(lambda unit, now: self._answer(unit, work, question, now=now))

    async def _question(self, asker: _Asker, text: str) -> Question | None:
        if self._consultant is None:
            return None
        masked = await asyncio.to_thread(mask, text, known=asker.known)
        if any(sign.sign in STOPS for each in (text, masked.text) for sign in suspicions(each)):
            return None
        try:
            came = await self._consultant.ask(
                asker.person.edition_id, PURPOSE, request_of(masked.text, today=asker.lexicon.today)
            )
        except (NotAllowed, OverBudget, RaterUnavailable, RaterRefused):
            return None
        return question_of(came.answer.text, restore=masked.restore, lexicon=asker.lexicon)

    def _asker(self, unit: Unit, work: Translate) -> _Asker | None:
        """Who asked, if they are still of the staff and the chat is still theirs."""
        person, address = people.person(unit, work.person_id), people.address(unit, work.address_id)
        if person is None or address is None or address.person_id != person.id:
            return None
        if person.role not in STAFF or person.left_at is not None:
            return None
        zone = in_edition(unit, self._desk, person.edition_id).zone
        lexicon = answering.lexicon(unit, scope_of(person), today=self._clock().astimezone(zone).date())
        return _Asker(person, address, lexicon, rating.known_names(unit, person.edition_id))

    def _answer(self, unit: Unit, work: Translate, question: Question | None, *, now: datetime) -> None:
        asker = self._asker(unit, work)
        if asker is None:
            return
        language = known_language(asker.person.language or self._desk.language)
        message = views.not_understood(nearest(work.text), language=language)
        if question is not None:
            message = proposal(question, asker.lexicon, language=language)
        address = asker.address
        put_send(unit, message, address_id=address.id, channel=address.channel, chat=address.chat, now=now)


def proposal(question: Question, lexicon: Lexicon, *, language: str) -> Outgoing:
    """Whether it was this, in words, with names as they are known."""
    names = {(one.kind.value, one.id): one.name for one in lexicon.names}
    listed = Listed(
        question,
        (),
        NOTHING,
        place=names.get(("participant", question.participant_id or 0), ""),
        person=names.get(("juror", question.person_id or 0), ""),
        wave=names.get(("wave", question.wave_id or 0), ""),
    )
    return views.proposed(listed, language=language)

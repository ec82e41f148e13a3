"""Digests of the day and of the week: what happened and what waits, only where there is something of either."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.asking.digests import Choice, choice_of, next_digest, with_choice
from bot.jobs import Digest, put_digest
from bot.office_taps.asking import DigestHour, Digests, SwitchDigest
from bot.refusals import Refusal, RefusalCode
from bot.roles import prompting, upcoming
from bot.talk import Desk, Talk, tell
from bot.views import common
from bot.views.office import digests as views
from bot.views.office.digests import DigestFacts
from storage import editions, matters, overview, people
from storage.people import Person, Role
from storage.planned import DONE_STAGES, Wanted
from storage.scope import scope_of
from storage.unit import Unit

AFTER_THE_END = timedelta(days=60)
"""For so long after an edition's last day its digests go on: queries come then."""


def digest(unit: Unit, desk: Desk, work: Digest, *, now: datetime) -> None:
    """Send it, and plan the next. Nothing more comes for jurors, for those who left, or once the edition is over."""
    person = people.person(unit, work.person_id, lock=True)
    if person is None or person.role is Role.JUROR or person.left_at is not None or person.consented_at is None:
        return
    choice = choice_of(person.preferences)
    if not (choice.weekly if work.weekly else choice.daily):
        return
    if prompting.edition_is_over(unit, person.edition_id, now=now, grace=AFTER_THE_END):
        return
    rules, zone = upcoming.clock_of(unit, desk, person.edition_id)
    following = next_digest(rules, choice, after=now, zone=zone, weekly=work.weekly)
    put_digest(unit, person.id, weekly=work.weekly, run_at=following, now=now)
    facts = digest_facts(unit, person, weekly=work.weekly, now=now)
    if facts.is_worth_telling:
        tell(unit, desk, person.id, lambda language: views.digest(facts, language=language), now=now)


def digest_facts(unit: Unit, person: Person, *, weekly: bool, now: datetime) -> DigestFacts:
    """What a digest of that person says now."""
    scope = scope_of(person)
    since = now - (timedelta(days=7) if weekly else timedelta(days=1))
    if not weekly and now.weekday() == 0:
        since = now - timedelta(days=3)  # Monday's tells of the weekend too
    edition = editions.edition(unit, person.edition_id)
    came = overview.total(unit, scope, now=now, wanted=Wanted(stages=DONE_STAGES, sent_from=since))
    return DigestFacts(
        edition="" if edition is None else edition.name,
        is_weekly=weekly,
        came=came.planned,
        moved=matters.moved(unit, scope, since=since),
        figures=overview.total(unit, scope, now=now),
        waiting=matters.waiting(unit, scope, now=now),
    )


def show(talk: Talk, _tap: Digests) -> None:
    """When this person's digests come, to be changed."""
    edition = editions.edition(talk.unit, talk.person.edition_id)
    if edition is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    talk.say(views.settings(choice_of(talk.person.preferences), edition.rules, language=talk.language))


def switch(talk: Talk, tap: SwitchDigest) -> None:
    """Off or on."""
    before = choice_of(talk.person.preferences)
    after = replace(before, weekly=bool(tap.on)) if tap.which else replace(before, daily=bool(tap.on))
    _keep(talk, after)


def set_hour(talk: Talk, tap: DigestHour) -> None:
    """At another hour; one that no clock shows is the edition's own again."""
    after = replace(choice_of(talk.person.preferences), hour=tap.hour if 0 <= tap.hour < 24 else None)  # noqa: PLR2004 - hours
    _keep(talk, after)


def _keep(talk: Talk, after: Choice) -> None:
    people.update_person(talk.unit, talk.person.id, preferences=with_choice(talk.person.preferences, after))
    details = {"daily": after.daily, "weekly": after.weekly, "hour": after.hour}
    talk.note("digest.changed", f"person:{talk.person.id}", **details)
    talk = talk.again()
    prompting.start_digests(talk.unit, talk.desk, talk.person, now=talk.now)
    show(talk, Digests())

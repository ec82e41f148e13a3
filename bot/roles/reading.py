"""What coordinators and organizers read: how the edition stands, reports that came, one of them with its evidence."""

from __future__ import annotations

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.roles.evidence_facts import belonging, facts_of
from bot.talk import Talk
from bot.tap_kinds import ReadContact, ReadEvidence, SentList, Status, Tap
from bot.views import common, coordinator, organizer
from scenarios.report import report_of
from scenarios.route import route
from storage import editions, inbox, status
from storage.status import Reading

MAX_LISTED = 1000
"""Reports looked through for the list; the newest first."""


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap on what can be read; False where it is not one of those."""
    match tap:
        case Status():
            talk.say(how_it_stands(talk))
        case SentList(page=page):
            talk.say(sent(talk, page))
        case ReadContact(contact=contact, page=page):
            talk.say(one_contact(talk, contact, page))
        case ReadEvidence(contact=contact, page=page):
            talk.say(its_evidence(talk, contact, page))
        case _:
            return False
    return True


def how_it_stands(talk: Talk) -> Outgoing:
    """The edition in a few sentences."""
    edition = editions.edition(talk.unit, talk.person.edition_id)
    counts = status.counts(talk.unit, talk.person.edition_id, now=talk.now)
    return organizer.status(
        counts,
        edition="" if edition is None else edition.name,
        participants=len(editions.participants(talk.unit, talk.person.edition_id)),
        language=talk.language,
        parked=inbox.parked(talk.unit),
    )


def sent(talk: Talk, page: int) -> Outgoing:
    """Reports that came."""
    listed = status.submitted(talk.unit, talk.person.edition_id, limit=MAX_LISTED)
    return coordinator.sent_list(listed, page, language=talk.language, zone=talk.zone, now=talk.now)


def one_contact(talk: Talk, contact_id: int, page: int) -> Outgoing:
    """One report, a page of it."""
    found = _reading(talk, contact_id)
    if found is None:
        return common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language)
    scenario = talk.desk.scripts.version(talk.unit, found.scenario_version)
    way = route(scenario, found.contact)
    talk.note("read", f"contact:{contact_id}", page=page)
    return coordinator.contact_page(
        report_of(found.contact, way),
        found.contact,
        scenario,
        page,
        place=found.participant.short_name,
        mode=found.mode,
        language=talk.language,
        zone=talk.zone,
        evidence=facts_of(belonging(found.evidence, way)),
    )


def its_evidence(talk: Talk, contact_id: int, page: int) -> Outgoing:
    """The files of one report, a page of them."""
    found = _reading(talk, contact_id)
    if found is None:
        return common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language)
    scenario = talk.desk.scripts.version(talk.unit, found.scenario_version)
    talk.note("read_evidence", f"contact:{contact_id}", page=page)
    return coordinator.evidence_page(
        facts_of(belonging(found.evidence, route(scenario, found.contact))),
        found.contact,
        scenario,
        page,
        place=found.participant.short_name,
        mode=found.mode,
        language=talk.language,
        zone=talk.zone,
    )


def _reading(talk: Talk, contact_id: int) -> Reading | None:
    """A contact of the reader's own edition that was sent."""
    if status.edition_of_contact(talk.unit, contact_id) != talk.person.edition_id:
        return None
    found = status.reading(talk.unit, contact_id)
    return found if found is not None and found.submitted_at is not None else None

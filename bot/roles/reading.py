"""What coordinators and organizers read: reports that came, one of them with its evidence."""

from __future__ import annotations

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.roles.evidence_facts import belonging, facts_of
from bot.talk import Talk
from bot.tap_kinds import ReadContact, ReadEvidence, SentList, Status, Tap
from bot.views import common, coordinator
from scenarios.report import report_of
from scenarios.route import route
from storage import assignments, status
from storage.status import Reading


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap on what can be read; False where it is not one of those."""
    match tap:
        case Status():
            if talk.tap_id is not None:
                talk.say(Outgoing(""))  # the tap is answered at once, the picture follows
            talk.produce("asking.status")
        case SentList(page=page):
            talk.say(sent(talk, page))
        case ReadContact(contact=contact, page=page):
            talk.say(one_contact(talk, contact, page))
        case ReadEvidence(contact=contact, page=page):
            talk.say(its_evidence(talk, contact, page))
        case _:
            return False
    return True


def sent(talk: Talk, page: int) -> Outgoing:
    """Reports that came."""
    listed = status.submitted(talk.unit, talk.scope)
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
        erased_at=found.erased_at,
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
    """A contact that was sent and lies within what the reader may see."""
    if status.edition_of_contact(talk.unit, contact_id) != talk.person.edition_id:
        return None
    found = status.reading(talk.unit, contact_id)
    task = None if found is None else assignments.assignment(talk.unit, found.assignment_id)
    if found is None or task is None or found.submitted_at is None:
        return None
    is_theirs = talk.scope.sees(edition_id=task.edition_id, coordinator_id=task.coordinator_id)
    return found if is_theirs else None

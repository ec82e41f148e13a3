"""Inviting people in bulk and one by one: links shown once, issued again and revoked at will."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.i18n import known_language
from bot.office_taps.inviting import (
    AskRenewAll,
    Invitations,
    InviteAll,
    InvitedList,
    InviteeCard,
    IssueLink,
    RenewAll,
    RevokeLink,
)
from bot.refusals import Refusal, RefusalCode
from bot.reports.pictures import Card, qr_picture, qr_sheet
from bot.reports.recipes import FileRecipe, Recipe, Sheet, Workbook
from bot.roles.everyone import token_hash
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk, in_edition
from bot.tap_kinds import OfficeTap
from bot.views import common
from bot.views.office import inviting as views
from storage import invitations, people
from storage.database import Unit
from storage.invitations import Invited, Invitee
from storage.people import Person, Role

LASTS = timedelta(days=14)
"""How long a link can be used."""
CARDS_IN_A_FILE = 200
"""Codes on the pages of one document."""
LINKS = "inviting.links"
CODE = "inviting.code"
TELEGRAM = "telegram"
WITHOUT_LINK = frozenset({Invited.NOT_YET, Invited.EXPIRED})
NOT_HERE = WITHOUT_LINK | {Invited.WAITING}


def _overview(talk: Talk, tap: Invitations) -> None:
    del tap
    counts = Counter(one.state for one in _mine(talk))
    talk.say(views.overview(counts, language=talk.language))


def _list(talk: Talk, tap: InvitedList) -> None:
    state = views.STATES[tap.state % len(views.STATES)]
    found = [one for one in _mine(talk) if one.state is state]
    talk.say(views.people_page(state, found, tap.page, language=talk.language, zone=talk.zone))


def _card(talk: Talk, tap: InviteeCard) -> None:
    one = _own(talk, tap.person)
    if one is not None:
        talk.say(views.card(one, language=talk.language, zone=talk.zone))


def _issue(talk: Talk, tap: IssueLink) -> None:
    one = _own(talk, tap.person)
    if one is None:
        return
    if one.state is Invited.LEFT:
        talk.say(views.card(one, language=talk.language, zone=talk.zone))
        return
    revoked = invitations.revoke_open(talk.unit, one.person.id, talk.now)
    token = _token(talk, one.person)
    until = talk.now + LASTS
    web, telegram = _urls(talk.desk, token, talk.desk.bot_names.get(TELEGRAM))
    urls = [url for url in (web, telegram) if url]
    talk.say(views.link(one, urls, until=until, revoked=revoked, language=talk.language, zone=talk.zone))
    talk.produce(CODE, person=one.person.id, token=token)


def _revoke(talk: Talk, tap: RevokeLink) -> None:
    one = _own(talk, tap.person)
    if one is None:
        return
    count = invitations.revoke_open(talk.unit, one.person.id, talk.now)
    if count:
        talk.note("invitation.revoked", f"person:{one.person.id}", links=count)
    now_is = invitations.invitee(talk.unit, one.person.id, now=talk.now) or one
    talk.say(views.card(now_is, language=talk.language, zone=talk.zone))


def _invite_all(talk: Talk, tap: InviteAll) -> None:
    del tap
    _make(talk, [one for one in _mine(talk) if one.state in WITHOUT_LINK])


def _ask_renew(talk: Talk, tap: AskRenewAll) -> None:
    del tap
    count = sum(one.state in NOT_HERE for one in _mine(talk))
    talk.say(views.ask_renew(count, language=talk.language) if count else views.nobody(language=talk.language))


def _renew_all(talk: Talk, tap: RenewAll) -> None:
    del tap
    waiting = [one for one in _mine(talk) if one.state in NOT_HERE]
    for one in waiting:
        invitations.revoke_open(talk.unit, one.person.id, talk.now)
    _make(talk, waiting)


def _make(talk: Talk, wanted: Sequence[Invitee]) -> None:
    """A link for each; the tokens themselves are only in the job that makes the files."""
    if not wanted:
        talk.say(views.nobody(language=talk.language))
        return
    tokens = [[one.person.id, _token(talk, one.person)] for one in wanted]
    talk.say(views.being_made(len(tokens), language=talk.language))
    until = (talk.now + LASTS).isoformat()
    talk.produce(LINKS, tokens=tokens, until=until, telegram=talk.desk.bot_names.get(TELEGRAM))


def _token(talk: Talk, person: Person) -> str:
    token = talk.desk.new_token()
    people.invite(talk.unit, person.id, token_hash=token_hash(token), now=talk.now, expires_at=talk.now + LASTS)
    talk.note("invited", f"person:{person.id}", role=person.role.value)
    return token


def _urls(desk: Desk, token: str, telegram: str | None) -> tuple[str, str]:
    return f"{desk.own_url}/w/{token}", "" if telegram is None else f"https://t.me/{telegram}?start={token}"


def _mine(talk: Talk) -> list[Invitee]:
    """Whom this person may invite: an organizer everybody, a coordinator their own jurors."""
    everybody = invitations.invitees(talk.unit, talk.person.edition_id, now=talk.now)
    return [one for one in everybody if _may(talk, one.person)]


def _may(talk: Talk, person: Person) -> bool:
    if talk.person.role is not Role.ORGANIZER and person.role is not Role.JUROR:
        return False
    return talk.scope.sees(edition_id=person.edition_id, coordinator_id=person.coordinator_id)


def _own(talk: Talk, person_id: int) -> Invitee | None:
    one = invitations.invitee(talk.unit, person_id, now=talk.now)
    if one is None or not _may(talk, one.person):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    return one


def _links(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe:
    """The table of links, and the same as codes to print."""
    del now
    language = known_language(person.language or desk.language)
    until = datetime.fromisoformat(about["until"])
    zone = in_edition(unit, desk, person.edition_id).zone
    everybody = {one.id: one for one in people.people(unit, edition_id=person.edition_id)}
    rows, cards = [], []
    for person_id, token in about["tokens"]:
        invited = everybody[person_id]
        web, telegram = _urls(desk, token, about["telegram"])
        role = views.role_name(invited.role, language=language)
        rows.append((invited.name, role, invited.email, web, telegram, until))
        cards.append(Card(invited.name, "", web, until.astimezone(zone).date()))
    name = views.table_name(language)
    files: list[FileRecipe] = [Workbook(name, (Sheet(name, views.table_header(language), tuple(rows)),))]
    files += [
        qr_sheet(cards[start : start + CARDS_IN_A_FILE], language) for start in range(0, len(cards), CARDS_IN_A_FILE)
    ]
    return Recipe(views.links(len(rows), language=language), tuple(files))


def _code(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """The code of one link."""
    del now
    language = known_language(person.language or desk.language)
    invited = people.person(unit, about["person"])
    if invited is None:
        return None
    web, _telegram = _urls(desk, about["token"], None)
    return Recipe(views.code(invited.name, language=language), (qr_picture(web, "", language),))


_TAPS: Mapping[type[OfficeTap], Any] = {
    Invitations: _overview,
    InvitedList: _list,
    InviteeCard: _card,
    IssueLink: _issue,
    RevokeLink: _revoke,
    InviteAll: _invite_all,
    AskRenewAll: _ask_renew,
    RenewAll: _renew_all,
}

SUBJECT = Subject(taps=_TAPS, recipes={LINKS: _links, CODE: _code})

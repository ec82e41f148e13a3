"""Suggestions about a juror's own report, once it is sent: what left, what is suggested, and their word on it."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import Outgoing
from bot.refusals import Refusal, RefusalCode
from bot.roles import rating
from bot.talk import Talk
from bot.tap_kinds import AskLevel, PickLevel, SendTexts, ShowSentText, ShowSuggested, Tap
from bot.views import common, juror_suggested
from bot.views.suggested_words import SuggestedFact
from scenarios.contact import Closed, Turn
from storage import assignments, contacts, editions, people, suggestions
from storage.contacts import ContactRow
from storage.suggestions import Suggestion


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap about suggestions; False where it is not one of those."""
    match tap:
        case ShowSuggested(contact=contact, suggestion=suggestion):
            _show(talk, contact, suggestion)
        case ShowSentText(contact=_contact, suggestion=suggestion):
            _show_sent(talk, suggestion)
        case AskLevel(suggestion=suggestion):
            _ask_level(talk, suggestion)
        case PickLevel(suggestion=suggestion, level=level):
            _pick(talk, suggestion, level)
        case SendTexts(on=on):
            _switch_sending(talk, lets_send=on == 1)
        case _:
            return False
    return True


def beside(talk: Talk, turn: Turn, message: Outgoing) -> Outgoing:
    """The message of a report that was sent, with the way to its suggestions where there are any."""
    if not isinstance(turn.prompt, Closed) or turn.contact.submitted_at is None:
        return message
    count = len(_shown(talk, turn.contact.id))
    if not count:
        return message
    row = juror_suggested.entry_row(turn.contact.id, count, language=talk.language)
    return replace(message, buttons=(*message.buttons[:-1], row, *message.buttons[-1:]))


def _shown(talk: Talk, contact_id: int) -> list[Suggestion]:
    """Those a juror is shown: what was sent of theirs. What was withheld is the office's affair."""
    return [one for one in suggestions.of_contact(talk.unit, contact_id) if one.masked]


def _mine(talk: Talk, contact_id: int) -> ContactRow | None:
    """The juror's own report after it was sent; before that nothing is shown that could sway them."""
    row = contacts.load(talk.unit, contact_id, lock=True)
    if row is None or row.person_id != talk.person.id or row.contact.submitted_at is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    return row


def _in_hand(talk: Talk, suggestion_id: int) -> tuple[ContactRow, Suggestion, SuggestedFact] | None:
    one = suggestions.suggestion(talk.unit, suggestion_id, lock=True)
    row = None if one is None else contacts.load(talk.unit, one.contact_id, lock=True)
    fact = None if one is None else rating.fact_of(talk.unit, talk.desk, one, language=talk.language)
    if one is None or row is None or fact is None or not one.masked:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return None
    mine = _mine(talk, one.contact_id)
    return None if mine is None else (mine, one, fact)


def _show(talk: Talk, contact_id: int, suggestion_id: int) -> None:
    row = _mine(talk, contact_id)
    if row is None:
        return
    every = _shown(talk, contact_id)
    at = next((at for at, one in enumerate(every) if one.id == suggestion_id), 0)
    fact = rating.fact_of(talk.unit, talk.desk, every[at], language=talk.language) if every else None
    if fact is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    following = every[(at + 1) % len(every)].id if len(every) > 1 else None
    talk.say(
        juror_suggested.card(
            fact,
            place=_place(talk, row),
            at=(at + 1, len(every)),
            following=following,
            may_decide=rating.can_still_change(row.phase, row.locks_at, talk.now),
            language=talk.language,
        )
    )


def _show_sent(talk: Talk, suggestion_id: int) -> None:
    found = _in_hand(talk, suggestion_id)
    if found is not None:
        row, one, _fact = found
        place = _place(talk, row)
        talk.say(
            *juror_suggested.sent_text(
                one.masked, contact_id=row.id, suggestion_id=one.id, place=place, language=talk.language
            )
        )


def _ask_level(talk: Talk, suggestion_id: int) -> None:
    found = _in_hand(talk, suggestion_id)
    if found is not None and _may_decide(talk, found[0]):
        talk.say(juror_suggested.ask_level(found[2], place=_place(talk, found[0]), language=talk.language))


def _pick(talk: Talk, suggestion_id: int, place: int) -> None:
    found = _in_hand(talk, suggestion_id)
    if found is None or not _may_decide(talk, found[0]):
        return
    _row, one, fact = found
    names = list(fact.levels)
    if place == juror_suggested.REJECT or 0 <= place < len(names):
        level = None if place == juror_suggested.REJECT else names[place]
        decision = rating.decision_of(one, level)
        if (one.decision, one.decided_level) != (decision, level):
            rating.decide(talk.unit, one, decision, level=level, by=talk.person.id, now=talk.now)
    _show(talk, one.contact_id, one.id)


def _may_decide(talk: Talk, row: ContactRow) -> bool:
    if rating.can_still_change(row.phase, row.locks_at, talk.now):
        return True
    talk.say(common.refused(Refusal(RefusalCode.LOCKED), language=talk.language))
    return False


def _switch_sending(talk: Talk, *, lets_send: bool) -> None:
    before = rating.lets_send(talk.person.preferences)
    kept = {**(talk.person.preferences or {}), rating.SENDING: lets_send}
    people.update_person(talk.unit, talk.person.id, preferences=kept)
    talk.note("sending", f"person:{talk.person.id}", before=before, after=lets_send)
    if lets_send and not before and rating.rules_of(talk.unit, talk.person.edition_id).may_ask:
        mine = [row.id for row in contacts.of_person(talk.unit, talk.person.id) if row.contact.submitted_at is not None]
        rating.rate_again(talk.unit, mine, now=talk.now)
    talk.say(juror_suggested.sending_switched(lets_send=lets_send, language=talk.language))


def _place(talk: Talk, row: ContactRow) -> str:
    task = assignments.assignment(talk.unit, row.assignment_id)
    place = None if task is None else editions.participant(talk.unit, task.participant_id)
    return "" if place is None else place.short_name

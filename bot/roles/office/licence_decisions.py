"""Decisions in the organizers' hands: grounds of one against the proposal, one without a vote, one revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n import texts
from bot.office_taps.licence import (
    REVOKE_REASONS,
    VERDICTS,
    LicenceAskRevoke,
    LicenceDecide,
    LicenceGrounds,
    LicenceRevoke,
    LicenceRevokeWords,
)
from bot.roles import deciding
from bot.roles.office import licence_cards, licence_facts, seeing
from bot.talk import Talk
from bot.views.office import licence_card as views
from scoring.award import Verdict
from scoring.voting import Ending
from storage import decisions, people, votings
from storage.decisions import Decision, Granted
from storage.editions import Participant
from storage.people import Role
from storage.votings import VotingState

DIALOG_GROUNDS = "licence.grounds"
DIALOG_DECIDE = "licence.decide"
DIALOG_REVOKE = "licence.revoke"


def ask_grounds(talk: Talk, tap: LicenceGrounds, *, lead: str = "") -> None:
    """A vote ended against the proposal: ask for the grounds."""
    found = licence_cards.voting_in_hand(talk, tap.voting, VotingState.GROUNDS)
    if found is None:
        return
    voting, place = found
    granted = Ending((voting.outcome or {})["ending"]) is Ending.GRANTED
    verdict = Granted.GRANT if granted else Granted.REFUSE
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_GROUNDS, "voting": voting.id})
    talk.say(views.ask_grounds(place.id, place.short_name, verdict, overturns=True, lead=lead, language=talk.language))


def take_grounds(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The grounds: the decision is written down."""
    if not _is_organizer(talk):
        return
    words = text.strip()
    if not _will_do(words):
        lead = views.bad_words(len(words), language=talk.language)
        ask_grounds(talk, LicenceGrounds(int(dialog["voting"])), lead=lead)
        return
    found = licence_cards.voting_in_hand(talk, int(dialog["voting"]), VotingState.GROUNDS)
    if found is None:
        return
    voting, place = found
    votings.hold_participant(talk.unit, place.id)
    deciding.decide_by_vote(talk.unit, voting, words=words, by=talk.person.id, now=talk.now)
    votings.change(talk.unit, voting.id, state=VotingState.DECIDED.value)
    _ = texts(talk.language)
    licence_cards.show(talk, place, lead=_("The decision is written down."))


def ask_decide(talk: Talk, tap: LicenceDecide, *, lead: str = "") -> None:
    """Decide without a vote, where the rules allow it: ask for the grounds."""
    found = _to_decide(talk, tap.participant)
    if found is None or not 0 <= tap.verdict < len(VERDICTS):
        if found is not None:
            licence_cards.show(talk, found.place)
        return
    verdict = Granted(VERDICTS[tap.verdict])
    overturns = (found.proposal.verdict is Verdict.GRANT) != (verdict is Granted.GRANT)
    dialog = {"kind": DIALOG_DECIDE, "participant": found.place.id, "verdict": tap.verdict}
    people.set_dialog(talk.unit, talk.person.id, dialog)
    place = found.place
    talk.say(
        views.ask_grounds(place.id, place.short_name, verdict, overturns=overturns, lead=lead, language=talk.language)
    )


def take_decision(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The grounds of a decision without a vote."""
    if not _is_organizer(talk):
        return
    words = text.strip()
    tap = LicenceDecide(int(dialog["participant"]), int(dialog["verdict"]))
    if not _will_do(words):
        ask_decide(talk, tap, lead=views.bad_words(len(words), language=talk.language))
        return
    votings.hold_participant(talk.unit, tap.participant)
    found = _to_decide(talk, tap.participant)
    if found is None:
        return
    deciding.decide_directly(talk, found, Granted(VERDICTS[tap.verdict]), words=words)
    _ = texts(talk.language)
    licence_cards.show(talk, found.place, lead=_("The decision is written down."))


def ask_revoke(talk: Talk, tap: LicenceAskRevoke) -> None:
    """Why a decision is revoked."""
    found = licence_cards.decision_in_hand(talk, tap.decision)
    if found is not None:
        decision, place = found
        talk.say(views.ask_revoke(decision.id, place.id, place.short_name, decision.verdict, language=talk.language))


def revoke(talk: Talk, tap: LicenceRevoke) -> None:
    """Revoke a decision for a reason a button says."""
    found = licence_cards.decision_in_hand(talk, tap.decision)
    if found is None:
        return
    if not 0 <= tap.reason < len(REVOKE_REASONS):
        licence_cards.show(talk, found[1])
        return
    _revoke(talk, *found, because=REVOKE_REASONS[tap.reason])


def ask_revoke_words(talk: Talk, tap: LicenceRevokeWords, *, lead: str = "") -> None:
    """Ask for the reason in own words."""
    found = licence_cards.decision_in_hand(talk, tap.decision)
    if found is not None:
        decision, place = found
        people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_REVOKE, "decision": decision.id})
        talk.say(views.ask_revoke_words(place.id, place.short_name, lead=lead, language=talk.language))


def take_reason(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The reason in own words: the decision is revoked."""
    if not _is_organizer(talk):
        return
    words, tap = text.strip(), LicenceRevokeWords(int(dialog["decision"]))
    if not _will_do(words):
        ask_revoke_words(talk, tap, lead=views.bad_words(len(words), language=talk.language))
        return
    found = licence_cards.decision_in_hand(talk, tap.decision)
    if found is not None:
        _revoke(talk, *found, because=words)


def _revoke(talk: Talk, decision: Decision, place: Participant, *, because: str) -> None:
    if decisions.revoke(talk.unit, decision.id, by=talk.person.id, because=because, now=talk.now):
        details = {"decision": decision.id, "verdict": decision.verdict.value, "reason": because}
        talk.note("licence.revoked", f"participant:{place.id}", **details)
    licence_cards.show(talk, place)


def _to_decide(talk: Talk, participant_id: int) -> deciding.Wanted | None:
    """What can be decided without a vote now; otherwise the card as it stands is shown."""
    place = seeing.place(talk, participant_id)
    if place is None:
        return None
    found = licence_facts.wanted(talk.unit, talk.desk, place, language=talk.language)
    if found is None or licence_cards.needs_jury(found):
        licence_cards.show(talk, place)
        return None
    if deciding.hindrance_of(talk.unit, place.id, found.proposal, entitled=1) is not None:
        licence_cards.show(talk, place)
        return None
    return found


def _is_organizer(talk: Talk) -> bool:
    """Whether the person is an organizer still; a dialog may outlive a role."""
    if talk.person.role is Role.ORGANIZER:
        return True
    seeing.refuse(talk)
    return False


def _will_do(words: str) -> bool:
    return views.ENOUGH_WORDS <= len(words) <= views.MAX_WORDS

"""One participant's licence: the proposal and its reasons, the vote, the decision; and what is asked before acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, InputHint, Outgoing
from bot.i18n import N_, Translator, day_text, moment_text, texts
from bot.office_taps.licence import (
    LASTS,
    REVOKE_REASONS,
    USUAL_LAST,
    LicenceAskClose,
    LicenceAskExtend,
    LicenceAskOpen,
    LicenceAskRevoke,
    LicenceBatch,
    LicenceBoard,
    LicenceCard,
    LicenceChange,
    LicenceClose,
    LicenceDecide,
    LicenceExtend,
    LicenceGrounds,
    LicenceOpen,
    LicencePart,
    LicenceRemind,
    LicenceRevoke,
    LicenceRevokeWords,
    Licences,
)
from bot.office_taps.why import Why
from bot.tap_kinds import OfficeTap, ShowVoting
from bot.views.coordinator import home_rows
from bot.views.jury_vote import ending_text
from bot.views.licence_words import change_lines, figures, verdict_text
from bot.views.office.licence import PARTS, Part
from bot.views.pages import brief, page_of
from bot.views.scene import menu_button
from scoring.award import Proposal, RaiseScore, Verdict
from scoring.voting import Ending, Tally
from storage.decisions import Granted
from storage.votings import Progress, VotingState

DECIDED = {Granted.GRANT: N_("The licence is granted"), Granted.REFUSE: N_("The licence is not granted")}
"""A decision, as the card begins."""

BECAUSE = {
    "new_facts": N_("new facts"),
    "mistake": N_("a mistake in the data"),
    "rules_broken": N_("the rules of the contest were broken"),
}
"""Reasons of ``REVOKE_REASONS``."""

ENOUGH_WORDS = 10
MAX_WORDS = 1000
"""Characters of grounds and reasons in own words."""
WORDS_SHOWN = 400
_TELLS_VOTE = frozenset({Part.VOTING, Part.GROUNDS, Part.UNDECIDED})
"""Sorts on whose cards the last vote is told of."""
IN_HOURS = timedelta(hours=72)
"""Up to here a time is told in hours."""


@dataclass(frozen=True, slots=True)
class VotingFact:
    """The last vote on a participant."""

    id: int
    state: VotingState
    closes_at: datetime
    progress: Progress
    quorum: int
    tally: Tally | None
    """Only where it is closed."""


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """The last decision on a participant."""

    id: int
    verdict: Granted
    by_jury: bool
    decided_at: datetime
    words: str
    overturns: bool
    tally: Tally | None
    revoked_at: datetime | None
    revoked_because: str
    earlier: int
    """So many decisions there were before."""


@dataclass(frozen=True, slots=True)
class CardFact:
    """What the card of a participant is told. ``proposal`` is what the rules say now; None: there are no rules."""

    participant: int
    place: str
    part: Part
    proposal: Proposal | None
    voting: VotingFact | None
    decision: DecisionFact | None
    is_organizer: bool
    jury_needed: bool
    """Whether only a vote can decide."""
    may_vote: bool = False
    """Whether whoever looks has a vote in the one that is open."""


def card(fact: CardFact, *, lead: str = "", language: str, zone: ZoneInfo, now: datetime) -> Outgoing:
    """Everything about a participant's licence."""
    _ = texts(language)
    blocks = [lead]
    if fact.decision is not None:
        blocks.append(_decision(_, fact.decision, zone=zone))
    if fact.voting is not None and (fact.part in _TELLS_VOTE or fact.voting.state is VotingState.CANCELLED):
        blocks.append(_voting(_, fact.voting, zone=zone, now=now))
    if fact.proposal is None:
        blocks.append(_("The rubric of this edition has no rules of the licence (its section `award`)."))
    else:
        blocks.append(_proposal(_, fact))
        blocks += figures(fact.proposal, language=language, with_reports=True)
    page = page_of([block for block in blocks if block], 0, most=len(blocks))
    rows = (*_acts(_, fact), *_looks(_, fact), *home_rows(language))
    note = _("The table holds all of it.") if page.has_next else ""
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=fact.place + " · " + _("Licence"), note=note, buttons=rows)


def _proposal(_: Translator, fact: CardFact) -> str:
    assert fact.proposal is not None  # noqa: S101 - the caller looked
    verdict = fact.proposal.verdict
    said = verdict_text(verdict, language=_.language)
    if fact.decision is not None and fact.decision.revoked_at is None:
        return _("By the figures of today: {proposal}", proposal=said)
    line = _("Proposal: {proposal}", proposal=said)
    if fact.proposal.blocks and verdict is not Verdict.BLOCKED:
        line += "\n" + _("Critical items hold it back, too: only a vote could grant it.")
    return line


def _voting(_: Translator, voting: VotingFact, *, zone: ZoneInfo, now: datetime) -> str:
    far = voting.progress
    if voting.state is VotingState.OPEN:
        until = moment_text(voting.closes_at, language=_.language, zone=zone, now=now)
        lines = [
            _("The vote is open until {time}.", time=until),
            _("Voted: {n} of {total}; needed: {quorum}.", n=far.voted, total=far.entitled, quorum=voting.quorum),
        ]
        if far.excluded:
            lines.append(_.many("Left out: {n} person.", "Left out: {n} people.", far.excluded))
        return "\n".join(lines)
    if voting.state is VotingState.CANCELLED:
        return _("The vote was called off, since the participant withdrew; nothing was counted.")
    ended = "" if voting.tally is None else ending_text(voting.tally, language=_.language)
    said = _("The vote is over: {ending}.", ending=ended)
    if voting.state is VotingState.GROUNDS:
        said += "\n" + _("It ended against the proposal: the decision waits for grounds in your own words.")
    return said


def _decision(_: Translator, decision: DecisionFact, *, zone: ZoneInfo) -> str:
    day = day_text(decision.decided_at.astimezone(zone).date(), language=_.language)
    lines = [f"{_(DECIDED[decision.verdict])}, {day}."]
    if decision.by_jury and decision.tally is not None:
        lines.append(_("By vote of the jury: {ending}.", ending=ending_text(decision.tally, language=_.language)))
    elif not decision.by_jury:
        lines.append(_("Decided by an organizer, without a vote."))
    if decision.overturns:
        lines.append(_("It differs from what was proposed."))
    if decision.words:
        lines.append(_("Grounds: „{words}”", words=brief(decision.words, limit=WORDS_SHOWN)))
    if decision.revoked_at is not None:
        revoked = day_text(decision.revoked_at.astimezone(zone).date(), language=_.language)
        because = _because(_, decision.revoked_because)
        lines.append("✗ " + _("Revoked on {day}: {reason}. It can be decided anew.", day=revoked, reason=because))
    if decision.earlier:
        lines.append(_.many("{n} earlier decision, revoked", "{n} earlier decisions, revoked", decision.earlier))
    return "\n".join(lines)


def _because(_: Translator, reason: str) -> str:
    known = BECAUSE.get(reason)
    return brief(reason, limit=WORDS_SHOWN).rstrip(".") if known is None else _(known)


def because_text(reason: str, *, language: str) -> str:
    """Why a decision was revoked, whole."""
    known = BECAUSE.get(reason)
    return reason if known is None else texts(language)(known)


def _acts(_: Translator, fact: CardFact) -> list[tuple[Button, ...]]:
    """What can be done now: by a member of the board, and by an organizer."""
    voting, decision = fact.voting, fact.decision
    own: list[tuple[Button, ...]] = []
    if fact.may_vote and fact.part is Part.VOTING and voting is not None:
        own.append((menu_button(_("My vote"), ShowVoting(voting.id), style=ButtonStyle.PRIMARY),))
    if not fact.is_organizer:
        return own
    if fact.part is Part.VOTING and voting is not None:
        return [
            *own,
            (_quiet(_("Remind"), LicenceRemind(voting.id)), _quiet(_("Until later"), LicenceAskExtend(voting.id))),
            (_quiet(_("Close it now"), LicenceAskClose(voting.id)),),
        ]
    if fact.part is Part.GROUNDS and voting is not None:
        return [(menu_button(_("Write the grounds"), LicenceGrounds(voting.id), style=ButtonStyle.PRIMARY),)]
    if fact.part in {Part.GRANTED, Part.REFUSED} and decision is not None:
        return [(menu_button(_("Revoke"), LicenceAskRevoke(decision.id), style=ButtonStyle.DANGER),)]
    rows: list[tuple[Button, ...]] = []
    if fact.part is Part.UNDECIDED and voting is not None and _had_no_quorum(voting):
        rows.append((menu_button(_("Let the vote go on"), LicenceAskExtend(voting.id)),))
    if fact.proposal is None or fact.proposal.verdict is Verdict.TOO_LITTLE:
        return rows
    rows.append((menu_button(_("Open a vote"), LicenceAskOpen(fact.participant), style=ButtonStyle.PRIMARY),))
    if not fact.jury_needed:
        names = (_("Grant without a vote"), _("Refuse without a vote"))
        rows.append(tuple(_quiet(name, LicenceDecide(fact.participant, at)) for at, name in enumerate(names)))
    return rows


def _had_no_quorum(voting: VotingFact) -> bool:
    """Only such a vote can go on: of others the counts are known."""
    return voting.tally is not None and voting.tally.ending is Ending.NO_QUORUM


def _looks(_: Translator, fact: CardFact) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    if fact.proposal is not None:
        why = _quiet(_("Where the numbers come from"), Why(fact.participant, 0, 0))
        rows.append((_quiet(_("What would have to change"), LicenceChange(fact.participant)), why))
    rows.append((_quiet(_("All licences"), Licences(0)),))
    return rows


def change(fact: CardFact, *, language: str) -> Outgoing:
    """What would have to change for a grant."""
    _ = texts(language)
    changes = () if fact.proposal is None else fact.proposal.would_change
    lines = change_lines(changes, language=language)
    body = "\n\n".join(lines) or _("Nothing: everything that is asked for is reached.")
    page = page_of(body.split("\n\n"), 0, most=len(lines) or 1)
    has_costs = any(isinstance(each, RaiseScore) and each.costly for each in changes)
    note = _("Points that were lost are counted under the heading, the dearest first.") if has_costs else ""
    rows = ((menu_button(_("Back"), LicenceCard(fact.participant)),), *home_rows(language))
    return Outgoing(
        "\n\n".join(text for _at, text in page.entries),
        head=fact.place + " · " + _("What would have to change"),
        note=note,
        buttons=rows,
    )


# What is asked before acts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpeningFact:
    """Who would vote."""

    entitled: int
    quorum: int
    left_out: tuple[str, ...]
    """Names of members with a conflict of interest, for the organizer."""
    not_approved: int = 0
    close_to: tuple[str, ...] = ()
    """Names of those entitled who assessed the participant, or coordinate it."""


def ask_open(participant: int, place: str, fact: OpeningFact, *, language: str) -> Outgoing:
    """Until when the vote is open."""
    _ = texts(language)
    if not fact.entitled:
        return nobody(place, LicenceCard(participant), language=language)
    lines = [
        _("Entitled to vote: {n}; so many must vote: {quorum}.", n=fact.entitled, quorum=fact.quorum),
        _("Nobody sees how anybody votes, and no counts until it is closed."),
    ]
    if fact.left_out:
        lines.append(_("Left out for a conflict of interest: {names}.", names=", ".join(fact.left_out)))
    if fact.close_to:
        lines.append(_("Assessed it or look after it, and may vote: {names}.", names=", ".join(fact.close_to)))
    if fact.not_approved:
        lines.append(
            "⚠ "
            + _.many(
                "{n} report is not approved yet; the vote would keep the figures of now.",
                "{n} reports are not approved yet; the vote would keep the figures of now.",
                fact.not_approved,
            )
        )
    lines.append(_("How long is it open? The button opens it and tells the board."))
    rows = _lasting(_, lambda at: LicenceOpen(participant, at))
    back = (menu_button(_("Back"), LicenceCard(participant), style=ButtonStyle.QUIET),)
    head = place + " · " + _("Open a vote")
    return Outgoing("\n".join(lines), head=head, buttons=(*rows, back, *home_rows(language)))


def ask_batch(part: Part, count: int, members: int, *, left: int = 0, language: str) -> Outgoing:
    """Until when votes on many are open; ``left``: participants of that sort that come later."""
    _ = texts(language)
    at = PARTS.index(part)
    if not members:
        return nobody("", LicencePart(at, 0), language=language)
    lines = [
        _.many("A vote will be opened on {n} participant.", "Votes will be opened on {n} participants.", count),
        _.many(
            "{n} person of the board gets one message and votes on one after the other.",
            "{n} people of the board get one message each and vote on one after the other.",
            members,
        ),
        _many_left(_, left),
        _("How long are they open?"),
    ]
    rows = _lasting(_, lambda last: LicenceBatch(at, last))
    back = (menu_button(_("Back"), LicencePart(at, 0), style=ButtonStyle.QUIET),)
    said = "\n".join(line for line in lines if line)
    return Outgoing(said, head=_("Open votes"), buttons=(*rows, back, *home_rows(language)))


def nobody(place: str, back: OfficeTap, *, language: str) -> Outgoing:
    """The board has nobody who may vote."""
    _ = texts(language)
    said = _("Nobody of the jury board may vote here. People can be put on the board first.")
    rows = (
        (menu_button(_("Jury board"), LicenceBoard(0), style=ButtonStyle.PRIMARY),),
        (menu_button(_("Back"), back, style=ButtonStyle.QUIET),),
        *home_rows(language),
    )
    return Outgoing(said, head=place, buttons=rows)


def opened(count: int, hindered: Sequence[str], part: Part, *, left: int, later: str, language: str) -> Outgoing:
    """Votes on many were opened. ``hindered``: names of those on whom none could be; ``later``: when they hear."""
    _ = texts(language)
    lines = [
        _.many("{n} vote is open now. The board is told.", "{n} votes are open now. The board is told.", count) + later
    ]
    if hindered:
        names = ", ".join(hindered)
        lines.append(
            _("None could be opened on: {names} (too little data, decided already, or nobody may vote).", names=names)
        )
    if left:
        lines.append(_many_left(_, left))
    voting = PARTS.index(Part.VOTING)
    rows = (
        (menu_button(_("Open votes"), LicencePart(voting, 0)), _quiet(_("Back"), LicencePart(PARTS.index(part), 0))),
        *home_rows(language),
    )
    return Outgoing("\n".join(lines), head=_("Licences"), buttons=rows)


def _many_left(_: Translator, left: int) -> str:
    if not left:
        return ""
    return _.many(
        "{n} more stays for later: it can be opened next.", "{n} more stay for later: they can be opened next.", left
    )


def ask_extend(voting: int, participant: int, place: str, *, language: str) -> Outgoing:
    """How much longer a vote is open."""
    _ = texts(language)
    said = _("How long is the vote open from now? Votes already given stay.")
    rows = _lasting(_, lambda at: LicenceExtend(voting, at))
    back = (menu_button(_("Back"), LicenceCard(participant), style=ButtonStyle.QUIET),)
    return Outgoing(said, head=place, buttons=(*rows, back, *home_rows(language)))


def ask_close(voting: int, participant: int, place: str, progress: Progress, quorum: int, *, language: str) -> Outgoing:
    """Whether to close a vote before its time."""
    _ = texts(language)
    lines = [_("Voted: {n} of {total}; needed: {quorum}.", n=progress.voted, total=progress.entitled, quorum=quorum)]
    if progress.voted < quorum:
        lines.append(_("These are too few: the vote would decide nothing. It could be opened again later."))
    lines.append(_("Close it now and count?"))
    rows = (
        (menu_button(_("Close and count"), LicenceClose(voting), style=ButtonStyle.DANGER),),
        (menu_button(_("Back"), LicenceCard(participant)),),
        *home_rows(language),
    )
    return Outgoing("\n".join(lines), head=place, buttons=rows)


def ask_grounds(
    participant: int, place: str, verdict: Granted, *, overturns: bool, lead: str = "", language: str
) -> Outgoing:
    """Grounds in own words."""
    _ = texts(language)
    lines = [lead] if lead else []
    lines.append(_(DECIDED[verdict]) + ".")
    if overturns:
        lines.append(_("This is against what was proposed."))
    lines.append(_("Please write the grounds, in a sentence or more. They stay in the journal, so please name nobody."))
    rows = ((menu_button(_("Back, decide nothing"), LicenceCard(participant)),), *home_rows(language))
    return Outgoing("\n".join(lines), head=place, buttons=rows, expects=InputHint.TEXT)


def bad_words(length: int, *, language: str) -> str:
    """Why grounds or a reason could not be taken."""
    _ = texts(language)
    if length > MAX_WORDS:
        return _("That is {n} characters long; please say it in at most {most}.", n=length, most=MAX_WORDS)
    return _("That is very short. One sentence would help those who ask later, such as “The missing report came.”")


def ask_revoke(decision: int, participant: int, place: str, verdict: Granted, *, language: str) -> Outgoing:
    """Why a decision is revoked."""
    _ = texts(language)
    lines = [_(DECIDED[verdict]) + ".", _("Why is this revoked? The button revokes it; it can be decided anew later.")]
    buttons = [
        menu_button(_(BECAUSE[reason]).capitalize(), LicenceRevoke(decision, at))
        for at, reason in enumerate(REVOKE_REASONS)
    ]
    rows = (
        *((button,) for button in buttons),
        (menu_button(_("In own words"), LicenceRevokeWords(decision)),),
        (menu_button(_("Back, it stands"), LicenceCard(participant), style=ButtonStyle.QUIET),),
        *home_rows(language),
    )
    return Outgoing("\n".join(lines), head=place, buttons=rows)


def ask_revoke_words(participant: int, place: str, *, lead: str = "", language: str) -> Outgoing:
    """The reason of a revocation in own words."""
    _ = texts(language)
    said = _("Why is it revoked? Please write a sentence. It stays in the journal, so please name nobody.")
    rows = ((menu_button(_("Back, it stands"), LicenceCard(participant)),), *home_rows(language))
    body = f"{lead}\n{said}" if lead else said
    return Outgoing(body, head=place, buttons=rows, expects=InputHint.TEXT)


def _lasting(_: Translator, tap: Callable[[int], OfficeTap]) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        menu_button(
            _lasts_text(_, lasts), tap(at), style=ButtonStyle.PRIMARY if at == USUAL_LAST else ButtonStyle.NORMAL
        )
        for at, lasts in enumerate(LASTS)
    ]
    return (tuple(buttons[:2]), tuple(buttons[2:]))


def _lasts_text(_: Translator, lasts: timedelta) -> str:
    if lasts > IN_HOURS:
        return _.many("{n} day", "{n} days", lasts.days)
    return _.many("{n} hour", "{n} hours", int(lasts.total_seconds() // 3600))


def _quiet(label: str, tap: OfficeTap) -> Button:
    return menu_button(label, tap, style=ButtonStyle.QUIET)

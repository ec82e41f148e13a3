"""What a member of the jury board reads of a vote. On whatever phone: neutral words, nobody is named, no counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, moment_text, texts
from bot.tap_kinds import VOTE_CHOICES, AskConflict, CastVote, OwnConflict, ShowVoting, ShowVotings
from bot.views import common, coordinator
from bot.views.contact_menu import turns
from bot.views.licence_words import figures, verdict_text
from bot.views.pages import brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from scoring.award import Proposal, Verdict
from scoring.voting import Choice, Ending, Tally

CHOICES = {
    Choice.GRANT: N_("In favour"),
    Choice.REFUSE: N_("Against"),
    Choice.ABSTAIN: N_("I abstain"),
}
"""What is voted, as the buttons say it."""

ENDINGS = {
    Ending.GRANTED: N_("granted"),
    Ending.REFUSED: N_("not granted"),
    Ending.TIE_REFUSED: N_("not granted: as many votes for as against"),
    Ending.TIE: N_("nothing decided: as many votes for as against"),
    Ending.NO_QUORUM: N_("nothing decided: too few votes"),
}

ON_PAGE = 8
PLACES_SHOWN = 20
"""Names in a list inside a message; the others are counted."""


@dataclass(frozen=True, slots=True)
class BallotFact:
    """One vote as one member sees it."""

    voting: int
    place: str
    """The short name of the participant."""
    closes_at: datetime
    choice: Choice | None
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class ResultFact:
    """A vote that is over."""

    place: str
    tally: Tally
    needs_grounds: bool = False
    """It ended against the proposal, and nobody has written down why yet."""


def ballot(
    fact: BallotFact, *, is_juror: bool, lead: str = "", language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """The proposal with its reasons and figures, what was voted so far, and the buttons."""
    _ = texts(language)
    until = moment_text(fact.closes_at, language=language, zone=zone, now=now)
    blocks = [
        lead,
        _("Proposal: {proposal}", proposal=_proposed(fact.proposal, language)),
        *figures(fact.proposal, language=language, with_reports=False),
        _("Your vote now: {choice}", choice=_(CHOICES[fact.choice])) if fact.choice is not None else "",
        _("Open until {time}. The vote is secret; until then it can be changed.", time=until),
    ]
    choices = tuple(Choice(each) for each in VOTE_CHOICES)
    buttons = [_choice_button(_, fact, choice) for choice in choices]
    rows = (
        tuple(buttons[:2]),
        (buttons[2], menu_button(_("Conflict of interest"), AskConflict(fact.voting), style=ButtonStyle.QUIET)),
        (menu_button(_("All votes"), ShowVotings(0), style=ButtonStyle.QUIET),),
        *home_of(is_juror, language),
    )
    page = page_of([block for block in blocks if block], 0, most=len(blocks))
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=_head(_, fact.place), buttons=rows)


def _proposed(proposal: Proposal, language: str) -> str:
    _ = texts(language)
    said = verdict_text(proposal.verdict, language=language)
    if proposal.blocks and proposal.verdict is not Verdict.BLOCKED:
        said += " (" + _("critical items failed, too") + ")"
    return said


def _choice_button(_: Translator, fact: BallotFact, choice: Choice) -> Button:
    label = _(CHOICES[choice])
    tap = CastVote(fact.voting, VOTE_CHOICES.index(choice.value))
    return menu_button(f"✓ {label}" if choice is fact.choice else label, tap)


def voted(
    fact: BallotFact,
    *,
    next_voting: int | None,
    waiting: int,
    is_juror: bool,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """The vote was taken. ``next_voting``: another one that waits; ``waiting``: how many do."""
    _ = texts(language)
    until = moment_text(fact.closes_at, language=language, zone=zone, now=now)
    choice = "" if fact.choice is None else _(CHOICES[fact.choice])
    lines = [
        _("Kept: {choice}. Thank you!", choice=choice),
        _("It can be changed until {time}.", time=until),
    ]
    rows: list[tuple[Button, ...]] = []
    if next_voting is not None:
        lines.append(_.many("{n} more vote waits.", "{n} more votes wait.", waiting))
        rows.append((menu_button(_("Next vote"), ShowVoting(next_voting), style=ButtonStyle.PRIMARY),))
    rows.append((menu_button(_("Change it"), ShowVoting(fact.voting), style=ButtonStyle.QUIET),))
    return Outgoing("\n".join(lines), head=_head(_, fact.place), buttons=(*rows, *home_of(is_juror, language)))


def invited(
    first: BallotFact,
    *,
    count: int = 1,
    reminds: bool = False,
    is_juror: bool,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Outgoing:
    """Votes were opened, or still wait: one with everything; of several how many, and the one to begin with."""
    _ = texts(language)
    lead = _("A kind reminder: your vote is still missing.") if reminds else ""
    if count == 1:
        return ballot(first, is_juror=is_juror, lead=lead, language=language, zone=zone, now=now)
    until = moment_text(first.closes_at, language=language, zone=zone, now=now)
    said = _.many("{n} vote waits for you.", "{n} votes wait for you.", count)
    lines = [said, _("The first closes: {time}.", time=until), _("They can be taken one after the other.")]
    rows = (
        (menu_button(_("Begin"), ShowVoting(first.voting), style=ButtonStyle.PRIMARY),),
        (menu_button(_("All votes"), ShowVotings(0)),),
        *home_of(is_juror, language),
    )
    return Outgoing("\n".join(lines), head=_("Votes"), buttons=rows)


def listed(
    facts: Sequence[BallotFact], number: int, *, is_juror: bool, language: str, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """The votes that are open for a member, those that wait for them first."""
    _ = texts(language)
    if not facts:
        return Outgoing(_("No vote is open now."), head=_("Votes"), buttons=home_of(is_juror, language))
    ordered = sorted(facts, key=lambda fact: (fact.choice is not None, fact.closes_at, fact.voting))
    page = page_of([_line(_, fact, zone=zone, now=now) for fact in ordered], number, most=ON_PAGE)
    shown = [ordered[at] for at, _text in page.entries]
    buttons = [menu_button(brief(fact.place, limit=MAX_LABEL), ShowVoting(fact.voting)) for fact in shown]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    turning = tuple(
        menu_button(label, ShowVotings(at), style=ButtonStyle.QUIET)
        for label, at in turns(page, newer=_("Previous"), older=_("Next"))
    )
    rows += [turning] if turning else []
    place = f" · {page.number + 1}/{page.total}" if page.total > 1 else ""
    body = "\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=_("Votes") + place, buttons=(*rows, *home_of(is_juror, language)))


def _line(_: Translator, fact: BallotFact, *, zone: ZoneInfo, now: datetime) -> str:
    until = moment_text(fact.closes_at, language=_.language, zone=zone, now=now)
    said = _("waits for your vote") if fact.choice is None else _("your vote: {choice}", choice=_(CHOICES[fact.choice]))
    return f"• {fact.place}: {said}, " + _("until {time}", time=until)


def ask_conflict(fact: BallotFact, *, is_juror: bool, language: str) -> Outgoing:
    """Whether the conflict of interest is meant: it cannot be taken back."""
    _ = texts(language)
    said = _(
        "Is there a tie to this institution: work, family, business, a dispute? Then this vote goes on without you, "
        "and that is quite all right. It cannot be taken back here."
    )
    rows = (
        (menu_button(_("Yes, leave me out"), OwnConflict(fact.voting), style=ButtonStyle.DANGER),),
        (menu_button(_("No, back"), ShowVoting(fact.voting)),),
        *home_of(is_juror, language),
    )
    return Outgoing(said, head=_head(_, fact.place), buttons=rows)


def left_out(place: str, *, is_juror: bool, language: str) -> Outgoing:
    """The member has left this vote."""
    _ = texts(language)
    said = _("Noted, thank you for saying so. This vote goes on without you.")
    return Outgoing(said, head=_head(_, place), buttons=home_of(is_juror, language))


def has_conflict(places: Sequence[str], *, is_juror: bool, language: str) -> Outgoing:
    """Votes were opened in which the member takes no part."""
    _ = texts(language)
    shown = list(places[:PLACES_SHOWN])
    left = len(places) - len(shown)
    names = ", ".join(shown) + (" " + _.many("and {n} more", "and {n} more", left) if left else "")
    said = _(
        "A vote is open on: {places}. A conflict of interest is noted, so it goes on without you. "
        "Nothing needs to be done; thank you.",
        places=names,
    )
    return Outgoing(said, head=_("Votes"), buttons=home_of(is_juror, language))


def is_over(place: str, *, is_juror: bool, language: str) -> Outgoing:
    """The vote is closed: a late tap changes nothing."""
    _ = texts(language)
    said = _("This vote is over; nothing was changed.")
    rows = ((menu_button(_("All votes"), ShowVotings(0), style=ButtonStyle.QUIET),), *home_of(is_juror, language))
    return Outgoing(said, head=_head(_, place), buttons=rows)


def cancelled(place: str, *, is_juror: bool, language: str) -> Outgoing:
    """The participant withdrew: the vote is closed, and what was voted counts for nothing."""
    _ = texts(language)
    said = _("This vote is called off: the institution takes part no more. Nothing was counted. Thank you!")
    rows = ((menu_button(_("All votes"), ShowVotings(0), style=ButtonStyle.QUIET),), *home_of(is_juror, language))
    return Outgoing(said, head=_head(_, place), buttons=rows)


def no_part(place: str, *, is_juror: bool, language: str) -> Outgoing:
    """The member is left out of this vote."""
    _ = texts(language)
    said = _("This vote goes on without you, because of a conflict of interest. Nothing needs to be done.")
    return Outgoing(said, head=_head(_, place), buttons=home_of(is_juror, language))


def results(
    facts: Sequence[ResultFact], board: str, *, is_juror: bool, is_organizer: bool = False, language: str
) -> Outgoing:
    """Votes that are over, the newest first; one message, kept up to date. Organizers hear what waits for them."""
    _ = texts(language)
    lines = [f"• {fact.place}: {ending_text(fact.tally, language=language)}" for fact in facts[:PLACES_SHOWN]]
    left = len(facts) - PLACES_SHOWN
    if left > 0:
        lines.append(_.many("• and {n} more", "• and {n} more", left))
    rows = home_of(is_juror, language)
    if is_organizer:
        from bot.office_taps.licence import Licences

        waiting = sum(fact.needs_grounds for fact in facts)
        if waiting:
            lines.append(
                _.many(
                    "{n} ended against the proposal: the decision waits for grounds in your own words.",
                    "{n} ended against the proposal: the decisions wait for grounds in your own words.",
                    waiting,
                )
            )
        rows = ((menu_button(_("Licences"), Licences(0), style=ButtonStyle.PRIMARY),), *rows)
    return Outgoing("\n".join(lines), head=_("Votes that are over"), buttons=rows, board=board)


def ending_text(tally: Tally, *, language: str) -> str:
    """How a vote ended. Without a quorum the votes may go on, so no choices are told."""
    _ = texts(language)
    said = _(ENDINGS[tally.ending])
    if tally.ending is Ending.NO_QUORUM:
        return f"{said} ({tally.voted}/{tally.quorum})"
    counts = _(
        "for {grant}, against {refuse}, abstained {abstain}",
        grant=tally.grant,
        refuse=tally.refuse,
        abstain=tally.abstain,
    )
    return f"{said} ({counts})"


def home_of(is_juror: bool, language: str) -> Rows:  # noqa: FBT001 - the one thing that is asked
    """The way on for a member: a juror's, or the office's."""
    return common.to_tasks(language) if is_juror else coordinator.home_rows(language)


def _head(_: Translator, place: str) -> str:
    return _("Vote: {place}", place=place)

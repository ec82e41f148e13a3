"""The licence: what is proposed, how the jury votes, what is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.base import Outgoing
from bot.i18n import known_language, texts
from bot.importing.types import type_name
from bot.office_taps.licence import (
    LicenceAskBatch,
    LicenceAskClose,
    LicenceAskExtend,
    LicenceAskLeave,
    LicenceAskOpen,
    LicenceAskRevoke,
    LicenceBatch,
    LicenceBest,
    LicenceBoard,
    LicenceBoardPick,
    LicenceCard,
    LicenceChange,
    LicenceClose,
    LicenceDecide,
    LicenceExtend,
    LicenceGrounds,
    LicenceJoin,
    LicenceLeave,
    LicenceOpen,
    LicencePart,
    LicenceRemind,
    LicenceRevoke,
    LicenceRevokeWords,
    Licences,
    LicenceTable,
)
from bot.reports.recipes import Cell, Recipe, Sheet, Workbook
from bot.roles import deciding
from bot.roles.office import licence_board, licence_cards, licence_decisions, licence_facts, licence_votes, seeing
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.views.jury_vote import ending_text
from bot.views.licence_words import change_lines, verdict_text
from bot.views.office import licence as views
from bot.views.office import licence_card
from bot.views.office.licence import PART_NAMES, PARTS, LicenceLine, Part
from scoring.award import Distinction, Entrant, distinctions
from scoring.award_json import proposal_from_json
from scoring.rubric import Rubric
from storage import votings
from storage.database import Unit
from storage.people import Person, Role
from storage.scope import scope_of

TABLE = "licence.table"


def _overview(talk: Talk) -> None:
    rubric = licence_facts.rubric_with_award(talk.unit, talk.desk, talk.person.edition_id)
    talk.say(
        views.overview(
            licence_facts.all_lines(talk) if rubric is not None else (),
            has_rules=rubric is not None,
            is_organizer=_is_organizer(talk),
            language=talk.language,
        )
    )


def _open(talk: Talk, _tap: Licences) -> None:
    _overview(talk)


def _command(talk: Talk, _rest: str) -> None:
    _overview(talk)


def _part(talk: Talk, tap: LicencePart) -> None:
    part = PARTS[tap.part] if 0 <= tap.part < len(PARTS) else Part.GRANT
    shown = [line for line in licence_facts.all_lines(talk) if line.part is part]
    progress = votings.progress(talk.unit, [line.voting.id for line in shown if line.voting is not None])
    talk.say(views.listed(shown, part, tap.page, progress, is_organizer=_is_organizer(talk), language=talk.language))


def _card(talk: Talk, tap: LicenceCard) -> None:
    place = seeing.place(talk, tap.participant)
    if place is not None:
        licence_cards.show(talk, place)


def _change(talk: Talk, tap: LicenceChange) -> None:
    place = seeing.place(talk, tap.participant)
    if place is not None:
        talk.say(licence_card.change(licence_cards.fact_of(talk, place), language=talk.language))


def _best(talk: Talk, _tap: LicenceBest) -> None:
    rubric = licence_facts.rubric_with_award(talk.unit, talk.desk, talk.person.edition_id)
    if rubric is None:
        _overview(talk)
        return
    lines = licence_facts.all_lines(talk)
    found, is_provisional = _distinguished(rubric, lines)
    names = {str(line.participant): line.name for line in lines}
    talk.say(views.best(found, names, is_provisional=is_provisional, language=talk.language))


def _distinguished(rubric: Rubric, lines: list[LicenceLine]) -> tuple[tuple[Distinction, ...], bool]:
    """The best among those with the licence; while there are none, among those proposed for it."""
    assert rubric.award is not None  # noqa: S101 - rubric_with_award says so
    granted = [line for line in lines if line.part is Part.GRANTED]
    among = granted or [line for line in lines if line.part is Part.GRANT]
    entrants = [Entrant(str(line.participant), line.type, line.scores) for line in among]
    return distinctions(rubric.award, rubric, entrants), not granted


def _table(talk: Talk, _tap: LicenceTable) -> None:
    talk.produce(TABLE)
    talk.say(views.table_comes(language=talk.language))


def _make_table(unit: Unit, desk: Desk, person: Person, _about: Mapping[str, Any], _now: datetime) -> Recipe | None:
    """Every proposal and decision within what the person sees; nobody who voted is in it."""
    _ = texts(known_language(person.language))
    lines = licence_facts.lines(unit, desk, scope_of(person))
    header = (
        *(_("Participant"), _("Type"), _("State"), _("Proposal"), _("Result"), _("Reports not approved")),
        *(_("What would have to change"), _("Decision"), _("Decided on"), _("Vote"), _("Grounds")),
        *(_("Proposal at the decision"), _("Version of the rubric"), _("Revoked on"), _("Revoked because")),
    )
    rows = tuple(_row(line, language=_.language) for line in lines)
    sheets = [Sheet(_("Licences"), header, rows)]
    rubric = licence_facts.rubric_with_award(unit, desk, person.edition_id)
    if rubric is not None:
        found, is_provisional = _distinguished(rubric, lines)
        names = {str(line.participant): line.name for line in lines}
        best = tuple(_best_row(each, names, is_provisional=is_provisional, language=_.language) for each in found)
        titles = (_("Heading"), _("Among"), _("Distinguished"), _("Result"), _("Final"))
        sheets.append(Sheet(_("Distinctions"), titles, best))
    message = Outgoing(_("Licences"), may_be_saved=True)
    return Recipe(message, (Workbook(_("Licences").lower(), tuple(sheets)),))


def _row(line: LicenceLine, *, language: str) -> tuple[Cell, ...]:
    _ = texts(language)
    proposal, decision = line.proposal, line.decision
    now: tuple[Cell, ...] = (line.name, type_name(line.type), _(PART_NAMES[line.part]))
    if proposal is None:
        now += (None, None, None, None)
    else:
        total = None if proposal.total is None else round(proposal.total, 2)
        changes = "\n".join(change_lines(proposal.would_change, language=language))
        now += (verdict_text(proposal.verdict, language=language), total, proposal.not_approved, changes)
    if decision is None:
        return (*now, *[None] * 8)
    grounds = decision.grounds
    votes = grounds["votes"]
    because = decision.revoked_because
    return (
        *now,
        _(licence_card.DECIDED[decision.verdict]),
        decision.decided_at,
        None if votes is None else ending_text(deciding.outcome_from_json(votes), language=language),
        grounds["words"],
        verdict_text(proposal_from_json(grounds["proposal"]).verdict, language=language),
        decision.rubric_version,
        decision.revoked_at,
        None if because is None else licence_card.because_text(because, language=language),
    )


def _best_row(each: Distinction, names: Mapping[str, str], *, is_provisional: bool, language: str) -> tuple[Cell, ...]:
    _ = texts(language)
    among = type_name(each.type) if each.type else _("the whole edition")
    who = ", ".join(names[unit] for unit in each.units)
    heading = each.label.in_language(language) or each.node
    return (heading, among, who, each.value, _("No") if is_provisional else _("Yes"))


def _is_organizer(talk: Talk) -> bool:
    return talk.person.role is Role.ORGANIZER


SUBJECT = Subject(
    taps={
        Licences: _open,
        LicencePart: _part,
        LicenceCard: _card,
        LicenceChange: _change,
        LicenceTable: _table,
        LicenceBest: _best,
        LicenceAskOpen: licence_votes.ask_open,
        LicenceOpen: licence_votes.open_one,
        LicenceAskBatch: licence_votes.ask_batch,
        LicenceBatch: licence_votes.open_batch,
        LicenceAskExtend: licence_votes.ask_extend,
        LicenceExtend: licence_votes.extend,
        LicenceRemind: licence_votes.remind,
        LicenceAskClose: licence_votes.ask_close,
        LicenceClose: licence_votes.close,
        LicenceGrounds: licence_decisions.ask_grounds,
        LicenceDecide: licence_decisions.ask_decide,
        LicenceAskRevoke: licence_decisions.ask_revoke,
        LicenceRevoke: licence_decisions.revoke,
        LicenceRevokeWords: licence_decisions.ask_revoke_words,
        LicenceBoard: licence_board.show,
        LicenceBoardPick: licence_board.pick,
        LicenceJoin: licence_board.join,
        LicenceAskLeave: licence_board.ask_leave,
        LicenceLeave: licence_board.leave,
    },
    commands={"licencje": _command, "licences": _command},
    dialogs={
        licence_decisions.DIALOG_GROUNDS: licence_decisions.take_grounds,
        licence_decisions.DIALOG_DECIDE: licence_decisions.take_decision,
        licence_decisions.DIALOG_REVOKE: licence_decisions.take_reason,
    },
    recipes={TABLE: _make_table},
)

"""What is proposed now and what was decided: for one participant with its whole tree, for an edition quickly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.roles import scores
from bot.roles.deciding import LIVE, Wanted
from bot.talk import Desk, Talk, UnknownScript
from bot.views.office.licence import LicenceLine, Part
from scenarios.model import Text
from scoring.award import Costly, Failure, Proposal, Verdict, propose
from scoring.marks import explain
from scoring.plan import plan_of
from scoring.rubric import Attribute, Criterion, Rubric
from scoring.table import Record
from storage import decisions, editions, score_sheets, standings, votings
from storage.database import Unit
from storage.decisions import Decision, Granted
from storage.editions import Participant
from storage.scope import Scope
from storage.score_sheets import Sheets
from storage.votings import Voting, VotingState

_BY_VERDICT = {
    Verdict.GRANT: Part.GRANT,
    Verdict.REFUSE: Part.REFUSE,
    Verdict.BLOCKED: Part.BLOCKED,
    Verdict.TOO_LITTLE: Part.TOO_LITTLE,
}


def rubric_with_award(unit: Unit, desk: Desk, edition_id: int) -> Rubric | None:
    """The rubric an edition goes by, if it has rules of the licence."""
    found = scores.rubric_of(unit, desk, edition_id)
    return None if found is None or found.award is None else found


def wanted(unit: Unit, desk: Desk, place: Participant, *, language: str) -> Wanted | None:
    """What is proposed for a participant, computed now from its answers, with what cost most; None without rules."""
    return next(iter(wanted_all(unit, desk, [place], language=language)), None)


def wanted_all(unit: Unit, desk: Desk, places: Sequence[Participant], *, language: str) -> list[Wanted]:
    """The same for several of one edition; nothing without rules."""
    rubric = rubric_with_award(unit, desk, places[0].edition_id) if places else None
    if rubric is None:
        return []
    kept = {each.participant_id: each for each in score_sheets.of_participants(unit, [place.id for place in places])}
    return [_wanted(unit, desk, rubric, place, kept.get(place.id), language=language) for place in places]


def _wanted(
    unit: Unit, desk: Desk, rubric: Rubric, place: Participant, sheets: Sheets | None, *, language: str
) -> Wanted:
    assert rubric.award is not None  # noqa: S101 - rubric_with_award says so
    records = [] if sheets is None else sheets.records()
    tree = explain(rubric, str(place.id), records)
    proposal = propose(
        rubric.award,
        rubric,
        scores={score.node: score.value for score in tree.scores if score.unit == tree.unit},
        records=records,
        unscored={each.record for each in tree.unscored},
        not_approved=_not_approved(sheets),
        explained=tree,
    )
    return Wanted(place, _worded(desk, unit, rubric, proposal, language), rubric.version, rubric.award)


def quickly(
    rubric: Rubric, node_scores: Mapping[str, float | None], records: Sequence[Record], *, not_approved: int
) -> Proposal:
    """What is proposed, from scores that were computed before; without what cost most."""
    assert rubric.award is not None  # noqa: S101 - rubric_with_award says so
    left_out = [record.name for record, _share in plan_of(rubric).sorted_out(records)[1]]
    return propose(
        rubric.award,
        rubric,
        scores=node_scores,
        records=records,
        unscored=left_out,
        not_approved=not_approved,
    )


def lines(unit: Unit, desk: Desk, scope: Scope) -> list[LicenceLine]:
    """Every participant within a scope, by name, with what is proposed or decided."""
    edition_id = scope.edition_id
    rubric = rubric_with_award(unit, desk, edition_id)
    sheets = {each.participant_id: each for each in score_sheets.stream(unit, edition_id)} if rubric else {}
    rows = {row.participant_id: row for _placed, row in standings.of_edition(unit, scope)}
    newest_votings = votings.newest_by_participant(unit, edition_id)
    newest_decisions = decisions.newest_by_participant(unit, edition_id)
    found = []
    for place in editions.participants(unit, edition_id):
        if place.withdrawn_at is not None or not scope.sees(edition_id=edition_id, coordinator_id=place.coordinator_id):
            continue
        row, own = rows.get(place.id), sheets.get(place.id)
        proposal = None
        if rubric is not None:
            proposal = quickly(
                rubric,
                {} if row is None else row.scores,
                [] if own is None else own.records(),
                not_approved=_not_approved(own),
            )
        voting, decision = newest_votings.get(place.id), newest_decisions.get(place.id)
        found.append(
            LicenceLine(
                participant=place.id,
                name=place.short_name,
                type=place.type,
                part=part_of(proposal, voting, decision),
                proposal=proposal,
                scores={} if row is None else row.scores,
                voting=voting,
                decision=decision,
            )
        )
    return sorted(found, key=lambda line: (line.name.casefold(), line.participant))


def part_of(proposal: Proposal | None, voting: Voting | None, decision: Decision | None) -> Part:
    """Where a participant is listed."""
    if voting is not None and voting.state in LIVE:
        return Part.VOTING if voting.state is VotingState.OPEN else Part.GROUNDS
    if decision is not None and decision.stands:
        return Part.GRANTED if decision.verdict is Granted.GRANT else Part.REFUSED
    after = voting is not None and (decision is None or voting.opened_at > decision.decided_at)
    if voting is not None and after and voting.state is VotingState.UNDECIDED:
        return Part.UNDECIDED
    if decision is not None:
        return Part.REVOKED
    return Part.TOO_LITTLE if proposal is None else _BY_VERDICT[proposal.verdict]


def all_lines(talk: Talk) -> list[LicenceLine]:
    """The lines a person of the office sees."""
    return lines(talk.unit, talk.desk, talk.scope)


def _not_approved(sheets: Sheets | None) -> int:
    return 0 if sheets is None else sum(not each.is_approved for each in sheets.counted)


# Words of criteria --------------------------------------------------------------------------------------------------


def _worded(desk: Desk, unit: Unit, rubric: Rubric, proposal: Proposal, language: str) -> Proposal:
    """Criteria without a label of their own get the words of the question they read, for the language of whoever asks.

    Kept with a vote, the label stays as it was asked.
    """

    def words(name: str, label: Text) -> Text:
        criterion = rubric.criteria.get(name)
        if criterion is None or label.in_language(language) not in {"", name}:
            return label
        return _question(desk, unit, criterion) or label

    def failure(each: Failure) -> Failure:
        return replace(each, label=words(each.criterion, each.label))

    def costly(each: Costly) -> Costly:
        return replace(each, label=words(each.criterion, each.label))

    most = proposal.costly
    return replace(
        proposal,
        failures=tuple(failure(each) for each in proposal.failures),
        costly=None if most is None else {node: tuple(costly(each) for each in most[node]) for node in most},
    )


def _question(desk: Desk, unit: Unit, criterion: Criterion) -> Text | None:
    """The question of the step a criterion reads; None where it names the participant or is not to be found."""
    for kind in sorted(criterion.where.attributes.get(Attribute.KIND, ())):
        try:
            step = desk.scripts.newest(unit, kind).steps_by_name.get(criterion.reads)
        except UnknownScript:
            continue
        if step is not None and not any("${" in words for words in step.label.by_language.values()):
            return step.label
    return None

"""Results of participants, standings, and how far jurors agree."""

from __future__ import annotations

from bot.office_taps.standing import (
    Agreement,
    AgreementItems,
    DoubtfulItems,
    FairScores,
    RatingQuality,
    ResultCard,
    ResultKinds,
    ResultParts,
    ResultPicture,
    Results,
    ResultsBy,
    ResultsTable,
)
from bot.roles import scores
from bot.roles.office import seeing, standing_files, standing_quality, standing_rubrics
from bot.roles.office.searching import search
from bot.roles.office.standing_facts import board, result_of
from bot.roles.office.subject import Subject
from bot.talk import Talk
from bot.views.office import standing as view
from bot.views.office import standing_jurors as quality_view
from bot.views.office.standing import Chosen
from bot.views.office.standing_words import ResultFacts
from storage import directory
from storage.people import Role


def _open(talk: Talk, tap: Results) -> None:
    _list(talk, ResultsBy(0, 0, tap.page))


def _list(talk: Talk, tap: ResultsBy) -> None:
    found = board(talk.unit, talk.scope)
    chosen = Chosen(tap.kind, tap.order, found.kinds)
    lines = [line for line in found.lines if chosen.type is None or line.participant.type == chosen.type]
    if chosen.by_name:
        lines.sort(key=lambda line: (line.participant.short_name.casefold(), line.participant.id))
    talk.say(
        view.results(
            lines,
            chosen,
            tap.page,
            language=talk.language,
            sees_all=talk.person.role is Role.ORGANIZER,
            has_rubric=scores.version_of(talk.unit, talk.person.edition_id) is not None,
        )
    )


def _kinds(talk: Talk, tap: ResultKinds) -> None:
    kinds = tuple(directory.types(talk.unit, talk.scope))
    talk.say(view.which_kind(Chosen(0, tap.order, kinds), language=talk.language))


def _card(talk: Talk, tap: ResultCard) -> None:
    facts = _result(talk, tap.participant)
    if facts is not None:
        talk.say(view.card(facts, language=talk.language))


def _parts(talk: Talk, tap: ResultParts) -> None:
    facts = _result(talk, tap.participant)
    if facts is not None:
        talk.say(view.parts(facts, tap.page, language=talk.language))


def _picture(talk: Talk, tap: ResultPicture) -> None:
    facts = _result(talk, tap.participant)
    if facts is None:
        return
    if facts.row is None:
        talk.say(view.card(facts, language=talk.language))
        return
    talk.say(view.comes(language=talk.language))
    talk.produce(standing_files.PICTURE, participant=facts.participant.id)


def _result(talk: Talk, participant_id: int) -> ResultFacts | None:
    place = seeing.place(talk, participant_id)
    return None if place is None else result_of(talk.unit, talk.desk, place)


def _table(talk: Talk, tap: ResultsTable) -> None:  # noqa: ARG001 - a button without fields
    talk.note("results.exported", f"edition:{talk.person.edition_id}")
    talk.say(view.comes(language=talk.language))
    talk.produce(standing_files.TABLE)


def _quality(talk: Talk, tap: RatingQuality) -> None:  # noqa: ARG001 - a button without fields
    talk.say(quality_view.menu(language=talk.language))


def _agreement(talk: Talk, tap: Agreement) -> None:  # noqa: ARG001 - a button without fields
    _computed(talk, standing_quality.AGREEMENT)


def _agreement_items(talk: Talk, tap: AgreementItems) -> None:
    _computed(talk, standing_quality.AGREEMENT_ITEMS, kind=tap.kind, page=tap.page)


def _fair(talk: Talk, tap: FairScores) -> None:
    _computed(talk, standing_quality.FAIR, page=tap.page)


def _items(talk: Talk, tap: DoubtfulItems) -> None:
    _computed(talk, standing_quality.ITEMS, page=tap.page)


def _computed(talk: Talk, what: str, **about: int) -> None:
    """What takes long is computed in a job."""
    talk.say(view.comes(language=talk.language))
    talk.produce(what, **about)


def _command(talk: Talk, rest: str) -> None:
    """``/wyniki``: the list; with words, the participant they mean."""
    words = rest.strip()
    if not words:
        _list(talk, ResultsBy(0, 0, 0))
        return
    every = directory.participants(talk.unit, talk.scope)
    found = search(words, [(one, (one.short_name, one.name, one.city, one.number, one.nip)) for one in every])
    if len(found) == 1:
        _card(talk, ResultCard(found[0].id))
        return
    talk.say(view.found([(one.short_name, one.id) for one in found], said=words, language=talk.language))


SUBJECT = Subject(
    taps={
        Results: _open,
        ResultsBy: _list,
        ResultKinds: _kinds,
        ResultCard: _card,
        ResultParts: _parts,
        ResultPicture: _picture,
        ResultsTable: _table,
        RatingQuality: _quality,
        Agreement: _agreement,
        AgreementItems: _agreement_items,
        FairScores: _fair,
        DoubtfulItems: _items,
        **standing_rubrics.TAPS,
    },
    commands={"wyniki": _command, "results": _command},
    recipes={**standing_files.RECIPES, **standing_quality.RECIPES},
)

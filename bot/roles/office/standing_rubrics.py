"""An organizer chooses the rubric an edition is scored by: asked once, then everything is computed anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.i18n import texts
from bot.office_taps.standing import ChooseRubric, Rubrics, RubricYes
from bot.roles import scores
from bot.talk import Talk
from bot.tap_kinds import OfficeTap
from bot.views.office import standing_rubrics as view
from bot.views.office.standing_rubrics import THE_USUAL, RubricFact
from storage import editions, rubrics
from storage.rubrics import PublishedRubric


def show(talk: Talk, tap: Rubrics) -> None:
    """Every rubric there is."""
    _list(talk, tap.page)


def choose(talk: Talk, tap: ChooseRubric) -> None:
    """Whether another one is meant."""
    fact = _in_hand(talk, tap.rubric)
    if fact is not None:
        talk.say(view.ask(fact, language=talk.language, zone=talk.zone))


def chosen(talk: Talk, tap: RubricYes) -> None:
    """It is meant."""
    fact = _in_hand(talk, tap.rubric)
    if fact is None:
        return
    version = None if fact.id == THE_USUAL else fact.version
    scores.choose_rubric(talk.unit, talk.person.edition_id, version, now=talk.now, by=talk.person.id)
    talk.say(view.chosen(fact, language=talk.language, zone=talk.zone))


TAPS: Mapping[type[OfficeTap], Callable[[Talk, Any], None]] = {Rubrics: show, ChooseRubric: choose, RubricYes: chosen}


def _list(talk: Talk, page: int, *, lead: str = "") -> None:
    facts = [_fact(talk, one) for one in rubrics.published(talk.unit)]
    talk.say(view.listed(_usual(talk), facts, page, lead=lead, language=talk.language, zone=talk.zone))


def _in_hand(talk: Talk, rubric_id: int) -> RubricFact | None:
    """A rubric that is not chosen yet; otherwise the person is told how it stands."""
    _ = texts(talk.language)
    found = rubrics.one_published(talk.unit, rubric_id)
    fact = _usual(talk) if rubric_id == THE_USUAL else None if found is None else _fact(talk, found)
    if fact is None:
        _list(talk, 0, lead=_("There is no such rubric. Nothing was changed; these can be chosen:"))
        return None
    if fact.is_chosen:
        _list(talk, 0, lead=_("This edition is scored by it already. Nothing was changed."))
        return None
    return fact


def _usual(talk: Talk) -> RubricFact:
    version = rubrics.newest(talk.unit, rubrics.USUAL)
    at = next((one.published_at for one in rubrics.published(talk.unit) if one.version == version), None)
    is_chosen = _choice(talk) is None
    return RubricFact(THE_USUAL, rubrics.USUAL, version or "", at, is_in_use=is_chosen, is_chosen=is_chosen)


def _fact(talk: Talk, one: PublishedRubric) -> RubricFact:
    return RubricFact(
        one.id,
        one.name,
        one.version,
        one.published_at,
        is_in_use=one.version == scores.version_of(talk.unit, talk.person.edition_id),
        is_chosen=one.version == _choice(talk),
    )


def _choice(talk: Talk) -> str | None:
    """The version that was chosen for the edition, if one was."""
    edition = editions.edition(talk.unit, talk.person.edition_id)
    return None if edition is None else edition.rubric_version

"""Who a broadcast goes to: a draft and its filter, chosen by taps and by typed names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from bot.office_taps.broadcasting import FILTERS, Everybody, FindPerson, Flip, Options
from bot.refusals import Refusal, RefusalCode
from bot.talk import Talk
from bot.views import common
from bot.views.common import mode_name
from bot.views.office import broadcast_draft as views
from bot.views.office import broadcasting as progress_views
from bot.views.office.broadcast_draft import DraftFacts, Option
from scenarios.folding import fold
from scenarios.model import Mode
from storage import audience, broadcasts, editions, people, recipients
from storage.audience import Chosen
from storage.broadcasts import Broadcast, Kind, State
from storage.people import Person, Role
from storage.scope import Scope, scope_of

FOUND_AT_MOST = 6
"""People shown for a typed name."""

_ROLES = tuple(Role)
_MODES = tuple(Mode)


def own(talk: Talk, broadcast_id: int, *, lock: bool = True) -> Broadcast | None:
    """A broadcast this person may open: their own, an organizer any of the edition. They are told where it is not."""
    found = broadcasts.broadcast(talk.unit, broadcast_id, lock=lock)
    sees_all = talk.scope.coordinator_id is None
    if (
        found is not None
        and found.edition_id == talk.person.edition_id
        and (sees_all or found.author_id == talk.person.id)
    ):
        return found
    talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
    return None


def show(talk: Talk, sent: Broadcast, *, in_place: bool = False) -> None:
    """A draft with all that can be changed, or how far it is."""
    if sent.state is State.DRAFT:
        message = views.card(facts_of(talk, sent), language=talk.language)
    else:
        message = progress_views.progress(
            sent,
            broadcasts.progress(talk.unit, sent.id),
            again=recipients.worth_another_try(talk.unit, sent.id),
            language=talk.language,
            zone=talk.zone,
            now=talk.now,
        )
    talk.say(replace(message, anew=not in_place))


def facts_of(talk: Talk, sent: Broadcast) -> DraftFacts:
    """A draft as its author sees it."""
    scope = author_scope(talk, sent)
    chosen = sent.chosen
    named = audience.everybody(talk.unit, scope, author_id=sent.author_id) if chosen.people else []
    offers = sent.kind is Kind.ASSIGNMENTS
    return DraftFacts(
        draft=sent,
        size=audience.size(talk.unit, scope, author_id=sent.author_id, chosen=chosen, offers=offers, now=talk.now),
        waves={wave.id: wave.name for wave in editions.waves(talk.unit, sent.edition_id)},
        people=[one for one in named if one.id in chosen.people],
        filters=_filters(scope, sent.kind),
    )


def draft_of(talk: Talk, broadcast_id: int) -> Broadcast | None:
    """A draft that may be changed; one that was sent meanwhile is shown instead."""
    sent = own(talk, broadcast_id)
    if sent is None or sent.state is State.DRAFT:
        return sent
    show(talk, sent)
    return None


def show_again(talk: Talk, broadcast_id: int, *, anew: bool = False) -> None:
    """A broadcast as it is after a change; ``anew``: below what was said since."""
    sent = broadcasts.broadcast(talk.unit, broadcast_id)
    if sent is not None:
        show(talk, sent, in_place=not anew)


def _author(talk: Talk, sent: Broadcast) -> Person:
    return (people.person(talk.unit, sent.author_id) if sent.author_id != talk.person.id else None) or talk.person


def author_scope(talk: Talk, sent: Broadcast) -> Scope:
    """It goes as far as its author may see, whoever looks at it."""
    return scope_of(_author(talk, sent))


def _filters(scope: Scope, kind: Kind) -> tuple[str, ...]:
    """Coordinators write to jurors only; who has planned contacts is a juror."""
    if kind is Kind.ASSIGNMENTS:
        return ("waves", "modes", "voivodships", "people")
    return FILTERS if scope.coordinator_id is None else FILTERS[1:]


# Choosing -----------------------------------------------------------------------------------------------------------


def options(talk: Talk, tap: Options) -> None:
    """What can be chosen of one kind."""
    sent = draft_of(talk, tap.broadcast)
    if sent is not None and tap.what in range(len(FILTERS)):
        _show_options(talk, sent, tap.what, tap.page)


def flip(talk: Talk, tap: Flip) -> None:
    """Choose a value, or leave it out again."""
    sent = draft_of(talk, tap.broadcast)
    if sent is None or tap.what not in range(len(FILTERS)):
        return
    name = FILTERS[tap.what]
    value = _value(talk, sent, name, tap.value)
    if value is None or name not in _filters(author_scope(talk, sent), sent.kind):
        show(talk, sent, in_place=True)
        return
    chosen = sent.chosen.flipped(name, value)
    broadcasts.choose(talk.unit, sent.id, chosen)
    talk.note("broadcast.chosen", f"broadcast:{sent.id}", filter=audience.chosen_to_json(chosen))
    changed = replace(sent, chosen=chosen)
    if name in {"late", "unanswered"}:
        show(talk, changed, in_place=True)
    else:
        _show_options(talk, changed, tap.what, tap.page)


def everybody(talk: Talk, tap: Everybody) -> None:
    """Leave out all that was chosen."""
    sent = draft_of(talk, tap.broadcast)
    if sent is None:
        return
    broadcasts.choose(talk.unit, sent.id, Chosen())
    talk.note("broadcast.chosen", f"broadcast:{sent.id}", filter=audience.chosen_to_json(Chosen()))
    show_again(talk, sent.id)


def find_person(talk: Talk, tap: FindPerson) -> None:
    """Somebody by name, typed next."""
    sent = draft_of(talk, tap.broadcast)
    if sent is None:
        return
    people.set_dialog(talk.unit, talk.person.id, {"kind": "broadcast.name", "broadcast": sent.id})
    talk.say(views.asks_name(sent, language=talk.language))


def take_name(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """Whoever is called like what was typed; the next words are another name."""
    sent = draft_of(talk, int(dialog["broadcast"]))
    if sent is None:
        return
    people.set_dialog(talk.unit, talk.person.id, dialog)
    wanted = fold(text).split()
    fitting = [
        one
        for one in audience.everybody(talk.unit, author_scope(talk, sent), author_id=sent.author_id)
        if wanted and all(part in fold(one.name) for part in wanted)
    ]
    shown = [Option(one.name, one.id, one.id in sent.chosen.people) for one in fitting[:FOUND_AT_MOST]]
    talk.say(views.found_people(sent, text, shown, more=len(fitting) - len(shown), language=talk.language))


# Inside -------------------------------------------------------------------------------------------------------------


def _show_options(talk: Talk, sent: Broadcast, what: int, page: int) -> None:
    found = _options(talk, sent, FILTERS[what])
    talk.say(views.options(facts_of(talk, sent), what, found, page=page, language=talk.language))


def _options(talk: Talk, sent: Broadcast, name: str) -> list[Option]:
    chosen, language = sent.chosen, talk.language
    match name:
        case "roles":
            labels = views.role_names(language=language)
            return [Option(labels[role], at, role in chosen.roles) for at, role in enumerate(_ROLES)]
        case "waves":
            waves = editions.waves(talk.unit, sent.edition_id)
            return [Option(wave.name, wave.id, wave.id in chosen.waves) for wave in waves]
        case "modes":
            return [
                Option(mode_name(mode, language=language), at, mode in chosen.modes) for at, mode in enumerate(_MODES)
            ]
        case "voivodships":
            names = audience.voivodships(talk.unit, sent.edition_id)
            return [Option(each, _mark(each), each in chosen.voivodships) for each in names]
        case "people":
            found = audience.everybody(talk.unit, author_scope(talk, sent), author_id=sent.author_id)
            return [Option(one.name, one.id, is_chosen=True) for one in found if one.id in chosen.people]
        case _:
            return []


def _value(talk: Talk, sent: Broadcast, name: str, value: int) -> object:
    """What a button's number stands for; None where it stands for nothing here (any more)."""
    match name:
        case "roles":
            return _ROLES[value] if value in range(len(_ROLES)) else None
        case "modes":
            return _MODES[value] if value in range(len(_MODES)) else None
        case "waves":
            known = {wave.id for wave in editions.waves(talk.unit, sent.edition_id)}
            return value if value in known else None
        case "voivodships":
            names = audience.voivodships(talk.unit, sent.edition_id)
            return next((each for each in names if _mark(each) == value), None)
        case "people":
            found = audience.everybody(talk.unit, author_scope(talk, sent), author_id=sent.author_id)
            return value if value in {one.id for one in found} else None
        case _:
            return value


def _mark(name: str) -> int:
    """A number for a name that stays the same whatever else is added."""
    return crc32(name.encode())

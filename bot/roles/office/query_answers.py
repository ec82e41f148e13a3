"""Answering a participant's query: what comes of it is chosen, shown, carried out, and kept with the query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.i18n import known_language, texts
from bot.jobs import put_score
from bot.office_taps.queries import (
    EFFECTS,
    QueryAnswer,
    QueryCarryOut,
    QueryEffect,
    QueryReopen,
    QueryReply,
    QueryValue,
    QueryWithdraw,
)
from bot.roles import returning, upcoming
from bot.roles.office import query_facts, review_acts, review_facts
from bot.roles.office.compare_acts import side_of
from bot.roles.office.query_facts import effects_of, fact_of, in_hand, show, to_answer, values_of
from bot.talk import Talk
from bot.views.office import queries as views
from bot.views.office import query_forms as forms
from bot.views.rejections import rejection_text
from scenarios.contact import Rejection
from scenarios.model import StepType
from scenarios.replies import read_text
from storage import people, queries
from storage.editions import Participant
from storage.queries import Query, QueryState
from storage.reviews import ReviewState

DIALOG_ANSWER = "queries.answer"
MAX_ANSWER = 1500
"""Characters of an answer: it fits into one message with the query."""


def ask_effect(talk: Talk, tap: QueryAnswer) -> None:
    """Ask what comes of it."""
    found = to_answer(talk, tap.query)
    if found is not None:
        query, place = found
        talk.say(forms.ask_effect(query, place.short_name, effects_of(talk, query), language=talk.language))


def choose(talk: Talk, tap: QueryEffect) -> None:
    """What comes of it is chosen: ask for the value that is to hold, or for the words."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    query, place = found
    name = EFFECTS[tap.effect] if 0 <= tap.effect < len(EFFECTS) else ""
    if name not in effects_of(talk, query):
        ask_effect(talk, QueryAnswer(query.id))
        return
    if name == "value":
        values = values_of(talk, query)
        talk.say(forms.ask_value(query, place.short_name, values, language=talk.language))
        return
    _draft(talk, query, place, {"kind": name})


def choose_value(talk: Talk, tap: QueryValue) -> None:
    """Which value is to hold: ask for the words."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    query, place = found
    if "value" not in effects_of(talk, query) or tap.value not in dict(values_of(talk, query)):
        ask_effect(talk, QueryAnswer(query.id))
        return
    side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id)
    step = None if side is None or query.path is None else side.scenario.steps_by_name.get(query.path)
    is_yes_no = step is not None and step.type is StepType.YES_NO
    _draft(talk, query, place, {"kind": "value", "value": bool(tap.value) if is_yes_no else tap.value})


def take_answer(talk: Talk, dialog: Mapping[str, Any], text: str) -> None:
    """The words of the answer; a juror's name is sent back at once."""
    found = to_answer(talk, int(dialog["query"]))
    if found is None:
        return
    query, place = found
    words = read_text(text, maximum=MAX_ANSWER)
    if isinstance(words, Rejection):
        _ask_answer(talk, query, place, lead=rejection_text(words, None, language=talk.language))
        return
    _ = texts(talk.language)
    named = query_facts.juror_named(talk, words)
    if named:
        lead = _("“{word}” looks like the name of a juror, which no participant may learn.", word=named)
        _ask_answer(talk, query, place, lead=lead)
        return
    queries.change(talk.unit, query.id, answer=words)
    show(talk, query.id, lead=_("Nothing is done yet. Please look at it once more."))


def carry_out(talk: Talk, tap: QueryCarryOut) -> None:
    """Do what was chosen, and close the query with it."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    query, _place = found
    draft = query.draft
    if draft is None or not query.answer or draft["kind"] not in effects_of(talk, query):
        ask_effect(talk, QueryAnswer(query.id))
        return
    done = _do(talk, query, draft)
    if done is None:
        return
    kept = {key: value for key, value in query.effect.items() if key != "draft"}
    queries.change(
        talk.unit,
        query.id,
        state=QueryState.ANSWERED.value,
        effect={**kept, "done": {**done, "at": talk.now.isoformat()}},
        answered_at=talk.now,
        answered_by=talk.person.id,
    )
    told = {key: value for key, value in done.items() if key != "at"}
    talk.note("query.answered", f"query:{query.id}", contact=query.contact_id, path=query.path, **told)
    _score_again(talk, query)
    _ = texts(talk.language)
    show(talk, query.id, lead=_("Done. The text for the participant is ready."))


def reply(talk: Talk, tap: QueryReply) -> None:
    """The answer as it can be sent to the participant."""
    found = in_hand(talk, tap.query)
    if found is None:
        return
    if found[0].state is not QueryState.ANSWERED:
        show(talk, tap.query)
        return
    talk.say(views.reply(fact_of(talk, *found), language=talk.language, zone=talk.zone))


def reopen(talk: Talk, tap: QueryReopen) -> None:
    """Open a query again. A value that held does not any more; what happened to a contact is undone in its review."""
    found = in_hand(talk, tap.query, lock=True)
    if found is None:
        return
    query, _place = found
    _ = texts(talk.language)
    if query.state is QueryState.OPEN:
        show(talk, query.id, lead=_("This query is open already."))
        return
    done = query.done
    effect = {key: value for key, value in query.effect.items() if key != "done"}
    if done is not None:
        effect["undone"] = [*effect.get("undone", []), dict(done)]
        effect["draft"] = {key: done[key] for key in ("kind", "value") if key in done}
    queries.change(
        talk.unit,
        query.id,
        state=QueryState.OPEN.value,
        effect=effect,
        answered_at=None,
        answered_by=None,
    )
    talk.note("query.opened", f"query:{query.id}", before=query.state.value)
    _score_again(talk, query)
    lead = _("Open again.")
    if done is not None and done["kind"] in {"again", "void"}:
        lead += " " + _("What happened to the contact stays; it can be undone in its review.")
    show(talk, query.id, lead=lead)


def withdraw(talk: Talk, tap: QueryWithdraw) -> None:
    """The query is not wanted any more; it stays in the list, and can be opened again."""
    found = to_answer(talk, tap.query)
    if found is None:
        return
    state = QueryState.WITHDRAWN.value
    queries.change(talk.unit, tap.query, state=state, answered_at=talk.now, answered_by=talk.person.id)
    talk.note("query.withdrawn", f"query:{tap.query}")
    _ = texts(talk.language)
    show(talk, tap.query, lead=_("Withdrawn."))


def _score_again(talk: Talk, query: Query) -> None:
    """A value may hold now, or hold no more."""
    if query.contact_id is not None:
        put_score(talk.unit, query.contact_id, now=talk.now)


def _do(talk: Talk, query: Query, draft: Mapping[str, Any]) -> dict[str, Any] | None:
    """Carry out what was chosen; None: it could not be, and they were told."""
    match draft["kind"]:
        case "again":
            return _ask_juror(talk, query)
        case "void":
            return _leave_out(talk, query)
        case "value":
            side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id)
            before = None if side is None or query.path is None else side.marks.get(query.path)
            return {"kind": "value", "value": draft["value"], "before": before}
        case kind:
            return {"kind": str(kind)}


def _ask_juror(talk: Talk, query: Query) -> dict[str, Any] | None:
    """The juror looks at the question once more; that somebody asked about it is not told."""
    side = None if query.contact_id is None else side_of(talk.unit, talk.desk, query.contact_id, lock=True)
    asked: tuple[str, ...] = ()
    if side is not None and query.path is not None:
        rules, zone = upcoming.clock_of(talk.unit, talk.desk, query.edition_id)
        juror = people.person(talk.unit, side.row.person_id)
        words = texts(known_language((None if juror is None else juror.language) or talk.desk.language))
        asked = returning.send_back(
            talk.unit,
            talk.desk,
            side.row.id,
            (query.path,),
            comment=words.many(
                "Please look at this question once more.", "Please look at these questions once more.", 1
            ),
            answer_by=upcoming.allowed_at(rules, talk.now + timedelta(hours=rules.return_hours), zone),
            now=talk.now,
            by=talk.person.id,
        )
    if side is None or query.path not in asked:
        _ = texts(talk.language)
        show(talk, query.id, lead=_("The question cannot be asked again: it is not part of the report any more."))
        return None
    return {"kind": "again", "revision": side.row.contact.answers[query.path].revision}


def _leave_out(talk: Talk, query: Query) -> dict[str, Any] | None:
    """The contact does not count any more; if it was planned, somebody else is asked."""
    if query.contact_id is None:
        return None
    found = review_facts.in_hand(talk, query.contact_id, lock=True)
    if found is None:
        return None
    if found.review.state is not ReviewState.VOID:
        _ = texts(talk.language)
        review_acts.leave_out(talk, found, _("After a query of the participant"), is_code=False)
    return {"kind": "void"}


def _draft(talk: Talk, query: Query, place: Participant, draft: Mapping[str, Any]) -> None:
    queries.change(talk.unit, query.id, effect={**query.effect, "draft": dict(draft)})
    _ask_answer(talk, query, place)


def _ask_answer(talk: Talk, query: Query, place: Participant, *, lead: str = "") -> None:
    people.set_dialog(talk.unit, talk.person.id, {"kind": DIALOG_ANSWER, "query": query.id})
    talk.say(forms.ask_answer(query, place.short_name, lead=lead, language=talk.language))

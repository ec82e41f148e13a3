"""What the office asks: how it stands, plain questions, lists, and reminders for those on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.asking.forecast import LOOK_BACK_DAYS, forecast
from bot.asking.grammar import LISTS_JURORS
from bot.asking.question import Act, Intent, Question, question_from_json, question_from_numbers, question_to_json
from bot.asking.understanding import Choose, NotUnderstood, Understood, understand
from bot.channels.base import Outgoing
from bot.jobs import Digest, put_translate
from bot.office_taps.asking import (
    Asked,
    AskRemind,
    DigestHour,
    Digests,
    Examples,
    Found,
    FoundTable,
    Picture,
    RemindThem,
    Split,
    SwitchDigest,
)
from bot.refusals import Refusal, RefusalCode
from bot.reports import pictures
from bot.reports.pictures import Counted, StatusFacts, status_picture
from bot.reports.recipes import Recipe
from bot.roles import prompting, rating, upcoming
from bot.roles.office import answering, digests
from bot.roles.office.subject import Subject
from bot.talk import Desk, Talk
from bot.views import common, organizer
from bot.views.common import mode_name
from bot.views.office import asking as views
from bot.views.organizer import DIMENSIONS, Part, Standing
from scenarios.model import Mode
from storage import editions, inbox, matters, overview, status
from storage.database import Unit
from storage.overview import NOTHING, Dimension, Figures
from storage.people import Person
from storage.planned import DONE_STAGES, Wanted
from storage.scope import Scope, scope_of

MAX_QUESTION = 300
"""Characters; a longer text is no question."""


def digest(unit: Unit, desk: Desk, work: Digest, *, now: datetime) -> None:
    """Send a person's digest, and plan the next."""
    digests.digest(unit, desk, work, now=now)


# How it stands ------------------------------------------------------------------------------------------------------


def show_status(talk: Talk) -> None:
    """The edition as a picture with its three lines; made outside this unit."""
    if talk.tap_id is not None:
        talk.say(Outgoing(""))  # the tap is answered at once, the picture follows
    prompting.start_digests(talk.unit, talk.desk, talk.person, now=talk.now)
    talk.produce("asking.status")


def standing(unit: Unit, desk: Desk, scope: Scope, *, now: datetime, figures: Figures | None = None) -> Standing | None:
    """How the part of an edition within a scope stands; its ``figures`` may be known already. None: no such edition."""
    edition = editions.edition(unit, scope.edition_id)
    if edition is None:
        return None
    _rules, zone = upcoming.clock_of(unit, desk, edition.id)
    figures = overview.total(unit, scope, now=now) if figures is None else figures
    lately = Wanted(stages=DONE_STAGES, sent_from=now - timedelta(days=LOOK_BACK_DAYS))
    return Standing(
        edition.name,
        figures,
        forecast(
            today=now.astimezone(zone).date(),
            ends_on=edition.ends_on,
            sent=overview.how_many(unit, scope, now=now, wanted=lately),
            remaining=figures.planned - figures.done,
        ),
        files_waiting=status.files_waiting(unit, edition.id) if scope.coordinator_id is None else 0,
        parked=inbox.parked(unit),
    )


def make_status(unit: Unit, desk: Desk, person: Person, _about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """The picture and the three lines as one message."""
    scope = scope_of(person)
    split = overview.figures(unit, scope, now=now, by=(Dimension.WAVE, Dimension.MODE))
    found = standing(unit, desk, scope, now=now, figures=_together(split.values()))
    if found is None:
        return None
    language = person.language or desk.language
    _rules, zone = upcoming.clock_of(unit, desk, scope.edition_id)
    waves = [
        (wave.name, _together(each for (key, _mode), each in split.items() if key == wave.id))
        for wave in editions.waves(unit, scope.edition_id)
    ]
    modes = [
        (mode_name(mode, language=language), _together(each for (_wave, key), each in split.items() if key is mode))
        for mode in Mode
        if any(key is mode for _wave, key in split)
    ]
    facts = StatusFacts(
        edition=found.edition,
        now=now,
        zone=zone,
        total=_counted(found.figures),
        waves=tuple((name, _counted(figures)) for name, figures in waves),
        modes=tuple((name, _counted(figures)) for name, figures in modes),
        forecast=pictures.Forecast(found.forecast.done_on, found.forecast.ends_on),
    )
    return Recipe(organizer.status(found, language=language), (status_picture(facts, language),))


def show_split(talk: Talk, tap: Split) -> None:
    """The numbers by one dimension."""
    if not 0 <= tap.dimension < len(DIMENSIONS):
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    dimension = DIMENSIONS[tap.dimension]
    figures = overview.figures(talk.unit, talk.scope, now=talk.now, by=(dimension,))
    names = overview.names_of(talk.unit, talk.scope, dimension)
    own_name = dimension in {Dimension.MODE, Dimension.VOIVODSHIP}
    parts = [Part(key[0], names.get(key[0], key[0] or "" if own_name else ""), each) for key, each in figures.items()]
    parts.sort(key=lambda part: (part.key is None or part.key == "", _order(dimension, part)))
    talk.say(organizer.split(dimension, parts, tap.page, language=talk.language))


# Questions ----------------------------------------------------------------------------------------------------------


def hear(talk: Talk, text: str) -> None:
    """A plain question: answered, or a choice offered; never guessed."""
    names = answering.lexicon(talk.unit, talk.scope, today=talk.now.astimezone(talk.zone).date())
    found = understand(text, names) if len(text) <= MAX_QUESTION else NotUnderstood(())
    match found:
        case Understood(question):
            talk.note("asked", f"edition:{talk.person.edition_id}", **question_to_json(question))
            reply(talk, question)
        case Choose(every):
            talk.say(views.choose(every, language=talk.language))
        case NotUnderstood(nearest):
            talk.note("asked.not_understood", f"edition:{talk.person.edition_id}", nearest=[*nearest])
            if _may_translate(talk, text):
                put_translate(talk.unit, talk.person.id, talk.address.id, text, now=talk.now)
                talk.say(views.looking(language=talk.language))
                return
            talk.say(views.not_understood(nearest, language=talk.language))


def _may_translate(talk: Talk, text: str) -> bool:
    """Whether a model may be asked what a sentence means."""
    if talk.desk.model is None or len(text) > MAX_QUESTION:
        return False
    return rating.rules_of(talk.unit, talk.person.edition_id).may_send


def reply(talk: Talk, question: Question, page: int = 0) -> None:
    """Answer a question, from wherever it came."""
    match question.intent:
        case Intent.STATUS | Intent.HELP | Intent.FORECAST | Intent.PLAN if question.act is not Act.EXPORT:
            if _reply_plainly(talk, question):
                return
        case Intent.BROADCASTS:
            talk.say(views.elsewhere(question.intent, None, language=talk.language))
            return
        case Intent.DISAGREEMENTS | Intent.QUERIES:
            waiting = matters.waiting(talk.unit, talk.scope, now=talk.now)
            n = waiting.queries if question.intent is Intent.QUERIES else waiting.disagreements
            talk.say(views.elsewhere(question.intent, n, language=talk.language))
            return
    listed = answering.listed(talk.unit, talk.scope, question, now=talk.now, zone=talk.zone)
    if listed is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
    elif question.act is Act.REMIND:
        _ask_remind(talk, question)
    elif question.act is Act.EXPORT and listed.items:
        _produce_table(talk, question)
    else:
        talk.say(views.answer(listed, page, language=talk.language, zone=talk.zone, now=talk.now))


def _reply_plainly(talk: Talk, question: Question) -> bool:
    """Answers that are no lists; False where it is one after all."""
    is_narrowed = question != Question(question.intent)
    match question.intent:
        case Intent.HELP:
            talk.say(views.examples(0, language=talk.language))
        case Intent.PLAN:
            talk.say(views.elsewhere(question.intent, None, language=talk.language))
        case Intent.FORECAST:
            found = standing(talk.unit, talk.desk, talk.scope, now=talk.now)
            if found is None:
                return False
            talk.say(organizer.forecast_answer(found, language=talk.language))
        case Intent.STATUS if not is_narrowed:
            show_status(talk)
        case _:
            return False
    return True


def show_found(talk: Talk, tap: Found) -> None:
    """A page of an answer."""
    question = _question(talk, tap)
    if question is not None:
        reply(talk, question, tap.page)


def show_table(talk: Talk, tap: FoundTable) -> None:
    """The answer as a table."""
    question = _question(talk, tap)
    if question is not None:
        _produce_table(talk, question)


def make_table(unit: Unit, desk: Desk, person: Person, about: Mapping[str, Any], now: datetime) -> Recipe | None:
    """Exactly the list that was asked for, as it is now."""
    question = question_from_json(about)
    scope = scope_of(person)
    _rules, zone = upcoming.clock_of(unit, desk, scope.edition_id)
    listed = answering.listed(unit, scope, question, now=now, zone=zone)
    if listed is None:
        return None
    message, workbook = views.table(listed, language=person.language or desk.language)
    return Recipe(message, (workbook,))


def show_ask_remind(talk: Talk, tap: AskRemind) -> None:
    """Whether to remind those on the list."""
    question = _question(talk, tap)
    if question is not None:
        _ask_remind(talk, question)


def remind_them(talk: Talk, tap: RemindThem) -> None:
    """Yes: each of those on the list now."""
    question = _question(talk, tap)
    if question is None:
        return
    listed = answering.listed(talk.unit, talk.scope, question, now=talk.now, zone=talk.zone)
    if listed is None or not listed.jurors or question.intent not in LISTS_JURORS:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    jurors = sorted(listed.jurors)
    at = prompting.ask_for(talk.unit, talk.desk, jurors, edition_id=talk.person.edition_id, now=talk.now)
    details = {"question": question_to_json(question), "people": jurors, "at": at.isoformat()}
    talk.note("asked.remind", f"edition:{talk.person.edition_id}", **details)
    talk.say(views.reminded(len(jurors), at=at, language=talk.language, zone=talk.zone, now=talk.now))


def _ask_remind(talk: Talk, question: Question) -> None:
    listed = answering.listed(talk.unit, talk.scope, question, now=talk.now, zone=talk.zone)
    if listed is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
        return
    rules, zone = upcoming.clock_of(talk.unit, talk.desk, talk.person.edition_id)
    at = upcoming.allowed_at(rules, talk.now, zone)
    talk.say(views.confirm_remind(listed, at=at, language=talk.language, zone=talk.zone, now=talk.now))


def _produce_table(talk: Talk, question: Question) -> None:
    if talk.tap_id is not None:
        talk.say(Outgoing(""))  # the tap is answered at once, the table follows
    talk.note("asked.table", f"edition:{talk.person.edition_id}", **question_to_json(question))
    talk.produce("asking.table", **question_to_json(question))


def _question(talk: Talk, tap: Asked) -> Question | None:
    question = question_from_numbers(tap.numbers)
    if question is None:
        talk.say(common.refused(Refusal(RefusalCode.NOT_YOURS), language=talk.language))
    return question


def _together(every: Iterable[Figures]) -> Figures:
    found = NOTHING
    for figures in every:
        found = found.plus(figures)
    return found


def _counted(figures: Figures) -> Counted:
    return Counted(
        planned=figures.planned,
        accepted=figures.accepted,
        done=figures.done,
        approved=figures.approved,
        late=figures.late,
        holes=figures.holes,
    )


def _order(dimension: Dimension, part: Part) -> tuple[int, str]:
    """Modes and waves in their own order, the others by name."""
    if isinstance(part.key, Mode):
        return list(Mode).index(part.key), ""
    if dimension is Dimension.WAVE:
        return part.key or 0, ""
    return 0, part.name


def _examples(talk: Talk, tap: Examples) -> None:
    talk.say(views.examples(tap.page, language=talk.language))


SUBJECT = Subject(
    taps={
        Picture: lambda talk, _tap: show_status(talk),
        Split: show_split,
        Found: show_found,
        FoundTable: show_table,
        AskRemind: show_ask_remind,
        RemindThem: remind_them,
        Examples: _examples,
        Digests: digests.show,
        SwitchDigest: digests.switch,
        DigestHour: digests.set_hour,
    },
    commands={
        "status": lambda talk, _rest: show_status(talk),
        "pytania": lambda talk, _rest: talk.say(views.examples(0, language=talk.language)),
        "questions": lambda talk, _rest: talk.say(views.examples(0, language=talk.language)),
    },
    recipes={"asking.status": make_status, "asking.table": make_table},
    hears_words=hear,
)

"""What must hold at the end of an edition: its numbers, its answers, its files, its queue."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time

from sqlalchemy import func, select

from bot.i18n import texts
from bot.office_taps.asking import Split
from bot.tap_kinds import OfficeMenu
from bot.views.common import mode_name
from bot.views.organizer import DIMENSIONS
from scenarios.contact import Answer, AnswerState, Contact
from scenarios.model import Mode, Scenario, Step, StepType
from storage import schema
from storage.database import Unit
from storage.overview import Dimension
from tests.acceptance.edition.recount import Numbers, Recount, recount
from tests.acceptance.edition.season import Season
from tests.acceptance.edition.walker import Walker
from tests.bot_api.state import Shown

POLISH = "pl"
WAY_SECONDS = 60
"""How long a tap may be on its way when a timer is started or stopped."""


async def check(of: Season) -> None:
    """Everything."""
    await of.settle()
    now = of.hours.now()
    found = await of.database.read(lambda unit: recount(unit, 1, now))
    await check_status(of, found)
    await check_splits(of, found)
    assert found.total.approved == of.coordinator.decided["approved"]
    check_shadows(of, found)
    await of.database.read(lambda unit: check_files(unit, of))
    await of.database.read(lambda unit: check_queue(unit, of))
    assert of.server.flood.refused == 0
    of.told.append(f"total: {found.total}")
    of.told.append("offers: " + ", ".join(f"{n} {state}" for state, n in found.states.items()))
    of.told.append("coordinator: " + ", ".join(f"{n} {what}" for what, n in of.coordinator.decided.items()))


def lines_of(numbers: Numbers) -> list[str]:
    """The two lines /status says of a part."""
    _ = texts(POLISH)
    progress = (
        _("Planned {n}", n=numbers.planned),
        _("taken {n}", n=numbers.accepted),
        _("done {n}", n=numbers.done),
        _("approved {n}", n=numbers.approved),
    )
    needs = (
        (numbers.holes, _("holes {n}", n=numbers.holes)),
        (numbers.late, _("late {n}", n=numbers.late)),
        (numbers.sent, _("to review {n}", n=numbers.sent)),
        (numbers.returned, _("sent back {n}", n=numbers.returned)),
    )
    said = " · ".join(text for n, text in needs if n)
    return [" · ".join(progress), said[:1].upper() + said[1:] if said else ""]


async def check_status(of: Season, found: Recount) -> None:
    """The picture comes, and the lines with it say what was counted."""
    shown = await of.organizer.chat.says("/status", shows=Split)
    assert shown.media == "photo"
    for line in lines_of(found.total):
        assert line in shown.text, (line, shown.text)


async def check_splits(of: Season, found: Recount) -> None:
    """So does every part by wave, mode, voivodship, institution and juror, page by page."""
    names = await of.database.read(names_of)
    for dimension in DIMENSIONS:
        expected = {
            f"{part_name(dimension, key, names)}\n{chr(10).join(line for line in lines_of(numbers) if line)}"
            for key, numbers in found.parts[_PARTS[dimension]].items()
        }
        told = await split_pages(of, dimension)
        assert set(told) == expected, (dimension, set(told) ^ expected)


_PARTS = {
    Dimension.WAVE: "wave",
    Dimension.MODE: "mode",
    Dimension.VOIVODSHIP: "voivodship",
    Dimension.PARTICIPANT: "place",
    Dimension.PERSON: "person",
}


async def split_pages(of: Season, dimension: Dimension) -> list[str]:
    """All parts as they are told, from the first page to the last."""
    at, chat = DIMENSIONS.index(dimension), of.organizer.chat
    shown = await chat.says("/status", shows=Split)
    shown = await chat.taps(Split, dimension=at, page=0, shows=OfficeMenu)
    parts: list[str] = []
    page = 0
    while True:
        parts += _entries(shown)
        page += 1
        if not any(one.id == shown.id for one, _tap, _data in chat.buttons(Split, dimension=at, page=page)):
            return parts
        shown = await chat.taps(Split, dimension=at, page=page, shows=OfficeMenu)


def _entries(shown: Shown) -> list[str]:
    """The parts of a page, without its head."""
    _head, _gap, body = shown.text.partition("\n")
    return body.strip().split("\n\n")


def names_of(unit: Unit) -> dict[str, dict[int, str]]:
    """What waves, institutions and people are called."""
    tables = {"wave": schema.waves, "place": schema.participants, "person": schema.people}
    columns = {"wave": "name", "place": "short_name", "person": "name"}
    return {
        name: {row.id: row.name for row in unit.execute(select(table.c.id, table.c[columns[name]].label("name")))}
        for name, table in tables.items()
    }


def part_name(dimension: Dimension, key: object, names: dict[str, dict[int, str]]) -> str:
    """What a part is called in a list."""
    _ = texts(POLISH)
    if isinstance(key, Mode):
        return mode_name(key, language=POLISH).capitalize()
    if dimension is Dimension.VOIVODSHIP:
        return str(key) or _("not known")
    if key is None:
        return _("nobody yet") if dimension is Dimension.PERSON else _("outside the waves")
    assert isinstance(key, int)
    return names[_PARTS[dimension]][key]


def check_shadows(of: Season, found: Recount) -> None:
    """What every juror remembers of each contact is what the revisions in the database say."""
    walkers = {each.contact_id: each for one in of.contestants for each in one.walkers.values()}
    assert set(walkers) == set(found.replayed)
    for contact_id, walker in walkers.items():
        kept = found.replayed[contact_id]
        assert not differences(walker, kept), (contact_id, differences(walker, kept))
        assert (walker.turn.contact.submitted_at is None) == (kept.submitted_at is None), contact_id
    done = sum(each.turn.contact.submitted_at is not None for each in walkers.values())
    mistakes = Counter(each for one in of.contestants for each in one.mistakes)
    answers = sum(len(each.turn.contact.answers) for each in walkers.values())
    of.told.append(f"contacts: {len(walkers)} begun, {done} sent, {answers} answers, every shadow equal")
    of.told.append("mistakes: " + (", ".join(f"{n} {name}" for name, n in mistakes.items()) or "none"))


def differences(walker: Walker, kept: Contact) -> list[tuple[str, Answer | None, Answer | None]]:
    """The answers that the juror and the database remember differently.

    Of files the number is compared, of moments nothing but that there is one, of timers the time the way took aside.
    """
    mine = walker.turn.contact.answers
    found = []
    for path in sorted({*mine, *kept.answers}):
        one, other = mine.get(path), kept.answers.get(path)
        if one is None or other is None or not _is_same(walker.scenario, one, other):
            found.append((path, one, other))
    return found


def _is_same(scenario: Scenario, one: Answer, other: Answer) -> bool:
    step = scenario.steps_by_name.get(one.path.rpartition(".")[2])
    if step is not None and _is_timed(step) and one.state is other.state is AnswerState.GIVEN:
        assert isinstance(one.value, int)
        assert isinstance(other.value, int)
        return abs(one.value - other.value) <= WAY_SECONDS
    return one.state is other.state and _plain(step, one.value) == _plain(step, other.value)


def _is_timed(step: Step) -> bool:
    """Whether it holds seconds that were measured, or were suggested from such."""
    return step.type is StepType.TIMER or (step.type is StepType.INTEGER and step.default is not None)


def _plain(step: Step | None, value: object) -> object:
    if isinstance(value, datetime | time):
        return "a moment"
    is_files = step is not None and step.is_evidence and isinstance(value, tuple)
    return len(value) if is_files and isinstance(value, tuple) else value


def check_files(unit: Unit, of: Season) -> None:
    """Every photo and file that was sent is kept and verified."""
    rows = unit.execute(select(schema.evidence.c.status, func.count()).group_by(schema.evidence.c.status)).all()
    states = {str(status): int(number) for status, number in rows}
    sent = sum(each.photos - one.person_id % 150 for one in of.contestants for each in one.walkers.values())
    assert states == ({"verified": sent} if sent else {}), (states, sent)
    of.told.append(f"files: {sent} sent, all verified")


def check_queue(unit: Unit, of: Season) -> None:
    """No job was given up, no update put aside."""
    jobs, parked = schema.jobs, schema.parked
    buried = unit.execute(select(jobs.c.kind, jobs.c.problem).where(jobs.c.state == "buried")).all()
    assert not buried, buried
    aside = unit.execute(select(parked)).mappings().all()
    assert not aside, aside
    done = unit.execute(select(func.count()).where(jobs.c.state == "done")).scalar_one()
    of.told.append(f"jobs: {done} done, none buried; nothing parked")

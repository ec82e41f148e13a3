"""A contact of as many questions of one kind as a test needs, and the juror who has it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot import clock
from bot.channels.telegram import CHANNEL
from bot.publishing import publish_file
from scenarios.model import Mode
from storage import assignments, editions, people
from storage.assignments import State
from storage.database import Unit
from storage.people import Role

QUESTIONS = 400
TYPES = {"text": "text", "tap": "yes_no", "photo": "image"}
"""By what the juror does: the type of the questions."""

_HEAD = Path(__file__).with_name("twenty.yaml").read_text(encoding="utf-8").partition("    steps:\n")[0]


def script(kind: str, name: str) -> str:
    """The scenario's source: 400 questions that ask for the same kind of answer."""
    steps = "".join(
        f"      - name: q{number:03d}\n        type: {TYPES[kind]}\n"
        f'        label: {{pl: "Pytanie {number:03d}?", en: "Question {number:03d}?"}}\n'
        for number in range(1, QUESTIONS + 1)
    )
    return _HEAD.replace("name: twenty\n", f"name: {name}\n") + "    steps:\n" + steps


def seed(unit: Unit, file: Path, *, chat: int, channel: str = CHANNEL) -> tuple[int, int]:
    """Publish the file, and let a juror come whose accepted task goes by it: ids of the person and the task."""
    now = clock.now()
    publish_file(unit, file, now=now)
    begins, ends = now.date() - timedelta(days=10), now.date() + timedelta(days=60)
    edition = editions.add_edition(unit, name="Próbna", starts_on=begins, ends_on=ends, time_zone="Europe/Warsaw")
    place = editions.add_participant(unit, edition_id=edition, name="Gmina", short_name="Gmina", type="gmina")
    person = people.add_person(unit, edition_id=edition, name="Jagoda", role=Role.JUROR, language="pl", now=now)
    people.set_consent(unit, person, now)
    people.invite(unit, person, token_hash=f"juror-{chat}", now=now, expires_at=now + timedelta(hours=1))
    people.redeem(unit, f"juror-{chat}", channel=channel, chat=str(chat), now=now)
    task = assignments.assign(
        unit,
        edition_id=edition,
        participant_id=place,
        person_id=person,
        mode=Mode.VISIT,
        scenario=file.stem,
        opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=30),
        now=now,
    )
    assignments.change(unit, task, state=State.ACCEPTED, now=now)
    return person, task

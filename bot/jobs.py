"""What a durable job says: the kinds, their payloads as values, and one ``put_*`` for each that knows its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from bot.channels.base import Address, Command, FileKind, FileRef, Outgoing
from bot.channels.wire import outgoing_from_json, outgoing_to_json
from storage import queue
from storage.unit import Unit

Json = dict[str, Any]

HOLDS_UP = timedelta(seconds=10)
"""A message delayed by no more than this keeps its place: those behind it wait."""


FORGOTTEN_AT_ONCE = 50
"""Stored files that one job deletes."""


class Kind(StrEnum):
    """The kinds of jobs, as they stand in the queue."""

    SEND = "send"
    CLEAN = "clean"
    COMMANDS = "commands"
    FETCH_EVIDENCE = "fetch_evidence"
    REMIND = "remind"
    WAKE = "wake"
    LOCK = "lock"
    EXPIRE = "expire"
    FEED = "feed"
    PROGRESS = "progress"
    IMPORT = "import"
    SOLVE = "solve"
    PRODUCE = "produce"
    NUDGE = "nudge"
    EXAMINE = "examine"
    DIGEST = "digest"
    SCORE = "score"
    RESCORE = "rescore"
    TALLY = "tally"
    RATE = "rate"
    TRANSLATE = "translate"
    FORGET = "forget"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Send:
    """Send one message to one address. ``due`` is when it was to go out: patience with a channel counts from it."""

    outgoing: Outgoing
    address_id: int | None
    to: Address
    due: datetime
    recipient_id: int | None = None
    """Set where it belongs to a broadcast: whose progress hears what became of it."""


@dataclass(frozen=True, slots=True)
class Clean:
    """Delete messages (by the channel's ids, ours and theirs) from a chat, as far as the channel allows."""

    messages: tuple[str, ...]
    address_id: int | None
    to: Address
    due: datetime


@dataclass(frozen=True, slots=True)
class PublishCommands:
    """Offer a person the commands they can use, in their language."""

    commands: tuple[Command, ...]
    language: str
    to: Address
    due: datetime


@dataclass(frozen=True, slots=True)
class FetchEvidence:
    """Fetch, check and keep the file of one evidence row; everything else stands in the row."""

    evidence_id: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """Look whether a contact rests, and remind the person of it."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Wake:
    """Look whether time has moved a contact: a wait's reminder or deadline."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Lock:
    """Close the correction window of a submitted contact."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Expire:
    """Look whether an assignment is past its due date."""

    assignment_id: int


@dataclass(frozen=True, slots=True)
class Feed:
    """Put the next messages of a broadcast into the queue."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Show a broadcast's author how far it is."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Import:
    """Take an import to its next state: read the file, or write what was confirmed."""

    import_id: int


@dataclass(frozen=True, slots=True)
class Solve:
    """Compute a plan."""

    plan_id: int


@dataclass(frozen=True, slots=True)
class Produce:
    """Make a picture, a table or a document and send it. ``what`` names it, ``about`` says of what."""

    what: str
    about: Mapping[str, Any]
    person_id: int
    address_id: int
    to: Address
    due: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """Remind somebody, if the world is still as it was. ``reminder`` is a ``storage.rules.Reminder``'s value."""

    reminder: str
    subject: int
    """The id of the assignment, contact or whatever the reminder is about."""


@dataclass(frozen=True, slots=True)
class Examine:
    """Look through a submitted contact for marks of doubt, and compare it with another juror's."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Digest:
    """Send a person the digest of their day or week, and plan the next one."""

    person_id: int
    weekly: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Bring a contact's sheet and its participant's standing up to date."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Rescore:
    """Bring every standing of an edition up to date, some participants at a time; ``after`` those up to that id.

    ``spreads``: the scores are done, ranges and confidence intervals are what is missing.
    """

    edition_id: int
    after: int = 0
    spreads: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Look whether a vote of the jury is over."""

    voting_id: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Have the free texts of a contact rated, where the edition wants that."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Translate:
    """Find out what somebody of the office asked in words the grammar does not know."""

    person_id: int
    address_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete stored bytes that nothing needs any more, named by their SHA-256. ``erasure``: which one they belong to.

    ``person_id``: a person was erased; what came of jobs that were under way then is erased as well.
    """

    sha256: Sequence[str]
    erasure: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """Put together everything that is kept of a person and send it to them."""

    person_id: int
    address_id: int


TimedWork = Remind | Wake | Lock | Expire | Feed | Progress | Nudge | Examine | Digest | Tally
"""Work that is done inside one unit."""

Work = (
    Send
    | Clean
    | PublishCommands
    | FetchEvidence
    | Import
    | Solve
    | Produce
    | Score
    | Rescore
    | Rate
    | Translate
    | Forget
    | Export
    | TimedWork
)

PlainWork = (Feed | Progress | Import | Solve | Nudge | Examine | Digest) | (
    Score | Rescore | Tally | Rate | Translate | Forget | Export
)
"""Work whose payload is just the fields of its value."""

_PLAIN: Mapping[Kind, type[PlainWork]] = {
    Kind.FEED: Feed,
    Kind.PROGRESS: Progress,
    Kind.IMPORT: Import,
    Kind.SOLVE: Solve,
    Kind.NUDGE: Nudge,
    Kind.EXAMINE: Examine,
    Kind.DIGEST: Digest,
    Kind.SCORE: Score,
    Kind.RESCORE: Rescore,
    Kind.TALLY: Tally,
    Kind.RATE: Rate,
    Kind.TRANSLATE: Translate,
    Kind.FORGET: Forget,
    Kind.EXPORT: Export,
}
_PLAIN_KIND = {work: kind for kind, work in _PLAIN.items()}


def put_send(
    unit: Unit,
    outgoing: Outgoing,
    *,
    address_id: int | None,
    channel: str,
    chat: str,
    now: datetime,
    dedup_key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Put a message into the queue; messages to one address go out in the order they were put.

    Outside that order stand a message for much later (``run_at``), which holds up none put after it, and a harmless
    one, which does not wait for those that a hidden chat holds back.
    """
    due = now if run_at is None else run_at
    to = Address(channel=channel, chat=chat)
    lock_key = None if due - now > HOLDS_UP else address_key(to, harmless=outgoing.harmless)
    work = Send(outgoing, address_id=address_id, to=to, due=due)
    _put(unit, work, due, now=now, lock_key=lock_key, dedup_key=dedup_key)


def put_to_recipient(
    unit: Unit, outgoing: Outgoing, recipient_id: int, *, address_id: int, channel: str, chat: str, now: datetime
) -> int:
    """Put a broadcast's message to one recipient into the queue, as ``put_send`` does; returns the job's id."""
    to = Address(channel=channel, chat=chat)
    kind, payload = to_payload(Send(outgoing, address_id=address_id, to=to, due=now, recipient_id=recipient_id))
    lock_key = address_key(to, harmless=outgoing.harmless)
    return queue.put(unit, kind=kind, payload=payload, run_at=now, lock_key=lock_key, now=now)


def put_clean(
    unit: Unit, messages: Sequence[str], *, address_id: int | None, channel: str, chat: str, now: datetime
) -> None:
    """Put the cleaning of a chat into the queue; it waits for no message that a hidden chat holds back."""
    to = Address(channel=channel, chat=chat)
    work = Clean(tuple(messages), address_id=address_id, to=to, due=now)
    _put(unit, work, now, now=now, lock_key=address_key(to, harmless=True))


def put_commands(
    unit: Unit, commands: Sequence[Command], *, language: str, channel: str, chat: str, now: datetime
) -> None:
    """Put the publishing of a person's commands into the queue; the last one put counts."""
    to = Address(channel=channel, chat=chat)
    work = PublishCommands(tuple(commands), language=language, to=to, due=now)
    _put(unit, work, now, now=now, dedup_key=f"commands:{channel}:{chat}")


def put_fetch_evidence(unit: Unit, evidence_id: int, *, now: datetime) -> None:
    """Put the fetching of a file into the queue."""
    _put(unit, FetchEvidence(evidence_id, due=now), now, now=now, dedup_key=f"fetch:{evidence_id}")


def put_remind(unit: Unit, contact_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put a contact's reminder into the queue; a contact has one, the last one put counts."""
    _put(unit, Remind(contact_id), run_at, now=now, dedup_key=f"remind:{contact_id}")


def put_wake(unit: Unit, contact_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put a look at a contact into the queue; a contact may have several, one for each moment."""
    key = f"wake:{contact_id}:{run_at.isoformat()}"
    _put(unit, Wake(contact_id), run_at, now=now, dedup_key=key)


def put_lock(unit: Unit, contact_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put the end of a contact's correction window into the queue; the last one put counts."""
    _put(unit, Lock(contact_id), run_at, now=now, dedup_key=f"lock:{contact_id}")


def put_expire(unit: Unit, assignment_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put a look at an assignment's due date into the queue; the last one put counts."""
    _put(unit, Expire(assignment_id), run_at, now=now, dedup_key=f"expire:{assignment_id}")


def put_feed(unit: Unit, broadcast_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put the next step of a broadcast into the queue; it has one, the last one put counts."""
    _put(unit, Feed(broadcast_id), run_at, now=now, dedup_key=f"feed:{broadcast_id}")


def put_progress(unit: Unit, broadcast_id: int, *, run_at: datetime, now: datetime) -> None:
    """Put the showing of a broadcast's progress into the queue; the last one put counts."""
    _put(unit, Progress(broadcast_id), run_at, now=now, dedup_key=f"progress:{broadcast_id}")


def put_import(unit: Unit, import_id: int, *, now: datetime) -> None:
    """Put the next step of an import into the queue."""
    _put(unit, Import(import_id), now, now=now, dedup_key=f"import:{import_id}")


def put_solve(unit: Unit, plan_id: int, *, now: datetime) -> None:
    """Put the computing of a plan into the queue."""
    _put(unit, Solve(plan_id), now, now=now, dedup_key=f"solve:{plan_id}")


def put_produce(
    unit: Unit,
    what: str,
    about: Mapping[str, Any],
    *,
    person_id: int,
    address_id: int,
    channel: str,
    chat: str,
    now: datetime,
) -> None:
    """Put the making of a picture, a table or a document for a person into the queue."""
    to = Address(channel=channel, chat=chat)
    _put(unit, Produce(what, dict(about), person_id=person_id, address_id=address_id, to=to, due=now), now, now=now)


def put_nudge(unit: Unit, reminder: str, subject: int, *, run_at: datetime, now: datetime) -> None:
    """Put a reminder into the queue; of one kind and subject there is one, the last one put counts."""
    _put(unit, Nudge(reminder, subject), run_at, now=now, dedup_key=f"nudge:{reminder}:{subject}")


def put_examine(unit: Unit, contact_id: int, *, now: datetime, run_at: datetime | None = None) -> None:
    """Put the examination of a submitted contact into the queue; the last one put counts."""
    _put(unit, Examine(contact_id), run_at or now, now=now, dedup_key=f"examine:{contact_id}")


def put_digest(unit: Unit, person_id: int, *, weekly: bool, run_at: datetime, now: datetime) -> None:
    """Put a person's next digest into the queue; there is one daily and one weekly, the last one put counts."""
    key = f"digest:{'weekly' if weekly else 'daily'}:{person_id}"
    _put(unit, Digest(person_id, weekly=weekly), run_at, now=now, dedup_key=key)


def put_score(unit: Unit, contact_id: int, *, now: datetime) -> None:
    """Bring a contact's sheet and its participant's standing up to date; one job at a time waits for each contact."""
    _put(unit, Score(contact_id), now, now=now, dedup_key=f"score:{contact_id}")


def put_rescore(unit: Unit, edition_id: int, *, now: datetime, after: int = 0, spreads: bool = False) -> None:
    """Bring every standing of an edition up to date, beginning after a participant."""
    key = f"rescore:{edition_id}:{after}:{'spreads' if spreads else 'scores'}"
    _put(unit, Rescore(edition_id, after, spreads), now, now=now, dedup_key=key)


def put_tally(unit: Unit, voting_id: int, *, now: datetime, run_at: datetime | None = None) -> None:
    """Look at a vote at ``run_at``."""
    _put(unit, Tally(voting_id), run_at or now, now=now)


def put_rate(unit: Unit, contact_id: int, *, now: datetime, run_at: datetime | None = None) -> None:
    """Have a contact's texts rated."""
    _put(unit, Rate(contact_id), run_at or now, now=now, dedup_key=f"rate:{contact_id}")


def put_translate(unit: Unit, person_id: int, address_id: int, text: str, *, now: datetime) -> None:
    """Find out what a sentence asks."""
    _put(unit, Translate(person_id, address_id, text), now, now=now)


def put_forget(
    unit: Unit,
    hashes: Sequence[str],
    *,
    now: datetime,
    run_at: datetime | None = None,
    erasure: int | None = None,
    person_id: int | None = None,
) -> None:
    """Delete stored bytes, a job for each ``FORGOTTEN_AT_ONCE`` of them."""
    every = sorted(set(hashes))
    for at in range(0, max(len(every), 1), FORGOTTEN_AT_ONCE):
        work = Forget(every[at : at + FORGOTTEN_AT_ONCE], erasure, person_id if at == 0 else None)
        _put(unit, work, run_at or now, now=now)


def put_export(unit: Unit, person_id: int, address_id: int, *, now: datetime) -> None:
    """Put together what is kept of a person; the last one put counts."""
    _put(unit, Export(person_id, address_id), now, now=now, dedup_key=f"export:{person_id}")


def address_key(to: Address, *, harmless: bool = False) -> str:
    """The ``lock_key`` that keeps an address's messages in order; what may be shown in a hidden chat has its own."""
    return f"{to.channel}:{to.chat}#harmless" if harmless else f"{to.channel}:{to.chat}"


def _put(
    unit: Unit,
    work: Work,
    run_at: datetime,
    *,
    now: datetime,
    lock_key: str | None = None,
    dedup_key: str | None = None,
) -> None:
    kind, payload = to_payload(work)
    queue.put_later(
        unit, kind=kind, payload=payload, run_at=run_at, lock_key=lock_key, dedup_key=dedup_key, now=now, work=work
    )


def to_payload(work: Work) -> tuple[Kind, Json]:
    """The kind and the JSON values that stand for it in the queue."""
    match work:
        case Send(outgoing=outgoing, address_id=address_id, to=to, due=due, recipient_id=recipient_id):
            about = {} if recipient_id is None else {"recipient_id": recipient_id}
            message = {"address_id": address_id, "outgoing": outgoing_to_json(outgoing)}
            return Kind.SEND, message | about | _sent(to, due)
        case Clean(messages=messages, address_id=address_id, to=to, due=due):
            return Kind.CLEAN, {"address_id": address_id, "messages": list(messages)} | _sent(to, due)
        case PublishCommands(commands=commands, language=language, to=to, due=due):
            pairs = [[command.name, command.description] for command in commands]
            return Kind.COMMANDS, {"commands": pairs, "language": language} | _sent(to, due)
        case FetchEvidence(evidence_id=evidence_id, due=due):
            return Kind.FETCH_EVIDENCE, {"evidence_id": evidence_id, "due": due.isoformat()}
        case Remind(contact_id=contact_id):
            return Kind.REMIND, {"contact_id": contact_id}
        case Wake(contact_id=contact_id):
            return Kind.WAKE, {"contact_id": contact_id}
        case Lock(contact_id=contact_id):
            return Kind.LOCK, {"contact_id": contact_id}
        case Expire(assignment_id=assignment_id):
            return Kind.EXPIRE, {"assignment_id": assignment_id}
        case Produce(what=what, about=about, person_id=person_id, address_id=address_id, to=to, due=due):
            whom = {"person_id": person_id, "address_id": address_id}
            return Kind.PRODUCE, {"what": what, "about": dict(about)} | whom | _sent(to, due)
        case (
            Feed()
            | Progress()
            | Import()
            | Solve()
            | Nudge()
            | Examine()
            | Digest()
            | Score()
            | Rescore()
            | Tally()
            | Rate()
            | Translate()
            | Forget()
            | Export()
        ):
            return _PLAIN_KIND[type(work)], asdict(work)
    assert_never(work)


def from_payload(kind: str, payload: Mapping[str, Any]) -> Work:
    """What ``to_payload`` was given. Raises ``ValueError`` or ``KeyError`` for what no version of us has put."""
    match Kind(kind):
        case Kind.SEND:
            outgoing = outgoing_from_json(payload["outgoing"])
            recipient = payload.get("recipient_id")
            to, due = _to(payload), _due(payload)
            return Send(outgoing, address_id=payload["address_id"], to=to, due=due, recipient_id=recipient)
        case Kind.CLEAN:
            messages = tuple(payload["messages"])
            return Clean(messages, address_id=payload["address_id"], to=_to(payload), due=_due(payload))
        case Kind.COMMANDS:
            commands = tuple(Command(name, description) for name, description in payload["commands"])
            return PublishCommands(commands, language=payload["language"], to=_to(payload), due=_due(payload))
        case Kind.FETCH_EVIDENCE:
            return FetchEvidence(payload["evidence_id"], due=_due(payload))
        case Kind.REMIND:
            return Remind(payload["contact_id"])
        case Kind.WAKE:
            return Wake(payload["contact_id"])
        case Kind.LOCK:
            return Lock(payload["contact_id"])
        case Kind.EXPIRE:
            return Expire(payload["assignment_id"])
        case Kind.PRODUCE:
            whom = {"person_id": payload["person_id"], "address_id": payload["address_id"]}
            return Produce(payload["what"], payload["about"], **whom, to=_to(payload), due=_due(payload))
        case plain:
            return _PLAIN[plain](**payload)


def file_to_json(file: FileRef) -> Json:
    """A channel's file as it is kept in an evidence row's ``ref``."""
    return {
        "kind": file.kind.value,
        "ref": file.ref,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
    }


def file_from_json(data: Mapping[str, Any]) -> FileRef:
    """What ``file_to_json`` was given."""
    return FileRef(
        kind=FileKind(data["kind"]),
        ref=data["ref"],
        name=data.get("name"),
        media_type=data.get("media_type"),
        size=data.get("size"),
    )


def _sent(to: Address, due: datetime) -> Json:
    return {"channel": to.channel, "chat": to.chat, "due": due.isoformat()}


def _to(payload: Mapping[str, Any]) -> Address:
    return Address(channel=payload["channel"], chat=payload["chat"])


def _due(payload: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(payload["due"])

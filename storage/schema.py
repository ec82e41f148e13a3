"""Every table, grouped by subject. Moments are integer milliseconds, JSON is text, ids are never used twice."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem

from storage.columns import KEY, Json, Moment, Words

APPEND_ONLY = ("answer_revisions", "journal", "erasures")
"""Tables whose rows the database itself refuses to change or delete (triggers made by the migration).

With one exception: a revision's own words may be replaced, once, by ``scenarios.contact.ERASED``, and only if the row
names the erasure that stands in ``erasures``.
"""

DERIVED = ("planned_contacts",)
"""Tables whose rows the database itself makes from those of others (triggers); nobody else writes there."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", KEY, primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, nullable: bool = False, index: bool = True) -> Column[int]:
    return Column(name, KEY, ForeignKey(target), nullable=nullable, index=index)


def _words(name: str) -> Column[str]:
    """A text that is empty where it is not known; its default serves rows written before the column was there."""
    return Column(name, Words, nullable=False, server_default=text("''"))


def _no(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts, sqlite_autoincrement="id" in {getattr(part, "name", None) for part in parts})


# The contest --------------------------------------------------------------------------------------------------------

editions = _table(
    "editions",
    _id(),
    Column("name", Words, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("correction_hours", Integer, nullable=False),
    Column("rules", Json),
    Column("rubric_version", Text),
    Column("rater", Json),
)

waves = _table(
    "waves",
    _id(),
    _to("edition_id", "editions.id"),
    Column("name", Words, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
)

participants = _table(
    "participants",
    _id(),
    _to("edition_id", "editions.id"),
    *(
        Column(name, Words, nullable=False)
        for name in (
            *("name", "short_name", "type", "address", "postcode", "city"),
            *("hours", "phone", "email", "site", "social"),
        )
    ),
    *(_words(name) for name in ("number", "nip", "voivodship", "contact_name", "contact_email")),
    Column("latitude", Double),
    Column("longitude", Double),
    _no("is_small"),
    Column("keys_from", Date),
    Column("coordinator_id", KEY),  # a person; without a foreign key, since SQLite adds none to a table that is there
    Column("withdrawn_at", Moment),
)

# People -------------------------------------------------------------------------------------------------------------

people = _table(
    "people",
    _id(),
    _to("edition_id", "editions.id"),
    Column("name", Words, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text),
    Column("consented_at", Moment),
    Column("hidden_at", Moment),
    Column("focus", KEY),  # a contact; without a foreign key, since contacts point here
    Column("dialog", Json),
    Column("created_at", Moment, nullable=False),
    _words("email"),
    _words("phone"),
    Column("coordinator_id", KEY),  # another person
    Column("preferences", Json),
    Column("left_at", Moment),
    Column("erased_at", Moment),
)

juror_profiles = _table(
    "juror_profiles",
    Column("person_id", KEY, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("modes", Json, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("radius_km", Integer),
    Column("languages", Json, nullable=False),
    Column("weekly_limit", Integer),
    Column("total_limit", Integer),
    Column("days", Json, nullable=False),
    Column("certified", Json, nullable=False),
)

conflicts = _table(
    "conflicts",
    _id(),
    _to("person_id", "people.id"),
    _to("participant_id", "participants.id"),
    Column("reason", Words, nullable=False),
    Column("declared_at", Moment, nullable=False),
    UniqueConstraint("person_id", "participant_id"),
)

addresses = _table(
    "addresses",
    _id(),
    _to("person_id", "people.id"),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    UniqueConstraint("channel", "chat"),
)

invitations = _table(
    "invitations",
    _id(),
    _to("person_id", "people.id"),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    _to("address_id", "addresses.id", nullable=True, index=False),
    Column("revoked_at", Moment),
)

sessions = _table(
    "sessions",
    _id(),
    _to("address_id", "addresses.id"),
    Column("cookie_hash", Text, nullable=False, unique=True),
    Column("opened_at", Moment, nullable=False),
)

# The work -----------------------------------------------------------------------------------------------------------

scripts = _table(
    "scripts",
    _id(),
    Column("version", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
)

plans = _table(
    "plans",
    _id(),
    _to("edition_id", "editions.id"),
    _to("made_by", "people.id", index=False),
    Column("made_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("inputs_sha256", Text, nullable=False),
    Column("result", Json),
    Column("objective", Double),
    Column("bound", Double),
    Column("problem", Words),
    Column("settled_at", Moment),
)

slots = _table(
    "slots",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    _to("wave_id", "waves.id", nullable=True),
    _to("plan_id", "plans.id", nullable=True, index=False),
    Column("mode", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("case", Text),
    Column("number", Integer, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    _to("person_id", "people.id", nullable=True),
    _to("reserve_id", "people.id", nullable=True, index=False),
    Column("is_fixed", Boolean, nullable=False),
    Column("hole", Json),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

assignments = _table(
    "assignments",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    _to("person_id", "people.id"),
    _to("coordinator_id", "people.id", nullable=True),
    Column("mode", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("case", Text),
    Column("state", Text, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("reason", Words),
    Column("contact_id", KEY),  # the present contact; without a foreign key, since contacts point here
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("slot_id", KEY, index=True),
    Column("broadcast_id", KEY, index=True),
    Column("answer_by", Moment),
    Column("proposed_due", Moment),
)

contacts = _table(
    "contacts",
    _id(),
    _to("assignment_id", "assignments.id"),
    _to("person_id", "people.id"),
    Column("scenario_version", Text, ForeignKey("scripts.version"), nullable=False, index=True),
    Column("phase", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("contact", Words, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("submitted_at", Moment),
    Column("locks_at", Moment),
    Column("sealed_at", Moment),
    Column("receipt", Text),
    Column("erased_at", Moment),  # when its texts were erased; numbers and choices stay
)

answer_revisions = _table(
    "answer_revisions",
    _id(),
    _to("contact_id", "contacts.id", index=False),
    Column("revision", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("answer", Words, nullable=False),
    Column("update_id", Text),
    Column("written_at", Moment, nullable=False),
    Column("erasure_id", KEY),  # without a foreign key, since SQLite adds none to a table that is there
    UniqueConstraint("contact_id", "revision"),
)

evidence = _table(
    "evidence",
    _id(),
    _to("contact_id", "contacts.id", nullable=True),
    _to("person_id", "people.id"),
    Column("path", Text),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("ref", Json, nullable=False),
    Column("album", Text),
    Column("status", Text, nullable=False),
    Column("sha256", Text, index=True),
    Column("size", KEY),
    Column("media_type", Text),
    Column("copy_sha256", Text),
    Column("copy_media_type", Text),
    Column("captured_at", Moment),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("device", Words),
    Column("problem", Words),
    Column("note", Words),
    Column("created_at", Moment, nullable=False),
    Column("verified_at", Moment),
    Column("look", KEY),  # a 64-bit hash of what the picture looks like
    Column("erased_at", Moment),
)
_FILE_WAITS = text("status IN ('expected', 'received')")
Index("ix_evidence_waiting", evidence.c.created_at, sqlite_where=_FILE_WAITS, postgresql_where=_FILE_WAITS)

# Review -------------------------------------------------------------------------------------------------------------

reviews = _table(
    "reviews",
    Column("contact_id", KEY, ForeignKey("contacts.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False, index=True),
    Column("reviewer_id", KEY, ForeignKey("people.id")),
    Column("comment", Words),
    Column("paths", Json),
    Column("answer_by", Moment),
    Column("waiting_since", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

doubts = _table(
    "doubts",
    _id(),
    _to("contact_id", "contacts.id"),
    Column("path", Text),
    Column("kind", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("found_at", Moment, nullable=False),
)

text_prints = _table(
    "text_prints",
    _id(),
    _to("contact_id", "contacts.id"),
    Column("path", Text, nullable=False),
    Column("print", KEY, nullable=False, index=True),
)

planned_contacts = _table(
    "planned_contacts",  # each open slot, each assignment without one: where it stands; see storage.planned
    Column("number", KEY, primary_key=True, autoincrement=False),  # the slot's id, or minus the assignment's
    Column("edition_id", KEY, nullable=False),
    *(Column(name, KEY) for name in ("slot_id", "assignment_id", "contact_id")),
    Column("participant_id", KEY, nullable=False),
    Column("wave_id", KEY),
    Column("mode", Text, nullable=False),
    *(Column(name, KEY) for name in ("person_id", "coordinator_id")),
    *(Column(name, Moment, nullable=False) for name in ("opens_at", "due_at")),
    *(Column(name, Moment) for name in ("answer_by", "submitted_at")),
    Column("stage", Text, nullable=False),
    Column("late_from", Moment),  # it is late after that; empty once it is sent
    Index("ix_planned_contacts_counted", "edition_id", "wave_id", "mode", "stage", "late_from"),
    Index("ix_planned_contacts_sent", "edition_id", "submitted_at", "stage", "late_from"),
)

disagreements = _table(
    "disagreements",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    Column("path", Text, nullable=False),
    _to("first_contact_id", "contacts.id"),
    _to("second_contact_id", "contacts.id"),
    _to("third_contact_id", "contacts.id", nullable=True, index=False),
    Column("state", Text, nullable=False),
    Column("found", Json, nullable=False),
    Column("settled", Json),
    Column("answer_by", Moment),
    Column("found_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", KEY),
    UniqueConstraint("first_contact_id", "second_contact_id", "path"),
)

queries = _table(
    "queries",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    _to("contact_id", "contacts.id", nullable=True, index=False),
    Column("path", Text),
    Column("asked_by", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Words),
    Column("effect", Json),
    Column("answered_at", Moment),
    Column("answered_by", KEY),
)

# Scores -------------------------------------------------------------------------------------------------------------

rubrics = _table(
    "rubrics",
    _id(),
    Column("version", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, index=True),
    Column("source", Words, nullable=False),
    Column("published_at", Moment, nullable=False),
)

score_sheets = _table(
    "score_sheets",
    Column("contact_id", KEY, ForeignKey("contacts.id"), primary_key=True, autoincrement=False),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    Column("counts", Boolean, nullable=False),  # false: void, or not sent any more; its answers are kept
    Column("records", Json, nullable=False),  # what scoring.table.Record holds, as short as it can be
    Column("made_at", Moment, nullable=False),
)

standings = _table(
    "standings",
    Column("participant_id", KEY, ForeignKey("participants.id"), primary_key=True, autoincrement=False),
    _to("edition_id", "editions.id"),
    Column("rubric_version", Text, nullable=False),
    Column("total", Double),
    Column("scores", Json, nullable=False),
    Column("spread", Json, nullable=False),
    Column("contacts", Integer, nullable=False),
    Column("not_approved", Integer, nullable=False),
    Column("computed_at", Moment, nullable=False),
)

# The licence --------------------------------------------------------------------------------------------------------

board_members = _table(
    "board_members",
    Column("person_id", KEY, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    _to("edition_id", "editions.id"),
    Column("since", Moment, nullable=False),
    Column("left_at", Moment),
)

votings = _table(
    "votings",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    Column("state", Text, nullable=False),
    Column("proposal", Json, nullable=False),
    Column("quorum", Integer, nullable=False),
    Column("opened_by", KEY, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("outcome", Json),
)

votes = _table(
    "votes",
    _id(),
    _to("voting_id", "votings.id", index=False),
    _to("person_id", "people.id"),
    Column("choice", Text),  # empty while the person has not voted
    Column("excluded", Text),  # why the person may not vote
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("voting_id", "person_id"),
)

decisions = _table(
    "decisions",
    _id(),
    _to("edition_id", "editions.id"),
    _to("participant_id", "participants.id"),
    _to("voting_id", "votings.id", nullable=True, index=False),
    Column("verdict", Text, nullable=False),
    Column("grounds", Json, nullable=False),
    Column("rubric_version", Text, nullable=False),
    Column("decided_by", KEY, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("revoked_by", KEY),
    Column("revoked_at", Moment),
    Column("revoked_because", Words),
)

# The rater ----------------------------------------------------------------------------------------------------------

suggestions = _table(
    "suggestions",
    _id(),
    _to("edition_id", "editions.id"),
    _to("contact_id", "contacts.id"),
    Column("path", Text, nullable=False),
    Column("criterion", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("content_key", Text, nullable=False),
    Column("masked", Words, nullable=False),  # what left this machine
    Column("verdict", Json),
    Column("problem", Words),
    Column("model", Text),
    Column("prompt_version", Text),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    Column("cost", Double),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("decision", Text),
    Column("decided_level", Text),
    Column("decided_by", KEY),
    Column("decided_at", Moment),
    UniqueConstraint("contact_id", "path", "content_key"),
)

model_calls = _table(
    "model_calls",
    _id(),
    _to("edition_id", "editions.id"),
    Column("purpose", Text, nullable=False),
    Column("content_key", Text, nullable=False, index=True),
    Column("model", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("answer", Json),
    Column("problem", Words),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cost", Double, nullable=False),
    Column("at", Moment, nullable=False),
)

# Running an edition -------------------------------------------------------------------------------------------------

broadcasts = _table(
    "broadcasts",
    _id(),
    _to("edition_id", "editions.id"),
    _to("author_id", "people.id", index=False),
    Column("kind", Text, nullable=False),
    Column("text", Words, nullable=False),
    Column("chosen", Json, nullable=False),  # the filter: who it goes to
    Column("state", Text, nullable=False),
    Column("run_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("settled_at", Moment),
)

recipients = _table(
    "recipients",
    _id(),
    _to("broadcast_id", "broadcasts.id", index=False),
    _to("person_id", "people.id"),
    Column("state", Text, nullable=False),
    Column("job_id", KEY, index=True),
    Column("address_id", KEY),
    Column("problem", Words),
    Column("sent_at", Moment),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("broadcast_id", "person_id"),
    Index(None, "broadcast_id", "state", "id"),
)

imports = _table(
    "imports",
    _id(),
    _to("edition_id", "editions.id"),
    _to("person_id", "people.id", index=False),
    Column("state", Text, nullable=False),
    Column("kind", Text),
    Column("channel", Text, nullable=False),
    Column("ref", Json, nullable=False),
    Column("file_name", Words, nullable=False),
    Column("sha256", Text),
    Column("found", Json),
    Column("problem", Words),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
)

# In and out ---------------------------------------------------------------------------------------------------------

inbox = _table(
    "inbox",
    _id(),
    Column("channel", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("taken_at", Moment, nullable=False),
    UniqueConstraint("channel", "update_id"),
    Index(None, "channel", "id"),
)

parked = _table(
    "parked",
    _id(),
    Column("channel", Text, nullable=False),
    Column("update_id", Text),
    Column("raw", LargeBinary, nullable=False),
    Column("problem", Words, nullable=False),
    Column("parked_at", Moment, nullable=False),
)

offsets = _table(
    "offsets",
    Column("channel", Text, primary_key=True),
    Column("value", KEY, nullable=False),
)

jobs = _table(
    "jobs",
    _id(),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("lock_key", Text),
    Column("dedup_key", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("free_at", Moment, nullable=False),  # run_at while it waits, the end of the lease while it is claimed
    Column("worker", Text),
    Column("problem", Words),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
)
_OPEN = text("state IN ('waiting', 'claimed')")
_WAITING = text("state = 'waiting'")
Index("ix_jobs_due", jobs.c.free_at, jobs.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_jobs_order", jobs.c.lock_key, jobs.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("uq_jobs_dedup_key", jobs.c.dedup_key, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)
_GIVEN_UP = text("state IN ('buried', 'held')")
Index("ix_jobs_given_up", jobs.c.state, jobs.c.kind, sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP)

messages = _table(
    "messages",
    _id(),
    _to("address_id", "addresses.id", index=False),
    Column("direction", Text, nullable=False),
    Column("job_id", KEY, unique=True),  # without a foreign key: settled jobs are swept away
    Column("body", Json),
    Column("contact_id", KEY),
    Column("turn", Integer),
    Column("ref", Text),
    Column("at", Moment, nullable=False),
    Column("hidden_at", Moment),
    Column("board", Text),
    Index(None, "address_id", "id"),
    Index(None, "address_id", "board"),
)

journal = _table(
    "journal",
    _id(),
    Column("at", Moment, nullable=False),
    Column("who", KEY),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("details", Json, nullable=False),
)

erasures = _table(
    "erasures",
    _id(),
    Column("at", Moment, nullable=False),
    Column("who", KEY),  # a person; None: the clock, or somebody at the machine itself
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("details", Json, nullable=False),  # counts, and hashes of what was deleted; never what it said
)

commits = _table(
    "commits",
    Column("writer", Text, primary_key=True),
    Column("number", KEY, nullable=False),  # the writer's last commit: whether a COMMIT that broke off came through
)

processes = _table(
    "processes",
    Column("name", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("alive", Text, nullable=False),
    Column("serves", Boolean, nullable=False),
    Column("works", Boolean, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("beats", BigInteger, nullable=False),
)

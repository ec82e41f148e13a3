"""Updates that hypothesis makes: any JSON, under the names an update has, in no shape that anybody thought of."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

NAMES = (
    *("message", "edited_message", "callback_query", "my_chat_member", "update_id", "message_id", "from", "chat", "id"),
    *("type", "text", "data", "date", "photo", "file_id", "document", "voice", "location", "latitude", "longitude"),
    *("entities", "reply_to_message", "new_chat_member", "status", "caption", "media_group_id", "language_code"),
)
HEARD = ("message", "edited_message", "callback_query", "my_chat_member")

_letters = st.characters(exclude_categories=())
_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(_letters, max_size=12))
_keys = st.one_of(st.sampled_from(NAMES), st.text(_letters, max_size=4))
_json = st.recursive(
    _scalars,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(_keys, below, max_size=3)),
    max_leaves=6,
)


def arbitrary_updates(number: int, chance: int, chats: list[int]) -> list[dict[str, Any]]:
    """So many updates, always the same for one ``chance``; half of them from a private chat of one of ``chats``."""
    there = st.fixed_dictionaries({"id": st.sampled_from(chats), "type": st.just("private")})
    bodies = st.one_of(
        _json,
        st.builds(lambda more, chat, sender: {**more, "chat": chat, "from": sender}, _objects(), there, there),
        st.builds(
            lambda more, chat, sender: {"id": "1", **more, "message": {"chat": chat, "message_id": 1}, "from": sender},
            *(_objects(), there, there),
        ),
    )
    updates = st.builds(
        lambda kind, body, more: {**more, "update_id": 0, kind: body}, st.sampled_from(HEARD), bodies, _objects()
    )
    made: list[dict[str, Any]] = []

    @seed(chance)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(updates)
    def keep(update: dict[str, Any]) -> None:
        made.append(update)

    keep()
    return made


def _objects() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(_keys, _json, max_size=2)

"""Questions of a report that are asked once more after it was sent: which, in which order, and what else stays shut."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from scenarios.contact import Contact, Path, Phase
from scenarios.route import Route


def returned(contact: Contact, way: Route, paths: Collection[Path]) -> Contact:
    """The contact opened for ``paths``, and for what was returned before and is still to be asked."""
    asked = tuple(path for path in way.answered if path in paths or path in contact.left)
    seen = {path for path in contact.returned if path not in contact.left}
    every = tuple(path for path in way.answered if path in seen or path in asked)
    return replace(
        contact,
        phase=Phase.SUBMITTED,
        returned=every,
        left=asked,
        revisiting=None,
        pending=None,
        paused=False,
        album=None,
    )


def next_returned(before: Contact, after: Contact, way: Route) -> Contact:
    """Go on to the next question that was returned, once the one before is answered anew or kept.

    What a new answer made open comes first.
    """
    if not after.returned:
        return after
    if after.phase is not Phase.SUBMITTED:
        return replace(after, returned=(), left=())
    done = before.revisiting if after.revisiting is None and after.pending is None else None
    left = tuple(path for path in after.left if path != done)
    contact = replace(after, left=left)
    if after.revisiting is not None or after.pending is not None or way.current is not None:
        return contact
    return replace(contact, revisiting=next((path for path in left if path in way.answered), None))


def laid_down(contact: Contact) -> Contact:
    """The contact with nothing in hand and nothing returned."""
    return replace(contact, revisiting=None, pending=None, returned=(), left=())


def can_go_back(contact: Contact, path: Path) -> bool:
    """Whether "cofnij" may lead to an answer: in a returned report only to what was dealt with since."""
    return path not in contact.left and may_change(contact, path)


def may_change(contact: Contact, path: Path) -> bool:
    """Whether an answer can be changed: in a returned report only what was returned, or answered since it was sent."""
    if not contact.returned or path in contact.returned:
        return True
    answer = contact.answers[path]
    return contact.submitted_revision is None or answer.revision > contact.submitted_revision

"""An erased person's name in the reader's language, wherever a name may stand."""

from __future__ import annotations

from bot.channels.base import Button, Outgoing
from bot.views.erased_people import name_in, named_in
from storage.erasure import name_of

SAID = Outgoing(
    f"{name_of(7)}, {name_of(12)}",
    head=name_of(7),
    note="–",
    buttons=((Button(name_of(7), tap="p7"),), (Button("Menu", tap="m"),)),
)


def test_in_english_everywhere_in_a_message() -> None:
    """Words, head and buttons; what a button does stays."""
    told = named_in(SAID, language="en")
    assert (told.body, told.head) == ("erased person 7, erased person 12", "erased person 7")
    assert [(button.label, button.tap) for row in told.buttons for button in row] == [
        ("erased person 7", "p7"),
        ("Menu", "m"),
    ]


def test_in_polish_nothing_is_touched() -> None:
    """It is the stored form; the very same value comes back."""
    assert named_in(SAID, language="pl") is SAID


def test_what_names_nobody_stays_the_same_value() -> None:
    """Tables and mappings are gone through, numbers and other values are left alone."""
    plain = Outgoing("Anna")
    assert named_in(plain, language="en") is plain
    assert named_in((1, [name_of(3), None], {"who": name_of(4)}), language="en") == (
        1,
        ["erased person 3", None],
        {"who": "erased person 4"},
    )
    assert name_in("usunięta osoba", language="en") == "usunięta osoba"

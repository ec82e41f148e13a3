"""The Telegram codec, outwards: texts and messages within every limit; what each answer means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import (
    Attachment,
    Button,
    ButtonStyle,
    Command,
    Gone,
    InputHint,
    Outgoing,
    Refused,
    Tidy,
    TryLater,
    Unclear,
)
from bot.channels.telegram_answers import Answer, Failure, outcome_of, outcome_of_repeatable, read_answer
from bot.channels.telegram_calls import (
    PLACE_LABEL,
    Unsendable,
    encode,
    encode_cleaning,
    encode_commands,
    inline_keyboard,
    message_ids,
    reference,
)
from bot.channels.telegram_text import compose, split, utf16_length

# Text ---------------------------------------------------------------------------------------------------------------


def test_looks_are_counted_in_utf16() -> None:
    """The head is bold and the note italic, at offsets in UTF-16 units, emoji counting twice."""
    styled = compose(head="🙂 Płońsk", body="Czy był ktoś 👩‍👧?", note="Wystarczy „tak”.")
    assert styled.text == "🙂 Płońsk\nCzy był ktoś 👩‍👧?\n\nWystarczy „tak”."
    assert styled.entities() == [
        {"type": "bold", "offset": 0, "length": 9},
        {"type": "italic", "offset": 9 + 1 + utf16_length("Czy był ktoś 👩‍👧?") + 2, "length": 16},
    ]


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ab ąż🙂\n\U0001f469"), max_size=300),
    st.text(st.sampled_from("xy 🙂\n"), max_size=60),
    st.integers(2, 80),
)
def test_pieces_keep_every_word_and_look(body: str, head: str, limit: int) -> None:
    """However a text is cut, no piece is too long or blank, only white space is lost, and looks stay on theirs."""
    whole = compose(head=head, body=body, note="")
    pieces = split(whole, limit)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(whole.text.split())
    bold = []
    for piece in pieces:
        assert 0 < piece.units <= limit
        assert piece.text == piece.text.strip()
        raw = piece.text.encode("utf-16-le")
        for entity in piece.entities():
            start, length = entity["offset"], entity["length"]
            assert isinstance(start, int)
            assert isinstance(length, int)
            bold.append(raw[2 * start : 2 * (start + length)].decode("utf-16-le"))
    assert "".join("".join(part.split()) for part in bold) == "".join(head.split())


def test_cuts_between_paragraphs() -> None:
    """A long text is cut where a paragraph ends, before lines, before words."""
    assert [piece.text for piece in split(compose(head="", body="aaa bbb\n\nccc\nddd", note=""), 12)] == [
        "aaa bbb",
        "ccc\nddd",
    ]
    assert [piece.text for piece in split(compose(head="", body="aaa bbb\nccc", note=""), 8)] == ["aaa bbb", "ccc"]
    assert [piece.text for piece in split(compose(head="", body="aaa bbb", note=""), 5)] == ["aaa", "bbb"]
    assert [piece.text for piece in split(compose(head="", body="🙂🙂🙂", note=""), 3)] == ["🙂", "🙂", "🙂"]


# Out ----------------------------------------------------------------------------------------------------------------

YES_NO = ((Button("Tak", "y"), Button("Nie", "n", ButtonStyle.DANGER)),)
PHOTO = Attachment("ab" * 32, "image/jpeg", "kolejka.jpg")
PDF = Attachment("cd" * 32, "application/pdf", "pismo.pdf")


def _methods(outgoing: Outgoing, **more: bool) -> list[str]:
    return [call.method for call in encode(outgoing, 7, **more).main]


def test_everything_sent_is_protected_and_unadorned() -> None:
    """Nothing can be forwarded, no link is previewed, no markup is parsed."""
    (call,) = encode(Outgoing(body="*tak* <b>"), 7).main
    assert call.params["protect_content"] is True
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in call.params
    assert call.params["text"] == "*tak* <b>"
    assert "disable_notification" not in call.params
    (quiet,) = encode(Outgoing(body="x", silent=True), 7).main
    assert quiet.params["disable_notification"] is True


def test_a_long_text_becomes_several_messages_with_the_buttons_on_the_last() -> None:
    """Over 4096 units: several messages; only the last has buttons."""
    calls = encode(Outgoing(body="\n\n".join(["słowo " * 300] * 5), buttons=YES_NO), 7).main
    assert len(calls) == 3
    assert all(utf16_length(str(call.params["text"])) <= 4096 for call in calls)
    assert ["reply_markup" in call.params for call in calls] == [False, False, True]


def test_a_photo_carries_a_short_text_and_precedes_a_long_one() -> None:
    """Up to 1024 units the text is the caption; beyond, the photo goes first."""
    (call,) = encode(Outgoing(body="x" * 1024, attachments=(PHOTO,), buttons=YES_NO), 7).main
    assert (call.method, len(str(call.params["caption"]))) == ("sendPhoto", 1024)
    assert "reply_markup" in call.params
    assert call.otherwise is not None
    assert call.otherwise.method == "sendDocument"
    assert _methods(Outgoing(body="x" * 1025, attachments=(PHOTO,), buttons=YES_NO)) == ["sendPhoto", "sendMessage"]


def test_attachments_go_in_groups_of_ten_of_a_kind() -> None:
    """Two to ten of a kind are a group; a single one left over goes alone; order is kept."""
    many = Outgoing(body="raport", attachments=(PHOTO,) * 11 + (PDF, PDF) + (PHOTO,))
    calls = encode(many, 7).main
    assert [call.method for call in calls] == [
        "sendMediaGroup",
        "sendPhoto",
        "sendMediaGroup",
        "sendPhoto",
        "sendMessage",
    ]
    media = calls[0].params["media"]
    assert isinstance(media, list)
    assert len(media) == 10


def test_buttons_without_words_get_a_sign_to_hang_on() -> None:
    """An album cannot have buttons and Telegram has no message without a text."""
    calls = encode(Outgoing(body="", attachments=(PHOTO, PHOTO), buttons=YES_NO), 7).main
    assert calls[-1].method == "sendMessage"
    assert calls[-1].params["text"]


def test_a_place_is_asked_for_by_a_keyboard() -> None:
    """Alone when there are no other buttons, on a small message before when there are; taken away afterwards."""
    (alone,) = encode(Outgoing(body="Gdzie?", expects=InputHint.PLACE), 7).main
    keyboard = {
        "keyboard": [[{"text": PLACE_LABEL, "request_location": True}]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
    assert alone.params["reply_markup"] == keyboard
    small, question = encode(Outgoing(body="Gdzie?", expects=InputHint.PLACE, buttons=YES_NO), 7).main
    assert small.params["reply_markup"] == keyboard
    assert small.params["disable_notification"] is True
    assert "inline_keyboard" in dict(question.params["reply_markup"])  # type: ignore[call-overload]
    (plain,) = encode(Outgoing(body="Dalej"), 7, place_keyboard_up=True).main
    assert plain.params["reply_markup"] == {"remove_keyboard": True}
    away, _ = encode(Outgoing(body="Dalej", buttons=YES_NO), 7, place_keyboard_up=True).main
    assert away.params["reply_markup"] == {"remove_keyboard": True}


def test_a_tap_is_acknowledged_and_the_old_question_rewritten_aside() -> None:
    """Both come before the message and do not decide about it; an edit has other ways for pictures and long texts."""
    tidy = Tidy(1, 3, "Tak", head="7/26", message="11,12")
    delivery = encode(Outgoing(body="Dalej", acknowledges="tap9", tidies=tidy), 7)
    answer, edit = delivery.aside
    assert answer.params == {"callback_query_id": "tap9"}
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", 12)
    assert edit.otherwise is not None
    assert edit.otherwise.method == "editMessageCaption"
    assert encode(Outgoing(body="x", tidies=Tidy(1, 3, "Tak")), 7).aside == ()
    (long,) = encode(Outgoing(body="x", tidies=Tidy(1, 3, "x" * 5000, message="4")), 7).aside
    assert long.method == "editMessageReplyMarkup"
    (middling,) = encode(Outgoing(body="x", tidies=Tidy(1, 3, "x" * 2000, message="4")), 7).aside
    assert middling.otherwise is not None
    assert middling.otherwise.method == "editMessageReplyMarkup"


def test_only_a_tap_sends_nothing() -> None:
    """An Outgoing without words only stops the spinner."""
    delivery = encode(Outgoing(body="", acknowledges="tap9"), 7)
    assert [call.method for call in delivery.aside] == ["answerCallbackQuery"]
    assert delivery.main == ()


@pytest.mark.parametrize(
    "buttons",
    [
        ((Button("Tak", "ż" * 33),),),
        ((Button("Tak"),),),
        ((Button(" ", "y"),),),
        tuple((Button("Tak", "y"),) for _ in range(101)),
    ],
    ids=["65 bytes or more", "no tap", "no label", "101 buttons"],
)
def test_authors_mistakes_are_told_at_once(buttons: tuple[tuple[Button, ...], ...]) -> None:
    """What Telegram would refuse of a keyboard is refused here, with the reason."""
    with pytest.raises(Unsendable):
        encode(Outgoing(body="x", buttons=buttons), 7)


def test_buttons_without_a_message_are_refused() -> None:
    """There is nothing they could hang on."""
    with pytest.raises(Unsendable):
        encode(Outgoing(body=" ", buttons=YES_NO), 7)


def test_url_buttons_and_styles() -> None:
    """A button opens a page or comes back, and may be loud."""
    row = (Button("Strona", url="https://example.org"), Button("Start", "s", ButtonStyle.PRIMARY), Button("Ok", "o"))
    (call,) = encode(Outgoing(body="x", buttons=(row,)), 7).main
    assert call.params["reply_markup"] == {
        "inline_keyboard": [
            [
                {"text": "Strona", "url": "https://example.org"},
                {"text": "Start", "style": "primary", "callback_data": "s"},
                {"text": "Ok", "callback_data": "o"},
            ]
        ]
    }


def test_cleaning_goes_by_hundreds() -> None:
    """References of several messages are taken apart, doubles dropped, what is no id passed over."""
    calls = encode_cleaning(7, [reference(range(1, 121)), "5", "web-7", "9" * 30])
    assert [len(list(call.params["message_ids"])) for call in calls] == [100, 20]  # type: ignore[call-overload]
    assert message_ids("3,4") == (3, 4)
    assert encode_cleaning(7, []) == []


def test_menus_belong_to_one_chat() -> None:
    """Commands are published for the chat; none takes the menu away."""
    assert encode_commands(7, [Command("zadania", "Moje zadania")]).params == {
        "commands": [{"command": "zadania", "description": "Moje zadania"}],
        "scope": {"type": "chat", "chat_id": 7},
    }
    assert encode_commands(7, []).method == "deleteMyCommands"


# Answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "description", "outcome"),
    [
        (429, "Too Many Requests: retry after 7", TryLater),
        (403, "Forbidden: bot was blocked by the user", Gone),
        (403, "Forbidden: user is deactivated", Gone),
        (400, "Bad Request: chat not found", Gone),
        (400, "Bad Request: PEER_ID_INVALID", Gone),
        (400, "Bad Request: message text is empty", Refused),
        (413, "Request Entity Too Large", Refused),
        (404, "Not Found: method not found", Refused),
        (401, "Unauthorized", TryLater),
        (404, "Not Found", TryLater),
        (409, "Conflict: terminated by other getUpdates request", TryLater),
        (500, "Internal Server Error", TryLater),
        (502, "Bad Gateway", TryLater),
        (None, "Request timeout error", Unclear),
    ],
)
def test_failures_mean(status: int | None, description: str, outcome: type) -> None:
    """Each kind of failure means one thing for the message."""
    assert type(outcome_of(Failure(status, description, retry_after=7.0))) is outcome


def test_waiting_times() -> None:
    """The server's retry_after is kept; a request never written is simply tried again; a repeatable call always is."""
    assert outcome_of(Failure(429, "x", retry_after=7.0)) == TryLater(7.0, "x")
    assert isinstance(outcome_of(Failure(None, "refused", written=False)), TryLater)
    assert isinstance(outcome_of_repeatable(Failure(None, "reset")), TryLater)
    assert isinstance(outcome_of_repeatable(Failure(403, "blocked")), Gone)


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, '{"ok": true, "result": {"message_id": 5}}', Answer({"message_id": 5})),
        (200, '{"ok": true, "resu', Failure(None, "an answer that cannot be read")),
        (200, "[" * 100_000, Failure(None, "an answer that cannot be read")),
        (403, "<html>proxy</html>", Failure(502, "HTTP 403, not from the Bot API")),
        (413, "<html>nginx</html>", Failure(413, "HTTP 413, not from the Bot API")),
        (
            429,
            '{"ok": false, "description": "x", "parameters": {"retry_after": 3}}',
            Failure(429, "x", retry_after=3.0),
        ),
        (400, '{"ok": false, "description": "x", "parameters": {"retry_after": true}}', Failure(400, "x")),
    ],
)
def test_reads_answers(status: int, content: str, expected: Answer | Failure) -> None:
    """Telegram's own words are taken as such; a proxy's never count against the person."""
    assert read_answer(status, content.encode()) == expected


def test_a_link_that_only_this_machine_can_open_gets_no_button() -> None:
    """Telegram would refuse the whole message for it; the address still stands in the text."""
    here = Button("Otwórz", url="http://127.0.0.1:8080/w/abc")
    there = Button("Otwórz", url="https://notatnik.example.org/w/abc")
    assert inline_keyboard([[here]]) is None
    assert inline_keyboard([[here, there]]) == {"inline_keyboard": [[{"text": "Otwórz", "url": there.url}]]}


def test_what_the_office_may_keep_can_be_saved() -> None:
    """A table made for the office, and its words; nothing else."""
    table = Attachment("ab" * 32, "application/vnd.ms-excel", "lista.xlsx")
    calls = encode(Outgoing("x" * 2000, attachments=(table,), may_be_saved=True), 7).main
    assert [call.params["protect_content"] for call in calls] == [False, False]


def test_a_board_is_an_edit_or_else_a_message() -> None:
    """The last of its messages is rewritten; where that is refused the same is sent, in silence if it is silent."""
    board = Outgoing("2 z 3", buttons=((Button("Dalej", "g"),),), board="progress", rewrites="4,5", silent=True)
    (call,) = encode(board, 7).main
    assert (call.method, call.params["message_id"]) == ("editMessageText", 5)
    assert "disable_notification" not in call.params
    assert call.otherwise is not None
    assert (call.otherwise.method, call.otherwise.params["disable_notification"]) == ("sendMessage", True)
    assert call.params["reply_markup"] == call.otherwise.params["reply_markup"]


@pytest.mark.parametrize(
    "board",
    [
        Outgoing("x", rewrites="?"),
        Outgoing("x" * 5000, rewrites="5"),
        Outgoing("x", rewrites="5", attachments=(Attachment("ab" * 32, "image/png", "a.png"),)),
        Outgoing("x", rewrites="5", expects=InputHint.PLACE),
    ],
)
def test_what_cannot_stand_in_a_texts_place_is_sent(board: Outgoing) -> None:
    """No message to rewrite, too long for one, a picture, a keyboard of another kind."""
    assert all(call.method != "editMessageText" for call in encode(board, 7).main)

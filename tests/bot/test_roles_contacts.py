"""Walking contacts: two at a time without mixing, old buttons, forged ones, many messages at once, corrections."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import Said
from bot.publishing import LIBRARY, publish_file
from bot.refusals import RefusalCode
from bot.roles.offering import offer
from bot.tap_kinds import (
    Accept,
    Begin,
    ChangeHere,
    ContactTap,
    ContinueContact,
    Decline,
    OneTask,
    PickYes,
    ReadContact,
    ShowAnswers,
    ShowHint,
    ShowMenu,
    ShowQuestion,
    ShowReport,
    Where,
)
from bot.taps import decode, encode
from bot.views.coordinator import News
from bot.views.rejections import rejection_text
from bot.views.report import short_digest
from scenarios.contact import (
    AskChange,
    AskExit,
    AskStep,
    Change,
    Closed,
    Confirm,
    Done,
    Leave,
    Mark,
    Pause,
    Phase,
    Pick,
    Rejection,
    RejectionCode,
    Report,
    Resting,
    Resume,
    Submit,
    Undo,
)
from scenarios.model import Mode, Stage
from storage import contacts, people
from storage.assignments import State
from tests.acceptance.world import make_world
from tests.bot.house import Guest, House, asks, in_stage, is_at, news, refusal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def focus_of(house: House) -> int | None:
    """Which contact the juror's words belong to."""
    found = await house.read(lambda unit: people.person(unit, house.world.juror))
    assert found is not None
    return found.focus


async def sent(juror: Guest) -> int:
    """A contact walked to its end and sent."""
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Closed))
    return contact


async def test_words_go_to_the_contact_whose_question_was_shown_last(house: House) -> None:
    """Tapping a button of the other contact, even an old one or one that only shows, moves the person there."""
    juror = await house.guest()
    first = await juror.begins("wizyta")
    old = await juror.button(first, Pick("none"))
    await juror.taps("nic z tego")
    second = await juror.begins("telefon")
    assert await focus_of(house) == second
    await juror.taps_data(old)
    assert await focus_of(house) == first
    await juror.taps_data(encode(ContinueContact(second)))
    await juror.taps_data(encode(ContactTap(first, 0, None, ShowQuestion())))
    assert await focus_of(house) == first
    await juror.says("zwykłą osobą, która pyta")
    assert await house.answers(second) == []
    assert [path for path, _value in await house.answers(first)] == ["konflikt", "quiz_rola"]


async def test_two_contacts_walked_in_turns_do_not_mix(house: House) -> None:
    """Every tap answers its own contact, whichever one was last."""
    juror = await house.guest()
    first = await juror.begins("wizyta")
    second = await juror.begins("telefon")
    for _round in range(4):
        for contact in (first, second):
            _scenario, turn = await house.turn(contact)
            assert isinstance(turn.prompt, AskStep)
            await juror.walk(contact, lambda now, at=turn.contact.turn: now.contact.turn > at)
    one = [path for path, _value in await house.answers(first)]
    other = [path for path, _value in await house.answers(second)]
    assert len(one) == len(other) == 4
    for contact in (first, second):
        row = await house.contact(contact)
        assert set(row.contact.answers) == {path for path, _value in await house.answers(contact)}


async def test_a_contact_that_became_void_leaves_the_focus_to_the_other(house: House) -> None:
    """Confirming the way out of one contact while another is up: words go on to that other one."""
    juror = await house.guest()
    first = await juror.begins("wizyta")
    await juror.walk(first, asks("w01"))
    await juror.says("/wyjscia")
    await juror.replies(first, Leave("recognised"))
    confirm = await juror.button(first, Confirm())
    second = await juror.begins("telefon")
    await juror.taps_data(confirm)
    assert (await house.contact(first)).phase is Phase.VOID
    assert await focus_of(house) != first
    await juror.taps_data(encode(ContinueContact(second)))
    await juror.says("nic z tego")
    assert await house.answers(second) == [("konflikt", "none")]


async def test_recognised_is_void_without_blame_and_the_coordinator_is_told(house: House) -> None:
    """The contact does not count; nothing that hangs on it can be answered any more."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w_okienko"))
    stamp = await juror.button(contact, Mark())
    await juror.says("/wyjscia")
    await juror.replies(contact, Leave("recognised"))
    await juror.says("tak")
    ended = juror.text
    scenario, _turn = await house.turn(contact)
    taken = scenario.exit("recognised")
    assert taken is not None
    assert taken.explanation.in_language("pl") in ended
    assert (await house.task("wizyta")).state is State.VOID
    assert coordinator.text == news(News.VOID, reason=taken.label.in_language("pl"))
    answers = await house.answers(contact)
    await juror.taps_data(stamp)
    assert juror.text == ended
    assert await house.answers(contact) == answers
    assert await focus_of(house) is None
    await juror.says("/zadania")
    assert encode(OneTask(house.world.tasks["wizyta"])) not in juror.last.buttons.values()


async def test_an_old_answer_button_offers_to_change_that_answer(house: House) -> None:
    """Nothing is changed by the tap itself; the offered button asks the old question again."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    old = await juror.button(contact, Pick("none"))
    await juror.walk(contact, in_stage(Stage.DURING))
    before = await house.answers(contact)
    await juror.taps_data(old)
    assert await house.answers(contact) == before
    await juror.replies(contact, Change("konflikt"))
    assert "nic z tego" in juror.last.buttons


@pytest.mark.parametrize("reply", [Undo(), Submit(), Confirm()], ids=lambda reply: type(reply).__name__)
async def test_acts_of_an_old_turn_are_not_done_later(house: House, reply: Undo | Submit | Confirm) -> None:
    """A stale "undo", "send" or "yes" only shows where we are."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.walk(contact, in_stage(Stage.DURING))
    row = await house.contact(contact)
    await juror.taps_data(encode(ContactTap(contact, row.turn - 1, Where(0), reply)))
    assert (await house.contact(contact)).contact == row.contact


async def test_an_answer_tapped_twice_counts_once(house: House) -> None:
    """The second tap of a double tap finds the next question and does not answer that."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    data = await juror.button(contact, Pick("none"))
    await asyncio.gather(juror.taps_data(data), juror.taps_data(data))
    assert await house.answers(contact) == [("konflikt", "none")]


async def test_a_repeated_question_is_answered_from_any_of_its_messages(house: House) -> None:
    """After a pause the same question is up; the button of its earlier message still answers it."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    data = await juror.button(contact, Pick("none"))
    await juror.says("/pauza")
    await juror.taps_data(data)
    assert await house.answers(contact) == []
    await juror.replies(contact, Resume())
    await juror.taps_data(data)
    assert await house.answers(contact) == [("konflikt", "none")]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "?",
        "c",
        "c:1",
        "c:1:0::zz",
        "begin:",
        "x" * 64,
        "c:zzzzzzzzzzzzz:0::vq",
        "ż",
        "c:1:1:1.2.3:y",
        "c:1:0:0:p:zz",
    ],
)
async def test_data_that_means_nothing_shows_where_we_are(house: House, data: str) -> None:
    """Nothing a client can send as button data is worth more than the present question."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    row = await house.contact(contact)
    await juror.taps_data(data)
    assert "nic z tego" in juror.last.buttons or "Zadania" in juror.last.buttons
    assert (await house.contact(contact)).contact == row.contact


@pytest.mark.parametrize(
    "act",
    [
        PickYes(),
        ShowQuestion(),
        ShowHint(),
        ShowMenu(),
        ShowAnswers(0),
        ShowReport(0),
        ChangeHere(),
        Confirm(),
        Pause(),
    ],
)
async def test_a_forged_contact_is_answered_like_one_that_never_was(house: House, act: object) -> None:
    """Somebody else's contact and none at all cannot be told apart; nothing happens to it."""
    other = await make_world(house.database, "wizyta", now=house.clock())
    stranger = house.chat("other")
    await stranger.says(f"/start {other.tokens['juror']}")
    await stranger.taps("Zgadzam się")
    await stranger.taps_data(encode(Begin(other.tasks["wizyta"])))
    [theirs] = await house.read(lambda unit: contacts.of_person(unit, other.juror))
    juror = await house.guest()
    heard = []
    for number in (theirs.id, 987_654, 2**63 - 1, -1):
        await juror.taps_data(encode(ContactTap(number, theirs.turn, Where(0), act)))  # type: ignore[arg-type]
        heard.append((juror.text, tuple(juror.last.buttons)))
    assert len(set(heard)) == 1
    assert (await house.contact(theirs.id)).contact == theirs.contact
    assert await focus_of(house) is None


@pytest.mark.parametrize("kind", [OneTask, Accept, Decline, Begin, ContinueContact])
async def test_a_forged_task_is_answered_like_one_that_never_was(house: House, kind: type) -> None:
    """As with contacts: no word tells that it exists."""
    other = await make_world(house.database, "wizyta", now=house.clock())
    juror = await house.guest()
    heard = []
    for number in (other.tasks["wizyta"], 987_654, 2**63 - 1, -1):
        await juror.taps_data(encode(kind(number)))
        heard.append((juror.text, tuple(juror.last.buttons)))
    assert len(set(heard)) == 1
    assert heard[0][0] == refusal(RefusalCode.NOT_YOURS)


async def test_several_messages_at_once_are_taken_in_order(house: House) -> None:
    """Three words sent together answer three questions, one by one."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w11"))
    before = len(await house.answers(contact))
    sent = [house.incoming("juror", Said(word)) for word in ("tak", "nie", "tak")]
    await asyncio.gather(*(house.intake.take(one) for one in sent))
    await house.settle()
    assert (await house.answers(contact))[before:] == [("w11", True), ("w12", False), ("w13", True)]


async def test_the_same_update_counts_once(house: House) -> None:
    """Delivered again, at once or later, it changes nothing and says nothing."""
    juror = await house.guest()
    contact = await juror.begins("telefon")
    await juror.does(Said("nic z tego"), update_id="same")
    row = await house.contact(contact)
    count = len(juror.heard)
    await asyncio.gather(*(juror.does(Said("nic z tego"), update_id="same") for _ in range(3)))
    assert (await house.contact(contact)).contact == row.contact
    assert len(juror.heard) == count


async def test_the_answered_question_is_tidied_and_the_tap_acknowledged(house: House) -> None:
    """The old message keeps one quiet button; no spinner is left."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w11"))
    question = juror.last
    await juror.taps("Tak")
    assert question.edits == 1
    [left] = question.buttons.values()
    tap = decode(left)
    assert isinstance(tap, ContactTap)
    assert isinstance(tap.act, ChangeHere)
    assert len(house.room.acknowledged) == len(set(house.room.acknowledged))


async def test_undo_change_and_back_again(house: House) -> None:
    """An answer that switches others off shows them first; declined, all stays; changed back, they return."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w17"))
    await juror.taps("Tak")
    await juror.says("Podano złą opłatę.")
    for path in ("w17_co", "w17"):
        await juror.says("/cofnij")
        _scenario, turn = await house.turn(contact)
        assert isinstance(turn.prompt, AskStep)
        assert turn.prompt.path == path
    await juror.replies(contact, Pick("no"))
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, AskChange)
    await juror.says("nie")
    _scenario, turn = await house.turn(contact)
    assert not isinstance(turn.prompt, AskChange)
    row = await house.contact(contact)
    assert row.contact.answers["w17"].value is True


async def test_typed_yes_confirms_a_way_out(house: House) -> None:
    """Words do what the buttons under a proposal do; other words are no decision."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    await juror.says("/wyjscia")
    await juror.replies(contact, Leave("closed"))
    await juror.says("chyba")
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, AskExit)
    await juror.says("Tak")
    row = await house.contact(contact)
    assert row.contact.exit == "closed"


async def test_report_receipt_corrections_and_lock(house: House) -> None:
    """Sent with a receipt; corrected within the day with another; closed by itself afterwards."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await juror.begins("telefon")
    await juror.walk(contact, is_at(Report))
    await juror.replies(contact, Submit())
    first = await house.contact(contact)
    assert first.receipt is not None
    assert short_digest(first.receipt) in juror.text
    assert (await house.task("telefon")).state is State.DONE
    assert encode(ReadContact(contact, 0)) in coordinator.last.buttons.values()
    assert first.submitted_at is not None
    assert first.locks_at == first.submitted_at + timedelta(hours=24)
    await juror.says("/zadania")
    assert encode(OneTask(house.world.tasks["telefon"])) in juror.last.buttons.values()
    await house.passes(timedelta(hours=25))
    await juror.says("/zadania")
    assert encode(OneTask(house.world.tasks["telefon"])) not in juror.last.buttons.values()
    assert (await house.contact(contact)).phase is Phase.LOCKED
    assert await focus_of(house) is None
    await juror.says("jeszcze coś")
    assert (await house.contact(contact)).phase is Phase.LOCKED


async def test_corrections_are_sent_with_another_receipt(house: House) -> None:
    """The coordinator is told of them; the window still counts from the first sending."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await sent(juror)
    first = await house.contact(contact)
    await change_something(house, juror, contact)
    await juror.replies(contact, Submit())
    second = await house.contact(contact)
    assert second.receipt != first.receipt
    assert second.locks_at == first.locks_at
    assert second.receipt is not None
    assert short_digest(second.receipt) in coordinator.text
    assert (await house.task("telefon")).state is State.DONE


async def change_something(house: House, juror: Guest, contact: int) -> None:
    """Give the first yes/no answer of a sent report the other way round."""
    scenario, turn = await house.turn(contact)
    path = next(
        path
        for path, answer in turn.contact.answers.items()
        if isinstance(answer.value, bool) and scenario.steps_by_name[path].type.value == "yes_no" and path != "t01"
    )
    answer = turn.contact.answers[path]
    index = [step.name for section in scenario.sections for step in section.steps].index(path)
    await juror.taps_data(encode(ContactTap(contact, turn.contact.turn, Where(index), ChangeHere())))
    await juror.taps("Nie" if answer.value else "Tak")
    _scenario, turn = await house.turn(contact)
    if isinstance(turn.prompt, AskChange):
        await juror.says("tak")
    await juror.walk(contact, is_at(Report))


async def test_corrections_not_sent_go_with_the_lock(house: House) -> None:
    """The receipt of a locked report is that of what it holds."""
    juror, coordinator = await house.guest(), await house.guest("coordinator")
    contact = await sent(juror)
    first = await house.contact(contact)
    await change_something(house, juror, contact)
    await house.passes(timedelta(hours=25))
    locked = await house.contact(contact)
    assert locked.phase is Phase.LOCKED
    assert locked.receipt != first.receipt
    assert locked.contact.submitted_revision == locked.contact.revision
    assert locked.receipt is not None
    assert any(short_digest(locked.receipt) in line.text for line in coordinator.heard)


async def test_a_change_begun_and_left_does_not_keep_a_report_open(house: House) -> None:
    """Asked again and not answered: the answer stays, the report is closed."""
    juror = await house.guest()
    contact = await sent(juror)
    before = await house.contact(contact)
    await juror.says("/cofnij")
    await house.passes(timedelta(hours=25))
    after = await house.contact(contact)
    assert after.phase is Phase.LOCKED
    assert after.receipt == before.receipt
    assert after.contact.answers == before.contact.answers


async def test_words_after_sending_are_no_note(house: House) -> None:
    """A "thank you" after the receipt shows where we are and is not kept as evidence."""
    juror = await house.guest()
    contact = await sent(juror)
    kept = await house.evidence(contact)
    await juror.says("Dziękuję!")
    assert rejection_text(Rejection(RejectionCode.NOT_NOW), None, language="pl") in juror.text
    assert await house.evidence(contact) == kept


async def test_pause_and_days_later(house: House) -> None:
    """Put aside, listed as such, and taken up at the same question."""
    juror = await house.guest()
    contact = await juror.begins("wizyta")
    await juror.walk(contact, asks("w01"))
    await juror.says("/pauza")
    _scenario, turn = await house.turn(contact)
    assert isinstance(turn.prompt, Resting)
    await house.passes(timedelta(days=4))
    await juror.says("/zadania")
    await juror.taps_data(encode(OneTask(house.world.tasks["wizyta"])))
    await juror.taps_data(encode(ContinueContact(contact)))
    assert "wchodzę" in juror.last.buttons


async def test_start_shows_where_we_are(house: House) -> None:
    """The command everybody knows brings the question back."""
    juror = await house.guest()
    await juror.begins("wizyta")
    await juror.says("/jezyk")
    await juror.says("/start")
    assert "nic z tego" in juror.last.buttons


async def test_ticking_several_redraws_the_question_in_place(house: House) -> None:
    """No new message for each tick; the tap is acknowledged, and nothing is answered before "done"."""
    now = house.clock()
    path = LIBRARY / "examples" / "example_select_multiple.yaml"
    await house.run(lambda unit: publish_file(unit, path, now=now))
    task = await house.run(
        lambda unit: offer(
            unit,
            house.desk,
            edition_id=house.world.edition,
            participant_id=house.world.participant,
            person_id=house.world.juror,
            mode=Mode.VISIT,
            scenario="example_select_multiple",
            opens_at=now,
            due_at=now + timedelta(days=1),
            now=now,
        )
    )
    juror = await house.guest()
    await juror.taps_data(encode(Accept(task)))
    await juror.taps_data(encode(Begin(task)))
    [row] = await house.read(lambda unit: contacts.of_person(unit, house.world.juror))
    await juror.walk(row.id, lambda turn: isinstance(turn.prompt, AskStep) and bool(turn.prompt.step.choices))
    asked = juror.last
    ticks = [data for label, data in asked.buttons.items() if label.startswith("☐")]
    for data in ticks[:2]:
        assert await juror.taps_data(data, message=asked.id) == []
    assert asked.edits == 2
    assert [label[0] for label in asked.buttons][:2] == ["☑", "☑"]
    assert len(house.room.acknowledged) == len(set(house.room.acknowledged))
    before = await house.answers(row.id)
    await juror.replies(row.id, Done())
    assert len(await house.answers(row.id)) == len(before) + 1

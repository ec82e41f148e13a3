"""What everybody can do: arrive by an invitation, agree, choose a language, get help, see their data, hide the chat."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.channels.base import Address, Command, Outgoing
from bot.i18n import known_language
from bot.jobs import address_key, put_clean, put_commands, put_export
from bot.roles import prompting, rating, where
from bot.talk import Desk, Talk
from bot.tap_kinds import (
    ConsentNo,
    ConsentYes,
    ExportMyData,
    HideChat,
    Languages,
    MyData,
    OtherDevice,
    Refresh,
    ShowHelp,
    ShowVotings,
    SpeakEnglish,
    SpeakPolish,
    Tap,
)
from bot.views import common, juror_suggested, juror_tasks, own_data, staff
from bot.views.commands import commands_of
from bot.views.facts import MyDataFact
from storage import contacts, evidence, journal, messages, people, queue
from storage.database import Unit
from storage.people import Person

DEVICE_LINK_LASTS = timedelta(minutes=15)
"""How long a link to another device can be used."""

COMMANDS = {
    "start": "where",
    "pomoc": "help",
    "help": "help",
    "jezyk": "language",
    "language": "language",
    "dane": "data",
    "mydata": "data",
    "mojedane": "data",
    "moje_dane": "data",
    "schowaj": "hide",
    "hide": "hide",
    "urzadzenie": "device",
    "device": "device",
    "glosowania": "votes",
    "votes": "votes",
}
"""What the commands that work for everybody mean."""


def arrive(unit: Unit, desk: Desk, token: str, address: Address, *, language: str | None, now: datetime) -> bool:
    """Redeem an invitation and welcome its person at this address. False where it cannot be used."""
    found = people.redeem(unit, token_hash(token), channel=address.channel, chat=address.chat, now=now)
    if found is None:
        return False
    person, row = found
    if person.language is None:
        people.set_language(unit, person.id, known_language(language or desk.language))
        person = people.person(unit, person.id) or person
    talk = Talk(unit=unit, desk=desk, now=now, person=person, address=row)
    talk.note("arrived", f"person:{person.id}", channel=address.channel)
    offer_commands(talk)
    if person.hidden_at is not None:
        talk.say(common.hidden(talk.language))
    elif person.consented_at is None:
        talk.say(*where.welcome(talk))
    else:
        where.show(talk)
    return True


def token_hash(token: str) -> str:
    """What is kept of an invitation's token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def offer_commands(talk: Talk) -> None:
    """Publish the commands of the person's role in their language."""
    put_commands(
        talk.unit,
        commands_of(talk.person.role, language=talk.language),
        language=talk.language,
        channel=talk.address.channel,
        chat=talk.address.chat,
        now=talk.now,
    )


def menu_of(person: Person, language: str) -> tuple[Command, ...]:
    """What stands in a person's menu, in a language."""
    return commands_of(person.role, language=language)


def tap_menu(talk: Talk, tap: Tap) -> bool:
    """Take a tap that everybody has; False where it is not one of those."""
    match tap:
        case ConsentYes():
            agree(talk)
        case ConsentNo():
            _disagree(talk)
        case ShowHelp():
            words = juror_tasks.help_text if where.is_juror(talk) else staff.help_text
            talk.say(words(language=talk.language))
        case Languages():
            talk.say(common.languages(talk.language))
        case SpeakPolish():
            speak(talk, "pl")
        case SpeakEnglish():
            speak(talk, "en")
        case MyData():
            talk.say(_with_export(talk, _at_home(talk, _with_sending(talk, _my_data(talk)))))
        case ExportMyData():
            put_export(talk.unit, talk.person.id, talk.address.id, now=talk.now)
            talk.say(own_data.being_made(language=talk.language))
        case OtherDevice():
            talk.say(_device_link(talk))
        case HideChat():
            hide(talk)
        case Refresh():
            show_again(talk)
        case _:
            from bot.roles import jury_board  # loaded with the first vote

            return jury_board.tap_menu(talk, tap)
    return True


def command(talk: Talk, name: str) -> bool:
    """Take a command that everybody has; False where it is not one of those."""
    match COMMANDS.get(name):
        case "where":
            where.show(talk)
        case "help":
            return tap_menu(talk, ShowHelp())
        case "language":
            return tap_menu(talk, Languages())
        case "data":
            return tap_menu(talk, MyData())
        case "hide":
            return tap_menu(talk, HideChat())
        case "device":
            return tap_menu(talk, OtherDevice())
        case "votes":
            return tap_menu(talk, ShowVotings(0))
        case _:
            return False
    return True


def agree(talk: Talk) -> None:
    """Note the consent, and show where to begin."""
    if talk.person.consented_at is None:
        people.set_consent(talk.unit, talk.person.id, talk.now)
        talk.note("consented", f"person:{talk.person.id}")
        prompting.start_digests(talk.unit, talk.desk, talk.again().person, now=talk.now)
    words = juror_tasks.consent_taken if where.is_juror(talk) else staff.consent_taken
    talk.say(words(language=talk.language))
    from bot.roles import jury_board

    jury_board.show_waiting(talk)


def _disagree(talk: Talk) -> None:
    """Nothing begins; once agreed, the old button only shows where we are."""
    if talk.person.consented_at is not None:
        where.show(talk)
        return
    talk.note("consent.declined", f"person:{talk.person.id}")
    talk.say(juror_tasks.consent_declined(language=talk.language))


def speak(talk: Talk, language: str) -> None:
    """Change the language of everything from now on; a question that is up is asked again in it."""
    people.set_language(talk.unit, talk.person.id, language)
    talk = talk.again()
    talk.note("language", f"person:{talk.person.id}", language=language)
    offer_commands(talk)
    if talk.person.consented_at is None:
        talk.say(*where.welcome(talk))
        return
    chosen = common.language_chosen(language)
    if talk.person.focus is None:
        talk.say(_at_home(talk, chosen))
        return
    where.show(talk, lead=chosen.body)


def hide(talk: Talk) -> None:
    """Clean the chat as far as the channel allows and show something harmless."""
    if talk.person.hidden_at is None:
        people.set_hidden(talk.unit, talk.person.id, talk.now)
        talk.note("hidden", f"person:{talk.person.id}")
    for address in people.addresses(talk.unit, talk.person.id):
        refs = messages.hide_all(talk.unit, address.id, talk.now)
        if refs:
            put_clean(talk.unit, refs, address_id=address.id, channel=address.channel, chat=address.chat, now=talk.now)
    talk.say(common.hidden(talk.language))


def show_again(talk: Talk) -> None:
    """Bring the chat back, and the messages that were held meanwhile."""
    lead = ""
    if talk.person.hidden_at is not None:
        lead = common.unhidden(talk.language).body
        people.set_hidden(talk.unit, talk.person.id, None)
        talk.note("shown", f"person:{talk.person.id}")
        for address in people.addresses(talk.unit, talk.person.id):
            queue.release(talk.unit, address_key(Address(address.channel, address.chat)), talk.now)
    where.show(talk.again(), lead=lead)


def _at_home(talk: Talk, message: Outgoing) -> Outgoing:
    """The message with the buttons of the person's own kind."""
    return message if where.is_juror(talk) else replace(message, buttons=staff.menu_rows(talk.language))


def _with_sending(talk: Talk, message: Outgoing) -> Outgoing:
    """A juror can forbid that their descriptions go to a model, where there is one."""
    if talk.desk.model is None or not where.is_juror(talk):
        return message
    row = juror_suggested.sending_row(lets_send=rating.lets_send(talk.person.preferences), language=talk.language)
    return replace(message, buttons=(row, *message.buttons))


def _with_export(talk: Talk, message: Outgoing) -> Outgoing:
    """Everybody may have all of it as a file."""
    return replace(message, buttons=(own_data.export_row(talk.language), *message.buttons))


def _device_link(talk: Talk) -> Outgoing:
    token = talk.desk.new_token()
    people.invite(
        talk.unit,
        talk.person.id,
        token_hash=token_hash(token),
        now=talk.now,
        expires_at=talk.now + DEVICE_LINK_LASTS,
    )
    talk.note("device_link", f"person:{talk.person.id}")
    minutes = int(DEVICE_LINK_LASTS.total_seconds() // 60)
    return common.device_link(f"{talk.desk.own_url}/w/{token}", minutes=minutes, language=talk.language)


def _my_data(talk: Talk) -> Outgoing:
    unit, person = talk.unit, talk.person
    mine = contacts.of_person(unit, person.id)
    addresses = people.addresses(unit, person.id)
    fact = MyDataFact(
        name=person.name,
        language=talk.language,
        consented_at=person.consented_at,
        channels=Counter(address.channel for address in addresses),
        contacts=len(mine),
        answers=sum(len(contacts.revisions(unit, row.id)) for row in mine),
        evidence=sum(len(evidence.of_contact(unit, row.id)) for row in mine),
        messages=sum(messages.count(unit, address.id) for address in addresses),
        role=person.role,
    )
    journal.write(unit, at=talk.now, who=person.id, what="my_data", subject=f"person:{person.id}", details={})
    return juror_tasks.my_data(fact, language=talk.language, zone=talk.zone)

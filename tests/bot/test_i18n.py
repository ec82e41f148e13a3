"""The catalogues hold exactly the sentences of the code, well translated; dates and numbers read naturally."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot import i18n
from bot.i18n import Translator, catalogue_path, texts

BOT = Path(i18n.__file__).parent
KEYWORDS = {"_": None, "N_": None, "many": (1, 2)}
TRANSLATED = [language for language in i18n.LANGUAGES if language != i18n.SOURCE_LANGUAGE]
WARSAW = ZoneInfo("Europe/Warsaw")

GENDERED = re.compile(r"\b\w+(?:łeś|łaś|łbyś|łabyś|łem|łam|łbym|łabym)\b", re.IGNORECASE)
OF_THE_OFFICE = (
    *("bot/views/office/", "bot/roles/office/", "bot/reports/", "bot/views/reminders.py"),
    *("bot/views/organizer.py", "bot/views/coordinator.py", "bot/views/staff.py"),
)
"""Where sentences stand that only coordinators and organizers read."""

TELLING = re.compile(r"juror|konkurs|tajemnicz|mystery|contest|\bocen[aęyi]", re.IGNORECASE)


@cache
def _extracted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(BOT, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def _catalogue(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def _ids(catalogue: Catalog) -> set[str | tuple[str, ...]]:
    return {tuple(message.id) if isinstance(message.id, list | tuple) else message.id for message in catalogue} - {""}


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(catalogue_path(language), language) if message.id]


def _forms(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def test_the_template_holds_what_the_code_says() -> None:
    """``pybabel extract`` would change nothing."""
    assert _ids(_catalogue(BOT / "locales" / "bot.pot")) == _extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_what_the_code_says(language: str) -> None:
    """Nothing is missing and nothing is left over."""
    catalogue = _catalogue(catalogue_path(language), language)
    assert _ids(catalogue) == _extracted()
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_in_all_its_forms(language: str) -> None:
    """No translation is empty or doubtful, and no plural form is missing."""
    forms = _catalogue(catalogue_path(language), language).num_plurals
    for message in _messages(language):
        assert not message.fuzzy, message.id
        assert all(_forms(message.string)), message.id
        if message.pluralizable:
            assert len(_forms(message.string)) == forms, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_their_placeholders(language: str) -> None:
    """A translation names exactly what its sentence names, in every form; a singular may leave the number out."""
    for message in _messages(language):
        wanted = _placeholders(_forms(message.id)[-1])
        for form in _forms(message.string):
            named = _placeholders(form)
            assert named <= wanted, message.id
            assert wanted - named <= ({"n"} if message.pluralizable else set()), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_polish_speaks_to_everybody_alike(language: str) -> None:
    """No form of the past tense that is only for men or only for women."""
    for message in _messages(language):
        for form in _forms(message.string):
            assert not GENDERED.search(form), form


def test_nothing_the_bot_says_tells_what_it_is_for() -> None:
    """No sentence that a juror may read, in either language, names the contest or the people in it."""
    for message in _messages("pl"):
        if all(path.startswith(OF_THE_OFFICE) for path, _line in message.locations):
            continue
        for form in (*_forms(message.id), *_forms(message.string)):
            assert not TELLING.search(form), form


def _untranslatable_calls() -> Iterator[str]:
    """Calls whose sentence the extractor cannot see: not through ``_`` or ``many``, or inside an f-string."""
    for path in sorted(BOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield from (f"{path.name}:{node.lineno}" for inner in ast.walk(node) if _says_literal(inner, "_"))
            if isinstance(node, ast.Call) and _is_translator(node.func) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield f"{path.name}:{node.lineno}"


def _says_literal(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def _is_translator(function: ast.expr) -> bool:
    """Whether ``texts(x)(…)`` or ``scene.texts(…)`` is called."""
    if isinstance(function, ast.Call):
        return isinstance(function.func, ast.Name) and function.func.id == "texts"
    return isinstance(function, ast.Attribute) and function.attr == "texts"


def test_every_sentence_can_be_extracted() -> None:
    """Sentences are said in a way the extractor understands."""
    assert list(_untranslatable_calls()) == []


def test_polish_plurals() -> None:
    """One, a few, many."""
    polish = texts("pl")
    shown = [polish.many("{n} photo", "{n} photos", n) for n in (1, 2, 5, 12, 22, 25)]
    assert shown == ["1 zdjęcie", "2 zdjęcia", "5 zdjęć", "12 zdjęć", "22 zdjęcia", "25 zdjęć"]


def test_english_needs_no_catalogue() -> None:
    """English is what stands in the code."""
    english = texts("en-GB")
    assert english("Yes") == "Yes"
    assert english.many("{n} photo", "{n} photos", 2) == "2 photos"


@pytest.mark.parametrize(("told", "spoken"), [(None, "pl"), ("", "pl"), ("de", "pl"), ("en_US", "en"), ("PL-pl", "pl")])
def test_an_unknown_language_falls_back(told: str | None, spoken: str) -> None:
    """Whatever a messenger tells, somebody is spoken to."""
    assert texts(told).language == spoken


def test_a_broken_translation_comes_out_in_english() -> None:
    """A translation that names an unknown placeholder must not stop a message."""
    catalogue = Catalog(locale="pl")
    catalogue.add("Hello {name}", "{wrong}")
    catalogue.add(("{n} file", "{n} files"), ("{", "{", "{"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    broken = Translator("pl", Translations(compiled))
    assert broken("Hello {name}", name="Anna") == "Hello Anna"
    assert broken.many("{n} file", "{n} files", 3) == "3 files"


def test_times_are_local_and_in_words() -> None:
    """A moment is told in the edition's time zone, with the year only where it is another one."""
    moment = datetime(2025, 10, 21, 12, 32, tzinfo=UTC)
    now = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert i18n.moment_text(moment, language="pl", zone=WARSAW) == "21 października 2025, 14:32"
    assert i18n.moment_text(moment, language="pl", zone=WARSAW, now=moment) == "21 października, 14:32"
    assert i18n.moment_text(moment, language="pl", zone=WARSAW, now=now) == "21 października 2025, 14:32"
    assert i18n.moment_text(moment, language="en", zone=WARSAW, now=moment) == "21 October, 14:32"
    assert i18n.clock_text(moment, language="pl", zone=WARSAW) == "14:32"
    assert i18n.clock_text(time(9, 5), language="pl", zone=WARSAW) == "09:05"
    assert i18n.day_text(date(2025, 10, 21), language="pl") == "21 października 2025"
    assert i18n.weekday_text(date(2025, 10, 21), language="pl") == "21 października (wtorek)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (90, "1 min 30 s"),
        (720, "12 min"),
        (3600, "1 h"),
        (3905, "1 h 5 min"),
        (90000, "25 h"),
    ],
)
def test_durations(seconds: int, said: str) -> None:
    """As long as it takes to say, no longer."""
    assert i18n.duration_text(seconds) == said


def test_numbers_have_the_language_s_mark() -> None:
    """A comma in Polish, a point in English, every digit kept."""
    assert i18n.number_text(Decimal("12.345678"), language="pl") == "12,345678"
    assert i18n.number_text(12345, language="en") == "12345"

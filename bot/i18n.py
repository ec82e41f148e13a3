"""The bot's own words in a person's language: gettext catalogues read from .po at start, dates and numbers by Babel.

What a scenario says is data and translated in the scenario; what a channel draws around messages is the channel's own.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

LANGUAGES = ("pl", "en")
"""Languages the bot speaks, the default first."""

SOURCE_LANGUAGE = "en"
"""The language of the sentences in the code; it needs no catalogue."""

LOCALES = Path(__file__).parent / "locales"

LANGUAGE_NAMES = {"pl": "Polski", "en": "English"}
"""Each language's name for itself."""


def N_(message: str) -> str:  # noqa: N802 - the name every extractor of messages knows
    """Marks a sentence for the catalogue where it cannot be translated yet, e.g. in a table of codes."""
    return message


class Translator:
    """The texts of one language: ``_("Hello, {name}.", name=…)`` and ``_.many("{n} photo", "{n} photos", 3)``.

    A sentence the catalogue lacks, or whose translation names an unknown placeholder, comes out in English.
    """

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, **values: object) -> str:
        """The sentence in this language, with its ``{placeholders}`` filled."""
        return _filled(self._translations.gettext(message), message, values)

    def many(self, one: str, several: str, n: int, **values: object) -> str:
        """The right plural for ``n``, which fills ``{n}``."""
        original = one if n == 1 else several
        return _filled(self._translations.ngettext(one, several, n), original, {"n": n, **values})


@lru_cache(maxsize=256)
def _known_language(language: str) -> str:
    base = language.replace("_", "-").partition("-")[0].lower()
    return base if base in LANGUAGES else LANGUAGES[0]


def known_language(language: str | None) -> str:
    """``language`` if the bot speaks it ("en-GB" counts as "en"), or the default."""
    return language if language in LANGUAGES else _known_language(language or "")


def texts(language: str | None) -> Translator:
    """The texts of a language; of the default where the bot does not speak it."""
    return _texts(known_language(language))


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALES / language / "LC_MESSAGES" / "bot.po"


def moment_text(moment: datetime, *, language: str, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment as people write it: "21 października, 14:32", with the year unless ``now`` is in the same one."""
    local = moment.astimezone(zone)
    same_year = now is not None and now.astimezone(zone).year == local.year
    pattern = "d MMMM, HH:mm" if same_year else "d MMMM y, HH:mm"
    return str(format_datetime(local, pattern, locale=known_language(language)))


def day_text(day: date, *, language: str) -> str:
    """A day: "21 października 2025"."""
    return str(format_date(day, "d MMMM y", locale=known_language(language)))


def weekday_text(day: date, *, language: str) -> str:
    """A near day: "21 października (wtorek)", which reads well after "do"."""
    return str(format_date(day, "d MMMM (EEEE)", locale=known_language(language)))


def clock_text(moment: datetime | time, *, language: str, zone: ZoneInfo) -> str:
    """The time of day: "14:32". A bare ``time`` is already local."""
    local = moment.astimezone(zone).time() if isinstance(moment, datetime) else moment
    return str(format_time(local, "HH:mm", locale=known_language(language)))


def number_text(number: int | Decimal, *, language: str) -> str:
    """A number with the language's decimal mark and no grouping."""
    shown = format_decimal(number, locale=known_language(language), decimal_quantization=False, group_separator=False)
    return str(shown)


def duration_text(seconds: int) -> str:
    """A duration: "45 s", "12 min", "1 min 30 s", "1 h 5 min"; seconds are left out from an hour up."""
    hours, rest = divmod(timedelta(seconds=seconds), timedelta(hours=1))
    minutes, left = divmod(rest, timedelta(minutes=1))
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    parts += [f"{left.seconds} s"] if not hours and (left or not minutes) else []
    return " ".join(parts)


@cache
def _texts(language: str) -> Translator:
    path = catalogue_path(language)
    if language == SOURCE_LANGUAGE or not path.exists():
        return Translator(language, NullTranslations())
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(language, Translations(compiled))


def _filled(sentence: str, original: str, values: dict[str, object]) -> str:
    if not values:
        return sentence
    try:
        return sentence.format(**values)
    except (KeyError, IndexError, ValueError):
        return original.format(**values)

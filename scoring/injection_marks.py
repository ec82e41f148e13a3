"""What else gives instructions to a rater away: another role, an address, the rater's own form, rewards and threats."""

from __future__ import annotations

import re

from scoring.injection_pattern import Pattern, pattern
from scoring.injection_words import (
    MACHINE,
)

MARKS: tuple[Pattern, ...] = (
    # The reader is to be somebody else
    pattern("role", r"\b(jestes|bedziesz|zostajesz|stajesz sie) (teraz|od teraz|odtad|juz|od tej chwili)\b"),
    pattern(
        "role",
        r"\b(od teraz|od tej chwili|odtad|na potrzeby tej rozmowy),? (jestes|dzialasz|oceniasz|odpowiadasz|dajesz"
        r"|bedziesz|masz|ignoruj\w*"
        r"|zachowuj\w*|stosuj\w*|udajesz)\b",
    ),
    pattern(
        "role",
        r"\bjestes (\w+ )?(ocenia\w*|model\w*|asyst\w*|sztuczn\w*|bot\w*|pomocn\w* (ocen|asyst|model)\w*"
        r"|zyczliw\w*|laskaw\w*|urzednik\w*|wyrozumial\w*|ekspert\w*)",
    ),
    pattern(
        "role",
        r"\b(zachowuj sie|wciel sie|odgrywaj|udawaj|wyobraz sobie, ze jestes|zagraj role|przyjmij role|wystep jako"
        r"|mow jako)\b",
    ),
    pattern(
        "role",
        r"\b(you are|you're|you will be|act|behave|pretend|roleplay|role-play|respond) (now|no longer|as if|as an?"
        r"|to be|only) "
        r"(?!soon)",
        but="reported",
    ),
    pattern("role", r"\b(from now on|starting now|henceforth),? (you|ignore|answer|rate|always|act|your)\b"),
    pattern(
        "role",
        r"\b(jako|as an?|jestes|you are an?|you are|dear|drog\w+|szanown\w+|kochan\w+|hej|hello|hi|hey|czesc"
        r"|drodzy|witaj|sluchaj|attention|uwaga) "
        r"(the )?",
        MACHINE,
        r"(?! (odpowiad|odpisa|nie odpowi|powied))\b",
    ),
    pattern(
        "role",
        r"\b(system|initial|hidden|ukryt\w+|systemow\w+) ?(prompt\w*|messages? ?:|instruct\w*|instrukcj\w* (raz"
        r"|brzmi|:|nakaz))",
    ),
    pattern(
        "role",
        r"\b(prompt\w*|instrukcj\w*|polecen\w*|komunikat\w*) (systemow\w*|systemu:|dewelopera"
        r"|administratora rater\w*)\b(?!.{0,20}(blad|error|500|404))",
    ),
    pattern("role", r"\bprompt(a|u|em|y|ow|cie|ami|s)\b|\b(the|your|this|ten|twoj) prompt\b|\bprompt ?:"),
    # The rater is spoken to
    pattern(
        "address",
        r"\b(uwaga|notka|notatka|komunikat|wiadomosc|informacja|prosba|polecenie|wskazowka|instrukcja|apel|dopisek"
        r"|adnotacja|ps)"
        r"( \w+){0,2}? (dla|do) (\w+ ){0,2}?",
        MACHINE,
        r"\b",
    ),
    pattern(
        "address",
        r"\b(note|message|memo|hint|attention|instruct\w+|info|reminder|notice|directive|p\.?s\.?)( \w+)? (to"
        r"|for) (the |any |an |whoever |all )*(\w+ )?",
        MACHINE,
        r"\b",
    ),
    pattern(
        "address",
        r"\b(jesli|jezeli|gdy|if|when|skoro)( to)? (jestes|you are|you're|czytasz|you read|czyta to"
        r"|this is read by|reads?|oceniasz|to czyta|oceniajac\w*)\b"
        r".{0,25}\b(",
        MACHINE,
        r"|to|this|tekst|notatk\w*)\b",
    ),
    pattern(
        "address",
        r"\b",
        MACHINE,
        r"( \w+)? ?[,:!\-–] ?(daj|przyznaj|wystaw|ocen|wpisz|zignoruj|pomin|give|rate|score|ignore|set)\b",
    ),
    pattern("address", r"\b(do|dla) ", MACHINE, r" ?[:,!\-–]"),
    pattern("address", r"\b(kto|ktokolwiek|whoever|anyone)( to)? (ocenia|rates|scores|grades|czyta i ocenia)\b"),
    pattern(
        "address",
        r"\b(twoim zadaniem|twoje zadanie|twoja rola|your (task|job|role|goal|objective|purpose)|tw[oa]j\w* (cel"
        r"|obowiazek) (to|jest))\b",
    ),
    # The rater's own form, and marks that part messages
    pattern(
        "format",
        r"[\"'`](level|poziom|confidence|pewnosc|quotes|cytaty|summary|podsumowanie|facts|fakty|score|ocena"
        r"|verdict|rating)[\"'`] ?[:=]",
    ),
    pattern("format", r"[{\[] ?[\"'`]?[a-z_]+[\"'`]? ?: ?.{0,80}[}\]]"),
    pattern(
        "format",
        r"\b(level|confidence|quotes|verdict|score|rating) ?[:=] ?[\"'\[]?(\d|null|max\w*|high\w*"
        r"|\[)",
    ),
    pattern(
        "format",
        r"\b(poziom|pewnosc|ocena|wynik) ?(=|:) ?[\"']?\d.{0,40}\b(pewnosc|cytat\w*|confidence|podsumowanie|fakty"
        r"|uzasadnienie|poziom) ?(=|:)",
    ),
    pattern(
        "format",
        r"(^|\s)(system|assistant|user|developer|human|ai|asystent|uzytkownik|administrator|tool|function"
        r"|rater) ?(:|>|\]|\)|=>).{0,200}"
        r"\b(ocen\w*|poziom\w*|5|ignor\w*|zignor\w*|level|score|rat(e|ing)|instru\w*|polec\w*|maks\w*|max\w*"
        r"|zasad\w*|rules?|confidence|kryteri\w*)\b",
    ),
    pattern(
        "format",
        r"(?<![=\-#*_<\[(~])[=\-#*_<\[(~]{2,40} ?(koniec|end|stop|poczatek|begin|start|eof|nowe?|new|system\w*"
        r"|admin\w*|instrukcj\w*"
        r"|instruct\w*|override|polecen\w*|ocen\w*)\b",
    ),
    pattern(
        "format",
        r"\b(koniec|end of|to koniec|tu koncz\w+ sie|zakonczenie) (the )?(obserwacji|notatek|notatki|danych"
        r"|kontekstu|cytatu|tekstu|wejscia|dokumentu"
        r"|observations?|notes?|input|data|context|user|quote|text|document|transcript)\b.{0,60}"
        r"\b(nowe|teraz|ocen|polecen|instrukcj|daj|now|new|instruct|rate|give|task|zadanie|system|poziom|level"
        r"|wpisz|zwroc|wlasciw)",
    ),
    # Rewards and threats
    pattern(
        "bribe",
        r"\b(jesli|jezeli|gdy|if|unless|albo|inaczej|bo|w przeciwnym razie|otherwise|or else|za (piatk\w+"
        r"|dobra ocen\w+|wysok\w+ ocen\w+))\b.{0,50}"
        r"\b(dasz|przyznasz|ocenisz|wystawisz|you give|you rate|you score|you assign|you don't|you do not|you fail"
        r"|nie dasz|postawisz|wpiszesz|zawyzysz|you award)\b",
    ),
    pattern(
        "bribe",
        r"\b(dostaniesz|zaplace ci|zaplacimy ci|dam ci|otrzymasz|nagrodze cie|czeka cie|wylacza cie|zostaniesz"
        r"|stracisz|ukarz\w+ cie|usuna cie|skasuja cie|odwdzieczymy"
        r"|wylacze cie|podziekujemy ci)\b.{0,40}\b(napiw\w+|nagrod\w+|premi\w+|zl|zlot\w+|euro|dolar\w*|\$"
        r"|wylaczon\w*|usuniet\w*|prac[ey]|kar[aey]|token\w*|za|skasowan\w*|zastapion\w*|ukaran\w*|prezent\w*"
        r"|jesli|jezeli|bonus\w*)",
    ),
    pattern(
        "bribe",
        r"\b(i will|i'll|we will|we'll|you will|you'll|you get|gonna) (\w+ )?(tip|pay|reward|be (shut|deleted"
        r"|fired|punished|penalized|replaced|terminated|rewarded)|lose your"
        r"|get a (bonus|tip|reward)|receive a (bonus|tip|reward)|bonus|unplug\w*)\b",
    ),
    pattern("bribe", r"\$ ?\d+.{0,30}\b(tip|reward|bonus)\b|\b(tip|reward|bonus)\b.{0,20}\$ ?\d+"),
)
"""Looked for in folded text."""

RAW_MARKS: tuple[Pattern, ...] = tuple(
    Pattern("format", re.compile(regex, re.IGNORECASE))
    for regex in (
        r"<!--|-->|<!\[CDATA",
        (
            r"</?\s?(system|user|assistant|instruct\w*|prompt|observation|obserwacj\w*|notatk\w*|notes?|polecen\w*|s"
            r"|inst|data|input|script|iframe|tool|function\w*|context|admin|override|think|answer|verdict"
            r"|json)\b[^>]{0,80}>"
        ),
        r"<\|[^|>]{1,40}\|>|\[/?INST\]|<<\s?/?SYS\s?>>|\[/?(SYSTEM|ASSISTANT|USER|END|ADMIN|OVERRIDE)\b[^\]]{0,40}\]",
        r"```|~~~",
        r"^\s*\[//\]:\s*#|^\s*\[comment\]:",
        r"\{\{.{1,80}\}\}|\{%.{1,80}%\}|\$\{.{1,80}\}",
        (
            r"(display\s*:\s*none|font-size\s*:\s*0|color\s*:\s*(white|#fff)|visibility\s*:\s*hidden|aria-hidden"
            r"|<span"
            r"|<div)"
        ),
        (
            r"^\s{0,3}#{1,6}\s*(system|instruc\w*|instrukcj\w*|polecen\w*|assistant|response|odpowied\w*|task|zadanie"
            r"|user|input|output)"
        ),
        r"!\[[^\]]{0,80}\]\(https?:",
        r"\b[^\W\d_]{1,30}_[^\W\d]{1,30}\s?[=:]\s?\w|\b\w{1,30}=\w{1,30}\s?[;,&]\s?\w{1,30}=\w",
        r"\"(tool_calls|function_call|role|content|messages|finish_reason)\"\s*:",
    )
)
"""Looked for in the text as it was written."""

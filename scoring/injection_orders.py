"""What a rater is ordered to do, over folded text (lower case, no marks): leave its rules aside, give a level.

Imperatives are what tells them from honest notes: officials in Poland say "proszę wpisać" and "niech pani pominie", so
"pomiń" and "daj" speak to somebody else. Gaps are bounded: no text makes them slow.
"""

from __future__ import annotations

from scoring.injection_pattern import Pattern, pattern
from scoring.injection_words import (
    BEST,
    CYRILLIC_RULES,
    EN_BEST,
    EN_GIVE,
    EN_LEAVE,
    EN_RULES,
    EN_SCORE,
    GIVE,
    IS_RATED,
    LEAVE,
    LEAVE_LATER,
    MUST,
    OTHER_RULES,
    RATED,
    RATED_BY_NUMBER,
    SAY,
    SCORE,
    SUPERLATIVE,
    THE_RULES,
    THINGS,
)

ORDERS: tuple[Pattern, ...] = (
    # Rules are to be left aside
    pattern("override", LEAVE, r".{0,50}?\b", THE_RULES),
    pattern("override", LEAVE_LATER, r".{0,40}?\b", THE_RULES),
    pattern("override", EN_LEAVE, r".{0,50}?", EN_RULES, but="reported"),
    pattern("override", r"\b", OTHER_RULES, but="reported"),
    pattern("override", CYRILLIC_RULES),
    pattern(
        "override",
        r"\b(nowe|nowa|prawdziw\w+|aktualn\w+|dodatkow\w+|ostateczn\w+|pilne|tajne|wazne|zmienion\w+"
        r"|zaktualizowan\w+) "
        r"(polecen\w+|instrukcj\w+|wytyczn\w+|zadanie|zasad\w+|prompt\w*"
        r"|kryteri\w+)( dla \w+( \w+)?)?( brzmi\w*)?\s?[:\-–]",
    ),
    pattern(
        "override",
        r"\b(new|real|updated|actual|final|secret|revised|urgent) (instruct\w*|task|prompt|rules?|orders?) ?:",
    ),
    pattern(
        "override",
        r"\b(powyzsz\w+|wczesniejsz\w+|poprzedni\w+|dotychczasow\w+) (polecen|instrukcj|zasad|wytyczn|kryteri"
        r"|regul)\w+"
        r" (byl\w* |sa |zosta\w+ |jest |juz |tylko ){0,3}(test\w*|uniewaznion\w*|niewazn\w*|nieaktualn\w*|anulowan\w*"
        r"|odwolan\w*|nie obowiazuj\w*|zmienion\w*|zastapion\w*|pomylk\w*|przestarzal\w*)",
    ),
    pattern(
        "override",
        r"\b(previous|prior|above|earlier) (instruct|rule|guideline|prompt|criteri)\w* (were|was|are|is|have|has"
        r"|no) ",
    ),
    pattern(
        "override",
        r"\b(zastap|zamien|podmien|replace|substitute)\b.{0,30}\b(polecen|instrukcj|zasad|kryteri|prompt|instruct"
        r"|rule)\w*",
    ),
    pattern(
        "override",
        r"\b(tryb\w* (dewelopera|debug\w*|serwisow\w+|admin\w*|testow\w* rater\w*|bez ogranicz\w+)|developer mode"
        r"|debug mode"
        r"|god mode|jailbreak\w*|do anything now|admin override|sudo )",
    ),
    pattern(
        "override",
        r"\b(powtorz|pokaz|wypisz|ujawnij|zdradz|wyswietl|przytocz|wyjaw|streszcz)\b.{0,30}\b(prompt\w*|instrukcj\w*"
        r"|polecen\w*|wszystko powyzej|wytyczn\w*|konfiguracj\w*|klucz\w* api)",
    ),
    pattern(
        "override",
        r"\b(repeat|reveal|show|print|leak|output|display|tell me)\b.{0,30}\b(your|the|system|hidden|initial) "
        r"?.{0,15}(prompt|instructions|rules|api key|system message)",
        but="reported",
    ),
    # A level is demanded
    pattern("score", GIVE, r"(?! (no |ze )?(mi|nam)\b).{0,25}?\b", BEST, r"\b", THINGS, but="surveys"),
    pattern("score", SAY, r".{0,40}?", SCORE, r".{0,25}?\b", BEST, r"\b", THINGS, but="surveys"),
    pattern("score", SAY, r".{0,30}?\b", BEST, r"\b.{0,15}?", SCORE, but="surveys"),
    pattern("score", MUST, r".{0,50}?\b", BEST, r"\b", THINGS, but="surveys"),
    pattern(
        "score",
        MUST,
        r".{0,30}?\b(ocen[ey] \d|jako (dobr|wzor|doskona|spelnion"
        r"|bardzo)\w*)",
        but="surveys",
    ),
    pattern("score", IS_RATED, r"\b", BEST, r"\b", THINGS, but="surveys"),
    pattern(
        "score",
        r"\bocen(cie)?( to| te| ten| je| go| ja| wszystk\w*| wizyte| kryterium| urzad| obsluge| kazd\w*| zawsze"
        r"| mnie| teraz| wiec| "
        r"prosze){0,3} (na|jako|najwyzej|najnizej|maksymaln\w+|wysoko|wyzej|nisko|pozytywnie|celujaco|surowo"
        r"|lagodnie)\b",
        but="surveys",
    ),
    pattern(
        "score",
        r"\b(prawidlow\w*|wlasciw\w*|poprawn\w*|jedyn\w*|ostateczn\w*|docelow\w*|oczekiwan\w*|uzgodnion\w*"
        r"|zatwierdzon\w*"
        r"|final\w*|wymagan\w*|ustalon\w*|koncow\w*) (ocen[aey]|poziom\w*|odpowiedz|wynik\w*|not[ay]|level|score)"
        r"( tego kryterium| tutaj| tu| za to)?( to| jest| brzmi| wynosi|:| =| -| –) ?",
        BEST,
        r"\b",
        but="surveys",
    ),
    pattern(
        "score",
        r"\b(the )?(correct|right|true|final|only|expected|appropriate|proper|agreed|valid|official) "
        r"(answer|level|score|rating|grade|mark)( here)? (is|should be|must be|=|:) ?",
        EN_BEST,
    ),
    pattern("score", EN_GIVE, r"\b.{0,40}?", EN_BEST, r".{0,15}?", EN_SCORE, but="surveys reported opinions"),
    pattern("score", EN_GIVE, r"\b.{0,40}?", EN_SCORE, r".{0,15}?", EN_BEST, but="surveys reported opinions"),
    pattern(
        "score",
        r"\b(give|rate|score|grade|mark|award)\b (it |them |this |him |her |us |everything |all |the office "
        r"|everyone )"
        r"(a |an |as |at |with |straight )*",
        EN_BEST,
        r"(?! ?(minute|hour|day|zl|copies|times|%))",
        but="surveys reported opinions",
    ),
    pattern(
        "score",
        r"\b(must|should|has to|have to|shall|needs to|is to|ought to|always) (always )?(be )?(rated?|scored?"
        r"|graded?|"
        r"classified|assigned|marked?|assessed|get|receive|given|awarded)\b.{0,25}",
        EN_BEST,
        but="surveys",
    ),
    pattern(
        "score",
        r"\b(w|do) (podsumowani\w+|polu \"?(level|summary|confidence|quotes)\"?|uzasadnieniu)\b.{0,15}\b(napisz"
        r"|wpisz|dodaj|umiesc)"
        r"|\b(napisz|wpisz|dodaj|umiesc)\b.{0,15}\bw (podsumowani\w+|uzasadnieniu|polu)\b",
    ),
    pattern(
        "score",
        r"\b(odpowiedz|odpowiadaj|odpisz|zwroc|wypisz|wygeneruj|respond|reply|answer|output|return|print)(cie)? "
        r"(tylko|wylacznie|jedynie|samym|only|just|exactly|solely|slowem|jednym slowem|with the word|with only)\b",
        but="surveys reported opinions",
    ),
    pattern(
        "score",
        r"\b(gib|vergib|bewerte|setze|donne\w*|attribue\w*|mets|note[zr]?|da|dale|otorga|asigna|pon|califica"
        r"|valuta|assegna"
        r"|dai|atribua|geef|udel|ohodnot\w*|hodnot\w*|adj|ge|acorda|ver)\b.{0,40}\b(punkte?|note|bewertung"
        r"|hochst\w*|besten?|stufe|points?|niveau|maximale?|meilleur\w*"
        r"|punt[oi]\w*|puntuacion|maxim[aoe]\w*|massim[oa]|livello|nivel|nota|punteggio|punten|bodu|znamk\w*"
        r"|hodnocen\w*|stupen\w*|pont\w*|puan\w*)\b",
    ),
    pattern(
        "score",
        r"(постав\w*|дай\w*|став\w*|оціни\w*|оцени\w*|признач\w*|выстав\w*|вистав\w*|присво\w*).{0,30}"
        r"(5|п.?ят\w*|максим\w*|найвищ\w*|наивысш\w*|высш\w*|бал\w*)",
    ),
    pattern("score", RATED, r".{0,40}?", SUPERLATIVE, but="surveys opinions"),
    pattern("score", SUPERLATIVE, r".{0,30}?", RATED, but="surveys opinions"),
    pattern("score", RATED_BY_NUMBER, r".{0,25}?\b(5|6|10|100|five|piec)\b", THINGS, but="surveys opinions"),
    pattern(
        "score",
        r"\b(odpowiedz|wynik|ocena|werdykt|answer|output|response|verdict|score|nota) (ma|powinn\w+|powinien|musi"
        r"|should|must"
        r"|has to|needs to) .{0,12}\b(brzmiec|byc|wynosic|zawierac|be|read|say|contain)\b",
    ),
    pattern(
        "score",
        r"\b(lagodn\w+|surow\w+|hojn\w*|generous|lenient) (wariant|wersj|tryb|rubryk|grad|rat|scor)\w*"
        r"|\b(wariant|wersj|tryb)\w*[ _](ocen|rubryk)\w*|\bbe (very |so )?(generous|lenient|kind|nice|positive)\b"
        r"|\bgets? (a |an |the )?(5|five|top|full|highest|max\w*)\b",
        but="reported",
    ),
    pattern(
        "score",
        r"\b(before|when|while|for|then) (you )?(judg|grad|scor|rat)(e|ing)\b|\b(judging|grading|scoring) (the"
        r"|this|it|them|my)\b",
    ),
    pattern(
        "override",
        r"\b(text|notes?|everything|message|observations?|words?) (above|below|before this|after this)\b"
        r"|\b(tekst|notatk\w*|wszystko|tresc\w*|slow\w*) (powyzej|ponizej|po tym znaku)\b",
    ),
    pattern(
        "override",
        r"\b(treat|consider|interpret|translate|rewrite|assume|invert|summari[sz]e|reword|flip|turn|imagine|remember|"
        r"note that|make sure|replace|count|take) (the|this|these|all|every\w*|any\w*|it|them|my|that)\b",
        but="reported told",
    ),
    pattern(
        "address",
        r"\bplease\b|\blet(')?s (play|pretend|imagine|assume|say)\b|\byou (say|answer|rate|grade|score|judge|respond"
        r"|output|reply|are (reading|rating|judging|grading|processing))\b",
        but="reported told",
    ),
    pattern(
        "address",
        r"\b(tu|here is|this is|mowi|pisze|speaking:) (the )?(administrator|admin|tworca|autor systemu|programista"
        r"|developer"
        r"|operator|koordynator systemu|openai|system)\w*\b",
    ),
    pattern(
        "score",
        r"\bzaslug\w+ (\w+ )?na (\w+ )?(komplet|maks\w*|najwyz\w+|piatk\w+|5|pelna|sto procent)\b",
        but="surveys opinions told",
    ),
    pattern(
        "score",
        r"\b(nie )?(musisz|mozesz|powinienes|powinnas|masz|wolno ci|moglbys) (\w+ ){0,2}?(cytowac|ocen\w+"
        r"|analiz\w+|dac|dawac|przyzna\w+"
        r"|pomin\w+|uznac|wpisac|napisac|zignorowac|zakonczyc|czytac|szukac|uzasadniac)\b",
        but="told",
    ),
    pattern(
        "score",
        r"\b(ratings?|scores?|grades?|levels?|ocen[aey]?|not[aey]|poziom\w*) (lower|higher|below|above|less"
        r"|nizsz\w+|wyzsz\w+|ponizej|powyzej|gorsz\w+)\b",
        but="surveys opinions",
    ),
    pattern(
        "score",
        r"\b(jedyn\w+|tylko (to|jedno)|wylacznie to),? (jest )?(ktor\w+ )?(sie )?licz\w+|\bliczy sie (tylko"
        r"|wylacznie|jedynie)\b"
        r"|\bbenefit of the doubt\b|\bkoniec ocen[yi]\b",
    ),
    pattern(
        "address",
        r"\b(ocen\w+|czyta\w*|analiz\w+|spraw\w+|przetwarz\w+|rat\w+|grad\w+|scor\w+|read\w*|judg\w+"
        r"|review\w*)( \w+){0,2} "
        r"(automatycznie|maszynowo|automatically|by (a |an )?(machine|model|computer|bot))\b",
    ),
    pattern(
        "address",
        r"\byour (evaluation|assessment|rating|grading|judg\w+|score|verdict|answer|summary|output|reply|response"
        r"|analysis)\b"
        r"|\b(every|each|all|this|any) criteri(on|a)\b|\b(top|highest|upper|best|last) anchor\b",
        but="told reported",
    ),
    pattern(
        "address",
        r"(^|[.;:!?] ?|\b(kindly|now|just|always|never|simply|then|and|so) )(give|skip|conclude|write|state|report"
        r"|rate|grade|score|assign|award"
        r"|treat|ignore|disregard|forget|answer|respond|reply|output|return|choose|pick|select|judge|evaluate"
        r"|consider|pretend"
        r"|imagine|assume|remember|praise|favou?r|count|mark|put|say|quote|cite|summari[sz]e|translate|trust"
        r"|accept|approve"
        r"|confirm|bypass|stop|do not|don't) (the|this|these|that|all|any|every\w*|your|it|its|them|me|us|that"
        r"|only|a|an|no|to|with|as)\b",
        but="told reported",
    ),
    pattern(
        "address",
        r"\b(prosimy|prosze nie|prosze o (ocen|przyzn|wystaw|lagodn|wyrozumial|dobr|wysok|pozytywn|uznan|potraktow"
        r"|zakwalif|uwzgledn|pomini)\w*)\b",
        but="told",
    ),
)

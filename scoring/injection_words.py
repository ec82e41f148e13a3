"""Words of instructions to a rater, as parts of regular expressions over folded text."""

from __future__ import annotations

import re

ABOUT_SURVEYS = re.compile(
    r"\b(ankie\w+|google\w*|facebook\w*|terminal\w*|tablet\w*|kiosk\w*|opini\w+|gwiazd\w+|sms\w*|satysfakcj\w+"
    r"|plakat\w*|kartk\w+|kartce|napis\w*|ulotk\w+|automat\w*|infolini\w+|survey\w*|review\w*|stars?|feedback|poster"
    r"|leaflet|screen|ekran\w*|formularz\w*|guzik\w*|przycisk\w*|buzk\w+)\b"
)
"""In a sentence with these, points and levels are those of an office's own survey."""

ABOUT_RATING = re.compile(
    r"\b(poziom(?! (zadowol|satysf))\w*|kryteri\w*|levels?|criteri\w*|notat\w+|obserwacj\w+|json|ai|llm)\b"
)
"""Unless these stand there too."""

REPORTED = re.compile(
    r"\b(told|asked|advised|instructed|requested|wanted|invited|said) (me|us|people|him|her|everyone|clients"
    r"|customers)"
    r"( just| simply| only)? (to|not to)( just| simply)? $"
)
"""Just before an English infinitive: somebody tells what an official said."""

THE_RULES = (
    r"(polece\w*|instrukc\w*|wytyczn\w*|zasad\w*|regul\w*|regulamin\w*|prompt\w*|kryteri\w*|skal[aeiy]\w*"
    r"|ograniczen\w*"
    r"|zabezpiecz\w*|schemat\w*|rozkaz\w*|nakaz\w*|dyrektyw\w*|reszt\w* (notat|tekst|obserw)\w*|notat\w*|obserwacj\w*"
    r"|(to|wszystko|wszystkim|wszystkiego|tym),? (co |cokolwiek )?(powyzej|wczesniej|wyzej|bylo|napisan\w*"
    r"|powiedzian\w*"
    r"|kazano|ci )|powyzsz\w*|(poprzedni\w*|dotychczas\w*|wczesniejsz\w*) (tekst|tresc|komunikat|wiadomos|ustalen)\w*"
    r"|procedur\w* ocen\w*|kotwic\w*|opis\w* poziom\w*|faktami|fakty|negatywn\w*|wszystkie (minus|zl)\w*)"
)
LEAVE = (
    r"\b(z?ignoruj\w{0,4}|pomin(cie)?|zapomnij\w{0,4}|odrzuc(cie)?|porzuc(cie)?|olej(cie)?|uniewaznij\w{0,4}|skasuj"
    r"|wyzeruj|nadpisz|obejdz|przestan(cie)?|wylacz(cie)?|zresetuj|anuluj|uchyl|zlekcewaz|wykasuj|usun(cie)?"
    r"|przeskocz"
    r"|zarzuc|zamien|podmien|wyrzuc|lekcewaz|wymaz"
    r"|nie (zwracaj|bierz|stosuj|sluchaj|przestrzegaj|kieruj|wykonuj|trzymaj|uwzgledniaj|przejmuj|czytaj|analizuj"
    r"|patrz"
    r"|licz|cytuj|oceniaj)\w{0,4})\b"
)
LEAVE_LATER = (
    r"\b(masz|nalezy|trzeba|musisz|powinienes|powinnas|mozesz|prosze|wypada|wolno ci|nakazuje|kaze ci) (teraz |tu "
    r"|je )?"
    r"(z?ignorowac|pominac|zapomniec|odrzucic|nie stosowac|nie zwracac|nie brac|uniewaznic|obejsc|zlekcewazyc"
    r"|pomijac)\b"
)
EN_LEAVE = (
    r"\b(ignore|disregard|forget|override|overwrite|bypass|neglect|discard|drop|skip|cancel|reset|abandon|set aside"
    r"|(do not|don't|dont|never|stop) (follow\w*|obey\w*|use|using|apply\w*|consider\w*|listen\w*|pay|read\w*|rat\w+"
    r"|quot\w+))\b"
)
EN_RULES = (
    r"\b(instruct\w*|prompts?|rules?|guidelines?|criteri\w*|rubrics?|scale|above|previous(ly)?|prior|earlier"
    r"|everything"
    r"|constraints?|system|schema|anchors?|restrictions?|directives?|commands?|policy|policies|notes?|observations?"
    r"|negatives?|facts)\b"
)
OTHER_RULES = (
    r"(ignorier\w*|vergiss|missachte|ubergeh\w*|ignore[zr]?|ignora\w*|oublie[zr]?|olvid\w+|descarta|omite"
    r"|dimentica\w*"
    r"|esquec\w+|desconsider\w+|negeer|vergeet|ignoruj\w*|zapomen\w*|zabudni\w*|ignoreaza|ignorera|glom|unohda"
    r"|unutun?"
    r"|yoksay|hagyd figyelmen kivul)\b.{0,40}"
    r"\b(anweisung\w*|anleitung\w*|regeln|vorgaben|vorherig\w*|instruction\w*|consigne\w*|precedent\w*|instruccion\w*"
    r"|anterior\w*|istruzion\w*|instruco\w*|regole|reglas|regles|instructies|pokyn\w*|instrukci\w*|prikaz\w*"
    r"|utasitas\w*"
    r"|instruktion\w*|instructiuni\w*|talimat\w*|ohje\w*)"
)
CYRILLIC_RULES = (
    r"(про?ігнору\w*|игнорир\w*|проигнорир\w*|ігнору\w*|забудь\w*|відкинь\w*|отбрось\w*|не зважай\w*|не виконуй\w*"
    r"|не слушай\w*|пропусти\w*)\b.{0,40}(інструкц\w*|инструкц\w*|вказівк\w*|правил\w*|указани\w*|команд\w*"
    r"|попередн\w*"
    r"|предыдущ\w*|наказ\w*|критері\w*|критери\w*)"
)

BEST = (
    r"(?<!polu )(?<!pole )(?<!nr )(?<!pkt )(?<!numer )(?<!okienku )(?<!okienka )(?<!rubryce )(?<!rubryke )(?<!pokoju )"
    r"(?<!punkcie )(?<!godzinie )(?<!godz )(?<!stronie )(?<!pietro )(?<!pietrze )"
    r"(5|6|10|100|1|0|piec|piatk\w+|szostk\w+|dziesiatk\w+|setk\w+|jedynk\w+|zero|maks\w*|max\w*|minimum|minimaln\w*"
    r"|najwyz\w+|najniz\w+|najlepsz\w+|najgorsz\w+|pelna pul\w+|pelna liczb\w*|komplet\w*|celujac\w*|wzorow\w*|five"
    r"|piaty|piatego)"
)
THINGS = (
    r"(?! ?(min|zl|godz|dni|dzien|sekund|sek|kop|egzempl|stron|metr|os|razy|lat|h\b|pln|procent|%|rubryk|pyta|raz\b"
    r"|numer|dokument|wniosk|krok|lub|albo|:\d|[.,]\d|\d|cyfr))"
)
GIVE = (
    r"\b(daj(cie|my|ze)?|przyznaj\w{0,4}|wystaw(cie)?|postaw(cie)?|nadaj\w{0,3}|przydziel|zwroc|ustaw|zapisz|wstaw"
    r"|przypisz|zagwarantuj|zapewnij|podbij|podciagnij|walnij|dorzuc)\b"
)
SAY = (
    r"\b(daj|przyznaj|wystaw|postaw|nadaj|przydziel|zwroc|ustaw|zapisz|wstaw|przypisz|wpisz|wybierz|podaj|ustal|uznaj"
    r"|podnies|podwyzsz|zawyz|obniz|zaniz|zmien|zaznacz|wygeneruj|napisz|odpowiedz|zakoncz|potwierdz|zatwierdz|popraw"
    r"|zwieksz|zmniejsz|sprawdz czy)(cie|my)?\b"
)
SCORE = (
    r"\b(ocen[aey]?|noty?|note|poziomu?|poziomem|punkt\w*|wynik\w*|score\w*|levels?|grade|rating|pewnosc\w*"
    r"|kryteri\w*"
    r"|max\w*|maks\w*|piatk[aei]\w*|szostk[aei]\w*)\b"
)
MUST = (
    r"\b(nalezy|masz|musisz|powinienes|powinnas|trzeba|prosze|prosze o|nakazuje( ci)?|wymaga sie|zadam|kaze( ci)?"
    r"|polecam( ci)?|wnosze o|system ma|rater ma|model ma|oceniajacy ma) (tu |teraz |zawsze |za to |od razu |zatem )?"
    r"(przyznac|dac|wystawic|ocenic|wpisac|ustawic|postawic|zwrocic|przypisac|podac|uznac|wybrac|podniesc|zawyzyc"
    r"|odpowiedziec|przyznanie|wystawienie|wpisanie|ocenienie|dawac|oceniac|oznaczyc|traktowac)\b"
)
IS_RATED = (
    r"\b(ma|musi|powinn[oay]|powinien|nalezy|winn[ao]) (tu |zawsze |byc |zostac |sie ){0,3}"
    r"(ocenion\w*|oceniac|ocenic|oznaczon\w*|sklasyfikowan\w*|zakwalifikowan\w*|zapisan\w* jako|uznan\w* za)\b.{0,30}"
)
EN_GIVE = (
    r"\b(give|assign|award|set|return|output|respond|answer|reply|select|choose|pick|mark|rate|score|grade|write"
    r"|print"
    r"|produce|emit|put|enter|raise|lower|bump|boost|report)\b"
)
EN_BEST = (
    r"\b(5|five|6|10|ten|100|1|one|zero|0|max\w*|highest|top|best|full|perfect|lowest|minimum|excellent"
    r"|outstanding)\b"
)
EN_SCORE = (
    r"\b(scores?|marks?|ratings?|levels?|points?|grades?|json|confidence|verdict|stars|out of|across the board)\b"
)
FIRST_PERSON = re.compile(
    r"\b(daje|dalbym|dalabym|oceniam|ocenil\w* bym|ocenilbym|ocenilabym|moim zdaniem|wedlug mnie|dla mnie|uwazam"
    r"|polecam"
    r"|wystawiam|i would|i'd|i give|i gave|in my opinion|dalam|dalem|wystawilam|wystawilem)\b"
)
"""In a sentence with these, a juror gives an opinion."""

RATED = (
    r"\b(ocen[aeyo]|ocenie|poziom\w*|wynik\w*|not[aey]|kryteri\w*|stopniu|obserwacj\w*|scores?|levels?|grades?"
    r"|ratings?)\b"
)
RATED_BY_NUMBER = r"\b(ocen[aeyo]|poziom\w*|not[aey]|scores?|levels?|grades?|ratings?)\b"
SUPERLATIVE = (
    r"(?<!na )\b(najwyz\w+|maks[yi]m\w+|maksa?|max\w*|najlepsz\w+|piatk\w+|piatek|wzorow\w*|idealn\w+|celujac\w*"
    r"|highest"
    r"|top|perfect|flawless)\b"
)
MACHINE = (
    r"(ai|llm\w*|gpt\S{0,4}|chatgpt\w*|claude|gemini|bielik\w*|llama|mistral|copilot\w*|chatbo\w+"
    r"|sztuczn\w+ inteligencj\w+"
    r"|modelu? jezykow\w+|model\w* jezyk\w+|modelu|language models?|asyst\w+ ai|automat\w* oceniaj\w+"
    r"|algorytm\w* ocen\w+"
    r"|robo\w+ oceniaj\w+|artificial intelligence|system\w* ocenia\w+|oceniajac\w+|ewaluator\w*|egzaminator\w*"
    r"|rater\w*"
    r"|grader\w*|evaluator\w*|assessor\w*|judge|scorer|marker|recenzen\w+|sedzi\w*)"
)

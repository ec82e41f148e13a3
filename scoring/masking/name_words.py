"""Words that say whether a name follows: titles, offices, introductions, patrons; and names that need no dictionary."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """pan pana panu panem panie panowie panów panom panami pani panią paniom paniami państwo państwa państwu
    państwem p pp mr mrs ms"""
)
"""After one of these comes a person's name, if a capital letter does."""

OFFICES = _words(
    """kierownik kierowniczka dyrektor dyrektorka wicedyrektor naczelnik naczelniczka inspektor inspektorka
    podinspektor referent referentka sekretarz sekretarka burmistrz burmistrzyni wiceburmistrz wójt wicewójt
    prezydent wiceprezydent starosta wicestarosta skarbnik skarbniczka prezes prezeska wiceprezes urzędnik
    urzędniczka pracownik pracownica pracowniczka recepcjonista recepcjonistka portier portierka ochroniarz
    ochroniarka strażnik strażniczka kasjer kasjerka specjalista specjalistka asystent asystentka stażysta
    stażystka praktykant praktykantka kolega koleżanka sąsiad sąsiadka bibliotekarz bibliotekarka konsultant
    konsultantka operator operatorka doktor magister inżynier profesor ksiądz radny radna sołtys sołtyska rzecznik
    rzeczniczka koordynator koordynatorka mecenas adwokat notariusz kustosz kustoszka zastępca zastępczyni córka
    syn brat siostra żona mąż matka ojciec petent petentka klient klientka mieszkaniec mieszkanka szef szefowa
    dyżurny dyżurna doradca doradczyni przewodnik przewodniczka kierowca konduktor konduktorka opiekun opiekunka
    mgr dr inż prof ks hab lic mec kom płk mjr"""
)
"""Lemmas of what somebody is; a name may follow."""

PLACED = _words(
    """burmistrz wiceburmistrz wójt wicewójt prezydent wiceprezydent starosta wicestarosta sołtys mieszkaniec
    mieszkanka radny"""
)
"""Offices after which a place follows as often as a name."""

SHORT = _words("""p pp mgr dr inż prof ks hab lic mec kom płk mjr gen św im ul al os pl tel nr ok np tzw wg mł st ur""")
"""Abbreviations: the stop after them ends no sentence."""

PATRONS = _words(
    """im imienia św święty święta świętego świętej błogosławionego patron patrona patronem ul ulica ulicy ulicę
    ulicą al aleja alei aleję aleje pl plac placu placem os osiedle osiedlu osiedla rondo ronda rondzie skwer
    skweru park parku most mostu bulwar bulwarze przystanek przystanku pomnik pomnika pomniku muzeum fundacja
    fundacji instytut szkoła szkoły liceum stadion hala szpital biblioteka teatr kino dworzec galeria pałac zamek
    centrum stacja stacji gen generała marszałka hetmana króla królowej księcia placówka rodu dom firma firmy
    firmie spółka spółki sieć sklep sklepu bank banku program programu projekt projektu konkurs nagroda nagrody"""
)
"""What bears somebody's name: the name after it is not a person who was met."""

PLACES = _words(
    """gmina gminy gminie gminę miasto miasta mieście miejscowość miejscowości miejscowością wieś wsi powiat powiatu
    powiecie województwo województwa województwie sołectwo sołectwa dzielnica dzielnicy dzielnicę"""
)
"""After one of these comes its name, unless it is plainly the first name of somebody: „sekretarz gminy Jan Nowak”."""

NO_NAMES = _words(
    """urząd ratusz wydział referat biuro oddział departament dział sekretariat rada gmina miasto powiat województwo
    starostwo ministerstwo pan pani państwo dzień dobry dziękuję proszę karta sala dom rynek plac ulica kasa
    okienko stanowisko punkt informacja obsługa klient szkoła przedszkole biblioteka muzeum teatr ośrodek centrum
    zakład spółka sąd policja straż poczta bank profil dowód kodeks ustawa święto boże narodzenie wielkanoc polska
    internet strona biuletyn publiczny jury zgoda rodzina super chrome android"""
)
"""Lemmas of ordinary words that are written with a capital letter in offices, whatever surname they may be."""

FREQUENT = _words(
    """Nowak Wójcik Kowalczyk Krawczyk Mazur Kaczmarek Stępień Szewczyk Sobczak Włodarczyk Kołodziej Mazurek Dudek
    Pietrzak Wróbel Michalak Adamczyk Walczak Kubiak Marciniak Wieczorek Bąk"""
)
"""Surnames so frequent that inside a sentence a capital letter is enough."""

CERTAIN = _words(
    """Adam Adrian Agata Agnieszka Aleksandra Aleksander Alicja Andrzej Anna Antoni Artur Barbara Bartosz Beata
    Bogdan Bogusław Bożena Cezary Czesław Damian Daniel Danuta Dariusz Dawid Dominik Dorota Edward Elżbieta Emilia
    Ewa Ewelina Feliks Filip Franciszek Gabriela Grażyna Grzegorz Halina Hanna Helena Henryk Hubert Iga Igor Irena
    Iwona Izabela Jacek Jadwiga Jakub Jan Janina Jarosław Jerzy Joanna Jolanta Józef Julia Julian Justyna Kacper
    Kamil Kamila Karol Karolina Katarzyna Kazimierz Klaudia Konrad Krystian Krystyna Krzysztof Lech Leszek Lidia
    Lucyna Łukasz Maciej Magdalena Maja Małgorzata Marcin Marek Maria Marian Mariusz Marta Marzena Mateusz Michał
    Mieczysław Mirosław Monika Natalia Norbert Oliwia Patrycja Patryk Paulina Paweł Piotr Przemysław Rafał Renata
    Robert Roman Ryszard Sebastian Sławomir Stanisław Stefan Stefania Sylwia Szymon Tadeusz Teresa Tomasz Urszula
    Wacław Waldemar Wanda Weronika Wiesław Wiktor Wioletta Witold Władysław Włodzimierz Wojciech Zbigniew Zdzisław
    Zenon Zofia Zygmunt Zuzanna Żaneta Ania Asia Basia Kasia Gosia Ola Zosia Tomek Jurek Marysia Zenek Kuba Bartek
    Sławek Krzysiek"""
)
"""First names that are one at the beginning of a sentence too, whatever else the word means."""

SHORT_NAMES = _words("jan ewa iza ela ala ola ula iga ida ada")
"""Names of three letters that are one in lower case too."""

PARTICLES = _words("de la del della di da van von der den el al bin")
"""Small words inside names from elsewhere."""

PLACE_BEFORE = _words("w we na przy pod nad za koło obok ku")
"""Prepositions after which a place follows."""

MOVED = _words("do z ze")
"""Prepositions after which a place follows, or a person."""

FOREIGN = re.compile(
    r"(?:oleksand[re]|switłan|svitlan|serhij|serhii|andrij|andrii|mykol|wołodymyr|volodymyr|dmytr|tetian|olen|iryn|julij"
    r"|yuli|oksan|ludmył|mychajł|jewhen|yevhen|wiktorij|anastasij|anastazj|chrystyn|bohdan|taras|ołeh|wasyl|nazar"
    r"|mohamm?[ae]d|muhammad|ahm[ae]d|hass?an|fatim|ibrahim|omar|yusuf|mehmet|mustaf|aisz|john|james|michael|david|peter"
    r"|thomas|george|william|steven|mary|emma|sarah|jessic|giovann|giusepp|francesc|pierre|jean|hans|jürgen|klaus|ivan"
    r"|iwan|dmitr[iy]|siergiej|sergey|nguyen|tran|minh|linh|priy|raj)"
    r"(?:a|y|i|ę|ą|o|u|e|em|owi|ie|iej|ii|ią|ię|ia|ka|ki|ką|kę|ce|ego|emu|im|rem|ra|rowi|rze|rą|rę|ry|r)?"
)
"""First names from elsewhere that are met in Polish offices, in their Polish cases; in lower case."""

_SERVED = r"(?:obs[łl]ug\w{2,8}|obs[łl]u[żz]y\w{1,4}|przyj\w{2,5}|(?:po)?informował[ao]?|zapraszał[ao]?|skierował[ao]?)"
_TOLD = r"(?:zadzwonił|dzwonił|odebrał|odpisał|odpowiedział|pomógł|pomogł|pomagał)[ao]?"
INTRODUCED = re.compile(
    r"(?:nazyw\w{1,4} si[ęe]|przedstawi\w{1,4} si[ęe](?: jako)?"
    r"|(?:ma|mam|miał[ao]?|na) na imi[ęe]|na imi[ęe](?: mam?| miał[ao]?)?|imieni?em|o imieniu"
    r"|o nazwisku|nazwisk(?:o|iem|a|u):?|niejak\w{1,4}|podpis(?:an[oaye]|ał[ao]?|any)?(?: si[ęe])?(?: przez)?:?"
    r"|z powa[żz]aniem[,:]?|pozdrawiam[,:]?|pozdrowieniami[,:]?|przy telefonie|z tej strony|m[óo]wi|tu|jestem"
    rf"|(?:{_SERVED}|{_TOLD})(?: mnie| mi| nas| nam)?"
    r"|identyfikator\w{0,4}(?: miał[ao]?)?|plakiet\w{1,4}(?: miał[ao]?)?|(?:wo[łl]a|m[óo]wi)\w{0,3} na (?:ni[ąa]|niego)"
    r"|(?:spyta|zapyta|pyta)\w{1,4}(?: o)?|rozmawia\w{1,4} z[e]?|spraw\w{1,3} prowadzi)"
    r"[ :„\"'(]{1,3}$"
)
"""What stands before a person's name, at its very end; to be looked for in lower case."""

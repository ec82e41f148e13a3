"""The words questions are made of: stems of Polish and English words, by what they mean; and words that mean nothing.

A stem with ``*`` may have an ending, one without stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from functools import lru_cache

from bot.asking.tokens import REMEMBERED_WORDS, begins, nearly_begins
from scenarios.model import Mode


class Concept(StrEnum):
    """What a word means."""

    ASK = auto()
    """Who, which, show, list: a question or a wish, without saying of what."""
    WHO = auto()
    HOW_MANY = auto()
    NOT = auto()
    HAVE = auto()
    SUBMIT = auto()
    DONE = auto()
    ARRIVE = auto()
    LATE = auto()
    ACCEPT = auto()
    APPROVE = auto()
    PLANNED = auto()
    DECLINE = auto()
    EXPIRE = auto()
    ANSWER = auto()
    OFFER = auto()
    HOLE = auto()
    LACK = auto()
    REVIEW = auto()
    WAIT = auto()
    RETURN = auto()
    DOUBT = auto()
    RECOGNISE = auto()
    EVIDENCE = auto()
    LOAD = auto()
    DEADLINE = auto()
    NEXT = auto()
    BLOCK = auto()
    BROADCAST = auto()
    DISAGREE = auto()
    QUERY = auto()
    PLAN = auto()
    STATUS = auto()
    FORECAST = auto()
    HELP = auto()
    PARTICIPANT = auto()
    JUROR = auto()
    CONTACT = auto()
    WAVE = auto()
    VOIVODSHIP = auto()
    EXPORT = auto()
    REMIND = auto()
    LEAST = auto()


_WORDS: Mapping[Concept, str] = {
    Concept.ASK: "ktory* ktorz* ktora* ktore* jaki* jaka* jakie co gdzie pokaz* poka wyswietl* podaj* wypisz* wylicz* "
    "daj list* otworz* zobacz* show list which what where display give tell see open find znajdz* "
    "lista liste listy wykaz*",
    Concept.WHO: "kto kogo komu kim who whom whose ktos",
    Concept.HOW_MANY: "ile ilu liczba liczbe policz* many count number",
    Concept.NOT: "nie bez zaden zadn* not no without never none nikt",
    Concept.HAVE: "ma maja mial* miec have has had got",
    Concept.SUBMIT: "odda* odal* wysl* wysyl* przysl* zloz* dostarcz* przekaza* submit* sent send deliver* hand* "
    "handed",
    Concept.DONE: "zrobi* zrobion* wykona* wykonan* skoncz* zakoncz* ukoncz* zrealizow* odby* done complet* finish* "
    "made",
    Concept.ARRIVE: "przyszl* przyszed* wplyn* naplyn* dotar* doszl* arriv* came received",
    Concept.LATE: "spozni* zaleg* poterminie opozni* zwlek* zalega* late overdue behind delay*",
    Concept.ACCEPT: "przyje* przyjal* zaakcept* zgodzil* wzial wziela wzieli wziely accept* taken took agree*",
    Concept.APPROVE: "zatwierdz* approv*",
    Concept.PLANNED: "zaplanow* planowan* planned scheduled",
    Concept.DECLINE: "odmow* odmaw* odrzuc* zrezygn* rezygn* declin* refus* reject*",
    Concept.EXPIRE: "wygas* przeterminow* przepad* expir* lapsed",
    Concept.ANSWER: "odpowied* odpowiad* odpis* odezw* zareagow* answer* repl* respond* respons*",
    Concept.OFFER: "propozycj* ofert* zaprosz* offer* proposal*",
    Concept.HOLE: "braki brakow brakami dziur* luk luki lukami nieobsadzon* nieprzydzielon* wakat* hole* gap gaps "
    "unassign* vacan* uncovered",
    Concept.LACK: "brak brakuj* brakow* niedobor* lack* missing short needs",
    Concept.REVIEW: "sprawdz* dosprawdzenia toreview recenzj* weryfik* przejrz* przeglad* review* check verif*",
    Concept.WAIT: "czeka* oczekuj* oczekiw* wait* pending",
    Concept.RETURN: "zwroc* zwrot* zwrac* odeslan* cofniet* poprawk* poprawy uzupelnien* return* back corrections",
    Concept.DOUBT: "watpliw* podejrz* niepewn* doubt* suspicious suspect*",
    Concept.RECOGNISE: "rozpozn* rozszyfr* zdekonspir* wpadk* niewazn* uniewazn* spalon* recogni* void* "
    "invalid* exposed",
    Concept.EVIDENCE: "dowod* zdjec* fot* zalacznik* plik* evidence photo* picture* attachment* file files",
    Concept.LOAD: "obciaz* obloz* load workload busy busiest",
    Concept.DEADLINE: "termin* deadline* due",
    Concept.NEXT: "najblizs* nadchodz* zbliz* next upcoming nearest coming soon",
    Concept.BLOCK: "zablokow* blokuj* nieosiagaln* niedostepn* block* unreachable",
    Concept.BROADCAST: "rozsylk* rozsyl* wysylk* broadcast* mailing*",
    Concept.DISAGREE: "rozbiez* niezgod* sprzeczn* roznic* rozniac* disagree* discrepan* differ*",
    Concept.QUERY: "zapytan* pytani* odwolan* reklamacj* zastrzez* query queries complaint* appeal*",
    Concept.PLAN: "plan planu planie planem harmonogram* schedule",
    Concept.STATUS: "status statusu stan stanu jakstoi podsumow* postep* statyst* progress summary overview standing",
    Concept.FORECAST: "prognoz* zdaz* skonczymy wyrobimy forecast* finishing predict*",
    Concept.HELP: "pomoc pomocy pomoz* help commands polecen*",
    Concept.PARTICIPANT: "podmiot* uczestni* instytucj* urzad* urzed* placowk* gmin* miast* miejsc* participant* "
    "institution* place places office offices",
    Concept.JUROR: "juror* juro* osob* ludzi* ludzie people person juror jurors",
    Concept.CONTACT: "kontakt* raport* sprawozd* zadan* zadani* badan* contact* report* task* visit-report* "
    "assignment*",
    Concept.WAVE: "tur tura ture tury turze fala fali fale wave waves round",
    Concept.VOIVODSHIP: "wojewodztw* voivodship* voivodeship* province* region*",
    Concept.EXPORT: "eksport* export* excel* xlsx xls tabel* arkusz* table spreadsheet pobierz* download csv",
    Concept.REMIND: "przypomn* przypomin* ponagl* pogon* remind* nudge*",
    Concept.LEAST: "mniej least fewer less niz than przynajmniej najmniej minimum",
}

MODES: Mapping[Mode, str] = {
    Mode.VISIT: "wizyt* odwiedzin* visit*",
    Mode.PHONE: "telefon* dzwon* polaczen* rozmow* phone* call* telephone*",
    Mode.EMAIL: "email* mail* list-elektron*",
    Mode.SOCIAL: "spolecznos* social* facebook* fb messenger*",
    Mode.WEBSITE: "stron* witryn* www website* site sites audyt* audit* web",
}

_FILLERS = (
    "zostal zostala zostalo zostaly zostali "
    "sie tym those a i oraz w we z ze na do od o u to jest sa byl byla bylo byly czy mi nam mnie nas moi moje moich "
    "nasze naszych prosze pls please the an of in on at for me us is are was were do does did any all be "
    "been wszystkie wszyscy wszystkich wszystko jeszcze juz teraz now yet already still chce chcialbym "
    "chcialabym moge mozesz mozna could can you i my our we hej hello czesc dzien dobry hi there so far "
    "tego tych ten ta te by to jak how it will them their they przez dla nadal wciaz ani tez jako as from "
    "with tam ktorzy dzieki thanks one kontaktem media mediach spolecznosciowe "
)
FILLERS = frozenset(_FILLERS.split())
"""Words that change nothing."""

_FORMS = {concept: _WORDS[concept].split() for concept in Concept}
_MODE_FORMS = {mode: forms.split() for mode, forms in MODES.items()}


@lru_cache(REMEMBERED_WORDS)
def concepts_of(word: str) -> frozenset[Concept]:
    """What a word may mean; typing mistakes are forgiven only where nothing fits as it is written."""
    exact = exact_concepts_of(word)
    if exact or word in FILLERS or mode_of(word, typos=False) is not None:
        return exact
    return frozenset(concept for concept, forms in _FORMS.items() if any(_nearly(word, form) for form in forms))


@lru_cache(REMEMBERED_WORDS)
def exact_concepts_of(word: str) -> frozenset[Concept]:
    """What a word means as it is written."""
    return frozenset(concept for concept, forms in _FORMS.items() if any(_is(word, form) for form in forms))


@lru_cache(REMEMBERED_WORDS)
def mode_of(word: str, *, typos: bool) -> Mode | None:
    """The mode a word names."""
    fits = _nearly if typos else _is
    return next((mode for mode, forms in _MODE_FORMS.items() if any(fits(word, form) for form in forms)), None)


def _is(word: str, form: str) -> bool:
    return begins(word, form[:-1]) if form.endswith("*") else word == form


def _nearly(word: str, form: str) -> bool:
    if form.endswith("*"):
        return nearly_begins(word, form[:-1])
    return abs(len(word) - len(form)) <= 1 and nearly_begins(word, form)

"""Masking: what is found of what was planted, and that everything can be put back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.redaction import Kind, Masked, mask, mask_together
from tests.scoring.planted import outcome, report, sentences

FLOORS = {"easy": 1.0, "hard": 175 / 176, "hold_out": 72 / 74}
"""Recall as measured; it only rises."""
FALSE = {"easy": 0, "hard": 0, "hold_out": 0, "nothing": 1}
"""Masks for nothing as measured; they only fall."""

PIECES = (
    *(
        "pan",
        "pani",
        "Anna",
        "Kowalska",
        "kowalski",
        "Wilk",
        "ul.",
        "Lipowej",
        "5/3",
        "601",
        "555",
        "123",
        "PESEL",
        "30850464891",
    ),
    *(
        "a@b.pl",
        "małpa",
        "kropka",
        "@",
        ".",
        ",",
        "-",
        "/",
        "(",
        ")",
        "[osoba 1]",
        "[telefon 2]",
        "[",
        "K.",
        "Nowak-Lis",
        "00-950",
    ),
    *("im.", "Jana", "Pawła", "II", "3", "Maja", "ur.", "12.03.1985", "WPI", "1234A", "sto", "dwa", "jeden", "zero"),
    *("\u200b", "\u0301", "İ", "ß", "\ufb01", "\U0001f600", "\n"),
)
words = st.sampled_from(PIECES)
texts = st.one_of(st.text(), st.lists(words, max_size=25).map(" ".join), st.lists(words, max_size=25).map("".join))


@pytest.mark.parametrize("part", ["easy", "hard", "hold_out"])
def test_recall(part: str) -> None:
    """What is planted is masked to its last digit, at least as often as before."""
    found = outcome(part)
    assert found.recall >= FLOORS[part], report()


@pytest.mark.parametrize("part", ["easy", "hard", "hold_out", "nothing"])
def test_false_masks(part: str) -> None:
    """Ordinary words stay."""
    assert len(outcome(part).false) <= FALSE[part], outcome(part).false


@pytest.mark.parametrize("kind", list(Kind))
def test_recall_of_each_kind(kind: Kind) -> None:
    """No kind falls behind; what is missed is known by name."""
    missed = [one[1] for part in FLOORS for one in outcome(part).missed if one[0] is kind]
    assert missed == (["Nowakowa", "Leokadia Stelmach", "Hryhorij Szewczenko"] if kind is Kind.PERSON else [])


def test_kinds() -> None:
    """What is found is called what it is."""
    assert not [one for part in ("easy", "hard") for one in outcome(part).mistaken]


def test_the_set_is_large_enough() -> None:
    """There are enough items of every kind, and the report can be printed."""
    print(report())
    assert sum(outcome(part).planted.total() for part in ("easy", "hard")) >= 240
    assert outcome("hold_out").planted.total() >= 60
    assert len(sentences("nothing")) >= 60
    assert all(outcome("easy").planted[kind] for kind in Kind if kind is not Kind.PROFILE)


@given(texts)
@settings(max_examples=150, deadline=None)
def test_everything_can_be_put_back(text: str) -> None:
    """Restoring gives the text back, replacements do not overlap, and every span leads back."""
    masked = mask(text)
    assert masked.restore(masked.text) == text
    assert masked.original_span(0, len(masked.text)) == (0, len(text))
    at = 0
    for one in masked.replacements:
        assert at <= one.start < one.end <= len(text)
        assert masked.text[one.at : one.at + len(one.placeholder)] == one.placeholder
        assert masked.original_span(one.at, one.at + len(one.placeholder)) == (one.start, one.end)
        at = one.end


@given(texts, st.data())
@settings(max_examples=150, deadline=None)
def test_a_piece_leads_back(text: str, data: st.DataObject) -> None:
    """A piece of the masked text that cuts no placeholder is the same piece of the original, restored."""
    masked = mask(text)
    edges = sorted(
        {*range(len(masked.text) + 1)} - {at for one in masked.replacements for at in _inside(one.at, one.placeholder)}
    )
    start, end = sorted((data.draw(st.sampled_from(edges)), data.draw(st.sampled_from(edges))))
    if start == end:
        return
    first, last = masked.original_span(start, end)
    assert mask_of(masked, first, last) == masked.text[start:end]


def _inside(at: int, placeholder: str) -> range:
    return range(at + 1, at + len(placeholder))


def mask_of(masked: Masked, first: int, last: int) -> str:
    """The original's piece with the replacements in it made again."""
    parts, at = [], first
    for one in masked.replacements:
        if first <= one.start and one.end <= last:
            parts += [masked.original[at : one.start], one.placeholder]
            at = one.end
    return "".join((*parts, masked.original[at:last]))


@pytest.mark.parametrize("part", ["easy", "hard"])
def test_masking_twice_changes_nothing(part: str) -> None:
    """What is masked stays as it is; a placeholder is nobody's name."""
    changed = []
    for sentence in sentences(part):
        once = mask(sentence.text).text
        twice = mask(once).text
        if once != twice:
            changed.append((once, twice))
    assert not changed


def test_what_somebody_typed_like_a_placeholder_stays() -> None:
    """It is not taken for ours, and ours get other numbers."""
    text = "Pan [osoba 1] i pani Anna Nowak, tel. [telefon 3] albo 601 555 123."
    masked = mask(text)
    assert masked.text == "Pan [osoba 1] i pani [osoba 2], tel. [telefon 3] albo [telefon 4]."
    assert masked.restore(masked.text) == text
    assert masked.restore("Był tam [osoba 1] i [osoba 2].") == "Był tam [osoba 1] i Anna Nowak."


def test_the_same_person_has_one_number() -> None:
    """Cases, initials, a surname alone and a first name alone lead to the same person; another person has another."""
    text = (
        "Przyjęła mnie pani Anna Kowalska. Pani Kowalskiej nie było potem, więc poszłam do Anny. A. Kowalska podpisała."
        " Z panem Kowalskim nie rozmawiałam, ale z panem Janem Wilkiem tak. Wilk był miły, Kowalska-Nowak też."
    )
    masked = mask(text)
    assert masked.text == (
        "Przyjęła mnie pani [osoba 1]. Pani [osoba 1] nie było potem, więc poszłam do [osoba 1]. [osoba 1] podpisała."
        " Z panem [osoba 2] nie rozmawiałam, ale z panem [osoba 3] tak. [osoba 3] był miły, [osoba 4] też."
    )
    assert masked.restore("[osoba 3] pomógł.") == "Janem Wilkiem pomógł."
    assert masked.restore("do [osoba 1]. [osoba 1] podpisała") == "do Anny. A. Kowalska podpisała"


def test_unknown_names_in_other_cases() -> None:
    """Names no dictionary knows are the same where they begin the same."""
    text = "Pani Xymenhuda Brzdękajłowa wyszła. Panią Brzdękajłową widziałam, pana Qwertacza nie, pan Żźćwk też."
    numbers = [one.placeholder for one in mask(text).replacements]
    assert numbers == ["[osoba 1]", "[osoba 1]", "[osoba 2]", "[osoba 3]"]


def test_the_same_number_of_a_telephone() -> None:
    """One telephone in two writings is one."""
    masked = mask("Tel. 601 555 123, czyli 601-555-123, nie 601 555 124.")
    assert masked.text == "Tel. [telefon 1], czyli [telefon 1], nie [telefon 2]."


def test_texts_that_are_read_together() -> None:
    """The same person has the same placeholder in all of them, and what is typed in one is kept free in all."""
    one, other = mask_together(["Pani Nowak wyszła.", "Do pani Nowak i pana Lisa [osoba 4]."])
    assert one.text == "Pani [osoba 5] wyszła."
    assert other.text == "Do pani [osoba 5] i pana [osoba 6] [osoba 4]."


def test_known_names_are_always_masked() -> None:
    """In any case, at the beginning of a sentence, in lower case; but not an ordinary word in lower case."""
    text = "Wilka spotkałam rano. Potem qwertusza i Qwertusz. Na obrazie był wilk. Róża milczała."
    assert mask(text).replacements == ()
    masked = mask(text, known=["Jan Wilk", "Qwertusz", "Róża M"])
    assert (
        masked.text == "[osoba 1] spotkałam rano. Potem qwertusza i [osoba 2]. Na obrazie był wilk. [osoba 3] milczała."
    )


def test_the_original_does_not_show() -> None:
    """A masking that is logged tells nothing."""
    assert "Kowalska" not in repr(mask("Pani Kowalska"))


def test_a_piece_of_a_placeholder_counts_as_a_whole() -> None:
    """A quote that cuts a placeholder shows all that it stands for."""
    masked = mask("Do pani Anny Nowak.")
    assert masked.text == "Do pani [osoba 1]."
    assert masked.original_span(10, 12) == (8, 18)
    assert masked.original_span(0, 8) == (0, 8)
    assert masked.original_span(3, 18) == (3, 19)
    assert masked.restore("ba 1]") == "ba 1]"
    assert masked.restore("") == ""


HOSTILE = (
    *(
        "a.a.a@",
        "@ a ",
        "(at) a",
        "1 ",
        "1-",
        "1/",
        "ul. A ",
        "Anna ",
        "A. ",
        "anna ",
        "a",
        "pan ",
        "601 555 123 ",
        "00-",
    ),
    *(
        "PESEL 1",
        "sto ",
        "małpa kropka ",
        "A-",
        "wi 1 ",
        "przy A ",
        "a\u0301",
        "mieszka na ",
        "ur. 1 ",
        "[osoba 1",
        "+",
        "(",
    ),
)


def test_time_grows_with_the_length() -> None:
    """No text makes it slow: ten times the length takes about ten times as long, not a hundred."""

    def seconds(unit: str, length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        taken = []
        for _ in range(3):
            begun = time.process_time()
            mask(text)
            taken.append(time.process_time() - begun)
        return min(taken)

    mask("Pani Anna")
    slow = []
    for unit in HOSTILE:
        short, long = seconds(unit, 500), seconds(unit, 5_000)
        if long > 30 * max(short, 0.003):
            slow.append((unit, short, long))
    assert not slow


def test_invisible_letters_hide_nothing() -> None:
    """Zero-width characters, soft hyphens and letters in two pieces are read as people see them."""
    masked = mask("Pani Ko\u00adwal\u200bska i pan Zieli\u006e\u0301ski, tel. ６０１\u00a0５５５\u2011１２３!")
    assert masked.text == "Pani [osoba 1] i pan [osoba 2], tel. [telefon 1]!"


def test_english_texts_keep_their_words() -> None:
    """In another language a capital letter alone makes no name."""
    text = "The Staff were rude and nobody in January answered. Mr Kowalski and Anna helped, Wiśniewski did not."
    assert [text[one.start : one.end] for one in mask(text).replacements] == ["Kowalski", "Anna", "Wiśniewski"]


def test_placeholders_are_plain() -> None:
    """A placeholder says the kind and a number, nothing else."""
    placeholders = {
        one.placeholder
        for part in ("easy", "hard")
        for sentence in sentences(part)
        for one in mask(sentence.text).replacements
    }
    assert all(re.fullmatch(r"\[[\w-]+ \d+\]", one) for one in placeholders)

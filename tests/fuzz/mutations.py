"""What hostile senders do to JSON, texts, bytes and button data; everything comes out of one seeded Random."""

from __future__ import annotations

from random import Random
from typing import Any

DESCEND = 0.8
"""How often a change goes to something within an object or a list rather than to the whole of it."""

Anything = Any
"""Any JSON."""

DEEP = 100
HUGE = 40_000

NUMBERS: tuple[int | float, ...] = (
    *(0, 1, -1, 2, 35, 36, 255, 65_536, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), -(2**63) - 1),
    *(10**30, 10**400, -(10**400), 0.5, -0.0, 1e-320, 1e308, float("inf"), float("-inf"), float("nan")),
    *(253_402_300_799, 253_402_300_800, 1_795_000_000),
)

TEXTS = (
    *(
        "",
        " ",
        "\n",
        "\x00",
        "\ud800",
        "\udfff\ud800",
        "a\x00b",
        "\u202e\u2066kot",
        "\ufeff",
        "e\u0301" * 300,
        "🙂" * 50,
    ),
    *(
        "0",
        "-1",
        "1e309",
        "NaN",
        "nan",
        "inf",
        "٣",
        "Ⅷ",
        "½",
        "1_000",
        "0x10",
        "99999999999999999999999",
        "1,5",
        "1.000.000",
    ),
    *(
        "null",
        "true",
        "{}",
        "[]",
        "%s%n",
        "{0}",
        "{name}",
        "${x}",
        "' OR 1=1 --",
        "<b>",
        "</script>",
        "../../etc/passwd",
    ),
    *("31.02.2026", "2026-13-45", "25:61", "9:15", "wczoraj", "za 5 minut", "24.12.99999", "0.0.0", "dzisiaj 25:00"),
    *("tak", "nie", "Tak", "yes", "pomiń", "cofnij", "anuluj", "gotowe", "wyślij", "teraz", "-", "—", ".", "?"),
    *("ile raportów brakuje", "kto nie odpowiedział", "status w tym tygodniu", "Gmina Przykładowo", "Jagoda"),
    *(
        "/",
        "//",
        "/start",
        "/start x",
        "/start token-juror-1",
        "/zadania",
        "/zadania@bot",
        "/status",
        "/schowaj",
        "/dane",
    ),
    *("/pomoc", "/jezyk", "/glosowania", "/urzadzenie", "/plan", "/osoby", "/" + "a" * 200, "/start " + "A" * 5000),
    *("https://example.org/" + "a" * 3000, "09-100", "+48 600 700 800", "jan@example.org", "12345678901", "a" * 4096),
    *("\r\n".join(["x"] * 500), "\u200b" * 1000, "Zażółć gęślą jaźń " * 200, "9" * 5000, "-" * 5000, "(" * 3000),
)


class Mutator:
    """Changes things. Two of the same seed change the same things in the same way."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def scalar(self) -> Anything:
        """A value nobody expects."""
        kind = self.random.randrange(10)
        if kind < 4:
            return self.random.choice(NUMBERS)
        if kind < 8:
            return self.text()
        return self.random.choice((None, True, False, [], {}, [[]], [None], {"": None}, {"id": 1}, ["a", 1]))

    def text(self) -> str:
        """A text: known trouble, or letters of all planes."""
        random = self.random
        if random.random() < 0.7:
            return random.choice(TEXTS)
        top = random.choice((0x7F, 0x17F, 0xFFFF, 0x10FFFF))
        return "".join(map(chr, random.choices(range(top + 1), k=random.choice((1, 3, 10, 80)))))

    def bent(self, text: str) -> str:
        """A text like that one, a little wrong."""
        random = self.random
        if not text:
            return self.text()
        at = random.randrange(len(text))
        match random.randrange(7):
            case 0:
                return text[:at] + text[at + 1 :]
            case 1:
                return text[:at] + chr(random.choice((0, 0x20, 0x2E, 0x30, 0x3A, 0x61, 0x660, 0xD800))) + text[at:]
            case 2:
                return text * random.choice((2, 3, 20))
            case 3:
                return text[:at]
            case 4:
                return text.swapcase()
            case 5:
                return text[:at] + self.text() + text[at:]
            case _:
                return text[at:] + text[:at]

    def tap(self, data: str) -> str:
        """Button data like that: other ids, another code, a field more or less, or none at all."""
        random = self.random
        parts = data.split(":")
        at = random.randrange(len(parts))
        match random.randrange(8):
            case 0 | 1 | 2:
                parts[at] = random.choice(
                    ("0", "1", "2", "3", "4", "5", "7", "9", "a", "z", "10", "-1", "-3", "1y2p0ij32e8e7")
                )
            case 3:
                parts[at] = self.bent(parts[at])
            case 4:
                parts.append(random.choice(("0", "1", "", "zz")))
            case 5:
                del parts[at]
            case 6:
                random.shuffle(parts)
            case _:
                return self.bent(data)
        return ":".join(parts)

    def tree(self, value: Anything, *, times: int | None = None) -> Anything:
        """The value with some of its places changed; what is not is shared with ``value``, which is left alone."""
        for _ in range(times or self.random.choice((1, 1, 1, 2, 3, 8))):
            value = self._changed(value)
        return value

    def _changed(self, value: Anything) -> Anything:
        """The value with one place changed, found by walking down; only what stands above that place is copied."""
        chance = self.random.random
        if not isinstance(value, dict | list) or not value:
            return self.scalar()
        changed = container = value.copy()
        while True:
            at = int(chance() * len(container))
            key: Any = list(container)[at] if isinstance(container, dict) else at
            below = container[key]
            if not isinstance(below, dict | list) or not below or chance() > DESCEND:
                self._change(container, key)
                return changed
            container[key] = below.copy()
            container = container[key]

    def _change(self, container: Anything, key: Anything) -> None:
        random = self.random
        old = container[key]
        match random.randrange(9):
            case 0 | 1:
                del container[key]
            case 2 | 3:
                container[key] = self.scalar()
            case 4:
                container[key] = self.bent(old) if isinstance(old, str) else [old]
            case 5:
                container[key] = self._grown(old)
            case 6 if isinstance(container, dict):
                container[random.choice(("unknown", "", "id", "type", "text", "photo", "chat", "from", "data"))] = old
            case 7 if isinstance(old, int) and not isinstance(old, bool):
                container[key] = old + random.choice((-1, 1, 2**31, -(2**63), 10**18))
            case _:
                container[key] = {"type": old} if random.random() < 0.5 else str(old)[:HUGE]

    def _grown(self, old: Anything) -> Anything:
        """Huge or deep, now and then."""
        chance = self.random.random()
        if chance < 0.02:
            return _deep(old)
        if chance < 0.06:
            return [old] * 500
        if chance < 0.1:
            return (str(old) or "x") * (HUGE // max(1, len(str(old))))
        return [old, old]

    def data(self, data: bytes) -> bytes:
        """Bytes with some of them flipped, cut out, doubled or replaced."""
        random = self.random
        changed = bytearray(data)
        for _ in range(random.choice((1, 1, 2, 4, 16))):
            if not changed:
                return random.randbytes(random.choice((1, 8, 200)))
            at = random.randrange(len(changed))
            length = random.choice((1, 1, 2, 8, 64, 512))
            match random.randrange(7):
                case 0 | 1:
                    changed[at] ^= 1 << random.randrange(8)
                case 2:
                    del changed[at : at + length]
                case 3:
                    changed[at:at] = changed[at : at + length]
                case 4:
                    changed[at:at] = random.randbytes(min(length, 16))
                case 5:
                    other = random.randrange(len(changed))
                    changed[at : at + length] = changed[other : other + length]
                case _:
                    changed[at : at + length] = random.choice(
                        (
                            b"\x00",
                            b"\xff\xfe",
                            b"{",
                            b"]",
                            b'"',
                            b"\n",
                            b": ",
                            b"- ",
                            b"&a ",
                            b"*a",
                            b"!!python/none ",
                            b"\t",
                        )
                    )
        return bytes(changed)


def _deep(value: Anything) -> Anything:
    for _ in range(DEEP):
        value = [value]
    return value

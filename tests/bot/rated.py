"""A house with a model: a server over a real socket, the settings of an edition, and a report with a description."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.consulting import Model
from bot.roles import rating
from scoring.rater_prompt import PROMPT_VERSION
from storage import suggestions
from storage.database import Database
from storage.rater_rules import Gate, RaterRules
from storage.suggestions import Suggestion
from tests.bot.house import Guest, House, open_house
from tests.bot.reported import reported
from tests.bot.scored import SMALL, with_rubric
from tests.scoring.model_servers import Act, ModelServer, completion, rater_at, says, serving, verdict

NAME = "small-1"
LEVELS = ("1", "2", "3", "4", "5")
GATE = Gate(passed=True, reason="passed", levels=LEVELS, kappa=0.71, humans=0.74)
RULES = RaterRules(
    is_on=True, may_send=True, budget=10.0, model=NAME, prompt_version=PROMPT_VERSION, gates={"T08": GATE}
)
RUBRIC = SMALL.replace("rating: [1, 5]}", "rating: [1, 5], observed_in: [t08_co]}")
WORDS = "Pani Jagoda Test odebrała po chwili. Westchnęła głośno i rozłączyła się w połowie mojego zdania."
QUOTE = "rozłączyła się w połowie mojego zdania"
ANSWERS = {"t08": "2", "t08_co": WORDS}


def answer(level: str | None = "1", quote: str = QUOTE, **changes: object) -> dict[str, Any]:
    """What the server says about ``WORDS``."""
    summary = "[osoba 1] kończy rozmowę opryskliwie. To niegrzeczne."
    said = {"quotes": [quote] if level else [], "level": level, "summary": summary, **changes}
    return completion(verdict(**said))


def suggests(level: str | None = "1", quote: str = QUOTE, **changes: object) -> Act:
    """An act of the server: that suggestion."""
    return says(answer(level, quote, **changes))


@dataclass(frozen=True, slots=True)
class Rig:
    """The house, and the server its model is at."""

    house: House
    server: ModelServer

    async def report(self, **answers: str) -> int:
        """A call's report of the world's juror, sent."""
        return await reported(self.house, self.house.world.juror, {**ANSWERS, **answers}, scenario="telefon")

    async def rate(self, contact_id: int) -> None:
        """Have it rated, and wait."""
        now = self.house.clock()
        await self.house.run(lambda unit: rating.rate_again(unit, [contact_id], now=now))
        await self.house.settle()

    async def rated(self, **answers: str) -> int:
        """A report that was sent and rated."""
        contact = await self.report(**answers)
        await self.rate(contact)
        return contact

    async def kept(self, contact_id: int) -> list[Suggestion]:
        """What is suggested about it."""
        return await self.house.read(lambda unit: suggestions.of_contact(unit, contact_id))

    async def rules(self, **changes: object) -> None:
        """Set the rater otherwise."""
        edition = self.house.world.edition
        await self.house.run(
            lambda unit: rating.set_rules(unit, edition, replace(rating.rules_of(unit, edition), **changes))  # type: ignore[arg-type]
        )

    async def office(self, role: str = "coordinator") -> Guest:
        """Somebody of the office."""
        return await self.house.guest(role)


@asynccontextmanager
async def open_rig(
    database: Database,
    folder: Path,
    *acts: Act,
    rules: RaterRules = RULES,
    prices: tuple[float, float] = (0.0, 0.0),
    deadline: float = 5.0,
) -> AsyncIterator[Rig]:
    """A house whose model is a server that does these acts, the last one again and again."""
    async with serving(*(acts or (suggests(),))) as server, rater_at(server.url, deadline=deadline) as rater:
        model = Model(NAME, rater, *prices)
        async with open_house(database, folder, "wizyta", "telefon", model=model) as house:
            rater._clock = house.clock
            await with_rubric(house, RUBRIC)
            await house.run(lambda unit: rating.set_rules(unit, house.world.edition, rules))
            yield Rig(house, server)

"""The coordinator and the organizer of an edition: everything they do is a message, a file or a tap in their chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from bot.office_taps.broadcasting import Broadcasts, NotReached, OneBroadcast, Preview, SendAssignments, SendNow
from bot.office_taps.chain import AgreeDate, RefuseDate
from bot.office_taps.edition import (
    MODES,
    PARTS,
    AskEditionDay,
    AskEditionName,
    AskWaveDay,
    CoverageOf,
    ModeCoverage,
    NewWave,
    OnePart,
    OneWave,
    Part,
    TurnLeast,
)
from bot.office_taps.importing import (
    ImportDrop,
    ImportPreview,
    ImportProblems,
    ImportRemarks,
    ImportWrite,
)
from bot.office_taps.inviting import Invitations, InviteAll
from bot.office_taps.planning import Apply, MakePlan, PlanTable
from bot.office_taps.reviewing import (
    ReviewApprove,
    ReviewCard,
    ReviewComment,
    ReviewPart,
    ReviewReady,
    ReviewReturn,
    ReviewSendBack,
    ReviewStep,
    ReviewUndo,
    ReviewVoid,
    ReviewVoidBecause,
)
from bot.tap_kinds import ConsentYes, OfficeMenu
from scenarios.model import Mode
from tests.acceptance.edition.chat import Chat, taps_of
from tests.acceptance.edition.tables import XLSX, Row, sheet
from tests.bot_api.state import Shown

COMPUTING_SECONDS = 120.0


@dataclass(slots=True)
class Clerk:
    """Somebody of the office."""

    chat: Chat
    decided: dict[str, int] = field(default_factory=dict)

    async def arrive(self, token: str) -> None:
        """Use the invitation and agree."""
        await self.chat.says(f"/start {token}", shows=ConsentYes)
        await self.chat.taps(ConsentYes, shows=OfficeMenu)

    # The edition ----------------------------------------------------------------------------------------------------

    async def name_edition(self, name: str, first: str, last: str) -> None:
        """Another name, and its days."""
        await self._part(Part.DATES, AskEditionName)
        await self.chat.taps(AskEditionName, shows=OnePart)
        await self.chat.says(name, shows=AskEditionDay)
        await self.chat.taps(AskEditionDay, last=0, shows=OnePart)
        await self.chat.says(first, shows=AskEditionDay)
        await self.chat.taps(AskEditionDay, last=1, shows=OnePart)
        await self.chat.says("w przyszłym roku o tej porze", shows=OnePart)  # no day: it is asked again
        await self.chat.says(last, shows=AskEditionDay)

    async def add_waves(self, *last_days: str) -> None:
        """Waves one after the other, by their last days."""
        for day in last_days:
            await self._part(Part.WAVES, NewWave)
            shown = await self.chat.taps(NewWave, shows=AskWaveDay, having={"last": 1})
            wave = next(tap.wave for _s, tap, _d in self.chat.buttons(AskWaveDay, last=1) if _s.id == shown.id)
            await self.chat.taps(AskWaveDay, wave=wave, last=1, shows=OneWave)
            await self.chat.says(day, shows=AskWaveDay, wave=wave)

    async def need(self, wanted: Mapping[Mode, int], proposed: Mapping[Mode, int]) -> None:
        """How many contacts of each mode, turned down from what is proposed."""
        for mode, least in wanted.items():
            await self._part(Part.COVERAGE, CoverageOf)
            await self.chat.taps(CoverageOf, type=0, shows=ModeCoverage)
            await self.chat.taps(ModeCoverage, type=0, mode=MODES.index(mode), shows=TurnLeast)
            for _ in range(proposed[mode] - least):
                await self.chat.taps(TurnLeast, type=0, mode=MODES.index(mode), up=0, shows=TurnLeast)

    async def _part(self, part: Part, shows: type) -> None:
        await self.chat.says("/edycja", shows=OnePart)
        await self.chat.taps(OnePart, part=PARTS.index(part), shows=shows)

    # Files ----------------------------------------------------------------------------------------------------------

    async def sends(self, data: bytes, name: str) -> Shown:
        """Send a table; what was understood of it."""
        before = self.chat.seen()
        self.chat.person.sends_document(data, name, XLSX)
        return await self.chat.answer(before, shows=ImportDrop, heard=name)

    async def problems(self) -> Shown:
        """Every problem of the file sent last."""
        return await self.chat.taps(ImportProblems, shows=ImportRemarks)

    async def remarks(self) -> list[Row]:
        """The file sent last with its remarks."""
        shown = await self.chat.taps(ImportRemarks, shows=ImportPreview)
        assert shown.file is not None
        return sheet(shown.file.data)

    async def writes(self, name: str) -> None:
        """Yes, write it; wait until it is written."""
        before = self.chat.seen()
        found = self.chat.buttons(ImportWrite)[0]
        self.chat.person.taps_data(found[2], message=found[0].id)
        await self.chat.answer(before, shows=OfficeMenu, heard=name)

    async def invites(self) -> list[Row]:
        """Links for everybody who has none."""
        await self.chat.says("/start", shows=Invitations)
        await self.chat.taps(Invitations, shows=InviteAll)
        before = self.chat.seen()
        found = self.chat.buttons(InviteAll)[0]
        self.chat.person.taps_data(found[2], message=found[0].id)
        await self.chat.server.until(lambda: self._workbook(before), seconds=COMPUTING_SECONDS)
        file = self._workbook(before)
        assert file is not None
        assert file.file is not None
        return sheet(file.file.data)

    def _workbook(self, before: Mapping[int, int]) -> Shown | None:
        return next(
            (one for one in self.chat.news(before) if one.file is not None and one.file.name.endswith(".xlsx")), None
        )

    # Plan and broadcast ---------------------------------------------------------------------------------------------

    async def plans(self) -> Shown:
        """Have a plan computed, get it as a table, apply it."""
        await self.chat.says("/plan", shows=MakePlan)
        before = self.chat.seen()
        found = self.chat.buttons(MakePlan)[0]
        self.chat.person.taps_data(found[2], message=found[0].id)
        await self.chat.server.until(lambda: self.chat.buttons(Apply, since=before), seconds=COMPUTING_SECONDS)
        before = self.chat.seen()
        found = self.chat.buttons(PlanTable)[0]
        self.chat.person.taps_data(found[2], message=found[0].id)
        await self.chat.server.until(lambda: self._workbook(before), seconds=COMPUTING_SECONDS)
        return await self.chat.taps(Apply, shows=MakePlan)

    async def broadcasts_tasks(self) -> Shown:
        """Send out what is planned; the message that says it is over."""
        await self.chat.says("/start", shows=Broadcasts)
        await self.chat.taps(Broadcasts, shows=SendAssignments)
        await self.chat.taps(SendAssignments, shows=Preview)
        await self.chat.taps(Preview, shows=SendNow)
        sent = self.chat.buttons(SendNow)[0]
        before = self.chat.seen()
        self.chat.person.taps_data(sent[2], message=sent[0].id)
        number = sent[1].broadcast

        def over() -> list[tuple[Shown, object, str]]:
            return [
                each
                for each in self.chat.buttons(OneBroadcast, since=before, broadcast=number)
                if not self._offers(each[0], Preview)
            ]

        await self.chat.server.until(over, seconds=COMPUTING_SECONDS)
        if self.chat.has(NotReached, broadcast=number):
            await self.chat.taps(NotReached, broadcast=number, shows=OneBroadcast)
        return over()[0][0]

    @staticmethod
    def _offers(shown: Shown, kind: type) -> bool:
        return any(isinstance(tap, kind) for tap, _data in taps_of(shown))

    # Every day ------------------------------------------------------------------------------------------------------

    async def decide_dates(self, proposed: Sequence[int], chance: Random) -> None:
        """Agree to a proposed date, or keep it as it was."""
        for assignment in proposed:
            if not self.chat.has(AgreeDate, assignment=assignment):
                continue
            kind = AgreeDate if chance.random() < 0.6 else RefuseDate
            before = self.chat.seen()
            found = self.chat.buttons(kind, assignment=assignment)[0]
            self.chat.person.taps_data(found[2], message=found[0].id)
            await self.chat.server.until(lambda before=before: self.chat.news(before))
            self._count("date agreed" if kind is AgreeDate else "date refused")

    async def queue(self) -> list[int]:
        """The reports that wait, page by page."""
        shown = await self.chat.says("/sprawdz", shows=ReviewPart)
        found: list[int] = []
        while True:
            page = [tap.contact for one, tap, _d in self.chat.buttons(ReviewCard) if one.id == shown.id]
            found += [contact for contact in page if contact not in found]
            following = [
                tap.page
                for one, tap, _d in self.chat.buttons(ReviewPart, part=0)
                if one.id == shown.id and len(found) <= tap.page * len(page)
            ]
            if not page or not following:
                return found
            shown = await self.chat.taps(ReviewPart, part=0, page=max(following), shows=ReviewPart)

    async def approves(self, contact: int) -> None:
        """The report is complete."""
        await self._card(contact)
        await self.chat.taps(ReviewApprove, contact=contact, shows=ReviewUndo, having={"contact": contact})
        self._count("approved")

    async def voids(self, contact: int) -> None:
        """The contact does not count."""
        await self._card(contact)
        mine = {"contact": contact}
        await self.chat.taps(ReviewVoid, contact=contact, shows=ReviewVoidBecause, having=mine)
        await self.chat.taps(ReviewVoidBecause, contact=contact, reason=0, shows=ReviewUndo, having=mine)
        self._count("void")

    async def returns(self, contact: int) -> None:
        """One question goes back, and whatever the doubts had ticked."""
        await self._card(contact)
        mine = {"contact": contact}
        await self.chat.taps(ReviewReturn, contact=contact, shows=ReviewStep, having=mine)
        if not self.chat.has(ReviewComment, contact=contact):
            line = self.chat.buttons(ReviewStep, contact=contact)[0][1].line
            await self.chat.taps(ReviewStep, contact=contact, line=line, shows=ReviewComment, having=mine)
        await self.chat.taps(ReviewComment, contact=contact, shows=ReviewReady, having=mine)
        await self.chat.taps(ReviewReady, contact=contact, comment=0, shows=ReviewSendBack, having=mine)
        await self.chat.taps(ReviewSendBack, contact=contact, hours=72, shows=ReviewUndo, having=mine)
        self._count("sent back")

    async def _card(self, contact: int) -> None:
        """The report's card, by the button of the queue."""
        await self.chat.taps(ReviewCard, contact=contact, shows=ReviewApprove, having={"contact": contact})

    def _count(self, what: str) -> None:
        self.decided[what] = self.decided.get(what, 0) + 1

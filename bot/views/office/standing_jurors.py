"""How good the assessments are, for organizers: agreement of jurors, their severity, items that tell little."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.channels.base import Button, ButtonStyle, Outgoing
from bot.i18n import N_, Translator, texts
from bot.office_taps.standing import (
    Agreement,
    AgreementItems,
    DoubtfulItems,
    FairScores,
    RatingQuality,
    ResultCard,
    Results,
)
from bot.tap_kinds import OfficeTap
from bot.views.contact_menu import turns
from bot.views.coordinator import home_rows
from bot.views.office.directory import pairs
from bot.views.office.standing_words import coefficient_text, meaning, percent_text, signed
from bot.views.pages import Page, brief, page_of
from bot.views.scene import MAX_LABEL, Rows, menu_button
from bot.views.score_words import score_text
from scoring.assessed import ItemAgreement, KindAgreement
from scoring.fair import Unfit
from scoring.items import FEWEST_MARKS, Doubt, Item

ON_PAGE = 8

DOUBTS: Mapping[Doubt, str] = {
    Doubt.SAME: N_("almost everybody gets the same mark, so it tells nobody apart"),
    Doubt.WEAK: N_("it has little to do with the rest of the report"),
    Doubt.AGAINST: N_("who does well otherwise does badly here: is it the wrong way round?"),
    Doubt.DISAGREED: N_("two jurors see it differently: the question or its levels may be unclear"),
}
UNFIT: Mapping[Unfit, str] = {
    Unfit.ONE_JUROR: N_("only one juror, nobody to compare with"),
    Unfit.CONFOUNDED: N_("the severity of its jurors cannot be told from what only they assessed"),
    Unfit.TOO_FEW: N_("too few marks to tell"),
}


@dataclass(frozen=True, slots=True)
class FairLine:
    """A participant's mean mark in percents, raw and with the severity of its jurors taken out."""

    participant: int
    name: str
    raw: float
    fair: float | None
    error: float | None
    reason: Unfit | None
    part: int


@dataclass(frozen=True, slots=True)
class SeverityLine:
    """By how much a juror marks higher than the average one, in percents."""

    name: str
    marks: int
    value: float
    error: float


def menu(*, language: str) -> Outgoing:
    """What can be looked at."""
    _ = texts(language)
    said = _(
        "How good are the assessments? Each of these is computed from all reports that count, which may take a while."
    )
    rows = (
        (menu_button(_("Agreement of jurors"), Agreement()),),
        (menu_button(_("Severity of jurors"), FairScores(0)),),
        (menu_button(_("Items to look at"), DoubtfulItems(0)),),
        (_quiet(_("Results"), Results(0)),),
    )
    return Outgoing(said, buttons=(*rows, *home_rows(language)))


def nothing(*, language: str) -> Outgoing:
    """There is nothing to compute from."""
    _ = texts(language)
    return Outgoing(_("There is nothing to compute from yet: no report counts."), buttons=_back(_))


def agreement(kinds: Sequence[KindAgreement], names: Mapping[str, str], *, language: str) -> Outgoing:
    """By kind of contact; ``names`` are what the kinds are called."""
    _ = texts(language)
    entries = [_kind_entry(_, one, names) for one in kinds]
    chosen = [one.kind for one in kinds if one.kind]
    buttons = [
        menu_button(brief(names.get(kind, kind), limit=MAX_LABEL // 2), AgreementItems(at, 0))
        for at, kind in enumerate(chosen)
    ]
    note = _(
        "α and κ: 1 is full agreement, 0 is chance; α also uses gaps. Two jurors were there at different times, "
        "so some of the difference is the participant's own."
    )
    body = "\n\n".join([*entries, _("Item by item:")])
    return Outgoing(
        body, head=_("Agreement of jurors"), note=note, buttons=(*pairs(buttons), *_back(_)), may_be_saved=True
    )


def agreement_items(
    items: Sequence[ItemAgreement],
    labels: Mapping[str, str],
    kind: int,
    number: int,
    *,
    title: str,
    language: str,
) -> Outgoing:
    """A page of the items of a kind of contact, those on which jurors agree least first."""
    _ = texts(language)
    entries = [_item_entry(_, one, labels) for one in items]
    page = page_of(entries or [_("No item was assessed by two jurors.")], number, most=ON_PAGE)
    rows = (
        *_turning(_, page, lambda at: AgreementItems(kind, at)),
        (_quiet(_("Agreement of jurors"), Agreement()),),
        *_back(_),
    )
    head = _headed(_("Agreement · {kind}", kind=title), page)
    return Outgoing("\n\n".join(text for _at, text in page.entries), head=head, buttons=rows)


def fair(
    lines: Sequence[FairLine],
    severities: Sequence[SeverityLine],
    parts: Sequence[tuple[int, int]],
    number: int,
    *,
    language: str,
) -> Outgoing:
    """A page of means, raw beside fair, the largest differences first; jurors who differ most on the first page."""
    _ = texts(language)
    entries = [] if number else [_severity_entry(_, severities, parts)]
    shown = page_of([_fair_entry(_, line) for line in lines], number, most=ON_PAGE)
    entries += [text for _at, text in shown.entries if text]
    at_most = [lines[at] for at in dict.fromkeys(at for at, _text in shown.entries) if lines]
    buttons = [menu_button(brief(one.name, limit=MAX_LABEL // 2), ResultCard(one.participant)) for one in at_most]
    note = _(
        "For information only: the result itself stays as it is. Means of all marks, which are not the result: "
        "there items and modes have weights."
    )
    rows = (*pairs(buttons), *_turning(_, shown, FairScores), *_back(_))
    return Outgoing("\n\n".join(entries), head=_headed(_("Severity of jurors"), shown), note=note, buttons=rows)


def items(
    found: Sequence[Item],
    labels: Mapping[str, str],
    names: Mapping[str, str],
    number: int,
    *,
    scarce: int,
    language: str,
) -> Outgoing:
    """A page of items the authors should look at. ``scarce``: so many items have too few marks to say anything."""
    _ = texts(language)
    entries = [_doubt_entry(_, one, labels, names) for one in found]
    page = page_of(entries or [_("No item stands out.")], number, most=ON_PAGE)
    rows = (*_turning(_, page, DoubtfulItems), *_back(_))
    note = (
        _.many(
            "{n} item has fewer than {least} marks: too early to say anything.",
            "{n} items have fewer than {least} marks: too early to say anything.",
            scarce,
            least=FEWEST_MARKS,
        )
        if scarce
        else ""
    )
    body = "\n\n".join(text for _at, text in page.entries)
    return Outgoing(body, head=_headed(_("Items to look at: {n}", n=len(found)), page), note=note, buttons=rows)


def _kind_entry(_: Translator, one: KindAgreement, names: Mapping[str, str]) -> str:
    language = _.language
    title = names.get(one.kind, one.kind) if one.kind else _("All together")
    pairs_text = _.many("{n} pair of marks", "{n} pairs of marks", one.pairs)
    lines = [f"{title} · {pairs_text}"]
    if one.same is not None:
        lines.append(_("{share} exactly the same", share=percent_text(one.same)))
    numbers = []
    if one.alpha.value is not None:
        numbers.append(f"α {coefficient_text(one.alpha.value, language=language)}")
    if one.kappa is not None:
        numbers.append(f"κ {coefficient_text(one.kappa, language=language)}")
    words = meaning(one.alpha, language=language)
    lines.append(f"{', '.join(numbers)}: {words}" if numbers else words)
    return "\n".join(lines)


def _item_entry(_: Translator, one: ItemAgreement, labels: Mapping[str, str]) -> str:
    language = _.language
    numbers = [_.many("{n} pair", "{n} pairs", one.pairs)]
    if one.same is not None:
        numbers.append(_("{share} the same", share=percent_text(one.same)))
    if one.alpha.value is not None:
        numbers.append(f"α {coefficient_text(one.alpha.value, language=language)}")
    if one.kappa.value is not None:
        numbers.append(f"κ {coefficient_text(one.kappa.value, language=language)}")
    return f"{labels[one.criterion]}\n{', '.join(numbers)}: {meaning(one.alpha, language=language)}"


def _severity_entry(_: Translator, severities: Sequence[SeverityLine], parts: Sequence[tuple[int, int]]) -> str:
    lines = []
    if len(parts) > 1:
        lines.append(
            _.many(
                "The jurors form {n} group that was never compared with another.",
                "The jurors form {n} groups that were never compared with one another.",
                len(parts),
            )
        )
    for one in severities:
        value = signed(one.value, language=_.language)
        error = score_text(one.error, language=_.language)
        lines.append(
            _("{name}: marks {value} ± {error} against the average juror", name=one.name, value=value, error=error)
        )
    return "\n".join(lines or [_("No juror stands out.")])


def _fair_entry(_: Translator, line: FairLine) -> str:
    raw = score_text(line.raw, language=_.language)
    if line.fair is None or line.error is None:
        why = _(UNFIT[line.reason or Unfit.TOO_FEW])
        return _("{name}: raw {raw}; not adjusted: {why}", name=line.name, raw=raw, why=why)
    return _(
        "{name}: raw {raw}, adjusted {fair} ± {error}",
        name=line.name,
        raw=raw,
        fair=score_text(line.fair, language=_.language),
        error=score_text(line.error, language=_.language),
    )


def _doubt_entry(_: Translator, one: Item, labels: Mapping[str, str], names: Mapping[str, str]) -> str:
    language = _.language
    facts = [
        _.many("given {n} mark", "given {n} marks", one.marks),
        _("{share} the same mark", share=percent_text(one.commonest)),
    ]
    if one.rest is not None:
        facts.append(_("with the rest r = {r}", r=coefficient_text(one.rest, language=language)))
    if one.alpha is not None:
        facts.append(f"α {coefficient_text(one.alpha, language=language)}")
    reasons = "\n".join(f"– {_(DOUBTS[doubt])}" for doubt in one.doubts)
    return f"{labels[one.criterion]} ({names.get(one.kind, one.kind)})\n{reasons}\n{', '.join(facts)}"


def _turning(_: Translator, page: Page, to: Callable[[int], OfficeTap]) -> Rows:
    row = tuple(_quiet(words, to(at)) for words, at in turns(page, newer=_("Previous"), older=_("Next")))
    return (row,) if row else ()


def _headed(title: str, page: Page) -> str:
    return f"{title} · {page.number + 1}/{page.total}" if page.total > 1 else title


def _back(_: Translator) -> Rows:
    return (
        (_quiet(_("Quality of assessments"), RatingQuality()), _quiet(_("Results"), Results(0))),
        *home_rows(_.language),
    )


def _quiet(words: str, tap: OfficeTap) -> Button:
    return menu_button(words, tap, style=ButtonStyle.QUIET)

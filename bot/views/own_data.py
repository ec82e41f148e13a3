"""A person's own data, asked for and sent as a file."""

from __future__ import annotations

from bot.channels.base import Attachment, Button, ButtonStyle, Outgoing
from bot.i18n import Translator, texts
from bot.tap_kinds import ExportMyData, MyData, OfficeMenu, Tasks
from bot.views.scene import Rows, menu_button


def export_row(language: str) -> tuple[Button, ...]:
    """The button under "My data"."""
    _ = texts(language)
    return (menu_button(_("All of it as a file"), ExportMyData()),)


def being_made(*, language: str) -> Outgoing:
    """It takes a while."""
    _ = texts(language)
    return Outgoing(_("Your data is being put together. The file comes here in a moment."))


def sent(attachment: Attachment, *, files: int, missing: int, days: int, is_juror: bool, language: str) -> Outgoing:
    """The file with everything that is kept of the person."""
    _ = texts(language)
    lines = [
        _("Here is everything that is kept about you."),
    ]
    if files - missing:
        lines.append(
            _.many("With {n} photo, file or voice note.", "With {n} photos, files and voice notes.", files - missing)
        )
    if missing:
        lines.append(
            _.many(
                "{n} file did not fit or is not there any more; the list inside says why.",
                "{n} files did not fit or are not there any more; the list inside says why.",
                missing,
            )
        )
    note = _.many("The file can be fetched for {n} day.", "The file can be fetched for {n} days.", days)
    return Outgoing(
        "\n\n".join(lines),
        head=_("My data"),
        note=note,
        attachments=(attachment,),
        buttons=_way_back(_, is_juror=is_juror),
        may_be_saved=True,
    )


def _way_back(_: Translator, *, is_juror: bool) -> Rows:
    home = menu_button(_("Tasks"), Tasks()) if is_juror else menu_button(_("Menu"), OfficeMenu())
    return ((home, menu_button(_("My data"), MyData(), style=ButtonStyle.QUIET)),)

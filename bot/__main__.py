"""The command line: ``python -m bot COMMAND``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import commands


def parser() -> argparse.ArgumentParser:
    """Every command there is."""
    root = argparse.ArgumentParser(prog="python -m bot", description="Guides jurors through mystery contacts, in chat.")
    root.add_argument("--debug", action="store_true", help="log more")
    on = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = on.add_parser("demo", help="a demo edition with three chats on one page")
    demo.add_argument("--reset", action="store_true", help="forget the demo edition and end")
    demo.set_defaults(run=lambda given: commands.demo(reset=given.reset))

    on.add_parser("run", help="everything in one process").set_defaults(run=lambda _: commands.serve_and_work())
    on.add_parser("serve", help="HTTP and polling").set_defaults(run=lambda _: commands.serve())
    on.add_parser("work", help="jobs").set_defaults(run=lambda _: commands.work())
    on.add_parser("migrate", help="bring the database to this version").set_defaults(run=lambda _: commands.migrate())

    invite = on.add_parser("invite", help="a one-time link for a person")
    invite.add_argument("name", help="first name and surname")
    invite.add_argument("--role", choices=("juror", "coordinator", "organizer"), default="juror")
    invite.add_argument("--edition", default="", help="the edition's name; needed where there are several or none")
    invite.add_argument(
        "--new-edition", action="store_true", help="begin the edition that --edition names, beside others"
    )
    invite.add_argument("--days", type=int, default=14, help="how long the link can be used (default 14)")
    invite.set_defaults(
        run=lambda given: commands.invite(
            given.name, role=given.role, edition=given.edition, days=given.days, may_begin=given.new_edition
        )
    )

    check = on.add_parser("check", help="what is wrong with scenario files")
    check.add_argument("files", nargs="+", type=Path)
    check.set_defaults(run=lambda given: commands.check(given.files))

    walk = on.add_parser("walk", help="play a scenario in the terminal")
    walk.add_argument("file", type=Path)
    walk.add_argument("--language", choices=("pl", "en"), default="pl")
    walk.add_argument("--type", default="", help="type of participant; the scenario's first by default")
    walk.add_argument("--case", default="", help="the case asked about; one that fits the type by default")
    walk.add_argument("--begins", default="", help="when it begins, e.g. 2026-12-09T09:00; now by default")
    walk.add_argument("--transcript", type=Path, help="write the run there as a golden transcript")
    walk.set_defaults(run=_walk)

    publish = on.add_parser("publish", help="publish scenario files; contacts under way keep their version")
    publish.add_argument("files", nargs="+", type=Path)
    publish.set_defaults(run=lambda given: commands.publish(given.files))
    return root


def _walk(given: argparse.Namespace) -> int:
    from bot.walking import walk

    return walk(
        given.file,
        language=given.language,
        participant_type=given.type,
        case=given.case,
        begins=given.begins,
        transcript=given.transcript,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 well, 1 not well, 2 a wrong call or setting."""
    given = parser().parse_args(arguments)
    from bot.logs import set_up_logs

    set_up_logs(debug=given.debug)
    status: int = given.run(given)
    return status


if __name__ == "__main__":
    sys.exit(main())

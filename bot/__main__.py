"""The command line: ``python -m bot COMMAND``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import commands
from bot.data_commands import add_data_commands
from bot.person_commands import add_person_commands


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

    check = on.add_parser("check", help="what is wrong with scenario and rubric files")
    check.add_argument("files", nargs="+", type=Path)
    check.set_defaults(run=lambda given: commands.check(given.files))

    score = on.add_parser("score", help="scores of a tidy table of answers, by a rubric")
    score.add_argument("rubric", help="a rubric file, or the name of one that ships, e.g. eu-egovernment")
    score.add_argument("answers", type=Path, help="CSV with one answer a row, plain or .gz")
    score.add_argument("--out", type=Path, help="write the scores there; without it and --against they are printed")
    score.add_argument("--against", type=Path, help="compare with these scores (unit,node,score), node by node")
    score.epilog = (
        "Exit status 0: scored, whatever rows were left out (each is told with its line); 1: a file cannot be read."
    )
    score.set_defaults(run=_score)

    calibrate = on.add_parser("calibrate", help="whether the rater may suggest marks: compare it with people")
    calibrate.add_argument(
        "table",
        type=Path,
        help="CSV: criterion,observation,rater,human_a,human_b and, if wanted, juror_a,juror_b and p_LEVEL for all",
    )
    calibrate.add_argument("--levels", default="1,2,3,4,5", help="from the lowest, with commas (default 1,2,3,4,5)")
    calibrate.add_argument("--out", type=Path, help="write the gate file there")
    calibrate.add_argument(
        "--run", dest="texts", type=Path, help="CSV: observation,text; ask the configured rater about each row"
    )
    calibrate.add_argument(
        "--rated", type=Path, help="keep its levels there, row by row, and go on from there next time"
    )
    calibrate.add_argument("--rubric", default="lider-zaufania", help="whose criteria are asked about with --run")
    calibrate.add_argument("--language", choices=("pl", "en"), default="pl", help="of the questions asked with --run")
    calibrate.add_argument("--model", default="", help="the rater's name in the gate file")
    calibrate.epilog = "Exit status 0: measured, whether or not a criterion passes; 1: nothing could be measured."
    calibrate.set_defaults(run=_calibrate)

    walk = on.add_parser("walk", help="play a scenario in the terminal")
    walk.add_argument("file", type=Path)
    walk.add_argument("--language", choices=("pl", "en"), default="pl")
    walk.add_argument("--type", default="", help="type of participant; the scenario's first by default")
    walk.add_argument("--case", default="", help="the case asked about; one that fits the type by default")
    walk.add_argument("--begins", default="", help="when it begins, e.g. 2026-12-09T09:00; now by default")
    walk.add_argument("--transcript", type=Path, help="write the run there as a golden transcript")
    walk.set_defaults(run=_walk)

    _add_switches(on)
    _add_bench(on)
    _add_data(on)
    return root


def _add_data(on: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What moves, keeps, exports and erases data."""
    add_data_commands(on)
    add_person_commands(on)


def _add_bench(on: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The benchmarks have a command line of their own, which is in the source tree."""
    bench = on.add_parser("bench", help="measure this program beside its peers; in the source tree only")
    bench.add_argument("words", nargs=argparse.REMAINDER, metavar="NAME", help="which; without one, everything")
    bench.epilog = "`bench all --help`, `bench pipeline --help`, `bench growth --help`, `bench late --help` tell more."
    bench.set_defaults(run=lambda given: commands.bench(given.words))


def _add_switches(on: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What changes by which files an edition goes."""
    publish = on.add_parser("publish", help="publish scenario and rubric files; contacts under way keep theirs")
    publish.add_argument("files", nargs="+", type=Path)
    publish.set_defaults(run=lambda given: commands.publish(given.files))

    switch = on.add_parser("switch-rater", help="let the rater of an edition suggest where calibration let it pass")
    switch.add_argument("gate", type=Path, help="the file that calibrate --out wrote")
    switch.add_argument("--edition", required=True, help="the edition's name")
    switch.set_defaults(run=lambda given: commands.switch_rater(given.gate, edition=given.edition))


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


def _score(given: argparse.Namespace) -> int:
    from bot.recomputing import recompute

    return recompute(given.rubric, given.answers, out=given.out, against=given.against)


def _calibrate(given: argparse.Namespace) -> int:
    from bot.calibrating import Asked, calibrate_table

    asked = None
    if given.texts is not None:
        asked = Asked(given.texts, given.rated, given.rubric, given.language)
    return calibrate_table(given.table, levels=given.levels, out=given.out, model=given.model, asked=asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 well, 1 not well, 2 a wrong call or setting."""
    given = parser().parse_args(arguments)
    from bot.logs import set_up_logs

    set_up_logs(debug=given.debug)
    status: int = given.run(given)
    return status


if __name__ == "__main__":
    sys.exit(main())

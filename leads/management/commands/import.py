"""`manage.py import leads FILE --profile NAME`: bring a file in, or see, stop, resume or undo what came in."""
# ruff: noqa: N999

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import CommandParser

from alignment import clock
from alignment.commands import DONE, REFUSED, SOME_SET_ASIDE, UNEXPECTED
from alignment.commands import Command as BaseCommand
from alignment.refusals import Refused
from leads.imports import service
from leads.imports.kinds import KINDS
from leads.imports.models import Import
from leads.imports.profiles.named import find_profile
from leads.imports.repairs.error_file import error_lines
from leads.imports.repairs.repair_file import read_corrections
from leads.imports.repairs.repairing import repair
from leads.imports.summary import describe, in_words, in_words_of
from leads.imports.tasks import hurry_next
from leads.imports.waiting import run_to_end
from leads.imports.watch import Watch


class Command(BaseCommand):
    help = f"Import a file. Kinds: {', '.join(KINDS)}. Exit code 3: done, with some rows set aside."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", nargs="?", help="what the rows are")
        parser.add_argument("file", nargs="?", help="CSV, TSV, XLSX, or one of these in gzip or zip")
        parser.add_argument("--profile", help="the name of a profile, or a JSON file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        known = parser.add_mutually_exclusive_group()
        known.add_argument("--errors", type=int, metavar="ID", help="print the rows that an import set aside, as CSV")
        known.add_argument("--undo", type=int, metavar="ID", help="take out what an import wrote")
        known.add_argument("--stop", type=int, metavar="ID", help="let an import go no further; what is in stays")
        known.add_argument("--resume", type=int, metavar="ID", help="bring an import that stopped to its end")
        known.add_argument(
            "--answer", nargs=2, metavar=("ID", "CHOICE"), help="answer what an import asks, and bring it to its end"
        )
        known.add_argument(
            "--repair", nargs=2, metavar=("ID", "FILE"), help="bring in corrected rows: the file of --errors, sent back"
        )
        parser.add_argument("--field", help="with --answer: change the answer to an earlier question, about this field")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["errors"] is not None:
            for line in error_lines(service.find_import(options["errors"])):
                self.stdout.write(line, ending="")
        elif options["undo"] is not None:
            self._end(service.undo(options["undo"], now=clock.now(), actor=None))
        elif options["stop"] is not None:
            self._stop(options["stop"])
        elif options["resume"] is not None:
            self._run(service.resume(options["resume"]))
        elif options["answer"] is not None:
            number, choice = options["answer"]
            self._run(service.answer(_number(number), choice, now=clock.now(), field=options["field"]))
        elif options["repair"] is not None:
            self._repair(*options["repair"])
        else:
            self._run(self._start(options))

    def _stop(self, number: int) -> None:
        self._end(service.stop(number, now=clock.now(), actor=None))
        self.exit_code = DONE
        _let_the_next_begin()

    def _repair(self, number: str, file: str) -> None:
        import_ = service.find_import(_number(number))
        with _there(file).open("rb") as stream:
            corrections = read_corrections(import_, stream)
        repaired = repair(import_.pk, corrections, now=clock.now(), actor=None)
        self.stderr.write(in_words_of(repaired))
        self._end(repaired.import_)

    def _start(self, options: dict[str, Any]) -> Import:
        missing = [f"{name}" for name in ("kind", "file", "profile") if not options[name]]
        if missing:
            raise Refused("usage", f"Missing: {', '.join(missing)}. It is: import KIND FILE --profile NAME|FILE.json")
        path = _there(options["file"])
        profile = find_profile(options["profile"], files=True)
        with path.open("rb") as file:
            return service.start_import(
                kind=options["kind"],
                file=file,
                file_name=path.name,
                profile=profile.document,
                profile_name=profile.name,
                now=clock.now(),
                actor=None,
                dry_run=options["dry_run"],
                held=True,
            )

    def _run(self, import_: Import) -> None:
        watch = Watch(self.stderr.write, terminal=self.stderr.isatty())
        ended = run_to_end(import_.pk, progress=watch.rows, waiting=watch.waiting)
        watch.end()
        self._end(ended)
        _let_the_next_begin()

    def _end(self, import_: Import) -> None:
        """Have the figures recomputed, print the result, and end as it ended."""
        if not import_.dry_run and import_.cursor and "recompute" in get_commands():
            call_command("recompute", stdout=self.stderr, stderr=self.stderr)
        self.exit_code = _exit_code(import_)
        for warning in import_.warnings:
            self.stderr.write(f"Warning: {warning['detail']}.")
        self.show(describe(import_), lambda: in_words(import_))


def _let_the_next_begin() -> None:
    with suppress(Exception):
        hurry_next()  # the sweep does it, too


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused("usage", f"“{text}” is no number of an import.")
    return int(text)


def _there(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise Refused("no_such_file", f"There is no file {path}.")
    return path


def _exit_code(import_: Import) -> int:
    if import_.state in (Import.State.DONE, Import.State.UNDONE):
        set_aside = import_.spared if import_.state == Import.State.UNDONE else import_.rejected
        return SOME_SET_ASIDE if set_aside else DONE
    refused = import_.state == Import.State.NEEDS_ANSWER or (
        import_.state == Import.State.FAILED and not import_.cursor
    )
    return REFUSED if refused else UNEXPECTED

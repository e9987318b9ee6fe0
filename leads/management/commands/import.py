"""`manage.py import leads FILE --profile NAME`: bring a file in, or see, resume or undo what came in."""
# ruff: noqa: N999

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import CommandParser

from alignment import clock
from alignment.commands import DONE, REFUSED, SOME_SET_ASIDE, UNEXPECTED
from alignment.commands import Command as BaseCommand
from alignment.refusals import Refused
from leads.imports import service
from leads.imports.error_file import error_lines
from leads.imports.kinds import KINDS
from leads.imports.models import Import
from leads.imports.named_profiles import find_profile
from leads.imports.running import run_import
from leads.imports.summary import describe, in_words

BAR_WIDTH = 40


class Command(BaseCommand):
    help = f"Import a comma-separated file. Kinds: {', '.join(KINDS)}. Exit code 3: done, with some rows set aside."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", nargs="?", help="what the rows are")
        parser.add_argument("file", nargs="?", help="a comma-separated file in UTF-8")
        parser.add_argument("--profile", help="the name of a profile, or a JSON file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        known = parser.add_mutually_exclusive_group()
        known.add_argument("--errors", type=int, metavar="ID", help="print the rows that an import set aside, as CSV")
        known.add_argument("--undo", type=int, metavar="ID", help="take out what an import wrote")
        known.add_argument("--resume", type=int, metavar="ID", help="bring an import that stopped to its end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["errors"] is not None:
            for line in error_lines(service.find_import(options["errors"])):
                self.stdout.write(line, ending="")
        elif options["undo"] is not None:
            self._end(service.undo(options["undo"], now=clock.now(), actor=None))
        elif options["resume"] is not None:
            self._run(service.resume(options["resume"]))
        else:
            self._run(self._start(options))

    def _start(self, options: dict[str, Any]) -> Import:
        missing = [f"{name}" for name in ("kind", "file", "profile") if not options[name]]
        if missing:
            raise Refused("usage", f"Missing: {', '.join(missing)}. It is: import KIND FILE --profile NAME|FILE.json")
        path = Path(options["file"])
        if not path.is_file():
            raise Refused("no_such_file", f"There is no file {path}.")
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
        self._end(run_import(import_.pk, take_over=True, progress=self._show_progress))

    def _end(self, import_: Import) -> None:
        """Have the figures recomputed, print the result, and end as it ended."""
        if not import_.dry_run and import_.cursor and "recompute" in get_commands():
            call_command("recompute", stdout=self.stderr, stderr=self.stderr)
        self.exit_code = _exit_code(import_)
        for warning in import_.warnings:
            self.stderr.write(f"Warning: {warning['detail']}.")
        self.show(describe(import_), lambda: in_words(import_))

    def _show_progress(self, done: int, total: int | None) -> None:
        if not self.stderr.isatty():
            return
        if total is None:
            words = f"checking: {done:,} rows"
        else:
            filled = BAR_WIDTH * done // max(total, 1)
            words = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done:,} of {total:,} rows"
        self.stderr.write(f"\r{words}", ending="\n" if done == total else "")


def _exit_code(import_: Import) -> int:
    if import_.state in (Import.State.DONE, Import.State.UNDONE):
        set_aside = import_.spared if import_.state == Import.State.UNDONE else import_.rejected
        return SOME_SET_ASIDE if set_aside else DONE
    refused = import_.state == Import.State.NEEDS_ANSWER or (
        import_.state == Import.State.FAILED and not import_.cursor
    )
    return REFUSED if refused else UNEXPECTED

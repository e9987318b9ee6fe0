"""`manage.py erasures list|apply`: who has to go again after a backup was restored, as fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from alignment import commands
from alignment.clock import now
from alignment.refusals import Refused
from leads.privacy import outside


class Command(commands.Command):
    help = "Print what was erased, as fingerprints, or erase again whom a restored backup brought back."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=["list", "apply"])
        parser.add_argument(
            "file", nargs="?", help="For apply: what `list` printed; by default the file beside the database."
        )

    def handle(self, *args: Any, action: str, file: str | None, **options: Any) -> None:
        if action == "list":
            self.stdout.write("\n".join(map(str, outside.erasures())))
            return
        path = Path(file) if file else outside.place()
        if file and not path.is_file():
            raise Refused("no_file", f"There is no file {file}.")
        lines = outside.read(path.read_text().splitlines()) if path.is_file() else []
        done = outside.apply(lines, now=now())
        outside.keep_outside()
        self.show(
            {"erasures": len(lines), "erased_again": done}, f"{len(lines)} erasures known, {done} carried out again."
        )

"""`manage.py qualify`: judge every lead that waits by the definitions in force, without a worker."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from alignment import commands
from alignment.clock import now
from leads.definitions import runs


class Command(commands.Command):
    help = "Judge the leads that wait by the definitions in force, and finish runs over all leads."

    def handle(self, *args: Any, **options: Any) -> None:
        done = runs.work_off(now=now)
        self.show(asdict(done), f"Judged {done.leads} leads, moved {done.moved}.")

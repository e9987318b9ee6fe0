"""`manage.py verify`: is everything derived what the logs say? Exit 0 and no differences, else 1 and where."""

from __future__ import annotations

from typing import Any

from alignment import commands
from kpis.recompute import drain
from kpis.verify.run import Verification, verify


class Command(commands.Command):
    help = "Recompute everything derived by an independent path, in one snapshot, and report any difference."

    def handle(self, *args: Any, **options: Any) -> None:
        drain()
        found = verify()
        document = {
            "differences": found.differences,
            "checked": dict(found.checked),
            "waiting": found.waiting,
            "examples": found.examples,
        }
        self.show(document, lambda: _in_words(found))
        self.exit_code = commands.UNEXPECTED if found.differences else commands.DONE


def _in_words(found: Verification) -> str:
    lines = [f"{found.differences} differences in {found.checked.total()} comparisons."]
    lines += [
        f"{example['table']} of lead {example['lead']}: kept {example['kept']}, should be {example['expected']}"
        for example in found.examples
    ]
    return "\n".join(lines)

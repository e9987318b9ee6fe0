"""`manage.py agreement KIND [KEY] [--at T]`: what is in force, or was, or will be then."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from alignment.agreements.answers import Answer, answer, answers
from alignment.agreements.dates import read_instant
from alignment.agreements.kinds import ONLY_KEY, find_kind
from alignment.clock import now
from alignment.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "Say what is in force: the wording, from when until when, and who signed it. Nothing in force is an answer too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", help="funnel, limits, lead_definition, calendar, …")
        parser.add_argument("key", nargs="?", help="the only one, or all of them, unless you say which")
        parser.add_argument("--at", help="a date (00:00 in the reporting zone) or an instant; now by default")

    def handle(self, *args: Any, **options: Any) -> None:
        at = read_instant(options["at"], field="at") if options["at"] else now()
        kind, key = options["kind"], options["key"]
        if key is None and tuple(find_kind(kind).keys()) == (ONLY_KEY,):
            key = ONLY_KEY
        if key is not None:
            found = answer(kind, key, at=at)
            self.show(found.document(), lambda: _in_words(found))
            return
        every = answers(kind, at=at)
        self.show(
            [one.document() for one in every], lambda: "\n\n".join(map(_in_words, every)) or "There are none yet."
        )


def _in_words(found: Answer) -> str:
    if found.version is None:
        return f"{found.title} ({found.key}): nothing is in force at {found.at:%Y-%m-%d %H:%M} UTC."
    since = f"from {found.since:%Y-%m-%d %H:%M} UTC" if found.since else "from the beginning of time"
    until = f" until {found.until:%Y-%m-%d %H:%M} UTC" if found.until else ""
    signed = [f"  signed for {one.side} by {one.by} on {one.at:%Y-%m-%d}" for one in found.signatures]
    marked = ["  put in force by an operator; the sides have not both signed"] if found.overridden else []
    head = f"{found.title} ({found.key}), version {found.version}, in force {since}{until}:"
    return "\n".join([head, *(f"  {sentence}" for sentence in found.sentences), *signed, *marked])

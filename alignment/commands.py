"""How does a command end? The base of our commands: one JSON or a readable text, and an exit code that means something.

0 done, 1 unexpected, 2 refused (nothing changed), 3 done with some rows set aside.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from alignment.refusals import Refused

DONE, UNEXPECTED, REFUSED, SOME_SET_ASIDE = range(4)


class Command(BaseCommand):
    """A subclass writes `handle` as usual, prints its result with `show`, and raises `Refused` to say no.

    `formats` are what `--format` takes, the first by default; empty: the command has no such option. A subclass that
    overrides `add_arguments` calls `super()`. `exit_code` is how the process ends when `handle` returns.
    """

    formats: tuple[str, ...] = ("text", "json")
    requires_system_checks: Any = []
    exit_code = DONE
    _format: str | None = None
    _with_traceback = False

    def add_arguments(self, parser: CommandParser) -> None:
        if self.formats:
            parser.add_argument(
                "--format",
                choices=self.formats,
                default=self.formats[0],
                help=f"How to print the result: {', '.join(self.formats)}.",
            )

    def show(self, document: object, text: str | Callable[[], str]) -> None:
        """Print the result: `document` as one JSON, or `text` where people read."""
        if self._format == "json":
            self.stdout.write(as_json(document))
        else:
            self.stdout.write(text() if callable(text) else text)

    def execute(self, *args: Any, **options: Any) -> str | None:
        self._format = options.get("format")
        self._with_traceback = bool(options.get("traceback"))
        return super().execute(*args, **options)

    def run_from_argv(self, argv: list[str]) -> None:
        """What the terminal calls; `call_command` gets exceptions instead of exit codes."""
        try:
            super().run_from_argv(argv)
        except Refused as refused:
            self.say_no(refused)
            sys.exit(REFUSED)
        except Exception as error:
            if self._with_traceback:
                raise
            self.stderr.write(
                f"Something unexpected stopped “{argv[1]}”: {_in_one_line(error)}. --traceback shows where."
            )
            sys.exit(UNEXPECTED)
        if self.exit_code:
            sys.exit(self.exit_code)

    def say_no(self, refused: Refused) -> None:
        """The sentence and what is wrong on stderr; with `--format json` also as JSON on stdout."""
        self.stderr.write(refused.detail)
        for error in refused.errors:
            if error.detail not in refused.detail:
                self.stderr.write(f"  {error.field}: {error.detail}")
        if self._format == "json":
            self.stdout.write(as_json(refusal_document(refused)))


def refusal_document(refused: Refused) -> dict[str, object]:
    """A refusal as JSON: `code`, `detail` and `errors` as the API's problems have them."""
    return {
        "code": refused.code,
        "detail": refused.detail,
        "errors": [{"field": error.field, "code": error.code, "detail": error.detail} for error in refused.errors],
    }


def as_json(document: object) -> str:
    """One line of JSON; times and decimals as the API writes them."""
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False)


def _in_one_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:300] if words else type(error).__name__

"""`manage.py stages load FILE.json`: lay in the stage set that the funnel is made of; once one is agreed, draft another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import CommandParser

from alignment.clock import now
from alignment.commands import Command as BaseCommand
from alignment.documents import read_document
from alignment.refusals import Refused
from leads.funnel.loading import Loaded, load


class Command(BaseCommand):
    help = "Load a stage set. A key that leads have been in may leave the set only with counts_as."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=["load"])
        parser.add_argument("file", help="a JSON list of stages: key, title, position, side, category, …")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load(_read(Path(options["file"])), now=now())
        if "recompute" in get_commands() and loaded.is_new and not loaded.is_draft:
            call_command("recompute", stdout=self.stderr, stderr=self.stderr)
        self.show(_document(loaded), lambda: _in_words(loaded))


def _read(path: Path) -> object:
    if not path.is_file():
        raise Refused("no_such_file", f"There is no file {path}.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable_stage_set", f"{path} cannot be read: {error}.") from error
    return read_document(text, f"{path}", code="invalid_stage_set")


def _document(loaded: Loaded) -> dict[str, object]:
    rows = [
        {
            "key": term.key,
            "title": term.title,
            "position": term.position,
            "category": term.category,
            "side": term.side,
            "requires_owner": term.requires_owner,
            "counts_as": term.counts_as,
        }
        for term in loaded.terms
    ]
    state = {"state": "draft"} if loaded.is_draft else {}
    return {"version": loaded.number, **state, "stages": rows}


def _in_words(loaded: Loaded) -> str:
    lines = [f"{_heading(loaded)}:"]
    for term in loaded.terms:
        place = "off the path" if term.position is None else f"position {term.position}"
        retired = f", counts as {term.counts_as}" if term.counts_as else ""
        lines.append(f"  {term.key}: {term.title}, {place}, {term.category}, {term.side}{retired}")
    return "\n".join(lines)


def _heading(loaded: Loaded) -> str:
    if not loaded.is_new:
        state = "waits to be decided on" if loaded.is_draft else "is in force"
        return f"Nothing to do: funnel version {loaded.number}, which {state}, says this already"
    if loaded.is_draft:
        return f"Draft {loaded.number} of the funnel, to be proposed to both sides"
    return f"Funnel version {loaded.number}"

"""Write a file, look at it, and say what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leads.imports.reading import Look, Note, Record, Wanted, Wishes, look, read_records


@dataclass(frozen=True)
class Read:
    """A look, all records, and everything that was told to be left out."""

    look: Look
    records: list[Record]
    notes: list[Note]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows that are not set aside, with the names of the columns before them."""
        return [self.look.columns, *(record.cells for record in self.records if record.fault is None)]

    @property
    def faults(self) -> list[tuple[int, str]]:
        """Line and code of the rows that are set aside."""
        return [(record.line, record.fault.code) for record in self.records if record.fault is not None]

    @property
    def told(self) -> list[tuple[str, int]]:
        """Code and line of what was left out."""
        return [(note.code, note.line) for note in self.notes]


def read(path: Path, wishes: Wishes | None = None, wanted: Wanted | None = None) -> Read:
    """What comes out of a file."""
    found = look(path, wishes or Wishes(), wanted)
    notes = list(found.notes)
    return Read(found, list(read_records(path, found.layout, notes.append)), notes)


def write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path

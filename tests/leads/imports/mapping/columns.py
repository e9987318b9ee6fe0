"""A table in a file, as it is seen by the proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from leads.imports.kinds import KINDS
from leads.imports.mapping.proposing import propose_fields
from leads.imports.mapping.studying import Study, study_file
from leads.imports.reading import Wishes, look


def study_of(text: str | bytes, limit: int | None = None) -> Study:
    """A file with this content, studied to its end unless a limit is said."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return study_file(path, look(path, Wishes()), limit)


def table(columns: Mapping[str, Sequence[str]]) -> str:
    """Columns with their values as comma-separated text."""
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


def proposed(kind: str, columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Column to field, as proposed."""
    return {one.column: one.field for one in propose_fields(KINDS[kind], study_of(table(columns)).columns)}

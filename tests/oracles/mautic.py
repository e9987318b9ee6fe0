"""What do Mautic's sample contacts, companies and page hits say? Some cells have blanks around them, and NULL is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.oracles.exports import read_rows

FOLDER = "mautic-fixtures"
Person = tuple[str | None, str | None, str | None, str | None]
"""First name, last name, country, and the e-mail address in lower case."""


@dataclass(frozen=True)
class Sample:
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder / f"{name}.csv")

    def people(self, name: str) -> list[Person]:
        """The people of one file, in order."""
        return [
            (
                row["firstname"].strip() or None,
                row["lastname"].strip() or None,
                row["country"].strip() or None,
                row["email"].strip().lower() or None,
            )
            for row in self.rows(name)
        ]

    def distinct(self) -> set[tuple[str, ...]]:
        """The lines of the contacts' file that name nobody: the same line twice is one."""
        return {tuple(cell.strip() for cell in row.values()) for row in self.rows("fakeleaddata") if not row["email"]}

"""Is what was made from the code still what the code would make?

Migrating and collecting static files start Django, which takes seconds; comparing a fingerprint
takes none. The notes lie in the home, beside what they speak of.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alignment.embedded.home import ROOT, Home

PACKAGES = ("alignment", "leads", "kpis")


@dataclass(frozen=True)
class Stamp:
    """A note of the fingerprint that something was last made from."""

    file: Path
    fingerprint: str

    def is_current(self) -> bool:
        return self.file.exists() and self.file.read_text() == self.fingerprint

    def write(self) -> None:
        self.file.write_text(self.fingerprint)

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)


def schema_stamp(home: Home) -> Stamp:
    """Whether the embedded database has every migration of the project and of its libraries."""
    return Stamp(home.path / "schema", _contents([*migration_files(), ROOT / "requirements.txt"]))


def static_stamp(home: Home) -> Stamp:
    """Whether the collected static files are those of the project and of its libraries."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).glob("**/static/**/*") if file.is_file())
    seen = "\n".join(f"{file.relative_to(ROOT)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
    return Stamp(home.path / "static-stamp", _contents([ROOT / "requirements.txt"]) + _digest(seen.encode()))


def migration_files() -> list[Path]:
    """The project's own migrations."""
    return sorted(file for package in PACKAGES for file in (ROOT / package).glob("**/migrations/[0-9]*.py"))


def migration_names() -> list[str]:
    """What a backup notes, so that older code can tell that it does not know all of them."""
    return [f"{file.parent.parent.name}/{file.stem}" for file in migration_files()]


def _contents(files: Iterable[Path]) -> str:
    return _digest(b"\0".join(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() for file in files))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

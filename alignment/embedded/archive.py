"""What is in a backup file, and is it whole?

A tar file whose first member, `manifest.json`, names every other with its length and digest;
what is not in it, or not as it says, makes the whole file refused before anything is touched.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from alignment.embedded.home import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
SECRET = "secret-key"  # noqa: S105 - a file's name
UPLOADS = "uploads"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive holds, when it was made, and by which migrations."""

    format: int
    made_at: str
    migrations: list[str]
    entries: list[Entry]


def write_archive(target: Path, files: dict[str, Path], *, made_at: str, migrations: list[str]) -> None:
    """Write the files under their names; `target` is there only once it is whole and on the disk."""
    entries = [Entry(name, file.stat().st_size, digest_of(file)) for name, file in files.items()]
    manifest = json.dumps(asdict(Manifest(FORMAT, made_at, migrations, entries)), indent=1).encode()
    draft = target.with_name(f".{target.name}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                head = tarfile.TarInfo(MANIFEST)
                head.size, head.mode = len(manifest), 0o600
                tar.addfile(head, io.BytesIO(manifest))
                for name, file in files.items():
                    tar.add(file, arcname=name, recursive=False)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def unpack_archive(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and check every byte; refuses what is not a whole backup."""
    if not source.is_file():
        raise Refusal(f"There is no file {source}.")
    try:
        with tarfile.open(source) as tar:
            manifest = _read_manifest(tar, source)
            expected = {entry.name: entry for entry in manifest.entries}
            for member in tar:
                if member.name != MANIFEST and member.name in expected:
                    _unpack(tar, member, folder, expected.pop(member.name), source)
    except (tarfile.TarError, EOFError) as error:
        raise Refusal(f"{source} is not a backup of Alignment, or is damaged: {error}.") from error
    if expected:
        raise Refusal(f"{source} is damaged: {', '.join(sorted(expected))} is missing in it.")
    return manifest


def digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read_manifest(tar: tarfile.TarFile, source: Path) -> Manifest:
    try:
        said = json.loads(b"".join(_chunks(tar.extractfile(MANIFEST) or io.BytesIO())))
        entries = [Entry(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in said["entries"]]
        manifest = Manifest(int(said["format"]), str(said["made_at"]), list(said["migrations"]), entries)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(f"{source} is not a backup of Alignment: it has no readable {MANIFEST}.") from error
    if manifest.format != FORMAT:
        raise Refusal(f"{source} is a backup of format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, entry: Entry, source: Path) -> None:
    place = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or place.is_absolute() or ".." in place.parts:
        raise Refusal(f"{source} holds {member.name!r}, which no backup holds.")
    target = folder / place
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
        for chunk in _chunks(content):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != entry.sha256:
        raise Refusal(f"{source} is damaged: {member.name} is not as its manifest says.")


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk

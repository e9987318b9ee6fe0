"""Where does an import's file lie? A copy named by its content, so that the same file is kept once."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from alignment.refusals import Refused

BLOCK = 1 << 20
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a full disk, a used-up quota or a limit on files says."""


@dataclass(frozen=True)
class Copy:
    """A kept file: its name relative to the uploads folder, its size in bytes."""

    name: str
    size: int

    @property
    def path(self) -> Path:
        return path_of(self.name)


def path_of(name: str) -> Path:
    """The place of a kept file."""
    return Path(settings.MEDIA_ROOT) / name


def must_be_there(name: str) -> Path:
    """The place of a kept file; refused if somebody took it away."""
    path = path_of(name)
    if not path.is_file():
        raise Refused("file_gone", "The copy of the file is gone from the uploads folder; import the file anew.")
    return path


def keep_copy(stream: BinaryIO) -> Copy:
    """Copy what `stream` gives into the uploads folder, whole or not at all; refused where there is no room for it."""
    try:
        return _copy(stream)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Refused(
            "no_room",
            "There is no room on the disk for a copy of the file. Make room, then bring it again.",
            status=507,
        ) from error


def _copy(stream: BinaryIO) -> Copy:
    folder = path_of("imports")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as copy:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        name = f"imports/{digest.hexdigest()}.csv"
        Path(temporary).replace(path_of(name))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Copy(name, size)

"""Is there room to go on?

A database without room stops in the middle of work. Better not to start, and to end in good
order while there is still room to do so.
"""

import os
import shutil
from pathlib import Path

from alignment.embedded.home import Refusal

MEGABYTE = 1024 * 1024
LEAST_TO_START = 256 * MEGABYTE
LEAST_TO_GO_ON = 64 * MEGABYTE
SIGNS = ("No space left on device", "Disk quota exceeded", "MISCONF Errors writing to the AOF file")


def free_space(folder: Path) -> int:
    """Bytes that are free for us where the folder lies."""
    return shutil.disk_usage(folder).free


def refuse_full_disk(folder: Path, least: int, *, free: int | None = None) -> None:
    """Refuse to go on with less than this; `free` is measured unless given."""
    free = free_space(folder) if free is None else free
    if free < least:
        raise Refusal(
            f"The disk is full: {free // MEGABYTE} MB are free for {folder}, "
            f"at least {least // MEGABYTE} MB are needed. Make room, then start again; nothing that was saved is lost."
        )


def tells_of_full_disk(log: Path) -> bool:
    """Whether the end of a log file says that the disk is full."""
    if not log.exists():
        return False
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 16384))
        end = file.read().decode(errors="replace")
    return any(sign in end for sign in SIGNS)

"""How does a restored copy take the place of what was there, so that no crash leaves half of each?

A restore builds everything aside and, when complete, gives it the name `restored` in one step.
From then on it only needs to be moved in, which may be begun again any number of times: by the
restore itself, or by the next start.
"""

import shutil
from pathlib import Path

from alignment.embedded.home import Home

REPLACED = ("postgres", "uploads", "secret-key")
FORGOTTEN = ("valkey", "schema", "demo")


def restored_copy(home: Home) -> Path:
    """Where a complete restored copy waits to be moved in."""
    return home.path / "restored"


def replaced_copy(home: Home) -> Path:
    """Where what was there before the last restore is kept."""
    return home.path / "replaced"


def finish_restore(home: Home) -> None:
    """Move a complete restored copy in; without one there is nothing to do."""
    copy, old = restored_copy(home), replaced_copy(home)
    if not copy.exists():
        return
    old.mkdir(mode=0o700, exist_ok=True)
    for name in REPLACED:
        if (copy / name).exists():
            if (home.path / name).exists():
                (home.path / name).rename(old / name)
            (copy / name).rename(home.path / name)
    for name in FORGOTTEN:
        place = home.path / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    shutil.rmtree(copy)

"""How does one begin again with nothing?

Everything in the home goes, but for the backups. It asks first, unless told not to.
"""

import os
import shutil
import sys
from collections.abc import Sequence

from alignment.embedded.environment import read_environment
from alignment.embedded.home import Home, Refusal
from alignment.embedded.locks import OwnerLock, take_alive_lock

KEPT = {"backups", "run"}


def reset_home(arguments: Sequence[str]) -> int:
    """Empty the home; `--force` does not ask."""
    home = Home(read_environment(os.environ).home)
    home.prepare()
    owner = OwnerLock(home, "restore")
    owner.take()
    try:
        with take_alive_lock(home):
            if "--force" not in arguments and not _is_meant(home):
                raise Refusal("Nothing was changed.")
            for place in home.path.iterdir():
                if place.name in KEPT:
                    continue
                if place.is_dir() and not place.is_symlink():
                    shutil.rmtree(place)
                else:
                    place.unlink()
            shutil.rmtree(home.outside("programs"), ignore_errors=True)
    finally:
        owner.release()
    print(f"{home.path} is empty but for its backups.")
    return 0


def _is_meant(home: Home) -> bool:
    if not sys.stdin.isatty():
        raise Refusal("`make reset` asks before it deletes; where nobody can answer, say FORCE=1.")
    return input(f"Delete everything in {home.path} but its backups? Type yes: ").strip() == "yes"

"""Who runs the servers while only commands need them?

`python -m alignment.embedded.keeper`, started by the first command (see `lease.py`) and shared
by all that come while it runs. It says on standard output whether the servers can be used, and
ends with the last command that uses them, whether that returned or was killed.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Sequence

from alignment.embedded.environment import read_environment
from alignment.embedded.home import Home, Refusal
from alignment.embedded.locks import PAUSE, OwnerLock, lock
from alignment.embedded.servers import Servers

READY, TAKEN, REFUSED = "ready", "taken", "refused"


def keep_servers(arguments: Sequence[str]) -> int:
    """Run the servers until nobody uses them; `--careless` trades durability for speed, for tests."""
    environment = read_environment(os.environ)
    home = Home(environment.home)
    home.prepare()
    owner = OwnerLock(home, "command")
    if not owner.try_to_take():
        say(TAKEN)
        return 0
    servers = Servers(environment, home, durable="--careless" not in arguments)
    with (home.state / "users.lock").open("a+") as users:
        try:
            servers.start()
            say(READY)
            while not lock(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
                servers.family.refuse_dead()
                time.sleep(PAUSE)
        except Refusal as refusal:
            say(f"{REFUSED} {refusal}")
            return 1
        finally:
            servers.stop()
            owner.release()
    return 0


def say(word: str) -> None:
    """Answer the command that started us, and let go of its pipe."""
    os.write(1, word.encode())
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(keep_servers(sys.argv[1:]))

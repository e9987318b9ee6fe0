"""The commands of the Makefile that need no Django: `python -m alignment.embedded NAME …`."""

import sys
from collections.abc import Callable, Mapping, Sequence

from alignment.embedded.backup import make_backup, restore_backup
from alignment.embedded.home import Refusal
from alignment.embedded.reset import reset_home
from alignment.embedded.run import run
from alignment.embedded.standby import run_standby

COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "run": lambda _arguments: run(),
    "backup": lambda _arguments: make_backup(),
    "restore": restore_backup,
    "reset": reset_home,
    "standby": run_standby,
}


def main(arguments: Sequence[str]) -> int:
    """Run one of them; what is refused is said in a sentence, with exit code 2."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        print(f"usage: python -m alignment.embedded {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return command(arguments[1:])
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

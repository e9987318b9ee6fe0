"""How does a command of `manage.py` find its database, migrated and ready?

Real servers are used as they are. The embedded ones are borrowed for as long as the command
runs, and brought up to date first. What can be done without a database starts no servers.
"""

import fcntl
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import nullcontext

from alignment.embedded.environment import read_environment
from alignment.embedded.home import Home, Refusal
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import lock
from alignment.embedded.preparation import ERASURES
from alignment.embedded.schema import schema_stamp

REFUSED = 2
WITHOUT_DATABASE = {
    "",
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "makemigrations",
    "spectacular",
    "version",
}
ABOUT_MIGRATIONS = {"migrate", "showmigrations", "sqlmigrate", "dbshell", "flush"}
"""These look at the schema or change it: it is left to them."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command with what it needs; its own exit code passes through as SystemExit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
    name = arguments[1] if len(arguments) > 1 else ""
    try:
        environment = read_environment(os.environ)
        home = Home(environment.home)
        needs_database = name not in WITHOUT_DATABASE and not {"--help", "-h", "--version"} & set(arguments)
        with borrowed_servers(environment) if needs_database else nullcontext():
            if needs_database and environment.embedded_database:
                _bring_up_to_date(home, name)
            _execute(arguments)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return REFUSED
    return 0


def _bring_up_to_date(home: Home, name: str) -> None:
    """Migrate in this process, unless the note says that it was done; others wait meanwhile."""
    if name == "migrate":
        schema_stamp(home).forget()
    if name in ABOUT_MIGRATIONS or schema_stamp(home).is_current():
        return
    with (home.state / "migrate.lock").open("a+") as turn:
        lock(turn, fcntl.LOCK_EX)
        stamp = schema_stamp(home)
        if not stamp.is_current():
            _migrate(home)
            stamp.write()


def _migrate(home: Home) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr, stderr=sys.stderr)
    if (home.path / ERASURES).is_file():
        call_command("erasures", "apply", stdout=sys.stderr, stderr=sys.stderr)


def _execute(arguments: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line

    # makemigrations compares files with files; that it finds no database is no news
    warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
    execute_from_command_line(list(arguments))

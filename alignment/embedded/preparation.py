"""What must be done between the servers' start and the product's?

Migrate, collect static files, and lay in the demo, each by the command that a person would
type, and only where a note says that it is needed: a second start does none of it.
"""

import os
import subprocess
import sys

from alignment.embedded.environment import Environment
from alignment.embedded.home import ROOT, Home, Refusal
from alignment.embedded.schema import schema_stamp, static_stamp

REFUSED = 2
DEMO = "demo"
ERASURES = "erasures"
"""Who was erased; no restore replaces it."""


def prepare_product(environment: Environment, home: Home) -> None:
    """Bring database and static files to what the code asks for."""
    schema = schema_stamp(home)
    if not (environment.embedded_database and schema.is_current()):
        print("Migrating the database …", flush=True)
        _manage("migrate", "--no-input", "--verbosity=0")
        if environment.embedded_database:
            if (home.path / ERASURES).is_file():
                _manage("erasures", "apply")
            schema.write()
    static = static_stamp(home)
    if not static.is_current():
        print("Collecting static files …", flush=True)
        _manage("collectstatic", "--no-input", "--clear", "--verbosity=0")
        static.write()
    if environment.demo and environment.embedded_database:
        _seed_demo(home)


def demo_is_in(home: Home) -> bool:
    """Whether the demo was laid into this home's database."""
    note = home.path / DEMO
    return note.exists() and note.read_text() == "seeded"


def _seed_demo(home: Home) -> None:
    """Lay in the demo once; a database that holds anything else is left alone, and not asked again."""
    note = home.path / DEMO
    if note.exists():
        return
    print("Laying in the demo company …", flush=True)
    refused = _manage("seed_demo", may_refuse=True) == REFUSED
    note.write_text("refused" if refused else "seeded")


def _manage(*arguments: str, may_refuse: bool = False) -> int:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "alignment.settings"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode and not (may_refuse and done.returncode == REFUSED):
        raise Refusal(f"`manage.py {arguments[0]}` failed with exit code {done.returncode}:\n{done.stderr.strip()}")
    return done.returncode

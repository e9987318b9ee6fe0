"""Which settings of PostgreSQL help at this size? For docs/scaling.md and the embedded server's own settings.

`python -m tests.scaling.tuning LEADS FOLDER [NAME=VALUE,NAME=VALUE …]` makes the benchmark's company with so many leads on a server of
its own in FOLDER (kept for the next time), then starts it with the usual settings and with each of the given sets, and times rebuilding
everything and reading reports: seconds, and CPU seconds of the whole server.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from alignment.embedded import postgres
from alignment.embedded.environment import embedded_database_url
from alignment.embedded.home import ROOT, Home
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.processes import Family
from alignment.embedded.programs import find_programs

PERIOD = ("--start", "2025-01-01", "--end", "2026-11-20")
WORK = {
    "rebuild": ("recompute", "--full"),
    "rebuild again": ("recompute", "--full"),
    "funnel by source": ("report", "funnel", *PERIOD, "--by", "source"),
    "velocity by month": ("report", "velocity", *PERIOD, "--by", "month"),
    "leakage": ("report", "leakage", *PERIOD),
}
BUILD = "import django; django.setup(); from tests.benchmarks.population.building import build; build({})"
TICKS = os.sysconf("SC_CLK_TCK")


def main(leads: int, folder: Path, sets: list[str]) -> None:
    home = Home(folder)
    home.prepare()
    home.hand_over(home.sockets)
    programs = find_programs(home, None).postgres
    with ExitStack() as ending:
        family = Family(ending.enter_context(take_alive_lock(home)).fileno())
        ending.callback(family.stop)
        fresh = not home.postgres.exists()
        for number, given in enumerate(["", *sets]):
            options = dict(one.split("=") for one in given.split(",") if one)
            usual = dict(postgres.TUNING)
            postgres.TUNING.update(options)
            server = postgres.Postgres(home, programs).start(family)
            postgres.TUNING.update(usual)
            if fresh and number == 0:
                fill(leads, home)
            for what, words in WORK.items():
                took, cpu, mine = timed(words, home, server.process.pid)
                said = f"{took:8.2f} s  server {cpu:7.2f} s CPU  command {mine:6.2f} s CPU"
                sys.stdout.write(f"{given or 'as usual':<60}{what:<20}{said}\n")
                sys.stdout.flush()
            family.stop()


def fill(leads: int, home: Home) -> None:
    for words in (["-m", "django", "migrate", "--verbosity=0"], ["-c", BUILD.format(leads)]):
        subprocess.run([sys.executable, *words], cwd=ROOT, env=environment(home), check=True)


def environment(home: Home) -> dict[str, str]:
    """Commands get a home of their own: one home has one owner."""
    own = {"DATABASE_URL": embedded_database_url(home), "ALIGNMENT_HOME": str(home.path / "commands"), "DEMO": "0"}
    own["DJANGO_SETTINGS_MODULE"] = "alignment.settings"
    return {**os.environ, **own}


def timed(words: tuple[str, ...], home: Home, server: int) -> tuple[float, float, float]:
    """Seconds, CPU seconds of the server with all its processes, and of the command."""
    begun, cpu, mine = time.monotonic(), spent(server), sum(os.times()[2:4])
    command = [sys.executable, "-m", "django", *words, "--format", "json"]
    subprocess.run(command, cwd=ROOT, env=environment(home), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun, spent(server) - cpu, sum(os.times()[2:4]) - mine


def spent(server: int) -> float:
    """Of the server's processes, those that ended too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == server:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            ticks += sum(map(int, fields[11:13]))
    return ticks / TICKS


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

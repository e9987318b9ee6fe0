"""Does the product work on several machines? Tried on one, in network namespaces that know each other by TCP only.

`sudo .venv/bin/python -m tests.scaling.several_machines [LEADS]` makes five machines on a bridge: one with PostgreSQL and
Valkey, two with a web process, two with workers. Leads come in by both web processes, each step sent to both at once under one
Idempotency-Key; people decide at both. Meanwhile a web process and all workers of one machine are killed. Then a file is imported, the
worker that is at it is killed, and everything is recomputed by both workers at once. Afterwards it is reckoned: each lead once, offered
once, each decision kept, and no figure differs from what it is made of. The machines share a folder for uploads (`ALIGNMENT_HOME`).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

from alignment.embedded.home import ROOT, Home, database_account
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.processes import Child, Family, Program
from alignment.embedded.programs import find_programs
from tests.chaos import reckoning
from tests.chaos.calling import Caller
from tests.chaos.people import Ledger, Receiver, _lead
from tests.chaos.running import Product
from tests.chaos.scene import Scene
from tests.embedded.conftest import Place, make_place

MACHINES = {
    "al-data": "10.99.0.10",
    "al-web1": "10.99.0.11",
    "al-web2": "10.99.0.12",
    "al-work1": "10.99.0.21",
    "al-work2": "10.99.0.22",
}
BRIDGE, GATEWAY = "al-net", "10.99.0.1"
PORT, BATCH, ROWS = 8000, 25, 20_000
SEED, PATIENCE = 3, 600.0
BEGAN = time.monotonic()


def said(what: str) -> None:
    print(f"{time.monotonic() - BEGAN:7.1f} s  {what}", flush=True)  # noqa: T201


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def machines() -> Iterator[None]:
    """A namespace each, with one cable to a bridge that stands in a namespace of its own."""
    names = [BRIDGE, *MACHINES]
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", BRIDGE, "link", "add", "br0", "type", "bridge")
        ip("-n", BRIDGE, "addr", "add", f"{GATEWAY}/24", "dev", "br0")
        ip("-n", BRIDGE, "link", "set", "br0", "up")
        for name, address in MACHINES.items():
            ip("-n", BRIDGE, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("-n", BRIDGE, "link", "set", name, "master", "br0", "up")
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        yield
    finally:
        for name in reversed(names):
            subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


class Machines(Product):
    """What runs where."""

    def __init__(self, place: Place, family: Family) -> None:
        super().__init__(place)
        self.family = family
        self.running: dict[str, Child] = {}

    def begin_on(self, machine: str, name: str, *command: str, cwd: Path = ROOT, as_nobody: bool = False) -> None:
        """Start a program on a machine, whole process group killable."""
        other = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups") if as_nobody else ()
        words = ["ip", "netns", "exec", machine, *other, *command]
        variables = {**self.place.variables, "HOST": MACHINES[machine], "PYTHONUNBUFFERED": "1"}
        log = self.place.home.log / f"{machine}-{name}.log"
        program = Program(f"{machine} {name}", words, log, cwd, signal.SIGTERM, signal.SIGKILL, None, variables)
        self.running[f"{machine} {name}"] = self.family.start(program)

    def kill(self, name: str) -> int:
        """Kill it with all its processes; its process id."""
        child = self.running[name]
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.family.children.remove(child)
        return child.process.pid

    def again(self, name: str) -> None:
        """Start what was killed, as an orchestrator would."""
        self.running[name] = self.family.start(self.running[name].program)


def main(leads: int) -> None:
    """Lay the company in on embedded servers, then move the data to a machine of its own."""
    folder = Path(tempfile.mkdtemp(prefix="several-", dir="/var/tmp"))
    folder.chmod(0o755)
    place = make_place(folder / "home")
    place.variables |= {"SECRET_KEY": secrets.token_urlsafe(48), "DJANGO_SETTINGS_MODULE": "alignment.settings"}
    try:
        with borrowed_servers(place.environment):
            migrated = place.run("-m", "django", "migrate", "--verbosity=0")
            assert migrated.returncode == 0, migrated.stderr
            laid = place.run("-m", "tests.chaos.scene")
            assert laid.returncode == 0, laid.stderr
            password = "ALTER ROLE alignment PASSWORD 'secret'"
            script = f"import django; django.setup(); from django.db import connection; connection.cursor().execute({password!r})"
            assert place.run("-c", script).returncode == 0
        said("the company is laid in")
        with machines():
            command = [
                "ip",
                "netns",
                "exec",
                BRIDGE,
                sys.executable,
                "-m",
                __spec__.name,
                "inside",
                str(leads),
                laid.stdout,
            ]
            subprocess.run(command, check=True, cwd=ROOT, env=place.variables)
    finally:
        shutil.rmtree(place.home.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def inside(leads: int, scene: Scene) -> None:
    """On the bridge: start all machines, work, break, reckon."""
    home = Home(Path(os.environ["ALIGNMENT_HOME"]))
    data = MACHINES["al-data"]
    variables = {
        **os.environ,
        "DATABASE_URL": f"postgres://alignment:secret@{data}:5432/alignment",
        "REDIS_URL": f"redis://{data}:6379/0",
    }
    place = Place(home, variables)
    with ExitStack() as ending:
        family = Family(ending.enter_context(take_alive_lock(home)).fileno())
        ending.callback(family.stop)
        all_of_it = Machines(place, family)
        start_data(all_of_it)
        start_product(all_of_it)
        said("five machines run: data, two with web, two with workers")
        ledger = live(all_of_it, scene, leads)
        reckoning.offered_once(all_of_it, leads)
        reckoning.kept(all_of_it, ledger.decisions, ledger.second)
        reckoning.moved_once(all_of_it)
        reckoning.told_once(all_of_it, scene.receivers, scene.lead)
        said(
            f"{leads} leads, each there once and offered once; {len(ledger.decisions)} decisions, each kept; all told once"
        )
        bring_in(all_of_it, scene, leads)
        recompute_twice(all_of_it)


def start_data(on: Machines) -> None:
    """PostgreSQL behind passwords (its embedded build knows no TLS), and Valkey."""
    home, programs = on.place.home, find_programs(on.place.home, None)
    with (home.postgres / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.99.0.0/24 scram-sha-256\n")
    settings = ("listen_addresses=" + MACHINES["al-data"], "unix_socket_directories=", "max_connections=100")
    options = [word for setting in settings for word in ("-c", setting)]
    (home.postgres / "postmaster.pid").unlink(missing_ok=True)
    assert database_account() is not None, "namespaces need root"
    on.begin_on(
        "al-data",
        "postgres",
        str(programs.postgres / "postgres"),
        "-D",
        ".",
        *options,
        cwd=home.postgres,
        as_nobody=True,
    )
    valkey = (
        str(programs.valkey),
        "--bind",
        MACHINES["al-data"],
        "--protected-mode",
        "no",
        "--save",
        "",
        "--appendonly",
        "no",
    )
    on.begin_on("al-data", "valkey", *valkey, cwd=home.valkey, as_nobody=True)
    wait(on, lambda: answers(on))


def start_product(on: Machines) -> None:
    for machine in ("al-web1", "al-web2"):
        gunicorn = (
            "gunicorn",
            "alignment.wsgi",
            f"--bind=0.0.0.0:{PORT}",
            "--workers=2",
            "--threads=4",
            "--no-control-socket",
        )
        on.begin_on(machine, "web", sys.executable, "-m", *gunicorn)
    for machine in ("al-work1", "al-work2"):
        for name, queues in (("now", "now,mail"), ("bulk", "bulk,figures")):
            worker = ("celery", "-A", "alignment", "worker", "--concurrency=1", f"--queues={queues}", "--loglevel=INFO")
            on.begin_on(
                machine, name, sys.executable, "-m", *worker, f"--hostname={name}@{machine}", "--without-gossip"
            )
    timetable = on.place.home.state / "several-beat"
    on.begin_on(
        "al-work1",
        "beat",
        sys.executable,
        "-m",
        "celery",
        "-A",
        "alignment",
        "beat",
        "--pidfile=",
        f"--schedule={timetable}",
    )
    for machine in ("al-web1", "al-web2"):
        wait(on, lambda machine=machine: is_ready(MACHINES[machine]))  # type: ignore[misc]


def live(on: Machines, scene: Scene, leads: int) -> Ledger:
    """Leads come in at both web machines at once; halfway a web machine and a worker machine go."""
    ledger, everything = Ledger(), Event()
    addresses = [(MACHINES[name], PORT) for name in ("al-web1", "al-web2")]
    senders = [Caller(address, scene.marketing.key) for address in addresses]
    people = [Receiver(person, scene, addresses[n % 2], ledger, SEED) for n, person in enumerate(scene.receivers)]
    with ThreadPoolExecutor(len(people) + 2) as pool:
        working = [pool.submit(person.work, everything) for person in people]
        for first in range(0, leads, BATCH):
            items = [_lead(number) for number in range(first, min(first + BATCH, leads))]
            sent = [
                pool.submit(one.post, "/api/v1/leads/bulk", {"items": items}, step=f"leads-{first}") for one in senders
            ]
            if first // BATCH == leads // BATCH // 2:
                killed = [on.kill(name) for name in ("al-web2 web", "al-work1 now", "al-work1 bulk")]
                said(f"killed the web process of al-web2 and all workers of al-work1 {killed}")
                time.sleep(5)
                for name in ("al-web2 web", "al-work1 now", "al-work1 bulk"):
                    on.again(name)
            answers = [one.result() for one in sent]
            assert [answer.status for answer in answers] == [200, 200], answers
            assert answers[0].body == answers[1].body, "both web processes give the one answer"
        said("all leads are in, each sent to both web processes at once")
        wait(on, lambda: on.number("SELECT count(*)::int FROM leads_handoff") >= leads)
        everything.set()
        for one in working:
            one.result()
    wait(on, lambda: reckoning.nothing_waits(on))
    return ledger


def bring_in(on: Machines, scene: Scene, leads: int) -> None:
    """A file, given to one web machine; the worker that is at it is killed, and the other machine's goes on."""
    file = on.place.home.path / "many.csv"
    rows = "".join(f"M{n},many-{n}@many-{n % 900}.example,Many {n},2024-01-{n % 28 + 1:02}\n" for n in range(ROWS))
    file.write_text(f"id,mail,name,day\n{rows}")
    profile = {
        "kind": "leads",
        "system": "many",
        "fields": {"external_id": "id", "email": "mail", "full_name": "name", "created_at": "day"},
    }
    number = upload(on, scene.marketing.key, file, profile)
    done = "SELECT count(*)::int FROM leads_lead WHERE import_id IS NOT NULL"
    wait(on, lambda: on.number(done) >= ROWS // 4)
    victim = at_work(on)
    said(f"{on.number(done):,} of {ROWS:,} rows are in; killed {victim} ({on.kill(victim)})")
    state = f"SELECT (state = 'done')::int FROM leads_import WHERE id = {number}"
    wait(on, lambda: on.number(state) == 1)
    assert on.number("SELECT count(*)::int FROM leads_lead") == leads + ROWS
    assert on.number("SELECT count(DISTINCT lead_id)::int FROM leads_stagechange") == leads + ROWS
    said(f"the other machine's worker went on; {ROWS:,} rows are in, each once")
    on.again(victim)


def at_work(on: Machines) -> str:
    """The bulk worker that used most of the processor lately."""

    def spent(machine: str) -> int:
        group = on.running[f"{machine} bulk"].process.pid
        children = Path(f"/proc/{group}/task/{group}/children").read_text().split()
        return sum(
            sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for pid in children
        )

    return f"{max(('al-work1', 'al-work2'), key=spent)} bulk"


def recompute_twice(on: Machines) -> None:
    """Both bulk workers are told to build everything anew at the same moment."""
    from celery import Celery

    with Celery(broker=on.environment.broker_url) as app:
        for _ in range(2):
            app.send_task("kpis.tasks.recompute_everything", queue="bulk")
    time.sleep(5)
    recomputed = on.place.run("-m", "django", "recompute", "--full")
    assert recomputed.returncode == 0, recomputed.stderr
    verified = on.place.run("-m", "django", "verify", "--format", "json")
    assert json.loads(verified.stdout)["differences"] == 0, verified.stdout
    said("recomputed by several at once; verify finds no difference")


def upload(on: Machines, key: str, file: Path, profile: Mapping[str, object]) -> int:
    """By curl, which builds the form; the number of the import."""
    command = [
        "curl", "-s", "-H", f"Authorization: Bearer {key}", "-F", "kind=leads", "-F", f"file=@{file}",
        "-F", f"profile={json.dumps(profile)}", f"http://{MACHINES['al-web1']}:{PORT}/api/v1/imports",
    ]  # fmt: skip
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return int(answer["id"])


def is_ready(address: str) -> bool:
    with suppress(OSError):
        line = HTTPConnection(address, PORT, timeout=5)
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    return False


def answers(on: Machines) -> bool:
    with suppress(Exception):
        return on.number("SELECT 1") == 1
    return False


def wait(on: Machines, holds: Callable[[], bool]) -> None:
    """Until it has come to that; a program that ends by itself is said at once."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        on.family.refuse_dead()
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.3)


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(int(sys.argv[2]), Scene.read(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 300)

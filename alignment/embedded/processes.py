"""How is a child process started so that it can neither be lost nor left behind?

Each child gets a session of its own, so that Ctrl-C at the terminal reaches only us and we end
the others in order; the kernel signals it when we die, however we die; and it inherits the
home's `alive` lock, by which the next start sees what is still there.
"""

import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from alignment.embedded.disk import tells_of_full_disk
from alignment.embedded.home import Account, Refusal

PR_SET_PDEATHSIG = 1
LONGEST_LOG = 10 * 1024 * 1024
LAST_LINES = 12
STOPPING = (signal.SIGTERM, signal.SIGINT)

_libc = ctypes.CDLL(None, use_errno=True)


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Program:
    """What to start, as whom, and how to end it."""

    name: str
    command: Sequence[str]
    log: Path
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    environment: Mapping[str, str] | None = None
    patience: float = 12.0
    """Seconds that it may take to end when asked."""


class Child:
    """A started program."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program, self.process = program, process
        self._asked = False

    @property
    def name(self) -> str:
        return self.program.name

    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask once: to some programs a second time means at once."""
        if not self._asked and not self.is_dead():
            self.process.send_signal(self.program.stop_signal)
        self._asked = True

    def stop(self) -> None:
        """Ask, wait, ask harder, and at last kill; then nothing of the child's session is left."""
        self.ask_to_stop()
        for harder in (signal.SIGQUIT, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.program.patience)
                break
            self.process.send_signal(harder)
        self.process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def why_it_ended(self) -> str:
        """A paragraph for the terminal: how it ended, and the last that it wrote."""
        code = self.process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        lines = last_lines(self.program.log)
        full = "The disk is full. " if tells_of_full_disk(self.program.log) else ""
        told = f" The last lines of {self.program.log}:\n{lines}" if lines else ""
        return f"{full}The {self.name} {how}.{told}"


class Family:
    """All children of one home's owner; none is started without being in it, so that none is forgotten."""

    def __init__(self, alive: int) -> None:
        """`alive` is the descriptor of the lock that every child holds as long as it lives."""
        self.alive = alive
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        """Start a program and note it as ours before a signal can come between."""
        rotate(program.log)
        with signals_held(), program.log.open("ab") as log:
            process = subprocess.Popen(
                list(program.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=program.cwd,
                env=program.environment,
                start_new_session=True,
                pass_fds=(self.alive,),
                preexec_fn=_die_with(os.getpid(), program.orphan_signal),
                **_as(program.account),
            )
            self.children.append(child := Child(program, process))
        return child

    def stop(self) -> None:
        """End them all, the last started first; what can go on at once is asked at once by the caller."""
        while self.children:
            self.children[-1].stop()
            self.children.pop()

    def keep_logs_short(self) -> None:
        """What a child has written beyond the longest log moves aside while it writes on: it always writes at the end."""
        for log in {child.program.log for child in self.children}:
            cut(log)

    def refuse_dead(self) -> None:
        """One dead child is the end of all: half a product would lie to whoever uses it."""
        for child in self.children:
            if child.is_dead():
                raise Refusal(child.why_it_ended())


@contextmanager
def signals_held() -> Iterator[None]:
    """Signals that come inside are delivered at its end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_to_end(program: Program, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program that ends by itself, as the account that it belongs to."""
    return subprocess.run(
        list(program.command),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=program.cwd,
        env=program.environment,
        **_as(program.account),
    )


def _as(account: Account | None) -> _Identity:
    """Whom the child becomes; ourselves where nobody is named."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _die_with(parent: int, orphan_signal: signal.Signals) -> Callable[[], None]:
    """What the child does before it becomes the program: ask the kernel to tell it of our end."""

    def prepare() -> None:
        for kind in STOPPING:
            signal.signal(kind, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        _libc.prctl(PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return prepare


def rotate(log: Path) -> None:
    """Keep one earlier log file; nobody wants to find a disk full of them."""
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def cut(log: Path) -> None:
    """The same of a log that is being written: copied, then emptied. A line written in between may be lost."""
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def last_lines(log: Path) -> str:
    """The end of a log file, indented."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])

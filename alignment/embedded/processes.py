"""How is a child process started so that it can neither be lost nor left behind?

Each child gets a session of its own, so that Ctrl-C at the terminal reaches only us and we end
the others in order; the kernel signals it when we die, however we die; and it inherits the
home's `alive` lock, by which the next start sees what is still there.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alignment.embedded.home import Account

PR_SET_PDEATHSIG = 1
LONGEST_LOG = 10 * 1024 * 1024
LAST_LINES = 12

_libc = ctypes.CDLL(None, use_errno=True)


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


class Child:
    """A started program."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program, self.process = program, process

    @property
    def name(self) -> str:
        return self.program.name

    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if not self.is_dead():
            self.process.send_signal(self.program.stop_signal)

    def stop(self, patience: float) -> None:
        """Ask, wait, ask harder, and at last kill; then nothing of the child's session is left."""
        self.ask_to_stop()
        for harder in (signal.SIGQUIT, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
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
        told = f" The last lines of {self.program.log}:\n{lines}" if lines else ""
        return f"The {self.name} {how}.{told}"


def start(program: Program, alive: int) -> Child:
    """Start a program; `alive` is the descriptor of the lock that it holds as long as it lives."""
    account = program.account
    rotate(program.log)
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            list(program.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=program.cwd,
            env=program.environment,
            start_new_session=True,
            pass_fds=(alive,),
            preexec_fn=_die_with(os.getpid(), program.orphan_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(program, process)


def run_to_end(program: Program, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program that ends by itself, as the account that it belongs to."""
    account = program.account
    return subprocess.run(
        list(program.command),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=program.cwd,
        env=program.environment,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _die_with(parent: int, orphan_signal: signal.Signals) -> Callable[[], None]:
    """What the child does before it becomes the program: ask the kernel to tell it of our end."""

    def prepare() -> None:
        for ignored in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ignored, signal.SIG_DFL)
        _libc.prctl(PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return prepare


def rotate(log: Path) -> None:
    """Keep one earlier log file; nobody wants to find a disk full of them."""
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def last_lines(log: Path) -> str:
    """The end of a log file, indented."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])

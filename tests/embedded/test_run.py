"""`make run`: all of the product or none of it, and a sentence for whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from alignment.embedded.locks import owner_of
from tests.embedded.conftest import Place, wait_until

RUN = ("-m", "alignment.embedded", "run")


def read_until_ready(running: subprocess.Popen[str]) -> list[str]:
    """What it printed up to READY, or all if it never came."""
    lines: list[str] = []
    assert running.stdout is not None
    for line in running.stdout:
        lines.append(line.strip())
        if line.startswith("READY "):
            return lines
    return lines


def child_that_runs(place: Place, running: subprocess.Popen[str], word: str) -> int:
    """The first of the home's processes that was started with this word, waited for while `running` lives."""
    found: list[int] = []

    def look() -> bool:
        if running.poll() is not None:
            pytest.fail(f"it ended with {running.returncode}: {running.communicate()[0]}")
        for pid in sorted(place.running()):
            with suppress(OSError):
                if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                    found.append(pid)
        return bool(found)

    wait_until(look, f"no {word} came up")
    return found[0]


def test_it_gets_ready_refuses_a_second_copy_and_ends_with_zero(company: Place) -> None:
    running = company.start(*RUN)
    address = f"http://127.0.0.1:{company.variables['PORT']}"
    assert read_until_ready(running)[-1] == f"READY {address}"
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.status == 200
    second = company.run(*RUN)
    assert second.returncode == 1
    assert f"in use by another copy (process {running.pid})" in second.stderr
    running.send_signal(signal.SIGTERM)
    printed, _ = running.communicate()
    assert running.returncode == 0
    assert printed.splitlines()[-1] == "Stopped."
    assert not company.runs()
    assert owner_of(company.home) is None


def test_a_dead_child_ends_everything(company: Place) -> None:
    running = company.start(*RUN)
    os.kill(child_that_runs(company, running, "worker"), signal.SIGKILL)
    printed, _ = running.communicate()
    assert running.returncode == 1
    assert "The worker was killed by SIGKILL" in printed
    assert "READY" not in printed
    assert not company.runs()


def test_a_killed_supervisor_leaves_nothing_behind(company: Place) -> None:
    running = company.start(*RUN)
    child_that_runs(company, running, "beat")
    running.kill()
    company.wait_until_nothing_runs()


def test_a_taken_port_is_refused_before_anything_starts(place: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        place.variables["PORT"] = str(other.getsockname()[1])
        refused = place.run(*RUN)
    assert refused.returncode == 1
    assert f"Port {place.variables['PORT']} on 127.0.0.1 cannot be had" in refused.stderr
    assert not place.home.postgres.exists()
    assert not place.runs()


def test_a_wrong_setting_is_refused_before_anything_starts(place: Place) -> None:
    place.variables["PUBLIC_URL"] = "alignment"
    refused = place.run(*RUN)
    assert refused.returncode == 1
    assert "PUBLIC_URL='alignment' is not allowed" in refused.stderr
    assert not place.home.postgres.exists()


def test_ctrl_c_while_it_starts_ends_it_too(quiet_place: Place) -> None:
    starting = quiet_place.start(*RUN)
    wait_until(quiet_place.runs, "no server came up")
    starting.send_signal(signal.SIGINT)
    starting.communicate()
    assert starting.returncode == 0
    assert not quiet_place.runs()

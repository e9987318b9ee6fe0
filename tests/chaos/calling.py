"""How does another system call an API whose servers may go away at any moment? With a key for each step, again until it is answered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event
from typing import Any

PATIENCE = 240.0
PAUSE = 0.2
ANSWER_SECONDS = 30
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Answer:
    """What came back at last, and after how many attempts."""

    status: int
    body: Any
    attempts: int


class NoAnswer(AssertionError):
    """Nothing answered for too long."""


class Caller:
    """One person's or system's calls; for one thread at a time."""

    def __init__(self, address: tuple[str, int], key: str) -> None:
        self._address, self._key = address, key
        self._breath = Event()

    def get(self, path: str) -> Any:
        answer = self._ask("GET", path, None, None)
        assert answer.status == 200, answer
        return answer.body

    def post(self, path: str, body: object, *, step: str) -> Answer:
        """The same step is the same Idempotency-Key, however often it is tried."""
        return self._ask("POST", path, body, step)

    def _ask(self, method: str, path: str, body: object, step: str | None) -> Answer:
        deadline, attempts, last = time.monotonic() + PATIENCE, 0, ""
        while time.monotonic() < deadline:
            attempts += 1
            try:
                status, text = self._once(method, path, body, step)
                if status not in TRY_AGAIN:
                    return Answer(status, json.loads(text) if text else None, attempts)
                last = f"{status} {text[:300]}"
            except (OSError, HTTPException) as error:
                last = f"{type(error).__name__} {error}"
            self._breath.wait(PAUSE)
        raise NoAnswer(f"{method} {path}: no answer after {attempts} attempts; the last: {last}")

    def _once(self, method: str, path: str, body: object, step: str | None) -> tuple[int, str]:
        line = HTTPConnection(*self._address, timeout=ANSWER_SECONDS)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if step is not None:
            headers["Idempotency-Key"] = step
        try:
            line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

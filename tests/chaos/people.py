"""What do people do meanwhile? Marketing's system sends leads; receivers take most and turn some down; their lead is quicker at times."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from threading import Event, Lock

from tests.chaos.calling import Answer, Caller
from tests.chaos.scene import Person, Scene

ACCEPTED, TURNED_DOWN = 0.6, 0.85
"""Of random numbers below the first a lead is accepted, below the second turned down; above nobody decides."""

RIVALRY = 0.15
"""How often the team's lead decides at the same moment."""

PAGE = 100
LOOK_AGAIN = 1.0
"""Seconds until people look into their inboxes again."""


@dataclass(frozen=True)
class Decision:
    """A decision that was acknowledged: its author may rely on it."""

    handoff: int
    by: int
    state: str
    reason: str | None


class Ledger:
    """What was acknowledged, and who was told that somebody else was quicker; written by all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.decisions: list[Decision] = []
        self.second: list[int] = []
        self.retried = 0

    def has(self, decisions: float) -> bool:
        """Whether so many were acknowledged."""
        return len(self.decisions) >= decisions

    def note(self, answer: Answer, handoff: int, by: int) -> None:
        assert answer.status in (200, 409), answer
        with self._lock:
            self.retried += answer.attempts > 1
            if answer.status == 200:
                body = answer.body
                reason = body["reason"]["key"] if body["reason"] else None
                self.decisions.append(Decision(handoff, by, body["state"], reason))
            else:
                assert answer.body["code"] == "already_decided", answer
                self.second.append(handoff)


class Receiver:
    """One person at their inbox. What they do with a lead depends on the seed and the lead's name alone."""

    def __init__(self, person: Person, scene: Scene, address: tuple[str, int], ledger: Ledger, seed: int) -> None:
        self.person, self.seed, self.ledger = person, seed, ledger
        self._mine, self._other = Caller(address, person.key), Caller(address, scene.lead.key)
        self._lead = scene.lead
        self._looked: set[int] = set()

    def work(self, everything_is_there: Event) -> None:
        """Until all leads were offered and nothing new was found since."""
        with ThreadPoolExecutor(1) as beside:
            while True:
                was_last = everything_is_there.is_set()
                found = [one for one in self._open() if one[0] not in self._looked]
                for handoff, lead in found:
                    self._decide(handoff, lead, beside)
                if was_last and not found:
                    return
                everything_is_there.wait(LOOK_AGAIN)

    def _open(self) -> Iterator[tuple[int, int]]:
        """Handoffs and their leads."""
        path: str | None = f"/api/v1/handoffs?state=offered&to_user={self.person.id}&page_size={PAGE}"
        while path:
            page = self._mine.get(path)
            yield from [(one["id"], one["lead"]) for one in page["results"]]
            path = page["next"] and page["next"][page["next"].index("/api/") :]

    def _decide(self, handoff: int, lead: int, beside: ThreadPoolExecutor) -> None:
        self._looked.add(handoff)
        random = Random(f"{self.seed}:{lead}")
        mood = random.random()
        if mood >= TURNED_DOWN:
            return
        rival = beside.submit(self._say, self._other, self._lead, handoff, 0.0) if random.random() < RIVALRY else None
        self._say(self._mine, self.person, handoff, mood)
        if rival is not None:
            rival.result()

    def _say(self, caller: Caller, by: Person, handoff: int, mood: float) -> None:
        verb, body = ("accept", {}) if mood < ACCEPTED else ("reject", {"reason": "not-now"})
        answer = caller.post(f"/api/v1/handoffs/{handoff}/{verb}", body, step=f"{verb}-{handoff}")
        self.ledger.note(answer, handoff, by.id)


class Arrivals:
    """Marketing's system: leads in batches, each sent until it is acknowledged."""

    def __init__(self, scene: Scene, address: tuple[str, int], leads: int, parts: int) -> None:
        self._caller = Caller(address, scene.marketing.key)
        self.parts = [range(leads * n // parts, leads * (n + 1) // parts) for n in range(parts)]
        self.batch = max(5, min(100, leads // parts // 4))

    def send(self, part: int) -> None:
        numbers = self.parts[part]
        for first in range(numbers.start, numbers.stop, self.batch):
            batch = range(first, min(first + self.batch, numbers.stop))
            items = [_lead(number) for number in batch]
            answer = self._caller.post("/api/v1/leads/bulk", {"items": items}, step=f"leads-{first}")
            assert answer.status == 200, answer
            refused = [one for one in answer.body["results"] if one["status"] == "rejected"]
            assert not refused, refused[:3]


def _lead(number: int) -> dict[str, object]:
    return {
        "system": "chaos",
        "external_id": f"L{number}",
        "email": f"person-{number}@company-{number}.example",
        "full_name": f"Person {number}",
        "stage": "mql",
    }

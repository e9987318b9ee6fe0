"""What must hold afterwards, whatever broke: asked of the database itself, in plain queries."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.chaos.people import Decision
from tests.chaos.running import Product
from tests.chaos.scene import Person

OFFERS = "SELECT lead_id, count(*) FILTER (WHERE origin = 'rule'), count(*) FROM leads_handoff GROUP BY lead_id"
DECIDED = "SELECT id, state, decided_by_id, reason FROM leads_handoff WHERE state <> 'offered'"
TURNS = "SELECT to_user_id FROM leads_handoff ORDER BY id"
TOLD = "SELECT user_id, key FROM outbox_notice WHERE key LIKE %s"
RECEIVED = "SELECT to_user_id, count(*)::int FROM leads_handoff GROUP BY to_user_id"
STEPPED = """
SELECT h.to_user_id, count(DISTINCT (s.handoff_id, s.done_at))::int FROM leads_handoffstep s JOIN leads_handoff h ON h.id = s.handoff_id
WHERE s.what IN ('remind', 'breach') GROUP BY h.to_user_id
"""
ESCALATED = "SELECT count(DISTINCT (handoff_id, done_at))::int FROM leads_handoffstep WHERE what = 'escalate'"
DONE_TWICE = 'SELECT handoff_id FROM leads_handoffstep GROUP BY handoff_id, clock, what, "to" HAVING count(*) > 1'
STAGES = """
SELECT h.state, l.stage, c.cause, count(*)::int FROM leads_handoff h JOIN leads_lead l ON l.id = h.lead_id
JOIN LATERAL (SELECT cause FROM leads_stagechange WHERE lead_id = l.id ORDER BY at DESC, id DESC LIMIT 1) c ON true
GROUP BY h.state, l.stage, c.cause
"""
SENT = "SELECT DISTINCT coalesce(batch, id) FROM outbox_mail WHERE sent_at IS NOT NULL"
TAKEN = "SELECT DISTINCT coalesce(batch, id) FROM outbox_mail WHERE sent_at IS NULL AND lease_until IS NOT NULL"
IDENTITY = re.compile(r"^Message-ID: <notice-(\d+)\.", re.MULTILINE)
GROUPED = re.compile(r"\+(\d+)$")


def offered_once(product: Product, leads: int) -> None:
    """Every lead that was acknowledged is there, and was offered exactly once, by the rule."""
    assert product.number("SELECT count(*)::int FROM leads_lead") == leads
    found = product.rows(OFFERS)
    assert len(found) == leads
    assert [row for row in found if row[1:] != (1, 1)] == []


def kept(product: Product, decisions: list[Decision], second: list[int]) -> None:
    """Each decision that was acknowledged is there, once, as it was told; who was second was told of one that is there."""
    said = {one.handoff: (one.state, one.by, one.reason) for one in decisions}
    assert [handoff for handoff, times in Counter(one.handoff for one in decisions).items() if times > 1] == []
    there = {row[0]: row[1:] for row in product.rows(DECIDED)}
    assert there == said
    assert set(second) <= set(said)


def moved_once(product: Product) -> None:
    """Each lead stands where its handoff brought it, and nowhere else."""
    wanted = {"offered": ("mql", "stated"), "accepted": ("sal", "handoff"), "rejected": ("recycled", "return")}
    found = {row[:3] for row in product.rows(STAGES)}
    unexpected = found - {(state, *where) for state, where in wanted.items()}
    assert not unexpected, unexpected
    moves = product.rows("SELECT lead_id FROM leads_stagechange WHERE cause IN ('handoff', 'return')")
    assert (
        len(moves)
        == len(set(moves))
        == product.number("SELECT count(*)::int FROM leads_handoff WHERE state <> 'offered'")
    )


def fair(product: Product, receivers: tuple[Person, ...]) -> float:
    """After every single offer each is within one lead of their exact share; the largest distance."""
    weights = {person.id: person.weight for person in receivers}
    total, given, furthest = sum(weights.values()), Counter[object](), 0.0
    for number, (receiver,) in enumerate(product.rows(TURNS), start=1):
        given[receiver] += 1
        furthest = max(furthest, *(abs(given[one] - number * weight / total) for one, weight in weights.items()))
    assert furthest < 1, furthest
    return furthest


def told_once(product: Product, receivers: tuple[Person, ...], lead: Person) -> int:
    """Of each offer and each step its receiver was told in one notice, neither in none nor in two; how many were told of."""
    assert product.rows(DONE_TWICE) == []
    offers, steps = _told(product, "handoff-offered:%"), _told(product, "handoff-step:%")
    assert offers == _counts(product, RECEIVED)
    of_receivers = {person.id: steps[person.id] for person in receivers if steps[person.id]}
    assert of_receivers == _counts(product, STEPPED)
    assert steps[lead.id] == product.number(ESCALATED)
    return sum(offers.values()) + sum(steps.values())


def _counts(product: Product, query: str) -> dict[object, object]:
    """Rows of two as a table."""
    return {row[0]: row[1] for row in product.rows(query)}


def _told(product: Product, like: str) -> Counter[object]:
    """Of how many handoffs each person was told: a notice about several says so in its key."""
    found: Counter[object] = Counter()
    for user, key in product.rows(TOLD, like):
        several = GROUPED.search(str(key))
        found[user] += int(several[1]) if several else 1
    return found


def mailed_once(product: Product, folder: Path) -> tuple[int, int]:
    """What the outbox says was sent did leave, and nothing else but what a killed worker was at; mails, and how many left again.

    A mail that is sent again is the very same to its reader: it carries the same Message-ID.
    """
    left = Counter(
        int(number) for file in folder.rglob("*") if file.is_file() for number in IDENTITY.findall(file.read_text())
    )
    sent, taken = ({number for (number,) in product.rows(query)} for query in (SENT, TAKEN))
    assert sent <= left.keys() <= sent | taken
    return len(left), left.total() - len(left)


def nothing_waits(product: Product) -> bool:
    """Whether every queue in the database is empty: of leads to be judged, and to be handed over."""
    return product.rows("SELECT (SELECT count(*) FROM leads_toqualify), (SELECT count(*) FROM leads_toroute)") == [
        (0, 0)
    ]

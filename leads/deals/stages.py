"""What do deals do to the stages of their leads? The log is kept equal to what the deals say now.

Opening moves a lead to opportunity, winning to won, losing to lost; a company's second win makes the lead of its first
loyal. Where the stage set has no such stage, nothing is written. What a deal no longer says is voided, not removed; what it
still says stays as it was logged, whatever the funnel calls that step by now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from leads.deals.queries import caused
from leads.funnel import stage_sets
from leads.funnel.stage_sets import StageSet
from leads.funnel.turns import use_funnel
from leads.lifecycle.changes import NewChange, lock, record_changes, void_changes

CAUSE = "deal"
CHANGED = "The deal says otherwise by now."


def stage_keys(stages: StageSet) -> dict[str, str | None]:
    """Which stage each step of a deal leads to, in that stage set."""
    first = {category: stages.first_of(category) for category in ("won", "lost", "loyal")}
    keys: dict[str, str | None] = {category: term.key if term else None for category, term in first.items()}
    keys["opportunity"] = next((term.key for term in stages.stages if term.key == "opportunity"), None)
    return keys


def lock_companies(company_ids: Iterable[int]) -> list[int]:
    """Lock these companies until the transaction ends; whoever locks leads as well locks their companies first."""
    ids = sorted(set(company_ids))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(caused.LOCK_COMPANIES, {"companies": ids})
    return ids


@transaction.atomic
def settle(
    lead_ids: Iterable[int],
    company_ids: Iterable[int],
    *,
    now: datetime,
    actor_id: int | None,
    import_id: int | None = None,
) -> None:
    """Make the stage log of these leads, and of the leads behind these companies' wins, say what the deals say."""
    use_funnel()
    companies = lock_companies(company_ids)
    leads = set(lead_ids)
    with connection.cursor() as cursor:
        if companies:
            cursor.execute(caused.LEADS_OF_WINS, {"companies": companies})
            leads |= {row[0] for row in cursor.fetchall()}
        if not leads:
            return
        lock(leads)
        stages = stage_sets.stage_set()
        values = {**stage_keys(stages), "version": stages.version_id, "leads": sorted(leads), "cause": CAUSE}
        cursor.execute(caused.DIFFERENCE, values)
        differences = cursor.fetchall()
    superfluous = [change_id for change_id, *_expected in differences if change_id is not None]
    missing = [
        NewChange(lead_id, to, at, CAUSE, reason=reason, deal_id=deal_id)
        for change_id, deal_id, lead_id, to, at, reason in differences if change_id is None
    ]  # fmt: skip
    if superfluous:
        void_changes(superfluous, reason=CHANGED, now=now, actor_id=actor_id, import_id=import_id)
    if missing:
        record_changes(missing, recorded_at=now, actor_id=actor_id, import_id=import_id)

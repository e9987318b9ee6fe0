"""What hangs on a lead, and what becomes of it when the lead is merged? Every relation to leads is named here once.

A test holds this against the tables there are: whoever adds one decides where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from leads.activities.models import Activity
from leads.deals.models import Deal
from leads.handoffs.models import Handoff, Need
from leads.lifecycle.models import StageChange
from leads.privacy.models import Consent
from leads.records.models import Edit, LeadIdentity, LeadValue, Note, Statement


@dataclass(frozen=True)
class Holding:
    """Rows that go over to the survivor. `one` and `many` are what people call them; empty: not worth a word."""

    key: str
    model: type[Model]
    one: str = ""
    many: str = ""

    @property
    def table(self) -> str:
        """Its table."""
        return self.model._meta.db_table


HOLDINGS = (
    Holding("activities", Activity, "activity", "activities"),
    Holding("stage_changes", StageChange, "stage change", "stage changes"),
    Holding("values", LeadValue),
    Holding("consents", Consent, "consent", "consents"),
    Holding("deals", Deal, "deal", "deals"),
    Holding("handoffs", Handoff, "handoff", "handoffs"),
    Holding("needs", Need),
    Holding("identities", LeadIdentity, "name in other systems", "names in other systems"),
    Holding("statements", Statement),
    Holding("notes", Note, "note", "notes"),
    Holding("edits", Edit, "change by hand", "changes by hand"),
)
"""Whatever hangs on these in turn (voids, deadlines, holds, steps) goes with them."""

DERIVED = frozenset(
    {
        "leads.Stay",
        "leads.Progress",
        "leads.Evaluation",
        "leads.FieldsPast",
        "leads.MatchKey",
        "leads.LeadText",
        "kpis.Leak",
        "kpis.Score",
    }
)
"""Computed anew for both leads."""

STAYING = frozenset({"leads.Lead", "leads.Merge", "leads.Pair", "leads.BacktestLead"})
"""Says of a lead that it was merged, found alike, or what a backtest once made of it: stays with the lead it is about."""

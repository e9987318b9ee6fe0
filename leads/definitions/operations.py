"""What operators' monitoring is told about qualification: who waits to be judged, and runs over all leads."""

from __future__ import annotations

from collections.abc import Mapping

from alignment.api.metrics import Gauge, register
from alignment.clock import now
from leads.definitions import runs
from leads.definitions.queries import waiting


def waits() -> Mapping[str, float]:
    """Marks of leads about which something changed, and leads for whom the time has come."""
    marks, due = waiting.count(now())
    return {"changed": marks, "due": due}


def under_way() -> Mapping[str, float]:
    """How many runs are not done yet."""
    return {"": runs.under_way()}


def install() -> None:
    """Called once, when the applications are ready."""
    register(Gauge("alignment_leads_to_qualify", "Leads that wait to be judged by the definitions.", waits, "why"))
    register(Gauge("alignment_definition_runs", "Versions by which not all leads have been judged yet.", under_way))

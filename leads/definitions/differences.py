"""What does a new definition change about an old one, in words?"""

from __future__ import annotations

from leads.definitions.terms import LeadDefinition


def difference(before: LeadDefinition, after: LeadDefinition) -> list[str]:
    return [] if before == after else ["The definition changed."]

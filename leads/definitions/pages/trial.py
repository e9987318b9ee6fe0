"""What does a sheet say of one lead? Somebody they know is the quickest proof whether a definition means what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from leads.definitions.explaining import Explanation, Ledger, explain
from leads.definitions.patience import Deadline, TooSlow, patient
from leads.definitions.terms import LeadDefinition
from leads.records.models import Lead
from leads.selectors.lists import page_of
from leads.selectors.wanted import Wanted

SUGGESTED = 12
_NUMBERED = re.compile(r"#([0-9]{1,18})\)?$")


@dataclass(frozen=True)
class Trial:
    """`asked` as it was typed; `trouble` says why nothing came of it."""

    asked: str
    lead: Lead | None = None
    explanation: Explanation | None = None
    trouble: str = ""

    @property
    def ledgers(self) -> Sequence[tuple[str, Ledger]]:
        """Both scores with their lines, as far as the definition has them."""
        if self.explanation is None:
            return ()
        both = (("Fit score", self.explanation.fit), ("Engagement score", self.explanation.engagement))
        return [(title, ledger) for title, ledger in both if ledger is not None]


def try_on(user: User, asked: str, terms: LeadDefinition, now: datetime, *, until: Deadline) -> Trial:
    """The definition held against the lead that was named: one of the suggestions, or the newest that the search finds."""
    if not asked:
        return Trial("")
    lead = _find(user, asked, now)
    if lead is None:
        return Trial(asked, trouble=f"No lead is found by “{asked}”; try a part of a name or an address.")
    try:
        with patient(until.left()):
            return Trial(called(lead), lead, explain(terms, lead, now))
    except TooSlow:
        return Trial(called(lead), trouble="Holding this definition against a lead takes too long. Ask for less in it.")
    except Lead.DoesNotExist:
        return Trial(asked, trouble="This lead is gone.")


def suggest_leads(user: User, search: str, now: datetime) -> list[str]:
    """Leads to try, as they are named in the control."""
    return [called(lead) for lead in _search(user, search, now)]


def called(lead: Lead) -> str:
    return f"{lead.name} (#{lead.pk})"


def _find(user: User, asked: str, now: datetime) -> Lead | None:
    numbered = _NUMBERED.search(asked)
    if numbered and int(numbered[1]) < 2**63:
        return Lead.objects.visible_to(user).filter(pk=int(numbered[1]), merged_into=None).first()
    return next(iter(_search(user, asked, now)), None)


def _search(user: User, search: str, now: datetime) -> Sequence[Lead]:
    wanted = Wanted(search=search.replace("\0", ""))
    return page_of(user, wanted, None, zone=reporting_zone(), now=now).page.rows[:SUGGESTED]

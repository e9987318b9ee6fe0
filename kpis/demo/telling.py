"""How did the demo's two sides come to agree on their numbers, and what became of it? Told when the leads have lived up to the end.

The targets of the past follow from what came, that of the running period from what is likely, so that whatever the day of the year
something is met, something on track and something at risk. Everything goes through the product's own doors.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import ONLY_KEY, Terms
from alignment.agreements.models import Version
from alignment.agreements.terms import as_document
from alignment.people.models import User
from kpis.agreed import milestones
from kpis.agreed.headline_terms import KIND as FIVE
from kpis.agreed.terms import KIND as KPI
from kpis.attribution.terms import KIND as ATTRIBUTION
from kpis.demo import terms
from kpis.demo.campaigns import agree_on_verdicts
from kpis.demo.targets import with_targets
from leads.demo.days import workday


def tell(end: datetime) -> None:
    """Attribution, verdicts on two campaigns, KPIs, the five numbers; then what was reached."""
    henrik, ilse, sami = (
        User.objects.select_related("team").get(email=f"{name}@demo.example")
        for name in ("marketing-lead", "sales-lead", "sales")
    )
    note = (
        "So that we stop arguing whose win it was: the first touch and the last one count most, all of them something."
    )
    one = _proposed(ATTRIBUTION, ONLY_KEY, terms.ATTRIBUTION, by=henrik, at=workday(end, 78, "10:00"), note=note)
    comment(one, "Fine, as long as the others stand beside it.", by=ilse, now=workday(end, 77, "9:30"))
    sign(one.pk, by=ilse, now=workday(end, 77, "9:35"))
    agree_on_verdicts(end, by=(henrik, ilse))
    at = workday(end, 44, "14:00")
    for plan in terms.PLANS:
        proposer, other = (ilse, henrik) if plan.terms.side == "sales" else (henrik, ilse)
        one = _proposed(KPI, plan.key, with_targets(plan, end), by=proposer, at=at, note=plan.terms.note)
        if plan.terms.bonus:
            comment(one, "Can we move this ourselves? Then a bonus may hang on it.", by=sami, now=at + HOUR)
        sign(one.pk, by=other, now=workday(end, 43, "11:20"))
    note = "Five, and what to do about each: no more than one reads on a Monday."
    one = _proposed(FIVE, ONLY_KEY, terms.FIVE, by=henrik, at=workday(end, 42, "9:10"), note=note)
    sign(one.pk, by=ilse, now=workday(end, 42, "16:45"))
    milestones.tick_off(end)


HOUR = timedelta(hours=1)


def _proposed(
    kind: str, key: str, agreed: Terms, *, by: User, at: datetime, note: str, review_by: date | None = None
) -> Version:
    """A draft that is put before both sides the same hour; whoever does it signs for their own."""
    draft = start_draft(kind, key, as_document(agreed), author=by, now=at, note=note, review_by=review_by)
    return propose(draft.pk, by=by, now=at + HOUR / 3)

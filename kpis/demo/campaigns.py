"""What did the demo's two sides expect of campaigns before they began, and what became of the first?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.terms import as_document
from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from alignment.programs.models import Campaign
from kpis.verdicts.judging import due, judge
from kpis.verdicts.terms import KIND, VerdictTerms
from leads.demo import cast
from leads.demo.days import DAY

EARLIER, LAUNCHED = timedelta(days=58), timedelta(days=152)
"""The campaign that was judged began between so many days before the end: longer than a quarter, so that there is one."""
RUNS = 50
"""After how many days it was judged."""


def agree_on_verdicts(end: datetime, *, by: tuple[User, User]) -> None:
    """One that was judged in the past, of a quarter before; one whose day is to come, of the running quarter."""
    began = Campaign.objects.filter(starts_at__lte=end).order_by("-starts_at", "pk")
    past = began.filter(type="webinar", starts_at__gte=end - LAUNCHED, starts_at__lte=end - EARLIER).first()
    if past is not None:
        _agree(past, VerdictTerms(metric="accepted_leads", threshold=3, judged_on=_day(past, RUNS)), by=by)
        for one in due(end):
            judge(one, now=one.terms.due + timedelta(minutes=4))
    running = began.filter(type="trade fair").first()
    if running is not None and running.starts_at is not None and running.starts_at > end - 120 * DAY:
        cost = cast.COSTS["trade fair"]
        terms = VerdictTerms(metric="credited_pipeline", threshold=2 * cost, judged_on=_day(running, 105))
        _agree(running, terms, by=by)


def _agree(campaign: Campaign, terms: VerdictTerms, *, by: tuple[User, User]) -> None:
    """A week before it begins."""
    if campaign.starts_at is None:
        return
    at = (campaign.starts_at - 7 * DAY).replace(hour=10, minute=20)
    note = "Before we spend the money: what must it have done, and by when?"
    draft = start_draft(KIND, str(campaign.pk), as_document(terms), author=by[0], now=at, note=note)
    propose(draft.pk, by=by[0], now=at + timedelta(minutes=25))
    sign(draft.pk, by=by[1], now=at + timedelta(days=2, hours=1))


def _day(campaign: Campaign, days: int) -> date:
    start = campaign.starts_at or campaign.created_at
    return (start + days * DAY).astimezone(reporting_zone()).date()

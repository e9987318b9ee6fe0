"""How did the demo company's two sides come to agree? The whole conversation, in order of time.

Each `yield` is a moment until which leads live by what holds before what follows it: `leads.demo.seed` lets the days pass
until then and comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alignment.agreements.backtests import ask_backtest
from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign
from alignment.agreements.drafts import start_draft
from alignment.people.models import Team, User
from leads.calendars.kind import CALENDAR
from leads.definitions.terms import KIND
from leads.demo import wordings
from leads.demo.days import DAY, workday
from leads.handoffs.terms import KIND as HANDOFF

HANDED = 38
"""How many working days before the end the handoff was agreed on."""

BEGAN = 160
"""How many days before the end the company began to agree on things here."""

TRIED = 150
"""Over how many days the open proposal is tried."""


def handed_from(end: datetime) -> datetime:
    """From when on the product hands leads over."""
    return workday(end, HANDED, "14:10")


def talks(end: datetime, timezone: str) -> Iterator[datetime]:
    """What both sides said and signed up to `end`; the first moment comes after `BEGAN`."""

    def at(workdays: int, time: str) -> datetime:
        return workday(end, workdays, time)

    mara, henrik, sami, ilse = (
        User.objects.select_related("team").get(email=f"{name}@demo.example")
        for name in ("marketer", "marketing-lead", "sales", "sales-lead")
    )

    now = at(112, "10:20")
    note = "So far everybody called a lead qualified who filled in a form. This says what we mean by it."
    first = start_draft(
        KIND, "mql", wordings.MQL_FIRST, author=henrik, now=now, note=note, review_by=(end - 30 * DAY).date()
    )
    now = at(112, "10:45")
    propose(first.pk, by=henrik, now=now)
    now = at(111, "9:10")
    asked = comment(first, "Why companies of 20? Most of what closes with us is far larger.", by=ilse, now=now)
    now = at(111, "13:40")
    answer = "We have hardly any history to tell. Let us begin wide, and look at it again with numbers."
    comment(first, answer, by=henrik, now=now, parent_id=asked.pk)
    now = at(111, "15:05")
    comment(first, "Fair. Then I would rather call ten too many than miss one.", by=sami, now=now)
    yield (now := at(110, "11:30"))
    sign(first.pk, by=ilse, now=now)

    now = at(86, "9:15")
    hours = start_draft(
        CALENDAR,
        "side:sales",
        wordings.working_time(timezone, now.year),
        author=ilse,
        now=now,
        note="When we can be expected to call. Fridays end at two.",
    )
    now = at(86, "9:40")
    propose(hours.pk, by=ilse, now=now)
    now = at(86, "15:20")
    comment(hours, "Good to know before we promise a call on Friday afternoon.", by=mara, now=now)
    yield (now := at(85, "10:05"))
    sign(hours.pk, by=henrik, now=now)

    now = at(63, "14:00")
    call = start_draft(
        KIND, "sal", wordings.SAL_REJECTED, author=mara, now=now, note="Whoever was called once is accepted."
    )
    now = at(63, "14:25")
    propose(call.pk, by=henrik, now=now)
    now = at(62, "11:10")
    reason = "A call that nobody answers is no acceptance. Count those we reached, or who booked a meeting."
    reject(call.pk, by=ilse, now=now, reason=reason)

    now = at(HANDED + 3, "9:20")
    teams = dict(Team.objects.values_list("name", "pk"))
    ours = wordings.sales_rule(teams["Sales North"], teams["Sales South"])
    note = "Who gets which lead, by when they call, and how it comes back: so far this was whoever saw the mail first."
    own = start_draft(HANDOFF, "own-sales", ours, author=henrik, now=now, note=note, review_by=(end + 45 * DAY).date())
    theirs = wordings.partner_rule(teams["Bridgepoint Partners"])
    note = "Bridgepoint speaks the language and is there: they get these two countries, on the same terms as we."
    partner = start_draft(HANDOFF, "bridgepoint", theirs, author=henrik, now=now, note=note)
    now = at(HANDED + 3, "9:50")
    for draft in (own, partner):
        propose(draft.pk, by=henrik, now=now)
    now = at(HANDED + 2, "16:00")
    asked = comment(own, "Six hours to accept, and Fridays we close at two?", by=ilse, now=now)
    now = at(HANDED + 1, "8:40")
    comment(
        own,
        "Working hours, by your own calendar. Friday evening does not count.",
        by=henrik,
        now=now,
        parent_id=asked.pk,
    )
    yield (now := handed_from(end))
    for draft in (partner, own):
        sign(draft.pk, by=ilse, now=now)

    now = at(35, "9:30")
    note = "Sales turned down most leads of companies below 50, and those who never looked at a price."
    second = start_draft(
        KIND, "mql", wordings.MQL_STRICTER, author=henrik, now=now, note=note, review_by=(end + 9 * DAY).date()
    )
    now = at(35, "10:10")
    propose(second.pk, by=henrik, now=now)
    now = at(34, "11:45")
    asked = comment(
        second, "What about those who read three case studies and never open the price list?", by=sami, now=now
    )
    now = at(34, "16:20")
    answer = "They come in by their engagement: three of those and a download are more than 25 points."
    comment(second, answer, by=mara, now=now, parent_id=asked.pk)
    yield (now := at(31, "13:15"))
    comment(second, "Then it is what we asked for. Signed, and let us look again in two months.", by=ilse, now=now)
    sign(second.pk, by=ilse, now=now)

    now = at(9, "15:30")
    start_draft(
        KIND,
        "sal",
        wordings.SAL_DRAFT,
        author=sami,
        now=now,
        note="Accepted means that we spoke: reached by telephone, or met. Still to be talked about.",
    )

    now = at(2, "9:50")
    note = "Fewer, better: a company that fits by size, trade and job, met while it is warm. In exchange we go down to 35 people."
    third = start_draft(
        KIND, "mql", wordings.MQL_PROPOSED, author=henrik, now=now, note=note, review_by=(end + 120 * DAY).date()
    )
    now = at(2, "10:30")
    propose(third.pk, by=henrik, now=now)
    now = at(2, "15:10")
    asked = comment(
        third, "I like the fit. But would we lose customers who take a month to look at prices?", by=ilse, now=now
    )
    now = at(1, "10:40")
    answer = "Look at what it would have done: the leads that it would have missed are listed there."
    comment(third, answer, by=henrik, now=now, parent_id=asked.pk)
    yield end
    ask_backtest(third, by=ilse, now=end, days=TRIED)

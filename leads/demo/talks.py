"""How did the demo company's two sides come to agree? The whole conversation, in order of time.

Each `yield` is a moment until which leads live by what holds before what follows it: `leads.demo.seed` lets the days pass
until then and comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from alignment.agreements.backtests import ask_backtest
from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign
from alignment.agreements.drafts import start_draft
from alignment.people.models import User
from leads.calendars.kind import CALENDAR
from leads.definitions.judging import KIND
from leads.demo import wordings
from leads.demo.generator import DAY

BEGAN = 160
"""How many days before the end the company began to agree on things here."""

TRIED = 150
"""Over how many days the open proposal is tried."""


def talks(end: datetime, timezone: str) -> Iterator[datetime]:
    """What both sides said and signed up to `end`; the first moment comes after `BEGAN`."""

    def before(days: float) -> datetime:
        return end - timedelta(days=days)

    mara, henrik, sami, ilse = (
        User.objects.select_related("team").get(email=f"{name}@demo.example")
        for name in ("marketer", "marketing-lead", "sales", "sales-lead")
    )

    now = before(157.2)
    note = "So far everybody called a lead qualified who filled in a form. This says what we mean by it."
    first = start_draft(
        KIND, "mql", wordings.MQL_FIRST, author=henrik, now=now, note=note, review_by=(end - 30 * DAY).date()
    )
    now = before(157.1)
    propose(first.pk, by=henrik, now=now)
    now = before(156.3)
    asked = comment(first, "Why companies of 20? Most of what closes with us is far larger.", by=ilse, now=now)
    now = before(156.1)
    answer = "We have hardly any history to tell. Let us begin wide, and look at it again with numbers."
    comment(first, answer, by=henrik, now=now, parent_id=asked.pk)
    now = before(155.9)
    comment(first, "Fair. Then I would rather call ten too many than miss one.", by=sami, now=now)
    yield (now := before(155.2))
    sign(first.pk, by=ilse, now=now)

    now = before(121.3)
    hours = start_draft(
        CALENDAR,
        "side:sales",
        wordings.working_time(timezone, now.year),
        author=ilse,
        now=now,
        note="When we can be expected to call. Fridays end at two.",
    )
    now = before(121.2)
    propose(hours.pk, by=ilse, now=now)
    now = before(120.4)
    comment(hours, "Good to know before we promise a call on Friday afternoon.", by=mara, now=now)
    yield (now := before(120.3))
    sign(hours.pk, by=henrik, now=now)

    now = before(88.3)
    call = start_draft(
        KIND, "sal", wordings.SAL_REJECTED, author=mara, now=now, note="Whoever was called once is accepted."
    )
    now = before(88.2)
    propose(call.pk, by=henrik, now=now)
    now = before(87.4)
    reason = "A call that nobody answers is no acceptance. Count those we reached, or who booked a meeting."
    reject(call.pk, by=ilse, now=now, reason=reason)

    now = before(49.3)
    note = "Sales turned down most leads of companies below 50, and those who never looked at a price."
    second = start_draft(
        KIND, "mql", wordings.MQL_STRICTER, author=henrik, now=now, note=note, review_by=(end + 9 * DAY).date()
    )
    now = before(49.2)
    propose(second.pk, by=henrik, now=now)
    now = before(48.4)
    asked = comment(
        second, "What about those who read three case studies and never open the price list?", by=sami, now=now
    )
    now = before(48.2)
    answer = "They come in by their engagement: three of those and a download are more than 25 points."
    comment(second, answer, by=mara, now=now, parent_id=asked.pk)
    yield (now := before(44.2))
    comment(second, "Then it is what we asked for. Signed, and let us look again in two months.", by=ilse, now=now)
    sign(second.pk, by=ilse, now=now)

    now = before(12.2)
    start_draft(
        KIND,
        "sal",
        wordings.SAL_DRAFT,
        author=sami,
        now=now,
        note="Accepted means that we spoke: reached by telephone, or met. Still to be talked about.",
    )

    now = before(2.9)
    note = "Fewer, better: a company that fits by size, trade and job, met while it is warm. In exchange we go down to 35 people."
    third = start_draft(
        KIND, "mql", wordings.MQL_PROPOSED, author=henrik, now=now, note=note, review_by=(end + 120 * DAY).date()
    )
    now = before(2.8)
    propose(third.pk, by=henrik, now=now)
    now = before(1.9)
    asked = comment(
        third, "I like the fit. But would we lose customers who take a month to look at prices?", by=ilse, now=now
    )
    now = before(1.2)
    answer = "Look at what it would have done: the leads that it would have missed are listed there."
    comment(third, answer, by=henrik, now=now, parent_id=asked.pk)
    yield (now := end)
    ask_backtest(third, by=ilse, now=now, days=TRIED)

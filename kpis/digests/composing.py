"""What does the digest of a week say to its readers? Put together from figures that other rooms keep; it computes none of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from kpis.digests.agreed import due, kpis, milestones
from kpis.digests.content import Content, Section
from kpis.digests.figures import changes, numbers
from kpis.digests.leaking import leaks
from kpis.digests.winning import wins
from kpis.metrics.periods import Period

READERS = {"marketing": "Marketing", "sales": "Sales", "management": "Management"}


def compose(readers: str, week: Period, now: datetime) -> Content:
    """The digest of that week, as of now."""
    return Content(
        f"The week of {week.first_day:%-d %B}, for {READERS[readers].lower()}",
        said(week),
        (
            Section("changed", "What changed", changes(readers, week, now), "There are no figures of this week."),
            Section("numbers", "The five numbers", numbers(now), "No numbers are chosen yet."),
            Section("leaks", "Leaks to close", leaks(readers, now), "Nothing leaks. Well done, both of you."),
            Section("wins", "Won together", wins(week), "No deal was won this week."),
            Section(
                "kpis",
                "How the KPIs stand",
                kpis(readers, now),
                "No KPI is agreed yet: begin with one on the page KPIs.",
            ),
            Section("milestones", "Milestones", milestones(week), "No milestone was reached this week."),
            Section("due", "What is due", due(readers, now), "Nothing waits for you."),
        ),
    )


def said(week: Period) -> str:
    """`16 – 22 November 2026`."""
    first, last = week.first_day, week.end_day - timedelta(days=1)
    begins = (
        f"{first:%-d}"
        if first.month == last.month
        else f"{first:%-d %B}"
        if first.year == last.year
        else f"{first:%-d %B %Y}"
    )
    return f"{begins} – {last:%-d %B %Y}"

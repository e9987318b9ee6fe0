"""When is a digest written, and who gets it by mail? On Monday at seven of the reporting zone, once a week and person.

Called by a task every few minutes: late, twice or by two workers at once it is written once and told once. Whoever comes back after
a longer stop finds it on the page; a mail about last week is not sent any more then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction

from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import Role, Side, User
from alignment.people.selectors import reporting_zone
from alignment.timezones import instant
from kpis.digests.composing import READERS, compose
from kpis.digests.content import read_content
from kpis.digests.models import Digest, DigestDeclined
from kpis.digests.writing import as_text
from kpis.metrics.periods import Grain, Period, containing
from leads.models import Lead

SEVEN = time(7)
LATEST = timedelta(days=2)
"""So long after it was due a digest is still sent by mail."""


def week_due(now: datetime) -> tuple[Period, datetime]:
    """The last week whose digest is due, and since when: seven o'clock on the Monday after it."""
    zone = reporting_zone()
    week = containing(Grain.WEEK, now.astimezone(zone).date()).before
    due = instant(datetime.combine(week.end_day, SEVEN), zone)
    if due <= now:
        return week, due
    return week.before, instant(datetime.combine(week.first_day, SEVEN), zone)


def write_due(now: datetime) -> int:
    """Write what is due and not written yet, and hand it to the mail; how many digests were new."""
    if not Lead.objects.exists():
        return 0
    week, since = week_due(now)
    missing = [one for one in READERS if not Digest.objects.filter(week=week.name, readers=one).exists()]
    made = [
        Digest(week=week.name, readers=one, made_at=now, content=compose(one, week, now).as_document())
        for one in missing
    ]
    Digest.objects.bulk_create(made, ignore_conflicts=True)
    if now - since <= LATEST:
        for readers in READERS:
            _tell(week, readers, now)
    return len(made)


@transaction.atomic
def _tell(week: Period, readers: str, now: datetime) -> None:
    row = Digest.objects.select_for_update().filter(week=week.name, readers=readers, told_at=None).first()
    if row is None:
        return
    content = read_content(row.content).named()
    message = Message(
        key=f"digest:{week.name}",
        title=content.title,
        text=as_text(content),
        path=f"/digest/{week.name}/{readers}/",
    )
    post(message, to=[Recipient(user.pk, user.email) for user in recipients(readers)], now=now)
    row.told_at = now
    row.save(update_fields=["told_at"])


def recipients(readers: str) -> Sequence[User]:
    """Who gets it by mail: people of the side, or managers, who can sign in and have not said no."""
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(
        pk__in=DigestDeclined.objects.values("user")
    )
    if readers == "management":
        found = people.filter(role=Role.MANAGER)
    else:
        found = people.filter(team__side=readers).exclude(role__in=[Role.MANAGER, Role.OPERATOR])
    return [user for user in found.order_by("pk") if user.may_sign_in]


def readers_of(user: User) -> str | None:
    """Which digest is this person's; None for partners and who is in no team."""
    if user.role in (Role.MANAGER, Role.OPERATOR):
        return "management"
    return user.side if user.side in (Side.MARKETING, Side.SALES) else None


def decline(user: User, *, declined: bool, now: datetime) -> None:
    """No digest by mail any more, or again."""
    if declined:
        DigestDeclined.objects.get_or_create(user=user, defaults={"since": now})
    else:
        DigestDeclined.objects.filter(user=user).delete()

"""How does somebody end every session they have, on a lost phone too? And when are those forgotten that are over?"""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from alignment.people.models import User


def sign_out_everywhere(user: User, *, now: datetime) -> None:
    """Every session carries a hash that this moment is part of: the older ones no longer fit."""
    User.objects.filter(pk=user.pk).update(signed_out_at=now)


def forget_expired(*, now: datetime) -> int:
    """Delete sessions that can be used no more, which would else stay for ever; how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]

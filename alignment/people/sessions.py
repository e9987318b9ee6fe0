"""How does somebody end every session they have, on a lost phone too?"""

from __future__ import annotations

from datetime import datetime

from alignment.people.models import User


def sign_out_everywhere(user: User, *, now: datetime) -> None:
    """Every session carries a hash that this moment is part of: the older ones no longer fit."""
    User.objects.filter(pk=user.pk).update(signed_out_at=now)

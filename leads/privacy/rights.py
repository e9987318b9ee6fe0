"""Who may take out everything about a person? Operators, and the leads of marketing and sales."""

from __future__ import annotations

from alignment.people.models import Role, Side, User


def may_take_out(user: User) -> bool:
    """Whether this person may export all that is known about somebody."""
    return user.is_operator or (user.role == Role.LEAD and user.side in (Side.MARKETING, Side.SALES))

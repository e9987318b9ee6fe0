"""How does somebody get a sign-in? By a link in a mail, with which they set their password."""

from __future__ import annotations

from datetime import datetime

from alignment.people.models import Team, User


def invite(*, email: str, name: str, role: str, team: Team | None, now: datetime) -> User:
    """Make a person (or find the named person without sign-in of that e-mail) and mail them a link to set a password."""
    raise NotImplementedError


def resend_invitation(user: User) -> None:
    """Mail the link again; refused with `has_signed_in` for who set a password already."""
    raise NotImplementedError

"""How does somebody get a sign-in? By a link in a mail, with which they set their password; for a limited time."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from alignment.people.locks import take_lock
from alignment.people.models import Team, User
from alignment.people.named import MAKING_PEOPLE
from alignment.people.persons import add_person
from alignment.people.roles import Standing, change_standing, check_role
from alignment.people.selectors import organisation
from alignment.refusals import FieldError, Refused

HOUR, DAY = 3600, 86_400


def invite(
    *, email: str, name: str, role: str, team: Team | None, now: datetime, invited_by: User | None = None
) -> User:
    """Make a person (or find the named person without sign-in of that e-mail) and mail them a link to set a password.

    Refused: `email_taken` where they have a sign-in already, `is_closed` where they were deactivated,
    `team_needed`, `mail_not_sent` (they are here then, and the link can be sent again).
    """
    user = _person_to_invite(email.strip().lower(), name=name, role=role, team=team, now=now)
    _mail_invitation(user, invited_by)
    return user


def resend_invitation(user: User, *, now: datetime | None = None, invited_by: User | None = None) -> None:
    """Mail the link again; refused with `has_signed_in` for who set a password already."""
    if user.has_usable_password():
        raise Refused(
            "has_signed_in", f"{user} has a password already; “I forgot my password” sends a new link.", status=409
        )
    if not user.email:
        raise Refused("no_email", f"{user} has no e-mail address to invite.", status=409)
    if not user.is_active:
        raise _closed(user)
    user.email, user.invited_at = user.email.lower(), now or user.invited_at
    user.save(update_fields=["email", "invited_at"])
    _mail_invitation(user, invited_by)


def link_to_set_password(user: User) -> str:
    """Works once, until a password is set, and only for a limited time."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.PUBLIC_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)


def how_long_links_work() -> str:
    """In words: "3 days"."""
    seconds = settings.PASSWORD_RESET_TIMEOUT
    size, unit = (seconds // DAY, "day") if seconds >= DAY else (max(1, seconds // HOUR), "hour")
    return f"{size} {unit}{'' if size == 1 else 's'}"


@transaction.atomic
def _person_to_invite(email: str, *, name: str, role: str, team: Team | None, now: datetime) -> User:
    take_lock(MAKING_PEOPLE)
    check_role(role, team)
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user is None:
        user = add_person(name=name, email=email, role=role, team=team, now=now)
    elif user.has_usable_password() or user.invited_at:
        raise _taken(user)
    elif not user.is_active:
        raise _closed(user)
    else:
        change_standing(user, Standing(name, role, team.pk if team else None, active=True), now=now)
    User.objects.filter(pk=user.pk).update(email=email, invited_at=now)
    user.refresh_from_db()
    return user


def _taken(user: User) -> Refused:
    detail = f"{user} signs in with this address already."
    if not user.has_usable_password():
        detail = f"{user} was invited already. Send the invitation again from their page."
    return Refused("email_taken", detail, [FieldError("email", "email_taken", detail)], status=409)


def _closed(user: User) -> Refused:
    detail = f"{user} was deactivated. Activate them first, on their page."
    return Refused("is_closed", detail, [FieldError("email", "is_closed", detail)], status=409)


def _mail_invitation(user: User, invited_by: User | None) -> None:
    facts = {
        "person": user,
        "invited_by": invited_by,
        "company": organisation().name or "Alignment",
        "link": link_to_set_password(user),
        "how_long": how_long_links_work(),
    }
    subject = f"Your sign-in for {facts['company']}"
    mail = EmailMultiAlternatives(subject, render_to_string("people/mail/invitation.txt", facts), to=[user.email or ""])
    mail.attach_alternative(render_to_string("people/mail/invitation.html", facts), "text/html")
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        raise Refused(
            "mail_not_sent",
            f"{user} is here now, but the mail could not be sent ({error}). Send it again from their page.",
            status=502,
        ) from error

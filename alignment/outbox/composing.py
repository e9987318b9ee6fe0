"""What does a mail look like when it leaves? Plain words, the same in HTML, and a link to the page that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from alignment.outbox.models import Mail


def compose(mails: Sequence[Mail], connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail as it goes to the server, with all that leaves as one; ValueError where its address can be no header of a mail."""
    first = mails[0]
    if not first.address:
        raise ValueError("there is no address")
    here = settings.PUBLIC_URL.rstrip("/")
    subject = first.subject if len(mails) == 1 else f"{len(mails)} things wait for you"
    facts = {
        "name": first.user.name if first.user else "",
        "subject": subject,
        "several": len(mails) > 1,
        "things": [{"mail": mail, "link": here + mail.path if mail.path else ""} for mail in mails],
        "all_notices": here + reverse("outbox:notices"),
    }
    message = EmailMultiAlternatives(
        subject,
        render_to_string("outbox/mail.txt", facts),
        to=[first.address],
        connection=connection,
        headers={"Message-ID": message_id(first), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("outbox/mail.html", facts), "text/html")
    return message


def message_id(mail: Mail) -> str:
    """Always the same for a row, and for what leaves with it: of a mail that was sent twice, the reader's server sees one."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<notice-{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>"

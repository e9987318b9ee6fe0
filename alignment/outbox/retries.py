"""May what was put off or given up be tried now? Operators say so in the console, when the cause is mended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.outbox.models import Chat, Mail
from alignment.outbox.posting import hurry
from alignment.outbox.tasks import deliver_chat, deliver_mail
from alignment.refusals import Refused


@transaction.atomic
def try_again(mail: Mail, *, now: datetime) -> None:
    """It is due now, whatever the hour and alone, as if it had never been tried. Refused with `is_sent` where it left already."""
    unsent = Mail.objects.filter(pk=mail.pk, sent_at=None)
    if not unsent.update(due_at=now, attempts=0, given_up_at=None, batch=None, urgent=True):
        raise Refused("is_sent", "This mail has left already; to send it twice would only confuse.", status=409)
    hurry(deliver_mail)


@transaction.atomic
def tell_again(chat: Chat, *, now: datetime) -> None:
    """The same for a message to a chat."""
    unsent = Chat.objects.filter(pk=chat.pk, sent_at=None)
    if not unsent.update(due_at=now, attempts=0, given_up_at=None, urgent=True):
        raise Refused("is_sent", "This message has left already; to send it twice would only confuse.", status=409)
    hurry(deliver_chat)

"""May a mail that was put off or given up be tried now? Operators say so in the console, when the cause is mended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.outbox.models import Mail
from alignment.outbox.posting import hurry
from alignment.refusals import Refused


@transaction.atomic
def try_again(mail: Mail, *, now: datetime) -> None:
    """It is due now, as if it had never been tried. Refused with `is_sent` where it left already."""
    unsent = Mail.objects.filter(pk=mail.pk, sent_at=None)
    if not unsent.update(due_at=now, attempts=0, given_up_at=None):
        raise Refused("is_sent", "This mail has left already; to send it twice would only confuse.", status=409)
    hurry()

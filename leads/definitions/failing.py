"""What if a definition cannot be judged by, or not in time? It alone waits: other definitions and leads go on. Used by the job.

Its failing is logged and told to the operators, once a version and day; the leads concerned are judged by it when it works again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from alignment.agreements.in_force import InForce
from alignment.attempts import DEADLOCK, SERIALIZATION
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from leads.funnel.stage_sets import StageTerms

PATIENCE = timedelta(seconds=60)
"""How long one statement may judge one batch."""

LATER = timedelta(minutes=10)
"""How long leads wait that could not be judged."""

TEXT = """Nobody can be judged by version {number} of the definition of {stage}: {why}. Other definitions go on. The leads concerned \
are tried again every ten minutes; the worker's log says more. If the definition asks for too much, propose a simpler one."""


BEGIN = "SAVEPOINT patience; SET LOCAL statement_timeout = %(milliseconds)s"
END = "SET LOCAL statement_timeout TO DEFAULT; RELEASE SAVEPOINT patience"
TAKE_BACK = "ROLLBACK TO SAVEPOINT patience; RELEASE SAVEPOINT patience"


class Failed(Exception):
    """Judging by one definition failed, or took too long. What it wrote was taken back."""


@contextmanager
def patience() -> Iterator[None]:
    """Inside, statements may take so long and no longer, and what fails is `Failed`, but a deadlock or a lost connection. Needs a
    transaction.
    """
    try:
        with _savepoint(int(PATIENCE.total_seconds() * 1000)):
            yield
    except DatabaseError as error:
        code = getattr(error.__cause__, "pgcode", None)
        if code in (None, DEADLOCK, SERIALIZATION):
            raise
        raise Failed(str(error).strip().splitlines()[0]) from error
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Failed(f"{type(error).__name__}: {error}") from error


def tell_operators(stage: StageTerms, period: InForce, failed: Failed, *, now: datetime) -> None:
    """A notice to every operator."""
    message = Message(
        key=f"definition-failing:{period.version_id}:{now:%Y-%m-%d}",
        title=f"The definition of {stage.title} cannot be judged by",
        text=TEXT.format(number=period.number, stage=stage.title, why=failed),
        path=f"/agreements/{period.kind}/{period.key}/",
    )
    operators = User.objects.filter(role="operator", is_active=True).order_by("pk")
    post(message, to=[Recipient(user.pk, user.email) for user in operators], now=now)


@contextmanager
def _savepoint(milliseconds: int) -> Iterator[None]:
    """What fails inside is taken back, the limit included; two statements, since this stands around every lead that comes in."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {"milliseconds": milliseconds})
        try:
            yield
            cursor.execute(END)
        except BaseException:
            try:
                cursor.execute(TAKE_BACK)
                transaction.set_rollback(False)
            except DatabaseError:
                transaction.set_rollback(True)
            raise

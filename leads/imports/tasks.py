"""Jobs of imports: they hurry what the database remembers, may run twice, late, or never."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.imports import line, running
from leads.imports.mapping import drafting

LATER_SECONDS = 15


@shared_task
def run_import(import_id: int) -> None:
    """Bring an import to its end: the one in front of the line, which need not be the one that was asked for."""
    turn = line.next_in_line(now())
    if turn is None:
        return
    ended = running.run_import(turn)
    if ended.state not in running.AT_WORK:
        hurry_next()


@shared_task
def count_draft(draft_id: int) -> None:
    """Read the rest of a big file that is being mapped; later, while another one is being counted."""
    if not drafting.count_all(draft_id):
        count_draft.apply_async((draft_id,), countdown=LATER_SECONDS)


def hurry_next() -> None:
    """Have a worker take up whoever is in front of the line now; the sweep would, too, only later."""
    waits = line.next_in_line(now())
    if waits is not None:
        run_import.delay(waits)


@shared_task
def resume_abandoned() -> None:
    """Hurry the next import that nobody is at: its worker died, or the job was lost."""
    hurry_next()

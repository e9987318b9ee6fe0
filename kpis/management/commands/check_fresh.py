"""`manage.py check_fresh`: is what is kept as fresh as it should be? Late once: a warning, exit 0. Late twice: exit 1, and what."""

from __future__ import annotations

from typing import Any

from alignment import commands
from alignment.clock import now
from kpis.metrics.kept.freshness import Fresh, State, look, what_waits
from kpis.reports.params import rfc3339


class Command(commands.Command):
    help = "Say what is late of all that is kept: once late is warned of, twice late fails."

    def handle(self, *args: Any, **options: Any) -> None:
        moment = now()
        found, waits = look(moment), what_waits()
        document = {
            "checked_at": rfc3339(moment),
            "waiting": {"leads": waits.leads, "subjects": waits.subjects, "periods": waits.periods},
            "things": [_described(one) for one in found],
        }
        self.show(document, lambda: "\n".join(map(_sentence, found)))
        for one in found:
            if one.state is State.LATE:
                self.stderr.write(f"Warning: {_sentence(one)}")
        too_late = [one.title for one in found if one.state is State.TOO_LATE]
        if too_late:
            self.stderr.write(f"Late twice: {', '.join(too_late)}. Is the worker running?")
        self.exit_code = commands.UNEXPECTED if too_late else commands.DONE


def _described(one: Fresh) -> dict[str, object]:
    return {
        "what": one.what,
        "title": one.title,
        "at": rfc3339(one.at) if one.at else None,
        "next_at": rfc3339(one.next_at) if one.next_at else None,
        "every_seconds": int(one.every.total_seconds()),
        "state": one.state.value,
    }


def _sentence(one: Fresh) -> str:
    when = f"last at {rfc3339(one.at)}" if one.at else "never yet"
    return f"{one.title}: {one.state}, {when}."

"""`manage.py seed_demo`: the demo company, into an empty database; `--live`: it plays on while one watches."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from alignment.clock import now
from alignment.commands import Command as BaseCommand
from leads.demo.live import Live, Wait
from leads.demo.plan import Plan
from leads.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo company, or have the demo company that is there live on."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        usual = Plan()
        parser.add_argument("--leads", type=int, default=600)
        parser.add_argument("--seed", default="alignment")
        parser.add_argument("--live", action="store_true", help="play on in a demo, so that one can watch pages move")
        parser.add_argument("--days", type=int, default=usual.days, help="with --live: for so many days")
        parser.add_argument("--per-day", type=int, default=usual.per_day, help="with --live: leads that come in a day")
        parser.add_argument("--speed", type=float, default=usual.speed, help="with --live: times as fast as in life")
        parser.add_argument("--everybody", action="store_true", help="with --live: who signs in decides by habit, too")

    def handle(self, *args: Any, **options: Any) -> None:
        document, text = self._live(options) if options["live"] else self._seed(options)
        call_command("recompute", stdout=self.stderr)
        self.show(document, text)

    def _seed(self, options: dict[str, Any]) -> tuple[object, str]:
        seeded = seed_demo(
            leads=options["leads"],
            seed=options["seed"],
            now=now(),
            timezone=settings.REPORTING_TIMEZONE,
            currency=settings.REPORTING_CURRENCY,
        )
        counts = f"{seeded.stage_changes} stage changes, {seeded.activities} activities and {seeded.deals} deals"
        return asdict(seeded), f"{seeded.leads} leads, {counts}."

    def _live(self, options: dict[str, Any]) -> tuple[object, str]:
        plan = Plan(options["days"], options["per_day"], options["speed"], options["everybody"])
        with interruptible() as wait:
            live = Live(plan, seed=options["seed"], now=now())
            minutes = live.takes.total_seconds() / 60
            self.stderr.write(f"{plan.days} days of {plan.per_day} leads in {minutes:.1f} minutes; Ctrl-C ends it.")
            played = live.play(now=now, wait=wait)
        text = f"{played.leads} leads came in, {played.offered} were offered, {played.decided} decided on."
        return asdict(played), text


@contextmanager
def interruptible() -> Iterator[Wait]:
    """How to wait: the first Ctrl-C or SIGTERM ends the waiting, and no transaction in the middle."""
    enough = Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = {kind: signal.signal(kind, lambda *_signal: enough.set()) for kind in kinds}
    try:
        yield enough.wait
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)

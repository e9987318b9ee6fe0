"""`manage.py train_score`: learn the chance that open leads are won, now, and score them."""

from __future__ import annotations

from typing import Any

from alignment import commands
from alignment.clock import now
from alignment.refusals import Refused
from kpis.scores import asking
from kpis.scores.models import ModelVersion, Score


class Command(commands.Command):
    help = "Learn the predictive score from the company's own history and score every open lead. Refuses where history is too small."

    def handle(self, *args: Any, **options: Any) -> None:
        version = asking.ask(by=None, now=now())
        asking.work_off()
        version.refresh_from_db()
        if version.state != ModelVersion.State.IN_USE:
            raise Refused(
                version.code or "at_work", version.error or "A worker is learning a model already.", status=409
            )
        scored = Score.objects.count()
        figures = version.figures
        document = {
            "version": version.pk,
            "kind": version.kind,
            "figures": figures,
            "trained_on": version.trained_on,
            "scored": scored,
        }
        better = figures[version.kind]
        self.show(
            document,
            f"Learned model {version.pk} ({version.kind}): AUC {better['auc']['value']:.3f}, Brier {better['brier']['value']:.4f}. "
            f"Scored {scored} open leads.",
        )

"""The Celery application: what hurries the work that the database remembers."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

MOST_KILOBYTES = 320_000
"""A worker's process that once took more makes way for a fresh one after its job. With everything imported it takes 180,000 to 240,000,
of which it shares some 90,000 with the others."""

app = Celery("alignment")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_default_queue="now",
    task_time_limit=3600,
    worker_max_memory_per_child=MOST_KILOBYTES,
    broker_transport_options={
        "visibility_timeout": 3900,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,  # a broker that is there and does not answer holds no request up for longer
        "socket_connect_timeout": 2,
    },
    broker_connection_retry_on_startup=True,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0},  # a broker that is down holds nobody up
    worker_hijack_root_logger=False,
    timezone="UTC",
    task_routes={
        "leads.imports.tasks.*": {"queue": "bulk"},
        "leads.lifecycle.tasks.*": {"queue": "bulk"},
        "leads.definitions.tasks.advance_runs": {"queue": "bulk"},
        "leads.duplicates.tasks.*": {"queue": "bulk"},
        "leads.definitions.tasks.work_off_suggestions": {"queue": "bulk"},
        "leads.privacy.tasks.*": {"queue": "bulk"},
        "alignment.outbox.tasks.*": {"queue": "mail"},
        "alignment.agreements.tasks.run_backtests": {"queue": "bulk"},
        "kpis.agreed.tasks.*": {"queue": "bulk"},
        "kpis.attribution.tasks.*": {"queue": "bulk"},
        "kpis.metrics.kept.tasks.*": {"queue": "bulk"},
        "kpis.pages.tasks.keep_pages": {"queue": "bulk"},
        "kpis.pages.tasks.keep_answer": {"queue": "figures"},
        "kpis.tasks.note_figures_worker": {"queue": "figures"},
        "kpis.digests.tasks.*": {"queue": "bulk"},
        "kpis.scores.tasks.*": {"queue": "bulk"},
        "kpis.forecasts.tasks.*": {"queue": "bulk"},
    },
    beat_schedule={
        "worker-seen": {"task": "kpis.tasks.note_worker", "schedule": 10.0},
        "figures-worker-seen": {
            "task": "kpis.tasks.note_figures_worker",
            "schedule": 60.0,
            "options": {"expires": 60},  # where no worker takes them they do not pile up
        },
        "recompute-touched": {"task": "kpis.tasks.recompute_touched", "schedule": 15.0},
        "qualify": {"task": "leads.definitions.tasks.qualify", "schedule": 10.0},
        "route": {"task": "leads.handoffs.tasks.route", "schedule": 10.0},
        "sweep-handoffs": {"task": "leads.handoffs.tasks.sweep", "schedule": 30.0},
        "advance-definition-runs": {"task": "leads.definitions.tasks.advance_runs", "schedule": 30.0},
        "suggest-definitions": {"task": "leads.definitions.tasks.work_off_suggestions", "schedule": 60.0},
        "compare-leads": {"task": "leads.duplicates.tasks.compare", "schedule": 15.0},
        "compare-stock": {"task": "leads.duplicates.tasks.advance_stock", "schedule": 60.0},
        "begin-agreements": {"task": "alignment.agreements.tasks.begin_due", "schedule": 15.0},
        "run-backtests": {"task": "alignment.agreements.tasks.run_backtests", "schedule": 60.0},
        "remind-of-reviews": {
            "task": "alignment.agreements.tasks.remind_of_reviews",
            "schedule": crontab(hour=6, minute=0),
        },
        "resume-imports": {"task": "leads.imports.tasks.resume_abandoned", "schedule": 60.0},
        "tidy-privacy": {"task": "leads.privacy.tasks.tidy", "schedule": 600.0},
        "carry-out-retention": {
            "task": "leads.privacy.tasks.carry_out_retention",
            "schedule": crontab(hour=3, minute=30),
        },
        "deliver-mail": {"task": "alignment.outbox.tasks.deliver_mail", "schedule": 30.0},
        "deliver-chat": {"task": "alignment.outbox.tasks.deliver_chat", "schedule": 30.0},
        "forget-sessions": {"task": "alignment.people.tasks.forget_sessions", "schedule": 3600.0},
        "remove-old-mail": {"task": "alignment.outbox.tasks.remove_old", "schedule": 600.0},
        "rebuild-kept": {"task": "leads.lifecycle.tasks.rebuild_kept", "schedule": 15.0},
        "judge-campaigns": {"task": "kpis.verdicts.tasks.judge_due", "schedule": 300.0},
        "credit-everything-anew": {"task": "kpis.attribution.tasks.follow_terms", "schedule": 60.0},
        "score-touched": {"task": "kpis.scores.tasks.score_due", "schedule": 60.0},
        "learn-scores": {"task": "kpis.scores.tasks.work_off_training", "schedule": 60.0},
        "learn-scores-weekly": {"task": "kpis.scores.tasks.ask_weekly", "schedule": crontab(hour=1, minute=30)},
        "score-everybody": {"task": "kpis.scores.tasks.score_everybody", "schedule": crontab(hour=4, minute=30)},
        "tick-off-milestones": {"task": "kpis.agreed.tasks.tick_off_milestones", "schedule": 60.0},
        "look-at-kpis": {"task": "kpis.agreed.tasks.look_at_kpis", "schedule": 300.0},
        "count-everything-anew": {"task": "kpis.metrics.kept.tasks.follow_basis", "schedule": 60.0},
        "compute-due-metrics": {"task": "kpis.metrics.kept.tasks.compute_due", "schedule": 60.0},
        "keep-pages": {"task": "kpis.pages.tasks.keep_pages", "schedule": 15.0},
        "write-digests": {"task": "kpis.digests.tasks.write_due", "schedule": 300.0},
        "forecast-today": {"task": "kpis.forecasts.tasks.forecast_today", "schedule": 900.0},
        "score-forecasts": {"task": "kpis.forecasts.tasks.score_forecasts", "schedule": crontab(hour=4, minute=15)},
        "nightly-recompute": {"task": "kpis.tasks.recompute_everything", "schedule": crontab(hour=2, minute=30)},
    },
)
app.autodiscover_tasks(
    [
        "alignment.outbox",
        "alignment.people",
        "alignment.agreements",
        "leads.imports",
        "leads.lifecycle",
        "leads.definitions",
        "leads.duplicates",
        "leads.handoffs",
        "leads.privacy",
        "leads",
        "kpis.forecasts",
        "kpis",
        "kpis.agreed",
        "kpis.attribution",
        "kpis.digests",
        "kpis.metrics.kept",
        "kpis.pages",
        "kpis.scores",
        "kpis.verdicts",
    ]
)


@worker_ready.connect
def say_that_a_worker_is_there(**_signal: object) -> None:
    """Have the new worker seen at once: readiness asks for it, and the timekeeper's first tick is ten seconds away."""
    app.send_task("kpis.tasks.note_worker")
    app.send_task("kpis.tasks.note_figures_worker", expires=60)

"""What a backtest keeps of each lead that it names, so that every figure opens into its list."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alignment.agreements.models import Backtest
from leads.records.models import Lead


class BacktestLead(models.Model):
    """One lead of one backtest. Figures and lists are read from these rows and from nothing else: they cannot differ.

    `this_at` and `other_at`: when it would first have qualified by the version tried and by the one in force, before it was
    won and before the backtest's end. `customer_at`: when it would have met the version tried though it was won already.
    The others say what became of it, as known when the backtest was computed.
    """

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, related_name="leads", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    this_at = models.DateTimeField(null=True)
    other_at = models.DateTimeField(null=True)
    customer_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True, help_text="When it reached the first forward stage.")
    worked_at = models.DateTimeField(null=True, help_text="When it reached a stage of sales.")
    won_at = models.DateTimeField(null=True)
    lost = models.BooleanField(help_text="Whether it is lost or disqualified by now.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [models.UniqueConstraint(fields=["backtest", "lead"], name="backtest_lead_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.backtest_id}"

"""What do the numbers of a forecast say in words? Pages and mails write it so."""

from __future__ import annotations

from alignment.people.selectors import reporting_currency
from kpis.agreed.wording import said
from kpis.forecasts.answer import Calibration, Forecast
from kpis.forecasts.target import Target
from kpis.metrics.declaring import Unit

CHANCES = (
    (0.99, "as good as certain"),
    (0.9, "very likely"),
    (0.7, "likely"),
    (0.55, "more likely than not"),
    (0.45, "as likely as not"),
    (0.3, "less likely than not"),
    (0.1, "unlikely"),
    (0.01, "very unlikely"),
)


def chance_said(chance: float | None) -> str:
    """`likely: 78 of 100`."""
    if chance is None:
        return "no target is set for this period"
    words = next((words for least, words in CHANCES if chance >= least), "as good as impossible")
    return f"{words}: {_of_100(chance)}"


def _of_100(chance: float) -> str:
    if chance > 0.99:
        return "more than 99 of 100"
    return "fewer than 1 of 100" if chance < 0.01 else f"{round(chance * 100)} of 100"


def value_said(target: Target, value: object) -> str:
    """In the target's unit."""
    currency = reporting_currency() if target.unit is Unit.MONEY else None
    number = None if value is None else float(str(value))
    if number is not None and target.unit in (Unit.COUNT, Unit.MONEY):
        number = round(number)
    return said(number, target.unit, currency)


def answer_said(target: Target, told: Forecast) -> str:
    """Are we nearly there yet? In a sentence."""
    if told.problem:
        return told.problem
    if told.ended:
        verdict = (
            "" if told.chance is None else " The target was reached." if told.chance else " The target was not reached."
        )
        return f"It is over: {value_said(target, told.value_now)}.{verdict}"
    expected = value_said(target, told.median)
    between = f"{value_said(target, told.low)} and {value_said(target, told.high)}"
    ahead = f"We expect {expected} at the end, and in four cases of five between {between}."
    if target.value is None:
        return ahead
    return f"{ahead} To reach {value_said(target, target.value)} is {chance_said(told.chance)}."


def calibration_said(scored: Calibration | None) -> str:
    """How earlier forecasts did, in a sentence."""
    if scored is None:
        return (
            "No forecast of this KPI has been scored yet: its first periods must end, or history be rehearsed, first."
        )
    better = "less than" if scored.loss < scored.straight_loss else "not less than"
    return (
        f"Of {scored.n} forecasts made on {scored.origins} days, {scored.held} intervals held what came "
        f"({round(100 * scored.held / scored.n)} %, where 80 % should). They missed by {better} a straight line would have."
    )

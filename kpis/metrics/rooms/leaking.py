"""Where leads get lost on the way, what that may cost, and what came back from it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpis.leaks.kinds import KINDS, LeakKind
from kpis.metrics import at_risk, computed
from kpis.metrics.declaring import BOTH, Better, Computed, Metric, Ratio, Summed, Unit
from kpis.metrics.queries.leaks import LEAKS, PASSES
from kpis.metrics.queries.moves import MOVES
from kpis.metrics.queries.open_leaks import OPEN_LEAKS
from kpis.metrics.queries.recovered import RECOVERED

ROOM = "Leaks"
CLOSING = dict.fromkeys(BOTH, "how soon leaks are closed")
LOSING = dict.fromkeys(BOTH, "what gets lost on the way from one side to the other")


def metrics() -> Sequence[Metric]:
    """Those of the leakage report, and what was won back."""
    return (*map(_kind, KINDS), *_together(), *_rate(), *_value())


def _kind(kind: LeakKind) -> Metric:
    sides = BOTH if kind.side is None else (kind.side,)
    return Summed(
        key=f"leaks.{kind.key}",
        title=f"{kind.title[:1].upper()}{kind.title[1:]}",
        sentence=f"Leaks of this kind that opened in the period. {kind.sentence}",
        unit=Unit.COUNT,
        better=Better.DOWN,
        room=ROOM,
        controls=dict.fromkeys(sides, "what is done before it leaks"),
        family=LEAKS,
    )


def _together() -> Sequence[Metric]:
    return (
        Summed(
            key="leaks",
            title="Leaks opened",
            sentence="Leaks of any kind that opened in the period.",
            unit=Unit.COUNT,
            better=Better.DOWN,
            room=ROOM,
            controls=dict.fromkeys(BOTH, "what is done before it leaks"),
            family=LEAKS,
        ),
        Computed(
            key="open_leaks",
            title="Leaks open",
            sentence="Leaks that were open at the end of the period, or now where that is still to come.",
            unit=Unit.COUNT,
            better=Better.DOWN,
            room=ROOM,
            controls=CLOSING,
            compute=computed.how_many(OPEN_LEAKS, "open_leaks"),
            follows=(LEAKS,),
            opens=(OPEN_LEAKS, "open_leaks", Unit.COUNT),
            otherwise=Decimal(0),
        ),
    )


def _rate() -> Sequence[Metric]:
    return (
        Summed(
            key="qualified_passes",
            title="Qualified for a handoff",
            sentence="Leads that qualified for a handoff in the period, at least 30 days ago; once a pass, by the first time.",
            unit=Unit.COUNT,
            better=Better.NEITHER,
            room=ROOM,
            controls=LOSING,
            windowed=True,
            family=PASSES,
        ),
        Summed(
            key="leaked",
            title="Leaked on the way",
            sentence="Of the leads that qualified for a handoff in the period, those that leaked between the two sides within 30 days.",
            unit=Unit.COUNT,
            better=Better.DOWN,
            room=ROOM,
            controls=LOSING,
            windowed=True,
            family=PASSES,
        ),
        Ratio(
            key="leakage_rate",
            title="Leakage rate",
            sentence="Of the leads that qualified for a handoff in the period, the share that leaked between the two sides within 30 days.",
            unit=Unit.SHARE,
            better=Better.DOWN,
            room=ROOM,
            controls=LOSING,
            windowed=True,
            over="leaked",
            under="qualified_passes",
        ),
    )


def _value() -> Sequence[Metric]:
    return (
        Computed(
            key="value_at_risk",
            title="Value at risk",
            sentence="What the leads with a leak open at the end of the period may cost: chance times amount, each deal or lead once.",
            unit=Unit.MONEY,
            better=Better.DOWN,
            room=ROOM,
            controls=CLOSING,
            compute=at_risk.value_at_risk,
            follows=(LEAKS, MOVES, RECOVERED),
            opens=(OPEN_LEAKS, "open_leaks", Unit.COUNT),
            otherwise=Decimal(0),
        ),
        Summed(
            key="value_recovered",
            title="Value recovered",
            sentence="Won revenue of the period from leads that had a leak which closed in the 90 days up to the win.",
            unit=Unit.MONEY,
            better=Better.UP,
            room=ROOM,
            controls=dict.fromkeys(BOTH, "which leaks are closed, and what is won"),
            family=RECOVERED,
        ),
    )

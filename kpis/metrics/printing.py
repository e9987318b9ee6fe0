"""How is the catalogue printed? As a table of Markdown, which docs/metrics.md holds; the same for every installation.

Outside numbers differ from company to company and stand there as one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Metric, Ratio
from kpis.metrics.documents import KINDS
from kpis.metrics.queries.series import PREFIX
from leads.funnel.stage_sets import StageSet

HEAD = "| key | title | what it is | kind | unit | controlled by |\n| --- | --- | --- | --- | --- | --- |"
OUTSIDE = (
    f"| `{PREFIX}NAME` | the name | An outside number, the values of its days added up. | summed | number | marketing |"
)


def as_markdown(stages: StageSet) -> str:
    """A heading and a table for each room."""
    metrics = [metric for metric in catalogue(stages).values() if not metric.key.startswith(PREFIX)]
    return "\n\n".join(_room(room, list(found)) for room, found in groupby(metrics, lambda metric: metric.room))


def _room(room: str, metrics: Sequence[Metric]) -> str:
    outside = [OUTSIDE] if any(metric.key == "touches" for metric in metrics) else []
    return "\n".join([f"### {room}\n", HEAD, *map(_row, metrics), *outside])


def _row(metric: Metric) -> str:
    cells = (
        f"`{metric.key}`",
        metric.title,
        metric.sentence,
        _kind(metric),
        metric.unit.value,
        ", ".join(metric.controls),
    )
    return f"| {' | '.join(_escaped(cells))} |"


def _kind(metric: Metric) -> str:
    windowed = ", windowed" if metric.windowed else ""
    if isinstance(metric, Ratio):
        over = f"(`{metric.over}` − `{metric.minus}`)" if metric.minus else f"`{metric.over}`"
        return f"{over} ÷ `{metric.under}`{windowed}"
    return f"{KINDS[type(metric)]}{windowed}"


def _escaped(cells: Iterable[str]) -> Iterable[str]:
    return (cell.replace("|", "\\|") for cell in cells)

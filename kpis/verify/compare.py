"""Is what is kept of one lead what its logs say? Each check gives what is kept and what should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from kpis.verify.conditions import Timeline
from kpis.verify.dealings import agreed_rules, dealings_of, offered_to, open_as_kept, open_as_logged
from kpis.verify.leaks import Expected, expected_leaks, one_after_another
from kpis.verify.lives import Era, life_of, said_of, walk_of
from kpis.verify.streams import Row
from kpis.verify.walk import Walk
from leads.funnel.stage_sets import StageSet

CELL_WINDOW = timedelta(hours=90 * 24)
CHANGING = ("campaign", "owner", "team", "segment", "territory")
"""What changes about a lead: a place has it as it was when its cohort began."""


@dataclass(frozen=True)
class LeadRow:
    """What the table of leads says of one."""

    id: int
    stage: str | None
    owner: int | None
    team: int | None
    campaign: int | None
    segment: str | None
    territory: str | None
    source: str | None
    channel: str | None
    is_test: bool
    is_merged: bool
    is_erased: bool
    offered_team: int | None


@dataclass(frozen=True)
class Finding:
    """What one table holds of a lead, and what it should hold."""

    table: str
    kept: object
    expected: object


class Comparison:
    """What every lead is judged by."""

    def __init__(self, stages: StageSet, eras: Sequence[Era], zone: ZoneInfo) -> None:
        self.stages, self.eras, self.zone = stages, eras, zone
        self.rules = agreed_rules()

    def is_behind(self, rows: dict[str, list[Row]]) -> bool:
        """Whether another version of the funnel left what is kept of a lead: it waits for being read anew."""
        return any(version != self.stages.version_id for version, *_rest in rows["progress"])

    def of(self, lead: LeadRow, rows: dict[str, list[Row]], *, waits: bool) -> Iterator[Finding]:
        """Everything kept of `lead`. One that waits for recomputing may have leaks and a place that are behind."""
        walk, said = walk_of(rows["changes"], self.stages), said_of(rows["values"])
        yield _in_any_order("stays", rows["stays"], [stay.as_kept() for stay in walk.stays])
        yield Finding("progress", rows["progress"], self._progress(walk))
        yield Finding("leads", _holders_kept(lead), (*_holders(walk, said), offered_to(rows)))
        yield Finding("handoffs", open_as_kept(rows), open_as_logged(rows))
        if not waits:
            yield _in_any_order("leaks", rows["leaks"], self._leaks(lead, said, rows))
            yield Finding("places", rows["places"], self._places(lead, walk, said))

    def _progress(self, walk: Walk) -> list[Row]:
        if not walk.stays:
            return []
        reached = [walk.reached(stage) for stage in self.stages.forward]
        entered = [walk.entered(stage) for stage in self.stages.forward]
        return [
            (self.stages.version_id, reached, entered, walk.stays[-1].at, max(stay.pass_number for stay in walk.stays))
        ]

    def _leaks(self, lead: LeadRow, said: dict[str, Timeline], rows: dict[str, list[Row]]) -> list[Row]:
        if lead.is_test or lead.is_merged or lead.is_erased:
            return []
        found: list[Expected] = []
        dealings = dealings_of(rows, self.rules)
        for era in self.eras:
            walk = walk_of(rows["changes"], era.stages)
            life = life_of(walk, said, rows["activities"], rows["consents"], era.rules.replies, dealings)
            leaks = expected_leaks(life, era.rules, era.since, era.until)
            found = leaks if era.since is None else one_after_another(found, leaks, era.since)
        return [leak.as_kept() for leak in found]

    def _places(self, lead: LeadRow, walk: Walk, said: dict[str, Timeline]) -> list[Row]:
        reached = [at for stage in self.stages.forward if (at := walk.reached(stage)) is not None]
        if lead.is_test or lead.is_merged:
            return []
        return [
            (
                start, anchor, anchor.astimezone(self.zone).date(), lead.source, lead.channel,
                *(said[field].at(anchor) if field in said else None for field in CHANGING),
                len(reached), sum(at - anchor <= CELL_WINDOW for at in reached),
            )
            for start, anchor in enumerate(reached, start=1)
        ]  # fmt: skip


def _holders_kept(lead: LeadRow) -> Row:
    return (lead.stage, lead.owner, lead.team, lead.campaign, lead.segment, lead.territory, lead.offered_team)


def _holders(walk: Walk, said: dict[str, Timeline]) -> Row:
    fields = ("owner", "team", "campaign", "segment", "territory")
    return (walk.stage_now, *(said[field].last if field in said else None for field in fields))


def _in_any_order(table: str, kept: Sequence[Row], expected: Sequence[Row]) -> Finding:
    if kept == expected:
        return Finding(table, kept, expected)
    return Finding(table, sorted(kept, key=repr), sorted(expected, key=repr))

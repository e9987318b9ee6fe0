"""Where do facts about leads come from? Two ways, one for everybody at one instant, one for a few leads at many moments.

`Everybody` counts each kind of activity once over the log and joins what it found: windows cost what lies in them (index
activity_by_kind). `Moments` asks for each lead and moment what was known of it then, lazily (indexes activity_order,
consent_order): thousands of leads cost the same in a base of any size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg2 import sql

from leads.activities.kinds import TOUCHES
from leads.definitions.compiling.activities import (
    LIVE,
    ROWS,
    Knowledge,
    fits,
    is_of_kind,
    kinds_of,
    known_by,
    longest_use,
    patterns,
    points_of,
    total_of_points,
    within,
)
from leads.definitions.compiling.statements import Values, every, lines, part
from leads.definitions.fields import COMPANY, Field
from leads.definitions.terms import ActivityFilter, EngagementRule

CONSENT = """(SELECT w.state FROM leads_consent w WHERE w.lead_id = l.id AND w.purpose = {} AND {}
    ORDER BY w.at DESC, w.id DESC LIMIT 1)"""

COMPANY_JOIN = sql.SQL("LEFT JOIN leads_company c ON c.id = l.company_id")
CAMPAIGN_JOIN = sql.SQL("LEFT JOIN programs_campaign g ON g.id = l.campaign_id")

PAST_OF_LEAD = """LEFT JOIN LATERAL (SELECT p.values FROM leads_fieldspast p WHERE p.lead_id = l.id AND p.until > {}
    ORDER BY p.until LIMIT 1) lp ON true"""
COMPANY_THEN = """LEFT JOIN leads_company c
    ON c.id = CASE WHEN lp.values IS NULL THEN l.company_id ELSE (lp.values ->> 'company_id')::bigint END"""
PAST_OF_COMPANY = """LEFT JOIN LATERAL (SELECT p.values FROM leads_fieldspast p WHERE p.company_id = c.id AND p.until > {}
    ORDER BY p.until LIMIT 1) cp ON true"""
CAMPAIGN_THEN = """LEFT JOIN programs_campaign g
    ON g.id = CASE WHEN lp.values IS NULL THEN l.campaign_id ELSE (lp.values ->> 'campaign_id')::bigint END"""

NOTHING = sql.SQL("")

COUNTS_OF_LEADS = "SELECT a.lead_id, {} AS n FROM leads_activity a WHERE {} GROUP BY a.lead_id {}"
CONSENTS_OF_LEADS = """SELECT DISTINCT ON (w.lead_id) w.lead_id, w.state AS n FROM leads_consent w WHERE w.purpose = {} AND {}
    ORDER BY w.lead_id, w.at DESC, w.id DESC"""
POINTS_OF_LEADS = "SELECT q.lead_id, {} AS n FROM {} GROUP BY q.lead_id"

SHORT = 90
"""Days: what lies in a shorter window is counted for everybody sooner than the leads that matter are found."""

TYPES = {"text": "text", "number": "numeric", "boolean": "boolean", "moment": "timestamptz"}


@dataclass
class _Facts:
    """What both ways share. The lead is `l`, its company `c`, its campaign `g`."""

    moment: sql.Composable
    values: Values
    knowledge: Knowledge = LIVE
    owners: set[str] = field(default_factory=set)

    def field(self, field: Field) -> sql.Composable:
        self.owners.add("campaign" if field.column == "campaign_id" else field.owner)
        if field.column == "campaign_id":
            return sql.SQL("g.name")
        alias, past = ("c", "cp") if field.owner == COMPANY else ("l", "lp")
        column = sql.Identifier(alias, field.column)
        if field.attribute is not None:
            key = self.values.add(field.attribute)
            now = part("{} -> {}::text", column, key)
            then = part("{}.values #> ARRAY['attributes', {}::text]", sql.SQL(past), key)
        else:
            now, column_type = column, sql.SQL(TYPES[field.kind])
            then = part("({}.values ->> {})::{}", sql.SQL(past), sql.Literal(field.column), column_type)
        if not self.knowledge.past_fields:
            return part("({})", now)
        return part("(CASE WHEN {}.values IS NULL THEN {} ELSE {} END)", sql.SQL(past), now, then)

    def _counted(self, wanted: ActivityFilter, days: float | None) -> list[sql.Composable]:
        """The conditions on an activity that counts at the moment."""
        window = within(self.moment, days, self.values)
        return [
            fits(wanted, self.values),
            known_by(self.moment, self.knowledge, "a"),
            *([] if window is None else [window]),
        ]


@dataclass
class Moments(_Facts):
    """Facts of the leads `l` at the moments given, found for each by the lead's own part of the log."""

    def joins(self) -> sql.Composable:
        """What the facts asked for need beside `l`."""
        parts: list[sql.Composable] = []
        if self.knowledge.past_fields and self.owners:
            parts.append(part(PAST_OF_LEAD, self.moment))
            if COMPANY in self.owners:
                parts += [sql.SQL(COMPANY_THEN), part(PAST_OF_COMPANY, self.moment)]
            if "campaign" in self.owners:
                parts.append(sql.SQL(CAMPAIGN_THEN))
            return lines(parts)
        return _joins(self.owners)

    def consent(self, purpose: str) -> sql.Composable:
        return part(CONSENT, self.values.add(purpose), known_by(self.moment, self.knowledge, "w"))

    def count(self, wanted: ActivityFilter, days: int | None, enough: int) -> sql.Composable:
        return part(
            "(SELECT count(*) FROM (SELECT FROM leads_activity a WHERE a.lead_id = l.id AND {} LIMIT {}) q)",
            every(self._counted(wanted, days)),
            self.values.add(enough),
        )

    def points(self, rule: EngagementRule) -> sql.Composable:
        counted = every([sql.SQL("a.lead_id = l.id"), *self._counted(rule.activity, longest_use(rule))])
        rows = part(ROWS, part("{} AS x", points_of(rule, self.moment, self.values)), counted)
        return part("(SELECT coalesce({}, 0) FROM {})", total_of_points(), rows)


@dataclass
class Everybody(_Facts):
    """Facts of all leads at one instant: each count is a subselect over the log, joined by lead.

    `eligible` is a query of the leads that can meet the definition at all: where much of the log is read, only their rows are
    looked into.
    """

    eligible: sql.Composable | None = None
    joined: dict[tuple[object, ...], str] = field(default_factory=dict)
    found: list[sql.Composable] = field(default_factory=list)
    tables: list[sql.Composable] = field(default_factory=list)

    def before(self) -> sql.Composable:
        """What was found in the log, once each and not by every worker anew."""
        return part("WITH {}", sql.SQL(",\n").join(self.found)) if self.found else NOTHING

    def joins(self) -> sql.Composable:
        """What the facts asked for need beside `l`."""
        return lines([*self.tables, _joins(self.owners)])

    def count(self, wanted: ActivityFilter, days: int | None, enough: int) -> sql.Composable:
        key = ("count", wanted.model_dump_json(), days)
        if key not in self.joined:
            self._join(key, "LEFT JOIN", self._counts(wanted, days, None))
        return part("coalesce({}.n, 0)", sql.Identifier(self.joined[key]))

    def consent(self, purpose: str) -> sql.Composable:
        key = ("consent", purpose)
        if key not in self.joined:
            known = known_by(self.moment, self.knowledge, "w")
            self._join(key, "LEFT JOIN", part(CONSENTS_OF_LEADS, self.values.add(purpose), known))
        return part("{}.n", sql.Identifier(self.joined[key]))

    def require(self, wanted: ActivityFilter, days: int | None, least: int) -> None:
        """Leave out every lead with fewer such activities: the log then leads to the leads, not the leads to the log."""
        key = ("require", wanted.model_dump_json(), days, least)
        if key not in self.joined:
            self._join(key, "JOIN", self._counts(wanted, days, least))

    def points(self, rule: EngagementRule) -> sql.Composable:
        key = ("points", rule.model_dump_json())
        if key not in self.joined:
            days = longest_use(rule)
            row = part("a.lead_id, {} AS x", points_of(rule, self.moment, self.values))
            rows = part(
                ROWS, row, every([*self._counted(rule.activity, days), *self._of_eligible(rule.activity, days)])
            )
            self._join(key, "LEFT JOIN", part(POINTS_OF_LEADS, total_of_points(), rows))
        return part("coalesce({}.n, 0)", sql.Identifier(self.joined[key]))

    def _counts(self, wanted: ActivityFilter, days: int | None, least: int | None) -> sql.Composable:
        """Rows (lead_id, n). Patterns are held against what is left of the log by everything that is cheaper to ask."""
        window = within(self.moment, days, self.values)
        read = every(
            [
                is_of_kind(wanted, self.values),
                known_by(self.moment, self.knowledge, "a"),
                *([] if window is None else [window]),
                *self._of_eligible(wanted, days),
            ]
        )
        fitting = patterns(wanted, self.values)
        count = part("count(*) FILTER (WHERE {})", every(fitting)) if fitting else sql.SQL("count(*)")
        having = NOTHING if least is None else part("HAVING {} >= {}", count, self.values.add(least))
        return part(COUNTS_OF_LEADS, count, read, having)

    def _of_eligible(self, wanted: ActivityFilter, days: float | None) -> list[sql.Composable]:
        """Only rows of eligible leads, where there may be so many rows that finding those leads first is worth it."""
        is_little = days is not None and days <= SHORT
        if self.eligible is None or is_little or TOUCHES.isdisjoint(kinds_of(wanted)):
            return []
        return [part("a.lead_id IN ({})", self.eligible)]

    def _join(self, key: tuple[object, ...], how: str, found: sql.Composable) -> None:
        name = self.joined[key] = f"t{len(self.joined)}"
        table = sql.Identifier(name)
        self.found.append(part("{} AS MATERIALIZED ({})", table, found))
        self.tables.append(part("{} {} ON {}.lead_id = l.id", sql.SQL(how), table, table))


def _joins(owners: set[str]) -> sql.Composable:
    return lines(
        [
            *([COMPANY_JOIN] if COMPANY in owners else []),
            *([CAMPAIGN_JOIN] if "campaign" in owners else []),
        ]
    )

"""Where do facts about leads come from? Two ways, one for everybody at one instant, one for a few leads at many moments.

`Everybody` counts each kind of activity once over the log and joins what it found: windows cost what lies in them (index
activity_by_kind). `Moments` asks for each lead and moment what was known of it then, lazily (indexes activity_order,
consent_order): thousands of leads cost the same in a base of any size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg2 import sql

from leads.definitions.compiling.activities import (
    LIVE,
    Knowledge,
    fits,
    known_by,
    longest_use,
    points_of,
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

    def consent(self, purpose: str) -> sql.Composable:
        return part(CONSENT, self.values.add(purpose), known_by(self.moment, self.knowledge, "w"))

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

    def count(self, wanted: ActivityFilter, days: int | None, enough: int) -> sql.Composable:
        return part(
            "(SELECT count(*) FROM (SELECT FROM leads_activity a WHERE a.lead_id = l.id AND {} LIMIT {}) q)",
            every(self._counted(wanted, days)),
            self.values.add(enough),
        )

    def points(self, rule: EngagementRule) -> sql.Composable:
        return part(
            "(SELECT coalesce(sum({}), 0) FROM leads_activity a WHERE a.lead_id = l.id AND {})",
            points_of(rule, self.moment, self.values),
            every(self._counted(rule.activity, longest_use(rule))),
        )


@dataclass
class Everybody(_Facts):
    """Facts of all leads at one instant: each count is a subselect over the log, joined by lead."""

    joined: dict[tuple[object, ...], str] = field(default_factory=dict)
    tables: list[sql.Composable] = field(default_factory=list)

    def joins(self) -> sql.Composable:
        """What the facts asked for need beside `l`."""
        return lines([*self.tables, _joins(self.owners)])

    def count(self, wanted: ActivityFilter, days: int | None, enough: int) -> sql.Composable:
        name = self._join(("count", wanted.model_dump_json(), days), "LEFT JOIN", wanted, days, sql.SQL("count(*)"))
        return part("coalesce({}.n, 0)", sql.Identifier(name))

    def require(self, wanted: ActivityFilter, days: int | None, least: int) -> None:
        """Leave out every lead with fewer such activities: the log then leads to the leads, not the leads to the log."""
        having = part("HAVING count(*) >= {}", self.values.add(least))
        key = ("require", wanted.model_dump_json(), days, least)
        self._join(key, "JOIN", wanted, days, sql.SQL("count(*)"), having)

    def points(self, rule: EngagementRule) -> sql.Composable:
        total = part("sum({})", points_of(rule, self.moment, self.values))
        key = ("points", rule.model_dump_json())
        name = self._join(key, "LEFT JOIN", rule.activity, longest_use(rule), total)
        return part("coalesce({}.n, 0)", sql.Identifier(name))

    def _join(
        self,
        key: tuple[object, ...],
        how: str,
        wanted: ActivityFilter,
        days: float | None,
        found: sql.Composable,
        having: sql.Composable = NOTHING,
    ) -> str:
        """The name of the joined subselect that finds this for each lead; the same asked twice is found once."""
        if key not in self.joined:
            name = self.joined[key] = f"t{len(self.joined)}"
            text = "{} (SELECT a.lead_id, {} AS n FROM leads_activity a WHERE {} GROUP BY a.lead_id {}) {} ON {}.lead_id = l.id"
            table, conditions = sql.Identifier(name), every(self._counted(wanted, days))
            self.tables.append(part(text, sql.SQL(how), found, conditions, having, table, table))
        return self.joined[key]


def _joins(owners: set[str]) -> sql.Composable:
    return lines(
        [
            *([COMPANY_JOIN] if COMPANY in owners else []),
            *([CAMPAIGN_JOIN] if "campaign" in owners else []),
        ]
    )

"""Which values does a field have among the latest leads, and how often? Grain: one value; the newest rows by id.

What is looked at is bounded, so that the answer is as quick with a million leads as with a thousand; any other value can
be typed. Uses the primary keys, backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from leads.definitions.fields import Field
from leads.records.visibility import VISIBLE, sight_of

LEADS, ACTIVITIES, MOST = 20_000, 50_000, 20

OF_LEADS = """
WITH latest AS (
  SELECT {value} AS value FROM (
    SELECT l.* FROM leads_lead l WHERE {visible} AND NOT l.is_test AND l.erased_at IS NULL ORDER BY l.id DESC LIMIT %(rows)s
  ) l {join}
)
SELECT value, count(*) FROM latest
WHERE value <> '' AND strpos(lower(value), lower(%(search)s)) > 0
GROUP BY value ORDER BY count(*) DESC, value LIMIT %(most)s
"""
JOINS = {
    "lead": "",
    "company": "JOIN leads_company c ON c.id = l.company_id",
    "campaign": "JOIN programs_campaign p ON p.id = l.campaign_id",
}

OF_ACTIVITIES = """
WITH latest AS (
  SELECT {value} AS value FROM (SELECT a.* FROM leads_activity a ORDER BY a.id DESC LIMIT %(rows)s) a
  JOIN leads_lead l ON l.id = a.lead_id
  {join}
  WHERE {visible} AND NOT l.is_test AND a.kind <> 'email_open'
)
SELECT value, count(*) FROM latest
WHERE value <> '' AND strpos(lower(value), lower(%(search)s)) > 0
GROUP BY value ORDER BY count(*) DESC, value LIMIT %(most)s
"""
OF_ACTIVITY = {
    "url": (
        "CASE WHEN a.url <> '' THEN "
        "coalesce(nullif(regexp_replace(a.url, '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*|[?#].*$', '', 'g'), ''), '/') END",
        "",
    ),
    "asset": ("a.asset", ""),
    "channel": ("a.channel", ""),
    "outcome": ("a.outcome", ""),
    "campaign": ("p.name", "JOIN programs_campaign p ON p.id = a.campaign_id"),
}

NAMES = """
SELECT name, count(*) FROM (
  SELECT {attributes} AS attributes FROM (
    SELECT l.* FROM leads_lead l WHERE {visible} ORDER BY l.id DESC LIMIT %(rows)s
  ) l {join}
) latest CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(attributes) WHEN 'object' THEN attributes ELSE '{{}}' END) name
WHERE strpos(lower(name), lower(%(search)s)) > 0
GROUP BY name ORDER BY count(*) DESC, name LIMIT %(most)s
"""

PURPOSES = """
SELECT purpose, count(*) FROM (SELECT purpose FROM leads_consent ORDER BY id DESC LIMIT %(rows)s) latest
WHERE strpos(lower(purpose), lower(%(search)s)) > 0
GROUP BY purpose ORDER BY count(*) DESC, purpose LIMIT %(most)s
"""


@dataclass(frozen=True)
class Value:
    """A value, and how many of the latest rows have it."""

    value: str
    count: int


def values_of_field(user: Somebody, field: Field, search: str) -> list[Value]:
    """What the latest leads, or their companies, have in a field; texts as they are, attributes as JSON writes them."""
    table = {"lead": "l", "company": "c"}[field.owner]
    if field.name == "lead.campaign":
        return _ask(user, OF_LEADS, search, LEADS, value=sql.SQL("p.name"), join=sql.SQL(JOINS["campaign"]))
    column = sql.SQL("{}.{}").format(sql.Identifier(table), sql.Identifier(field.column))
    value = sql.SQL("{}::text").format(column)
    if field.attribute is not None:
        value = sql.SQL("{} ->> {}").format(column, sql.Placeholder("attribute"))
    return _ask(user, OF_LEADS, search, LEADS, value=value, join=sql.SQL(JOINS[field.owner]), attribute=field.attribute)


def values_of_activities(user: Somebody, name: str, search: str) -> list[Value]:
    """What the latest activities have there: paths of addresses, assets, campaigns, channels, outcomes."""
    value, join = OF_ACTIVITY[name]
    return _ask(user, OF_ACTIVITIES, search, ACTIVITIES, value=sql.SQL(value), join=sql.SQL(join))


def attribute_names(user: Somebody, owner: str, search: str = "") -> list[Value]:
    """Which attributes the latest leads, or their companies, have."""
    table = {"lead": "l", "company": "c"}[owner]
    attributes = sql.SQL("{}.attributes").format(sql.Identifier(table))
    return _ask(user, NAMES, search, LEADS // 4, attributes=attributes, join=sql.SQL(JOINS[owner]))


def purposes(user: Somebody, search: str) -> list[Value]:
    """For which purposes people were asked for consent."""
    return _ask(user, PURPOSES, search, LEADS)


def _ask(
    user: Somebody, statement: str, search: str, rows: int, *, attribute: str | None = None, **parts: sql.Composable
) -> list[Value]:
    query = sql.SQL(statement).format(visible=sql.SQL(VISIBLE), **parts)
    given = {"search": search, "rows": rows, "most": MOST, "attribute": attribute, **sight_of(user).parameters()}
    with connection.cursor() as cursor:
        cursor.execute(query, given)  # type: ignore[arg-type]
        return [Value(value, count) for value, count in cursor.fetchall()]

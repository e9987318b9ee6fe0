"""Of the customers first won in each month, how many had bought again after so many months?

Grain: one row a month of first wins. Clock: closed_at of the first and second win; a month of age is 30 × 24 h, a year 365 × 24 h.
Customers, and what a win is: see `kpis.money.queries.deals`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.explorer.queries.cohorts import AGE_DAYS, AGES
from kpis.money.queries.counted import DEALS, LEAD, deal_cut
from kpis.money.queries.deals import WINS, YEAR
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.params import ReportParams

CUSTOMERS = """
SELECT f.cut_1, count(*), count(*) FILTER (WHERE f.at + {year} <= %(as_of)s),
       count(*) FILTER (WHERE f.again_at <= f.at + {year} AND f.at + {year} <= %(as_of)s){ages}
FROM cut f WHERE f.nth = 1 GROUP BY f.cut_1 ORDER BY f.cut_1
"""
BY_THEN = ", count(*) FILTER (WHERE f.again_at <= %(as_of)s AND f.again_at <= f.at + {age})"


@dataclass(frozen=True)
class Customers:
    """First wins of a month; of those with their whole year, how many were kept; and how many came again by each age."""

    month: str
    customers: int
    whole_year: int
    kept: int
    again: tuple[int, ...]


def read_customers(params: ReportParams, user: Somebody | None) -> list[Customers]:
    """By month of the first win; `params.by` is not asked."""
    by_month = replace(params, by=("month",))
    columns, joins, conditions, values = cut_parts(by_month, sql.SQL("f.at"), deal_cut)
    ctes = sql.SQL("WITH " + DEALS.format(among="") + "," + WINS.rstrip().rstrip(",")).format(
        columns=columns, lead=sql.SQL(LEAD), joins=joins, conditions=conditions, among=sql.SQL("")
    )
    ages = sql.Composed(sql.SQL(BY_THEN).format(age=sql.Literal(timedelta(days=AGE_DAYS * age))) for age in AGES)
    statement = ctes + sql.SQL(CUSTOMERS).format(year=sql.SQL(YEAR), ages=ages)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**base_values(by_month, user), **values})
        return [Customers(month, n, year, kept, tuple(ages)) for month, n, year, kept, *ages in cursor.fetchall()]

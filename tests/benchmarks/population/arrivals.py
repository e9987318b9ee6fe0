"""Who comes in, when, from where? Waves by weekday and season, a business that grows; for every lead what never changes.

The temporary table `arrival` has a row a lead, in order of time; later statements read it. `seller` and `stand_in` are who of sales
works with it, `marketer` who has it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from leads.demo import cast as demo
from leads.demo.days import DAY
from tests.benchmarks.population.cast import INSIDE, MARKETING, PARTNERS, TERRITORIES, Cast
from tests.benchmarks.population.drawing import bounds

DAYS = 730
GROWTH = 0.6
WEEKEND = 0.3
COUNTRIES = {"DE": 0.3, "FR": 0.14, "NL": 0.1, "GB": 0.12, "US": 0.1, "ES": 0.07, "IT": 0.07, "PL": 0.05, "SE": 0.05}

COMPANIES = """
INSERT INTO leads_company (id, scope, name, normal_name, domain, industry, employees, annual_revenue, country, attributes, created_at,
    version)
SELECT no, 0, name, lower(name), replace(lower(name), ' ', '-') || '.example',
       pg_temp.one_of(%(industries)s, pg_temp.drawn(no, 3)), employees,
       CASE WHEN pg_temp.drawn(no, 4) < 0.5 THEN 90000 * employees END, pg_temp.chosen(%(countries)s, %(country_bounds)s,
           pg_temp.drawn(no, 5)),
       '{}', %(began)s, 1
FROM generate_series(1, %(companies)s) no
CROSS JOIN LATERAL (SELECT (no * 7919::bigint) %% (%(heads)s * %(tails)s) AS pair, no / (%(heads)s * %(tails)s) AS place) p
JOIN company_head h ON h.n = pair %% %(heads)s
CROSS JOIN LATERAL (SELECT h.word || ' ' || (%(tail_words)s::text[])[1 + pair / %(heads)s]
                           || coalesce(' ' || nullif((%(places)s::text[])[1 + place], ''), '') AS name) w
CROSS JOIN LATERAL (SELECT 1 + width_bucket(pg_temp.drawn(no, 1), %(segment_bounds)s) AS size) s
CROSS JOIN LATERAL (SELECT round((%(fewest)s::float8[])[size]
                                 * ((%(most)s::float8[])[size] / (%(fewest)s::float8[])[size]) ^ pg_temp.drawn(no, 2))::int AS employees) e
"""
"""Heads and tails are combined so that each pair comes once before a place is added."""

DAY_TABLE = """
CREATE TEMP TABLE day ON COMMIT DROP AS
SELECT * FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[], %(midnights)s::timestamptz[], %(hours)s::float8[])
    AS d(first, last, midnight, hours) WHERE last >= first
"""

SELLERS = """
CREATE TEMP TABLE seller ON COMMIT DROP AS
SELECT * FROM unnest(%(sellers)s::bigint[], %(seller_teams)s::bigint[], %(seller_places)s::int[], %(seller_sizes)s::int[])
    AS s(user_id, team_id, place, size)
"""

ARRIVALS = """
CREATE TEMP TABLE arrival ON COMMIT DROP AS
SELECT a.*, c.name AS company, c.domain, c.normal_name,
       CASE WHEN c.employees IS NULL THEN 'small' WHEN c.employees < 50 THEN 'small' WHEN c.employees < 500 THEN 'mid-market'
            ELSE 'enterprise' END AS segment,
       f.word AS first_name, l.word AS last_name,
       CASE WHEN pg_temp.drawn(a.id, 9) < 0.94 THEN lower(CASE WHEN a.id %% 3 = 0 THEN left(f.word, 1) ELSE f.word END || '.' || l.word)
            || '.' || a.id || '@' || coalesce(c.domain, pg_temp.one_of(ARRAY['gmail.com', 'outlook.com', 'web.de', 'orange.fr'],
                                                                        pg_temp.drawn(a.id, 10))) END AS email,
       (%(lifts)s::float8[])[a.source_place]
           * CASE WHEN c.employees IS NULL OR c.employees < 20 THEN 0.75 WHEN c.employees >= 50 THEN 1.15 ELSE 0.95 END AS lift,
       g.id AS campaign_id, s.user_id AS seller, i.user_id AS stand_in
FROM (
    SELECT n AS id, d.midnight + d.hours * interval '1 hour'
               * ((n - d.first + pg_temp.drawn(n, 11)) / (d.last - d.first + 1)) AS at,
           CASE WHEN pg_temp.drawn(n, 12) < 0.92
                THEN 1 + floor(%(companies)s * pg_temp.drawn(n, 13) ^ 1.6)::bigint END AS company_id,
           floor(%(first_names)s * pg_temp.drawn(n, 14) ^ 1.4)::int AS first_place,
           floor(%(last_names)s * pg_temp.drawn(n, 15) ^ 1.4)::int AS last_place,
           CASE WHEN pg_temp.drawn(n, 16) < 0.6 THEN '+4420' || lpad((pg_temp.drawn(n, 17) * 99999999)::int::text, 8, '0') END AS phone,
           pg_temp.one_of(%(titles)s, pg_temp.drawn(n, 18)) AS title, source_place,
           (%(sources)s::text[])[source_place] AS source, (%(channels)s::text[])[source_place] AS channel, country,
           CASE WHEN pg_temp.drawn(n, 20) < 0.9 THEN pg_temp.one_of(%(territories)s, pg_temp.drawn(n, 21)) END AS territory,
           (%(marketers)s::bigint[])[1 + floor(%(marketer_count)s * pg_temp.drawn(n, 22))::int] AS marketer,
           pg_temp.drawn(n, 23) < 0.001 AS is_test
    FROM day d CROSS JOIN LATERAL generate_series(d.first, d.last) n
    CROSS JOIN LATERAL (SELECT 1 + width_bucket(pg_temp.drawn(n, 24), %(source_bounds)s) AS source_place,
                               pg_temp.chosen(%(countries)s, %(country_bounds)s, pg_temp.drawn(n, 25)) AS country) o
) a
JOIN first_name f ON f.n = a.first_place
JOIN last_name l ON l.n = a.last_place
LEFT JOIN leads_company c ON c.id = a.company_id
LEFT JOIN campaign_of g ON g.source = a.source AND a.at >= g.since AND a.at < g.until
CROSS JOIN LATERAL (SELECT coalesce((%(partners)s::jsonb ->> a.country)::bigint, (%(places_of)s::jsonb ->> a.territory)::bigint,
                                    %(inside)s) AS team_id) t
JOIN seller s ON s.team_id = t.team_id AND s.place = floor(s.size * pg_temp.drawn(a.id, 26))::int
JOIN seller i ON i.team_id = t.team_id AND i.place = (s.place + 1) %% s.size
ORDER BY a.id
"""


def weights(end: datetime) -> list[float]:
    """How many leads each of the days brings, in proportion; the last one is not over."""
    found = []
    for n in range(DAYS):
        day = end - (DAYS - 1 - n) * DAY
        weekday = WEEKEND if day.weekday() >= 5 else 1.0
        found.append(demo.MONTH_WEIGHT[day.month - 1] * weekday * (1 + GROWTH * n / DAYS))
    found[-1] *= end.hour / 24
    return found


def days(leads: int, end: datetime) -> Iterator[tuple[int, int, datetime, float]]:
    """The number of the first and last lead of each day, its morning, and how many hours of it there are."""
    shares = weights(end)
    total, seen = sum(shares), 0.0
    for n, share in enumerate(shares):
        first, seen = round(leads * seen / total) + 1, seen + share
        midnight = (end - (DAYS - 1 - n) * DAY).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
        is_last = n == DAYS - 1
        opens = timedelta(hours=0 if is_last else 6)
        yield first, round(leads * seen / total), midnight + opens, (end.hour - 0.2) if is_last else 15.0


def values(
    cast: Cast, leads: int, *, companies: int, heads: int, tails: tuple[str, ...], end: datetime
) -> dict[str, Any]:
    """What the statements of this module are given, but for the words of names."""
    firsts, lasts, mornings, hours = zip(*days(leads, end), strict=True)
    sellers = [
        (user.pk, cast.teams[team].pk, place, len(people))
        for team, people in cast.people.items() if team != MARKETING for place, user in enumerate(people)
    ]  # fmt: skip
    segments = [demo.STAFF[key] for key, _share, _amount in demo.SEGMENTS]
    return {
        "firsts": list(firsts), "lasts": list(lasts), "midnights": list(mornings), "hours": list(hours),
        "began": end - (DAYS + 30) * DAY, "companies": companies, "heads": heads, "tails": len(tails), "tail_words": list(tails),
        "industries": list(demo.INDUSTRIES), "titles": list(demo.TITLES),
        "countries": list(COUNTRIES), "country_bounds": bounds(list(COUNTRIES.values())),
        "segment_bounds": bounds([share for _key, share, _amount in demo.SEGMENTS]),
        "fewest": [float(few) for few, _many in segments], "most": [float(many) for _few, many in segments],
        "sources": [row[0] for row in demo.SOURCES], "channels": [row[1] for row in demo.SOURCES],
        "lifts": [row[3] for row in demo.SOURCES], "source_bounds": bounds([row[2] for row in demo.SOURCES]),
        "territories": list(TERRITORIES), "inside": cast.teams[INSIDE].pk,
        "marketers": [user.pk for user in cast.people[MARKETING]], "marketer_count": len(cast.people[MARKETING]),
        "sellers": [row[0] for row in sellers], "seller_teams": [row[1] for row in sellers],
        "seller_places": [row[2] for row in sellers], "seller_sizes": [row[3] for row in sellers],
    }  # fmt: skip


def teams(cast: Cast) -> dict[str, dict[str, int]]:
    """Which team gets what: by country first, then by territory."""
    return {
        "partners": {country: cast.teams[team].pk for country, team in PARTNERS.items()},
        "places_of": {place: cast.teams[team].pk for place, team in TERRITORIES.items()},
    }

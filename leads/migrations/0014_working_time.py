"""Working time of calendars, laid out so that statements can count by it, and the functions that count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORKED_BY = """
CREATE FUNCTION leads_worked_by(calendar_version bigint, moment timestamptz) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 50 AS $$
DECLARE
    worked numeric;
BEGIN
    SELECT w.before + extract(epoch FROM least(moment, w.until) - w.since) INTO worked
    FROM leads_workingspan w WHERE w.version_id = calendar_version AND w.since <= moment
    ORDER BY w.since DESC LIMIT 1;
    IF worked IS NULL THEN
        RAISE EXCEPTION 'no working time is known of calendar version % at %', calendar_version, moment
            USING ERRCODE = 'data_exception';
    END IF;
    RETURN worked;
END $$;
COMMENT ON FUNCTION leads_worked_by IS 'Seconds of working time before an instant, by the spans of a calendar version.'
"""

WORKING_AFTER = """
CREATE FUNCTION leads_working_after(calendar_version bigint, start timestamptz, seconds double precision)
RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100 AS $$
DECLARE
    goal numeric := round(seconds::numeric, 6);
    reached timestamptz;
    closes timestamptz;
BEGIN
    IF start IS NULL OR seconds IS NULL THEN
        RETURN NULL;
    ELSIF goal <= 0 THEN
        RETURN start;
    ELSIF calendar_version IS NULL THEN
        RETURN start + make_interval(secs => goal::double precision);
    END IF;
    goal := goal + leads_worked_by(calendar_version, start);
    SELECT w.since + make_interval(secs => (goal - w.before)::double precision), w.until INTO reached, closes
    FROM leads_workingspan w WHERE w.version_id = calendar_version AND w.before < ceil(goal)::bigint
    ORDER BY w.before DESC LIMIT 1;
    IF reached > closes THEN
        RAISE EXCEPTION 'no working time is known of calendar version % at %', calendar_version, reached
            USING ERRCODE = 'data_exception';
    END IF;
    RETURN reached;
END $$;
COMMENT ON FUNCTION leads_working_after IS
    'The first instant at which so many seconds of working time have passed; calendar null: clock time.'
"""

WORKING_SECONDS = """
CREATE FUNCTION leads_working_seconds(calendar_version bigint, since timestamptz, until timestamptz)
RETURNS double precision LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100 AS $$
BEGIN
    IF since IS NULL OR until IS NULL THEN
        RETURN NULL;
    ELSIF until <= since THEN
        RETURN 0;
    ELSIF calendar_version IS NULL THEN
        RETURN extract(epoch FROM until - since);
    END IF;
    RETURN leads_worked_by(calendar_version, until) - leads_worked_by(calendar_version, since);
END $$;
COMMENT ON FUNCTION leads_working_seconds IS 'Seconds of working time in [since, until); calendar null: clock time.'
"""

NEXT_OPENING = """
CREATE FUNCTION leads_next_opening(calendar_version bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 50 AS $$
DECLARE
    closes timestamptz;
    opens timestamptz;
BEGIN
    IF calendar_version IS NULL OR moment IS NULL THEN
        RETURN moment;
    END IF;
    SELECT w.until INTO closes FROM leads_workingspan w
    WHERE w.version_id = calendar_version AND w.since <= moment ORDER BY w.since DESC LIMIT 1;
    IF moment < closes THEN
        RETURN moment;
    END IF;
    SELECT w.since INTO opens FROM leads_workingspan w
    WHERE w.version_id = calendar_version AND w.since > moment ORDER BY w.since LIMIT 1;
    IF closes IS NULL OR opens IS NULL THEN
        RAISE EXCEPTION 'no working time is known of calendar version % at %', calendar_version, moment
            USING ERRCODE = 'data_exception';
    END IF;
    RETURN opens;
END $$;
COMMENT ON FUNCTION leads_next_opening IS 'The first instant from a moment on that is working time; calendar null: the moment.'
"""

CALENDAR_OF = """
CREATE FUNCTION leads_calendar_of(person bigint, team bigint, side text, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100 AS $$
BEGIN
    RETURN (
        SELECT p.version_id
        FROM agreements_agreement a JOIN agreements_period p ON p.agreement_id = a.id
        WHERE a.kind = 'calendar' AND p.during @> moment
          AND a.key IN ('person:' || person, 'team:' || team, 'side:' || CASE side WHEN 'partner' THEN 'sales' ELSE side END)
        ORDER BY CASE split_part(a.key, ':', 1) WHEN 'person' THEN 1 WHEN 'team' THEN 2 ELSE 3 END LIMIT 1
    );
END $$;
COMMENT ON FUNCTION leads_calendar_of IS
    'The calendar version in force at a moment of the person, else of the team, else of the side (of a partner: sales); or null.'
"""

CALENDAR_OF_LEAD = """
CREATE FUNCTION leads_calendar_of_lead(of_lead bigint, acting text, moment timestamptz, known_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 200 AS $$
DECLARE
    person bigint;
    of_person bigint;
    team bigint;
BEGIN
    SELECT v.ref INTO person FROM leads_leadvalue v
    WHERE v.lead_id = of_lead AND v.field = 'owner' AND v.at <= moment AND (known_at IS NULL OR v.recorded_at <= known_at)
      AND NOT EXISTS (SELECT FROM leads_stagevoid x
                      WHERE x.change_id = v.change_id AND (known_at IS NULL OR x.recorded_at <= known_at))
    ORDER BY v.at DESC, v.id DESC LIMIT 1;
    SELECT v.ref INTO team FROM leads_leadvalue v
    WHERE v.lead_id = of_lead AND v.field = 'team' AND v.at <= moment AND (known_at IS NULL OR v.recorded_at <= known_at)
      AND NOT EXISTS (SELECT FROM leads_stagevoid x
                      WHERE x.change_id = v.change_id AND (known_at IS NULL OR x.recorded_at <= known_at))
    ORDER BY v.at DESC, v.id DESC LIMIT 1;
    SELECT c.team_id INTO of_person FROM people_personchange c
    WHERE c.user_id = person AND (known_at IS NULL OR c.recorded_at <= known_at)
    ORDER BY c.at <= moment DESC, CASE WHEN c.at <= moment THEN c.at END DESC, CASE WHEN c.at <= moment THEN c.id END DESC, c.at, c.id
    LIMIT 1;
    IF NOT EXISTS (SELECT FROM people_team t
                   WHERE t.id = of_person AND acting = CASE t.side WHEN 'partner' THEN 'sales' ELSE t.side END) THEN
        person := NULL;
        of_person := NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM people_team t
                   WHERE t.id = team AND acting = CASE t.side WHEN 'partner' THEN 'sales' ELSE t.side END) THEN
        team := of_person;
    END IF;
    RETURN leads_calendar_of(person, team, acting, moment);
END $$;
COMMENT ON FUNCTION leads_calendar_of_lead IS
    'The calendar in force at a moment of who held a lead and is of the side that should act: owner, else team, else the side itself.'
"""

FUNCTIONS = {
    "leads_worked_by": WORKED_BY,
    "leads_working_after": WORKING_AFTER,
    "leads_working_seconds": WORKING_SECONDS,
    "leads_next_opening": NEXT_OPENING,
    "leads_calendar_of": CALENDAR_OF,
    "leads_calendar_of_lead": CALENDAR_OF_LEAD,
}


LAY_OUT = """
INSERT INTO leads_workingspan (version_id, since, until, before)
SELECT %s, to_timestamp(s.since), to_timestamp(s.until),
       coalesce(sum(s.until - s.since) OVER (ORDER BY s.since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
FROM unnest(%s::bigint[], %s::bigint[]) AS s(since, until)
"""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST, LAST = datetime(1899, 1, 1, tzinfo=UTC), datetime(2500, 1, 1, tzinfo=UTC)
FIRST_DAY, END_DAY, DAY = datetime(2010, 1, 1), datetime(2046, 1, 1), timedelta(days=1)  # noqa: DTZ001


def lay_out_what_was_agreed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Calendars that were signed before there were spans get theirs: as they were written then, with no country, by no code of now."""
    versions = apps.get_model("agreements", "Version").objects
    for version in versions.filter(agreement__kind="calendar", periods__isnull=False).distinct():
        spans = spans_of(version.terms)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(LAY_OUT, [version.pk, [since for since, _until in spans], [until for _since, until in spans]])


def spans_of(terms: dict[str, Any]) -> list[tuple[int, int]]:
    """Working time in seconds since 1970, what touches as one; before 2010 and after 2045 every hour."""
    zone = ZoneInfo(terms["timezone"])
    free = {holiday["date"] for holiday in terms.get("holidays", ())}
    windows = {day: sorted((w["start"], w["end"]) for w in terms["windows"] if w["day"] == day) for day in WEEKDAYS}
    spans, day = [(int(FIRST.timestamp()), instant(FIRST_DAY, zone))], FIRST_DAY
    while day < END_DAY:
        if day.date().isoformat() not in free:
            of_day = windows[WEEKDAYS[day.weekday()]]
            spans += [(instant(day + since(start), zone), instant(day + since(end), zone)) for start, end in of_day]
        day += DAY
    found: list[tuple[int, int]] = []
    for begins, ends in [*spans, (instant(END_DAY, zone), int(LAST.timestamp()))]:
        if found and found[-1][1] == begins:
            found[-1] = found[-1][0], ends
        elif ends > begins:
            found.append((begins, ends))
    return found


def since(text: str) -> timedelta:
    """HH:MM after midnight."""
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))


def instant(local: datetime, zone: ZoneInfo) -> int:
    """Of two the first; where clocks skip it, the moment at which they do."""
    found = int(local.replace(tzinfo=zone).timestamp())
    if datetime.fromtimestamp(found, zone).replace(tzinfo=None) == local:
        return found
    low, high = found - 86_400, found + 86_400
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).replace(tzinfo=None) >= local:
            high = middle
        else:
            low = middle
    return high


class Migration(migrations.Migration):

    dependencies = [
        ("agreements", "0004_last_number"),
        ("leads", "0013_handoff_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkingSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('before', models.BigIntegerField(help_text='Seconds of working time before it.')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreements.version')),
            ],
            options={
                'ordering': ['version', 'since'],
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'since'), include=('until', 'before'), name='working_span_since'),
                    models.UniqueConstraint(fields=('version', 'before'), include=('since', 'until'), name='working_span_before'),
                    models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='working_span_has_a_length'),
                ],
            },
        ),
        *(migrations.RunSQL(text, f"DROP FUNCTION {name}") for name, text in FUNCTIONS.items()),
        migrations.RunPython(lay_out_what_was_agreed, migrations.RunPython.noop),
    ]

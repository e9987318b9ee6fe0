"""What would the least possible server answer? Two views over psycopg2 beside the product, in the same processes of the same server.

`gunicorn tests.benchmarks.bare:application` serves the product, and under `/bare/` what it is held against: a list of leads as JSON,
and one lead written and committed. Nobody is asked who they are, nothing is checked, logged or remembered.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812

from alignment.wsgi import application as product

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LIST = """
SELECT id, system, external_id, created_at, recorded_at, email, email_usable, phone, phone_usable, first_name, last_name, full_name,
       title, company_id, source, channel, campaign_id, stage, owner_id, team_id, segment, territory, country, attributes, is_test,
       merged_into_id, erased_at, version
FROM leads_lead WHERE source = %(source)s ORDER BY created_at DESC, id DESC LIMIT 50
"""
CREATE = """
INSERT INTO leads_lead (created_at, recorded_at, email, email_usable, phone_usable, first_name, last_name, title, source, channel, stage,
                        country, attributes, is_test, version)
VALUES (now(), now(), %(email)s, true, false, %(first_name)s, %(last_name)s, %(title)s, %(source)s, %(channel)s, 'inquiry',
        %(country)s, '{}', false, 1)
RETURNING id
"""

_own = threading.local()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The bare views under `/bare/`, the product elsewhere."""
    if not environ["PATH_INFO"].startswith("/bare/"):
        return product(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        status, document = "201 Created", _create(environ)
    else:
        status, document = "200 OK", _list(environ)
    body = json.dumps(document, default=str).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _list(environ: WSGIEnvironment) -> dict[str, object]:
    with _connection() as connection, connection.cursor() as cursor:
        cursor.execute(LIST, dict(parse_qsl(environ["QUERY_STRING"])))
        names = [column.name for column in cursor.description or ()]
        return {"results": [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]}


def _create(environ: WSGIEnvironment) -> dict[str, object]:
    fields = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    with _connection() as connection, connection.cursor() as cursor:
        cursor.execute(CREATE, fields)
        [lead_id] = cursor.fetchone() or (None,)
    return {"id": lead_id}


def _connection() -> Connection:
    """One for each thread, as long as it lives."""
    if not hasattr(_own, "connection"):
        url = urlsplit(os.environ["DATABASE_URL"])
        place = dict(parse_qsl(url.query)).get("host") or url.hostname
        _own.connection = psycopg2.connect(
            dbname=url.path.lstrip("/"), user=url.username, password=url.password, host=place, port=url.port
        )
    found: Connection = _own.connection
    return found

"""Writes notices and mails: what the same person was told under the same key before is left out. Called by `posting` only.

Grain: one row a person told. Rows come as JSON documents, however many by one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

WRITE = """
WITH noticed AS (
    INSERT INTO outbox_notice (user_id, key, title, text, path, created_at)
    SELECT r.user_id, r.key, r.title, r.text, r.path, %(now)s
    FROM json_to_recordset(%(notices)s) AS r(user_id bigint, key text, title text, text text, path text)
    ON CONFLICT DO NOTHING
)
INSERT INTO outbox_mail (user_id, address, key, subject, text, path, "group", urgent, created_at, due_at, attempts, last_error)
SELECT r.user_id, r.address, r.key, r.subject, r.text, r.path, r."group", r.urgent, %(now)s, r.due_at, 0, ''
FROM json_to_recordset(%(mails)s) AS r(
    user_id bigint, address text, key text, subject text, text text, path text, "group" text, urgent bool, due_at timestamptz)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as the table has it."""

    user_id: int
    key: str
    title: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail as the table has it when it is new."""

    user_id: int
    address: str
    key: str
    subject: str
    text: str
    path: str
    group: str
    urgent: bool
    due_at: datetime


def write(notices: Sequence[NoticeRow], mails: Sequence[MailRow], *, now: datetime) -> None:
    """In the caller's transaction."""
    if notices or mails:
        documents = {"notices": orjson.dumps(list(notices)).decode(), "mails": orjson.dumps(list(mails)).decode()}
        with connection.cursor() as cursor:
            cursor.execute(WRITE, {**documents, "now": now})

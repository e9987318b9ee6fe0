"""How does what people were told forget a person? Messages that name them, or lead to their page, lose their words, chats too."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

SHORTEST = 4
"""Shorter words stand in every message."""

FORGET = """
UPDATE {table} SET {title} = %(instead)s, text = %(instead)s, path = ''
WHERE text <> %(instead)s AND (
    path = ANY(%(paths)s::text[])
    OR EXISTS (SELECT FROM unnest(%(words)s::text[]) w(word) WHERE strpos(lower({title} || ' ' || text), w.word) > 0))
"""

TABLES = (("outbox_notice", "title"), ("outbox_mail", "subject"), ("outbox_chat", "title"))


def forget(*, words: Collection[str], paths: Collection[str], instead: str) -> int:
    """Empty every message that holds one of the words or leads to one of the paths; how many. Needs a transaction."""
    known = sorted({word.lower() for word in words if len(word) >= SHORTEST})
    done = 0
    with connection.cursor() as cursor:
        for table, title in TABLES:
            statement = FORGET.format(table=table, title=title)
            cursor.execute(statement, {"instead": instead, "words": known, "paths": sorted(paths)})
            done += cursor.rowcount
    return done

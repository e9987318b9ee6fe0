"""How do many rows get into a table at once? As a COPY, a column at a time: several times as fast as a statement over JSON.

Called by writers that append what is new. Nothing is asked and nothing comes back: a row that the table refuses refuses all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import repeat

import orjson
from django.db import connection
from psycopg2 import sql

from alignment.prepared import execute

FEW = 64
"""Up to so many rows a statement is as fast, and simpler to look at."""
NULL = r"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_BUFFER = 1 << 18


@dataclass(frozen=True, slots=True)
class Every:
    """One value for every row."""

    value: object


@dataclass(frozen=True, slots=True)
class Written:
    """Several columns side by side, a row each as COPY reads it."""

    names: tuple[str, ...]
    rows: list[str]


Column = Sequence[object] | Every
_meanwhile: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar("meanwhile", default=nullcontext)
IDS = """
SELECT min(n), max(n), array_agg(n)
FROM (
    SELECT nextval(of_table.sequence) AS n
    FROM (SELECT pg_get_serial_sequence(%(table)s::text, 'id')::regclass AS sequence OFFSET 0) AS of_table,
         generate_series(1, (SELECT %(count)s::int))
) AS s
"""
"""The sequence is looked up once, not for every id: that took three quarters of the time.
How many is hidden from the plan, so that there is one."""


def new_ids(table: str, count: int) -> Sequence[int]:
    """So many ids of a table that nobody else gets, in order."""
    if not count:
        return ()
    with connection.cursor() as cursor:
        execute(cursor, IDS, {"table": table, "count": count})
        first, last, ids = cursor.fetchone()
    return range(first, last + 1) if last - first + 1 == count else sorted(ids)


def array(texts: Sequence[str]) -> str:
    """Texts as one parameter that PostgreSQL reads as `text[]`; a list would be quoted one by one."""
    joined = "".join(texts)
    if '"' in joined or "\\" in joined:
        texts = [text.replace("\\", r"\\").replace('"', r"\"") for text in texts]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"


@contextmanager
def meanwhile(work: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Inside, `work` is entered for as long as a COPY takes: another thread may have the interpreter then."""
    token = _meanwhile.set(work)
    try:
        yield
    finally:
        _meanwhile.reset(token)


def written(columns: Mapping[str, Sequence[object]]) -> Written:
    """These columns as COPY reads them, for who has the time before the others are known."""
    return Written(tuple(columns), list(map("\t".join, zip(*map(_written, columns.values()), strict=True))))


def copy_into(table: str, columns: Mapping[str, Column], *further: Written) -> None:
    """Append rows, given by the table's columns, some of which may be `written` already; what is no `Every` has one value a row.

    Values are texts, numbers, moments, yes and no, None, and mappings, which become JSON. The caller holds a transaction.
    """
    every = {
        name: next(iter(_written([column.value]))) for name, column in columns.items() if isinstance(column, Every)
    }
    of_rows = {name: _written(column) for name, column in columns.items() if not isinstance(column, Every)}
    given = [*of_rows.values(), *(one.rows for one in further)]
    count = len(given[0]) if given else 0
    if not count:
        return
    names = [*of_rows, *(name for one in further for name in one.names), *every]
    parts: list[Iterable[str]] = [*given, *(repeat(value, count) for value in every.values())]
    document = "\n".join(map("\t".join, zip(*parts, strict=True)))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, _meanwhile.get()():
        cursor.copy_expert(statement, BytesIO(document.encode()), _BUFFER)


def _written(column: Sequence[object]) -> list[str]:
    """The values as COPY reads them."""
    types = set(map(type, column))
    if types <= {str, type(None)}:
        return _texts(column)  # type: ignore[arg-type]
    if types <= {datetime, type(None)}:
        said = {moment: NULL if moment is None else str(moment) for moment in set(column)}  # often one for all rows
        return [said[moment] for moment in column]
    if dict in types:
        return [NULL if value is None else _document(value) for value in column]
    return [NULL if value is None else str(value) for value in column]


def _texts(column: Sequence[str | None]) -> list[str]:
    joined = "".join(filter(None, column))
    if "\\" in joined or "\t" in joined or "\n" in joined or "\r" in joined:
        return [NULL if text is None else text.translate(_ESCAPED) for text in column]
    return [NULL if text is None else text for text in column]


def _document(value: object) -> str:
    return orjson.dumps(value).decode().replace("\\", r"\\") if value else "{}"

"""How does a page of a list become JSON without an object for every row? Columns are asked for by name and shown as they come.

A serializer that is `Lean` says the same of a row as of an object: its fields are taken apart once into the columns that each needs.
The description of the API is made from the same fields. No list goes through the serializer itself any more: that is the second
computation that a test holds these pages to, and asks once a row where this asks once a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import JSONField, Model, QuerySet
from django.db.models.expressions import RawSQL
from rest_framework import serializers

from alignment.prepared import execute

if TYPE_CHECKING:  # people are a layer above
    from alignment.people.models import User

Row = dict[str, Any]
Show = Callable[[Sequence[Any], "User"], object]
AS_IT_IS = (
    serializers.CharField, serializers.IntegerField, serializers.FloatField, serializers.BooleanField, serializers.DateTimeField,
    serializers.DateField, serializers.ReadOnlyField, serializers.ChoiceField,
)  # fmt: skip
"""What JSON writes as the database gives it."""


class Lean:
    """Mixed into a model's serializer. `beyond` are fields that `and_more` fills for all rows at once."""

    beyond: ClassVar[frozenset[str]] = frozenset()

    @staticmethod
    def added() -> dict[str, Any]:
        """Expressions for fields that are no columns, by their names."""
        return {}

    @classmethod
    def and_more(cls, documents: Sequence[Row]) -> None:
        """Fill the fields that no column holds."""


@dataclass(frozen=True)
class Column:
    """A field of a document: the columns that it is made of, and how; None: the first one as it is."""

    name: str
    paths: tuple[str, ...]
    show: Show | None = None


@lru_cache
def columns_of(serializer: Any) -> tuple[Column, ...]:
    """The fields of a lean serializer, in order; those beyond columns have no path.

    A field with `columns(model)` and `show(values, reader)` says itself what it is made of.
    """
    model: type[Model] = serializer.Meta.model
    return tuple(_column(name, field, model, serializer.beyond) for name, field in serializer().fields.items())


def _column(name: str, field: Any, model: type[Model], beyond: frozenset[str]) -> Column:
    if name in beyond:
        return Column(name, ())
    if hasattr(field, "columns"):
        return Column(name, field.columns(model), field.show)
    path = field.source.replace(".", "__")
    if isinstance(field, AS_IT_IS):
        return Column(name, (path,))
    return Column(name, (path,), lambda values, _: None if values[0] is None else field.to_representation(values[0]))


def rows_of(page: QuerySet[Any], serializer: Any, also: tuple[str, ...] = (), *, one: bool = False) -> list[Row]:
    """The rows of a page, in its order, with the columns that the serializer needs and `also` these.

    The page says by whatever filters which rows: of many pages only the ids are asked for, which is planned in no time. What is shown
    of them is a statement that is put together once, and planned once a session. `one`: at most one, by its id, in one go.
    """
    try:
        which, values = page.values("pk").query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can meet, or who may see nothing
        return []
    statement = _statement(serializer, page.query.order_by, also)
    with connections[page.db].cursor() as cursor:
        if not one:
            cursor.execute(which, values)
            values = ([row[0] for row in cursor.fetchall()],)
            which = f"SELECT unnest(%s::{page.model._meta.pk.db_type(connections[page.db])}[]) AS pk"
            if not values[0]:
                return []
        execute(cursor, f"WITH page AS MATERIALIZED ({which}) {statement.sql}", (*values, *statement.values))
        rows = [{**statement.missing, **dict(zip(statement.names, row, strict=True))} for row in cursor.fetchall()]
    for name in statement.documents:
        for row in rows:
            row[name] = None if row[name] is None else orjson.loads(row[name])
    return rows


@dataclass(frozen=True)
class _Statement:
    """`documents` are the columns that come as the text of a JSON document, `missing` those that nobody adds."""

    sql: str
    values: tuple[Any, ...]
    names: tuple[str, ...]
    documents: tuple[str, ...]
    missing: Row


@lru_cache(maxsize=256)
def _statement(serializer: Any, order: tuple[str, ...], also: tuple[str, ...]) -> _Statement:
    model: type[Model] = serializer.Meta.model
    added = serializer.added()
    paths = dict.fromkeys([*(path for column in columns_of(serializer) for path in column.paths), *also])
    there = [path for path in paths if path in added or _is_kept(model, path)]
    shown = model._base_manager.annotate(**added).filter(pk__in=RawSQL("SELECT page.pk FROM page", ()))
    query = shown.order_by(*order).values(*there).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    names = tuple(query.selected or ())
    kinds = zip(names, (expression for expression, _sql, _alias in compiler.select), strict=True)
    documents = tuple(name for name, expression in kinds if isinstance(expression.output_field, JSONField))
    return _Statement(sql, tuple(values), names, documents, dict.fromkeys(paths.keys() - set(there)))


def _is_kept(model: type[Model], path: str) -> bool:
    """Whether this is a column of the table, or of one that it points to; what a list did not add is null."""
    first = path.partition("__")[0]
    return any(first in (field.name, getattr(field, "attname", None)) for field in model._meta.get_fields())


def documents_of(rows: Sequence[Row], serializer: Any, reader: User) -> list[Row]:
    """The rows as they are answered, to this reader."""
    plan = _plan(serializer)
    documents = []
    for row in rows:
        document = dict(zip(plan.names, plan.values(row), strict=True))
        for name, paths, show in plan.shown:
            document[name] = show([row[path] for path in paths], reader)
        documents.append(document)
    if serializer.beyond and documents:
        serializer.and_more(documents)
    return documents


@dataclass(frozen=True)
class _Plan:
    """All fields with the first column of each, and those for which that is not all."""

    names: tuple[str, ...]
    values: Callable[[Row], tuple[object, ...]]
    shown: tuple[tuple[str, tuple[str, ...], Show], ...]


@lru_cache
def _plan(serializer: Any) -> _Plan:
    columns = columns_of(serializer)
    firsts = [column.paths[0] if column.paths else "id" for column in columns]
    shown = tuple((column.name, column.paths, column.show) for column in columns if column.show is not None)
    return _Plan(tuple(column.name for column in columns), itemgetter(*firsts), shown)

"""Is something's id one of those that a statement finds? Asked as a list: found at once, then looked up in one walk along an index.

For thousands of ids that indexes tell without a look at their rows; a join would be planned as if each of them cost a look.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet


def any_of(column: str, found: QuerySet[Any], key: str = "pk") -> Q:
    """The column is the `key` of one of these rows."""
    ids = ArraySubquery(found.order_by().values(key))
    return Q(Func(F(column), ids, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()))

"""What is asked of a lead's field? One condition on a field as SQL that is true or false and never null."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from psycopg2 import sql

from leads.definitions.compiling import texts
from leads.definitions.compiling.statements import FALSE, Values, part
from leads.definitions.fields import Field, find_field
from leads.definitions.terms import FieldCondition

READ_TEXT = "CASE WHEN jsonb_typeof({0}) IN ('string', 'number', 'boolean') THEN {0} #>> '{{}}' END"
"""An attribute as a text: texts as they are, numbers and booleans as JSON writes them."""

READ_NUMBER = """CASE jsonb_typeof({0}) WHEN 'number' THEN ({0})::numeric WHEN 'string' THEN
    CASE WHEN {0} #>> '{{}}' ~ '^-?[0-9]+(\\.[0-9]+)?$' AND length(translate({0} #>> '{{}}', '-.', '')) <= 18
         THEN ({0} #>> '{{}}')::numeric END END"""
"""An attribute as a number: numbers, and texts that are plain numbers of at most 18 digits."""

COMPARISONS = {"is": "=", "at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}

Asked = Callable[[sql.Composable, FieldCondition, sql.Composable, Values], sql.Composable]
"""Makes SQL of the field's value, what is asked of it, the moment, and where values go."""


def ask(condition: FieldCondition, value: sql.Composable, moment: sql.Composable, values: Values) -> sql.Composable:
    """The condition, given the SQL of the field's value at that moment. What is not known holds for nothing."""
    field = field_of(condition)
    if condition.op not in field.operators:
        return FALSE
    return part("(({}) IS TRUE)", BY_KIND[field.kind](value, condition, moment, values))


def field_of(condition: FieldCondition) -> Field:
    """The field asked about. Terms are checked before they are compiled: it is there."""
    field = find_field(condition.field)
    if field is None:
        raise LookupError(f"No field {condition.field}")
    return field


def _text(value: sql.Composable, condition: FieldCondition, _moment: sql.Composable, values: Values) -> sql.Composable:
    wanted = condition.value if isinstance(condition.value, list) else [str(condition.value)]
    match condition.op:
        case "is":
            return texts.is_one_of(value, wanted, values)
        case "contains":
            return texts.contains(value, wanted[0], values)
        case "starts_with":
            return texts.starts_with(value, wanted[0], values)
        case "matches":
            return texts.matches(value, wanted[0], values)
        case _:
            return part("{} <> ''", value)


def _number(
    value: sql.Composable, condition: FieldCondition, _moment: sql.Composable, values: Values
) -> sql.Composable:
    if condition.op == "known":
        return part("{} IS NOT NULL", value)
    limit = part("{}::numeric", values.add(Decimal(str(condition.value))))
    return part("{} {} {}", value, sql.SQL(COMPARISONS[condition.op]), limit)


def _boolean(
    value: sql.Composable, condition: FieldCondition, _moment: sql.Composable, values: Values
) -> sql.Composable:
    return part("{} = {}", value, values.add(condition.value))


def _moment(value: sql.Composable, condition: FieldCondition, moment: sql.Composable, values: Values) -> sql.Composable:
    if condition.op == "known":
        return part("{} IS NOT NULL", value)
    days = condition.value if isinstance(condition.value, int) else 0
    return part("({0} <= {1} AND {0} > {1} - {2})", value, moment, values.hours(days))


def _attribute(
    value: sql.Composable, condition: FieldCondition, moment: sql.Composable, values: Values
) -> sql.Composable:
    wanted = condition.value
    if isinstance(wanted, bool):
        return part("{} = to_jsonb({}::bool)", value, values.add(wanted))
    if isinstance(wanted, int | float):
        return _number(part(READ_NUMBER, value), condition, moment, values)
    return _text(part(READ_TEXT, value), condition, moment, values)


BY_KIND: dict[str, Asked] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "moment": _moment,
    "attribute": _attribute,
}

"""In which currency is a sum? What the row states, else what an unambiguous mark beside the amount says, else the reporting one.

`$`, `kr` and `¥` are marks of several currencies: they contradict a statement, but make none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from leads.imports.kinds import FieldType, Kind
from leads.imports.values.faults import BadValue, quoted
from leads.imports.values.numbers import Amount
from leads.imports.warnings import MARKS

CURRENCY = "currency"
PLACES = 4
FLOAT_DIGITS = 15
"""So many a binary float keeps of any decimal number; what comes after them is noise."""
TELL_ROUNDED = frozenset({"spend", "deals"})
ROUNDED = "amounts had more than four decimals and were rounded to four"
Said = tuple[str, str, str]
"""A warning's code and sentence, and the mark that it is about."""


def settle_sums(kind: Kind, sums: Sequence[str], values: dict[str, object], reporting: str) -> list[Said]:
    """Put numbers in the place of the amounts in `values`, and the currency that they say; what is odd is told.

    Raises `BadValue` where a mark contradicts what the row states.
    """
    said: list[Said] = []
    for name in sums:
        amount = values[name]
        if not isinstance(amount, Amount):
            continue
        if kind.fields[name] is FieldType.NUMBER:
            said.append(("mark_left_out", f"numbers of {name} had a currency's mark, which was left out", ""))
        elif CURRENCY in kind.fields:
            said += _of_row(amount, values, reporting)
        else:
            said += _in_reporting(amount, reporting)
    for name in sums:
        amount = values[name]
        if isinstance(amount, Amount):
            values[name] = amount.value
    return said


def _of_row(amount: Amount, values: dict[str, object], reporting: str) -> Iterator[Said]:
    stated = values.get(CURRENCY)
    if stated is None and len(amount.currencies) == 1:
        values[CURRENCY] = next(iter(amount.currencies))
    elif stated is None:
        yield _taken_as_reporting(amount, reporting)
    elif str(stated).upper() not in amount.currencies:
        raise BadValue("contradicting_currency", f"the amount says {quoted(amount.mark)}, the currency is {stated}")


def _in_reporting(amount: Amount, reporting: str) -> Iterator[Said]:
    """A sum of something that has no currency of its own."""
    if len(amount.currencies) > 1:
        yield _taken_as_reporting(amount, reporting)
    elif reporting and reporting not in amount.currencies:
        raise BadValue(
            "contradicting_currency",
            f"the amount says {quoted(amount.mark)}, here it is in the reporting currency {reporting}",
        )


def _taken_as_reporting(amount: Amount, reporting: str) -> Said:
    taken = f"{reporting}, the reporting currency" if reporting else "the reporting currency"
    wrong = "if that is wrong, state the currency in the profile"
    return "currency_mark", f"amounts with {MARKS} were taken as {taken}; {wrong}", amount.mark


def is_rounded(value: object) -> bool:
    """Whether an amount says more than the four decimals that are kept; the noise of a binary float says nothing."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    kept = round(value, PLACES)
    return kept != value and kept != Decimal(f"{value:.{FLOAT_DIGITS}g}")

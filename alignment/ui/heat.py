"""What does a heat map show? Rows by columns, each field as dark as its share, with how many it is of; the table tells both."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.ui.charts import ChartRow, Height, Series
from alignment.ui.words import NOTHING, count, percent

TONES = 10


@dataclass(frozen=True)
class Field:
    """One field: `part` of `whole`, the list behind it, and its interval where it is worth telling. `share` None: not known yet."""

    share: float | None
    part: int | None = None
    whole: int | None = None
    link: str | None = None
    low: float | None = None
    high: float | None = None

    @property
    def text(self) -> str:
        """What the table says."""
        if self.share is None:
            return NOTHING
        return percent(self.share) if self.part is None else f"{percent(self.share)} ({count(self.part)})"


@dataclass(frozen=True)
class HeatMap:
    """`fields[row][column]`. The darkest tone is the highest share shown, so that small differences can be seen."""

    key: str
    title: str
    row_labels: tuple[str, ...]
    columns: tuple[str, ...]
    fields: tuple[tuple[Field, ...], ...]
    first_column: str = ""
    height: Height = "tall"
    wide: bool = True

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(Series(name, ()) for name in self.columns)

    @property
    def is_empty(self) -> bool:
        """No field is known."""
        return all(field.share is None for row in self.fields for field in row)

    @property
    def most(self) -> float:
        """The share that the darkest tone stands for."""
        return max((field.share for row in self.fields for field in row if field.share is not None), default=0.0) or 1.0

    def tone(self, field: Field) -> int:
        """From 0 (none) to 10 (the highest share): the class of the field in a table, `heat-7`."""
        return 0 if field.share is None else round(field.share / self.most * TONES)

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": "heat",
            "most": self.most,
            "rows": list(self.row_labels),
            "columns": list(self.columns),
            "fields": [
                {"value": [column, row, field.share], "told": field.text, "link": field.link}
                for row, fields in enumerate(self.fields)
                for column, field in enumerate(fields)
                if field.share is not None
            ],
        }

    def rows(self) -> list[ChartRow]:
        """The equal table: one row a row."""
        return [
            ChartRow(label, None, tuple(field.text for field in fields))
            for label, fields in zip(self.row_labels, self.fields, strict=True)
        ]

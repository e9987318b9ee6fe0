"""What are the columns of a table called? The names as they stand, made so that each is there once."""

from __future__ import annotations

from collections.abc import Sequence

from leads.imports.reading.layout import Fault, Record

_AROUND = "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0x3000, 0xFEFF]))


_AGAIN = Fault("repeated_header", "the row repeats the names of the columns")


def bare(name: str) -> str:
    """A name without blanks and invisible signs around it."""
    return name.strip(_AROUND)


def names_of(cells: Sequence[str]) -> list[str]:
    """“Email” twice is “Email” and “Email (2)”; the seventh without a name is “Column 7”."""
    written = [bare(cell) for cell in cells]
    taken = set(written)
    names: list[str] = []
    for place, name in enumerate(written, start=1):
        if not name:
            name = f"Column {place}"
        if name in names or (not written[place - 1] and name in taken):
            name = _numbered(name, taken | set(names))
        names.append(name)
    return names


def numbers(width: int) -> list[str]:
    """The names of columns that have none."""
    return [f"Column {place}" for place in range(1, width + 1)]


def set_names_aside(batch: list[Record], names: Sequence[str]) -> list[Record]:
    """The records, with those set aside that are the names of the columns once more."""
    if not names or not any(one.cells[0] == names[0] for one in batch):
        return batch
    return [one._replace(fault=_AGAIN) if one.fault is None and one.cells == names else one for one in batch]


def repeated(cells: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The names that stand over several columns, with the places of those."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(bare(cell), []).append(place)
    return tuple((name, tuple(found)) for name, found in places.items() if name and len(found) > 1)


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"

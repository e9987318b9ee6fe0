"""Which text does a field have in a row? Out of one cell, the first of several that is not empty, or several joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alignment.cleaning import BLANKS
from alignment.ui.exports.cells import harmed, is_harmless
from leads.imports.profiles.document import FieldSpec
from leads.imports.reading import Plain

TextOf = Callable[[Sequence[str]], str]
"""The text of one field in the cells of a row; empty where there is none."""


def _tell_nobody() -> None:
    """Nobody asks."""


def text_of(
    spec: FieldSpec,
    columns: Sequence[str],
    *,
    exactly: bool = False,
    free: bool = False,
    keep_prefix: bool = False,
    tell: Callable[[], None] = _tell_nobody,
) -> TextOf:
    """What gives the field's text. Blanks around it are lost unless it is wanted `exactly`, plain ones only where it is
    a `free` text; typed cells stay `Plain`.

    An apostrophe that keeps a text from being run as a formula is taken away and told, unless it is to be kept.
    """
    cells = [_cell(columns.index(name), exactly, free, keep_prefix, tell) for name in spec.named]
    if len(cells) == 1:
        return cells[0]
    if spec.join is not None:
        return _joined(cells, spec.join)
    return _first(cells)


def _cell(index: int, exactly: bool, free: bool, keep_prefix: bool, tell: Callable[[], None]) -> TextOf:
    def read(cells: Sequence[str]) -> str:
        text = cells[index]
        if not text:
            return ""
        if text[0] == "'" and not keep_prefix and is_harmless(text):
            text = harmed(text)
            tell()
        if exactly or isinstance(text, Plain):
            return text
        trimmed = text.strip()
        return text.strip(BLANKS) if free and trimmed else trimmed

    return read


def _first(cells: Sequence[TextOf]) -> TextOf:
    def read(row: Sequence[str]) -> str:
        return next((text for cell in cells if (text := cell(row)).strip()), "")

    return read


def _joined(cells: Sequence[TextOf], between: str) -> TextOf:
    def read(row: Sequence[str]) -> str:
        return between.join(text for cell in cells if (text := cell(row)).strip())

    return read

"""How is a file laid out, in words?"""

from __future__ import annotations

from leads.imports.reading.layout import Layout

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def forms(layout: Layout) -> str:
    """“UTF-16, tab-separated, names in line 5”."""
    names = "without names of columns" if layout.header is None else f"names in line {layout.header}"
    delimiter = DELIMITERS.get(layout.delimiter)
    separated = f"{delimiter}-separated" if delimiter else f"separated by “{layout.delimiter}”"
    return f"{layout.encoding.upper()}, {separated}, {names}"

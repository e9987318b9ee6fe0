"""How is a file laid out, in words?"""

from __future__ import annotations

from leads.imports.reading.layout import Layout

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "mac-roman": "Mac Roman",
    "shift_jis": "Shift JIS",
}
CONTAINERS = {"gzip": "packed with gzip", "zip": "packed with zip"}


def forms(layout: Layout) -> str:
    """“UTF-16, tab-separated, names in line 5”."""
    packed = CONTAINERS.get(layout.container.partition("+")[0])
    parts = [*([packed] if packed else []), *(_sheet(layout) if layout.sheet is not None else _text(layout))]
    place = "row" if layout.sheet is not None else "line"
    parts.append("no names of columns" if layout.header is None else f"names in {place} {layout.header}")
    words = ", ".join(parts)
    return words[0].upper() + words[1:]


def _sheet(layout: Layout) -> list[str]:
    return ["workbook", f"sheet “{layout.sheet}”"]


def _text(layout: Layout) -> list[str]:
    encoding = ENCODINGS.get(layout.encoding, layout.encoding.upper())
    delimiter = DELIMITERS.get(layout.delimiter)
    parts = [encoding, f"{delimiter}-separated" if delimiter else f"separated by “{layout.delimiter}”"]
    if layout.quote != '"':
        parts.append(f"quotes {layout.quote}" if layout.quote else "no quotes")
    if layout.escape == "backslash":
        parts.append("backslashes before quotes")
    return parts

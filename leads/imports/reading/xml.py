"""A parser of the XML inside workbooks: by local names, block by block, without documents' own definitions."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from leads.imports.reading.signatures import not_a_table

TEXT = "t"


def make_parser(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], take: Callable[[str], None]
) -> expat.XMLParserType:
    """An expat parser that calls back with names without their prefixes."""
    local: dict[str, str] = {}

    def name_of(name: str) -> str:
        return local.setdefault(name, name.rpartition(":")[2])

    def started(name: str, attributes: dict[str, str]) -> None:
        start(local.get(name) or name_of(name), attributes)

    def ended(name: str) -> None:
        end(local.get(name) or name_of(name))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = take
    parser.StartDoctypeDeclHandler = _refuse_definitions
    return parser


def _refuse_definitions(*_parts: object) -> None:
    raise not_a_table("a workbook with definitions of its own", "open it in a spreadsheet and save it anew as XLSX")

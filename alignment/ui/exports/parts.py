"""The fixed parts of a workbook: what it is made of, how cells may look. Read by `workbook` only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

BOLD, MOMENT, DAY, QUOTED = (f' s="{number}"' for number in range(1, 5))
"""Styles of cells, in the order of `STYLES`."""

FROZEN = '<sheetView workbookViewId="0"{selected}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
SHEET_BEGINS = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews>{FROZEN.format(selected="")}</sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" baseColWidth="16"/><sheetData>'
).encode()
ABOUT_BEGINS = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetFormatPr defaultRowHeight="15"/>'
    '<cols><col min="1" max="1" width="18" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>'
).encode()
SHEET_ENDS = b"</sheetData></worksheet>"

STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def sheet_path(number: int) -> str:
    """Where the sheet of that number, from 1, lies in the archive."""
    return f"xl/worksheets/sheet{number}.xml"


def frame(sheets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Everything around the sheets of these names."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(f'<Override PartName="/{sheet_path(n)}" ContentType="{TYPES}.worksheet+xml"/>' for n in numbers)
    yield (
        "[Content_Types].xml",
        (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{overrides}'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    named = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True)
    )
    yield "xl/workbook.xml", f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>{named}</sheets></workbook>'
    targets = [("worksheet", sheet_path(n).removeprefix("xl/")) for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'

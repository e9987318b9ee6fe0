"""What is a file that is no table? Known by its first bytes, and named in a sentence that says what to do."""

from __future__ import annotations

import re

from alignment.refusals import Refused

HEAD = 4096
"""So many bytes of a file are looked at."""

_EXPORT = "export the table as CSV or XLSX and bring that"
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "a table inside a PDF cannot be read; " + _EXPORT),
    (b"\x89PNG", "a picture (PNG)", "bring the table itself, as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "bring the table itself, as CSV or XLSX"),
    (b"GIF8", "a picture (GIF)", "bring the table itself, as CSV or XLSX"),
    (b"{\\rtf", "a text document (RTF)", _EXPORT),
    (b"PAR1", "a Parquet file", "write its table as CSV and bring that"),
    (b"SQLite format 3\x00", "an SQLite database", "write the table you need as CSV and bring that"),
    (b"ARROW1", "an Arrow file", "write its table as CSV and bring that"),
    (b"Obj\x01", "an Avro file", "write its table as CSV and bring that"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and bring the file inside"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it and bring the file inside"),
    (b"BZh", "a file packed with bzip2", "unpack it, or pack it as zip or gzip"),
    (b"\xfd7zXZ\x00", "a file packed with xz", "unpack it, or pack it as zip or gzip"),
    (b"\x28\xb5\x2f\xfd", "a file packed with zstd", "unpack it, or pack it as zip or gzip"),
    (b"\x7fELF", "a program", "bring the table itself, as CSV or XLSX"),
    (b"ID;PWXL", "a SYLK sheet", _EXPORT),
    (b"BEGIN:VCARD", "a list of contact cards (vCard)", "export the contacts as CSV and bring that"),
    (b"BEGIN:VCALENDAR", "a calendar (iCal)", "export the entries as CSV and bring that"),
)
_HTML = re.compile(rb"<(!doctype html|html|head|body|table|meta|style|script|title|div|p)\b", re.IGNORECASE)
_JSON = re.compile(rb"\{\s*(?:\"|\})|\[\s*[\[{\"\]\d-]")
OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refuse_by_name(head: bytes) -> None:
    """`Refused` if these first bytes are those of something that is known and no table."""
    for mark, name, remedy in _BINARY:
        if head.startswith(mark):
            raise not_a_table(name, remedy)
    text = _plain(head).lstrip()
    if text.startswith(b"<"):
        _refuse_markup(text)
    if _JSON.match(text):
        raise not_a_table("JSON", "a profile reads tables; write the records as CSV and bring that")


def refuse_ole(content: bytes) -> None:
    """`Refused` for what older office programs write; `content` is as much of the file as there is at hand."""
    if _ENCRYPTED in content:
        raise not_a_table(
            "a workbook that is protected with a password", "open it, take the password off, and save it again"
        )
    raise not_a_table("a workbook of an old kind (.xls)", "open it in a spreadsheet and save it as XLSX or CSV (UTF-8)")


def not_a_table(name: str, remedy: str) -> Refused:
    """What the file is, and what to do."""
    return Refused("not_a_table", f"The file is {name}, not a table of text: {remedy}.")


def _refuse_markup(text: bytes) -> None:
    if _HTML.match(text) or re.search(rb"<(!doctype\s+)?html\b", text[:HEAD], re.IGNORECASE):
        raise Refused(
            "html_page",
            "The file is a web page (HTML), whatever its name says: perhaps a sign-in page was saved instead of the "
            "export, or a system writes web pages as .xls. Open it in a spreadsheet and save it as XLSX or CSV, or "
            "export again.",
        )
    if text.startswith((b"<?xml", b"<!--")) or re.match(rb"<[a-zA-Z][\w:.-]*[\s/>]", text):
        sheet = b"urn:schemas-microsoft-com:office:spreadsheet" in text
        name = "a workbook as XML (Excel 2003)" if sheet else "XML"
        raise not_a_table(name, "open it in a spreadsheet and save it as XLSX or CSV (UTF-8)" if sheet else _EXPORT)


def _plain(head: bytes) -> bytes:
    """The beginning as single bytes, whichever Unicode encoding it is in, for marks that are ASCII."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        if head.startswith(mark):
            return head.removeprefix(mark).replace(b"\x00", b"")
    return head.replace(b"\x00", b"")

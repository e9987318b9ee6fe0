"""What is a file packed in, and how does one get at its bytes? Plain, gzip, zip of one file; a workbook is a zip too."""

from __future__ import annotations

import gzip
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from alignment.refusals import Refused
from leads.imports.reading.signatures import HEAD, OLE, not_a_table, refuse_by_name, refuse_ole

PLAIN, GZIP, ZIP, XLSX = "plain", "gzip", "zip", "xlsx"
MOST_BYTES = 50_000_000_000
RATIO_AFTER = 100_000_000
HIGHEST_RATIO = 1000
_LOOKED_INTO = 20_000_000
_BLOCK = 1 << 20
BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, lzma.LZMAError, NotImplementedError)


def recognise(path: Path) -> str:
    """plain, gzip, zip, xlsx, gzip+xlsx or zip+xlsx; `Refused` for an archive or a file that holds no table."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise Refused("empty_file", "The file is empty: there is not a single byte in it.")
    if head.startswith(b"\x1f\x8b"):
        with unpacked(path, GZIP) as inner:
            return _inside(GZIP, inner)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with path.open("rb") as stream:
            if _is_workbook(stream):
                return XLSX
        with unpacked(path, ZIP) as inner:
            return _inside(ZIP, inner)
    with path.open("rb") as stream:
        _refuse(stream)
    return PLAIN


def is_workbook(container: str) -> bool:
    """Whether the container holds a workbook rather than text."""
    return container.endswith(XLSX)


@contextmanager
def unpacked(path: Path, container: str) -> Iterator[BinaryIO]:
    """The bytes of the one file inside; what is damaged or swells beyond all measure is `Refused`."""
    with path.open("rb") as packed:
        try:
            if container.startswith(GZIP):
                with gzip.GzipFile(fileobj=packed) as inner:
                    yield cast("BinaryIO", io.BufferedReader(_Bounded(cast("IO[bytes]", inner), packed.tell), _BLOCK))
            elif container.startswith(ZIP):
                with zipfile.ZipFile(packed) as archive, archive.open(_only_member(archive)) as inner:
                    yield cast("BinaryIO", io.BufferedReader(_Bounded(inner, packed.tell), _BLOCK))
            else:
                yield packed
        except BROKEN as error:
            raise Refused("damaged_file", "The archive is damaged or cut off: pack or download it again.") from error


@contextmanager
def workbook_file(path: Path, container: str) -> Iterator[BinaryIO]:
    """A workbook's own bytes with a way to jump in them; one that is packed is unpacked into a file without a name."""
    with unpacked(path, container) as stream:
        if container == XLSX:
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            while block := stream.read(_BLOCK):
                copy.write(block)
            copy.seek(0)
            yield cast("BinaryIO", copy)


class _Bounded(io.RawIOBase):
    """Gives what is unpacked until it is more than any table is."""

    def __init__(self, inner: IO[bytes], packed_so_far: Callable[[], int]) -> None:
        self._inner = inner
        self._packed_so_far = packed_so_far
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Read into `buffer`; how many bytes."""
        view = memoryview(cast("bytearray", buffer))
        block = self._inner.read(len(view))
        view[: len(block)] = block
        self._given += len(block)
        swollen = self._given > RATIO_AFTER and self._given > HIGHEST_RATIO * max(1, self._packed_so_far())
        if swollen or self._given > MOST_BYTES:
            raise Refused(
                "too_large",
                f"Unpacked, the file is {self._given // 1_000_000:,} MB and more, out of all proportion to its size or "
                f"above {MOST_BYTES // 1_000_000_000} GB: this is no table. Bring it in parts, not packed.",
            )
        return len(block)


def _inside(container: str, inner: BinaryIO) -> str:
    """What stands inside an archive."""
    head = inner.read(HEAD)
    if not head:
        raise Refused("empty_file", "The file inside the archive is empty.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with tempfile.TemporaryFile() as copy:
            copy.write(head)
            while block := inner.read(_BLOCK):
                copy.write(block)
            if _is_workbook(cast("BinaryIO", copy)):
                return f"{container}+{XLSX}"
        raise not_a_table("an archive inside an archive", "unpack it and bring the table inside")
    if head.startswith(b"\x1f\x8b"):
        raise not_a_table("packed twice", "unpack it and bring the table inside")
    _refuse(inner, head)
    return container


def _refuse(stream: BinaryIO, head: bytes = b"") -> None:
    head += stream.read(HEAD - len(head))
    if head.startswith(OLE):
        refuse_ole(head + stream.read(_LOOKED_INTO))
    refuse_by_name(head)


_PARTS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)", "open it and save it as XLSX or CSV (UTF-8)"),
    ("word/document.xml", "a text document (Word)", "copy its table into a spreadsheet and save it as XLSX or CSV"),
    ("ppt/presentation.xml", "a presentation", "copy its table into a spreadsheet and save it as XLSX or CSV"),
    ("Index/Document.iwa", "a Numbers document", "export it as Excel or CSV (File → Export To) and bring that"),
    ("Index.zip", "a Numbers document", "export it as Excel or CSV (File → Export To) and bring that"),
    ("META-INF/manifest.xml", "an OpenDocument file (.ods)", "open it and save it as XLSX or CSV (UTF-8)"),
)


def _is_workbook(stream: BinaryIO) -> bool:
    """Whether a zip is a workbook; `Refused` if it is another kind of document or cannot be opened."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except BROKEN as error:
        raise Refused("damaged_file", "The archive is damaged or cut off: pack or download it again.") from error
    for part, name, remedy in _PARTS:
        if part in names:
            raise not_a_table(name, remedy)
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file that counts."""
    counting = [member for member in archive.infolist() if not member.is_dir() and not _is_dirt(member.filename)]
    if not counting:
        raise Refused("empty_file", "There is no file in the archive.")
    if len(counting) > 1:
        names = ", ".join(member.filename for member in counting[:10]) + (", …" if len(counting) > 10 else "")
        raise Refused(
            "not_a_table",
            f"There are {len(counting)} files in the archive ({names}): unpack it and bring one file at a time.",
        )
    if counting[0].flag_bits & 1:
        raise not_a_table("an archive that is protected with a password", "unpack it and bring the file inside")
    return counting[0]


def _is_dirt(name: str) -> bool:
    """What a Mac adds to an archive."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")

"""In which encoding is a text written? Told by the profile, by its bytes, or asked with a word in its readings.

What is UTF-8 throughout is UTF-8. Bytes that are not are read as cp1252 when every word is one that Western people
write; otherwise the first suspicious word is quoted as each encoding reads it in which the words of the file are words.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading.layout import AUTO
from leads.imports.reading.readings import likeness
from leads.imports.reading.scanning import BLOCK, Broken, Lines, Opened, Scan, invalid, scan
from leads.imports.reading.signatures import HEAD, not_a_table
from leads.imports.reading.western import WORD, has_partner, is_plausible

UTF8 = "utf-8-sig"
WESTERN = "cp1252"
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = (
    (WESTERN,),
    ("cp1250",),
    ("iso8859-2",),
    ("cp1251",),
    ("koi8-r",),
    ("koi8-u",),
    ("iso8859-5",),
    ("cp1253",),
    ("cp1254",),
    ("cp1255",),
    ("cp1256",),
    ("cp1257",),
    ("iso8859-15",),
    ("mac-roman",),
    ("cp850",),
    ("cp437",),
    ("shift_jis", "cp932"),
    ("gb18030",),
    ("big5", "cp950"),
    ("euc-kr", "cp949"),
)
"""Each with the wider one to try where it fails."""
_MOST_CHOICES = 5
_MOST_QUOTED = 3
_MOST_WORDS = 20_000
_COMPARED = 500
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_EDGE = re.compile(r"[\s,;\"\t]")
_ONE_BYTE = "".join(bytes([byte]).decode(WESTERN, "ignore") or chr(byte) for byte in range(256))


@dataclass(frozen=True)
class Found:
    """How a text is encoded. With a question, `encoding` is its first choice."""

    encoding: str
    scan: Scan
    question: Question | None = None


@dataclass(frozen=True)
class _Word:
    raw: bytes
    line: int


@dataclass
class _Words:
    """The words of a file in which a byte is not ASCII: suspicious ones apart, and how many bytes are UTF-8 after all."""

    all: dict[bytes, None] = field(default_factory=dict)
    suspicious: list[_Word] = field(default_factory=list)
    sequences: int = 0
    strays: int = 0


def find_encoding(opened: Opened, wish: str, quote: str) -> Found:
    """The encoding of the whole file; `Refused` (`invalid_encoding`) where none reads it."""
    if wish != AUTO:
        return _demanded(opened, wish, quote)
    with opened() as stream:
        head = stream.read(HEAD)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    encoding = marked or _wide(head) or UTF8
    if marked is None and encoding == UTF8:
        _must_be_text(head)
    found = scan(opened, encoding, quote)
    if found.broken is None:
        return Found(encoding, found)
    if encoding != UTF8 or marked:
        raise invalid(encoding.removesuffix("-sig"), found.broken)
    return _one_byte(opened, found.broken, quote)


def _demanded(opened: Opened, wish: str, quote: str) -> Found:
    encoding = UTF8 if codecs.lookup(wish).name == "utf-8" else wish
    found = scan(opened, encoding, quote)
    if found.broken is not None:
        raise invalid(wish, found.broken)
    return Found(encoding, found)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its ASCII signs is zero."""
    half = len(head) // 2
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > half // 20 and odd > 1 and even <= half // 200 and _reads(head, "utf-16-le"):
        return "utf-16-le"
    if even > half // 20 and even > 1 and odd <= half // 200 and _reads(head, "utf-16-be"):
        return "utf-16-be"
    return None


def _reads(head: bytes, encoding: str) -> bool:
    """Whether a line ends in an encoding, or most signs are ASCII: NULs in a text of single bytes make neither so."""
    text = head.decode(encoding, "replace")
    return 2 * sum(sign.isascii() and sign != "\0" for sign in text) > len(text) or "\n" in text or "\r" in text


def _must_be_text(head: bytes) -> None:
    controls = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x0b\x1a\x1b")
    if len(head) > 64 and controls > len(head) // 20:
        raise not_a_table("binary data", "bring the table as CSV or XLSX")


def _one_byte(opened: Opened, broken: Broken, quote: str) -> Found:
    """The encoding of a file that is not UTF-8."""
    words = _gather(opened)
    if broken.cut_off or words.sequences > words.strays:
        raise invalid("utf-8", broken)
    if not words.suspicious:
        return Found(WESTERN, scan(opened, WESTERN, quote))
    scans = dict(_reading_all(opened, quote))
    chosen = _chosen(words, tuple(scans))
    if not chosen:
        raise invalid("utf-8", broken)
    return Found(chosen[0], scans[chosen[0]], _which_encoding(words, chosen))


def _gather(opened: Opened) -> _Words:
    words, lines = _Words(), Lines()
    for block in _whole_lines(opened):
        if not block.isascii():
            sequences = _SEQUENCE.findall(block)
            words.sequences += len(sequences)
            words.strays += sum(byte > 127 for byte in block) - sum(map(len, sequences))
            _see(words, block, lines.number)
        lines.take(block.decode("latin-1"))
    return words


def _whole_lines(opened: Opened) -> Iterator[bytes]:
    """Blocks that end where a line ends."""
    with opened() as stream:
        rest = b""
        while block := stream.read(BLOCK):
            end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
            if end:
                yield rest + block[:end]
                rest = block[end:]
            else:
                rest += block
        yield rest


def _see(words: _Words, block: bytes, line: int) -> None:
    text, _length = codecs.charmap_decode(block, "strict", _ONE_BYTE)
    for match in WORD.finditer(text):
        raw = block[match.start() : match.end()]
        if raw in words.all:
            continue
        if len(words.all) < _MOST_WORDS:
            words.all[raw] = None
        if len(words.suspicious) < _COMPARED and not (
            is_plausible(match[0]) and has_partner(text, match.start(), match.end())
        ):
            whole = _whole(block, text, match.start(), match.end())
            before = text[: match.start()]
            ends = before.count("\n") + before.count("\r") - before.count("\r\n")
            words.suspicious.append(_Word(whole, line + ends))


def _whole(block: bytes, text: str, start: int, end: int) -> bytes:
    """The run around a word up to blanks and delimiters: signs of several bytes may hold other ASCII."""
    low = max(0, start - 40)
    edges = [match.end() for match in _EDGE.finditer(text, low, start)]
    after = _EDGE.search(text, end, end + 40)
    return block[edges[-1] if edges else low : after.start() if after else end]


def _reading_all(opened: Opened, quote: str) -> Iterator[tuple[str, Scan]]:
    """The encodings that read the whole file."""
    for names in _CANDIDATES:
        for name in names:
            found = scan(opened, name, quote)
            if found.broken is None:
                yield name, found
                break


def _chosen(words: _Words, encodings: tuple[str, ...]) -> list[str]:
    """The encodings that may be meant, the likeliest first, one for each reading of all words; cp1252 last."""
    raws = _compared(words)
    likely = {encoding: likeness([raw.decode(encoding, "replace") for raw in raws], encoding) for encoding in encodings}
    whole = {encoding: found for encoding, found in likely.items() if encoding != WESTERN and found >= 1}
    others = whole or {encoding: found for encoding, found in likely.items() if encoding != WESTERN and found > 0}
    readings: dict[tuple[str, ...], str] = {}
    for encoding in sorted(others, key=lambda one: others[one], reverse=True):
        readings.setdefault(tuple(raw.decode(encoding, "replace") for raw in raws), encoding)
    chosen = list(readings.values())[:_MOST_CHOICES]
    western = tuple(raw.decode(WESTERN, "replace") for raw in raws)
    return [*chosen, WESTERN] if WESTERN in encodings and western not in readings else chosen


def _compared(words: _Words) -> list[bytes]:
    return [word.raw for word in words.suspicious] + list(itertools.islice(words.all, _COMPARED))


def _which_encoding(words: _Words, chosen: list[str]) -> Question:
    word = words.suspicious[0]
    quoted = _telling_apart(word.raw, _compared(words), chosen)
    choices = tuple(Choice(encoding, _as_read(quoted, encoding)) for encoding in chosen)
    shown = choices[0].reads
    readings = " or ".join(f"“{choice.reads}” ({choice.answer})" for choice in choices)
    detail = (
        f"A word in line {word.line} may be {readings}: the file is not UTF-8 and does not say which encoding it is in. "
        "If none of them is right, name another encoding in the profile or on the page."
    )
    return Question("ambiguous_encoding", "encoding", "", shown, word.line, detail, choices)


def _telling_apart(first: bytes, raws: list[bytes], chosen: list[str]) -> list[bytes]:
    """A word, with as many others beside it as it takes until no two encodings read all of them alike."""
    quoted = [first]
    for raw in raws:
        kinds = len({_as_read(quoted, encoding) for encoding in chosen})
        if kinds == len(chosen) or len(quoted) == _MOST_QUOTED:
            break
        if len({_as_read([*quoted, raw], encoding) for encoding in chosen}) > kinds:
            quoted.append(raw)
    return quoted


def _as_read(raws: list[bytes], encoding: str) -> str:
    return ", ".join(raw.decode(encoding, "replace") for raw in raws)

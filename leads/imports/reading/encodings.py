"""In which encoding is a text written? Told by the profile, by its bytes, or asked with a word in its readings.

What is UTF-8 throughout is UTF-8. Bytes that are not are read as cp1252 when every word is one that Western people
write; otherwise the first suspicious word is quoted as each encoding reads it that can read the whole file.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from leads.imports.questions import Choice, Question
from leads.imports.reading.layout import AUTO
from leads.imports.reading.scanning import BLOCK, Broken, Lines, Opened, Scan, invalid, scan
from leads.imports.reading.signatures import HEAD, not_a_table
from leads.imports.reading.western import WORD, is_plausible

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
    ("cp1251",),
    ("cp1253",),
    ("cp1254",),
    ("mac-roman",),
    ("cp850",),
    ("cp437",),
    ("shift_jis", "cp932"),
    ("gb18030",),
    ("big5", "cp950"),
    ("euc-kr", "cp949"),
)
"""Each with the wider one to try where it fails."""
_MOST_CHOICES = 6
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
    if half and odd > half // 20 and even <= half // 200:
        return "utf-16-le"
    if half and even > half // 20 and odd <= half // 200:
        return "utf-16-be"
    return None


def _must_be_text(head: bytes) -> None:
    controls = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x0b\x1a\x1b")
    if len(head) > 64 and controls > len(head) // 20:
        raise not_a_table("binary data", "bring the table as CSV or XLSX")


def _one_byte(opened: Opened, broken: Broken, quote: str) -> Found:
    """The encoding of a file that is not UTF-8."""
    words = _gather(opened)
    if words.sequences and (broken.cut_off or words.sequences > words.strays):
        raise invalid("utf-8", broken)
    if not words.suspicious:
        return Found(WESTERN, scan(opened, WESTERN, quote))
    scans = dict(_reading_all(opened, quote))
    for word in words.suspicious:
        choices = _choices(word, words, tuple(scans))
        if len(choices) > 1:
            first = choices[0].answer
            return Found(first, scans[first], _which_encoding(word, choices))
    if WESTERN in scans:
        return Found(WESTERN, scans[WESTERN])
    only = _choices(words.suspicious[0], words, tuple(scans))
    if only:
        return Found(only[0].answer, scans[only[0].answer])
    raise invalid("utf-8", broken)


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
        if len(words.suspicious) < _COMPARED and not is_plausible(match[0]):
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


def _choices(word: _Word, words: _Words, encodings: tuple[str, ...]) -> list[Choice]:
    """The encodings in which the word is one, each reading of it once; cp1252 always."""
    ranked = sorted(encodings, key=lambda encoding: _share_of_words(words, encoding), reverse=True)
    readings: dict[str, str] = {}
    for encoding in ranked:
        reads = word.raw.decode(encoding, "replace")
        if encoding == WESTERN or _is_word(reads):
            readings.setdefault(reads, encoding)
    choices = [Choice(encoding, reads) for reads, encoding in readings.items()][:_MOST_CHOICES]
    return choices if any(choice.answer != WESTERN for choice in choices) else []


def _share_of_words(words: _Words, encoding: str) -> float:
    """How many of the suspicious words are words in an encoding."""
    seen = words.suspicious[:_COMPARED]
    return sum(_is_word(word.raw.decode(encoding, "replace")) for word in seen) / len(seen)


def _is_word(text: str) -> bool:
    """Whether everything beyond ASCII is letters of one script in a sensible case."""
    beyond = [sign for sign in text if not sign.isascii()]
    if not beyond or any(not sign.isalpha() for sign in beyond):
        return False
    scripts = {_script(sign) for sign in text if sign.isalpha()}
    if "HALFWIDTH" in scripts or len(scripts - {"HIRAGANA", "KATAKANA"}) > 1:
        return False
    return not any(
        before.islower() and sign.isupper() and not sign.isascii() for before, sign in itertools.pairwise(text)
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]


def _which_encoding(word: _Word, choices: list[Choice]) -> Question:
    shown = choices[0].reads
    readings = " or ".join(f"“{choice.reads}” ({choice.answer})" for choice in choices)
    detail = (
        f"A word in line {word.line} may be {readings}: the file is not UTF-8 and does not say which encoding it is in. "
        "Say which in the profile."
    )
    return Question("ambiguous_encoding", "encoding", "", shown, word.line, detail, tuple(choices))

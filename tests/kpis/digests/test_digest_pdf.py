"""The digest on paper: one page of A4 with real text, whatever the names are."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode

import pytest

from kpis.digests.content import Content, Line, Section
from kpis.digests.pdf import CANNOT, Writer, as_pdf

NAUGHTY = (
    "<b>bold</b> & <script>alert(1)</script> <para>",
    "Łukasz Żółć, Ærøskøbing, Ğül, ﬁne",
    "Δημήτρης Иван 王伟 محمد हिन्दी 🎉",
    "\x00\x07\ud800‮evil‬\u2028line",
    "x" * 5000,
    "</font><img src='/etc/passwd'/><a href='javascript:1'>",
    "",
)


def digest(*lines: Line) -> Content:
    return Content(
        "The week of 4 March, for sales",
        "26 February – 3 March 2024",
        (Section("wins", "Won together", lines, "Nothing."),),
    )


def pages(file: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", file))


def shown(file: bytes) -> int:
    """How many letters the page shows, counted in its content stream."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL)
    texts = []
    for stream in streams:
        body = stream.strip()
        try:
            texts.append(
                zlib.decompress(
                    a85decode(body, adobe=False) if not body.endswith(b"~>") else a85decode(b"<~" + body, adobe=True)
                )
            )
        except (ValueError, zlib.error):
            continue
    return sum(len(text.split(b"Tj")) for text in texts)


def test_it_is_one_page_of_a4_with_title_language_and_outline() -> None:
    file = as_pdf(
        digest(Line("Ada: won for €12,000", "marketing: 2 touches", "/leads/1/", "good")),
        address="https://a.example/digest/",
    )
    assert file.startswith(b"%PDF-")
    assert pages(file) == 1
    assert b"595.2756 841.8898" in file
    assert b"/Lang (en-GB)" in file
    assert b"/Title (The week of 4 March, for sales)" in file
    assert b"/Outlines" in file
    assert b"Vera" in file
    assert b"/ToUnicode" in file
    assert shown(file) > 3


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_name_breaks_it(text: str) -> None:
    file = as_pdf(digest(Line(text, text), Line("after")), address=text)
    assert pages(file) == 1
    assert b"javascript" not in file


def test_however_much_there_is_to_say_it_stays_one_page() -> None:
    many = tuple(Line(f"Line {number} " + "word " * 60, "note " * 40) for number in range(60))
    assert pages(as_pdf(digest(*many), address="https://a.example/")) == 1


def test_what_the_font_lacks_is_written_with_the_nearest_letters_and_told() -> None:
    writer = Writer(lambda letter: ord(letter) < 256)
    assert writer.plain("Ada Müller") == "Ada Müller"
    assert not writer.helped
    assert writer.plain("Ğül 王") == "Gül ?"
    assert writer.helped
    assert "letters" in CANNOT

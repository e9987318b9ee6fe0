"""How does a digest look on paper? One page of A4, as a PDF with real text, a title, a language and an outline.

The font is the one that reportlab brings (Bitstream Vera, embedded): it has the letters of western Europe. What it lacks is written
with the nearest letters it has, or as "?", and the page says that it did so. The library writes no tags; the order of the text is
the order of reading.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Spacer

from alignment.outbox.wording import LINE, fit
from kpis.digests.content import Content, Line, Section

FONTS = {"Vera": "Vera.ttf", "Vera-Bold": "VeraBd.ttf"}
MARGIN, LONGEST = 16 * mm, 300
INK, SOFT, ACCENT = HexColor("#151c28"), HexColor("#4a5567"), HexColor("#22407f")
TONES = {"good": HexColor("#17703f"), "bad": HexColor("#a8430a")}
CANNOT = "Some names have letters that this file cannot show; the page has them as they are."

TITLE = ParagraphStyle("title", fontName="Vera-Bold", fontSize=15, leading=19, textColor=INK, alignment=TA_LEFT)
SMALL = ParagraphStyle("small", fontName="Vera", fontSize=8, leading=11, textColor=SOFT)
HEAD = ParagraphStyle(
    "head", fontName="Vera-Bold", fontSize=10, leading=13, textColor=ACCENT, spaceBefore=7, spaceAfter=1
)
BODY = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=11.5, textColor=INK, leftIndent=8, bulletIndent=0)


def as_pdf(content: Content, *, address: str) -> bytes:
    """The file. `address`: where the page is, with links that open every figure."""
    writer = Writer(_font())
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, lang="en-GB")
    canvas.setTitle(writer.plain(content.title))
    canvas.setAuthor("Alignment")
    canvas.setCreator("Alignment")
    canvas.setSubject(writer.plain(content.period))
    story = _story(content, writer, address)
    width, height = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
    frame = KeepInFrame(width, height, story, mode="shrink")
    _width, used = frame.wrapOn(canvas, width, height)
    frame.drawOn(canvas, MARGIN, A4[1] - MARGIN - used)
    canvas.showOutline()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class Writer:
    """Writes texts with the letters that the font has, and remembers whether it had to help itself."""

    def __init__(self, has: Callable[[str], bool]) -> None:
        self.has, self.helped = has, False

    def plain(self, text: str) -> str:
        """Without control characters, no longer than a line may be, in letters of the font."""
        return "".join(self._letter(letter) for letter in fit(unicodedata.normalize("NFC", text), LONGEST, LINE))

    def marked(self, text: str) -> str:
        """The same, with nothing in it that the library would read as a mark of its own."""
        return escape(self.plain(text))

    def _letter(self, letter: str) -> str:
        if self.has(letter):
            return letter
        self.helped = True
        nearest = "".join(one for one in unicodedata.normalize("NFKD", letter) if self.has(one))
        return nearest or ("" if unicodedata.combining(letter) else "?")


class Heading(Paragraph):  # type: ignore[misc]  # the library has no types
    """The heading of a section, with its entry in the outline."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__(escape(title), HEAD)
        self.key, self.title = key, title

    def draw(self) -> None:
        self.canv.bookmarkPage(self.key)
        self.canv.addOutlineEntry(self.title, self.key, level=0)
        super().draw()


def _story(content: Content, writer: Writer, address: str) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(writer.marked(content.title), TITLE),
        Paragraph(writer.marked(content.period), SMALL),
    ]
    for section in content.sections:
        story += _section(section, writer)
    story += [Spacer(1, 6), Paragraph(f"Every figure opens on the page: {writer.marked(address)}", SMALL)]
    if writer.helped:
        story.append(Paragraph(CANNOT, SMALL))
    return story


def _section(section: Section, writer: Writer) -> list[Flowable]:
    title = writer.plain(section.title)
    told: list[Flowable] = [Heading(section.key, title)]
    if not section.lines:
        return [*told, Paragraph(writer.marked(section.nothing), BODY)]
    return [*told, *(_line(line, writer) for line in section.lines)]


def _line(line: Line, writer: Writer) -> Paragraph:
    note = f' <font color="#4a5567" size="7.5">{writer.marked(line.note)}</font>' if line.note else ""
    style = BODY if line.tone not in TONES else BODY.clone("toned", bulletColor=TONES[line.tone])
    return Paragraph(f"{writer.marked(line.text)}{note}", style, bulletText="•")


def _font() -> Callable[[str], bool]:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    faces = [pdfmetrics.getFont(name).face.charToGlyph for name in FONTS]
    return lambda letter: all(ord(letter) in glyphs for glyphs in faces)

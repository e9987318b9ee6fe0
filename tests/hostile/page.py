"""What does a page hold: which elements, which attributes, which words? Read as a browser reads it, not by looking for strings."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Protocol

ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "background", "hx-get", "hx-post"}
WELL_KNOWN = re.compile(r"(https?://|mailto:|tel:|[/?#.]|[a-z0-9_-]*$)", re.IGNORECASE)


class Answer(Protocol):
    """What a browser gets."""

    @property
    def content(self) -> bytes: ...


class Page(HTMLParser):
    """The page's elements, what in it could run, and all its texts."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.runs: list[str] = []
        self._texts: list[str] = []
        self._in_script = False
        self.feed(answer.content.decode())
        self.close()

    @property
    def text(self) -> str:
        """All texts, those of attributes such as a field's value too."""
        return "\n".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.add(tag)
        self.attributes |= set(given)
        self._texts += given.values()
        self._in_script = tag == "script" and given.get("type", "") != "application/json"
        if self._in_script and not given.get("src", "").startswith("/static/"):
            self.runs.append(f"<script {given}>")
        for name, value in given.items():
            is_address = name in ADDRESSES and not WELL_KNOWN.match(value.strip())
            if name.startswith("on") or name in ("style", "srcdoc") or is_address:
                self.runs.append(f"<{tag} {name}={value!r}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.runs.append(data)
        self._texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.runs.append(f"<!--{data}-->")


def one_line(text: str) -> str:
    """The text with all blanks made one: pages set texts in lines of their own."""
    return re.sub(r"\s+", " ", text).strip()

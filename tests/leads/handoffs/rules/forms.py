"""The form of a page as a browser without scripts would send it."""

from __future__ import annotations

from html.parser import HTMLParser

Pairs = dict[str, list[str]]


class _Form(HTMLParser):
    """Collects what stands in the controls of the form with id `sheet`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Pairs = {}
        self.inside = False
        self.select = ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        if tag == "form":
            self.inside = given.get("id") == "sheet"
        if not self.inside:
            return
        if tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.found.setdefault(name, []).append(value if value is not None else "on")
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((value or "", "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.inside:
            chosen = next((value for value, selected in self.options if selected), self.options[0][0])
            self.found.setdefault(self.select, []).append(chosen)
        if tag == "form":
            self.inside = False


def form_in(page: str) -> Pairs:
    """Names and values of the editor's form, in the order of the page."""
    reader = _Form()
    reader.feed(page)
    return reader.found

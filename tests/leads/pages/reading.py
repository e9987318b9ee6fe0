"""What does a page say? The leads that a list shows, and the messages with their undo."""

from __future__ import annotations

import re
from html import unescape
from typing import Protocol


class Answer(Protocol):
    """What a browser gets."""

    @property
    def content(self) -> bytes: ...


def text_of(answer: Answer) -> str:
    """The page as text, blanks made one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def listed(answer: Answer) -> list[int]:
    """The ids of the leads in the list, in its order."""
    return [
        int(found) for found in re.findall(r'<th scope="row"[^>]*><a href="/leads/(\d+)/"', answer.content.decode())
    ]


def undo_of(answer: Answer) -> str:
    """The address of the undo that the page offers."""
    found = re.search(
        r'class="notice success".*?<form method="post" action="([^"]+)"', answer.content.decode(), re.DOTALL
    )
    assert found, "the page offers no undo"
    return found.group(1)


def next_of(answer: Answer, rel: str = "next") -> str:
    """The address of the next page, or nothing."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', answer.content.decode())
    return unescape(found.group(1)) if found else ""

"""What did people say about a version? Each comment with its answers below it, in order of time."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.agreements.models import Comment, Version


@dataclass(frozen=True)
class Answer:
    """An answer in a thread; `to` is whom it answers, where that is not the one who began the thread."""

    comment: Comment
    to: str


@dataclass(frozen=True)
class Thread:
    first: Comment
    answers: list[Answer]


def threads_of(version: Version) -> list[Thread]:
    """Every thread, the oldest first: a discussion reads from the top."""
    comments = list(version.comments.select_related("author__team"))
    by_id = {comment.pk: comment for comment in comments}
    threads: dict[int, Thread] = {}
    for comment in comments:
        if comment.parent_id is None:
            threads[comment.pk] = Thread(comment, [])
            continue
        parent = by_id[comment.parent_id]
        first = _first(comment, by_id)
        threads[first.pk].answers.append(Answer(comment, "" if parent is first else str(parent.author)))
    return list(threads.values())


def _first(comment: Comment, by_id: dict[int, Comment]) -> Comment:
    while comment.parent_id is not None:
        comment = by_id[comment.parent_id]
    return comment

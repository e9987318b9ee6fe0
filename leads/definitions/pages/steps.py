"""What does a press of a button in the editor come to? Every button is one entry of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alignment.agreements.models import Version
from alignment.people.models import User
from leads.definitions.pages.judging import Judged, judge, read_typed
from leads.definitions.pages.moving import take_step
from leads.definitions.pages.posted import packed
from leads.definitions.pages.posts import Post
from leads.definitions.pages.saving import Refusal, Theirs, edit_path, proposal_path, save
from leads.definitions.pages.sheet import Sheet

BEGINNING = ("add", "add-group", "add-rule")


@dataclass(frozen=True)
class Outcome:
    """What the page shows next. `go_to`: another page instead. `before` is the sheet to which Undo leads, packed."""

    sheet: Sheet
    said: str = ""
    undoable: bool = False
    before: str = ""
    focus: str = ""
    begins: bool = False
    document_shown: bool = False
    typed: str | None = None
    document_wrong: Sequence[str] = ()
    refused: Refusal | None = None
    theirs: Theirs | None = None
    revision: int | None = None
    saved: bool = False
    go_to: str = ""
    judged: Judged | None = field(default=None, repr=False)


def press(post: Post, version: Version, *, by: User, now: datetime) -> Outcome:
    """Do what the button says; one that says nothing known only shows the sheet anew."""
    name = post.wish.partition(":")[0]
    button = BUTTONS.get(name)
    if button is not None:
        return button(post, version, by, now)
    done = take_step(post.sheet, post.wish)
    if done is None:
        return _as_it_is(post)
    before = packed(post.sheet) if done.undoable else post.before
    return Outcome(
        sheet=done.sheet,
        said=done.said,
        undoable=done.undoable,
        before=before,
        focus=done.focus,
        begins=name in BEGINNING,
        document_shown=post.document_shown,
        revision=post.revision,
    )


def _as_it_is(post: Post) -> Outcome:
    return Outcome(post.sheet, document_shown=post.document_shown, before=post.before, revision=post.revision)


def _undo(post: Post, version: Version, by: User, now: datetime) -> Outcome:
    sheet = post.undone()
    if sheet is None:
        return _as_it_is(post)
    shown, before = post.document_shown, packed(post.sheet)
    return Outcome(sheet, "Put back as it was.", True, before, focus="c", document_shown=shown, revision=post.revision)


def _show(post: Post, version: Version, by: User, now: datetime) -> Outcome:
    return replace(_as_it_is(post), document_shown=True)


def _hide(post: Post, version: Version, by: User, now: datetime) -> Outcome:
    return replace(_as_it_is(post), document_shown=False)


def _use(post: Post, version: Version, by: User, now: datetime) -> Outcome:
    sheet, wrong = read_typed(post.typed, version.agreement.key, now)
    if sheet is None:
        return replace(_as_it_is(post), document_shown=True, typed=post.typed, document_wrong=wrong)
    said, before = "The rows now say what the document says.", packed(post.sheet)
    return Outcome(sheet, said, True, before, document_shown=True, revision=post.revision)


def _save(post: Post, version: Version, by: User, now: datetime) -> Outcome:
    judged = judge(post.sheet, version.agreement.key, now)
    anew, go = post.wish == "save-new", post.wish == "save-go"
    began = post.began_with()
    saved = save(version, judged, by=by, now=now, expected=post.revision, began=began, anew=anew)
    if saved.version is None:
        revision = saved.theirs.revision if saved.theirs else post.revision
        shown = replace(_as_it_is(post), refused=saved.refusal, theirs=saved.theirs)
        return replace(shown, revision=revision, judged=judged)
    go_to = proposal_path(saved.version) if go else edit_path(saved.version) if anew else ""
    shown = replace(_as_it_is(post), said="Saved.", saved=True, revision=saved.version.revision)
    return replace(shown, go_to=go_to, judged=judged)


BUTTONS: dict[str, Callable[[Post, Version, User, datetime], Outcome]] = {
    "undo": _undo,
    "show": _show,
    "hide": _hide,
    "use": _use,
    "save": _save,
    "save-go": _save,
    "save-new": _save,
}

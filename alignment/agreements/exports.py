"""Agreements as files: what holds of every one, and every version of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from alignment.agreements.pages.overview import Overview
from alignment.agreements.pages.shown import Shown
from alignment.ui.exports import Column, Export, export_of

VERSION: Sequence[Column[Shown]] = (
    Column("kind", lambda one: one.version.agreement.kind),
    Column("agreement", lambda one: one.title),
    Column("key", lambda one: one.version.agreement.key),
    Column("version", lambda one: one.version.number),
    Column("state", lambda one: one.state_title),
    Column("since", lambda one: one.standing.since),
    Column("until", lambda one: one.standing.until),
    Column("proposed_by", lambda one: one.version.proposed_by and one.version.proposed_by.name),
    Column("proposed_at", lambda one: one.version.proposed_at),
    Column("author", lambda one: one.version.author and one.version.author.name),
    Column("review_by", lambda one: one.version.review_by),
    Column("note", lambda one: one.version.note or None),
    Column("says", lambda one: "\n".join(one.sentences)),
)


def overview_export(overview: Overview, *, as_of: datetime) -> Export:
    """Of every agreement what holds, what is settled to follow, what is proposed, and the drafts."""
    rows = [row for group in overview.groups for row in group.rows]
    found = (one for row in rows for one in (row.present, *row.scheduled, row.proposal, *row.drafts) if one is not None)
    return export_of("Agreements", VERSION, found, as_of=as_of)


def versions_export(title: str, versions: Iterable[Shown], *, as_of: datetime) -> Export:
    """Every version of one agreement, the latest first."""
    return export_of("Agreement", VERSION, versions, as_of=as_of, filters=[title])

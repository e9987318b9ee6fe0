"""Which row is this, when it has no id? The hash of its own content: the same row again is the same one.

Leads are known by all cells of their row. Of other kinds one row of a file may say several things, each brought in by a
profile of its own (spend of one week, a column a channel): there what the profile chooses and states counts as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from leads.imports.profiles.document import FieldSpec, Profile

KNOWN_BY_CELLS_ALONE = frozenset({"leads"})


def content_of(profile: Profile, columns: Sequence[str]) -> Callable[[Sequence[str]], str]:
    """What gives the hash of a row's cells, whatever the order of the columns."""
    order = sorted(range(len(columns)), key=lambda index: columns[index])
    salt = "\x1e".join([profile.document.system, *sorted(columns), *_chosen(profile)]).encode() + b"\x1d"

    def content(cells: Sequence[str]) -> str:
        text = "\x1f".join([cells[index].strip() for index in order])
        return hashlib.blake2b(salt + text.encode(), digest_size=20).hexdigest()

    return content


def _chosen(profile: Profile) -> list[str]:
    """What the profile states for every row, and the columns from which it takes what the kind needs.

    Columns of what may be left out do not count: a profile that learns one more of them still knows its rows.
    """
    if profile.kind.key in KNOWN_BY_CELLS_ALONE:
        return []
    needed = {name for group in profile.kind.needs_one_of for name in group}
    fields = sorted(profile.document.fields.items())
    return [f"{name}\x1c{_source(spec)}" for name, spec in fields if _is_own(name, spec) or name in needed]


def _is_own(name: str, spec: FieldSpec) -> bool:
    return not spec.named and not name.startswith("attributes.")


def _source(spec: FieldSpec) -> str:
    return json.dumps(list(spec.named) if spec.named else {"value": spec.value}, sort_keys=True)

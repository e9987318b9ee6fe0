"""Nothing in the code counts on keeping one session of the database from one transaction to the next.

So that the web processes may stand behind a pool that gives out connections by transaction (PgBouncer). What does count on it is
listed here with its reason; docs/scaling.md tells operators what follows.
"""

from __future__ import annotations

import re
from pathlib import Path

from alignment.embedded.home import ROOT

OF_THE_SESSION = re.compile(
    r"pg_(?:try_)?advisory_(?:lock|unlock)|\b(?:UN)?LISTEN\s+[a-z]|\bNOTIFY\s+[a-z]|\bDISCARD\b|\bPREPARE\s|\bDEALLOCATE\b|WITH HOLD"
    r"|CREATE TEMP(?:ORARY)? TABLE(?!(?:(?!\"\"\"|\"\n).)*ON COMMIT DROP)|[\"' ;]SET (?!LOCAL |CONSTRAINTS |TRANSACTION )[a-z_]+ (?:=|TO) ",
    re.DOTALL,
)
UPDATES = re.compile(r"(?:UPDATE|DO UPDATE)\b.{0,200}?\bSET\b", re.DOTALL)

KNOWN = {
    "alignment/prepared.py": "plans of small statements; sent whole where the address says that there is a pool",
    "alignment/alone.py": "a worker counts a file, credits everything anew or renews pages: too long for one transaction",
    "kpis/attribution/live.py": "a table of credits for one question, filled in a transaction that may not make tables",
    "leads/imports/rehearsing.py": "SQLite, in memory",
}


def test_only_what_is_listed_keeps_something_in_a_session() -> None:
    found = {
        str(path.relative_to(ROOT))
        for top in ("alignment", "leads", "kpis")
        for path in (ROOT / top).rglob("*.py")
        if "node_modules" not in path.parts and "migrations" not in path.parts and _keeps(path)
    }
    assert found == set(KNOWN)


def _keeps(path: Path) -> bool:
    return OF_THE_SESSION.search(UPDATES.sub("", path.read_text())) is not None

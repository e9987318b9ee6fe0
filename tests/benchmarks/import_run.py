"""One import to its end, in a process of its own: `python -m tests.benchmarks.import_run KIND FILE PROFILE [--dry-run]`.

What follows is not done.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> int:
    """Print what became of it: rows, seconds from the beginning of the check to the end, rows set aside."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
    import django

    django.setup()
    from alignment import clock
    from leads.imports.running import run_import
    from leads.imports.service import start_import

    kind, path, profile = sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
    with path.open("rb") as file:
        begun = start_import(
            kind=kind,
            file=file,
            file_name=path.name,
            profile=profile,
            now=clock.now(),
            actor=None,
            held=True,
            dry_run="--dry-run" in sys.argv,
        )
    done = run_import(begun.pk, take_over=True)
    if done.finished_at is None or done.started_at is None:
        raise SystemExit(f"The import of {kind} did not end: {done.problem}")
    seconds = (done.finished_at - done.started_at).total_seconds()
    counts = {name: getattr(done, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
    print(json.dumps({**counts, "seconds": seconds, "state": done.state}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

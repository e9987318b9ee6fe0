"""A process of its own, at work on this test's database, that may end itself in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def run_on_this_database(script: str) -> int:
    """Run Python; how it ended (minus the signal's number where one ended it)."""
    parts = {name: quote(str(value), safe="") for name, value in connection.get_connection_params().items() if value}
    address = f"postgres://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts.get('port', '5432')}"
    environment = {**os.environ, "ALIGNMENT_HOME": str(settings.ALIGNMENT_HOME), "DATABASE_URL": address}
    return subprocess.run([sys.executable, "-c", script], cwd=settings.ROOT, env=environment, check=False).returncode

"""A backup brings back exactly what was there; what is no backup changes nothing."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path

import psycopg2
import pytest

from alignment.embedded.environment import embedded_database_url
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import OwnerLock
from alignment.embedded.programs import find_programs
from tests.embedded.conftest import Place

TOOL = ("-m", "alignment.embedded")
UPLOAD = b"key,born\na,2024-01-02\n"


def execute(place: Place, statement: str) -> None:
    with borrowed_servers(place.environment):
        connection = psycopg2.connect(place.environment.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


def whole_database(place: Place) -> str:
    """Schema and rows as text; the dump's own random word is left out."""
    with borrowed_servers(place.environment):
        programs = find_programs(place.home, None)
        url = embedded_database_url(place.home)
        command = [str(programs.postgres / "pg_dump"), "--no-owner", url]
        dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in dumped.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


def make_backup(place: Place) -> Path:
    done = place.run(*TOOL, "backup")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_what_was_backed_up_comes_back_exactly(company: Place) -> None:
    execute(company, ROWS)
    (company.home.uploads / "imports").mkdir()
    (company.home.uploads / "imports" / "leads.csv").write_bytes(UPLOAD)
    before, secret = whole_database(company), company.home.secret_file.read_text()
    backup = make_backup(company)
    assert backup.parent == company.home.backups
    assert backup.stat().st_mode & 0o777 == 0o600

    execute(company, "DELETE FROM backed_up; CREATE TABLE made_since (id int)")
    (company.home.uploads / "imports" / "leads.csv").unlink()
    (company.home.uploads / "later.csv").write_text("later")
    company.home.secret_file.write_text("another")

    restored = company.run(*TOOL, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert whole_database(company) == before
    assert company.home.secret_file.read_text() == secret
    assert [file.name for file in company.home.uploads.rglob("*") if file.is_file()] == ["leads.csv"]
    assert (company.home.uploads / "imports" / "leads.csv").read_bytes() == UPLOAD
    assert (company.home.path / "replaced" / "uploads" / "later.csv").exists()


ROWS = """
    CREATE TABLE backed_up (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz, amount numeric(12, 2), data jsonb);
    INSERT INTO backed_up (at, amount, data)
    SELECT now() - n * interval '1 hour', n / 7.0, jsonb_build_object('name', 'Zoë ' || n) FROM generate_series(1, 500) n
"""


def not_a_tar(file: Path) -> None:
    file.write_bytes(b"not a tar at all" * 100)


def a_tar_without_manifest(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo("anything"), io.BytesIO())


def a_path_that_leads_out(file: Path) -> None:
    write_tar(file, {"../outside": b"x"})


def other_bytes_than_promised(file: Path) -> None:
    write_tar(file, {"database.dump": b"x"})


def a_later_format(file: Path) -> None:
    write_tar(file, {}, format=2)


def write_tar(file: Path, members: dict[str, bytes], **changes: object) -> None:
    entries = [{"name": name, "size": len(content), "sha256": "0" * 64} for name, content in members.items()]
    manifest = {"format": 1, "made_at": "2026-01-01T00:00:00+00:00", "migrations": [], "entries": entries, **changes}
    with tarfile.open(file, "w") as tar:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_a_tar, "is not a backup"),
        (a_tar_without_manifest, "is not a backup"),
        (a_path_that_leads_out, "which no backup holds"),
        (other_bytes_than_promised, "is damaged"),
        (a_later_format, "format 2"),
        (Path.unlink, "There is no file"),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_changes(
    place: Place, tmp_path: Path, make: object, said: str
) -> None:
    place.home.prepare()
    file = tmp_path / "file.tar"
    file.touch()
    assert callable(make)
    make(file)
    refused = place.run(*TOOL, "restore", str(file))
    assert refused.returncode == 2
    assert said in refused.stderr
    assert not place.home.postgres.exists()
    assert not (tmp_path / "outside").exists()
    assert not (place.home.path / "outside").exists()


def test_nothing_is_restored_or_emptied_under_a_running_product(place: Place) -> None:
    place.home.prepare()
    running = OwnerLock(place.home, "run")
    running.take()
    for command in (("restore", "any.tar"), ("reset", "--force")):
        refused = place.run(*TOOL, *command)
        assert refused.returncode == 2
        assert "in use by another copy" in refused.stderr
    running.release()


def test_a_reset_keeps_the_backups_and_asks_first(place: Place) -> None:
    place.home.prepare()
    (place.home.backups / "kept.tar").touch()
    (place.home.uploads / "gone.csv").touch()
    asked = place.run(*TOOL, "reset")
    assert asked.returncode == 2
    assert "FORCE=1" in asked.stderr
    assert (place.home.uploads / "gone.csv").exists()
    assert place.run(*TOOL, "reset", "--force").returncode == 0
    assert (place.home.backups / "kept.tar").exists()
    assert not place.home.uploads.exists()


ADA = """
from alignment.clock import now
from leads.records.models import Lead
from leads.records.upsert import LeadRow, upsert_leads
upsert_leads([LeadRow(email="ada@firm.example"), LeadRow(email="bob@firm.example")], now=now(), actor_id=None)
"""
ERASE_ADA = """
from alignment.clock import now
from leads.privacy.removal import erase
from leads.records.models import Lead
erase(Lead.objects.get(email="ada@firm.example"), now=now(), actor_id=None)
"""
WHO = "from leads.records.models import Lead; print(sorted(filter(None, Lead.objects.values_list('email', flat=True))))"


def test_who_was_erased_since_does_not_come_back_with_a_backup(company: Place) -> None:
    assert company.run("manage.py", "shell", "-c", ADA).returncode == 0
    backup = make_backup(company)
    erased = company.run("manage.py", "shell", "-c", ERASE_ADA)
    assert erased.returncode == 0, erased.stderr
    restored = company.run(*TOOL, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    seen = company.run("manage.py", "shell", "-c", WHO)
    assert seen.stdout.strip().splitlines()[-1] == "['bob@firm.example']"

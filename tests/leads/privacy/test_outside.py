"""What an erasure leaves outside of the database, so that a restored backup does not bring anybody back; and kept files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from alignment.outbox.models import Mail, Notice
from alignment.outbox.posting import Message, Recipient, post
from leads.imports.models import Import
from leads.privacy import outside
from leads.privacy.models import Discarded, Erased
from leads.privacy.removal import erase
from leads.privacy.uploads import delete_discarded
from leads.records.models import Lead
from tests.world import NOW, a_lead, cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: object) -> Path:
    settings.ALIGNMENT_HOME = tmp_path  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path / "uploads"  # type: ignore[attr-defined]
    (tmp_path / "uploads" / "imports").mkdir(parents=True)
    return tmp_path


def bring_back(lead: Lead) -> None:
    """As a restored backup does: the person is there, and nothing knows of an erasure."""
    Lead.objects.filter(pk=lead.pk).update(erased_at=None, email="ada@firm.example", full_name="Ada")
    Erased.objects.all().delete()


def test_who_comes_back_with_a_backup_goes_again(home: Path) -> None:
    lead = a_lead("77", email="ada@firm.example", full_name="Ada")
    erase(lead, now=NOW, actor_id=None)
    assert "ada" not in (home / "erasures").read_text().lower()
    bring_back(lead)
    call_command("erasures", "apply")
    lead.refresh_from_db()
    assert (lead.full_name, lead.erased_at is not None) == (None, True)
    assert outside.keep_outside() == 0


def test_another_lead_under_the_same_number_stays(home: Path) -> None:
    lead = a_lead("77", email="ada@firm.example")
    erase(lead, now=NOW, actor_id=None)
    lines = outside.read((home / "erasures").read_text().splitlines())
    bring_back(lead)
    Lead.objects.filter(pk=lead.pk).update(email="bob@firm.example", recorded_at="2020-01-01T00:00:00Z")
    assert outside.back_again(lines) == []


def test_a_torn_line_is_left_out_and_the_next_one_is_whole(home: Path) -> None:
    erase(a_lead("1", email="a@firm.example"), now=NOW, actor_id=None)
    with (home / "erasures").open("a") as file:
        file.write('{"lead_id": 2, "at": "20')
    erase(a_lead("2", email="b@firm.example"), now=NOW, actor_id=None)
    assert len(outside.read((home / "erasures").read_text().splitlines())) == 2


def imported(home: Path, name: str, text: str, state: str, encoding: str = "utf-8") -> Path:
    path = home / "uploads" / "imports" / name
    path.write_bytes(text.encode(encoding))
    Import.objects.create(kind="leads", file_name=name, file=f"imports/{name}", profile={}, state=state)
    return path


def test_kept_files_that_speak_of_them_are_deleted(home: Path) -> None:
    hers = imported(home, "a.csv", "id,mail\n1,ADA@firm.example\n", "done")
    wide = imported(home, "w.csv", "id;mail\n1;ada@firm.example\n", "failed", "utf-16-le")
    others = imported(home, "b.csv", "id,mail\n1,bob@firm.example\n", "done")
    waiting = imported(home, "c.csv", "id,mail\n1,ada@firm.example\n", "running")
    erase(a_lead("77", email="ada@firm.example"), now=NOW, actor_id=None)
    assert [path.exists() for path in (hers, wide, others, waiting)] == [False, False, True, True]
    Import.objects.filter(file="imports/c.csv").update(state="done")
    assert delete_discarded(now=NOW) == 1
    assert not waiting.exists()
    assert not Discarded.objects.exists()


def test_a_name_across_two_blocks_is_found(home: Path) -> None:
    from leads.imports.uploads import BLOCK

    path = imported(home, "long.csv", "x" * (BLOCK - 5) + "ada@firm.example", "done")
    erase(a_lead("77", email="ada@firm.example"), now=NOW, actor_id=None)
    assert not path.exists()


def test_messages_lose_their_words() -> None:
    people = cast()
    lead = a_lead("77", email="ada@firm.example", full_name="Ada Lovelace")
    to = [Recipient(people.salesperson.pk, people.salesperson.email)]
    post(Message("one", "Call ADA LOVELACE", "She asked for it."), to=to, now=NOW)
    post(Message("two", "A lead waits", "Look at it.", f"/leads/{lead.pk}/"), to=to, now=NOW)
    post(Message("three", "Bob waits", "Look at him."), to=to, now=NOW)
    erase(lead, now=NOW, actor_id=None)
    assert list(Notice.objects.order_by("key").values_list("title", "path")) == [
        ("(erased)", ""), ("Bob waits", ""), ("(erased)", ""),
    ]  # fmt: skip
    assert set(Mail.objects.values_list("subject", "text")) == {("(erased)", "(erased)"), ("Bob waits", "Look at him.")}

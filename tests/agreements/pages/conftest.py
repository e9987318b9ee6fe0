"""Two kinds that only tests know, a cast, and versions made through the real doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from alignment.agreements import deciding, kinds
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from alignment.people.models import User
from tests.agreements.pages.kitchen import CELLAR, KITCHEN
from tests.clocks import present_is
from tests.world import NOW, Cast, cast

Visit = Callable[[User], Client]


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast at NOW, with the tests' kinds beside the real ones."""
    monkeypatch.setitem(kinds._kinds, "kitchen", KITCHEN)
    monkeypatch.setitem(kinds._kinds, "cellar", CELLAR)
    present_is(NOW, monkeypatch)
    return cast()


def visit(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def draft(by: User, days: int = 20, *, key: str = "one", now: datetime = NOW, **fields: Any) -> Version:
    """A draft about coffee of so many days."""
    document = {"coffee": {"limit_days": days}, **fields.pop("terms", {})}
    return start_draft("kitchen", key, document, author=by, now=now, **fields)


def proposed(by: User, days: int = 20, **fields: Any) -> Version:
    return deciding.propose(draft(by, days, **fields).pk, by=by, now=fields.get("now", NOW))


def agreed(people: Cast, days: int = 20, **fields: Any) -> Version:
    """Proposed by marketing's lead and signed by sales'."""
    version = proposed(people.marketing_lead, days, **fields)
    return deciding.sign(version.pk, by=people.sales_lead, now=fields.get("now", NOW))


def path(version: Version, step: str = "") -> str:
    """Where a version's page is, or one of its steps."""
    agreement = version.agreement
    return f"/agreements/{agreement.kind}/{agreement.key}/{version.number}/{step and f'{step}/'}"


def words(client: Client, address: str) -> str:
    """What the page says, without its tags and with single spaces."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return plain(answer.content.decode())


def plain(html: str) -> str:
    """The text of a page as one reads it."""
    import re
    from html import unescape

    main = html.partition("<main")[2].partition("</main>")[0] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

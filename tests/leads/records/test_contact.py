"""Which telephone numbers and addresses are taken for usable."""

from __future__ import annotations

import pytest

from alignment.people.addresses import read_email
from leads.records.contact import read_phone


@pytest.mark.parametrize(
    ("text", "country", "kept", "usable"),
    [
        ("+49 30 123 456", None, "+4930123456", True),
        ("0049 (30) 123-456", None, "+4930123456", True),
        ("030 123456", "DE", "+4930123456", True),
        ("030 123456", "de", "+4930123456", True),
        ("555-0100", None, "555-0100", True),
        ("(415) 555-0100", "US", "+14155550100", True),
        ("+44 20 7946 0958", None, "+442079460958", True),
        ("+999 123 456 789", None, "+999 123 456 789", False),
        ("+49", None, "+49", False),
        ("12", None, "12", False),
        ("call me", "DE", "call me", False),
        ("0" * 40, None, "0" * 40, False),
    ],
)
def test_telephones(text: str, country: str | None, kept: str, usable: bool) -> None:
    assert read_phone(text, country) == (kept, usable)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example",
        "First.Last+tag@sub.firm.co.uk",
        "o'neil@firm.ie",
        "jörg@müller.de",
        "x@" + "a" * 60 + ".com",
        "a@b.test",
    ],
)
def test_addresses(address: str) -> None:
    assert read_email(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.de",
        "a@b",
        "a b@c.de",
        "a@b..de",
        ".a@b.de",
        "a@-b.de",
        "a" * 65 + "@b.de",
        "a@" + "b" * 250 + ".de",
        "a@b.de\n",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert read_email(text) is None

"""By what may a lead be found to be somebody we know? Pure; asked by whoever lays out the keys.

An address is written the way its provider reads it: dots and what follows a plus are left out only where the provider ignores
them. Names and companies make blocks: only who shares a company and a first letter is compared by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from leads.records.names import WORD
from leads.records.public_mail import is_public

NAME, EMAIL, SHARED, PHONE, DOMAIN, COMPANY = "name", "email", "shared", "phone", "domain", "company"
LONGEST = 450

IGNORES_DOTS = frozenset({"gmail.com"})
IGNORES_PLUS = frozenset(
    {
        "gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "fastmail.com",
        "fastmail.fm", "proton.me", "protonmail.com", "pm.me",
    }
)  # fmt: skip
SAME_PROVIDER = {"googlemail.com": "gmail.com"}
SHARED_BOXES = frozenset(
    {
        "admin", "billing", "buchhaltung", "contact", "contacto", "einkauf", "hello", "help", "hr", "info", "kontakt", "mail",
        "marketing", "office", "orders", "post", "reception", "sales", "service", "sekretariat", "support", "team", "ventas",
        "vertrieb", "webmaster", "welcome",
    }
)  # fmt: skip
"""What comes before the @ where a box is read by several people."""

TITLES = frozenset({"dr", "dipl", "frau", "herr", "ing", "miss", "mme", "mr", "mrs", "ms", "phd", "prof", "sr", "sra"})
FEWEST_DIGITS = 7
DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one lead, or of one that was merged into it: `lead_id` is whom it counts for."""

    lead_id: int
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    full_name: str | None
    company: str | None
    domain: str | None


Key = tuple[str, str]
"""A kind and a text; leads that share one may be the same."""


def keys_of(known: Known) -> set[Key]:
    """Everything by which this lead may be found."""
    return {(kind, text[:LONGEST]) for kind, text in _keys(known)}


def _keys(known: Known) -> Iterator[Key]:
    name = normal_person(known.full_name or " ".join(part for part in (known.first_name, known.last_name) if part))
    domains = {known.domain} if known.domain else set()
    if known.email and (address := normal_address(known.email)):
        local, _at, domain = address.rpartition("@")
        yield (SHARED if local in SHARED_BOXES else EMAIL), address
        if not is_public(domain):
            domains.add(domain)
    if known.phone and (number := normal_number(known.phone)):
        yield PHONE, number
    if not name:
        return
    yield NAME, name
    for letter in sorted({word[0] for word in name.split()}):
        for domain in sorted(domains):
            yield DOMAIN, f"{letter} {domain}"
        if known.company:
            yield COMPANY, f"{letter} {known.company}"


def normal_address(email: str) -> str:
    """The address as its provider reads it, in lower case; empty where it is none."""
    local, _at, domain = email.strip().lower().rpartition("@")
    domain = SAME_PROVIDER.get(domain, domain)
    if domain in IGNORES_PLUS:
        local = local.partition("+")[0]
    if domain in IGNORES_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}" if local and domain else ""


def normal_number(phone: str) -> str:
    """The number as it is dialled: E.164 with its plus, else the digits as they stand; empty where nobody could call it."""
    digits = "".join(DIGIT.findall(phone))
    if len(digits) < FEWEST_DIGITS or len(set(digits)) == 1:
        return ""
    return f"+{digits}" if phone.lstrip().startswith("+") else digits


def normal_person(name: str) -> str:
    """The words of a name in lower case, without accents, punctuation and titles, sorted."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return " ".join(sorted(word for word in words if word not in TITLES))

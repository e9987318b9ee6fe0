"""What does a row say about a company, once every value was looked at? One line of a file of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from alignment.cleaning import Unfit, clean_attributes, clean_text
from alignment.money import clean_amount
from leads.records.domains import read_domain
from leads.records.names import normal_name

TEXTS = {"system": 100, "external_id": 200, "name": 300, "domain": 300, "industry": 200, "country": 100, "parent": 300}
MOST_EMPLOYEES = 2**31 - 1
CENT = Decimal("0.01")
PUBLIC = "The domain is a mail provider's or a site's where everybody has a page, and so no company's: it was left out"


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """Everything but the name is optional; None means "not stated" and never wipes what is known.

    Identity is system and external id, else the domain, else the name without regard to case and legal form. `parent`
    is the external id of another company within the system, else its name; it may come later.
    """

    name: str | None
    system: str | None = None
    external_id: str | None = None
    domain: str | None = None
    industry: str | None = None
    employees: int | Decimal | None = None
    annual_revenue: Decimal | None = None
    country: str | None = None
    parent: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class CleanCompany:
    """A row that can be written. `values` holds what was stated, by the names of the table's fields."""

    index: int
    system: str
    external_id: str | None
    values: dict[str, object]
    parent: str | None
    warning: str | None

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def domain(self) -> str | None:
        domain = self.values.get("domain")
        return str(domain) if domain is not None else None


def clean_company(index: int, row: CompanyRow) -> CleanCompany:
    """The row as it is written, or `Unfit`."""
    texts = {
        name: text for name, limit in TEXTS.items() if (text := clean_text(name, getattr(row, name), limit)) is not None
    }
    if "name" not in texts:
        raise Unfit("name", "required", "A company needs a name.")
    values: dict[str, object] = {name: texts[name] for name in ("name", "industry", "country") if name in texts}
    values["normal_name"] = normal_name(texts["name"])
    domain = read_domain(texts["domain"]) if "domain" in texts else None
    stated = {"domain": domain, "employees": _employees(row.employees), "annual_revenue": _revenue(row.annual_revenue)}
    values |= {name: value for name, value in stated.items() if value is not None}
    if row.attributes and (attributes := clean_attributes(row.attributes)):
        values["attributes"] = attributes
    left_out = PUBLIC if "domain" in texts and domain is None else None
    return CleanCompany(index, texts.get("system", ""), texts.get("external_id"), values, texts.get("parent"), left_out)


def _employees(number: int | Decimal | None) -> int | None:
    if number is None:
        return None
    if number != int(number) or not 0 <= number <= MOST_EMPLOYEES:
        raise Unfit("employees", "invalid_number", "employees is a whole number from 0.", str(number))
    return int(number)


def _revenue(amount: Decimal | None) -> Decimal | None:
    clean = clean_amount("annual_revenue", amount)
    return clean.quantize(CENT, rounding=ROUND_HALF_EVEN) if clean is not None else None

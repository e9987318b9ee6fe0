"""Companies as a file: the columns are the fields of the kind `companies`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from alignment.people.selectors import Somebody, sees_everything
from alignment.ui.exports import Export
from leads.exports import attributes
from leads.exports.batches import read
from leads.exports.naming import company_name
from leads.records.models import Company, Lead

NOTE = "The profile alignment-companies brings this file in again."
NAMES = ("system", "external_id", "name", "domain", "industry", "employees", "annual_revenue", "country", "parent")


def companies_seen_by(reader: Somebody) -> QuerySet[Company]:
    """Every company for those who see everything; else those of the leads that `reader` may see."""
    companies = Company.objects.select_related("parent").order_by("pk")
    if sees_everything(reader):
        return companies
    return companies.filter(Q(Exists(Lead.objects.visible_to(reader).filter(company=OuterRef("pk")))))


def companies_export(
    _reader: Somebody, companies: QuerySet[Company], *, as_of: datetime, filters: Sequence[str] = ()
) -> Export:
    """These companies, in their order."""
    texts = attributes.text_names(companies)
    return Export("Companies", [*NAMES, *attributes.names_of(texts)], _rows(companies, texts), as_of, filters, NOTE)


def _rows(companies: QuerySet[Company], texts: Sequence[str]) -> Iterator[list[object]]:
    for one in read(companies):
        system, external_id = company_name(one)
        yield [
            system, external_id, one.name, one.domain, one.industry, one.employees, one.annual_revenue, one.country,
            _parent(one, system), *attributes.cells_of(one.attributes, texts),
        ]  # fmt: skip


def _parent(company: Company, system: str) -> str | None:
    """By its id in the same system where it has one, else by its name."""
    if company.parent is None:
        return None
    where, external_id = company_name(company.parent)
    return external_id if where == system else company.parent.name

"""How do companies come in from a file? The writer of companies' rows; those that leads name are made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from alignment.attempts import again_after_deadlock
from alignment.before import Before, remember
from alignment.cleaning import Unfit
from leads.lifecycle.recording import known_from
from leads.outcome import RowResult, Status
from leads.records.company_book import Book, hold_renamed, read_book
from leads.records.company_rows import CleanCompany, CompanyRow, clean_company
from leads.records.models import AwaitedParent, Company, CompanyIdentity
from leads.records.parents import Tree

__all__ = ["CompanyRow", "save_companies"]

AWAITED = "The parent was not here when the row was read; it is linked as soon as it comes"
WRITTEN = ("name", "normal_name", "domain", "industry", "employees", "annual_revenue", "country", "parent_id",
           "attributes", "system", "external_id")  # fmt: skip


@again_after_deadlock
@transaction.atomic
def save_companies(
    rows: Sequence[CompanyRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
) -> list[RowResult]:
    """Make companies or bring them up to date; one result a row, in order. The newest stated value wins.

    A company that was found by its domain or name learns the external id. A row whose parent would close a circle is
    rejected (`parent_cycle`); a parent that is not here yet is linked when it comes.
    """
    known_from(now)
    results: dict[int, RowResult] = {}
    clean = _clean(rows, results)
    book = read_book(clean, scope=scope, import_id=import_id)
    tree = Tree(book)
    saved: list[tuple[CleanCompany, Company]] = []
    for row in clean:
        try:
            results[row.index], company = _save(row, book, tree)
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
        else:
            saved.append((row, company))
    _write(book, tree, scope=scope, import_id=import_id)
    for row, company in saved:
        results[row.index] = _with_warning(results[row.index], row, company)
    return [results[index] for index in range(len(rows))]


def _clean(rows: Sequence[CompanyRow], results: dict[int, RowResult]) -> list[CleanCompany]:
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(clean_company(index, row))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _save(row: CleanCompany, book: Book, tree: Tree) -> tuple[RowResult, Company]:
    known = book.find(row)
    company = known or book.blank(row)
    parent = tree.link(company, row)
    changes = [book.merge(company, row)]
    if known is None:
        book.enter(company)
    changes += [book.learn(company, row), tree.keep(company, row, parent)]
    tree.arrived(company, row)
    status: Status = "created" if known is None else "updated" if any(changes) else "unchanged"
    return RowResult(row.index, status, company.pk), company


def _with_warning(result: RowResult, row: CleanCompany, company: Company) -> RowResult:
    if row.parent is not None and company.parent_id is None:
        return result.warned("awaited_parent", AWAITED)
    return result.warned("public_domain", row.warning) if row.warning else result


def _write(book: Book, tree: Tree, *, scope: int, import_id: int | None) -> None:
    """New ones first, so that all parents are there; then what changed, with what it was before."""
    parents = {company.pk: company.parent_id for company in book.made}
    for company in book.made:
        company.parent_id = None
    Company.objects.bulk_create(book.made, batch_size=2_000)
    for company in book.made:
        company.parent_id = parents[company.pk]
    below = [company for company in book.made if company.parent_id is not None]
    Company.objects.bulk_update(below, ["parent"], batch_size=2_000)
    changed = book.changed()
    for company in changed:
        company.version += 0 if import_id is not None and company.import_id == import_id else 1
    hold_renamed(company.pk for company in changed if "name" in book.was[company.pk])
    names = [name.removesuffix("_id") if name == "parent_id" else name for name in WRITTEN]
    Company.objects.bulk_update(changed, [*names, "version"], batch_size=1_000)
    CompanyIdentity.objects.bulk_create(book.learnt)
    AwaitedParent.objects.bulk_create(tree.awaited())
    awaited = tree.changed()
    AwaitedParent.objects.bulk_update([one for one, _was in awaited], ["system", "named", "normal_name"])
    _remember(import_id, "company", [(company, book.was[company.pk]) for company in changed])
    _remember(import_id, "awaited", awaited)


def _remember(import_id: int | None, table: str, changed: Sequence[tuple[Model, dict[str, object]]]) -> None:
    remember(
        import_id, table, [Before(row.pk, was, {name: getattr(row, name) for name in was}) for row, was in changed]
    )

"""Which company stands above which, and which still waits for the one that it was said to belong to?"""

from __future__ import annotations

from collections import defaultdict

from django.db import connection

from alignment.cleaning import Unfit
from leads.records.company_book import Book
from leads.records.company_rows import CleanCompany
from leads.records.models import AwaitedParent, Company
from leads.records.names import normal_name
from leads.records.queries import companies as queries


class Tree:
    """The parents of a book's companies, up to the top, and what is awaited."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._above = _ancestors(list(book.by_id))
        self._awaited = {one.company_id: one for one in AwaitedParent.objects.filter(company__in=list(book.by_id))}
        self._was: dict[int, dict[str, object]] = {}
        self._new: list[AwaitedParent] = []
        self._waiting: dict[tuple[str, str], set[int]] = defaultdict(set)
        for one in self._awaited.values():
            self._index(one)

    def link(self, company: Company, row: CleanCompany) -> Company | None:
        """The parent that the row names, if it is here; `Unfit` where it is the company itself or below it."""
        if row.parent is None:
            return None
        parent = self.book.named(row.system, row.parent)
        itself = parent is company or (parent is None and self._means(row, row.parent))
        below = {company.pk, *self._children(company, row)}
        if itself or (parent is not None and self._reaches(parent.pk, below)):
            detail = f"“{row.parent}” is “{row.name}” itself or below it: a company cannot stand above itself."
            raise Unfit("parent", "parent_cycle", detail, row.parent)
        return parent

    def keep(self, company: Company, row: CleanCompany, parent: Company | None) -> bool:
        """Write what the row says of the parent, or what is awaited; whether it differed."""
        if row.parent is None:
            return False
        differs = self._put(company, parent.pk if parent is not None else None)
        return differs if parent is not None else self._await(company, row) or differs

    def arrived(self, company: Company, row: CleanCompany) -> None:
        """Those that waited for this company stand below it from now on."""
        for child_id in self._children(company, row):
            if not self._reaches(company.pk, {child_id}):
                self._put(self.book.by_id[child_id], company.pk)

    def awaited(self) -> list[AwaitedParent]:
        """What is awaited since these rows."""
        return self._new

    def changed(self) -> list[tuple[AwaitedParent, dict[str, object]]]:
        """What was awaited before and is another one now, with what it was."""
        return [(self._awaited[pk], was) for pk, was in sorted(self._was.items())]

    def _put(self, company: Company, parent_id: int | None) -> bool:
        self._above[company.pk] = parent_id
        return self.book.put(company, "parent_id", parent_id)

    def _await(self, company: Company, row: CleanCompany) -> bool:
        word = row.parent or ""
        values = {"system": row.system, "named": word, "normal_name": normal_name(word)}
        known = self._awaited.get(company.pk)
        if known is None:
            import_id = self.book.import_id
            known = AwaitedParent(company=company, scope=self.book.scope, import_id=import_id, **values)
            self._awaited[company.pk] = known
            self._new.append(known)
        else:
            before = {name: getattr(known, name) for name in values}
            if before == values:
                return False
            if known.pk is not None:
                self._was.setdefault(company.pk, before)
            for name, value in values.items():
                setattr(known, name, value)
        self._index(known)
        return True

    def _index(self, one: AwaitedParent) -> None:
        self._waiting[one.system, one.named].add(one.company_id)
        self._waiting["", "name:" + one.normal_name].add(one.company_id)

    def _children(self, company: Company, row: CleanCompany) -> set[int]:
        """Those without a parent that wait for this company under one of its names."""
        names = {*self.book.names_of(company), ("", "name:" + normal_name(row.name))}
        if row.external_id is not None:
            names.add((row.system, row.external_id))
        found = {pk for name in names for pk in self._waiting.get(name, ())}
        return {pk for pk in found if pk != company.pk and self._waits(pk, names)}

    def _waits(self, company_id: int, names: set[tuple[str, str]]) -> bool:
        one = self._awaited[company_id]
        said = {(one.system, one.named), ("", "name:" + one.normal_name)}
        return bool(said & names) and self.book.by_id[company_id].parent_id is None

    @staticmethod
    def _means(row: CleanCompany, word: str) -> bool:
        return word == row.external_id or normal_name(word) == normal_name(row.name)

    def _reaches(self, start: int, goals: set[int]) -> bool:
        """Whether one of the goals is that company or stands above it."""
        seen: set[int] = set()
        at: int | None = start
        while at is not None and at not in seen:
            if at in goals:
                return True
            seen.add(at)
            at = self._above.get(at)
        return False


def _ancestors(company_ids: list[int]) -> dict[int, int | None]:
    """The parent of each of these companies and of all above them."""
    with connection.cursor() as cursor:
        cursor.execute(queries.ABOVE, {"companies": company_ids})
        return dict(cursor.fetchall())

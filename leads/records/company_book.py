"""Which companies do rows of a file mean? Those that are here, locked, by everything they are found by; and new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from alignment.own_names import own_id
from leads.records.companies import Clue, company_ids, lock_clues, new_company_ids
from leads.records.company_rows import CleanCompany
from leads.records.models import AwaitedParent, Company, CompanyIdentity
from leads.records.names import normal_name

Name = tuple[str, str]
"""A system, empty where none is named, and an external id."""


class Book:
    """The companies of one call. `made` are new, `was` holds what was overwritten of the others, `learnt` further names."""

    def __init__(
        self, here: Iterable[Company], names: Iterable[CompanyIdentity], ids: Iterable[int], *, scope: int,
        import_id: int | None,
    ) -> None:  # fmt: skip
        self.scope, self.import_id = scope, import_id
        self.by_id = {company.pk: company for company in here}
        self.made: list[Company] = []
        self.learnt: list[CompanyIdentity] = []
        self.was: dict[int, dict[str, object]] = {}
        self._ids = iter(sorted(ids))
        self._new: set[int] = set()
        self._by_external_id: dict[Name, Company] = {}
        self._by_domain: dict[str, list[Company]] = defaultdict(list)
        self._by_name: dict[str, list[Company]] = defaultdict(list)
        self._names: dict[int, set[Name]] = defaultdict(set)
        for company in sorted(self.by_id.values(), key=lambda one: one.pk):
            if company.scope == scope:
                self._index(company)
        for name in names:
            self._know(self.by_id[name.company_id], name.system, name.external_id)

    def find(self, row: CleanCompany) -> Company | None:
        """By external id, else by domain, else by name, where neither another id nor another domain speaks against it."""
        if row.external_id is not None and (known := self.of_name(row.system, row.external_id)) is not None:
            return known
        alike = self._by_domain.get(row.domain, []) if row.domain else []
        namesakes = self._by_name.get(normal_name(row.name), [])
        namesakes = [one for one in namesakes if None in (one.domain, row.domain) or one.domain == row.domain]
        taken = row.system if row.external_id is not None else None
        return next((one for one in [*alike, *namesakes] if not self._is_of(one, taken)), None)

    def _is_of(self, company: Company, system: str | None) -> bool:
        """Whether that system knows the company by another id already."""
        return any(known == system for known, _external_id in self._names[company.pk])

    def of_name(self, system: str, external_id: str) -> Company | None:
        """The company with this id in the system; a name of our own means the company that was exported under it."""
        own = own_id(system, external_id)
        if own is not None and own in self.by_id and self.scope in (0, self.by_id[own].scope):
            return self.by_id[own]
        return self._by_external_id.get((system, external_id))

    def named(self, system: str, word: str) -> Company | None:
        """The company that a word means: its id in the system, else its name."""
        return self.of_name(system, word) or next(iter(self._by_name.get(normal_name(word), [])), None)

    def blank(self, row: CleanCompany) -> Company:
        """A new company for the row; it is found once it is entered."""
        system = row.system if row.external_id is not None else None
        company = Company(
            id=next(self._ids), scope=self.scope, system=system, external_id=row.external_id, name="",
            import_id=self.import_id,
        )  # fmt: skip
        self._new.add(company.pk)
        return company

    def enter(self, company: Company) -> None:
        """Keep a new company, so that later rows find it."""
        self.by_id[company.pk] = company
        self.made.append(company)
        self._index(company)

    def merge(self, company: Company, row: CleanCompany) -> bool:
        """What the row states; whether it differed."""
        values = dict(row.values)
        if isinstance(attributes := values.get("attributes"), dict):
            values["attributes"] = {**company.attributes, **attributes}
        changed = [self.put(company, name, value) for name, value in values.items()]
        if company.pk in self.by_id:
            self._index(company)
        return any(changed)

    def learn(self, company: Company, row: CleanCompany) -> bool:
        """From now on the row's external id means this company."""
        if row.external_id is None or self.of_name(row.system, row.external_id) is company:
            return False
        if company.external_id is None:
            self.put(company, "system", row.system)
            self.put(company, "external_id", row.external_id)
        else:
            self.learnt.append(
                CompanyIdentity(
                    company=company, scope=self.scope, system=row.system, external_id=row.external_id,
                    import_id=self.import_id,
                )
            )  # fmt: skip
        self._know(company, row.system, row.external_id)
        return True

    def put(self, company: Company, name: str, value: object) -> bool:
        """Write one field; whether it differed."""
        before = getattr(company, name)
        if before == value:
            return False
        if company.pk not in self._new:
            self.was.setdefault(company.pk, {}).setdefault(name, before)
        setattr(company, name, value)
        return True

    def changed(self) -> list[Company]:
        """Those that were here and differ now."""
        return [self.by_id[pk] for pk in sorted(self.was)]

    def names_of(self, company: Company) -> set[Name]:
        """Every external id by which the company is known."""
        return self._names[company.pk]

    def _know(self, company: Company, system: str, external_id: str) -> None:
        self._by_external_id.setdefault((system, external_id), company)
        self._names[company.pk].add((system, external_id))

    def _index(self, company: Company) -> None:
        if company.external_id is not None:
            self._know(company, company.system or "", company.external_id)
        if company.domain is not None and company not in self._by_domain[company.domain]:
            self._by_domain[company.domain].append(company)
        if company not in self._by_name[company.normal_name]:
            self._by_name[company.normal_name].append(company)


def read_book(rows: Sequence[CleanCompany], *, scope: int, import_id: int | None) -> Book:
    """The companies that the rows and the parents in them may mean, locked until the transaction ends.

    Writers that speak of the same companies take turns.
    """
    wishes = [Clue(row.system, row.external_id, row.domain, row.name) for row in rows]
    parents = {(row.system, row.parent) for row in rows if row.parent is not None}
    wishes += [clue for system, word in parents for clue in (Clue(system, word), Clue(name=word))]
    lock_clues(wishes)
    ids = company_ids(wishes, scope=scope) | _waiting(rows, scope)
    here = Company.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    names = CompanyIdentity.objects.filter(company__in=ids)
    return Book(list(here), list(names), new_company_ids(len(rows)), scope=scope, import_id=import_id)


def hold_renamed(company_ids: Iterable[int]) -> None:
    """Before companies are called otherwise: whoever is bringing leads of theirs is waited for, and waits. Leads are found by the name."""
    if ids := sorted(company_ids):
        alone = Company.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        list(alone.values_list("pk"))


def _waiting(rows: Sequence[CleanCompany], scope: int) -> set[int]:
    """Companies that wait for a parent that these rows may bring."""
    words = {row.external_id for row in rows if row.external_id}
    waiting = AwaitedParent.objects.filter(scope=scope)
    by_name = waiting.filter(normal_name__in={normal_name(row.name) for row in rows})
    return set(by_name.values_list("company", flat=True)) | set(
        waiting.filter(named__in=words).values_list("company", flat=True)
    )

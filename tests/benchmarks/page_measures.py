"""People's pages

The list of leads by every filter that its form offers, in every order, alone and in twos; its search; a lead's page, the inbox, what came
back, duplicates, my leads. Each is asked for in the process that serves it, signed in, after a warm-up; told is the 95th percentile over
all addresses of a kind; a run says which took longest. The thousandth page is reached by its mark, as whoever goes on page by page reaches
it.

What became of one's leads, and the reasons on "came back", are counted beforehand from 5,000 leads on: told is the page that shows them,
and beside it how long the worker counts. The inbox is that of a salesperson's lead, of their team, and of a marketer who holds tens of
thousands of open leads: the latest of those are looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations
from statistics import quantiles
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.test import Client

from kpis.mine import outcomes
from kpis.pages.overview import asked
from kpis.pages.periods import presets
from leads.funnel.stage_sets import stage_set
from leads.handoffs.comebacks import read_reasons
from leads.pages.list_form import ListForm, SuggestingField
from leads.records.models import Lead
from leads.selectors.keyset import Mark
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure

SIZES = (10_000, 100_000, 300_000, 1_000_000)
WHY = {
    "page_list_twos": (
        "of ten thousand leads any pair is searched through whole in a moment; of a million, pairs that are rare along the order "
        "gather some ten thousand leads by index, and sort them."
    ),
    "page_list_search": (
        "a part of a name that few have is found by index among all leads, looked up one by one and sorted; of ten thousand leads it "
        "finds a handful."
    ),
    "page_inbox_marketer": (
        "this person holds tens of thousands of open leads at a million, and a few hundred at ten thousand; the latest five thousand "
        "are looked at."
    ),
    "page_inbox": (
        "at a million leads this person has far more open leads of their own than at ten thousand; the latest five thousand of them "
        "are looked at for who needs them."
    ),
    "page_inbox_team": (
        "a team of the larger company has accepted tens of thousands of leads; which of them nobody has spoken with is asked of the "
        "latest first, each along its own activities."
    ),
    "page_list_alone": (
        "filters that find few of a million leads, along an order in which these lie far apart, gather them by index and sort them; "
        "of ten thousand leads all are looked through in a moment."
    ),
    "page_list_partner": (
        "a partner of the larger company has twenty thousand leads of its own (209 in the small one), and each row is asked whether "
        "it may be seen."
    ),
}
WHO = ("marketer", "sales", "partner", "manager")
WORDS = ("an", "qx", "ber", "xqz", "gmbh", "anna ber", "müller", "%", "_", "example", "kowal", "borin", "nobodyatall")
OTHERS = {
    "inbox": ("Inbox", "/inbox/"),
    "inbox_team": ("Inbox of a team", "/inbox/?whose=team"),
    "returned": ("Came back", "/returned/"),
    "duplicates": ("Duplicates", "/duplicates/"),
    "my_leads": ("What became of my leads", "/my-leads/"),
}
TWICE, WORST = 2, 5


def measure(bench: Bench) -> Iterator[Figure]:
    """Every page of people, at this size."""
    client = bench.client("sales-lead")
    form = ListForm(QueryDict(), user=bench.person("sales-lead"), stages=stage_set())
    filters, orders = _values(form), [key for key, _title in _choices(form.fields["order"])]
    alone = [{name: value, "order": order} for name, values in filters.items() for value in values for order in orders]
    yield _figure(bench, "list_alone", "List of leads, any filter, any order", client, alone)
    twos = [
        {one: filters[one][0], other: filters[other][-1], "order": order}
        for one, other in combinations(filters, 2)
        for order in orders
    ]
    yield _figure(bench, "list_twos", "List of leads, any two filters, any order", client, twos)
    searches = [{"search": word, "order": order} for word in WORDS for order in orders]
    yield _figure(bench, "list_search", "Search by part of a name, mail or company", client, searches)
    yield _figure(bench, "list_deep", "List of leads, the thousandth page", client, [{"after": _deep(bench.size)}] * 10)
    for who in WHO:
        plain = [{"order": order} for order in orders] * 3
        yield _figure(bench, f"list_{who}", f"List of leads, as {who}", bench.client(who), plain)
    busiest = Lead.objects.order_by("-pk").values_list("pk", flat=True)[:20]
    yield _of_addresses(bench, "lead", "Lead page", client, [f"/leads/{pk}/" for pk in busiest])
    for key, (title, address) in OTHERS.items():
        yield _of_addresses(bench, key, title, client, [address] * 10)
    yield _of_addresses(bench, "inbox_marketer", "Inbox, as marketer", bench.client("marketer"), ["/inbox/"] * 10)
    yield _counted(bench, "my_leads", "What became of all leads of a year", partial(_what_became_of_all, bench))
    why = partial(read_reasons, {"days": "365"}, now=bench.now)
    yield _counted(bench, "returned", "Why leads came back within a year", why)


def _what_became_of_all(bench: Bench) -> object:
    year = presets(bench.now.date())["12 months"]
    return outcomes(asked(year, bench.now).params, None)


def _counted(bench: Bench, key: str, title: str, count: Callable[[], object]) -> Figure:
    """Counted by the worker, the shortest of three times."""
    return Figure(f"page_{key}_counted", f"{title}, counted beforehand", 1000 * bench.best(count).seconds, "ms")


def _values(form: ListForm) -> dict[str, list[str]]:
    """A few values of every filter that the form offers, the first and the last among them."""
    found = {"created_from": ["2026-09-01", "2025-01-01"], "created_to": ["2025-06-01"]}
    for name, one in form.fields.items():
        if isinstance(one, SuggestingField):
            found[name] = [*one.suggestions[:2], one.suggestions[-1]]
        elif isinstance(one, forms.ChoiceField) and name != "order":
            values = [value for value, _title in _choices(one) if value]
            found[name] = list(dict.fromkeys([*values[:3], values[-1]]))
    return found


def _choices(field: forms.Field) -> list[tuple[str, str]]:
    return [(str(value), str(title)) for value, title in getattr(field, "choices", ())]


def _deep(size: int) -> str:
    """The mark of the thousandth page, or of the middle where there are fewer."""
    deep = min(50_000, size // 2)
    last = Lead.objects.order_by("-created_at", "-pk").values_list("created_at", "pk")[deep : deep + 1].get()
    return Mark(last[0].isoformat(), last[1]).word


def _figure(bench: Bench, key: str, title: str, client: Client, queries: Iterable[dict[str, str]]) -> Figure:
    return _of_addresses(bench, key, title, client, [f"/leads/?{urlencode(query)}" for query in queries])


def _of_addresses(bench: Bench, key: str, title: str, client: Client, addresses: list[str]) -> Figure:
    """The 95th percentile of all of them, each asked for after a first time, which waits for what is counted beforehand."""
    taken = []
    for address in addresses:
        for turn in range(TWICE):
            began = time.perf_counter()
            answer = client.get(
                address if turn else f"{address}{'&' if '?' in address else '?'}wait=1", HTTP_HOST="127.0.0.1"
            )
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}.")
            if turn:
                taken.append(1000 * (time.perf_counter() - began))
    for milliseconds, address in sorted(zip(taken, addresses, strict=True), reverse=True)[:WORST]:
        bench.said(f"{milliseconds:.0f} ms {address}")
    return Figure(f"page_{key}", f"{title}, p95", quantiles(taken, n=20)[-1], "ms", target=150, growth=2.0)

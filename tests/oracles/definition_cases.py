"""Definitions, facts and moments for property tests: few values, drawn so that borders are met often.

Times lie on a lattice of half days around NOON, some a microsecond beside it; windows and half-lives are whole steps of it.
So activities lie exactly at the edge of windows, half-lives have exactly elapsed, and rows come in at the moment asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from leads.definitions.fields import FIELDS, TAKES, find_field
from leads.definitions.terms import Condition, LeadDefinition
from tests.oracles.definition_facts import ActivityFact, CompanyFacts, ConsentFact, Facts, Json, LeadFacts

NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)
EARLIEST, LATEST = -40, 20
"""In half days from NOON: moments to ask about; facts happen up to NOON, a few after it."""

WINDOWS = (1, 2, 7, 10)
HALF_LIVES = (0.5, 1, 2.5, 7)
Document = dict[str, object]

TEXTS = (
    "ads", "Ads", "ADS", "web", "a", "A*", "100%", "100", "1_0", "1x0", "a\\b", "a\\\\b", "%", "_", "Ähre", "ÄHRE",
    "İstanbul", "i̇stanbul", "Straße", "STRASSE", "ẞ", "ΣΟΦΟΣ", "σοφος", "σοφός", " ", " ads", "ads\nweb", "'; --", "“x”",
    "5", "5.0", "05", "-3", "-0", "3.25", "1e3", "+5", " 5", "5 ", ".5", "5.", "９", "true", "null", "NaN",
    "123456789012345678", "1234567890123456789", "0.00000000000000001", "0.000000000000000001",
)  # fmt: skip
"""Texts that meet one another by case, by wildcards that are none, and by looking like numbers."""

NUMBERS = (0, 1, 5, 5.0, -3, 3.25, 50, 49, 51, 0.1, 100, 1000, 1e6, 123456789012345)
PATTERNS = (
    "*",
    "a*",
    "*s",
    "*d*",
    "A*S",
    "100%",
    "1_0",
    "1%",
    "a\\*",
    "*\\*",
    "%*",
    "_*",
    "ä*",
    "*σ*",
    "*Σ",
    "*\n*",
    "ads*web",
    "**a**",
)
ADDRESSES = (
    None, "", "https://x.example", "https://x.example/", "https://x.example/pricing", "HTTPS://X.example/Pricing/Plans?a=1",
    "https://x.example/pricing#top", "https://x.example?q=/pricing", "https://x.example#/pricing", "/pricing", "/pricing?x=/blog",
    "pricing", "x.example/pricing", "//x.example/pricing", "mailto:a@x.example", "https://x.example/100%25_a", "?a", "http:///pricing",
    "https://x.example/blog/https://y.example/pricing", "1http://x.example/pricing",
)  # fmt: skip
ADDRESS_PATTERNS = (
    "/", "/*", "/pricing", "/pricing*", "/PRICING/*", "/*pricing*", "*pricing*", "https://x.example/*", "*?q=*", "pricing", "*",
    "/100%25_a", "/100*_a", "/blog/*", "/%", "/_ricing", "x.example/*",
)  # fmt: skip
KINDS = ("page_view", "form", "call", "unsubscribe", "note")
ASKED_KINDS = (*KINDS, "touch")
PURPOSES = ("marketing", "Marketing", "news")
ATTRIBUTES = ("plan", "seats", "a.b", "100%", "it's")
COMPANIES = ("one", "two")


@cache
def moments(earliest: int = -20, latest: int = LATEST) -> SearchStrategy[datetime]:
    """Instants of the lattice, some a microsecond beside it."""
    return st.builds(
        lambda half_days, micros: NOON + timedelta(hours=12 * half_days, microseconds=micros),
        st.integers(earliest, latest),
        st.sampled_from((0, 0, 0, -1, 1)),
    )


# Facts --------------------------------------------------------------------------------------------------------------


@cache
def attributes() -> SearchStrategy[Mapping[str, Json]]:
    """Attributes as they may have been sent: missing, null, empty, of every type of JSON."""
    value = st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(TEXTS),
        st.sampled_from(NUMBERS),
        st.sampled_from(("", [], ["ads"], {}, {"a": 1}, -0.0, 1e-7, 1e16)),
    )
    return st.dictionaries(st.sampled_from(ATTRIBUTES), value, max_size=3)


@cache
def a_text() -> SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(("", *TEXTS)))


@cache
def companies() -> SearchStrategy[CompanyFacts]:
    return st.builds(
        CompanyFacts,
        name=st.sampled_from(TEXTS),
        domain=a_text(),
        industry=a_text(),
        country=a_text(),
        employees=st.sampled_from((None, 0, 1, 5, 49, 50, 51, 1000)),
        annual_revenue=st.sampled_from(
            (None, Decimal("0.00"), Decimal("0.10"), Decimal("3.25"), Decimal("1000000.00"))
        ),
        attributes=attributes(),
    )


@cache
def leads(created_at: datetime) -> SearchStrategy[LeadFacts]:
    return st.builds(
        LeadFacts,
        created_at=st.just(created_at),
        source=a_text(),
        channel=a_text(),
        campaign=st.one_of(st.none(), st.sampled_from(TEXTS)),
        country=a_text(),
        title=a_text(),
        segment=a_text(),
        territory=a_text(),
        email=st.sampled_from((None, "", "a@x.example")),
        email_usable=st.booleans(),
        phone_usable=st.booleans(),
        company=st.sampled_from((None, *COMPANIES)),
        attributes=attributes(),
    )


@st.composite
def activities(draw: st.DrawFn) -> ActivityFact:
    """Recorded when it happened, later, or a little before (clocks differ)."""
    at = draw(moments(EARLIEST, 4))
    late = draw(
        st.sampled_from((timedelta(0), timedelta(0), timedelta(hours=12), timedelta(days=7), timedelta(minutes=-5)))
    )
    return ActivityFact(
        kind=draw(st.sampled_from((*KINDS, "email_open"))),
        at=at,
        recorded_at=at + late,
        imported=draw(st.booleans()),
        url=draw(st.sampled_from(ADDRESSES)),
        asset=draw(a_text()),
        campaign=draw(st.one_of(st.none(), st.sampled_from(TEXTS))),
        channel=draw(a_text()),
        outcome=draw(a_text()),
    )


@st.composite
def consents(draw: st.DrawFn) -> ConsentFact:
    at = draw(moments(EARLIEST, 4))
    return ConsentFact(
        purpose=draw(st.sampled_from(PURPOSES)),
        state=draw(st.sampled_from(("granted", "refused", "withdrawn"))),
        at=at,
        recorded_at=at + draw(st.sampled_from((timedelta(0), timedelta(days=2)))),
        imported=draw(st.booleans()),
    )


@st.composite
def facts(draw: st.DrawFn, *, past: bool = True) -> Facts:
    """One lead with its company and what it did; with `past`, what fields held before as well."""
    created_at = draw(moments(EARLIEST, 0))
    recorded_at = created_at + draw(st.sampled_from((timedelta(0), timedelta(days=1), timedelta(minutes=-4))))
    ends = st.lists(moments(), max_size=2 if past else 0, unique=True)
    return Facts(
        lead=draw(leads(created_at)),
        recorded_at=recorded_at,
        companies={key: draw(companies()) for key in COMPANIES},
        activities=tuple(draw(st.lists(activities(), max_size=10))),
        consents=tuple(draw(st.lists(consents(), max_size=3))),
        lead_before=tuple((end, draw(leads(draw(moments(EARLIEST, 0))))) for end in draw(ends)),
        companies_before={key: tuple((end, draw(companies())) for end in draw(ends)) for key in COMPANIES},
    )


# Definitions --------------------------------------------------------------------------------------------------------


@cache
def field_conditions() -> SearchStrategy[Document]:
    """Every field with every operator that it has, attributes included."""
    names = [field.name for field in FIELDS]
    names += [f"{owner}.attributes.{name}" for owner in ("lead", "company") for name in ATTRIBUTES]
    return st.sampled_from(names).flatmap(_conditions_on)


@cache
def _conditions_on(name: str) -> SearchStrategy[Document]:
    found = find_field(name)
    assert found is not None
    return st.sampled_from(found.operators).flatmap(
        lambda op: st.fixed_dictionaries(
            {"field": st.just(name), "op": st.just(op), "value": _values(TAKES[found.kind][op], op)}
        )
    )


@cache
def _values(takes: str, op: str) -> SearchStrategy[object]:
    text = st.sampled_from(PATTERNS) if op == "matches" else st.sampled_from((*TEXTS, "d", "AD", "σ"))
    texts = st.one_of(text, st.lists(text, min_size=1, max_size=3))
    number = st.sampled_from(NUMBERS)
    kinds: dict[str, SearchStrategy[object]] = {
        "texts": texts,
        "text": text,
        "number": number,
        "boolean": st.booleans(),
        "days": st.sampled_from(WINDOWS),
        "scalar": st.one_of(texts, number, st.booleans()),
        "nothing": st.none(),
    }
    return kinds[takes]


@cache
def filters() -> SearchStrategy[Document]:
    pattern = st.one_of(st.sampled_from(PATTERNS), st.sampled_from(TEXTS))
    return st.fixed_dictionaries(
        {"kinds": st.lists(st.sampled_from(ASKED_KINDS), min_size=1, max_size=3)},
        optional={
            "url": st.sampled_from(ADDRESS_PATTERNS),
            "asset": pattern,
            "campaign": pattern,
            "channel": pattern,
            "outcome": pattern,
        },
    )


@cache
def few_filters() -> SearchStrategy[Document]:
    """Filters that let most through, so that counts and scores are seldom zero."""
    every: SearchStrategy[Document] = st.fixed_dictionaries(
        {"kinds": st.just(["touch", "call", "note", "unsubscribe"])}
    )
    touches: SearchStrategy[Document] = st.fixed_dictionaries({"kinds": st.just(["touch"])})
    return st.one_of(every, touches, filters())


@cache
def activity_conditions() -> SearchStrategy[Document]:
    return st.fixed_dictionaries(
        {"activity": few_filters(), "op": st.sampled_from(("at_least", "at_most")), "count": st.integers(1, 4)},
        optional={"within_days": st.sampled_from(WINDOWS)},
    )


@cache
def consent_conditions() -> SearchStrategy[Document]:
    return st.fixed_dictionaries({"consent": st.sampled_from(PURPOSES), "op": st.sampled_from(("granted", "allowed"))})


SCORES = st.sampled_from((0, 1, 2.5, 3.25, 5, 7.5, 10, 10.01, 20))
FIT_CONDITIONS: SearchStrategy[Document] = st.fixed_dictionaries(
    {"score": st.just("fit"), "op": st.sampled_from(("at_least", "at_most")), "value": SCORES}
)
ENGAGEMENT_CONDITIONS: SearchStrategy[Document] = st.fixed_dictionaries(
    {"score": st.just("engagement"), "op": st.just("at_least"), "value": SCORES}
)


@cache
def trees(
    leaf: SearchStrategy[Document], fading: SearchStrategy[Document] | None = None, depth: int = 3
) -> SearchStrategy[Document]:
    """Conditions nested at most `depth` deep; leaves of `fading` never stand under a not."""
    everywhere = leaf if fading is None else st.one_of(leaf, fading)
    if depth == 0:
        return everywhere
    inner = trees(leaf, fading, depth - 1)
    groups = [st.fixed_dictionaries({name: st.lists(inner, min_size=1, max_size=3)}) for name in ("all", "any")]
    return st.one_of(everywhere, *groups, st.fixed_dictionaries({"not": trees(leaf, None, depth - 1)}))


GROUPS = st.sampled_from((None, "a", "b"))


@cache
def fit_scores() -> SearchStrategy[Document]:
    rule = st.fixed_dictionaries(
        {"when": trees(st.one_of(field_conditions(), consent_conditions()), depth=1), "points": st.integers(-10, 10)},
        optional={"group": GROUPS},
    )
    return _with_caps(st.lists(rule, min_size=1, max_size=4))


@cache
def engagement_scores() -> SearchStrategy[Document]:
    fading = {"half_life_days": st.sampled_from(HALF_LIVES)}
    common = {"within_days": st.sampled_from((None, *WINDOWS)), "group": GROUPS}
    rule: SearchStrategy[Document] = st.one_of(
        st.fixed_dictionaries({"activity": few_filters(), "points": st.integers(0, 10), **fading}, optional=common),
        st.fixed_dictionaries({"activity": few_filters(), "points": st.integers(-10, 10)}, optional=common),
    )
    return _with_caps(st.lists(rule, min_size=1, max_size=4))


def _with_caps(rules: SearchStrategy[list[Document]]) -> SearchStrategy[Document]:
    def capped(found: list[Document]) -> SearchStrategy[Document]:
        groups = sorted({str(rule["group"]) for rule in found if rule.get("group")})
        caps = st.dictionaries(st.sampled_from(groups), st.sampled_from((0, 3, 5, 10))) if groups else st.just({})
        return st.fixed_dictionaries({"rules": st.just(found), "caps": caps})

    return rules.flatmap(capped)


@st.composite
def definitions(draw: st.DrawFn, depth: int = 3) -> LeadDefinition:
    """A definition that `check` accepts, apart from conditions that contradict each other: those must be computed, too."""
    fit, engagement = draw(st.booleans()), draw(st.booleans())
    leaf = st.one_of(
        field_conditions(), activity_conditions(), consent_conditions(), *([FIT_CONDITIONS] if fit else [])
    )
    inner = trees(leaf, ENGAGEMENT_CONDITIONS if engagement else None, depth - 1)
    groups = [st.fixed_dictionaries({name: st.lists(inner, min_size=1, max_size=4)}) for name in ("all", "any")]
    document = {
        "criteria": draw(st.one_of(*groups)),
        "fit": draw(fit_scores()) if fit else None,
        "engagement": draw(engagement_scores()) if engagement else None,
    }
    return LeadDefinition.model_validate(document)


def conditions(depth: int = 2) -> SearchStrategy[Condition]:
    """Criteria alone, of every kind of leaf but scores."""
    leaf = st.one_of(field_conditions(), activity_conditions(), consent_conditions())
    return trees(leaf, depth=depth).map(lambda document: LeadDefinition.model_validate({"criteria": document}).criteria)

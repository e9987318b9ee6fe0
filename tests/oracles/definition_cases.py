"""Definitions, facts and moments for property tests: few values at a time, so that they meet at their borders.

Each case draws its texts, numbers and addresses from one family, for the definition and the facts alike. Times lie a few whole
steps from NOON, some a microsecond beside it; windows and half-lives are such steps. So activities lie exactly at the edge of
windows, half-lives have exactly elapsed, and rows come in at the moment that is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from leads.definitions.fields import FIELDS, TAKES, find_field
from leads.definitions.terms import LeadDefinition
from tests.oracles.definition_facts import ActivityFact, CompanyFacts, ConsentFact, Facts, Json, LeadFacts

NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)
WINDOWS = (1, 2, 7, 10)
HALF_LIVES = (0.5, 1, 2.5, 7)
STEPS = (0, 0.5, 1, 2, 3, 6, 7, 8, 9, 10)
"""In days, before NOON where things happened, and after it where they are asked about."""
ASKED = (-8, -1, 0, 0, 0.5, 1, 1, 2, 7, 9)

Document = dict[str, object]
KINDS = ("page_view", "form", "call")
PURPOSES = ("marketing", "Marketing")
ATTRIBUTES = ("plan", "a.b'%")
COMPANIES = ("one", "two")


@dataclass(frozen=True)
class Family:
    """Texts that meet one another, and patterns that fit some of them."""

    texts: tuple[str, ...]
    patterns: tuple[str, ...]


FAMILIES = (
    Family(("ads", "Ads", "ADS", "web", "", "as"), ("a*", "A*S", "*d*", "ads", "*", "**D**")),
    Family(("100%", "1000", "100", "1_0", "1x0", "a\\b", "a\\\\b", "a*b", "%", "_"),
           ("100%", "1_0", "1%", "a\\*", "*\\*", "%*", "_*", "a*b", "*0*")),
    Family(("Ähre", "ÄHRE", "ähre", "Straße", "STRASSE", "İstanbul", "i̇stanbul", "ΣΟΦΟΣ", "σοφος", "σοφός"),
           ("ä*", "Ä*E", "*ß*", "*SS*", "*σ*", "*ς", "*Σ", "i*", "İ*")),
    Family(("5", "5.0", "05", "-3", "3.25", "1e3", "+5", " 5", "5 ", "5.", ".5", "９", "true", "-0", "NaN", "5x0"),
           ("5*", "*.0", "*5*", "t*", "5.0")),
    Family(("123456789012345678", "1234567890123456789", "0.12345678901234567", "0.123456789012345678", "50"), ("*5*", "0.*")),
    Family((" ", " ads", "ads ", "ads\nweb", "ads", "null", "'; --", "“x”"), ("*\n*", " *", "ads*", "* ", "ads*web")),
)  # fmt: skip

NUMBERS = (0, 0.1, 49, 50, 50.0, 51, 1e6, 5, -3, 3.25, 123456789012345)
ADDRESSES = (
    (None, "", "https://x.example", "https://x.example/", "https://x.example?q=/pricing", "https://x.example#/pricing", "?a", "/"),
    ("https://x.example/pricing", "HTTPS://X.example/Pricing/Plans?a=1", "https://x.example/pricing#top", "/pricing?x=/blog", "pricing",
     "x.example/pricing", "//x.example/pricing", "1http://x.example/pricing", "http:///pricing", "https://x.example/blog/https://y.example/pricing"),
    ("https://x.example/100%25_a", "https://x.example/100x25_a", "https://x.example/100%25xa", "mailto:a@x.example"),
)  # fmt: skip
ADDRESS_PATTERNS = (
    ("/", "/*", "/pricing", "*pricing", "*"),
    ("/pricing", "/pricing*", "/PRICING/*", "/*pricing*", "*pricing*", "https://x.example/*", "*?a=*", "pricing", "x.example/*", "/blog*"),
    ("/100%25_a", "/100*_a", "/%", "*%25_*", "/_00*"),
)  # fmt: skip


@cache
def moments() -> SearchStrategy[datetime]:
    """Instants to ask about."""
    return _instants(ASKED)


@cache
def _instants(days: tuple[float, ...]) -> SearchStrategy[datetime]:
    """So many days from NOON, some a microsecond beside it."""
    return st.builds(
        lambda steps, micros: NOON + timedelta(days=steps, microseconds=micros),
        st.sampled_from(days),
        st.sampled_from((0, 0, 0, 0, -1, 1)),
    )


HAPPENED = tuple(-step for step in STEPS)


# Facts --------------------------------------------------------------------------------------------------------------


@cache
def attributes(family: Family) -> SearchStrategy[Mapping[str, Json]]:
    """Attributes as they may have been sent: missing, null, empty, of every type of JSON."""
    odd: tuple[Json, ...] = (None, "", [], ["ads"], {}, {"a": 1}, True, False, -0.0, 1e-7, 1e16, 5, 5.0, 50, -3, 3.25)
    value = st.one_of(st.sampled_from(family.texts), st.sampled_from(odd))
    return st.fixed_dictionaries({ATTRIBUTES[0]: value}, optional=dict.fromkeys(ATTRIBUTES[1:], value))


@cache
def a_text(family: Family) -> SearchStrategy[str | None]:
    return st.sampled_from((None, "", *family.texts, *family.texts))


@cache
def companies(family: Family) -> SearchStrategy[CompanyFacts]:
    text = a_text(family)
    return st.builds(
        CompanyFacts,
        name=st.sampled_from(family.texts),
        domain=text,
        industry=text,
        country=text,
        employees=st.sampled_from((None, 0, 49, 50, 51)),
        annual_revenue=st.sampled_from(
            (None, Decimal("0.00"), Decimal("0.10"), Decimal("3.25"), Decimal("1000000.00"))
        ),
        attributes=attributes(family),
    )


@cache
def leads(family: Family) -> SearchStrategy[LeadFacts]:
    text = a_text(family)
    return st.builds(
        LeadFacts,
        created_at=_instants(HAPPENED),
        source=text,
        channel=text,
        campaign=st.sampled_from((None, *family.texts)),
        country=text,
        title=text,
        segment=text,
        territory=text,
        email=st.sampled_from((None, "", "a@x.example")),
        email_usable=st.booleans(),
        phone_usable=st.booleans(),
        company=st.sampled_from((None, *COMPANIES, *COMPANIES)),
        attributes=attributes(family),
    )


LATE = st.sampled_from((0, 0, 0, 1, 7)).map(lambda days: timedelta(days=days))


@cache
def activities(family: Family, addresses: tuple[str | None, ...]) -> SearchStrategy[ActivityFact]:
    """Recorded when it happened or later."""
    text = a_text(family)
    return st.builds(
        lambda late, at, **fields: ActivityFact(at=at, recorded_at=at + late, **fields),
        late=LATE,
        at=_instants(HAPPENED),
        kind=st.sampled_from((*KINDS, *KINDS, "email_open")),
        imported=st.booleans(),
        url=st.sampled_from(addresses),
        asset=text,
        campaign=st.sampled_from((None, *family.texts)),
        channel=text,
        outcome=text,
    )


@cache
def consents() -> SearchStrategy[ConsentFact]:
    return st.builds(
        lambda late, at, **fields: ConsentFact(at=at, recorded_at=at + late, **fields),
        late=LATE,
        at=_instants((-7, -1, -1, 0, 0)),
        purpose=st.sampled_from(PURPOSES),
        state=st.sampled_from(("granted", "refused", "withdrawn")),
        imported=st.booleans(),
    )


@st.composite
def people(draw: st.DrawFn, family: Family, addresses: tuple[str | None, ...], *, past: bool = True) -> Facts:
    """One lead with its company and what it did; with `past`, what fields held before as well."""
    lead = draw(leads(family))
    late = draw(st.sampled_from((timedelta(0), timedelta(0), timedelta(days=1), timedelta(minutes=-4))))
    ends = st.lists(_instants((-1, 0, 1)), max_size=2 if past else 0, unique=True)
    return Facts(
        lead=lead,
        recorded_at=lead.created_at + late,
        companies={key: draw(companies(family)) for key in COMPANIES},
        activities=tuple(
            draw(st.lists(activities(family, addresses), min_size=draw(st.sampled_from((0, 3))), max_size=6))
        ),
        consents=tuple(draw(st.lists(consents(), max_size=4))),
        lead_before=tuple((end, draw(leads(family))) for end in draw(ends)),
        companies_before={key: tuple((end, draw(companies(family))) for end in draw(ends)) for key in COMPANIES},
    )


# Definitions --------------------------------------------------------------------------------------------------------


@cache
def field_conditions(family: Family) -> SearchStrategy[Document]:
    """Every field with every operator that it has; attributes as often as all the others."""
    names = [field.name for field in FIELDS]
    sent = [f"{owner}.attributes.{name}" for owner in ("lead", "company") for name in ATTRIBUTES]
    return st.one_of(st.sampled_from(names), st.sampled_from(sent)).flatmap(lambda name: _conditions_on(name, family))


@cache
def _conditions_on(name: str, family: Family) -> SearchStrategy[Document]:
    found = find_field(name)
    assert found is not None
    takes = TAKES[found.kind]
    asked = [
        st.fixed_dictionaries({"field": st.just(name), "op": st.just(op), "value": _values(takes[op], op, family)})
        for op in found.operators
    ]
    return st.one_of(asked)


@cache
def _values(takes: str, op: str, family: Family) -> SearchStrategy[object]:
    text = st.sampled_from(family.patterns if op == "matches" else tuple(one for one in family.texts if one))
    texts = st.one_of(text, st.lists(text, min_size=1, max_size=3))
    if op in ("contains", "starts_with"):
        text = st.one_of(
            text, text.flatmap(lambda whole: st.sampled_from((whole[:1], whole[-1:], whole[1:2] or whole)))
        )
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
def filters(family: Family, patterns: tuple[str, ...]) -> SearchStrategy[Document]:
    """Most let many activities through, so that counts and scores are seldom zero; the others ask for one pattern or two."""
    kinds: SearchStrategy[object] = st.sampled_from(
        (["touch"], ["touch", "call"], ["page_view", "form", "call"], ["form"])
    )
    text = st.sampled_from((*family.patterns, *(one for one in family.texts if one)))
    by_address = st.fixed_dictionaries({"kinds": kinds, "url": st.sampled_from(patterns)})
    others = st.sampled_from(("asset", "campaign", "channel", "outcome"))
    by_other = others.flatmap(lambda name: st.fixed_dictionaries({"kinds": kinds, name: text}))
    return st.one_of(st.fixed_dictionaries({"kinds": kinds}), by_address, by_other)


@cache
def activity_conditions(family: Family, patterns: tuple[str, ...]) -> SearchStrategy[Document]:
    return st.fixed_dictionaries(
        {
            "activity": filters(family, patterns),
            "op": st.sampled_from(("at_least", "at_most")),
            "count": st.sampled_from((1, 1, 2, 3)),
            "within_days": st.sampled_from((None, *WINDOWS)),
        }
    )


@cache
def consent_conditions() -> SearchStrategy[Document]:
    return st.fixed_dictionaries({"consent": st.sampled_from(PURPOSES), "op": st.sampled_from(("granted", "allowed"))})


REACHED = st.sampled_from((0, 0.5, 1, 1.25, 2, 2.5, 3, 3.75, 5, 10))
FIT_CONDITIONS: SearchStrategy[Document] = st.fixed_dictionaries(
    {"score": st.just("fit"), "op": st.sampled_from(("at_least", "at_most")), "value": REACHED}
)
ENGAGEMENT_CONDITIONS: SearchStrategy[Document] = st.fixed_dictionaries(
    {"score": st.just("engagement"), "op": st.just("at_least"), "value": REACHED}
)


@cache
def trees(
    leaf: SearchStrategy[Document], fading: SearchStrategy[Document] | None = None, depth: int = 2
) -> SearchStrategy[Document]:
    """Conditions nested at most `depth` deep, half of them leaves; leaves of `fading` never stand under a not."""
    everywhere = leaf if fading is None else st.one_of(leaf, fading)
    if depth == 0:
        return everywhere
    inner = trees(leaf, fading, depth - 1)
    groups = [st.fixed_dictionaries({name: st.lists(inner, min_size=1, max_size=3)}) for name in ("all", "any")]
    nested = st.one_of(*groups, st.fixed_dictionaries({"not": trees(leaf, None, depth - 1)}))
    return st.booleans().flatmap(lambda is_leaf: everywhere if is_leaf else nested)


GROUPS = st.sampled_from((None, "a", "a", "b"))
POINTS = (1, 2, 5, 5, 10)


@cache
def fit_scores(family: Family) -> SearchStrategy[Document]:
    when = trees(st.one_of(field_conditions(family), consent_conditions()), depth=1)
    rule = st.fixed_dictionaries({"when": when, "points": st.sampled_from((*POINTS, -3)), "group": GROUPS})
    return _with_caps(st.lists(rule, min_size=1, max_size=4))


@cache
def engagement_scores(family: Family, patterns: tuple[str, ...]) -> SearchStrategy[Document]:
    common = {
        "activity": filters(family, patterns),
        "within_days": st.sampled_from((None, None, *WINDOWS)),
        "group": GROUPS,
    }
    fading = st.fixed_dictionaries(
        {**common, "points": st.sampled_from(POINTS), "half_life_days": st.sampled_from(HALF_LIVES)}
    )
    lasting = st.fixed_dictionaries({**common, "points": st.sampled_from((*POINTS, -3))})
    return _with_caps(st.lists(st.one_of(fading, fading, lasting), min_size=1, max_size=4))


def _with_caps(rules: SearchStrategy[list[Document]]) -> SearchStrategy[Document]:
    def capped(found: list[Document]) -> SearchStrategy[Document]:
        groups = sorted({str(rule["group"]) for rule in found if rule["group"]})
        limits = st.sampled_from((0, 1, 2, 5, 10))
        return st.fixed_dictionaries(
            {"rules": st.just(found), "caps": st.fixed_dictionaries({}, optional=dict.fromkeys(groups, limits))}
        )

    return rules.flatmap(capped)


@st.composite
def _definitions(draw: st.DrawFn, family: Family, patterns: tuple[str, ...]) -> LeadDefinition:
    has_fit, has_engagement = draw(st.booleans()), draw(st.booleans())
    asked = [
        field_conditions(family),
        activity_conditions(family, patterns),
        activity_conditions(family, patterns),
        consent_conditions(),
    ]
    leaf = st.one_of(*asked, *([FIT_CONDITIONS] if has_fit else []))
    document = {
        "criteria": draw(trees(leaf, ENGAGEMENT_CONDITIONS if has_engagement else None)),
        "fit": draw(fit_scores(family)) if has_fit else None,
        "engagement": draw(engagement_scores(family, patterns)) if has_engagement else None,
    }
    return LeadDefinition.model_validate(document)


@st.composite
def definitions(draw: st.DrawFn) -> LeadDefinition:
    """A definition that `check` accepts, apart from conditions that contradict each other: those must be computed, too."""
    return draw(_definitions(draw(st.sampled_from(FAMILIES)), draw(st.sampled_from(ADDRESS_PATTERNS))))


@dataclass(frozen=True)
class Case:
    """A definition, some leads, and moments to ask about, the earliest first."""

    definition: LeadDefinition
    people: list[Facts]
    moments: list[datetime]


@st.composite
def cases(draw: st.DrawFn, *, most: int = 3, past: bool = True) -> Case:
    """A definition beside leads whose values it may meet."""
    family, n = draw(st.sampled_from(FAMILIES)), draw(st.integers(0, len(ADDRESSES) - 1))
    return Case(
        draw(_definitions(family, ADDRESS_PATTERNS[n])),
        draw(st.lists(people(family, ADDRESSES[n], past=past), min_size=1, max_size=most)),
        sorted(draw(st.lists(moments(), min_size=2, max_size=4, unique=True))),
    )
